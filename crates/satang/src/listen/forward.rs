//! Passing a callback on, byte for byte.

use super::plain;
use crate::output::Exit;
use bytes::Bytes;
use http::{HeaderName, Request, Response, StatusCode, Uri, header, request::Parts};
use http_body_util::{BodyExt as _, Full, Limited};
use hyper_util::{
    client::legacy::{Client, connect::HttpConnector},
    rt::TokioExecutor,
};
use std::time::Duration;
use tokio::time::timeout;

/// The longest answer that is passed back, in bytes.
const ANSWER_LIMIT: usize = 1024 * 1024;
/// How long the program behind may take: less than the bank waits, so that the bank learns why.
const PATIENCE: Duration = Duration::from_secs(9);
/// What belongs to a connection and not to a message (RFC 9110, 7.6.1).
const OF_THE_CONNECTION: [HeaderName; 6] = [
    header::CONNECTION,
    header::TE,
    header::TRAILER,
    header::TRANSFER_ENCODING,
    header::UPGRADE,
    header::PROXY_AUTHENTICATE,
];

/// Where callbacks are passed on to.
pub(super) struct Forward {
    to: Uri,
    client: Client<HttpConnector, Full<Bytes>>,
}

impl Forward {
    pub(super) fn new(url: &str) -> Result<Self, Exit> {
        let wrong =
            || Exit::Usage("--forward: expected a URL such as http://127.0.0.1:3000/callbacks".to_owned());
        let to: Uri = url.parse().map_err(|_| wrong())?;
        let is_http = to.scheme() == Some(&http::uri::Scheme::HTTP);
        if !is_http || to.authority().is_none_or(|authority| authority.as_str().contains('@')) {
            return Err(wrong());
        }
        Ok(Self { to, client: Client::builder(TokioExecutor::new()).pool_max_idle_per_host(0).build_http() })
    }

    /// Sends the request on with its headers, and returns what that answers; 502 or 504 when it cannot.
    pub(super) async fn pass_on(&self, parts: &Parts, body: Bytes) -> Response<Bytes> {
        let mut request = Request::new(Full::new(body));
        *request.method_mut() = parts.method.clone();
        *request.uri_mut() = self.to.clone();
        *request.headers_mut() = parts.headers.clone();
        for name in OF_THE_CONNECTION.iter().chain(&[header::HOST, header::CONTENT_LENGTH]) {
            request.headers_mut().remove(name);
        }
        let answered = timeout(PATIENCE, async {
            let response = self.client.request(request).await.map_err(|_| ())?;
            let (mut parts, body) = response.into_parts();
            for name in OF_THE_CONNECTION.iter().chain(&[header::CONTENT_LENGTH]) {
                parts.headers.remove(name);
            }
            let body = Limited::new(body, ANSWER_LIMIT).collect().await.map_err(|_| ())?;
            Ok::<_, ()>(Response::from_parts(parts, body.to_bytes()))
        });
        match answered.await {
            Ok(Ok(response)) => response,
            Ok(Err(())) => plain(StatusCode::BAD_GATEWAY, "the callback could not be passed on"),
            Err(_) => {
                plain(StatusCode::GATEWAY_TIMEOUT, "the callback was passed on but not answered in time")
            }
        }
    }
}
