//! A to E: registrations of customers' accounts.

use crate::{
    agenda::{self, Task},
    store::Tx,
};
use jiff::Timestamp;
use satang_core::Refusal;

/// Ends a journey that the customer has not finished in time.
pub(crate) fn expire(tx: &mut Tx<'_>, journey: &str, now: Timestamp) -> Result<(), Refusal> {
    let _ = now;
    agenda::strike(tx, Task::JourneyExpiry, journey)?;
    Ok(())
}
