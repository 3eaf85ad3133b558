//! The server against slow, silent and talkative clients, and how it ends.

use crate::provider::client;
use axum::{
    Router,
    body::Bytes,
    routing::{any, post},
};
use http::{Request, StatusCode};
use http_body_util::{BodyExt, Empty};
use hyper_util::rt::{TokioExecutor, TokioIo};
use satang_core::{
    Clock, Entropy, Host, Incoming, PeerAddress, Refusal, System,
    direct_debit::{self, AccessToken, AccessTokenRequest, Handler, TransactionStatusInquiry},
};
use satang_transport::{Drained, Limits, Server};
use std::{
    net::SocketAddr,
    sync::Arc,
    time::{Duration, Instant},
};
use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::TcpStream,
    sync::{Notify, oneshot},
    task::JoinHandle,
};

const SHORT: Duration = Duration::from_millis(50);
const LONG: Duration = Duration::from_secs(3600);
const GET: &[u8] = b"GET / HTTP/1.1\r\nhost: x\r\n\r\n";

struct Running {
    address: SocketAddr,
    stop: oneshot::Sender<()>,
    server: JoinHandle<Drained>,
}

impl Running {
    async fn start(router: Router, change: impl FnOnce(&mut Limits)) -> Self {
        let mut limits = Limits::default();
        // Only the limit under test is short.
        (limits.header_timeout, limits.idle_timeout, limits.request_timeout) = (LONG, LONG, LONG);
        change(&mut limits);
        let server = Server::bind("127.0.0.1:0").await.unwrap().limits(limits);
        let address = server.local_addr().unwrap();
        let (stop, stopped) = oneshot::channel();
        Self { address, stop, server: tokio::spawn(server.serve(router, stopped)) }
    }

    async fn connect(&self) -> TcpStream {
        TcpStream::connect(self.address).await.unwrap()
    }

    async fn drain(self) -> Drained {
        self.stop.send(()).unwrap();
        self.server.await.unwrap()
    }
}

fn hello() -> Router {
    Router::new().route("/", any(async || "hello"))
}

/// A route that says when it begins, and ends when told to.
fn gate() -> (Router, Arc<Notify>, Arc<Notify>) {
    let (begun, go) = (Arc::new(Notify::new()), Arc::new(Notify::new()));
    let (begins, goes) = (Arc::clone(&begun), Arc::clone(&go));
    let handler = async move || {
        begins.notify_one();
        goes.notified().await;
        "done"
    };
    (Router::new().route("/", any(handler)), begun, go)
}

/// What comes until the server closes; empty when it closes without a word.
async fn rest(stream: &mut TcpStream) -> String {
    let mut bytes = Vec::new();
    // A cut connection may end in a reset.
    let _ = stream.read_to_end(&mut bytes).await;
    String::from_utf8(bytes).unwrap()
}

async fn read_until(stream: &mut TcpStream, end: &str) -> String {
    let mut bytes = Vec::new();
    while !String::from_utf8_lossy(&bytes).ends_with(end) {
        assert_ne!(stream.read_buf(&mut bytes).await.unwrap(), 0, "closed after {bytes:?}");
    }
    String::from_utf8(bytes).unwrap()
}

#[tokio::test]
async fn a_slow_head_is_cut() {
    let running = Running::start(hello(), |limits| limits.header_timeout = SHORT).await;
    let mut stream = running.connect().await;
    stream.write_all(b"GET / HTTP/1.1\r\nhost:").await.unwrap();
    assert_eq!(rest(&mut stream).await, "");
}

#[tokio::test]
async fn a_connection_that_says_nothing_is_cut() {
    let running = Running::start(hello(), |limits| limits.header_timeout = SHORT).await;
    assert_eq!(rest(&mut running.connect().await).await, "");
    // The beginning of the HTTP/2 preface, before which hyper has no timeout of its own.
    let mut stream = running.connect().await;
    stream.write_all(b"PRI * HTTP/2.0\r\n").await.unwrap();
    assert_eq!(rest(&mut stream).await, "");
}

#[tokio::test]
async fn an_idle_connection_is_cut() {
    let running = Running::start(hello(), |limits| limits.idle_timeout = SHORT).await;
    let mut stream = running.connect().await;
    // Before the first request the header timeout counts: this one outlives another that was idle for longer than it may.
    let mut other = running.connect().await;
    other.write_all(GET).await.unwrap();
    assert!(read_until(&mut other, "hello").await.starts_with("HTTP/1.1 200"));
    assert_eq!(rest(&mut other).await, "");
    for _ in 0..2 {
        stream.write_all(GET).await.unwrap();
        assert!(read_until(&mut stream, "hello").await.starts_with("HTTP/1.1 200"));
    }
    assert_eq!(rest(&mut stream).await, "");
}

#[tokio::test]
async fn an_idle_http_2_connection_is_cut() {
    let running = Running::start(hello(), |limits| {
        limits.header_timeout = SHORT;
        limits.idle_timeout = SHORT;
    })
    .await;
    let stream = TokioIo::new(running.connect().await);
    let (mut sender, connection) =
        hyper::client::conn::http2::handshake(TokioExecutor::new(), stream).await.unwrap();
    let connection = tokio::spawn(connection);
    let request = Request::builder().uri("http://x/").body(Empty::<Bytes>::new()).unwrap();
    let answer = sender.send_request(request).await.unwrap();
    assert_eq!(answer.into_body().collect().await.unwrap().to_bytes(), "hello");
    // The sender is still here, so that only the server can end the connection.
    connection.await.unwrap().unwrap();
    drop(sender);
}

#[tokio::test]
async fn a_head_that_is_too_long_is_refused() {
    let running = Running::start(hello(), |limits| limits.max_header_bytes = 8 * 1024).await;
    let mut stream = running.connect().await;
    let head = format!("GET / HTTP/1.1\r\nhost: x\r\nx: {}\r\n\r\n", "a".repeat(64 * 1024));
    // The server may stop reading in the middle.
    let _ = stream.write_all(head.as_bytes()).await;
    assert!(rest(&mut stream).await.starts_with("HTTP/1.1 431"));
}

#[tokio::test]
async fn a_handler_that_is_too_slow_is_dropped() {
    let (router, _begun, _go) = gate();
    let running = Running::start(router, |limits| limits.request_timeout = SHORT).await;
    let mut stream = running.connect().await;
    stream.write_all(GET).await.unwrap();
    assert!(read_until(&mut stream, "\r\n\r\n").await.starts_with("HTTP/1.1 504"));
}

#[tokio::test]
async fn what_is_answered_in_its_place_is_the_callers_choice() {
    let (router, begun, _go) = gate();
    let server = Server::bind("127.0.0.1:0").await.unwrap();
    let server = server.late(|head| {
        let PeerAddress(peer) = *head.extensions.get().expect("the server says where a request comes from");
        let told = format!("{} {} from {}", head.method, head.uri, peer.ip());
        move || http::Response::builder().status(504).body(told.into()).unwrap()
    });
    let limits = {
        let mut limits = Limits::default();
        limits.request_timeout = SHORT;
        limits
    };
    let address = server.local_addr().unwrap();
    tokio::spawn(server.limits(limits).serve(router, std::future::pending::<()>()));
    let mut stream = TcpStream::connect(address).await.unwrap();
    stream.write_all(GET).await.unwrap();
    begun.notified().await;
    let answer = read_until(&mut stream, "from 127.0.0.1").await;
    assert!(answer.starts_with("HTTP/1.1 504") && answer.contains("GET / from"), "{answer}");
}

#[tokio::test]
async fn a_body_that_is_too_slow_is_dropped() {
    let router = Router::new().route("/", post(async |body: Bytes| body));
    let running = Running::start(router, |limits| limits.request_timeout = SHORT).await;
    let mut stream = running.connect().await;
    stream.write_all(b"POST / HTTP/1.1\r\nhost: x\r\ncontent-length: 9\r\n\r\nhalf").await.unwrap();
    assert!(rest(&mut stream).await.starts_with("HTTP/1.1 504"));
}

#[tokio::test]
async fn connections_beyond_the_limit_wait() {
    let running = Running::start(hello(), |limits| limits.max_connections = 1).await;
    let mut first = running.connect().await;
    first.write_all(GET).await.unwrap();
    read_until(&mut first, "hello").await;
    let mut second = running.connect().await;
    second.write_all(GET).await.unwrap();
    let early = tokio::time::timeout(SHORT, second.read_u8()).await;
    assert!(early.is_err(), "the second connection was served");
    drop(first);
    read_until(&mut second, "hello").await;
}

#[tokio::test]
async fn requests_in_progress_finish() {
    let (router, begun, go) = gate();
    let running = Running::start(router, |_| {}).await;
    let address = running.address;
    let (mut busy, idle) = (running.connect().await, running.connect().await);
    busy.write_all(GET).await.unwrap();
    begun.notified().await;
    let drained = tokio::spawn(running.drain());
    // The idle connection ends at once, so nobody can connect any more once it has.
    let mut idle = idle;
    assert_eq!(rest(&mut idle).await, "");
    assert!(TcpStream::connect(address).await.is_err());
    go.notify_one();
    let answer = rest(&mut busy).await;
    assert!(answer.starts_with("HTTP/1.1 200") && answer.ends_with("done"), "{answer}");
    let drained = drained.await.unwrap();
    assert_eq!((drained.finished, drained.cut), (2, 0));
}

#[tokio::test]
async fn a_request_that_came_before_the_end_is_answered() {
    use std::io::{Read as _, Write as _};
    let running = Running::start(hello(), |_| {}).await;
    let mut kept = running.connect().await;
    kept.write_all(GET).await.unwrap();
    read_until(&mut kept, "hello").await;
    // Nothing is awaited from here on, so the server has neither accepted the one nor read from the other when it is told
    // to stop.
    let mut waiting = std::net::TcpStream::connect(running.address).unwrap();
    waiting.write_all(GET).unwrap();
    let mut kept = kept.into_std().unwrap();
    kept.set_nonblocking(false).unwrap();
    kept.write_all(GET).unwrap();
    assert_eq!(running.drain().await.cut, 0);
    for mut stream in [waiting, kept] {
        let mut answer = String::new();
        stream.read_to_string(&mut answer).unwrap();
        assert!(answer.starts_with("HTTP/1.1 200") && answer.ends_with("hello"), "{answer}");
    }
}

#[tokio::test]
async fn requests_that_do_not_finish_are_cut() {
    let (router, begun, _go) = gate();
    let running = Running::start(router, |limits| limits.drain_timeout = SHORT).await;
    let mut stream = running.connect().await;
    stream.write_all(GET).await.unwrap();
    begun.notified().await;
    let started = Instant::now();
    let drained = running.drain().await;
    assert_eq!((drained.finished, drained.cut), (0, 1));
    assert!(started.elapsed() >= SHORT);
    assert_eq!(rest(&mut stream).await, "");
}

/// A bank that knows no payment.
struct Bank;

impl Clock for Bank {
    fn now(&self) -> jiff::Timestamp {
        System.now()
    }
}

impl Entropy for Bank {
    fn fill(&self, bytes: &mut [u8]) {
        System.fill(bytes);
    }
}

impl Host for Bank {
    type Caller = ();

    async fn admit(&self, _: &Incoming) -> Result<(), Refusal> {
        Ok(())
    }
}

impl Handler for Bank {
    async fn access_token(&self, (): (), _: AccessTokenRequest) -> Result<AccessToken, Refusal> {
        Ok(serde_json::from_str(r#"{"access_token":"t","token_type":"Bearer","expires_in":3600}"#).unwrap())
    }
}

#[tokio::test]
async fn a_product_is_served_from_within_axum() {
    let bank = direct_debit::router(Arc::new(Bank));
    let router = Router::new().route("/health", any(async || "fine")).fallback_service(bank);
    let running = Running::start(router, |_| {}).await;
    let http = client(&format!("http://{}", running.address)).build().unwrap();
    let bank = direct_debit::Client::new(http);
    let inquiry = TransactionStatusInquiry {
        transaction_identification: "071f2a78-a77b-4e45-91ba-4bd96d5bcde9".parse().unwrap(),
    };
    let error = bank.transaction_status_inquiry(&inquiry).await.unwrap_err();
    assert_eq!(error.status(), Some(StatusCode::NOT_IMPLEMENTED), "{error:?}");
    assert!(error.request_id().is_some());
    assert_eq!(running.drain().await.cut, 0);
}
