//! Krungsri Direct Debit: charge a registered account, and know what became of it.
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
//!     Charged::Settled(payment) => println!("settled: {}", payment.payment_amount),
//!     Charged::Rejected(rejected) => println!("rejected: {}", rejected.reason),
//!     Charged::Unknown(unknown) => println!("ask again later: {}", unknown.transaction_identification),
//! }
//! # Ok(()) }) }
//! ```
//!
//! # What can happen to a charge
//! | result | the money | what to do |
//! | --- | --- | --- |
//! | [`Charged::Settled`] | has moved | book it |
//! | [`Charged::Rejected`] | has not moved, and will not | tell the customer the reason |
//! | [`Charged::Unknown`] | nobody knows yet | [`DirectDebit::resolve`] later, as often as needed |
//! | `Err` | has not moved: the request was never accepted | mend what the error says |
//!
//! A charge is sent **once**. When its answer is lost, the transaction status inquiry is asked, for as long as
//! [`Patience`] lasts; nothing is ever sent again blindly. So that a crash of your own program loses nothing either,
//! store [`Charge::transaction_identification`] before charging, and call [`DirectDebit::resolve`] with it after a
//! restart.
#![forbid(unsafe_code)]

mod charge;
mod outcome;
#[cfg(test)]
mod tests;

pub use charge::Charge;
pub use outcome::{Charged, Rejected, Unknown, Why};
pub use satang_core::direct_debit::{Client, authorize_uri};
/// The wire types.
pub use satang_schema::direct_debit as wire;

use outcome::Verdict;
use satang_core::{Error, Timer, Transport};
use satang_schema::{
    TransactionIdentification,
    direct_debit::{PaymentResult, ProcessingStatus, TransactionStatusInquiry},
};
use std::time::Duration;

/// Charges accounts.
#[derive(Clone, Debug)]
pub struct DirectDebit<T> {
    client: Client<T>,
    patience: Patience,
}

/// How long to ask what became of a charge: the pauses before each inquiry.
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

impl<T: Transport + Timer> DirectDebit<T> {
    /// Direct Debit over this transport.
    pub fn new(transport: T) -> Self {
        Self { client: Client::new(transport), patience: Patience::default() }
    }

    /// Asks this long what became of a charge.
    #[must_use]
    pub fn with_patience(mut self, patience: Patience) -> Self {
        self.patience = patience;
        self
    }

    /// The operations one by one.
    pub fn client(&self) -> &Client<T> {
        &self.client
    }

    /// Charges a registered account at once.
    ///
    /// # Errors
    /// [`Error`] when the request was never accepted, so that no money has moved: it breaks the contract, could not be
    /// sent, or was refused for a reason that is not the payer's. Its [`is_retryable`](Error::is_retryable) says
    /// whether the same charge may be tried again.
    pub async fn charge(&self, charge: &Charge) -> Result<Charged, Error> {
        let id = charge.transaction_identification();
        match self.client.real_time_payment(charge.request()).await {
            Ok(result) => match concluded(id, result) {
                Some(charged) => Ok(charged),
                None => Ok(self.resolve(id).await),
            },
            Err(error) => match Verdict::of(&error) {
                Verdict::NotAccepted => Err(error),
                Verdict::Rejected(reason, description) => {
                    Ok(Charged::Rejected(Rejected { transaction_identification: id, reason, description }))
                }
                Verdict::Unknown => Ok(self.resolve(id).await),
            },
        }
    }

    /// Asks what became of a charge.
    ///
    /// Within two minutes of a charge, a bank that does not know it means "not known yet", and the answer is
    /// [`Charged::Unknown`] with [`Why::NotKnownYet`].
    pub async fn resolve(&self, transaction_identification: TransactionIdentification) -> Charged {
        let inquiry = TransactionStatusInquiry { transaction_identification };
        let mut why = Why::NotAsked;
        for pause in &self.patience.0 {
            self.client.transport().sleep(*pause).await;
            why = match self.client.transaction_status_inquiry(&inquiry).await {
                Ok(result) => {
                    let status = result.processing_status.clone();
                    if let Some(charged) = concluded(transaction_identification, result) {
                        return charged;
                    }
                    Why::InProcess(status)
                }
                Err(error) if error.status() == Some(http::StatusCode::NOT_FOUND) => Why::NotKnownYet,
                Err(error) => Why::NoAnswer(error),
            };
        }
        Charged::Unknown(Unknown { transaction_identification, why })
    }
}

/// The end of a payment, or `None` when it has none yet, or when the answer is about something else.
fn concluded(id: TransactionIdentification, result: PaymentResult) -> Option<Charged> {
    if result.transaction_identification != id {
        return None;
    }
    match result.processing_status {
        ProcessingStatus::Settled => Some(Charged::Settled(result)),
        ProcessingStatus::Rejected | ProcessingStatus::Cancelled => {
            Some(Charged::Rejected(Rejected::from_result(result)))
        }
        _ => None,
    }
}
