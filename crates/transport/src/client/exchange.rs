//! One request and its answer, and what is known of the request when there is no answer.

use super::address::Address;
use bytes::Bytes;
use http::{Request, Response};
use http_body_util::{BodyExt, Full, LengthLimitError, Limited};
use hyper_util::client::legacy::{
    self, ResponseFuture,
    connect::{Connect, capture_connection},
};
use satang_core::{Error, Kind, Sent};
use std::{error::Error as StdError, sync::Arc};
use tokio::time::{Instant, timeout_at};

/// Sends single requests to one provider.
pub(super) struct Exchange {
    pub(super) address: Address,
    pub(super) pool: Arc<dyn Pool>,
    pub(super) response_limit: usize,
}

impl Exchange {
    /// Sends `request` and reads the whole answer.
    pub(super) async fn send(
        &self,
        request: Request<Bytes>,
        deadline: Instant,
    ) -> Result<Response<Bytes>, Failure> {
        let mut request = request.map(Full::new);
        // The pool fills this in just before it hands the request to a connection: as long as it is empty, not
        // a byte can have been written.
        let connection = capture_connection(&mut request);
        let sent = || if connection.connection_metadata().is_some() { Sent::Maybe } else { Sent::No };

        let response = match timeout_at(deadline, self.pool.request(request)).await {
            Ok(Ok(response)) => response,
            Ok(Err(error)) => return Err(broken(error, sent())),
            Err(_) => return Err(Failure::transient(Kind::Timeout, sent(), "no answer before the deadline")),
        };
        let (parts, body) = response.into_parts();
        match timeout_at(deadline, Limited::new(body, self.response_limit).collect()).await {
            Ok(Ok(body)) => Ok(Response::from_parts(parts, body.to_bytes())),
            Ok(Err(error)) if error.is::<LengthLimitError>() => Err(self.too_long()),
            Ok(Err(error)) => {
                let message = "the connection broke in the middle of the answer";
                Err(Failure::transient(Kind::Interrupted, Sent::Maybe, message).because(error))
            }
            Err(_) => {
                let message = "the answer began but was not complete before the deadline";
                Err(Failure::transient(Kind::Timeout, Sent::Maybe, message))
            }
        }
    }

    fn too_long(&self) -> Failure {
        let message = format!("the answer is longer than {} bytes", self.response_limit);
        Error::new(Kind::Unreadable, Sent::Yes, message).into()
    }
}

/// Names what an error of the pool means for the request.
fn broken(error: legacy::Error, sent: Sent) -> Failure {
    if error.is_connect() || sent == Sent::No {
        return Failure::transient(Kind::Connect, Sent::No, "no connection could be made").because(error);
    }
    // hyper cancels a request only while it still holds all of it: the connection ended before the first byte.
    let canceled =
        error.source().and_then(|source| source.downcast_ref()).is_some_and(hyper::Error::is_canceled);
    let sent = if canceled { Sent::No } else { sent };
    Failure::transient(Kind::Interrupted, sent, "the connection broke before the answer").because(error)
}

/// A pool of connections, whatever connects them.
pub(crate) trait Pool: Send + Sync {
    fn request(&self, request: Request<Full<Bytes>>) -> ResponseFuture;
}

impl<C: Connect + Clone + Send + Sync + 'static> Pool for legacy::Client<C, Full<Bytes>> {
    fn request(&self, request: Request<Full<Bytes>>) -> ResponseFuture {
        self.request(request)
    }
}

/// Why an attempt brought no answer.
pub(super) struct Failure {
    pub(super) error: Error,
    /// True when another attempt may bring one.
    pub(super) transient: bool,
}

impl Failure {
    pub(super) fn transient(kind: Kind, sent: Sent, message: impl Into<String>) -> Self {
        Self { error: Error::new(kind, sent, message), transient: true }
    }

    pub(super) fn configuration(message: impl Into<String>) -> Self {
        Error::new(Kind::Configuration, Sent::No, message).into()
    }

    fn because(mut self, source: impl Into<Box<dyn StdError + Send + Sync>>) -> Self {
        self.error = self.error.with_source(source);
        self
    }

    /// The error of the whole call, when an earlier attempt may have reached the provider.
    pub(super) fn after(self, earlier: Sent) -> Error {
        if earlier == Sent::No || self.error.sent() != Sent::No {
            return self.error;
        }
        Error::new(self.error.kind(), earlier, self.error.to_string()).with_source(self.error)
    }
}

impl From<Error> for Failure {
    fn from(error: Error) -> Self {
        Self { error, transient: false }
    }
}
