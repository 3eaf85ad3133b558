//! Who hangs up, and what is too late.

use super::till::{Bank, ask, slip, verify};
use crate::behaviour::world::{OverHttp, World};
use satang_schema::sandbox::IssuerQuery;

const GONE: &str = "SELECT count(*) FROM verification WHERE end_state = $1";

/// Returns once the fictional bank is at a question.
async fn until_it_is_asked(world: &World<OverHttp>) {
    let query = IssuerQuery { bank: "999".parse().ok(), ..IssuerQuery::default() };
    while world.control().list_issuers(&query).await.unwrap().issuers[0].in_flight == 0 {}
}

#[tokio::test]
async fn a_merchant_that_hangs_up_leaves_a_record() {
    let world = World::over_http().await;
    tokio::select! {
        answer = async { verify(&world, &slip("999", "SLOW60000A")).await } => panic!("{answer:?}"),
        () = until_it_is_asked(&world) => {}
    }
    while world.count(GONE, "CLIENT_GONE").await == 0 {
        tokio::task::yield_now().await;
    }
    let sql = "SELECT count(*) FROM verification WHERE code IS NULL AND member = $1";
    assert_eq!(world.count(sql, "004").await, 1);
}

#[tokio::test]
async fn who_is_cut_off_by_the_end_of_the_gateway_leaves_a_record_too() {
    let mut world = World::over_http().await;
    tokio::select! {
        answer = async { verify(&world, &slip("999", "SLOW60000A")).await } => panic!("{answer:?}"),
        () = until_it_is_asked(&world) => {}
    }
    world = world.restart().await;
    assert_eq!(world.count(GONE, "CLIENT_GONE").await, 1);
    world.audit().await;
}

#[tokio::test]
async fn a_question_with_little_time_is_answered_in_it() {
    let world = World::over_http().await;
    let mut question = Bank::demo().question(&world, "999", "SLOW60000A");
    question.headers_mut().insert("x-deadline-ms", "250".parse().unwrap());
    let answer = ask(&world, question).await;
    assert_eq!((answer.status, answer.text("/status/code")), (200, "8503"));
    assert_eq!(answer.text("/status/message"), "the issuer did not answer in time");
}
