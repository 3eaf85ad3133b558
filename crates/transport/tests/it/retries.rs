//! What is sent again, and what never is.

use crate::provider::{Connect::*, *};
use satang_core::{Kind, Operation, Sent};
use std::{collections::HashSet, time::Duration};
use tokio::time::Instant;

/// The number of requests that arrive, and the status or the error that comes of them. `connects` begins after
/// the connection on which the access token is fetched.
async fn outcome(
    operation: &'static Operation,
    script: impl IntoIterator<Item = Reply>,
    connects: impl IntoIterator<Item = Connect>,
) -> (usize, Result<u16, (Kind, Sent)>) {
    let provider = Provider::new(script);
    let client = provider.client([Accept].into_iter().chain(connects)).build().unwrap();
    let result = call(&client, operation, "{}").await;
    let result = result.map(|answer| answer.status().as_u16()).map_err(|error| (error.kind(), error.sent()));
    (provider.calls().len(), result)
}

#[tokio::test(start_paused = true)]
async fn what_did_not_leave_is_sent_again() {
    for operation in [&PAYMENT, &INQUIRY] {
        assert_eq!(outcome(operation, [ok()], [Refuse]).await, (1, Ok(200)));
        assert_eq!(outcome(operation, [ok()], [Hang, Refuse]).await, (1, Ok(200)));
        let never = outcome(operation, [ok()], [Refuse, Refuse, Refuse]).await;
        assert_eq!(never, (0, Err((Kind::Connect, Sent::No))));
    }
}

#[tokio::test(start_paused = true)]
async fn what_may_have_arrived_is_sent_again_only_when_it_changes_nothing() {
    let lost = Err((Kind::Interrupted, Sent::Maybe));
    assert_eq!(outcome(&PAYMENT, [close(), ok()], []).await, (1, lost));
    assert_eq!(outcome(&INQUIRY, [close(), ok()], []).await, (2, Ok(200)));
    assert_eq!(outcome(&INQUIRY, [close()], []).await, (3, lost));
    for status in [429, 502, 503, 504] {
        let busy = answer(status, "", "{}");
        assert_eq!(outcome(&PAYMENT, [busy.clone(), ok()], []).await, (1, Ok(status)));
        assert_eq!(outcome(&INQUIRY, [busy.clone(), ok()], []).await, (2, Ok(200)));
        assert_eq!(outcome(&INQUIRY, [busy], []).await, (3, Ok(status)));
    }
    assert_eq!(outcome(&INQUIRY, [answer(500, "", "{}"), ok()], []).await, (1, Ok(500)));
}

#[tokio::test(start_paused = true)]
async fn an_error_remembers_earlier_attempts() {
    let (calls, result) = outcome(&INQUIRY, [close()], [Accept, Refuse, Refuse]).await;
    assert_eq!((calls, result), (1, Err((Kind::Connect, Sent::Maybe))));
}

#[tokio::test(start_paused = true)]
async fn each_attempt_has_its_own_identifier() {
    let provider = Provider::new([close(), close(), ok()]);
    let client = provider.client([]).build().unwrap();
    call(&client, &INQUIRY, r#"{"same":"body"}"#).await.unwrap();
    let calls = provider.calls();
    let ids: HashSet<_> = calls.iter().map(|call| call.header("x-client-transaction-id").unwrap()).collect();
    assert_eq!(ids.len(), 3);
    assert!(calls.iter().all(|call| call.body == r#"{"same":"body"}"#));
}

#[tokio::test(start_paused = true)]
async fn retry_after_is_honoured_within_the_deadline() {
    for (seconds, timeout, waits, calls) in
        [(7, 30, 7, 2), (29, 30, 29, 2), (31, 30, 0, 1), (u64::MAX, 30, 0, 1), (7, u64::MAX, 7, 2)]
    {
        let busy = answer(429, &format!("retry-after: {seconds}\r\n"), "{}");
        let provider = Provider::new([busy, ok()]);
        let client = provider.client([]).timeout(Duration::from_secs(timeout)).build().unwrap();
        let started = Instant::now();
        let status = call(&client, &INQUIRY, "{}").await.unwrap().status();
        assert_eq!(started.elapsed().as_secs(), waits);
        assert_eq!(provider.calls().len(), calls);
        assert_eq!(status.as_u16(), if calls == 2 { 200 } else { 429 });
    }
}

#[tokio::test(start_paused = true)]
async fn pauses_grow() {
    let provider = Provider::new([close()]);
    let client = provider.client([]).retries(9).timeout(Duration::from_secs(600)).build().unwrap();
    let started = Instant::now();
    call(&client, &INQUIRY, "{}").await.unwrap_err();
    assert_eq!(provider.calls().len(), 10);
    // 0.1 + 0.2 + 0.4 + 0.8 + 1.6 + 3.2 + 5 + 5 + 5, of which each may lose half
    let waited = started.elapsed().as_secs_f64();
    assert!((10.65..=21.3).contains(&waited), "{waited}");
}

#[tokio::test(start_paused = true)]
async fn retries_may_be_switched_off() {
    let provider = Provider::new([close()]);
    let client = provider.client([]).retries(0).build().unwrap();
    call(&client, &INQUIRY, "{}").await.unwrap_err();
    assert_eq!(provider.calls().len(), 1);
}
