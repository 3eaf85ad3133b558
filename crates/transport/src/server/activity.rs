//! Whether anything happens on a connection.

use std::{
    sync::{
        Arc,
        atomic::{AtomicU64, AtomicUsize, Ordering::Relaxed},
    },
    time::Duration,
};
use tokio::time::{Instant, sleep};

/// Counts the requests in progress on one connection, and knows since when there are none.
pub(super) struct Activity {
    opened: Instant,
    in_progress: AtomicUsize,
    /// Milliseconds from `opened` to the end of the last request; 0 before the first.
    ended: AtomicU64,
}

impl Activity {
    pub(super) fn new() -> Self {
        Self { opened: Instant::now(), in_progress: AtomicUsize::new(0), ended: AtomicU64::new(0) }
    }

    /// A request is in progress until the answer is dropped.
    pub(super) fn begin(self: &Arc<Self>) -> InProgress {
        self.in_progress.fetch_add(1, Relaxed);
        InProgress(Arc::clone(self))
    }

    /// Returns once there was no request for `limit`; before the first request, for `first`.
    ///
    /// It looks from time to time, and costs a request no more than two counters.
    pub(super) async fn idle(&self, first: Duration, limit: Duration) {
        let mut pause = first.min(limit);
        loop {
            sleep(pause).await;
            let ended = self.ended.load(Relaxed);
            let allowed = if ended == 0 { first } else { limit };
            let idle_since = self.opened + Duration::from_millis(ended);
            pause = match self.in_progress.load(Relaxed) {
                0 => allowed.saturating_sub(idle_since.elapsed()).min(limit),
                _ => limit,
            };
            if pause.is_zero() {
                return;
            }
        }
    }
}

pub(super) struct InProgress(Arc<Activity>);

impl Drop for InProgress {
    fn drop(&mut self) {
        let Activity { opened, in_progress, ended } = &*self.0;
        let now = u64::try_from(opened.elapsed().as_millis()).unwrap_or(u64::MAX);
        ended.store(now.max(1), Relaxed);
        in_progress.fetch_sub(1, Relaxed);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const FIRST: Duration = Duration::from_secs(10);
    const LIMIT: Duration = Duration::from_secs(60);

    async fn seconds_until_idle(activity: &Activity) -> u64 {
        let started = Instant::now();
        activity.idle(FIRST, LIMIT).await;
        started.elapsed().as_secs()
    }

    #[tokio::test(start_paused = true)]
    async fn a_silent_connection_is_idle_soon() {
        assert_eq!(seconds_until_idle(&Activity::new()).await, 10);
    }

    #[tokio::test(start_paused = true)]
    async fn after_a_request_the_longer_limit_counts() {
        let activity = Arc::new(Activity::new());
        sleep(Duration::from_secs(1)).await;
        drop(activity.begin());
        assert_eq!(seconds_until_idle(&activity).await, 60);
    }

    #[tokio::test(start_paused = true)]
    async fn either_limit_may_be_the_longer() {
        let started = Instant::now();
        Activity::new().idle(LIMIT, FIRST).await;
        assert_eq!(started.elapsed().as_secs(), 60);

        let activity = Arc::new(Activity::new());
        let until_idle = activity.idle(LIMIT, FIRST);
        let request = async {
            sleep(Duration::from_secs(25)).await;
            drop(activity.begin());
        };
        tokio::join!(until_idle, request);
        assert_eq!(started.elapsed().as_secs(), 60 + 25 + 10);
    }

    #[tokio::test(start_paused = true)]
    async fn a_long_request_is_not_idle() {
        let activity = Arc::new(Activity::new());
        let request = activity.begin();
        let until_idle = tokio::spawn({
            let activity = Arc::clone(&activity);
            async move { seconds_until_idle(&activity).await }
        });
        sleep(Duration::from_secs(500)).await;
        drop(request);
        assert_eq!(until_idle.await.unwrap(), 560);
    }
}
