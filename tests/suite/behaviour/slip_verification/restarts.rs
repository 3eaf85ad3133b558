//! What outlives the process.

use super::till::{Bank, first, verify};
use crate::behaviour::world::World;

const REFERENCE: &str = "00111222233344ABCD12";

#[tokio::test]
async fn keys_members_merchants_slips_and_records_are_there_after_a_restart() {
    let mut world = World::over_http().await;
    let keys = "SELECT count(*) FROM party_key WHERE party <> $1";
    let records = "SELECT count(*) FROM verification WHERE end_state = $1";
    let key_of_the_hub = "SELECT max(created_at) FROM party_key WHERE party = $1";
    let made = world.count(key_of_the_hub, "itmx").await;
    assert_eq!(verify(&world, &first("014", REFERENCE)).await.outcome(), ("verified", "0000"));
    world.clock.advance(jiff::SignedDuration::from_mins(1));
    world = world.restart().await;
    let again = verify(&world, &first("014", REFERENCE)).await;
    assert_eq!((again.outcome().0, again.text("/firstSeen")), ("duplicate", "2026-03-01T09:00:00.000+07:00"));
    assert_eq!(Bank::demo().ask(&world, "014", REFERENCE).await.text("/status/code"), "0000");
    assert_eq!(world.count(keys, "itmx").await, 6);
    assert_eq!(world.count(key_of_the_hub, "itmx").await, made);
    assert_eq!(world.count(records, "FOUND").await, 3);
    world.audit().await;
}

#[tokio::test]
async fn a_token_is_not_good_again_after_a_restart() {
    let mut world = World::over_http().await;
    let question = Bank::demo().question(&world, "014", REFERENCE);
    assert_eq!(super::till::ask(&world, question.clone()).await.text("/status/code"), "0000");
    world = world.restart().await;
    let again = super::till::ask(&world, question).await;
    assert_eq!((again.status, again.text("/status/code")), (401, "6425"));
    assert!(again.body.get("data").is_none());
    assert_eq!(world.count("SELECT count(*) FROM verification WHERE end_state = $1", "REPLAYED").await, 1);
    let asked = "SELECT count(*) FROM verification WHERE forwarded > 0 AND end_state = $1";
    assert_eq!(world.count(asked, "REPLAYED").await, 0, "nobody was asked");
    world.audit().await;
}
