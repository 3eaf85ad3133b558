//! Signed forms: whose signature it is, and what was signed.
//!
//! A filer signs with certificates that are registered with it. One that comes along in `x5c` must be one of these: it is
//! compared, never followed. Without `x5c` the signature decides which it is. The profile is proposed by Satang.

use super::{
    Department,
    filer::{Filer, Registered},
    form,
    refusal::{rd_form, refuse_at},
};
use jiff::Timestamp;
use satang_core::{Clock as _, Refusal};
use satang_jose::{
    Certificate, Error, KeySet, Kind, NumericDate, Profile, SignatureAlgorithm, Verifier, VerifyingKey,
};
use satang_schema::{
    Check,
    stamp_duty::{FilingStatusForm, ResponseCode, SignedForm},
};
use satang_validation::Rule;
use serde::de::DeserializeOwned;
use std::{
    collections::HashMap,
    fmt,
    sync::{Arc, PoisonError, RwLock},
};

/// The profile of the forms. Proposed by Satang: `typ` may be absent as well.
fn profile() -> Profile {
    satang_stamp_duty::profile().or_without_typ()
}

/// Checks that a certificate can be registered.
pub(crate) fn check_certificate(der: &[u8]) -> Result<(), Error> {
    Known::new(der).map(drop)
}

impl Department {
    /// What a filer has signed.
    ///
    /// # Errors
    /// `E07117` to `E07120` for the signature; `E07114`, `E07115` and the form's own codes for what is signed.
    pub(super) fn open<F: DeserializeOwned + Check>(
        &self,
        filer: &Filer,
        signed: &SignedForm<F>,
    ) -> Result<F, Refusal> {
        form::read(&self.payload(filer, signed.as_str())?)
    }

    /// The same, of the form that is easily taken for another.
    pub(super) fn open_filing_status(
        &self,
        filer: &Filer,
        signed: &SignedForm<FilingStatusForm>,
    ) -> Result<FilingStatusForm, Refusal> {
        form::read_filing_status(&self.payload(filer, signed.as_str())?)
    }

    fn payload(&self, filer: &Filer, token: &str) -> Result<Vec<u8>, Refusal> {
        let token =
            if self.gateway.tolerate_blanks { token.trim_matches([' ', '\t', '\r', '\n']) } else { token };
        self.verifiers
            .verify(token, &filer.certificates, self.now())
            .map_err(|(code, reason)| refuse_at(&code, rd_form(), Rule::malformed(reason)))
    }
}

/// Verifiers of certificates that have been used, since to admit a key takes longer than to use it.
#[derive(Default)]
pub(super) struct Verifiers(RwLock<HashMap<Vec<u8>, Arc<Known>>>);

struct Known {
    certificate: Certificate,
    verifier: Verifier,
}

impl Known {
    fn new(der: &[u8]) -> Result<Self, Error> {
        let certificate = Certificate::from_der(der)?;
        let key = VerifyingKey::new(certificate.public_key()?.clone(), SignatureAlgorithm::Rs256)?;
        let keys = KeySet::new([key.with_certificates(vec![certificate.clone()])?])?;
        Ok(Self { verifier: Verifier::new(&profile(), keys)?, certificate })
    }
}

/// Why a signature is refused: the Department's code, and the rule that is broken.
type Reason = (ResponseCode, &'static str);

impl Verifiers {
    /// How many are kept.
    const MOST: usize = 1_000;

    /// The bytes that were signed.
    fn verify(&self, token: &str, registered: &[Registered], now: Timestamp) -> Result<Vec<u8>, Reason> {
        if token.bytes().any(|byte| byte.is_ascii_whitespace()) {
            return Err((ResponseCode::InvalidSignature, "white space within a token"));
        }
        let now = NumericDate::new(now.as_second()).unwrap_or(NumericDate::MAX);
        let mut closest = Closest::None;
        for one in registered {
            let found = self.find(&one.der).and_then(|known| {
                let payload = known.verifier.verify(token, now)?.into_payload();
                Ok((payload, known.certificate.is_valid_at(now)))
            });
            closest = closest.max(match found {
                Ok((payload, true)) if !one.is_revoked => return Ok(payload),
                Ok(_) if one.is_revoked => Closest::Revoked,
                Ok(_) => Closest::Expired,
                Err(error) if error.kind() == Kind::Certificate => Closest::None,
                Err(error) => Closest::Wrong(error.reason()),
            });
        }
        Err(closest.reason())
    }

    fn find(&self, der: &[u8]) -> Result<Arc<Known>, Error> {
        if let Some(known) = self.0.read().unwrap_or_else(PoisonError::into_inner).get(der) {
            return Ok(Arc::clone(known));
        }
        let known = Arc::new(Known::new(der)?);
        let mut all = self.0.write().unwrap_or_else(PoisonError::into_inner);
        if all.len() < Self::MOST {
            all.insert(der.to_vec(), Arc::clone(&known));
        }
        Ok(known)
    }
}

/// How close a token came to being accepted.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum Closest {
    /// It brings a certificate that is none of the filer's, or the filer has none.
    None,
    /// It is wrong by this rule, whosever it is.
    Wrong(&'static str),
    /// It is right, by a certificate that is not valid at this time.
    Expired,
    /// It is right, by a certificate that was revoked.
    Revoked,
}

impl Closest {
    fn reason(self) -> Reason {
        match self {
            Self::None => {
                (ResponseCode::CertificateRefused, "the certificate is not one that the filer has registered")
            }
            Self::Wrong(rule) => (ResponseCode::InvalidSignature, rule),
            Self::Expired => (ResponseCode::CertificateExpired, "the certificate is not valid at this time"),
            Self::Revoked => (ResponseCode::CertificateRevoked, "the certificate has been revoked"),
        }
    }
}

impl fmt::Debug for Verifiers {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Verifiers").finish_non_exhaustive()
    }
}

#[cfg(test)]
mod tests;
