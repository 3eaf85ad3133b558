//! One connection: until it ends by itself, is idle for too long, or the server stops.

use super::{
    Limits,
    activity::{Activity, InProgress},
    late::Late,
};
use bytes::Bytes;
use http::{Request, Response};
use http_body::Body;
use http_body_util::{Either, Full};
use hyper::body::Incoming;
use hyper_util::{
    rt::{TokioExecutor, TokioIo},
    server::conn::auto,
};
use satang_core::PeerAddress;
use std::{
    error::Error as StdError,
    future::poll_fn,
    pin::{Pin, pin},
    sync::Arc,
    time::Duration,
};
use tokio::{net::TcpStream, sync::watch, task::yield_now, time::timeout};
use tower_service::Service;

type BoxError = Box<dyn StdError + Send + Sync>;

pub(super) struct Connection {
    pub(super) http: auto::Builder<TokioExecutor>,
    pub(super) limits: Limits,
    pub(super) activity: Arc<Activity>,
    pub(super) stopping: watch::Receiver<bool>,
}

impl Connection {
    pub(super) async fn run<S, B>(mut self, stream: TcpStream, service: Watched<S>)
    where
        S: Service<Request<Incoming>, Response = Response<B>> + Clone + Send + 'static,
        S::Error: Into<BoxError>,
        S::Future: Send + 'static,
        B: Body<Data = Bytes> + Send + 'static,
        B::Error: Into<BoxError>,
    {
        let Limits { header_timeout, idle_timeout, request_timeout, .. } = self.limits;
        let mut connection = pin!(self.http.serve_connection(TokioIo::new(stream), service));
        let stops = tokio::select! {
            ended = connection.as_mut() => return log(ended),
            () = self.activity.idle(header_timeout, idle_timeout) => false,
            // The sender outlives its connections or is gone: both mean that the server stops.
            _ = self.stopping.wait_for(|stopping| *stopping) => true,
        };
        if stops {
            // A request that has arrived is answered, also when the runtime has yet to tell of it, which it does between
            // two turns of a task.
            tokio::select! {
                biased;
                ended = connection.as_mut() => return log(ended),
                () = yield_now() => {}
            }
        }
        connection.as_mut().graceful_shutdown();
        if stops {
            // The server has its own limit on how long this may take.
            log(connection.await);
        } else if let Ok(ended) = timeout(request_timeout, connection).await {
            // What is left of the last answer may still be on its way to a slow reader.
            log(ended);
        }
    }
}

fn log(ended: Result<(), BoxError>) {
    if let Err(error) = ended {
        tracing::debug!(%error, "a connection ended early");
    }
}

/// A service whose requests are counted and limited in time.
#[derive(Clone)]
pub(super) struct Watched<S> {
    pub(super) service: S,
    pub(super) limit: Duration,
    pub(super) late: Late,
    pub(super) peer: PeerAddress,
    pub(super) activity: Arc<Activity>,
}

impl<S, B> hyper::service::Service<Request<Incoming>> for Watched<S>
where
    S: Service<Request<Incoming>, Response = Response<B>> + Clone + Send + 'static,
    S::Error: Into<BoxError>,
    S::Future: Send + 'static,
    B: Body<Data = Bytes> + Send + 'static,
{
    type Response = Response<Either<B, Full<Bytes>>>;
    type Error = BoxError;
    type Future = Pin<Box<dyn Future<Output = Result<Self::Response, BoxError>> + Send>>;

    fn call(&self, request: Request<Incoming>) -> Self::Future {
        let in_progress = self.activity.begin();
        let mut service = self.service.clone();
        let limit = self.limit;
        let (mut head, body) = request.into_parts();
        head.extensions.insert(self.peer);
        let late = self.late.of(&mut head);
        let request = Request::from_parts(head, body);
        Box::pin(async move {
            let _in_progress: InProgress = in_progress;
            let answer = timeout(limit, async move {
                poll_fn(|cx| service.poll_ready(cx)).await?;
                service.call(request).await
            });
            match answer.await {
                Ok(answer) => Ok(answer.map_err(Into::into)?.map(Either::Left)),
                // The handler was dropped in the middle: nobody knows how far it came.
                Err(_) => Ok(late().map(|body| Either::Right(Full::new(body)))),
            }
        })
    }
}
