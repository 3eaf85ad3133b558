//! The parameters of operations: headers that all share, and queries.

use super::super::schemas::tidy;
use crate::json::Json;
use satang_schema::contract::{Product, Row, Security, Type};
use serde_json::json;

/// The parameters of an operation.
pub(super) fn of(row: &Row) -> Json {
    let mut list = Vec::new();
    if row.security.contains(&Security::Bearer) || row.security.contains(&Security::Signed) {
        list.extend(["ClientTransactionId", "ClientTransactionDateTime"].map(reference));
    }
    if row.security.contains(&Security::Signed) {
        list.push(reference("Digest"));
    }
    if row.security.contains(&Security::Member) {
        list.extend(
            ["ApiVersion", "CertificateVersion", "DestinationBank", "RequestId", "Deadline"].map(reference),
        );
    }
    if row.security.contains(&Security::Hub) {
        list.extend(
            ["ApiVersion", "CertificateVersion", "OriginBank", "RequestId", "Deadline"].map(reference),
        );
    }
    if row.method == "GET" {
        list.extend(query(&row.request));
    }
    Json::Array(list)
}

fn reference(name: &str) -> Json {
    json!({ "$ref": format!("#/components/parameters/{name}") }).into()
}

/// The members of a request that travels as a query.
fn query(request: &Type) -> Vec<Json> {
    let mut generator = schemars::generate::SchemaSettings::draft2020_12().for_deserialize().into_generator();
    (request.schema)(&mut generator);
    let schema = generator.take_definitions(true).remove(request.name).expect("a query is an object");
    let schema = Json::from(tidy(schema));
    let example = Json::parse(&(request.example)()).expect("an example is JSON");
    let required = schema.get("required").map(Json::items).unwrap_or_default();
    let properties = schema.get("properties").map(Json::members).unwrap_or_default();
    let parameter = |(name, schema): &(String, Json)| {
        let mut schema = schema.clone();
        let Json::Object(members) = &mut schema else { panic!("{name} has no schema") };
        let description = members.iter().position(|(member, _)| member == "description");
        let description = members.remove(description.expect("a member is described")).1;
        let is_required = required.contains(&Json::from(name.as_str()));
        let mut parameter = Json::object([
            ("name", name.as_str().into()),
            ("in", "query".into()),
            ("required", Json::Literal(is_required.to_string())),
            ("description", description),
            ("schema", schema),
        ]);
        if let Some(value) = example.get(name) {
            parameter.set("example", value.clone());
        }
        parameter
    };
    properties.iter().map(parameter).collect()
}

// Headers are described by their digits, without `format`. Generators of clients turn a `date-time` or a `uuid` into
// an object of their language, and then write it into the header in a form of their own, or not at all: of
// openapi-python-client 0.29 the former loses the whole operation, and the latter fails at each call.
const DATE_TIME: &str = "^[0-9]{4}-(0[1-9]|1[0-2])-(0[1-9]|[12][0-9]|3[01])T([01][0-9]|2[0-3])(:[0-5][0-9]){2}\
    (\\.[0-9]{1,9})?(Z|[+-]([01][0-9]|2[0-3]):[0-5][0-9])$";
const UUID: &str = "^[0-9A-Fa-f]{8}(-[0-9A-Fa-f]{4}){3}-[0-9A-Fa-f]{12}$";

/// The headers that the operations of a product share.
pub(super) fn components(product: &Product) -> Json {
    let rows = || product.operations.iter().chain(&product.callbacks);
    let used: Vec<Json> = rows().flat_map(|row| of(row).items().to_vec()).collect();
    let mut all = Json::from(json!({
        "ClientTransactionId": {
            "name": "X-Client-Transaction-ID",
            "in": "header",
            "required": true,
            "description": "The caller's identifier of this attempt: a new UUID (version 4) each time. Published.",
            "schema": { "type": "string", "pattern": UUID },
            "example": "11111111-2222-4333-8444-555555555555",
        },
        "ClientTransactionDateTime": {
            "name": "X-Client-Transaction-DateTime",
            "in": "header",
            "required": false,
            "description": "The caller's clock (RFC 3339). Published for an older family of products; read here when present.",
            "schema": { "type": "string", "pattern": DATE_TIME },
            "example": "2020-01-13T11:01:00.449+07:00",
        },
        "Digest": {
            "name": "Digest",
            "in": "header",
            "required": true,
            "description": "SHA-256 of the body as sent (RFC 3230). Published for another product; inferred here.",
            "schema": { "type": "string", "pattern": "^SHA-256=[A-Za-z0-9+/]{43}=$" },
            "example": "SHA-256=dXg7YyEUGG30lzDNtUtCG+K9Ohocew0fm0aYgZbN3ZA=",
        },
        "ApiVersion": {
            "name": "X-API-Version",
            "in": "header",
            "required": true,
            "description": "The version of this contract, 1. That there is such a header is public, its values are proposed by Satang.",
            "schema": { "type": "string", "enum": ["1"] },
            "example": "1",
        },
        "CertificateVersion": {
            "name": "X-CRT-Version",
            "in": "header",
            "required": true,
            "description": "The version of the certificate under whose key the token is signed: the end of its `kid`. The name is \
                public (also read from `X-CRT-Bank`), its values are proposed by Satang.",
            "schema": { "type": "string", "pattern": "^[0-9]{1,6}$" },
            "example": "3",
        },
        "DestinationBank": {
            "name": "X-Dest-Bank",
            "in": "header",
            "required": true,
            "description": "Who has the records: the same as `sendingBank`, or as `provider`. Proposed by Satang; a public list names the header.",
            "schema": { "type": "string", "pattern": "^[0-9]{3}$" },
            "example": "014",
        },
        "OriginBank": {
            "name": "X-Orig-Bank",
            "in": "header",
            "required": true,
            "description": "The member that asked the hub. Proposed by Satang; not published by the hub.",
            "schema": { "type": "string", "pattern": "^[0-9]{3}$" },
            "example": "004",
        },
        "RequestId": {
            "name": "X-Request-Id",
            "in": "header",
            "required": true,
            "description": "The tracing identifier, the same as `jti` of the member's token; it goes along to the issuer. Proposed by \
                Satang; not published by the hub.",
            "schema": { "type": "string", "pattern": UUID },
            "example": "0198f6c2-9d0a-7d3e-8e55-8f0e6d5c1a11",
        },
        "Deadline": {
            "name": "X-Deadline-Ms",
            "in": "header",
            "required": false,
            "description": "How many milliseconds the caller still waits. Proposed by Satang; not published by the hub.",
            "schema": { "type": "string", "pattern": "^[0-9]{1,5}$" },
            "example": "4800",
        },
    }));
    if let Json::Object(members) = &mut all {
        members.retain(|(name, _)| used.contains(&reference(name)));
    }
    all
}
