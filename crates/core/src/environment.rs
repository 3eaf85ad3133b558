//! Time, randomness and waiting, which everything takes as an argument.

use jiff::Timestamp;
use std::time::Duration;
use uuid::Uuid;

/// Tells the time.
pub trait Clock: Send + Sync {
    /// The present moment.
    fn now(&self) -> Timestamp;
}

/// Gives unpredictable bytes.
pub trait Entropy: Send + Sync {
    /// Fills `bytes` with random data fit for keys.
    fn fill(&self, bytes: &mut [u8]);

    /// A new random identifier (UUID version 4).
    fn uuid(&self) -> Uuid {
        let mut bytes = [0; 16];
        self.fill(&mut bytes);
        uuid::Builder::from_random_bytes(bytes).into_uuid()
    }
}

/// Waits.
pub trait Timer: Send + Sync {
    /// Returns after `duration`.
    fn sleep(&self, duration: Duration) -> impl Future<Output = ()> + Send;
}

/// The machine's own clock and randomness.
#[derive(Clone, Copy, Debug, Default)]
pub struct System;

impl Clock for System {
    fn now(&self) -> Timestamp {
        Timestamp::now()
    }
}

impl Entropy for System {
    /// # Panics
    /// When the operating system has no randomness to give, which no caller could handle better.
    #[expect(clippy::expect_used, reason = "a machine without randomness must not go on signing")]
    fn fill(&self, bytes: &mut [u8]) {
        getrandom::fill(bytes).expect("the operating system gives randomness");
    }
}

impl<T: Clock + ?Sized> Clock for std::sync::Arc<T> {
    fn now(&self) -> Timestamp {
        (**self).now()
    }
}

impl<T: Entropy + ?Sized> Entropy for std::sync::Arc<T> {
    fn fill(&self, bytes: &mut [u8]) {
        (**self).fill(bytes);
    }
}
