//! What one answer says of the money.

use crate::{Charge, Charged, Rejected, Unknown, Why, outcome::unspecified};
use satang_core::{Error, Sent};
use satang_schema::{
    Amount, TransactionIdentification,
    direct_debit::{PaymentResult, ProcessingStatus, ReasonCode},
};

/// The payment that an answer must be about.
pub(crate) struct Expected {
    pub(crate) id: TransactionIdentification,
    /// `None` when only the identification is known.
    pub(crate) amount: Option<Amount>,
}

impl Expected {
    pub(crate) fn of(charge: &Charge) -> Self {
        let amount = charge.request().transaction_information.payment_amount;
        Self { id: charge.transaction_identification(), amount: Some(amount) }
    }

    /// The end of the payment, or why this answer does not tell it.
    pub(crate) fn read(&self, result: PaymentResult) -> Result<Charged, Why> {
        if !self.fits(&result) {
            return Err(Why::Mismatch(Box::new(result)));
        }
        match result.processing_status {
            ProcessingStatus::Settled => Ok(Charged::Settled(result)),
            ProcessingStatus::Rejected | ProcessingStatus::Cancelled => {
                Ok(Charged::Rejected(Rejected::from_result(result)))
            }
            status => Err(Why::InProcess(status)),
        }
    }

    fn fits(&self, result: &PaymentResult) -> bool {
        let amounts = self.amount.zip(result.payment_amount);
        self.id == result.transaction_identification && amounts.is_none_or(|(own, found)| own == found)
    }

    /// True when the identification stands for a payment that is not the expected one: asking again will not change
    /// that. An answer about another identification, however, may have been mixed up on its way.
    pub(crate) fn is_taken(&self, why: &Why) -> bool {
        matches!(why, Why::Mismatch(found) if found.transaction_identification == self.id)
    }

    /// The payment was rejected with this reason, in the words of `error`.
    pub(crate) fn rejected(&self, reason: ReasonCode, error: &Error) -> Charged {
        let description = error.explanation().map(str::to_owned);
        Charged::Rejected(Rejected { transaction_identification: self.id, reason, description })
    }

    pub(crate) fn unknown(&self, mut inquiries: Inquiries) -> Charged {
        let why = inquiries.0.pop().unwrap_or(Why::NotAsked);
        Charged::Unknown(Unknown { transaction_identification: self.id, why })
    }
}

/// What each inquiry said, none of which told the end of the payment.
pub(crate) struct Inquiries(pub(crate) Vec<Why>);

impl Inquiries {
    /// True when the bank was asked, and every time did not know the payment.
    pub(crate) fn found_no_trace(&self) -> bool {
        !self.0.is_empty() && self.0.iter().all(|why| matches!(why, Why::NotKnownYet))
    }
}

impl Why {
    /// What it means that an inquiry ended in this error.
    pub(crate) fn of_inquiry(error: Error) -> Self {
        // A 404 that knows no path, or comes from something that is not the bank, says nothing about the payment.
        let is_from_the_bank = error.code().is_some_and(|code| code != NO_SUCH_PATH);
        if error.status() == Some(http::StatusCode::NOT_FOUND) && is_from_the_bank {
            Self::NotKnownYet
        } else {
            Self::NoAnswer(error)
        }
    }
}

const NO_SUCH_PATH: &str = "SBX-4042";

/// What an error, in answer to a payment, says of the money.
pub(crate) enum Verdict {
    /// The request was never accepted.
    NotAccepted,
    /// Rejected for a reason that is known.
    Rejected(ReasonCode),
    /// Refused with a code whose meaning is not known: believed unless the inquiry knows better.
    Refused(ReasonCode),
    /// The bank has seen the identification before. That may have been this very payment, delivered twice by something
    /// between here and there, or another one.
    Duplicate,
    /// It may or may not have moved.
    Unknown,
}

impl Verdict {
    pub(crate) fn of(error: &Error) -> Self {
        match error.sent() {
            Sent::No => Self::NotAccepted,
            Sent::Maybe => Self::Unknown,
            Sent::Yes => Self::of_answer(error),
        }
    }

    fn of_answer(error: &Error) -> Self {
        let status = error.status().map_or(0, |status| status.as_u16());
        match (status, error.code()) {
            // "-200": the bank's gateway could not reach what is behind it. It comes with HTTP 400 all the same.
            (_, Some(code)) if code.starts_with('-') => Self::Unknown,
            (409, _) | (400 | 422, Some(DUPLICATE)) => Self::Duplicate,
            (400 | 422, Some(code)) if may_be_business(code) => match code.parse() {
                Ok(reason @ ReasonCode::Other(_)) => Self::Refused(reason),
                Ok(reason) => Self::Rejected(reason),
                // Longer than any code.
                Err(_) => Self::Refused(unspecified()),
            },
            // A time-out that a server speaks of leaves as much open as one that it does not.
            (400..=499, _) if status != 408 => Self::NotAccepted,
            // A 5xx, and an answer of success that cannot be read.
            _ => Self::Unknown,
        }
    }
}

/// ISO 20022's "duplication".
const DUPLICATE: &str = "AM05";

/// Whether a rejection is about an earlier payment, and so says nothing of what became of that one.
pub(crate) fn is_duplicate(rejected: &Rejected) -> bool {
    rejected.reason.as_str() == DUPLICATE
}

/// Whether a code may be a business reason: those of ISO 20022 (`AM04`) and of the switches (`55`) are upper case and
/// digits. Which codes the bank has is not published, and to ask once too often does no harm, so a separator does not
/// rule one out. What begins with `SBX-` is the sandbox's own, of which one is for business.
fn may_be_business(code: &str) -> bool {
    let is_fitting =
        |byte: u8| byte.is_ascii_uppercase() || byte.is_ascii_digit() || matches!(byte, b'-' | b'_' | b'.');
    let is_own = code.starts_with("SBX-");
    code == "SBX-4221" || (!is_own && !code.is_empty() && code.bytes().all(is_fitting))
}
