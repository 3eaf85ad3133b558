//! What the threads of a store hold together, and give back when the last of them ends.

use std::fs::File;
use std::sync::Arc;

use tokio::sync::watch;

use super::health::Health;

/// Held by each thread, never by a handle: the last thread to end releases the directory.
#[derive(Debug)]
pub(super) struct Lease {
    pub(super) health: Arc<Health>,
    lock: Option<File>,
    closed: watch::Sender<bool>,
}

impl Lease {
    pub(super) fn new(health: Arc<Health>, lock: Option<File>) -> Self {
        Self { health, lock, closed: watch::Sender::new(false) }
    }

    /// Turns true once the directory is free.
    pub(super) fn closed(&self) -> watch::Receiver<bool> {
        self.closed.subscribe()
    }
}

impl Drop for Lease {
    fn drop(&mut self) {
        drop(self.lock.take());
        self.closed.send_replace(true);
    }
}
