//! Where a journey leads in the end.

use super::{Journey, Kind, code};
use crate::pepper::Pepper;
use jiff::Timestamp;
use satang_schema::direct_debit::PaymentTokenStatus;

/// The address to which the customer returns; `None` when there is nothing left to bring back.
pub(crate) fn destination(
    journey: &Journey,
    session: &str,
    pepper: &Pepper,
    now: Timestamp,
) -> Option<String> {
    let return_uri = journey.return_uri.as_deref()?;
    let registration = &journey.registration;
    if journey.kind == Kind::App {
        let known = [("journeyIdentifier", journey.id.as_str()), ("status", registration.status.as_str())];
        return Some(append(return_uri, &known));
    }
    if registration.status == PaymentTokenStatus::Active.as_str() {
        let is_good = journey.code_expires_at.is_some_and(|until| now.as_microsecond() < until);
        let code =
            (is_good && journey.code_used_at.is_none()).then(|| code::of(pepper, &journey.id, session))?;
        let state = journey.state.as_deref().map(|state| ("state", state));
        return Some(append(
            return_uri,
            &[Some(("code", code.as_str())), state].into_iter().flatten().collect::<Vec<_>>(),
        ));
    }
    let why = registration.reason_description.as_deref().unwrap_or("the registration has ended");
    Some(denied(return_uri, "access_denied", why, journey.state.as_deref()))
}

/// The way back without a code (RFC 6749, 4.1.2.1).
pub(crate) fn denied(return_uri: &str, error: &str, why: &str, state: Option<&str>) -> String {
    // "MUST NOT include characters outside the set %x20-21 / %x23-5B / %x5D-7E"
    let is_said = |c: &char| matches!(c, ' '..='~') && !matches!(c, '"' | '\\');
    let why: String = why.chars().filter(is_said).take(300).collect();
    let mut known = vec![("error", error), ("error_description", why.as_str())];
    known.extend(state.map(|state| ("state", state)));
    append(return_uri, &known)
}

/// An address with more in its query. What it had there stays, and what follows `#` comes last.
pub(crate) fn append(address: &str, known: &[(&str, &str)]) -> String {
    let (address, fragment) = match address.split_once('#') {
        Some((address, fragment)) => (address, format!("#{fragment}")),
        None => (address, String::new()),
    };
    let joint = match address.split_once('?') {
        None => "?",
        Some((_, query)) if query.is_empty() || query.ends_with('&') => "",
        Some(_) => "&",
    };
    let query = form_urlencoded::Serializer::new(String::new()).extend_pairs(known).finish();
    format!("{address}{joint}{query}{fragment}")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_address_keeps_its_own_query() {
        for (address, expected) in [
            ("https://a.example", "https://a.example?x=1+%26&y=%E0%B8%81"),
            ("https://a.example/b?", "https://a.example/b?x=1+%26&y=%E0%B8%81"),
            ("https://a.example/b?c=d", "https://a.example/b?c=d&x=1+%26&y=%E0%B8%81"),
            ("https://a.example/b?c=d&", "https://a.example/b?c=d&x=1+%26&y=%E0%B8%81"),
            ("partner://done#top", "partner://done?x=1+%26&y=%E0%B8%81#top"),
            ("partner:done?a=b#c?d", "partner:done?a=b&x=1+%26&y=%E0%B8%81#c?d"),
        ] {
            assert_eq!(append(address, &[("x", "1 &"), ("y", "ก")]), expected);
        }
    }

    #[test]
    fn a_denial_says_only_what_its_definition_allows() {
        assert_eq!(
            denied("https://a.example", "access_denied", "no \"ก\\\n!", Some("s&t")),
            "https://a.example?error=access_denied&error_description=no+%21&state=s%26t"
        );
    }
}
