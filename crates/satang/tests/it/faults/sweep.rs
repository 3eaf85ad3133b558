//! Lets every call of a session fail: one session for each call, and each way in which it can fail.

use super::{
    session::{Place, Session, recover},
    shim::{EIO, ENOSPC, Fault, Shim},
    trace::{Act, DIRECTORY, LOG, Trace, at_risk, has_written},
};
use crate::{
    books::Books,
    crash::{Call, examine},
    program::audit,
    random::{Random, from_environment, seed},
};
use std::{
    collections::BTreeMap,
    sync::{
        Arc,
        atomic::{AtomicBool, AtomicUsize, Ordering::SeqCst},
    },
};
use tokio::task::JoinSet;

/// How many sessions run at the same time: most of each is waiting for a process.
const WORKERS: usize = 3;

/// All ways in which a call can fail. In the last there is no error: the process is killed instead of making the call.
const WAYS: [Way; 6] =
    [(EIO, "once"), (EIO, "on"), (ENOSPC, "once"), (ENOSPC, "on"), (ENOSPC, "short"), (("", 0), "die")];
type Way = ((&'static str, i32), &'static str);

pub(crate) struct Sweep {
    shim: Shim,
    /// What every session begins with, if not with nothing: a store, and the payments in it.
    store: Option<(Place, Vec<Call>)>,
    /// How many payments a session makes one after the other, and how many at once.
    payments: (usize, usize),
    seed: u64,
    /// What a session does when nothing fails.
    untroubled: Trace,
    next: AtomicUsize,
    /// True once a session has ended before its call came.
    is_over: AtomicBool,
}

/// How many sessions went which way.
type Counts = BTreeMap<String, usize>;

impl Sweep {
    pub(crate) async fn new(
        shim: Shim,
        store: Option<(Place, Vec<Call>)>,
        payments: (usize, usize),
    ) -> Arc<Self> {
        let (next, is_over) = (AtomicUsize::new(1), AtomicBool::new(false));
        let untroubled = Trace::default();
        let mut sweep = Self { shim, store, payments, seed: seed(), untroubled, next, is_over };
        println!("seed {}", sweep.seed);
        let place = sweep.place();
        let session = place.session(&sweep.shim, None, payments).await;
        assert_eq!(session.ended.code(), Some(0), "{session:?}");
        sweep.untroubled = place.trace();
        Arc::new(sweep)
    }

    pub(crate) async fn run(self: Arc<Self>) {
        let workers: JoinSet<_> = (0..WORKERS).map(|_| Arc::clone(&self).work()).collect();
        let mut counts = Counts::new();
        for (outcome, count) in workers.join_all().await.into_iter().flatten() {
            *counts.entry(outcome).or_default() += count;
        }
        let (calls, sessions) = (self.untroubled.calls.len(), counts.values().sum::<usize>());
        println!("{calls} calls, {sessions} sessions in which one failed, nothing acknowledged was lost:");
        for (outcome, count) in counts {
            println!("{count:6} {outcome}");
        }
    }

    fn place(&self) -> Place {
        self.store.as_ref().map_or_else(Place::new, |(place, _)| Place::with(&place.data()))
    }

    async fn work(self: Arc<Self>) -> Counts {
        let mut counts = Counts::new();
        while !self.is_over.load(SeqCst) {
            let at = self.next.fetch_add(1, SeqCst);
            if at.is_multiple_of(100) {
                println!("{at} of about {} calls", self.untroubled.calls.len());
            }
            for (error, mode) in self.ways(at) {
                match self.suffer(Fault { at, error, mode }).await {
                    Some(outcome) => *counts.entry(outcome).or_default() += 1,
                    None => self.is_over.store(true, SeqCst),
                }
            }
        }
        counts
    }

    /// Writes are many and alike, so each fails in one way only, unless all are asked for.
    fn ways(&self, at: usize) -> Vec<Way> {
        let is_write = self.untroubled.calls.get(at - 1).is_some_and(|call| call.act.is_write());
        if !is_write || from_environment("SATANG_FAULTS").is_some() {
            return WAYS.to_vec();
        }
        let way = Random::new(self.seed.wrapping_add(at as u64)).up_to(WAYS.len() as u64);
        vec![WAYS[way as usize - 1]]
    }

    /// One session with this fault, and one without a fault after it. `None` when it was over before the fault.
    async fn suffer(&self, fault: Fault) -> Option<String> {
        let place = self.place();
        let session = place.session(&self.shim, Some(fault), self.payments).await;
        let trace = place.trace();
        if !trace.calls.iter().any(|call| call.failed) {
            assert_eq!(session.ended.code(), Some(0), "{fault:?}: {session:?}");
            return None;
        }
        assert_eq!(session.ended.was_killed(), fault.mode == "die", "{fault:?}: {session:?}");
        let outcome = judge(&session, &trace)
            .unwrap_or_else(|wrong| panic!("{wrong}\n{fault:?}\n{:?}\n{session:#?}", outline(&trace)));
        let mut calls = self.store.as_ref().map(|(_, calls)| calls.clone()).unwrap_or_default();
        calls.extend(session.calls().cloned());
        recover(&place.data(), &mut calls).await;
        let verdict = examine(&calls, &Books::read(&place.data()).await);
        assert!(verdict.is_clean(), "{fault:?}: {verdict:#?}");
        let audit = audit(&place.data());
        assert_eq!(audit.code(), Some(0), "{fault:?}: {audit:?}");
        Some(outcome)
    }
}

/// Whether a gateway did the right thing about a call that failed; if so, what that was.
fn judge(session: &Session, trace: &Trace) -> Result<String, String> {
    let failed = trace.calls.iter().position(|call| call.failed).expect("a call has failed");
    let call = &trace.calls[failed];
    let phase = match (session.listening, session.asked_to_stop) {
        (Some(_), Some(asked_to_stop)) if failed >= trace.number(asked_to_stop) => "at the end",
        (Some(listening), _) if failed >= trace.number(listening) => "while it paid",
        _ => "at the start",
    };
    check_answers(session, trace)?;
    let (act, file, code) = (call.act.name(), &call.file, session.ended.code());
    if session.ended.was_killed() {
        return Ok(format!("{phase}: killed"));
    }
    if session.ended.errors.contains("panicked") || !matches!(code, Some(0 | 4)) {
        return Err("it neither stopped in order nor refused in order".to_owned());
    }
    if phase == "while it paid" && code != Some(4) {
        return Err("it went on after a failure".to_owned());
    }
    // SQLite keeps to itself that a flush of the directory failed. What counts there is what `at_risk` says.
    if call.act == Act::Sync && call.file != DIRECTORY && code != Some(4) {
        return Err("it went on after a failed flush".to_owned());
    }
    let code = code.unwrap_or_default();
    let listened = if session.listening.is_some() { "" } else { ", never listened" };
    Ok(format!("{phase}: {act} {file} failed, exit code {code}{listened}"))
}

/// Each answer came when everything was flushed, and after a refusal came no other.
fn check_answers(session: &Session, trace: &Trace) -> Result<(), String> {
    let Some(listening) = session.listening else { return Ok(()) };
    let mut before = trace.number(listening);
    let mut refused = false;
    for (call, position) in &session.alone {
        let now = trace.number(*position);
        if call.is_acknowledged() {
            let is_written = has_written(&trace.calls[before..now], LOG);
            let risk = at_risk(&trace.calls[..now]).or((!is_written).then_some("everything"));
            if let Some(risk) = risk {
                return Err(format!("it was answered while {risk} was at risk"));
            }
        }
        refused |= !call.is_acknowledged();
        if refused && call.is_acknowledged() {
            return Err("it went on paying after a payment that failed".to_owned());
        }
        before = now;
    }
    if refused && session.together.iter().any(Call::is_acknowledged) {
        return Err("it went on paying after a payment that failed".to_owned());
    }
    Ok(())
}

/// A trace without its bytes.
fn outline(trace: &Trace) -> Vec<String> {
    let line = |call: &super::trace::Call| {
        format!("{}{} {}", if call.failed { "!" } else { "" }, call.act.name(), call.file)
    };
    trace.calls.iter().map(line).collect()
}
