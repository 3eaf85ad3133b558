//! All that the gateway serves, by path.
//!
//! | path | what |
//! | --- | --- |
//! | `/auth/`, `/rest/` | the bank's API, for partners |
//! | `/auth/oauth/v2/authorize`, `/consent/`, `/app/` | the pages on which customers agree |
//! | `/sandbox/` | the control API, for the operator, if it is on |
//! | `/`, `/console/` | the console, for the operator, if it is on |
//! | `/docs/`, `/openapi/` | the OpenAPI documents, for everybody |
//! | `/style/` | the stylesheet of all pages |
//!
//! What no other part serves is answered by the bank's API, in its envelope.

use crate::{
    Control, Gateway, consent,
    console::Console,
    documents,
    fault::{Aftermath, Dropped, PacedBody},
    journey::Kind,
    page::{self, Visit},
};
use bytes::Bytes;
use http::{Method, Request, Response, StatusCode};
use satang_core::{
    Router,
    direct_debit::{AUTHORIZE, Server},
    sandbox,
};
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
    console: Option<Arc<Console>>,
}

impl Site {
    pub(crate) fn new(gateway: Arc<Gateway>) -> Self {
        let control = gateway.admin_key.as_deref().map(|key| Control::router(&gateway, key));
        let console = gateway.admin_key.as_deref().map(|key| Arc::new(Console::new(&gateway, key)));
        Self { direct_debit: gateway.router(), control, console, gateway }
    }

    /// Answers a request, always with something: a fault that drops answers or slows them down strikes only who calls
    /// the service.
    pub async fn answer<B>(&self, request: Request<B>) -> Response<Bytes>
    where
        B: http_body::Body<Data: Send, Error: Into<Box<dyn StdError + Send + Sync>>> + Send,
    {
        let asks = (request.method() == Method::GET).then(|| request.uri().path());
        match (Part::of(request.uri().path()), &self.control) {
            (Part::Control, Some(control)) => control.answer(request).await,
            // Not through the router, which would answer a browser in the bank's envelope.
            (Part::Bank, _) if asks == Some(AUTHORIZE.path) => {
                consent::authorize(&self.gateway, request).await
            }
            (Part::Bank | Part::Control, _) => self.direct_debit.answer(request).await,
            (Part::Documents, _) => documents::answer(request.uri().path(), request.headers()),
            (Part::Docs, _) => documents::viewer(request.uri().path()),
            (Part::Consent(kind), _) => match Visit::read(request, &self.gateway.public_url).await {
                Ok(visit) => consent::answer(&self.gateway, kind, &visit).await,
                Err(refused) => refused,
            },
            (Part::Style, _) => page::style(request.uri().path()),
            (Part::Console, _) => match Visit::read(request, &self.gateway.public_url).await {
                Ok(visit) => match &self.console {
                    Some(console) => console.answer(visit).await,
                    None => page::failure(&visit, StatusCode::NOT_FOUND),
                },
                Err(refused) => refused,
            },
        }
    }
}

/// A part of the site: what serves all paths with the same first segment.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Part {
    Bank,
    Consent(Kind),
    Control,
    Console,
    Docs,
    Documents,
    Style,
}

impl Part {
    fn of(path: &str) -> Self {
        match path.split('/').nth(1) {
            Some("" | "console") => Self::Console,
            Some("app") => Self::Consent(Kind::App),
            Some("consent") => Self::Consent(Kind::Web),
            Some("sandbox") => Self::Control,
            Some("docs") => Self::Docs,
            Some("openapi") => Self::Documents,
            Some("style") => Self::Style,
            _ => Self::Bank,
        }
    }
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
