//! The client: one call is a token, fresh headers, and as many attempts as are safe.

mod address;
mod builder;
pub(crate) mod connector;
pub(crate) mod exchange;
mod headers;
#[cfg(feature = "tls")]
pub(crate) mod tls;
mod token;

pub use builder::Builder;
pub use headers::Signing;
pub use token::{Credentials, SecretStyle};

use bytes::Bytes;
use exchange::{Exchange, Failure};
use headers::Headers;
use http::{Request, Response, StatusCode};
use satang_core::{Entropy as _, Error, Operation, Sent, Timer, Transport, operation::Repeat, retry_after};
use std::{fmt, sync::Arc, time::Duration};
use token::{Token, Tokens};
use tokio::time::{Instant, sleep};
use tracing::{Instrument, Span, field::Empty};

/// Calls a provider over HTTP. Cloning is cheap, and clones share connections and the access token.
///
/// Made by [`Client::builder`]. Needs a tokio runtime when it is used, not when it is built.
#[derive(Clone)]
pub struct Client(Arc<Inner>);

struct Inner {
    exchange: Exchange,
    headers: Headers,
    tokens: Option<Tokens>,
    /// In place of the tokens.
    given: Option<Arc<Token>>,
    timeout: Duration,
    retries: u32,
}

impl Client {
    /// Starts a client of the provider at `base_url`, for example `https://bank.example` or, with a prefix that
    /// is put before every path, `https://bank.example/open-api`.
    pub fn builder(base_url: impl Into<String>) -> Builder {
        Builder::new(base_url.into())
    }
}

impl Transport for Client {
    async fn call(
        &self,
        operation: &'static Operation,
        request: Request<Bytes>,
    ) -> Result<Response<Bytes>, Error> {
        let started = Instant::now();
        // The path is the contract's: a real path or query may hold account numbers.
        let span = tracing::info_span!(
            "call",
            operation = operation.id,
            method = %request.method(),
            path = operation.path,
            attempts = Empty,
            status = Empty,
            client_transaction_id = Empty,
            server_transaction_id = Empty,
            elapsed_ms = Empty,
        );
        let mut call = Call {
            client: &self.0,
            operation,
            request,
            deadline: started + self.0.timeout,
            span: span.clone(),
            renewed: false,
            sent: Sent::No,
        };
        let outcome = call.run().instrument(span.clone()).await;
        span.in_scope(|| report(&span, &outcome, started.elapsed()));
        outcome
    }
}

impl Timer for Client {
    async fn sleep(&self, duration: Duration) {
        sleep(duration).await;
    }
}

impl fmt::Debug for Client {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Client").field("address", &self.0.exchange.address).finish_non_exhaustive()
    }
}

/// One call on its way.
struct Call<'a> {
    client: &'a Inner,
    operation: &'static Operation,
    request: Request<Bytes>,
    deadline: Instant,
    span: Span,
    /// True once an access token was dropped because of a 401, which happens only once per call.
    renewed: bool,
    /// The most that any attempt so far may have reached the provider.
    sent: Sent,
}

impl Call<'_> {
    async fn run(&mut self) -> Result<Response<Bytes>, Error> {
        let mut attempt = 1;
        loop {
            let outcome = self.attempt().await;
            self.span.record("attempts", attempt);
            match self.pause(attempt, &outcome) {
                Some(pause) => {
                    self.remember(&outcome);
                    tracing::debug!(attempt, pause_ms = milliseconds(pause), "trying again");
                    sleep(pause).await;
                    attempt += 1;
                }
                None => return outcome.map_err(|failure| failure.after(self.sent)),
            }
        }
    }

    /// One attempt, or two when the provider no longer knows the access token.
    async fn attempt(&mut self) -> Result<Response<Bytes>, Failure> {
        let token = self.token().await?;
        let response = self.send(token.as_deref()).await?;
        match (&self.client.tokens, token) {
            // A 401 comes from the gateway before anything is executed, so a second attempt is safe even for a
            // payment.
            (Some(tokens), Some(token))
                if self.client.given.is_none()
                    && response.status() == StatusCode::UNAUTHORIZED
                    && !self.renewed =>
            {
                self.renewed = true;
                tokens.forget(&token);
                let token = self.token().await?;
                self.send(token.as_deref()).await
            }
            _ => Ok(response),
        }
    }

    async fn token(&self) -> Result<Option<Arc<Token>>, Failure> {
        if !self.operation.bearer {
            return Ok(None);
        }
        if let Some(given) = &self.client.given {
            return Ok(Some(Arc::clone(given)));
        }
        let tokens = self.client.tokens.as_ref().ok_or_else(|| {
            Failure::configuration(format!(
                "{} needs an access token: give the client credentials",
                self.operation.id
            ))
        })?;
        let Inner { exchange, headers, .. } = self.client;
        tokens.bearer(exchange, headers, self.deadline).await.map(Some)
    }

    async fn send(&self, token: Option<&Token>) -> Result<Response<Bytes>, Failure> {
        let Inner { exchange, headers, .. } = self.client;
        let mut request = self.request.clone();
        *request.uri_mut() = exchange.address.join(self.request.uri())?;
        let id = headers.put(self.operation, token, &mut request)?;
        self.span.record("client_transaction_id", id);
        exchange.send(request, self.deadline).await
    }

    /// How long to wait before the next attempt; `None` when this outcome is the last.
    ///
    /// What certainly did not reach the provider may always be sent again. What may have reached it is sent
    /// again only when the operation changes nothing.
    fn pause(&self, attempt: u32, outcome: &Result<Response<Bytes>, Failure>) -> Option<Duration> {
        let safe = self.operation.repeat == Repeat::Safe;
        let asked = match outcome {
            Ok(response) if safe && is_passing(response.status()) => retry_after(response.headers()),
            Err(failure) if failure.transient && (safe || failure.error.sent() == Sent::No) => None,
            _ => return None,
        };
        if attempt > self.client.retries {
            return None;
        }
        let pause = asked.unwrap_or_else(|| self.backoff(attempt));
        let left = self.deadline.saturating_duration_since(Instant::now());
        (pause < left).then_some(pause)
    }

    /// Twice as long each time from 100 ms up to 5 s, of which a random half is left out so that many callers
    /// do not return at once.
    fn backoff(&self, attempt: u32) -> Duration {
        let longest = Duration::from_millis(100) * 2_u32.pow(attempt.saturating_sub(1).min(6));
        let longest = longest.min(Duration::from_secs(5));
        let mut random = [0];
        self.client.headers.entropy.fill(&mut random);
        let [random] = random;
        longest / 2 + longest * u32::from(random) / 512
    }

    fn remember(&mut self, outcome: &Result<Response<Bytes>, Failure>) {
        let sent = outcome.as_ref().map_or_else(|failure| failure.error.sent(), |_| Sent::Yes);
        if sent != Sent::No {
            self.sent = Sent::Maybe;
        }
    }
}

/// Answers of something between the caller and the provider's application, which may be gone a moment later.
fn is_passing(status: StatusCode) -> bool {
    matches!(
        status,
        StatusCode::TOO_MANY_REQUESTS
            | StatusCode::BAD_GATEWAY
            | StatusCode::SERVICE_UNAVAILABLE
            | StatusCode::GATEWAY_TIMEOUT
    )
}

fn report(span: &Span, outcome: &Result<Response<Bytes>, Error>, elapsed: Duration) {
    span.record("elapsed_ms", milliseconds(elapsed));
    match outcome {
        Ok(response) => {
            span.record("status", response.status().as_u16());
            if !span.is_disabled() && !response.status().is_success() {
                let id = Error::from_response(response).request_id().map(str::to_owned);
                span.record("server_transaction_id", id);
            }
            tracing::debug!("answered");
        }
        Err(error) => tracing::warn!(kind = ?error.kind(), sent = ?error.sent(), "no answer: {error}"),
    }
}

fn milliseconds(duration: Duration) -> u64 {
    u64::try_from(duration.as_millis()).unwrap_or(u64::MAX)
}
