//! The demo's payments at once: one that moves money, and those that must not.

use super::{CALLS, Journey, amount, charge};
use crate::output::Exit;
use satang_core::Error;
use satang_direct_debit::{
    Cancelled, Charge, Charged, DirectDebit, PaymentToken,
    wire::{PaymentResult, TransactionStatusInquiry},
};
use satang_gateway::demo;
use satang_schema::Satang;
use satang_transport::Client;
use std::fmt;

impl Journey<'_, '_> {
    pub(super) async fn charges(
        &mut self,
        bank: &DirectDebit<Client>,
        payer: &PaymentToken,
    ) -> Result<(), Exit> {
        let first = charge(payer, "5000.00")?;
        let settled = self.settles(bank, &first).await?;
        self.repeats(bank, &first, settled.as_ref()).await?;
        self.refuses_another_body(bank, &first).await?;
        self.answers_the_inquiry(bank, &first, settled.as_ref()).await;
        self.rejects(bank).await?;
        self.refuses_a_wrong_signature(payer).await
    }

    async fn settles(
        &mut self,
        bank: &DirectDebit<Client>,
        charge: &Charge,
    ) -> Result<Option<PaymentResult>, Exit> {
        let before = self.balances().await?;
        let outcome = bank.charge(charge).await;
        let after = self.balances().await?;
        let amount = charge.request().transaction_information.payment_amount.satang().0;
        let moved = before.0.0 - after.0.0 == amount && after.1.0 - before.1.0 == amount;
        let name = "a signed payment of 5000.00 moves the money";
        let Ok(Charged::Settled(payment)) = outcome else {
            self.stage.step(CALLS, name, false, format!("{outcome:?}"));
            return Ok(None);
        };
        let found = format!(
            "{}; the payer had {} and has {}, the partner had {} and has {}",
            payment.processing_status, before.0, after.0, before.1, after.1
        );
        self.stage.step(CALLS, name, moved, found);
        Ok(Some(payment))
    }

    async fn repeats(
        &mut self,
        bank: &DirectDebit<Client>,
        charge: &Charge,
        first: Option<&PaymentResult>,
    ) -> Result<(), Exit> {
        let before = self.balances().await?;
        let again = bank.client().real_time_payment(charge.request()).await;
        let is_same = again.as_ref().ok() == first && first.is_some();
        let is_still = self.balances().await? == before;
        let found = format!("the same answer: {is_same}; the same balances: {is_still}");
        self.stage.step(CALLS, "the same request again has no second effect", is_same && is_still, found);
        Ok(())
    }

    async fn refuses_another_body(
        &mut self,
        bank: &DirectDebit<Client>,
        charge: &Charge,
    ) -> Result<(), Exit> {
        let mut other = charge.request().clone();
        other.transaction_information.payment_amount = amount("1.00")?;
        let refused = bank.client().real_time_payment(&other).await;
        self.refused("another amount under the same identification is refused", refused, 409, "SBX-4091");
        Ok(())
    }

    async fn answers_the_inquiry(
        &mut self,
        bank: &DirectDebit<Client>,
        charge: &Charge,
        first: Option<&PaymentResult>,
    ) {
        let inquiry =
            TransactionStatusInquiry { transaction_identification: charge.transaction_identification() };
        let found = bank.client().transaction_status_inquiry(&inquiry).await;
        let is_same = found.as_ref().ok() == first && first.is_some();
        self.stage.step(
            CALLS,
            "an inquiry tells what became of it",
            is_same,
            format!("the same answer: {is_same}"),
        );
    }

    async fn rejects(&mut self, bank: &DirectDebit<Client>) -> Result<(), Exit> {
        let [_, poor, ..] = demo::DRAWERS;
        let poor = poor.token.parse().map_err(super::demo_data)?;
        let outcome = bank.charge(&charge(&poor, "1.00")?).await;
        self.rejected("a payer without money is not charged", outcome, "AM04");
        Ok(())
    }

    async fn refuses_a_wrong_signature(&mut self, payer: &PaymentToken) -> Result<(), Exit> {
        let stranger = self.bank("not-the-key")?;
        let refused = stranger.client().real_time_payment(charge(payer, "1.00")?.request()).await;
        self.refused("a wrong signature is refused", refused, 401, "SBX-4012");
        Ok(())
    }

    /// A step that passes when a charge is rejected for this reason.
    pub(super) fn rejected(&mut self, name: &str, outcome: Result<Charged, Error>, reason: &str) {
        match outcome {
            Ok(Charged::Rejected(rejected)) => {
                let found = format!("RJCT {} {}", rejected.reason, rejected.description.unwrap_or_default());
                self.stage.step(CALLS, name, rejected.reason.as_str() == reason, found.trim_end());
            }
            other => self.stage.step(CALLS, name, false, format!("{other:?}")),
        }
    }

    /// A step that passes when something was cancelled.
    pub(super) fn cancelled<S: fmt::Debug>(&mut self, name: &str, outcome: Result<Cancelled<S>, Error>) {
        match outcome {
            Ok(Cancelled::Done) => self.stage.step(CALLS, name, true, "done"),
            other => self.stage.step(CALLS, name, false, format!("{other:?}")),
        }
    }

    /// A step that passes when a call is refused with this status and code.
    fn refused(&mut self, name: &str, found: Result<PaymentResult, Error>, status: u16, code: &str) {
        let (passed, found) = match found {
            Ok(_) => (false, "it was accepted".to_owned()),
            Err(error) => {
                let status_fits = error.status().is_some_and(|found| found.as_u16() == status);
                (status_fits && error.code() == Some(code), error.to_string())
            }
        };
        self.stage.step(CALLS, name, passed, found);
    }

    /// What the registered account and the partner's own hold.
    async fn balances(&self) -> Result<(Satang, Satang), Exit> {
        let [payer, ..] = demo::DRAWERS;
        let payer = self.stage.operator.balance(payer.account).await?;
        Ok((payer, self.stage.operator.balance(demo::CREDITOR_ACCOUNT).await?))
    }
}
