//! The loss of power: what was flushed stays, and of all else any part may be gone.
//!
//! A history is recorded once: payments, a kill -9, a restart, more payments. Then the power is lost at random points
//! of it. The files are rebuilt as a disk might have them, and the store is opened over them.
//!
//! More points: `SATANG_POWER_LOSSES=10000 cargo test -p satang --test it -- power_loss --nocapture`.

mod disk;

use super::{
    session::{Place, send},
    shim::{Fault, Shim},
    trace::{self, Act, DATABASE, LOG, Position, Trace, position},
};
use crate::{
    bank::{Bank, access_token, ask, bank, charge},
    books::Books,
    crash::{Call, Event, examine},
    random::{Random, from_environment, seed},
};
use disk::Disk;
use satang_gateway::{
    audit::{self, Audit},
    demo,
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
        let outcome = history.lose_power(&history.trace.calls[..point], point, &mut random).await;
        acknowledged += outcome.unwrap_or_else(|lost| panic!("after {point} calls: {lost}"));
    }
    println!("{points} losses of power, {acknowledged} acknowledgements before them, 0 lost, 0 doubled");
    assert!(acknowledged > 0, "the power was never lost after an acknowledgement");

    // The same over a disk that does not flush the log when it is told to: if nothing were lost, nothing was tested.
    let is_honest = |call: &&trace::Call| (&call.act, call.file.as_str()) != (&Act::Sync, LOG);
    let mut losses = 0;
    for _ in 0..20 {
        let point = history.point(&mut random);
        let calls: Vec<_> = history.trace.calls[..point].iter().filter(is_honest).cloned().collect();
        losses += usize::from(history.lose_power(&calls, point, &mut random).await.is_err());
    }
    println!("over a disk that lies, {losses} of 20 lost something");
    assert!(losses > 0);
}

/// What a gateway did to its disk, and what its callers heard meanwhile.
struct History {
    trace: Trace,
    /// How much of it was done when the second life began.
    second_life: usize,
    payments: Vec<Witnessed>,
}

impl History {
    /// Payments, until the gateway is killed between a commit and its flush; then another life, in which the commit
    /// can be seen.
    async fn record(shim: &Shim) -> Self {
        let place = Place::new();
        // So late that the log has been copied into the database before.
        let kill = Fault { at: 9_000, error: ("", 0), mode: "die-unflushed" };
        let gateway = place.start(shim, Some(kill)).unwrap_or_else(|ended| panic!("{ended:?}"));
        let listening = place.trace().calls.len();
        let the_bank = bank(&gateway.base_url);
        let token = access_token(&the_bank).await;
        let pay = |bank: &Bank| Witnessed::pay(bank.clone(), place.trace_file());
        let paying: JoinSet<_> = (0..16).map(|_| pay(&the_bank)).collect();
        let mut payments = paying.join_all().await;
        while payments.iter().all(|payment| payment.call.is_acknowledged()) {
            payments.push(pay(&the_bank).await);
        }
        assert!(gateway.wait().was_killed());
        let second_life = place.trace().calls.len();
        assert!(place.trace().calls[listening..].iter().any(is_copying), "the log was never copied");

        let gateway = place.start(shim, None).unwrap_or_else(|ended| panic!("{ended:?}"));
        let the_bank = bank(&gateway.base_url);
        let last = payments.last_mut().expect("there are payments");
        // With a token of the first life: to issue another would flush the log.
        last.ask(gateway.address(), &token, &place.trace_file());
        last.send(&the_bank, &place.trace_file()).await;
        for _ in 0..10 {
            payments.push(pay(&the_bank).await);
        }
        assert_eq!(gateway.stop().code(), Some(0));
        Self { trace: place.trace(), second_life, payments }
    }

    /// A point in time, every other one of them in the second life.
    fn point(&self, random: &mut Random) -> usize {
        let first = if random.up_to(2) == 1 { self.second_life } else { 0 };
        first + usize::try_from(random.up_to((self.trace.calls.len() - first) as u64)).unwrap()
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
        let audit = reopen(directory.path()).await.map_err(|error| format!("{error:?}"))?;
        let known: Vec<Call> = self.payments.iter().map(|it| it.until(&self.trace, point)).collect();
        if !audit.is_clean() {
            return Err(format!("{audit:#?}"));
        }
        let verdict = examine(&known, &Books::read(directory.path()).await);
        if !verdict.is_clean() {
            return Err(format!("{verdict:#?}"));
        }
        Ok(known.iter().filter(|call| call.answers().next().is_some()).count())
    }
}

/// Opens and audits a store, as a gateway does that starts again.
async fn reopen(data: &Path) -> Result<Audit, StoreError> {
    let store = Store::open(&StoreOptions::new(data))?;
    let audit = store.read(audit::run).await?;
    store.close().await?;
    Ok(audit)
}

/// Whether a call makes last what was copied from the log into the database.
fn is_copying(call: &trace::Call) -> bool {
    call.act == Act::Sync && call.file == DATABASE
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

    /// Asks what became of it. The answer must last, too.
    fn ask(&mut self, gateway: &str, token: &str, trace: &Path) {
        let answer = ask(gateway, token, self.call.charge.transaction_identification());
        assert_eq!(answer.status, 200, "a commit that was written is seen after a kill: {answer:?}");
        self.call.events.push(Event::Known(serde_json::from_str(&answer.body).unwrap()));
        self.at.push(position(trace));
    }

    /// The call as its caller knew it when the gateway had done this many things to its disk.
    fn until(&self, trace: &Trace, point: usize) -> Call {
        let events = self.call.events.iter().zip(&self.at).filter(|(_, at)| trace.number(**at) <= point);
        Call { charge: self.call.charge.clone(), events: events.map(|(event, _)| event.clone()).collect() }
    }
}
