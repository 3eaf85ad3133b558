//! The log of what happened, for those who look on: written with each change, read with a cursor.

use crate::store::{StoreError, Tx};
use jiff::Timestamp;
use serde_json::Value as Json;

/// Something that happened. Holds nothing that a log must not: no secrets, account numbers only masked.
#[derive(Debug)]
pub(crate) struct Event<'a> {
    /// What, such as `registration.activated`.
    pub(crate) kind: &'static str,
    /// Whom it concerns.
    pub(crate) partner: Option<&'a str>,
    /// The identifier of what it happened to.
    pub(crate) subject: &'a str,
    /// When, by the sandbox's clock.
    pub(crate) at: Timestamp,
    /// What else there is to know: a JSON object.
    pub(crate) detail: Json,
}

/// Takes note of an event, in the transaction of the change.
pub(crate) fn record(tx: &mut Tx<'_>, event: &Event<'_>) -> Result<(), StoreError> {
    tx.execute(
        "INSERT INTO event (position, at, kind, partner, subject, detail)
         SELECT coalesce(max(position), 0) + 1, $1, $2, $3, $4, $5 FROM event",
        &[
            event.at.as_microsecond().into(),
            event.kind.into(),
            event.partner.into(),
            event.subject.into(),
            (&event.detail.to_string()).into(),
        ],
    )?;
    Ok(())
}
