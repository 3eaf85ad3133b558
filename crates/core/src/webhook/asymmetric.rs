//! `v1a`: Ed25519, so that a receiver who leaks its key has leaked nothing to sign with.

use super::{BASE64, decoded, signed_head};
use crate::signature::InvalidKey;
use base64::Engine;
use ed25519_dalek::{Signature, Signer, VerifyingKey};
use jiff::Timestamp;
use std::{fmt, str::FromStr};
use zeroize::Zeroizing;

/// What a sender signs with. It is wiped when dropped, and `Debug` shows only its public side.
///
/// The specification wants one for each receiver: whoever could present a callback of his own to somebody else, who
/// trusts the same key, would be believed.
#[derive(Clone)]
pub struct SigningKey(ed25519_dalek::SigningKey);

impl SigningKey {
    /// The key pair of this seed, which must be random or derived from what is.
    #[must_use]
    pub fn from_seed(seed: &[u8; 32]) -> Self {
        Self(ed25519_dalek::SigningKey::from_bytes(seed))
    }

    /// What receivers verify with.
    #[must_use]
    pub fn public_key(&self) -> PublicKey {
        PublicKey(self.0.verifying_key())
    }

    /// The signature of a request, with its `v1a,`.
    #[must_use]
    pub fn sign(&self, id: &str, timestamp: Timestamp, body: &[u8]) -> String {
        let signature = self.0.sign(&signed_text(id, timestamp.as_second(), body));
        format!("v1a,{}", BASE64.encode(signature.to_bytes()))
    }
}

/// Reads `whsk_` and the base64 of the seed.
impl FromStr for SigningKey {
    type Err = InvalidKey;

    fn from_str(text: &str) -> Result<Self, InvalidKey> {
        let seed = text.strip_prefix("whsk_").and_then(decoded).map(Zeroizing::new);
        let seed = seed.ok_or(InvalidKey("a webhook signing key is whsk_ and the base64 of 32 bytes"))?;
        Ok(Self::from_seed(&seed))
    }
}

impl fmt::Debug for SigningKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("SigningKey").field("public_key", &self.public_key()).finish_non_exhaustive()
    }
}

/// What a receiver verifies with: not a secret, but it must come from the sender by a way that is trusted.
#[derive(Clone, Copy, PartialEq, Eq)]
pub struct PublicKey(VerifyingKey);

impl PublicKey {
    /// Strictly, which also refuses the points of small order for which one signature fits many texts.
    pub(super) fn verifies(&self, id: &str, seconds: i64, body: &[u8], signature: &[u8; 64]) -> bool {
        let signature = Signature::from_bytes(signature);
        self.0.verify_strict(&signed_text(id, seconds, body), &signature).is_ok()
    }
}

/// Reads `whpk_` and base64.
impl FromStr for PublicKey {
    type Err = InvalidKey;

    fn from_str(text: &str) -> Result<Self, InvalidKey> {
        let invalid = InvalidKey("a webhook public key is whpk_ and the base64 of an Ed25519 key");
        let bytes = text.strip_prefix("whpk_").and_then(decoded).ok_or(invalid)?;
        let key = VerifyingKey::from_bytes(&bytes).map_err(|_| invalid)?;
        if key.is_weak() { Err(invalid) } else { Ok(Self(key)) }
    }
}

/// Writes `whpk_` and base64.
impl fmt::Display for PublicKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "whpk_{}", BASE64.encode(self.0.as_bytes()))
    }
}

impl fmt::Debug for PublicKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

fn signed_text(id: &str, seconds: i64, body: &[u8]) -> Vec<u8> {
    let mut text = signed_head(id, seconds).into_bytes();
    text.extend_from_slice(body);
    text
}
