//! What became of a charge.

use satang_core::{Error, Kind, Sent};
use satang_schema::{
    TransactionIdentification,
    direct_debit::{PaymentResult, ProcessingStatus, ReasonCode},
};

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
/// status `RJCT`, or as an error with HTTP 400.
#[derive(Clone, Debug, PartialEq)]
pub struct Rejected {
    /// The charge.
    pub transaction_identification: TransactionIdentification,
    /// Why.
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

/// Why nothing certain is known.
#[derive(Debug)]
#[non_exhaustive]
pub enum Why {
    /// The patience allowed no inquiry.
    NotAsked,
    /// The bank does not know the charge, which within two minutes means: not yet.
    NotKnownYet,
    /// The bank is still at it.
    InProcess(ProcessingStatus),
    /// The inquiry itself was not answered.
    NoAnswer(Error),
}

impl Rejected {
    pub(crate) fn from_result(result: PaymentResult) -> Self {
        Self {
            transaction_identification: result.transaction_identification,
            reason: result.status_reason_code.unwrap_or_else(unspecified),
            description: result.status_reason_description.map(|text| text.as_str().to_owned()),
        }
    }
}

/// ISO 20022's "reason not specified", for a bank that gives none.
#[expect(clippy::expect_used, reason = "the code is four letters")]
fn unspecified() -> ReasonCode {
    "MS03".parse().expect("a code of four characters is valid")
}

/// What an error says of the money.
pub(crate) enum Verdict {
    /// The request was never accepted.
    NotAccepted,
    /// A business rejection.
    Rejected(ReasonCode, Option<String>),
    /// It may or may not have moved.
    Unknown,
}

impl Verdict {
    pub(crate) fn of(error: &Error) -> Self {
        match (error.sent(), error.kind()) {
            (Sent::No, _) => Self::NotAccepted,
            (Sent::Maybe, _) | (Sent::Yes, Kind::Unreadable) => Self::Unknown,
            (Sent::Yes, _) => Self::of_answer(error),
        }
    }

    fn of_answer(error: &Error) -> Self {
        let status = error.status().map_or(0, |status| status.as_u16());
        match (status, error.code()) {
            // "-200": the bank's gateway could not reach what is behind it. It comes with HTTP 400 all the same.
            (_, Some(code)) if code.starts_with('-') => Self::Unknown,
            (400 | 422, Some(code)) if is_business(code) => match code.parse() {
                Ok(reason) => Self::Rejected(reason, error.explanation().map(str::to_owned)),
                Err(_) => Self::NotAccepted,
            },
            // A time-out that a server speaks of leaves as much open as one that it does not.
            (400..=499, _) if status != 408 => Self::NotAccepted,
            _ => Self::Unknown,
        }
    }
}

/// Reason codes are short and upper case or digits (`AM04`, `55`); what begins with `SBX-` are the sandbox's own codes,
/// of which one is for business.
fn is_business(code: &str) -> bool {
    let is_reason = code.bytes().all(|byte| byte.is_ascii_uppercase() || byte.is_ascii_digit());
    code == "SBX-4221" || (is_reason && (1..=8).contains(&code.len()))
}
