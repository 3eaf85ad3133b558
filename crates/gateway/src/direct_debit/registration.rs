//! A to E: registrations of customers' accounts.

mod inquiry;
mod opening;
mod reason;
mod status;

pub(super) use inquiry::{details, statuses};
pub(crate) use opening::{BranchRegistration, Identifiers, branch};
pub(super) use opening::{deeplink, prepare};
pub(crate) use reason::Why;
pub(crate) use status::change;

use super::{payment::stored, state::RegistrationEvent};
use crate::{
    partner::Partner,
    store::{Row, StoreError, Tx, Value},
};
use jiff::Timestamp;
use satang_core::Refusal;
use satang_schema::{
    DateTime,
    direct_debit::{PaymentTokenStatus, TokenCancellation, TokenCancelled},
};

/// D: ends a registration.
pub(super) fn cancel(
    tx: &mut Tx<'_>,
    partner: &Partner,
    request: &TokenCancellation,
    now: Timestamp,
) -> Result<TokenCancelled, Refusal> {
    let found = by_token(tx, partner, request.payment_token.as_str())?;
    let found = found.ok_or_else(|| Refusal::not_found("no such registration"))?;
    let description = request.cancellation_reason.as_ref().map(|reason| reason.as_str());
    let why = Why { code: None, description };
    let cancelled = change(tx, &found.id, RegistrationEvent::Cancelled, why, now)?;
    Ok(TokenCancelled {
        payment_token: request.payment_token.clone(),
        payment_token_status: cancelled.status()?,
        status_date_time: DateTime::in_bangkok(now),
    })
}

/// A registration as it is stored.
#[derive(Clone)]
pub(crate) struct Registration {
    pub(crate) id: String,
    pub(crate) partner: String,
    /// Its name towards the partner while there is no token.
    pub(crate) journey: Option<String>,
    pub(crate) token: Option<String>,
    pub(crate) status: String,
    pub(crate) status_at: i64,
    pub(crate) reason_code: Option<String>,
    pub(crate) reason_description: Option<String>,
    pub(crate) channel: Option<String>,
    pub(crate) drawer_account: Option<String>,
    pub(crate) creditor_account: Option<String>,
    pub(crate) reference1: Option<String>,
    pub(crate) reference2: Option<String>,
    /// The number of the customer's identity document, as the partner gave it.
    pub(crate) identification_number: Option<String>,
    pub(crate) created_at: i64,
    pub(crate) updated_at: i64,
    /// How often its status has changed.
    pub(crate) revision: i64,
}

impl Registration {
    /// The columns, in the order of [`from_row`](Registration::from_row).
    const COLUMNS: &str = "id, partner, journey, token, status, status_at, reason_code, reason_description, channel, \
        drawer_account, creditor_account, reference1, reference2, identification_number, created_at, updated_at, \
        revision";

    fn from_row(row: &Row<'_>) -> Result<Self, StoreError> {
        Ok(Self {
            id: row.text(0)?,
            partner: row.text(1)?,
            journey: row.optional_text(2)?,
            token: row.optional_text(3)?,
            status: row.text(4)?,
            status_at: row.int(5)?,
            reason_code: row.optional_text(6)?,
            reason_description: row.optional_text(7)?,
            channel: row.optional_text(8)?,
            drawer_account: row.optional_text(9)?,
            creditor_account: row.optional_text(10)?,
            reference1: row.optional_text(11)?,
            reference2: row.optional_text(12)?,
            identification_number: row.optional_text(13)?,
            created_at: row.int(14)?,
            updated_at: row.int(15)?,
            revision: row.int(16)?,
        })
    }

    /// Where it stands.
    pub(crate) fn status(&self) -> Result<PaymentTokenStatus, Refusal> {
        stored(&self.status)
    }

    /// Keeps what the customer has chosen so far.
    pub(crate) fn save_choices(&self, tx: &mut Tx<'_>) -> Result<(), StoreError> {
        tx.execute(
            "UPDATE registration SET channel = $1, drawer_account = $2, token = $3 WHERE id = $4",
            &[
                self.channel.as_ref().into(),
                self.drawer_account.as_ref().into(),
                self.token.as_ref().into(),
                (&self.id).into(),
            ],
        )?;
        Ok(())
    }

    /// Whether the customer is still on the way.
    pub(crate) fn is_pending(&self) -> bool {
        self.status == PaymentTokenStatus::Pending.as_str()
    }
}

/// The registration of this identifier, whoever's it is.
pub(crate) fn find(tx: &mut Tx<'_>, id: &str) -> Result<Option<Registration>, StoreError> {
    one(tx, "id = $1", &[id.into()])
}

/// The registration whose journey this is, whoever's it is.
pub(crate) fn of_journey(tx: &mut Tx<'_>, journey: &str) -> Result<Option<Registration>, StoreError> {
    one(tx, "journey = $1", &[journey.into()])
}

/// The partner's registration of this token. Another partner's is as good as none.
fn by_token(tx: &mut Tx<'_>, partner: &Partner, token: &str) -> Result<Option<Registration>, StoreError> {
    one(tx, "token = $1 AND partner = $2", &[token.into(), (&partner.client_id).into()])
}

fn one(
    tx: &mut Tx<'_>,
    condition: &str,
    parameters: &[Value<'_>],
) -> Result<Option<Registration>, StoreError> {
    let sql = format!("SELECT {} FROM registration WHERE {condition}", Registration::COLUMNS);
    tx.query_one(&sql, parameters, Registration::from_row)
}
