//! Kill -9 while filers file and pay: what was acknowledged is there once, with its whole story, and paid once.
//!
//! Filers file forms of a few instruments, which are filed at once, and of more than 50, which are verified first, and
//! pay for most of them; half of those twice at the same moment, under two identifications. At a random one of their
//! sends and answers the gateway is killed. A new process takes over what it left, and each filer sends again what it
//! sent last: the same form, and the same payments. What they wrote down themselves is then held against the tables.
//!
//! More kills: `SATANG_CRASHES=1000 cargo test -p satang --test it -- filings:: --nocapture`; `SATANG_SEED` repeats the
//! forms and the moments of a run, as far as two processes on one machine can be repeated.

mod filer;
mod log;
mod verdict;

use crate::{
    books::Books,
    crash::Fuse,
    gateway_process::GatewayProcess,
    program::audit,
    random::{Random, from_environment, seed},
};
use filer::{Desk, Filer};
use log::{Case, Tally};
use satang_gateway::demo::{DemoFiler, FILERS};
use std::{sync::Arc, time::Instant};
use tokio::task::JoinSet;
use verdict::{Kept, examine};

/// How many file at once, under the names of the demo filers that may.
const AT_ONCE: usize = 8;
const NAMES: [&DemoFiler; 2] = [&FILERS[0], &FILERS[1]];
/// The most sends and answers from one start to the next kill.
const LONGEST_LIFE: u64 = 120;

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_is_filed_and_paid_is_so_once_however_often_the_gateway_is_killed() {
    let crashes = from_environment("SATANG_CRASHES").unwrap_or(10);
    let seed = seed();
    println!("seed {seed}");
    let mut random = Random::new(seed);
    let directory = tempfile::tempdir().unwrap();
    let mut filers: Vec<_> =
        (0..AT_ONCE).map(|number| Filer::new(NAMES[number % NAMES.len()], number, random.next())).collect();
    let mut gateway = GatewayProcess::start(directory.path());
    let mut slowest = 0;

    for crash in 1..=crashes {
        let working = work(filers, &gateway, random.up_to(LONGEST_LIFE)).await;
        let corpse = gateway.kill();
        filers = working.join_all().await;
        assert!(!corpse.errors.contains("panicked"), "{}", corpse.errors);
        for case in filers.iter_mut().filter_map(Filer::last) {
            case.survived(verdict::status_of(directory.path(), case).await);
        }
        let began = Instant::now();
        gateway = corpse.restart();
        slowest = slowest.max(began.elapsed().as_millis());
        if crash % 10 == 0 {
            let filed = filers.iter().map(|filer| filer.cases.len()).sum::<usize>();
            println!("{crash} kills, {filed} filings, slowest restart {slowest} ms");
        }
    }

    let desks = Desk::all(&gateway.base_url);
    let ending = filers.into_iter().map(|filer| (desks.of(filer.name), filer));
    let ending: JoinSet<_> = ending.map(|(desk, filer)| filer.end(desk)).collect();
    let cases: Vec<Case> = ending.join_all().await.into_iter().flatten().collect();
    assert_eq!(gateway.stop().code(), Some(0));

    let verdict = examine(&cases, &Kept::read(directory.path()).await, &Books::read(directory.path()).await);
    let tally = Tally::of(&cases);
    println!("{crashes} kills, {tally}, {verdict}, slowest restart {slowest} ms, seed {seed}");
    assert!(verdict.is_clean(), "{verdict:#?}");
    let audit = audit(directory.path());
    assert_eq!(audit.code(), Some(0), "{audit:?}");
    assert!(tally.has_tested_something(), "{tally:?}");
    if crashes >= 100 {
        // Kills that all fell before the commit, or all after it, would have tested half of the promise.
        assert!(tally.has_tested_both_sides(), "{tally:?}");
    }
}

/// Lets the filers work against a gateway, and returns after so many sends and answers. They go on until it is gone.
async fn work(filers: Vec<Filer>, gateway: &GatewayProcess, life: u64) -> JoinSet<Filer> {
    let (desks, fuse) = (Desk::all(&gateway.base_url), Arc::new(Fuse::new(life)));
    let working = filers.into_iter().map(|filer| (desks.of(filer.name), filer));
    let mut working: JoinSet<_> = working.map(|(desk, filer)| filer.live(desk, Arc::clone(&fuse))).collect();
    tokio::select! {
        () = fuse.burnt() => {}
        stopped = working.join_next() => panic!("a filer stopped too early: {:?}", stopped.map(|it| it.err())),
    }
    working
}
