//! What a request may not be: the reader and the published schemas refuse the same, and a refusal names the place
//! and not the value.

mod between_members;
mod noise;
mod subjects;

use crate::{
    document::places,
    mutation::{Mutation, Spoilt, mutations},
    wire_types::decode_as,
};
use satang_validation::{Code, Violations};
use serde_json::Value;
use std::collections::{BTreeSet, HashSet};
use subjects::{Subject, answers, requests};

/// A document that the schema takes and the reader refuses, and why that must be.
struct Exception {
    /// What was done to the document; empty for anything.
    what: &'static str,
    /// How the pointer of the place ends.
    place: &'static str,
    why: &'static str,
}

const fn exception(what: &'static str, place: &'static str, why: &'static str) -> Exception {
    Exception { what, place, why }
}

const EXCEPTIONS: [Exception; 17] = [
    exception("twice", "", "to JSON Schema an object cannot hold a member twice"),
    exception("exponent", "", "JSON Schema compares values: 1e2 is 100"),
    exception("trailing zero", "", "JSON Schema compares values: 5000.000 is 5000.00"),
    exception("huge", "", "JSON Schema has no largest integer"),
    exception("a date", "CreateDateTime", "JSON Schema knows no order of two members"),
    exception("a date", "/startDate", "JSON Schema knows no order of two members"),
    exception("a leap second", "", "RFC 3339 has them, and no clock of ours does"),
    exception("", "/identificationNumber", "JSON Schema cannot compute a check digit"),
    exception("", "/transAmount", "JSON Schema cannot count the items of a list"),
    exception("", "/dutyAmount", "JSON Schema cannot add up"),
    exception("", "/dupDutyAmount", "JSON Schema cannot add up"),
    exception("", "/totalAmount", "JSON Schema cannot add up"),
    exception("", "/totalDuty", "JSON Schema cannot add up"),
    exception("", "/totalDupDutyAmount", "JSON Schema cannot add up"),
    exception("", "/totalPayment", "JSON Schema cannot add up"),
    exception("removed", "/code_challenge", "parameters cannot depend on one another"),
    exception("removed", "/code_challenge_method", "parameters cannot depend on one another"),
];

/// What is never right in a request, whatever an exception excuses.
const NEVER_TAKEN: [&str; 10] = [
    "null",
    "a text",
    "a number",
    "a boolean",
    "an array",
    "an object",
    "names left out",
    "an unknown member",
    "twice",
    "a control character",
];

/// Every document of a subject, spoilt in every way.
fn spoilt(subject: &Subject) -> impl Iterator<Item = Mutation> {
    subject.documents.iter().flat_map(mutations)
}

#[test]
fn reader_and_schema_refuse_the_same_requests() {
    let mut used = HashSet::new();
    for subject in requests() {
        for mutation in spoilt(&subject) {
            let Mutation { what, pointer, body, .. } = &mutation;
            let taken = decode_as(subject.name, body.as_bytes()).is_ok();
            match (subject.schema_takes(body), taken) {
                (true, false) => used.extend(excused(&subject, &mutation)),
                (false, true) => panic!("{} {pointer}: {what}: the reader alone takes {body}", subject.name),
                _ => {}
            }
            // Whatever makes no JWS is for the verifier to name; the Department's example has a null, its table a text.
            let is_right =
                [("a control character", "/rdForm"), ("null", "/relateInstInfo"), ("a text", "/refNo")]
                    .iter()
                    .any(|(right, place)| what == right && pointer.ends_with(place));
            assert!(
                !taken || is_right || !NEVER_TAKEN.contains(what),
                "{} {pointer}: {what}: {body}",
                subject.name
            );
        }
    }
    for subject in answers() {
        // A reader of answers takes more than their schema says, and never less.
        for mutation in spoilt(&subject) {
            let refused = decode_as(subject.name, mutation.body.as_bytes()).is_err();
            if refused && subject.schema_takes(&mutation.body) {
                used.extend(excused(&subject, &mutation));
            }
        }
    }
    for (position, exception) in EXCEPTIONS.iter().enumerate() {
        let Exception { what, place, why } = exception;
        assert!(used.contains(&position), "no longer needed: {what} {place}: {why}");
    }
}

/// The exceptions that allow the reader to refuse what the schema takes.
#[track_caller]
fn excused(subject: &Subject, mutation: &Mutation) -> Vec<usize> {
    let Mutation { what, pointer, body, .. } = mutation;
    let fits = |e: &Exception| (e.what.is_empty() || e.what == *what) && pointer.ends_with(e.place);
    let found: Vec<_> = (0..EXCEPTIONS.len()).filter(|position| fits(&EXCEPTIONS[*position])).collect();
    assert!(!found.is_empty(), "{} {pointer}: {what}: the schema alone takes {body}", subject.name);
    found
}

#[test]
fn a_refusal_names_the_place_and_not_the_value() {
    let mut refused = 0;
    for subject in requests().iter().chain(&answers()) {
        for Mutation { what, pointer, planted, body } in spoilt(subject) {
            let Err(violations) = decode_as(subject.name, body.as_bytes()) else { continue };
            refused += 1;
            let context = format!("{} {pointer}: {what}: {body}\n{violations}", subject.name);
            for violation in violations.as_slice() {
                let named = violation.pointer.as_str();
                let parent = pointer.rsplit_once('/').map(|(parent, _)| parent);
                let expected = match what {
                    // Where a list may be an object, that is looked into.
                    "an object" => named == pointer || named.starts_with(&format!("{pointer}/")),
                    "removed" => named == pointer || Some(named) == parent || goes_with(&pointer, named),
                    _ => {
                        named == pointer || violation.code == Code::Inconsistent && goes_with(&pointer, named)
                    }
                };
                assert!(expected, "{context}");
            }
            // What is short, or right but for a blank, may stand in an explanation by chance.
            let value = planted.trim_matches('"');
            if value.len() >= 8 && what != "padding" {
                assert!(!violations.to_string().contains(value), "{context}");
            }
            assert!(!violations.to_string().contains("777001"), "{context}");
        }
    }
    assert!(refused > 5_000, "only {refused} documents were refused");
}

/// Members of one rule: the broken rule is named at the second, whichever of the two was changed.
fn goes_with(changed: &str, named: &str) -> bool {
    [
        ("/startCreateDateTime", "/endCreateDateTime"),
        ("/startDate", "/endDate"),
        ("/dutyAmount", "/totalAmount"),
        ("/dutyAmount", "/totalDuty"),
        ("/dupDutyAmount", "/totalAmount"),
        ("/dupDutyAmount", "/totalDupDutyAmount"),
        ("/totalAmount", "/totalPayment"),
    ]
    .iter()
    .any(|(first, second)| changed.ends_with(first) && named.ends_with(second))
}

#[test]
fn every_violation_of_a_document_is_named() {
    for subject in requests() {
        for document in &subject.documents {
            let mut spoilt = Spoilt::new(document);
            let mut expected = BTreeSet::new();
            for (pointer, value) in places(document) {
                if value.is_object() {
                    spoilt = spoilt.with_member(&pointer, "unknownMember", "7770011555");
                    expected.insert(format!("{pointer}/unknownMember"));
                }
            }
            for (pointer, value) in places(document) {
                // Of an array, its items.
                if !value.is_object() && !value.is_array() {
                    spoilt = spoilt.with_value(&pointer, "[7770011555]");
                    expected.insert(pointer);
                }
            }
            let refusal = decode_as(subject.name, spoilt.text().as_bytes()).unwrap_err();
            let named = pointers(&refusal);
            if expected.len() > Violations::MOST {
                assert_eq!(named.len(), Violations::MOST, "{}", subject.name);
                assert!(named.is_subset(&expected), "{}", subject.name);
            } else {
                assert_eq!(named, expected, "{}", subject.name);
            }
            assert!(!refusal.to_string().contains("777001"), "{}: {refusal}", subject.name);
        }
    }
}

fn pointers(violations: &Violations) -> BTreeSet<String> {
    violations.as_slice().iter().map(|violation| violation.pointer.to_string()).collect()
}

/// A hostile document does not choose what a refusal looks like in a log.
#[test]
fn a_refusal_is_one_line() {
    let with =
        |name: &str| Value::Object([(name.to_owned(), Value::from(1))].into_iter().collect()).to_string();
    for name in ["a\nb", "a\rb", "\u{1b}[31m", "a\u{0}b", "a\u{2028}b"] {
        let refusal = decode_as("TokenCancellation", with(name).as_bytes()).unwrap_err().to_string();
        assert!(!refusal.contains(|c: char| c.is_control() || c == '\u{2028}'), "{refusal:?}");
    }
}
