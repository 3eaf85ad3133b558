//! Trust in certificates: a chain from the one in a token to one of those that the application names.

use crate::{
    Certificate, Error, NumericDate, Profile, SignatureAlgorithm, VerifyingKey, base64url, header::Header,
    key::failed, verifier::Compact,
};
use base64::{Engine, engine::general_purpose::STANDARD};
use openssl::{
    stack::Stack,
    x509::{
        X509StoreContext,
        store::{X509Store, X509StoreBuilder},
        verify::{X509VerifyFlags, X509VerifyParam},
    },
};
use std::fmt;

/// How many certificates are trusted at most.
const MAX_TRUSTED: usize = 64;
/// X509_V_ERR_CERT_NOT_YET_VALID and X509_V_ERR_CERT_HAS_EXPIRED of OpenSSL's `x509_vfy.h`.
const NOT_YET_VALID: i32 = 9;
const HAS_EXPIRED: i32 = 10;

/// The certificates that are trusted: those of authorities, or those of the signers themselves.
///
/// For products whose signers bring their certificate along (`x5c`). Revocation is not checked.
///
/// ```
/// # #[cfg(feature = "issue")] {
/// use satang_jose::{
///     Authorities, KeySet, NewCertificate, NumericDate, Presence, PrivateKey, Profile, SignatureAlgorithm::Rs256, Signer,
///     SigningKey, Verifier,
/// };
///
/// let now = NumericDate::new(1_788_000_000)?;
/// let profile = Profile::new([Rs256]).typ("JWT").key_id(Presence::Refused).certificates(Presence::Required);
/// let key = PrivateKey::generate_rsa(2048)?;
/// let own = NewCertificate::new("0105500000001", now, 365).self_signed(&key)?;
/// let key = SigningKey::new(key, Rs256)?.with_certificates(vec![own.clone()])?;
/// let token = Signer::new(&profile, &key)?.sign("a form")?;
///
/// // The receiver knows the certificate, and not who sends.
/// let trusted = Authorities::new([own])?;
/// let signer = trusted.signer(&token, &profile, now)?;
/// Verifier::new(&profile, KeySet::new([signer])?)?.verify(&token, now)?;
/// # }
/// # Ok::<(), satang_jose::Error>(())
/// ```
pub struct Authorities {
    trusted: Vec<Certificate>,
}

impl Authorities {
    /// Trusts 1 to 64 certificates.
    ///
    /// # Errors
    /// When there are none, or more.
    pub fn new(trusted: impl IntoIterator<Item = Certificate>) -> Result<Self, Error> {
        let trusted: Vec<_> = trusted.into_iter().take(MAX_TRUSTED + 1).collect();
        if !(1..=MAX_TRUSTED).contains(&trusted.len()) {
            return Err(Error::setup("1 to 64 certificates can be trusted"));
        }
        Ok(Self { trusted })
    }

    /// Checks that the first certificate of `chain` is trusted at `now`: itself, or through the others of the chain by an
    /// authority. Signatures, validity, and who may issue are checked (RFC 5280, 6), at 112 bits of strength.
    /// A certificate counts as expired from its last second on.
    ///
    /// # Errors
    /// [`Kind::Certificate`](crate::Kind::Certificate) when it is not.
    pub fn check(&self, chain: &[Certificate], now: NumericDate) -> Result<(), Error> {
        const UNTRUSTED: Error = Error::certificate("the certificate does not come from a trusted authority");
        let (own, others) = chain.split_first().ok_or(UNTRUSTED)?;
        let store = self.store(now)?;
        let own = own.to_x509()?;
        let mut between = Stack::new().map_err(failed)?;
        for certificate in others {
            between.push(certificate.to_x509()?).map_err(failed)?;
        }
        let mut context = X509StoreContext::new().map_err(failed)?;
        let found = context.init(&store, &own, &between, |context| {
            Ok(if context.verify_cert()? { None } else { Some(context.error().as_raw()) })
        });
        match found.map_err(failed)? {
            None => Ok(()),
            Some(HAS_EXPIRED) => Err(Error::certificate("the certificate, or one above it, has expired")),
            Some(NOT_YET_VALID) => {
                Err(Error::certificate("the certificate, or one above it, is not valid yet"))
            }
            Some(_) => Err(UNTRUSTED),
        }
    }

    /// The key that a token of `profile` says it is signed with, when its certificate is trusted at `now`. The token
    /// itself is not verified by that: make a [`Verifier`](crate::Verifier) with the key.
    ///
    /// The algorithm is the one of the profile that fits the key, never one that the token names.
    ///
    /// # Errors
    /// When the token is not one of the profile, when it has no `x5c`, when several algorithms of the profile fit the
    /// key, and as [`check`](Self::check).
    pub fn signer(
        &self,
        token: impl AsRef<[u8]>,
        profile: &Profile,
        now: NumericDate,
    ) -> Result<VerifyingKey, Error> {
        profile.check()?;
        let token = Compact::split(token.as_ref(), profile)?;
        let json = base64url::decode(token.header)?;
        let header = Header::parse(&json, profile)?;
        let texts = header.chain.as_deref().ok_or(Error::header("x5c is missing"))?;
        let read = |text: &std::borrow::Cow<'_, str>| {
            let der = STANDARD.decode(text.as_bytes()).map_err(|_| Error::header("x5c must be base64"))?;
            Certificate::from_der(&der)
        };
        let chain: Vec<_> = texts.iter().map(read).collect::<Result<_, _>>()?;
        self.check(&chain, now)?;
        let own = chain.first().ok_or(Error::header("x5c is missing"))?;
        let key = own.public_key()?;
        let fitting = |algorithm: &SignatureAlgorithm| VerifyingKey::new(key.clone(), *algorithm).ok();
        let mut fitting = profile.algorithms.iter().filter_map(fitting);
        let key = match (fitting.next(), fitting.next()) {
            (Some(key), None) => key,
            (None, _) => return Err(Error::key("the certificate is of another kind of key")),
            _ => return Err(Error::setup("several algorithms of the profile fit the key of a certificate")),
        };
        let key = match &header.kid {
            Some(id) => key.with_key_id(id)?,
            None => key,
        };
        key.with_certificates(chain)
    }

    fn store(&self, now: NumericDate) -> Result<X509Store, Error> {
        let build = || {
            let mut store = X509StoreBuilder::new()?;
            for certificate in &self.trusted {
                store.add_cert(certificate.to_x509().map_err(|_| openssl::error::ErrorStack::get())?)?;
            }
            let mut rules = X509VerifyParam::new()?;
            rules.set_time(now.as_second());
            // A signer's own certificate may be the trusted one.
            rules.set_flags(X509VerifyFlags::PARTIAL_CHAIN)?;
            rules.set_auth_level(2);
            store.set_param(&rules)?;
            Ok(store.build())
        };
        build().map_err(failed)
    }
}

impl fmt::Debug for Authorities {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("Authorities").field(&self.trusted).finish()
    }
}
