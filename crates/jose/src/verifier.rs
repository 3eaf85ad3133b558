//! Verifying: everything that a token may say is settled by the profile and the set, before and after one question to
//! the cryptographic library.

use crate::{
    Claims, Error, KeySet, Kind, NumericDate, Presence, Profile, VerifyingKey,
    backend::{Backend, OpenSsl, Verify},
    base64url,
    header::Header,
    profile::Content,
};
use std::{
    fmt,
    sync::{Arc, Mutex, PoisonError, RwLock},
};

/// Verifies tokens of one profile against a set of keys. Make it once; it serves every thread.
///
/// The order is fixed: size, parts and their lengths, header, key, algorithm, certificate, signature, payload, claims. The key is found by `kid` among those
/// of the set; its algorithm is the one that it was admitted for.
///
/// ```
/// use satang_jose::{ClaimRules, KeySet, Kind, NumericDate, PrivateKey, Profile, SignatureAlgorithm::Es256, Signer, SigningKey, Verifier};
///
/// let profile = Profile::new([Es256]).typ("JWT").claims(ClaimRules::new("bank").issuer("shop"));
/// let key = SigningKey::new(PrivateKey::generate_p256()?, Es256)?.with_key_id("2026")?;
/// let verifier = Verifier::new(&profile, KeySet::new([key.verifying_key().clone()])?)?;
///
/// let claims = br#"{"iss": "shop", "aud": "bank", "exp": 1788000060, "amount": "5000.00"}"#;
/// let token = Signer::new(&profile, &key)?.sign(claims)?;
/// let verified = verifier.verify(&token, NumericDate::new(1_788_000_000)?)?;
/// assert_eq!(verified.payload(), claims);
///
/// let late = verifier.verify(&token, NumericDate::new(1_788_000_090)?).unwrap_err();
/// assert_eq!(late.kind(), Kind::Expired);
/// # Ok::<(), satang_jose::Error>(())
/// ```
pub struct Verifier {
    profile: Profile,
    backend: Arc<dyn Backend>,
    keys: RwLock<Arc<Vec<Arc<Accepted>>>>,
    /// One rotation at a time.
    rotation: Mutex<()>,
}

/// A key that is accepted, for a time or for good.
struct Accepted {
    key: VerifyingKey,
    until: Option<NumericDate>,
    verify: Arc<dyn Verify>,
}

impl Verifier {
    /// A verifier over OpenSSL.
    ///
    /// # Errors
    /// When the profile contradicts itself, or a key does not fit it.
    pub fn new(profile: &Profile, keys: KeySet) -> Result<Self, Error> {
        Self::with_backend(profile, keys, Arc::new(OpenSsl))
    }

    /// A verifier over another back end.
    ///
    /// # Errors
    /// As [`new`](Self::new).
    pub fn with_backend(profile: &Profile, keys: KeySet, backend: Arc<dyn Backend>) -> Result<Self, Error> {
        profile.check()?;
        let accepted = keys.into_iter().map(|key| {
            check_fit(profile, &key)?;
            let verify = backend.verifying(key.public_key(), key.algorithm())?;
            Ok(Arc::new(Accepted { key, until: None, verify }))
        });
        let accepted: Vec<_> = accepted.collect::<Result<_, Error>>()?;
        let keys = RwLock::new(Arc::new(accepted));
        Ok(Self { profile: profile.clone(), backend, keys, rotation: Mutex::new(()) })
    }

    /// Verifies a token that holds its payload.
    ///
    /// # Errors
    /// The first rule that is broken. Nothing of the token is repeated.
    pub fn verify(&self, token: impl AsRef<[u8]>, now: NumericDate) -> Result<Verified, Error> {
        if self.profile.content != Content::Attached {
            return Err(Error::setup("the payload is detached by this profile: use verify_detached"));
        }
        let token = Compact::split(token.as_ref(), &self.profile)?;
        if token.payload.is_empty() {
            return Err(Error::malformed("a token without a payload"));
        }
        if token.payload.len() > base64url::encoded_length(self.profile.max_payload) {
            return Err(Error::too_large("the payload is larger than the profile allows"));
        }
        let signatory = self.check_signature(&token, token.signed, now)?;
        let payload = base64url::decode(token.payload)?;
        let rules = self.profile.claims.as_ref();
        let claims =
            rules.map(|rules| rules.validate(&payload, signatory.key().its_issuer(), now)).transpose()?;
        Ok(Verified { signatory, payload, claims })
    }

    /// Verifies a token whose payload travelled elsewhere.
    ///
    /// # Errors
    /// As [`verify`](Self::verify).
    pub fn verify_detached(
        &self,
        token: impl AsRef<[u8]>,
        payload: &[u8],
        now: NumericDate,
    ) -> Result<Signatory, Error> {
        if self.profile.content == Content::Attached {
            return Err(Error::setup("the payload lies between the dots by this profile: use verify"));
        }
        let token = Compact::split(token.as_ref(), &self.profile)?;
        if !token.payload.is_empty() {
            return Err(Error::malformed("a detached token that holds a payload"));
        }
        if payload.len() > self.profile.max_payload {
            return Err(Error::too_large("the payload is larger than the profile allows"));
        }
        let encoded;
        let payload = match self.profile.content {
            Content::DetachedUnencoded => payload,
            _ => {
                encoded = base64url::encode(payload);
                encoded.as_bytes()
            }
        };
        self.check_signature(&token, &[token.header, b".", payload].concat(), now)
    }

    /// Takes `next` as the keys from now on. Those that are not among them stay accepted before `until`, so that tokens
    /// under way arrive; keys that were already to go do not stay longer for it.
    ///
    /// ```
    /// use satang_jose::{KeySet, Kind, NumericDate, PrivateKey, Profile, SignatureAlgorithm::EdDsa, Signer, SigningKey, Verifier};
    ///
    /// let profile = Profile::new([EdDsa]);
    /// let key = |id| SigningKey::new(PrivateKey::generate_ed25519()?, EdDsa)?.with_key_id(id);
    /// let set = |key: &SigningKey| KeySet::new([key.verifying_key().clone()]);
    /// let (old, new) = (key("1")?, key("2")?);
    /// let now = NumericDate::new(1_788_000_000)?;
    ///
    /// let verifier = Verifier::new(&profile, set(&old)?)?;
    /// verifier.rotate(set(&new)?, now, now + 60)?;
    /// let [old, new] = [Signer::new(&profile, &old)?.sign("a")?, Signer::new(&profile, &new)?.sign("b")?];
    /// assert!(verifier.verify(&old, now + 59).is_ok() && verifier.verify(&new, now).is_ok());
    /// assert_eq!(verifier.verify(&old, now + 60).unwrap_err().kind(), Kind::UnknownKey);
    /// # Ok::<(), satang_jose::Error>(())
    /// ```
    ///
    /// # Errors
    /// When a key does not fit the profile, when a `kid` would come to mean another key while both are accepted, or when keys
    /// without `kid` would overlap. The keys then stay as they were.
    pub fn rotate(&self, next: KeySet, now: NumericDate, until: NumericDate) -> Result<(), Error> {
        let _one = self.rotation.lock().unwrap_or_else(PoisonError::into_inner);
        let current = self.current();
        let mut accepted = Vec::new();
        for key in next {
            check_fit(&self.profile, &key)?;
            let known = current.iter().find(|old| old.key.public_key() == key.public_key());
            let verify = match known {
                Some(known) if known.key.algorithm() == key.algorithm() => Arc::clone(&known.verify),
                _ => self.backend.verifying(key.public_key(), key.algorithm())?,
            };
            accepted.push(Arc::new(Accepted { key, until: None, verify }));
        }
        for old in current.iter() {
            let until = old.until.map_or(until, |sooner| sooner.min(until));
            if until > now && !accepted.iter().any(|new| new.key == old.key) {
                let (key, verify) = (old.key.clone(), Arc::clone(&old.verify));
                accepted.push(Arc::new(Accepted { key, until: Some(until), verify }));
            }
        }
        // The same rules as for a set that was made at once.
        KeySet::new(accepted.iter().map(|accepted| accepted.key.clone()))?;
        *self.keys.write().unwrap_or_else(PoisonError::into_inner) = Arc::new(accepted);
        Ok(())
    }

    fn check_signature(
        &self,
        token: &Compact<'_>,
        signed: &[u8],
        now: NumericDate,
    ) -> Result<Signatory, Error> {
        let json = base64url::decode(token.header)?;
        let header = Header::parse(&json, &self.profile)?;
        let accepted = self.find(header.kid.as_deref(), now)?;
        header.check_algorithm(accepted.key.algorithm())?;
        header.check_certificates(accepted.key.certificates())?;
        let length = accepted.key.signature_length();
        if token.signature.len() != base64url::encoded_length(length) {
            return Err(Error::new(Kind::Signature, "a signature of a wrong length"));
        }
        let signature = base64url::decode(token.signature)?;
        if !accepted.verify.verify(signed, &signature)? {
            return Err(Error::new(Kind::Signature, "the signature is wrong"));
        }
        Ok(Signatory(accepted))
    }

    fn find(&self, id: Option<&str>, now: NumericDate) -> Result<Arc<Accepted>, Error> {
        const UNKNOWN: Error = Error::new(Kind::UnknownKey, "no key goes by this kid");
        let keys = self.current();
        let found = match (id, keys.as_slice()) {
            (Some(id), keys) => keys.iter().find(|accepted| accepted.key.key_id() == Some(id)),
            (None, [only]) => Some(only),
            (None, _) => {
                return Err(Error::new(
                    Kind::UnknownKey,
                    "a token without kid, where there are several keys",
                ));
            }
        };
        let found = found.filter(|accepted| accepted.until.is_none_or(|until| now < until));
        found.map(Arc::clone).ok_or(UNKNOWN)
    }

    fn current(&self) -> Arc<Vec<Arc<Accepted>>> {
        Arc::clone(&self.keys.read().unwrap_or_else(PoisonError::into_inner))
    }
}

impl fmt::Debug for Verifier {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let keys: Vec<_> = self.current().iter().map(|accepted| accepted.key.clone()).collect();
        f.debug_struct("Verifier")
            .field("profile", &self.profile)
            .field("keys", &keys)
            .finish_non_exhaustive()
    }
}

fn check_fit(profile: &Profile, key: &VerifyingKey) -> Result<(), Error> {
    if !profile.algorithms.contains(&key.algorithm()) {
        return Err(Error::setup("the algorithm of a key is not one of the profile"));
    }
    if profile.key_id == Presence::Required && key.key_id().is_none() {
        return Err(Error::setup("the profile demands a kid, and a key has none"));
    }
    if profile.certificates == Presence::Required && key.certificates().is_empty() {
        return Err(Error::setup("the profile demands a certificate, and a key has none"));
    }
    let names_issuer =
        |rules: &crate::ClaimRules| !rules.leave_issuer_to_keys() || key.its_issuer().is_some();
    if !profile.claims.as_ref().is_none_or(names_issuer) {
        return Err(Error::setup("neither the profile nor the key says who the issuer is"));
    }
    Ok(())
}

/// A token in three parts.
pub(crate) struct Compact<'a> {
    pub(crate) header: &'a [u8],
    payload: &'a [u8],
    signature: &'a [u8],
    /// The first two parts, with the dot between them.
    signed: &'a [u8],
}

impl<'a> Compact<'a> {
    pub(crate) fn split(token: &'a [u8], profile: &Profile) -> Result<Self, Error> {
        if token.len() > profile.max_token {
            return Err(Error::too_large("the token is larger than the profile allows"));
        }
        let mut parts = token.splitn(4, |byte| *byte == b'.');
        let (Some(header), Some(payload), Some(signature), None) =
            (parts.next(), parts.next(), parts.next(), parts.next())
        else {
            return Err(Error::malformed("a signed token has three parts"));
        };
        if header.len() > base64url::encoded_length(profile.max_header) {
            return Err(Error::too_large("the header is larger than the profile allows"));
        }
        base64url::check_length(header, base64url::HEADER)?;
        base64url::check_length(payload, base64url::PAYLOAD)?;
        base64url::check_length(signature, base64url::SIGNATURE)?;
        let signed = token.get(..header.len() + 1 + payload.len()).unwrap_or_default();
        Ok(Self { header, payload, signature, signed })
    }
}

/// Who signed: the key of the set.
#[derive(Clone)]
pub struct Signatory(Arc<Accepted>);

impl Signatory {
    /// The key under which the signature is right.
    #[must_use]
    pub fn key(&self) -> &VerifyingKey {
        &self.0.key
    }
}

impl fmt::Debug for Signatory {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("Signatory").field(self.key()).finish()
    }
}

/// What a token says, once it has been verified. `Debug` does not show it.
#[derive(Clone)]
pub struct Verified {
    signatory: Signatory,
    payload: Vec<u8>,
    claims: Option<Claims>,
}

impl Verified {
    /// The bytes that were signed. When the profile has rules for claims, this is JSON in which each member stands once.
    #[must_use]
    pub fn payload(&self) -> &[u8] {
        &self.payload
    }

    /// The same, to keep.
    #[must_use]
    pub fn into_payload(self) -> Vec<u8> {
        self.payload
    }

    /// The claims; there are some when the profile has rules for them.
    #[must_use]
    pub fn claims(&self) -> Option<&Claims> {
        self.claims.as_ref()
    }

    /// Who signed.
    #[must_use]
    pub fn signatory(&self) -> &Signatory {
        &self.signatory
    }
}

impl fmt::Debug for Verified {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Verified").field("signatory", &self.signatory).finish_non_exhaustive()
    }
}
