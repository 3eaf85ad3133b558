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
//! | `/healthz`, `/readyz`, `/metrics` | for operators' programs |
//!
//! What no other part serves is answered by the bank's API, in its envelope.

use crate::{
    Control, Gateway, consent,
    console::Console,
    documents,
    fault::{Aftermath, Dropped, PacedBody},
    journey::Kind,
    page::{self, Visit},
    probe, trace,
};
use bytes::Bytes;
use http::{Method, Request, Response, StatusCode, request::Parts};
use satang_core::{
    Page, Router,
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
use tracing::Instrument as _;

/// Serves everything: a `tower::Service` of any HTTP body. Clones are cheap.
#[derive(Clone, Debug)]
pub struct Site {
    gateway: Arc<Gateway>,
    direct_debit: Router<Server<Gateway>>,
    control: Option<Router<sandbox::Server<Control>>>,
    console: Option<Arc<Console>>,
    /// Whether partners, browsers and operators are all served, or only operators.
    serves: Audience,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Audience {
    All,
    /// All, except that metrics have a listener of their own.
    AllWithoutMetrics,
    Operators,
}

impl Site {
    pub(crate) fn new(gateway: Arc<Gateway>) -> Self {
        let control = gateway.admin_key.as_deref().map(|key| Control::router(&gateway, key));
        let console = gateway.admin_key.as_deref().map(|key| Arc::new(Console::new(&gateway, key)));
        // Whoever reaches the bank's API in production need not know how much it has to do.
        let serves = if gateway.production { Audience::AllWithoutMetrics } else { Audience::All };
        Self { direct_debit: gateway.router(), control, console, gateway, serves }
    }

    pub(crate) fn of_operations(gateway: Arc<Gateway>) -> Self {
        Self { serves: Audience::Operators, ..Self::new(gateway) }
    }

    /// Leaves `/metrics` to a listener of its own: see [`Gateway::operations`].
    #[must_use]
    pub fn without_metrics(mut self) -> Self {
        self.serves = Audience::AllWithoutMetrics;
        self
    }

    /// Answers a request, always with something: a fault that drops answers or slows them down strikes only who calls
    /// the service.
    pub async fn answer<B>(&self, request: Request<B>) -> Response<Bytes>
    where
        B: http_body::Body<Data: Send, Error: Into<Box<dyn StdError + Send + Sync>>> + Send,
    {
        let (mut head, body) = request.into_parts();
        let span = trace::span(&mut head, &self.gateway, &probe::PAGES);
        self.route(Request::from_parts(head, body)).instrument(span).await
    }

    async fn route<B>(&self, request: Request<B>) -> Response<Bytes>
    where
        B: http_body::Body<Data: Send, Error: Into<Box<dyn StdError + Send + Sync>>> + Send,
    {
        let path = request.uri().path();
        if !(path == "/metrics" && self.serves == Audience::AllWithoutMetrics)
            && let Some(page) = self.gateway.probe(request.method(), path).await
        {
            return page;
        }
        if self.serves == Audience::Operators {
            let mut nothing = Response::new(Bytes::new());
            *nothing.status_mut() = http::StatusCode::NOT_FOUND;
            return nothing;
        }
        let _in_flight = self.gateway.metrics.as_ref().map(crate::metrics::Metrics::begin);
        let asks = (request.method() == Method::GET).then(|| request.uri().path());
        match (Part::of(request.uri().path()), &self.control) {
            (Part::Control, Some(control)) => control.answer(request).await,
            // In production there is no console.
            (Part::Console, _) if self.gateway.production => self.direct_debit.answer(request).await,
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

    /// What to answer to the request with this head if [`answer`](Site::answer) takes too long and is dropped. To be
    /// asked for before.
    pub fn late(&self, head: &mut Parts) -> impl FnOnce() -> Page + Send + use<> {
        let span = trace::span(head, &self.gateway, &probe::PAGES);
        let late: Box<dyn FnOnce() -> Page + Send> = match (Part::of(head.uri.path()), &self.control) {
            (Part::Control, Some(control)) => Box::new(control.late(head)),
            _ => Box::new(self.direct_debit.late(head)),
        };
        move || span.in_scope(late)
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
