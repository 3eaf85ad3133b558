//! Whatever arrives, the reader neither panics nor repeats it.

use crate::wire_types::{decode_as, products, rows};
use proptest::{collection::vec, prelude::*, sample::select};
use satang_schema::contract::{Product, Type};

/// Digits as long as an account number.
const NUMBER: &str = "[1-8]{10,16}";

/// Names that some type knows, so that noise gets to the inside.
const KNOWN: [&str; 24] = [
    "transactionIdentification",
    "creditorAccountNumber",
    "payerInformation",
    "paymentToken",
    "transactionInformation",
    "paymentAmount",
    "scheduleInformation",
    "numberOfOccurrences",
    "startDate",
    "startCreateDateTime",
    "direct-debit-registration",
    "identificationNumber",
    "tokenInformation",
    "executions",
    "error",
    "violations",
    "expires_in",
    "grant_type",
    "agreement",
    "redirectUris",
    "duration",
    "delayMilliseconds",
    "events",
    "detail",
];

/// A member's name, without digits because a refusal does name an unknown member.
fn name() -> impl Strategy<Value = String> {
    prop_oneof![8 => select(&KNOWN[..]).prop_map(str::to_owned), 1 => "[a-z~/]{0,6}"]
}

/// A JSON text, with whatever may stand in one.
fn json() -> impl Strategy<Value = String> {
    let scalar = prop_oneof![
        NUMBER.prop_map(|digits| digits),
        NUMBER.prop_map(|digits| format!("\"{digits}\"")),
        (NUMBER, "[eE.]", "[0-9]{1,3}")
            .prop_map(|(digits, between, last)| format!("{digits}{between}{last}")),
        any::<String>().prop_map(|text| serde_json::Value::from(without_digits(&text)).to_string()),
        select(&["null", "true", "false", "0", "-0", "-1.00", "\"\\ud83d\\ude00\"", "\"\\u0000\""][..])
            .prop_map(str::to_owned),
    ];
    scalar.prop_recursive(6, 64, 8, |inner| {
        let member = (name(), inner.clone()).prop_map(|(name, value)| format!("\"{name}\": {value}"));
        prop_oneof![
            vec(inner, 0..8).prop_map(|items| format!("[{}]", items.join(", "))),
            vec(member, 0..8).prop_map(|members| format!("{{{}}}", members.join(", "))),
        ]
    })
}

fn without_digits(text: &str) -> String {
    text.chars().filter(|c| !c.is_ascii_digit()).collect()
}

/// A right document of some type with a few bytes changed.
fn damaged() -> impl Strategy<Value = Vec<u8>> {
    let examples: Vec<Vec<u8>> = types().iter().map(|of| (of.example)().into_bytes()).collect();
    let damage = (any::<prop::sample::Index>(), any::<u8>());
    (select(examples), vec(damage, 1..4)).prop_map(|(mut bytes, damages)| {
        for (place, byte) in damages {
            let place = place.index(bytes.len());
            bytes[place] = byte;
        }
        bytes
    })
}

fn types() -> Vec<Type> {
    let of_one = |product: &Product| {
        let requests = rows(product).map(|row| Type { ..row.request });
        requests.chain(crate::wire_types::lenient(product)).collect::<Vec<_>>()
    };
    products().iter().flat_map(of_one).collect()
}

/// Reads `body` as every type; what the refusals say.
fn refusals(body: &[u8]) -> Vec<String> {
    types()
        .iter()
        .filter_map(|of| decode_as(of.name, body).err())
        .map(|violations| violations.to_string())
        .collect()
}

/// The digits of `body` that are long enough to be somebody's number.
fn numbers(body: &str) -> Vec<&str> {
    body.split(|c: char| !c.is_ascii_digit()).filter(|digits| digits.len() >= 8).collect()
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::with_cases(200) })]

    #[test]
    fn any_bytes_are_read_without_a_panic(body in vec(any::<u8>(), 0..200)) {
        refusals(&body);
    }

    #[test]
    fn any_json_is_refused_without_its_numbers(body in json()) {
        let refusals = refusals(body.as_bytes());
        for number in numbers(&body) {
            for refusal in &refusals {
                prop_assert!(!refusal.contains(number), "{number} in {refusal}");
            }
        }
    }

    #[test]
    fn damaged_documents_are_refused_without_their_numbers(body in damaged()) {
        let refusals = refusals(&body);
        let text = String::from_utf8_lossy(&body);
        for number in numbers(&text) {
            for refusal in &refusals {
                prop_assert!(!refusal.contains(number), "{number} in {refusal}");
            }
        }
    }
}
