//! Every outcome that a merchant can get, and what it rests on.

use super::till::{Answer, first, slip, verify};
use crate::behaviour::world::{OverHttp, World};
use jiff::SignedDuration;
use satang_core::sandbox::ClockAdvance;
use serde_json::{Value as Json, json};

const PAYLOAD: &str = "004100060000010103014022000111222233344ABCD125102TH910417DF";
const REFERENCE: &str = "00111222233344ABCD12";

#[tokio::test]
async fn references_of_the_fictional_bank_and_routes_lead_to_each_outcome() {
    let world = World::over_http().await;
    for (bank, reference, outcome, code, retry) in [
        ("999", "FOUND1", "verified", "0000", None),
        ("999", "SLOW1A", "verified", "0000", None),
        ("999", "E0000A", "verified", "0000", None),
        ("999", "MISS1", "notFound", "8404", None),
        ("999", "E8404A", "notFound", "8404", None),
        ("999", "UNKNOWN", "notFound", "8404", None),
        ("014", "FOUND1", "notFound", "8404", None),
        ("999", "E8500A", "pending", "8500", Some(30)),
        ("999", "E8400A", "unavailable", "8400", Some(900)),
        ("999", "E8410A", "unavailable", "8410", Some(900)),
        ("999", "E8411A", "unavailable", "8411", Some(900)),
        ("999", "E8701A", "pending", "8701", Some(30)),
        ("999", "E8702A", "pending", "8702", Some(30)),
        ("999", "E8703A", "pending", "8703", Some(30)),
        ("999", "DOWN1", "pending", "8503", Some(30)),
        ("999", "BADSIG1", "pending", "8503", Some(30)),
        ("999", "GARBAGE1", "pending", "8503", Some(30)),
        ("999", "WRONGREF1", "pending", "8503", Some(30)),
        // A code of the hub is not an issuer's to say; and a healthy answer before it, or the breaker would open.
        ("999", "FOUND2", "verified", "0000", None),
        ("999", "E6421A", "pending", "8503", Some(30)),
        ("065", "ANY", "unavailable", "6501", Some(900)),
        ("998", "ANY", "unavailable", "8501", Some(900)),
    ] {
        let answer = verify(&world, &slip(bank, reference)).await;
        assert_eq!((answer.status, answer.outcome()), (200, (outcome, code)), "{bank} {reference}");
        assert_eq!(answer.body["retryAfterSeconds"].as_u64(), retry, "{bank} {reference}");
        assert_eq!(answer.body.get("slip").is_some(), outcome == "verified", "{bank} {reference}");
    }
    world.audit().await;
}

#[tokio::test]
async fn what_is_expected_is_checked_and_only_what_passes_all_is_remembered() {
    let world = World::over_http().await;
    let receiver = |bank, suffix| json!({ "receiver": { "bank": bank, "accountSuffix": suffix } });
    let ask = |expect| json!({ "payload": PAYLOAD, "expect": expect, "checkDuplicate": true });
    for (expect, outcome, checks) in [
        (json!({ "amount": "100.01" }), "mismatch", ["failed", "skipped", "skipped", "skipped"]),
        (receiver("014", "1411"), "mismatch", ["skipped", "failed", "skipped", "skipped"]),
        (receiver("004", "1412"), "mismatch", ["skipped", "failed", "skipped", "skipped"]),
        (
            json!({ "notBefore": "2026-03-01T08:00:01+07:00" }),
            "mismatch",
            ["skipped", "skipped", "failed", "skipped"],
        ),
        (
            json!({ "amount": 100.00, "notBefore": "2026-03-01T08:00:00+07:00",
                "receiver": { "bank": "004", "accountSuffix": "1411" } }),
            "verified",
            ["passed", "passed", "passed", "passed"],
        ),
        (json!({ "amount": "100.00" }), "duplicate", ["passed", "skipped", "skipped", "failed"]),
    ] {
        let answer = verify(&world, &ask(expect.clone())).await;
        let found = ["amount", "receiver", "time", "duplicate"]
            .map(|check| answer.text(&format!("/checks/{check}")).to_owned());
        assert_eq!((answer.outcome(), found), ((outcome, "0000"), checks.map(str::to_owned)), "{expect}");
    }
    world.audit().await;
}

#[tokio::test]
async fn a_duplicate_is_told_when_it_was_first_seen_and_an_order_may_be_asked_about_again() {
    let world = World::over_http().await;
    let control = world.control();
    let mut order = first("014", REFERENCE);
    order["order"] = "SO-1".into();
    assert_eq!(verify(&world, &order).await.outcome(), ("verified", "0000"));
    control.advance_clock(&ClockAdvance { duration: "1h".parse().unwrap() }).await.unwrap();
    for (other, outcome) in [(Some("SO-1"), "verified"), (Some("SO-2"), "duplicate"), (None, "duplicate")] {
        let mut again = first("014", REFERENCE);
        if let Some(other) = other {
            again["order"] = other.into();
        }
        let answer = verify(&world, &again).await;
        let first_seen = answer.text("/firstSeen");
        assert_eq!((answer.outcome().0, first_seen), (outcome, "2026-03-01T09:00:00.000+07:00"), "{other:?}");
    }
    assert_eq!(verify(&world, &slip("014", REFERENCE)).await.outcome().0, "verified", "nobody asks");
}

#[tokio::test]
async fn a_payment_is_found_on_its_seventh_day_and_not_on_its_eighth() {
    let world = World::over_http().await;
    let control = world.control();
    let days = |days: &str| ClockAdvance { duration: days.parse().unwrap() };
    // Paid on 1 March.
    for (moves, outcome) in [("7d", "verified"), ("14h", "verified"), ("1h", "notFound")] {
        control.advance_clock(&days(moves)).await.unwrap();
        assert_eq!(verify(&world, &slip("014", REFERENCE)).await.outcome().0, outcome, "{moves}");
    }
}

#[tokio::test]
async fn an_issuer_that_fails_five_times_is_spared_for_five_seconds() {
    let world = World::over_http().await;
    for _ in 0..5 {
        assert_eq!(verify(&world, &slip("999", "GARBAGE1")).await.outcome(), ("pending", "8503"));
    }
    assert_eq!(verify(&world, &slip("999", "FOUND1")).await.outcome(), ("pending", "8503"), "spared");
    assert_eq!(verify(&world, &slip("014", REFERENCE)).await.outcome().0, "verified", "another one is not");
    world.clock.advance(SignedDuration::from_secs(5));
    assert_eq!(verify(&world, &slip("999", "FOUND1")).await.outcome(), ("verified", "0000"));
    let sql = "SELECT count(*) FROM verification WHERE forwarded = 0 AND reason LIKE $1";
    assert_eq!(world.count(sql, "%has not been answering%").await, 1);
}

#[tokio::test]
async fn of_two_equal_questions_at_once_one_is_the_first() {
    let world = World::over_http().await;
    let rounds = std::env::var("SATANG_SLIP_RACES").ok().and_then(|text| text.parse().ok()).unwrap_or(200);
    for round in 0..rounds {
        let question = first("999", &format!("FOUND{round}"));
        let ask = || until_it_is_known(&world, &question);
        let (one, other) = tokio::join!(ask(), ask());
        let mut outcomes = [one.outcome().0, other.outcome().0];
        outcomes.sort_unstable();
        assert_eq!(outcomes, ["duplicate", "verified"], "round {round}: {one:?} {other:?}");
    }
    let sql = "SELECT count(*) FROM seen_slip WHERE merchant = $1";
    assert_eq!(world.count(sql, "demo-merchant").await, rounds);
    world.audit().await;
}

/// Asks as a merchant does: again, as long as the answer is that nobody knows. A machine with too much to do may take longer
/// than a bank is waited for.
async fn until_it_is_known(world: &World<OverHttp>, question: &Json) -> Answer {
    for _ in 0..10 {
        let answer = verify(world, question).await;
        if answer.outcome().0 != "pending" {
            return answer;
        }
        // Which the breaker may have noticed.
        world.clock.advance(SignedDuration::from_secs(5));
    }
    panic!("nobody ever knew");
}
