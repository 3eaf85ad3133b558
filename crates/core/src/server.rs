//! What every generated router does: find the operation, read the body, let the host decide who calls, then
//! read the request and hand it over. Refusals are written in the product's own envelope.

use crate::{
    Clock, Entropy,
    attempt::{Attempt, ServerTransactionId},
    operation::{Body, Envelope, Operation},
};
use bytes::Bytes;
use http::{HeaderMap, HeaderValue, Method, Request, Response, StatusCode, header, request::Parts};
use http_body_util::{BodyExt, Full, LengthLimitError, Limited};
use satang_schema::{Check, TransactionId, decode, decode_members, krungsri::SandboxError};
use satang_validation::{Code, Pointer, Rule, Violation, Violations};
use serde::{Serialize, de::DeserializeOwned};
use std::{
    borrow::Cow,
    convert::Infallible,
    error::Error as StdError,
    pin::Pin,
    sync::Arc,
    task::{Context, Poll},
    time::Duration,
};
use tower_service::Service;

/// A finished HTTP answer.
pub type Page = Response<Bytes>;

/// What a handler brings beside its operations: who may call, and (as [`Clock`] and [`Entropy`]) the time and
/// the identifiers that answers carry.
pub trait Host: Clock + Entropy + 'static {
    /// The caller as [`admit`](Host::admit) knows it; handed to the operation.
    type Caller: Send;

    /// Decides who calls, from headers and raw body, before anything of the body is read.
    ///
    /// # Errors
    /// [`Refusal`] of who may not.
    fn admit(&self, request: &Incoming) -> impl Future<Output = Result<Self::Caller, Refusal>> + Send;

    /// Takes note of an answer that is about to be sent: the place to write a log line. Does nothing unless written.
    fn answered(&self, answered: &Answered<'_>) {
        let _ = answered;
    }
}

/// An answer that is about to be sent. Holds nothing that a log must not.
#[derive(Debug)]
#[non_exhaustive]
pub struct Answered<'a> {
    /// The operation, when the path has one.
    pub operation: Option<&'static Operation>,
    /// The status.
    pub status: StatusCode,
    /// The code of a refusal.
    pub code: Option<&'a str>,
    /// The caller's identifier of the attempt, or the nil UUID.
    pub client_transaction_id: TransactionId,
    /// The server's identifier of the attempt, which a refusal tells the caller.
    pub server_transaction_id: TransactionId,
    /// How long it took, from the head of the request on.
    pub took: Duration,
}

/// A request as it arrived.
#[derive(Debug)]
#[non_exhaustive]
pub struct Incoming {
    /// The operation that it asks for.
    pub operation: &'static Operation,
    /// Its method, URI and headers.
    pub parts: Parts,
    /// Its body, byte for byte.
    pub body: Bytes,
}

impl Incoming {
    /// The text of a header, or `None` when it is absent, repeated or not visible ASCII.
    #[must_use]
    pub fn header(&self, name: &str) -> Option<&str> {
        let mut values = self.parts.headers.get_all(name).iter();
        let value = values.next()?.to_str().ok()?;
        values.next().is_none().then_some(value)
    }

    /// Reads the request.
    ///
    /// # Errors
    /// [`Refusal`] that names every violation.
    pub fn read<T: DeserializeOwned + Check>(&self) -> Result<T, Refusal> {
        let read = match self.operation.body {
            Body::Json => decode(&self.body),
            Body::Form => decode_members(form_urlencoded::parse(&self.body)),
            Body::Query => {
                decode_members(form_urlencoded::parse(self.parts.uri.query().unwrap_or_default().as_bytes()))
            }
        };
        read.map_err(|violations| Refusal::invalid(self.operation.envelope, violations))
    }
}

/// Why a request is refused. The router writes it in the product's envelope.
#[derive(Clone, Debug, PartialEq)]
pub struct Refusal(Box<Reason>);

#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Reason {
    pub(crate) status: StatusCode,
    pub(crate) code: Cow<'static, str>,
    pub(crate) message: String,
    pub(crate) message_th: Cow<'static, str>,
    pub(crate) violations: Vec<Violation>,
    pub(crate) headers: HeaderMap,
}

impl Refusal {
    /// A refusal with this status and code, explained in English and Thai. The explanation must not repeat
    /// secrets or account numbers.
    pub fn new(
        status: StatusCode,
        code: impl Into<Cow<'static, str>>,
        message: impl Into<String>,
        message_th: impl Into<Cow<'static, str>>,
    ) -> Self {
        let (code, message, message_th) = (code.into(), message.into(), message_th.into());
        Self(Box::new(Reason {
            status,
            code,
            message,
            message_th,
            violations: Vec::new(),
            headers: HeaderMap::new(),
        }))
    }

    /// A refusal with one of the sandbox's own codes.
    #[must_use]
    pub fn of(error: &SandboxError) -> Self {
        let status = StatusCode::from_u16(error.status).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
        Self::new(status, error.code, error.message, error.message_th)
    }

    /// The request breaks the contract (400).
    #[must_use]
    pub fn invalid(envelope: Envelope, violations: Violations) -> Self {
        let mut refusal = envelope.invalid(&violations).saying(violations.to_string());
        refusal.0.violations = violations.into_vec();
        refusal
    }

    /// A standard header is missing or malformed (400, `SBX-4005`).
    #[must_use]
    pub fn header(name: &str, expected: &str) -> Self {
        Self::of(&SandboxError::HEADER).saying(format!("header {name}: {expected}"))
    }

    /// There is no such thing, or it is not the caller's (404, `SBX-4041`).
    #[must_use]
    pub fn not_found(message: &str) -> Self {
        Self::of(&SandboxError::NOT_FOUND).saying(message)
    }

    /// No operation has this path (404, `SBX-4042`).
    #[must_use]
    pub fn unknown_path() -> Self {
        Self::of(&SandboxError::UNKNOWN_PATH)
    }

    /// The server failed (500, `SBX-5001`): the outcome is unknown. Why belongs into the log.
    #[must_use]
    pub fn internal() -> Self {
        Self::of(&SandboxError::INTERNAL)
    }

    /// Too much to do: nothing was done (429, `SBX-4291`).
    #[must_use]
    pub fn busy() -> Self {
        Self::of(&SandboxError::BUSY).with_header(header::RETRY_AFTER, HeaderValue::from_static("1"))
    }

    /// Names each broken rule.
    #[must_use]
    pub fn with_violations(mut self, violations: Violations) -> Self {
        self.0.violations = violations.into_vec();
        self
    }

    /// Says more precisely, in English, what went wrong.
    #[must_use]
    pub fn saying(mut self, message: impl Into<String>) -> Self {
        self.0.message = message.into();
        self
    }

    /// Sends this header along.
    #[must_use]
    pub fn with_header(mut self, name: header::HeaderName, value: HeaderValue) -> Self {
        self.0.headers.insert(name, value);
        self
    }

    /// The status.
    #[must_use]
    pub fn status(&self) -> StatusCode {
        self.0.status
    }

    /// What went wrong, in English.
    #[must_use]
    pub fn message(&self) -> &str {
        &self.0.message
    }

    /// The code.
    #[must_use]
    pub fn code(&self) -> &str {
        &self.0.code
    }

    pub(crate) fn reason(&self) -> &Reason {
        &self.0
    }

    fn method_not_allowed(allowed: &Method) -> Self {
        let refusal = Self::of(&SandboxError::METHOD);
        match HeaderValue::from_str(allowed.as_str()) {
            Ok(value) => refusal.with_header(header::ALLOW, value),
            Err(_) => refusal,
        }
    }

    fn too_large(limit: usize) -> Self {
        Self::of(&SandboxError::TOO_LARGE).saying(format!("the body is larger than {limit} bytes"))
    }
}

/// The operations of a handler: implemented by generated code only.
pub trait Routes: Send + Sync + 'static {
    /// The handler.
    type Host: Host;

    /// What it serves.
    const OPERATIONS: &'static [&'static Operation];

    /// How a path that no operation has is refused.
    const ENVELOPE: Envelope;

    /// The handler.
    fn host(&self) -> &Self::Host;

    /// Reads the request and calls the handler.
    ///
    /// # Errors
    /// [`Refusal`] of the request, by the reader or by the handler.
    fn dispatch(
        &self,
        caller: <Self::Host as Host>::Caller,
        request: Incoming,
    ) -> impl Future<Output = Result<Page, Refusal>> + Send;
}

/// Serves a handler: a `tower::Service` of any HTTP body, to be mounted in hyper, axum or a
/// [`Loopback`](crate::Loopback).
///
/// Unknown paths are 404, other methods 405 with `Allow`, bodies above the limit 413.
#[derive(Debug)]
pub struct Router<R> {
    routes: Arc<R>,
    body_limit: usize,
}

impl<R> Clone for Router<R> {
    fn clone(&self) -> Self {
        Self { routes: Arc::clone(&self.routes), body_limit: self.body_limit }
    }
}

impl<R: Routes> Router<R> {
    /// The largest body that is read, in bytes, unless told otherwise.
    pub const BODY_LIMIT: usize = 64 * 1024;

    /// A router of these routes.
    pub fn new(routes: R) -> Self {
        Self { routes: Arc::new(routes), body_limit: Self::BODY_LIMIT }
    }

    /// Reads bodies up to `bytes`.
    #[must_use]
    pub fn with_body_limit(mut self, bytes: usize) -> Self {
        self.body_limit = bytes;
        self
    }

    /// Answers a request: always with something, in the product's envelope when it is refused.
    pub async fn answer<B>(&self, request: Request<B>) -> Page
    where
        B: http_body::Body<Data: Send, Error: Into<Box<dyn StdError + Send + Sync>>> + Send,
    {
        let (parts, body) = request.into_parts();
        let attempt = Attempt::begin::<R>(&parts, self.routes.host());
        let outcome = match (attempt.operation, attempt.neighbour) {
            (Some(operation), _) => self.serve(operation, parts, body).await,
            (None, Some(other)) => Err(Refusal::method_not_allowed(&other.method)),
            (None, None) => Err(Refusal::unknown_path()),
        };
        attempt.end(self.routes.host(), outcome)
    }

    /// What to answer to the request with this head if [`answer`](Router::answer) takes too long and is dropped (504,
    /// `SBX-5041`). To be asked for before; both then speak of one attempt.
    pub fn late(&self, head: &mut Parts) -> impl FnOnce() -> Page + Send + use<R> {
        let routes = Arc::clone(&self.routes);
        head.extensions.get_or_insert_with(|| ServerTransactionId(TransactionId(routes.host().uuid())));
        let attempt = Attempt::begin::<R>(head, routes.host());
        move || attempt.end(routes.host(), Err(Refusal::of(&SandboxError::TIME_OUT)))
    }

    async fn serve<B>(&self, operation: &'static Operation, parts: Parts, body: B) -> Result<Page, Refusal>
    where
        B: http_body::Body<Data: Send, Error: Into<Box<dyn StdError + Send + Sync>>> + Send,
    {
        content_type(operation, &parts.headers)?;
        let body = read_body(body, self.body_limit).await?;
        let incoming = Incoming { operation, parts, body };
        let caller = self.routes.host().admit(&incoming).await?;
        self.routes.dispatch(caller, incoming).await
    }
}

/// The body's media type is the operation's. Parameters such as `charset=utf-8` are of no concern.
fn content_type(operation: &Operation, headers: &HeaderMap) -> Result<(), Refusal> {
    let expected = match operation.body {
        Body::Json => "application/json",
        Body::Form => "application/x-www-form-urlencoded",
        Body::Query => return Ok(()),
    };
    let given = headers.get(header::CONTENT_TYPE).and_then(|value| value.to_str().ok()).unwrap_or_default();
    let given = given.split(';').next().unwrap_or_default().trim();
    if given.eq_ignore_ascii_case(expected) {
        return Ok(());
    }
    let mut violations = Violations::new();
    violations.add(Pointer::root(), Rule::new(Code::Syntax, format!("expected Content-Type {expected}")));
    Err(Refusal::invalid(operation.envelope, violations))
}

async fn read_body<B>(body: B, limit: usize) -> Result<Bytes, Refusal>
where
    B: http_body::Body<Data: Send, Error: Into<Box<dyn StdError + Send + Sync>>> + Send,
{
    // A body that says its length is refused before it is sent.
    if usize::try_from(body.size_hint().lower()).map_or(true, |length| length > limit) {
        return Err(Refusal::too_large(limit));
    }
    match Box::pin(Limited::new(body, limit)).collect().await {
        Ok(collected) => Ok(collected.to_bytes()),
        Err(error) if error.is::<LengthLimitError>() => Err(Refusal::too_large(limit)),
        Err(_) => Err(Refusal::of(&SandboxError::NOT_JSON).saying("the body did not arrive")),
    }
}

/// A handler's answer as JSON.
pub(crate) fn json(answer: impl Serialize) -> Result<Page, Refusal> {
    let body = serde_json::to_vec(&answer).map_err(|_| Refusal::internal())?;
    Ok(json_page(StatusCode::OK, body))
}

pub(crate) fn json_page(status: StatusCode, body: Vec<u8>) -> Page {
    let mut page = Response::new(Bytes::from(body));
    *page.status_mut() = status;
    page.headers_mut().insert(header::CONTENT_TYPE, HeaderValue::from_static("application/json"));
    page.headers_mut().insert(header::CACHE_CONTROL, HeaderValue::from_static("no-store"));
    page
}

/// A handler's answer as it is.
#[cfg(any(feature = "direct-debit", feature = "slip-verification"))]
#[expect(clippy::unnecessary_wraps, reason = "one shape with the other answers")]
pub(crate) fn page(answer: Page) -> Result<Page, Refusal> {
    Ok(answer)
}

/// A handler's answer without a body.
#[cfg(feature = "direct-debit")]
#[expect(clippy::unnecessary_wraps, reason = "one shape with the other answers")]
pub(crate) fn empty((): ()) -> Result<Page, Refusal> {
    Ok(Response::new(Bytes::new()))
}

/// The answer of a handler method that nobody has written yet.
pub(crate) async fn unwritten<T, A: Send>(operation: &'static Operation, request: A) -> Result<T, Refusal> {
    drop(request);
    let message = format!("{} is not implemented here", operation.id);
    Err(Refusal::of(&SandboxError::NOT_IMPLEMENTED).saying(message))
}

impl<R, B> Service<Request<B>> for Router<R>
where
    R: Routes,
    B: http_body::Body<Data: Send, Error: Into<Box<dyn StdError + Send + Sync>>> + Send + 'static,
{
    type Response = Response<Full<Bytes>>;
    type Error = Infallible;
    type Future = Pin<Box<dyn Future<Output = Result<Self::Response, Infallible>> + Send>>;

    fn poll_ready(&mut self, _: &mut Context<'_>) -> Poll<Result<(), Infallible>> {
        Poll::Ready(Ok(()))
    }

    fn call(&mut self, request: Request<B>) -> Self::Future {
        let router = self.clone();
        Box::pin(async move { Ok(router.answer(request).await.map(Full::new)) })
    }
}
