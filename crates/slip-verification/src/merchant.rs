//! The merchant: shows a slip to its bank, and gets a yes or no.
//!
//! The call is proposed by Satang; not published by any bank.
//!
//! ```
//! # use satang_core::{Error, Operation, Transport};
//! # struct Bank;
//! # impl Transport for Bank {
//! #     async fn call(&self, _: &'static Operation, _: http::Request<bytes::Bytes>) -> Result<http::Response<bytes::Bytes>, Error> {
//! #         Ok(http::Response::new(bytes::Bytes::from_static(br#"{"outcome": "verified", "hubCode": "0000", "crcRepaired": false,
//! #             "checks": {"amount": "passed", "receiver": "passed", "time": "skipped", "duplicate": "passed"},
//! #             "slip": {"transRef": "00111222233344ABCD12", "sendingBank": "014", "transDate": "20260702",
//! #                      "transTime": "13:55:40", "amount": 100.00}}"#)))
//! #     }
//! # }
//! # fn main() -> Result<(), Box<dyn std::error::Error>> { pollster::block_on(async {
//! # let transport = Bank;
//! use satang_slip_verification::merchant::{Merchant, ShownSlip, Verdict};
//!
//! // `satang_transport::Client` with the merchant's key as its bearer token, or any other `Transport`.
//! let merchant = Merchant::new(transport);
//! let slip = ShownSlip::read("004100060000010103014022000111222233344ABCD125102TH910417DF")?
//!     .of_amount("100.00".parse()?)
//!     .paid_to("004".parse()?, "1411".parse()?)
//!     .for_order("SO-2026-000042".parse()?);
//! match merchant.verify(&slip).await? {
//!     Verdict::Verified { slip, .. } => println!("debited on {}", slip.trans_date.as_str()),
//!     Verdict::Pending { retry_after, .. } => println!("ask again in {} s", retry_after.as_secs()),
//!     refused => println!("no: {refused:?}"),
//! }
//! # Ok(()) }) }
//! ```
//!
//! **Verified means debited.** It does not say that the payee has the money.
//!
//! # When the answer is lost
//! An [`Error`] with [`Sent::Maybe`](satang_core::Sent::Maybe) says nothing of the slip, and the bank may have
//! noted it as seen. Ask again under the same [`for_order`](ShownSlip::for_order): what was verified for an order is verified for it
//! again. Without an order, the second question may find a duplicate of the first, and nobody can tell it from a slip that was shown
//! twice.

use crate::{Error as Unreadable, Mode, Reason, Slip};
use jiff::Timestamp;
use satang_core::{Error, Transport, slip_verification::Client};
use satang_schema::{
    DateTime,
    slip_verification::{
        AccountSuffix, BankCode, CheckResult, ExpectedReceiver, HubCode, OrderReference, SlipAmount,
        SlipChecks, SlipExpectation, SlipOutcome, SlipPayload, SlipToVerify, SlipVerdict, TransRef,
        TransactionData,
    },
};
use std::{fmt, prelude::v1::*, time::Duration};

/// A slip that somebody shows, and what it must say. Unless told otherwise, it must not have been shown before.
#[derive(Clone, Debug)]
pub struct ShownSlip {
    request: SlipToVerify,
    /// What the answer must be about.
    bank: BankCode,
    reference: TransRef,
}

impl ShownSlip {
    /// The slip with this text in its mini-QR.
    ///
    /// # Errors
    /// [`Unreadable`] when it is none, or one that no bank printed: nobody needs to be asked.
    pub fn read(payload: &str) -> Result<Self, Unreadable> {
        Self::read_in(payload, Mode::Strict)
    }

    /// As [`read`](Self::read), and gives a checksum back the zeros that some apps cut off. The bank is told to do
    /// the same.
    ///
    /// # Errors
    /// As [`read`](Self::read).
    pub fn read_repaired(payload: &str) -> Result<Self, Unreadable> {
        let mut shown = Self::read_in(payload, Mode::Repair)?;
        shown.request.accept_repaired_crc = Some(true);
        Ok(shown)
    }

    /// The slip of this reference, printed by this bank.
    #[must_use]
    pub fn new(bank: BankCode, reference: TransRef) -> Self {
        let request = SlipToVerify {
            sending_bank: Some(bank.clone()),
            trans_ref: Some(reference.clone()),
            check_duplicate: Some(true),
            ..SlipToVerify::default()
        };
        Self { request, bank, reference }
    }

    fn read_in(payload: &str, mode: Mode) -> Result<Self, Unreadable> {
        let none = || Unreadable::new(Reason::WrongFormat, 0);
        // White space around it is no part of a payload.
        let payload = payload.trim_ascii();
        let Slip::Bank(slip) = Slip::read_in(payload, mode)?.value else { return Err(none()) };
        let pair = (slip.sending_bank.as_str().parse(), slip.trans_ref.as_str().parse());
        let (Ok(bank), Ok(reference), Ok(payload)) = (pair.0, pair.1, payload.parse::<SlipPayload>()) else {
            return Err(none());
        };
        let request =
            SlipToVerify { payload: Some(payload), check_duplicate: Some(true), ..SlipToVerify::default() };
        Ok(Self { request, bank, reference })
    }

    /// It must be of exactly this amount.
    #[must_use]
    pub fn of_amount(mut self, amount: SlipAmount) -> Self {
        self.expect().amount = Some(amount);
        self
    }

    /// It must have paid this account: the payee's bank, and the last digits that its masked number shows.
    #[must_use]
    pub fn paid_to(mut self, bank: BankCode, account_suffix: AccountSuffix) -> Self {
        self.expect().receiver = Some(ExpectedReceiver { bank, account_suffix });
        self
    }

    /// It must not be older than this.
    #[must_use]
    pub fn paid_since(mut self, moment: Timestamp) -> Self {
        self.expect().not_before = Some(DateTime::in_bangkok(moment));
        self
    }

    /// What it pays for. For the same order it is no duplicate of itself, so that a question whose answer was lost
    /// can be asked again.
    #[must_use]
    pub fn for_order(mut self, order: OrderReference) -> Self {
        self.request.order = Some(order);
        self
    }

    /// It may have been shown before, and is not remembered.
    #[must_use]
    pub fn shown_again(mut self) -> Self {
        self.request.check_duplicate = None;
        self
    }

    fn expect(&mut self) -> &mut SlipExpectation {
        self.request.expect.get_or_insert_default()
    }
}

/// What to make of a slip.
#[derive(Clone, PartialEq)]
#[non_exhaustive]
#[must_use]
pub enum Verdict {
    /// Yes: the payer was debited, everything is as expected, and the slip was not shown before for anything else.
    Verified {
        /// The transaction.
        slip: Box<TransactionData>,
        /// When it was verified for the same order before, if it was.
        first_seen: Option<DateTime>,
    },
    /// No: the transaction exists, and something else was expected.
    Mismatch {
        /// What was as expected and what was not.
        checks: SlipChecks,
        /// The transaction.
        slip: Box<TransactionData>,
    },
    /// No: the slip was shown before.
    Duplicate {
        /// When.
        first_seen: Option<DateTime>,
    },
    /// No: its bank knows no such transaction, or it is older than it keeps them.
    NotFound,
    /// Nobody knows just now: ask again.
    Pending {
        /// In how much time.
        retry_after: Duration,
        /// What the hub said, if it was reached.
        hub_code: Option<HubCode>,
    },
    /// Nobody knows, for the bank of the slip cannot be asked in this way, or not soon.
    Unavailable {
        /// In how much time to ask again, if ever.
        retry_after: Option<Duration>,
        /// What the hub said, if it was reached.
        hub_code: Option<HubCode>,
    },
    /// Not a yes: the answer contradicts itself or the question, or has an outcome that this version does not know.
    Unclear(Box<SlipVerdict>),
}

/// Without names, accounts and amounts.
impl fmt::Debug for Verdict {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Verified { first_seen, .. } => {
                f.debug_struct("Verified").field("first_seen", first_seen).finish_non_exhaustive()
            }
            Self::Mismatch { checks, .. } => {
                f.debug_struct("Mismatch").field("checks", checks).finish_non_exhaustive()
            }
            Self::Duplicate { first_seen } => {
                f.debug_struct("Duplicate").field("first_seen", first_seen).finish()
            }
            Self::NotFound => f.write_str("NotFound"),
            Self::Pending { retry_after, hub_code } => f
                .debug_struct("Pending")
                .field("retry_after", retry_after)
                .field("hub_code", hub_code)
                .finish(),
            Self::Unavailable { retry_after, hub_code } => f
                .debug_struct("Unavailable")
                .field("retry_after", retry_after)
                .field("hub_code", hub_code)
                .finish(),
            Self::Unclear(verdict) => {
                f.debug_struct("Unclear").field("outcome", &verdict.outcome).finish_non_exhaustive()
            }
        }
    }
}

/// A merchant, by the key that its bank gave it.
#[derive(Clone, Debug)]
pub struct Merchant<T> {
    bank: Client<T>,
}

impl<T: Transport> Merchant<T> {
    /// A merchant whose questions `transport` carries, with its key as bearer token.
    pub fn new(transport: T) -> Self {
        Self { bank: Client::new(transport) }
    }

    /// Asks the bank about a slip.
    ///
    /// # Errors
    /// [`Error`] when there is no answer. It says nothing of the slip; see
    /// [when the answer is lost](self#when-the-answer-is-lost).
    pub async fn verify(&self, slip: &ShownSlip) -> Result<Verdict, Error> {
        self.bank.verify_slip(&slip.request).await.map(|verdict| slip.judge(verdict))
    }
}

/// What is waited when the bank does not say for how long. Proposed by Satang; not published by any bank.
const RETRY_AFTER: Duration = Duration::from_secs(30);

impl ShownSlip {
    /// What an answer says, and nothing that it does not prove.
    fn judge(&self, verdict: SlipVerdict) -> Verdict {
        let again = |seconds: u32| Duration::from_secs(seconds.into());
        let retry_after = verdict.retry_after_seconds.map(again);
        match (&verdict.outcome, &verdict.slip) {
            (SlipOutcome::Verified, Some(slip))
                if self.is_about(slip) && self.is_met(&verdict.checks, slip) =>
            {
                Verdict::Verified { slip: Box::new(slip.clone()), first_seen: verdict.first_seen }
            }
            (SlipOutcome::Mismatch, Some(slip)) if self.is_about(slip) => {
                Verdict::Mismatch { checks: verdict.checks, slip: Box::new(slip.clone()) }
            }
            (SlipOutcome::Duplicate, _) => Verdict::Duplicate { first_seen: verdict.first_seen },
            (SlipOutcome::NotFound, _) => Verdict::NotFound,
            (SlipOutcome::Pending, _) => Verdict::Pending {
                retry_after: retry_after.unwrap_or(RETRY_AFTER),
                hub_code: verdict.hub_code,
            },
            (SlipOutcome::Unavailable, _) => Verdict::Unavailable { retry_after, hub_code: verdict.hub_code },
            _ => Verdict::Unclear(Box::new(verdict)),
        }
    }

    fn is_about(&self, slip: &TransactionData) -> bool {
        slip.sending_bank == self.bank && slip.trans_ref == self.reference
    }

    /// Whether everything that was to be checked was, and passed.
    fn is_met(&self, checks: &SlipChecks, slip: &TransactionData) -> bool {
        let none = SlipExpectation::default();
        let expected = self.request.expect.as_ref().unwrap_or(&none);
        let is_met = |is_asked: bool, check: &CheckResult| {
            *check == CheckResult::Passed || (!is_asked && *check == CheckResult::Skipped)
        };
        expected.amount.is_none_or(|amount| amount == slip.amount)
            && is_met(expected.amount.is_some(), &checks.amount)
            && is_met(expected.receiver.is_some(), &checks.receiver)
            && is_met(expected.not_before.is_some(), &checks.time)
            && is_met(self.request.check_duplicate == Some(true), &checks.duplicate)
    }
}
