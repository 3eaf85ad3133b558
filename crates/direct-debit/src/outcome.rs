//! What became of a charge.

use satang_core::Error;
use satang_schema::{
    TransactionIdentification,
    direct_debit::{PaymentResult, ProcessingStatus, ReasonCode},
};
use std::fmt;

/// What became of a charge.
#[derive(Debug)]
#[must_use]
pub enum Charged {
    /// The money has moved.
    Settled(PaymentResult),
    /// No money has moved, and none will.
    Rejected(Rejected),
    /// Nobody knows yet: ask again later, do not charge again.
    Unknown(Unknown),
}

/// A charge that the bank refused for a business reason, the same however the bank said it: as a result with the
/// status `RJCT`, or as an error with HTTP 400 or 422.
#[derive(Clone, Debug, PartialEq)]
pub struct Rejected {
    /// The charge.
    pub transaction_identification: TransactionIdentification,
    /// Why. A code that this version does not know is `Other`, as it came.
    pub reason: ReasonCode,
    /// Why, in the bank's words.
    pub description: Option<String>,
}

/// A charge of which nothing certain is known.
#[derive(Debug)]
pub struct Unknown {
    /// The charge, for [`DirectDebit::resolve`](crate::DirectDebit::resolve).
    pub transaction_identification: TransactionIdentification,
    /// What the last inquiry said.
    pub why: Why,
}

/// Why nothing certain is known. `Display` says it in words.
#[derive(Debug)]
#[non_exhaustive]
pub enum Why {
    /// The patience allowed no inquiry.
    NotAsked,
    /// The bank does not know the charge.
    ///
    /// Within two minutes since the charge was sent this means "not known yet": go on asking. After two minutes it means
    /// that the charge most likely never arrived. Both are proposed by Satang; not published by the bank, so neither
    /// proves that no money has moved. To make the very same [`Charge`](crate::Charge) under the same identification
    /// again is safe only if the bank confirms that it pays an identification once. Under a new identification it is
    /// never safe. Without that confirmation, ask the bank.
    NotKnownYet,
    /// The bank is still at it.
    InProcess(ProcessingStatus),
    /// The bank answered about another payment: another identification, or another amount than the charge's.
    Mismatch(Box<PaymentResult>),
    /// The inquiry itself was not answered.
    NoAnswer(Error),
}

impl fmt::Display for Why {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::NotAsked => f.write_str("the bank was not asked what became of it"),
            Self::NotKnownYet => f.write_str("the bank does not know it, or not yet"),
            Self::InProcess(status) => write!(f, "the bank has not decided it yet: {status}"),
            Self::Mismatch(found) => {
                write!(f, "the bank answered about another payment: {}", found.transaction_identification)?;
                found.payment_amount.map_or(Ok(()), |amount| write!(f, " of {amount} baht"))
            }
            Self::NoAnswer(error) => write!(f, "the inquiry was not answered: {error}"),
        }
    }
}

impl Rejected {
    pub(crate) fn from_result(result: PaymentResult) -> Self {
        Self {
            transaction_identification: result.transaction_identification,
            reason: result.status_reason_code.unwrap_or_else(unspecified),
            description: result.status_reason_description,
        }
    }
}

/// ISO 20022's "reason not specified", for a bank that gives none.
#[expect(clippy::expect_used, reason = "the code is four letters")]
pub(crate) fn unspecified() -> ReasonCode {
    "MS03".parse().expect("a code of four characters is valid")
}
