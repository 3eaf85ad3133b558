//! Signatures of answers: detached JWS over bytes as they are (RFC 7797).

use jiff::Timestamp;
use satang_jose::{
    Content, Error, KeySet, Kind, NumericDate, Profile,
    SignatureAlgorithm::{Es256, Ps256, Rs256},
    Signer, SigningKey, Verifier, VerifyingKey,
};
use satang_schema::{decode, slip_verification::HubKeys};
use std::prelude::v1::*;

/// Signs answers.
#[derive(Clone, Debug)]
pub struct AnswerSigner(Signer);

impl AnswerSigner {
    /// Signs under this key.
    ///
    /// # Errors
    /// When the key has no `kid`, or an algorithm that the hub does not take.
    pub fn new(key: &SigningKey) -> Result<Self, Error> {
        Signer::new(&profile(), key).map(Self)
    }

    /// What verifies its signatures.
    #[must_use]
    pub fn verifying_key(&self) -> &VerifyingKey {
        self.0.verifying_key()
    }

    pub(super) fn sign(&self, bytes: &[u8]) -> Result<String, Error> {
        self.0.sign(bytes)
    }
}

/// Verifies answers of one party.
#[derive(Debug)]
pub struct AnswerVerifier(Verifier);

impl AnswerVerifier {
    /// Verifies under these keys.
    ///
    /// # Errors
    /// When a key has no `kid`, or an algorithm that the hub does not take.
    pub fn new(keys: KeySet) -> Result<Self, Error> {
        Verifier::new(&profile(), keys).map(Self)
    }

    /// Whether this signature, from the header of an answer, is right for these bytes.
    #[must_use]
    pub fn is_right(&self, signature: Option<&str>, bytes: &[u8], now: Timestamp) -> bool {
        let (Some(signature), Ok(now)) = (signature, NumericDate::new(now.as_second())) else { return false };
        self.0.verify_detached(signature, bytes, now).is_ok()
    }
}

/// These keys as they are published, each once.
pub(super) fn public_keys<'a>(keys: impl IntoIterator<Item = &'a VerifyingKey>) -> Result<HubKeys, Error> {
    let mut each = Vec::<VerifyingKey>::new();
    for key in keys {
        if !each.contains(key) {
            each.push(key.clone());
        }
    }
    let keys = KeySet::new(each)?.to_jwks();
    decode(keys.as_bytes()).map_err(|_| Error::new(Kind::Setup, "the keys cannot be published"))
}

fn profile() -> Profile {
    Profile::new([Rs256, Ps256, Es256]).content(Content::DetachedUnencoded)
}
