//! What operators watch: counted as it happens, shown in Prometheus' text format 0.0.4.
//!
//! Labels take few values, and none that a caller chooses: operations of the contract, statuses, codes of ours.

use crate::{
    Gateway, agenda, interbank,
    store::{Figures, StoreError, Tx},
};
use jiff::Timestamp;
use prometheus::{
    Encoder as _, Error, Histogram, HistogramOpts, HistogramVec, IntCounterVec, IntGauge, IntGaugeVec, Opts,
    Registry, TextEncoder, core::Collector,
};
use satang_core::{Answered, Clock as _};
use satang_schema::direct_debit::{PaymentResult, ProcessingStatus, ReasonCode};
use satang_slip_verification::interbank::BreakerState;

/// How the body of the page is called.
pub(crate) const CONTENT_TYPE: &str = prometheus::TEXT_FORMAT;

const SECONDS: [f64; 14] =
    [0.000_5, 0.001, 0.002_5, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0];
const COMMIT_SECONDS: [f64; 12] =
    [0.000_1, 0.000_25, 0.000_5, 0.001, 0.002_5, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 1.0];
const GROUPS: [f64; 10] = [1.0, 2.0, 4.0, 8.0, 16.0, 32.0, 64.0, 128.0, 256.0, 512.0];

/// More calls than this wait for delivery: nobody needs to know how many more.
const MOST_PENDING: u32 = 100_000;

/// The reasons for which this gateway rejects a payment.
const REASONS: [ReasonCode; 6] = [
    ReasonCode::InsufficientFunds,
    ReasonCode::WrongCreditorAccount,
    ReasonCode::ClosedAccount,
    ReasonCode::BlockedAccount,
    ReasonCode::AboveLimit,
    ReasonCode::NoMandate,
];

#[derive(Clone, Debug)]
pub(crate) struct Metrics {
    registry: Registry,
    requests: IntCounterVec,
    request_seconds: HistogramVec,
    in_flight: IntGauge,
    payments: IntCounterVec,
    callbacks: IntCounterVec,
    verifications: IntCounterVec,
    breakers: IntGaugeVec,
    callbacks_pending: IntGauge,
    due_lag: IntGauge,
    events: IntGauge,
    store: Figures,
}

/// What came of an attempt to deliver a callback.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum CallbackOutcome {
    Delivered,
    Failed,
    /// It failed, and there will be no other attempt.
    GivenUp,
}

impl CallbackOutcome {
    const ALL: [Self; 3] = [Self::Delivered, Self::Failed, Self::GivenUp];

    fn as_str(self) -> &'static str {
        match self {
            Self::Delivered => "delivered",
            Self::Failed => "failed",
            Self::GivenUp => "given_up",
        }
    }
}

impl Metrics {
    /// # Errors
    /// A name is given twice, or is none: a defect.
    pub(crate) fn new(started: Timestamp) -> Result<Self, Error> {
        let registry = Registry::new();
        let add = Register(&registry);
        let metrics = Self {
            requests: add.counters(
                "satang_requests_total",
                "Requests answered, by operation of the contract and HTTP status.",
                &["operation", "status"],
            )?,
            request_seconds: add.it(HistogramVec::new(
                histogram(
                    "satang_request_duration_seconds",
                    "From the head of a request to its answer.",
                    &SECONDS,
                ),
                &["operation"],
            )?)?,
            in_flight: add.gauge("satang_requests_in_flight", "Requests that are being worked on.")?,
            payments: add.counters(
                "satang_payments_total",
                "Payments made at once, by status and reason; repetitions and schedules do not count.",
                &["status", "reason"],
            )?,
            callbacks: add.counters(
                "satang_callback_attempts_total",
                "Attempts to deliver a callback, by outcome.",
                &["outcome"],
            )?,
            verifications: add.counters(
                "satang_slip_verifications_total",
                "Questions to the hub about slips, by how they ended.",
                &["end"],
            )?,
            breakers: add.it(IntGaugeVec::new(
                Opts::new(
                    "satang_issuer_spared",
                    "1 while the hub asks an issuer no question, since it has been failing.",
                ),
                &["issuer", "service"],
            )?)?,
            callbacks_pending: add.gauge("satang_callbacks_pending", "Callbacks not delivered yet.")?,
            due_lag: add
                .gauge("satang_due_work_lag_seconds", "For how long the oldest due work has been due.")?,
            events: add.gauge("satang_events", "Events in the store's log.")?,
            store: figures(&add)?,
            registry: registry.clone(),
        };
        metrics.begin_at_zero();
        add.gauge("process_start_time_seconds", "When the gateway was started, since 1970.")?
            .set(started.as_second());
        let build = Opts::new("satang_build_info", "The version that runs; always 1.");
        let build = add.it(IntGaugeVec::new(build, &["version"])?)?;
        build.with_label_values(&[env!("CARGO_PKG_VERSION")]).set(1);
        Ok(metrics)
    }

    /// What has not happened yet is 0 and not absent: a rate over it is known from the first time on.
    fn begin_at_zero(&self) {
        self.payments.with_label_values(&[ProcessingStatus::Settled.as_str(), ""]);
        for reason in &REASONS {
            self.payments.with_label_values(&[ProcessingStatus::Rejected.as_str(), reason.as_str()]);
        }
        for outcome in CallbackOutcome::ALL {
            self.callbacks.with_label_values(&[outcome.as_str()]);
        }
        for end in interbank::ENDS {
            self.verifications.with_label_values(&[interbank::word(end)]);
        }
    }

    pub(crate) fn store(&self) -> Figures {
        self.store.clone()
    }

    /// A request is in flight until what this returns is dropped.
    pub(crate) fn begin(&self) -> InFlight {
        self.in_flight.inc();
        InFlight(self.in_flight.clone())
    }

    pub(crate) fn answered(&self, answered: &Answered<'_>) {
        let operation = answered.operation.map_or("none", |operation| operation.id);
        self.requests.with_label_values(&[operation, answered.status.as_str()]).inc();
        self.request_seconds.with_label_values(&[operation]).observe(answered.took.as_secs_f64());
    }

    /// A payment was made now, as opposed to told of again.
    pub(crate) fn paid(&self, payment: &PaymentResult) {
        let reason = payment.status_reason_code.as_ref();
        // Whatever else there might once be must not become a label of its own.
        let reason =
            reason.map_or("", |reason| if REASONS.contains(reason) { reason.as_str() } else { "other" });
        self.payments.with_label_values(&[payment.processing_status.as_str(), reason]).inc();
    }

    /// The hub answered a question, or whoever asked has gone.
    pub(crate) fn verified(&self, end: &'static str) {
        self.verifications.with_label_values(&[end]).inc();
    }

    pub(crate) fn callback_attempted(&self, outcome: CallbackOutcome) {
        self.callbacks.with_label_values(&[outcome.as_str()]).inc();
    }
}

pub(crate) struct InFlight(IntGauge);

impl Drop for InFlight {
    fn drop(&mut self) {
        self.0.dec();
    }
}

impl Gateway {
    /// The page of all metrics, or `None` when they are switched off.
    pub(crate) async fn metrics_page(&self) -> Option<Vec<u8>> {
        let metrics = self.metrics.as_ref()?;
        let (now, machine_now) = (self.now(), self.clock.machine_now());
        metrics.breakers.reset();
        for health in self.interbank.health() {
            let spared = matches!(health.breaker, BreakerState::Open { .. });
            let labels = [health.bank.as_str(), health.service.as_str()];
            metrics.breakers.with_label_values(&labels).set(spared.into());
        }
        match self.store.read(move |tx| backlog(tx, now, machine_now)).await {
            Ok(backlog) => {
                metrics.callbacks_pending.set(backlog.callbacks);
                metrics.due_lag.set(backlog.lag_seconds);
                metrics.events.set(backlog.events);
            }
            // The rest is worth showing all the more.
            Err(error) => tracing::debug!(%error, "the backlog is not known"),
        }
        let mut page = Vec::new();
        let encoded = TextEncoder::new().encode(&metrics.registry.gather(), &mut page);
        encoded.inspect_err(|error| tracing::error!(%error, "metrics cannot be shown")).ok()?;
        Some(page)
    }
}

struct Backlog {
    callbacks: i64,
    lag_seconds: i64,
    events: i64,
}

/// What only the store knows, as far as an index tells it.
fn backlog(tx: &mut Tx<'_>, now: Timestamp, machine_now: Timestamp) -> Result<Backlog, StoreError> {
    let pending = format!(
        "SELECT count(*) FROM (SELECT 1 FROM agenda WHERE task = 'callback-attempt' LIMIT {MOST_PENDING}) AS some"
    );
    let callbacks = tx.query_one(&pending, &[], |row| row.int(0))?.unwrap_or_default();
    let next = agenda::next(tx, crate::worker::ALL, machine_now)?;
    let lag_seconds = next.map_or(0, |next| now.duration_since(next).as_secs().max(0));
    let newest = tx.query_one("SELECT max(position) FROM event", &[], |row| row.optional_int(0))?;
    Ok(Backlog { callbacks, lag_seconds, events: newest.flatten().unwrap_or_default() })
}

fn figures(add: &Register<'_>) -> Result<Figures, Error> {
    let waiting =
        Opts::new("satang_store_queue_depth", "Reads and writes that wait for the store or are in it.");
    let waiting = add.it(IntGaugeVec::new(waiting, &["queue"])?)?;
    let group = histogram("satang_store_commit_transactions", "Transactions that shared a commit.", &GROUPS);
    let commit = "From the first statement of a commit until it is durable.";
    let commit = histogram("satang_store_commit_duration_seconds", commit, &COMMIT_SECONDS);
    Ok(Figures {
        reads: waiting.with_label_values(&["read"]),
        writes: waiting.with_label_values(&["write"]),
        group: add.it(Histogram::with_opts(group)?)?,
        commit_seconds: add.it(Histogram::with_opts(commit)?)?,
    })
}

fn histogram(name: &str, help: &str, buckets: &[f64]) -> HistogramOpts {
    HistogramOpts::new(name, help).buckets(buckets.to_vec())
}

/// Makes metrics known to the registry.
struct Register<'a>(&'a Registry);

impl Register<'_> {
    fn it<C: Collector + Clone + 'static>(&self, metric: C) -> Result<C, Error> {
        self.0.register(Box::new(metric.clone()))?;
        Ok(metric)
    }

    fn counters(&self, name: &str, help: &str, labels: &[&str]) -> Result<IntCounterVec, Error> {
        self.it(IntCounterVec::new(Opts::new(name, help), labels)?)
    }

    fn gauge(&self, name: &str, help: &str) -> Result<IntGauge, Error> {
        self.it(IntGauge::new(name, help)?)
    }
}
