//! Error answers: problem details (RFC 9457).

use crate::{Check, decode::list};
use satang_validation::Violation;
#[cfg(feature = "schema")]
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// An error answer: problem details (RFC 9457) with a code and the violations. Proposed by Satang.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(JsonSchema))]
pub struct Problem {
    /// Names the kind of problem: `urn:satang:problem:` and the code.
    #[serde(rename = "type")]
    pub problem_type: String,
    /// The kind of problem in words, always the same for a code.
    pub title: String,
    /// The HTTP status.
    pub status: u16,
    /// What went wrong this time.
    pub detail: String,
    /// The server's identifier of the request, to look for in its log: `urn:uuid:` and a UUID.
    pub instance: String,
    /// The code.
    pub code: String,
    /// Each broken rule, when the request was not valid.
    #[serde(default, deserialize_with = "list", skip_serializing_if = "Vec::is_empty")]
    #[cfg_attr(feature = "schema", schemars(with = "Vec<ProblemDetail>"))]
    pub errors: Vec<Violation>,
}

impl Check for Problem {}

/// One broken rule. Proposed by Satang.
#[cfg(feature = "schema")]
#[derive(JsonSchema)]
#[expect(dead_code, reason = "describes `Violation`, whose crate knows no schemas")]
struct ProblemDetail {
    /// Where, as a JSON pointer (RFC 6901); empty for the whole document.
    pointer: String,
    /// The kind of rule: `syntax`, `missing`, `unknown`, `duplicate`, `type`, `malformed`, `inconsistent` or
    /// `limit`.
    code: String,
    /// What would have been right. Never the refused value.
    detail: String,
}

#[cfg(feature = "schema")]
mod examples {
    use super::*;
    use crate::{contract::example, krungsri::SandboxError};
    use satang_validation::{Code, Pointer};

    example!(Problem {
        problem_type: "urn:satang:problem:SBX-4002".into(),
        title: SandboxError::MISSING.message.into(),
        status: 400,
        detail: "/duration: a required member (missing)".into(),
        instance: "urn:uuid:9a1d2f62-54a9-4a7f-8a1e-2f0c5f6d7e80".into(),
        code: SandboxError::MISSING.code.into(),
        errors: vec![Violation {
            pointer: Pointer::root().member("duration"),
            code: Code::Missing,
            detail: "a required member".into(),
        }],
    });
}
