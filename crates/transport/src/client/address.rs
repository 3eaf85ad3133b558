//! Where the provider is.

use http::uri::{Authority, PathAndQuery, Scheme, Uri};
use satang_core::{Error, Kind, Sent};
use std::{fmt, net::IpAddr};

/// A base URL that was checked.
pub(super) struct Address {
    scheme: Scheme,
    authority: Authority,
    /// What stands before every path, without a slash at its end; often empty.
    prefix: Box<str>,
    /// The path as it was given.
    path: PathAndQuery,
}

impl Address {
    pub(super) fn parse(url: &str) -> Result<Self, Error> {
        let uri: Uri =
            url.parse().map_err(|error| refused("the base URL is not a URL").with_source(error))?;
        let parts = uri.into_parts();
        let (Some(scheme), Some(authority), Some(path)) =
            (parts.scheme, parts.authority, parts.path_and_query)
        else {
            return Err(refused("the base URL must be absolute, like https://bank.example"));
        };
        if scheme != Scheme::HTTP && scheme != Scheme::HTTPS {
            return Err(refused("the base URL must begin with https:// or http://"));
        }
        if authority.as_str().contains('@') {
            return Err(refused("the base URL must not hold a user name or password"));
        }
        if path.query().is_some() || url.contains('#') {
            return Err(refused("the base URL must end with its path"));
        }
        Ok(Self { scheme, authority, prefix: path.path().trim_end_matches('/').into(), path })
    }

    /// The URL of a request, whose own URI is a path and perhaps a query.
    pub(super) fn join(&self, target: &Uri) -> Result<Uri, Error> {
        let target = match target.path_and_query() {
            // A callback goes to the address itself: its operation has no path of its own.
            None => self.path.clone(),
            Some(own) if own.as_str() == "/" => self.path.clone(),
            Some(own) if self.prefix.is_empty() => own.clone(),
            Some(own) => PathAndQuery::try_from(format!("{}{own}", self.prefix)).map_err(|error| {
                refused("the path of the request does not fit the base URL").with_source(error)
            })?,
        };
        let mut parts = http::uri::Parts::default();
        parts.scheme = Some(self.scheme.clone());
        parts.authority = Some(self.authority.clone());
        parts.path_and_query = Some(target);
        Uri::from_parts(parts)
            .map_err(|error| refused("the URL of the request is not valid").with_source(error))
    }

    pub(super) fn is_https(&self) -> bool {
        self.scheme == Scheme::HTTPS
    }

    /// True when requests do not leave this machine.
    pub(super) fn is_loopback(&self) -> bool {
        let host = self.authority.host();
        let address = host.strip_prefix('[').and_then(|host| host.strip_suffix(']')).unwrap_or(host);
        host.eq_ignore_ascii_case("localhost") || address.parse().is_ok_and(|ip: IpAddr| ip.is_loopback())
    }
}

impl fmt::Debug for Address {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}://{}{}", self.scheme, self.authority, self.path)
    }
}

fn refused(message: &str) -> Error {
    Error::new(Kind::Configuration, Sent::No, message)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_prefix_is_kept() {
        for (base, own, expected) in [
            ("https://bank.example", "/a", "https://bank.example/a"),
            ("https://bank.example/", "/a?b=c", "https://bank.example/a?b=c"),
            ("https://bank.example/open", "/a?b=c", "https://bank.example/open/a?b=c"),
            ("https://bank.example/open/", "/a", "https://bank.example/open/a"),
            ("http://[::1]:8700/open", "/a", "http://[::1]:8700/open/a"),
            ("https://partner.example/hook", "/", "https://partner.example/hook"),
            ("https://partner.example/hook/", "/", "https://partner.example/hook/"),
        ] {
            let joined = Address::parse(base).unwrap().join(&own.parse().unwrap()).unwrap();
            assert_eq!(joined.to_string(), expected, "{base} and {own}");
        }
    }

    #[test]
    fn what_is_not_a_base_url_is_refused_without_repeating_it() {
        for bad in [
            "",
            "bank.example",
            "/path",
            "ftp://bank.example",
            "https://user:hunter2@bank.example",
            "https://bank.example/?a=b",
            "https://bank.example/#a",
            "https://",
        ] {
            let error = Address::parse(bad).unwrap_err();
            assert_eq!((error.kind(), error.sent()), (Kind::Configuration, Sent::No), "{bad}");
            assert!(!format!("{error} {error:?}").contains("hunter2"));
        }
    }

    #[test]
    fn loopback() {
        for (url, expected) in [
            ("http://localhost:1", true),
            ("http://LOCALHOST", true),
            ("http://127.0.0.1:8700", true),
            ("http://127.9.9.9", true),
            ("http://[::1]", true),
            ("http://127.0.0.1.example", false),
            ("http://localhost.example", false),
            ("http://10.0.0.1", false),
            ("http://0.0.0.0", false),
        ] {
            assert_eq!(Address::parse(url).unwrap().is_loopback(), expected, "{url}");
        }
    }
}
