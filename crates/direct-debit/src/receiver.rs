//! Receives the bank's callbacks: verifies the raw bytes, reads them, remembers what was taken, and hands the rest over.
//!
//! ```
//! use satang_direct_debit::receiver::{Notice, Receiver, Unhandled};
//! # #[tokio::main(flavor = "current_thread")]
//! # async fn main() -> Result<(), Box<dyn std::error::Error>> {
//!
//! /// Stores what the bank says. Once this returns `Ok`, the bank is told that it need not come again.
//! async fn store(notice: Notice) -> Result<(), Unhandled> {
//!     println!("{} is {}", notice.result.journey_identifier, notice.result.payment_token_status);
//!     Ok(())
//! }
//! let receiver = Receiver::new(store).signature_key("my-signature-key")?;
//!
//! // In hyper; `satang_transport::Server` is hyper with limits.
//! let server = satang_transport::Server::bind("127.0.0.1:0").await?;
//! # let stop = std::future::ready(());
//! server.serve(receiver.clone(), stop).await;
//!
//! // In axum. `nest_service` would take a part of the path away, which is signed: then say `Receiver::at`.
//! let app: axum::Router = axum::Router::new().route_service("/direct-debit/registration", receiver);
//! # drop(app);
//! # Ok(())
//! # }
//! ```
//!
//! # What is answered
//! That the HTTP status decides is published; which one means what is **proposed by Satang; not published by the bank**.
//!
//! | what | status | handler called |
//! | --- | --- | --- |
//! | new, and the handler has stored it | 200 | yes |
//! | known already | 200 | no |
//! | being handled at this moment | 503, `Retry-After: 1` | no |
//! | the handler does not know the journey ([`Unhandled::Unknown`]) | 404 | yes |
//! | the handler could not store it ([`Unhandled::Failed`]) | 500 | yes |
//! | no signature is right | 401 | no |
//! | signed, but not a [`RegistrationResult`] | 400 | no |
//! | not `POST`; larger than 64 KiB | 405; 413 | no |
//!
//! # Once, and only once
//! The bank delivers **at least once**: an answer that is lost makes it come again. Two callbacks are the same when they
//! tell of the same journey, status and time ([`Notice::business_key`]), or carry the same delivery identifier. (The time
//! belongs to it because a registration may be `ACTV`, `SUSP` and `ACTV` again.)
//!
//! A [`Memory`] keeps what was taken. [`Recent`] does so in this process, which is enough where a second effect does no
//! harm. Where it does, the database has to know: leave the memory out ([`Receiver::new`] has none), and let the handler
//! do both in one transaction, so that they cannot come apart however the process ends:
//!
//! ```sql
//! BEGIN;
//! INSERT INTO callback_taken (business_key) VALUES ($1) ON CONFLICT DO NOTHING; -- business_key is the primary key
//! -- 0 rows: known already; COMMIT and return Ok, without the effect.
//! UPDATE registration SET status = $2, token = $3, status_at = $4 WHERE journey = $5 AND status_at <= $4;
//! COMMIT;
//! ```
//!
//! Whoever waits for a journey in this process learns of it when the handler ends with
//! [`Arrivals::hand_over`](crate::Arrivals::hand_over).
//!
//! The condition on the time is there because retries may overtake each other: what is older must not overwrite what is
//! newer.

mod memory;
#[cfg(test)]
mod tests;

pub use memory::{Claim, Memory, Recent, Unremembered};
pub use satang_core::{
    signature::{InvalidKey, Key},
    webhook::Trusted,
};

use crate::wire::RegistrationResult;
use bytes::Bytes;
use http::{HeaderValue, Method, Request, Response, StatusCode, header, request::Parts};
use http_body_util::{BodyExt, Full, LengthLimitError, Limited};
use satang_core::{Clock, System, signature, webhook};
use satang_schema::decode;
use std::{
    convert::Infallible,
    error::Error as StdError,
    fmt,
    pin::Pin,
    sync::Arc,
    task::{Context, Poll},
};
use tower_service::Service;

/// The name of the key with which callbacks are signed. Proposed by Satang; not published by the bank.
pub const KEY_ID: &str = "callback";
/// The largest body that is read, in bytes.
const BODY_LIMIT: usize = 64 * 1024;

/// A callback that is proved and read.
#[derive(Clone, Debug, PartialEq)]
#[non_exhaustive]
pub struct Notice {
    /// The bank's identifier of the callback, the same in every attempt to deliver it: `X-Client-Transaction-ID`, or
    /// `webhook-id`. Proposed by Satang; not published by the bank.
    pub delivery: String,
    /// What it says.
    pub result: RegistrationResult,
}

impl Notice {
    /// What two callbacks have in common that tell the same: journey, status, and since when.
    #[must_use]
    pub fn business_key(&self) -> String {
        let RegistrationResult { journey_identifier, payment_token_status, status_date_time, .. } =
            &self.result;
        format!("{journey_identifier} {payment_token_status} {status_date_time}")
    }
}

/// Why a handler has not taken a callback.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Unhandled {
    /// The journey is not one of ours (404). The bank comes again for a while, in case that it was too early.
    Unknown,
    /// It could not be stored (500). The bank comes again.
    Failed,
}

/// Takes callbacks: any `async fn(Notice) -> Result<(), Unhandled>`.
pub trait Handle: Send + Sync + 'static {
    /// Stores what a callback says. `Ok` means that it is durable.
    fn handle(&self, notice: Notice) -> impl Future<Output = Result<(), Unhandled>> + Send;
}

impl<F, T> Handle for F
where
    F: Fn(Notice) -> T + Send + Sync + 'static,
    T: Future<Output = Result<(), Unhandled>> + Send,
{
    fn handle(&self, notice: Notice) -> impl Future<Output = Result<(), Unhandled>> + Send {
        self(notice)
    }
}

/// Receives callbacks: a `tower::Service` of any HTTP body, at whatever path it is mounted. Clones are cheap.
pub struct Receiver<H, M = ()> {
    handler: Arc<H>,
    memory: Arc<M>,
    gate: Arc<Gate>,
}

impl<H: Handle> Receiver<H> {
    /// Hands over to `handler`, which must itself see to it that a callback that comes twice has one effect. It accepts
    /// nobody's signature yet.
    pub fn new(handler: H) -> Self {
        let gate = Gate { keys: Vec::new(), trusted: Trusted::new(), target: None, clock: Arc::new(System) };
        Self { handler: Arc::new(handler), memory: Arc::new(()), gate: Arc::new(gate) }
    }
}

impl<H: Handle, M: Memory> Receiver<H, M> {
    /// Hands over only what `memory` does not know.
    #[must_use]
    pub fn remembering<N: Memory>(self, memory: N) -> Receiver<H, N> {
        Receiver { handler: self.handler, memory: Arc::new(memory), gate: self.gate }
    }

    /// Accepts HTTP signatures of this shared key under the name [`KEY_ID`]. Given twice, it accepts both: that is how a
    /// key is changed.
    ///
    /// # Errors
    /// [`InvalidKey`] when the key is empty.
    pub fn signature_key(mut self, key: impl AsRef<[u8]>) -> Result<Self, InvalidKey> {
        let key = Key::new(key)?.with_id(KEY_ID)?;
        Arc::make_mut(&mut self.gate).keys.push(key);
        Ok(self)
    }

    /// Accepts the signatures of Standard Webhooks that are trusted.
    #[must_use]
    pub fn webhooks(mut self, trusted: Trusted) -> Self {
        Arc::make_mut(&mut self.gate).trusted = trusted;
        self
    }

    /// The path and query to which the bank sends, when something on the way, such as a proxy or `nest_service`, changes
    /// them: they are signed.
    #[must_use]
    pub fn at(mut self, target: impl Into<String>) -> Self {
        Arc::make_mut(&mut self.gate).target = Some(target.into());
        self
    }

    /// Judges the age of signatures by this clock instead of the machine's.
    #[must_use]
    pub fn with_clock(mut self, clock: Arc<dyn Clock>) -> Self {
        Arc::make_mut(&mut self.gate).clock = clock;
        self
    }

    /// Answers a request, always with something.
    pub async fn answer<B>(&self, request: Request<B>) -> Response<Bytes>
    where
        B: http_body::Body<Data: Send, Error: Into<Box<dyn StdError + Send + Sync>>> + Send,
    {
        let taken = async {
            let (parts, body) = request.into_parts();
            if parts.method != Method::POST {
                return Err(Refused(StatusCode::METHOD_NOT_ALLOWED, "method_not_allowed"));
            }
            let body = read(body).await?;
            let delivery = self.gate.prove(&parts, &body)?;
            let result =
                decode(&body).map_err(|_| Refused(StatusCode::BAD_REQUEST, "not_a_registration_result"))?;
            self.take(Notice { delivery, result }).await
        };
        let (status, word) =
            taken.await.map_or_else(|Refused(status, word)| (status, word), |()| (StatusCode::OK, ""));
        let mut response = Response::new(Bytes::from_static(word.as_bytes()));
        *response.status_mut() = status;
        let headers = response.headers_mut();
        match status {
            StatusCode::METHOD_NOT_ALLOWED => headers.insert(header::ALLOW, HeaderValue::from_static("POST")),
            StatusCode::SERVICE_UNAVAILABLE => {
                headers.insert(header::RETRY_AFTER, HeaderValue::from_static("1"))
            }
            _ => None,
        };
        response
    }

    async fn take(&self, notice: Notice) -> Result<(), Refused> {
        let unavailable = |word| Refused(StatusCode::SERVICE_UNAVAILABLE, word);
        let hold = match self.memory.claim(&notice).await.map_err(|_| unavailable("memory_unavailable"))? {
            Claim::Known => return Ok(()),
            Claim::UnderWay => return Err(unavailable("under_way")),
            Claim::New(hold) => hold,
        };
        self.handler.handle(notice).await.map_err(|unhandled| match unhandled {
            Unhandled::Unknown => Refused(StatusCode::NOT_FOUND, "unknown_journey"),
            Unhandled::Failed => Refused(StatusCode::INTERNAL_SERVER_ERROR, "not_stored"),
        })?;
        self.memory.keep(hold).await.map_err(|_| unavailable("memory_unavailable"))
    }
}

impl<H, M> Clone for Receiver<H, M> {
    fn clone(&self) -> Self {
        let Self { handler, memory, gate } = self;
        Self { handler: Arc::clone(handler), memory: Arc::clone(memory), gate: Arc::clone(gate) }
    }
}

impl<H, M> fmt::Debug for Receiver<H, M> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Receiver").field("target", &self.gate.target).finish_non_exhaustive()
    }
}

impl<H, M, B> Service<Request<B>> for Receiver<H, M>
where
    H: Handle,
    M: Memory,
    B: http_body::Body<Data: Send, Error: Into<Box<dyn StdError + Send + Sync>>> + Send + 'static,
{
    type Response = Response<Full<Bytes>>;
    type Error = Infallible;
    type Future = Pin<Box<dyn Future<Output = Result<Self::Response, Infallible>> + Send>>;

    fn poll_ready(&mut self, _: &mut Context<'_>) -> Poll<Result<(), Infallible>> {
        Poll::Ready(Ok(()))
    }

    fn call(&mut self, request: Request<B>) -> Self::Future {
        let receiver = self.clone();
        Box::pin(async move { Ok(receiver.answer(request).await.map(Full::new)) })
    }
}

/// Whom to believe.
#[derive(Clone)]
struct Gate {
    keys: Vec<Key>,
    trusted: Trusted,
    target: Option<String>,
    clock: Arc<dyn Clock>,
}

impl Gate {
    /// The identifier of the delivery, once one signature proves that the request is the bank's: over the raw bytes,
    /// before anything has parsed them.
    fn prove(&self, parts: &Parts, body: &[u8]) -> Result<String, Refused> {
        let now = self.clock.now();
        let own = || parts.uri.path_and_query().map_or("/", http::uri::PathAndQuery::as_str);
        let target = self.target.as_deref().unwrap_or_else(own);
        let mut why = signature::Refused::Missing.reason();
        for key in &self.keys {
            match signature::verify(key, &parts.method, target, &parts.headers, body, now) {
                Ok(verified) => return Ok(verified.client_transaction_id),
                Err(refused) => why = refused.reason(),
            }
        }
        match webhook::verify(&self.trusted, &parts.headers, body, now) {
            Ok(verified) => return Ok(verified.id),
            Err(webhook::Refused::Missing) => {}
            Err(refused) => why = refused.reason(),
        }
        Err(Refused(StatusCode::UNAUTHORIZED, why))
    }
}

/// Why a request is not taken: a status, and a word for people who look at it.
struct Refused(StatusCode, &'static str);

async fn read<B>(body: B) -> Result<Bytes, Refused>
where
    B: http_body::Body<Data: Send, Error: Into<Box<dyn StdError + Send + Sync>>> + Send,
{
    match Box::pin(Limited::new(body, BODY_LIMIT)).collect().await {
        Ok(collected) => Ok(collected.to_bytes()),
        Err(error) if error.is::<LengthLimitError>() => {
            Err(Refused(StatusCode::PAYLOAD_TOO_LARGE, "too_large"))
        }
        Err(_) => Err(Refused(StatusCode::BAD_REQUEST, "incomplete")),
    }
}
