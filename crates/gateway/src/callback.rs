//! Calls to partners: written with the change that causes them, delivered at least once.

use crate::{
    Gateway,
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
        "INSERT INTO callback (id, partner, operation, subject, body, status, created_at)
         VALUES ($1, $2, $3, $4, $5, 'PENDING', $6) ON CONFLICT DO NOTHING",
        &[
            (&id).into(),
            (*partner).into(),
            operation.id.into(),
            (*subject).into(),
            (&body).into(),
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

impl Gateway {
    /// Tries once to deliver a callback, and plans the next attempt if that fails.
    pub(crate) async fn attempt_callback(&self, id: String) -> Result<(), StoreError> {
        self.store.write(move |tx| agenda::strike(tx, Task::CallbackAttempt, &id).map(|_| ())).await
    }
}
