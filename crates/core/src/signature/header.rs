//! The `Signature` header as it arrives: its parameters, and the text that they say was signed.

use super::{BASE64, COVERED, MAX_AGE, MAX_AHEAD, Refused};
use base64::Engine;
use http::{HeaderMap, Method};
use jiff::Timestamp;
use std::fmt::Write;

/// The longest header that is looked at. The bank's own is about 230 bytes.
const MAX_BYTES: usize = 2048;
/// The most items that one signature may cover.
const MAX_COVERED: usize = 16;

/// The parameters of a `Signature` header, read but not yet believed.
///
/// Use [`verify`](super::verify) to check a request. This type is for those who must look at
/// [`key_id`](Signature::key_id) first, to find the key.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Signature<'a> {
    key_id: &'a str,
    created: Timestamp,
    expires: Option<Timestamp>,
    headers: &'a str,
    mac: [u8; 32],
}

impl<'a> Signature<'a> {
    /// Reads a header value.
    ///
    /// A parameter of the draft that occurs twice refuses the header, and an unknown one is skipped: "If any of
    /// the parameters listed above are erroneously duplicated [...] the signature MUST NOT be processed. Any
    /// parameter that is not recognized [...] MUST be ignored" (draft-cavage-http-signatures-12, 2.2).
    ///
    /// # Errors
    /// [`Refused::Malformed`], [`Refused::Algorithm`] or [`Refused::Coverage`].
    pub fn parse(value: &'a str) -> Result<Self, Refused> {
        let found = Parameters::read(value)?;
        // "hs2019" means "look the algorithm up by keyId". To let a header choose is how algorithm confusion
        // begins.
        if found.algorithm.is_some_and(|name| name != "hs2019") {
            return Err(Refused::Algorithm);
        }
        let headers = found.headers.ok_or(Refused::Coverage)?;
        check_coverage(headers, found.expires.is_some())?;
        let mut mac = [0; 32];
        let written = BASE64.decode_slice(found.signature.ok_or(Refused::Malformed)?, &mut mac);
        if written != Ok(mac.len()) {
            return Err(Refused::Malformed);
        }
        Ok(Self {
            key_id: found.key_id.ok_or(Refused::Malformed)?,
            created: seconds(found.created.ok_or(Refused::Malformed)?)?,
            expires: found.expires.map(seconds).transpose()?,
            headers,
            mac,
        })
    }

    /// The name of the key that the sender says it used.
    #[must_use]
    pub fn key_id(&self) -> &'a str {
        self.key_id
    }

    /// When the sender says it signed.
    #[must_use]
    pub fn created(&self) -> Timestamp {
        self.created
    }

    /// When the sender says its signature ends to be good.
    #[must_use]
    pub fn expires(&self) -> Option<Timestamp> {
        self.expires
    }

    /// The names of what the sender says it signed, in order.
    pub fn covered(&self) -> impl Iterator<Item = &'a str> + use<'a> {
        self.headers.split(' ')
    }

    pub(super) fn mac(&self) -> [u8; 32] {
        self.mac
    }

    pub(super) fn check_times(&self, now: Timestamp) -> Result<(), Refused> {
        let age = now.as_second() - self.created.as_second();
        if age < -seconds_of(MAX_AHEAD) {
            return Err(Refused::Future);
        }
        if age > seconds_of(MAX_AGE) {
            return Err(Refused::Stale);
        }
        match self.expires {
            Some(end) if now > end => Err(Refused::Expired),
            _ => Ok(()),
        }
    }

    /// The text that this header says was signed, with the values of the request that arrived.
    pub(super) fn text(
        &self,
        method: &Method,
        path_and_query: &str,
        headers: &HeaderMap,
    ) -> Result<String, Refused> {
        let mut text = String::with_capacity(256);
        for name in self.covered() {
            if !text.is_empty() {
                text.push('\n');
            }
            text.push_str(name);
            text.push_str(": ");
            // Writing to a `String` does not fail.
            let _ = match name {
                "(request-target)" => {
                    write!(text, "{} {path_and_query}", method.as_str().to_ascii_lowercase())
                }
                "(created)" => write!(text, "{}", self.created.as_second()),
                "(expires)" => write!(text, "{}", self.expires.map_or(0, Timestamp::as_second)),
                name => text.write_str(only(headers, name)?),
            };
        }
        Ok(text)
    }
}

/// The one value of a header.
///
/// The draft joins repeated headers with a comma. Nobody needs that here, and two readers that disagree about
/// which of two values counts is a way around a signature.
pub(super) fn only<'h>(headers: &'h HeaderMap, name: &str) -> Result<&'h str, Refused> {
    let mut values = headers.get_all(name).iter();
    match (values.next(), values.next()) {
        (Some(value), None) => value.to_str().map(str::trim).map_err(|_| Refused::CoveredHeader),
        _ => Err(Refused::CoveredHeader),
    }
}

/// All of [`COVERED`] must be there, in any order and among others; no item twice, and none that has no value.
fn check_coverage(headers: &str, has_expires: bool) -> Result<(), Refused> {
    let items: Vec<_> = headers.split(' ').collect();
    let known = |item: &str| match item {
        "(request-target)" | "(created)" => true,
        "(expires)" => has_expires,
        name => {
            !name.is_empty() && name.bytes().all(|b| matches!(b, b'a'..=b'z' | b'0'..=b'9' | b'-' | b'_'))
        }
    };
    let repeated =
        items.iter().enumerate().any(|(at, item)| items.iter().skip(at + 1).any(|later| later == item));
    let complete = COVERED.split(' ').all(|item| items.contains(&item));
    if complete && !repeated && items.len() <= MAX_COVERED && items.into_iter().all(known) {
        return Ok(());
    }
    Err(Refused::Coverage)
}

#[derive(Default)]
struct Parameters<'a> {
    key_id: Option<&'a str>,
    algorithm: Option<&'a str>,
    created: Option<&'a str>,
    expires: Option<&'a str>,
    headers: Option<&'a str>,
    signature: Option<&'a str>,
}

impl<'a> Parameters<'a> {
    fn read(value: &'a str) -> Result<Self, Refused> {
        if value.len() > MAX_BYTES {
            return Err(Refused::Malformed);
        }
        let mut found = Self::default();
        let mut rest = value.trim_matches(blank);
        loop {
            let (name, value, after) = parameter(rest)?;
            found.keep(name, value)?;
            match after.trim_start_matches(blank) {
                "" => return Ok(found),
                more => rest = more.strip_prefix(',').ok_or(Refused::Malformed)?.trim_start_matches(blank),
            }
        }
    }

    fn keep(&mut self, name: &str, value: Value<'a>) -> Result<(), Refused> {
        let (slot, value) = match (name, value) {
            ("keyId", Value::Quoted(text)) => (&mut self.key_id, text),
            ("algorithm", Value::Quoted(text)) => (&mut self.algorithm, text),
            ("headers", Value::Quoted(text)) => (&mut self.headers, text),
            ("signature", Value::Quoted(text)) => (&mut self.signature, text),
            ("created", Value::Token(text)) => (&mut self.created, text),
            ("expires", Value::Token(text)) => (&mut self.expires, text),
            ("keyId" | "algorithm" | "headers" | "signature" | "created" | "expires", _) => {
                return Err(Refused::Malformed);
            }
            _ => return Ok(()),
        };
        if slot.replace(value).is_some() {
            return Err(Refused::Malformed);
        }
        Ok(())
    }
}

enum Value<'a> {
    Quoted(&'a str),
    Token(&'a str),
}

/// Splits `name=value` off the front of `text`. Escapes in quotes are refused: no value of the draft needs one.
fn parameter(text: &str) -> Result<(&str, Value<'_>, &str), Refused> {
    let (name, rest) = text.split_once('=').ok_or(Refused::Malformed)?;
    if name.is_empty() || !name.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'-' || b == b'_') {
        return Err(Refused::Malformed);
    }
    if let Some(quoted) = rest.strip_prefix('"') {
        let (value, after) = quoted.split_once('"').ok_or(Refused::Malformed)?;
        if !value.bytes().all(|b| matches!(b, b' '..=b'~') && b != b'\\') {
            return Err(Refused::Malformed);
        }
        return Ok((name, Value::Quoted(value), after));
    }
    let end = rest.find(|c| c == ',' || blank(c)).unwrap_or(rest.len());
    let (value, after) = rest.split_at_checked(end).ok_or(Refused::Malformed)?;
    if value.is_empty() || !value.bytes().all(|b| b.is_ascii_graphic() && b != b'"') {
        return Err(Refused::Malformed);
    }
    Ok((name, Value::Token(value), after))
}

fn blank(c: char) -> bool {
    c == ' ' || c == '\t'
}

/// A time as a plain integer. "Sub-second precision is not supported" for `created`; for `expires` the draft
/// would allow it, but then two spellings of one time would give two signatures.
fn seconds(text: &str) -> Result<Timestamp, Refused> {
    let digits = text.bytes().all(|b| b.is_ascii_digit()) && !(text.starts_with('0') && text.len() > 1);
    let value = text.parse().ok().filter(|_| digits).ok_or(Refused::Malformed)?;
    Timestamp::from_second(value).map_err(|_| Refused::Malformed)
}

fn seconds_of(duration: std::time::Duration) -> i64 {
    i64::try_from(duration.as_secs()).unwrap_or(i64::MAX)
}
