//! The request of an attempt: the stored body, signed with the partner's current keys.

use super::courier::Undelivered;
use crate::{
    Gateway,
    partner::CallbackProfile,
    store::{StoreError, Tx},
};
use bytes::Bytes;
use hmac::{Hmac, KeyInit as _, Mac as _};
use http::{HeaderValue, Request, Uri, header};
use jiff::Timestamp;
use satang_core::{
    Entropy,
    signature::{self, Key},
    webhook::{self, PublicKey, Secret, SigningKey},
};
use sha2::Sha256;
use zeroize::Zeroizing;

/// The name of the key with which callbacks are signed. Proposed by Satang; not published by the bank.
const KEY_ID: &str = "callback";

/// Where a partner is called and how it is proved, as of now.
pub(super) struct Address {
    pub(super) partner: String,
    pub(super) url: Option<String>,
    pub(super) profile: CallbackProfile,
    pub(super) signature_key: Zeroizing<String>,
}

/// Builds an attempt. `machine_now` is by the machine's clock: the receiver, who judges the age of a signature, has no
/// other, wherever the sandbox's clock has been moved.
pub(super) fn build(
    address: &Address,
    id: &str,
    body: &str,
    seed: &WebhookSeed,
    machine_now: Timestamp,
) -> Result<Request<Bytes>, Undelivered> {
    let url: Uri = address.url.as_deref().and_then(|url| url.parse().ok()).ok_or(Undelivered::Address)?;
    let target = url.path_and_query().map_or("/", http::uri::PathAndQuery::as_str).to_owned();
    let key = Key::new(address.signature_key.as_str()).and_then(|key| key.with_id(KEY_ID));
    let key = key.map_err(|_| Undelivered::Address)?;
    let digest = signature::digest(body.as_bytes());
    let signed = key.sign(&http::Method::POST, &target, machine_now, &digest, id);
    let mut builder = Request::post(url)
        .header(header::CONTENT_TYPE, HeaderValue::from_static("application/json"))
        .header(header::USER_AGENT, HeaderValue::from_static(concat!("satang/", env!("CARGO_PKG_VERSION"))))
        .header(signature::CLIENT_TRANSACTION_ID, id)
        .header(signature::DIGEST, digest)
        .header(signature::SIGNATURE, signed);
    if address.profile == CallbackProfile::StandardWebhooks {
        let secret = Secret::from_setting(&address.signature_key).map_err(|_| Undelivered::Address)?;
        let symmetric = secret.sign(id, machine_now, body.as_bytes());
        let asymmetric = seed.key_of(&address.partner).sign(id, machine_now, body.as_bytes());
        builder = builder
            .header(webhook::ID, id)
            .header(webhook::TIMESTAMP, machine_now.as_second())
            .header(webhook::SIGNATURE, format!("{symmetric} {asymmetric}"));
    }
    builder.body(Bytes::copy_from_slice(body.as_bytes())).map_err(|_| Undelivered::Address)
}

impl Gateway {
    /// What a partner verifies the asymmetric signatures (`v1a`) of its callbacks with.
    #[must_use]
    pub fn webhook_public_key(&self, client_id: &str) -> PublicKey {
        self.post.webhook_seed.key_of(client_id).public_key()
    }
}

/// What the keys of asymmetric signatures are derived from: one for each partner, as the specification of Standard
/// Webhooks wants it, since partners who trusted the same key could send each other's callbacks on to one another.
#[derive(Clone)]
pub(crate) struct WebhookSeed(Zeroizing<[u8; 32]>);

impl WebhookSeed {
    pub(crate) fn random(entropy: &dyn Entropy) -> Self {
        let mut seed = Zeroizing::new([0; 32]);
        entropy.fill(&mut *seed);
        Self(seed)
    }

    /// The seed that the store keeps; this one, from now on, when it keeps none.
    pub(crate) fn or_kept(self, tx: &mut Tx<'_>, now: Timestamp) -> Result<Self, StoreError> {
        tx.execute(
            "INSERT INTO webhook_seed (id, seed, created_at) VALUES (1, $1, $2) ON CONFLICT DO NOTHING",
            &[(&*self.0).into(), now.as_microsecond().into()],
        )?;
        let kept = tx.query_one("SELECT seed FROM webhook_seed WHERE id = 1", &[], |row| row.blob(0))?;
        let kept = kept.map(Zeroizing::new).and_then(|kept| kept.as_slice().try_into().ok());
        kept.map(|seed| Self(Zeroizing::new(seed)))
            .ok_or_else(|| StoreError::statement("the webhook seed is unusable"))
    }

    /// The key pair with which a partner's callbacks are signed.
    pub(super) fn key_of(&self, partner: &str) -> SigningKey {
        // An HMAC takes a key of any length: the alternative is never taken.
        let mac = Hmac::<Sha256>::new_from_slice(&*self.0).unwrap_or_else(|_| Hmac::new(&Default::default()));
        let derived = mac.chain_update("webhook ed25519 ").chain_update(partner).finalize().into_bytes();
        SigningKey::from_seed(&derived.into())
    }
}
