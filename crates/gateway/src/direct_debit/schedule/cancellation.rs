//! K: a schedule is stopped.

use super::Schedule;
use crate::{
    agenda::{self, Task},
    direct_debit::{payment::stored, state::ScheduleEvent},
    partner::Partner,
    store::Tx,
};
use jiff::Timestamp;
use satang_core::Refusal;
use satang_schema::{
    DateTime,
    direct_debit::{ScheduleCancellation, ScheduleCancelled},
    krungsri::SandboxError,
};

/// Stops a schedule, unless it is finished, or due: what has fallen due before the call came is paid, whether the
/// running batch has come to it or not.
pub(in crate::direct_debit) fn cancel(
    tx: &mut Tx<'_>,
    partner: &Partner,
    request: &ScheduleCancellation,
    now: Timestamp,
) -> Result<ScheduleCancelled, Refusal> {
    let id = request.schedule_identification.to_string();
    let schedule = Schedule::find(tx, &id)?.filter(|schedule| schedule.partner == partner.client_id);
    let mut schedule = schedule.ok_or_else(|| Refusal::not_found("no such schedule"))?;
    if agenda::due_at(tx, Task::ScheduleRun, &id)?.is_some_and(|due| due <= now) {
        let message = "the schedule is due, and its payment is being made";
        return Err(Refusal::of(&SandboxError::STATE).saying(message));
    }
    // The clock may have moved while the call waited for its turn: nothing that was paid is dated after the end.
    let last = "SELECT max(executed_at) FROM execution WHERE schedule = $1";
    let last = tx.query_one(last, &[(&id).into()], |row| row.optional_int(0))?.flatten();
    let last = last.and_then(|micros| Timestamp::from_microsecond(micros).ok());
    let now = last.map_or(now, |last| now.max(last));
    schedule.change(tx, ScheduleEvent::Cancelled, None, now)?;
    agenda::strike(tx, Task::ScheduleRun, &id)?;
    Ok(ScheduleCancelled {
        schedule_identification: stored(&id)?,
        processing_status: schedule.status,
        status_date_time: DateTime::in_bangkok(now),
    })
}
