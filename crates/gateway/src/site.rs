//! All that the gateway serves, by path.
//!
//! | path | what |
//! | --- | --- |
//! | `/auth/`, `/rest/` | the bank's API, for partners |
//! | `/auth/oauth/v2/authorize`, `/consent/`, `/app/` | the pages on which customers agree |
//! | `/style/` | the stylesheet of all pages |
//! | `/` | the console, for operators |
//!
//! What no other part serves is answered by the bank's API, in its envelope.

use crate::{
    Gateway, consent,
    journey::Kind,
    page::{self, Visit},
};
use bytes::Bytes;
use http::{Method, Request, Response, StatusCode};
use http_body_util::Full;
use satang_core::{
    Router,
    direct_debit::{AUTHORIZE, Server},
};
use std::{
    convert::Infallible,
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
}

impl Site {
    pub(crate) fn new(gateway: Arc<Gateway>) -> Self {
        Self { direct_debit: gateway.router(), gateway }
    }

    /// Answers a request, always with something.
    pub async fn answer<B>(&self, request: Request<B>) -> Response<Bytes>
    where
        B: http_body::Body<Data: Send, Error: Into<Box<dyn StdError + Send + Sync>>> + Send,
    {
        match Part::of(request.uri().path()) {
            // Not through the router, which would answer a browser in the bank's envelope.
            Part::Bank if request.uri().path() == AUTHORIZE.path && request.method() == Method::GET => {
                consent::authorize(&self.gateway, request).await
            }
            Part::Bank => self.direct_debit.answer(request).await,
            Part::Consent(kind) => match Visit::read(request, &self.gateway.public_url).await {
                Ok(visit) => consent::answer(&self.gateway, kind, &visit).await,
                Err(refused) => refused,
            },
            Part::Style => page::style(request.uri().path()),
            Part::Console => match Visit::read(request, &self.gateway.public_url).await {
                Ok(visit) => page::failure(&visit, StatusCode::NOT_FOUND),
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
    Style,
    Console,
}

impl Part {
    fn of(path: &str) -> Self {
        match path.split('/').nth(1) {
            Some("consent") => Self::Consent(Kind::Web),
            Some("app") => Self::Consent(Kind::App),
            Some("style") => Self::Style,
            Some("") => Self::Console,
            _ => Self::Bank,
        }
    }
}

impl<B> Service<Request<B>> for Site
where
    B: http_body::Body<Data: Send, Error: Into<Box<dyn StdError + Send + Sync>>> + Send + 'static,
{
    type Response = Response<Full<Bytes>>;
    type Error = Infallible;
    type Future = Pin<Box<dyn Future<Output = Result<Self::Response, Infallible>> + Send>>;

    fn poll_ready(&mut self, _: &mut Context<'_>) -> Poll<Result<(), Infallible>> {
        Poll::Ready(Ok(()))
    }

    fn call(&mut self, request: Request<B>) -> Self::Future {
        let site = self.clone();
        Box::pin(async move { Ok(site.answer(request).await.map(Full::new)) })
    }
}
