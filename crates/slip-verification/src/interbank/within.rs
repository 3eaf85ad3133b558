//! An answer within a time, or none.

use satang_core::Timer;
use std::{future::poll_fn, pin::pin, task::Poll, time::Duration};

/// The output of `work`, unless `limit` passes first.
pub(super) async fn within<F: Future>(timer: &impl Timer, limit: Duration, work: F) -> Option<F::Output> {
    let mut work = pin!(work);
    let mut alarm = pin!(timer.sleep(limit));
    poll_fn(|context| match work.as_mut().poll(context) {
        Poll::Ready(output) => Poll::Ready(Some(output)),
        Poll::Pending => alarm.as_mut().poll(context).map(|()| None),
    })
    .await
}
