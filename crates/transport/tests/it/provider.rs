//! A scripted provider, on a real socket or in memory, and what tests need around it.

use bytes::Bytes;
use http::{Request, Response};
use hyper::rt::{Read, ReadBufCursor, Write};
use hyper_util::{
    client::legacy::connect::{Connected, Connection},
    rt::TokioIo,
};
use jiff::Timestamp;
use satang_core::{Clock, Entropy, Error, Operation, Transport};
use satang_transport::{Builder, Client, Credentials};
use std::{
    collections::VecDeque,
    io,
    pin::Pin,
    sync::{
        Arc, Mutex,
        atomic::{AtomicI64, AtomicU64, Ordering::SeqCst},
    },
    task::{Context, Poll},
    time::Duration,
};
use tokio::{
    io::{AsyncRead, AsyncReadExt, AsyncWrite, AsyncWriteExt, DuplexStream},
    net::TcpListener,
    sync::mpsc,
};

pub(crate) use satang_core::direct_debit::{
    REAL_TIME_PAYMENT as PAYMENT, TRANSACTION_STATUS_INQUIRY as INQUIRY,
};

pub(crate) const TOKEN_PATH: &str = "/auth/oauth/v2/token";

/// A request as it stood on the wire.
#[derive(Clone, Debug)]
pub(crate) struct Received {
    pub(crate) head: String,
    pub(crate) body: String,
    pub(crate) connection: usize,
}

impl Received {
    pub(crate) fn is_token(&self) -> bool {
        self.head.lines().next().is_some_and(|line| line.contains(TOKEN_PATH))
    }

    pub(crate) fn header(&self, name: &str) -> Option<&str> {
        self.head.lines().skip(1).find_map(|line| {
            let (found, value) = line.split_once(": ")?;
            found.eq_ignore_ascii_case(name).then_some(value)
        })
    }
}

/// What the provider does with a request that it has read.
#[derive(Clone)]
pub(crate) enum Reply {
    /// Writes these bytes and keeps the connection.
    Raw(String),
    /// Writes these bytes and closes the connection.
    Last(String),
    /// Never answers.
    Hang,
}

pub(crate) fn answer(status: u16, headers: &str, body: &str) -> Reply {
    Reply::Raw(format!("HTTP/1.1 {status} X\r\n{headers}content-length: {}\r\n\r\n{body}", body.len()))
}

pub(crate) fn ok() -> Reply {
    answer(200, "", "{}")
}

pub(crate) fn close() -> Reply {
    Reply::Last(String::new())
}

/// Answers requests for tokens with `token-1`, `token-2`, ..., each on a connection of its own, and all others
/// from a script, whose last entry repeats.
#[derive(Clone)]
pub(crate) struct Provider(Arc<State>);

struct State {
    script: Mutex<VecDeque<Reply>>,
    tokens: Mutex<VecDeque<Reply>>,
    received: Mutex<Vec<Received>>,
    connections: AtomicU64,
}

impl Provider {
    pub(crate) fn new(script: impl IntoIterator<Item = Reply>) -> Self {
        Self(Arc::new(State {
            script: Mutex::new(script.into_iter().collect()),
            tokens: Mutex::default(),
            received: Mutex::default(),
            connections: AtomicU64::new(0),
        }))
    }

    /// Answers requests for tokens from this script before it gives out any.
    pub(crate) fn tokens(self, script: impl IntoIterator<Item = Reply>) -> Self {
        self.0.tokens.lock().unwrap().extend(script);
        self
    }

    /// Serves on a real socket and returns the base URL.
    pub(crate) async fn tcp(&self) -> String {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = listener.local_addr().unwrap();
        let provider = self.clone();
        tokio::spawn(async move {
            while let Ok((stream, _)) = listener.accept().await {
                tokio::spawn(provider.clone().converse(stream));
            }
        });
        format!("http://{address}")
    }

    /// Serves in memory, so that time may be paused; `connects` says what becomes of the first attempts to
    /// connect.
    pub(crate) fn memory(&self, connects: impl IntoIterator<Item = Connect>) -> Memory {
        let (sender, mut streams) = mpsc::unbounded_channel();
        let provider = self.clone();
        tokio::spawn(async move {
            while let Some(stream) = streams.recv().await {
                tokio::spawn(provider.clone().converse(stream));
            }
        });
        Memory { sender, connects: Arc::new(Mutex::new(connects.into_iter().collect())) }
    }

    /// A client of this provider in memory, with credentials.
    pub(crate) fn client(&self, connects: impl IntoIterator<Item = Connect>) -> Builder {
        client("http://localhost").connector(self.memory(connects))
    }

    pub(crate) fn calls(&self) -> Vec<Received> {
        self.0.received.lock().unwrap().iter().filter(|request| !request.is_token()).cloned().collect()
    }

    pub(crate) fn token_requests(&self) -> Vec<Received> {
        self.0.received.lock().unwrap().iter().filter(|request| request.is_token()).cloned().collect()
    }

    async fn converse(self, mut stream: impl AsyncRead + AsyncWrite + Unpin) {
        let connection = usize::try_from(self.0.connections.fetch_add(1, SeqCst)).unwrap();
        while let Some(request) = receive(&mut stream, connection).await {
            self.0.received.lock().unwrap().push(request.clone());
            let reply = if request.is_token() { self.token() } else { self.next() };
            match reply {
                Reply::Raw(bytes) => stream.write_all(bytes.as_bytes()).await.unwrap(),
                Reply::Last(bytes) => return stream.write_all(bytes.as_bytes()).await.unwrap(),
                Reply::Hang => std::future::pending().await,
            }
        }
    }

    fn next(&self) -> Reply {
        let mut script = self.0.script.lock().unwrap();
        if script.len() > 1 { script.pop_front().unwrap() } else { script[0].clone() }
    }

    fn token(&self) -> Reply {
        let number = self.token_requests().len();
        self.0.tokens.lock().unwrap().pop_front().unwrap_or_else(|| {
            let body =
                format!(r#"{{"access_token":"token-{number}","token_type":"bearer","expires_in":"3600"}}"#);
            let Reply::Raw(answer) = answer(200, "connection: close\r\n", &body) else { unreachable!() };
            Reply::Last(answer)
        })
    }
}

async fn receive(stream: &mut (impl AsyncRead + Unpin), connection: usize) -> Option<Received> {
    let mut bytes = Vec::new();
    let head = loop {
        if let Some(end) = bytes.windows(4).position(|window| window == b"\r\n\r\n") {
            break String::from_utf8(bytes.drain(..end + 4).collect()).unwrap();
        }
        if stream.read_buf(&mut bytes).await.ok()? == 0 {
            return None;
        }
    };
    let mut received = Received { head, body: String::new(), connection };
    let length: usize = received.header("content-length").map_or(0, |length| length.parse().unwrap());
    while bytes.len() < length {
        stream.read_buf(&mut bytes).await.ok()?;
    }
    received.body = String::from_utf8(bytes).unwrap();
    Some(received)
}

/// What becomes of an attempt to connect.
#[derive(Clone, Copy)]
pub(crate) enum Connect {
    Accept,
    Refuse,
    Hang,
}

/// Connects to a provider in memory.
#[derive(Clone)]
pub(crate) struct Memory {
    sender: mpsc::UnboundedSender<DuplexStream>,
    connects: Arc<Mutex<VecDeque<Connect>>>,
}

impl tower_service::Service<http::Uri> for Memory {
    type Response = MemoryStream;
    type Error = io::Error;
    type Future = Pin<Box<dyn Future<Output = io::Result<MemoryStream>> + Send>>;

    fn poll_ready(&mut self, _: &mut Context<'_>) -> Poll<io::Result<()>> {
        Poll::Ready(Ok(()))
    }

    fn call(&mut self, _: http::Uri) -> Self::Future {
        let what = self.connects.lock().unwrap().pop_front().unwrap_or(Connect::Accept);
        let sender = self.sender.clone();
        Box::pin(async move {
            match what {
                Connect::Accept => {
                    let (ours, theirs) = tokio::io::duplex(64 * 1024);
                    sender.send(theirs).unwrap();
                    Ok(MemoryStream(TokioIo::new(ours)))
                }
                Connect::Refuse => Err(io::ErrorKind::ConnectionRefused.into()),
                Connect::Hang => std::future::pending().await,
            }
        })
    }
}

pub(crate) struct MemoryStream(TokioIo<DuplexStream>);

impl Connection for MemoryStream {
    fn connected(&self) -> Connected {
        Connected::new()
    }
}

impl Read for MemoryStream {
    fn poll_read(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        buf: ReadBufCursor<'_>,
    ) -> Poll<io::Result<()>> {
        Pin::new(&mut self.0).poll_read(cx, buf)
    }
}

impl Write for MemoryStream {
    fn poll_write(mut self: Pin<&mut Self>, cx: &mut Context<'_>, buf: &[u8]) -> Poll<io::Result<usize>> {
        Pin::new(&mut self.0).poll_write(cx, buf)
    }

    fn poll_flush(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.0).poll_flush(cx)
    }

    fn poll_shutdown(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.0).poll_shutdown(cx)
    }
}

/// A client with credentials, a signature key, and random bytes that count upwards.
pub(crate) fn client(base_url: &str) -> Builder {
    Client::builder(base_url)
        .credentials(Credentials::new("shop", "hunter2"))
        .signature_key(satang_core::signature::Key::new("sandbox-signature-key").unwrap())
        .entropy(Arc::new(Counter::default()))
        .timeout(Duration::from_secs(30))
}

pub(crate) async fn call(
    client: &Client,
    operation: &'static Operation,
    body: &str,
) -> Result<Response<Bytes>, Error> {
    let request = Request::builder()
        .method(operation.method.clone())
        .uri(operation.path)
        .header("content-type", "application/json")
        .body(Bytes::copy_from_slice(body.as_bytes()))
        .unwrap();
    client.call(operation, request).await
}

/// Different bytes each time.
#[derive(Default)]
pub(crate) struct Counter(AtomicU64);

impl Entropy for Counter {
    fn fill(&self, bytes: &mut [u8]) {
        let count = self.0.fetch_add(1, SeqCst).to_le_bytes();
        bytes.iter_mut().zip(count.iter().cycle()).for_each(|(byte, count)| *byte = *count);
    }
}

/// The same bytes each time.
pub(crate) struct Fixed(pub(crate) [u8; 16]);

impl Entropy for Fixed {
    fn fill(&self, bytes: &mut [u8]) {
        bytes.iter_mut().zip(self.0.iter().cycle()).for_each(|(byte, fixed)| *byte = *fixed);
    }
}

/// A clock that stands still until it is moved.
pub(crate) struct Manual(AtomicI64);

impl Manual {
    pub(crate) fn at(second: i64) -> Arc<Self> {
        Arc::new(Self(AtomicI64::new(second)))
    }

    pub(crate) fn advance(&self, seconds: i64) {
        self.0.fetch_add(seconds, SeqCst);
    }
}

impl Clock for Manual {
    fn now(&self) -> Timestamp {
        Timestamp::from_second(self.0.load(SeqCst)).unwrap()
    }
}
