//! Keys, whatever they were read from: admitted once, and then known to be sound.
//!
//! A key says what it is, not what it is for: the algorithm comes with
//! [`SigningKey`](crate::SigningKey) and [`VerifyingKey`](crate::VerifyingKey).

mod admission;
mod jwk;
mod pem;

pub(crate) use jwk::{Jwk, Use};
pub(crate) use pem::{blocks, pem_text};

use crate::{Error, Kind, base64url, json::write_text};
use openssl::{
    bn::BigNumContext,
    ec::{EcGroup, EcKey},
    nid::Nid,
    pkey::{HasPublic, Id, PKey, Private},
    rsa::Rsa,
};
use std::{fmt, sync::Arc};
use zeroize::Zeroizing;

/// How large a file or a text of a key is at most.
pub(crate) const MAX_KEY_FILE: usize = 64 * 1024;

/// A public key: RSA of 2048 to 8192 bits, P-256, or Ed25519.
///
/// Weak and malformed keys are refused when they are read: see [`from_der`](Self::from_der).
///
/// ```
/// use satang_jose::PublicKey;
///
/// // RFC 8037, A.2 and A.3
/// let key = PublicKey::from_jwk(
///     br#"{"kty": "OKP", "crv": "Ed25519", "x": "11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo"}"#,
/// )?;
/// assert_eq!(key.thumbprint(), "kPrK_qmxVWaYVA9wwBF6Iuo3vVzz7TxHCTwXBygrS4k");
/// # Ok::<(), satang_jose::Error>(())
/// ```
#[derive(Clone, PartialEq, Eq)]
pub struct PublicKey(Arc<Public>);

#[derive(PartialEq, Eq)]
struct Public {
    /// SubjectPublicKeyInfo.
    der: Vec<u8>,
    parameters: Parameters,
    thumbprint: String,
}

/// What a public key consists of.
#[derive(Clone, PartialEq, Eq)]
pub(crate) enum Parameters {
    Rsa { modulus: Vec<u8>, exponent: Vec<u8> },
    P256 { x: [u8; 32], y: [u8; 32] },
    Ed25519 { x: [u8; 32] },
}

impl PublicKey {
    /// Reads a SubjectPublicKeyInfo (RFC 5280, 4.1.2.7).
    ///
    /// # Errors
    /// When it is anything else or followed by anything, or when the key is weak: an RSA modulus below 2048 or
    /// above 8192 bits, with a small factor, with two factors that are close together, or with the fingerprint of
    /// ROCA (CVE-2017-15361); an exponent that is even, below 65537 or above 64 bits; a point off its curve or of
    /// small order; a curve other than P-256 and Ed25519.
    pub fn from_der(der: &[u8]) -> Result<Self, Error> {
        pem::check_length(der)?;
        let key = PKey::public_key_from_der(der).map_err(|_| Error::key("not a SubjectPublicKeyInfo"))?;
        let key = Self::admit(&key)?;
        // The one encoding that it has: nothing rides along.
        if key.0.der != der {
            return Err(Error::key("a public key that is not encoded as it must be"));
        }
        Ok(key)
    }

    /// Reads PEM text with one `PUBLIC KEY`, `RSA PUBLIC KEY` or `CERTIFICATE`.
    ///
    /// # Errors
    /// When there is not exactly one, and as [`from_der`](Self::from_der).
    pub fn from_pem(pem: &str) -> Result<Self, Error> {
        pem::public(pem)
    }

    /// Reads a JSON Web Key (RFC 7517) that holds no private part.
    ///
    /// # Errors
    /// When a member is missing, given twice or malformed, when the key is private or symmetric, and as
    /// [`from_der`](Self::from_der).
    pub fn from_jwk(json: &[u8]) -> Result<Self, Error> {
        Jwk::parse(json)?.public()
    }

    /// The key as SubjectPublicKeyInfo.
    #[must_use]
    pub fn to_der(&self) -> Vec<u8> {
        self.0.der.clone()
    }

    /// The key as PEM text, a `PUBLIC KEY`.
    #[must_use]
    pub fn to_pem(&self) -> String {
        pem_text("PUBLIC KEY", &self.0.der).to_string()
    }

    /// The key as a JSON Web Key with its required members only, in the order and form of RFC 7638.
    #[must_use]
    pub fn to_jwk(&self) -> String {
        self.0.parameters.to_jwk()
    }

    /// The SHA-256 thumbprint of RFC 7638, in base64url.
    #[must_use]
    pub fn thumbprint(&self) -> &str {
        &self.0.thumbprint
    }

    pub(crate) fn parameters(&self) -> &Parameters {
        &self.0.parameters
    }

    /// Admits a key that OpenSSL could read.
    pub(crate) fn admit<T: HasPublic>(key: &PKey<T>) -> Result<Self, Error> {
        let parameters = match key.id() {
            Id::RSA => {
                let rsa = key.rsa().map_err(failed)?;
                admission::rsa(rsa.n(), rsa.e())?;
                Parameters::Rsa { modulus: rsa.n().to_vec(), exponent: rsa.e().to_vec() }
            }
            Id::EC => point(&key.ec_key().map_err(failed)?)?,
            Id::ED25519 => {
                let x = key.raw_public_key().map_err(failed)?.try_into();
                let x = x.map_err(|_| Error::key("an Ed25519 key that is not 32 bytes"))?;
                admission::ed25519(&x)?;
                Parameters::Ed25519 { x }
            }
            _ => return Err(Error::key("a kind of key that is not accepted: not RSA, P-256 or Ed25519")),
        };
        let der = parameters.to_pkey()?.public_key_to_der().map_err(failed)?;
        let thumbprint = base64url::encode(openssl::sha::sha256(parameters.to_jwk().as_bytes()));
        Ok(Self(Arc::new(Public { der, parameters, thumbprint })))
    }
}

fn point<T: HasPublic>(key: &EcKey<T>) -> Result<Parameters, Error> {
    let group = EcGroup::from_curve_name(Nid::X9_62_PRIME256V1).map_err(failed)?;
    // A key may spell out the parameters of its curve, and a forger chooses them (CVE-2020-0601).
    if key.group().curve_name() != Some(Nid::X9_62_PRIME256V1)
        || key.group().asn1_flag() != openssl::ec::Asn1Flag::NAMED_CURVE
    {
        return Err(Error::key("a curve that is not P-256, by its name"));
    }
    let mut context = BigNumContext::new_secure().map_err(failed)?;
    key.check_key().map_err(|_| Error::key("not a point of P-256"))?;
    let form = openssl::ec::PointConversionForm::UNCOMPRESSED;
    let bytes = key.public_key().to_bytes(&group, form, &mut context).map_err(failed)?;
    let coordinates = bytes.split_first().and_then(|(_, coordinates)| coordinates.split_at_checked(32));
    match coordinates.and_then(|(x, y)| Some((x.try_into().ok()?, y.try_into().ok()?))) {
        Some((x, y)) => Ok(Parameters::P256 { x, y }),
        None => Err(Error::key("not a point of P-256")),
    }
}

impl Parameters {
    /// The required members, in lexical order and without blanks (RFC 7638, 3).
    fn to_jwk(&self) -> String {
        let mut json = String::from("{");
        for (name, value) in self.members() {
            if json.len() > 1 {
                json.push(',');
            }
            write_text(name, &mut json);
            json.push(':');
            write_text(&value, &mut json);
        }
        json.push('}');
        json
    }

    fn members(&self) -> Vec<(&'static str, String)> {
        let text = |bytes: &[u8]| base64url::encode(bytes);
        match self {
            Self::Rsa { modulus, exponent } => {
                vec![("e", text(exponent)), ("kty", "RSA".to_owned()), ("n", text(modulus))]
            }
            Self::P256 { x, y } => {
                vec![("crv", "P-256".to_owned()), ("kty", "EC".to_owned()), ("x", text(x)), ("y", text(y))]
            }
            Self::Ed25519 { x } => {
                vec![("crv", "Ed25519".to_owned()), ("kty", "OKP".to_owned()), ("x", text(x))]
            }
        }
    }

    /// The same as OpenSSL has it.
    pub(crate) fn to_pkey(&self) -> Result<PKey<openssl::pkey::Public>, Error> {
        let number = openssl::bn::BigNum::from_slice;
        match self {
            Self::Rsa { modulus, exponent } => {
                let rsa = Rsa::from_public_components(
                    number(modulus).map_err(failed)?,
                    number(exponent).map_err(failed)?,
                );
                PKey::from_rsa(rsa.map_err(failed)?).map_err(failed)
            }
            Self::P256 { x, y } => {
                let group = EcGroup::from_curve_name(Nid::X9_62_PRIME256V1).map_err(failed)?;
                let (x, y) = (number(x).map_err(failed)?, number(y).map_err(failed)?);
                let key = EcKey::from_public_key_affine_coordinates(&group, &x, &y);
                PKey::from_ec_key(key.map_err(|_| Error::key("not a point of P-256"))?).map_err(failed)
            }
            Self::Ed25519 { x } => PKey::public_key_from_raw_bytes(x, Id::ED25519).map_err(failed),
        }
    }
}

impl fmt::Debug for PublicKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("PublicKey").field("thumbprint", &self.thumbprint()).finish_non_exhaustive()
    }
}

/// A private key. It is wiped when the last clone is dropped, and `Debug` shows only the public thumbprint.
///
/// ```
/// use satang_jose::{PrivateKey, PublicKey};
///
/// let key = PrivateKey::generate_p256()?;
/// let read = PrivateKey::from_der(&key.to_der())?;
/// assert_eq!(read.public(), key.public());
/// # Ok::<(), satang_jose::Error>(())
/// ```
#[derive(Clone)]
pub struct PrivateKey {
    /// PKCS#8.
    der: Arc<Zeroizing<Vec<u8>>>,
    public: PublicKey,
}

impl PrivateKey {
    /// Makes an RSA key of `bits`, with exponent 65537. This takes seconds for 4096 bits.
    ///
    /// # Errors
    /// Unless `bits` is 2048 to 8192.
    pub fn generate_rsa(bits: u32) -> Result<Self, Error> {
        if !(2048..=8192).contains(&bits) {
            return Err(Error::key(admission::RSA_SIZE));
        }
        Self::admit(&PKey::from_rsa(Rsa::generate(bits).map_err(failed)?).map_err(failed)?)
    }

    /// Makes a key on P-256.
    ///
    /// # Errors
    /// When the machine has no randomness.
    pub fn generate_p256() -> Result<Self, Error> {
        let group = EcGroup::from_curve_name(Nid::X9_62_PRIME256V1).map_err(failed)?;
        let key = EcKey::generate(&group).and_then(PKey::from_ec_key).map_err(failed)?;
        Self::admit(&key)
    }

    /// Makes an Ed25519 key.
    ///
    /// # Errors
    /// When the machine has no randomness.
    pub fn generate_ed25519() -> Result<Self, Error> {
        Self::admit(&PKey::generate_ed25519().map_err(failed)?)
    }

    /// Reads a PKCS#8 `PrivateKeyInfo`.
    ///
    /// # Errors
    /// When it is anything else or followed by anything, when its parts do not fit together, and as
    /// [`PublicKey::from_der`].
    pub fn from_der(der: &[u8]) -> Result<Self, Error> {
        pem::check_length(der)?;
        Self::admit(&PKey::private_key_from_pkcs8(der).map_err(|_| Error::key("not a PKCS#8 private key"))?)
    }

    /// Reads PEM text with one `PRIVATE KEY`, `RSA PRIVATE KEY` or `EC PRIVATE KEY` that is not encrypted.
    ///
    /// # Errors
    /// When there is not exactly one, and as [`from_der`](Self::from_der).
    pub fn from_pem(pem: &str) -> Result<Self, Error> {
        pem::private(pem, None)
    }

    /// Reads PEM text with one private key that is encrypted with `password`.
    ///
    /// # Errors
    /// When the password is wrong, and as [`from_pem`](Self::from_pem).
    pub fn from_encrypted_pem(pem: &str, password: &str) -> Result<Self, Error> {
        pem::private(pem, Some(password))
    }

    /// Reads a private JSON Web Key; an RSA key needs all of `d`, `p`, `q`, `dp`, `dq` and `qi`.
    ///
    /// # Errors
    /// As [`PublicKey::from_jwk`], and when the parts do not fit together.
    pub fn from_jwk(json: &[u8]) -> Result<Self, Error> {
        Jwk::parse(json)?.private()
    }

    /// The public half.
    #[must_use]
    pub fn public(&self) -> &PublicKey {
        &self.public
    }

    /// The key as PKCS#8, wiped when dropped.
    #[must_use]
    pub fn to_der(&self) -> Zeroizing<Vec<u8>> {
        Zeroizing::clone(&self.der)
    }

    /// The key as PEM text, an unencrypted `PRIVATE KEY`, wiped when dropped.
    #[must_use]
    pub fn to_pem(&self) -> Zeroizing<String> {
        pem_text("PRIVATE KEY", &self.der)
    }

    /// The key as a private JSON Web Key, wiped when dropped.
    ///
    /// # Errors
    /// When the library fails.
    pub fn to_jwk(&self) -> Result<Zeroizing<String>, Error> {
        jwk::write_private(self)
    }

    /// Admits a key that OpenSSL could read.
    pub(crate) fn admit(key: &PKey<Private>) -> Result<Self, Error> {
        let public = PublicKey::admit(key)?;
        if let (Id::RSA, Ok(rsa)) = (key.id(), key.rsa()) {
            admission::rsa_private(&rsa)?;
        }
        let der = Zeroizing::new(key.private_key_to_pkcs8().map_err(failed)?);
        Ok(Self { der: Arc::new(der), public })
    }

    /// The same as OpenSSL has it.
    pub(crate) fn to_pkey(&self) -> Result<PKey<Private>, Error> {
        PKey::private_key_from_pkcs8(&self.der).map_err(failed)
    }
}

impl fmt::Debug for PrivateKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("PrivateKey").field("thumbprint", &self.public.thumbprint()).finish_non_exhaustive()
    }
}

/// What OpenSSL says of its failures may quote a key; nobody needs it.
pub(crate) fn failed(_: openssl::error::ErrorStack) -> Error {
    Error::new(Kind::Backend, "OpenSSL failed")
}
