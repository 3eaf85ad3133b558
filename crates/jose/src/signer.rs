//! Signing: the header is written once, and each call adds a payload.

use crate::{
    Error, Presence, Profile, SigningKey, VerifyingKey,
    backend::{Backend, OpenSsl, Sign},
    base64url, header,
    profile::Content,
};
use std::{fmt, sync::Arc};

/// Signs payloads in the form of one profile with one key. Make it once; it serves every thread.
///
/// ```
/// use satang_jose::{Content, NumericDate, PrivateKey, Profile, SignatureAlgorithm::Es256, Signer, SigningKey, Verifier, KeySet};
///
/// // An answer whose signature travels in a header of its own, over the body as it is.
/// let profile = Profile::new([Es256]).content(Content::DetachedUnencoded);
/// let key = SigningKey::new(PrivateKey::generate_p256()?, Es256)?.with_key_id("hub-1")?;
/// let signer = Signer::new(&profile, &key)?;
/// let signature = signer.sign(b"{\"amount\": 10.04}")?;
///
/// let verifier = Verifier::new(&profile, KeySet::new([key.verifying_key().clone()])?)?;
/// let now = NumericDate::new(1_788_000_000)?;
/// verifier.verify_detached(&signature, b"{\"amount\": 10.04}", now)?;
/// assert!(verifier.verify_detached(&signature, b"{\"amount\": 10.05}", now).is_err());
/// # Ok::<(), satang_jose::Error>(())
/// ```
#[derive(Clone)]
pub struct Signer {
    /// In base64url, with the dot behind it.
    header: String,
    content: Content,
    max_token: usize,
    max_payload: usize,
    key: VerifyingKey,
    sign: Arc<dyn Sign>,
}

impl Signer {
    /// A signer over OpenSSL.
    ///
    /// # Errors
    /// When the profile contradicts itself, or the key does not fit it.
    pub fn new(profile: &Profile, key: &SigningKey) -> Result<Self, Error> {
        Self::with_backend(profile, key, &OpenSsl)
    }

    /// A signer over another back end.
    ///
    /// # Errors
    /// As [`new`](Self::new).
    pub fn with_backend(profile: &Profile, key: &SigningKey, backend: &dyn Backend) -> Result<Self, Error> {
        profile.check()?;
        let public = key.verifying_key();
        if !profile.algorithms.contains(&public.algorithm()) {
            return Err(Error::setup("the algorithm of the key is not one of the profile"));
        }
        let id = public.key_id().filter(|_| profile.key_id != Presence::Refused);
        if profile.key_id == Presence::Required && id.is_none() {
            return Err(Error::setup("the profile demands a kid, and the key has none"));
        }
        if profile.certificates == Presence::Required && public.certificates().is_empty() {
            return Err(Error::setup("the profile demands a certificate, and the key has none"));
        }
        let json = header::write(profile, public.algorithm(), id, public.certificates());
        if json.len() > profile.max_header {
            return Err(Error::setup("the header is larger than the profile allows"));
        }
        Ok(Self {
            header: base64url::encode(json) + ".",
            content: profile.content,
            max_token: profile.max_token,
            max_payload: profile.max_payload,
            key: public.clone(),
            sign: backend.signing(&key.private, public.algorithm())?,
        })
    }

    /// The token of `payload`; for a detached payload, the token without it.
    ///
    /// The payload is signed as it is. For claims, write them within the rules of the profile: the verifier
    /// holds them against it, the signer has no clock.
    ///
    /// # Errors
    /// When the payload or the token is larger than the profile allows.
    pub fn sign(&self, payload: impl AsRef<[u8]>) -> Result<String, Error> {
        let payload = payload.as_ref();
        if payload.len() > self.max_payload {
            return Err(Error::too_large("the payload is larger than the profile allows"));
        }
        let room =
            self.header.len() + base64url::encoded_length(payload.len() + self.key.signature_length()) + 4;
        let mut token = String::with_capacity(room);
        token.push_str(&self.header);
        let signature = if self.content == Content::DetachedUnencoded {
            self.sign.sign(&[self.header.as_bytes(), payload].concat())?
        } else {
            base64url::encode_into(payload, &mut token);
            self.sign.sign(token.as_bytes())?
        };
        if self.content != Content::Attached {
            token.truncate(self.header.len());
        }
        token.push('.');
        base64url::encode_into(signature, &mut token);
        if token.len() > self.max_token {
            return Err(Error::too_large("the token is larger than the profile allows"));
        }
        Ok(token)
    }

    /// What verifies these signatures.
    #[must_use]
    pub fn verifying_key(&self) -> &VerifyingKey {
        &self.key
    }
}

impl fmt::Debug for Signer {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Signer").field("key", &self.key).finish_non_exhaustive()
    }
}
