//! All that the gateway serves, by path.
//!
//! | path | what |
//! | --- | --- |
//! | `/auth/`, `/rest/` | the bank's API, for partners |
//! | `/sandbox/v1/` | the control API, for the operator, if it is on |
//!
//! What no other part serves is answered by the bank's API, in its envelope.

use crate::{
    Control, Gateway,
    fault::{Aftermath, Dropped, PacedBody},
    sandbox::PREFIX,
};
use bytes::Bytes;
use http::{Request, Response};
use satang_core::{Router, direct_debit::Server, sandbox};
use std::{
    error::Error as StdError,
    pin::Pin,
    sync::Arc,
    task::{Context, Poll},
};
use tower_service::Service;

/// Serves everything: a `tower::Service` of any HTTP body. Clones are cheap.
#[derive(Clone, Debug)]
pub struct Site {
    gateway: Arc<Gateway>,
    direct_debit: Router<Server<Gateway>>,
    control: Option<Router<sandbox::Server<Control>>>,
}

impl Site {
    pub(crate) fn new(gateway: Arc<Gateway>) -> Self {
        let control = gateway.admin_key.as_deref().map(|key| Control::router(&gateway, key));
        Self { direct_debit: gateway.router(), control, gateway }
    }

    /// Answers a request, always with something: a fault that drops answers or slows them down strikes only who calls
    /// the service.
    pub async fn answer<B>(&self, request: Request<B>) -> Response<Bytes>
    where
        B: http_body::Body<Data: Send, Error: Into<Box<dyn StdError + Send + Sync>>> + Send,
    {
        match &self.control {
            Some(control) if is_below(request.uri().path(), PREFIX) => control.answer(request).await,
            _ => self.direct_debit.answer(request).await,
        }
    }
}

/// Whether a path is `folder` or begins with it.
fn is_below(path: &str, folder: &str) -> bool {
    path.strip_prefix(folder).is_some_and(|rest| rest.is_empty() || rest.starts_with('/'))
}

impl<B> Service<Request<B>> for Site
where
    B: http_body::Body<Data: Send, Error: Into<Box<dyn StdError + Send + Sync>>> + Send + 'static,
{
    type Response = Response<PacedBody>;
    type Error = Dropped;
    type Future = Pin<Box<dyn Future<Output = Result<Self::Response, Dropped>> + Send>>;

    fn poll_ready(&mut self, _: &mut Context<'_>) -> Poll<Result<(), Dropped>> {
        Poll::Ready(Ok(()))
    }

    fn call(&mut self, mut request: Request<B>) -> Self::Future {
        let site = self.clone();
        let aftermath = Aftermath::default();
        request.extensions_mut().insert(aftermath.clone());
        Box::pin(async move { aftermath.befall(site.answer(request).await) })
    }
}
