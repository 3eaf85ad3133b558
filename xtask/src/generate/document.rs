//! The OpenAPI document of a product.

mod links;
mod parameters;
mod refusals;
mod security;

use super::schemas::Components;
use crate::json::Json;
use satang_schema::contract::{Product, Repeat, Response, Row, Security, Type};
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
        (
            "components",
            Json::object([
                ("schemas", Json::object(components.iter().map(|(name, schema)| (name.as_str(), schema.clone())))),
                ("parameters", parameters::components()),
                ("responses", refusals::components()),
                ("securitySchemes", security::components()),
            ]),
        ),
    ])
}

fn info(product: &Product) -> Json {
    json!({
        "title": product.title,
        "version": env!("CARGO_PKG_VERSION"),
        "description": product.description,
        "contact": { "name": "Satang", "url": "https://github.com/satang-rs/satang" },
        "x-satang-module": product.name.replace('-', "_"),
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
    if product.called_back_after.contains(&row.id) {
        operation.set("callbacks", Json::object(product.callbacks.iter().map(callback)));
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
    operation.set("x-satang-envelope", envelope(row).into());
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

/// The shape of the error answers.
fn envelope(row: &Row) -> &'static str {
    if row.security.contains(&Security::Client) { "oauth" } else { "krungsri" }
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
        Response::Json(answer) => {
            let mut done = Json::object([
                ("description", "Done, or refused for a business reason that the answer names.".into()),
                ("content", Json::object([("application/json", media(answer))])),
            ]);
            if let Some(links) = links::of(product, row) {
                done.set("links", links);
            }
            all.push(("200".into(), done));
        }
        Response::Empty => {
            all.push(("200".into(), json!({ "description": "Stored; no body is needed." }).into()));
        }
        Response::Page => {
            let page = json!({ "description": "A page on which the customer agrees.",
                "content": { "text/html": { "schema": { "type": "string" } } } });
            let away = json!({ "description": "Back to the partner.",
                "headers": { "Location": { "description": "`redirect_uri` with `code` and `state`, or `error`.",
                    "required": true, "schema": { "type": "string", "format": "uri" } } } });
            all.push(("200".into(), page.into()));
            all.push(("302".into(), away.into()));
        }
    }
    all.extend(refusals::of(row));
    Json::Object(all)
}
