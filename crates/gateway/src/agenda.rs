//! Work that falls due: a row with a time, never a timer in memory.
//!
//! A row is written in the transaction of the change that causes the work, and goes in the transaction of the work's own
//! effect, so work is neither lost nor done twice, whenever the process dies.

use crate::store::{Row, StoreError, Tx};
use jiff::Timestamp;

/// The kinds of work.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Task {
    /// A registration journey that the customer has not finished.
    JourneyExpiry,
    /// A schedule's next due date.
    ScheduleRun,
    /// An attempt to deliver a callback.
    CallbackAttempt,
}

impl Task {
    const ALL: [Self; 3] = [Self::JourneyExpiry, Self::ScheduleRun, Self::CallbackAttempt];

    fn as_str(self) -> &'static str {
        match self {
            Self::JourneyExpiry => "journey-expiry",
            Self::ScheduleRun => "schedule-run",
            Self::CallbackAttempt => "callback-attempt",
        }
    }

    fn read(text: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|task| task.as_str() == text)
    }
}

/// A piece of work.
#[derive(Clone, Debug)]
pub(crate) struct Due {
    pub(crate) task: Task,
    /// The identifier of what the work is on.
    pub(crate) subject: String,
    pub(crate) at: Timestamp,
}

/// Plans work, or plans it anew; whoever holds it loses it.
pub(crate) fn plan(tx: &mut Tx<'_>, task: Task, subject: &str, due: Timestamp) -> Result<(), StoreError> {
    tx.execute(
        "INSERT INTO agenda (task, subject, due_at, leased_until) VALUES ($1, $2, $3, NULL)
         ON CONFLICT (task, subject) DO UPDATE SET due_at = excluded.due_at, leased_until = NULL",
        &[task.as_str().into(), subject.into(), due.as_microsecond().into()],
    )?;
    Ok(())
}

/// Strikes work off. Tells whether it was there: who does the work strikes it off first, and does it only then.
pub(crate) fn strike(tx: &mut Tx<'_>, task: Task, subject: &str) -> Result<bool, StoreError> {
    let sql = "DELETE FROM agenda WHERE task = $1 AND subject = $2";
    Ok(tx.execute(sql, &[task.as_str().into(), subject.into()])? == 1)
}

/// Whether somebody is at this piece of work; `machine_now` is by the machine's clock.
pub(crate) fn is_leased(
    tx: &mut Tx<'_>,
    task: Task,
    subject: &str,
    machine_now: Timestamp,
) -> Result<bool, StoreError> {
    let sql = "SELECT leased_until FROM agenda WHERE task = $1 AND subject = $2";
    let lease = tx.query_one(sql, &[task.as_str().into(), subject.into()], |row| row.optional_int(0))?;
    Ok(lease.flatten().is_some_and(|until| until > machine_now.as_microsecond()))
}

/// Takes up to `most` pieces of work that are due at `now`, the earliest first, and holds them until `lease_until` by
/// the machine's clock. Callbacks are not among them: their partners take [turns](crate::callback).
pub(crate) fn take(
    tx: &mut Tx<'_>,
    now: Timestamp,
    most: u32,
    (machine_now, lease_until): (Timestamp, Timestamp),
) -> Result<Vec<Due>, StoreError> {
    let sql = format!(
        "SELECT task, subject, due_at FROM agenda
         WHERE due_at <= $1 AND (leased_until IS NULL OR leased_until <= $2) AND task <> 'callback-attempt'
         ORDER BY due_at, task, subject LIMIT {most}"
    );
    let parameters = [now.as_microsecond().into(), machine_now.as_microsecond().into()];
    let found = tx.query(&sql, &parameters, due)?;
    let found: Vec<Due> = found.into_iter().flatten().collect();
    for due in &found {
        tx.execute(
            "UPDATE agenda SET leased_until = $1 WHERE task = $2 AND subject = $3",
            &[lease_until.as_microsecond().into(), due.task.as_str().into(), (&due.subject).into()],
        )?;
    }
    Ok(found)
}

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

/// When the next piece of work that nobody is at falls due.
pub(crate) fn next(tx: &mut Tx<'_>, machine_now: Timestamp) -> Result<Option<Timestamp>, StoreError> {
    let sql = "SELECT min(due_at) FROM agenda WHERE leased_until IS NULL OR leased_until <= $1";
    let next = tx.query_one(sql, &[machine_now.as_microsecond().into()], |row| row.optional_int(0))?;
    Ok(next.flatten().and_then(|micros| Timestamp::from_microsecond(micros).ok()))
}

/// Frees all work: what a process that is gone was at. Only for who has the store alone.
pub(crate) fn free_all(tx: &mut Tx<'_>) -> Result<(), StoreError> {
    tx.execute("UPDATE agenda SET leased_until = NULL WHERE leased_until IS NOT NULL", &[])?;
    Ok(())
}

/// `None` for a kind of work that a newer program has left.
fn due(row: &Row<'_>) -> Result<Option<Due>, StoreError> {
    let Some(task) = Task::read(&row.text(0)?) else { return Ok(None) };
    let at = Timestamp::from_microsecond(row.int(2)?).unwrap_or(Timestamp::MIN);
    Ok(Some(Due { task, subject: row.text(1)?, at }))
}
