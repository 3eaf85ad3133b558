//! What is answered in place of a service that takes too long.

use bytes::Bytes;
use http::{Response, StatusCode, request::Parts};
use std::{fmt, sync::Arc};

type Answer = Box<dyn FnOnce() -> Response<Bytes> + Send>;

/// Makes the answer from the head of a request, before anybody knows whether it will be needed.
#[derive(Clone)]
pub(super) struct Late(Arc<dyn Fn(&mut Parts) -> Answer + Send + Sync>);

impl Late {
    pub(super) fn new<F, L>(late: F) -> Self
    where
        F: Fn(&mut Parts) -> L + Send + Sync + 'static,
        L: FnOnce() -> Response<Bytes> + Send + 'static,
    {
        Self(Arc::new(move |head| Box::new(late(head))))
    }

    /// The answer to a request with this head.
    pub(super) fn of(&self, head: &mut Parts) -> Answer {
        (self.0)(head)
    }
}

impl Default for Late {
    /// 504, and nothing else.
    fn default() -> Self {
        Self::new(|_| {
            || {
                tracing::warn!("a request took too long");
                let mut response = Response::new(Bytes::new());
                *response.status_mut() = StatusCode::GATEWAY_TIMEOUT;
                response
            }
        })
    }
}

impl fmt::Debug for Late {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Late").finish_non_exhaustive()
    }
}
