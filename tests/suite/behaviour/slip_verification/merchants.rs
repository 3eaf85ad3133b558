//! Who may ask the service bank, how often, and what nobody learns of another.

use super::till::{first, slip, verify, verify_as};
use crate::behaviour::world::World;
use jiff::SignedDuration;
use satang_gateway::demo;
use serde_json::json;

const REFERENCE: &str = "00111222233344ABCD12";

#[tokio::test]
async fn only_a_merchants_key_is_answered() {
    let world = World::over_http().await;
    for key in
        ["", "wrong", "demo-merchant", "demo-merchant-keys", "demo-member-key", "admin-key-of-the-tests"]
    {
        let answer = verify_as(&world, key, &slip("014", REFERENCE)).await;
        assert_eq!((answer.status, answer.text("/code")), (401, "SBX-4011"), "{key}");
        assert_eq!(answer.headers["www-authenticate"], "Bearer", "{key}");
    }
    assert_eq!(world.count("SELECT count(*) FROM verification WHERE id <> $1", "").await, 0, "nobody asked");
}

#[tokio::test]
async fn what_is_no_slip_is_refused_with_its_place_and_nobody_is_asked() {
    let world = World::over_http().await;
    for (body, pointer, detail) in [
        (json!({ "payload": "junk" }), "/payload", "bad_header at byte 0"),
        (
            json!({ "payload": "004100060000010103014022000111222233344ABCD125102TH910417DE" }),
            "/payload",
            "crc_mismatch at byte 55",
        ),
        (json!({ "sendingBank": "014" }), "/transRef", "required without payload"),
        (json!({ "sendingBank": "14", "transRef": "A" }), "/sendingBank", "expected 3 digits"),
        (json!({}), "", "payload, or sendingBank and transRef"),
    ] {
        let answer = verify_as(&world, demo::STALL_KEY, &body).await;
        let found = (answer.status, answer.text("/errors/0/pointer"), answer.text("/errors/0/detail"));
        assert_eq!(found, (400, pointer, detail), "{body}");
    }
    assert_eq!(world.count("SELECT count(*) FROM verification WHERE id <> $1", "").await, 0, "nobody asked");
    // None of them was counted.
    for _ in 0..demo::STALL_QUOTA {
        assert_eq!(verify_as(&world, demo::STALL_KEY, &slip("014", REFERENCE)).await.status, 200);
    }
}

#[tokio::test]
async fn a_quota_ends_at_midnight_in_bangkok_and_nobody_is_asked_above_it() {
    let world = World::over_http().await;
    let question = slip("014", REFERENCE);
    let ask = || verify_as(&world, demo::STALL_KEY, &question);
    for _ in 0..demo::STALL_QUOTA {
        assert_eq!(ask().await.status, 200);
    }
    let over = ask().await;
    assert_eq!((over.status, over.text("/code")), (429, "SBX-4291"));
    // From nine in the morning to midnight, and a second.
    assert_eq!(over.headers["retry-after"], "54001");
    let asked = "SELECT count(*) FROM verification WHERE member = $1";
    assert_eq!(world.count(asked, "004").await, demo::STALL_QUOTA);
    assert_eq!(verify(&world, &slip("014", REFERENCE)).await.status, 200, "another merchant has its own");
    world.clock.advance(SignedDuration::from_hours(15));
    assert_eq!(ask().await.status, 200);
}

#[tokio::test]
async fn what_one_merchant_has_seen_is_no_duplicate_for_another() {
    let world = World::over_http().await;
    for (key, outcome, first_seen) in [
        (demo::MERCHANT_KEY, "verified", ""),
        (demo::STALL_KEY, "verified", ""),
        (demo::MERCHANT_KEY, "duplicate", "2026-03-01T09:00:00.000+07:00"),
        // Each is told of its own first time.
        (demo::STALL_KEY, "duplicate", "2026-03-01T09:00:01.000+07:00"),
    ] {
        let answer = verify_as(&world, key, &first("014", REFERENCE)).await;
        assert_eq!((answer.outcome().0, answer.text("/firstSeen")), (outcome, first_seen), "{key}");
        world.clock.advance(SignedDuration::from_secs(1));
    }
    world.audit().await;
}
