//! Does what falls due: alone as time passes, and on the way when the clock is moved.

use crate::{
    Gateway,
    agenda::{self, Due, Task},
    clock::{self, Shift},
    direct_debit,
    event::{self, Event},
    store::{StoreError, Tx},
};
use jiff::{SignedDuration, Timestamp};
use satang_core::{Clock, Refusal};
use satang_schema::DateTime;
use serde_json::json;
use std::{sync::Arc, time::Duration};
use tokio::task::JoinSet;

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
                if let Err(error) = self.catch_up().await {
                    tracing::error!(error = &error as &dyn std::error::Error, "due work could not be done");
                }
                tokio::select! {
                    () = self.awake.notified() => {}
                    () = tokio::time::sleep(LOOK) => {}
                }
            }
        };
        tokio::select! {
            () = work => {}
            () = stop => {}
        }
    }

    /// Says that something is due, so that [`work`](Gateway::work) looks at once.
    pub(crate) fn wake(&self) {
        self.awake.notify_one();
    }

    /// Does everything that is due by now, and says how many pieces that were.
    ///
    /// # Errors
    /// The store failed.
    pub async fn catch_up(self: &Arc<Self>) -> Result<u64, StoreError> {
        let _alone = self.at_work.lock().await;
        self.do_due().await
    }

    /// Lets time pass until `target`, or only moves the clock if that is in the past. Everything that falls due on the
    /// way is done at its own time, in order. Returns how many pieces of work that were.
    ///
    /// # Errors
    /// The store failed.
    pub async fn advance_to(self: &Arc<Self>, target: Timestamp) -> Result<u64, StoreError> {
        let _alone = self.at_work.lock().await;
        let was_frozen = self.clock.shift().frozen_at.is_some();
        let from = self.now();
        let done = self.pass_time(target, was_frozen).await;
        if done.is_err() && !was_frozen {
            // It goes on from where it came to.
            let shift = self.clock.shift_to(self.clock.now());
            self.clock.move_to(Shift { frozen_at: None, ..shift });
        }
        let done = done?;
        let shift = Shift { frozen_at: was_frozen.then_some(target), ..self.clock.shift_to(target) };
        let from = DateTime::in_bangkok(from);
        self.store
            .write(move |tx: &mut Tx<'_>| {
                clock::save(tx, shift)?;
                let detail = json!({ "from": from, "workDone": done });
                let (kind, subject, at) = ("clock.moved", "clock", target);
                event::record(tx, &Event { kind, partner: None, subject, at, detail })
            })
            .await?;
        self.clock.move_to(shift);
        Ok(done)
    }

    /// Does what falls due until `target`, each piece at its own time.
    async fn pass_time(self: &Arc<Self>, target: Timestamp, was_frozen: bool) -> Result<u64, StoreError> {
        let mut done = 0;
        loop {
            let machine_now = self.clock.machine_now();
            let next = self.store.read(move |tx| agenda::next(tx, machine_now)).await?;
            let Some(next) = next.filter(|next| *next <= target) else { return Ok(done) };
            if next > self.now() {
                // On disk it goes on from here, should this be as far as this process comes. In memory it stands still,
                // so that what is due at one moment is also done at that moment.
                let still = Shift { frozen_at: Some(next), ..self.clock.shift_to(next) };
                let kept = if was_frozen { still } else { Shift { frozen_at: None, ..still } };
                self.store.write(move |tx| clock::save(tx, kept)).await?;
                self.clock.move_to(still);
            }
            done += self.do_due().await?;
        }
    }

    /// Sets the clock and makes that last: first on disk, so that nothing is ever dated after a clock that a crash set
    /// back. With the kind of event that it is.
    pub(crate) async fn set_clock(&self, shift: Shift, kind: &'static str) -> Result<(), StoreError> {
        let at = shift.frozen_at.unwrap_or_else(|| self.now());
        self.store
            .write(move |tx: &mut Tx<'_>| {
                clock::save(tx, shift)?;
                let detail = json!({});
                event::record(tx, &Event { kind, partner: None, subject: "clock", at, detail })
            })
            .await?;
        self.clock.move_to(shift);
        Ok(())
    }

    async fn do_due(self: &Arc<Self>) -> Result<u64, StoreError> {
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
            let mut running = JoinSet::new();
            for due in batch {
                let gateway = Arc::clone(self);
                running.spawn(async move { gateway.perform(due, now).await });
            }
            while let Some(outcome) = running.join_next().await {
                outcome.unwrap_or_else(|_| Err(StoreError::panicked()))?;
                self.clock.count_work();
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
            Task::CallbackAttempt => self.attempt_callback(subject).await.map_err(Refusal::from),
        };
        let Err(refusal) = outcome else { return Ok(()) };
        tracing::error!(task = ?due.task, subject = due.subject, code = refusal.code(), "due work failed");
        let again = now.checked_add(AFTER_FAILURE).unwrap_or(Timestamp::MAX);
        self.store.write(move |tx: &mut Tx<'_>| agenda::plan(tx, due.task, &due.subject, again)).await
    }
}
