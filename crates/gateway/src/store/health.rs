//! Whether the store still works. A store that failed never works again: a start afresh reads what the disk really has.

use std::error::Error as _;
use std::sync::Arc;

use tokio::sync::watch;

use super::{StoreError, StoreErrorKind};

/// Shared by the handles and the threads of one store.
#[derive(Debug)]
pub(super) struct Health {
    failure: watch::Sender<Option<StoreError>>,
}

impl Health {
    pub(super) fn new() -> Self {
        Self { failure: watch::Sender::new(None) }
    }

    /// Records the first failure; later ones only follow from it.
    pub(super) fn fail(&self, cause: StoreError) {
        self.failure.send_if_modified(|failure| {
            let first = failure.is_none();
            if first {
                tracing::error!(error = %cause, source = ?cause.source(), "the store stops");
                *failure = Some(cause);
            }
            first
        });
    }

    pub(super) fn failure(&self) -> Option<StoreError> {
        self.failure.borrow().clone()
    }

    /// Waits for a failure, for ever if there is none.
    pub(super) async fn failed(&self) -> StoreError {
        let mut failure = self.failure.subscribe();
        match failure.wait_for(Option::is_some).await.map(|failure| failure.clone()) {
            Ok(Some(cause)) => cause,
            _ => std::future::pending().await,
        }
    }

    /// # Errors
    ///
    /// The store has failed.
    pub(super) fn check(&self) -> Result<(), StoreError> {
        match self.failure() {
            None => Ok(()),
            Some(cause) => Err(StoreError::new(
                StoreErrorKind::Failed,
                "the store stopped after a failure of its storage; nothing was done",
            )
            .caused_by(cause)),
        }
    }
}

/// Lives on the stack of a thread. A thread that ends by a defect of the store itself takes the store down with it,
/// so that nobody goes on to wait for it.
pub(super) struct Watchdog(pub(super) Arc<Health>);

impl Drop for Watchdog {
    fn drop(&mut self) {
        if std::thread::panicking() {
            self.0.fail(StoreError::new(StoreErrorKind::Panicked, "a thread of the store panicked"));
        }
    }
}
