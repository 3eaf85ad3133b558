//! Cookies: what the browser keeps for us, and no script can read.

use super::Visit;
use bytes::Bytes;
use http::{HeaderValue, Response, header};
use std::time::Duration;

/// A cookie to be set: `HttpOnly`, and `Secure` where the gateway is reached by HTTPS.
#[derive(Debug)]
pub(crate) struct Cookie<'a> {
    pub(crate) name: &'static str,
    /// Letters, digits, `-`, `_`, `.`; anything else sets no cookie.
    pub(crate) value: &'a str,
    /// To which paths the browser sends it back.
    pub(crate) path: &'a str,
    pub(crate) same_site: SameSite,
    /// How long it is kept; until the browser is closed when nothing is said, and zero removes it.
    pub(crate) lasts: Option<Duration>,
}

/// Whether the browser sends a cookie when another site leads here.
#[derive(Clone, Copy, Debug)]
pub(crate) enum SameSite {
    /// Never.
    Strict,
    /// When the visitor follows a link or is redirected, as from a partner's page.
    Lax,
}

impl Cookie<'_> {
    /// Sends the cookie along with an answer.
    pub(crate) fn set_on(&self, response: &mut Response<Bytes>, visit: &Visit) {
        if let Some(value) = self.header(visit.is_secure()) {
            response.headers_mut().append(header::SET_COOKIE, value);
        }
    }

    fn header(&self, is_secure: bool) -> Option<HeaderValue> {
        let plain =
            |text: &str| text.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"-_.".contains(&byte));
        if !plain(self.value) {
            return None;
        }
        let same_site = match self.same_site {
            SameSite::Strict => "Strict",
            SameSite::Lax => "Lax",
        };
        let Self { name, value, path, .. } = self;
        let lasts = self.lasts.map(|lasts| format!("; Max-Age={}", lasts.as_secs())).unwrap_or_default();
        let secure = if is_secure { "; Secure" } else { "" };
        let text = format!("{name}={value}; Path={path}; HttpOnly; SameSite={same_site}{lasts}{secure}");
        HeaderValue::from_str(&text).ok()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_cookie_is_closed_to_scripts_and_to_other_sites() {
        let cookie =
            |value, same_site, lasts| Cookie { name: "session", value, path: "/pages", same_site, lasts };
        let strict = cookie("a-1", SameSite::Strict, None);
        assert_eq!(strict.header(false).unwrap(), "session=a-1; Path=/pages; HttpOnly; SameSite=Strict");
        let lax = cookie("a", SameSite::Lax, Some(Duration::from_secs(60)));
        assert_eq!(
            lax.header(true).unwrap(),
            "session=a; Path=/pages; HttpOnly; SameSite=Lax; Max-Age=60; Secure"
        );
        assert_eq!(cookie("a; Domain=evil.example", SameSite::Lax, None).header(true), None);
    }
}
