//! All that the gateway serves, by path.
//!
//! | path | what |
//! | --- | --- |
//! | `/auth/`, `/rest/` | the bank's API, for partners |
//! | `/auth/oauth/v2/authorize`, `/consent/`, `/app/` | the pages on which customers agree |
//! | `/stamp/`, and a prefix that is set | the Revenue Department's API, for filers |
//! | `/v1/` | the hub's API, for member banks, and that of a bank that asks it, for merchants |
//! | `/issuers/` | the banks that printed slips, for the hub |
//! | `/stamp-papers/` | papers, for whoever has the code of a payment |
//! | `/slip-pictures/` | pictures of slips, for whoever has been given the address of one |
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
    interbank::{self, Desk},
    journey::Kind,
    page::{self, Visit},
    probe, slip,
    stamp_duty::{self as revenue, Department},
    trace,
};
use bytes::Bytes;
use http::{Method, Request, Response, StatusCode};
use satang_core::{
    Page, Router,
    direct_debit::{self, AUTHORIZE},
    sandbox, slip_verification, stamp_duty,
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
    /// The probes that are answered here.
    probes: &'static [&'static str],
    /// What else there is: nothing, where only operators' programs are served.
    parts: Option<Parts>,
}

/// The parts of the site that are on.
#[derive(Clone, Debug)]
struct Parts {
    direct_debit: Router<direct_debit::Server<Gateway>>,
    department: Router<stamp_duty::Server<Department>>,
    hub: Router<slip_verification::Server<Desk>>,
    issuers: Router<slip_verification::CallbackServer<Desk>>,
    control: Option<Router<sandbox::Server<Control>>>,
    console: Option<Arc<Console>>,
}

impl Site {
    pub(crate) fn new(gateway: Arc<Gateway>) -> Self {
        let key = gateway.admin_key.as_deref();
        let parts = Parts {
            direct_debit: gateway.router(),
            department: Department::router(&gateway),
            hub: Desk::router(&gateway),
            issuers: Desk::issuers(&gateway),
            control: key.map(|key| Control::router(&gateway, key)),
            console: key.map(|key| Arc::new(Console::new(&gateway, key))),
        };
        // Whoever reaches the bank's API in production need not know how much it has to do.
        let probes = if gateway.production { &probe::WITHOUT_METRICS[..] } else { &probe::PAGES };
        Self { gateway, probes, parts: Some(parts) }
    }

    pub(crate) fn of_operations(gateway: Arc<Gateway>) -> Self {
        Self { gateway, probes: &probe::PAGES, parts: None }
    }

    /// Leaves `/metrics` to a listener of its own: see [`Gateway::operations`].
    #[must_use]
    pub fn without_metrics(mut self) -> Self {
        self.probes = &probe::WITHOUT_METRICS;
        self
    }

    /// Answers a request, always with something: a fault that drops answers or slows them down strikes only who calls
    /// the service.
    pub async fn answer<B>(&self, request: Request<B>) -> Response<Bytes>
    where
        B: http_body::Body<Data: Send, Error: Into<Box<dyn StdError + Send + Sync>>> + Send,
    {
        let (mut head, body) = request.into_parts();
        self.gateway.stamp_duty_paths.rewrite(&mut head.uri);
        interbank::rewrite(&mut head);
        let span = trace::span(&mut head, &self.gateway, &probe::PAGES);
        self.route(Request::from_parts(head, body)).instrument(span).await
    }

    async fn route<B>(&self, request: Request<B>) -> Response<Bytes>
    where
        B: http_body::Body<Data: Send, Error: Into<Box<dyn StdError + Send + Sync>>> + Send,
    {
        let path = request.uri().path();
        if self.probes.contains(&path)
            && let Some(page) = self.gateway.probe(request.method(), path).await
        {
            return page;
        }
        let Some(parts) = &self.parts else {
            let mut nothing = Response::new(Bytes::new());
            *nothing.status_mut() = StatusCode::NOT_FOUND;
            return nothing;
        };
        let _in_flight = self.gateway.metrics.as_ref().map(crate::metrics::Metrics::begin);
        match parts.of(path) {
            // Not through the router, which would answer a browser in the bank's envelope.
            Part::Bank(_) if request.method() == Method::GET && path == AUTHORIZE.path => {
                consent::authorize(&self.gateway, request).await
            }
            Part::Bank(bank) => bank.answer(request).await,
            Part::Department(department) => department.answer(request).await,
            Part::Hub(hub) => hub.answer(request).await,
            Part::Issuers(issuers) => issuers.answer(request).await,
            Part::Control(control) => control.answer(request).await,
            Part::Documents => documents::answer(path, request.headers()),
            Part::Docs => documents::viewer(path),
            Part::Style => page::style(path),
            Part::Papers => revenue::paper(&self.gateway, request.method(), path).await,
            Part::Slips => slip::picture(&self.gateway, request.method(), path).await,
            Part::Consent(kind) => match Visit::read(request, &self.gateway.public_url).await {
                Ok(visit) => consent::answer(&self.gateway, kind, &visit).await,
                Err(refused) => refused,
            },
            Part::Nothing => match Visit::read(request, &self.gateway.public_url).await {
                Ok(visit) => page::failure(&visit, StatusCode::NOT_FOUND),
                Err(refused) => refused,
            },
            Part::Console(console) => match Visit::read(request, &self.gateway.public_url).await {
                Ok(visit) => console.answer(visit).await,
                Err(refused) => refused,
            },
        }
    }

    /// What to answer to the request with this head if [`answer`](Site::answer) takes too long and is dropped. To be
    /// asked for before.
    pub fn late(&self, head: &mut http::request::Parts) -> impl FnOnce() -> Page + Send + use<> {
        let span = trace::span(head, &self.gateway, &probe::PAGES);
        let path = head.uri.path().to_owned();
        let late: Box<dyn FnOnce() -> Page + Send> = match self.parts.as_ref().map(|parts| parts.of(&path)) {
            Some(Part::Control(control)) => Box::new(control.late(head)),
            Some(Part::Department(department)) => Box::new(department.late(head)),
            Some(Part::Hub(hub)) => Box::new(hub.late(head)),
            Some(Part::Issuers(issuers)) => Box::new(issuers.late(head)),
            _ => Box::new(self.gateway.router().late(head)),
        };
        move || span.in_scope(late)
    }
}

/// What serves all paths with the same beginning.
enum Part<'a> {
    Bank(&'a Router<direct_debit::Server<Gateway>>),
    Department(&'a Router<stamp_duty::Server<Department>>),
    Hub(&'a Router<slip_verification::Server<Desk>>),
    Issuers(&'a Router<slip_verification::CallbackServer<Desk>>),
    Control(&'a Router<sandbox::Server<Control>>),
    Console(&'a Console),
    Consent(Kind),
    /// A page that is not there, for a browser.
    Nothing,
    Docs,
    Documents,
    Papers,
    Slips,
    Style,
}

impl Parts {
    /// The part that serves a path: the bank, for what no other part serves.
    fn of(&self, path: &str) -> Part<'_> {
        let bank = Part::Bank(&self.direct_debit);
        match path.split('/').nth(1) {
            Some("" | "console") => self.console.as_deref().map_or(Part::Nothing, Part::Console),
            Some("sandbox") => self.control.as_ref().map_or(bank, Part::Control),
            Some("stamp") => Part::Department(&self.department),
            // An issuer's path without its bank in front of it is nobody's.
            Some("v1") if path.starts_with("/v1/issuer/") => Part::Issuers(&self.issuers),
            Some("v1") => Part::Hub(&self.hub),
            Some(interbank::ISSUERS) => Part::Issuers(&self.issuers),
            Some(revenue::PAPERS) => Part::Papers,
            Some(slip::PICTURES) => Part::Slips,
            Some("app") => Part::Consent(Kind::App),
            Some("consent") => Part::Consent(Kind::Web),
            Some("docs") => Part::Docs,
            Some("openapi") => Part::Documents,
            Some("style") => Part::Style,
            _ => bank,
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
