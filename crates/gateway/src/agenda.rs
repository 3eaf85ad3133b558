//! Work that falls due: a row with a time, never a timer in memory.
//!
//! A row is written in the transaction of the change that causes the work, and goes in the transaction of the work's own
//! effect, so work is neither lost nor done twice, whenever the process dies.
//!
//! Work whose whole effect is in the store needs nothing else: who does it strikes it off first, and of two only one
//! finds it. Work whose effect is outside is held under a lease meanwhile.

use crate::store::{Row, StoreError, Tx};
use jiff::{SignedDuration, Timestamp};

/// The kinds of work.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Task {
    /// A registration journey that the customer has not finished.
    JourneyExpiry,
    /// A schedule's next due date.
    ScheduleRun,
    /// A large filing that is being verified.
    FilingVerification,
    /// A filing that nobody has paid.
    FilingExpiry,
    /// An attempt to deliver a callback.
    CallbackAttempt,
}

impl Task {
    pub(crate) fn as_str(self) -> &'static str {
        match self {
            Self::JourneyExpiry => "journey-expiry",
            Self::ScheduleRun => "schedule-run",
            Self::FilingVerification => "filing-verification",
            Self::FilingExpiry => "filing-expiry",
            Self::CallbackAttempt => "callback-attempt",
        }
    }
}

/// A piece of work. The order is that in which pieces are done.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Due {
    pub(crate) at: Timestamp,
    pub(crate) task: Task,
    /// The identifier of what the work is on.
    pub(crate) subject: String,
}

/// Plans work, or plans it anew; whoever holds it loses it.
pub(crate) fn plan(tx: &mut Tx<'_>, task: Task, subject: &str, due: Timestamp) -> Result<(), StoreError> {
    tx.execute(
        "INSERT INTO agenda (task, subject, due_at, leased_until, failures) VALUES ($1, $2, $3, NULL, 0)
         ON CONFLICT (task, subject) DO UPDATE SET due_at = excluded.due_at, leased_until = NULL, failures = 0",
        &[task.as_str().into(), subject.into(), tick(due).into()],
    )?;
    Ok(())
}

/// Strikes work off. Tells whether it was there: who does the work strikes it off first, and does it only then.
pub(crate) fn strike(tx: &mut Tx<'_>, task: Task, subject: &str) -> Result<bool, StoreError> {
    let sql = "DELETE FROM agenda WHERE task = $1 AND subject = $2";
    Ok(tx.execute(sql, &[task.as_str().into(), subject.into()])? == 1)
}

/// When this piece of work is due, if it is planned.
pub(crate) fn due_at(tx: &mut Tx<'_>, task: Task, subject: &str) -> Result<Option<Timestamp>, StoreError> {
    let sql = "SELECT due_at FROM agenda WHERE task = $1 AND subject = $2";
    tx.query_one(sql, &[task.as_str().into(), subject.into()], |row| moment(row, 0))
}

/// Up to `most` pieces of work of these kinds that are due at `now`, in order. Who asks for kinds that are held under
/// leases asks otherwise: callbacks' partners take [turns](crate::callback).
pub(crate) fn due(
    tx: &mut Tx<'_>,
    tasks: &[Task],
    most: usize,
    now: Timestamp,
) -> Result<Vec<Due>, StoreError> {
    let mut found = Vec::new();
    // One by one, so that the index gives each in its order, past no row of another kind.
    for task in tasks {
        let sql = format!("{DUE} LIMIT {most}");
        let parameters = [task.as_str().into(), now.as_microsecond().into()];
        let of_this_kind =
            |row: &Row<'_>| Ok(Due { at: moment(row, 1)?, task: *task, subject: row.text(0)? });
        found.extend(tx.query(&sql, &parameters, of_this_kind)?);
    }
    found.sort_unstable();
    found.truncate(most);
    Ok(found)
}

const DUE: &str =
    "SELECT subject, due_at FROM agenda WHERE task = $1 AND due_at <= $2 ORDER BY due_at, subject";

/// Holds one piece of work until `lease_until` by the machine's clock.
pub(crate) fn hold(
    tx: &mut Tx<'_>,
    task: Task,
    subject: &str,
    lease_until: Timestamp,
) -> Result<(), StoreError> {
    let sql = "UPDATE agenda SET leased_until = $1 WHERE task = $2 AND subject = $3";
    tx.execute(sql, &[lease_until.as_microsecond().into(), task.as_str().into(), subject.into()])?;
    Ok(())
}

/// When the next piece of work of these kinds that nobody is at falls due; `machine_now` is by the machine's clock.
pub(crate) fn next(
    tx: &mut Tx<'_>,
    tasks: &[Task],
    machine_now: Timestamp,
) -> Result<Option<Timestamp>, StoreError> {
    let mut next = None;
    for task in tasks {
        let parameters = [task.as_str().into(), machine_now.as_microsecond().into()];
        let due = tx.query_one(NEXT, &parameters, |row| moment(row, 0))?;
        next = [next, due].into_iter().flatten().min();
    }
    Ok(next)
}

const NEXT: &str = "SELECT due_at FROM agenda
    WHERE task = $1 AND (leased_until IS NULL OR leased_until <= $2) ORDER BY due_at LIMIT 1";

/// Puts off work that has failed, the longer the more often it has. Work that was struck off or planned anew meanwhile
/// stays as it is.
pub(crate) fn postpone(tx: &mut Tx<'_>, failed: &Due, now: Timestamp) -> Result<(), StoreError> {
    let sql = "SELECT failures FROM agenda WHERE task = $1 AND subject = $2 AND due_at = $3";
    let (task, due) = (failed.task.as_str(), failed.at.as_microsecond());
    let failures =
        tx.query_one(sql, &[task.into(), (&failed.subject).into(), due.into()], |row| row.int(0))?;
    let Some(failures) = failures else { return Ok(()) };
    tx.execute(
        "UPDATE agenda SET due_at = $1, leased_until = NULL, failures = $2 WHERE task = $3 AND subject = $4",
        &[
            tick(now.checked_add(pause(failures)).unwrap_or(Timestamp::MAX)).into(),
            (failures + 1).into(),
            task.into(),
            (&failed.subject).into(),
        ],
    )?;
    Ok(())
}

/// Frees all work: what a process that is gone was at. Only for who has the store alone.
pub(crate) fn free_all(tx: &mut Tx<'_>) -> Result<(), StoreError> {
    tx.execute("UPDATE agenda SET leased_until = NULL WHERE leased_until IS NOT NULL", &[])?;
    Ok(())
}

/// How long after a failure the next try is: a minute at first, four times as long each time, a day at most. So work
/// that can never be done costs a year that is passed in one go a few hundred tries, not a million.
fn pause(failures: i64) -> SignedDuration {
    let times = 4_i64.saturating_pow(u32::try_from(failures).unwrap_or(u32::MAX));
    SignedDuration::from_mins(times.min(24 * 60))
}

/// The sandbox's clock ticks in milliseconds. What is due between two ticks is due at the second, or the clock would
/// never be seen to reach it.
fn tick(due: Timestamp) -> i64 {
    let micros = due.as_microsecond();
    micros.saturating_add((1_000 - micros.rem_euclid(1_000)) % 1_000)
}

fn moment(row: &Row<'_>, column: usize) -> Result<Timestamp, StoreError> {
    Ok(Timestamp::from_microsecond(row.int(column)?).unwrap_or(Timestamp::MIN))
}

#[cfg(test)]
mod tests;
