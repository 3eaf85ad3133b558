//! The server: it accepts connections, keeps each within its limits, and drains them at the end.

mod activity;
mod connection;
mod late;

use activity::Activity;
use bytes::Bytes;
use connection::{Connection, Watched};
use http::{Request, Response, request::Parts};
use http_body::Body;
use hyper::body::Incoming;
use hyper_util::{
    rt::{TokioExecutor, TokioTimer},
    server::conn::auto,
};
use late::Late;
use satang_core::PeerAddress;
use std::{error::Error as StdError, io, net::SocketAddr, pin::pin, sync::Arc, time::Duration};
use tokio::{
    net::{TcpListener, TcpStream, ToSocketAddrs},
    sync::{OwnedSemaphorePermit, Semaphore, watch},
    task::JoinSet,
    time::{sleep, timeout},
};
use tower_service::Service;

/// What one server allows. The [front page](crate) lists the defaults.
///
/// Limits on single requests, such as the size of a body, are the router's.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Limits {
    /// How long a client may take to send the head of a request. On HTTP/1 this begins when the connection
    /// opens or the previous answer ends, so it is also how long a connection may stay idle.
    pub header_timeout: Duration,
    /// How long a connection may be without a request in progress. It may last up to twice as long.
    pub idle_timeout: Duration,
    /// How long a request may take, from its head to the head of the answer. After that the client is
    /// answered 504 (see [`Server::late`]) and the handler is dropped.
    pub request_timeout: Duration,
    /// How long requests in progress may go on after shutdown began.
    pub drain_timeout: Duration,
    /// How many connections are open at once. Further ones wait to be accepted.
    pub max_connections: usize,
    /// How long the head of a request may be. HTTP/1 needs at least 8 KiB here, and gets it.
    pub max_header_bytes: u32,
    /// How many requests an HTTP/2 connection may have in progress.
    pub max_concurrent_streams: u32,
}

impl Default for Limits {
    fn default() -> Self {
        Self {
            header_timeout: Duration::from_secs(30),
            idle_timeout: Duration::from_secs(60),
            request_timeout: Duration::from_secs(60),
            drain_timeout: Duration::from_secs(10),
            max_connections: 1000,
            max_header_bytes: 16 * 1024,
            max_concurrent_streams: 100,
        }
    }
}

/// How a server ended.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct Drained {
    /// Connections that were open when shutdown began and ended by themselves.
    pub finished: usize,
    /// Connections that were cut at the end of [`Limits::drain_timeout`].
    pub cut: usize,
}

/// A listening socket that is not served yet.
#[derive(Debug)]
pub struct Server {
    listener: TcpListener,
    limits: Limits,
    late: Late,
}

impl Server {
    /// Listens on `address`; port 0 picks a free one.
    ///
    /// # Errors
    /// Those of the operating system, for example when the address is in use.
    pub async fn bind(address: impl ToSocketAddrs) -> io::Result<Self> {
        Ok(Self {
            listener: TcpListener::bind(address).await?,
            limits: Limits::default(),
            late: Late::default(),
        })
    }

    /// Sets the limits.
    #[must_use]
    pub fn limits(mut self, limits: Limits) -> Self {
        self.limits = limits;
        self
    }

    /// Sets what is answered in place of a service that takes longer than [`Limits::request_timeout`]; without it, 504
    /// and nothing else. `late` sees the head of each request before the service does, and may add to its extensions;
    /// what it returns is called only if the service is too slow.
    ///
    /// ```no_run
    /// # use http::{Response, StatusCode};
    /// # async fn example() -> std::io::Result<()> {
    /// let server = satang_transport::Server::bind("127.0.0.1:0").await?.late(|head| {
    ///     let path = head.uri.path().to_owned();
    ///     move || {
    ///         let mut answer = Response::new(format!("{path} took too long").into());
    ///         *answer.status_mut() = StatusCode::GATEWAY_TIMEOUT;
    ///         answer
    ///     }
    /// });
    /// # Ok(())
    /// # }
    /// ```
    #[must_use]
    pub fn late<F, L>(mut self, late: F) -> Self
    where
        F: Fn(&mut Parts) -> L + Send + Sync + 'static,
        L: FnOnce() -> Response<Bytes> + Send + 'static,
    {
        self.late = Late::new(late);
        self
    }

    /// The address that it listens on.
    ///
    /// # Errors
    /// Those of the operating system.
    pub fn local_addr(&self) -> io::Result<SocketAddr> {
        self.listener.local_addr()
    }

    /// Serves HTTP/1 and HTTP/2 (with prior knowledge) until `shutdown` is ready, then lets the requests in
    /// progress finish.
    ///
    /// `service` is a product's router, an axum router, or any other service. It is cloned for each request, and finds
    /// in the extensions of each where it comes from ([`PeerAddress`]).
    ///
    /// ```
    /// # let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build()?;
    /// # runtime.block_on(async {
    /// use satang_transport::Server;
    ///
    /// let router = axum::Router::new().route("/health", axum::routing::get(async || "fine"));
    /// let server = Server::bind("127.0.0.1:0").await?;
    /// println!("listening on {}", server.local_addr()?);
    /// let shutdown = async { /* a signal, for example */ };
    /// let drained = server.serve(router, shutdown).await;
    /// assert_eq!(drained.cut, 0);
    /// # Ok::<(), std::io::Error>(())
    /// # })?;
    /// # Ok::<(), std::io::Error>(())
    /// ```
    pub async fn serve<S, B>(self, service: S, shutdown: impl Future) -> Drained
    where
        S: Service<Request<Incoming>, Response = Response<B>> + Clone + Send + 'static,
        S::Error: Into<Box<dyn StdError + Send + Sync>>,
        S::Future: Send + 'static,
        B: Body<Data = Bytes> + Send + 'static,
        B::Error: Into<Box<dyn StdError + Send + Sync>>,
    {
        let Self { listener, limits, late } = self;
        let slots = Arc::new(Semaphore::new(limits.max_connections.min(Semaphore::MAX_PERMITS)));
        let (stop, stopping) = watch::channel(false);
        let mut open =
            Open { http: builder(&limits), limits, late, service, stopping, tasks: JoinSet::new() };
        let mut shutdown = pin!(shutdown);
        loop {
            let (stream, peer, slot) = tokio::select! {
                biased;
                _ = &mut shutdown => break,
                // Reaping as we go: otherwise each connection ever made is remembered.
                Some(_) = open.tasks.join_next() => continue,
                accepted = accept(&listener, &slots) => accepted,
            };
            open.serve(stream, peer, slot);
        }
        for (stream, peer, slot) in backlog(listener, &slots) {
            open.serve(stream, peer, Some(slot));
        }
        let _ = stop.send(true);
        drain(open.tasks, limits.drain_timeout).await
    }
}

/// The connections of a server.
struct Open<S> {
    http: auto::Builder<TokioExecutor>,
    limits: Limits,
    late: Late,
    service: S,
    stopping: watch::Receiver<bool>,
    tasks: JoinSet<()>,
}

impl<S, B> Open<S>
where
    S: Service<Request<Incoming>, Response = Response<B>> + Clone + Send + 'static,
    S::Error: Into<Box<dyn StdError + Send + Sync>>,
    S::Future: Send + 'static,
    B: Body<Data = Bytes> + Send + 'static,
    B::Error: Into<Box<dyn StdError + Send + Sync>>,
{
    fn serve(&mut self, stream: TcpStream, peer: SocketAddr, slot: Option<OwnedSemaphorePermit>) {
        // Only a hint: a connection without it is slower, not wrong.
        let _ = stream.set_nodelay(true);
        let activity = Arc::new(Activity::new());
        let service = Watched {
            service: self.service.clone(),
            limit: self.limits.request_timeout,
            late: self.late.clone(),
            peer: PeerAddress(peer),
            activity: Arc::clone(&activity),
        };
        let (http, stopping) = (self.http.clone(), self.stopping.clone());
        let connection = Connection { http, limits: self.limits, activity, stopping };
        self.tasks.spawn(async move {
            connection.run(stream, service).await;
            drop(slot);
        });
    }
}

fn builder(limits: &Limits) -> auto::Builder<TokioExecutor> {
    // hyper panics below this.
    const HTTP1_LEAST: usize = 8 * 1024;
    let max_header_bytes = usize::try_from(limits.max_header_bytes).unwrap_or(usize::MAX);
    let mut http = auto::Builder::new(TokioExecutor::new());
    // A header timeout without a timer panics when it is set, and is silently off when it is the default one.
    http.http1()
        .timer(TokioTimer::new())
        .header_read_timeout(limits.header_timeout)
        .max_buf_size(max_header_bytes.max(HTTP1_LEAST));
    http.http2()
        .timer(TokioTimer::new())
        .keep_alive_interval(limits.idle_timeout)
        .max_header_list_size(limits.max_header_bytes)
        .max_concurrent_streams(limits.max_concurrent_streams);
    http
}

/// Waits for a free slot first, so that connections beyond the limit queue in the kernel.
async fn accept(
    listener: &TcpListener,
    slots: &Arc<Semaphore>,
) -> (TcpStream, SocketAddr, Option<OwnedSemaphorePermit>) {
    // The semaphore is never closed.
    let slot = Arc::clone(slots).acquire_owned().await.ok();
    loop {
        match listener.accept().await {
            Ok((stream, peer)) => return (stream, peer, slot),
            Err(error) => {
                tracing::warn!(%error, "a connection could not be accepted");
                // Out of file descriptors, most likely: give the others time to end.
                sleep(Duration::from_millis(100)).await;
            }
        }
    }
}

/// Who has connected by now, as far as there are slots: to close the listener would reset them, whatever they have sent.
fn backlog(
    listener: TcpListener,
    slots: &Arc<Semaphore>,
) -> Vec<(TcpStream, SocketAddr, OwnedSemaphorePermit)> {
    let mut found = Vec::new();
    let Ok(listener) = listener.into_std() else { return found };
    while let Ok(slot) = Arc::clone(slots).try_acquire_owned() {
        // It does not block, so that nobody there is an error like any other.
        let Ok((stream, peer)) = listener.accept() else { break };
        let stream = stream.set_nonblocking(true).and_then(|()| TcpStream::from_std(stream));
        found.extend(stream.ok().map(|stream| (stream, peer, slot)));
    }
    found
}

async fn drain(mut connections: JoinSet<()>, limit: Duration) -> Drained {
    while connections.try_join_next().is_some() {}
    let open = connections.len();
    let all = async { while connections.join_next().await.is_some() {} };
    let _ = timeout(limit, all).await;
    let cut = connections.len();
    connections.shutdown().await;
    Drained { finished: open.saturating_sub(cut), cut }
}
