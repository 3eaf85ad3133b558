//! The signature of Krungsri requests: which bytes are signed, and what a receiver must check.
//!
//! A signed request carries two headers. `Digest` is the SHA-256 of the body (RFC 3230), and `Signature` is an
//! HMAC-SHA-256 over the target, the time, the digest and the caller's transaction identifier, in the form of
//! *Signing HTTP Messages* (draft-cavage-http-signatures-12). It is neither RFC 9421 nor JWS.
//!
//! ```
//! use http::{HeaderMap, Method};
//! use satang_core::signature::{self, Key};
//!
//! let key = Key::new(b"sandbox-signature-key")?;
//! let body = br#"{"hello": "world"}"#;
//! let now = jiff::Timestamp::from_second(1_597_424_400)?;
//!
//! // The sender
//! let id = "11111111-2222-4333-8444-555555555555";
//! let digest = signature::digest(body);
//! let mut headers = HeaderMap::new();
//! headers.insert("signature", key.sign(&Method::POST, "/pay", now, &digest, id).parse()?);
//! headers.insert("digest", digest.parse()?);
//! headers.insert("x-client-transaction-id", id.parse()?);
//!
//! // The receiver
//! let verified = signature::verify(&key, &Method::POST, "/pay", &headers, body, now)?;
//! assert_eq!(verified.client_transaction_id, id);
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```
//!
//! The digest is over the bytes that travel: serialise once, digest that, send that. A receiver that must not
//! act twice also remembers each `client_transaction_id` for [`MAX_AGE`] plus [`MAX_AHEAD`] and refuses
//! a second one; [`verify`] keeps no state and cannot do it.

mod header;
#[cfg(test)]
mod tests;

pub use header::Signature;

use base64::{Engine, engine::general_purpose::STANDARD as BASE64};
use hmac::{Hmac, KeyInit, Mac};
use http::{HeaderMap, Method};
use jiff::Timestamp;
use sha2::{Digest as _, Sha256};
use std::{error::Error as StdError, fmt, time::Duration};

/// The header that carries the digest of the body.
pub const DIGEST: &str = "digest";
/// The header that carries the signature.
pub const SIGNATURE: &str = "signature";
/// The header that carries the caller's identifier of one HTTP attempt.
pub const CLIENT_TRANSACTION_ID: &str = "x-client-transaction-id";
/// What is signed, in this order.
pub const COVERED: &str = "(request-target) (created) digest x-client-transaction-id";
/// How old a signature may be when it arrives.
pub const MAX_AGE: Duration = Duration::from_secs(300);
/// How far the sender's clock may be ahead of the receiver's.
pub const MAX_AHEAD: Duration = Duration::from_secs(30);

/// The value of the `Digest` header for a body.
///
/// ```
/// let value = satang_core::signature::digest(br#"{"hello": "world"}"#);
/// assert_eq!(value, "SHA-256=X48E9qOokqqrvdts8nOJRJN3OWDUoyWxBf7kbu9DBPE=");
/// ```
#[must_use]
pub fn digest(body: &[u8]) -> String {
    let mut value = String::with_capacity(52);
    value.push_str("SHA-256=");
    BASE64.encode_string(Sha256::digest(body), &mut value);
    value
}

/// The text that a sender signs: one line per item of [`COVERED`], without a line feed at the end.
#[must_use]
pub fn signing_text(
    method: &Method,
    path_and_query: &str,
    created: Timestamp,
    digest: &str,
    client_transaction_id: &str,
) -> String {
    let created = created.as_second();
    let method = method.as_str().to_ascii_lowercase();
    format!(
        "(request-target): {method} {path_and_query}\n\
         (created): {created}\n\
         digest: {digest}\n\
         x-client-transaction-id: {client_transaction_id}"
    )
}

/// A shared signature key.
///
/// The bank's callers keep it apart from the OAuth client secret, although its default name is
/// `client-secret`; it may be set to the same text. It is wiped when dropped, and `Debug` shows only its name.
#[derive(Clone)]
pub struct Key {
    id: Box<str>,
    /// The state of the MAC after its key block, so that signing does not hash the key again.
    mac: Hmac<Sha256>,
}

impl Key {
    /// The name that a key has when nothing else is agreed.
    pub const DEFAULT_ID: &'static str = "client-secret";

    /// A key named [`DEFAULT_ID`](Key::DEFAULT_ID).
    ///
    /// # Errors
    /// [`InvalidKey`] when `secret` is empty, since everybody can sign with an empty secret.
    pub fn new(secret: impl AsRef<[u8]>) -> Result<Self, InvalidKey> {
        let secret = secret.as_ref();
        if secret.is_empty() {
            return Err(InvalidKey("the secret of a signature key must not be empty"));
        }
        // An HMAC takes a key of any length, so this refuses nothing.
        let mac = Hmac::new_from_slice(secret)
            .map_err(|_| InvalidKey("the secret has a length that HMAC refuses"))?;
        Ok(Self { id: Self::DEFAULT_ID.into(), mac })
    }

    /// The same key under another name, which travels as `keyId`.
    ///
    /// # Errors
    /// [`InvalidKey`] unless `id` is 1 to 128 printable ASCII characters without `"` and `\`.
    pub fn with_id(mut self, id: &str) -> Result<Self, InvalidKey> {
        let fits = |b: u8| matches!(b, b' '..=b'~') && b != b'"' && b != b'\\';
        if id.is_empty() || id.len() > 128 || !id.bytes().all(fits) {
            return Err(InvalidKey(
                "a keyId is 1 to 128 printable ASCII characters without quotes and backslashes",
            ));
        }
        self.id = id.into();
        Ok(self)
    }

    /// The name of the key, as it travels in `keyId`.
    #[must_use]
    pub fn id(&self) -> &str {
        &self.id
    }

    /// The value of the `Signature` header for a request.
    ///
    /// `path_and_query` is the target exactly as it stands in the request line, and `digest` the value of the
    /// `Digest` header.
    #[must_use]
    pub fn sign(
        &self,
        method: &Method,
        path_and_query: &str,
        created: Timestamp,
        digest: &str,
        client_transaction_id: &str,
    ) -> String {
        let text = signing_text(method, path_and_query, created, digest, client_transaction_id);
        let signature = BASE64.encode(self.mac.clone().chain_update(text).finalize().into_bytes());
        let (id, created) = (&self.id, created.as_second());
        format!(
            "keyId=\"{id}\",algorithm=\"hs2019\",created={created},headers=\"{COVERED}\",signature=\"{signature}\""
        )
    }

    /// Compares in constant time.
    fn signed(&self, text: &[u8], signature: &[u8]) -> bool {
        self.mac.clone().chain_update(text).verify_slice(signature).is_ok()
    }
}

impl fmt::Debug for Key {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Key").field("id", &self.id).finish_non_exhaustive()
    }
}

/// What a receiver knows of a request whose signature is right.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Verified {
    /// The value of `X-Client-Transaction-ID`.
    pub client_transaction_id: String,
    /// When the sender signed, by its own clock, to the second.
    pub created: Timestamp,
}

/// Checks the signature of a request as it arrived: `path_and_query` as in the request line, `body` before
/// anything has parsed it.
///
/// # Errors
/// [`Refused`], with the first rule that is broken.
pub fn verify(
    key: &Key,
    method: &Method,
    path_and_query: &str,
    headers: &HeaderMap,
    body: &[u8],
    now: Timestamp,
) -> Result<Verified, Refused> {
    if !headers.contains_key(SIGNATURE) {
        return Err(Refused::Missing);
    }
    let value = header::only(headers, SIGNATURE).map_err(|_| Refused::Malformed)?;
    let signature = Signature::parse(value)?;
    if signature.key_id() != key.id() {
        return Err(Refused::KeyId);
    }
    signature.check_times(now)?;

    let text = signature.text(method, path_and_query, headers)?;
    if !key.signed(text.as_bytes(), &signature.mac()) {
        return Err(Refused::Mismatch);
    }
    // Last, because hashing a large body is work that a stranger should not be able to ask for.
    if !same_digest(header::only(headers, DIGEST)?, &digest(body)) {
        return Err(Refused::DigestMismatch);
    }
    let client_transaction_id = header::only(headers, CLIENT_TRANSACTION_ID)?.to_owned();
    Ok(Verified { client_transaction_id, created: signature.created() })
}

/// Algorithm names in a `Digest` ignore case (RFC 3230, 4.1.1); base64 does not.
fn same_digest(found: &str, expected: &str) -> bool {
    match (found.split_once('='), expected.split_once('=')) {
        (Some((name, hash)), Some((wanted, right))) => name.eq_ignore_ascii_case(wanted) && hash == right,
        _ => false,
    }
}

/// Why a signature is not accepted. It tells which rule is broken and nothing about keys or values.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Refused {
    /// There is no `Signature` header.
    Missing,
    /// The header cannot be read: syntax, size, a parameter missing or given twice.
    Malformed,
    /// `algorithm` is neither absent nor `hs2019`.
    Algorithm,
    /// `keyId` names another key.
    KeyId,
    /// `headers` leaves out an item that must be covered, or names one twice.
    Coverage,
    /// A covered header is absent, given twice, or not text.
    CoveredHeader,
    /// `created` is more than [`MAX_AHEAD`] in the future.
    Future,
    /// `created` is more than [`MAX_AGE`] ago.
    Stale,
    /// `expires` has passed.
    Expired,
    /// The signature is not the key's signature of this request.
    Mismatch,
    /// The signature is right, but the body is not the one that was signed.
    DigestMismatch,
}

impl Refused {
    /// A stable word for logs and metrics.
    #[must_use]
    pub fn reason(self) -> &'static str {
        match self {
            Self::Missing => "signature_missing",
            Self::Malformed => "signature_malformed",
            Self::Algorithm => "algorithm_not_accepted",
            Self::KeyId => "key_id_unknown",
            Self::Coverage => "coverage_insufficient",
            Self::CoveredHeader => "covered_header_unusable",
            Self::Future => "created_in_future",
            Self::Stale => "created_too_old",
            Self::Expired => "signature_expired",
            Self::Mismatch => "signature_mismatch",
            Self::DigestMismatch => "digest_mismatch",
        }
    }

    /// True when the body is at fault (a bad request, 400) and not the signature (401).
    #[must_use]
    pub fn is_digest_mismatch(self) -> bool {
        self == Self::DigestMismatch
    }
}

impl fmt::Display for Refused {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Missing => "the Signature header is missing",
            Self::Malformed => "the Signature header is malformed",
            Self::Algorithm => "the algorithm of the signature is not accepted",
            Self::KeyId => "the keyId of the signature is not known",
            Self::Coverage => "the signature does not cover all that it must",
            Self::CoveredHeader => "a header that the signature covers is missing or ambiguous",
            Self::Future => "the signature was created in the future",
            Self::Stale => "the signature is too old",
            Self::Expired => "the signature has expired",
            Self::Mismatch => "the signature is wrong",
            Self::DigestMismatch => "the Digest does not match the body",
        })
    }
}

impl StdError for Refused {}

/// Why something cannot be a signature key.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct InvalidKey(pub(crate) &'static str);

impl fmt::Display for InvalidKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.0)
    }
}

impl StdError for InvalidKey {}
