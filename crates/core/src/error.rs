//! The one error of every call.

use bytes::Bytes;
use http::{HeaderMap, Response, StatusCode, header::RETRY_AFTER};
use satang_schema::revenue_department::{CodeClass, ResponseCode};
use satang_validation::{Violation, Violations};
use serde_json::Value;
use std::{error::Error as StdError, fmt, sync::Arc, time::Duration};

/// Why a call has no result.
///
/// What to do next depends on [`sent`](Error::sent) more than on anything else:
///
/// | `sent()` | what is known | for a call that moves money |
/// | --- | --- | --- |
/// | [`Sent::No`] | the provider never saw the request | send it again at will |
/// | [`Sent::Maybe`] | nobody knows | ask with an inquiry; never send it again blindly |
/// | [`Sent::Yes`] | the provider answered | read [`code`](Error::code) and [`status`](Error::status) |
///
/// `Display` is one line for people and does not repeat the source; `Debug` shows no body and no header.
#[derive(Clone)]
pub struct Error(Box<Inner>);

#[derive(Clone)]
struct Inner {
    kind: Kind,
    sent: Sent,
    message: String,
    status: Option<StatusCode>,
    code: Option<String>,
    explanation: Option<String>,
    request_id: Option<String>,
    retry_after: Option<Duration>,
    violations: Vec<Violation>,
    source: Option<Arc<dyn StdError + Send + Sync>>,
}

/// What went wrong.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Kind {
    /// The request breaks the contract; nothing was sent. See [`Error::violations`].
    Invalid,
    /// The transport is not set up for this call, for example without a signature key.
    Configuration,
    /// No connection could be made.
    Connect,
    /// The connection broke before the whole answer was here.
    Interrupted,
    /// The deadline passed.
    Timeout,
    /// The provider answered with an error.
    Refused,
    /// The provider answered something that the contract does not allow.
    Unreadable,
}

/// Did the request leave this machine?
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Sent {
    /// No: the provider cannot have acted on it.
    No,
    /// Nobody knows.
    Maybe,
    /// Yes: the provider answered.
    Yes,
}

impl Error {
    /// An error of `kind`, with a line for people.
    ///
    /// `message` must not hold secrets or account numbers.
    pub fn new(kind: Kind, sent: Sent, message: impl Into<String>) -> Self {
        Self(Box::new(Inner {
            kind,
            sent,
            message: message.into(),
            status: None,
            code: None,
            explanation: None,
            request_id: None,
            retry_after: None,
            violations: Vec::new(),
            source: None,
        }))
    }

    /// The request breaks the contract: nothing was sent.
    #[must_use]
    pub fn invalid(violations: Violations) -> Self {
        let mut error = Self::new(Kind::Invalid, Sent::No, format!("the request is not valid: {violations}"));
        error.0.violations = violations.into_vec();
        error
    }

    /// Keeps what caused this error.
    #[must_use]
    pub fn with_source(mut self, source: impl Into<Box<dyn StdError + Send + Sync>>) -> Self {
        self.0.source = Some(source.into().into());
        self
    }

    /// Corrects what is known of the request, as when an error is about another one that had to come first.
    #[must_use]
    pub fn with_sent(mut self, sent: Sent) -> Self {
        self.0.sent = sent;
        self
    }

    /// Reads a provider's error answer. Whatever it holds, this gives an error: the error envelope first,
    /// then the pair of RFC 6749, then problem details (RFC 9457) with a `code`, then the Revenue Department's
    /// response code, then the code of the slip hub, otherwise the status alone.
    #[must_use]
    pub fn from_response(response: &Response<Bytes>) -> Self {
        let status = response.status();
        let mut error = Self::new(Kind::Refused, Sent::Yes, format!("the provider answered {status}"));
        error.0.status = Some(status);
        error.0.retry_after = retry_after(response.headers());
        let body = serde_json::from_slice::<Value>(response.body()).unwrap_or_default();
        let text = |pointer| body.pointer(pointer).and_then(Value::as_str).map(short);
        // A code is text that may look like a number, and a server may forget the quotes.
        let number = body.pointer("/error/code").and_then(Value::as_i64).map(|code| code.to_string());
        let codes = ["/error", "/code", "/eInstrument/responseCode", "/responseCode", "/status/code"];
        error.0.code = text("/error/code").or(number).or_else(|| codes.into_iter().find_map(text));
        let explanations = [
            "/error/message",
            "/error_description",
            "/detail",
            "/title",
            "/eInstrument/responsMessage",
            "/responseMessage",
            "/status/message",
        ];
        error.0.explanation = explanations.into_iter().find_map(text);
        error.0.request_id = text("/error/serverTransactionID").or_else(|| text("/instance"));
        let violations = ["/error/violations", "/errors", "/eInstrument/violations", "/violations"];
        let violations = violations.into_iter().find_map(|place| body.pointer(place)).cloned();
        error.0.violations =
            violations.and_then(|list| serde_json::from_value(list).ok()).unwrap_or_default();
        if let Some(code) = &error.0.code {
            let explanation = line(error.0.explanation.as_deref().unwrap_or_default());
            error.0.message = format!("the provider answered {status}, {}: {explanation}", line(code));
        }
        error
    }

    /// An answer of success that could not be read: the provider may well have acted.
    #[must_use]
    pub fn unreadable(status: StatusCode, violations: Violations) -> Self {
        let message = format!("the provider answered {status}, but the body is not as agreed: {violations}");
        let mut error = Self::new(Kind::Unreadable, Sent::Yes, message);
        error.0.status = Some(status);
        error.0.violations = violations.into_vec();
        error
    }

    /// What went wrong.
    #[must_use]
    pub fn kind(&self) -> Kind {
        self.0.kind
    }

    /// Did the request leave this machine?
    #[must_use]
    pub fn sent(&self) -> Sent {
        self.0.sent
    }

    /// The provider's error code, as it came: `SBX-4041`, `-200`, `invalid_client`.
    #[must_use]
    pub fn code(&self) -> Option<&str> {
        self.0.code.as_deref()
    }

    /// The provider's explanation of its code, in its words: a stranger's text, which may hold anything.
    #[must_use]
    pub fn explanation(&self) -> Option<&str> {
        self.0.explanation.as_deref()
    }

    /// The HTTP status of the answer.
    #[must_use]
    pub fn status(&self) -> Option<StatusCode> {
        self.0.status
    }

    /// The provider's own identifier of the request, to quote when asking for help.
    #[must_use]
    pub fn request_id(&self) -> Option<&str> {
        self.0.request_id.as_deref()
    }

    /// How long the provider asked to wait (`Retry-After` in seconds).
    #[must_use]
    pub fn retry_after(&self) -> Option<Duration> {
        self.0.retry_after
    }

    /// Each broken rule, when the request or the answer was not valid.
    #[must_use]
    pub fn violations(&self) -> &[Violation] {
        &self.0.violations
    }

    /// True when the cause may pass, so that asking again later makes sense. For a call with an effect,
    /// look at [`sent`](Error::sent) before doing so.
    #[must_use]
    pub fn is_retryable(&self) -> bool {
        match self.0.kind {
            Kind::Connect | Kind::Interrupted | Kind::Timeout => true,
            Kind::Refused => {
                self.0.status.is_some_and(|s| s.is_server_error() || s.as_u16() == 429) || self.is_transient()
            }
            Kind::Invalid | Kind::Configuration | Kind::Unreadable => false,
        }
    }

    /// The Revenue Department documents no HTTP status: its codes alone say that something is away for now.
    fn is_transient(&self) -> bool {
        let code = self.code().and_then(|code| code.parse::<ResponseCode>().ok());
        code.is_some_and(|code| code.class() == CodeClass::Transient)
    }
}

/// A stranger's text, cut to what may be kept.
fn short(text: &str) -> String {
    text.chars().take(500).collect()
}

/// A stranger's text, fit for a line of our own: without control characters, and without long numbers, which may be
/// somebody's account.
fn line(text: &str) -> String {
    let digits = text.bytes().filter(u8::is_ascii_digit).count();
    let shown = |c: char| match c {
        c if c.is_control() => ' ',
        c if digits >= 6 && c.is_ascii_digit() => '*',
        c => c,
    };
    text.chars().map(shown).collect()
}

/// How long an answer asks to wait: `Retry-After` in seconds. Its other form, a date, is not read.
#[must_use]
pub fn retry_after(headers: &HeaderMap) -> Option<Duration> {
    let seconds = headers.get(RETRY_AFTER)?.to_str().ok()?.trim().parse().ok()?;
    Some(Duration::from_secs(seconds))
}

impl fmt::Display for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0.message)
    }
}

impl fmt::Debug for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Inner { kind, sent, message, status, code, request_id, source, .. } = &*self.0;
        f.debug_struct("Error")
            .field("kind", kind)
            .field("sent", sent)
            .field("message", message)
            .field("status", status)
            .field("code", code)
            .field("request_id", request_id)
            .field("source", source)
            .finish_non_exhaustive()
    }
}

impl StdError for Error {
    fn source(&self) -> Option<&(dyn StdError + 'static)> {
        self.0.source.as_deref().map(|source| source as _)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(status: u16, body: &str, code: Option<&str>, message: &str) {
        let response = Response::builder().status(status).body(Bytes::from(body.to_owned())).unwrap();
        let error = Error::from_response(&response);
        assert_eq!((error.code(), error.to_string().as_str()), (code, message), "{body}");
        assert_eq!((error.kind(), error.sent()), (Kind::Refused, Sent::Yes));
    }

    #[test]
    fn every_error_answer_gives_an_error() {
        check(
            400,
            r#"{"error": {"code": "-200", "message": "no back end"}}"#,
            Some("-200"),
            "the provider answered 400 Bad Request, -200: no back end",
        );
        check(
            401,
            r#"{"error": "invalid_client", "error_description": "unknown"}"#,
            Some("invalid_client"),
            "the provider answered 401 Unauthorized, invalid_client: unknown",
        );
        check(
            409,
            r#"{"type": "urn:x", "title": "no", "status": 409, "detail": "the clock is moved", "code": "SBX-4092"}"#,
            Some("SBX-4092"),
            "the provider answered 409 Conflict, SBX-4092: the clock is moved",
        );
        let forgotten = r#"{"error": {"code": 55, "message": "no"}}"#;
        check(400, forgotten, Some("55"), "the provider answered 400 Bad Request, 55: no");
        for body in ["", "<html>", "[]", r#"{"error": 7}"#, r#"{"error": {"code": [55]}}"#] {
            check(502, body, None, "the provider answered 502 Bad Gateway");
        }
    }

    #[test]
    fn a_strangers_text_does_no_harm() {
        check(
            400,
            r#"{"error": {"code": "AC01", "message": "bad account 7770011555\n\u001b[31m"}}"#,
            Some("AC01"),
            "the provider answered 400 Bad Request, AC01: bad account **********  [**m",
        );
        let long = format!(r#"{{"error": {{"code": "X", "message": "{}"}}}}"#, "y".repeat(10_000));
        let response = Response::builder().status(400).body(Bytes::from(long)).unwrap();
        assert_eq!(Error::from_response(&response).explanation().unwrap().len(), 500);
    }
}
