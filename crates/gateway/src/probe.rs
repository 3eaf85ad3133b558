//! Whether the gateway lives, and whether it should be given work: for whoever starts, stops and balances it.

use crate::{Gateway, metrics};
use bytes::Bytes;
use http::{HeaderValue, Method, Response, StatusCode, header};
use serde_json::json;
use std::{
    sync::atomic::{AtomicBool, Ordering::Relaxed},
    time::Duration,
};
use tokio::{sync::Mutex, time::timeout};

/// How long the store may take to answer a probe.
const PATIENCE: Duration = Duration::from_secs(2);

/// The paths that are answered here.
pub(crate) const PAGES: [&str; 3] = ["/healthz", "/readyz", "/metrics"];

/// The same, without what is only for operators.
pub(crate) const WITHOUT_METRICS: [&str; 2] = ["/healthz", "/readyz"];

/// What probes know.
#[derive(Debug, Default)]
pub(crate) struct Probe {
    draining: AtomicBool,
    /// Held by who asks the store: strangers who probe take up one place of its queue at most.
    asking: Mutex<()>,
}

impl Gateway {
    /// Says that the gateway is about to stop: from now on it is not ready. It still answers whatever reaches it.
    pub fn drain(&self) {
        self.probe.draining.store(true, Relaxed);
    }

    /// Answers a probe, or `None` when the path is none of [`PAGES`].
    pub(crate) async fn probe(&self, method: &Method, path: &str) -> Option<Response<Bytes>> {
        if !PAGES.contains(&path) {
            return None;
        }
        if method != Method::GET && method != Method::HEAD {
            let mut refused = page(StatusCode::METHOD_NOT_ALLOWED, "text/plain", Vec::new());
            refused.headers_mut().insert(header::ALLOW, HeaderValue::from_static("GET, HEAD"));
            return Some(refused);
        }
        match path {
            "/healthz" => Some(status(self.store.failure().map(|_| "the store failed"))),
            "/readyz" => Some(status(self.unready().await)),
            _ => {
                let metrics = self.metrics_page().await?;
                Some(page(StatusCode::OK, metrics::CONTENT_TYPE, metrics))
            }
        }
    }

    /// Why nobody should send requests, if so. The store was migrated before there was a gateway.
    async fn unready(&self) -> Option<&'static str> {
        if self.probe.draining.load(Relaxed) {
            return Some("the gateway is stopping");
        }
        let answer = async {
            let _asking = self.probe.asking.lock().await;
            self.store.write::<_, crate::store::StoreError, _>(|_| Ok(())).await
        };
        match timeout(PATIENCE, answer).await {
            Ok(Ok(())) => None,
            Ok(Err(_)) => Some("the store refuses writes"),
            Err(_) => Some("the store does not answer in time"),
        }
    }
}

fn status(wrong: Option<&'static str>) -> Response<Bytes> {
    let (code, body) = match wrong {
        None => (StatusCode::OK, json!({ "status": "ok" })),
        Some(why) => (StatusCode::SERVICE_UNAVAILABLE, json!({ "status": "unavailable", "reason": why })),
    };
    page(code, "application/json", body.to_string().into())
}

fn page(status: StatusCode, content_type: &'static str, body: Vec<u8>) -> Response<Bytes> {
    let mut page = Response::new(Bytes::from(body));
    *page.status_mut() = status;
    page.headers_mut().insert(header::CONTENT_TYPE, HeaderValue::from_static(content_type));
    page.headers_mut().insert(header::CACHE_CONTROL, HeaderValue::from_static("no-store"));
    page
}

#[cfg(test)]
mod tests;
