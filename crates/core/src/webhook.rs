//! Standard Webhooks 1.0.0: how a callback proves where it comes from, to receivers in any language.
//!
//! A request carries three headers. `webhook-id` names the event and stays the same however often it is sent,
//! `webhook-timestamp` is when this attempt was made (Unix seconds), and `webhook-signature` holds one or more
//! signatures, split by spaces, of the text `{id}.{timestamp}.{body}`:
//!
//! | signature | algorithm | who signs | who verifies |
//! | --- | --- | --- | --- |
//! | `v1,` and base64 | HMAC-SHA-256 | a [`Secret`], written `whsec_` and base64 | the same secret |
//! | `v1a,` and base64 | Ed25519 | a `SigningKey`, written `whsk_` and base64 | a `PublicKey`, written `whpk_` and base64 |
//!
//! ```
//! use http::HeaderMap;
//! use satang_core::webhook::{self, Secret, Trusted};
//!
//! let secret: Secret = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw".parse()?;
//! let now = jiff::Timestamp::from_second(1_614_265_330)?;
//! let body = br#"{"test": 2432232314}"#;
//!
//! // The sender
//! let mut headers = HeaderMap::new();
//! headers.insert(webhook::ID, "msg_p5jXN8AQM9LWM0D4loKWxJek".parse()?);
//! headers.insert(webhook::TIMESTAMP, "1614265330".parse()?);
//! let signature = secret.sign("msg_p5jXN8AQM9LWM0D4loKWxJek", now, body);
//! assert_eq!(signature, "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=");
//! headers.insert(webhook::SIGNATURE, signature.parse()?);
//!
//! // The receiver; while a secret is changed it trusts both.
//! let trusted = Trusted::new().secret(secret);
//! let verified = webhook::verify(&trusted, &headers, body, now)?;
//! assert_eq!(verified.id, "msg_p5jXN8AQM9LWM0D4loKWxJek");
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```
//!
//! [`verify`] keeps no state. A receiver that must not act twice also remembers each id.
//!
//! # Features
//! `ed25519` brings the second row. Without it a `v1a` signature is passed over, as the specification wants it of one
//! that a receiver does not know.

#[cfg(feature = "ed25519")]
mod asymmetric;
#[cfg(test)]
mod tests;

#[cfg(feature = "ed25519")]
pub use asymmetric::{PublicKey, SigningKey};

use crate::signature::InvalidKey;
use base64::{Engine, engine::general_purpose::STANDARD as BASE64};
use hmac::{Hmac, KeyInit, Mac};
use http::HeaderMap;
use jiff::Timestamp;
use sha2::Sha256;
use std::{error::Error as StdError, fmt, str::FromStr, time::Duration};
use zeroize::Zeroizing;

/// The header that names the event.
pub const ID: &str = "webhook-id";
/// The header that says when the attempt was made.
pub const TIMESTAMP: &str = "webhook-timestamp";
/// The header that carries the signatures.
pub const SIGNATURE: &str = "webhook-signature";
/// How far the sender's clock and the receiver's may be apart. The specification leaves it open; its own libraries
/// take five minutes.
pub const TOLERANCE: Duration = Duration::from_secs(300);

/// The longest `webhook-signature` that is looked at: room for some forty signatures.
const MAX_BYTES: usize = 4096;

/// A shared secret (`v1`). It is wiped when dropped, and `Debug` shows nothing of it.
#[derive(Clone)]
pub struct Secret {
    /// The state of the MAC after its key block, so that signing does not hash the key again.
    mac: Hmac<Sha256>,
}

impl Secret {
    /// A secret of these bytes. The specification wants 24 to 64 random ones of whoever makes a new secret; that is not
    /// checked, because one that is already agreed for another signature may be used here too.
    ///
    /// # Errors
    /// [`InvalidKey`] when there are none, since everybody can sign with an empty secret.
    pub fn from_bytes(bytes: impl AsRef<[u8]>) -> Result<Self, InvalidKey> {
        let bytes = bytes.as_ref();
        if bytes.is_empty() {
            return Err(InvalidKey("the secret of a webhook must not be empty"));
        }
        // An HMAC takes a key of any length, so this refuses nothing.
        let mac = Hmac::new_from_slice(bytes)
            .map_err(|_| InvalidKey("the secret has a length that HMAC refuses"))?;
        Ok(Self { mac })
    }

    /// A secret from a setting that may hold either form: `whsec_` and base64, or any other text, whose bytes are the
    /// secret.
    ///
    /// # Errors
    /// [`InvalidKey`] when it is empty, or begins with `whsec_` and is not base64 from there on.
    pub fn from_setting(text: &str) -> Result<Self, InvalidKey> {
        if text.starts_with("whsec_") { text.parse() } else { Self::from_bytes(text) }
    }

    /// The signature of a request, with its `v1,`.
    #[must_use]
    pub fn sign(&self, id: &str, timestamp: Timestamp, body: &[u8]) -> String {
        let mac = self.over(id, timestamp.as_second(), body).finalize();
        format!("v1,{}", BASE64.encode(mac.into_bytes()))
    }

    /// Compares in constant time.
    fn signed(&self, id: &str, seconds: i64, body: &[u8], signature: &[u8]) -> bool {
        self.over(id, seconds, body).verify_slice(signature).is_ok()
    }

    fn over(&self, id: &str, seconds: i64, body: &[u8]) -> Hmac<Sha256> {
        self.mac.clone().chain_update(signed_head(id, seconds)).chain_update(body)
    }
}

/// Reads `whsec_` and base64.
impl FromStr for Secret {
    type Err = InvalidKey;

    fn from_str(text: &str) -> Result<Self, InvalidKey> {
        let encoded = text.strip_prefix("whsec_").ok_or(InvalidKey("a webhook secret begins with whsec_"))?;
        let bytes = BASE64.decode(encoded).map(Zeroizing::new);
        Self::from_bytes(&*bytes.map_err(|_| InvalidKey("a webhook secret is whsec_ and base64"))?)
    }
}

impl fmt::Debug for Secret {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Secret").finish_non_exhaustive()
    }
}

/// Whose signatures a receiver accepts: one of these is enough. Several are for the time in which a key is changed.
#[derive(Clone, Debug, Default)]
pub struct Trusted {
    secrets: Vec<Secret>,
    #[cfg(feature = "ed25519")]
    keys: Vec<PublicKey>,
}

impl Trusted {
    /// Nobody yet.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// Also whoever has this secret.
    #[must_use]
    pub fn secret(mut self, secret: Secret) -> Self {
        self.secrets.push(secret);
        self
    }

    /// Also the owner of this key.
    #[cfg(feature = "ed25519")]
    #[must_use]
    pub fn public_key(mut self, key: PublicKey) -> Self {
        self.keys.push(key);
        self
    }

    /// Whether this one signature, such as `v1,K5oZ…`, is of somebody who is trusted. The version decides which keys are
    /// asked, so that no key is ever used with another algorithm than its own.
    fn accepts(&self, signature: &str, id: &str, seconds: i64, body: &[u8]) -> bool {
        match signature.split_once(',') {
            Some(("v1", encoded)) => {
                let Some(mac) = decoded::<32>(encoded) else { return false };
                self.secrets.iter().any(|secret| secret.signed(id, seconds, body, &mac))
            }
            #[cfg(feature = "ed25519")]
            Some(("v1a", encoded)) => {
                let Some(signature) = decoded::<64>(encoded) else { return false };
                self.keys.iter().any(|key| key.verifies(id, seconds, body, &signature))
            }
            _ => false,
        }
    }
}

/// What a receiver knows of a request whose signature is right.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Verified {
    /// The event: the same in every attempt to deliver it.
    pub id: String,
    /// When this attempt was made, by the sender's clock.
    pub timestamp: Timestamp,
}

/// Checks a request as it arrived, `body` before anything has parsed it.
///
/// # Errors
/// [`Refused`], with the first rule that is broken.
pub fn verify(
    trusted: &Trusted,
    headers: &HeaderMap,
    body: &[u8],
    now: Timestamp,
) -> Result<Verified, Refused> {
    let id = only(headers, ID)?;
    let seconds = seconds(only(headers, TIMESTAMP)?)?;
    let signatures = only(headers, SIGNATURE)?;
    // A full stop in the id could move the borders between the three parts of what is signed.
    if id.is_empty() || id.contains('.') || signatures.len() > MAX_BYTES {
        return Err(Refused::Malformed);
    }
    let timestamp = Timestamp::from_second(seconds).map_err(|_| Refused::Malformed)?;
    let age = now.as_second().saturating_sub(seconds);
    let tolerance = i64::try_from(TOLERANCE.as_secs()).unwrap_or(i64::MAX);
    if age < -tolerance {
        return Err(Refused::Future);
    }
    if age > tolerance {
        return Err(Refused::Stale);
    }
    if !signatures.split(' ').any(|signature| trusted.accepts(signature, id, seconds, body)) {
        return Err(Refused::Mismatch);
    }
    Ok(Verified { id: id.to_owned(), timestamp })
}

/// Why a request is not accepted. It tells which rule is broken and nothing about keys or values.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Refused {
    /// One of the three headers is missing.
    Missing,
    /// A header is there twice, too long, or not what it should be.
    Malformed,
    /// `webhook-timestamp` is more than [`TOLERANCE`] in the future.
    Future,
    /// `webhook-timestamp` is more than [`TOLERANCE`] ago.
    Stale,
    /// No signature is by a key that is trusted.
    Mismatch,
}

impl Refused {
    /// A stable word for logs and metrics.
    #[must_use]
    pub fn reason(self) -> &'static str {
        match self {
            Self::Missing => "webhook_header_missing",
            Self::Malformed => "webhook_header_malformed",
            Self::Future => "webhook_timestamp_in_future",
            Self::Stale => "webhook_timestamp_too_old",
            Self::Mismatch => "webhook_signature_mismatch",
        }
    }
}

impl fmt::Display for Refused {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Missing => "a header of Standard Webhooks is missing",
            Self::Malformed => "a header of Standard Webhooks is malformed",
            Self::Future => "the attempt was made in the future",
            Self::Stale => "the attempt was made too long ago",
            Self::Mismatch => "no signature is right",
        })
    }
}

impl StdError for Refused {}

/// What stands before the body in the signed text.
fn signed_head(id: &str, seconds: i64) -> String {
    format!("{id}.{seconds}.")
}

/// Exactly `N` bytes of base64, or nothing.
fn decoded<const N: usize>(encoded: &str) -> Option<[u8; N]> {
    let mut bytes = [0; N];
    (BASE64.decode_slice(encoded, &mut bytes) == Ok(N)).then_some(bytes)
}

/// The one value of a header: two readers that disagree about which of two values counts is a way around a signature.
fn only<'h>(headers: &'h HeaderMap, name: &str) -> Result<&'h str, Refused> {
    let mut values = headers.get_all(name).iter();
    match (values.next(), values.next()) {
        (None, _) => Err(Refused::Missing),
        (Some(value), None) => value.to_str().map(str::trim).map_err(|_| Refused::Malformed),
        _ => Err(Refused::Malformed),
    }
}

/// Unix seconds in the one spelling that they have, since the receiver signs the number again and not the text.
fn seconds(text: &str) -> Result<i64, Refused> {
    let is_plain = text.bytes().all(|b| b.is_ascii_digit()) && !(text.starts_with('0') && text.len() > 1);
    text.parse().ok().filter(|_| is_plain).ok_or(Refused::Malformed)
}
