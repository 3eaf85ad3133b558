//! A short session with a gateway whose disk is watched.

use super::{
    shim::{Fault, Shim},
    trace::{Position, Trace, position},
};
use crate::{
    bank::{Bank, bank, charge},
    crash::{Call, Event},
    gateway_process::{GatewayProcess, serve},
    program::Ended,
};
use satang_gateway::demo;
use satang_schema::Satang;
use std::{
    fs,
    path::{Path, PathBuf},
};
use tokio::task::JoinSet;

/// Where a session takes place: a store, and the trace of what is done to it.
pub(crate) struct Place {
    directory: tempfile::TempDir,
}

impl Place {
    /// A place where no gateway has ever been.
    pub(crate) fn new() -> Self {
        Self { directory: tempfile::tempdir().unwrap() }
    }

    /// A place with this store.
    pub(crate) fn with(store: &Path) -> Self {
        let place = Self::new();
        fs::create_dir(place.data()).unwrap();
        for file in fs::read_dir(store).unwrap().map(Result::unwrap) {
            fs::copy(file.path(), place.data().join(file.file_name())).unwrap();
        }
        place
    }

    pub(crate) fn data(&self) -> PathBuf {
        self.directory.path().join("data")
    }

    /// Where the shim writes.
    pub(crate) fn trace_file(&self) -> PathBuf {
        self.directory.path().join("trace")
    }

    /// What has been done to the store so far.
    pub(crate) fn trace(&self) -> Trace {
        Trace::read(&self.trace_file())
    }

    /// How long the trace is.
    fn position(&self) -> Position {
        position(&self.trace_file())
    }

    /// Starts a gateway whose disk is watched.
    ///
    /// # Errors
    /// How it ended, when it did so before it listened.
    pub(crate) fn start(&self, shim: &Shim, fault: Option<Fault>) -> Result<GatewayProcess, Ended> {
        let mut command = serve(&self.data(), "127.0.0.1:0");
        shim.watch(&mut command, &self.data(), &self.trace_file(), fault);
        GatewayProcess::launch(command, &self.data())
    }

    /// Starts a gateway, makes `alone` payments one after the other and `together` at once, and stops it.
    pub(crate) async fn session(
        &self,
        shim: &Shim,
        fault: Option<Fault>,
        (alone, together): (usize, usize),
    ) -> Session {
        let gateway = match self.start(shim, fault) {
            Ok(gateway) => gateway,
            Err(ended) => return Session { ended, ..Session::default() },
        };
        let mut session = Session { listening: Some(self.position()), ..Session::default() };
        let bank = bank(&gateway.base_url);
        for _ in 0..alone {
            session.alone.push((pay(bank.clone()).await, self.position()));
        }
        let paying: JoinSet<_> = (0..together).map(|_| pay(bank.clone())).collect();
        session.together = paying.join_all().await;
        session.ended = if session.calls().all(Call::is_acknowledged) {
            session.asked_to_stop = Some(self.position());
            gateway.stop()
        } else {
            // Nobody tells it to stop: it has to know by itself that it cannot go on.
            gateway.wait()
        };
        session
    }
}

/// How a session went.
#[derive(Debug, Default)]
pub(crate) struct Session {
    /// The payments that were made one after the other, each with the length of the trace right after its answer.
    pub(crate) alone: Vec<(Call, Position)>,
    /// The payments that were made at once.
    pub(crate) together: Vec<Call>,
    /// How long the trace was when the gateway listened; nothing if it never did.
    pub(crate) listening: Option<Position>,
    /// How long the trace was when the gateway was asked to stop; nothing if it was not, since it had failed.
    pub(crate) asked_to_stop: Option<Position>,
    pub(crate) ended: Ended,
}

impl Session {
    pub(crate) fn calls(&self) -> impl Iterator<Item = &Call> {
        self.alone.iter().map(|(call, _)| call).chain(&self.together)
    }
}

/// Makes one payment, and writes down what came of it.
async fn pay(bank: Bank) -> Call {
    let mut call = Call::new(charge(&demo::DRAWERS[0], Satang(100), "FAULT"));
    send(&bank, &mut call).await;
    call
}

/// Sends the payment of a call, be it again.
pub(crate) async fn send(bank: &Bank, call: &mut Call) {
    call.events.push(Event::Sent);
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
        send(&bank, call).await;
        assert!(call.is_acknowledged(), "{call:?}");
    }
    let ended = gateway.stop();
    assert_eq!(ended.code(), Some(0), "{ended:?}");
}

/// A store whose gateway was killed after these payments, with commits that are still in its log.
pub(crate) async fn crashed_store(shim: &Shim, payments: usize) -> (Place, Vec<Call>) {
    let place = Place::new();
    let gateway = place.start(shim, None).unwrap_or_else(|ended| panic!("{ended:?}"));
    let bank = bank(&gateway.base_url);
    let mut calls = Vec::new();
    for _ in 0..payments {
        calls.push(pay(bank.clone()).await);
    }
    gateway.kill();
    assert!(calls.iter().all(Call::is_acknowledged));
    (place, calls)
}
