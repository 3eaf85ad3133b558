//! Keys together with their algorithm and their name, and sets of them.

use crate::{
    Certificate, Error, PrivateKey, PublicKey, SignatureAlgorithm,
    certificate::expect_own,
    json::{Object, write_text},
    key::{Jwk, MAX_KEY_FILE, Parameters, Use},
};

/// How many keys a set has at most.
const MAX_KEYS: usize = 64;

/// A private key for one algorithm.
#[derive(Clone, Debug)]
pub struct SigningKey {
    pub(crate) private: PrivateKey,
    pub(crate) public: VerifyingKey,
}

impl SigningKey {
    /// `key`, for `algorithm` and nothing else.
    ///
    /// # Errors
    /// When the algorithm is for another kind of key.
    pub fn new(key: PrivateKey, algorithm: SignatureAlgorithm) -> Result<Self, Error> {
        let public = VerifyingKey::new(key.public().clone(), algorithm)?;
        Ok(Self { private: key, public })
    }

    /// The same key under a name, which travels as `kid`.
    ///
    /// # Errors
    /// Unless `id` is 1 to 256 bytes.
    pub fn with_key_id(mut self, id: &str) -> Result<Self, Error> {
        self.public = self.public.with_key_id(id)?;
        Ok(self)
    }

    /// The same key with its certificate, which may be followed by those of authorities.
    ///
    /// # Errors
    /// When the first is not the certificate of the key, or when there are more than 8.
    pub fn with_certificates(mut self, chain: Vec<Certificate>) -> Result<Self, Error> {
        self.public = self.public.with_certificates(chain)?;
        Ok(self)
    }

    /// What verifies its signatures.
    #[must_use]
    pub fn verifying_key(&self) -> &VerifyingKey {
        &self.public
    }
}

/// A public key for one algorithm.
///
/// ```
/// use satang_jose::{PrivateKey, SignatureAlgorithm, VerifyingKey};
///
/// let key = PrivateKey::generate_ed25519()?.public().clone();
/// assert!(VerifyingKey::new(key.clone(), SignatureAlgorithm::Rs256).is_err());
///
/// let key = VerifyingKey::new(key, SignatureAlgorithm::EdDsa)?.with_key_id("014-3")?.issuer("014");
/// assert_eq!(key.key_id(), Some("014-3"));
/// # Ok::<(), satang_jose::Error>(())
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct VerifyingKey {
    key: PublicKey,
    algorithm: SignatureAlgorithm,
    id: Option<String>,
    issuer: Option<String>,
    certificates: Vec<Certificate>,
}

impl VerifyingKey {
    /// `key`, for `algorithm` and nothing else.
    ///
    /// # Errors
    /// When the algorithm is for another kind of key.
    pub fn new(key: PublicKey, algorithm: SignatureAlgorithm) -> Result<Self, Error> {
        if !fits(&key, algorithm) {
            return Err(Error::key("an algorithm for another kind of key"));
        }
        Ok(Self { key, algorithm, id: None, issuer: None, certificates: Vec::new() })
    }

    /// The same key under a name, which travels as `kid`.
    ///
    /// # Errors
    /// Unless `id` is 1 to 256 bytes.
    pub fn with_key_id(mut self, id: &str) -> Result<Self, Error> {
        if id.is_empty() || id.len() > 256 {
            return Err(Error::key("kid must be 1 to 256 bytes"));
        }
        self.id = Some(id.to_owned());
        Ok(self)
    }

    /// The same key with its certificate, which may be followed by those of authorities.
    ///
    /// # Errors
    /// When the first is not the certificate of the key, or when there are more than 8.
    pub fn with_certificates(mut self, chain: Vec<Certificate>) -> Result<Self, Error> {
        expect_own(&chain, &self.key)?;
        self.certificates = chain;
        Ok(self)
    }

    /// The same key, known to belong to `issuer`: claims under it must say `iss` so, and nothing else. Without it one
    /// partner could sign in the name of another.
    #[must_use]
    pub fn issuer(mut self, issuer: &str) -> Self {
        self.issuer = Some(issuer.to_owned());
        self
    }

    /// The key itself.
    #[must_use]
    pub fn public_key(&self) -> &PublicKey {
        &self.key
    }

    /// Its one algorithm.
    #[must_use]
    pub fn algorithm(&self) -> SignatureAlgorithm {
        self.algorithm
    }

    /// Its name.
    #[must_use]
    pub fn key_id(&self) -> Option<&str> {
        self.id.as_deref()
    }

    /// Its certificate, and those of authorities.
    #[must_use]
    pub fn certificates(&self) -> &[Certificate] {
        &self.certificates
    }

    pub(crate) fn its_issuer(&self) -> Option<&str> {
        self.issuer.as_deref()
    }

    /// How many bytes a signature under this key has.
    pub(crate) fn signature_length(&self) -> usize {
        match self.key.parameters() {
            Parameters::Rsa { modulus, .. } => modulus.len(),
            Parameters::P256 { .. } | Parameters::Ed25519 { .. } => 64,
        }
    }
}

fn fits(key: &PublicKey, algorithm: SignatureAlgorithm) -> bool {
    matches!(
        (key.parameters(), algorithm),
        (Parameters::Rsa { .. }, SignatureAlgorithm::Rs256 | SignatureAlgorithm::Ps256)
            | (Parameters::P256 { .. }, SignatureAlgorithm::Es256)
            | (Parameters::Ed25519 { .. }, SignatureAlgorithm::EdDsa)
    )
}

/// Keys that a verifier accepts, each under a name of its own.
///
/// ```
/// use satang_jose::{KeySet, SignatureAlgorithm};
///
/// let jwks = br#"{"keys": [
///     {"kty": "OKP", "crv": "Ed25519", "kid": "a", "alg": "EdDSA", "use": "sig",
///      "x": "11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo"},
///     {"kty": "EC", "crv": "P-384", "kid": "b", "alg": "ES384"}
/// ]}"#;
/// let imported = KeySet::from_jwks(jwks, &[SignatureAlgorithm::EdDsa])?;
/// assert_eq!(imported.keys.len(), 1);
/// assert_eq!(imported.skipped[0].position, 1);
/// # Ok::<(), satang_jose::Error>(())
/// ```
#[derive(Clone, Debug)]
pub struct KeySet(Vec<VerifyingKey>);

/// What was found in a JSON Web Key Set.
#[derive(Clone, Debug)]
pub struct Imported {
    /// The keys that are accepted.
    pub keys: KeySet,
    /// The entries that are for something else.
    pub skipped: Vec<Skipped>,
}

/// An entry of a JSON Web Key Set that is not for verifying under the algorithms that were asked for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Skipped {
    /// Its position in the set, from 0.
    pub position: usize,
    /// Why, in fixed words.
    pub reason: &'static str,
}

impl KeySet {
    /// A set of 1 to 64 keys. A set of several needs a name for each.
    ///
    /// # Errors
    /// When it is empty or too large, when a name is missing or stands twice, or when one key stands twice, as with
    /// two algorithms: one key has one algorithm.
    pub fn new(keys: impl IntoIterator<Item = VerifyingKey>) -> Result<Self, Error> {
        let mut set = Self(Vec::new());
        for key in keys {
            if set.0.len() == MAX_KEYS {
                return Err(Error::key("a set has 1 to 64 keys"));
            }
            if key.id.is_some() && set.0.iter().any(|other| other.id == key.id) {
                return Err(Error::key("two keys of a set go by the same kid"));
            }
            if set.0.iter().any(|other| other.key == key.key) {
                return Err(Error::key("one key stands twice in a set"));
            }
            set.0.push(key);
        }
        match set.0.len() {
            0 => Err(Error::key("a set has 1 to 64 keys")),
            1 => Ok(set),
            _ if set.0.iter().all(|key| key.id.is_some()) => Ok(set),
            _ => Err(Error::key("each key of a set needs a kid")),
        }
    }

    /// Reads a JSON Web Key Set (RFC 7517, 5) of 1 to 64 entries, and takes the keys for verifying under
    /// `algorithms`.
    ///
    /// Entries for something else (another `use`, `kty`, `crv` or `alg`) are skipped, as the RFC asks. An entry that is for
    /// verifying but wrong spoils the whole set, and so does a symmetric or private key: whoever publishes those
    /// has made a mistake that must not go unnoticed.
    ///
    /// # Errors
    /// When the set cannot be read, when an entry spoils it, when nothing is left, and as [`new`](Self::new).
    pub fn from_jwks(json: &[u8], algorithms: &[SignatureAlgorithm]) -> Result<Imported, Error> {
        if json.len() > MAX_KEY_FILE {
            return Err(Error::too_large("a JSON Web Key Set must not exceed 64 KiB"));
        }
        let set = Object::parse(json)?;
        let entries = set.find("keys").and_then(|keys| keys.elements());
        let entries = entries.ok_or(Error::key("a JSON Web Key Set has a list of keys"))?;
        if entries.len() > MAX_KEYS {
            return Err(Error::key("a set has 1 to 64 keys"));
        }
        let (mut keys, mut skipped) = (Vec::new(), Vec::new());
        for (position, entry) in entries.into_iter().enumerate() {
            match read_entry(&Jwk::parse(entry.raw().as_bytes())?, algorithms)? {
                Ok(key) => keys.push(key),
                Err(reason) => skipped.push(Skipped { position, reason }),
            }
        }
        Ok(Imported { keys: Self::new(keys)?, skipped })
    }

    /// How many keys there are; at least one.
    #[must_use]
    #[expect(clippy::len_without_is_empty, reason = "a set is never empty")]
    pub fn len(&self) -> usize {
        self.0.len()
    }

    /// The keys.
    pub fn iter(&self) -> impl Iterator<Item = &VerifyingKey> {
        self.0.iter()
    }

    /// The set as a JSON Web Key Set to publish: public parts, `kid`, `use`, `alg` and `x5c`.
    #[must_use]
    pub fn to_jwks(&self) -> String {
        let entries: Vec<_> = self.0.iter().map(entry).collect();
        format!("{{\"keys\":[{}]}}", entries.join(","))
    }
}

impl IntoIterator for KeySet {
    type Item = VerifyingKey;
    type IntoIter = std::vec::IntoIter<VerifyingKey>;

    fn into_iter(self) -> Self::IntoIter {
        self.0.into_iter()
    }
}

fn entry(key: &VerifyingKey) -> String {
    let mut json = key.key.to_jwk();
    json.pop();
    for (name, value) in [("use", "sig"), ("alg", key.algorithm.name())] {
        json.push_str(&format!(",\"{name}\":\"{value}\""));
    }
    if let Some(id) = &key.id {
        json.push_str(",\"kid\":");
        write_text(id, &mut json);
    }
    if !key.certificates.is_empty() {
        let texts: Vec<_> = key.certificates.iter().map(|one| format!("\"{}\"", one.to_x5c())).collect();
        json.push_str(&format!(",\"x5c\":[{}]", texts.join(",")));
    }
    json.push('}');
    json
}

/// The key of an entry, or why it is for something else.
fn read_entry(
    jwk: &Jwk<'_>,
    algorithms: &[SignatureAlgorithm],
) -> Result<Result<VerifyingKey, &'static str>, Error> {
    jwk.refuse_secret()?;
    let (kty, curve) = (jwk.text("kty")?, jwk.text("crv")?);
    let possible: &[SignatureAlgorithm] = match (kty.as_deref(), curve.as_deref()) {
        (Some("RSA"), _) => &[SignatureAlgorithm::Rs256, SignatureAlgorithm::Ps256],
        (Some("EC"), Some("P-256")) => &[SignatureAlgorithm::Es256],
        (Some("OKP"), Some("Ed25519")) => &[SignatureAlgorithm::EdDsa],
        (Some("EC" | "OKP"), Some(_)) => return Ok(Err("another curve")),
        (Some(_), _) => return Ok(Err("another kty, or no crv")),
        (None, _) => return Err(Error::key("a kty is missing")),
    };
    if jwk.is_for_something_else()? {
        return Ok(Err("another use"));
    }
    let stated = jwk.text("alg")?;
    let is_meant = |one: &&SignatureAlgorithm| stated.as_ref().is_none_or(|alg| alg == one.name());
    let mut meant = possible.iter().filter(|one| algorithms.contains(one)).filter(is_meant);
    let algorithm = match (meant.next(), meant.next()) {
        (Some(algorithm), None) => *algorithm,
        (None, _) => return Ok(Err("another alg")),
        (Some(_), Some(_)) => {
            return Err(Error::key("an RSA key that does not say its alg, where two are possible"));
        }
    };
    jwk.expect_use(Use::Verify)?;
    let key = jwk.public()?;
    let certificates = jwk.certificates(&key)?;
    let mut key = VerifyingKey::new(key, algorithm)?;
    if let Some(id) = jwk.text("kid")? {
        key = key.with_key_id(&id)?;
    }
    Ok(Ok(if certificates.is_empty() { key } else { key.with_certificates(certificates)? }))
}
