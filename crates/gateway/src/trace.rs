//! What the log says of a request besides what happened: a span that every line within the request carries.
//!
//! It holds nothing that a caller could put a secret into: of the path only that of an operation or page that exists,
//! never the query, and of the headers only identifiers that are read as such.

use crate::{Gateway, interbank::Desk, stamp_duty::Department};
use http::{HeaderMap, Method, request::Parts};
use satang_core::{
    Entropy as _, PeerAddress, Routes, ServerTransactionId, direct_debit, slip_verification, stamp_duty,
};
use satang_schema::TransactionId;
use tracing::{Span, field};

/// The span of a request, in its extensions from the first who asks for it on.
#[derive(Clone)]
struct RequestSpan(Span);

/// The span of a request with this head.
pub(crate) fn span(head: &mut Parts, gateway: &Gateway, pages: &[&'static str]) -> Span {
    if let Some(RequestSpan(span)) = head.extensions.get() {
        return span.clone();
    }
    let new_id = || ServerTransactionId(TransactionId(gateway.uuid()));
    let ServerTransactionId(id) = *head.extensions.get_or_insert_with(new_id);
    // Of the highest level, so that the lines of every level carry it.
    let span = tracing::error_span!(
        "request",
        server_transaction_id = %id,
        method = method(&head.method),
        path = path(head.uri.path(), pages),
        peer = head.extensions.get().map(|PeerAddress(peer)| field::display(peer)),
        partner = field::Empty,
        trace_id = field::Empty,
        parent_id = field::Empty,
    );
    if let Some((trace_id, parent_id)) = trace_parent(&head.headers) {
        span.record("trace_id", trace_id).record("parent_id", parent_id);
    }
    head.extensions.insert(RequestSpan(span.clone()));
    span
}

/// Adds who calls, once that is known.
pub(crate) fn called_by(partner: &str) {
    Span::current().record("partner", partner);
}

/// Methods that anybody may invent are not repeated.
fn method(method: &Method) -> &str {
    const KNOWN: [Method; 7] = [
        Method::GET,
        Method::HEAD,
        Method::POST,
        Method::PUT,
        Method::PATCH,
        Method::DELETE,
        Method::OPTIONS,
    ];
    if KNOWN.contains(method) { method.as_str() } else { "other" }
}

/// The path, if it is one of ours.
fn path(path: &str, pages: &[&'static str]) -> Option<&'static str> {
    let bank = <direct_debit::Server<Gateway> as Routes>::OPERATIONS;
    let department = <stamp_duty::Server<Department> as Routes>::OPERATIONS;
    let hub = <slip_verification::Server<Desk> as Routes>::OPERATIONS;
    let issuers = <slip_verification::CallbackServer<Desk> as Routes>::OPERATIONS;
    let operations = bank.iter().chain(department).chain(hub).chain(issuers).map(|operation| operation.path);
    operations.chain(pages.iter().copied()).find(|known| *known == path)
}

/// The identifiers of the trace and of the caller's part of it (W3C Trace Context, 3.2), if the header is valid.
fn trace_parent(headers: &HeaderMap) -> Option<(&str, &str)> {
    let mut values = headers.get_all("traceparent").iter();
    let value = values.next().filter(|_| values.next().is_none())?.to_str().ok()?;
    let mut parts = value.split('-');
    let (version, trace_id, parent_id, flags) = (parts.next()?, parts.next()?, parts.next()?, parts.next()?);
    let is_hex = |text: &str, length: usize| {
        text.len() == length && text.bytes().all(|byte| matches!(byte, b'0'..=b'9' | b'a'..=b'f'))
    };
    let is_id = |text: &str, length: usize| is_hex(text, length) && text.bytes().any(|byte| byte != b'0');
    // Later versions may append parts, this one has none; ff is no version.
    let is_version = is_hex(version, 2) && version != "ff" && (version != "00" || parts.next().is_none());
    (is_version && is_id(trace_id, 32) && is_id(parent_id, 16) && is_hex(flags, 2))
        .then_some((trace_id, parent_id))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_trace_is_taken_over_when_it_is_valid() {
        let trace = "4bf92f3577b34da6a3ce929d0e0e4736";
        let parent = "00f067aa0ba902b7";
        let valid = [
            format!("00-{trace}-{parent}-01"),
            format!("00-{trace}-{parent}-00"),
            format!("cc-{trace}-{parent}-01-what-the-future-will-be-like"),
        ];
        let invalid = [
            String::new(),
            "secret".into(),
            format!("00-{trace}-{parent}"),
            format!("00-{trace}-{parent}-01-more"),
            format!("ff-{trace}-{parent}-01"),
            format!("0-{trace}-{parent}-01"),
            format!("00-{}-{parent}-01", trace.to_uppercase()),
            format!("00-{}-{parent}-01", "0".repeat(32)),
            format!("00-{trace}-{}-01", "0".repeat(16)),
            format!("00-{}-{parent}-01", &trace[1..]),
            format!("00-{trace}-{parent}0-01"),
            format!("00-{trace}-{parent}-0g"),
        ];
        let read = |values: &[&String]| {
            let mut headers = HeaderMap::new();
            for value in values {
                headers.append("traceparent", value.parse().unwrap());
            }
            trace_parent(&headers).map(|(trace, parent)| (trace.to_owned(), parent.to_owned()))
        };
        for value in &valid {
            assert_eq!(read(&[value]), Some((trace.to_owned(), parent.to_owned())), "{value}");
        }
        for value in &invalid {
            assert_eq!(read(&[value]), None, "{value}");
        }
        assert_eq!(read(&[&valid[0], &valid[0]]), None, "two of them are none");
        assert_eq!(read(&[]), None);
    }

    #[test]
    fn only_what_exists_is_named() {
        assert_eq!(path("/auth/oauth/v2/token", &[]), Some("/auth/oauth/v2/token"));
        assert_eq!(path("/healthz", &["/healthz"]), Some("/healthz"));
        for strange in ["/7770011555", "/auth/oauth/v2/token/", "", "*"] {
            assert_eq!(path(strange, &["/healthz"]), None, "{strange}");
        }
        assert_eq!(method(&Method::POST), "POST");
        assert_eq!(method(&Method::from_bytes(b"HUNTER2").unwrap()), "other");
    }
}
