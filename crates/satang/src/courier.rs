//! What carries the gateway's callbacks: the courier of the transport.

use crate::output::Exit;
use satang_core::Kind;
use satang_gateway::{Courier, Delivery, Undelivered};
use satang_transport::Courier as ByHttp;
use std::sync::Arc;

/// A courier for `Options::courier`. `private_addresses`: whether partners may be called on this machine and in private
/// networks.
pub fn courier(private_addresses: bool) -> Result<Arc<dyn Courier>, Exit> {
    let courier = ByHttp::builder().private_addresses(private_addresses).build();
    Ok(Arc::new(Http(courier.map_err(|e| Exit::failed("callbacks cannot be delivered", &e))?)))
}

struct Http(ByHttp);

impl Courier for Http {
    fn carry(&self, request: http::Request<bytes::Bytes>) -> Delivery<'_> {
        Box::pin(async move {
            self.0.send(request).await.map_err(|error| match error.kind() {
                Kind::Configuration => Undelivered::Address,
                Kind::Connect => Undelivered::Connect,
                Kind::Timeout => Undelivered::Timeout,
                _ => Undelivered::Broken,
            })
        })
    }
}
