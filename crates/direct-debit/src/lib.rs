//! Krungsri Direct Debit: register an account, charge it, plan payments from it, and know what became of each.
//!
//! | | |
//! | --- | --- |
//! | [`register`](DirectDebit::register), [`register_in_app`](DirectDebit::register_in_app) | send a customer to the bank: a [`Journey`] |
//! | [`wait`](DirectDebit::wait) | for the end of it: a token |
//! | [`charge`](DirectDebit::charge), [`resolve`](DirectDebit::resolve) | move money, and ask what became of it |
//! | [`schedule`](DirectDebit::schedule), [`resolve_schedule`](DirectDebit::resolve_schedule), [`schedules`](DirectDebit::schedules), [`cancel_schedule`](DirectDebit::cancel_schedule) | plan payments, ask for them, stop them |
//! | [`history`](DirectDebit::history) | all payments of a time |
//! | [`registration`](DirectDebit::registration), [`registrations`](DirectDebit::registrations), [`cancel`](DirectDebit::cancel) | ask for registrations, end one |
//!
//! ```
//! # use satang_core::{Error, Operation, Timer, Transport};
//! # use bytes::Bytes;
//! # /// A bank that settles the payment of the example.
//! # struct Bank;
//! # impl Transport for Bank {
//! #     async fn call(&self, _: &'static Operation, request: http::Request<Bytes>) -> Result<http::Response<Bytes>, Error> {
//! #         let id = std::str::from_utf8(request.body()).unwrap().split('"').nth(3).unwrap().to_owned();
//! #         Ok(http::Response::new(Bytes::from(format!(r#"{{"transactionIdentification": "{id}",
//! #             "paymentReferenceIdentification": "6f1f5a0e-2f6d-4a43-9a52-0f9b1f1c7a10", "processingStatus": "ACSC",
//! #             "processingDateTime": "2020-08-15T00:00:00.000+07:00", "paymentAmount": 5000.00}}"#))))
//! #     }
//! # }
//! # impl Timer for Bank { async fn sleep(&self, _: std::time::Duration) {} }
//! # fn main() -> Result<(), Box<dyn std::error::Error>> { pollster::block_on(async {
//! # let transport = Bank;
//! use satang_direct_debit::{Charge, Charged, DirectDebit};
//!
//! let bank = DirectDebit::new(transport); // `satang_transport::Client`, or any other `Transport`
//! let charge = Charge::new("0457262823".parse()?, "06252dbc-0a4c-437f-b718-f2aa836b10b3".parse()?, "5000.00".parse()?, "REF1".parse()?);
//! match bank.charge(&charge).await? {
//!     Charged::Settled(payment) => println!("settled: {}", payment.transaction_identification),
//!     Charged::Rejected(rejected) => println!("rejected: {}", rejected.reason),
//!     Charged::Unknown(unknown) => println!("ask again later: {}", unknown.why),
//! }
//! # Ok(()) }) }
//! ```
//!
//! # What can happen to a charge
//! | result | the money | what to do |
//! | --- | --- | --- |
//! | [`Charged::Settled`] | has moved | book it |
//! | [`Charged::Rejected`] | has not moved, and will not | tell the customer the reason |
//! | [`Charged::Unknown`] | may have moved | [`DirectDebit::resolve`] later, as often as needed; do not charge anew |
//! | `Err` | has not moved for this charge: it was never accepted | mend what the error says |
//!
//! A charge is sent **once**; a transport may repeat only what certainly was not executed. When its answer is lost, or
//! leaves room for doubt, the transaction status inquiry is asked, for as long as [`Patience`] lasts; nothing is ever
//! sent again blindly. So that a crash of your own program loses nothing either, store
//! [`Charge::transaction_identification`] before charging, and call [`DirectDebit::resolve`] with it after a restart.
//!
//! # When the outcome stays unknown
//! | the bank says | since the charge was sent | what is known | what is safe |
//! | --- | --- | --- | --- |
//! | it is in process | | it arrived | to ask again |
//! | nothing ([`Why::NoAnswer`]) | | nothing | to ask again |
//! | not known ([`Why::NotKnownYet`]) | up to two minutes | nothing: it may still arrive (proposed) | to ask again |
//! | not known | more than two minutes | most likely it never arrived (proposed) | to ask the bank; see below |
//! | another payment ([`Why::Mismatch`]) | | nothing | to compare it with what you stored, and to ask the bank |
//!
//! That the bank pays an identification once, however often it gets it, is **proposed by Satang; not published by the
//! bank**, and so are the two minutes. Only if the bank confirms the first to you, the very same [`Charge`], under the
//! same identification, may be made again. Under a new identification it might be paid a second time.
//!
//! # How a refusal is read
//! | answer to the charge | what follows |
//! | --- | --- |
//! | HTTP 400 or 422 with a known [`ReasonCode`](wire::ReasonCode) | [`Charged::Rejected`] at once |
//! | with another code of upper case and digits (`55`, `SBX-4221`) | the inquiry; when it finds no trace of the payment, [`Charged::Rejected`] with that code |
//! | HTTP 409, or `AM05` | the inquiry: this very charge may have arrived twice; when the identification stands for another amount, `Err` |
//! | a code that begins with `-`, HTTP 408 or 5xx | the inquiry |
//! | any other 4xx | `Err` |
//!
//! # Callbacks
//! A [`receiver::Receiver`] takes the bank's callbacks: a `tower::Service` that verifies, remembers and hands over.
//!
//! # Features
//! `receiver` (on by default), and `ed25519` for the asymmetric signatures of Standard Webhooks.
#![forbid(unsafe_code)]

mod answer;
mod cancel;
mod charge;
mod history;
mod journey;
mod outcome;
#[cfg(feature = "receiver")]
pub mod receiver;
mod register;
mod schedule;
#[cfg(test)]
mod tests;
mod token;
mod wait;

/// Its example is compiled, so that it stays true.
#[cfg(doctest)]
#[doc = include_str!("../../../README.md")]
struct Readme;

pub use cancel::{Cancelled, Doubt};
pub use charge::Charge;
pub use history::{History, Position};
pub use journey::{Journey, Returned, Stored};
pub use outcome::{Charged, Rejected, Unknown, Why};
pub use register::{OAuthClient, Registration};
pub use satang_core::{
    Entropy, Error, Kind, Sent, System, Timer, Transport,
    direct_debit::{Client, authorize_uri},
};
/// The wire types.
pub use satang_schema::direct_debit as wire;
pub use satang_schema::{
    AccountNumber, Amount, Date, DateTime, IdentificationNumber, JourneyIdentifier, PaymentReference,
    PaymentToken, PersonalReference, Satang, ScheduleIdentification, Secret, Text, TransactionIdentification,
    Uri,
};
pub use schedule::{Every, Plan, Planned, Scheduled, Timetable};
pub use wait::{Arrivals, Registered};

use answer::{Expected, Inquiries, Verdict, is_duplicate};
use std::{fmt, sync::Arc, time::Duration};
use wire::TransactionStatusInquiry;

/// Registers and charges accounts.
#[derive(Clone, Debug)]
pub struct DirectDebit<T> {
    client: Client<T>,
    patience: Patience,
    waiting: Patience,
    arrivals: Arrivals,
    entropy: Randomness,
}

#[derive(Clone)]
struct Randomness(Arc<dyn Entropy>);

impl fmt::Debug for Randomness {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Entropy")
    }
}

/// How long to ask what became of something: the pauses before each inquiry.
#[derive(Clone, Debug)]
pub struct Patience(Vec<Duration>);

impl Patience {
    /// Asks after each of these pauses.
    pub fn new(pauses: impl IntoIterator<Item = Duration>) -> Self {
        Self(pauses.into_iter().collect())
    }
}

impl Default for Patience {
    /// Seven inquiries over half a minute.
    fn default() -> Self {
        Self::new([0, 500, 1_000, 2_000, 4_000, 8_000, 15_000].map(Duration::from_millis))
    }
}

/// For a customer on the bank's pages: at once, then every five seconds for ten minutes, which is how long the pages wait
/// (proposed).
fn customer() -> Patience {
    let pauses = std::iter::repeat_n(Duration::from_secs(5), 120);
    Patience::new(std::iter::once(Duration::ZERO).chain(pauses))
}

impl<T: Transport + Timer> DirectDebit<T> {
    /// Direct Debit over this transport.
    pub fn new(transport: T) -> Self {
        Self {
            client: Client::new(transport),
            patience: Patience::default(),
            waiting: customer(),
            arrivals: Arrivals::default(),
            entropy: Randomness(Arc::new(System)),
        }
    }

    /// Asks this long what became of a charge, a plan or a cancellation.
    #[must_use]
    pub fn with_patience(mut self, patience: Patience) -> Self {
        self.patience = patience;
        self
    }

    /// Asks this long for the end of a registration; unless told otherwise, every five seconds for ten minutes.
    #[must_use]
    pub fn with_waiting(mut self, waiting: Patience) -> Self {
        self.waiting = waiting;
        self
    }

    /// Learns the end of a registration from callbacks too: those that are handed over to `arrivals`.
    #[must_use]
    pub fn with_arrivals(mut self, arrivals: Arrivals) -> Self {
        self.arrivals = arrivals;
        self
    }

    /// Makes the secrets of journeys with this randomness instead of the operating system's.
    #[must_use]
    pub fn with_entropy(mut self, entropy: impl Entropy + 'static) -> Self {
        self.entropy = Randomness(Arc::new(entropy));
        self
    }

    /// The operations one by one.
    pub fn client(&self) -> &Client<T> {
        &self.client
    }

    /// Charges a registered account at once.
    ///
    /// # Errors
    /// [`Error`] when this charge was never accepted, so that no money has moved for it: it breaks the contract, could
    /// not be sent, was refused for a reason that is not the payer's, or its identification stands for another payment.
    /// Its [`is_retryable`](Error::is_retryable) says whether the same charge may be tried again.
    pub async fn charge(&self, charge: &Charge) -> Result<Charged, Error> {
        let expected = Expected::of(charge);
        let answer = self.client.real_time_payment(charge.request()).await;
        match answer.map(|result| expected.read(result)) {
            Ok(Ok(Charged::Rejected(rejected))) if is_duplicate(&rejected) => {
                Ok(self.resolve_expected(&expected).await)
            }
            Ok(Ok(charged)) => Ok(charged),
            Ok(Err(_)) => Ok(self.resolve_expected(&expected).await),
            Err(error) => self.judge(&expected, error).await,
        }
    }

    /// Asks what became of a charge.
    ///
    /// Within two minutes of a charge, a bank that does not know it means "not known yet", and the answer is
    /// [`Charged::Unknown`] with [`Why::NotKnownYet`]. Only the identification is compared: that the amount of a settled
    /// payment is the one you stored is yours to check.
    pub async fn resolve(&self, transaction_identification: TransactionIdentification) -> Charged {
        self.resolve_expected(&Expected { id: transaction_identification, amount: None }).await
    }

    async fn resolve_expected(&self, expected: &Expected) -> Charged {
        self.ask(expected).await.unwrap_or_else(|inquiries| expected.unknown(inquiries))
    }

    /// What became of a charge that was answered with `error`, or not at all.
    async fn judge(&self, expected: &Expected, error: Error) -> Result<Charged, Error> {
        let verdict = Verdict::of(&error);
        match verdict {
            Verdict::NotAccepted => return Err(error),
            Verdict::Rejected(reason) => return Ok(expected.rejected(reason, &error)),
            Verdict::Refused(_) | Verdict::Duplicate | Verdict::Unknown => {}
        }
        let inquiries = match self.ask(expected).await {
            Ok(charged) => return Ok(charged),
            Err(inquiries) => inquiries,
        };
        match verdict {
            Verdict::Duplicate if inquiries.0.iter().any(|why| expected.is_taken(why)) => Err(error),
            Verdict::Refused(reason) if inquiries.found_no_trace() => Ok(expected.rejected(reason, &error)),
            _ => Ok(expected.unknown(inquiries)),
        }
    }

    /// Asks for the end of a payment.
    async fn ask(&self, expected: &Expected) -> Result<Charged, Inquiries> {
        let inquiry = &TransactionStatusInquiry { transaction_identification: expected.id };
        let ask = || async move {
            let answer = self.client.transaction_status_inquiry(inquiry).await;
            answer.map_err(Why::of_inquiry).and_then(|result| expected.read(result))
        };
        self.ask_patiently(ask, |why| expected.is_taken(why)).await.map_err(Inquiries)
    }

    /// Asks after each pause until it is told, a doubt is final, or patience ends: then all doubts, in their order.
    async fn ask_patiently<A, D, F>(
        &self,
        ask: impl Fn() -> F,
        is_final: impl Fn(&D) -> bool,
    ) -> Result<A, Vec<D>>
    where
        F: Future<Output = Result<A, D>>,
    {
        let mut doubts = Vec::new();
        for pause in &self.patience.0 {
            self.client.transport().sleep(*pause).await;
            let doubt = match ask().await {
                Ok(told) => return Ok(told),
                Err(doubt) => doubt,
            };
            let is_final = is_final(&doubt);
            doubts.push(doubt);
            if is_final {
                break;
            }
        }
        Err(doubts)
    }
}
