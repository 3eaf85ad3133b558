//! The states of a verification in the hub.

use super::network::{Mood, Network, REFERENCE, claims, headers_of, key, query, slip};
use bytes::Bytes;
use http::{HeaderMap, Response};
use proptest::prelude::*;
use satang_core::Clock as _;
use satang_jose::{Profile, SignatureAlgorithm::Es256, Signer, SigningKey};
use satang_slip_verification::interbank::{Asked, EndState, EndState::*, Service};
use serde_json::Value;
use std::{pin::pin, sync::atomic::Ordering::SeqCst, task::Context, time::Duration};
use uuid::Uuid;

const FOUND: &str = r#"{"status":{"code":"0000","message":""},"data":{"transRef":"00111222233344ABCD12","sendingBank":"014","transDate":"20260702","transTime":"13:55:40","amount":10.04}}"#;

/// Asks, and checks what must hold of every answer and its record.
#[track_caller]
fn ask(network: &Network, headers: &HeaderMap, query: &str) -> (String, EndState) {
    let before = (network.records().len(), network.asked());
    judge(network, before, &network.answer(headers, query))
}

/// Checks what must hold of every answer of the hub, of whatever service, and of its record; `before` are the numbers of records
/// and of questions to issuers before it.
#[track_caller]
pub(super) fn judge(
    network: &Network,
    (records, asked): (usize, usize),
    response: &Response<Bytes>,
) -> (String, EndState) {
    let body = response.body();
    let value: Value = serde_json::from_slice(body).unwrap();
    let code = value["status"]["code"].as_str().unwrap().to_owned();
    let of_response = |name: &str| response.headers().get(name).and_then(|value| value.to_str().ok());
    let now = network.world.now();

    let record = network.records().get(records).cloned().expect("every end state has a record");
    assert_eq!(network.records().len(), records + 1, "exactly one end state");
    assert_eq!(record.code.as_ref().map(|code| code.as_str()), Some(code.as_str()));
    assert_eq!(usize::from(record.forwarded), network.asked() - asked);
    assert_eq!(u16::from(response.status()), record.code.as_ref().unwrap().status());
    assert!(network.hub_answers.is_right(of_response("x-signature"), body, now), "signed as it is");
    assert_eq!(of_response("x-request-id"), record.request_id.map(|id| id.to_string()).as_deref());

    let is_found = record.end == Found;
    assert_eq!(code == "0000", is_found);
    assert_eq!(value.get("data").is_some(), is_found, "details with Found only");
    assert_eq!(of_response("x-issuer-signature").is_some(), is_found);
    if is_found {
        let text = std::str::from_utf8(body).unwrap();
        let data = text.split_once("\"data\":").unwrap().1.strip_suffix('}').unwrap();
        assert!(network.issuer_answers.is_right(of_response("x-issuer-signature"), data.as_bytes(), now));
        let place = if record.service == Service::NumberOwnership { "provider" } else { "sendingBank" };
        assert_eq!(value["data"][place], record.destination.as_ref().unwrap().as_str());
        let reference = record.trans_ref.as_ref().map(|reference| reference.as_str());
        assert_eq!(value["data"]["transRef"].as_str(), reference);
    }
    let is_forwarded = matches!(
        record.end,
        Found | NotFound | IssuerRefused | IssuerError | IssuerUnreachable | IssuerBadAnswer
    );
    assert!(record.forwarded == 0 || is_forwarded, "{:?} was forwarded", record.end);
    assert!(record.forwarded == 0 || record.member.is_some(), "forwarded for nobody");
    (code, record.end)
}

#[test]
fn each_answer_of_an_issuer_has_its_end_state() {
    let wide = Box::leak(
        format!(r#"{{"status":{{"code":"8404","message":""}},"x":"{}"}}"#, "x".repeat(17_000))
            .into_boxed_str(),
    );
    let replaced =
        |from: &str, to: &str| -> Mood { Mood::Says(Box::leak(FOUND.replace(from, to).into_boxed_str())) };
    let unmasked = r#""amount":10.04,"receiver":{"account":{"type":"BANKAC","value":"123-4-56789-0"}}"#;
    for (mood, code, end, times) in [
        (Mood::Honest, "0000", Found, 1),
        (Mood::Says(FOUND), "0000", Found, 1),
        (Mood::NoConnection(1), "0000", Found, 2),
        (Mood::NoConnection(2), "8503", IssuerUnreachable, 2),
        (Mood::Doubtful, "8503", IssuerUnreachable, 1),
        (Mood::Lost, "8503", IssuerUnreachable, 1),
        (Mood::Silent, "8503", IssuerUnreachable, 1),
        (Mood::Forges, "8503", IssuerBadAnswer, 1),
        (Mood::Unsigned, "8503", IssuerBadAnswer, 1),
        (Mood::Noise(b"<html>".to_vec()), "8503", IssuerBadAnswer, 1),
        (Mood::Says(wide), "8503", IssuerBadAnswer, 1),
        (replaced("ABCD12\"", "ABCD13\""), "8503", IssuerBadAnswer, 1),
        (replaced("ABCD12\"", "abcd12\""), "8503", IssuerBadAnswer, 1),
        (replaced("\"014\"", "\"004\""), "8503", IssuerBadAnswer, 1),
        (replaced("\"amount\":10.04", unmasked), "8503", IssuerBadAnswer, 1),
        (replaced("0000", "8404"), "8503", IssuerBadAnswer, 1),
        (Mood::Says(r#"{"status":{"code":"0000","message":""}}"#), "8503", IssuerBadAnswer, 1),
        (Mood::Says(r#"{"status":{"code":"8404","message":""}}"#), "8404", NotFound, 1),
        (Mood::Says(r#"{"status":{"code":"8404","message":""},"data":null}"#), "8404", NotFound, 1),
        (Mood::Says(r#"{"status":{"code":"8400","message":""}}"#), "8400", IssuerRefused, 1),
        (Mood::Says(r#"{"status":{"code":"8702","message":""}}"#), "8702", IssuerRefused, 1),
        (Mood::Says(r#"{"status":{"code":"8500","message":""}}"#), "8500", IssuerError, 1),
        (Mood::Says(r#"{"status":{"code":"6403","message":""}}"#), "8503", IssuerBadAnswer, 1),
        (Mood::Says(r#"{"status":{"code":"9999","message":""}}"#), "8503", IssuerBadAnswer, 1),
    ] {
        let network = Network::with_mood(mood.clone());
        let about = slip("014", REFERENCE);
        let outcome = ask(&network, &network.headers(&about), &query(&about));
        assert_eq!(outcome, (code.to_owned(), end), "{mood:?}");
        assert_eq!(network.asked(), times, "{mood:?}");
    }
}

#[test]
fn each_wrong_question_has_its_code_and_is_not_forwarded() {
    let about = slip("014", REFERENCE);
    let right = query(&about);
    for (name, value, code, end) in [
        ("x-api-version", None, "6410", BadRequest),
        ("x-api-version", Some("2"), "6410", BadRequest),
        ("x-crt-version", None, "6411", BadRequest),
        ("x-dest-bank", None, "6412", BadRequest),
        ("x-dest-bank", Some("004"), "6400", BadRequest),
        ("api-key", None, "6421", Unauthorized),
        ("api-key", Some("key-011"), "6421", Unauthorized),
        ("api-secret", Some("secret-00"), "6421", Unauthorized),
        ("x-request-id", None, "6424", Unauthorized),
        ("x-request-id", Some("0198f6c2-9d0a-7d3e-8e55-8f0e6d5c1a11"), "6424", Unauthorized),
        ("authorization", None, "6701", Unauthorized),
        ("authorization", Some("Bearer a.b.c"), "6701", Unauthorized),
        ("x-crt-version", Some("4"), "6703", Unauthorized),
    ] {
        let network = Network::new();
        let mut headers = network.headers(&about);
        headers.remove(name);
        headers.extend(headers_of(value.map(|value| (name, value))));
        assert_eq!(ask(&network, &headers, &right), (code.to_owned(), end), "{name}: {value:?}");
        assert_eq!(network.asked(), 0);
    }
    for (query, code) in [("", "6400"), ("sendingBank=014", "6400"), ("sendingBank=014&transRef=a-b", "6400")]
    {
        let network = Network::new();
        assert_eq!(ask(&network, &network.headers(&about), query), (code.to_owned(), BadRequest), "{query}");
    }
}

/// Puts a token of one's own into the headers of a right question.
fn with_token(network: &Network, signing: &SigningKey, edit: impl FnOnce(&mut Value)) -> HeaderMap {
    let mut headers = network.headers(&slip("014", REFERENCE));
    let id: Uuid = headers["x-request-id"].to_str().unwrap().parse().unwrap();
    let signer = Signer::new(&Profile::new([Es256]).typ("JWT"), signing).unwrap();
    let token = signer.sign(claims(edit, id, network.world.now())).unwrap();
    headers.insert("authorization", format!("Bearer {token}").parse().unwrap());
    headers
}

#[test]
fn each_claim_of_a_token_is_held_against_the_question() {
    let now = Network::new().world.now().as_second();
    let set = |name: &'static str, value: Value| move |claims: &mut Value| claims[name] = value;
    type Edit = Box<dyn FnOnce(&mut Value)>;
    let cases: Vec<(Edit, &str)> = vec![
        (Box::new(|_| ()), "0000"),
        (Box::new(set("iss", "011".into())), "6422"),
        (Box::new(set("aud", "014".into())), "6423"),
        (Box::new(set("jti", Value::Null)), "6424"),
        (Box::new(set("jti", "7".into())), "6424"),
        (Box::new(set("sb", "025".into())), "6701"),
        (Box::new(set("tr", REFERENCE.to_lowercase().into())), "6701"),
        (Box::new(set("exp", (now + 61).into())), "6702"),
        (Box::new(set("exp", now.into())), "6702"),
        (Box::new(set("iat", (now + 31).into())), "6702"),
        (Box::new(set("exp", "soon".into())), "6701"),
    ];
    for (place, (edit, code)) in cases.into_iter().enumerate() {
        let network = Network::new();
        let headers = with_token(&network, &network.member, edit);
        let (found, _) = ask(&network, &headers, &query(&slip("014", REFERENCE)));
        assert_eq!(found, code, "case {place}");
        assert_eq!(network.asked(), usize::from(code == "0000"), "case {place}");
    }
}

#[test]
fn nobody_asks_in_the_name_of_another_or_twice() {
    let network = Network::new();
    let about = slip("014", REFERENCE);
    // The key of another member, whatever it claims.
    let foreign = with_token(&network, &network.other_member, |_| ());
    assert_eq!(ask(&network, &foreign, &query(&about)), ("6422".to_owned(), Unauthorized));
    let unknown = with_token(&network, &key("004-9"), |_| ());
    assert_eq!(ask(&network, &unknown, &query(&about)), ("6703".to_owned(), Unauthorized));
    let forged = with_token(&network, &key("004-3"), |_| ());
    assert_eq!(ask(&network, &forged, &query(&about)), ("6701".to_owned(), Unauthorized));

    let headers = network.headers(&about);
    assert_eq!(ask(&network, &headers, &query(&about)), ("0000".to_owned(), Found));
    assert_eq!(ask(&network, &headers, &query(&about)), ("6425".to_owned(), Replayed));
    network.world.0.advance(Duration::from_secs(89));
    assert_eq!(ask(&network, &headers, &query(&about)), ("6425".to_owned(), Replayed));
    network.world.0.advance(Duration::from_secs(1));
    assert_eq!(ask(&network, &headers, &query(&about)), ("6702".to_owned(), Unauthorized));
    assert_eq!(network.asked(), 1);
}

#[test]
fn who_has_not_subscribed_and_who_has_no_route_is_told_so() {
    let network = Network::new();
    let mut headers = with_token(&network, &network.other_member, |claims| claims["iss"] = "011".into());
    headers.extend(headers_of([
        ("api-key", "key-011"),
        ("api-secret", "secret-011"),
        ("x-crt-version", "1"),
    ]));
    assert_eq!(ask(&network, &headers, &query(&slip("014", REFERENCE))), ("6403".to_owned(), NotSubscribed));
    for (code, expected, end) in [
        ("777", "6501", NoRoute),
        ("065", "6501", NoRoute), // closed: nobody is asked in its place
        ("025", "6501", NoRoute),
        ("066", "8501", SponsorUnsupported),
    ] {
        let about = slip(code, REFERENCE);
        assert_eq!(
            ask(&network, &network.headers(&about), &query(&about)),
            (expected.to_owned(), end),
            "{code}"
        );
    }
    assert_eq!(network.asked(), 0);
}

#[test]
fn each_attempt_has_a_token_of_its_own_and_all_carry_one_tracing_identifier() {
    let network = Network::with_mood(Mood::NoConnection(1));
    let about = slip("014", REFERENCE);
    let mut headers = network.headers(&about);
    headers.extend(headers_of([("x-deadline-ms", "3000")]));
    ask(&network, &headers, &query(&about));
    let asked = network.wire.asked.lock().unwrap();
    let [first, second] = &asked[..] else { panic!("asked twice") };
    assert_ne!(first["authorization"], second["authorization"]);
    for attempt in [first, second] {
        assert_eq!(attempt["x-request-id"], headers["x-request-id"]);
        assert_eq!(attempt["x-orig-bank"], "004");
        assert_eq!(attempt["x-crt-version"], "7");
        assert_eq!(attempt["x-deadline-ms"], "2800");
        assert!(attempt["authorization"].is_sensitive(), "no log shows it");
        assert!(!attempt.contains_key("api-key"), "the member's secrets stay");
    }
}

#[test]
fn whoever_waits_is_answered_in_time() {
    for (deadline, took) in
        [(None, 5000), (Some("3000"), 2800), (Some("100"), 0), (Some("99999"), 5000), (Some("x"), 5000)]
    {
        let network = Network::with_mood(Mood::Silent);
        let about = slip("014", REFERENCE);
        let mut headers = network.headers(&about);
        headers.extend(headers_of(deadline.map(|value| ("x-deadline-ms", value))));
        assert_eq!(ask(&network, &headers, &query(&about)).1, IssuerUnreachable);
        assert_eq!(network.records()[0].took_milliseconds, took, "{deadline:?}");
    }
}

#[test]
fn an_issuer_that_fails_is_spared_and_asked_again() {
    let network = Network::with_mood(Mood::Lost);
    let about = slip("014", REFERENCE);
    let once = || ask(&network, &network.headers(&about), &query(&about)).0;
    for _ in 0..8 {
        assert_eq!(once(), "8503");
    }
    assert_eq!(network.asked(), 5, "open after five");
    *network.wire.mood.lock().unwrap() = Mood::Honest;
    assert_eq!(once(), "8503");
    network.world.0.advance(Duration::from_secs(5));
    assert_eq!((once().as_str(), once().as_str()), ("0000", "0000"));
}

#[test]
fn a_verification_whose_asker_goes_is_recorded() {
    let network = Network::with_mood(Mood::Silent);
    network.world.0.alarms.store(false, SeqCst);
    let about = slip("014", REFERENCE);
    let headers = network.headers(&about);
    let query = query(&about);
    {
        let mut asking = pin!(network.hub.verify_transaction(Asked::new(&headers, query.as_bytes())));
        let poll = asking.as_mut().poll(&mut Context::from_waker(std::task::Waker::noop()));
        assert!(poll.is_pending() && network.records().is_empty());
    }
    let [record] = &network.records()[..] else { panic!("one record") };
    assert_eq!((record.end, record.code.clone(), record.forwarded), (ClientGone, None, 1));
}

#[test]
fn what_cannot_be_recorded_is_not_answered() {
    let network = Network::new();
    network.book.is_broken.store(true, SeqCst);
    let about = slip("014", REFERENCE);
    let response = network.answer(&network.headers(&about), &query(&about));
    let body: Value = serde_json::from_slice(response.body()).unwrap();
    assert_eq!((body["status"]["code"].as_str(), body.get("data")), (Some("6500"), None));
    assert!(!response.headers().contains_key("x-issuer-signature"));
}

#[test]
fn the_issuers_bytes_are_passed_on_as_they_are() {
    // Blanks, text for a number, members and escapes that no writer of ours would choose.
    let odd = FOUND.replace("\"amount\":10.04", "\"amount\" :  \"10.04\", \"news\":[1e5, \"\\u0041\"]");
    let network = Network::with_mood(Mood::Says(Box::leak(odd.clone().into_boxed_str())));
    let about = slip("014", REFERENCE);
    let response = network.answer(&network.headers(&about), &query(&about));
    let sent = std::str::from_utf8(response.body()).unwrap();
    assert_eq!(sent.split_once("\"data\":").unwrap().1, odd.split_once("\"data\":").unwrap().1);
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 256, failure_persistence: None, ..ProptestConfig::default() })]

    /// Whatever an issuer answers: one end, one record, and details only when all is right ([`ask`] holds them).
    #[test]
    fn no_answer_of_an_issuer_breaks_the_rules(
        bytes in proptest::collection::vec(any::<u8>(), 0..200),
        at in 0..FOUND.len(),
        is_noise: bool,
    ) {
        let mut spoilt = FOUND.as_bytes().to_vec();
        spoilt.splice(at..at + 1, bytes.iter().copied().take(3));
        let network = Network::with_mood(Mood::Noise(if is_noise { bytes } else { spoilt }));
        let about = slip("014", REFERENCE);
        let (_, end) = ask(&network, &network.headers(&about), &query(&about));
        prop_assert_ne!(end, Found, "it is not signed");
    }

    /// Whatever arrives at the hub: one end, one record, nothing forwarded that is not right.
    #[test]
    fn no_question_breaks_the_rules(
        query in "[ -~]{0,60}",
        name in prop::sample::select(&["x-api-version", "x-crt-version", "x-dest-bank", "api-key", "api-secret",
            "x-request-id", "authorization", "x-deadline-ms"][..]),
        value in "[ -~]{0,40}",
        keeps_query: bool,
    ) {
        let network = Network::new();
        let about = slip("014", REFERENCE);
        let mut headers = network.headers(&about);
        headers.extend(headers_of([(name, value.as_str())]));
        let query = if keeps_query { super::network::query(&about) } else { query };
        let (_, end) = ask(&network, &headers, &query);
        prop_assert!(end == Found || network.asked() == 0 || end == IssuerUnreachable);
    }
}
