//! What a merchant makes of its bank's answers.

use bytes::Bytes;
use http::{Request, Response};
use satang_core::{Error, Operation, Transport};
use satang_slip_verification::{
    Reason,
    merchant::{Merchant, ShownSlip, Verdict},
};
use serde_json::{Value, json};
use std::sync::Mutex;

const PAYLOAD: &str = "004100060000010103014022000111222233344ABCD125102TH910417DF";

/// A bank that says what it was told to say, and remembers what it was asked.
struct Bank {
    answer: String,
    asked: Mutex<Value>,
}

impl Bank {
    fn new(answer: &Value) -> Self {
        Self { answer: answer.to_string(), asked: Mutex::default() }
    }
}

impl Transport for &Bank {
    async fn call(&self, _: &'static Operation, request: Request<Bytes>) -> Result<Response<Bytes>, Error> {
        *self.asked.lock().unwrap() = serde_json::from_slice(request.body()).unwrap();
        Ok(Response::new(self.answer.clone().into()))
    }
}

/// An answer in which everything that [`demanding`] asks for is right, with these changes.
fn answer(changes: &[(&str, Value)]) -> Value {
    let mut answer = json!({
        "outcome": "verified", "hubCode": "0000", "crcRepaired": false,
        "checks": {"amount": "passed", "receiver": "passed", "time": "passed", "duplicate": "passed"},
        "slip": {"transRef": "00111222233344ABCD12", "sendingBank": "014", "transDate": "20260702",
                 "transTime": "13:55:40", "amount": 10.04},
    });
    for (place, value) in changes {
        *answer.pointer_mut(place).unwrap() = value.clone();
    }
    answer
}

/// A slip of which everything is demanded that can be.
fn demanding() -> ShownSlip {
    ShownSlip::read(PAYLOAD)
        .unwrap()
        .of_amount("10.04".parse().unwrap())
        .paid_to("004".parse().unwrap(), "1411".parse().unwrap())
        .paid_since("2026-07-02T00:00:00+07:00".parse().unwrap())
        .for_order("SO-1".parse().unwrap())
}

fn verify(answer: &Value, slip: &ShownSlip) -> (Verdict, Value) {
    let bank = Bank::new(answer);
    let verdict = pollster::block_on(Merchant::new(&bank).verify(slip)).unwrap();
    (verdict, bank.asked.into_inner().unwrap())
}

fn name(verdict: &Verdict) -> String {
    format!("{verdict:?}").chars().take_while(char::is_ascii_alphabetic).collect()
}

#[test]
fn the_question_says_what_is_expected_and_guards_against_duplicates_unless_told_otherwise() {
    let expect = json!({
        "amount": 10.04, "receiver": {"bank": "004", "accountSuffix": "1411"},
        "notBefore": "2026-07-02T00:00:00.000+07:00",
    });
    let bare = || ShownSlip::new("014".parse().unwrap(), "00111222233344ABCD12".parse().unwrap());
    let pair = json!({"sendingBank": "014", "transRef": "00111222233344ABCD12"});
    for (slip, expected) in [
        (demanding(), json!({"payload": PAYLOAD, "expect": expect, "checkDuplicate": true, "order": "SO-1"})),
        (
            ShownSlip::read(&format!(" {PAYLOAD}\n")).unwrap(),
            json!({"payload": PAYLOAD, "checkDuplicate": true}),
        ),
        (bare().shown_again(), pair),
        (
            ShownSlip::read_repaired("0030000600000101030140209T000000865102TH9104539").unwrap(),
            json!({"payload": "0030000600000101030140209T000000865102TH9104539", "checkDuplicate": true,
                   "acceptRepairedCrc": true}),
        ),
    ] {
        assert_eq!(verify(&answer(&[]), &slip).1, expected);
    }
}

#[test]
fn what_no_bank_printed_is_not_asked_about() {
    for (payload, reason) in [
        ("hello", Reason::BadHeader),
        ("004100060000010103014022000111222233344ABCD135102TH910417DF", Reason::CrcMismatch),
        ("0030000600000101030140209T000000865102TH9104539", Reason::CrcLength),
        ("00480002010102010203P2P0313TXN00012345670408250120249104b425", Reason::WrongFormat),
    ] {
        assert_eq!(ShownSlip::read(payload).unwrap_err().reason(), reason, "{payload}");
    }
}

#[test]
fn a_yes_is_only_what_answers_the_question_in_full() {
    let failed = |check: &str| (format!("/checks/{check}"), json!("failed"));
    let skipped = |check: &str| (format!("/checks/{check}"), json!("skipped"));
    let slip = |member: &str, value: Value| (format!("/slip/{member}"), value);
    let whole = |member: &str, value: Value| (format!("/{member}"), value);
    for (change, expected) in [
        (None, "Verified"),
        (Some(failed("amount")), "Unclear"),
        (Some(failed("duplicate")), "Unclear"),
        (Some(skipped("amount")), "Unclear"),
        (Some(skipped("receiver")), "Unclear"),
        (Some(skipped("time")), "Unclear"),
        (Some(skipped("duplicate")), "Unclear"),
        (Some(slip("amount", json!(10.05))), "Unclear"),
        (Some(slip("amount", json!("10.04"))), "Verified"),
        (Some(slip("transRef", json!("00111222233344abcd12"))), "Unclear"),
        (Some(slip("sendingBank", json!("004"))), "Unclear"),
        (Some(whole("slip", Value::Null)), "Unclear"),
        (Some(whole("outcome", json!("mismatch"))), "Mismatch"),
        (Some(whole("outcome", json!("duplicate"))), "Duplicate"),
        (Some(whole("outcome", json!("notFound"))), "NotFound"),
        (Some(whole("outcome", json!("pending"))), "Pending"),
        (Some(whole("outcome", json!("unavailable"))), "Unavailable"),
        (Some(whole("outcome", json!("maybe"))), "Unclear"),
    ] {
        let changes: Vec<_> = change.iter().map(|(place, value)| (place.as_str(), value.clone())).collect();
        assert_eq!(name(&verify(&answer(&changes), &demanding()).0), expected, "{change:?}");
    }
}

#[test]
fn nothing_of_a_slip_reaches_debug() {
    let shown = format!("{:?} {:?}", verify(&answer(&[]), &demanding()).0, demanding());
    for secret in [PAYLOAD, "00111222233344ABCD12", "1411", "10.04"] {
        assert!(!shown.contains(secret), "{secret} in {shown}");
    }
}
