//! Who may ask the hub.

use super::{HUB, Service, token::TokenReader};
use satang_jose::{Error, KeySet};
use satang_schema::slip_verification::BankCode;
use sha2::{Digest, Sha256};
use std::{collections::BTreeSet, fmt, prelude::v1::*, sync::Arc};
use subtle::ConstantTimeEq;

/// A member of the hub: who it is, how it proves that, and to which services it has subscribed.
///
/// ```
/// use satang_jose::{KeySet, PrivateKey, SignatureAlgorithm::Es256, SigningKey};
/// use satang_slip_verification::interbank::{ApiCredentials, Member, Proof, Service};
///
/// let key = SigningKey::new(PrivateKey::generate_p256()?, Es256)?.with_key_id("004-3")?;
/// let keys = || KeySet::new([key.verifying_key().clone()]);
/// let proof = || Proof::Api(ApiCredentials::new("2f0c9a", "a secret"));
///
/// let member = Member::new("004".parse()?, proof(), keys()?)?.subscribed_to(Service::TransactionVerification);
/// assert_eq!(member.bank().as_str(), "004");
/// assert!(Member::new("014".parse()?, proof(), keys()?).is_err(), "the key is another bank's");
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone)]
pub struct Member {
    bank: BankCode,
    proof: Proof,
    tokens: Arc<TokenReader>,
    services: BTreeSet<Service>,
}

/// How a member proves who it is, beside its tokens. Which of them is agreed with each member.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub enum Proof {
    /// A key and a secret in the headers of each question.
    Api(ApiCredentials),
    /// Its certificate in the TLS handshake, and nothing in the headers. Whoever runs the hub vouches for it: see
    /// [`Asked::over_certificate_of`](super::Asked::over_certificate_of).
    Certificate,
}

/// The key and the secret of a member. Holds their SHA-256 digests, not themselves.
#[derive(Clone)]
pub struct ApiCredentials {
    key: [u8; 32],
    secret: [u8; 32],
}

impl Member {
    /// A member that signs its tokens under `keys`, whose `kid` is `bank`, a hyphen and the certificate's version.
    /// To renew a key, give the old one and the new one until the old one is used no more.
    ///
    /// # Errors
    /// When a key has another `kid`, or an algorithm that the hub does not take.
    pub fn new(bank: BankCode, proof: Proof, keys: KeySet) -> Result<Self, Error> {
        let tokens = Arc::new(TokenReader::new(bank.as_str(), HUB, keys)?);
        Ok(Self { bank, proof, tokens, services: BTreeSet::new() })
    }

    /// With a subscription to this service.
    #[must_use]
    pub fn subscribed_to(mut self, service: Service) -> Self {
        self.services.insert(service);
        self
    }

    /// Its code.
    #[must_use]
    pub fn bank(&self) -> &BankCode {
        &self.bank
    }

    /// The services to which it has subscribed.
    #[must_use]
    pub fn services(&self) -> &BTreeSet<Service> {
        &self.services
    }

    pub(super) fn services_mut(&mut self) -> &mut BTreeSet<Service> {
        &mut self.services
    }

    pub(super) fn tokens(&self) -> &TokenReader {
        &self.tokens
    }

    /// The digest under which it is found, if it has a key.
    pub(super) fn key(&self) -> Option<&[u8; 32]> {
        match &self.proof {
            Proof::Api(credentials) => Some(&credentials.key),
            Proof::Certificate => None,
        }
    }

    pub(super) fn has_secret(&self, secret: &str) -> bool {
        match &self.proof {
            Proof::Api(credentials) => credentials.secret.ct_eq(&digest(secret)).into(),
            Proof::Certificate => false,
        }
    }

    pub(super) fn is_known_by_certificate(&self) -> bool {
        matches!(self.proof, Proof::Certificate)
    }
}

impl fmt::Debug for Member {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Member")
            .field("bank", &self.bank)
            .field("proof", &self.proof)
            .field("services", &self.services)
            .finish_non_exhaustive()
    }
}

impl ApiCredentials {
    /// This key and this secret. Both must be made by the hub, at random: the key alone finds the member.
    #[must_use]
    pub fn new(key: &str, secret: &str) -> Self {
        Self { key: digest(key), secret: digest(secret) }
    }

    /// The key and the secret of these SHA-256 digests, for whoever keeps no more than those.
    #[must_use]
    pub const fn from_digests(key: [u8; 32], secret: [u8; 32]) -> Self {
        Self { key, secret }
    }
}

impl fmt::Debug for ApiCredentials {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("ApiCredentials").finish_non_exhaustive()
    }
}

pub(super) fn digest(text: &str) -> [u8; 32] {
    Sha256::digest(text.as_bytes()).into()
}
