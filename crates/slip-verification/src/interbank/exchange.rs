//! What a question looks like when it arrives, to the hub and to an issuer alike.

use super::question::Unreadable;
use bytes::Bytes;
use http::{HeaderMap, HeaderName, HeaderValue, Response, StatusCode, header};
use satang_schema::slip_verification::{BankCode, HubCode};
use std::{format, prelude::v1::*};
use uuid::Uuid;

pub(super) const API_VERSION: HeaderName = HeaderName::from_static("x-api-version");
pub(super) const CERTIFICATE_VERSION: HeaderName = HeaderName::from_static("x-crt-version");
pub(super) const CERTIFICATE_BANK: HeaderName = HeaderName::from_static("x-crt-bank");
pub(super) const DESTINATION: HeaderName = HeaderName::from_static("x-dest-bank");
pub(super) const ORIGIN: HeaderName = HeaderName::from_static("x-orig-bank");
pub(super) const REQUEST_ID: HeaderName = HeaderName::from_static("x-request-id");
pub(super) const DEADLINE: HeaderName = HeaderName::from_static("x-deadline-ms");
pub(super) const API_KEY: HeaderName = HeaderName::from_static("api-key");
pub(super) const API_SECRET: HeaderName = HeaderName::from_static("api-secret");
pub(super) const SIGNATURE: HeaderName = HeaderName::from_static("x-signature");
pub(super) const ISSUER_SIGNATURE: HeaderName = HeaderName::from_static("x-issuer-signature");

/// A question as it arrived.
#[derive(Clone, Copy, Debug)]
pub struct Asked<'a> {
    pub(super) headers: &'a HeaderMap,
    pub(super) content: &'a [u8],
    pub(super) certificate_of: Option<&'a BankCode>,
}

impl<'a> Asked<'a> {
    /// A question with these headers. `content` is what holds it: of a GET the query without its question mark, of a
    /// POST the body.
    #[must_use]
    pub fn new(headers: &'a HeaderMap, content: &'a [u8]) -> Self {
        Self { headers, content, certificate_of: None }
    }

    /// Over a connection whose client proved to be the member of this code, by a certificate of its own. Members for
    /// whom [`Proof::Certificate`](super::Proof::Certificate) was agreed are known by it; of others it must be their own
    /// beside their key and secret.
    ///
    /// The hub cannot verify this, so whoever says so guarantees that
    ///
    /// - the TLS handshake was completed with a client certificate, which was verified against the authorities that the
    ///   hub trusts, was valid at that time, and was not revoked;
    /// - this very certificate (or its subject, when the authority gives it to nobody else) was registered by this member;
    /// - what stands between the end of TLS and the hub takes the member from the handshake and not from the request: a
    ///   header that carries it is removed from whatever comes from outside, and that way is open to nobody else.
    ///
    /// When one of these is in doubt, it must not be called: without it, nobody is known by a certificate.
    #[must_use]
    pub fn over_certificate_of(mut self, member: &'a BankCode) -> Self {
        self.certificate_of = Some(member);
        self
    }
}

/// A code, and why in fixed words.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Fault {
    pub(super) code: HubCode,
    pub(super) reason: &'static str,
    /// The same, more precisely, for whoever asked.
    pub(super) detail: Option<String>,
}

pub(super) const fn fault(code: HubCode, reason: &'static str) -> Fault {
    Fault { code, reason, detail: None }
}

impl Fault {
    pub(super) fn unreadable(code: HubCode, Unreadable { reason, detail }: Unreadable) -> Self {
        Self { code, reason, detail }
    }
}

/// The text of a header, or `None` when it is absent, repeated or not visible ASCII.
pub(super) fn text<'a>(headers: &'a HeaderMap, name: &HeaderName) -> Option<&'a str> {
    let mut values = headers.get_all(name).iter();
    let value = values.next()?.to_str().ok()?;
    values.next().is_none().then_some(value)
}

/// The certificate's version, by either of its names; both must agree.
pub(super) fn certificate_version(headers: &HeaderMap) -> Option<&str> {
    let given = |name| headers.contains_key(&name).then(|| text(headers, &name));
    let version = match (given(CERTIFICATE_VERSION), given(CERTIFICATE_BANK)) {
        (Some(one), None) | (None, Some(one)) => one?,
        (Some(one), Some(other)) if one == other => one?,
        _ => return None,
    };
    let is_version = (1..=6).contains(&version.len()) && version.bytes().all(|byte| byte.is_ascii_digit());
    is_version.then_some(version)
}

/// The token of `Authorization: Bearer`.
pub(super) fn bearer(headers: &HeaderMap) -> Option<&str> {
    let (scheme, token) = text(headers, &header::AUTHORIZATION)?.split_once(' ')?;
    scheme.eq_ignore_ascii_case("bearer").then_some(token)
}

pub(super) fn request_id(headers: &HeaderMap) -> Option<Uuid> {
    text(headers, &REQUEST_ID).filter(|text| text.len() == 36).and_then(|text| text.parse().ok())
}

pub(super) fn bank(headers: &HeaderMap, name: &HeaderName) -> Option<BankCode> {
    text(headers, name)?.parse().ok()
}

/// The body of an answer. `data` goes in as it is.
pub(super) fn body(code: &HubCode, reason: &str, data: Option<&str>) -> Vec<u8> {
    let message = serde_json::Value::from(reason);
    let status =
        format!(r#""status":{{"code":{},"message":{message}}}"#, serde_json::Value::from(code.as_str()));
    match data {
        Some(data) => format!(r#"{{{status},"data":{data}}}"#).into_bytes(),
        None => format!("{{{status}}}").into_bytes(),
    }
}

/// The answer around a body.
pub(super) fn answer(code: &HubCode, body: Vec<u8>) -> Response<Bytes> {
    let mut answer = Response::new(Bytes::from(body));
    *answer.status_mut() = StatusCode::from_u16(code.status()).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
    let headers = answer.headers_mut();
    headers.insert(header::CONTENT_TYPE, HeaderValue::from_static("application/json"));
    headers.insert(header::CACHE_CONTROL, HeaderValue::from_static("no-store"));
    if code.status() == 401 {
        headers.insert(header::WWW_AUTHENTICATE, HeaderValue::from_static("Bearer"));
    }
    answer
}

/// Adds a header whose value is a token or an identifier.
pub(super) fn put(headers: &mut HeaderMap, name: HeaderName, value: &str) {
    if let Ok(value) = HeaderValue::from_str(value) {
        headers.insert(name, value);
    }
}

/// As [`put`], for what no log may show.
pub(super) fn put_secret(headers: &mut HeaderMap, name: HeaderName, value: &str) {
    if let Ok(mut value) = HeaderValue::from_str(value) {
        value.set_sensitive(true);
        headers.insert(name, value);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_certificates_version_has_two_names() {
        for (given, expected) in [
            (&[("x-crt-version", "3")][..], Some("3")),
            (&[("x-crt-bank", "3")], Some("3")),
            (&[("x-crt-version", "3"), ("x-crt-bank", "3")], Some("3")),
            (&[("x-crt-version", "3"), ("x-crt-bank", "4")], None),
            (&[("x-crt-version", "v3")], None),
            (&[], None),
        ] {
            let headers = given
                .iter()
                .map(|(name, value)| (HeaderName::from_static(name), HeaderValue::from_static(value)));
            assert_eq!(certificate_version(&headers.collect()), expected, "{given:?}");
        }
    }
}
