//! Direct Debit: the operations of the contract over the store.

mod inquiry;
mod payment;
mod registration;
mod schedule;
mod search;
mod state;

pub(crate) use registration::expire as journey_expired;
pub(crate) use schedule::run as schedule_due;
// A registration that ends calls this.
#[allow(unused_imports)]
pub(crate) use schedule::revoke as revoke_schedules;

use crate::{Caller, Gateway, replay, store::Tx};
use satang_core::{Clock, Refusal, direct_debit::Handler};
use satang_schema::direct_debit::{
    AccessToken, AccessTokenRequest, PaymentResult, RealTimePayment, ScheduleAccepted, ScheduleCancellation,
    ScheduleCancelled, ScheduleFilter, ScheduleList, ScheduleSubmission, TransactionFilter, TransactionList,
    TransactionStatusInquiry,
};

impl Handler for Gateway {
    async fn access_token(
        &self,
        caller: Caller,
        request: AccessTokenRequest,
    ) -> Result<AccessToken, Refusal> {
        self.issue(caller, request).await
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
        self.store.write(work).await
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
