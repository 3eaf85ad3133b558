//! How issuers are doing, as a console would show it.

use super::network::{Mood, Network, REFERENCE, bank, query, slip};
use satang_core::Clock as _;
use satang_slip_verification::interbank::{Asked, BreakerState, IssuerHealth, Service};
use std::{pin::pin, sync::atomic::Ordering::SeqCst, task::Context, time::Duration};

fn health(network: &Network) -> IssuerHealth {
    let all = network.hub.health();
    let [slips, numbers] = &all[..] else { panic!("{all:?}") };
    assert_eq!((slips.service, &slips.bank), (Service::TransactionVerification, &bank("014")));
    assert_eq!((numbers.service, &numbers.bank), (Service::NumberOwnership, &bank("701")));
    assert_eq!(
        (numbers.answered, numbers.failed, numbers.breaker),
        (0, 0, BreakerState::Closed),
        "not asked"
    );
    slips.clone()
}

#[test]
fn each_answer_and_each_failure_is_counted_for_a_minute() {
    let network = Network::new();
    let member = ("004", &network.member);
    assert_eq!(health(&network).last_failure, None);
    for (mood, code) in [
        (Mood::Honest, "0000"),
        (Mood::Says(r#"{"status":{"code":"8404","message":""}}"#), "8404"),
        (Mood::Says(r#"{"status":{"code":"8500","message":""}}"#), "8500"),
        (Mood::Noise(b"<html>".to_vec()), "8503"),
        (Mood::Lost, "8503"),
        (Mood::Honest, "0000"),
    ] {
        *network.wire.mood.lock().unwrap() = mood;
        assert_eq!(network.code_for(member), code);
    }
    let seen = health(&network);
    assert_eq!((seen.answered, seen.failed, seen.in_flight), (4, 2, 0));
    assert_eq!(seen.breaker, BreakerState::Closed);
    let failure = seen.last_failure.unwrap();
    assert_eq!((failure.reason, failure.at), ("the issuer could not be reached", network.world.now()));

    network.world.0.advance(Duration::from_secs(60));
    let later = health(&network);
    assert_eq!((later.answered, later.failed, later.last_failure), (0, 0, Some(failure)));
}

#[test]
fn the_state_of_the_breaker_is_told_from_closed_to_half_open_and_back() {
    let network = Network::with_mood(Mood::Lost);
    let member = ("004", &network.member);
    for _ in 0..4 {
        network.code_for(member);
    }
    assert_eq!(health(&network).breaker, BreakerState::Closed);
    network.code_for(member);
    let until = network.world.now() + jiff::SignedDuration::from_secs(5);
    assert_eq!(health(&network).breaker, BreakerState::Open { until });
    network.code_for(member);
    assert_eq!(health(&network).failed, 5, "a question that was not asked is none that failed");
    network.world.0.advance(Duration::from_secs(5));
    assert_eq!(health(&network).breaker, BreakerState::HalfOpen);
    *network.wire.mood.lock().unwrap() = Mood::Honest;
    assert_eq!(network.code_for(member), "0000");
    assert_eq!(health(&network).breaker, BreakerState::Closed);
}

#[test]
fn a_question_is_under_way_until_it_is_answered_or_dropped() {
    let network = Network::with_mood(Mood::Silent);
    network.world.0.alarms.store(false, SeqCst);
    let about = slip("014", REFERENCE);
    let (headers, query) = (network.headers(&about), query(&about));
    {
        let mut asking = pin!(network.hub.verify_transaction(Asked::new(&headers, query.as_bytes())));
        assert!(asking.as_mut().poll(&mut Context::from_waker(std::task::Waker::noop())).is_pending());
        assert_eq!(health(&network).in_flight, 1);
    }
    let gone = health(&network);
    assert_eq!((gone.in_flight, gone.answered, gone.failed), (0, 0, 0));
}
