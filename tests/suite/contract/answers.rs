//! The bank may add members and codes to its answers at any time; a reader of today must not break.

use crate::{
    document::{Document, places},
    mutation::Spoilt,
    wire_types::{decode_as, lenient},
};
use satang_schema::direct_debit::product;
use serde_json::Value;

#[test]
fn unknown_members_are_ignored_wherever_they_are() {
    for of in lenient(&product()) {
        let example: Value = serde_json::from_str(&(of.example)()).unwrap();
        for (pointer, _) in places(&example).into_iter().filter(|(_, value)| value.is_object()) {
            for news in ["7", "\"x\"", "null", "[{}]", r#"{"a": {"b": [1.50]}}"#] {
                let body = Spoilt::new(&example).with_member(&pointer, "somethingNew", news).text();
                let read = decode_as(of.name, body.as_bytes());
                assert_eq!(
                    read,
                    decode_as(of.name, (of.example)().as_bytes()),
                    "{} {pointer}: {news}",
                    of.name
                );
                assert!(read.is_ok(), "{} {pointer}: {news}: {read:?}", of.name);
            }
        }
    }
}

#[test]
fn unknown_codes_are_kept() {
    let document = Document::read();
    let mut codes = 0;
    for of in lenient(&product()) {
        let example: Value = serde_json::from_str(&(of.example)()).unwrap();
        for (pointer, _) in places(&example) {
            if document.schema_of_place(of.name, &pointer).get("x-extensible-enum").is_none() {
                continue;
            }
            let body = Spoilt::new(&example).with_value(&pointer, "\"ZZZZ\"").text();
            let read =
                decode_as(of.name, body.as_bytes()).unwrap_or_else(|error| panic!("{}: {error}", of.name));
            let read: Value = serde_json::from_str(&read).unwrap();
            assert_eq!(read.pointer(&pointer), Some(&Value::from("ZZZZ")), "{} {pointer}", of.name);
            codes += 1;
        }
    }
    assert!(codes >= 10, "only {codes} codes were found");
}

/// No answer lists the codes that it may hold as if there could be no more.
#[test]
fn answers_have_open_codes_only() {
    let document = Document::read();
    for of in lenient(&product()) {
        let example: Value = serde_json::from_str(&(of.example)()).unwrap();
        for (pointer, _) in places(&example) {
            let schema = document.schema_of_place(of.name, &pointer);
            assert_eq!(schema.get("enum"), None, "{} {pointer}", of.name);
            assert_ne!(
                schema.get("additionalProperties"),
                Some(&Value::from(false)),
                "{} {pointer}",
                of.name
            );
        }
    }
}
