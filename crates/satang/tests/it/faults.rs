//! A disk that fails: nothing is acknowledged that is not durable, and a failed gateway stops instead of going on.
//!
//! A shim (`faults.c`) counts what the gateway does to its files, and lets the n-th call fail. A sweep goes over every n
//! that a short session reaches, with every way to fail for what flushes, creates, cuts or deletes a file, and with
//! one of the ways for a write. All ways for writes, too, and so some 2,500 sessions:
//! `SATANG_FAULTS=1 cargo test -p satang --test it -- faults --nocapture`.

mod power_loss;
mod session;
mod shim;
mod sweep;
mod trace;

use session::{Place, crashed_store};
use shim::Shim;
use sweep::Sweep;
use trace::{Act, LOG, Trace, at_risk, has_written};

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn an_answer_comes_after_its_commit_is_flushed() {
    let Some(shim) = Shim::build() else { return };
    let place = Place::new();
    let session = place.session(&shim, None, (16, 0)).await;
    assert_eq!(session.ended.code(), Some(0), "{session:?}");
    let trace = place.trace();
    let mut before = trace.number(session.listening.expect("it listens"));
    for (call, position) in &session.alone {
        let now = trace.number(*position);
        assert!(call.is_acknowledged());
        assert!(has_written(&trace.calls[before..now], LOG), "it was answered before anything was written");
        assert_eq!(at_risk(&trace.calls[..now]), None, "it was answered before all of it was flushed");
        assert!(at_risk(&without_last_flush(&trace, now)).is_some(), "the check sees nothing");
        before = now;
    }
}

/// The calls up to `now` as a gateway would make them that answers before it flushes.
fn without_last_flush(trace: &Trace, now: usize) -> Vec<trace::Call> {
    let mut calls = trace.calls[..now].to_vec();
    let last = calls.iter().rposition(|call| call.file == LOG && call.act == Act::Sync);
    calls.remove(last.expect("the log was flushed"));
    calls
}

/// From the first start ever to the end of the process, with one payment.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_failure_in_a_first_session_loses_nothing() {
    let Some(shim) = Shim::build() else { return };
    Sweep::new(shim, None, (1, 0)).await.run().await;
}

/// From what a killed gateway left, over single payments and groups, to the end of the process.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_failure_in_a_session_after_a_crash_loses_nothing() {
    let Some(shim) = Shim::build() else { return };
    let store = crashed_store(&shim, 4).await;
    Sweep::new(shim, Some(store), (2, 8)).await.run().await;
}
