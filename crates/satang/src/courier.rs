//! What carries the gateway's callbacks, and questions between banks: the courier of the transport.

use crate::output::Exit;
use satang_core::Kind;
use satang_gateway::{Courier, Delivery, Exchange, Undelivered};
use satang_transport::{Courier as ByHttp, CourierBuilder};
use std::{net::SocketAddr, sync::Arc, time::Duration};

/// How long connecting to a bank may take.
const CONNECT: Duration = Duration::from_secs(1);
/// How many connections the gateway keeps to itself, and to each bank outside.
const KEPT: usize = 64;

/// A courier for `Options::courier`. `private_addresses`: whether partners may be called on this machine and in private
/// networks.
pub fn courier(private_addresses: bool) -> Result<Arc<dyn Courier>, Exit> {
    build(ByHttp::builder().private_addresses(private_addresses))
}

/// A courier for `Options::outside`. A partner is called seldom, and may have closed a connection meanwhile; a bank is asked all
/// the time.
pub fn outside(private_addresses: bool) -> Result<Arc<dyn Courier>, Exit> {
    build(
        ByHttp::builder()
            .private_addresses(private_addresses)
            .connect_timeout(CONNECT)
            .idle_connections(KEPT),
    )
}

/// A courier for `Options::inside`, which reaches the gateway itself.
pub fn inside() -> Result<Arc<dyn Courier>, Exit> {
    build(ByHttp::builder().private_addresses(true).connect_timeout(CONNECT).idle_connections(KEPT))
}

/// For `Options::own_url`: where a gateway that listens here reaches itself.
pub fn own_url(listens: SocketAddr) -> String {
    let mut address = listens;
    if address.ip().is_unspecified() {
        address.set_ip(match listens {
            SocketAddr::V4(_) => std::net::Ipv4Addr::LOCALHOST.into(),
            SocketAddr::V6(_) => std::net::Ipv6Addr::LOCALHOST.into(),
        });
    }
    format!("http://{address}")
}

fn build(builder: CourierBuilder) -> Result<Arc<dyn Courier>, Exit> {
    Ok(Arc::new(Http(builder.build().map_err(|e| Exit::failed("callbacks cannot be delivered", &e))?)))
}

struct Http(ByHttp);

impl Courier for Http {
    fn carry(&self, request: http::Request<bytes::Bytes>) -> Delivery<'_> {
        Box::pin(async move { self.0.send(request).await.map_err(|error| undelivered(error.kind())) })
    }

    fn exchange(&self, request: http::Request<bytes::Bytes>) -> Exchange<'_> {
        Box::pin(async move { self.0.exchange(request).await.map_err(|error| undelivered(error.kind())) })
    }
}

fn undelivered(kind: Kind) -> Undelivered {
    match kind {
        Kind::Configuration => Undelivered::Address,
        Kind::Connect => Undelivered::Connect,
        Kind::Timeout => Undelivered::Timeout,
        _ => Undelivered::Broken,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_gateway_that_listens_everywhere_reaches_itself_on_this_machine() {
        for (listens, expected) in [
            ("127.0.0.1:8700", "http://127.0.0.1:8700"),
            ("0.0.0.0:80", "http://127.0.0.1:80"),
            ("[::]:80", "http://[::1]:80"),
            ("192.0.2.7:80", "http://192.0.2.7:80"),
        ] {
            assert_eq!(own_url(listens.parse().unwrap()), expected, "{listens}");
        }
    }
}
