//! What was taken already.

use super::Notice;
use std::{
    collections::{HashSet, VecDeque},
    error::Error as StdError,
    fmt,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
};

/// Remembers what was taken, so that a callback that comes twice has one effect.
///
/// A callback is [claimed](Memory::claim) before its handler runs and [kept](Memory::keep) after the handler has stored
/// it. A hold that is dropped instead gives the claim back: the handler failed, or its caller has hung up.
///
/// A memory apart from the handler's own store leaves one gap: a process that ends between the two has an effect that it
/// does not remember. [How to close it](super#once-and-only-once).
pub trait Memory: Send + Sync + 'static {
    /// A claim that is neither kept nor given back yet.
    type Hold: Send;

    /// Claims a callback for this caller.
    fn claim(&self, notice: &Notice) -> impl Future<Output = Result<Claim<Self::Hold>, Unremembered>> + Send;

    /// Remembers from now on what was claimed.
    fn keep(&self, hold: Self::Hold) -> impl Future<Output = Result<(), Unremembered>> + Send;
}

/// What a memory knows of a callback.
#[derive(Debug)]
pub enum Claim<T> {
    /// Nothing: it is the caller's.
    New(T),
    /// It was taken.
    Known,
    /// Somebody else is at it.
    UnderWay,
}

/// The memory cannot be reached. The bank is asked to come again.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Unremembered;

impl fmt::Display for Unremembered {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("what was taken cannot be remembered")
    }
}

impl StdError for Unremembered {}

/// No memory: every callback is new, and the handler knows for itself.
impl Memory for () {
    type Hold = ();

    async fn claim(&self, _: &Notice) -> Result<Claim<()>, Unremembered> {
        Ok(Claim::New(()))
    }

    async fn keep(&self, (): ()) -> Result<(), Unremembered> {
        Ok(())
    }
}

/// Remembers the latest callbacks in this process. What an earlier process took is new to it.
#[derive(Clone, Debug)]
pub struct Recent(Arc<Mutex<Taken>>);

#[derive(Debug)]
struct Taken {
    most: usize,
    /// The two names of each callback that was taken, the oldest first.
    order: VecDeque<[String; 2]>,
    known: HashSet<String>,
    under_way: HashSet<String>,
}

impl Recent {
    /// Remembers the latest `most`; 10,000 of them take about two megabytes.
    #[must_use]
    pub fn new(most: usize) -> Self {
        let (order, known, under_way) = Default::default();
        Self(Arc::new(Mutex::new(Taken { most: most.max(1), order, known, under_way })))
    }

    fn taken(&self) -> MutexGuard<'_, Taken> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// 10,000.
impl Default for Recent {
    fn default() -> Self {
        Self::new(10_000)
    }
}

impl Memory for Recent {
    type Hold = Held;

    async fn claim(&self, notice: &Notice) -> Result<Claim<Held>, Unremembered> {
        // Apart by their first letters, so that no delivery can be named like a business key.
        let names = [format!("k {}", notice.business_key()), format!("d {}", notice.delivery)];
        let mut taken = self.taken();
        if names.iter().any(|name| taken.known.contains(name)) {
            return Ok(Claim::Known);
        }
        if names.iter().any(|name| taken.under_way.contains(name)) {
            return Ok(Claim::UnderWay);
        }
        taken.under_way.extend(names.iter().cloned());
        Ok(Claim::New(Held { memory: self.clone(), names }))
    }

    async fn keep(&self, hold: Held) -> Result<(), Unremembered> {
        let mut taken = self.taken();
        taken.known.extend(hold.names.iter().cloned());
        taken.order.push_back(hold.names.clone());
        while taken.order.len() > taken.most {
            for name in taken.order.pop_front().into_iter().flatten() {
                taken.known.remove(&name);
            }
        }
        // The hold is given back next, which takes the same lock.
        drop(taken);
        drop(hold);
        Ok(())
    }
}

/// A claim of [`Recent`].
#[derive(Debug)]
pub struct Held {
    memory: Recent,
    names: [String; 2],
}

impl Drop for Held {
    fn drop(&mut self) {
        let mut taken = self.memory.taken();
        for name in &self.names {
            taken.under_way.remove(name);
        }
    }
}
