//! A transport without a network.

use crate::{Error, Kind, Operation, Sent, Timer, Transport};
use bytes::Bytes;
use http::{Request, Response};
use http_body_util::Full;
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

impl<S> Transport for Loopback<S>
where
    S: Service<Request<Full<Bytes>>, Response = Response<Bytes>, Future: Send> + Clone + Send + Sync,
{
    async fn call(&self, _: &'static Operation, request: Request<Bytes>) -> Result<Response<Bytes>, Error> {
        let response = self.0.clone().call(request.map(Full::new));
        response.await.map_err(|_| Error::new(Kind::Interrupted, Sent::Maybe, "the service did not answer"))
    }
}

impl<S: Send + Sync> Timer for Loopback<S> {
    async fn sleep(&self, _: Duration) {}
}
