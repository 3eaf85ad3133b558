//! The demo's partner: a web shop with one address for the bank's callbacks and one for customers who come back.

use super::PATIENCE;
use crate::output::Exit;
use bytes::Bytes;
use http::{HeaderValue, Method, Request, Response, StatusCode, header};
use http_body_util::Full;
use hyper::body::Incoming;
use satang_direct_debit::{
    Arrivals,
    receiver::{Handle, Notice, Receiver, Recent, Unhandled},
};
use satang_gateway::demo;
use satang_transport::Server;
use std::{
    convert::Infallible,
    pin::Pin,
    sync::{
        Arc,
        atomic::{AtomicBool, Ordering::Relaxed},
    },
    task::{Context, Poll},
};
use tokio::{
    sync::{mpsc, oneshot},
    task::JoinHandle,
    time::timeout,
};
use tower_service::Service;

/// Where the bank calls, and where browsers come back to.
const CALLBACK: &str = "/direct-debit/registration";
const REGISTERED: &str = "/registered";

/// A shop that listens.
pub(super) struct Partner {
    /// `http://127.0.0.1:` and a port.
    pub(super) origin: String,
    /// Where callbacks are handed over to whoever waits for a registration.
    pub(super) arrivals: Arrivals,
    fails_next: Arc<AtomicBool>,
    told: mpsc::UnboundedReceiver<Told>,
    returned: mpsc::UnboundedReceiver<String>,
    stop: oneshot::Sender<()>,
    serving: JoinHandle<()>,
}

/// A callback whose signature was right.
pub(super) struct Told {
    pub(super) notice: Notice,
    /// Whether the shop has stored it, and so answered 200.
    pub(super) stored: bool,
}

impl Partner {
    pub(super) async fn open() -> Result<Self, Exit> {
        let server =
            Server::bind("127.0.0.1:0").await.map_err(|e| Exit::failed("the partner cannot listen", &e))?;
        let address = server.local_addr().map_err(|e| Exit::failed("the partner cannot listen", &e))?;
        let (telling, told) = mpsc::unbounded_channel();
        let (returning, returned) = mpsc::unbounded_channel();
        let (arrivals, fails_next) = (Arrivals::default(), Arc::new(AtomicBool::new(false)));
        let books = Books { arrivals: arrivals.clone(), fails_next: Arc::clone(&fails_next), telling };
        let receiver = Receiver::new(books)
            .remembering(Recent::default())
            .signature_key(demo::SIGNATURE_KEY)
            .map_err(|e| Exit::failed("no key", &e))?;
        let (stop, stopped) = oneshot::channel::<()>();
        let serving = tokio::spawn(async move {
            server.serve(Shop { receiver, returning }, stopped).await;
        });
        let origin = format!("http://{address}");
        Ok(Self { origin, arrivals, fails_next, told, returned, stop, serving })
    }

    pub(super) async fn close(self) {
        let _ = self.stop.send(());
        let _ = self.serving.await;
    }

    pub(super) fn callback_url(&self) -> String {
        format!("{}{CALLBACK}", self.origin)
    }

    pub(super) fn redirect_uri(&self) -> String {
        format!("{}{REGISTERED}", self.origin)
    }

    /// Lets the next callback fail, as if the shop's database were down.
    pub(super) fn fail_once(&self) {
        self.fails_next.store(true, Relaxed);
    }

    /// The next callback, unless the bank does not call.
    pub(super) async fn told(&mut self) -> Option<Told> {
        timeout(PATIENCE, self.told.recv()).await.ok().flatten()
    }

    /// The path and query with which a browser came back.
    pub(super) async fn returned(&mut self) -> Option<String> {
        timeout(PATIENCE, self.returned.recv()).await.ok().flatten()
    }
}

/// Stores what the bank tells.
struct Books {
    arrivals: Arrivals,
    fails_next: Arc<AtomicBool>,
    telling: mpsc::UnboundedSender<Told>,
}

impl Handle for Books {
    async fn handle(&self, notice: Notice) -> Result<(), Unhandled> {
        let stored = !self.fails_next.swap(false, Relaxed);
        if stored {
            self.arrivals.hand_over(&notice.result);
        }
        // When nobody listens any more, the demo is over.
        let _ = self.telling.send(Told { notice, stored });
        if stored { Ok(()) } else { Err(Unhandled::Failed) }
    }
}

/// The service.
#[derive(Clone)]
struct Shop {
    receiver: Receiver<Books, Recent>,
    returning: mpsc::UnboundedSender<String>,
}

impl Service<Request<Incoming>> for Shop {
    type Response = Response<Full<Bytes>>;
    type Error = Infallible;
    type Future = Pin<Box<dyn Future<Output = Result<Self::Response, Infallible>> + Send>>;

    fn poll_ready(&mut self, _: &mut Context<'_>) -> Poll<Result<(), Infallible>> {
        Poll::Ready(Ok(()))
    }

    fn call(&mut self, request: Request<Incoming>) -> Self::Future {
        match (request.method(), request.uri().path()) {
            (_, CALLBACK) => self.receiver.call(request),
            (&Method::GET, REGISTERED) => {
                let _ = self.returning.send(request.uri().to_string());
                Box::pin(async { Ok(page(StatusCode::OK, "<h1>Thank you</h1>")) })
            }
            _ => Box::pin(async { Ok(page(StatusCode::NOT_FOUND, "<h1>There is no such page</h1>")) }),
        }
    }
}

fn page(status: StatusCode, html: &'static str) -> Response<Full<Bytes>> {
    let mut response = Response::new(Full::new(Bytes::from_static(html.as_bytes())));
    *response.status_mut() = status;
    let html = HeaderValue::from_static("text/html; charset=utf-8");
    response.headers_mut().insert(header::CONTENT_TYPE, html);
    response
}
