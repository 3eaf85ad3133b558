//! How refusals are written.

use crate::{
    operation::Envelope,
    server::{Page, Reason, Refusal, json_page},
};
use http::{HeaderValue, StatusCode, header};
use jiff::Timestamp;
use satang_schema::{
    DateTime, Problem, TransactionId,
    krungsri::{AccessTokenError, ErrorDetail, ErrorEnvelope, SandboxError},
    revenue_department::{LoginError, ResponseCode, RevenueError, RevenueErrorBody},
};
use satang_validation::{Code, Violation, Violations};

/// The two identifiers of an attempt.
pub(crate) struct Ids {
    pub(crate) client: TransactionId,
    pub(crate) server: TransactionId,
}

impl Envelope {
    /// The refusal of a request that breaks the contract: by its first kind of violation, the kinds in the order in
    /// which a caller would mend them.
    pub(crate) fn invalid(self, violations: &Violations) -> Refusal {
        let list = violations.as_slice();
        let has = |code| list.iter().any(|violation| violation.code == code);
        if self == Self::OAuth {
            let is_grant = |v: &Violation| v.code == Code::Malformed && v.pointer.as_str() == "/grant_type";
            let code = if list.iter().any(is_grant) { "unsupported_grant_type" } else { "invalid_request" };
            return Refusal::new(StatusCode::BAD_REQUEST, code, "", "-");
        }
        Refusal::of(match () {
            () if has(Code::Syntax) => &SandboxError::NOT_JSON,
            () if has(Code::Missing) => &SandboxError::MISSING,
            () if list.iter().all(|violation| violation.code == Code::Inconsistent) => {
                &SandboxError::INCONSISTENT
            }
            () => &SandboxError::MALFORMED,
        })
    }

    /// Writes a refusal.
    pub(crate) fn write(self, refusal: &Refusal, ids: &Ids, now: Timestamp) -> Page {
        let reason = refusal.reason();
        let body = match self {
            Self::Krungsri => serde_json::to_vec(&ErrorEnvelope {
                error: ErrorDetail {
                    code: reason.code.clone().into_owned(),
                    message: reason.message.clone(),
                    message_th: reason.message_th.clone().into_owned(),
                    server_date_time: DateTime::in_bangkok(now),
                    client_transaction_id: ids.client,
                    server_transaction_id: ids.server,
                    violations: reason.violations.clone(),
                },
            }),
            Self::OAuth => serde_json::to_vec(&AccessTokenError {
                error: oauth_code(&reason.code).to_owned(),
                error_description: Some(reason.message.clone()),
            }),
            Self::Problem => serde_json::to_vec(&problem(reason, ids)),
            Self::RevenueDepartment => {
                let e_instrument = revenue(reason, |response_code, respons_message, violations| {
                    RevenueErrorBody { response_code, respons_message, violations }
                });
                serde_json::to_vec(&RevenueError { e_instrument })
            }
            Self::RevenueDepartmentLogin => {
                serde_json::to_vec(&revenue(reason, |response_code, response_message, violations| {
                    LoginError { response_code, response_message, violations }
                }))
            }
            // The codes of the hub belong to a product; the shape does not.
            Self::Hub => serde_json::to_vec(&serde_json::json!({
                "status": { "code": hub_code(&reason.code), "message": reason.message },
            })),
        };
        // No envelope holds anything that JSON cannot.
        let mut page = json_page(reason.status, body.unwrap_or_default());
        if self == Self::Problem {
            let media_type = HeaderValue::from_static("application/problem+json");
            page.headers_mut().insert(header::CONTENT_TYPE, media_type);
        }
        page.headers_mut().extend(reason.headers.clone());
        page
    }
}

/// Problem details. The title belongs to the code: "It SHOULD NOT change from occurrence to occurrence" (RFC 9457, 3.1.3).
fn problem(reason: &Reason, ids: &Ids) -> Problem {
    let known = SandboxError::ALL.iter().find(|error| error.code == reason.code);
    let title = known.map(|error| error.message).or(reason.status.canonical_reason()).unwrap_or("error");
    Problem {
        problem_type: format!("urn:satang:problem:{}", reason.code),
        title: title.to_owned(),
        status: reason.status.as_u16(),
        detail: reason.message.clone(),
        instance: format!("urn:uuid:{}", ids.server),
        code: reason.code.clone().into_owned(),
        errors: reason.violations.clone(),
    }
}

/// The Department's code for what the router refuses, in words of the Department's language.
fn revenue<T>(reason: &Reason, write: impl FnOnce(ResponseCode, String, Vec<Violation>) -> T) -> T {
    let code = match &*reason.code {
        "SBX-4001" | "SBX-4003" | "SBX-4004" | "SBX-4005" => ResponseCode::InvalidData,
        "SBX-4002" => ResponseCode::MissingData,
        other if other.starts_with("SBX-") => ResponseCode::Failed,
        // Codes are short.
        other => other.parse().unwrap_or(ResponseCode::Failed),
    };
    let words = code.thai().to_owned();
    write(code, words, reason.violations.clone())
}

/// The hub's code for what the router refuses: the request is wrong, or the hub failed.
fn hub_code(code: &str) -> &str {
    match code {
        "SBX-4291" => "6500",
        other if other.starts_with("SBX-4") => "6400",
        other if other.starts_with("SBX-") => "6500",
        other => other,
    }
}

/// RFC 6749 has a code for each mistake of a caller; what else can go wrong borrows those of its section 4.1.2.1.
fn oauth_code(code: &str) -> &str {
    match code {
        "SBX-4291" => "temporarily_unavailable",
        "SBX-5001" | "SBX-5011" | "SBX-5041" => "server_error",
        other if other.starts_with("SBX-") => "invalid_request",
        other => other,
    }
}
