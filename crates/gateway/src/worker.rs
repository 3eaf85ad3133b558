//! Does what falls due: alone as time passes, and on the way when the clock is moved.
//!
//! There are two lanes, so that a partner who is slow to answer delays nobody's payments: work whose effect is in the
//! store, done here, in order and by group commit; and callbacks, [delivered](crate::callback) side by side. In each
//! there is one worker at a time. Who moves the clock works in both.

use crate::{
    Gateway,
    agenda::{self, Due, Task},
    clock::{self, Shift},
    direct_debit, stamp_duty,
    store::{StoreError, StoreErrorKind, Tx},
};
use jiff::Timestamp;
use satang_core::{Clock, Refusal};
use std::{
    sync::{
        Arc, Mutex, PoisonError,
        atomic::{AtomicBool, Ordering::Relaxed},
    },
    time::Duration,
};
use tokio::sync;

/// The kinds of work whose whole effect is in the store.
const IN_STORE: &[Task] =
    &[Task::JourneyExpiry, Task::ScheduleRun, Task::FilingVerification, Task::FilingExpiry];
pub(crate) const ALL: &[Task] = &[
    Task::JourneyExpiry,
    Task::ScheduleRun,
    Task::FilingVerification,
    Task::FilingExpiry,
    Task::CallbackAttempt,
];
/// How many pieces of work in the store share a commit. Calls of partners queue behind them.
const BATCH: usize = 256;
/// How often to look for due work when nobody says that there is some.
const LOOK: Duration = Duration::from_secs(1);
/// When to try again after the store has had too much to do.
const BREATH: Duration = Duration::from_millis(10);

/// For who does all that is due, however long it takes.
static NEVER: AtomicBool = AtomicBool::new(false);

/// Who does the work in the store, and how far the clock has come that is being moved.
#[derive(Debug, Default)]
pub(crate) struct DueWork {
    /// Notified when something is due that nobody looks for yet.
    awake: sync::Notify,
    /// Held by who does the work.
    at_work: sync::Mutex<()>,
    advance: Mutex<Option<Advance>>,
}

impl DueWork {
    /// Notes progress, for those who look on.
    fn note(&self, change: impl FnOnce(&mut Advance)) {
        self.advance.lock().unwrap_or_else(PoisonError::into_inner).as_mut().map(change);
    }
}

/// A move of the clock that is under way.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Advance {
    /// What time it was at first.
    pub from: Timestamp,
    /// What time it will be.
    pub target: Timestamp,
    /// What time it is.
    pub reached: Timestamp,
    /// How many pieces of work are done.
    pub done: u64,
}

impl Gateway {
    /// Does what falls due, as it does, until `stop` resolves. What has been begun by then is finished; the rest stays
    /// due.
    pub async fn work(self: Arc<Self>, stop: impl Future<Output = ()> + Send) {
        let stopping = AtomicBool::new(false);
        let (end, ended) = sync::oneshot::channel::<()>();
        let told = async {
            stop.await;
            stopping.store(true, Relaxed);
            self.wake();
            drop(end);
        };
        let calls = self.deliver(async {
            // An error says that the other end is gone, which is what this waits for.
            let _ = ended.await;
        });
        tokio::join!(told, self.attend(&stopping), calls);
    }

    async fn attend(&self, stopping: &AtomicBool) {
        while !stopping.load(Relaxed) {
            let alone = self.due_work.at_work.lock().await;
            if let Err(error) = self.do_work_in_store(stopping).await {
                tracing::error!(error = &error as &dyn std::error::Error, "due work could not be done");
            }
            drop(alone);
            if stopping.load(Relaxed) {
                return;
            }
            tokio::select! {
                () = self.due_work.awake.notified() => {}
                () = tokio::time::sleep(LOOK) => {}
            }
        }
    }

    /// Says that something is due, so that [`work`](Gateway::work) looks at once.
    pub(crate) fn wake(&self) {
        self.due_work.awake.notify_one();
        self.post.awake.notify_one();
    }

    /// Does everything that is due by now, and says how many pieces that were.
    ///
    /// # Errors
    /// The store failed.
    pub async fn catch_up(self: &Arc<Self>) -> Result<u64, StoreError> {
        let _alone = self.alone().await;
        self.do_due().await
    }

    /// Lets time pass until `target`, or only moves the clock if that is in the past. Everything that falls due on the
    /// way is done at its own time, in order. Returns how many pieces of work that were.
    ///
    /// Once begun it is finished, also when the future is dropped. A process that dies on the way leaves the clock where
    /// it had come to, and not frozen unless it was: the same call again does the rest.
    ///
    /// # Errors
    /// The store failed.
    pub async fn advance_to(self: &Arc<Self>, target: Timestamp) -> Result<u64, StoreError> {
        let gateway = Arc::clone(self);
        let passing = tokio::spawn(async move {
            let _alone = gateway.alone().await;
            let held = Held::new(&gateway, target);
            let done = gateway.pass(target).await?;
            drop(held);
            Ok(done)
        });
        passing.await.unwrap_or_else(|_| Err(StoreError::panicked()))
    }

    /// How far the clock has come, while it is being moved.
    #[must_use]
    pub fn advance_under_way(&self) -> Option<Advance> {
        *self.due_work.advance.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Moves the clock and makes that last: first on disk, so that nothing is ever dated after a clock that a crash set
    /// back.
    pub(crate) async fn set_clock(&self, shift: Shift) -> Result<(), StoreError> {
        when_free(|| self.store.write(move |tx| clock::save(tx, shift))).await?;
        self.clock.move_to(shift);
        Ok(())
    }

    /// Both places, always taken in the same order.
    async fn alone(&self) -> [sync::MutexGuard<'_, ()>; 2] {
        [self.post.alone().await, self.due_work.at_work.lock().await]
    }

    async fn pass(self: &Arc<Self>, target: Timestamp) -> Result<u64, StoreError> {
        let mut done = 0;
        while target > self.now() {
            let machine_now = self.clock.machine_now();
            let next = when_free(|| self.store.read(move |tx| agenda::next(tx, ALL, machine_now))).await?;
            let Some(next) = next.filter(|next| *next <= target) else { break };
            if next > self.now() {
                self.move_held_clock(next).await?;
            }
            done += self.do_due().await?;
        }
        self.move_held_clock(target).await?;
        Ok(done)
    }

    /// On disk the clock goes on from `time`, or stands there if it was frozen; here it stands, so that what is due at
    /// one moment is also done at that moment.
    async fn move_held_clock(&self, time: Timestamp) -> Result<(), StoreError> {
        self.set_clock(self.clock.shift_to(time)).await?;
        self.clock.hold(Some(time));
        self.due_work.note(|advance| advance.reached = time);
        Ok(())
    }

    async fn do_due(self: &Arc<Self>) -> Result<u64, StoreError> {
        let mut done = 0;
        loop {
            let calls = self.deliver_due(|| false).await?;
            self.due_work.note(|advance| advance.done += calls);
            let more = self.do_work_in_store(&NEVER).await? + calls;
            if more == 0 {
                return Ok(done);
            }
            done += more;
        }
    }

    /// Without leases: all of it is in the store, where each piece is done by whoever strikes it off.
    async fn do_work_in_store(&self, stopping: &AtomicBool) -> Result<u64, StoreError> {
        let mut done = 0;
        loop {
            if stopping.load(Relaxed) {
                return Ok(done);
            }
            let now = self.now();
            let batch =
                when_free(|| self.store.read(move |tx| agenda::due(tx, IN_STORE, BATCH, now))).await?;
            if batch.is_empty() {
                return Ok(done);
            }
            let mut begun = Vec::with_capacity(batch.len());
            for due in batch {
                let piece = due.clone();
                // Queued here and now, so that they are done in this order.
                match self.store.begin(move |tx| perform(tx, &piece, now)) {
                    Ok(answer) => begun.push((due, answer)),
                    Err(error) if error.kind() == StoreErrorKind::Busy => break,
                    Err(error) => return Err(error),
                }
            }
            if begun.is_empty() {
                tokio::time::sleep(BREATH).await;
            }
            for (due, answer) in begun {
                self.finish(&due, answer.await, now).await?;
                done += 1;
            }
        }
    }

    /// Puts off what could not be done for a reason of ours, a panic among them: that is no reason to leave the rest.
    async fn finish(
        &self,
        due: &Due,
        outcome: Result<(), Refusal>,
        now: Timestamp,
    ) -> Result<(), StoreError> {
        self.due_work.note(|advance| advance.done += 1);
        let Err(refusal) = outcome else { return Ok(()) };
        tracing::error!(
            task = due.task.as_str(),
            subject = due.subject,
            code = refusal.code(),
            "due work failed"
        );
        let put_off = || {
            let due = due.clone();
            self.store.write(move |tx| agenda::postpone(tx, &due, now))
        };
        when_free(put_off).await
    }
}

/// Does one piece of work in the store, if it is still planned as it was when it was found.
fn perform(tx: &mut Tx<'_>, due: &Due, now: Timestamp) -> Result<(), Refusal> {
    let Due { at, task, subject } = due;
    if agenda::due_at(tx, *task, subject)? != Some(*at) {
        return Ok(());
    }
    match task {
        Task::JourneyExpiry => direct_debit::journey_expired(tx, subject, now)?,
        Task::ScheduleRun => direct_debit::schedule_due(tx, subject, now)?,
        Task::FilingVerification => stamp_duty::filing_verified(tx, subject, now)?,
        Task::FilingExpiry => stamp_duty::filing_expired(tx, subject, now)?,
        // Never found here.
        Task::CallbackAttempt => {}
    }
    if agenda::due_at(tx, *task, subject)? == Some(*at) {
        // It would be done over and over.
        tracing::error!(task = task.as_str(), subject, "work was done and is still due");
        return Err(Refusal::internal());
    }
    Ok(())
}

/// Tries until the store has room. What it refuses as too much it has not begun.
async fn when_free<T, F>(attempt: impl Fn() -> F) -> Result<T, StoreError>
where
    F: Future<Output = Result<T, StoreError>>,
{
    loop {
        match attempt().await {
            Err(error) if error.kind() == StoreErrorKind::Busy => tokio::time::sleep(BREATH).await,
            outcome => return outcome,
        }
    }
}

/// Keeps the clock from going on by itself, until it is dropped, whatever happens.
struct Held<'a>(&'a Gateway);

impl<'a> Held<'a> {
    fn new(gateway: &'a Gateway, target: Timestamp) -> Self {
        let from = gateway.now();
        gateway.clock.hold(Some(from));
        let advance = Advance { from, target, reached: from, done: 0 };
        *gateway.due_work.advance.lock().unwrap_or_else(PoisonError::into_inner) = Some(advance);
        Self(gateway)
    }
}

impl Drop for Held<'_> {
    fn drop(&mut self) {
        self.0.clock.hold(None);
        *self.0.due_work.advance.lock().unwrap_or_else(PoisonError::into_inner) = None;
    }
}

#[cfg(test)]
mod tests;
