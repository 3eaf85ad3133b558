//! Golden vectors: the provider's own samples, and what they come to byte for byte.

use http::Method;
use jiff::Timestamp;
use satang_core::{Error, signature};
use satang_schema::{
    contract::Example,
    decode,
    direct_debit::{
        AuthorizeRequest, ErrorEnvelope, OAuthContext, PaymentTokenStatus, PrepareOAuthContext,
        RealTimePayment, TokenFilter,
    },
};
use satang_validation::{Code, Violations};

const PATH: &str = "/rest/api/v1/corporateServices/directDebit/realTime/transaction/payment";
const CREATED: i64 = 1_597_424_400; // 2020-08-15T00:00:00+07:00
const TRANSACTION_ID: &str = "11111111-2222-4333-8444-555555555555";
const PORTAL_BODY: &str = r#"{"hello": "world"}"#;

/// The samples as the provider's page prints them.
const REGISTRATION_AS_PRINTED: &str = include_str!("fixtures/token_status_inquiry.txt");
const TRANSACTION_AS_PRINTED: &str = include_str!("fixtures/real_time_payment.txt");

/// A printed sample as JSON. No reader does this: whoever sends typographic quotes is told so.
fn cleaned(printed: &str) -> String {
    printed.replace(['\u{201c}', '\u{201d}'], "\"").replace('\u{a0}', " ")
}

fn payment() -> String {
    serde_json::to_string(&RealTimePayment::example()).unwrap()
}

#[test]
fn vector_1_the_registration_filter() {
    let filter = decode::<TokenFilter>(cleaned(REGISTRATION_AS_PRINTED).as_bytes()).unwrap();
    let body = serde_json::to_string(&filter).unwrap();
    assert_eq!(
        body,
        concat!(
            r#"{"paymentTokenStatus":"ACTV","drawerAccountNumber":"7770011555","#,
            r#""startCreateDateTime":"2020-08-15T00:00:00+07:00","endCreateDateTime":"2020-08-16T00:00:00+07:00","#,
            r#""journeyIdentifier":"68c971e1-6652-48f9-af3a-0f6c70bde952"}"#
        )
    );
    assert_eq!(body.len(), 221);
    assert_eq!(signature::digest(body.as_bytes()), "SHA-256=0iqoOXx1LbsQPcY/sjBCcLmdxonQh0B9z3oSk8qQUdw=");
}

#[test]
fn vector_2_the_samples_as_printed() {
    let count = |text: &str, wanted: char| text.chars().filter(|c| *c == wanted).count();
    for (printed, quotes, spaces) in [(REGISTRATION_AS_PRINTED, 0, 1), (TRANSACTION_AS_PRINTED, 19, 2)] {
        let found = ['\u{201c}', '\u{201d}', '\u{a0}'].map(|wanted| count(printed, wanted));
        assert_eq!(found, [quotes, quotes, spaces], "the fixture is not as printed");
    }
    for (refused, column) in [
        (refusal(decode::<TokenFilter>(REGISTRATION_AS_PRINTED.as_bytes())), 1),
        (refusal(decode::<RealTimePayment>(TRANSACTION_AS_PRINTED.as_bytes())), 3),
    ] {
        let expected =
            format!("(document): not JSON: key must be a string at line 2 column {column} (syntax)");
        assert_eq!(refused, expected);
    }

    let filter = decode::<TokenFilter>(cleaned(REGISTRATION_AS_PRINTED).as_bytes());
    let payment = decode::<RealTimePayment>(cleaned(TRANSACTION_AS_PRINTED).as_bytes());
    assert_eq!((filter, payment), (Ok(TokenFilter::example()), Ok(RealTimePayment::example())));
}

fn refusal<T: std::fmt::Debug>(read: Result<T, Violations>) -> String {
    let violations = read.unwrap_err();
    assert_eq!(violations.as_slice()[0].code, Code::Syntax);
    violations.to_string()
}

#[test]
fn vectors_3_to_5_digests() {
    for (body, bytes, digest) in [
        (payment(), 390, "SHA-256=dXg7YyEUGG30lzDNtUtCG+K9Ohocew0fm0aYgZbN3ZA="),
        (payment().replace("5000.00", "5000"), 387, "SHA-256=ooIMUAm47dz2cfCeGIKf+YSgYmL7TqJ79fZD1in1O5o="),
        (payment().replace("5000.00", "5000.0"), 389, "SHA-256=HwhOE+Q7FmmJbtsMIWoOYOnprmu2l9r3i6uiUD5N0+I="),
        (PORTAL_BODY.to_owned(), 18, "SHA-256=X48E9qOokqqrvdts8nOJRJN3OWDUoyWxBf7kbu9DBPE="),
    ] {
        assert_eq!((body.len(), signature::digest(body.as_bytes()).as_str()), (bytes, digest), "{body}");
    }
}

/// However a caller wrote the amount, we write it in one way.
#[test]
fn vector_4_amounts_are_written_with_two_decimals() {
    for written in ["5000", "5000.0", "5000.00"] {
        let read = decode::<RealTimePayment>(payment().replace("5000.00", written).as_bytes()).unwrap();
        assert_eq!(serde_json::to_string(&read).unwrap(), payment(), "{written}");
    }
}

#[test]
fn vectors_6_and_7_signatures() {
    let key = signature::Key::new("sandbox-signature-key").unwrap();
    let created = Timestamp::from_second(CREATED).unwrap();
    for (body, expected) in [
        (payment(), "o501zGxRkxVRbzAYlaJ6nEAnNmGH97KDaKvnZ0whBXU="),
        (PORTAL_BODY.to_owned(), "NgYhAlsi6G3UxgoOx7T8zvOBbvEj8zUQ6BVPzxLOyZo="),
    ] {
        let digest = signature::digest(body.as_bytes());
        let text = signature::signing_text(&Method::POST, PATH, created, &digest, TRANSACTION_ID);
        assert_eq!(
            text,
            format!(
                "(request-target): post {PATH}\n(created): 1597424400\ndigest: {digest}\n\
                 x-client-transaction-id: {TRANSACTION_ID}"
            )
        );
        assert_eq!(text.len(), 239);
        assert_eq!(
            key.sign(&Method::POST, PATH, created, &digest, TRANSACTION_ID),
            format!(
                "keyId=\"client-secret\",algorithm=\"hs2019\",created=1597424400,\
                 headers=\"(request-target) (created) digest x-client-transaction-id\",signature=\"{expected}\""
            )
        );
    }
}

#[test]
fn vector_8_an_error_keeps_its_code_as_text() {
    let body = concat!(
        r#"{"error":{"code":"-200","message":"Backend unreachable","messageTH":"-","#,
        r#""serverDateTime":"2020-01-13T11:01:00.449+07:00","#,
        r#""clientTransactionID":"11111111-2222-4333-8444-555555555555","#,
        r#""serverTransactionID":"9a1d2f62-54a9-4a7f-8a1e-2f0c5f6d7e80"}}"#
    );
    let envelope = decode::<ErrorEnvelope>(body.as_bytes()).unwrap();
    assert_eq!((envelope.error.code.as_str(), envelope.error.message_th.as_str()), ("-200", "-"));
    assert_eq!(serde_json::to_string(&envelope).unwrap(), body);

    let answer = http::Response::builder().status(400).body(body.into()).unwrap();
    let error = Error::from_response(&answer);
    assert_eq!(error.code(), Some("-200"));
    assert_eq!(error.request_id(), Some("9a1d2f62-54a9-4a7f-8a1e-2f0c5f6d7e80"));
    assert!(!error.is_retryable());
}

#[test]
fn vector_9_the_oauth_context() {
    let request = serde_json::to_string(&PrepareOAuthContext::example()).unwrap();
    assert_eq!(request, r#"{"direct-debit-registration":{"ref1":"REG0001","ref2":"1234567890121"}}"#);
    let answer = r#"{"oauth_context_id":"68c971e1-6652-48f9-af3a-0f6c70bde952","new":{"member":1}}"#;
    let context: OAuthContext = serde_json::from_str(answer).unwrap();
    assert_eq!(context.oauth_context_id.as_str(), "68c971e1-6652-48f9-af3a-0f6c70bde952");
}

#[test]
fn vector_10_the_authorize_url() {
    let mut request = AuthorizeRequest::example();
    request.redirect_uri = "https://partner.example/back?a=1&b=%E0%B8%81".parse().unwrap();
    request.state = "\u{e01} &?=".parse().ok();
    assert_eq!(
        satang_core::direct_debit::authorize_uri(&request).unwrap().to_string(),
        "/auth/oauth/v2/authorize?response_type=code&client_id=demo-partner\
         &redirect_uri=https%3A%2F%2Fpartner.example%2Fback%3Fa%3D1%26b%3D%25E0%25B8%2581\
         &scope=direct-debit-registration&oauth_context_id=68c971e1-6652-48f9-af3a-0f6c70bde952\
         &state=%E0%B8%81+%26%3F%3D"
    );
}

#[test]
fn vector_12_the_pair_of_dates() {
    let (start, end) = (r#""startCreateDateTime":"2020-08-15T00:00:00+07:00""#, r#""endCreateDateTime""#);
    for (body, place) in [
        (format!("{{{start}}}"), "/endCreateDateTime"),
        (format!(r#"{{{end}:"2020-08-15T00:00:00+07:00"}}"#), "/startCreateDateTime"),
        (format!(r#"{{{start},{end}:"2020-08-14T16:59:59Z"}}"#), "/endCreateDateTime"),
    ] {
        let violations = decode::<TokenFilter>(body.as_bytes()).unwrap_err();
        let found: Vec<_> = violations.as_slice().iter().map(|v| (v.pointer.as_str(), v.code)).collect();
        assert_eq!(found, [(place, Code::Inconsistent)], "{body}");
    }
}

#[test]
fn vector_13_an_unknown_status() {
    let body = r#"{"paymentTokenStatus":"ZZZZ"}"#;
    let filter = decode::<TokenFilter>(body.as_bytes()).unwrap();
    assert!(matches!(filter.payment_token_status, Some(PaymentTokenStatus::Other(_))));
    assert_eq!(serde_json::to_string(&filter).unwrap(), body);
}
