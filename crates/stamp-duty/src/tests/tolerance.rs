//! What the one page that is a source contradicts itself in: everything of it is read, and only right things are sent.

use super::{REFERENCE, Script, answer, coded, facade, token};
use crate::{Error, Outcome, StampDuty, wire::PaidStatus};
use pollster::block_on;
use satang_core::Kind;
use satang_schema::stamp_duty::PaidForm;

/// What a payment status is read as: of the form, and of each instrument.
fn read(body: &str) -> Result<Outcome<PaidForm>, Error> {
    let script = Script::new([token(1), answer(body)]);
    block_on(facade(script).payment_status(&REFERENCE.parse().unwrap(), &[]))
}

#[track_caller]
fn check(body: &str, form: &str, instruments: &[(&str, &str)]) {
    let outcome = read(body).unwrap_or_else(|error| panic!("{error}: {body}"));
    let Outcome::Done(paid) = outcome else { panic!("pending: {body}") };
    let found: Vec<_> =
        paid.inst_info.iter().map(|one| (one.ref_no.as_str(), one.inst_status.as_str())).collect();
    assert_eq!((paid.form_status.as_str(), &found[..]), (form, instruments), "{body}");
}

/// The example of the page, word for word.
const EXAMPLE: &str = r#"
    {
        "eInstrument": {
            "responseCode": "I07000",
            "responsMessage": "ทำรายการเรียบร้อย",
            "rdForm": {
                "formStatus": 2,
                "instInfo": [
                    {
                        "refNo": "P0900022091",
                        "instStatus": "2"
                    },
                    {
                        "refNo": "P0900022092",
                        "instStatus": "2"
                    }
                ]
            }
        }
    }"#;

#[test]
fn the_example_of_the_page_is_read() {
    check(EXAMPLE, "2", &[("P0900022091", "2"), ("P0900022092", "2")]);
}

/// Row 1: `responsMessage` and `responseMessage`.
#[test]
fn both_spellings_are_read() {
    let with = |members: &str| format!(r#"{{"eInstrument": {{"responseCode": "P07000"{members}}}}}"#);
    for (members, message) in [
        (r#", "responsMessage": "a""#, Some("a")),
        (r#", "responseMessage": "a""#, Some("a")),
        (r#", "responsMessage": "a", "responseMessage": "a""#, Some("a")),
        ("", None),
    ] {
        match read(&with(members)).unwrap() {
            Outcome::Pending { message: found, .. } => assert_eq!(found.as_deref(), message, "{members}"),
            Outcome::Done(_) => panic!("done: {members}"),
        }
    }
    let error = read(&with(r#", "responsMessage": "a", "responseMessage": "b""#)).unwrap_err();
    assert_eq!(error.kind(), Kind::Unreadable);
    assert_eq!(error.violations()[0].pointer.as_str(), "/eInstrument/responseMessage");
    // The login spells it rightly, and may spell it wrongly.
    for member in ["responseMessage", "responsMessage"] {
        let login = answer(&format!(r#"{{"responseCode": "I07000", "{member}": "a", "tokenId": "t"}}"#));
        block_on(facade(Script::new([login])).log_in()).unwrap();
    }
}

/// Row 2: a list is sent, whatever the table says.
#[test]
fn references_are_sent_as_a_list() {
    for (references, written) in [
        (&[][..], r#"{"apiRefNo":"20190916000000007181","instInfo":{"refNo":[]}}"#),
        (&["P0900022091"], r#"{"apiRefNo":"20190916000000007181","instInfo":{"refNo":["P0900022091"]}}"#),
    ] {
        let script = Script::new([token(1), answer(EXAMPLE)]);
        let references: Vec<_> = references.iter().map(|text| text.parse().unwrap()).collect();
        let department: StampDuty<_> = facade(script.clone());
        let _ = block_on(department.payment_status(&REFERENCE.parse().unwrap(), &references)).unwrap();
        let body = script.calls.lock().unwrap()[1].body.clone();
        let payload = super::signed::payload(&body);
        assert_eq!(payload, written);
    }
}

/// Row 9: an object is a list of one. Row 10: statuses are numbers or texts, and may be new ones.
#[test]
fn one_instrument_is_a_list_of_one_and_a_number_is_a_text() {
    let with = |form: &str, instruments: &str| {
        format!(
            r#"{{"eInstrument": {{"responseCode": "I07000", "rdForm": {{"formStatus": {form}, "instInfo": {instruments}}}}}}}"#
        )
    };
    let one = r#"{"refNo": "P1", "instStatus": 1}"#;
    check(&with("1", one), "1", &[("P1", "1")]);
    check(&with(r#""1""#, &format!("[{one}]")), "1", &[("P1", "1")]);
    check(&with("2", r#"{"refNo": "P1", "instStatus": "2"}"#), "2", &[("P1", "2")]);
    check(&with("3", r#"[{"refNo": "P1", "instStatus": "part"}]"#), "3", &[("P1", "part")]);
    check(&with("2", "[]"), "2", &[]);
    check(&with("1.0", "[]"), "1", &[]); // the same number to JSON
    assert_eq!("1".parse(), Ok(PaidStatus::Paid));
    // Never guessed at: what is neither is no status.
    for form in ["true", "null", "-1", "1.5", "[]"] {
        assert_eq!(read(&with(form, "[]")).unwrap_err().kind(), Kind::Unreadable, "{form}");
    }
}

/// Row 15: `TokenId`.
#[test]
fn the_token_has_two_spellings() {
    for member in ["tokenId", "TokenId"] {
        let login =
            answer(&format!(r#"{{"responseCode": "I07000", "responseMessage": "", "{member}": "t-1"}}"#));
        let script = Script::new([login, answer(EXAMPLE)]);
        let _ = block_on(facade(script.clone()).payment_status(&REFERENCE.parse().unwrap(), &[])).unwrap();
        assert_eq!(script.calls()[1], "/stamp/CheckPaymentStatus t-1");
    }
}

/// Members that nobody told us of do no harm, and those of the form are kept.
#[test]
fn unknown_members_are_kept() {
    let body = EXAMPLE
        .replace(r#""formStatus": 2,"#, r#""formStatus": 2, "new": {"a": [1]},"#)
        .replace(r#""instStatus": "2""#, r#""instStatus": "2", "paidOn": "2019-09-20""#)
        .replace(r#""responseCode""#, r#""trace": "t", "responseCode""#);
    let Ok(Outcome::Done(paid)) = read(&body) else { panic!("{body}") };
    assert_eq!(paid.other["new"]["a"][0], 1);
    assert_eq!(paid.inst_info.len(), 2);
}

/// Row 19: money comes from its digits, as a number or as a text.
#[test]
fn money_is_read_from_its_digits() {
    for (written, read) in [
        ("120.00", "120.00"),
        ("120", "120.00"),
        (r#""0.29""#, "0.29"),
        ("9999999999999.99", "9999999999999.99"),
    ] {
        let form = format!(r#"{{"apiRefNo": "{REFERENCE}", "paymentInfo": {{"totalAmount": {written}}}}}"#);
        let script = Script::new([token(1), coded("I07000", &form)]);
        let outcome = block_on(facade(script).wait(&REFERENCE.parse().unwrap())).unwrap();
        let Outcome::Done(accepted) = outcome else { panic!("pending") };
        assert_eq!(accepted.payment.unwrap().total_amount.unwrap().to_string(), read);
    }
}

/// An error code in an answer of success is no success, whatever else is in it.
#[test]
fn an_error_code_is_never_a_result() {
    for code in ["E07000", "E07100", "E07110", "E07999", "X1"] {
        let error = read(&EXAMPLE.replace("I07000", code)).unwrap_err();
        assert_eq!((error.code(), error.explanation()), (Some(code), Some("ทำรายการเรียบร้อย")));
        assert!(!error.is_retryable(), "{code}");
    }
    for code in ["E07102", "E07105", "E07107", "E07112"] {
        assert!(read(&EXAMPLE.replace("I07000", code)).unwrap_err().is_retryable(), "{code}");
    }
}
