//! A router of the core inside other people's servers, tower alone and axum: every route is reached, and every
//! refusal comes in the product's envelope.

use crate::{sandbox::Unwritten, wire_types::products};
use axum::{body::Body as AxumBody, routing::get};
use bytes::Bytes;
use http::{HeaderMap, Method, Request, Response, StatusCode, header};
use http_body::{Body, Frame};
use http_body_util::{BodyExt, Full};
use satang_core::direct_debit::{callback_router, router};
use satang_schema::{
    contract::{Row, Security},
    direct_debit::product,
};
use serde_json::{Value, json};
use std::{
    collections::VecDeque,
    convert::Infallible,
    io,
    pin::Pin,
    sync::Arc,
    task::{Context, Poll},
};
use tower::{Service, ServiceExt};

const TRANSACTION_ID: &str = "11111111-2222-4333-8444-555555555555";
const NIL_ID: &str = "00000000-0000-0000-0000-000000000000";
/// The one that the sandbox's randomness gives.
const SERVER_ID: &str = "11111111-1111-4111-9111-111111111111";
const PAYMENT: &str = "/rest/api/v1/corporateServices/directDebit/realTime/transaction/payment";
const JSON: &str = "application/json";
const FORM: &str = "application/x-www-form-urlencoded";
const LIMIT: usize = 64 * 1024;

type Text = Full<Bytes>;

/// What came back.
struct Answer {
    status: StatusCode,
    headers: HeaderMap,
    body: Value,
}

/// Asks the router itself.
async fn ask<B>(request: Request<B>) -> Answer
where
    B: Body<Data = Bytes, Error: Into<Box<dyn std::error::Error + Send + Sync>>> + Send + 'static,
{
    let bank = router(Arc::new(Unwritten));
    let partner = callback_router(Arc::new(Unwritten));
    let path = request.uri().path();
    if path.starts_with("/sandbox/") {
        return answer(satang_core::sandbox::router(Arc::new(Unwritten)), request).await;
    }
    if path.starts_with("/stamp/") {
        return answer(satang_core::stamp_duty::router(Arc::new(Unwritten)), request).await;
    }
    if path.starts_with("/v1/issuer/") {
        return answer(satang_core::slip_verification::callback_router(Arc::new(Unwritten)), request).await;
    }
    if path.starts_with("/v1/") {
        return answer(satang_core::slip_verification::router(Arc::new(Unwritten)), request).await;
    }
    let is_callback = product().callbacks.iter().any(|row| row.path == path);
    if is_callback { answer(partner, request).await } else { answer(bank, request).await }
}

/// Asks an axum application that has pages of its own beside the router.
async fn ask_axum<B>(request: Request<B>) -> Answer
where
    B: Body<Data = Bytes, Error: Into<axum::BoxError>> + Send + 'static,
{
    let bank = router(Arc::new(Unwritten));
    let partner = callback_router(Arc::new(Unwritten));
    let callbacks = product().callbacks;
    let own_pages = axum::Router::new().route("/health", get(async || "\"fine\""));
    let with_callbacks =
        callbacks.iter().fold(own_pages, |app, row| app.route_service(row.path, partner.clone()));
    let control = satang_core::sandbox::router(Arc::new(Unwritten));
    let department = satang_core::stamp_duty::router(Arc::new(Unwritten));
    let hub = satang_core::slip_verification::router(Arc::new(Unwritten));
    let issuer = satang_core::slip_verification::callback_router(Arc::new(Unwritten));
    let with_others = with_callbacks
        .route_service("/sandbox/{*path}", control)
        .route_service("/stamp/{*path}", department)
        .route_service("/v1/issuer/{*path}", issuer)
        .route_service("/v1/{*path}", hub);
    answer(with_others.fallback_service(bank), request.map(AxumBody::new)).await
}

async fn answer<S, B, A>(service: S, request: Request<B>) -> Answer
where
    S: Service<Request<B>, Response = Response<A>, Error = Infallible>,
    A: Body<Data = Bytes, Error: std::fmt::Debug>,
{
    let Ok(response) = service.oneshot(request).await;
    let (parts, body) = response.into_parts();
    let body = body.collect().await.unwrap().to_bytes();
    let body = serde_json::from_slice(&body).unwrap_or_else(|error| panic!("{error}: {body:?}"));
    Answer { status: parts.status, headers: parts.headers, body }
}

/// Every row with the request that its canonical example makes.
fn requests() -> impl Iterator<Item = (Row, Request<Text>)> {
    let rows =
        products().into_iter().flat_map(|product| product.operations.into_iter().chain(product.callbacks));
    rows.map(|row| {
        let request = request_of(&row);
        (row, request)
    })
}

fn request_of(row: &Row) -> Request<Text> {
    let example = (row.request.example)();
    let (target, kind, body) = match (row.method, row.security) {
        ("GET", _) => (format!("{}?{}", row.path, form(&example)), None, Text::default()),
        (_, [Security::Client]) => (row.path.to_owned(), Some(FORM), form(&example).into()),
        _ => (row.path.to_owned(), Some(JSON), example.into()),
    };
    let mut request = Request::new(body);
    *request.method_mut() = row.method.parse().unwrap();
    *request.uri_mut() = target.parse().unwrap();
    request.headers_mut().insert("x-client-transaction-id", TRANSACTION_ID.parse().unwrap());
    if let Some(kind) = kind {
        request.headers_mut().insert(header::CONTENT_TYPE, kind.parse().unwrap());
    }
    request
}

fn form(example: &str) -> String {
    let members: serde_json::Map<String, Value> = serde_json::from_str(example).unwrap();
    let text = |value: &Value| value.as_str().map_or_else(|| value.to_string(), str::to_owned);
    let pairs = members.iter().map(|(name, value)| (name, text(value)));
    form_urlencoded::Serializer::new(String::new()).extend_pairs(pairs).finish()
}

fn payment() -> Request<Text> {
    requests().find(|(row, _)| row.path == PAYMENT).unwrap().1
}

/// Refused with this status and code, in the envelope of the operation, and with nothing beside it.
#[track_caller]
fn check(what: &str, answer: &Answer, envelope: &str, status: u16, code: &str) {
    let error = &answer.body["error"];
    assert_eq!(answer.status, status, "{what}: {}", answer.body);
    let media_type = if envelope == "problem" { "application/problem+json" } else { JSON };
    assert_eq!(answer.headers[header::CONTENT_TYPE], media_type, "{what}");
    assert_eq!(answer.headers[header::CACHE_CONTROL], "no-store", "{what}");
    if envelope == "oauth" {
        assert_eq!(members(&answer.body), ["error", "error_description"], "{what}");
        assert_eq!(error, code, "{what}");
        return;
    }
    if envelope == "problem" {
        let mut expected = vec!["type", "title", "status", "detail", "instance", "code"];
        if answer.body["errors"].is_array() {
            expected.push("errors");
        }
        assert_eq!(members(&answer.body), expected, "{what}");
        assert_eq!(answer.body["type"], format!("urn:satang:problem:{code}"), "{what}");
        assert_eq!(answer.body["code"], code, "{what}");
        assert_eq!(answer.body["status"], status, "{what}");
        assert_eq!(answer.body["instance"], format!("urn:uuid:{SERVER_ID}"), "{what}");
        return;
    }
    if let "revenue" | "login" = envelope {
        let (root, message) = match envelope {
            "login" => (&answer.body, "responseMessage"),
            _ => (&answer.body["eInstrument"], "responsMessage"),
        };
        let mut expected = vec!["responseCode", message];
        if root["violations"].is_array() {
            expected.push("violations");
        }
        assert_eq!(members(root), expected, "{what}");
        assert_eq!(root["responseCode"], code, "{what}");
        assert!(!root[message].as_str().unwrap().is_empty(), "{what}");
        return;
    }
    if envelope == "hub" {
        assert_eq!(members(&answer.body), ["status"], "{what}");
        assert_eq!(members(&answer.body["status"]), ["code", "message"], "{what}");
        assert_eq!(answer.body["status"]["code"], code, "{what}");
        assert!(!answer.body["status"]["message"].as_str().unwrap().is_empty(), "{what}");
        return;
    }
    let mut expected =
        vec!["code", "message", "messageTH", "serverDateTime", "clientTransactionID", "serverTransactionID"];
    if error["violations"].is_array() {
        expected.push("violations");
    }
    assert_eq!(members(&answer.body), ["error"], "{what}");
    assert_eq!(members(error), expected, "{what}");
    assert_eq!(error["code"], code, "{what}: {error}");
    assert_eq!(error["serverDateTime"], "2020-08-15T00:00:00.000+07:00", "{what}");
    assert_eq!(error["clientTransactionID"], TRANSACTION_ID, "{what}");
    assert_eq!(error["serverTransactionID"], SERVER_ID, "{what}");
    for text in ["message", "messageTH"] {
        assert!(!error[text].as_str().unwrap().is_empty(), "{what}: {text}");
    }
}

fn members(value: &Value) -> Vec<&str> {
    value.as_object().unwrap().keys().map(String::as_str).collect()
}

fn envelope_of(row: &Row) -> &'static str {
    match row.security {
        [Security::Client] => "oauth",
        [Security::Admin | Security::MerchantKey] => "problem",
        [Security::Member | Security::Hub] => "hub",
        // Whose keys the hub has, everybody may know.
        [] if row.path.starts_with("/v1/") => "hub",
        [Security::Password] => "login",
        [Security::AuthToken] => "revenue",
        _ => "krungsri",
    }
}

/// What an envelope calls an error of the sandbox that is none of its own.
fn code_in(envelope: &str, code: &'static str) -> &'static str {
    match (envelope, code) {
        ("oauth", "SBX-5011") => "server_error",
        ("oauth", _) => "invalid_request",
        ("revenue" | "login", "SBX-4001") => "E07114",
        ("revenue" | "login", _) => "E07000",
        ("hub", "SBX-5011") => "6500",
        ("hub", _) => "6400",
        (_, code) => code,
    }
}

#[tokio::test]
async fn every_operation_is_reached_and_says_that_it_is_unwritten() {
    for (row, request) in requests() {
        let code = code_in(envelope_of(&row), "SBX-5011");
        let again = request.clone();
        check(row.id, &ask(request).await, envelope_of(&row), 501, code);
        check(row.id, &ask_axum(again).await, envelope_of(&row), 501, code);
    }
}

#[tokio::test]
async fn other_methods_are_answered_with_the_right_one() {
    for (row, request) in requests() {
        for method in ["GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"] {
            if method == row.method {
                continue;
            }
            let mut request = request.clone();
            *request.method_mut() = method.parse::<Method>().unwrap();
            let answer = ask(request).await;
            let code = code_in(envelope_of(&row), "SBX-4051");
            check(row.id, &answer, envelope_of(&row), 405, code);
            assert_eq!(answer.headers[header::ALLOW], row.method, "{method} {}", row.id);
        }
    }
}

#[tokio::test]
async fn other_paths_are_not_found() {
    let upper = PAYMENT.to_uppercase();
    let below = format!("{PAYMENT}/7");
    let slash = format!("{PAYMENT}/");
    for path in ["/", "*", &upper, &below, &slash, "/rest/api/v1/%63orporateServices", "//rest"] {
        let mut request = payment();
        *request.uri_mut() = path.parse().unwrap();
        check(path, &ask(request).await, "krungsri", 404, "SBX-4042");
    }
    for path in ["/sandbox/v1", "/sandbox/v1/clock/", "/sandbox/v1/nothing"] {
        let request = Request::get(path).body(Text::default()).unwrap();
        check(path, &ask(request).await, "problem", 404, "SBX-4042");
    }
    for path in ["/v1/", "/v1/slips/verify/", "/v1/issuer/promptpay", "/v1/promptpay/Transactions"] {
        let request = Request::get(path).body(Text::default()).unwrap();
        check(path, &ask(request).await, "hub", 404, "6400");
    }
    for path in ["/stamp/", "/stamp/submitFiling", "/stamp/SubmitFiling/"] {
        let request = Request::post(path).body(Text::default()).unwrap();
        check(path, &ask(request).await, "revenue", 404, "E07000");
    }
    let own_page = Request::get("/health").body(Text::default()).unwrap();
    assert_eq!(ask_axum(own_page).await.body, "fine", "axum's own pages are still there");
}

#[tokio::test]
async fn bodies_are_read_up_to_the_limit_and_not_beyond() {
    let padded = |length: usize| {
        let mut body = (requests().find(|(row, _)| row.path == PAYMENT).unwrap().0.request.example)();
        body.extend(std::iter::repeat_n(' ', length - body.len()));
        Bytes::from(body)
    };
    for (length, status, code) in [(LIMIT, 501, "SBX-5011"), (LIMIT + 1, 413, "SBX-4131")] {
        let known = payment().map(|_| Full::new(padded(length)));
        check("Content-Length", &ask(known.clone()).await, "krungsri", status, code);
        check("Content-Length, axum", &ask_axum(known).await, "krungsri", status, code);

        let chunked = || {
            let chunks: VecDeque<_> = padded(length).chunks(1000).map(|chunk| Ok(chunk.to_vec())).collect();
            payment().map(|_| Chunked(chunks.into_iter()))
        };
        check("chunked", &ask(chunked()).await, "krungsri", status, code);
        check("chunked, axum", &ask_axum(chunked()).await, "krungsri", status, code);
    }
    let endless = payment().map(|_| Chunked(std::iter::repeat_with(|| Ok(vec![b' '; 1000]))));
    check("endless", &ask(endless).await, "krungsri", 413, "SBX-4131");
}

#[tokio::test]
async fn a_body_that_breaks_off_is_no_request() {
    let broken = payment().map(|_| Chunked([Ok(b"{".to_vec()), Err(io::Error::other("gone"))].into_iter()));
    check("broken off", &ask(broken).await, "krungsri", 400, "SBX-4001");
}

#[tokio::test]
async fn only_the_operations_own_content_type_is_read() {
    for (row, request) in requests().filter(|(row, _)| row.method != "GET") {
        let (own, other) = if envelope_of(&row) == "oauth" { (FORM, JSON) } else { (JSON, FORM) };
        let with = |kind: &str| {
            let mut request = request.clone();
            request.headers_mut().insert(header::CONTENT_TYPE, kind.parse().unwrap());
            request
        };
        for kind in
            [own.to_owned(), own.to_uppercase(), format!("{own}; charset=utf-8"), format!("{own} ;a=b")]
        {
            assert_eq!(ask(with(&kind)).await.status, 501, "{}: {kind}", row.id);
        }
        let mut without = request.clone();
        without.headers_mut().remove(header::CONTENT_TYPE);
        let json_like = "application/json-patch+json";
        for wrong in [without, with(other), with("text/plain"), with(json_like), with(""), with("*/*")] {
            let code = code_in(envelope_of(&row), "SBX-4001");
            check(row.id, &ask(wrong).await, envelope_of(&row), 400, code);
        }
    }
}

#[tokio::test]
async fn a_wrong_body_is_refused_with_each_violation() {
    for (body, code, violations) in [
        ("{", "SBX-4001", json!([["", "syntax"]])),
        (
            r#"{"creditorAccountNumber": "7770011555"}"#,
            "SBX-4002",
            json!([
                ["/payerInformation", "missing"],
                ["/transactionIdentification", "missing"],
                ["/transactionInformation", "missing"],
            ]),
        ),
    ] {
        let answer = ask(payment().map(|_| Text::from(body))).await;
        check(body, &answer, "krungsri", 400, code);
        let found = answer.body["error"]["violations"].as_array().unwrap();
        let found: Value = found.iter().map(|one| json!([one["pointer"], one["code"]])).collect();
        assert_eq!(found, violations, "{body}");
    }
    let spoilt = |from: &str, to: &str| {
        let text = (requests().find(|(row, _)| row.path == PAYMENT).unwrap().0.request.example)();
        payment().map(|_| Text::from(text.replacen(from, to, 1)))
    };
    let malformed = ask(spoilt("0457262823", "04572628234")).await;
    check("malformed", &malformed, "krungsri", 400, "SBX-4003");
    assert!(!malformed.body.to_string().contains("0457262823"), "{}", malformed.body);
    let filter = r#"{"startCreateDateTime": "2020-08-15T00:00:00+07:00"}"#;
    let (_, request) = requests().find(|(row, _)| row.id == "token_inquiry").unwrap();
    check("a half range", &ask(request.map(|_| Text::from(filter))).await, "krungsri", 400, "SBX-4004");
}

#[tokio::test]
async fn the_callers_identifier_is_repeated_only_when_it_is_one() {
    for (given, repeated) in [
        (Some(TRANSACTION_ID), TRANSACTION_ID),
        (Some("AAAAAAAA-2222-4333-8444-555555555555"), "aaaaaaaa-2222-4333-8444-555555555555"),
        (Some("<script>"), NIL_ID),
        (Some(""), NIL_ID),
        (None, NIL_ID),
    ] {
        let mut request = payment();
        request.headers_mut().remove("x-client-transaction-id");
        if let Some(id) = given {
            request.headers_mut().insert("x-client-transaction-id", id.parse().unwrap());
        }
        assert_eq!(ask(request).await.body["error"]["clientTransactionID"], repeated, "{given:?}");
    }
}

/// A body that arrives in pieces and does not say how many.
struct Chunked<I>(I);

impl<I: Iterator<Item = io::Result<Vec<u8>>> + Unpin> Body for Chunked<I> {
    type Data = Bytes;
    type Error = io::Error;

    fn poll_frame(mut self: Pin<&mut Self>, _: &mut Context<'_>) -> Poll<Option<io::Result<Frame<Bytes>>>> {
        Poll::Ready(self.0.next().map(|chunk| chunk.map(|bytes| Frame::data(bytes.into()))))
    }
}
