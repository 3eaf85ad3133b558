//! Canonical values: written, read, written again, and valid for whoever only has the document.

use crate::{
    document::{contracts, members, validator},
    wire_types::{decode_as, rows},
};
use satang_core::Error;
use satang_schema::{
    Problem,
    contract::{Response, Row, Type},
    decode,
    direct_debit::{AccessTokenError, ErrorEnvelope},
    slip_verification::HubError,
    stamp_duty::{LoginError, RevenueError},
};
use serde_json::Value;
use std::collections::HashMap;

/// The types of a row with the place of their media type in the document.
fn types_of(row: &Row) -> impl Iterator<Item = (&Type, &'static str)> {
    let answer = match &row.response {
        Response::Json(answer) | Response::Signed(answer) => Some((answer, "/responses/200")),
        Response::Page | Response::Empty => None,
    };
    [(&row.request, "/requestBody")].into_iter().chain(answer)
}

#[test]
fn examples_are_read_and_written_again_byte_for_byte() {
    for (_, product) in contracts() {
        for (of, _) in rows(&product).flat_map(types_of) {
            let example = (of.example)();
            let again =
                decode_as(of.name, example.as_bytes()).unwrap_or_else(|error| panic!("{}: {error}", of.name));
            assert_eq!(again, example, "{}", of.name);
        }
    }
}

#[test]
fn documented_examples_are_the_canonical_values_digit_by_digit() {
    for (document, product) in contracts() {
        for row in rows(&product) {
            let is_query = |place| row.method == "GET" && place == "/requestBody";
            for (of, place) in types_of(row).filter(|(_, place)| !is_query(*place)) {
                let content = format!("{}{place}/content", document.pointer_of(row));
                let [(kind, media)] = members(document.at(&content)).collect::<Vec<_>>()[..] else {
                    panic!("{content}: one media type")
                };
                assert_eq!(media["schema"]["$ref"], format!("#/components/schemas/{}", of.name), "{content}");
                let kind = kind.replace('/', "~1");
                let documented = document.text_at(&format!("{content}/{kind}/example"));
                let read = decode_as(of.name, documented.as_bytes());
                let [read, canonical] =
                    [read.unwrap(), (of.example)()].map(|text| serde_json::from_str::<Value>(&text).unwrap());
                assert_eq!(read, canonical, "{content}");
                assert_eq!(amounts(documented), amounts(&(of.example)()), "{content}");
            }
        }
    }
}

#[test]
fn amounts_keep_two_decimals_in_the_document() {
    let (document, _) = contracts().swap_remove(0);
    let all = amounts(&document.text);
    assert!(all.len() >= 7, "only {all:?}");
    for amount in all {
        let decimals = amount.split_once('.').map(|(_, decimals)| decimals.len());
        assert_eq!(decimals, Some(2), "{amount}");
    }
}

/// The digits of every `paymentAmount`, as they stand in a text.
fn amounts(text: &str) -> Vec<&str> {
    let after_names = text.split("\"paymentAmount\":").skip(1).map(str::trim_start);
    let digits = after_names.filter(|rest| rest.starts_with(|c: char| c.is_ascii_digit()));
    digits.map(|rest| rest.split([',', '}', '\n']).next().unwrap().trim_end()).collect()
}

#[test]
fn examples_satisfy_their_schemas() {
    for (document, product) in contracts() {
        let standalone: HashMap<_, _> = document.standalone().into_iter().collect();
        for row in rows(&product) {
            for (of, place) in types_of(row) {
                let example: Value = serde_json::from_str(&(of.example)()).unwrap();
                let schemas = match (row.method, place) {
                    ("GET", "/requestBody") => vec![document.query(&document.pointer_of(row))],
                    _ => vec![document.component(of.name), standalone[of.name].clone()],
                };
                for schema in schemas {
                    if let Err(error) = validator(&schema).validate(&example) {
                        panic!("{}: {error} at {}", of.name, error.instance_path());
                    }
                }
            }
        }
    }
}

#[test]
fn query_parameters_show_the_canonical_value() {
    for (document, product) in contracts() {
        for row in rows(&product).filter(|row| row.method == "GET") {
            let example: Value = serde_json::from_str(&(row.request.example)()).unwrap();
            for parameter in
                document.at(&document.pointer_of(row))["parameters"].as_array().into_iter().flatten()
            {
                // Headers are shared, and no part of the request's type.
                let Some(name) = parameter["name"].as_str() else { continue };
                assert_eq!(parameter.get("example"), example.get(name), "{}: {name}", row.id);
            }
        }
    }
}

#[test]
fn documented_refusals_are_read_by_a_client() {
    let mut refusals = 0;
    for (document, _) in contracts() {
        for (name, response) in members(document.at("/components/responses")) {
            // Beside it, a browser may be answered with a page.
            let mut answers = members(&response["content"]).filter(|(kind, _)| kind.ends_with("json"));
            let Some((_, media)) = answers.next() else { continue };
            let schema = media["schema"]["$ref"].as_str().unwrap().rsplit('/').next().unwrap();
            let valid = validator(&document.component(schema));
            for (code, example) in members(&media["examples"]) {
                let value = &example["value"];
                assert!(valid.is_valid(value), "{name} {code}");
                let text = value.to_string(); // a refusal holds no amount
                let read = match schema {
                    "ErrorEnvelope" => decode::<ErrorEnvelope>(text.as_bytes()).unwrap().error.code,
                    "Problem" => decode::<Problem>(text.as_bytes()).unwrap().code,
                    "RevenueError" => {
                        let read = decode::<RevenueError>(text.as_bytes()).unwrap();
                        read.e_instrument.response_code.as_str().to_owned()
                    }
                    "LoginError" => {
                        decode::<LoginError>(text.as_bytes()).unwrap().response_code.as_str().to_owned()
                    }
                    "HubError" => {
                        decode::<HubError>(text.as_bytes()).unwrap().status.code.as_str().to_owned()
                    }
                    "AccessTokenError" => decode::<AccessTokenError>(text.as_bytes()).unwrap().error,
                    other => panic!("{name}: {other} is no refusal"),
                };
                assert_eq!(read, *code, "{name}: the name of the example is its code");
                let answer = http::Response::builder().status(400).body(text.into()).unwrap();
                assert_eq!(Error::from_response(&answer).code(), Some(code.as_str()), "{name}");
                refusals += 1;
            }
        }
    }
    assert!(refusals >= 12, "only {refusals} refusals are documented");
}

#[test]
fn each_operation_documents_the_refusals_of_its_row() {
    for (document, product) in contracts() {
        for row in rows(&product) {
            let responses = &document.at(&document.pointer_of(row))["responses"];
            let authenticated = if row.security.is_empty() { None } else { Some(401) };
            for status in
                [400, 413, 429, 500].into_iter().chain(authenticated).chain(row.errors.iter().copied())
            {
                assert!(responses[status.to_string()]["$ref"].is_string(), "{}: {status}", row.id);
            }
        }
    }
}
