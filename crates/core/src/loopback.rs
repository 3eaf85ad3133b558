//! A transport without a network.

use crate::{Error, Kind, Operation, Sent, Timer, Transport};
use bytes::Bytes;
use http::{Request, Response};
use http_body::Body;
use http_body_util::{BodyExt, Full};
use std::time::Duration;
use tower_service::Service;

/// Carries requests to a service of the same process: for tests, documentation and simulations.
///
/// It adds nothing to a request, and waiting takes no time.
#[derive(Clone, Debug)]
pub struct Loopback<S>(S);

impl<S> Loopback<S> {
    /// Carries requests to `service`, such as a [`Router`](crate::Router).
    pub fn new(service: S) -> Self {
        Self(service)
    }
}

impl<S, B> Transport for Loopback<S>
where
    S: Service<Request<Full<Bytes>>, Response = Response<B>, Future: Send> + Clone + Send + Sync,
    B: Body<Data: Send> + Send,
{
    async fn call(&self, _: &'static Operation, request: Request<Bytes>) -> Result<Response<Bytes>, Error> {
        let lost = || Error::new(Kind::Interrupted, Sent::Maybe, "the service did not answer");
        let response = self.0.clone().call(request.map(Full::new)).await.map_err(|_| lost())?;
        let (parts, body) = response.into_parts();
        let body = Box::pin(body).collect().await.map_err(|_| lost())?;
        Ok(Response::from_parts(parts, body.to_bytes()))
    }
}

impl<S: Send + Sync> Timer for Loopback<S> {
    async fn sleep(&self, _: Duration) {}
}
