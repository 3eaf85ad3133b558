//! A bank that plays a script, and what the facade makes of it.

use crate::{Charge, Charged, DirectDebit, Patience, Rejected, Why};
use bytes::Bytes;
use http::{Request, Response};
use satang_core::{Error, Kind, Operation, Sent, Timer, Transport};
use satang_schema::direct_debit::ReasonCode;
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

fn result(status: &str) -> Act {
    Act::Answer(
        200,
        format!(
            r#"{{"transactionIdentification": "{ID}", "paymentReferenceIdentification": "R1",
                "processingStatus": "{status}", "processingDateTime": "2020-08-15T00:00:00Z",
                "paymentAmount": 5000.00, "statusReasonCode": "AM04", "statusReasonDescription": "no money"}}"#
        ),
    )
}

fn refusal(status: u16, code: &str) -> Act {
    Act::Answer(status, format!(r#"{{"error": {{"code": "{code}", "message": "no money"}}}}"#))
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
    let charge = Charge::new(
        "0457262823".parse().unwrap(),
        "06252dbc-0a4c-437f-b718-f2aa836b10b3".parse().unwrap(),
        "5000.00".parse().unwrap(),
        "REF1".parse().unwrap(),
    )
    .identified_by(ID.parse().unwrap());
    let patience = Patience::new([Duration::ZERO, Duration::from_secs(1), Duration::from_secs(2)]);
    let outcome = pollster::block_on(DirectDebit::new(bank.clone()).with_patience(patience).charge(&charge));
    assert!(bank.script.lock().unwrap().is_empty(), "the whole script was played");
    let calls = bank.calls.lock().unwrap().clone();
    (outcome, calls)
}

const PAY: &str = "real_time_payment";
const ASK: &str = "transaction_status_inquiry";

#[test]
fn a_charge_is_sent_once_whatever_happens() {
    let lost = || Act::Fail(Kind::Interrupted, Sent::Maybe);
    let scripts: Vec<(Vec<Act>, &str)> = vec![
        (vec![result("ACSC")], "settled"),
        (vec![result("RJCT")], "rejected"),
        (vec![result("ACSP"), result("PDNG"), result("ACSC")], "settled"),
        (vec![lost(), result("ACSC")], "settled"),
        (vec![lost(), refusal(404, "SBX-4041"), result("RJCT")], "rejected"),
        (vec![lost(), lost(), refusal(503, "SBX-5001"), lost()], "unknown"),
        (vec![Act::Fail(Kind::Timeout, Sent::Maybe), result("ACSC")], "settled"),
        (vec![refusal(500, "SBX-5001"), result("ACSC")], "settled"),
        (vec![refusal(504, "SBX-5041"), result("RJCT")], "rejected"),
        (vec![refusal(408, "SBX-4081"), result("ACSC")], "settled"),
        // The bank's gateway lost what is behind it, and says so with HTTP 400.
        (vec![refusal(400, "-200"), result("ACSC")], "settled"),
        (vec![Act::Answer(200, "{}".into()), result("ACSC")], "settled"),
        (vec![Act::Answer(302, String::new()), result("ACSC")], "settled"),
        // The answer to somebody else's payment.
        (vec![Act::Answer(200, ANOTHER.into()), result("ACSC")], "settled"),
        (vec![Act::Answer(200, ANOTHER.into()), result("RCVD"), result("ZZZZ"), lost()], "unknown"),
    ];
    for (position, (script, expected)) in scripts.into_iter().enumerate() {
        let (outcome, calls) = play(script);
        let found = match outcome.unwrap() {
            Charged::Settled(_) => "settled",
            Charged::Rejected(_) => "rejected",
            Charged::Unknown(_) => "unknown",
        };
        assert_eq!(found, expected, "script {position}");
        assert_eq!(calls.iter().filter(|call| **call == PAY).count(), 1, "script {position}");
        assert!(calls[1..].iter().all(|call| *call == ASK), "script {position}");
    }
}

const ANOTHER: &str = r#"{"transactionIdentification": "00000000-0000-4000-8000-000000000000",
    "paymentReferenceIdentification": "R1", "processingStatus": "ACSC",
    "processingDateTime": "2020-08-15T00:00:00Z", "paymentAmount": 5000.00}"#;

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
}

#[test]
fn what_was_never_accepted_is_an_error() {
    for act in [
        Act::Fail(Kind::Connect, Sent::No),
        refusal(400, "SBX-4002"),
        refusal(400, "invalid_request"),
        refusal(401, "SBX-4012"),
        refusal(403, "SBX-4031"),
        refusal(409, "SBX-4091"),
        refusal(429, "SBX-4291"),
        Act::Answer(400, "<html>".into()),
    ] {
        let (outcome, calls) = play([act]);
        assert!(outcome.is_err(), "{outcome:?}");
        assert_eq!(calls, [PAY]);
    }
}

#[test]
fn an_unknown_charge_says_what_the_last_inquiry_said() {
    let lost = || Act::Fail(Kind::Interrupted, Sent::Maybe);
    let unknown = || refusal(404, "SBX-4041");
    let (outcome, _) = play([lost(), lost(), unknown(), unknown()]);
    let Ok(Charged::Unknown(found)) = outcome else { panic!("{outcome:?}") };
    assert_eq!(found.transaction_identification.to_string(), ID);
    assert!(matches!(found.why, Why::NotKnownYet));
    let (outcome, _) = play([lost(), lost(), unknown(), result("ACSP")]);
    assert!(matches!(outcome, Ok(Charged::Unknown(found)) if matches!(found.why, Why::InProcess(_))));
}
