//! The OpenAPI document of a product.

mod links;
mod parameters;
mod refusals;
mod security;
mod signatures;

use super::schemas::Components;
use crate::json::Json;
use satang_schema::contract::{Envelope, Product, Repeat, Response, Row, Security, Type};
use serde_json::json;

/// Builds the document from the rows of `product` and the schemas of its types.
pub fn document(product: &Product, components: &Components) -> Json {
    let paths = product.operations.iter().map(|row| (row.path, path_item(product, row)));
    // A partner agrees its address with the bank beforehand: to OpenAPI that is a webhook, and a callback of the
    // operations that lead to it.
    let webhooks = product.callbacks.iter().map(|row| (row.id, path_item(product, row)));
    Json::object([
        ("openapi", "3.1.0".into()),
        ("info", info(product)),
        (
            "servers",
            json!([{ "url": "http://127.0.0.1:8700", "description": "The gateway of this workspace: satang serve" }])
                .into(),
        ),
        ("tags", tags(product)),
        ("paths", Json::object(paths)),
        ("webhooks", Json::object(webhooks)),
        ("components", shared(product, components)),
    ])
}

/// What operations refer to.
fn shared(product: &Product, components: &Components) -> Json {
    let schemas = components.iter().map(|(name, schema)| (name.as_str(), schema.clone()));
    let mut shared = Json::object([("schemas", Json::object(schemas))]);
    let parameters = parameters::components(product);
    if !parameters.members().is_empty() {
        shared.set("parameters", parameters);
    }
    shared.set("responses", refusals::components(product));
    shared.set("securitySchemes", security::components(product));
    shared
}

fn info(product: &Product) -> Json {
    json!({
        "title": product.title,
        "version": env!("CARGO_PKG_VERSION"),
        "description": product.description,
        "contact": { "name": "Satang", "url": "https://github.com/satang-rs/satang" },
        "x-satang-module": product.name.replace('-', "_"),
        "x-satang-envelope": product_envelope(product.envelope),
        "license": { "name": "MIT OR Apache-2.0", "identifier": "MIT OR Apache-2.0" },
    })
    .into()
}

fn tags(product: &Product) -> Json {
    let tag = |(name, description): &(&str, &str)| json!({ "name": name, "description": description });
    product.tags.iter().map(tag).collect::<serde_json::Value>().into()
}

fn path_item(product: &Product, row: &Row) -> Json {
    let mut operation = operation(product, row);
    if product.callbacks.iter().any(|callback| callback.id == row.id) {
        // A webhook has no path, so a sample of one stands beside it.
        operation.set("x-satang-path", row.path.into());
    }
    let is_next = |after: &Row| product.called_back_after.contains(&(row.id, after.id));
    let callbacks: Vec<_> = product.callbacks.iter().filter(|after| is_next(after)).map(callback).collect();
    if !callbacks.is_empty() {
        operation.set("callbacks", Json::object(callbacks));
    }
    Json::object([(row.method.to_lowercase().as_str(), operation)])
}

/// A callback at a sample of the partner's address.
fn callback(row: &Row) -> (&str, Json) {
    let address = format!("https://partner.example{}", row.path);
    (row.id, Json::object([(address.as_str(), json!({ "$ref": format!("#/webhooks/{}", row.id) }).into())]))
}

fn operation(product: &Product, row: &Row) -> Json {
    let (summary, description) = words(row.docs);
    let mut operation = Json::object([
        ("operationId", row.id.into()),
        ("summary", summary.into()),
        ("description", description.into()),
        ("tags", json!([row.tag]).into()),
    ]);
    if let Some(letter) = row.letter {
        operation.set("x-satang-letter", letter.into());
    }
    operation.set("x-satang-repeat", repeat(row.repeat).into());
    if let Repeat::Keyed(member) = row.repeat {
        operation.set("x-satang-key", member.into());
    }
    operation.set("x-satang-request", row.request.name.into());
    operation.set("x-satang-envelope", envelope(product, row).into());
    if matches!(row.response, Response::Signed(_)) {
        operation.set("x-satang-answer", "signed".into());
    }
    let parameters = parameters::of(row);
    if !parameters.items().is_empty() {
        operation.set("parameters", parameters);
    }
    if row.method == "POST" {
        operation.set("requestBody", request_body(row));
    }
    operation.set("responses", responses(product, row));
    operation.set("security", security::of(row.security));
    operation
}

/// First line, and the rest joined into paragraphs.
fn words(docs: &[&str]) -> (String, String) {
    let mut lines = docs.iter().map(|line| line.strip_prefix(' ').unwrap_or(line));
    let summary = lines.next().unwrap_or_default().to_owned();
    let rest: Vec<&str> = lines.skip_while(|line| line.is_empty()).collect();
    (
        summary,
        rest.split(|line| line.is_empty())
            .map(|paragraph| paragraph.join(" "))
            .collect::<Vec<_>>()
            .join("\n\n"),
    )
}

fn repeat(repeat: Repeat) -> &'static str {
    match repeat {
        Repeat::Safe => "safe",
        Repeat::Keyed(_) => "keyed",
        Repeat::Effect => "effect",
    }
}

/// The shape of an operation's error answers.
fn envelope(product: &Product, row: &Row) -> &'static str {
    if row.security.contains(&Security::Client) {
        "oauth"
    } else if row.security.contains(&Security::Password) {
        "revenue-department-login"
    } else if row.security.contains(&Security::MerchantKey) {
        "problem"
    } else {
        product_envelope(product.envelope)
    }
}

fn product_envelope(envelope: Envelope) -> &'static str {
    match envelope {
        Envelope::Krungsri => "krungsri",
        Envelope::Problem => "problem",
        Envelope::RevenueDepartment => "revenue-department",
        Envelope::Hub => "hub",
    }
}

fn request_body(row: &Row) -> Json {
    let kind = if row.security.contains(&Security::Client) {
        "application/x-www-form-urlencoded"
    } else {
        "application/json"
    };
    Json::object([
        ("required", Json::Literal("true".into())),
        ("content", Json::object([(kind, media(&row.request))])),
    ])
}

fn media(of: &Type) -> Json {
    Json::object([
        ("schema", json!({ "$ref": format!("#/components/schemas/{}", of.name) }).into()),
        ("example", Json::parse(&(of.example)()).expect("an example is JSON")),
    ])
}

fn responses(product: &Product, row: &Row) -> Json {
    let mut all: Vec<(String, Json)> = Vec::new();
    match &row.response {
        Response::Json(answer) | Response::Signed(answer) => {
            let mut done = Json::object([
                ("description", "Done, or refused for a business reason that the answer names.".into()),
                ("content", Json::object([("application/json", media(answer))])),
            ]);
            if matches!(row.response, Response::Signed(_)) {
                done.set("headers", signatures::of(row));
            }
            if let Some(links) = links::of(product, row) {
                done.set("links", links);
            }
            all.push(("200".into(), done));
        }
        Response::Empty => {
            all.push(("200".into(), json!({ "description": "Stored; no body is needed." }).into()));
        }
        Response::Page => {
            let html = json!({ "text/html": { "schema": { "type": "string" } } });
            let page = json!({ "description": "A page on which the customer agrees.", "content": html });
            let away = |description: &str, location: &str| {
                json!({ "description": description, "headers": { "Location": { "description": location,
                    "required": true, "schema": { "type": "string", "format": "uri-reference" } } } })
            };
            let back = away("Back to the partner.", "`redirect_uri` with `code` and `state`, or `error`.");
            let on = away("On to the page on which the customer agrees (proposed by Satang).", "The page.");
            all.push(("200".into(), page.into()));
            all.push(("302".into(), back.into()));
            all.push(("303".into(), on.into()));
        }
    }
    all.extend(refusals::of(product.envelope, row));
    Json::Object(all)
}
