//! The end of a right: cancelling what must not be done on a guess.

use crate::{DirectDebit, answer::Verdict};
use satang_core::{Error, Timer, Transport, direct_debit::Client};
use satang_schema::direct_debit::{
    PaymentTokenStatus, ProcessingStatus, ScheduleCancellation, ScheduleFilter, TokenCancellation,
    TokenFilter,
};
use std::fmt;

/// What became of a cancellation.
#[derive(Debug)]
#[must_use]
pub enum Cancelled<S> {
    /// It is cancelled. Who cancelled it, this call or an earlier one, makes no difference.
    Done,
    /// It had ended otherwise before, so there is nothing left to cancel.
    Over(S),
    /// Nobody knows yet. To cancel again later does no harm: a cancellation has no second effect.
    Unknown(Doubt),
}

/// Why nothing certain is known. `Display` says it in words.
#[derive(Debug)]
#[non_exhaustive]
pub enum Doubt {
    /// The patience allowed no inquiry.
    NotAsked,
    /// The bank does not know it, or not yet.
    NotKnown,
    /// The bank still has it as it was: the request may have been lost on its way, or be late.
    Unchanged,
    /// The bank has something else under this identification.
    Mismatch,
    /// The inquiry itself was not answered.
    NoAnswer(Error),
}

impl fmt::Display for Doubt {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::NotAsked => "the bank was not asked what became of it",
            Self::NotKnown => "the bank does not know it, or not yet",
            Self::Unchanged => "the bank still has it as it was",
            Self::Mismatch => "the bank has something else under this identification",
            Self::NoAnswer(error) => return write!(f, "the inquiry was not answered: {error}"),
        })
    }
}

/// Where something that is to be cancelled stands.
pub(crate) enum Standing {
    Cancelled,
    /// Ended otherwise.
    Over,
    Open,
}

/// A request that cancels something, and the inquiry about it.
pub(crate) trait Cancellation: Sync {
    type Status: Send;

    /// Cancels, and tells the status that it has since; `None` when the answer is about something else.
    fn send<T: Transport>(
        &self,
        client: &Client<T>,
    ) -> impl Future<Output = Result<Option<Self::Status>, Error>> + Send;

    /// Asks for the status; `None` when the bank does not know it.
    fn ask<T: Transport>(
        &self,
        client: &Client<T>,
    ) -> impl Future<Output = Result<Option<Self::Status>, Error>> + Send;

    fn standing(status: &Self::Status) -> Standing;
}

impl<T: Transport + Timer> DirectDebit<T> {
    /// Sends a cancellation once; what its answer leaves open is asked for.
    pub(crate) async fn cancel_once<C: Cancellation>(
        &self,
        request: &C,
    ) -> Result<Cancelled<C::Status>, Error> {
        let refusal = match request.send(&self.client).await {
            Ok(Some(status)) if matches!(C::standing(&status), Standing::Cancelled) => {
                return Ok(Cancelled::Done);
            }
            Ok(_) => None,
            Err(error) => match Verdict::of(&error) {
                Verdict::NotAccepted => return Err(error),
                Verdict::Unknown => None,
                // Perhaps because this very request has arrived before.
                Verdict::Duplicate | Verdict::Rejected(_) | Verdict::Refused(_) => Some(error),
            },
        };
        let ask = || async {
            match request.ask(&self.client).await {
                Ok(Some(status)) => match C::standing(&status) {
                    Standing::Cancelled => Ok(Cancelled::Done),
                    Standing::Over => Ok(Cancelled::Over(status)),
                    Standing::Open => Err(Doubt::Unchanged),
                },
                Ok(None) => Err(Doubt::NotKnown),
                Err(error) => Err(Doubt::NoAnswer(error)),
            }
        };
        let is_final = |doubt: &Doubt| refusal.is_some() && matches!(doubt, Doubt::Unchanged);
        let mut doubts = match self.ask_patiently(ask, is_final).await {
            Ok(told) => return Ok(told),
            Err(doubts) => doubts,
        };
        match (refusal, doubts.pop().unwrap_or(Doubt::NotAsked)) {
            (Some(refusal), Doubt::Unchanged | Doubt::NotKnown) => Err(refusal),
            (_, doubt) => Ok(Cancelled::Unknown(doubt)),
        }
    }
}

impl Cancellation for TokenCancellation {
    type Status = PaymentTokenStatus;

    async fn send<T: Transport>(&self, client: &Client<T>) -> Result<Option<Self::Status>, Error> {
        let answer = client.token_cancellation(self).await?;
        Ok((answer.payment_token == self.payment_token).then_some(answer.payment_token_status))
    }

    async fn ask<T: Transport>(&self, client: &Client<T>) -> Result<Option<Self::Status>, Error> {
        let filter =
            TokenFilter { payment_token: Some(self.payment_token.clone()), ..TokenFilter::default() };
        let found = client.token_inquiry(&filter).await?.token_information;
        let own = found.into_iter().find(|token| token.payment_token.as_ref() == Some(&self.payment_token));
        Ok(own.map(|token| token.payment_token_status))
    }

    fn standing(status: &Self::Status) -> Standing {
        match status {
            PaymentTokenStatus::Cancelled => Standing::Cancelled,
            PaymentTokenStatus::Expired | PaymentTokenStatus::Rejected => Standing::Over,
            _ => Standing::Open,
        }
    }
}

impl Cancellation for ScheduleCancellation {
    type Status = ProcessingStatus;

    async fn send<T: Transport>(&self, client: &Client<T>) -> Result<Option<Self::Status>, Error> {
        let answer = client.schedule_cancellation(self).await?;
        let is_own = answer.schedule_identification == self.schedule_identification;
        Ok(is_own.then_some(answer.processing_status))
    }

    async fn ask<T: Transport>(&self, client: &Client<T>) -> Result<Option<Self::Status>, Error> {
        let id = self.schedule_identification;
        let filter = ScheduleFilter { schedule_identification: Some(id), ..ScheduleFilter::default() };
        let found = client.schedule_inquiry(&filter).await?.schedule_information;
        let own = found.into_iter().find(|schedule| schedule.schedule_identification == id);
        Ok(own.map(|schedule| schedule.processing_status))
    }

    fn standing(status: &Self::Status) -> Standing {
        match status {
            ProcessingStatus::Cancelled => Standing::Cancelled,
            ProcessingStatus::Settled | ProcessingStatus::Rejected => Standing::Over,
            _ => Standing::Open,
        }
    }
}
