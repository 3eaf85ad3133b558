//! All payments of a time, however long.

use crate::DirectDebit;
use futures_core::Stream;
use jiff::Timestamp;
use satang_core::{Error, Transport};
use satang_schema::{
    DateTime, PaymentReference, TransactionIdentification,
    direct_debit::{TransactionDetails, TransactionFilter, TransactionList},
};
use serde::{Deserialize, Serialize};
use std::{
    collections::VecDeque,
    fmt,
    future::poll_fn,
    pin::Pin,
    task::{Context, Poll, ready},
};

/// The longest range that an inquiry takes, in milliseconds: 31 days (proposed).
const LONGEST: i64 = 31 * 24 * 60 * 60 * 1_000;

/// How far a history has been read: everything before, and these payments of the very moment. Keep it to go on from there
/// with [`History::after`].
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Position {
    moment: DateTime,
    seen: Vec<(TransactionIdentification, PaymentReference)>,
}

/// Payments, oldest first, each once: a [`Stream`], which can also be read with [`next`](History::next).
///
/// It holds one answer of the bank at a time. An error ends it; [`position`](History::position) tells where to go on.
#[must_use]
pub struct History<'a, T> {
    bank: &'a DirectDebit<T>,
    criteria: TransactionFilter,
    until: DateTime,
    position: Position,
    /// Where the window that is asked for begins and ends, in milliseconds.
    window: (i64, i64),
    /// What is left to tell of the last window.
    found: VecDeque<TransactionDetails>,
    asking: Option<Asking<'a>>,
    is_over: bool,
}

type Asking<'a> = Pin<Box<dyn Future<Output = Result<TransactionList, Error>> + Send + 'a>>;

impl<T: Transport> DirectDebit<T> {
    /// All payments received from `from` to `until`, both included, however far they are apart (H).
    ///
    /// The range is walked in windows of at most 31 days, and a window in which the bank finds more than it tells at once,
    /// 1,000 payments, is narrowed. Both limits, and that the refusal has the code `SBX-4004` and points at the document,
    /// are proposed by Satang; not published by the bank.
    ///
    /// | item | what is known | what to do |
    /// | --- | --- | --- |
    /// | `Some(Ok(payment))` | this payment, and all before it | book it |
    /// | `Some(Err(error))` | all payments so far; the bank did not tell the rest | go on later from the position |
    /// | `None` | all payments, unless an error came before | |
    ///
    /// ```
    /// # include!(concat!(env!("CARGO_MANIFEST_DIR"), "/src/example.rs"));
    /// # fn main() -> Result<(), Box<dyn std::error::Error>> { pollster::block_on(async {
    /// # let bank = DirectDebit::new(Bank);
    /// let (from, until) = ("2026-01-01T00:00:00+07:00".parse()?, "2026-12-31T23:59:59+07:00".parse()?);
    /// let mut history = bank.history(from, until);
    /// while let Some(payment) = history.next().await {
    ///     let payment = payment?; // after an error, keep `history.position()` and go on from there
    ///     println!("{} {} {}", payment.create_date_time, payment.payment_amount, payment.processing_status);
    /// }
    /// # Ok(()) }) }
    /// ```
    pub fn history(&self, from: DateTime, until: DateTime) -> History<'_, T> {
        let start = from.timestamp().as_millisecond();
        let mut history = History {
            bank: self,
            criteria: TransactionFilter::default(),
            until,
            position: Position { moment: from, seen: Vec::new() },
            window: (start, start),
            found: VecDeque::new(),
            asking: None,
            is_over: false,
        };
        history.begin_window(start, LONGEST);
        history
    }
}

impl<T: Transport> History<'_, T> {
    /// Only the payments that meet these criteria; a range among them is not heeded.
    pub fn matching(mut self, criteria: TransactionFilter) -> Self {
        self.criteria = criteria;
        self
    }

    /// Only what comes after `position`, which an earlier reading of the same history has reached.
    pub fn after(mut self, position: Position) -> Self {
        self.begin_window(position.moment.timestamp().as_millisecond(), LONGEST);
        self.position = position;
        self
    }

    /// How far the payments have been told.
    #[must_use]
    pub fn position(&self) -> &Position {
        &self.position
    }

    /// The next payment.
    pub async fn next(&mut self) -> Option<Result<TransactionDetails, Error>> {
        poll_fn(|context| Pin::new(&mut *self).poll_next(context)).await
    }

    fn begin_window(&mut self, start: i64, length: i64) {
        // The end of the range may lie within its millisecond.
        let last = self.until.timestamp().as_nanosecond().div_euclid(1_000_000);
        let last = i64::try_from(last).unwrap_or(i64::MAX).saturating_add(1);
        self.window = (start, start.saturating_add(length).min(last));
    }

    fn ask(&self) -> TransactionFilter {
        let (start, end) = self.window;
        // The ends of the range as they were given, and between them whole milliseconds.
        let start = moment(start).filter(|at| at.timestamp() > self.position.moment.timestamp());
        let end = moment(end).filter(|at| at.timestamp() < self.until.timestamp());
        TransactionFilter {
            start_create_date_time: Some(start.unwrap_or(self.position.moment)),
            end_create_date_time: Some(end.unwrap_or(self.until)),
            ..self.criteria.clone()
        }
    }

    /// Keeps what a window holds, and begins the next at the moment that this one ends: a payment of that moment is found
    /// twice and told once, and none falls between two windows.
    fn keep(&mut self, list: TransactionList) {
        let (start, end) = self.window;
        let mut found = list.transaction_information;
        found.retain(|payment| !self.position.has(payment));
        found.sort_by_key(|payment| payment.create_date_time.timestamp());
        self.found = found.into();
        self.is_over = moment(end).is_none_or(|end| end.timestamp() >= self.until.timestamp());
        self.begin_window(end, end.saturating_sub(start).saturating_mul(2).min(LONGEST));
    }

    /// True when the window was halved.
    fn narrow(&mut self) -> bool {
        let (start, end) = self.window;
        let half = end.saturating_sub(start) / 2;
        if half > 0 {
            self.window = (start, start + half);
        }
        half > 0
    }
}

impl<T: Transport> Stream for History<'_, T> {
    type Item = Result<TransactionDetails, Error>;

    fn poll_next(self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Option<Self::Item>> {
        let this = self.get_mut();
        loop {
            if let Some(payment) = this.found.pop_front() {
                this.position.pass(&payment);
                return Poll::Ready(Some(Ok(payment)));
            }
            if this.is_over {
                return Poll::Ready(None);
            }
            let mut asking = this.asking.take().unwrap_or_else(|| {
                let (bank, filter) = (this.bank, this.ask());
                Box::pin(async move { bank.client.transaction_inquiry(&filter).await })
            });
            let answer = asking.as_mut().poll(context);
            if answer.is_pending() {
                this.asking = Some(asking);
            }
            match ready!(answer) {
                Ok(list) => this.keep(list),
                Err(error) if is_too_many(&error) && this.narrow() => {}
                Err(error) => {
                    this.is_over = true;
                    return Poll::Ready(Some(Err(error)));
                }
            }
        }
    }
}

impl<T> fmt::Debug for History<'_, T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("History").field("position", &self.position).finish_non_exhaustive()
    }
}

impl Position {
    fn has(&self, payment: &TransactionDetails) -> bool {
        self.seen.iter().any(|(id, reference)| {
            *id == payment.transaction_identification
                && *reference == payment.payment_reference_identification
        })
    }

    fn pass(&mut self, payment: &TransactionDetails) {
        let at = payment.create_date_time;
        if at.timestamp() > self.moment.timestamp() {
            *self = Self { moment: at, seen: Vec::new() };
        }
        self.seen
            .push((payment.transaction_identification, payment.payment_reference_identification.clone()));
    }
}

/// Whether the bank refused because it found too many payments.
fn is_too_many(error: &Error) -> bool {
    let is_of_document = |violation: &satang_validation::Violation| violation.pointer.as_str().is_empty();
    error.code() == Some("SBX-4004") && error.violations().iter().any(is_of_document)
}

fn moment(millisecond: i64) -> Option<DateTime> {
    Timestamp::from_millisecond(millisecond).ok().map(DateTime::in_bangkok)
}
