//! Refusals as problem details.

use super::{Refusal, case, invalid};
use satang_schema::krungsri::SandboxError;

/// As problem details.
pub(super) const PROBLEM: &[Refusal] = &[
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
