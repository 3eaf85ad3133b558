//! Access tokens: how they are asked for, shared, refreshed and replaced.

use crate::provider::{Connect::*, *};
use satang_core::{Kind, Sent};
use satang_transport::{Credentials, SecretStyle};
use std::time::Duration;
use tokio::task::JoinSet;

const LIFETIME: i64 = 3600;

#[tokio::test(start_paused = true)]
async fn many_callers_share_one_request() {
    let provider = Provider::new([ok()]);
    let client = provider.client([]).build().unwrap();
    let mut calls = JoinSet::new();
    for _ in 0..50 {
        let client = client.clone();
        calls.spawn(async move { call(&client, &INQUIRY, "{}").await.unwrap().status() });
    }
    assert!(calls.join_all().await.into_iter().all(|status| status == 200));
    assert_eq!((provider.token_requests().len(), provider.calls().len()), (1, 50));
    assert!(provider.calls().iter().all(|call| call.header("authorization") == Some("Bearer token-1")));
}

#[tokio::test(start_paused = true)]
async fn a_token_is_replaced_before_it_expires() {
    let provider = Provider::new([ok()]);
    let clock = Manual::at(1_597_424_400);
    let client = provider.client([]).clock(clock.clone()).build().unwrap();
    for (advance, token) in [
        (0, "Bearer token-1"),
        (LIFETIME * 9 / 10 - 1, "Bearer token-1"),
        (1, "Bearer token-2"),
        (LIFETIME * 9 / 10, "Bearer token-3"),
    ] {
        clock.advance(advance);
        call(&client, &INQUIRY, "{}").await.unwrap();
        assert_eq!(provider.calls().last().unwrap().header("authorization"), Some(token));
    }
}

#[tokio::test(start_paused = true)]
async fn a_401_costs_one_token_and_one_more_attempt() {
    let refused = || answer(401, "", r#"{"error":{"code":"SBX-4011","message":"expired"}}"#);
    for (script, status) in [(vec![refused(), ok()], 200), (vec![refused()], 401)] {
        let provider = Provider::new(script);
        let client = provider.client([]).retries(0).build().unwrap();
        assert_eq!(call(&client, &PAYMENT, "{}").await.unwrap().status(), status);
        let tokens: Vec<_> =
            provider.calls().iter().map(|call| call.header("authorization").unwrap().to_owned()).collect();
        assert_eq!(tokens, ["Bearer token-1", "Bearer token-2"]);
        assert_eq!(provider.token_requests().len(), 2);
    }
}

#[tokio::test(start_paused = true)]
async fn a_call_replaces_its_token_only_once() {
    let refused = answer(401, "", "{}");
    let provider = Provider::new([refused.clone(), answer(503, "", ""), refused, ok()]);
    let client = provider.client([]).build().unwrap();
    assert_eq!(call(&client, &INQUIRY, "{}").await.unwrap().status(), 401);
    assert_eq!((provider.token_requests().len(), provider.calls().len()), (2, 3));
}

#[tokio::test(start_paused = true)]
async fn the_secret_travels_in_either_style() {
    for (style, scope, form, basic) in [
        (
            SecretStyle::ClientSecretPost,
            None,
            "grant_type=client_credentials&client_id=shop&client_secret=hun+ter%262",
            None,
        ),
        (
            SecretStyle::ClientSecretBasic,
            Some("pay read"),
            "grant_type=client_credentials&scope=pay+read",
            Some("Basic c2hvcDpodW4rdGVyJTI2Mg=="),
        ),
    ] {
        let provider = Provider::new([ok()]);
        let mut credentials = Credentials::new("shop", "hun ter&2").style(style);
        if let Some(scope) = scope {
            credentials = credentials.scope(scope);
        }
        let client = provider.client([]).credentials(credentials).build().unwrap();
        call(&client, &INQUIRY, "{}").await.unwrap();
        let [request] = &provider.token_requests()[..] else { panic!("one token request") };
        assert_eq!(request.body, form);
        assert_eq!(request.header("authorization"), basic);
        assert_eq!(request.header("content-type"), Some("application/x-www-form-urlencoded"));
        assert!(request.header("x-client-transaction-id").is_some());
        assert!(request.header("signature").is_none());
    }
}

#[tokio::test(start_paused = true)]
async fn without_a_token_the_call_is_not_sent() {
    let denied = r#"{"error":"invalid_client","error_description":"unknown client"}"#;
    for (reply, kind, fetches) in [
        (answer(401, "", denied), Kind::Refused, 1),
        (answer(503, "", ""), Kind::Refused, 3),
        (close(), Kind::Interrupted, 3),
        (answer(200, "", r#"{"access_token":"t"}"#), Kind::Unreadable, 1),
        (Reply::Hang, Kind::Timeout, 1),
    ] {
        let provider = Provider::new([ok()]).tokens(vec![reply; 3]);
        let client = provider.client([]).timeout(Duration::from_secs(20)).build().unwrap();
        let error = call(&client, &PAYMENT, "{}").await.unwrap_err();
        assert_eq!((error.kind(), error.sent()), (kind, Sent::No), "{error:?}");
        assert!(!format!("{error:?} {error}").contains("hunter2"));
        assert_eq!((provider.token_requests().len(), provider.calls().len()), (fetches, 0));
    }
}

#[tokio::test(start_paused = true)]
async fn a_token_is_asked_for_again_when_it_could_not_be_had() {
    let provider = Provider::new([ok()]).tokens([answer(503, "", ""), close()]);
    let client = provider.client([Refuse]).retries(3).build().unwrap();
    assert_eq!(call(&client, &PAYMENT, "{}").await.unwrap().status(), 200);
    assert_eq!((provider.token_requests().len(), provider.calls().len()), (3, 1));
}

#[tokio::test(start_paused = true)]
async fn a_caller_that_gives_up_does_not_block_the_others() {
    let provider = Provider::new([ok()]).tokens([Reply::Hang]);
    let client = provider.client([]).build().unwrap();
    let impatient = tokio::time::timeout(Duration::from_secs(1), call(&client, &INQUIRY, "{}"));
    let patient = call(&client, &INQUIRY, "{}");
    let (gave_up, answered) = tokio::join!(impatient, patient);
    assert!(gave_up.is_err());
    assert_eq!(answered.unwrap().status(), 200);
}
