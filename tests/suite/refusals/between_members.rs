//! Rules between members, and the bodies that are not JSON.

use super::subjects::requests;
use crate::{mutation::Spoilt, wire_types::decode_as};
use satang_schema::{
    decode_members,
    direct_debit::{AccessTokenRequest, AuthorizeRequest},
};
use satang_validation::{Code, Violations};

/// Rules between members: how each is broken, whether the schema sees it, and what the reader says.
#[test]
fn members_must_go_together() {
    use Code::{Inconsistent, Malformed, Missing};
    const YES: bool = true;
    const NO: bool = false;
    let subjects = requests();
    let subject = |name: &str| subjects.iter().find(|subject| subject.name == name).unwrap();
    let context = |inner: &str| format!(r#"{{"direct-debit-registration": {inner}}}"#);
    let deeplink = |more: &str| format!(r#"{{"referenceNumber1": "R", "returnDeeplink": "app://x"{more}}}"#);
    let grant = |kind: &str, more: &str| format!(r#"{{"grant_type": "{kind}", {more}}}"#);
    let schedule = |when: &str| {
        Spoilt::new(&subject("ScheduleSubmission").documents[0])
            .with_value("/scheduleInformation", when)
            .text()
    };
    let (earlier, later) = ("2020-08-15T00:00:00+07:00", "2020-08-14T17:00:01Z");
    for (name, body, schema_refuses, expected) in [
        ("TokenFilter", "{}".into(), YES, Some(("", Missing))),
        ("TransactionFilter", "{}".into(), YES, Some(("", Missing))),
        ("ScheduleFilter", "{}".into(), YES, Some(("", Missing))),
        (
            "TokenFilter",
            format!(r#"{{"startCreateDateTime": "{earlier}"}}"#),
            YES,
            Some(("/endCreateDateTime", Inconsistent)),
        ),
        (
            "TransactionFilter",
            format!(r#"{{"endCreateDateTime": "{earlier}"}}"#),
            YES,
            Some(("/startCreateDateTime", Inconsistent)),
        ),
        (
            "ScheduleFilter",
            format!(r#"{{"endCreateDateTime": "{earlier}"}}"#),
            YES,
            Some(("/startCreateDateTime", Inconsistent)),
        ),
        ("TokenFilter", range(later, earlier), NO, Some(("/endCreateDateTime", Inconsistent))),
        ("TransactionFilter", range(later, earlier), NO, Some(("/endCreateDateTime", Inconsistent))),
        ("ScheduleFilter", range(later, earlier), NO, Some(("/endCreateDateTime", Inconsistent))),
        ("TokenFilter", range(earlier, later), NO, None),
        ("TokenFilter", range(earlier, earlier), NO, None),
        (
            "AccessTokenRequest",
            grant("client_credentials", r#""code": "c""#),
            YES,
            Some(("/code", Inconsistent)),
        ),
        (
            "AccessTokenRequest",
            grant("client_credentials", r#""code_verifier": "v""#),
            YES,
            Some(("/code_verifier", Inconsistent)),
        ),
        (
            "AccessTokenRequest",
            grant("authorization_code", r#""code": "c""#),
            YES,
            Some(("/redirect_uri", Inconsistent)),
        ),
        (
            "AccessTokenRequest",
            grant("authorization_code", r#""redirect_uri": "a:b""#),
            YES,
            Some(("/code", Inconsistent)),
        ),
        (
            "AccessTokenRequest",
            grant("authorization_code", r#""code": "c", "redirect_uri": "a:b", "scope": "s""#),
            YES,
            Some(("/scope", Inconsistent)),
        ),
        (
            "AccessTokenRequest",
            grant("authorization_code", r#""code": "c", "redirect_uri": "a:b""#),
            NO,
            None,
        ),
        ("PrepareOAuthContext", context("{}"), YES, Some(("/direct-debit-registration", Missing))),
        ("PrepareOAuthContext", context(r#"{"ref2": "R"}"#), NO, None),
        (
            "PrepareOAuthContext",
            context(r#"{"ref1": "R", "typeOfIdentification": "NATID"}"#),
            YES,
            Some(("/direct-debit-registration/identificationNumber", Inconsistent)),
        ),
        (
            "PrepareOAuthContext",
            context(
                r#"{"ref1": "R", "typeOfIdentification": "TAXID", "identificationNumber": "1234567890122"}"#,
            ),
            NO,
            Some(("/direct-debit-registration/identificationNumber", Malformed)),
        ),
        (
            "KmaDeeplinkRequest",
            deeplink(r#", "identificationNumber": "AA1""#),
            YES,
            Some(("/typeOfIdentification", Inconsistent)),
        ),
        (
            "KmaDeeplinkRequest",
            deeplink(r#", "typeOfIdentification": "PASSPORT", "identificationNumber": "AA1""#),
            NO,
            None,
        ),
        (
            "KmaDeeplinkRequest",
            deeplink(r#", "typeOfIdentification": "NATID", "identificationNumber": "AA1""#),
            NO,
            Some(("/identificationNumber", Malformed)),
        ),
        ("ScheduleSubmission", schedule(r#"{"frequency": "ONCE", "startDate": "2020-08-31"}"#), NO, None),
        (
            "ScheduleSubmission",
            schedule(r#"{"frequency": "ONCE", "startDate": "2020-08-31", "numberOfOccurrences": 1}"#),
            YES,
            Some(("/scheduleInformation", Inconsistent)),
        ),
        (
            "ScheduleSubmission",
            schedule(r#"{"frequency": "WEEK", "startDate": "2020-08-31"}"#),
            YES,
            Some(("/scheduleInformation", Inconsistent)),
        ),
        (
            "ScheduleSubmission",
            schedule(
                r#"{"frequency": "WEEK", "startDate": "2020-08-31", "endDate": "2020-09-30", "numberOfOccurrences": 1}"#,
            ),
            YES,
            Some(("/scheduleInformation", Inconsistent)),
        ),
        (
            "ScheduleSubmission",
            schedule(r#"{"frequency": "WEEK", "startDate": "2020-08-31", "endDate": "2020-08-30"}"#),
            NO,
            Some(("/scheduleInformation/endDate", Inconsistent)),
        ),
        (
            "ScheduleSubmission",
            schedule(r#"{"frequency": "WEEK", "startDate": "2020-08-31", "endDate": "2020-08-31"}"#),
            NO,
            None,
        ),
    ] {
        assert_eq!(!subject(name).schema_takes(&body), schema_refuses, "schema of {name}: {body}");
        check(name, &body, expected);
    }
}

fn range(start: &str, end: &str) -> String {
    format!(r#"{{"startCreateDateTime": "{start}", "endCreateDateTime": "{end}"}}"#)
}

#[track_caller]
fn check(name: &str, body: &str, expected: Option<(&str, Code)>) {
    let found = decode_as(name, body.as_bytes()).map(drop).map_err(Violations::into_vec);
    let found =
        found.map_err(|list| list.into_iter().map(|v| (v.pointer.to_string(), v.code)).collect::<Vec<_>>());
    let expected = expected.map_or(Ok(()), |(pointer, code)| Err(vec![(pointer.to_owned(), code)]));
    assert_eq!(found, expected, "{name}: {body}");
}

/// Forms and queries are refused as JSON is, by the names of their members.
#[test]
fn forms_and_queries_name_their_violations_too() {
    let form =
        |text: &str| decode_members::<AccessTokenRequest>(form_urlencoded::parse(text.as_bytes())).map(drop);
    let query =
        |text: &str| decode_members::<AuthorizeRequest>(form_urlencoded::parse(text.as_bytes())).map(drop);
    let right = "response_type=code&client_id=p&redirect_uri=https%3A%2F%2Fp.example%2F%3Fa%3D%26&\
                 scope=direct-debit-registration&oauth_context_id=c";
    for (found, expected) in [
        (form("grant_type=client_credentials"), vec![]),
        (form(""), vec![("/grant_type", Code::Missing)]),
        (
            form("grant_type=password&grant_type=password"),
            vec![("/grant_type", Code::Duplicate), ("/grant_type", Code::Malformed)],
        ),
        (form("grant_type=client_credentials&password=7770011555"), vec![("/password", Code::Unknown)]),
        (
            form("grant_type=client_credentials&client_secret=&scope=%00"),
            vec![("/client_secret", Code::Malformed), ("/scope", Code::Malformed)],
        ),
        (query(right), vec![]),
        (
            query(&format!("{right}&code_challenge_method=plain")),
            vec![("/code_challenge_method", Code::Malformed)],
        ),
        (
            query(&format!("{right}&code_challenge_method=S256")),
            vec![("/code_challenge", Code::Inconsistent)],
        ),
        (
            query(&format!("{right}&code_challenge={}", "a".repeat(43))),
            vec![("/code_challenge_method", Code::Inconsistent)],
        ),
        (query(&format!("{right}&code_challenge={}&code_challenge_method=S256", "a".repeat(43))), vec![]),
        (query(&right.replace("https%3A", "")), vec![("/redirect_uri", Code::Malformed)]),
    ] {
        let found = found.err().map(Violations::into_vec).unwrap_or_default();
        let found: Vec<_> =
            found.iter().map(|violation| (violation.pointer.as_str(), violation.code)).collect();
        assert_eq!(found, expected);
    }
}
