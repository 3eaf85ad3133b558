//! The refusals of the token endpoint.

use super::{Case, Refusal};

/// In the envelope of the token endpoint (RFC 6749, 5.2).
pub(super) const TOKEN_ENDPOINT: &[Refusal] = &[
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
