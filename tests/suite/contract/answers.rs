//! The bank may add members and codes to its answers at any time; a reader of today must not break.

use crate::{
    document::{Document, contracts, places},
    mutation::Spoilt,
    wire_types::{decode_as, lenient},
};
use satang_schema::contract::{Product, Type};
use serde_json::Value;
use std::rc::Rc;

/// Every type that is read leniently, with the document that describes it.
fn all_lenient() -> Vec<(Rc<Document>, Type)> {
    let of_one = |(document, product): (Document, Product)| {
        let document = Rc::new(document);
        lenient(&product).into_iter().map(move |of| (Rc::clone(&document), of)).collect::<Vec<_>>()
    };
    contracts().into_iter().flat_map(of_one).collect()
}

/// Whether an object may hold whatever it likes, which is then kept.
fn is_free(schema: &Value) -> bool {
    schema["type"] == "object" && schema.get("properties").is_none()
}

#[test]
fn unknown_members_are_ignored_wherever_they_are() {
    for (document, of) in all_lenient() {
        let example: Value = serde_json::from_str(&(of.example)()).unwrap();
        for (pointer, _) in places(&example).into_iter().filter(|(_, value)| value.is_object()) {
            if is_free(document.schema_of_place(of.name, &pointer)) {
                continue;
            }
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
    let mut codes = 0;
    for (document, product) in contracts() {
        for of in lenient(&product) {
            let example: Value = serde_json::from_str(&(of.example)()).unwrap();
            for (pointer, _) in places(&example) {
                if document.schema_of_place(of.name, &pointer).get("x-extensible-enum").is_none() {
                    continue;
                }
                let body = Spoilt::new(&example).with_value(&pointer, "\"ZZZZ\"").text();
                let read = decode_as(of.name, body.as_bytes())
                    .unwrap_or_else(|error| panic!("{}: {error}", of.name));
                let read: Value = serde_json::from_str(&read).unwrap();
                assert_eq!(read.pointer(&pointer), Some(&Value::from("ZZZZ")), "{} {pointer}", of.name);
                codes += 1;
            }
        }
    }
    assert!(codes >= 10, "only {codes} codes were found");
}

/// No answer lists the codes that it may hold as if there could be no more.
#[test]
fn answers_have_open_codes_only() {
    for (document, product) in contracts() {
        for of in lenient(&product) {
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
}
