//! What a request may not be: the reader and the published schemas refuse the same, and a refusal names the place
//! and not the value.

use crate::{
    document::{Document, places, standalone_schemas, validator},
    mutation::{Mutation, Spoilt, mutations},
    wire_types::{decode_as, rows},
};
use jsonschema::Validator;
use satang_schema::{
    contract::Row,
    decode_members,
    direct_debit::{AccessTokenRequest, AuthorizeRequest, product},
};
use satang_validation::{Code, Violations};
use serde_json::Value;
use std::collections::{BTreeSet, HashSet};

/// A rule that reader and schema see differently, and why that must be.
struct Exception {
    /// What was done to the document; empty for anything.
    what: &'static str,
    /// How the pointer of the place ends.
    place: &'static str,
    /// Who takes it.
    taken_by: Side,
    why: &'static str,
}

#[derive(Debug, PartialEq)]
enum Side {
    Reader,
    Schema,
}

const fn only_the_reader_refuses(what: &'static str, place: &'static str, why: &'static str) -> Exception {
    Exception { what, place, taken_by: Side::Schema, why }
}

const EXCEPTIONS: [Exception; 9] = [
    only_the_reader_refuses("twice", "", "to JSON Schema an object cannot hold a member twice"),
    only_the_reader_refuses("exponent", "", "JSON Schema compares values: 1e2 is 100"),
    only_the_reader_refuses("trailing zero", "", "JSON Schema compares values: 5000.000 is 5000.00"),
    only_the_reader_refuses(
        "whole with decimals",
        "/numberOfOccurrences",
        "to JSON Schema 12.00 is an integer",
    ),
    only_the_reader_refuses(
        "a date",
        "CreateDateTime",
        "JSON Schema knows no order of two members, and takes leap seconds",
    ),
    only_the_reader_refuses("", "/identificationNumber", "JSON Schema cannot compute a check digit"),
    only_the_reader_refuses(
        "removed",
        "/numberOfOccurrences",
        "the schema leaves the ends of a schedule to its words",
    ),
    only_the_reader_refuses("removed", "/code_challenge", "parameters cannot depend on one another"),
    Exception {
        what: "null",
        place: "",
        taken_by: Side::Reader,
        why: "a callback is read without strictness, and its schema says what is sent",
    },
];

/// Documents that no exception may excuse: the reader of a request refuses every one.
const NEVER_TAKEN: [&str; 9] = [
    "null",
    "a text",
    "a number",
    "a boolean",
    "an array",
    "an object",
    "an unknown member",
    "twice",
    "a control character",
];

/// A request type with everything that says what it may be.
struct Subject {
    name: &'static str,
    example: Value,
    schemas: Vec<Validator>,
    is_callback: bool,
}

fn subjects() -> Vec<Subject> {
    let (document, product) = (Document::read(), product());
    let standalone = standalone_schemas();
    let schemas = |row: &Row| match row.method {
        "GET" => vec![document.query(&document.pointer_of(row))],
        _ => {
            let (_, alone) = standalone.iter().find(|(name, _)| name == row.request.name).unwrap();
            vec![document.component(row.request.name), alone.clone()]
        }
    };
    let mut seen = HashSet::new();
    let new = rows(&product).filter(|row| seen.insert(row.request.name));
    new.map(|row| Subject {
        name: row.request.name,
        example: serde_json::from_str(&(row.request.example)()).unwrap(),
        schemas: schemas(row).iter().map(validator).collect(),
        is_callback: product.callbacks.iter().any(|callback| callback.id == row.id),
    })
    .collect()
}

impl Subject {
    /// Whether the schemas take it, which agree with each other.
    fn schema_takes(&self, body: &str) -> bool {
        let Ok(value) = serde_json::from_str(body) else { return false };
        let taken: HashSet<bool> = self.schemas.iter().map(|schema| schema.is_valid(&value)).collect();
        assert_eq!(taken.len(), 1, "{}: component and schema file disagree on {body}", self.name);
        taken.contains(&true)
    }
}

#[test]
fn reader_and_schema_refuse_the_same_requests() {
    let mut used = HashSet::new();
    for subject in subjects() {
        for Mutation { what, pointer, body, .. } in mutations(&subject.example) {
            let read = decode_as(subject.name, body.as_bytes());
            let by_schema = subject.schema_takes(&body);
            if read.is_ok() != by_schema {
                let side = if by_schema { Side::Schema } else { Side::Reader };
                let fits = |e: &Exception| {
                    (e.what.is_empty() || e.what == what) && pointer.ends_with(e.place) && e.taken_by == side
                };
                let found = EXCEPTIONS.iter().position(fits);
                let found = found.unwrap_or_else(|| {
                    panic!(
                        "{} {pointer}: {what}: taken by the {side:?} alone: {body}\n{read:?}",
                        subject.name
                    )
                });
                used.insert(found);
            }
            if NEVER_TAKEN.contains(&what) && !subject.is_callback {
                assert!(read.is_err(), "{} {pointer}: {what}: {body}", subject.name);
            }
        }
    }
    for (position, exception) in EXCEPTIONS.iter().enumerate() {
        assert!(
            used.contains(&position),
            "no longer needed: {} {}: {}",
            exception.what,
            exception.place,
            exception.why
        );
    }
}

#[test]
fn a_refusal_names_the_place_and_not_the_value() {
    let mut refused = 0;
    for subject in subjects() {
        for Mutation { what, pointer, planted, body } in mutations(&subject.example) {
            let Err(violations) = decode_as(subject.name, body.as_bytes()) else { continue };
            refused += 1;
            let context = format!("{} {pointer}: {what}: {body}\n{violations}", subject.name);
            for violation in violations.as_slice() {
                let named = violation.pointer.as_str();
                let parent = pointer.rsplit_once('/').map(|(parent, _)| parent);
                // The order of a range is broken at its end, whichever of the two was changed.
                let of_range =
                    pointer.ends_with("/startCreateDateTime") && violation.code == Code::Inconsistent;
                assert!(
                    named == pointer
                        || what == "removed" && Some(named) == parent
                        || of_range && named.ends_with("/endCreateDateTime"),
                    "{context}"
                );
            }
            // What is short may stand in an explanation by chance.
            let value = planted.trim_matches('"');
            if value.len() >= 8 {
                assert!(!violations.to_string().contains(value), "{context}");
            }
            assert!(!violations.to_string().contains("777001"), "{context}");
        }
    }
    assert!(refused > 1_000, "only {refused} documents were refused");
}

#[test]
fn every_violation_of_a_document_is_named() {
    for subject in subjects() {
        let leaves: Vec<_> =
            places(&subject.example).into_iter().filter(|(_, value)| !value.is_object()).collect();
        let objects: Vec<_> =
            places(&subject.example).into_iter().filter(|(_, value)| value.is_object()).collect();
        let mut spoilt = Spoilt::new(&subject.example);
        let mut expected = BTreeSet::new();
        for (pointer, _) in &leaves {
            spoilt = spoilt.with_value(pointer, "[7770011555]");
            expected.insert(pointer.clone());
        }
        for (pointer, _) in objects.iter().filter(|_| !subject.is_callback) {
            spoilt = spoilt.with_member(pointer, "unknownMember", "7770011555");
            expected.insert(format!("{pointer}/unknownMember"));
        }
        let refusal = decode_as(subject.name, spoilt.text().as_bytes()).unwrap_err();
        assert_eq!(pointers(&refusal), expected, "{}", subject.name);
        assert!(!refusal.to_string().contains("777001"), "{}: {refusal}", subject.name);
    }
}

fn pointers(violations: &Violations) -> BTreeSet<String> {
    violations.as_slice().iter().map(|violation| violation.pointer.to_string()).collect()
}

/// Rules between members: how each is broken, whether the schema sees it, and what the reader says.
#[test]
fn members_must_go_together() {
    use Code::{Inconsistent, Malformed, Missing};
    const YES: bool = true;
    const NO: bool = false;
    let context = |inner: &str| format!(r#"{{"direct-debit-registration": {inner}}}"#);
    let deeplink = |more: &str| format!(r#"{{"referenceNumber1": "R", "returnDeeplink": "app://x"{more}}}"#);
    let schedule = |when: &str| {
        let submission = subjects().into_iter().find(|subject| subject.name == "ScheduleSubmission").unwrap();
        Spoilt::new(&submission.example).with_value("/scheduleInformation", when).text()
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
            deeplink(r#", "identificationNumber": "AA1"#.to_owned().as_str()).replace("AA1", "AA1\""),
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
            NO,
            Some(("/scheduleInformation", Inconsistent)),
        ),
        (
            "ScheduleSubmission",
            schedule(r#"{"frequency": "WEEK", "startDate": "2020-08-31"}"#),
            NO,
            Some(("/scheduleInformation", Inconsistent)),
        ),
        (
            "ScheduleSubmission",
            schedule(
                r#"{"frequency": "WEEK", "startDate": "2020-08-31", "endDate": "2020-09-30", "numberOfOccurrences": 1}"#,
            ),
            NO,
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
        let subject = subjects().into_iter().find(|subject| subject.name == name).unwrap();
        assert_eq!(!subject.schema_takes(&body), schema_refuses, "schema of {name}: {body}");
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
