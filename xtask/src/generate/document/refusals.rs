//! The error answers: one component for each status of each envelope, with an example for each code.

use crate::json::Json;
use satang_schema::{
    contract::{Example, Row, Security},
    krungsri::{ErrorEnvelope, SandboxError},
};
use serde_json::json;

/// The error answers of an operation: those of every one, and its own.
pub(super) fn of(row: &Row) -> Vec<(String, Json)> {
    let is_client = row.security.contains(&Security::Client);
    let mut statuses = vec![400, 413, 429, 500, 501];
    statuses.extend(row.errors);
    if !row.security.is_empty() {
        statuses.push(401);
    }
    statuses.sort_unstable();
    let reference = |status: u16| {
        let refusals = if is_client { TOKEN_ENDPOINT } else { ENVELOPE };
        let refusal = refusals.iter().find(|refusal| refusal.status == status);
        let name = refusal.unwrap_or_else(|| panic!("status {status} has no answer")).name;
        (status.to_string(), json!({ "$ref": format!("#/components/responses/{name}") }).into())
    };
    statuses.into_iter().map(reference).collect()
}

/// All error answers, by name.
pub(super) fn components() -> Json {
    let envelopes =
        ENVELOPE.iter().map(|refusal| (refusal.name, refusal.response("ErrorEnvelope", envelope)));
    let tokens = TOKEN_ENDPOINT
        .iter()
        .map(|refusal| (refusal.name, refusal.response("AccessTokenError", access_token_error)));
    Json::object(envelopes.chain(tokens))
}

/// An error answer.
struct Refusal {
    status: u16,
    name: &'static str,
    description: &'static str,
    cases: &'static [Case],
}

/// One reason for it.
struct Case {
    code: &'static str,
    summary: &'static str,
    message: &'static str,
    message_th: &'static str,
    /// Pointer, code and detail of the one broken rule that the message tells of.
    violation: Option<[&'static str; 3]>,
}

impl Case {
    /// A broken rule is told in the message as well.
    fn words(&self) -> String {
        match self.violation {
            None => self.message.to_owned(),
            Some(["", code, detail]) => format!("(document): {detail} ({code})"),
            Some([pointer, code, detail]) => format!("{pointer}: {detail} ({code})"),
        }
    }
}

impl Refusal {
    fn response(&self, schema: &str, example: fn(&Case) -> Json) -> Json {
        let examples = self.cases.iter().map(|case| {
            (case.code, Json::object([("summary", case.summary.into()), ("value", example(case))]))
        });
        let media = Json::object([
            ("schema", json!({ "$ref": format!("#/components/schemas/{schema}") }).into()),
            ("examples", Json::object(examples)),
        ]);
        let mut response = Json::object([("description", self.description.into())]);
        if let Some((name, header)) = self.header() {
            response.set("headers", Json::object([(name, header)]));
        }
        response.set("content", Json::object([("application/json", media)]));
        response
    }

    /// What the status's own definition asks for (RFC 9110, 11.6.1 and RFC 6585, 4).
    fn header(&self) -> Option<(&'static str, Json)> {
        match self.status {
            401 => Some((
                "WWW-Authenticate",
                json!({ "description": "The scheme to authenticate with.",
                    "schema": { "type": "string" }, "example": "Bearer" })
                .into(),
            )),
            429 => Some((
                "Retry-After",
                json!({ "description": "Seconds to wait.", "required": true,
                    "schema": { "type": "integer", "minimum": 0 }, "example": 1 })
                .into(),
            )),
            _ => None,
        }
    }
}

/// The body of a refusal: the canonical one, with the words of this case.
fn envelope(case: &Case) -> Json {
    let canonical = serde_json::to_string(&ErrorEnvelope::example()).expect("it can be written");
    let canonical = Json::parse(&canonical).expect("it is JSON");
    let mut error = canonical.get("error").expect("an envelope holds an error").clone();
    error.set("code", case.code.into());
    error.set("message", case.words().into());
    error.set("messageTH", case.message_th.into());
    let violation = case
        .violation
        .map(|[pointer, code, detail]| json!({ "pointer": pointer, "code": code, "detail": detail }).into());
    match violation {
        Some(violation) => error.set("violations", Json::Array(vec![violation])),
        None => error.remove("violations"),
    }
    Json::object([("error", error)])
}

fn access_token_error(case: &Case) -> Json {
    json!({ "error": case.code, "error_description": case.message }).into()
}

/// In the bank's envelope.
const ENVELOPE: &[Refusal] = &[
    Refusal {
        status: 400,
        name: "Invalid",
        description: "The request breaks the contract, or its digest is not the body's: each violation is named.",
        cases: &[
            invalid(
                &SandboxError::NOT_JSON,
                "Not JSON, or another media type",
                ["", "syntax", "expected Content-Type application/json"],
            ),
            invalid(
                &SandboxError::MISSING,
                "A required member is missing",
                ["/creditorAccountNumber", "missing", "a required member"],
            ),
            invalid(
                &SandboxError::MALFORMED,
                "A member is malformed or unknown",
                ["/creditorAccountNumber", "malformed", "expected exactly 10 digits"],
            ),
            invalid(
                &SandboxError::INCONSISTENT,
                "Members contradict each other",
                ["/endCreateDateTime", "inconsistent", "must not be before startCreateDateTime"],
            ),
            case(&SandboxError::HEADER, "A header is missing or malformed"),
            case(&SandboxError::DIGEST, "The body is not the one that was signed"),
        ],
    },
    Refusal {
        status: 401,
        name: "Unauthorized",
        description: "The access token or the signature is missing, wrong or stale.",
        cases: &[
            case(&SandboxError::TOKEN, "Get a new access token"),
            case(&SandboxError::SIGNATURE, "Sign again, or check the key"),
        ],
    },
    Refusal {
        status: 403,
        name: "Forbidden",
        description: "The partner has agreed no such service with the bank.",
        cases: &[case(&SandboxError::NOT_ENTITLED, "Ask the bank to set it up")],
    },
    Refusal {
        status: 404,
        name: "NotFound",
        description: "No such thing, or not this partner's.",
        cases: &[case(&SandboxError::NOT_FOUND, "Not known, or not known yet")],
    },
    Refusal {
        status: 409,
        name: "Conflict",
        description: "The identifier is taken by another request, or the state does not allow it.",
        cases: &[
            case(&SandboxError::TAKEN, "Another request has the identifier"),
            case(&SandboxError::STATE, "Too late, or too early"),
        ],
    },
    Refusal {
        status: 413,
        name: "TooLarge",
        description: "The body is larger than 64 KiB (proposed by Satang).",
        cases: &[case(&SandboxError::TOO_LARGE, "Send less")],
    },
    Refusal {
        status: 429,
        name: "TooManyRequests",
        description: "Too many requests: nothing was done, ask again later.",
        cases: &[case(&SandboxError::BUSY, "Wait, then send the same again")],
    },
    Refusal {
        status: 500,
        name: "Internal",
        description: "The server failed: for a payment, the outcome is unknown.",
        cases: &[case(&SandboxError::INTERNAL, "Ask what became of it")],
    },
    Refusal {
        status: 501,
        name: "NotImplemented",
        description: "This server does not offer the operation (proposed by Satang).",
        cases: &[case(&SandboxError::NOT_IMPLEMENTED, "Ask another server")],
    },
];

const fn case(error: &'static SandboxError, summary: &'static str) -> Case {
    let SandboxError { code, message, message_th, .. } = *error;
    Case { code, summary, message, message_th, violation: None }
}

const fn invalid(error: &'static SandboxError, summary: &'static str, violation: [&'static str; 3]) -> Case {
    let SandboxError { code, message, message_th, .. } = *error;
    Case { code, summary, message, message_th, violation: Some(violation) }
}

/// In the envelope of the token endpoint (RFC 6749, 5.2).
const TOKEN_ENDPOINT: &[Refusal] = &[
    Refusal {
        status: 400,
        name: "TokenRequestInvalid",
        description: "The request breaks the contract (RFC 6749, 5.2).",
        cases: &[
            oauth(
                "invalid_request",
                "A parameter is missing, repeated or malformed",
                "/grant_type: a required member (missing)",
            ),
            oauth(
                "unsupported_grant_type",
                "Only client_credentials is served",
                "/grant_type: expected one of client_credentials (malformed)",
            ),
        ],
    },
    Refusal {
        status: 401,
        name: "TokenClientUnknown",
        description: "The partner is unknown or its secret is wrong (RFC 6749, 5.2).",
        cases: &[oauth(
            "invalid_client",
            "Check id and secret",
            "the client is unknown or its secret is wrong",
        )],
    },
    Refusal {
        status: 413,
        name: "TokenRequestTooLarge",
        description: "The body is larger than 64 KiB (proposed by Satang).",
        cases: &[oauth("invalid_request", "Send less", "the body is larger than 65536 bytes")],
    },
    Refusal {
        status: 429,
        name: "TokenTooManyRequests",
        description: "Too many requests: ask again later. The code is borrowed from RFC 6749, 4.1.2.1.",
        cases: &[oauth("temporarily_unavailable", "Wait, then send the same again", "too many requests")],
    },
    Refusal {
        status: 500,
        name: "TokenServerFailed",
        description: "The server failed. The code is borrowed from RFC 6749, 4.1.2.1.",
        cases: &[oauth("server_error", "Ask again", "internal error")],
    },
    Refusal {
        status: 501,
        name: "TokenNotImplemented",
        description: "This server issues no tokens. The code is borrowed from RFC 6749, 4.1.2.1.",
        cases: &[oauth("server_error", "Ask another server", "access_token is not implemented here")],
    },
];

const fn oauth(code: &'static str, summary: &'static str, message: &'static str) -> Case {
    Case { code, summary, message, message_th: "", violation: None }
}
