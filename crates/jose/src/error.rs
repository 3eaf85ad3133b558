//! One error for every call: what kind of thing went wrong, and a reason in fixed words.

use std::{error::Error as StdError, fmt};

/// Why a token, a key or a profile is not accepted.
///
/// The reason is one of this crate's own sentences. It never repeats what a token or a key says, so it may be
/// logged and answered; a member's name appears only when this crate knows that name.
///
/// ```
/// use satang_jose::{Kind, PublicKey};
///
/// let error = PublicKey::from_jwk(br#"{"kty": "oct", "k": "c2VjcmV0"}"#).unwrap_err();
/// assert_eq!(error.kind(), Kind::Key);
/// assert_eq!(error.to_string(), "a symmetric key is not accepted");
/// ```
#[derive(Clone, Copy, PartialEq, Eq)]
pub struct Error {
    kind: Kind,
    reason: &'static str,
}

/// Where the fault lies.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Kind {
    /// A token, a key or a payload is larger than its limit.
    TooLarge,
    /// A token is not one: parts, base64url, UTF-8, JSON, a member given twice.
    Malformed,
    /// A part of a token has a length that base64url cannot have (4n + 1 characters): one was lost or added on the way, and
    /// no key can verify it.
    ImpossibleLength,
    /// The protected header says what the profile refuses, or lacks what it demands.
    Header,
    /// The token's algorithm is not the one of the key.
    Algorithm,
    /// No key of the set goes by the token's `kid`, or none that is accepted at this time.
    UnknownKey,
    /// The signature is not the key's signature of this token.
    Signature,
    /// The token cannot be decrypted; why is not told, since that would help to forge one.
    Decryption,
    /// A claim is missing, malformed, or not what the profile demands.
    Claim,
    /// The token has expired, or is too old.
    Expired,
    /// The token is not valid yet.
    NotYetValid,
    /// A key or a certificate cannot be read, is weak, or does not fit its use.
    Key,
    /// A certificate is not the one of the key, does not come from a trusted authority, or is not valid at the time.
    Certificate,
    /// The caller's own set-up contradicts itself: a profile, or a call that it does not foresee.
    Setup,
    /// The cryptographic library failed without a fault of the token or the key.
    Backend,
}

impl Kind {
    /// A word for programs, such as `unknown_key`. It does not change from version to version.
    ///
    /// ```
    /// assert_eq!(satang_jose::Kind::ImpossibleLength.code(), "impossible_length");
    /// ```
    #[must_use]
    pub const fn code(self) -> &'static str {
        match self {
            Self::TooLarge => "too_large",
            Self::Malformed => "malformed",
            Self::ImpossibleLength => "impossible_length",
            Self::Header => "header",
            Self::Algorithm => "algorithm",
            Self::UnknownKey => "unknown_key",
            Self::Signature => "signature",
            Self::Decryption => "decryption",
            Self::Claim => "claim",
            Self::Expired => "expired",
            Self::NotYetValid => "not_yet_valid",
            Self::Key => "key",
            Self::Certificate => "certificate",
            Self::Setup => "setup",
            Self::Backend => "backend",
        }
    }
}

impl Error {
    /// An error in the caller's own words, for implementations of [`Backend`](crate::backend::Backend).
    #[must_use]
    pub const fn new(kind: Kind, reason: &'static str) -> Self {
        Self { kind, reason }
    }

    /// Where the fault lies.
    #[must_use]
    pub const fn kind(&self) -> Kind {
        self.kind
    }

    /// The rule that is broken, in fixed words.
    #[must_use]
    pub const fn reason(&self) -> &'static str {
        self.reason
    }

    pub(crate) const fn malformed(reason: &'static str) -> Self {
        Self::new(Kind::Malformed, reason)
    }

    pub(crate) const fn header(reason: &'static str) -> Self {
        Self::new(Kind::Header, reason)
    }

    pub(crate) const fn claim(reason: &'static str) -> Self {
        Self::new(Kind::Claim, reason)
    }

    pub(crate) const fn key(reason: &'static str) -> Self {
        Self::new(Kind::Key, reason)
    }

    pub(crate) const fn certificate(reason: &'static str) -> Self {
        Self::new(Kind::Certificate, reason)
    }

    pub(crate) const fn setup(reason: &'static str) -> Self {
        Self::new(Kind::Setup, reason)
    }

    pub(crate) const fn too_large(reason: &'static str) -> Self {
        Self::new(Kind::TooLarge, reason)
    }
}

impl fmt::Display for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.reason)
    }
}

impl fmt::Debug for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:?}: {}", self.kind, self.reason)
    }
}

impl StdError for Error {}
