//! Calls to partners: written with the change that causes them, delivered at least once.
//!
//! | when | what happens |
//! | --- | --- |
//! | [`enqueue`] | a row in the outbox and one in the agenda, in the transaction of the change |
//! | it is due | [`turns`]: partners take turns, so that one whose receiver is dead holds up nobody else |
//! | an attempt | [`attempt`]: the stored bytes, signed anew ([`request`]), go out by the [`Courier`] |
//! | 2xx | delivered |
//! | anything else | tried again 1, 5, 15 and 60 minutes later, then dead |
//! | [`replay`] | the same call once more, with the whole schedule |

mod attempt;
mod courier;
pub(crate) mod outbox;
mod request;
#[cfg(test)]
mod tests;
mod turns;

pub(crate) use courier::Stranded;
pub use courier::{Courier, Delivery, Exchange, Undelivered};
pub(crate) use request::WebhookSeed;
pub(crate) use turns::Post;

use crate::{
    agenda::{self, Task},
    event::{self, Event},
    name,
    store::{StoreError, Tx},
};
use jiff::Timestamp;
use satang_core::Operation;
use serde::Serialize;
use serde_json::json;

/// A call to be made.
#[derive(Debug)]
pub(crate) struct NewCallback<'a, B> {
    pub(crate) partner: &'a str,
    pub(crate) operation: &'static Operation,
    /// The identifier of what it tells of.
    pub(crate) subject: &'a str,
    /// Which of the things that may happen to the subject it tells of. A subject has one call of each version.
    pub(crate) version: &'a str,
    pub(crate) body: &'a B,
}

/// Queues a call, in the transaction of the change that causes it. A partner without an address gets none: it asks.
pub(crate) fn enqueue<B: Serialize>(
    tx: &mut Tx<'_>,
    callback: &NewCallback<'_, B>,
    now: Timestamp,
) -> Result<(), StoreError> {
    let sql = "SELECT callback_url FROM partner WHERE client_id = $1";
    let address = tx.query_one(sql, &[callback.partner.into()], |row| row.optional_text(0))?;
    if address.flatten().is_none() {
        return Ok(());
    }
    let NewCallback { partner, operation, subject, version, body } = callback;
    let id = name::uuid(&["callback", operation.id, subject, version]).to_string();
    let body = serde_json::to_string(body).map_err(|_| StoreError::statement("a callback is not JSON"))?;
    let inserted = tx.execute(
        "INSERT INTO callback (id, partner, operation, subject, body, status, due_at, created_at)
         VALUES ($1, $2, $3, $4, $5, 'PENDING', $6, $7) ON CONFLICT DO NOTHING",
        &[
            (&id).into(),
            (*partner).into(),
            operation.id.into(),
            (*subject).into(),
            (&body).into(),
            now.as_microsecond().into(),
            now.as_microsecond().into(),
        ],
    )?;
    if inserted == 0 {
        return Ok(());
    }
    agenda::plan(tx, Task::CallbackAttempt, &id, now)?;
    let detail = json!({ "operation": operation.id, "subject": subject });
    let event = Event { kind: "callback.queued", partner: Some(partner), subject: &id, at: now, detail };
    event::record(tx, &event)
}

/// Queues a call once more that was delivered or is dead: the same identifier, the same body, a new round of attempts.
/// Tells whether it was; one that is pending already, or does not exist, is not.
pub(crate) fn replay(tx: &mut Tx<'_>, id: &str, now: Timestamp) -> Result<bool, StoreError> {
    let sql = "UPDATE callback SET status = 'PENDING', round = round + 1, due_at = $1
         WHERE id = $2 AND status IN ('DELIVERED', 'DEAD') RETURNING partner, round";
    let at = now.as_microsecond();
    let found = tx.query_one(sql, &[at.into(), id.into()], |row| Ok((row.text(0)?, row.int(1)?)))?;
    let Some((partner, round)) = found else { return Ok(false) };
    agenda::plan(tx, Task::CallbackAttempt, id, now)?;
    let detail = json!({ "round": round });
    event::record(
        tx,
        &Event { kind: "callback.replayed", partner: Some(&partner), subject: id, at: now, detail },
    )?;
    Ok(true)
}
