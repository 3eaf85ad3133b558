//! What must hold for every row of the table: it is documented, generated, and its examples are right.

mod answers;
mod examples;

use crate::{
    document::{contracts, members, places, validator},
    sandbox::Unwritten,
    wire_types::rows,
};
use satang_core::{
    Operation, Routes, direct_debit,
    operation::{Body, Envelope, Repeat},
    sandbox, slip_verification, stamp_duty,
};
use satang_schema::contract::{self, Product, Row, Security};
use serde_json::{Value, json};
use std::collections::HashSet;

/// The generated statics of a product, in the order in which a router looks for them.
fn generated(product: &Product) -> impl Iterator<Item = &'static Operation> {
    let (operations, callbacks): (&[_], &[_]) = match product.name {
        "direct-debit" => (
            <direct_debit::Server<Unwritten> as Routes>::OPERATIONS,
            <direct_debit::CallbackServer<Unwritten> as Routes>::OPERATIONS,
        ),
        "sandbox" => (<sandbox::Server<Unwritten> as Routes>::OPERATIONS, &[]),
        "slip-verification" => (
            <slip_verification::Server<Unwritten> as Routes>::OPERATIONS,
            <slip_verification::CallbackServer<Unwritten> as Routes>::OPERATIONS,
        ),
        "stamp-duty" => (<stamp_duty::Server<Unwritten> as Routes>::OPERATIONS, &[]),
        other => panic!("{other} is new: say here what is generated of it"),
    };
    operations.iter().chain(callbacks).copied()
}

#[test]
fn each_row_has_a_name_a_path_and_words_of_its_own() {
    for (_, product) in contracts() {
        let (mut ids, mut paths, mut summaries) = (HashSet::new(), HashSet::new(), HashSet::new());
        for row in rows(&product) {
            assert!(ids.insert(row.id), "{} is there twice", row.id);
            assert!(paths.insert((row.method, row.path)), "{} has the path of another", row.id);
            assert!(summaries.insert(row.docs[0]), "{} has the summary of another", row.id);
        }
    }
}

#[test]
fn each_row_is_in_the_document_and_nothing_else_is() {
    for (document, product) in contracts() {
        for row in rows(&product) {
            let operation = document.at(&document.pointer_of(row));
            let text = |name: &str| operation[name].as_str().unwrap_or_default();
            assert!(!text("summary").is_empty() && !text("summary").ends_with('.'), "{}: summary", row.id);
            assert!(text("description").ends_with('.'), "{}: description", row.id);
            assert_eq!(text("summary"), row.docs[0].trim(), "{}", row.id);
            assert_eq!(operation["x-satang-letter"].as_str(), row.letter, "{}", row.id);
            let says_where_from = ["ublished", "Public", "nferred", "roposed"]
                .iter()
                .any(|word| text("description").contains(word));
            assert!(
                is_ours(&product) || says_where_from,
                "{}: what of it is published, and what is not?",
                row.id
            );
            let repeat = (operation["x-satang-repeat"].clone(), operation["x-satang-key"].clone());
            assert_eq!(repeat, repeat_in_document(row), "{}", row.id);
            assert_eq!(operation["security"], security_in_document(row), "{}", row.id);
            let is_callback = product.callbacks.iter().any(|callback| callback.id == row.id);
            assert_eq!(operation["x-satang-path"].as_str(), is_callback.then_some(row.path), "{}", row.id);
        }
        let documented: HashSet<_> =
            document.operations().into_iter().map(|(_, path, method)| (path, method)).collect();
        let operations = product.operations.iter().map(|row| row.path.to_owned());
        let callbacks = product.callbacks.iter().map(|row| row.id.to_owned());
        let methods = rows(&product).map(|row| row.method.to_lowercase());
        assert_eq!(documented, operations.chain(callbacks).zip(methods).collect());
    }
}

fn repeat_in_document(row: &Row) -> (Value, Value) {
    match row.repeat {
        contract::Repeat::Safe => (json!("safe"), Value::Null),
        contract::Repeat::Keyed(member) => (json!("keyed"), json!(member)),
        contract::Repeat::Effect => (json!("effect"), Value::Null),
    }
}

fn security_in_document(row: &Row) -> Value {
    match row.security {
        [] => json!([]),
        [Security::Admin] => json!([{ "adminKey": [] }]),
        [Security::Client] => json!([{ "clientBasic": [] }, {}]), // or in the form
        [Security::Password] => json!([]),                        // in the body
        [Security::AuthToken] => json!([{ "authToken": [] }]),
        [Security::MerchantKey] => json!([{ "merchantKey": [] }]),
        [Security::Member] => json!([{ "memberToken": [], "apiKey": [], "apiSecret": [] }]),
        [Security::Hub] => json!([{ "hubToken": [] }]),
        [Security::Bearer] => json!([{ "accessToken": [] }]),
        [Security::Signed] => json!([{ "signature": [] }]),
        [Security::Bearer, Security::Signed] => json!([{ "accessToken": [], "signature": [] }]),
        other => panic!("{other:?} is new: say here what the document makes of it"),
    }
}

#[test]
fn each_row_is_generated_and_nothing_else_is() {
    for (_, product) in contracts() {
        let generated: Vec<_> = generated(&product).collect();
        assert_eq!(
            generated.iter().map(|operation| operation.id).collect::<Vec<_>>(),
            rows(&product).map(|row| row.id).collect::<Vec<_>>()
        );
        for (row, operation) in rows(&product).zip(generated) {
            let has = |security| row.security.contains(&security);
            let needs_token = [Security::Bearer, Security::Admin, Security::MerchantKey].into_iter().any(has);
            let repeat = match row.repeat {
                contract::Repeat::Safe => Repeat::Safe,
                contract::Repeat::Keyed(member) => Repeat::Keyed(member),
                contract::Repeat::Effect => Repeat::Effect,
            };
            let (body, envelope) = match row.method {
                "GET" => (Body::Query, envelope_of(&product)),
                _ if has(Security::Client) => (Body::Form, Envelope::OAuth),
                _ if has(Security::MerchantKey) => (Body::Json, Envelope::Problem),
                _ if has(Security::Password) => (Body::Json, Envelope::RevenueDepartmentLogin),
                _ => (Body::Json, envelope_of(&product)),
            };
            assert_eq!(
                (operation.method.as_str(), operation.path, operation.bearer, operation.signed),
                (row.method, row.path, needs_token, has(Security::Signed)),
                "{}",
                row.id
            );
            assert_eq!(
                (operation.repeat, operation.body, operation.envelope),
                (repeat, body, envelope),
                "{}",
                row.id
            );
        }
    }
}

fn envelope_of(product: &Product) -> Envelope {
    match product.envelope {
        contract::Envelope::Krungsri => Envelope::Krungsri,
        contract::Envelope::Problem => Envelope::Problem,
        contract::Envelope::RevenueDepartment => Envelope::RevenueDepartment,
        contract::Envelope::Hub => Envelope::Hub,
    }
}

/// The control API is nobody else's, so no field of it needs to say so.
fn is_ours(product: &Product) -> bool {
    product.name == "sandbox"
}

/// A request is recognised by a member that every such request has.
#[test]
fn the_key_of_a_repeated_request_is_a_required_member() {
    for (document, product) in contracts() {
        for row in rows(&product) {
            if let contract::Repeat::Keyed(member) = row.repeat {
                let required = &document.at(&format!("/components/schemas/{}", row.request.name))["required"];
                assert!(required.as_array().unwrap().contains(&json!(member)), "{}: {member}", row.id);
            }
        }
    }
}

/// Each place that a fact can come from, in the words that stand in the descriptions.
const ORIGINS: [&str; 6] = ["Published", "published", "Public", "Inferred", "inferred", "roposed by Satang"];

#[test]
fn each_field_is_described_and_says_where_it_is_from() {
    let mut fields = 0;
    for (document, product) in contracts() {
        let says_origin = |value: &Value| {
            let text = value["description"].as_str().unwrap_or_default();
            ORIGINS.iter().any(|origin| text.contains(origin))
        };
        for (name, component) in members(document.at("/components/schemas")) {
            assert!(component["description"].is_string(), "{name} is not described");
            for (field, schema) in members(&component["properties"]) {
                assert!(
                    schema["description"].as_str().is_some_and(|text| text.len() > 3),
                    "{name}.{field}: no words"
                );
                assert!(
                    is_ours(&product) || says_origin(schema) || says_origin(component),
                    "{name}.{field}: from where?"
                );
                fields += 1;
            }
        }
        let parameters = places(&document.value)
            .into_iter()
            .filter(|(pointer, value)| pointer.contains("/parameters/") && value.get("in").is_some());
        for (pointer, parameter) in parameters {
            assert!(is_ours(&product) || says_origin(parameter), "{pointer}: from where?");
            fields += 1;
        }
    }
    assert!(fields > 100, "only {fields} fields were found");
}

#[test]
fn each_reference_leads_somewhere() {
    for (document, _) in contracts() {
        let standalone = document.standalone();
        let all = standalone.iter().map(|(name, schema)| (name.as_str(), schema));
        for (name, schema) in all.chain([("the document", &document.value)]) {
            for (pointer, value) in places(schema) {
                let Some(target) = value.get("$ref") else { continue };
                let inside =
                    target.as_str().unwrap().strip_prefix('#').expect("documents refer to nothing outside");
                assert!(schema.pointer(inside).is_some(), "{name}{pointer}: {target} leads nowhere");
            }
        }
    }
}

#[test]
fn each_component_is_also_a_schema_of_its_own() {
    for (document, _) in contracts() {
        let components: HashSet<_> =
            members(document.at("/components/schemas")).map(|(name, _)| name.clone()).collect();
        let alone: HashSet<_> = document.standalone().into_iter().map(|(name, _)| name).collect();
        assert_eq!(alone, components);
        for (name, schema) in document.standalone() {
            assert_eq!(schema["title"], name);
            validator(&schema);
            validator(&document.component(&name));
        }
    }
}

/// A rule that nothing can meet (`"type": "string"` and `"enum": [null]`) is a rule that nobody has read.
#[test]
fn each_listed_value_has_the_listed_type() {
    for (pointer, schema) in contracts().iter().flat_map(|(document, _)| places(&document.value)) {
        let (Some(values), Some("string")) = (schema["enum"].as_array(), schema["type"].as_str()) else {
            continue;
        };
        assert!(values.iter().all(Value::is_string), "{pointer}: {values:?}");
    }
}

/// A link from or to a member that does not exist would lead a client nowhere.
#[test]
fn each_link_leads_from_a_text_to_a_text() {
    for (document, product) in contracts() {
        let row = |id: &str| product.operations.iter().find(|row| row.id == id).unwrap();
        for link in product.links {
            let contract::Response::Json(answer) = &row(link.from).response else {
                panic!("{} answers no document", link.from)
            };
            let given = document.schema_of_place(answer.name, link.answer);
            let target = row(link.to);
            let asked = if target.method == "GET" {
                document.query(&document.pointer_of(target))["properties"]
                    [link.request.trim_start_matches('/')]
                .clone()
            } else {
                document.schema_of_place(target.request.name, link.request).clone()
            };
            for (place, schema) in [(link.answer, given), (link.request, &asked)] {
                assert!(
                    schema["type"] == "string" || schema["type"] == "integer",
                    "{} to {}: {place} is {schema}",
                    link.from,
                    link.to
                );
            }
            let links = document.at(&format!("{}/responses/200/links", document.pointer_of(row(link.from))));
            let leads_there = members(links).any(|(_, documented)| {
                documented["operationId"] == link.to && documented.to_string().contains(link.answer)
            });
            assert!(leads_there, "{} to {} is not in the document", link.from, link.to);
        }
    }
}
