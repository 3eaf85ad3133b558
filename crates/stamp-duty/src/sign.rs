//! How forms are signed.

use crate::wire::SignedForm;
use satang_core::{Error, Kind, Sent};
use satang_jose::{
    Certificate, Presence, PrivateKey, Profile, SignatureAlgorithm::Rs256, Signer, SigningKey, VerifyingKey,
};
use satang_schema::Check;
use satang_validation::Violations;
use serde::Serialize;

/// What a signed form looks like, for whoever signs and whoever verifies.
///
/// RS256 under an RSA key of 2,048 bits or more, `typ` JWT although the payload holds no claims, no `kid`; `x5c` or
/// `x5t#S256` may be there, no other header. A token has up to 4,194,304 characters, which 1,000 instruments with their addresses
/// need. Proposed by Satang, from the header that the page of CheckPaymentStatus prints, `{"typ":"JWT","alg":"RS256"}`,
/// and the `x5c` that clients are seen to add; not published by the Department.
pub fn profile() -> Profile {
    Profile::new([Rs256])
        .typ("JWT")
        .key_id(Presence::Refused)
        .certificates(Presence::Optional)
        .max_token(SignedForm::<()>::MOST)
        .max_payload(SignedForm::<()>::MOST / 4 * 3)
}

/// Signs forms with one key.
///
/// ```
/// use satang_jose::{KeySet, NumericDate, PrivateKey, Verifier};
/// use satang_stamp_duty::{FormSigner, profile, wire::{PaymentStatusForm, ReferenceList}};
///
/// let signer = FormSigner::new(PrivateKey::generate_rsa(2048)?)?;
/// let form = PaymentStatusForm {
///     api_ref_no: "20190916000000007181".parse()?,
///     inst_info: ReferenceList::default(),
///     response_payment_type: None,
/// };
/// let token = signer.sign(&form)?;
///
/// let verifier = Verifier::new(&profile(), KeySet::new([signer.verifying_key().clone()])?)?;
/// let verified = verifier.verify(token.as_str(), NumericDate::new(1_788_000_000)?)?;
/// assert_eq!(verified.payload(), br#"{"apiRefNo":"20190916000000007181","instInfo":{"refNo":[]}}"#);
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone, Debug)]
pub struct FormSigner(Signer);

impl FormSigner {
    /// Signs without a certificate in the header: when the Department knows it otherwise.
    ///
    /// # Errors
    /// When the key is not an RSA key.
    pub fn new(key: PrivateKey) -> Result<Self, satang_jose::Error> {
        Self::over(&SigningKey::new(key, Rs256)?)
    }

    /// Signs with the certificate of the key in `x5c`, which is what clients are seen to do.
    ///
    /// # Errors
    /// As [`new`](Self::new), and when the certificate is another key's.
    pub fn with_certificate(key: PrivateKey, certificate: Certificate) -> Result<Self, satang_jose::Error> {
        Self::over(&SigningKey::new(key, Rs256)?.with_certificates(vec![certificate])?)
    }

    fn over(key: &SigningKey) -> Result<Self, satang_jose::Error> {
        Signer::new(&profile(), key).map(Self)
    }

    /// The form, written once and signed as it was written.
    ///
    /// # Errors
    /// [`Error`] of kind [`Kind::Invalid`] when the form breaks a rule or is larger than the profile allows, of kind
    /// [`Kind::Configuration`] when it cannot be signed.
    pub fn sign<F: Serialize + Check>(&self, form: &F) -> Result<SignedForm<F>, Error> {
        let mut found = Violations::new();
        form.check(&mut found);
        found.into_result().map_err(Error::invalid)?;
        let payload = serde_json::to_vec(form).map_err(|error| {
            Error::new(Kind::Invalid, Sent::No, "the form is not JSON").with_source(error)
        })?;
        let signed = self.0.sign(payload).map_err(|error| {
            let kind = match error.kind() {
                satang_jose::Kind::TooLarge => Kind::Invalid,
                _ => Kind::Configuration,
            };
            Error::new(kind, Sent::No, format!("the form cannot be signed: {error}")).with_source(error)
        })?;
        Ok(SignedForm::new(signed))
    }

    /// What verifies these signatures.
    #[must_use]
    pub fn verifying_key(&self) -> &VerifyingKey {
        self.0.verifying_key()
    }
}
