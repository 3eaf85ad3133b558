//! The error answers: one component for each status of each envelope, with an example for each code.

use crate::json::Json;
use satang_schema::{
    contract::{Example, Row, Security},
    krungsri::ErrorEnvelope,
};
use serde_json::json;

/// The error answers of an operation: those of every one, and its own.
pub(super) fn of(row: &Row) -> Vec<(String, Json)> {
    let is_client = row.security.contains(&Security::Client);
    let mut statuses = vec![400, 413, 429, 500];
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
    error.set("message", case.message.into());
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

/// In the bank's envelope: the codes that `satang-core` and the gateway write.
const ENVELOPE: &[Refusal] = &[
    Refusal {
        status: 400,
        name: "Invalid",
        description: "The request breaks the contract, or its digest is not the body's: each violation is named.",
        cases: &[
            Case {
                code: "SBX-4001",
                summary: "Not JSON, or another media type",
                message: "expected Content-Type application/json (syntax)",
                message_th: INVALID_TH,
                violation: Some(["", "syntax", "expected Content-Type application/json"]),
            },
            Case {
                code: "SBX-4002",
                summary: "A required member is missing",
                message: "/creditorAccountNumber: a required member (missing)",
                message_th: INVALID_TH,
                violation: Some(["/creditorAccountNumber", "missing", "a required member"]),
            },
            Case {
                code: "SBX-4003",
                summary: "A member is malformed or unknown",
                message: "/creditorAccountNumber: expected 10 digits (malformed)",
                message_th: INVALID_TH,
                violation: Some(["/creditorAccountNumber", "malformed", "expected 10 digits"]),
            },
            Case {
                code: "SBX-4004",
                summary: "Members contradict each other",
                message: "/endCreateDateTime: must not be before startCreateDateTime (inconsistent)",
                message_th: INVALID_TH,
                violation: Some([
                    "/endCreateDateTime",
                    "inconsistent",
                    "must not be before startCreateDateTime",
                ]),
            },
            Case {
                code: "SBX-4005",
                summary: "A header is missing or malformed",
                message: "header X-Client-Transaction-ID: expected a UUID",
                message_th: "ส่วนหัวของคำขอไม่ถูกต้อง",
                violation: None,
            },
            Case {
                code: "SBX-4006",
                summary: "The body is not the one that was signed",
                message: "the Digest does not match the body",
                message_th: "ข้อมูลไม่ตรงกับค่า Digest",
                violation: None,
            },
        ],
    },
    Refusal {
        status: 401,
        name: "Unauthorized",
        description: "The access token or the signature is missing, wrong or stale.",
        cases: &[
            Case {
                code: "SBX-4011",
                summary: "Get a new access token",
                message: "the access token is missing, unknown or expired",
                message_th: "โทเค็นไม่ถูกต้องหรือหมดอายุ",
                violation: None,
            },
            Case {
                code: "SBX-4012",
                summary: "Sign again, or check the key",
                message: "the signature is wrong",
                message_th: "ลายเซ็นไม่ถูกต้อง",
                violation: None,
            },
        ],
    },
    Refusal {
        status: 404,
        name: "NotFound",
        description: "No such thing, or not this partner's.",
        cases: &[Case {
            code: "SBX-4041",
            summary: "Not known, or not known yet",
            message: "no such payment",
            message_th: "ไม่พบรายการ",
            violation: None,
        }],
    },
    Refusal {
        status: 409,
        name: "Conflict",
        description: "The identifier is taken by another request, or the state does not allow it.",
        cases: &[
            Case {
                code: "SBX-4091",
                summary: "Another request has the identifier",
                message: "another request has this transactionIdentification",
                message_th: "เลขที่รายการนี้ถูกใช้แล้ว",
                violation: None,
            },
            Case {
                code: "SBX-4092",
                summary: "Too late, or too early",
                message: "the token is cancelled already",
                message_th: "สถานะปัจจุบันไม่อนุญาตให้ทำรายการ",
                violation: None,
            },
        ],
    },
    Refusal {
        status: 413,
        name: "TooLarge",
        description: "The body is larger than 64 KiB (proposed by Satang).",
        cases: &[Case {
            code: "SBX-4131",
            summary: "Send less",
            message: "the body is larger than 65536 bytes",
            message_th: "ข้อมูลมีขนาดใหญ่เกินไป",
            violation: None,
        }],
    },
    Refusal {
        status: 429,
        name: "TooManyRequests",
        description: "Too many requests: nothing was done, ask again later.",
        cases: &[Case {
            code: "SBX-4291",
            summary: "Wait, then send the same again",
            message: "too many requests",
            message_th: "มีคำขอมากเกินไป",
            violation: None,
        }],
    },
    Refusal {
        status: 500,
        name: "Internal",
        description: "The server failed: for a payment, the outcome is unknown.",
        cases: &[Case {
            code: "SBX-5001",
            summary: "Ask what became of it",
            message: "internal error",
            message_th: "เกิดข้อผิดพลาดภายในระบบ",
            violation: None,
        }],
    },
];

const INVALID_TH: &str = "ข้อมูลที่ส่งมาไม่ถูกต้อง";

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
];

const fn oauth(code: &'static str, summary: &'static str, message: &'static str) -> Case {
    Case { code, summary, message, message_th: "", violation: None }
}
