//! The signatures of answers.

use crate::json::Json;
use satang_schema::contract::{Row, Security};
use serde_json::json;

const DETACHED: &str = "^[A-Za-z0-9_-]+\\.\\.[A-Za-z0-9_-]+$";

/// The headers of a signed answer.
pub(super) fn of(row: &Row) -> Json {
    let header = |description: &str, required: bool| {
        json!({ "description": description, "required": required,
            "schema": { "type": "string", "pattern": DETACHED } })
    };
    let issuer = header(
        "The issuer's detached JWS over the value of `data` as it is; with `0000` only. Proposed by Satang.",
        false,
    );
    if row.security.contains(&Security::Hub) {
        return json!({ "X-Issuer-Signature": issuer }).into();
    }
    json!({
        "X-Request-Id": {
            "description": "That of the request. Proposed by Satang.",
            "required": true,
            "schema": { "type": "string" },
        },
        "X-Signature": header("The hub's detached JWS over the body as it is. Proposed by Satang.", true),
        "X-Issuer-Signature": issuer,
    })
    .into()
}
