//! One attempt to deliver a callback, and what follows from it.

use super::{
    courier::Undelivered,
    request::{self, Address},
};
use crate::{
    Gateway,
    agenda::{self, Task},
    event::{self, Event},
    metrics::CallbackOutcome,
    partner::CallbackProfile,
    store::{StoreError, Tx},
};
use http::StatusCode;
use jiff::{SignedDuration, Timestamp};
use satang_core::retry_after;
use satang_schema::DateTime;
use serde_json::json;
use std::time::Duration;
use tokio::time::{Instant, timeout};

/// How long after each failed attempt of a round the next one is made. After the last there is none.
/// Proposed by Satang; not published by the bank.
pub(super) const RETRIES: [SignedDuration; 4] = [
    SignedDuration::from_mins(1),
    SignedDuration::from_mins(5),
    SignedDuration::from_mins(15),
    SignedDuration::from_mins(60),
];
/// How long an attempt may take, by the machine's clock. Proposed by Satang; not published by the bank.
const TIMEOUT: Duration = Duration::from_secs(10);
/// The longest pause that a receiver may ask for.
pub(super) const LONGEST_PAUSE: SignedDuration = SignedDuration::from_hours(24);

impl Gateway {
    /// Tries once to deliver a callback, and writes down what came of it. The caller holds the lease.
    pub(super) async fn attempt_callback(&self, id: String, now: Timestamp) -> Result<(), StoreError> {
        let Some(letter) = self.store.read(move |tx| Letter::load(tx, id)).await? else { return Ok(()) };
        let started = Instant::now();
        let answer = self.carry(&letter).await;
        let took = started.elapsed();
        let next = self.store.write(move |tx| letter.record(tx, &answer, now, took)).await?;
        if let (Some(next), Some(metrics)) = (next, &self.metrics) {
            metrics.callback_attempted(match next {
                Next::Delivered => CallbackOutcome::Delivered,
                Next::Again(_) => CallbackOutcome::Failed,
                Next::Dead => CallbackOutcome::GivenUp,
            });
        }
        Ok(())
    }

    async fn carry(&self, letter: &Letter) -> Answer {
        let machine_now = self.clock.machine_now();
        let request =
            request::build(&letter.address, &letter.id, &letter.body, &self.post.webhook_seed, machine_now)?;
        let answer =
            timeout(TIMEOUT, self.post.courier.carry(request)).await.unwrap_or(Err(Undelivered::Timeout))?;
        Ok((answer.status(), retry_after(answer.headers())))
    }
}

/// The status and how long the receiver asked to wait, or why there was no answer.
type Answer = Result<(StatusCode, Option<Duration>), Undelivered>;

/// A callback that is pending, as it stands when an attempt begins.
struct Letter {
    id: String,
    body: String,
    attempts: i64,
    round: i64,
    /// How many attempts were made in this round.
    tried: usize,
    address: Address,
}

impl Letter {
    fn load(tx: &mut Tx<'_>, id: String) -> Result<Option<Self>, StoreError> {
        let sql = "SELECT c.partner, c.body, c.attempts, c.round, p.callback_url, p.callback_profile, p.signature_key,
                 (SELECT count(*) FROM callback_attempt a WHERE a.callback = c.id AND a.round = c.round)
             FROM callback c JOIN partner p ON p.client_id = c.partner WHERE c.id = $1 AND c.status = 'PENDING'";
        tx.query_one(sql, &[(&id).into()], |row| {
            let address = Address {
                partner: row.text(0)?,
                url: row.optional_text(4)?,
                profile: CallbackProfile::read(&row.text(5)?),
                signature_key: row.text(6)?.into(),
            };
            let tried = usize::try_from(row.int(7)?).unwrap_or(usize::MAX);
            let (body, attempts, round) = (row.text(1)?, row.int(2)?, row.int(3)?);
            Ok(Self { id: id.clone(), body, attempts, round, tried, address })
        })
    }

    /// Writes down an attempt, and says what follows from it.
    fn record(
        &self,
        tx: &mut Tx<'_>,
        answer: &Answer,
        at: Timestamp,
        took: Duration,
    ) -> Result<Option<Next>, StoreError> {
        // Whoever strikes it off records it; a lease that ran out meanwhile may have found somebody else.
        if !agenda::strike(tx, Task::CallbackAttempt, &self.id)? {
            return Ok(None);
        }
        let next = next(answer, self.tried, at);
        let number = self.attempts + 1;
        let status = answer.ok().map(|(status, _)| i64::from(status.as_u16()));
        let outcome = outcome(answer);
        tx.execute(
            "INSERT INTO callback_attempt (callback, number, round, at, http_status, outcome, took_micros)
             VALUES ($1, $2, $3, $4, $5, $6, $7)",
            &[
                (&self.id).into(),
                number.into(),
                self.round.into(),
                at.as_microsecond().into(),
                status.into(),
                outcome.into(),
                i64::try_from(took.as_micros()).unwrap_or(i64::MAX).into(),
            ],
        )?;
        let (word, kind, again_at) = match next {
            Next::Delivered => ("DELIVERED", "callback.delivered", None),
            Next::Again(at) => ("PENDING", "callback.failed", Some(at)),
            Next::Dead => ("DEAD", "callback.dead", None),
        };
        let delivered_at = (next == Next::Delivered).then_some(at.as_microsecond());
        tx.execute(
            "UPDATE callback SET status = $1, attempts = $2, due_at = $3, delivered_at = coalesce($4, delivered_at)
             WHERE id = $5",
            &[
                word.into(),
                number.into(),
                again_at.map(Timestamp::as_microsecond).into(),
                delivered_at.into(),
                (&self.id).into(),
            ],
        )?;
        if let Some(again_at) = again_at {
            agenda::plan(tx, Task::CallbackAttempt, &self.id, again_at)?;
        }
        let again_at = again_at.map(|at| DateTime::in_bangkok(at).to_string());
        let detail =
            json!({ "attempt": number, "outcome": outcome, "httpStatus": status, "nextAttemptAt": again_at });
        event::record(
            tx,
            &Event { kind, partner: Some(&self.address.partner), subject: &self.id, at, detail },
        )?;
        Ok(Some(next))
    }
}

/// What an attempt came to, in a word.
fn outcome(answer: &Answer) -> &'static str {
    match answer {
        Ok((status, _)) if status.is_success() => "DELIVERED",
        Ok((StatusCode::GONE, _)) => "GONE",
        Ok(_) => "REFUSED",
        Err(undelivered) => undelivered.as_str(),
    }
}

/// What follows from an attempt.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Next {
    Delivered,
    Again(Timestamp),
    Dead,
}

/// `tried` is how many attempts of the round came before.
fn next(answer: &Answer, tried: usize, at: Timestamp) -> Next {
    let asked = match answer {
        Ok((status, _)) if status.is_success() => return Next::Delivered,
        // Whoever says that it is gone for good is believed.
        Ok((StatusCode::GONE, _)) => return Next::Dead,
        Ok((StatusCode::TOO_MANY_REQUESTS | StatusCode::SERVICE_UNAVAILABLE, asked)) => *asked,
        _ => None,
    };
    let Some(pause) = RETRIES.get(tried) else { return Next::Dead };
    let asked =
        asked.map_or(SignedDuration::ZERO, |asked| SignedDuration::try_from(asked).unwrap_or(LONGEST_PAUSE));
    let pause = asked.min(LONGEST_PAUSE).max(*pause);
    Next::Again(at.checked_add(pause).unwrap_or(Timestamp::MAX))
}
