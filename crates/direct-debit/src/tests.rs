//! A bank that plays a script, and what the facade makes of it.

mod bank;
mod history;
mod lost;
mod registering;

use crate::{Charge, Charged, DirectDebit, Patience, Rejected, Why};
use bytes::Bytes;
use http::{Request, Response};
use satang_core::{Error, Kind, Operation, Sent, Timer, Transport};
use satang_schema::direct_debit::{PaymentResult, ProcessingStatus, ReasonCode};
use std::{
    collections::VecDeque,
    sync::{Arc, Mutex},
    time::Duration,
};

const ID: &str = "071f2a78-a77b-4e45-91ba-4bd96d5bcde9";

/// What the bank does with one call.
#[derive(Clone)]
enum Act {
    /// Answers with this status and body, in which ID stands for the payment's.
    Answer(u16, String),
    /// Does not answer.
    Fail(Kind, Sent),
}

/// A result with this status, for the charge and its amount.
fn result(status: &str) -> Act {
    result_of(ID, status, "AM04", Some("5000.00"))
}

fn result_of(id: &str, status: &str, reason: &str, amount: Option<&str>) -> Act {
    let amount = amount.map(|amount| format!(r#", "paymentAmount": {amount}"#)).unwrap_or_default();
    Act::Answer(
        200,
        format!(
            r#"{{"transactionIdentification": "{id}", "processingStatus": "{status}"{amount},
                "statusReasonCode": "{reason}", "statusReasonDescription": "no money"}}"#
        ),
    )
}

/// A result for another payment.
fn another(status: &str) -> Act {
    result_of("00000000-0000-4000-8000-000000000000", status, "AM04", Some("5000.00"))
}

/// A result for the charge, but with another amount.
fn other_amount(status: &str) -> Act {
    result_of(ID, status, "AM04", Some("5000.01"))
}

/// A result that names no amount.
fn no_amount(status: &str) -> Act {
    result_of(ID, status, "AM04", None)
}

fn refusal(status: u16, code: &str) -> Act {
    Act::Answer(status, format!(r#"{{"error": {{"code": "{code}", "message": "no money"}}}}"#))
}

/// What an inquiry answers that does not know the payment.
fn not_known() -> Act {
    refusal(404, "SBX-4041")
}

fn lost() -> Act {
    Act::Fail(Kind::Interrupted, Sent::Maybe)
}

#[derive(Clone, Default)]
struct Bank {
    script: Arc<Mutex<VecDeque<Act>>>,
    /// The operations that were called, and how long was waited.
    calls: Arc<Mutex<Vec<&'static str>>>,
    waited: Arc<Mutex<Duration>>,
}

impl Transport for Bank {
    async fn call(&self, operation: &'static Operation, _: Request<Bytes>) -> Result<Response<Bytes>, Error> {
        self.calls.lock().unwrap().push(operation.id);
        match self.script.lock().unwrap().pop_front().expect("the script goes on") {
            Act::Answer(status, body) => {
                Ok(Response::builder().status(status).body(Bytes::from(body)).unwrap())
            }
            Act::Fail(kind, sent) => Err(Error::new(kind, sent, "scripted")),
        }
    }
}

impl Timer for Bank {
    async fn sleep(&self, duration: Duration) {
        *self.waited.lock().unwrap() += duration;
    }
}

/// Plays `script` and returns the outcome and the calls that were made.
fn play(script: impl IntoIterator<Item = Act>) -> (Result<Charged, Error>, Vec<&'static str>) {
    let bank = Bank { script: Arc::new(Mutex::new(script.into_iter().collect())), ..Bank::default() };
    let outcome = pollster::block_on(facade(&bank).charge(&charge()));
    assert!(bank.script.lock().unwrap().is_empty(), "the whole script was played: {outcome:?}");
    let calls = bank.calls.lock().unwrap().clone();
    (outcome, calls)
}

/// Three inquiries.
fn facade(bank: &Bank) -> DirectDebit<Bank> {
    let patience = Patience::new([Duration::ZERO, Duration::from_secs(1), Duration::from_secs(2)]);
    DirectDebit::new(bank.clone()).with_patience(patience)
}

fn charge() -> Charge {
    Charge::new(
        "0457262823".parse().unwrap(),
        "06252dbc-0a4c-437f-b718-f2aa836b10b3".parse().unwrap(),
        "5000.00".parse().unwrap(),
        "REF1".parse().unwrap(),
    )
    .identified_by(ID.parse().unwrap())
}

const PAY: &str = "real_time_payment";
const ASK: &str = "transaction_status_inquiry";

/// An outcome in one line.
fn told(outcome: &Result<Charged, Error>) -> String {
    match outcome {
        Ok(Charged::Settled(payment)) => {
            assert_eq!(payment.transaction_identification.to_string(), ID);
            "settled".into()
        }
        Ok(Charged::Rejected(rejected)) => {
            assert_eq!(rejected.transaction_identification.to_string(), ID);
            format!("rejected {}", rejected.reason)
        }
        Ok(Charged::Unknown(unknown)) => {
            assert_eq!(unknown.transaction_identification.to_string(), ID);
            let why = match &unknown.why {
                Why::NotAsked => "not asked",
                Why::NotKnownYet => "not known",
                Why::InProcess(_) => "in process",
                Why::Mismatch(_) => "mismatch",
                Why::NoAnswer(_) => "no answer",
            };
            format!("unknown, {why}")
        }
        Err(error) => format!("error {}", error.status().map_or(0, |status| status.as_u16())),
    }
}

/// Plays each script: the charge's answer, then those of the inquiries.
fn check(table: impl IntoIterator<Item = (Vec<Act>, &'static str)>) {
    for (position, (script, expected)) in table.into_iter().enumerate() {
        let acts = script.len();
        let (outcome, calls) = play(script);
        assert_eq!(told(&outcome), expected, "script {position}: {outcome:?}");
        assert_eq!(calls.first(), Some(&PAY), "script {position}");
        assert_eq!(calls[1..], vec![ASK; acts - 1], "a charge is sent once: script {position}");
    }
}

#[test]
fn a_charge_is_sent_once_whatever_happens() {
    check([
        (vec![result("ACSC")], "settled"),
        (vec![result("RJCT")], "rejected AM04"),
        (vec![result("CANC")], "rejected AM04"),
        (vec![result("ACSP"), result("PDNG"), result("ACSC")], "settled"),
        (vec![result("ACSP"), result("PDNG"), result("RCVD"), result("ZZZZ")], "unknown, in process"),
        (vec![lost(), result("ACSC")], "settled"),
        (vec![lost(), not_known(), result("RJCT")], "rejected AM04"),
        (vec![lost(), lost(), refusal(503, "SBX-5001"), lost()], "unknown, no answer"),
        (vec![Act::Fail(Kind::Timeout, Sent::Maybe), result("ACSC")], "settled"),
        (vec![refusal(500, "SBX-5001"), result("ACSC")], "settled"),
        (vec![refusal(500, "AM04"), result("ACSC")], "settled"),
        (vec![refusal(504, "SBX-5041"), result("RJCT")], "rejected AM04"),
        (vec![refusal(408, "SBX-4081"), result("ACSC")], "settled"),
        // The bank's gateway lost what is behind it, and says so with HTTP 400.
        (vec![refusal(400, "-200"), result("ACSC")], "settled"),
        (vec![refusal(400, "-200"), not_known(), not_known(), not_known()], "unknown, not known"),
        (vec![Act::Answer(200, "{}".into()), result("ACSC")], "settled"),
        (vec![Act::Fail(Kind::Unreadable, Sent::Yes), result("ACSC")], "settled"),
        (vec![Act::Answer(302, String::new()), result("ACSC")], "settled"),
    ]);
}

#[test]
fn an_answer_must_fit_the_identification_and_the_amount() {
    check([
        (vec![no_amount("ACSC")], "settled"),
        (vec![another("ACSC"), result("ACSC")], "settled"),
        (vec![another("RJCT"), result("ACSC")], "settled"),
        (vec![other_amount("ACSC"), result("ACSC")], "settled"),
        (vec![other_amount("RJCT"), no_amount("ACSC")], "settled"),
        (vec![another("ACSC"), result("RCVD"), result("ZZZZ"), lost()], "unknown, no answer"),
        (vec![lost(), another("ACSC"), another("ACSP"), another("RJCT")], "unknown, mismatch"),
        (vec![lost(), another("ACSC"), result("ACSC")], "settled"),
        // An amount will not change by waiting.
        (vec![lost(), other_amount("ACSC")], "unknown, mismatch"),
        (vec![lost(), other_amount("ACSP")], "unknown, mismatch"),
        (vec![other_amount("ACSC"), other_amount("ACSC")], "unknown, mismatch"),
    ]);
}

/// Something between here and the bank may have delivered the charge twice, and passed on the second answer.
#[test]
fn a_conflict_leads_to_the_inquiry() {
    for conflict in [|| refusal(409, "SBX-4091"), || refusal(400, "AM05"), || Act::Answer(409, String::new())]
    {
        let status = if let Act::Answer(409, _) = conflict() { "error 409" } else { "error 400" };
        check([
            (vec![conflict(), result("ACSC")], "settled"),
            (vec![conflict(), no_amount("ACSC")], "settled"),
            (vec![conflict(), not_known(), result("RJCT")], "rejected AM04"),
            (vec![conflict(), other_amount("ACSC")], status),
            (vec![conflict(), not_known(), other_amount("ACSP")], status),
            (vec![conflict(), another("ACSC"), another("ACSC"), another("ACSC")], "unknown, mismatch"),
            (vec![conflict(), not_known(), not_known(), not_known()], "unknown, not known"),
            (vec![conflict(), lost(), lost(), lost()], "unknown, no answer"),
            (vec![conflict(), result("ACSP"), result("ACSP"), result("ACSP")], "unknown, in process"),
        ]);
    }
    let duplicate = || result_of(ID, "RJCT", "AM05", None);
    check([
        (vec![duplicate(), result("ACSC")], "settled"),
        (vec![duplicate(), duplicate()], "rejected AM05"),
        (vec![duplicate(), not_known(), not_known(), not_known()], "unknown, not known"),
    ]);
}

#[test]
fn a_refusal_that_nobody_knows_is_held_against_the_inquiry() {
    for (code, rejected) in [
        ("55", "rejected 55"),
        ("98", "rejected 98"),
        ("68", "rejected 68"),
        ("SBX-4221", "rejected SBX-4221"),
        ("AM02", "rejected AM02"),
        ("E-1001", "rejected E-1001"),
        (&"X".repeat(100), "rejected MS03"),
    ] {
        for status in [400, 422] {
            let refused = || refusal(status, code);
            check([
                (vec![refused(), result("ACSC")], "settled"),
                (vec![refused(), not_known(), not_known(), result("ACSC")], "settled"),
                (vec![refused(), result("RJCT")], "rejected AM04"),
                (vec![refused(), not_known(), not_known(), not_known()], rejected),
                (vec![refused(), lost(), not_known(), not_known()], "unknown, not known"),
                (vec![refused(), not_known(), not_known(), lost()], "unknown, no answer"),
                (vec![refused(), result("ACSP"), not_known(), not_known()], "unknown, not known"),
                (vec![refused(), not_known(), not_known(), result("ACSP")], "unknown, in process"),
                (vec![refused(), other_amount("ACSC")], "unknown, mismatch"),
            ]);
        }
    }
}

/// Such a 404 says nothing about the payment.
#[test]
fn a_404_that_does_not_come_from_the_inquiry_is_no_answer() {
    for stranger in [|| refusal(404, "SBX-4042"), || Act::Answer(404, "<html>".into())] {
        check([
            (vec![lost(), stranger(), stranger(), stranger()], "unknown, no answer"),
            (vec![refusal(400, "55"), stranger(), stranger(), stranger()], "unknown, no answer"),
        ]);
    }
}

#[test]
fn a_rejection_is_the_same_however_it_is_said() {
    let expected = Rejected {
        transaction_identification: ID.parse().unwrap(),
        reason: ReasonCode::InsufficientFunds,
        description: Some("no money".into()),
    };
    for act in [result("RJCT"), refusal(400, "AM04"), refusal(422, "AM04")] {
        let (outcome, calls) = play([act]);
        let Ok(Charged::Rejected(rejected)) = outcome else { panic!("{outcome:?}") };
        assert_eq!(rejected, expected);
        assert_eq!(calls, [PAY]);
    }
    let (outcome, _) = play([refusal(400, "55"), not_known(), not_known(), not_known()]);
    let Ok(Charged::Rejected(rejected)) = outcome else { panic!("{outcome:?}") };
    assert_eq!(rejected, Rejected { reason: "55".parse().unwrap(), ..expected });
}

#[test]
fn what_was_never_accepted_is_an_error() {
    for act in [
        Act::Fail(Kind::Connect, Sent::No),
        refusal(400, "SBX-4002"),
        refusal(400, "invalid_request"),
        refusal(401, "SBX-4012"),
        refusal(403, "SBX-4031"),
        refusal(403, "AM04"),
        refusal(404, "SBX-4042"),
        refusal(429, "SBX-4291"),
        Act::Answer(400, "<html>".into()),
    ] {
        let (outcome, calls) = play([act]);
        assert!(outcome.is_err(), "{outcome:?}");
        assert_eq!(calls, [PAY]);
    }
}

#[test]
fn an_unknown_charge_says_in_words_what_the_last_inquiry_said() {
    let payment: PaymentResult = PaymentResult {
        transaction_identification: ID.parse().unwrap(),
        payment_reference_identification: None,
        processing_status: ProcessingStatus::Settled,
        processing_date_time: None,
        payment_amount: "5000.01".parse().ok(),
        status_reason_code: None,
        status_reason_description: None,
    };
    let unnamed = PaymentResult { payment_amount: None, ..payment.clone() };
    for (why, words) in [
        (Why::NotAsked, "the bank was not asked what became of it".to_owned()),
        (Why::NotKnownYet, "the bank does not know it, or not yet".to_owned()),
        (Why::InProcess(ProcessingStatus::Pending), "the bank has not decided it yet: PDNG".to_owned()),
        (
            Why::Mismatch(Box::new(payment)),
            format!("the bank answered about another payment: {ID} of 5000.01 baht"),
        ),
        (Why::Mismatch(Box::new(unnamed)), format!("the bank answered about another payment: {ID}")),
        (
            Why::NoAnswer(Error::new(Kind::Timeout, Sent::Maybe, "no answer before the deadline")),
            "the inquiry was not answered: no answer before the deadline".to_owned(),
        ),
    ] {
        assert_eq!(why.to_string(), words);
    }
}

#[test]
fn a_payment_is_resolved_by_its_identification_alone() {
    for (script, expected) in [
        (vec![not_known(), result("ACSC")], "settled"),
        (vec![other_amount("ACSC")], "settled"),
        (vec![result("RJCT")], "rejected AM04"),
        (vec![another("ACSC"), another("ACSC"), another("ACSC")], "unknown, mismatch"),
        (vec![not_known(), not_known(), not_known()], "unknown, not known"),
    ] {
        let acts = script.len();
        let bank = Bank { script: Arc::new(Mutex::new(script.into())), ..Bank::default() };
        let outcome = pollster::block_on(facade(&bank).resolve(ID.parse().unwrap()));
        assert_eq!(told(&Ok(outcome)), expected);
        assert_eq!(*bank.calls.lock().unwrap(), vec![ASK; acts], "nothing is paid");
    }
}

#[test]
fn patience_is_what_was_asked_for() {
    let bank = Bank { script: Arc::new(Mutex::new(vec![lost(); 4].into())), ..Bank::default() };
    let _ = pollster::block_on(facade(&bank).charge(&charge()));
    assert_eq!(*bank.waited.lock().unwrap(), Duration::from_secs(3));

    let bank = Bank { script: Arc::new(Mutex::new(vec![refusal(400, "55")].into())), ..Bank::default() };
    let hasty = DirectDebit::new(bank).with_patience(Patience::new([]));
    let outcome = pollster::block_on(hasty.charge(&charge()));
    assert_eq!(told(&outcome), "unknown, not asked", "who was not asked has not seen any trace");
}
