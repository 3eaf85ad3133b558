//! Tokens, headers and signatures, with requests that no well-behaved client would send.

use super::world::{DEMO, ManualClock, gateway, payment};
use base64::{Engine, engine::general_purpose::STANDARD as BASE64};
use bytes::Bytes;
use http::{Request, Response, StatusCode};
use http_body_util::{BodyExt, Full};
use jiff::{SignedDuration, Timestamp};
use satang_core::{
    Clock, Entropy, Operation, System,
    direct_debit::{
        REAL_TIME_PAYMENT, SCHEDULE_CANCELLATION, SCHEDULE_SUBMISSION, TRANSACTION_STATUS_INQUIRY,
    },
    signature::{self, Key},
};
use satang_gateway::Gateway;
use satang_schema::{contract::Example, direct_debit::ScheduleSubmission};
use serde_json::Value;
use std::sync::Arc;
use tempfile::TempDir;
use tower::ServiceExt;

const FORM: &str = "application/x-www-form-urlencoded";

struct Raw {
    gateway: Arc<Gateway>,
    clock: Arc<ManualClock>,
    _directory: TempDir,
}

/// An answer, as much of it as matters.
#[derive(Debug)]
struct Answer {
    status: StatusCode,
    code: String,
    body: Value,
}

impl Raw {
    async fn new(demand_signatures: bool) -> Self {
        let (gateway, clock, directory) = gateway(demand_signatures).await;
        Self { gateway, clock, _directory: directory }
    }

    async fn send(&self, request: Request<Full<Bytes>>) -> Answer {
        let response: Response<Full<Bytes>> = self.gateway.router().oneshot(request).await.unwrap();
        let status = response.status();
        let body = response.into_body().collect().await.unwrap().to_bytes();
        let body: Value = serde_json::from_slice(&body).unwrap();
        let code = body["error"]["code"].as_str().or(body["error"].as_str()).unwrap_or_default().to_owned();
        Answer { status, code, body }
    }

    async fn token_request(&self, body: &str, authorization: Option<&str>) -> Answer {
        let mut request = Request::post("/auth/oauth/v2/token").header("content-type", FORM);
        if let Some(value) = authorization {
            request = request.header("authorization", value);
        }
        self.send(request.body(Full::from(body.to_owned())).unwrap()).await
    }

    async fn token(&self) -> String {
        let answer = self
            .token_request(
                "grant_type=client_credentials&client_id=demo-partner&client_secret=demo-secret",
                None,
            )
            .await;
        answer.body["access_token"].as_str().expect("a token").to_owned()
    }

    /// A right and signed payment.
    async fn signed(&self) -> Signed {
        Signed {
            operation: &REAL_TIME_PAYMENT,
            token: self.token().await,
            id: System.uuid().to_string(),
            body: serde_json::to_vec(&payment("1.00")).unwrap(),
            created: self.clock.now(),
            key: DEMO.signature_key,
        }
    }
}

/// A request whose parts can be spoilt before it is put together.
struct Signed {
    operation: &'static Operation,
    token: String,
    id: String,
    body: Vec<u8>,
    created: Timestamp,
    key: &'static str,
}

/// Spoils a part of a request.
type Spoil = Box<dyn Fn(&mut Signed)>;

impl Signed {
    fn request(&self) -> Request<Full<Bytes>> {
        let path = self.operation.path;
        let digest = signature::digest(&self.body);
        let key = Key::new(self.key).unwrap();
        let signature = key.sign(&self.operation.method, path, self.created, &digest, &self.id);
        Request::post(path)
            .header("authorization", format!("Bearer {}", self.token))
            .header("content-type", "application/json")
            .header("x-client-transaction-id", &self.id)
            .header("digest", digest)
            .header("signature", signature)
            .body(Full::from(self.body.clone()))
            .unwrap()
    }
}

#[tokio::test]
async fn credentials_travel_in_the_form_or_as_basic_or_both_alike() {
    let raw = Raw::new(true).await;
    let basic = |pair: &str| format!("Basic {}", BASE64.encode(pair));
    let grant = "grant_type=client_credentials";
    let form = format!("{grant}&client_id=demo-partner&client_secret=demo-secret");
    let good = basic("demo-partner:demo-secret");
    let cases = [
        (form.clone(), None, 200, ""),
        (grant.into(), Some(good.clone()), 200, ""),
        (form.clone(), Some(good.clone()), 200, ""),
        (format!("{grant}&client_id=demo-partner"), Some(good.clone()), 200, ""),
        // Percent-encoded, as RFC 6749 has it.
        (grant.into(), Some(basic("demo%2Dpartner:demo%2Dsecret")), 200, ""),
        (form.clone(), Some(basic("other:demo-secret")), 400, "invalid_request"),
        (format!("{grant}&client_id=other"), Some(good.clone()), 400, "invalid_request"),
        (form.replace("demo-secret", "wrong"), None, 401, "invalid_client"),
        (form.replace("demo-partner", "nobody"), None, 401, "invalid_client"),
        (grant.into(), Some(basic("demo-partner:wrong")), 401, "invalid_client"),
        (grant.into(), Some(basic("no colon")), 401, "invalid_client"),
        (grant.into(), Some("Basic %%%".into()), 401, "invalid_client"),
        (grant.into(), Some("Bearer x".into()), 401, "invalid_client"),
        (grant.into(), None, 401, "invalid_client"),
        (form.replace(grant, "grant_type=password"), None, 400, "unsupported_grant_type"),
        (form.replace(grant, "grant_type="), None, 400, "unsupported_grant_type"),
        (form.replace(&format!("{grant}&"), ""), None, 400, "invalid_request"),
        (format!("{form}&client_id=demo-partner"), None, 400, "invalid_request"),
        (format!("{form}&more=1"), None, 400, "invalid_request"),
        (String::new(), None, 400, "invalid_request"),
    ];
    for (body, authorization, status, code) in cases {
        let answer = raw.token_request(&body, authorization.as_deref()).await;
        assert_eq!(
            (answer.status.as_u16(), answer.code.as_str()),
            (status, code),
            "{body} {authorization:?}"
        );
        assert!(!answer.body.to_string().contains("demo-secret"));
    }
}

#[tokio::test]
async fn a_token_dies_after_half_an_hour() {
    let raw = Raw::new(true).await;
    let mut signed = raw.signed().await;
    for (advance, status) in [(0, 200), (1_799, 200), (1, 401)] {
        raw.clock.advance(SignedDuration::from_secs(advance));
        signed.created = raw.clock.now();
        signed.id = System.uuid().to_string();
        let answer = raw.send(signed.request()).await;
        assert_eq!(answer.status.as_u16(), status, "{answer:?}");
    }
}

#[tokio::test]
async fn a_bearer_token_is_required_and_must_be_known() {
    let raw = Raw::new(true).await;
    let good = raw.signed().await;
    for authorization in
        ["", "Bearer", "Bearer ", "Bearer nonsense", "Basic ZGVtbzpkZW1v", &format!("Bearer {}x", good.token)]
    {
        let mut request = good.request();
        request.headers_mut().insert("authorization", authorization.parse().unwrap());
        let answer = raw.send(request).await;
        assert_eq!((answer.status.as_u16(), answer.code.as_str()), (401, "SBX-4011"), "{authorization}");
    }
    let mut twice = good.request();
    twice.headers_mut().append("authorization", format!("Bearer {}", good.token).parse().unwrap());
    assert_eq!(raw.send(twice).await.code, "SBX-4011");
    assert_eq!(raw.send(good.request()).await.status, 200, "the good one was good");
}

#[tokio::test]
async fn standard_headers_are_checked() {
    let raw = Raw::new(true).await;
    for (name, value) in [
        ("x-client-transaction-id", None),
        ("x-client-transaction-id", Some("")),
        ("x-client-transaction-id", Some("not a uuid")),
        ("x-client-transaction-datetime", Some("yesterday")),
        ("x-client-transaction-datetime", Some("2020-01-13 11:01:00")),
    ] {
        let mut request = raw.signed().await.request();
        match value {
            Some(value) => request.headers_mut().insert(name, value.parse().unwrap()),
            None => request.headers_mut().remove(name),
        };
        let answer = raw.send(request).await;
        assert_eq!((answer.status.as_u16(), answer.code.as_str()), (400, "SBX-4005"), "{name}: {value:?}");
    }
    let mut request = raw.signed().await.request();
    let right = "2020-01-13T11:01:00.449+07:00".parse().unwrap();
    request.headers_mut().insert("x-client-transaction-datetime", right);
    assert_eq!(raw.send(request).await.status, 200);
}

#[tokio::test]
async fn a_signature_must_be_there_right_fresh_and_new() {
    let raw = Raw::new(true).await;
    let second = SignedDuration::from_secs(1);
    let age = |seconds: i64| move |signed: &mut Signed| signed.created -= SignedDuration::from_secs(seconds);
    let spoils: Vec<(&str, u16, Spoil)> = vec![
        ("", 200, Box::new(|_| {})),
        ("", 200, Box::new(age(300))),
        ("", 200, Box::new(age(-30))),
        ("SBX-4012", 401, Box::new(age(301))),
        ("SBX-4012", 401, Box::new(age(-31))),
        ("SBX-4012", 401, Box::new(|signed| signed.key = "another key")),
    ];
    for (position, (code, status, spoil)) in spoils.into_iter().enumerate() {
        raw.clock.advance(second);
        let mut signed = raw.signed().await;
        spoil(&mut signed);
        let answer = raw.send(signed.request()).await;
        assert_eq!((answer.status.as_u16(), answer.code.as_str()), (status, code), "case {position}");
    }

    let mut unsigned = raw.signed().await.request();
    unsigned.headers_mut().remove("signature");
    assert_eq!(raw.send(unsigned).await.code, "SBX-4012");
    let signed = raw.signed().await;
    let mut changed = signed.request();
    *changed.body_mut() = Full::from(serde_json::to_vec(&payment("2.00")).unwrap());
    assert_eq!(raw.send(changed).await.code, "SBX-4006");
}

#[tokio::test]
async fn a_signed_attempt_is_accepted_once_for_as_long_as_it_would_be_fresh() {
    let raw = Raw::new(true).await;
    let signed = raw.signed().await;
    assert_eq!(raw.send(signed.request()).await.status, 200);
    for seconds in [0, 150, 150] {
        raw.clock.advance(SignedDuration::from_secs(seconds));
        let answer = raw.send(signed.request()).await;
        assert_eq!((answer.status.as_u16(), answer.code.as_str()), (409, "SBX-4091"));
    }
    raw.clock.advance(SignedDuration::from_secs(1));
    assert_eq!(raw.send(signed.request()).await.code, "SBX-4012", "too old, before it could be forgotten");
    // The same payment in a new attempt is a repetition, not a replay.
    let again = Signed { id: System.uuid().to_string(), created: raw.clock.now(), ..signed };
    assert_eq!(raw.send(again.request()).await.status, 200);
}

#[tokio::test]
async fn a_schedule_is_submitted_and_cancelled_by_one_attempt_each() {
    let raw = Raw::new(true).await;
    let mut submission = ScheduleSubmission::example();
    submission.schedule_information.start_date = "2026-03-31".parse().unwrap();
    let body = serde_json::to_vec(&submission).unwrap();
    let submitted = Signed { operation: &SCHEDULE_SUBMISSION, body, ..raw.signed().await };
    let answer = raw.send(submitted.request()).await;
    assert_eq!(answer.status, 200);
    let body = serde_json::json!({ "scheduleIdentification": answer.body["scheduleIdentification"] });
    let cancelled =
        Signed { operation: &SCHEDULE_CANCELLATION, body: body.to_string().into(), ..raw.signed().await };
    assert_eq!(raw.send(cancelled.request()).await.status, 200);
    for replayed in [submitted, cancelled] {
        assert_eq!(raw.send(replayed.request()).await.code, "SBX-4091");
    }
}

#[tokio::test]
async fn a_signature_that_nobody_asked_for_is_verified_all_the_same() {
    let raw = Raw::new(false).await;
    let signed = raw.signed().await;
    let mut unsigned = signed.request();
    unsigned.headers_mut().remove("signature");
    assert_eq!(raw.send(unsigned).await.status, 200, "signatures are not demanded");

    let mut wrong = Signed { key: "another key", id: System.uuid().to_string(), ..signed }.request();
    *wrong.uri_mut() = TRANSACTION_STATUS_INQUIRY.path.parse().unwrap();
    let answer = raw.send(wrong).await;
    assert_eq!((answer.status.as_u16(), answer.code.as_str()), (401, "SBX-4012"));
}

#[tokio::test]
async fn a_refused_request_changes_nothing() {
    let raw = Raw::new(true).await;
    let mut signed = raw.signed().await;
    let good = signed.body.clone();
    signed.body = String::from_utf8(good.clone()).unwrap().replace("1.00", "1.001").into_bytes();
    let answer = raw.send(signed.request()).await;
    assert_eq!((answer.status.as_u16(), answer.code.as_str()), (400, "SBX-4003"));
    let pointer = &answer.body["error"]["violations"][0]["pointer"];
    assert_eq!(pointer, "/transactionInformation/paymentAmount");
    // Not even its X-Client-Transaction-ID is used up.
    signed.body = good;
    assert_eq!(raw.send(signed.request()).await.status, 200);
}
