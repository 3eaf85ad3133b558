//! I to K: schedules.

use crate::{
    agenda::{self, Task},
    store::Tx,
};
use jiff::Timestamp;
use satang_core::Refusal;

/// Does what a schedule has due.
pub(crate) fn run(tx: &mut Tx<'_>, schedule: &str, now: Timestamp) -> Result<(), Refusal> {
    let _ = now;
    agenda::strike(tx, Task::ScheduleRun, schedule)?;
    Ok(())
}

/// Stops the schedules of a token that can never be charged again.
pub(crate) fn revoke(tx: &mut Tx<'_>, token: &str, now: Timestamp) -> Result<(), Refusal> {
    let _ = (tx, token, now);
    Ok(())
}
