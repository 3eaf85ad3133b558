//! The hub between banks in trouble: a bank that hangs, a process that is killed, a slip that is shown twice at once.
//!
//! Four banks answer the hub of the gateway's process, and ask it about each other's slips. What they wrote down themselves is
//! then held against the hub's records.
//!
//! More: `cargo xtask soak hub`; or `SATANG_HANG=30 SATANG_CRASHES=200 SATANG_RACES=1000 cargo test -p satang --test it -- hub::
//! --nocapture`. `SATANG_SEED` repeats the moments of a run, as far as two processes on one machine can be repeated.

mod asker;
mod bank;
mod records;
mod twice;

use crate::{
    crash::Fuse,
    gateway_process::GatewayProcess,
    program::audit,
    random::{Random, from_environment, seed},
};
use asker::{Asked, Asker, Hub, hub};
use bank::Bank;
use records::{Record, judge};
use std::{
    sync::Arc,
    time::{Duration, Instant},
};
use tokio::task::JoinSet;

/// How many ask at a time, while the gateway is killed.
const ASKERS: usize = 16;
/// The most questions and answers from one start to the next kill.
const LONGEST_LIFE: u64 = 200;
/// What is asked of each bank in a second, while one of them hangs.
const RATE: u64 = 20;

/// Three banks do not notice when the fourth hangs: it is spared, and asked again when it is back.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_bank_that_hangs_is_spared_and_comes_back_by_itself() {
    let long = from_environment("SATANG_HANG").map(Duration::from_secs);
    let directory = tempfile::tempdir().unwrap();
    let gateway = GatewayProcess::start(directory.path());
    let banks = Bank::four(&gateway).await;
    let (hanging, others) = banks.split_first().unwrap();
    let mut crowd = Crowd::new(&gateway, &banks, long);

    let before = crowd.ask(long.unwrap_or(SHORT), None).await;
    hanging.hang(true);
    let during = crowd.ask(PATIENCE, Some(Crowd::is_spared)).await;
    let opened_after = during.took;
    let rest = crowd.ask(long.unwrap_or(SHORT), None).await;
    hanging.hang(false);
    let recovering = crowd.ask(PATIENCE, Some(Crowd::is_back)).await;
    let after = crowd.ask(long.unwrap_or(SHORT), None).await;

    let asked = crowd.close().await;
    let records = Record::all(directory.path()).await;
    let verdict = judge(&asked, &records);
    println!("{} questions, {} records, {verdict}", asked.len(), records.len());
    report(others, &asked, [&before, &during, &rest, &recovering, &after]);
    println!(
        "spared {:.1} s after it hung (goal: 10 s), asked again {:.1} s after it was back",
        opened_after.as_secs_f64(),
        recovering.took.as_secs_f64()
    );
    assert!(verdict.is_clean(), "{verdict:#?}");
    assert!(asked.iter().all(|asked| asked.answer.is_some()), "nobody has killed this gateway");
    let of_others = |asked: &&Asked| others.iter().any(|bank| bank.code == asked.bank);
    let others_found = asked.iter().filter(of_others).all(|asked| asked.is_found());
    assert!(others_found, "a bank that does not hang was not heard");
    assert_eq!(gateway.stop().code(), Some(0));
    assert_eq!(audit(directory.path()).code(), Some(0));
}

/// An answer that went out has its record, whenever the process ends; and its token stays used.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn no_record_of_an_answered_question_is_lost() {
    let crashes = from_environment("SATANG_CRASHES").unwrap_or(6);
    let seed = seed();
    println!("seed {seed}");
    let mut random = Random::new(seed);
    let directory = tempfile::tempdir().unwrap();
    let mut gateway = GatewayProcess::start(directory.path());
    let banks = Bank::four(&gateway).await;
    let mut asked = Vec::new();
    let mut askers: Vec<_> = (0..ASKERS).map(|number| Asker::new(number, &banks)).collect();

    for crash in 1..=crashes {
        let fuse = Arc::new(Fuse::new(random.up_to(LONGEST_LIFE)));
        let (hub, mut working) = (hub(&gateway.base_url), JoinSet::new());
        for asker in askers {
            working.spawn(asker.live(hub.clone(), Arc::clone(&fuse)));
        }
        tokio::select! {
            () = fuse.burnt() => {}
            stopped = working.join_next() => panic!("an asker stopped too early: {:?}", stopped.map(|it| it.err())),
        }
        let corpse = gateway.kill();
        askers = working.join_all().await;
        assert!(!corpse.errors.contains("panicked"), "{}", corpse.errors);
        for asker in &mut askers {
            asked.append(&mut asker.log);
        }
        if crash % 10 == 0 || crash == crashes {
            let verdict = judge(&asked, &Record::all(directory.path()).await);
            println!("{crash} kills, {} questions, {verdict}", asked.len());
            assert!(verdict.is_clean(), "{verdict:#?}");
            let audit = audit(directory.path());
            assert_eq!(audit.code(), Some(0), "{audit:?}");
        }
        gateway = corpse.restart();
    }
    let answered = asked.iter().filter(|asked| asked.answer.is_some()).count();
    let again = asked.iter().filter(|asked| asked.is_repeated).count();
    println!(
        "{crashes} kills, {answered} answered, {} not, {again} tokens shown again, seed {seed}",
        asked.len() - answered
    );
    assert_eq!(gateway.stop().code(), Some(0));
    if crashes >= 100 {
        // Kills between record and answer, and kills before both.
        let kept = Record::all(directory.path()).await;
        let lost: Vec<_> = asked.iter().filter(|asked| asked.answer.is_none()).collect();
        let recorded = lost.iter().filter(|asked| kept.iter().any(|record| record.is_of(asked))).count();
        println!("{} lost their answer: {recorded} of them had their record", lost.len());
        assert!(recorded > 0 && recorded < lost.len());
    }
}

/// How long the hub takes at most, and how long it is given where nobody measures.
const HUBS_OWN: Duration = Duration::from_secs(8);
const HURRY: Duration = Duration::from_millis(600);
/// How long each part takes, unless told otherwise.
const SHORT: Duration = Duration::from_secs(1);
/// How long is waited at most for what must come.
const PATIENCE: Duration = Duration::from_secs(30);

/// Askers who ask at a fixed pace, however long answers take: so that those who wait for one bank do not make it easier for the
/// others.
struct Crowd<'a> {
    askers: Vec<Arc<Asker>>,
    hub: Hub,
    banks: &'a [Bank],
    /// How long they wait for the first bank at most, while it hangs.
    deadline: Duration,
    asking: JoinSet<Asked>,
    asked: Vec<Asked>,
}

/// Some time in which the crowd asked.
struct Part {
    from: Instant,
    took: Duration,
}

impl<'a> Crowd<'a> {
    fn new(gateway: &GatewayProcess, banks: &'a [Bank], long: Option<Duration>) -> Self {
        let askers = (0..banks.len()).map(|number| Arc::new(Asker::new(number, banks))).collect();
        let deadline = if long.is_some() { HUBS_OWN } else { HURRY };
        let (asking, asked) = (JoinSet::new(), Vec::new());
        Self { askers, hub: hub(&gateway.base_url), banks, deadline, asking, asked }
    }

    /// Asks for so long, or until the first bank's answer is as expected.
    async fn ask(&mut self, length: Duration, until: Option<fn(&Asked) -> bool>) -> Part {
        let from = Instant::now();
        let mut pace = tokio::time::interval(Duration::from_micros(1_000_000 / RATE));
        while from.elapsed() < length {
            pace.tick().await;
            for (asker, bank) in self.askers.iter().zip(self.banks) {
                let (asker, hub) = (Arc::clone(asker), self.hub.clone());
                let deadline = bank.hangs().then_some(self.deadline);
                let bank = bank.code.clone();
                self.asking.spawn(async move { asker.ask(&hub, &bank, deadline).await });
            }
            while let Some(answered) = self.asking.try_join_next() {
                self.asked.push(answered.unwrap());
            }
            let first = |asked: &&Asked| asked.bank == self.banks[0].code && asked.at >= from;
            if until.is_some_and(|until| self.asked.iter().filter(first).any(until)) {
                return Part { from, took: from.elapsed() };
            }
        }
        let first = self.asked.iter().filter(|asked| asked.bank == self.banks[0].code && asked.at >= from);
        let answers: Vec<_> = first.map(|asked| (asked.at - from, asked.took, &asked.answer)).collect();
        assert!(until.is_none(), "what must come did not come in {length:?}: {answers:?}");
        Part { from, took: from.elapsed() }
    }

    async fn close(mut self) -> Vec<Asked> {
        self.asked.extend(self.asking.join_all().await);
        self.asked
    }

    fn is_spared(asked: &Asked) -> bool {
        asked.says("has not been answering")
    }

    fn is_back(asked: &Asked) -> bool {
        asked.is_found()
    }
}

/// How long the other banks' slips took, while one of them hung and otherwise.
fn report(others: &[Bank], asked: &[Asked], [before, during, rest, recovering, after]: [&Part; 5]) {
    let slowest = |parts: &[&Part]| {
        let mut took: Vec<_> = asked
            .iter()
            .filter(|asked| others.iter().any(|bank| bank.code == asked.bank))
            .filter(|asked| parts.iter().any(|part| (part.from..part.from + part.took).contains(&asked.at)))
            .map(|asked| asked.took)
            .collect();
        took.sort_unstable();
        let place = (took.len() * 99).div_ceil(100).saturating_sub(1);
        (took.len(), took.get(place).copied().unwrap_or_default().as_secs_f64() * 1e3)
    };
    let (_, calm) = slowest(&[before]);
    for (name, parts) in [
        ("before", &[before][..]),
        ("until it was spared", &[during]),
        ("while it was spared", &[rest]),
        ("until it was back", &[recovering]),
        ("after", &[after]),
        ("while it hung, all of it", &[during, rest]),
    ] {
        let (count, p99) = slowest(parts);
        println!(
            "p99 of the others {name}: {p99:.1} ms of {count}, {:+.0} % (goal: 20 %)",
            (p99 / calm - 1.0) * 100.0
        );
    }
}
