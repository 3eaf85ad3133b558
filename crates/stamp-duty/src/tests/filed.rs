//! What became of a filing, from every answer that there can be.

use super::{Act, REFERENCE, Script, coded, facade, lost, refused, signed, token};
use crate::{Error, Outcome, Submitted, Why};
use pollster::block_on;
use satang_core::{Kind, Sent};

/// An outcome in one line.
fn told(outcome: &Result<Submitted, Error>) -> String {
    match outcome {
        Ok(Submitted::Accepted(accepted)) => format!("accepted {}", accepted.api_ref_no),
        Ok(Submitted::Received(reference)) => format!("received {reference}"),
        Ok(Submitted::Duplicate(_)) => "duplicate".into(),
        Ok(Submitted::Unknown(Why::NoAnswer(_))) => "unknown, no answer".into(),
        Ok(Submitted::Unknown(Why::Incomplete(_))) => "unknown, incomplete".into(),
        Err(error) => {
            let again = if error.is_retryable() { ", again" } else { "" };
            format!("not filed {}{again}", error.code().unwrap_or("-"))
        }
    }
}

#[track_caller]
fn check(act: Act, expected: &str) {
    let script = Script::new([token(1), act]);
    let outcome = block_on(facade(script.clone()).file(&signed(1)));
    assert_eq!(told(&outcome), expected, "{outcome:?}");
    script.is_played();
}

fn filed(members: &str) -> String {
    format!(r#"{{"apiRefNo": "{REFERENCE}"{members}}}"#)
}

#[test]
fn codes_decide() {
    let accepted = format!("accepted {REFERENCE}");
    let received = format!("received {REFERENCE}");
    check(coded("I07000", &filed("")), &accepted);
    check(coded("I07000", &filed(r#", "requestId": "REQ-1""#)), &accepted);
    check(coded("I07001", &filed("")), &received);
    check(coded("P07000", &filed("")), &received);
    // A code of tomorrow, by its first letter.
    check(coded("I07999", &filed("")), &accepted);
    check(coded("P07999", &filed("")), &received);
    for status in [200, 400, 409] {
        check(refused(status, "E07108"), "duplicate");
        check(refused(status, "E07000"), "not filed E07000");
        check(refused(status, "E07114"), "not filed E07114");
        check(refused(status, "E07117"), "not filed E07117");
        check(refused(status, "E07999"), "not filed E07999");
        check(refused(status, "E07112"), "not filed E07112, again");
        check(refused(status, "E07102"), "unknown, no answer");
    }
}

#[test]
fn what_says_too_little_leaves_it_open() {
    for act in [
        lost(),
        Act::Fail(Kind::Timeout, Sent::Maybe),
        Act::Answer(500, String::new()),
        Act::Answer(502, "<html>".into()),
        Act::Answer(408, String::new()),
        refused(500, "E07000"),
        Act::Answer(200, String::new()),
        Act::Answer(200, "{".into()),
        Act::Answer(200, r#"{"eInstrument": {}}"#.into()),
        Act::Answer(200, r#"{"eInstrument": {"responseCode": 7}}"#.into()),
        // Both spellings, and they differ.
        Act::Answer(
            200,
            format!(
                r#"{{"eInstrument": {{"responseCode": "I07000", "responsMessage": "a", "responseMessage": "b",
                    "rdForm": {{"apiRefNo": "{REFERENCE}"}}}}}}"#
            ),
        ),
        Act::Answer(302, String::new()),
    ] {
        check(act, "unknown, no answer");
    }
    check(refused(200, "I07000"), "unknown, incomplete");
    check(coded("I07000", "{}"), "unknown, incomplete");
    check(coded("I07001", "{}"), "unknown, incomplete");
    check(coded("I07000", &filed(r#", "requestId": "REQ-2""#)), "unknown, incomplete");
    check(coded("I07000", r#"{"apiRefNo": "123456789012345678901"}"#), "unknown, incomplete");
}

#[test]
fn what_was_not_sent_is_not_filed() {
    check(Act::Fail(Kind::Connect, Sent::No), "not filed -, again");
    check(Act::Answer(404, String::new()), "not filed -");
    check(Act::Answer(413, String::new()), "not filed -");
}

#[test]
fn a_duplicate_tells_which_instruments() {
    let body = r#"{"eInstrument": {"responseCode": "E07108", "responsMessage": "ข้อมูลซ้ำ", "violations": [
        {"pointer": "/eInstrument/rdForm/instInfo/0/id", "code": "duplicate", "detail": "filed already"}]}}"#;
    let script = Script::new([token(1), Act::Answer(400, body.into())]);
    let Ok(Submitted::Duplicate(error)) = block_on(facade(script).file(&signed(1))) else { panic!("{body}") };
    assert_eq!(error.violations()[0].pointer.as_str(), "/eInstrument/rdForm/instInfo/0/id");
}

/// The same bytes twice; what the Department makes of them is told.
#[test]
fn a_lost_answer_is_asked_for_by_filing_the_same_again() {
    let script = Script::new([token(1), lost(), refused(200, "E07108")]);
    let department = facade(script.clone());
    let filing = signed(1);
    assert_eq!(told(&block_on(department.file(&filing))), "unknown, no answer");
    let stored = crate::SignedFiling::restore(filing.request_id().clone(), filing.as_str());
    assert_eq!(told(&block_on(department.file(&stored))), "duplicate");
    let calls = script.calls.lock().unwrap();
    assert_eq!(calls[1].body, calls[2].body);
}

/// An inquiry in one line.
fn waited(acts: impl IntoIterator<Item = Act>) -> (String, u64) {
    let script = Script::new([token(1)].into_iter().chain(acts));
    let outcome = block_on(facade(script.clone()).wait(&REFERENCE.parse().unwrap()));
    script.is_played();
    let seconds = script.waited.lock().unwrap().as_secs();
    let told = match outcome {
        Ok(Outcome::Done(accepted)) => format!("done {}", accepted.api_ref_no),
        Ok(Outcome::Pending { code, message }) => format!("pending {code} {}", message.unwrap_or_default()),
        Err(error) => format!("error {:?} {}", error.kind(), error.code().unwrap_or("-")),
    };
    (told, seconds)
}

#[test]
fn waiting_has_an_end() {
    let done = || coded("I07000", &filed(""));
    let pending = |code| coded(code, "null");
    let own = format!("done {REFERENCE}");
    for (acts, told, seconds) in [
        (vec![done()], own.as_str(), 1),
        (vec![coded("I07000", "{}")], own.as_str(), 1),
        (vec![pending("P07000"), pending("I07001"), done()], own.as_str(), 7),
        (vec![pending("P07000"), pending("P07000"), pending("P07000")], "pending P07000 ข้อความ", 7),
        // What may pass is waited for.
        (vec![lost(), refused(200, "E07105"), done()], own.as_str(), 7),
        (vec![lost(), refused(503, "E07105"), lost()], "error Interrupted -", 7),
        (vec![pending("P07000"), lost(), pending("P07000")], "pending P07000 ข้อความ", 7),
        // What will not is told at once.
        (vec![refused(200, "E07100")], "error Refused E07100", 1),
        (vec![pending("P07000"), refused(200, "E07114")], "error Refused E07114", 3),
        (vec![refused(200, "I07000")], "error Unreadable -", 1),
        (vec![coded("I07000", r#"{"apiRefNo": "another"}"#)], "error Unreadable -", 1),
    ] {
        assert_eq!(waited(acts), (told.to_owned(), seconds));
    }
}
