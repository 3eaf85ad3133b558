//! How refusals are written.

use crate::{
    operation::Envelope,
    server::{Page, Refusal, json_page},
};
use http::HeaderMap;
use jiff::Timestamp;
use satang_schema::{
    DateTime, TransactionId,
    krungsri::{AccessTokenError, ErrorDetail, ErrorEnvelope},
};
use satang_validation::{Code, Violations};
use uuid::Uuid;

/// What an error answer repeats of the request.
pub(crate) struct Echo {
    client_transaction_id: TransactionId,
}

impl Echo {
    pub(crate) fn new(headers: &HeaderMap) -> Self {
        let id = headers.get("x-client-transaction-id").and_then(|value| value.to_str().ok()?.parse().ok());
        Self { client_transaction_id: id.unwrap_or(TransactionId(Uuid::nil())) }
    }
}

impl Envelope {
    /// The code of a request that breaks the contract: that of its first kind of violation, the kinds in the
    /// order in which a caller would mend them.
    pub(crate) fn code_of(self, violations: &Violations) -> &'static str {
        if self == Self::OAuth {
            let grant = |pointer: &str| pointer == "/grant_type";
            let list = violations.as_slice();
            let unsupported = list.iter().any(|v| v.code == Code::Malformed && grant(v.pointer.as_str()));
            return if unsupported { "unsupported_grant_type" } else { "invalid_request" };
        }
        let has = |code| violations.as_slice().iter().any(|violation| violation.code == code);
        match () {
            () if has(Code::Syntax) => "SBX-4001",
            () if has(Code::Missing) => "SBX-4002",
            () if violations.as_slice().iter().all(|v| v.code == Code::Inconsistent) => "SBX-4004",
            () => "SBX-4003",
        }
    }

    /// Writes a refusal.
    pub(crate) fn write(self, refusal: &Refusal, echo: &Echo, now: Timestamp, server_id: Uuid) -> Page {
        let reason = refusal.reason();
        let body = match self {
            Self::Krungsri => serde_json::to_vec(&ErrorEnvelope {
                error: ErrorDetail {
                    code: reason.code.clone().into_owned(),
                    message: reason.message.clone(),
                    message_th: reason.message_th.clone().into_owned(),
                    server_date_time: DateTime::in_bangkok(now),
                    client_transaction_id: echo.client_transaction_id,
                    server_transaction_id: TransactionId(server_id),
                    violations: reason.violations.clone(),
                },
            }),
            Self::OAuth => serde_json::to_vec(&AccessTokenError {
                error: oauth_code(&reason.code).to_owned(),
                error_description: Some(reason.message.clone()),
            }),
        };
        // Neither envelope holds anything that JSON cannot.
        let mut page = json_page(reason.status, body.unwrap_or_default());
        page.headers_mut().extend(reason.headers.clone());
        page
    }
}

/// RFC 6749 has a code for each mistake of a caller; what else can go wrong borrows those of its section 4.1.2.1.
fn oauth_code(code: &str) -> &str {
    match code {
        "SBX-4291" => "temporarily_unavailable",
        "SBX-5001" | "SBX-5011" => "server_error",
        other if other.starts_with("SBX-") => "invalid_request",
        other => other,
    }
}
