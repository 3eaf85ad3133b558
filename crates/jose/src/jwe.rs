//! Encrypted tokens: compact JWE (RFC 7516) under A256GCM.
//!
//! Encryption says nothing about the sender: whoever has the public key can encrypt. Sign first, and
//! encrypt the signed token.
//!
//! ```
//! use satang_jose::{KeyAlgorithm, PrivateKey, jwe::{Decrypter, DecryptionKey, Encrypter, Profile}};
//!
//! let profile = Profile::new(KeyAlgorithm::EcdhEs).cty("JWT");
//! let key = DecryptionKey::new(PrivateKey::generate_p256()?, KeyAlgorithm::EcdhEs)?.with_key_id("2026")?;
//! let encrypter = Encrypter::new(&profile, &key.encryption_key())?;
//! let decrypter = Decrypter::new(&profile, &[key])?;
//!
//! let token = encrypter.encrypt(b"a signed token")?;
//! assert_eq!(decrypter.decrypt(&token)?.as_slice(), b"a signed token");
//! # Ok::<(), satang_jose::Error>(())
//! ```

mod decrypter;
mod encrypter;
mod key;

pub use decrypter::Decrypter;
pub use encrypter::Encrypter;
pub use key::{DecryptionKey, EncryptionKey};

use crate::{Error, KeyAlgorithm, Presence};

/// The rules of one kind of encrypted token. What is not said is refused, as in
/// [`satang_jose::Profile`](crate::Profile).
#[derive(Clone, Debug)]
#[must_use]
pub struct Profile {
    algorithm: KeyAlgorithm,
    typ: Option<String>,
    cty: Option<String>,
    key_id: Presence,
    max_token: usize,
}

/// How many bytes a header has at most: it holds no certificates.
const MAX_HEADER: usize = 4096;

impl Profile {
    /// A profile with one algorithm. It asks for a `kid` and allows neither `typ` nor `cty`.
    pub fn new(algorithm: KeyAlgorithm) -> Self {
        Self { algorithm, typ: None, cty: None, key_id: Presence::Required, max_token: 64 * 1024 }
    }

    /// The exact value of `typ`, which then must be there.
    pub fn typ(mut self, typ: &str) -> Self {
        self.typ = Some(typ.to_owned());
        self
    }

    /// The exact value of `cty`, which then must be there: `JWT` for a signed token within.
    pub fn cty(mut self, cty: &str) -> Self {
        self.cty = Some(cty.to_owned());
        self
    }

    /// Whether tokens carry a `kid`. Without one, there must be exactly one key.
    pub fn key_id(mut self, presence: Presence) -> Self {
        self.key_id = presence;
        self
    }

    /// How many characters a token has at most: 65,536 unless said otherwise, 2,097,152 at most.
    pub fn max_token(mut self, characters: usize) -> Self {
        self.max_token = characters;
        self
    }

    fn check(&self) -> Result<(), Error> {
        if !(1..=2 * 1024 * 1024).contains(&self.max_token) {
            return Err(Error::setup("a limit of a profile is zero or too large"));
        }
        Ok(())
    }
}
