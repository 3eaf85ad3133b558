//! Whose callback is next: partners take turns, so that one whose receiver is dead holds up nobody else.
//!
//! An attempt at a dead receiver takes ten seconds of the machine's time. So each partner has a few attempts under way
//! at once and no more, and a place that becomes free goes to whoever is due, of any partner.

use super::{courier::Courier, request::WebhookSeed};
use crate::{
    Gateway,
    agenda::{self, Task},
    store::{StoreError, Tx},
};
use jiff::{SignedDuration, Timestamp};
use satang_core::Clock as _;
use std::{
    collections::HashMap,
    pin::pin,
    sync::{
        Arc,
        atomic::{AtomicUsize, Ordering},
    },
    time::Duration,
};
use tokio::{
    sync::{Mutex, MutexGuard, Notify},
    task::JoinSet,
    time::sleep,
};

/// How many attempts are under way at once, of one partner and in all.
const EACH: usize = 16;
const ALL: usize = 512;
/// How long an attempt is held, by the machine's clock. Longer than it can take.
const LEASE: SignedDuration = SignedDuration::from_secs(60);
/// How often to look for what has become due when nobody says that something has.
const LOOK: Duration = Duration::from_secs(1);

/// What delivers callbacks.
pub(crate) struct Post {
    pub(super) courier: Arc<dyn Courier>,
    pub(super) webhook_seed: WebhookSeed,
    /// Notified when a callback is due that nobody looks for yet.
    pub(crate) awake: Notify,
    /// Held by who delivers: there is one at a time.
    at_work: Mutex<()>,
    /// How many wait to be that.
    waiting: AtomicUsize,
}

impl Post {
    pub(crate) fn new(courier: Arc<dyn Courier>, webhook_seed: WebhookSeed) -> Self {
        let (awake, at_work, waiting) = (Notify::new(), Mutex::new(()), AtomicUsize::new(0));
        Self { courier, webhook_seed, awake, at_work, waiting }
    }

    /// Waits until nobody delivers, and asks whoever only does so as time passes to make way.
    pub(crate) async fn alone(&self) -> MutexGuard<'_, ()> {
        let _waiting = Waiting::count(&self.waiting);
        self.at_work.lock().await
    }
}

impl Gateway {
    /// Delivers callbacks as they fall due, until `stop` resolves. Attempts that have begun by then are finished.
    pub(crate) async fn deliver(self: &Arc<Self>, stop: impl Future<Output = ()>) {
        let mut stop = pin!(stop);
        let stopped = AtomicUsize::new(0);
        let make_way = || self.post.waiting.load(Ordering::Relaxed) + stopped.load(Ordering::Relaxed) > 0;
        let mut work = pin!(async {
            while stopped.load(Ordering::Relaxed) == 0 {
                let delivered = async {
                    let _alone = self.post.at_work.lock().await;
                    self.deliver_due(make_way).await
                };
                if let Err(error) = delivered.await {
                    tracing::error!(
                        error = &error as &dyn std::error::Error,
                        "callbacks could not be delivered"
                    );
                }
                self.post.look().await;
            }
        });
        tokio::select! {
            () = &mut work => return,
            () = &mut stop => {}
        }
        stopped.store(1, Ordering::Relaxed);
        self.post.awake.notify_one();
        work.await;
    }

    /// Makes the attempts that are due until none is, or until `make_way` says so and those that have begun are done.
    /// Returns how many were made.
    pub(crate) async fn deliver_due(
        self: &Arc<Self>,
        make_way: impl Fn() -> bool,
    ) -> Result<u64, StoreError> {
        let mut under_way = UnderWay::default();
        loop {
            if under_way.failure.is_none() && !make_way() {
                under_way.failure = self.begin_attempts(&mut under_way).await.err();
            }
            if under_way.attempts.is_empty() {
                return under_way.failure.map_or(Ok(under_way.done), Err);
            }
            tokio::select! {
                () = under_way.finish_some() => {}
                () = self.post.look() => {}
            }
        }
    }

    /// Begins as many of the attempts that are due as there is room for.
    async fn begin_attempts(self: &Arc<Self>, under_way: &mut UnderWay) -> Result<(), StoreError> {
        let (now, machine_now) = (self.now(), self.clock.machine_now());
        let busy = under_way.busy.clone();
        // Asked of a snapshot first: mostly there is nothing to write.
        let asking = move |tx: &mut Tx<'_>| due(tx, &busy, now, machine_now);
        let due = self.store.read(asking).await?;
        if due.is_empty() {
            return Ok(());
        }
        let lease_until = machine_now.checked_add(LEASE).unwrap_or(Timestamp::MAX);
        let held: Vec<String> = due.iter().map(|(_, id)| id.clone()).collect();
        let hold = move |tx: &mut Tx<'_>| {
            held.iter().try_for_each(|id| agenda::hold(tx, Task::CallbackAttempt, id, lease_until))
        };
        self.store.write(hold).await?;
        for (partner, id) in due {
            *under_way.busy.entry(partner.clone()).or_default() += 1;
            let gateway = Arc::clone(self);
            under_way.attempts.spawn(async move { (partner, gateway.attempt_or_put_off(id, now).await) });
        }
        Ok(())
    }

    /// An attempt that fails for a reason of ours is made again later: its lease is given back with its time moved.
    async fn attempt_or_put_off(&self, id: String, now: Timestamp) -> Result<(), StoreError> {
        let Err(error) = self.attempt_callback(id.clone(), now).await else { return Ok(()) };
        tracing::error!(
            callback = id,
            error = &error as &dyn std::error::Error,
            "an attempt was not recorded"
        );
        let again = now.checked_add(super::attempt::RETRIES[0]).unwrap_or(Timestamp::MAX);
        self.store.write(move |tx: &mut Tx<'_>| agenda::plan(tx, Task::CallbackAttempt, &id, again)).await
    }
}

impl Post {
    /// Waits until there may be something to do.
    async fn look(&self) {
        tokio::select! {
            () = self.awake.notified() => {}
            () = sleep(LOOK) => {}
        }
    }
}

/// Callbacks that are due and that nobody is at, with their partners: of each partner the earliest first, and so many as
/// there is room for.
fn due(
    tx: &mut Tx<'_>,
    busy: &HashMap<String, usize>,
    now: Timestamp,
    machine_now: Timestamp,
) -> Result<Vec<(String, String)>, StoreError> {
    let mut room = ALL.saturating_sub(busy.values().sum());
    let mut due = Vec::new();
    for partner in partners(tx)? {
        let free = EACH.saturating_sub(busy.get(&partner).copied().unwrap_or_default()).min(room);
        if free == 0 {
            continue;
        }
        let sql = format!(
            "SELECT c.id FROM callback c JOIN agenda a ON a.task = 'callback-attempt' AND a.subject = c.id
             WHERE c.partner = $1 AND c.due_at <= $2 AND a.due_at <= $3
                 AND (a.leased_until IS NULL OR a.leased_until <= $4)
             ORDER BY c.due_at, c.id LIMIT {free}"
        );
        let now = now.as_microsecond();
        let parameters = [(&partner).into(), now.into(), now.into(), machine_now.as_microsecond().into()];
        let found = tx.query(&sql, &parameters, |row| row.text(0))?;
        room = room.saturating_sub(found.len());
        due.extend(found.into_iter().map(|id| (partner.clone(), id)));
    }
    Ok(due)
}

/// The partners that have callbacks, each found by a step over the index: there may be many callbacks, and are few
/// partners.
fn partners(tx: &mut Tx<'_>) -> Result<Vec<String>, StoreError> {
    let sql = "WITH RECURSIVE partners (name) AS (
             SELECT min(partner) FROM callback WHERE due_at IS NOT NULL
             UNION ALL
             SELECT (SELECT min(c.partner) FROM callback c WHERE c.partner > partners.name AND c.due_at IS NOT NULL)
             FROM partners WHERE partners.name IS NOT NULL)
         SELECT name FROM partners WHERE name IS NOT NULL";
    tx.query(sql, &[], |row| row.text(0))
}

/// Attempts that have begun.
#[derive(Default)]
struct UnderWay {
    attempts: JoinSet<(String, Result<(), StoreError>)>,
    /// How many of each partner.
    busy: HashMap<String, usize>,
    done: u64,
    /// Why no more are begun.
    failure: Option<StoreError>,
}

impl UnderWay {
    /// Waits until one is done, and takes note of all that are.
    async fn finish_some(&mut self) {
        let mut finished = self.attempts.join_next().await;
        while let Some(outcome) = finished {
            match outcome {
                Ok((partner, outcome)) => {
                    self.done += 1;
                    self.failure = self.failure.take().or(outcome.err());
                    self.busy.entry(partner).and_modify(|busy| *busy = busy.saturating_sub(1));
                }
                Err(_) => self.failure = Some(StoreError::panicked()),
            }
            finished = self.attempts.try_join_next();
        }
    }
}

/// Somebody who waits, for as long as this lives.
struct Waiting<'a>(&'a AtomicUsize);

impl<'a> Waiting<'a> {
    fn count(waiting: &'a AtomicUsize) -> Self {
        waiting.fetch_add(1, Ordering::Relaxed);
        Self(waiting)
    }
}

impl Drop for Waiting<'_> {
    fn drop(&mut self) {
        self.0.fetch_sub(1, Ordering::Relaxed);
    }
}
