//! Keys for encryption, each for one algorithm.

use crate::{
    Error, KeyAlgorithm, PrivateKey, PublicKey,
    key::{Jwk, Parameters, Use},
};

/// A private key that receives content keys by one algorithm.
#[derive(Clone, Debug)]
pub struct DecryptionKey {
    pub(super) private: PrivateKey,
    pub(super) algorithm: KeyAlgorithm,
    pub(super) id: Option<String>,
}

impl DecryptionKey {
    /// `key`, for `algorithm` and nothing else. Do not sign with it.
    ///
    /// # Errors
    /// When the algorithm is for another kind of key.
    pub fn new(key: PrivateKey, algorithm: KeyAlgorithm) -> Result<Self, Error> {
        check_fit(key.public(), algorithm)?;
        Ok(Self { private: key, algorithm, id: None })
    }

    /// The same key under a name, which travels as `kid`.
    ///
    /// # Errors
    /// Unless `id` is 1 to 256 bytes.
    pub fn with_key_id(mut self, id: &str) -> Result<Self, Error> {
        self.id = Some(checked(id)?);
        Ok(self)
    }

    /// What encrypts for this key.
    #[must_use]
    pub fn encryption_key(&self) -> EncryptionKey {
        EncryptionKey { key: self.private.public().clone(), algorithm: self.algorithm, id: self.id.clone() }
    }
}

/// A public key that content keys are sent to by one algorithm.
///
/// ```
/// use satang_jose::{KeyAlgorithm, jwe::EncryptionKey};
///
/// // RFC 7517, A.1
/// let jwk = br#"{"kty": "EC", "crv": "P-256", "use": "enc", "kid": "1",
///     "x": "MKBCTNIcKUSDii11ySs3526iDZ8AiTo7Tu6KPAqv7D4", "y": "4Etl6SRW2YiLUrN5vfvVHuhp7x8PxltmWWlbbM4IFyM"}"#;
/// assert!(EncryptionKey::from_jwk(jwk, KeyAlgorithm::EcdhEs).is_ok());
/// assert!(EncryptionKey::from_jwk(jwk, KeyAlgorithm::RsaOaep256).is_err());
/// ```
#[derive(Clone, Debug)]
pub struct EncryptionKey {
    pub(super) key: PublicKey,
    pub(super) algorithm: KeyAlgorithm,
    pub(super) id: Option<String>,
}

impl EncryptionKey {
    /// `key`, for `algorithm` and nothing else.
    ///
    /// # Errors
    /// When the algorithm is for another kind of key.
    pub fn new(key: PublicKey, algorithm: KeyAlgorithm) -> Result<Self, Error> {
        check_fit(&key, algorithm)?;
        Ok(Self { key, algorithm, id: None })
    }

    /// Reads a JSON Web Key whose `use`, `key_ops` and `alg` allow `algorithm`, and its `kid`.
    ///
    /// # Errors
    /// When it is for something else, and as [`PublicKey::from_jwk`].
    pub fn from_jwk(json: &[u8], algorithm: KeyAlgorithm) -> Result<Self, Error> {
        let jwk = Jwk::parse(json)?;
        jwk.expect_use(Use::Encrypt)?;
        if jwk.text("alg")?.is_some_and(|stated| stated != algorithm.name()) {
            return Err(Error::key("the alg of the key is another"));
        }
        let key = Self::new(jwk.public()?, algorithm)?;
        match jwk.text("kid")? {
            Some(id) => key.with_key_id(&id),
            None => Ok(key),
        }
    }

    /// The same key under a name, which travels as `kid`.
    ///
    /// # Errors
    /// Unless `id` is 1 to 256 bytes.
    pub fn with_key_id(mut self, id: &str) -> Result<Self, Error> {
        self.id = Some(checked(id)?);
        Ok(self)
    }
}

fn check_fit(key: &PublicKey, algorithm: KeyAlgorithm) -> Result<(), Error> {
    match (key.parameters(), algorithm) {
        (Parameters::Rsa { .. }, KeyAlgorithm::RsaOaep256)
        | (Parameters::P256 { .. }, KeyAlgorithm::EcdhEs) => Ok(()),
        _ => Err(Error::key("an algorithm for another kind of key")),
    }
}

fn checked(id: &str) -> Result<String, Error> {
    if id.is_empty() || id.len() > 256 {
        return Err(Error::key("kid must be 1 to 256 bytes"));
    }
    Ok(id.to_owned())
}
