//! Thousands of random sequences of what partners, customers, operators and time do, each played to a small pure
//! [model](bank) and to a real gateway, whose answers must be the same.
//!
//! A sequence follows from its seed, and so does all that the gateway does: identifiers, passwords, events. When one
//! fails, the test says which, takes away commands as long as it still fails, and shows the rest. `SATANG_MODEL=17` plays
//! the sequence of that seed once more, `SATANG_MODEL=17:0,3,9` only these of its commands.

mod bank;
mod calendar;
mod chance;
mod command;
mod journey;
mod picture;
mod reached;
mod real;
mod retold;
mod world;

use bank::{Bank, Reached};
use chance::Chance;
use command::{Command, Decision, Pick, sequence};
use real::Real;
use satang_gateway::audit;
use std::{
    hash::{DefaultHasher, Hash, Hasher},
    ops::Range,
};
use world::{BALANCES, World};

/// How many sequences share a gateway: a new one is costly to open, and an old one to audit.
const SHARED: u64 = 10;

macro_rules! ranges {
    ($($name:ident: $range:expr,)+) => {
        $(#[tokio::test]
        async fn $name() {
            check($range).await;
        })+
    };
}

ranges! {
    sequences_of_the_first_500_seeds: 0..500,
    sequences_of_the_second_500_seeds: 500..1_000,
    sequences_of_the_third_500_seeds: 1_000..1_500,
    sequences_of_the_fourth_500_seeds: 1_500..2_000,
}

#[tokio::test]
async fn the_same_seed_has_the_same_events() {
    // In other company, and in another order.
    let (forward, backward): (Vec<_>, Vec<_>) = ((0..40).collect(), (0..40).rev().collect());
    let first = logs(&forward).await;
    let mut second = logs(&backward).await;
    second.reverse();
    for (seed, (first, second)) in first.iter().zip(&second).enumerate() {
        assert!(!first.is_empty());
        assert_eq!(first, second, "seed {seed}");
    }
    assert_eq!(hash(&first), hash(&second));
    assert_ne!(first[0], first[1]);
}

/// The sequence that the environment names, or one that is as good as any.
#[tokio::test]
async fn a_sequence_is_played_again() {
    let named = std::env::var("SATANG_MODEL").unwrap_or_else(|_| "17:0,1".into());
    let (seed, kept) = named.split_once(':').unwrap_or((&named, ""));
    let seed = seed.parse().expect("a seed");
    let kept: Vec<usize> = kept.split(',').filter_map(|number| number.parse().ok()).collect();
    let all = sequence(seed).into_iter().enumerate();
    let commands: Vec<_> = all.filter(|(number, _)| kept.is_empty() || kept.contains(number)).collect();
    if let Err(failure) = play(&World::new().await, seed, &commands).await {
        panic!("{}", failure.what);
    }
}

async fn logs(seeds: &[u64]) -> Vec<String> {
    let world = World::new().await;
    let mut logs = vec![];
    for seed in seeds {
        let commands: Vec<_> = sequence(*seed).into_iter().enumerate().collect();
        logs.push(
            play(&world, *seed, &commands).await.unwrap_or_else(|failure| panic!("{}", failure.what)).log,
        );
    }
    logs
}

async fn check(seeds: Range<u64>) {
    let mut reached = Reached::new();
    let mut hasher = DefaultHasher::new();
    let mut world = World::new().await;
    for seed in seeds.clone() {
        if seed % SHARED == 0 {
            world = World::new().await;
        }
        let commands: Vec<_> = sequence(seed).into_iter().enumerate().collect();
        match play(&world, seed, &commands).await {
            Ok(played) => {
                played.log.hash(&mut hasher);
                for (pair, times) in played.reached {
                    *reached.entry(pair).or_default() += times;
                }
            }
            Err(failure) => panic!("{}", explain(seed, commands, failure).await),
        }
    }
    println!("seeds {seeds:?}: {} commands, events {:016x}", reached.values().sum::<u64>(), hasher.finish());
    reached::check(&reached);
}

fn hash(logs: &[String]) -> u64 {
    let mut hasher = DefaultHasher::new();
    logs.hash(&mut hasher);
    hasher.finish()
}

/// What a sequence left.
struct Played {
    log: String,
    reached: Reached,
}

struct Failure {
    what: String,
}

/// Plays a sequence to both, and compares every answer, and in the end everything that there is.
async fn play(world: &World, seed: u64, commands: &[(usize, Command)]) -> Result<Played, Failure> {
    let now = begin_of(seed);
    let (before, _) = world.events(0).await;
    let mut real = Real::begin(world, seed, now).await;
    let mut bank = Bank::new(now, BALANCES);
    for (number, command) in commands {
        step(&mut real, &mut bank, command)
            .await
            .map_err(|what| Failure { what: format!("command {number}, {command:?}: {what}") })?;
    }
    compare(&mut real, &bank).await?;
    for command in end(&bank) {
        let failed = |what| Failure { what: format!("in the end, {command:?}: {what}") };
        step(&mut real, &mut bank, &command).await.map_err(failed)?;
    }
    compare(&mut real, &bank).await?;
    let audit = world.gateway.store().read(audit::run).await.unwrap();
    if !audit.is_clean() {
        return Err(Failure { what: format!("the auditor found {:?}", audit.findings) });
    }
    let (_, log) = world.events(before).await;
    Ok(Played { log, reached: bank.reached })
}

async fn step(real: &mut Real<'_>, bank: &mut Bank, command: &Command) -> Result<(), String> {
    let (answer, id) = real.answer(command, bank).await;
    let expected = bank.answer(command, id.as_deref());
    if answer == expected { Ok(()) } else { Err(format!("\n  expected {expected}\n  answered {answer}")) }
}

/// Some morning or evening, often about the end of a month.
fn begin_of(seed: u64) -> i64 {
    let mut chance = Chance::new(seed ^ 0xbe91);
    let (year, month) = (2026 + chance.below(5) as i64, 1 + chance.below(12) as i64);
    let day = calendar::Day::new(year, month, 1 + chance.below(28) as i64);
    let day = if chance.once_in(2) { calendar::Day::new(year, month, 28) } else { day };
    let hours = chance.one_of(&[-6, -1, 0, 3, 12, 17]);
    day.at_six() + hours * 60 * bank::MINUTE + chance.below(60_000) as i64
}

/// Leaves nothing that would happen in the next sequence.
fn end(bank: &Bank) -> Vec<Command> {
    let mut commands = vec![Command::Advance { minutes: 11 }];
    for number in 0..bank.registrations.len() {
        commands.push(Command::Decide { registration: Pick::exactly(number), decision: Decision::Cancel });
    }
    commands
}

async fn compare(real: &mut Real<'_>, bank: &Bank) -> Result<(), Failure> {
    real.prove_who(bank.now).await;
    let (expected, found) = (bank.picture(), real.picture().await);
    if expected == found {
        return Ok(());
    }
    let missing: Vec<_> = expected.iter().filter(|line| !found.contains(line)).collect();
    let surplus: Vec<_> = found.iter().filter(|line| !expected.contains(line)).collect();
    Err(Failure { what: format!("in the picture\n  expected {missing:#?}\n  found {surplus:#?}") })
}

/// Takes away commands as long as it still fails.
async fn explain(seed: u64, mut commands: Vec<(usize, Command)>, mut failure: Failure) -> String {
    let mut size = commands.len() / 2;
    while size > 0 {
        let mut from = 0;
        while from < commands.len() {
            let mut fewer = commands.clone();
            fewer.drain(from..(from + size).min(commands.len()));
            match play(&World::new().await, seed, &fewer).await {
                Err(still) => (commands, failure) = (fewer, still),
                Ok(_) => from += size,
            }
        }
        size /= 2;
    }
    let numbers: Vec<_> = commands.iter().map(|(number, _)| number.to_string()).collect();
    let shown: String =
        commands.iter().map(|(number, command)| format!("  {number}: {command:?}\n")).collect();
    let what = failure.what;
    format!("seed {seed}, {what}\nleft of the sequence:\n{shown}SATANG_MODEL={seed}:{}", numbers.join(","))
}
