//! Many copies of one payment at the same time: one effect, and one answer for all.
//!
//! More: `SATANG_RACES=10000 cargo test -p satang --test it -- race --nocapture`.

use crate::{
    bank::{Bank, amount, bank, charge, reference},
    books::Books,
    gateway_process::GatewayProcess,
    program::audit,
    random::{Random, from_environment, seed},
};
use satang_core::Error;
use satang_direct_debit::{Charge, wire::PaymentResult};
use satang_gateway::demo;
use satang_schema::Satang;
use std::{
    collections::{BTreeMap, HashMap},
    sync::Arc,
};
use tokio::{sync::Barrier, task::JoinSet};

const COPIES: usize = 64;
/// How many payments race at once, each against its own copies.
const AT_ONCE: usize = 4;

type Outcome = Result<PaymentResult, Error>;

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn copies_of_one_payment_have_one_effect_and_one_answer() {
    let payments = from_environment("SATANG_RACES").unwrap_or(200);
    let directory = tempfile::tempdir().unwrap();
    let gateway = GatewayProcess::start(directory.path());
    let the_bank = bank(&gateway.base_url);
    let [payer, ..] = &demo::DRAWERS;
    let charges: Vec<_> = (1..=payments).map(|_| charge(payer, Satang(100), "RACE")).collect();

    let mut answers = HashMap::new();
    for together in charges.chunks(AT_ONCE) {
        let races = together.iter().map(|charge| vec![charge.clone(); COPIES]).collect();
        for (charge, outcomes) in together.iter().zip(race(&the_bank, races).await) {
            // No copy is told to come back later, nor that it is a copy: each gets the answer.
            let all: Vec<_> = outcomes.into_iter().map(|(_, outcome)| outcome.expect("an answer")).collect();
            assert!(all.iter().all(|answer| *answer == all[0]), "{all:#?}");
            answers.insert(charge.transaction_identification().to_string(), all[0].clone());
        }
    }
    let gateway = gateway.kill().restart();
    let the_bank = bank(&gateway.base_url);
    for charge in &charges {
        let again = the_bank.real_time_payment(charge.request()).await.expect("the answer again");
        assert_eq!(again, answers[&charge.transaction_identification().to_string()], "after a restart");
    }
    assert_eq!(gateway.stop().code(), Some(0));

    let books = Books::read(directory.path()).await;
    assert_eq!(books.payments.len(), charges.len());
    assert_eq!(books.movements.len(), charges.len());
    for payment in &books.payments {
        assert_eq!(payment.reference, reference(&answers[&payment.id]));
    }
    assert_eq!(books.balances[demo::CREDITOR_ACCOUNT], charges.iter().map(amount).sum::<i64>());
    assert_eq!(books.balances[payer.account], payer.balance - charges.iter().map(amount).sum::<i64>());
    assert_eq!(audit(directory.path()).code(), Some(0));
    let calls = charges.len() * (COPIES + 1);
    println!("{calls} calls, {payments} payments, {} effects", books.movements.len());
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn of_different_bodies_under_one_identification_one_wins() {
    let payments = from_environment("SATANG_RACES").unwrap_or(200) / 4;
    let seed = seed();
    println!("seed {seed}");
    let mut random = Random::new(seed);
    let directory = tempfile::tempdir().unwrap();
    let gateway = GatewayProcess::start(directory.path());
    let the_bank = bank(&gateway.base_url);

    let mut wins = BTreeMap::new();
    let mut winners = HashMap::new();
    for _ in 0..payments {
        let bodies = bodies();
        let offset = usize::try_from(random.up_to(4)).unwrap();
        let copies = (0..COPIES).map(|copy| bodies[(copy + offset) % bodies.len()].clone()).collect();
        let outcomes = race(&the_bank, vec![copies]).await.remove(0);
        let winner = winner(&outcomes);
        let body = bodies.iter().position(|charge| *charge == winner.0);
        *wins.entry(body.expect("one of the bodies")).or_insert(0) += 1;
        winners.insert(winner.0.transaction_identification().to_string(), winner);
    }
    assert_eq!(gateway.stop().code(), Some(0));

    let books = Books::read(directory.path()).await;
    assert_eq!(books.payments.len(), winners.len());
    for payment in &books.payments {
        let (charge, answer) = &winners[&payment.id];
        assert_eq!(payment.reference, reference(answer));
        assert_eq!(payment.amount, amount(charge));
        assert_eq!(payment.status, answer.processing_status.as_str());
    }
    let settled = winners.values().filter(|(_, answer)| answer.processing_status.as_str() == "ACSC");
    assert_eq!(
        books.balances[demo::CREDITOR_ACCOUNT],
        settled.map(|(charge, _)| amount(charge)).sum::<i64>()
    );
    assert_eq!(audit(directory.path()).code(), Some(0));
    println!("{payments} payments of 4 bodies; how often each body won: {:?}", wins.values());
}

/// Four payments under one identification, of which the last is rejected: that, too, is an answer that stays.
fn bodies() -> [Charge; 4] {
    let [payer, poor, ..] = &demo::DRAWERS;
    let bodies = [(payer, 100), (payer, 200), (payer, 300), (poor, 400)]
        .map(|(payer, amount)| charge(payer, Satang(amount), "RACE"));
    let id = bodies[0].transaction_identification();
    bodies.map(|charge| charge.identified_by(id))
}

/// The body that was accepted, and its answer. All others are told that the identification is taken.
fn winner(outcomes: &[(Charge, Outcome)]) -> (Charge, PaymentResult) {
    let accepted: Vec<_> =
        outcomes.iter().filter_map(|(charge, outcome)| Some((charge, outcome.as_ref().ok()?))).collect();
    let (charge, answer) = accepted[0];
    assert!(accepted.iter().all(|other| *other == (charge, answer)), "two bodies won: {accepted:#?}");
    for (other, outcome) in outcomes {
        match outcome {
            Ok(_) => {}
            Err(error) => {
                let (status, code) = (error.status().map(|status| status.as_u16()), error.code());
                assert_eq!((status, code), (Some(409), Some("SBX-4091")), "{error}");
                assert_ne!(other, charge, "a copy of the accepted body was refused");
            }
        }
    }
    (charge.clone(), answer.clone())
}

/// Makes all calls of all races at the same moment.
async fn race(bank: &Bank, races: Vec<Vec<Charge>>) -> Vec<Vec<(Charge, Outcome)>> {
    let start = Arc::new(Barrier::new(races.iter().map(Vec::len).sum()));
    let mut outcomes: Vec<_> = races.iter().map(|_| Vec::new()).collect();
    let mut running = JoinSet::new();
    for (race, charges) in races.into_iter().enumerate() {
        for charge in charges {
            let (bank, start) = (bank.clone(), Arc::clone(&start));
            running.spawn(async move {
                start.wait().await;
                let outcome = bank.real_time_payment(charge.request()).await;
                (race, charge, outcome)
            });
        }
    }
    for (race, charge, outcome) in running.join_all().await {
        outcomes[race].push((charge, outcome));
    }
    outcomes
}
