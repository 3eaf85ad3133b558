//! A customer's way to a registration: kept in the store after each step, so that it goes on wherever it was.
//!
//! A journey belongs to the first browser that comes with it, and to no other: that browser has a secret, of which only
//! the hash is kept.

mod act;
mod code;
mod destination;
mod otp;
mod step;

pub(crate) use act::{Fresh, Input, Mistake, Outcome, act};
pub(crate) use code::{Redemption, redeem};
pub(crate) use destination::{denied, destination};
pub(crate) use otp::MOST as MOST_OTPS;
pub(crate) use step::{Move, Step};

use crate::{
    agenda::{self, Task},
    direct_debit::{Registration, RegistrationEvent, Why, change, registration},
    partner::hash,
    store::{StoreError, Tx},
};
use jiff::Timestamp;
use satang_core::Refusal;
use satang_schema::direct_debit::AuthorizeRequest;
use subtle::ConstantTimeEq;

/// Where a journey takes place.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Kind {
    /// In a browser, by the authorize URL.
    Web,
    /// In the app, by a deep link. Pages stand in for the app.
    App,
}

impl Kind {
    /// What the path of its pages begins with; the journey's identifier follows.
    pub(crate) fn path(self) -> &'static str {
        match self {
            Self::Web => "/consent/",
            Self::App => "/app/register/",
        }
    }

    fn as_str(self) -> &'static str {
        match self {
            Self::Web => "WEB",
            Self::App => "APP",
        }
    }
}

/// A journey as it is stored, with its registration.
pub(crate) struct Journey {
    pub(crate) id: String,
    pub(crate) registration: Registration,
    pub(crate) kind: Kind,
    pub(crate) step: Step,
    /// Where it leads in the end.
    pub(crate) return_uri: Option<String>,
    pub(crate) state: Option<String>,
    code_challenge: Option<String>,
    session_hash: Option<Vec<u8>>,
    pub(crate) customer: Option<String>,
    wrong_tries: i64,
    otp_hash: Option<Vec<u8>>,
    otp_expires_at: Option<i64>,
    pub(crate) otps_sent: i64,
    code_expires_at: Option<i64>,
    code_used_at: Option<i64>,
    expires_at: i64,
}

impl Journey {
    /// Whether it is this browser's.
    fn is_of(&self, session: &str) -> bool {
        let known = self.session_hash.as_deref().unwrap_or_default();
        bool::from(hash(session.as_bytes()).ct_eq(known))
    }

    /// Whether the time is up, even if nobody has taken note of it yet.
    pub(crate) fn is_late(&self, now: Timestamp) -> bool {
        self.registration.is_pending() && now.as_microsecond() >= self.expires_at
    }

    /// What a form was drawn for, so that the second click on a button does nothing more.
    pub(crate) fn turn(&self) -> String {
        format!("{}-{}-{}", self.step.as_str(), self.wrong_tries, self.otps_sent)
    }

    /// How often the customer may still be wrong, this time included.
    pub(crate) fn tries_left(&self) -> i64 {
        act::MOST_WRONG - self.wrong_tries
    }

    /// Whether the customer can still do something.
    pub(crate) fn is_open(&self, now: Timestamp) -> bool {
        self.registration.is_pending() && !self.is_late(now)
    }

    fn save(&self, tx: &mut Tx<'_>) -> Result<(), StoreError> {
        tx.execute(
            "UPDATE journey SET step = $1, customer = $2, wrong_tries = $3, otp_hash = $4, otp_expires_at = $5,
                 otps_sent = $6 WHERE id = $7",
            &[
                self.step.as_str().into(),
                self.customer.as_ref().into(),
                self.wrong_tries.into(),
                self.otp_hash.as_deref().into(),
                self.otp_expires_at.into(),
                self.otps_sent.into(),
                (&self.id).into(),
            ],
        )?;
        Ok(())
    }
}

/// A journey to be opened.
pub(crate) struct NewJourney<'a> {
    /// Not to be guessed.
    pub(crate) id: &'a str,
    pub(crate) registration: &'a str,
    pub(crate) kind: Kind,
    /// Where an app's journey leads; a browser brings its own.
    pub(crate) return_uri: Option<&'a str>,
    pub(crate) expires_at: Timestamp,
}

/// Opens a journey, and plans its end.
pub(crate) fn open(tx: &mut Tx<'_>, new: &NewJourney<'_>) -> Result<(), StoreError> {
    tx.execute(
        "INSERT INTO journey (id, registration, kind, step, return_uri, expires_at) VALUES ($1, $2, $3, $4, $5, $6)",
        &[
            new.id.into(),
            new.registration.into(),
            new.kind.as_str().into(),
            Step::Prepared.as_str().into(),
            new.return_uri.into(),
            new.expires_at.as_microsecond().into(),
        ],
    )?;
    agenda::plan(tx, Task::JourneyExpiry, new.id, new.expires_at)
}

/// The journey of this identifier, whosever it is.
fn find(tx: &mut Tx<'_>, kind: Kind, id: &str) -> Result<Option<Journey>, StoreError> {
    let Some(registration) = registration::of_journey(tx, id)? else { return Ok(None) };
    let sql = "SELECT step, return_uri, state, code_challenge, session_hash, customer, wrong_tries, otp_hash,
            otp_expires_at, otps_sent, code_expires_at, code_used_at, expires_at
        FROM journey WHERE id = $1 AND kind = $2";
    tx.query_one(sql, &[id.into(), kind.as_str().into()], |row| {
        let step = Step::read(&row.text(0)?);
        Ok(Journey {
            id: id.to_owned(),
            registration: registration.clone(),
            kind,
            step: step.ok_or_else(|| StoreError::statement("a journey stands where none can"))?,
            return_uri: row.optional_text(1)?,
            state: row.optional_text(2)?,
            code_challenge: row.optional_text(3)?,
            session_hash: row.optional_blob(4)?,
            customer: row.optional_text(5)?,
            wrong_tries: row.int(6)?,
            otp_hash: row.optional_blob(7)?,
            otp_expires_at: row.optional_int(8)?,
            otps_sent: row.int(9)?,
            code_expires_at: row.optional_int(10)?,
            code_used_at: row.optional_int(11)?,
            expires_at: row.int(12)?,
        })
    })
}

/// The journey of this identifier, if it is this browser's.
pub(crate) fn of_session(
    tx: &mut Tx<'_>,
    kind: Kind,
    id: &str,
    session: &str,
) -> Result<Option<Journey>, StoreError> {
    Ok(find(tx, kind, id)?.filter(|journey| journey.is_of(session)))
}

/// What became of somebody who came with a journey's link.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Arrival {
    /// The first: the journey is theirs from now on.
    First,
    /// Perhaps the first once more: the page tells whether it is the same browser.
    Again,
    /// There is no such journey of this partner, or it has ended, or it was begun otherwise.
    Refused(&'static str),
}

/// Takes in the browser that came by the authorize URL. The context is good once, "but MAY allow for duplicate requests
/// due to a user reloading/refreshing their user agent" (RFC 9126, 4).
pub(crate) fn arrive(
    tx: &mut Tx<'_>,
    request: &AuthorizeRequest,
    session: &str,
    now: Timestamp,
) -> Result<Arrival, StoreError> {
    let found = find(tx, Kind::Web, request.oauth_context_id.as_str())?;
    let Some(journey) = found.filter(|it| it.registration.partner == request.client_id.as_str()) else {
        return Ok(Arrival::Refused("the oauth_context_id is unknown"));
    };
    if !journey.is_open(now) {
        return Ok(Arrival::Refused("the oauth_context_id has been used, or is too old"));
    }
    let state = request.state.as_ref().map(|state| state.as_str());
    let challenge = request.code_challenge.as_ref().map(|challenge| challenge.as_str());
    let Some(step) = journey.step.after(Move::ArrivedInBrowser) else {
        let begun =
            (journey.return_uri.as_deref(), journey.state.as_deref(), journey.code_challenge.as_deref());
        let is_same = begun == (Some(request.redirect_uri.as_str()), state, challenge);
        let used = Arrival::Refused("the oauth_context_id has been used");
        return Ok(if is_same { Arrival::Again } else { used });
    };
    tx.execute(
        "UPDATE journey SET return_uri = $1, state = $2, code_challenge = $3 WHERE id = $4",
        &[request.redirect_uri.as_str().into(), state.into(), challenge.into(), (&journey.id).into()],
    )?;
    bind(tx, &journey.id, step, session)?;
    Ok(Arrival::First)
}

/// Takes in the browser that came by a deep link.
pub(crate) fn open_app(
    tx: &mut Tx<'_>,
    id: &str,
    session: &str,
    now: Timestamp,
) -> Result<Arrival, StoreError> {
    let Some(journey) = find(tx, Kind::App, id)? else { return Ok(Arrival::Refused("unknown")) };
    let Some(step) = journey.step.after(Move::ArrivedInApp).filter(|_| journey.is_open(now)) else {
        return Ok(Arrival::Refused("used, or too old"));
    };
    bind(tx, id, step, session)?;
    Ok(Arrival::First)
}

fn bind(tx: &mut Tx<'_>, id: &str, step: Step, session: &str) -> Result<(), StoreError> {
    let sql = "UPDATE journey SET step = $1, session_hash = $2 WHERE id = $3";
    tx.execute(sql, &[step.as_str().into(), (&hash(session.as_bytes())).into(), id.into()])?;
    Ok(())
}

/// Ends a journey that the customer has not finished in time.
pub(crate) fn expire(tx: &mut Tx<'_>, journey: &str, now: Timestamp) -> Result<(), Refusal> {
    agenda::strike(tx, Task::JourneyExpiry, journey)?;
    let sql =
        "SELECT registration.id FROM journey JOIN registration ON registration.id = journey.registration
        WHERE journey.id = $1 AND registration.status = 'PDNG'";
    if let Some(pending) = tx.query_one(sql, &[journey.into()], |row| row.text(0))? {
        change(tx, &pending, RegistrationEvent::TimedOut, Why::TIMED_OUT, now)?;
    }
    Ok(())
}

/// Lets nobody go on; for the one function that changes the status of a registration.
pub(crate) fn end(tx: &mut Tx<'_>, journey: &str) -> Result<(), StoreError> {
    let sql = "UPDATE journey SET step = $1, otp_hash = NULL, otp_expires_at = NULL WHERE id = $2";
    tx.execute(sql, &[Step::Ended.as_str().into(), journey.into()])?;
    Ok(())
}
