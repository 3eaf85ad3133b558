//! What a bank that this gateway plays knows of its payments.

use super::behaviour::magic;
use crate::{
    clock::SandboxClock,
    slip,
    store::{Store, StoreError},
};
use jiff::{SignedDuration, Timestamp};
use satang_core::Clock as _;
use satang_schema::slip_verification::{BankCode, TransRef};
use satang_slip_verification::interbank::{KeptParty, KeptTransaction, SlipStore, StoreFailure};
use std::sync::Arc;

/// The payments of one bank.
#[derive(Clone)]
pub(super) struct Vault {
    pub(super) bank: BankCode,
    pub(super) store: Store,
    pub(super) clock: Arc<SandboxClock>,
    /// Whether references of the fictional bank say what happens.
    pub(super) obeys_magic: bool,
}

impl SlipStore for Vault {
    async fn find(&self, reference: &TransRef) -> Result<Option<KeptTransaction>, StoreFailure> {
        match magic(&self.bank, reference).filter(|_| self.obeys_magic) {
            Some((_, true)) => return Ok(Some(self.made_up(reference))),
            Some((_, false)) => return Ok(None),
            None => {}
        }
        let (bank, reference) = (self.bank.clone(), reference.clone());
        let found = self.store.read::<_, StoreError, _>(move |tx| slip::find(tx, &bank, &reference)).await;
        found.map_err(|error| {
            tracing::error!(error = &error as &dyn std::error::Error, "a slip could not be looked for");
            StoreFailure
        })
    }

    fn now(&self) -> Option<Timestamp> {
        Some(self.clock.now())
    }
}

impl Vault {
    /// What the fictional bank knows of a payment that its reference asks for: 100 baht, a minute ago.
    fn made_up(&self, reference: &TransRef) -> KeptTransaction {
        let now = self.clock.now();
        let party = |name: &str, account: &str| KeptParty {
            name: name.parse().ok(),
            account: Some(account.to_owned()),
            ..KeptParty::default()
        };
        KeptTransaction {
            sending_bank: self.bank.clone(),
            trans_ref: reference.clone(),
            receiving_bank: "004".parse().ok(),
            at: now.checked_sub(SignedDuration::from_mins(1)).unwrap_or(Timestamp::MIN),
            amount: "100.00".parse().unwrap_or_default(),
            sender: party("FICTIONAL C", "9990000001"),
            receiver: party("DEMO SHOP", "1234514110"),
            references: [None, None, None],
        }
    }
}
