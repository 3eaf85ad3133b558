//! The end of a registration.

use crate::DirectDebit;
use futures_channel::oneshot::{self, Receiver, Sender};
use satang_core::{Error, Kind, Timer, Transport};
use satang_schema::{
    JourneyIdentifier, PaymentToken,
    direct_debit::{PaymentTokenStatus, RegistrationResult, TokenFilter, TokenStatus},
};
use std::{
    collections::HashMap,
    fmt,
    future::poll_fn,
    pin::{Pin, pin},
    sync::{Arc, Mutex, MutexGuard, PoisonError},
    task::Poll,
};

/// How a registration ended, or that it has not.
#[derive(Clone, Debug, PartialEq)]
#[must_use]
pub enum Registered {
    /// The account may be charged with this token. Store it as the secret that it is.
    Active(PaymentToken),
    /// The customer refused, or could not prove who they are.
    Rejected {
        /// Why, as the bank codes it.
        reason: Option<String>,
        /// Why, in the bank's words.
        description: Option<String>,
    },
    /// The customer did not finish in time.
    Expired,
    /// The customer agreed, but the registration has been suspended or cancelled since.
    Withdrawn(PaymentTokenStatus),
    /// The bank does not tell an end yet: wait again.
    StillPending,
}

impl Registered {
    /// The end that a status stands for, unless it is none. An active registration without a token is none: there would
    /// be nothing to charge with.
    fn of(status: PaymentTokenStatus, token: Option<PaymentToken>, why: [Option<String>; 2]) -> Option<Self> {
        let [reason, description] = why;
        match status {
            PaymentTokenStatus::Active => token.map(Self::Active),
            PaymentTokenStatus::Rejected => Some(Self::Rejected { reason, description }),
            PaymentTokenStatus::Expired => Some(Self::Expired),
            PaymentTokenStatus::Suspended | PaymentTokenStatus::Cancelled => Some(Self::Withdrawn(status)),
            _ => None,
        }
    }

    fn of_callback(result: RegistrationResult) -> Option<Self> {
        let why = [result.status_reason_code, result.status_reason_description];
        Self::of(result.payment_token_status, result.payment_token, why)
    }

    fn of_inquiry(found: TokenStatus) -> Option<Self> {
        let why = [found.status_reason_code, found.status_reason_description];
        Self::of(found.payment_token_status, found.payment_token, why)
    }
}

/// Where the receiver of callbacks hands over what arrived, to whoever of this process waits for it.
///
/// Hand over only what was verified. What nobody waits for is dropped: the inquiry knows it too, so a callback that
/// arrives at another process, or before the waiting begins, delays the outcome by one pause and loses nothing.
#[derive(Clone, Default)]
pub struct Arrivals(Arc<Mutex<HashMap<JourneyIdentifier, Vec<Sender<RegistrationResult>>>>>);

impl Arrivals {
    /// Hands a verified callback to those who wait for its journey.
    pub fn hand_over(&self, result: &RegistrationResult) {
        for waiting in self.lock().remove(&result.journey_identifier).unwrap_or_default() {
            // Who no longer waits needs no answer.
            let _ = waiting.send(result.clone());
        }
    }

    fn expect(&self, journey: JourneyIdentifier) -> Expectation {
        let (sender, receiver) = oneshot::channel();
        self.lock().entry(journey).or_default().push(sender);
        Expectation { arrivals: self.clone(), journey, receiver }
    }

    fn lock(&self) -> MutexGuard<'_, HashMap<JourneyIdentifier, Vec<Sender<RegistrationResult>>>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl fmt::Debug for Arrivals {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Arrivals").field("journeys", &self.lock().len()).finish()
    }
}

/// Somebody who waits for a journey's callback, until dropped.
struct Expectation {
    arrivals: Arrivals,
    journey: JourneyIdentifier,
    receiver: Receiver<RegistrationResult>,
}

impl Expectation {
    /// What arrives before `other` ends, or else its end.
    async fn or<R>(&mut self, other: impl Future<Output = R>) -> Result<RegistrationResult, R> {
        let mut other = pin!(other);
        poll_fn(|context| match Pin::new(&mut self.receiver).poll(context) {
            Poll::Ready(Ok(result)) => Poll::Ready(Ok(result)),
            _ => other.as_mut().poll(context).map(Err),
        })
        .await
    }
}

impl Drop for Expectation {
    fn drop(&mut self) {
        self.receiver.close();
        let mut journeys = self.arrivals.lock();
        if let Some(waiting) = journeys.get_mut(&self.journey) {
            waiting.retain(|sender| !sender.is_canceled());
            if waiting.is_empty() {
                journeys.remove(&self.journey);
            }
        }
    }
}

impl<T: Transport + Timer> DirectDebit<T> {
    /// Waits for the end of a registration: for its callback, where [`Arrivals`] are fed, and by asking the bank (B) after
    /// each pause of the [waiting](Self::with_waiting), whichever tells it first.
    ///
    /// | result | the account | what to do |
    /// | --- | --- | --- |
    /// | [`Registered::Active`] | may be charged | store the token |
    /// | [`Registered::Rejected`], [`Registered::Expired`] | may not be charged | let the customer begin anew |
    /// | [`Registered::Withdrawn`] | may not be charged now | ask [`registration`](Self::registration) for the rest |
    /// | [`Registered::StillPending`] | not yet, as far as the bank tells | wait again |
    /// | `Err` | not known: the bank cannot be asked, or did not answer the last question | mend it, and wait again |
    ///
    /// To wait has no effect at the bank, so it may be repeated at will, also after a restart with the identifier alone.
    ///
    /// ```
    /// # include!(concat!(env!("CARGO_MANIFEST_DIR"), "/src/example.rs"));
    /// # fn main() -> Result<(), Box<dyn std::error::Error>> { pollster::block_on(async {
    /// # let transport = Bank;
    /// # let journey: satang_schema::JourneyIdentifier = "68c971e1-6652-48f9-af3a-0f6c70bde952".parse()?;
    /// let arrivals = Arrivals::default(); // a clone of it goes to the receiver of callbacks
    /// let bank = DirectDebit::new(transport).with_arrivals(arrivals.clone());
    /// match bank.wait(journey).await? {
    ///     Registered::Active(token) => println!("charge with {token:?}"),
    ///     Registered::StillPending => println!("the customer is not ready"),
    ///     other => println!("no: {other:?}"),
    /// }
    /// # Ok(()) }) }
    /// ```
    ///
    /// # Errors
    /// [`Error`] at once when the bank refuses the inquiry for good; after the last pause when it was not answered.
    pub async fn wait(&self, journey: impl Into<JourneyIdentifier>) -> Result<Registered, Error> {
        let journey = journey.into();
        let mut unanswered = None;
        // Before the first question, so that what happens from here on is noticed either way.
        let mut expectation = self.arrivals.expect(journey);
        for pause in &self.waiting.0 {
            let asked = expectation.or(async {
                self.client.transport().sleep(*pause).await;
                self.ask_for(journey).await
            });
            match asked.await {
                Ok(arrived) => {
                    expectation = self.arrivals.expect(journey);
                    if let Some(end) = Registered::of_callback(arrived) {
                        return Ok(end);
                    }
                }
                Err(Ok(Some(end))) => return Ok(end),
                Err(Ok(None)) => unanswered = None,
                Err(Err(error)) if error.is_retryable() || error.kind() == Kind::Unreadable => {
                    unanswered = Some(error);
                }
                Err(Err(error)) => return Err(error),
            }
        }
        unanswered.map_or(Ok(Registered::StillPending), Err)
    }

    async fn ask_for(&self, journey: JourneyIdentifier) -> Result<Option<Registered>, Error> {
        let filter = TokenFilter { journey_identifier: Some(journey), ..TokenFilter::default() };
        let found = self.client.token_status_inquiry(&filter).await?.token_status_information;
        // A bank may leave out what it was asked for.
        let is_own = |status: &TokenStatus| status.journey_identifier.is_none_or(|found| found == journey);
        Ok(found.into_iter().rfind(is_own).and_then(Registered::of_inquiry))
    }
}
