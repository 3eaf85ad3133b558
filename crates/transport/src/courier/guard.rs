//! Which addresses may be called on a stranger's behalf (server-side request forgery, CWE-918).

use http::{Uri, uri::Scheme};
use std::{
    error::Error as StdError,
    fmt,
    net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr},
};

/// Why an address may not be called.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Forbidden(pub(super) &'static str);

impl fmt::Display for Forbidden {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.0)
    }
}

impl StdError for Forbidden {}

/// What can be told of a URI without resolving its name.
pub(super) fn check(uri: &Uri, private: bool) -> Result<(), Forbidden> {
    let authority =
        uri.authority().ok_or(Forbidden("the address must be absolute, like https://partner.example"))?;
    if authority.as_str().contains('@') {
        return Err(Forbidden("the address must not hold a user name or password"));
    }
    match uri.scheme() {
        Some(scheme) if *scheme == Scheme::HTTPS => {}
        Some(scheme) if *scheme == Scheme::HTTP && private => {}
        Some(scheme) if *scheme == Scheme::HTTP => {
            return Err(Forbidden("the address must begin with https://"));
        }
        _ => return Err(Forbidden("the address must begin with https:// or http://")),
    }
    if !private && matches!(port(uri), 0..=442 | 444..=1023) {
        return Err(Forbidden("the port must be 443, or 1024 or above"));
    }
    match literal(uri) {
        Some(address) => admit(SocketAddr::new(address, port(uri)), private),
        None => Ok(()),
    }
}

/// Whether this very address may be connected to.
pub(super) fn admit(address: SocketAddr, private: bool) -> Result<(), Forbidden> {
    match reach(address.ip()) {
        Reach::Public => Ok(()),
        Reach::Private if private => Ok(()),
        Reach::Private => Err(Forbidden("the address is not a public one")),
        Reach::Never => Err(Forbidden("the address is of a kind that is never called")),
    }
}

/// The port of a URI, or its scheme's.
pub(super) fn port(uri: &Uri) -> u16 {
    let default = if uri.scheme() == Some(&Scheme::HTTP) { 80 } else { 443 };
    uri.port_u16().unwrap_or(default)
}

/// The host as a resolver wants it: without the brackets of an IPv6 address.
pub(super) fn host(uri: &Uri) -> &str {
    let host = uri.host().unwrap_or_default();
    host.strip_prefix('[').and_then(|host| host.strip_suffix(']')).unwrap_or(host)
}

fn literal(uri: &Uri) -> Option<IpAddr> {
    host(uri).parse().ok()
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Reach {
    Public,
    Private,
    Never,
}

fn reach(address: IpAddr) -> Reach {
    match address {
        IpAddr::V4(address) => reach_v4(address),
        IpAddr::V6(address) => reach_v6(address),
    }
}

/// The IANA registry of special-purpose IPv4 addresses, with what is not of it public.
fn reach_v4(address: Ipv4Addr) -> Reach {
    match address.octets() {
        [127, ..] | [10, ..] | [192, 168, ..] => Reach::Private,
        [172, 16..=31, ..] => Reach::Private,
        [100, 64..=127, ..] => Reach::Private, // shared, RFC 6598
        [0, ..] => Reach::Never,               // "this network": Linux takes 0.0.0.0 for itself
        [169, 254, ..] => Reach::Never,        // link-local
        [192, 0, 0, _] | [192, 0, 2, _] | [198, 51, 100, _] | [203, 0, 113, _] => Reach::Never, // protocols, documentation
        [192, 88, 99, _] => Reach::Never,                                                       // 6to4 relays
        [198, 18..=19, ..] => Reach::Never,                                                     // benchmarks
        [224..=255, ..] => Reach::Never, // multicast, reserved, broadcast
        _ => Reach::Public,
    }
}

/// Only global unicast (2000::/3) can be public, so that what nobody thought of is not.
fn reach_v6(address: Ipv6Addr) -> Reach {
    if let Some(inside) = address.to_ipv4_mapped() {
        return reach_v4(inside);
    }
    match address.segments() {
        [0, 0, 0, 0, 0, 0, 0, 1] => Reach::Private, // loopback
        [0xfc00..=0xfdff, ..] => Reach::Private,    // unique local
        [0x64, 0xff9b, 0, 0, 0, 0, high, low] => {
            // NAT64 (RFC 6052): where a network has IPv6 only, this is how IPv4 is reached.
            let [[a, b], [c, d]] = [high.to_be_bytes(), low.to_be_bytes()];
            reach_v4(Ipv4Addr::new(a, b, c, d))
        }
        [0x2001, 0..=0x1ff, ..] => Reach::Never, // protocols, among them Teredo
        [0x2001, 0xdb8, ..] | [0x3fff, 0..=0xfff, ..] => Reach::Never, // documentation
        [0x2002, ..] => Reach::Never,            // 6to4
        [0x2000..=0x3fff, ..] => Reach::Public,
        _ => Reach::Never,
    }
}
