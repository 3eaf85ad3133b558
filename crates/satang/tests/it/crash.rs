//! Kill -9 under load: whatever was acknowledged is there once, whatever was not is there once at most.
//!
//! 32 callers pay as fast as they can. At a random one of their sends and answers the gateway is killed; a new process
//! takes over what it left, and the callers ask about and repeat the calls that were not answered. What they wrote
//! down themselves is then held against the tables.
//!
//! This proves nothing about the loss of power, which takes more than a process: see `faults`.
//!
//! More kills: `SATANG_CRASHES=2000 cargo test -p satang --test it -- crash:: --nocapture`; `SATANG_SEED` repeats the
//! amounts and the moments of a run, as far as two processes on one machine can be repeated.

mod auditor;
mod caller;
mod log;

use crate::{
    bank::{Bank, access_token, ask, bank},
    books::Books,
    gateway_process::GatewayProcess,
    program::audit,
    random::{Random, from_environment, seed},
};
pub(crate) use auditor::{Verdict, check_balances, examine, opening_balances};
pub(crate) use caller::{Caller, Fuse};
pub(crate) use log::{Call, Event, Tally};
use satang_schema::{TransactionIdentification, direct_debit::TransactionFilter};
use std::{sync::Arc, time::Instant};
use tokio::task::JoinSet;

const CALLERS: usize = 32;
/// The most sends and answers from one start to the next kill.
const LONGEST_LIFE: u64 = 400;

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn nothing_acknowledged_is_lost_and_nothing_is_paid_twice() {
    let crashes = from_environment("SATANG_CRASHES").unwrap_or(100);
    let seed = seed();
    println!("seed {seed}");
    let mut random = Random::new(seed);
    let directory = tempfile::tempdir().unwrap();
    let mut callers: Vec<_> = (0..CALLERS).map(|name| Caller::new(name, random.next())).collect();
    let mut gateway = GatewayProcess::start(directory.path());
    let mut slowest = 0;

    for crash in 1..=crashes {
        let old_token = access_token(&bank(&gateway.base_url)).await;
        let working = work(callers, &gateway, crash, random.up_to(LONGEST_LIFE)).await;
        let corpse = gateway.kill();
        callers = working.join_all().await;
        assert!(!corpse.errors.contains("panicked"), "{}", corpse.errors);
        if crash == crashes {
            examine_corpse(&callers, directory.path()).await;
        }
        let began = Instant::now();
        gateway = corpse.restart();
        slowest = slowest.max(began.elapsed().as_millis());
        assert_is_good(&old_token, &gateway);
        if crash % 10 == 0 {
            let acknowledged = tally(&callers).acknowledged;
            println!("{crash} kills, {acknowledged} acknowledged, slowest restart {slowest} ms");
        }
    }

    let bank = bank(&gateway.base_url);
    let callers = resolve(callers, &bank).await;
    let calls: Vec<Call> = callers.into_iter().flat_map(|caller| caller.log).collect();
    assert_found_by_search(&calls, &bank, crashes).await;
    assert_eq!(gateway.stop().code(), Some(0));

    let verdict = examine(&calls, &Books::read(directory.path()).await);
    let tally = Tally::of(calls.iter());
    println!("{crashes} kills, {} acknowledged, {verdict}, seed {seed}", tally.acknowledged);
    println!(
        "{} calls lost their answer: {} of them had been paid, {} had not; slowest restart {slowest} ms",
        tally.unanswered, tally.paid_unanswered, tally.unpaid_unanswered
    );
    assert!(verdict.is_clean(), "{verdict:#?}");
    assert_eq!(tally.acknowledged, calls.len(), "in the end every call has its answer");
    let audit = audit(directory.path());
    assert_eq!(audit.code(), Some(0), "{audit:?}");
    if crashes >= 100 {
        // Kills that all fell before the commit, or all after it, would have tested half of the promise.
        assert!(tally.paid_unanswered > 0 && tally.unpaid_unanswered > 0, "{tally:?}");
    }
}

/// Lets the callers work against a gateway, and returns after so many sends and answers. They go on until the gateway
/// is gone, and each stops at its first call without an answer.
pub(crate) async fn work(
    callers: Vec<Caller>,
    gateway: &GatewayProcess,
    life: u64,
    moments: u64,
) -> JoinSet<Caller> {
    let bank = bank(&gateway.base_url);
    let fuse = Arc::new(Fuse::new(moments));
    let mut working: JoinSet<Caller> =
        callers.into_iter().map(|caller| caller.live(bank.clone(), life, Arc::clone(&fuse))).collect();
    tokio::select! {
        () = fuse.burnt() => {}
        stopped = working.join_next() => panic!("a caller stopped too early: {:?}", stopped.map(|it| it.err())),
    }
    working
}

/// What a caller knows must be there before anything has repaired it.
async fn examine_corpse(callers: &[Caller], data: &std::path::Path) {
    let calls: Vec<_> = callers.iter().flat_map(|caller| caller.log.clone()).collect();
    let verdict = examine(&calls, &Books::read(data).await);
    assert!(verdict.is_clean(), "{verdict:#?}");
    let audit = audit(data);
    assert_eq!(audit.code(), Some(0), "{audit:?}");
}

/// Ends what is open, and asks about everything that is not.
async fn resolve(callers: Vec<Caller>, bank: &Bank) -> Vec<Caller> {
    let asking: JoinSet<_> = callers.into_iter().map(|caller| caller.resolve(bank.clone())).collect();
    asking.join_all().await
}

/// A search finds each payment once, and none that nobody made. The calls of one life share a reference.
async fn assert_found_by_search(calls: &[Call], bank: &Bank, lives: u64) {
    let mut found = 0;
    for life in 1..=lives {
        let reference_number1 = Some(caller::reference_of(life).parse().unwrap());
        let filter = TransactionFilter { reference_number1, ..TransactionFilter::default() };
        found += bank.transaction_inquiry(&filter).await.unwrap().transaction_information.len();
    }
    assert_eq!(found, calls.len());
}

fn tally(callers: &[Caller]) -> Tally {
    Tally::of(callers.iter().flat_map(|caller| &caller.log))
}

/// A token that was issued outlives the process that issued it. The client would hide it: it fetches another.
fn assert_is_good(token: &str, gateway: &GatewayProcess) {
    let nobody_has_paid_this = TransactionIdentification(uuid::Uuid::from_u128(1));
    let answer = ask(gateway.address(), token, nobody_has_paid_this);
    assert_eq!(answer.status, 404, "{answer:?}");
}
