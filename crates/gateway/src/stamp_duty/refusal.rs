//! Refusals in the Department's codes.
//!
//! No HTTP status is published. Proposed by Satang: 401 when it matters who calls, 400 when the request breaks the contract,
//! and otherwise 200, since the code decides.

use http::StatusCode;
use satang_core::Refusal;
use satang_schema::stamp_duty::{CodeClass, ResponseCode};
use satang_validation::{Pointer, Rule, Violations};

/// Refuses a call with this code.
pub(super) fn refuse(code: &ResponseCode) -> Refusal {
    let status = match (code, code.class()) {
        (ResponseCode::InvalidNonce | ResponseCode::InvalidNonceFormat, _) => StatusCode::BAD_REQUEST,
        (_, CodeClass::Denied | CodeClass::LogIn) => StatusCode::UNAUTHORIZED,
        (_, CodeClass::Invalid | CodeClass::Signature) => StatusCode::BAD_REQUEST,
        _ => StatusCode::OK,
    };
    Refusal::new(status, code.as_str().to_owned(), code.english(), code.thai())
}

/// The same, for one thing that is wrong.
pub(super) fn refuse_at(code: &ResponseCode, place: Pointer, rule: Rule) -> Refusal {
    let mut violations = Violations::new();
    violations.add(place, rule);
    refuse_all(code, violations)
}

/// The same, for all that is wrong.
pub(super) fn refuse_all(code: &ResponseCode, violations: Violations) -> Refusal {
    refuse(code).saying(violations.to_string()).with_violations(violations)
}

/// Where the form is.
pub(super) fn rd_form() -> Pointer {
    Pointer::root().member("eInstrument").member("rdForm")
}
