//! Who logs in, and for how long.

use super::desk::{self, Desk, form, log_in, nonce, send};
use crate::behaviour::{
    behaviour,
    world::{Network, World},
};
use jiff::SignedDuration;
use satang_gateway::demo;
use satang_schema::sandbox::{FilerChange, FilerStatus};
use serde_json::json;

async fn a_login_answers_with_a_token_that_is_opaque<N: Network>(world: World<N>) {
    let answer = log_in(&world, demo::FILER, demo::FILER_PASSWORD).await.expect(200, "I07000");
    let token = answer.body["tokenId"].as_str().unwrap();
    assert_eq!(token.len(), 51);
    assert!(token.bytes().all(|byte| byte.is_ascii_alphanumeric()));
    assert_eq!(answer.body["sender"]["id"], demo::FILER_SENDER);
    assert!(answer.body["responseMessage"].as_str().unwrap().contains("เรียบร้อย"));
    assert!(answer.body.get("eInstrument").is_none(), "the login has no envelope");
    assert_eq!(
        world.count("SELECT count(*) FROM filer_token WHERE hash = $1", token).await,
        0,
        "only its hash"
    );
}

async fn a_wrong_login_says_no_more_than_it_must<N: Network>(world: World<N>) {
    let body = |member: &str, value: &str| {
        let mut body =
            json!({ "username": demo::FILER, "password": demo::FILER_PASSWORD, "nonce": nonce(&world) });
        body[member] = value.into();
        body.to_string()
    };
    for (body, status, code) in [
        (body("username", "nobody"), 401, "E07103"),
        (body("password", "wrong"), 401, "E07103"),
        (body("username", "demo-filer-suspended"), 401, "E07101"),
        (body("username", "demo-filer-ended"), 200, "E07106"),
        (body("nonce", "2026-03-01 08:00:00"), 401, "E07116"),
        (body("nonce", "2026-03-01 08:00"), 400, "E07121"),
        (body("nonce", "2026-03-32 08:00:00"), 400, "E07205"),
        (body("username", ""), 400, "E07114"),
        (body("extra", "1"), 400, "E07114"),
        ("{}".into(), 400, "E07115"),
        ("{\"username\":".into(), 400, "E07114"),
        (format!("{{\"username\": \"{}\"}}", "a".repeat(64 * 1024)), 413, "E07000"),
    ] {
        let answer = send(&world, "/stamp/SubmitFilingAuth", None, body).await.expect(status, code);
        assert!(answer.body.get("tokenId").is_none());
        assert!(!answer.body.to_string().contains("demo-password"));
    }
}

async fn five_wrong_passwords_close_the_door_for_a_while<N: Network>(world: World<N>) {
    let desk = Desk::of(&world, demo::FILER).await;
    for _ in 0..5 {
        log_in(&world, demo::FILER, "wrong").await.expect(401, "E07103");
    }
    log_in(&world, demo::FILER, demo::FILER_PASSWORD).await.expect(401, "E07103");
    // Who is in stays in, and other filers are not concerned.
    desk.payment_status(&world, "1").await.expect(200, "E07100");
    Desk::of(&world, "demo-agent").await;
    let locked = "SELECT count(*) FROM event WHERE kind = 'filer.locked' AND subject = $1";
    assert_eq!(world.count(locked, demo::FILER).await, 1);
    world.clock.advance(SignedDuration::from_secs(299));
    log_in(&world, demo::FILER, demo::FILER_PASSWORD).await.expect(401, "E07103");
    world.clock.advance(SignedDuration::from_secs(1));
    log_in(&world, demo::FILER, demo::FILER_PASSWORD).await.expect(200, "I07000");
    for _ in 0..4 {
        log_in(&world, demo::FILER, "wrong").await.expect(401, "E07103");
    }
    log_in(&world, demo::FILER, demo::FILER_PASSWORD).await.expect(200, "I07000");
    log_in(&world, demo::FILER, "wrong").await.expect(401, "E07103");
    log_in(&world, demo::FILER, demo::FILER_PASSWORD).await.expect(200, "I07000");
}

async fn a_token_is_good_for_half_an_hour<N: Network>(world: World<N>) {
    let desk = Desk::of(&world, demo::FILER).await;
    world.clock.advance(SignedDuration::from_secs(1799));
    desk.payment_status(&world, "1").await.expect(200, "E07100");
    world.clock.advance(SignedDuration::from_secs(1));
    desk.payment_status(&world, "1").await.expect(401, "E07104");
    let unknown = Desk { token: "x".repeat(51), sender: demo::FILER_SENDER.into() };
    unknown.file(&world, &form(1)).await.expect(401, "E07104");
    send(&world, "/stamp/SubmitFiling", None, "{}").await.expect(401, "E07101");
    send(&world, "/stamp/SubmitFiling", Some(""), "{}").await.expect(401, "E07104");
}

async fn a_suspended_filer_is_out_at_once<N: Network>(world: World<N>) {
    let desk = Desk::of(&world, demo::FILER).await;
    let mut change =
        FilerChange { username: demo::FILER.parse().unwrap(), status: Some(FilerStatus::Suspended) };
    world.control().change_filer(&change).await.unwrap();
    desk.payment_status(&world, "1").await.expect(401, "E07101");
    change.status = Some(FilerStatus::Active);
    world.control().change_filer(&change).await.unwrap();
    desk.payment_status(&world, "1").await.expect(200, "E07100");
}

async fn the_sender_is_the_one_who_has_logged_in<N: Network>(world: World<N>) {
    let mut desk = Desk::of(&world, demo::FILER).await;
    for (sender, code) in [("XYZ00002", "E07207"), ("XYZ 0001", "E07206"), ("ก", "E07206"), ("", "E07114")]
    {
        desk.sender = sender.into();
        let answer = desk.payment_status(&world, "1").await.expect(400, code);
        assert_eq!(answer.pointers(), ["/eInstrument/sender/id"]);
    }
}

async fn the_other_paths_lead_to_the_same_operations<N: Network>(world: World<N>) {
    for path in [
        "/rd-stamp-os9-service/submitFilingAuth",
        "/stamp/submitFilingAuth",
        "/rd-stamp-os9-service/SubmitFilingAuth",
    ] {
        let body =
            json!({ "username": demo::FILER, "password": demo::FILER_PASSWORD, "nonce": nonce(&world) });
        desk::send(&world, path, None, body.to_string()).await.expect(200, "I07000");
    }
    for path in ["/stamp/Submit", "/rd-stamp-os9-service/nothing", "/stamp/"] {
        desk::send(&world, path, None, "{}").await.expect(404, "E07000");
    }
    let get = http::Request::get("/stamp/SubmitFiling").body(bytes::Bytes::new()).unwrap();
    let refused = world.send(get).await;
    assert_eq!((refused.status().as_u16(), &refused.headers()["allow"]), (405, &"POST".parse().unwrap()));
}

behaviour! {
    a_login_answers_with_a_token_that_is_opaque,
    a_wrong_login_says_no_more_than_it_must,
    five_wrong_passwords_close_the_door_for_a_while,
    a_token_is_good_for_half_an_hour,
    a_suspended_filer_is_out_at_once,
    the_sender_is_the_one_who_has_logged_in,
    the_other_paths_lead_to_the_same_operations,
}
