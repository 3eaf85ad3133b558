//! How callers prove who they are.

use crate::json::Json;
use satang_schema::contract::{Product, Security};
use serde_json::json;

/// What an operation demands.
pub(super) fn of(needed: &[Security]) -> Json {
    let schemes: serde_json::Map<_, _> = needed
        .iter()
        .flat_map(|one| match one {
            Security::Bearer => &["accessToken"][..],
            Security::Signed => &["signature"],
            Security::Client => &["clientBasic"],
            Security::Admin => &["adminKey"],
            Security::AuthToken => &["authToken"],
            Security::MerchantKey => &["merchantKey"],
            Security::Member => &["memberToken", "apiKey", "apiSecret"],
            Security::Hub => &["hubToken"],
            // Its schema tells what is in the body.
            Security::Password => &[],
        })
        .map(|name| ((*name).to_owned(), json!([])))
        .collect();
    match needed {
        [] | [Security::Password] => json!([]),
        // Or in the form.
        [Security::Client] => json!([schemes, {}]),
        _ => json!([schemes]),
    }
    .into()
}

/// The schemes that a product needs, by name.
pub(super) fn components(product: &Product) -> Json {
    let rows = || product.operations.iter().chain(&product.callbacks);
    let needed: Vec<Json> = rows().flat_map(|row| of(row.security).items().to_vec()).collect();
    let mut all = Json::from(json!({
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
        "authToken": {
            "type": "apiKey",
            "in": "header",
            "name": "X-auth-token",
            "description": "`tokenId` of the login. Published.",
        },
        "merchantKey": {
            "type": "http",
            "scheme": "bearer",
            "description": "The key that the service bank gave to the merchant. Proposed by Satang.",
        },
        "memberToken": {
            "type": "http",
            "scheme": "bearer",
            "bearerFormat": "JWT",
            "description": "The member's token for this one question. Proposed by Satang.",
        },
        "apiKey": {
            "type": "apiKey",
            "in": "header",
            "name": "API-Key",
            "description": "The member's key. The name is public; a hub may do without where certificates tell members apart.",
        },
        "apiSecret": {
            "type": "apiKey",
            "in": "header",
            "name": "API-Secret",
            "description": "The secret of the key. The name is public.",
        },
        "hubToken": {
            "type": "http",
            "scheme": "bearer",
            "bearerFormat": "JWT",
            "description": "The hub's token for this one question. Proposed by Satang.",
        },
        "adminKey": {
            "type": "http",
            "scheme": "bearer",
            "description": "The operator's key, as it was given to the gateway.",
        },
    }));
    if let Json::Object(members) = &mut all {
        members.retain(|(name, _)| needed.iter().any(|scheme| scheme.get(name).is_some()));
    }
    all
}
