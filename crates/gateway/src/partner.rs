//! Partners: who may call, and how they prove who they are.

use crate::store::{Row, StoreError, Tx};
use jiff::Timestamp;
use satang_core::signature::Key;
use sha2::{Digest as _, Sha256};
use std::fmt;
use subtle::ConstantTimeEq;

/// A partner as the store knows it.
pub(crate) struct Partner {
    pub(crate) client_id: String,
    secret_hash: Vec<u8>,
    /// `None` when the stored key is unusable, so that nothing signed is ever accepted.
    pub(crate) signature_key: Option<Key>,
    is_active: bool,
}

impl Partner {
    /// True when `secret` is this partner's and the partner may use it.
    pub(crate) fn has_secret(&self, secret: &str) -> bool {
        bool::from(hash(secret.as_bytes()).ct_eq(self.secret_hash.as_slice())) && self.is_active
    }

    pub(crate) fn is_active(&self) -> bool {
        self.is_active
    }
}

impl fmt::Debug for Partner {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Partner").field("client_id", &self.client_id).finish_non_exhaustive()
    }
}

/// A partner to be admitted.
pub struct NewPartner {
    /// What it calls itself when it asks for a token.
    pub client_id: String,
    /// For people.
    pub name: String,
    /// What it asks for a token with. Only a hash is kept, so it should have the entropy of a key.
    pub secret: String,
    /// What it signs with, shared.
    pub signature_key: String,
    /// What it sends as `API-Key` where a product wants one.
    pub api_key: String,
}

impl fmt::Debug for NewPartner {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("NewPartner").field("client_id", &self.client_id).finish_non_exhaustive()
    }
}

pub(crate) fn insert(tx: &mut Tx<'_>, partner: &NewPartner, now: Timestamp) -> Result<(), StoreError> {
    let (secret_hash, api_key_hash) = (hash(partner.secret.as_bytes()), hash(partner.api_key.as_bytes()));
    tx.execute(
        "INSERT INTO partner (client_id, name, secret_hash, signature_key, api_key_hash, status, created_at)
         VALUES ($1, $2, $3, $4, $5, 'ACTIVE', $6)",
        &[
            (&partner.client_id).into(),
            (&partner.name).into(),
            (&secret_hash).into(),
            (&partner.signature_key).into(),
            (&api_key_hash).into(),
            now.as_microsecond().into(),
        ],
    )?;
    Ok(())
}

/// What a partner has agreed with the bank, apart from how it calls.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Agreement {
    /// The account into which customers pay who register from now on. Without one nobody can register.
    pub registration_account: Option<String>,
    /// Where a customer's browser may be sent back to. Compared as a whole (RFC 9700, 2.1).
    pub redirect_uris: Vec<String>,
    /// Where the partner is called back; without an address it has to ask.
    pub callback_url: Option<String>,
    /// How callbacks prove where they come from.
    pub callback_profile: CallbackProfile,
}

/// How a callback proves where it comes from.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum CallbackProfile {
    /// An HTTP signature like that of the partner's own calls, with `keyId="callback"`.
    #[default]
    Signature,
    /// The headers of Standard Webhooks beside it.
    StandardWebhooks,
}

impl CallbackProfile {
    pub(crate) fn as_str(self) -> &'static str {
        match self {
            Self::Signature => "SIGNATURE",
            Self::StandardWebhooks => "STANDARD_WEBHOOKS",
        }
    }

    /// The stored word; the default for one that a newer program has left.
    pub(crate) fn read(text: &str) -> Self {
        let all = [Self::Signature, Self::StandardWebhooks];
        all.into_iter().find(|profile| profile.as_str() == text).unwrap_or_default()
    }
}

pub(crate) fn agree(tx: &mut Tx<'_>, client_id: &str, agreement: &Agreement) -> Result<(), StoreError> {
    tx.execute(
        "UPDATE partner SET registration_account = $1, callback_url = $2, callback_profile = $3
         WHERE client_id = $4",
        &[
            agreement.registration_account.as_ref().into(),
            agreement.callback_url.as_ref().into(),
            agreement.callback_profile.as_str().into(),
            client_id.into(),
        ],
    )?;
    tx.execute("DELETE FROM partner_redirect WHERE partner = $1", &[client_id.into()])?;
    for uri in &agreement.redirect_uris {
        tx.execute(
            "INSERT INTO partner_redirect (partner, uri) VALUES ($1, $2) ON CONFLICT DO NOTHING",
            &[client_id.into(), uri.into()],
        )?;
    }
    Ok(())
}

pub(crate) fn find(tx: &mut Tx<'_>, client_id: &str) -> Result<Option<Partner>, StoreError> {
    tx.query_one(
        "SELECT client_id, secret_hash, signature_key, status FROM partner WHERE client_id = $1",
        &[client_id.into()],
        from_row,
    )
}

fn from_row(row: &Row<'_>) -> Result<Partner, StoreError> {
    Ok(Partner {
        client_id: row.text(0)?,
        secret_hash: row.blob(1)?,
        signature_key: Key::new(row.text(2)?).ok(),
        is_active: row.text(3)? == "ACTIVE",
    })
}

/// How secrets and tokens are kept.
pub(crate) fn hash(secret: &[u8]) -> [u8; 32] {
    Sha256::digest(secret).into()
}
