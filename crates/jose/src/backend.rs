//! The seam to the cryptographic library: raw bytes in, raw bytes out.
//!
//! A back end never sees a token. Parts, headers, sizes, the choice of key and algorithm, and claims are settled
//! by this crate before and after, so that they are the same whatever is below. It gets keys that have
//! been admitted, as DER, and makes of each what it wants to keep; that object serves every thread.

#[cfg(feature = "josekit")]
mod josekit;
mod openssl;

#[cfg(feature = "josekit")]
pub use self::josekit::Josekit;
pub use self::openssl::OpenSsl;

use crate::{Error, KeyAlgorithm, PrivateKey, PublicKey, SignatureAlgorithm};
use std::{fmt::Debug, sync::Arc};
use zeroize::Zeroizing;

/// A cryptographic library.
///
/// ```
/// use satang_jose::{PrivateKey, SignatureAlgorithm, backend::{Backend, OpenSsl}};
///
/// let key = PrivateKey::generate_ed25519()?;
/// let signature = OpenSsl.signing(&key, SignatureAlgorithm::EdDsa)?.sign(b"bytes")?;
/// assert!(OpenSsl.verifying(key.public(), SignatureAlgorithm::EdDsa)?.verify(b"bytes", &signature)?);
/// # Ok::<(), satang_jose::Error>(())
/// ```
pub trait Backend: Debug + Send + Sync {
    /// Makes what signs with `key`, which fits `algorithm`.
    ///
    /// # Errors
    /// When the library fails.
    fn signing(&self, key: &PrivateKey, algorithm: SignatureAlgorithm) -> Result<Arc<dyn Sign>, Error>;

    /// Makes what verifies with `key`, which fits `algorithm`.
    ///
    /// # Errors
    /// When the library fails.
    fn verifying(&self, key: &PublicKey, algorithm: SignatureAlgorithm) -> Result<Arc<dyn Verify>, Error>;

    /// Makes what sends content keys to `key`, which fits `algorithm`.
    ///
    /// # Errors
    /// When the library fails.
    fn wrapping(&self, key: &PublicKey, algorithm: KeyAlgorithm) -> Result<Arc<dyn Wrap>, Error>;

    /// Makes what receives content keys with `key`, which fits `algorithm`.
    ///
    /// # Errors
    /// When the library fails.
    fn unwrapping(&self, key: &PrivateKey, algorithm: KeyAlgorithm) -> Result<Arc<dyn Unwrap>, Error>;

    /// Encrypts with AES-256-GCM.
    ///
    /// # Errors
    /// When the library fails.
    fn seal(&self, sealing: &Sealing<'_>, content: &[u8]) -> Result<(Vec<u8>, [u8; 16]), Error>;

    /// Decrypts with AES-256-GCM. The whole tag is compared, in constant time.
    ///
    /// # Errors
    /// When the tag is wrong.
    fn open(
        &self,
        sealing: &Sealing<'_>,
        content: &[u8],
        tag: &[u8; 16],
    ) -> Result<Zeroizing<Vec<u8>>, Error>;

    /// Fills `bytes` with randomness that is fit for keys.
    ///
    /// # Errors
    /// When the machine has none.
    fn fill(&self, bytes: &mut [u8]) -> Result<(), Error>;
}

/// Signs for many threads at once.
pub trait Sign: Send + Sync {
    /// The signature of `message` in the form of RFC 7518: for ES256, R and S of 32 bytes each.
    ///
    /// # Errors
    /// When the library fails.
    fn sign(&self, message: &[u8]) -> Result<Vec<u8>, Error>;
}

/// Verifies for many threads at once.
pub trait Verify: Send + Sync {
    /// True when `signature`, whose length is right, is the key's signature of `message`.
    ///
    /// # Errors
    /// When the library fails; a wrong signature is no error.
    fn verify(&self, message: &[u8], signature: &[u8]) -> Result<bool, Error>;
}

/// A key for the content of one token, and what of it travels.
pub struct ContentKey {
    /// The key of 256 bits.
    pub key: Zeroizing<[u8; 32]>,
    /// The encrypted key; empty with ECDH-ES.
    pub encrypted: Vec<u8>,
    /// The sender's ephemeral key (`epk`); only with ECDH-ES.
    pub ephemeral: Option<PublicKey>,
}

/// Makes content keys for a receiver.
pub trait Wrap: Send + Sync {
    /// A fresh content key. With ECDH-ES it is derived for A256GCM without party information (RFC 7518, 4.6).
    ///
    /// # Errors
    /// When the library fails.
    fn wrap(&self) -> Result<ContentKey, Error>;
}

/// Finds content keys as their receiver.
pub trait Unwrap: Send + Sync {
    /// The content key of what travelled.
    ///
    /// # Errors
    /// When it cannot be found. The caller goes on with a random key, so that a sender learns nothing from it.
    fn unwrap(&self, encrypted: &[u8], ephemeral: Option<&PublicKey>) -> Result<Zeroizing<[u8; 32]>, Error>;
}

/// Everything but the content that goes into a seal.
pub struct Sealing<'a> {
    /// The content key.
    pub key: &'a [u8; 32],
    /// The initialization vector.
    pub iv: &'a [u8; 12],
    /// What is authenticated along with the content.
    pub additional: &'a [u8],
}
