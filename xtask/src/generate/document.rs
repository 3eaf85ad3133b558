//! The OpenAPI document of a product.

use super::schemas::Components;
use crate::json::Json;
use satang_schema::{
    contract::{Example, Product, Repeat, Response, Row, Security, Type},
    krungsri::{AccessTokenError, ErrorEnvelope},
};
use serde_json::json;

/// Builds the document from the rows of `product` and the schemas of its types.
pub fn document(product: &Product, components: &Components) -> Json {
    let paths = product.operations.iter().map(|row| (row.path, path_item(product, row)));
    let callbacks = product.callbacks.iter().map(|row| {
        let url = format!("https://partner.example{}", row.path);
        (row.id, Json::object([(url.as_str(), path_item(product, row))]))
    });
    Json::object([
        ("openapi", "3.1.0".into()),
        ("info", info(product)),
        (
            "servers",
            json!([{ "url": "http://127.0.0.1:8700", "description": "The gateway of this workspace: satang serve" }])
                .into(),
        ),
        ("tags", tags()),
        ("paths", Json::object(paths)),
        (
            "components",
            Json::object([
                ("schemas", Json::object(components.iter().map(|(name, schema)| (name.as_str(), schema.clone())))),
                ("parameters", parameters()),
                ("responses", responses()),
                ("securitySchemes", security_schemes()),
                ("callbacks", Json::object(callbacks)),
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
        "license": { "name": "MIT OR Apache-2.0", "identifier": "MIT OR Apache-2.0" },
    })
    .into()
}

const TAGS: [(&str, &str); 4] = [
    ("authorization", "Access tokens, and the customer's way to the bank."),
    ("registration", "Tokens that stand for a customer's account."),
    ("payment", "Payments at once."),
    ("schedule", "Payments on days to come."),
];

fn tags() -> Json {
    TAGS.map(|(name, description)| json!({ "name": name, "description": description }))
        .to_vec()
        .into_iter()
        .collect::<serde_json::Value>()
        .into()
}

/// The tag of an operation, told from its path.
fn tag(row: &Row) -> &'static str {
    let has = |part: &str| row.path.contains(part);
    match () {
        () if has("/auth") => "authorization",
        () if has("/schedule") => "schedule",
        () if has("ransaction") => "payment",
        () => "registration",
    }
}

fn path_item(product: &Product, row: &Row) -> Json {
    Json::object([(row.method.to_lowercase().as_str(), operation(product, row))])
}

fn operation(product: &Product, row: &Row) -> Json {
    let is_callback = product.callbacks.iter().any(|callback| callback.id == row.id);
    let (summary, description) = words(row.docs);
    let mut operation = Json::object([
        ("operationId", row.id.into()),
        ("summary", summary.into()),
        ("description", description.into()),
        ("tags", json!([tag(row)]).into()),
    ]);
    if let Some(letter) = row.letter {
        operation.set("x-satang-letter", letter.into());
    }
    operation.set("x-satang-repeat", repeat(row.repeat).into());
    let parameters = operation_parameters(row);
    if !parameters.items().is_empty() {
        operation.set("parameters", parameters);
    }
    if row.method == "POST" {
        operation.set("requestBody", request_body(row));
    }
    operation.set("responses", operation_responses(row));
    operation.set("security", security(row.security));
    if !is_callback && opens_journey(row) {
        let references = product.callbacks.iter().map(|callback| {
            (callback.id, json!({ "$ref": format!("#/components/callbacks/{}", callback.id) }).into())
        });
        operation.set("callbacks", Json::object(references));
    }
    operation
}

/// A journey's end is told by callback.
fn opens_journey(row: &Row) -> bool {
    matches!(row.id, "prepare_oauth_context" | "kma_deeplink")
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

fn repeat(repeat: Repeat) -> String {
    match repeat {
        Repeat::Safe => "safe".into(),
        Repeat::Keyed(member) => format!("keyed by {member}"),
        Repeat::Effect => "effect".into(),
    }
}

fn operation_parameters(row: &Row) -> Json {
    let reference = |name: &str| Json::from(json!({ "$ref": format!("#/components/parameters/{name}") }));
    let mut list = Vec::new();
    if row.security.contains(&Security::Bearer) || row.security.contains(&Security::Signed) {
        list.extend(["ClientTransactionId", "ClientTransactionDateTime"].map(reference));
    }
    if row.security.contains(&Security::Signed) {
        list.push(reference("Digest"));
    }
    if row.method == "GET" {
        list.extend(query_parameters(&row.request));
    }
    Json::Array(list)
}

/// The members of a request that travels as a query.
fn query_parameters(request: &Type) -> Vec<Json> {
    let mut generator = schemars::generate::SchemaSettings::draft2020_12().for_deserialize().into_generator();
    (request.schema)(&mut generator);
    let schema =
        Json::from(generator.take_definitions(true).remove(request.name).expect("a query is an object"));
    let example = Json::parse(&(request.example)()).expect("an example is JSON");
    let required = schema.get("required").map(Json::items).unwrap_or_default();
    let properties = schema.get("properties").map(Json::members).unwrap_or_default();
    let parameter = |(name, schema): &(String, Json)| {
        let mut schema = schema.clone();
        let Json::Object(members) = &mut schema else { panic!("{name} has no schema") };
        let description = members.iter().position(|(member, _)| member == "description");
        let description = members.remove(description.expect("a member is described")).1;
        if let Some((_, kinds)) = members.iter_mut().find(|(member, _)| member == "type")
            && let [only, _null] = kinds.items()
        {
            *kinds = only.clone();
        }
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

fn operation_responses(row: &Row) -> Json {
    let mut all: Vec<(String, Json)> = Vec::new();
    match &row.response {
        Response::Json(answer) => all.push((
            "200".into(),
            Json::object([
                ("description", "Done, or refused for a business reason that the answer names.".into()),
                ("content", Json::object([("application/json", media(answer))])),
            ]),
        )),
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
    let names = errors(row);
    all.extend(names.into_iter().map(|(status, name)| {
        (status.to_string(), json!({ "$ref": format!("#/components/responses/{name}") }).into())
    }));
    Json::Object(all)
}

/// The error answers of an operation: those of every one, and its own.
fn errors(row: &Row) -> Vec<(u16, &'static str)> {
    let is_client = row.security.contains(&Security::Client);
    let mut statuses = vec![400, 413, 429, 500];
    statuses.extend(row.errors);
    if !row.security.is_empty() {
        statuses.push(401);
    }
    statuses.sort_unstable();
    let name = |status| match (is_client, status) {
        (true, 400) => "TokenRequestInvalid",
        (true, 401) => "TokenClientUnknown",
        (true, _) => "TokenUnavailable",
        (_, 400) => "Invalid",
        (_, 401) => "Unauthorized",
        (_, 404) => "NotFound",
        (_, 409) => "Conflict",
        (_, 413) => "TooLarge",
        (_, 429) => "TooManyRequests",
        (_, 500) => "Internal",
        (_, other) => panic!("status {other} has no response"),
    };
    statuses.into_iter().map(|status| (status, name(status))).collect()
}

fn security(needed: &[Security]) -> Json {
    let schemes: serde_json::Map<_, _> = needed
        .iter()
        .map(|one| match one {
            Security::Bearer => ("accessToken".into(), json!([])),
            Security::Signed => ("signature".into(), json!([])),
            Security::Client => ("clientBasic".into(), json!([])),
        })
        .collect();
    match needed {
        [] => json!([]),
        // Or in the form.
        [Security::Client] => json!([schemes, {}]),
        _ => json!([schemes]),
    }
    .into()
}

fn security_schemes() -> Json {
    json!({
        "accessToken": {
            "type": "oauth2",
            "description": "`Authorization: Bearer` with the token of the token endpoint.",
            "flows": { "clientCredentials": { "tokenUrl": "/auth/oauth/v2/token", "scopes": {} } },
        },
        "signature": {
            "type": "apiKey",
            "in": "header",
            "name": "Signature",
            "description": "HMAC-SHA-256 in the form of the draft \"Signing HTTP Messages\" (cavage, revision 12) over \
                `(request-target)`, `(created)`, `digest` and `x-client-transaction-id`, in this order, as in \
                `keyId=\"client-secret\",algorithm=\"hs2019\",created=1597424400,headers=\"(request-target) (created) \
                digest x-client-transaction-id\",signature=\"...\"`. The recipe is published for another product; that \
                it holds here is inferred. `created` may be at most 300 s old and 30 s ahead, and an \
                `X-Client-Transaction-ID` is accepted once within that time (both proposed by Satang).",
        },
        "clientBasic": {
            "type": "http",
            "scheme": "basic",
            "description": "The partner's id and secret (RFC 6749, 2.3.1).",
        },
    })
    .into()
}

fn parameters() -> Json {
    json!({
        "ClientTransactionId": {
            "name": "X-Client-Transaction-ID",
            "in": "header",
            "required": true,
            "description": "The caller's identifier of this attempt: a new UUID (version 4) each time. Published.",
            "schema": { "type": "string", "format": "uuid" },
            "example": "11111111-2222-4333-8444-555555555555",
        },
        "ClientTransactionDateTime": {
            "name": "X-Client-Transaction-DateTime",
            "in": "header",
            "required": false,
            "description": "The caller's clock (RFC 3339). Published for an older family of products; read here when present.",
            "schema": { "type": "string", "format": "date-time" },
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
    })
    .into()
}

/// Name, description, and the code and messages of the example of each error answer.
const ERRORS: [(&str, &str, &str, &str, &str); 7] = [
    (
        "Invalid",
        "The request breaks the contract, or its digest is not the body's: each violation is named.",
        "SBX-4002",
        "/creditorAccountNumber: a required member (missing)",
        "ข้อมูลที่ส่งมาไม่ถูกต้อง",
    ),
    (
        "Unauthorized",
        "The access token or the signature is missing, wrong or stale.",
        "SBX-4012",
        "the signature is wrong",
        "ลายเซ็นไม่ถูกต้อง",
    ),
    ("NotFound", "No such thing, or not this partner's.", "SBX-4041", "no such payment", "ไม่พบรายการ"),
    (
        "Conflict",
        "The identifier is taken by another request, or the state does not allow it.",
        "SBX-4091",
        "another request has this transactionIdentification",
        "เลขที่รายการนี้ถูกใช้แล้ว",
    ),
    (
        "TooLarge",
        "The body is larger than 64 KiB (proposed by Satang).",
        "SBX-4131",
        "the body is too large",
        "ข้อมูลมีขนาดใหญ่เกินไป",
    ),
    (
        "TooManyRequests",
        "Too many requests: nothing was done, ask again later.",
        "SBX-4291",
        "too many requests",
        "มีคำขอมากเกินไป",
    ),
    (
        "Internal",
        "The server failed: for a payment, the outcome is unknown.",
        "SBX-5001",
        "internal error",
        "เกิดข้อผิดพลาดภายในระบบ",
    ),
];

fn responses() -> Json {
    let mut all: Vec<(&str, Json)> = Vec::new();
    for (name, description, code, message, message_th) in ERRORS {
        let mut example = ErrorEnvelope::example();
        example.error.code = code.into();
        example.error.message = message.into();
        example.error.message_th = message_th.into();
        if name != "Invalid" {
            example.error.violations.clear();
        }
        let mut response = Json::object([
            ("description", description.into()),
            (
                "content",
                error_content("ErrorEnvelope", &serde_json::to_string(&example).expect("it can be written")),
            ),
        ]);
        if name == "TooManyRequests" {
            let header = json!({ "Retry-After": { "description": "Seconds to wait.", "required": true,
                "schema": { "type": "integer", "minimum": 0 } } });
            response.set("headers", header.into());
        }
        all.push((name, response));
    }
    let tokens = [
        ("TokenRequestInvalid", "The request breaks the contract (RFC 6749, 5.2).", "invalid_request"),
        (
            "TokenClientUnknown",
            "The partner is unknown or its secret is wrong (RFC 6749, 5.2).",
            "invalid_client",
        ),
        ("TokenUnavailable", "No token can be had at the moment.", "temporarily_unavailable"),
    ];
    for (name, description, error) in tokens {
        let example = AccessTokenError { error: error.into(), ..AccessTokenError::example() };
        let content =
            error_content("AccessTokenError", &serde_json::to_string(&example).expect("it can be written"));
        all.push((name, Json::object([("description", description.into()), ("content", content)])));
    }
    Json::object(all)
}

fn error_content(schema: &str, example: &str) -> Json {
    let media = Json::object([
        ("schema", json!({ "$ref": format!("#/components/schemas/{schema}") }).into()),
        ("example", Json::parse(example).expect("an example is JSON")),
    ]);
    Json::object([("application/json", media)])
}
