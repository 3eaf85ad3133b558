//! Connecting, with the guard at the one place that no name, literal or redirect gets around.

use super::guard::{self, Forbidden};
use http::Uri;
use hyper_util::rt::TokioIo;
use std::{
    error::Error as StdError,
    io,
    net::SocketAddr,
    pin::Pin,
    sync::Arc,
    task::{Context, Poll},
};
use tokio::net::{TcpStream, lookup_host};
use tower_service::Service;

type BoxError = Box<dyn StdError + Send + Sync>;
type Pinned<T> = Pin<Box<dyn Future<Output = T> + Send>>;
/// Finds the addresses of a host and port.
pub(super) type Resolve = Arc<dyn Fn(String, u16) -> Pinned<io::Result<Vec<SocketAddr>>> + Send + Sync>;

/// Connects to those addresses of a host that may be called, the first that answers.
#[derive(Clone)]
pub(super) struct Guarded {
    resolve: Resolve,
    private: bool,
}

impl Guarded {
    pub(super) fn new(private: bool) -> Self {
        let resolve = |host: String, port| -> Pinned<_> {
            Box::pin(async move { Ok(lookup_host((host, port)).await?.collect()) })
        };
        Self::resolving(Arc::new(resolve), private)
    }

    pub(super) fn resolving(resolve: Resolve, private: bool) -> Self {
        Self { resolve, private }
    }

    async fn connect(self, uri: Uri) -> Result<TokioIo<TcpStream>, BoxError> {
        let found = (self.resolve)(guard::host(&uri).to_owned(), guard::port(&uri)).await?;
        let mut last: BoxError = Forbidden("the name has no address").into();
        // Judged and connected to are the same: nothing is resolved again in between.
        for address in found {
            if let Err(forbidden) = guard::admit(address, self.private) {
                last = forbidden.into();
                continue;
            }
            match TcpStream::connect(address).await {
                Ok(stream) => {
                    // Only a hint: a connection without it is slower, not wrong.
                    let _ = stream.set_nodelay(true);
                    return Ok(TokioIo::new(stream));
                }
                Err(error) => last = error.into(),
            }
        }
        Err(last)
    }
}

impl Service<Uri> for Guarded {
    type Response = TokioIo<TcpStream>;
    type Error = BoxError;
    type Future = Pinned<Result<TokioIo<TcpStream>, BoxError>>;

    fn poll_ready(&mut self, _: &mut Context<'_>) -> Poll<Result<(), BoxError>> {
        Poll::Ready(Ok(()))
    }

    fn call(&mut self, uri: Uri) -> Self::Future {
        Box::pin(self.clone().connect(uri))
    }
}
