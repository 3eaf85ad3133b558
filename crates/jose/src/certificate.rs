//! X.509 certificates, as names of keys. Nothing here decides whom to trust: a certificate is compared, never followed.

use crate::{
    Error, NumericDate, PrivateKey, PublicKey, base64url,
    key::{MAX_KEY_FILE, blocks, failed, pem_text},
};
use base64::{Engine, engine::general_purpose::STANDARD};
use openssl::{asn1::Asn1Time, pkcs12::Pkcs12, x509::X509};
use std::{fmt, sync::Arc};

/// How many certificates a chain has at most.
pub(crate) const MAX_CHAIN: usize = 8;

/// An X.509 certificate.
///
/// Its signature and its issuer are not checked; use it to name a key that is known otherwise (`x5c`,
/// `x5t#S256`), or after [`Authorities`](crate::Authorities) have answered for it.
#[derive(Clone, PartialEq, Eq)]
pub struct Certificate(Arc<Parts>);

#[derive(PartialEq, Eq)]
struct Parts {
    der: Vec<u8>,
    /// An authority's key may be of a kind that is not accepted from a partner.
    key: Result<PublicKey, Error>,
    thumbprint: String,
    validity: (i64, i64),
}

impl Certificate {
    /// Reads one certificate.
    ///
    /// # Errors
    /// When it is anything else or followed by anything.
    pub fn from_der(der: &[u8]) -> Result<Self, Error> {
        const NONE: Error = Error::key("not a certificate");
        if der.len() > MAX_KEY_FILE {
            return Err(Error::too_large("a certificate must not exceed 64 KiB"));
        }
        let read = X509::from_der(der).map_err(|_| NONE)?;
        if read.to_der().map_err(failed)? != der {
            return Err(Error::key("a certificate that is not encoded as it must be"));
        }
        Self::admit(&read)
    }

    /// Reads PEM text with one `CERTIFICATE`.
    ///
    /// # Errors
    /// When there is not exactly one, and as [`from_der`](Self::from_der).
    pub fn from_pem(pem: &str) -> Result<Self, Error> {
        match <[Self; 1]>::try_from(Self::chain_from_pem(pem)?) {
            Ok([one]) => Ok(one),
            Err(_) => Err(Error::key("not PEM text with one certificate")),
        }
    }

    /// Reads PEM text with 1 to 8 certificates, the key's own first.
    ///
    /// # Errors
    /// As [`from_der`](Self::from_der).
    pub fn chain_from_pem(pem: &str) -> Result<Vec<Self>, Error> {
        let blocks = blocks(pem)?;
        if blocks.is_empty()
            || blocks.len() > MAX_CHAIN
            || blocks.iter().any(|(label, _)| *label != "CERTIFICATE")
        {
            return Err(Error::key("not PEM text with 1 to 8 certificates"));
        }
        let read = |(_, block): &(&str, &str)| {
            Self::admit(&X509::from_pem(block.as_bytes()).map_err(|_| Error::key("not a certificate"))?)
        };
        blocks.iter().map(read).collect()
    }

    /// The key that the certificate is of.
    ///
    /// # Errors
    /// When the key is not admitted: see [`PublicKey::from_der`]. An authority's may well not be.
    pub fn public_key(&self) -> Result<&PublicKey, Error> {
        self.0.key.as_ref().map_err(|error| *error)
    }

    /// The certificate as DER.
    #[must_use]
    pub fn to_der(&self) -> Vec<u8> {
        self.0.der.clone()
    }

    /// The certificate as PEM text.
    #[must_use]
    pub fn to_pem(&self) -> String {
        pem_text("CERTIFICATE", &self.0.der).to_string()
    }

    /// The SHA-256 of the DER in base64url: the value of `x5t#S256`.
    #[must_use]
    pub fn thumbprint(&self) -> &str {
        &self.0.thumbprint
    }

    /// False before its first second and after its last. A signature made while it was valid stays one.
    #[must_use]
    pub fn is_valid_at(&self, now: NumericDate) -> bool {
        let (first, last) = self.0.validity;
        (first..=last).contains(&now.as_second())
    }

    /// In standard base64, as `x5c` has it (RFC 7515, 4.1.6).
    pub(crate) fn to_x5c(&self) -> String {
        STANDARD.encode(&self.0.der)
    }

    /// The same as OpenSSL has it.
    pub(crate) fn to_x509(&self) -> Result<X509, Error> {
        X509::from_der(&self.0.der).map_err(failed)
    }

    pub(crate) fn admit(certificate: &X509) -> Result<Self, Error> {
        let key =
            certificate.public_key().map_err(|_| Error::key("a certificate without a key that is known"));
        let key = key.and_then(|key| PublicKey::admit(&key));
        let der = certificate.to_der().map_err(failed)?;
        let thumbprint = base64url::encode(openssl::sha::sha256(&der));
        let seconds = |time: &openssl::asn1::Asn1TimeRef| {
            let since = Asn1Time::from_unix(0)?.diff(time)?;
            Ok(i64::from(since.days) * 86_400 + i64::from(since.secs))
        };
        let validity = (
            seconds(certificate.not_before()).map_err(failed)?,
            seconds(certificate.not_after()).map_err(failed)?,
        );
        Ok(Self(Arc::new(Parts { der, key, thumbprint, validity })))
    }
}

impl fmt::Debug for Certificate {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Certificate").field("thumbprint", &self.thumbprint()).finish_non_exhaustive()
    }
}

/// A private key together with its certificates, as a PKCS#12 file (`.p12`, `.pfx`) holds them.
#[derive(Clone, Debug)]
pub struct Identity {
    /// The private key.
    pub key: PrivateKey,
    /// Its certificate, and then those of the authorities, as the file has them.
    pub certificates: Vec<Certificate>,
}

impl Identity {
    /// Reads a PKCS#12 file that holds one key and its certificate.
    ///
    /// # Errors
    /// When the password is wrong, when the file is encrypted in a way that OpenSSL 3 no longer reads by default
    /// (RC2, single DES), when the certificate is not the key's, and as [`PrivateKey::from_der`].
    pub fn from_pkcs12(der: &[u8], password: &str) -> Result<Self, Error> {
        if der.len() > MAX_KEY_FILE {
            return Err(Error::too_large("a PKCS#12 file must not exceed 64 KiB"));
        }
        let file = Pkcs12::from_der(der).map_err(|_| Error::key("not a PKCS#12 file"))?;
        let read = file.parse2(password).map_err(|_| {
            Error::key("a wrong password, or a PKCS#12 file whose encryption OpenSSL 3 does not read")
        })?;
        let (Some(key), Some(own)) = (read.pkey, read.cert) else {
            return Err(Error::key("a PKCS#12 file without a private key and its certificate"));
        };
        let key = PrivateKey::admit(&key)?;
        let mut certificates = vec![Certificate::admit(&own)?];
        for authority in read.ca.iter().flatten().take(MAX_CHAIN - 1) {
            certificates.push(Certificate::admit(
                &X509::from_der(&authority.to_der().map_err(failed)?).map_err(failed)?,
            )?);
        }
        expect_own(&certificates, key.public())?;
        Ok(Self { key, certificates })
    }
}

/// Refuses a chain whose first certificate is not the one of `key`.
pub(crate) fn expect_own(chain: &[Certificate], key: &PublicKey) -> Result<(), Error> {
    match chain.first() {
        Some(own) if chain.len() <= MAX_CHAIN && own.public_key() == Ok(key) => Ok(()),
        _ => Err(Error::key("the first of 1 to 8 certificates must be the one of the key")),
    }
}
