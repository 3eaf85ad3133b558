//! The error answers: one component for each status of each envelope, with an example for each code.

use crate::json::Json;
use satang_schema::{
    contract::{Envelope, Example, Response, Row, Security},
    krungsri::{ErrorEnvelope, SandboxError},
    sandbox::Problem,
};
use serde_json::json;

/// The error answers of an operation: those of every one, and its own.
pub(super) fn of(envelope: Envelope, row: &Row) -> Vec<(String, Json)> {
    let is_client = row.security.contains(&Security::Client);
    let mut statuses = vec![400, 413, 429, 500, 501, 504];
    statuses.extend(row.errors);
    if !row.security.is_empty() {
        statuses.push(401);
    }
    statuses.sort_unstable();
    let is_page = matches!(row.response, Response::Page);
    let reference = |status: u16| {
        let refusals = match envelope {
            _ if is_client => TOKEN_ENDPOINT,
            Envelope::Krungsri => ENVELOPE,
            Envelope::Problem => PROBLEM,
        };
        let refusal = refusals.iter().find(|refusal| refusal.status == status);
        let name = refusal.unwrap_or_else(|| panic!("status {status} has no answer")).name;
        let name = if is_page && status == 400 { INVALID_PAGE } else { name };
        (status.to_string(), json!({ "$ref": format!("#/components/responses/{name}") }).into())
    };
    statuses.into_iter().map(reference).collect()
}

/// All error answers of a product, by name.
pub(super) fn components(of: Envelope) -> Json {
    let named = |refusals: &[Refusal], style: Style| -> Vec<(&str, Json)> {
        refusals.iter().map(|refusal| (refusal.name, refusal.response(style))).collect()
    };
    Json::object(match of {
        Envelope::Krungsri => {
            let page = vec![(INVALID_PAGE, invalid_page())];
            [named(ENVELOPE, Style::Krungsri), named(TOKEN_ENDPOINT, Style::OAuth), page].concat()
        }
        Envelope::Problem => named(PROBLEM, Style::Problem),
    })
}

/// How a refusal is written.
#[derive(Clone, Copy)]
enum Style {
    Krungsri,
    OAuth,
    Problem,
}

impl Style {
    fn schema(self) -> &'static str {
        match self {
            Self::Krungsri => "ErrorEnvelope",
            Self::OAuth => "AccessTokenError",
            Self::Problem => "Problem",
        }
    }

    fn media_type(self) -> &'static str {
        match self {
            Self::Krungsri | Self::OAuth => "application/json",
            Self::Problem => "application/problem+json",
        }
    }

    fn example(self, status: u16, case: &Case) -> Json {
        match self {
            Self::Krungsri => envelope(case),
            Self::OAuth => access_token_error(case),
            Self::Problem => problem(status, case),
        }
    }
}

/// The name of the answer to a browser that cannot be sent back to anybody.
const INVALID_PAGE: &str = "InvalidPage";

fn invalid_page() -> Json {
    let envelope = json!({ "schema": { "$ref": "#/components/schemas/ErrorEnvelope" } });
    json!({
        "description": "A page that says that the partner is unknown, or the address not its own (RFC 6749, 4.1.2.1). \
            A server without pages answers in the envelope.",
        "content": { "text/html": { "schema": { "type": "string" } }, "application/json": envelope },
    })
    .into()
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

    fn violation(&self) -> Option<Json> {
        let json = |[pointer, code, detail]: [&str; 3]| {
            json!({ "pointer": pointer, "code": code, "detail": detail }).into()
        };
        self.violation.map(json)
    }
}

impl Refusal {
    fn response(&self, style: Style) -> Json {
        let examples = self.cases.iter().map(|case| {
            (
                case.code,
                Json::object([("summary", case.summary.into()), ("value", style.example(self.status, case))]),
            )
        });
        let media = Json::object([
            ("schema", json!({ "$ref": format!("#/components/schemas/{}", style.schema()) }).into()),
            ("examples", Json::object(examples)),
        ]);
        let mut response = Json::object([("description", self.description.into())]);
        if let Some((name, header)) = self.header() {
            response.set("headers", Json::object([(name, header)]));
        }
        response.set("content", Json::object([(style.media_type(), media)]));
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
    match case.violation() {
        Some(violation) => error.set("violations", Json::Array(vec![violation])),
        None => error.remove("violations"),
    }
    Json::object([("error", error)])
}

fn access_token_error(case: &Case) -> Json {
    json!({ "error": case.code, "error_description": case.message }).into()
}

fn problem(status: u16, case: &Case) -> Json {
    let canonical = serde_json::to_string(&Problem::example()).expect("it can be written");
    let mut problem = Json::parse(&canonical).expect("it is JSON");
    problem.set("type", format!("urn:satang:problem:{}", case.code).into());
    problem.set("title", case.message.into());
    problem.set("status", Json::Literal(status.to_string()));
    problem.set("detail", case.words().into());
    problem.set("code", case.code.into());
    match case.violation() {
        Some(violation) => problem.set("errors", Json::Array(vec![violation])),
        None => problem.remove("errors"),
    }
    problem
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
    Refusal {
        status: 504,
        name: "TimeOut",
        description: "The request took too long and was given up: for a payment, the outcome is unknown (proposed by Satang).",
        cases: &[case(&SandboxError::TIME_OUT, "Ask what became of it")],
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
                "Only two grants are served",
                "/grant_type: expected one of client_credentials authorization_code (malformed)",
            ),
            oauth(
                "invalid_grant",
                "The code is unknown, used, too old or another's",
                "the code has been used; what was issued for it is revoked",
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
    Refusal {
        status: 504,
        name: "TokenTimeOut",
        description: "The request took too long. The code is borrowed from RFC 6749, 4.1.2.1 (proposed by Satang).",
        cases: &[oauth("server_error", "Ask again", "the request took too long; its outcome is unknown")],
    },
];

const fn oauth(code: &'static str, summary: &'static str, message: &'static str) -> Case {
    Case { code, summary, message, message_th: "", violation: None }
}

/// As problem details.
const PROBLEM: &[Refusal] = &[
    Refusal {
        status: 400,
        name: "Invalid",
        description: "The request breaks the contract: each violation is named.",
        cases: &[
            invalid(
                &SandboxError::NOT_JSON,
                "Not JSON, or another media type",
                ["", "syntax", "expected Content-Type application/json"],
            ),
            invalid(
                &SandboxError::MISSING,
                "A required member is missing",
                ["/duration", "missing", "a required member"],
            ),
            invalid(
                &SandboxError::MALFORMED,
                "A member is malformed or unknown",
                ["/limit", "malformed", "expected a whole number from 1 to 1000"],
            ),
            invalid(
                &SandboxError::INCONSISTENT,
                "Members contradict each other",
                ["/delayMilliseconds", "inconsistent", "required together with kind"],
            ),
        ],
    },
    Refusal {
        status: 401,
        name: "Unauthorized",
        description: "The admin key is missing or wrong.",
        cases: &[case(&SandboxError::ADMIN_KEY, "Send the key that the gateway was given")],
    },
    Refusal {
        status: 404,
        name: "NotFound",
        description: "No such thing.",
        cases: &[case(&SandboxError::NOT_FOUND, "Not known")],
    },
    Refusal {
        status: 409,
        name: "Conflict",
        description: "The identifier is taken, or the state does not allow it.",
        cases: &[
            case(&SandboxError::TAKEN, "The identifier is taken"),
            case(&SandboxError::STATE, "Too late, or too early"),
        ],
    },
    Refusal {
        status: 413,
        name: "TooLarge",
        description: "The body is larger than 64 KiB.",
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
        description: "The server failed: look into its log.",
        cases: &[case(&SandboxError::INTERNAL, "Look into the log")],
    },
    Refusal {
        status: 501,
        name: "NotImplemented",
        description: "This server does not offer the operation.",
        cases: &[case(&SandboxError::NOT_IMPLEMENTED, "Ask another server")],
    },
    Refusal {
        status: 504,
        name: "TimeOut",
        description: "The request took too long; what it has begun may go on.",
        cases: &[case(&SandboxError::TIME_OUT, "Ask what became of it")],
    },
];
