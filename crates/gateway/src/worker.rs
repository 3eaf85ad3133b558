//! Does what falls due: alone as time passes, and on the way when the clock is moved.

use crate::{
    Gateway,
    agenda::{self, Due, Task},
    clock::{self, Shift},
    direct_debit,
    store::{StoreError, Tx},
};
use jiff::{SignedDuration, Timestamp};
use satang_core::Clock;
use std::{sync::Arc, time::Duration};
use tokio::{sync::oneshot, task::JoinSet};

/// How many pieces of work are taken at once.
const BATCH: u32 = 128;
/// How long a piece of work is held. Longer than the longest attempt to deliver a callback.
const LEASE: SignedDuration = SignedDuration::from_secs(60);
/// When work that failed for a reason of ours is tried again.
const AFTER_FAILURE: SignedDuration = SignedDuration::from_mins(10);
/// How often to look for due work when nobody says that there is some.
const LOOK: Duration = Duration::from_secs(1);

impl Gateway {
    /// Does what falls due, as it does, until `stop` resolves.
    pub async fn work(self: Arc<Self>, stop: impl Future<Output = ()> + Send) {
        let work = async {
            loop {
                if let Err(error) = self.do_store_work_alone().await {
                    tracing::error!(error = &error as &dyn std::error::Error, "due work could not be done");
                }
                tokio::select! {
                    () = self.awake.notified() => {}
                    () = tokio::time::sleep(LOOK) => {}
                }
            }
        };
        let (end, ended) = oneshot::channel();
        let until_told = async {
            tokio::select! {
                () = work => {}
                () = stop => {}
            }
            let _ = end.send(());
        };
        tokio::join!(
            until_told,
            self.deliver(async {
                let _ = ended.await;
            })
        );
    }

    /// Says that something is due, so that [`work`](Gateway::work) looks at once.
    pub(crate) fn wake(&self) {
        self.awake.notify_one();
        self.post.awake.notify_one();
    }

    /// Does everything that is due by now, and says how many pieces that were.
    ///
    /// # Errors
    /// The store failed.
    pub async fn catch_up(self: &Arc<Self>) -> Result<u64, StoreError> {
        let _alone = (self.post.alone().await, self.at_work.lock().await);
        self.do_due().await
    }

    /// Lets time pass until `target`, or only moves the clock if that is in the past. Everything that falls due on the
    /// way is done at its own time, in order. Returns how many pieces of work that were.
    ///
    /// # Errors
    /// The store failed.
    pub async fn advance_to(self: &Arc<Self>, target: Timestamp) -> Result<u64, StoreError> {
        let _alone = (self.post.alone().await, self.at_work.lock().await);
        let was_frozen = self.clock.shift().frozen_at.is_some();
        let mut done = 0;
        loop {
            let machine_now = self.clock.machine_now();
            let next = self.store.read(move |tx| agenda::next(tx, machine_now)).await?;
            let Some(next) = next.filter(|next| *next <= target) else { break };
            if next > self.now() {
                // Still, so that what is due at one moment is also done at that moment.
                self.set_clock(Shift { frozen_at: Some(next), ..self.clock.shift() }).await?;
            }
            done += self.do_due().await?;
        }
        let shift = self.clock.shift_to(target);
        self.set_clock(Shift { frozen_at: was_frozen.then_some(target), ..shift }).await?;
        Ok(done)
    }

    /// Moves the clock and makes that last: first on disk, so that nothing is ever dated after a clock that a crash set
    /// back.
    pub(crate) async fn set_clock(&self, shift: Shift) -> Result<(), StoreError> {
        self.store.write(move |tx| clock::save(tx, shift)).await?;
        self.clock.move_to(shift);
        Ok(())
    }

    async fn do_due(self: &Arc<Self>) -> Result<u64, StoreError> {
        let mut done = 0;
        loop {
            match self.do_store_work().await? + self.deliver_due(|| false).await? {
                0 => return Ok(done),
                more => done += more,
            }
        }
    }

    async fn do_store_work_alone(self: &Arc<Self>) -> Result<u64, StoreError> {
        let _alone = self.at_work.lock().await;
        self.do_store_work().await
    }

    /// Does what is due and needs nobody outside.
    async fn do_store_work(self: &Arc<Self>) -> Result<u64, StoreError> {
        let mut done = 0;
        loop {
            let (now, machine_now) = (self.now(), self.clock.machine_now());
            let lease = (machine_now, machine_now.checked_add(LEASE).unwrap_or(Timestamp::MAX));
            // Asked of a snapshot first: mostly there is nothing to write.
            let next = self.store.read(move |tx| agenda::next(tx, machine_now)).await?;
            if next.is_none_or(|next| next > now) {
                return Ok(done);
            }
            let batch = self.store.write(move |tx| agenda::take(tx, now, BATCH, lease)).await?;
            if batch.is_empty() {
                return Ok(done);
            }
            let mut running = JoinSet::new();
            for due in batch {
                let gateway = Arc::clone(self);
                running.spawn(async move { gateway.perform(due, now).await });
            }
            while let Some(outcome) = running.join_next().await {
                outcome.unwrap_or_else(|_| Err(StoreError::panicked()))?;
                done += 1;
            }
        }
    }

    async fn perform(&self, due: Due, now: Timestamp) -> Result<(), StoreError> {
        let Due { task, subject, .. } = due.clone();
        let outcome = match task {
            Task::JourneyExpiry => {
                self.store.write(move |tx| direct_debit::journey_expired(tx, &subject, now)).await
            }
            Task::ScheduleRun => {
                self.store.write(move |tx| direct_debit::schedule_due(tx, &subject, now)).await
            }
            // Never taken here.
            Task::CallbackAttempt => Ok(()),
        };
        let Err(refusal) = outcome else { return Ok(()) };
        tracing::error!(task = ?due.task, subject = due.subject, code = refusal.code(), "due work failed");
        let again = now.checked_add(AFTER_FAILURE).unwrap_or(Timestamp::MAX);
        self.store.write(move |tx: &mut Tx<'_>| agenda::plan(tx, due.task, &due.subject, again)).await
    }
}
