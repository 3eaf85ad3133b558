//! Certificates for tests: signed by the key itself, or by an authority for tests.

use crate::{
    Certificate, Error, Identity, NumericDate, PrivateKey, PublicKey,
    backend::{Backend, OpenSsl},
    certificate::expect_own,
    key::failed,
};
use openssl::{
    asn1::Asn1Time,
    bn::BigNum,
    error::ErrorStack,
    hash::MessageDigest,
    pkey::{Id, PKey, Private},
    x509::{
        X509, X509Builder, X509Name, X509NameRef,
        extension::{AuthorityKeyIdentifier, BasicConstraints, KeyUsage, SubjectKeyIdentifier},
    },
};

/// A certificate to be made. Its signature is over SHA-256, or of Ed25519.
///
/// ```
/// use satang_jose::{Identity, NewCertificate, NumericDate, PrivateKey};
///
/// let now = NumericDate::new(1_788_000_000)?;
/// let authority = PrivateKey::generate_p256()?;
/// let root = NewCertificate::new("Test Authority", now, 3650).authority().self_signed(&authority)?;
/// let authority = Identity { key: authority, certificates: vec![root] };
///
/// let key = PrivateKey::generate_p256()?;
/// let certificate = NewCertificate::new("0105500000001", now, 365).signed_by(&authority, key.public())?;
/// assert!(certificate.is_valid_at(now));
/// assert_eq!(certificate.public_key(), Ok(key.public()));
/// # Ok::<(), satang_jose::Error>(())
/// ```
#[derive(Clone, Debug)]
#[must_use]
pub struct NewCertificate {
    common_name: String,
    organization: Option<String>,
    from: NumericDate,
    days: u32,
    is_authority: bool,
}

impl NewCertificate {
    /// A certificate of `common_name`, 1 to 64 bytes of UTF-8, valid from `from` for 1 to 3,653 days.
    pub fn new(common_name: &str, from: NumericDate, days: u32) -> Self {
        Self { common_name: common_name.to_owned(), organization: None, from, days, is_authority: false }
    }

    /// Names the organization too, 1 to 64 bytes of UTF-8.
    pub fn organization(mut self, name: &str) -> Self {
        self.organization = Some(name.to_owned());
        self
    }

    /// The certificate of an authority, which may issue others.
    pub fn authority(mut self) -> Self {
        self.is_authority = true;
        self
    }

    /// The certificate of `key`, signed by itself.
    ///
    /// # Errors
    /// When a name or the number of days is out of range.
    pub fn self_signed(&self, key: &PrivateKey) -> Result<Certificate, Error> {
        self.issue(key.public(), &key.to_pkey()?, None)
    }

    /// The certificate of `key`, signed by the authority: its key, and its certificate first.
    ///
    /// # Errors
    /// When the first certificate is not the authority's own, and as [`self_signed`](Self::self_signed).
    pub fn signed_by(&self, authority: &Identity, key: &PublicKey) -> Result<Certificate, Error> {
        expect_own(&authority.certificates, authority.key.public())?;
        let issuer = authority.certificates.first().map(Certificate::to_x509).transpose()?;
        self.issue(key, &authority.key.to_pkey()?, issuer.as_ref())
    }

    fn issue(
        &self,
        key: &PublicKey,
        signer: &PKey<Private>,
        issuer: Option<&X509>,
    ) -> Result<Certificate, Error> {
        let names = [Some(&self.common_name), self.organization.as_ref()];
        if names.into_iter().flatten().any(|name| !(1..=64).contains(&name.len())) {
            return Err(Error::setup("a name of a certificate is 1 to 64 bytes"));
        }
        if !(1..=3653).contains(&self.days) {
            return Err(Error::setup("a certificate is valid for 1 to 3653 days"));
        }
        let mut serial = [0; 16];
        OpenSsl.fill(&mut serial)?;
        // A positive number of at most 20 bytes (RFC 5280, 4.1.2.2).
        serial[0] = serial[0] & 0x7f | 0x40;
        let key = key.parameters().to_pkey()?;
        let built = self.build(&key, &serial, issuer).and_then(|mut builder| {
            let digest = match signer.id() {
                Id::ED25519 => MessageDigest::null(),
                _ => MessageDigest::sha256(),
            };
            builder.sign(signer, digest)?;
            Ok(builder.build())
        });
        Certificate::admit(&built.map_err(failed)?)
    }

    fn build(
        &self,
        key: &PKey<openssl::pkey::Public>,
        serial: &[u8],
        issuer: Option<&X509>,
    ) -> Result<X509Builder, ErrorStack> {
        let subject = self.subject()?;
        let mut builder = X509::builder()?;
        builder.set_version(2)?;
        builder.set_serial_number(&*BigNum::from_slice(serial)?.to_asn1_integer()?)?;
        builder.set_subject_name(&subject)?;
        let issuer_name: &X509NameRef = issuer.map_or(&subject, |issuer| issuer.subject_name());
        builder.set_issuer_name(issuer_name)?;
        let until = self.from + self.days.saturating_mul(86_400) - 1;
        builder.set_not_before(&*Asn1Time::from_unix(self.from.as_second())?)?;
        builder.set_not_after(&*Asn1Time::from_unix(until.as_second())?)?;
        builder.set_pubkey(key)?;
        let mut constraints = BasicConstraints::new();
        let mut usage = KeyUsage::new();
        constraints.critical();
        usage.critical();
        if self.is_authority {
            constraints.ca();
            usage.key_cert_sign().crl_sign();
        } else {
            usage.digital_signature();
        }
        builder.append_extension(constraints.build()?)?;
        builder.append_extension(usage.build()?)?;
        let context = builder.x509v3_context(issuer.map(|issuer| &**issuer), None);
        let identifier = SubjectKeyIdentifier::new().build(&context)?;
        builder.append_extension(identifier)?;
        if issuer.is_some() {
            let context = builder.x509v3_context(issuer.map(|issuer| &**issuer), None);
            let identifier = AuthorityKeyIdentifier::new().keyid(true).build(&context)?;
            builder.append_extension(identifier)?;
        }
        Ok(builder)
    }

    fn subject(&self) -> Result<X509Name, ErrorStack> {
        let mut name = X509Name::builder()?;
        if let Some(organization) = &self.organization {
            name.append_entry_by_text("O", organization)?;
        }
        name.append_entry_by_text("CN", &self.common_name)?;
        Ok(name.build())
    }
}
