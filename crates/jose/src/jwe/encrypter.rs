//! Encrypting: a fresh content key and a fresh initialization vector for each token.

use super::{EncryptionKey, Profile};
use crate::{
    Error, Presence,
    algorithm::CONTENT_ENCRYPTION,
    backend::{Backend, OpenSsl, Sealing, Wrap},
    base64url,
    json::write_text,
};
use std::{fmt, sync::Arc};

/// Encrypts contents in the form of one profile for one key. Make it once; it serves every thread.
#[derive(Clone)]
pub struct Encrypter {
    /// The header without its closing brace.
    header: String,
    max_token: usize,
    wrap: Arc<dyn Wrap>,
    backend: Arc<dyn Backend>,
}

impl Encrypter {
    /// An encrypter over OpenSSL.
    ///
    /// # Errors
    /// When the profile contradicts itself, or the key does not fit it.
    pub fn new(profile: &Profile, key: &EncryptionKey) -> Result<Self, Error> {
        Self::with_backend(profile, key, Arc::new(OpenSsl))
    }

    /// An encrypter over another back end.
    ///
    /// # Errors
    /// As [`new`](Self::new).
    pub fn with_backend(
        profile: &Profile,
        key: &EncryptionKey,
        backend: Arc<dyn Backend>,
    ) -> Result<Self, Error> {
        profile.check()?;
        if profile.algorithm != key.algorithm {
            return Err(Error::setup("the algorithm of the key is not the one of the profile"));
        }
        let id = key.id.as_deref().filter(|_| profile.key_id != Presence::Refused);
        if profile.key_id == Presence::Required && id.is_none() {
            return Err(Error::setup("the profile demands a kid, and the key has none"));
        }
        let members = [
            ("alg", Some(profile.algorithm.name())),
            ("enc", Some(CONTENT_ENCRYPTION)),
            ("typ", profile.typ.as_deref()),
            ("cty", profile.cty.as_deref()),
            ("kid", id),
        ];
        let mut header = String::from("{");
        for (name, text) in members.into_iter().filter_map(|(name, text)| Some((name, text?))) {
            header.push_str(if header.len() > 1 { "," } else { "" });
            write_text(name, &mut header);
            header.push(':');
            write_text(text, &mut header);
        }
        let wrap = backend.wrapping(&key.key, key.algorithm)?;
        Ok(Self { header, max_token: profile.max_token, wrap, backend })
    }

    /// The token of `content`.
    ///
    /// # Errors
    /// When the token would be larger than the profile allows.
    pub fn encrypt(&self, content: impl AsRef<[u8]>) -> Result<String, Error> {
        const TOO_LARGE: Error = Error::too_large("the token is larger than the profile allows");
        let content = content.as_ref();
        if content.len() > self.max_token {
            return Err(TOO_LARGE);
        }
        let wrapped = self.wrap.wrap()?;
        let mut header = self.header.clone();
        if let Some(ephemeral) = &wrapped.ephemeral {
            header.push_str(",\"epk\":");
            header.push_str(&ephemeral.to_jwk());
        }
        header.push('}');
        let mut token = base64url::encode(header);
        let mut iv = [0; 12];
        self.backend.fill(&mut iv)?;
        let sealing = Sealing { key: &wrapped.key, iv: &iv, additional: token.as_bytes() };
        let (sealed, tag) = self.backend.seal(&sealing, content)?;
        for part in [wrapped.encrypted.as_slice(), &iv, &sealed, &tag] {
            token.push('.');
            base64url::encode_into(part, &mut token);
        }
        if token.len() > self.max_token { Err(TOO_LARGE) } else { Ok(token) }
    }
}

impl fmt::Debug for Encrypter {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Encrypter").finish_non_exhaustive()
    }
}
