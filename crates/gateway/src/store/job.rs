//! Work on its way to a thread of the store, and its answer on the way back.

use std::panic::{AssertUnwindSafe, catch_unwind};

use tokio::sync::oneshot;
use tracing::Span;

use super::{StoreError, StoreErrorKind, Tx, figures::Waiting};

/// One caller's work. It is run once at most, and then answered or refused.
pub(super) trait Job: Send {
    /// Runs the work and keeps what it returned. Never panics because the work does.
    fn run(&mut self, tx: &mut Tx<'_>) -> Effect;

    /// Hands the caller what the work returned. Only once that is durable.
    fn answer(self: Box<Self>);

    /// Hands the caller an error instead.
    fn refuse(self: Box<Self>, error: StoreError);
}

/// What to do with the changes of a job.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Effect {
    Keep,
    Undo,
}

pub(super) type Answer<T, E> = oneshot::Receiver<Result<T, E>>;

pub(super) fn job<T, E, F>(work: F, waiting: Option<Waiting>) -> (Box<dyn Job>, Answer<T, E>)
where
    F: FnOnce(&mut Tx<'_>) -> Result<T, E> + Send + 'static,
    T: Send + 'static,
    E: From<StoreError> + Send + 'static,
{
    let (caller, answer) = oneshot::channel();
    (
        Box::new(Task { work: Some(work), outcome: None, caller, span: Span::current(), _waiting: waiting }),
        answer,
    )
}

struct Task<F, T, E> {
    work: Option<F>,
    outcome: Option<Result<T, E>>,
    caller: oneshot::Sender<Result<T, E>>,
    /// What the work has to say in the log belongs to the request that it is done for.
    span: Span,
    _waiting: Option<Waiting>,
}

impl<T, E, F> Job for Task<F, T, E>
where
    F: FnOnce(&mut Tx<'_>) -> Result<T, E> + Send,
    T: Send,
    E: From<StoreError> + Send,
{
    fn run(&mut self, tx: &mut Tx<'_>) -> Effect {
        let Some(work) = self.work.take() else { return Effect::Undo };
        let _entered = self.span.enter();
        // What a panic may leave half done is in the transaction, and that is undone.
        let outcome = catch_unwind(AssertUnwindSafe(|| work(tx))).unwrap_or_else(|_| {
            let error = StoreError::new(StoreErrorKind::Panicked, "the work panicked, and was undone");
            tracing::error!(%error, "defect in a transaction");
            Err(error.into())
        });
        let effect = if outcome.is_ok() { Effect::Keep } else { Effect::Undo };
        self.outcome = Some(outcome);
        effect
    }

    fn answer(self: Box<Self>) {
        if let Some(outcome) = self.outcome {
            // A caller who no longer waits is no reason to do anything: the work is done, and asking again tells so.
            let _ = self.caller.send(outcome);
        }
    }

    fn refuse(self: Box<Self>, error: StoreError) {
        let _ = self.caller.send(Err(error.into()));
    }
}
