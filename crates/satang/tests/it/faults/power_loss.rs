//! The loss of power: what was flushed stays, and of all else any part may be gone.
//!
//! A history is recorded once: payments, a kill -9, a restart, more payments. Then the power is lost at random points
//! of it. The files are rebuilt as a disk might have them, and the store is opened over them.
//!
//! More points: `SATANG_POWER_LOSSES=10000 cargo test -p satang --test it -- power_loss --nocapture`.

mod disk;

use super::{
    session::{Place, send},
    shim::Shim,
    trace::{self, Act, LOG, Position, Trace, position},
};
use crate::{
    bank::{Bank, bank, charge, inquiry},
    books::Books,
    crash::{Call, Event, examine},
    random::{Random, from_environment, seed},
};
use disk::Disk;
use satang_gateway::{
    audit, demo,
    store::{Store, StoreError, StoreOptions},
};
use satang_schema::Satang;
use std::path::{Path, PathBuf};
use tokio::task::JoinSet;

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_was_acknowledged_survives_the_loss_of_power() {
    let Some(shim) = Shim::build() else { return };
    let points = from_environment("SATANG_POWER_LOSSES").unwrap_or(200);
    let seed = seed();
    println!("seed {seed}");
    let mut random = Random::new(seed);
    let history = History::record(&shim).await;
    let mut acknowledged = 0;
    for _ in 0..points {
        let point = history.point(&mut random);
        acknowledged += history
            .lose_power(&history.trace.calls[..point], point, &mut random)
            .await
            .unwrap_or_else(|lost| panic!("after call {point} of {}: {lost}", history.trace.calls.len()));
    }
    println!("{points} losses of power, {acknowledged} acknowledgements before them, 0 lost, 0 doubled");
    assert!(acknowledged > 0, "the power was never lost after an acknowledgement");

    // The same over a disk that does not flush the log when it is told to: if nothing were lost, nothing was tested.
    let lying = |calls: &[trace::Call]| -> Vec<_> {
        calls.iter().filter(|call| (&call.act, call.file.as_str()) != (&Act::Sync, LOG)).cloned().collect()
    };
    let mut losses = 0;
    for _ in 0..20 {
        let point = history.point(&mut random);
        let calls = lying(&history.trace.calls[..point]);
        losses += usize::from(history.lose_power(&calls, point, &mut random).await.is_err());
    }
    println!("over a disk that lies, {losses} of 20 lost something");
    assert!(losses > 0);
}

/// What a gateway did to its disk, and what its callers heard meanwhile.
struct History {
    trace: Trace,
    calls: Vec<Witnessed>,
}

impl History {
    /// Enough payments for the log to be copied into the database meanwhile, a kill, and some more.
    async fn record(shim: &Shim) -> Self {
        let place = Place::new();
        let mut calls = Vec::new();
        let gateway = place.start(shim, None).unwrap_or_else(|ended| panic!("{ended:?}"));
        let the_bank = bank(&gateway.base_url);
        for _ in 0..70 {
            calls.push(Witnessed::pay(the_bank.clone(), place.trace_file()).await);
        }
        let pay = |_| Witnessed::pay(the_bank.clone(), place.trace_file());
        let paying: JoinSet<_> = (0..8).map(pay).collect();
        calls.extend(paying.join_all().await);
        let mut paying: JoinSet<_> = (0..8).map(pay).collect();
        calls.push(paying.join_next().await.unwrap().unwrap());
        let corpse = gateway.kill();
        calls.extend(paying.join_all().await);
        drop(corpse);

        let gateway = place.start(shim, None).unwrap_or_else(|ended| panic!("{ended:?}"));
        let the_bank = bank(&gateway.base_url);
        for witnessed in calls.iter_mut().filter(|it| !it.call.is_acknowledged()) {
            witnessed.take_up(&the_bank, &place.trace_file()).await;
        }
        for _ in 0..10 {
            calls.push(Witnessed::pay(the_bank.clone(), place.trace_file()).await);
        }
        assert_eq!(gateway.stop().code(), Some(0));
        let trace = place.trace();
        let copied = trace.calls.iter().filter(|call| call.act == Act::Sync && call.file == trace::DATABASE);
        assert!(copied.count() > 3, "the log was never copied while payments were made");
        Self { trace, calls }
    }

    fn point(&self, random: &mut Random) -> usize {
        usize::try_from(random.up_to(self.trace.calls.len() as u64)).unwrap()
    }

    /// Loses the power after these calls, which are the first `point` ones, and counts the acknowledgements before.
    ///
    /// # Errors
    /// What is not as it was acknowledged.
    async fn lose_power(
        &self,
        calls: &[trace::Call],
        point: usize,
        random: &mut Random,
    ) -> Result<usize, String> {
        let directory = tempfile::tempdir().unwrap();
        Disk::after(calls).lose_power(random, directory.path());
        let books = reopen(directory.path()).await.map_err(|error| format!("{error:?}"))?;
        let known: Vec<Call> = self.calls.iter().map(|it| it.until(&self.trace, point)).collect();
        let verdict = examine(&known, &books);
        if !verdict.is_clean() {
            return Err(format!("{verdict:#?}"));
        }
        Ok(known.iter().filter(|call| call.is_acknowledged()).count())
    }
}

/// Opens a store, as a gateway does that starts again, and reads it.
async fn reopen(data: &Path) -> Result<Books, StoreError> {
    let store = Store::open(&StoreOptions::new(data))?;
    let audit = store.read(audit::run).await?;
    assert!(audit.is_clean(), "{audit:?}");
    store.close().await?;
    Ok(Books::read(data).await)
}

/// A call, and how long the trace was at each of its events: before what was sent, after what was answered.
struct Witnessed {
    call: Call,
    at: Vec<Position>,
}

impl Witnessed {
    async fn pay(bank: Bank, trace: PathBuf) -> Self {
        let call = Call::new(charge(&demo::DRAWERS[0], Satang(100), "POWER"));
        let mut new = Self { call, at: Vec::new() };
        new.send(&bank, &trace).await;
        new
    }

    async fn send(&mut self, bank: &Bank, trace: &Path) {
        let before = position(trace);
        send(bank, &mut self.call).await;
        self.at.extend([before, position(trace)]);
    }

    /// Asks what became of it, and sends it again. What an inquiry tells must last, too.
    async fn take_up(&mut self, bank: &Bank, trace: &Path) {
        let question = inquiry(self.call.charge.transaction_identification());
        let found = bank.transaction_status_inquiry(&question).await;
        self.call.events.push(found.map_or(Event::NotKnown, Event::Known));
        self.at.push(position(trace));
        self.send(bank, trace).await;
    }

    /// The call as its caller knew it when the gateway had done this many things to its disk.
    fn until(&self, trace: &Trace, point: usize) -> Call {
        let events = self.call.events.iter().zip(&self.at).filter(|(_, at)| trace.number(**at) <= point);
        Call { charge: self.call.charge.clone(), events: events.map(|(event, _)| event.clone()).collect() }
    }
}
