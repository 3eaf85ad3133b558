//! What settings hold, how it is written, and how it is shown.

use jiff::SignedDuration;
use std::{fmt, net::SocketAddr, path::PathBuf, time::Duration};
use tracing_subscriber::EnvFilter;

/// How a value is written in a file, and on the command line.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    Text,
    Number,
    /// True or false; a flag alone means true.
    Switch,
    /// Text that is never shown, and may be in a file of its own.
    Secret,
}

/// What a setting holds.
pub trait Value: Sized {
    const KIND: Kind = Kind::Text;

    /// # Errors
    /// What was expected. Never repeats the text, which might be a secret at the wrong place.
    fn read(text: &str) -> Result<Self, String>;

    /// As it would be written; `None` when it is not set.
    fn show(&self) -> Option<String>;
}

impl<T: Value> Value for Option<T> {
    const KIND: Kind = T::KIND;

    fn read(text: &str) -> Result<Self, String> {
        if text.is_empty() { Ok(None) } else { T::read(text).map(Some) }
    }

    fn show(&self) -> Option<String> {
        self.as_ref().and_then(Value::show)
    }
}

impl Value for bool {
    const KIND: Kind = Kind::Switch;

    fn read(text: &str) -> Result<Self, String> {
        text.parse().map_err(|_| "expected true or false".to_owned())
    }

    fn show(&self) -> Option<String> {
        Some(self.to_string())
    }
}

impl Value for SocketAddr {
    fn read(text: &str) -> Result<Self, String> {
        text.parse().map_err(|_| "expected an address and a port, such as 127.0.0.1:8700".to_owned())
    }

    fn show(&self) -> Option<String> {
        Some(self.to_string())
    }
}

impl Value for PathBuf {
    fn read(text: &str) -> Result<Self, String> {
        if text.is_empty() { Err("expected a path".to_owned()) } else { Ok(text.into()) }
    }

    fn show(&self) -> Option<String> {
        Some(self.display().to_string())
    }
}

/// A number of things, within bounds.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Count<const LEAST: usize, const MOST: usize>(pub usize);

impl<const LEAST: usize, const MOST: usize> Value for Count<LEAST, MOST> {
    const KIND: Kind = Kind::Number;

    fn read(text: &str) -> Result<Self, String> {
        let number = text.parse().ok().filter(|number| (LEAST..=MOST).contains(number));
        number.map(Self).ok_or_else(|| format!("expected a number from {LEAST} to {MOST}"))
    }

    fn show(&self) -> Option<String> {
        Some(self.0.to_string())
    }
}

/// A length of time, from a millisecond to a day.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Span(pub Duration);

impl Value for Span {
    fn read(text: &str) -> Result<Self, String> {
        let span = text.parse::<SignedDuration>().ok().and_then(|span| Duration::try_from(span).ok());
        let (least, most) = (Duration::from_millis(1), Duration::from_secs(86_400));
        span.filter(|span| (least..=most).contains(span))
            .map(Self)
            .ok_or_else(|| "expected a time from 1ms to 24h, such as 30s or 1m 30s".to_owned())
    }

    fn show(&self) -> Option<String> {
        SignedDuration::try_from(self.0).ok().map(|span| format!("{span:#}"))
    }
}

/// The beginning of an http or https URL, without a slash at the end.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Url(pub String);

impl Value for Url {
    fn read(text: &str) -> Result<Self, String> {
        let expected =
            || "expected http:// or https://, a host, and no slash, query or user at the end".to_owned();
        let uri: http::Uri = text.parse().map_err(|_| expected())?;
        let is_web = matches!(uri.scheme_str(), Some("http" | "https"));
        let authority = uri.authority().map_or("", |authority| authority.as_str());
        let is_plain = !authority.is_empty() && !authority.contains('@') && !text.contains(['?', '#']);
        if is_web && is_plain && !text.ends_with('/') { Ok(Self(text.to_owned())) } else { Err(expected()) }
    }

    fn show(&self) -> Option<String> {
        Some(self.0.clone())
    }
}

/// The beginning of the paths of a product: segments that nothing else of the gateway begins with.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Prefix(pub String);

impl Value for Prefix {
    fn read(text: &str) -> Result<Self, String> {
        const TAKEN: [&str; 12] = [
            "auth", "rest", "app", "consent", "sandbox", "console", "docs", "openapi", "style", "healthz",
            "readyz", "metrics",
        ];
        let is_segment = |segment: &str| {
            let is_fitting = |byte: u8| byte.is_ascii_alphanumeric() || b"-._~".contains(&byte);
            !matches!(segment, "" | "." | "..") && segment.bytes().all(is_fitting)
        };
        let mut segments = text.strip_prefix('/').unwrap_or_default().split('/');
        let is_free = segments.clone().next().is_some_and(|first| !TAKEN.contains(&first));
        if is_free && segments.all(is_segment) && text.len() <= 200 {
            Ok(Self(text.to_owned()))
        } else {
            Err("expected a path such as /rd-stamp-os9-service that the gateway does not use otherwise"
                .to_owned())
        }
    }

    fn show(&self) -> Option<String> {
        Some(self.0.clone())
    }
}

/// Which log lines are written.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Filter(pub String);

impl Value for Filter {
    fn read(text: &str) -> Result<Self, String> {
        let expected =
            |_| "expected a level (error, warn, info, debug, trace), or target=level, ...".to_owned();
        EnvFilter::try_new(text).map_err(expected)?;
        Ok(Self(text.to_owned()))
    }

    fn show(&self) -> Option<String> {
        Some(self.0.clone())
    }
}

/// A secret of 16 to 512 visible characters: too long to be guessed, and fit for a header.
#[derive(Clone, PartialEq, Eq)]
pub struct Secret(pub String);

impl Value for Secret {
    const KIND: Kind = Kind::Secret;

    fn read(text: &str) -> Result<Self, String> {
        let fits = (16..=512).contains(&text.len()) && text.bytes().all(|byte| byte.is_ascii_graphic());
        if fits {
            Ok(Self(text.to_owned()))
        } else {
            Err("expected 16 to 512 visible ASCII characters".to_owned())
        }
    }

    fn show(&self) -> Option<String> {
        Some("***".to_owned())
    }
}

impl fmt::Debug for Secret {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Secret(***)")
    }
}
