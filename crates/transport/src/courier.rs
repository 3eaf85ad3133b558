//! The courier: one request to an address that a stranger chose, within bounds.

mod connector;
mod guard;
#[cfg(test)]
mod tests;

#[cfg(feature = "tls")]
use crate::client::tls::Tls;
use crate::client::{connector::pool_of, exchange::Pool};
use bytes::Bytes;
use connector::Guarded;
use guard::Forbidden;
use http::{Request, Response, Uri, uri::Scheme};
use http_body_util::{BodyExt, Full, Limited};
use satang_core::{Error, Kind, Sent};
use std::{error::Error as StdError, fmt, sync::Arc, time::Duration};
use tokio::time::{Instant, timeout, timeout_at};

/// How long the rest of an answer is listened to. Its head is what counts.
const LISTEN: Duration = Duration::from_secs(1);

/// Posts requests to addresses that strangers chose, such as those of callbacks. Clones are cheap.
///
/// Only **public** addresses are called, over https, on port 443 or from 1024 on; a sandbox may
/// [allow private ones](CourierBuilder::private_addresses), with http and every port. What counts is the address to
/// which the connection is made: a name is resolved once for it, so a name that resolves to something else a moment
/// later (DNS rebinding) gains nothing. Redirects are not followed, and each request has a connection of its own,
/// unless [some are kept](CourierBuilder::idle_connections).
///
/// | address | called |
/// | --- | --- |
/// | public | always |
/// | loopback, private (RFC 1918), shared (RFC 6598), unique local (RFC 4193) | when private ones are allowed |
/// | unspecified, link-local (which holds the metadata of clouds), multicast, documentation, reserved | never |
///
/// An IPv4 address inside an IPv6 one (mapped, NAT64) is judged as what it is; tunnels (6to4, Teredo) are never called.
///
/// ```
/// # tokio::runtime::Builder::new_current_thread().enable_all().build()?.block_on(async {
/// use satang_transport::Courier;
///
/// let courier = Courier::builder().build()?;
/// let request = http::Request::post("https://127.0.0.1/hook").body("{}".into())?;
/// let error = courier.send(request).await.unwrap_err();
/// assert_eq!(error.kind(), satang_core::Kind::Configuration);
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// # })?;
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone)]
pub struct Courier {
    pool: Arc<dyn Pool>,
    private: bool,
    timeout: Duration,
    response_limit: usize,
}

impl Courier {
    /// Starts a courier.
    pub fn builder() -> CourierBuilder {
        CourierBuilder {
            private: false,
            connect_timeout: Duration::from_secs(5),
            timeout: Duration::from_secs(10),
            response_limit: 64 * 1024,
            idle_connections: 0,
            #[cfg(feature = "tls")]
            tls: Tls::default(),
        }
    }

    /// Checks what can be told of an address without resolving its name.
    ///
    /// # Errors
    /// [`Kind::Configuration`], with what is wrong.
    pub fn check(&self, uri: &Uri) -> Result<(), Error> {
        guard::check(uri, self.private)
            .and_then(|()| match uri.scheme() {
                Some(scheme) if *scheme == Scheme::HTTPS && !cfg!(feature = "tls") => {
                    Err(Forbidden("https needs the feature `tls`"))
                }
                _ => Ok(()),
            })
            .map_err(refused)
    }

    /// Sends a request to its absolute URI, and returns the head of the answer: the rest is listened to for a moment,
    /// within bounds, and forgotten.
    ///
    /// # Errors
    /// [`Kind::Configuration`] when the address may not be called, otherwise
    /// [`Kind::Connect`], [`Kind::Timeout`] or [`Kind::Interrupted`] when there was no answer.
    pub async fn send(&self, request: Request<Bytes>) -> Result<Response<()>, Error> {
        let (head, body) = self.answer(request).await?.into_parts();
        // Whoever hangs up in the middle of an answer makes the other side log an error for nothing.
        let _ = timeout(LISTEN, Limited::new(body, self.response_limit).collect()).await;
        Ok(Response::from_parts(head, ()))
    }

    /// Sends a request to its absolute URI, and returns the whole answer.
    ///
    /// # Errors
    /// As [`send`](Self::send); and [`Kind::Interrupted`] when the body breaks off, is larger than the
    /// [limit](CourierBuilder::response_limit), or is not there within the time of the head once more.
    pub async fn exchange(&self, request: Request<Bytes>) -> Result<Response<Bytes>, Error> {
        let (head, body) = self.answer(request).await?.into_parts();
        match timeout(self.timeout, Limited::new(body, self.response_limit).collect()).await {
            Ok(Ok(body)) => Ok(Response::from_parts(head, body.to_bytes())),
            _ => Err(Error::new(Kind::Interrupted, Sent::Yes, "the answer did not arrive whole")),
        }
    }

    async fn answer(&self, request: Request<Bytes>) -> Result<Response<hyper::body::Incoming>, Error> {
        self.check(request.uri())?;
        let deadline = Instant::now() + self.timeout;
        let answering = self.pool.request(request.map(Full::new));
        match timeout_at(deadline, answering).await {
            Ok(Ok(response)) => Ok(response),
            Ok(Err(error)) => Err(broken(error)),
            Err(_) => Err(Error::new(Kind::Timeout, Sent::Maybe, "no answer in time")),
        }
    }
}

impl fmt::Debug for Courier {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Courier").field("private", &self.private).finish_non_exhaustive()
    }
}

/// Collects what a [`Courier`] needs to know.
#[must_use]
pub struct CourierBuilder {
    private: bool,
    connect_timeout: Duration,
    timeout: Duration,
    response_limit: usize,
    idle_connections: usize,
    #[cfg(feature = "tls")]
    tls: Tls,
}

impl CourierBuilder {
    /// Whether addresses of this machine and of private networks may be called too, over http as well and on every
    /// port. They may not, unless told otherwise: right for a sandbox on a developer's machine, wrong for a server whose
    /// partners are strangers.
    pub fn private_addresses(mut self, allowed: bool) -> Self {
        self.private = allowed;
        self
    }

    /// How long connecting may take: name, TCP and TLS. 5 seconds, unless told otherwise.
    pub fn connect_timeout(mut self, limit: Duration) -> Self {
        self.connect_timeout = limit;
        self
    }

    /// How long it may take until the head of the answer is there. 10 seconds, unless told otherwise.
    pub fn timeout(mut self, limit: Duration) -> Self {
        // A deadline must be a time that the machine can count to.
        self.timeout = limit.min(Duration::from_secs(24 * 60 * 60));
        self
    }

    /// How much of an answer's body is listened to. 64 KiB, unless told otherwise.
    pub fn response_limit(mut self, bytes: usize) -> Self {
        self.response_limit = bytes;
        self
    }

    /// How many connections to one address are kept for the next request, for 20 seconds. None, unless told otherwise: a
    /// receiver that is called seldom may have closed it in the meantime.
    pub fn idle_connections(mut self, most: usize) -> Self {
        self.idle_connections = most;
        self
    }

    /// Trusts the certificates in this PEM file, and no longer the system's. May be given more than once.
    #[cfg(feature = "tls")]
    pub fn ca_certificate_pem(mut self, pem: impl Into<Vec<u8>>) -> Self {
        self.tls.authorities.push(pem.into());
        self
    }

    /// The courier.
    ///
    /// # Errors
    /// [`Kind::Configuration`] when a certificate cannot be read.
    pub fn build(self) -> Result<Courier, Error> {
        let connector = Guarded::new(self.private);
        self.build_with(connector)
    }

    fn build_with(self, connector: Guarded) -> Result<Courier, Error> {
        #[cfg(feature = "tls")]
        let connector = self.tls.connector(connector)?;
        let pool = pool_of(connector, self.connect_timeout, self.idle_connections);
        let Self { private, timeout, response_limit, .. } = self;
        Ok(Courier { pool, private, timeout, response_limit })
    }
}

impl fmt::Debug for CourierBuilder {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("CourierBuilder").field("private", &self.private).finish_non_exhaustive()
    }
}

/// Names what an error of the pool means.
fn broken(error: hyper_util::client::legacy::Error) -> Error {
    let mut cause: Option<&(dyn StdError + 'static)> = Some(&error);
    while let Some(found) = cause {
        if let Some(forbidden) = found.downcast_ref::<Forbidden>() {
            return refused(*forbidden);
        }
        cause = found.source();
    }
    if error.is_connect() {
        return Error::new(Kind::Connect, Sent::No, "no connection could be made").with_source(error);
    }
    let message = "the connection broke before the answer";
    Error::new(Kind::Interrupted, Sent::Maybe, message).with_source(error)
}

fn refused(forbidden: Forbidden) -> Error {
    Error::new(Kind::Configuration, Sent::No, forbidden.0)
}
