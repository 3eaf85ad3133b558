//! Decrypting: lengths first, and one error for everything behind the header.

use super::{DecryptionKey, MAX_HEADER, Profile};
use crate::{
    Error, Kind, PublicKey,
    algorithm::{CONTENT_ENCRYPTION, KeyAlgorithm},
    backend::{Backend, OpenSsl, Sealing, Unwrap},
    base64url, header,
    json::Object,
    key::{Jwk, Parameters},
};
use std::{fmt, sync::Arc};
use zeroize::Zeroizing;

/// Decrypts tokens of one profile with a few keys. Make it once; it serves every thread.
///
/// Keys rotate by overlap: give the new and the old key, each with its own `kid`.
pub struct Decrypter {
    profile: Profile,
    keys: Vec<Own>,
    backend: Arc<dyn Backend>,
}

struct Own {
    id: Option<String>,
    /// How many bytes an encrypted key has.
    encrypted_length: usize,
    unwrap: Arc<dyn Unwrap>,
}

impl Decrypter {
    /// A decrypter over OpenSSL.
    ///
    /// # Errors
    /// When the profile contradicts itself, when a key does not fit it, or when several keys lack a `kid` or share one.
    pub fn new(profile: &Profile, keys: &[DecryptionKey]) -> Result<Self, Error> {
        Self::with_backend(profile, keys, Arc::new(OpenSsl))
    }

    /// A decrypter over another back end.
    ///
    /// # Errors
    /// As [`new`](Self::new).
    pub fn with_backend(
        profile: &Profile,
        keys: &[DecryptionKey],
        backend: Arc<dyn Backend>,
    ) -> Result<Self, Error> {
        profile.check()?;
        if !(1..=16).contains(&keys.len()) {
            return Err(Error::setup("a decrypter has 1 to 16 keys"));
        }
        let mut owned: Vec<Own> = Vec::new();
        for key in keys {
            if key.algorithm != profile.algorithm {
                return Err(Error::setup("the algorithm of a key is not the one of the profile"));
            }
            let is_named =
                key.id.is_some() || (keys.len() == 1 && profile.key_id != crate::Presence::Required);
            if !is_named || owned.iter().any(|other| other.id == key.id) {
                return Err(Error::setup("a key lacks a kid, or two share one"));
            }
            let encrypted_length = match key.private.public().parameters() {
                Parameters::Rsa { modulus, .. } => modulus.len(),
                Parameters::P256 { .. } | Parameters::Ed25519 { .. } => 0,
            };
            let unwrap = backend.unwrapping(&key.private, key.algorithm)?;
            owned.push(Own { id: key.id.clone(), encrypted_length, unwrap });
        }
        Ok(Self { profile: profile.clone(), keys: owned, backend })
    }

    /// The content of a token, wiped when dropped.
    ///
    /// # Errors
    /// The first rule that is broken. A wrong key, a changed key, content or tag are one and the same error.
    pub fn decrypt(&self, token: impl AsRef<[u8]>) -> Result<Zeroizing<Vec<u8>>, Error> {
        let parts = Parts::split(token.as_ref(), self.profile.max_token)?;
        let json = base64url::decode(parts.header)?;
        let (id, ephemeral) = self.read_header(&json)?;
        let own = self.find(id.as_deref())?;
        // Before anything is decrypted: a short tag could be guessed (CVE-2023-37464).
        let iv = base64url::decode_array(parts.iv)
            .ok_or(Error::malformed("an initialization vector that is not 96 bits"))?;
        let tag = base64url::decode_array(parts.tag).ok_or(Error::malformed("a tag that is not 128 bits"))?;
        if parts.key.len() != base64url::encoded_length(own.encrypted_length) {
            return Err(Error::malformed("an encrypted key of a wrong length"));
        }
        let (encrypted, content) = (base64url::decode(parts.key)?, base64url::decode(parts.content)?);
        // RFC 7516, 11.5: go on with a random key, so that the sender cannot tell one failure from another.
        let mut key = Zeroizing::new([0; 32]);
        self.backend.fill(&mut *key)?;
        if let Ok(found) = own.unwrap.unwrap(&encrypted, ephemeral.as_ref()) {
            key = found;
        }
        self.backend.open(&Sealing { key: &key, iv: &iv, additional: parts.header }, &content, &tag)
    }

    /// The `kid`, and the sender's ephemeral key.
    fn read_header(&self, json: &[u8]) -> Result<(Option<String>, Option<PublicKey>), Error> {
        let object = Object::parse(json)?;
        let (mut id, mut typ, mut cty, mut alg, mut enc, mut ephemeral) =
            (None, None, None, None, None, None);
        for (name, value) in object.iter() {
            match name {
                "alg" => alg = Some(header::text(value)?),
                "enc" => enc = Some(header::text(value)?),
                "kid" => id = Some(header::key_id(value)?.into_owned()),
                "typ" => typ = Some(header::text(value)?),
                "cty" => cty = Some(header::text(value)?),
                "epk" if self.profile.algorithm == KeyAlgorithm::EcdhEs => {
                    // A point off the curve would give the key away bit by bit; the import refuses it.
                    ephemeral = Some(Jwk::parse(value.raw().as_bytes())?.public()?);
                }
                "crit" => return Err(Error::header("crit is not accepted")),
                "b64" => return Err(Error::header("b64 is not accepted")),
                _ => header::refuse_unknown(name, &[])?,
            }
        }
        if alg.as_deref() != Some(self.profile.algorithm.name()) || enc.as_deref() != Some(CONTENT_ENCRYPTION)
        {
            return Err(Error::new(Kind::Algorithm, "alg or enc is not the one of the profile"));
        }
        if typ.as_deref() != self.profile.typ.as_deref() || cty.as_deref() != self.profile.cty.as_deref() {
            return Err(Error::header("typ or cty is not the one of the profile"));
        }
        header::check_presence(self.profile.key_id, id.is_some(), "kid is missing", "kid is not accepted")?;
        let is_p256 = |key: &PublicKey| matches!(key.parameters(), Parameters::P256 { .. });
        if self.profile.algorithm == KeyAlgorithm::EcdhEs && !ephemeral.as_ref().is_some_and(is_p256) {
            return Err(Error::header("epk must be a key on P-256"));
        }
        Ok((id, ephemeral))
    }

    fn find(&self, id: Option<&str>) -> Result<&Own, Error> {
        let found = match (id, self.keys.as_slice()) {
            (Some(id), keys) => keys.iter().find(|own| own.id.as_deref() == Some(id)),
            (None, [only]) => Some(only),
            (None, _) => None,
        };
        found.ok_or(Error::new(Kind::UnknownKey, "no key goes by this kid"))
    }
}

impl fmt::Debug for Decrypter {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Decrypter").field("profile", &self.profile).finish_non_exhaustive()
    }
}

/// A token in five parts.
struct Parts<'a> {
    header: &'a [u8],
    key: &'a [u8],
    iv: &'a [u8],
    content: &'a [u8],
    tag: &'a [u8],
}

impl<'a> Parts<'a> {
    fn split(token: &'a [u8], max: usize) -> Result<Self, Error> {
        if token.len() > max {
            return Err(Error::too_large("the token is larger than the profile allows"));
        }
        let parts: Vec<_> = token.splitn(6, |byte| *byte == b'.').collect();
        let [header, key, iv, content, tag] = parts[..] else {
            return Err(Error::malformed("an encrypted token has five parts"));
        };
        if header.len() > base64url::encoded_length(MAX_HEADER) {
            return Err(Error::too_large("the header of an encrypted token must not exceed 4 KiB"));
        }
        Ok(Self { header, key, iv, content, tag })
    }
}
