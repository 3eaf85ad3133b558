//! What all services of the Revenue Department share: response codes, and how calls are refused.

mod code;

pub use code::{CodeClass, ResponseCode};

use crate::{Check, decode::list};
use satang_validation::Violation;
#[cfg(feature = "schema")]
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// A call that is refused. Published, apart from the violations.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(JsonSchema))]
#[serde(rename_all = "camelCase")]
pub struct RevenueError {
    /// The root. Published.
    pub e_instrument: RevenueErrorBody,
}

impl Check for RevenueError {}

/// Why a call is refused. Published, apart from the violations.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(JsonSchema))]
#[serde(rename_all = "camelCase")]
pub struct RevenueErrorBody {
    /// Why. Published.
    pub response_code: ResponseCode,
    /// The same for people. Published, and spelt so.
    pub respons_message: String,
    /// Each broken rule, when the request was not valid; what is wrong inside the form has its place behind
    /// `/eInstrument/rdForm`. Proposed by Satang; not published by the Department.
    #[serde(default, deserialize_with = "list", skip_serializing_if = "Vec::is_empty")]
    #[cfg_attr(feature = "schema", schemars(with = "Vec<BrokenRule>"))]
    pub violations: Vec<Violation>,
}

/// A login that is refused. Public, apart from the violations.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(JsonSchema))]
#[serde(rename_all = "camelCase")]
pub struct LoginError {
    /// Why. Public.
    pub response_code: ResponseCode,
    /// The same for people. Public.
    pub response_message: String,
    /// Each broken rule, when the request was not valid. Proposed by Satang; not published by the Department.
    #[serde(default, deserialize_with = "list", skip_serializing_if = "Vec::is_empty")]
    #[cfg_attr(feature = "schema", schemars(with = "Vec<BrokenRule>"))]
    pub violations: Vec<Violation>,
}

impl Check for LoginError {}

/// One broken rule. Proposed by Satang; not published by the Department.
#[cfg(feature = "schema")]
#[derive(JsonSchema)]
#[expect(dead_code, reason = "describes `Violation`, whose crate knows no schemas")]
struct BrokenRule {
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
    use crate::contract::example;
    use satang_validation::{Code, Pointer};

    example!(RevenueError {
        e_instrument: RevenueErrorBody {
            response_code: ResponseCode::MissingData,
            respons_message: ResponseCode::MissingData.thai().to_owned(),
            violations: vec![Violation {
                pointer: Pointer::root().member("eInstrument").member("rdForm"),
                code: Code::Missing,
                detail: "a required member".into(),
            }],
        },
    });
    example!(LoginError {
        response_code: ResponseCode::WrongCredentials,
        response_message: ResponseCode::WrongCredentials.thai().to_owned(),
        violations: Vec::new(),
    });
}
