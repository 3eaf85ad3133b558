//! Direct Debit: the operations of the contract over the store.

mod inquiry;
mod payment;
pub(crate) mod registration;
mod schedule;
mod search;
mod slip;
mod state;

pub(crate) use crate::journey::expire as journey_expired;
pub(crate) use registration::{BranchRegistration, Registration, Why, branch, change};
pub(crate) use schedule::run as schedule_due;
pub(crate) use state::RegistrationEvent;

use crate::{Caller, Gateway, consent, replay, store::Tx};
use registration::Identifiers;
use satang_core::{Clock, Entropy, Page, Refusal, direct_debit::Handler};
use satang_schema::direct_debit::{
    AccessToken, AccessTokenRequest, AuthorizeRequest, KmaDeeplink, KmaDeeplinkRequest, OAuthContext,
    PaymentResult, PrepareOAuthContext, RealTimePayment, ScheduleAccepted, ScheduleCancellation,
    ScheduleCancelled, ScheduleFilter, ScheduleList, ScheduleSubmission, TokenCancellation, TokenCancelled,
    TokenFilter, TokenList, TokenStatusList, TransactionFilter, TransactionList, TransactionStatusInquiry,
};

impl Handler for Gateway {
    async fn access_token(
        &self,
        caller: Caller,
        request: AccessTokenRequest,
    ) -> Result<AccessToken, Refusal> {
        self.issue(caller, request).await
    }

    async fn prepare_oauth_context(
        &self,
        caller: Caller,
        request: PrepareOAuthContext,
    ) -> Result<OAuthContext, Refusal> {
        let (partner, attempt) = caller.partner()?;
        let now = self.now();
        let identifiers = Identifiers { registration: self.reference(now), journey: self.uuid() };
        let work = move |tx: &mut Tx<'_>| {
            replay::claim(tx, &partner, attempt.as_ref())?;
            registration::prepare(tx, &partner, &request, identifiers, now)
        };
        self.store.write(work).await
    }

    async fn authorize(&self, caller: Caller, _: AuthorizeRequest) -> Result<Page, Refusal> {
        Ok(consent::authorize(self, caller.browser()?).await)
    }

    async fn token_status_inquiry(
        &self,
        caller: Caller,
        request: TokenFilter,
    ) -> Result<TokenStatusList, Refusal> {
        let (partner, attempt) = caller.partner()?;
        self.ask(partner, attempt, move |tx, partner| registration::statuses(tx, partner, &request)).await
    }

    async fn token_inquiry(&self, caller: Caller, request: TokenFilter) -> Result<TokenList, Refusal> {
        let (partner, attempt) = caller.partner()?;
        self.ask(partner, attempt, move |tx, partner| registration::details(tx, partner, &request)).await
    }

    async fn token_cancellation(
        &self,
        caller: Caller,
        request: TokenCancellation,
    ) -> Result<TokenCancelled, Refusal> {
        let (partner, attempt) = caller.partner()?;
        let now = self.now();
        let work = move |tx: &mut Tx<'_>| {
            replay::claim(tx, &partner, attempt.as_ref())?;
            registration::cancel(tx, &partner, &request, now)
        };
        let cancelled = self.store.write(work).await;
        self.wake();
        cancelled
    }

    async fn kma_deeplink(
        &self,
        caller: Caller,
        request: KmaDeeplinkRequest,
    ) -> Result<KmaDeeplink, Refusal> {
        let (partner, attempt) = caller.partner()?;
        let now = self.now();
        let identifiers = Identifiers { registration: self.reference(now), journey: self.uuid() };
        let public_url = self.public_url.clone();
        let work = move |tx: &mut Tx<'_>| {
            replay::claim(tx, &partner, attempt.as_ref())?;
            registration::deeplink(tx, &partner, &request, (identifiers, &public_url), now)
        };
        self.store.write(work).await
    }

    async fn real_time_payment(
        &self,
        caller: Caller,
        request: RealTimePayment,
    ) -> Result<PaymentResult, Refusal> {
        let (partner, attempt) = caller.partner()?;
        let now = self.now();
        let reference = self.reference(now);
        let work = move |tx: &mut Tx<'_>| {
            replay::claim(tx, &partner, attempt.as_ref())?;
            payment::pay(tx, &partner, &request, reference, now)
        };
        let payment: PaymentResult = self.store.write(work).await?;
        // An answer that is given again has the reference of the first.
        let is_new = payment
            .payment_reference_identification
            .as_ref()
            .is_some_and(|it| it.as_str() == reference.to_string());
        if let Some(metrics) = self.metrics.as_ref().filter(|_| is_new) {
            metrics.paid(&payment);
        }
        Ok(payment)
    }

    async fn transaction_status_inquiry(
        &self,
        caller: Caller,
        request: TransactionStatusInquiry,
    ) -> Result<PaymentResult, Refusal> {
        let (partner, attempt) = caller.partner()?;
        self.ask(partner, attempt, move |tx, partner| inquiry::status(tx, partner, &request)).await
    }

    async fn transaction_inquiry(
        &self,
        caller: Caller,
        request: TransactionFilter,
    ) -> Result<TransactionList, Refusal> {
        let (partner, attempt) = caller.partner()?;
        self.ask(partner, attempt, move |tx, partner| inquiry::search(tx, partner, &request)).await
    }

    async fn schedule_submission(
        &self,
        caller: Caller,
        request: ScheduleSubmission,
    ) -> Result<ScheduleAccepted, Refusal> {
        let (partner, attempt) = caller.partner()?;
        let now = self.now();
        let id = self.reference(now);
        let work = move |tx: &mut Tx<'_>| {
            replay::claim(tx, &partner, attempt.as_ref())?;
            schedule::submit(tx, &partner, &request, id, now)
        };
        self.store.write(work).await
    }

    async fn schedule_inquiry(
        &self,
        caller: Caller,
        request: ScheduleFilter,
    ) -> Result<ScheduleList, Refusal> {
        let (partner, attempt) = caller.partner()?;
        self.ask(partner, attempt, move |tx, partner| schedule::search(tx, partner, &request)).await
    }

    async fn schedule_cancellation(
        &self,
        caller: Caller,
        request: ScheduleCancellation,
    ) -> Result<ScheduleCancelled, Refusal> {
        let (partner, attempt) = caller.partner()?;
        let now = self.now();
        let work = move |tx: &mut Tx<'_>| {
            replay::claim(tx, &partner, attempt.as_ref())?;
            schedule::cancel(tx, &partner, &request, now)
        };
        self.store.write(work).await
    }
}
