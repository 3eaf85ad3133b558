//! Connecting: a limit on how long it may take, and how the pool is set up.

use super::exchange::Pool;
use bytes::Bytes;
use http::Uri;
use http_body_util::Full;
use hyper::rt::{Read, Write};
use hyper_util::{
    client::legacy::{
        Client,
        connect::{Connection, HttpConnector},
    },
    rt::{TokioExecutor, TokioTimer},
};
use std::{
    error::Error as StdError,
    fmt,
    pin::Pin,
    sync::Arc,
    task::{Context, Poll},
    time::Duration,
};
use tower_service::Service;

type BoxError = Box<dyn StdError + Send + Sync>;

/// Idle connections are dropped after this time. It is shorter than what servers and load balancers usually
/// allow, so that a request seldom meets a connection that is about to be closed.
const POOL_IDLE: Duration = Duration::from_secs(20);
const POOL_IDLE_CONNECTIONS: usize = 64;
const RESPONSE_HEAD_BYTES: usize = 64 * 1024;

/// A pool that connects with `connector`.
pub(super) fn pool<C>(connector: C, limit: Duration) -> Arc<dyn Pool>
where
    C: Service<Uri> + Clone + Send + Sync + 'static,
    C::Response: Connection + Read + Write + Send + Unpin + 'static,
    C::Error: Into<BoxError>,
    C::Future: Send + 'static,
{
    pool_of(connector, limit, POOL_IDLE_CONNECTIONS)
}

/// A pool that keeps up to `idle` connections of each host for the next request.
pub(crate) fn pool_of<C>(connector: C, limit: Duration, idle: usize) -> Arc<dyn Pool>
where
    C: Service<Uri> + Clone + Send + Sync + 'static,
    C::Response: Connection + Read + Write + Send + Unpin + 'static,
    C::Error: Into<BoxError>,
    C::Future: Send + 'static,
{
    // `retry_canceled_requests` stays on: hyper repeats by itself only what it still holds complete, so that
    // not a byte was written, and only when a reused connection turned out to be closed.
    let pool: Client<_, Full<Bytes>> = Client::builder(TokioExecutor::new())
        .timer(TokioTimer::new())
        .pool_timer(TokioTimer::new())
        .pool_idle_timeout(POOL_IDLE)
        .pool_max_idle_per_host(idle)
        .http1_max_buf_size(RESPONSE_HEAD_BYTES)
        .http2_keep_alive_interval(POOL_IDLE)
        .build(Limited { connector, limit });
    Arc::new(pool)
}

/// Connects over TCP.
pub(super) fn tcp(limit: Duration) -> HttpConnector {
    let mut connector = HttpConnector::new();
    connector.set_nodelay(true);
    connector.enforce_http(false);
    // Shared among the addresses of a host, so that a dead first address leaves time for the second.
    connector.set_connect_timeout(Some(limit));
    connector
}

/// A connector with a limit on everything that connecting takes: name, TCP and TLS.
#[derive(Clone)]
struct Limited<C> {
    connector: C,
    limit: Duration,
}

impl<C> Service<Uri> for Limited<C>
where
    C: Service<Uri>,
    C::Error: Into<BoxError>,
    C::Future: Send + 'static,
{
    type Response = C::Response;
    type Error = BoxError;
    type Future = Pin<Box<dyn Future<Output = Result<C::Response, BoxError>> + Send>>;

    fn poll_ready(&mut self, cx: &mut Context<'_>) -> Poll<Result<(), BoxError>> {
        self.connector.poll_ready(cx).map_err(Into::into)
    }

    fn call(&mut self, uri: Uri) -> Self::Future {
        let (connecting, limit) = (self.connector.call(uri), self.limit);
        Box::pin(async move {
            match tokio::time::timeout(limit, connecting).await {
                Ok(connected) => connected.map_err(Into::into),
                Err(_) => Err(TooSlow(limit).into()),
            }
        })
    }
}

#[derive(Debug)]
struct TooSlow(Duration);

impl fmt::Display for TooSlow {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "connecting took longer than {:?}", self.0)
    }
}

impl StdError for TooSlow {}
