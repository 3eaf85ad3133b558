//! A short session with a gateway whose disk is watched.

use super::{
    shim::{Fault, Shim},
    trace,
};
use crate::{
    bank::{Bank, bank, charge},
    crash::{Call, Event},
    gateway_process::{GatewayProcess, serve},
    program::Ended,
};
use satang_gateway::demo;
use satang_schema::Satang;
use std::path::{Path, PathBuf};
use tokio::task::JoinSet;

/// The place of a session: a store, and the trace of what was done to it.
pub(crate) struct Place {
    directory: tempfile::TempDir,
}

/// How a session went.
#[derive(Debug)]
pub(crate) struct Session {
    /// All payments that were sent.
    pub(crate) calls: Vec<Call>,
    /// How long the trace was just after each answer to a payment that was alone.
    pub(crate) positions: Vec<usize>,
    /// How long the trace was when the gateway listened; nothing if it never did.
    pub(crate) listening: Option<usize>,
    /// How long the trace was when the gateway was asked to stop; nothing if it was not, since it failed before.
    pub(crate) asked_to_stop: Option<usize>,
    pub(crate) ended: Ended,
}

impl Place {
    pub(crate) fn new() -> Self {
        Self { directory: tempfile::tempdir().unwrap() }
    }

    pub(crate) fn data(&self) -> PathBuf {
        self.directory.path().join("data")
    }

    fn trace_file(&self) -> PathBuf {
        self.directory.path().join("trace")
    }

    /// What has been done to the store so far.
    pub(crate) fn trace(&self) -> Vec<trace::Call> {
        trace::read(&self.trace_file())
    }

    /// Starts a gateway, makes `alone` payments one after the other and `together` at once, and stops it.
    pub(crate) async fn session(
        &self,
        shim: &Shim,
        fault: Option<Fault>,
        (alone, together): (usize, usize),
    ) -> Session {
        let mut command = serve(&self.data(), "127.0.0.1:0");
        shim.watch(&mut command, &self.data(), &self.trace_file(), fault);
        let (calls, positions) = (Vec::new(), Vec::new());
        let gateway = match GatewayProcess::launch(command, &self.data()) {
            Ok(gateway) => gateway,
            Err(ended) => return Session { calls, positions, listening: None, asked_to_stop: None, ended },
        };
        let listening = Some(self.trace().len());
        let bank = bank(&gateway.base_url);
        let mut session =
            Session { calls, positions, listening, asked_to_stop: None, ended: Ended::default() };
        for _ in 0..alone {
            session.calls.push(pay(&bank).await);
            session.positions.push(self.trace().len());
        }
        let paying: JoinSet<_> = (0..together).map(|_| pay_owned(bank.clone())).collect();
        session.calls.extend(paying.join_all().await);
        session.ended = if session.calls.iter().all(Call::is_acknowledged) {
            session.asked_to_stop = Some(self.trace().len());
            gateway.stop()
        } else {
            // Nobody tells it to stop: it has to know that it cannot go on.
            gateway.wait()
        };
        session
    }
}

async fn pay_owned(bank: Bank) -> Call {
    pay(&bank).await
}

/// Makes one payment, and writes down what came of it.
async fn pay(bank: &Bank) -> Call {
    let mut call = Call::new(charge(&demo::DRAWERS[0], Satang(100), "FAULT"));
    call.events.push(Event::Sent);
    repeat(bank, &mut call).await;
    call
}

/// Makes the payment of a call, be it again.
async fn repeat(bank: &Bank, call: &mut Call) {
    call.events.push(match bank.real_time_payment(call.charge.request()).await {
        Ok(answer) => Event::Acknowledged(answer),
        Err(_) => Event::Unknown,
    });
}

/// Starts a gateway over what a session left, on a disk that works, and takes up what is open. Then it is stopped.
pub(crate) async fn recover(data: &Path, calls: &mut [Call]) {
    let gateway = GatewayProcess::start(data);
    let bank = bank(&gateway.base_url);
    for call in calls.iter_mut().filter(|call| !call.is_acknowledged()) {
        repeat(&bank, call).await;
        assert!(call.is_acknowledged(), "{call:?}");
    }
    let ended = gateway.stop();
    assert_eq!(ended.code(), Some(0), "{ended:?}");
}
