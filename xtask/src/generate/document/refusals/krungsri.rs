//! The refusals of the Krungsri gateway.

use super::{Refusal, case, invalid};
use satang_schema::krungsri::SandboxError;

/// In the bank's envelope.
pub(super) const ENVELOPE: &[Refusal] = &[
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
