//! What the store tells those who watch it: how much waits, and how commits go.

use prometheus::{Histogram, IntGauge};
use std::time::Duration;

/// Clones share what they count.
#[derive(Clone, Debug)]
pub(crate) struct Figures {
    pub(crate) reads: IntGauge,
    pub(crate) writes: IntGauge,
    pub(crate) group: Histogram,
    pub(crate) commit_seconds: Histogram,
}

impl Figures {
    /// So many transactions became durable together.
    #[expect(clippy::cast_precision_loss, reason = "a group has at most 512")]
    pub(super) fn committed(&self, transactions: usize, took: Duration) {
        self.group.observe(transactions as f64);
        self.commit_seconds.observe(took.as_secs_f64());
    }
}

/// Counts a job as long as it waits or runs.
#[derive(Debug)]
pub(super) struct Waiting(IntGauge);

impl Waiting {
    pub(super) fn begin(gauge: &IntGauge) -> Self {
        gauge.inc();
        Self(gauge.clone())
    }
}

impl Drop for Waiting {
    fn drop(&mut self) {
        self.0.dec();
    }
}
