//! Due dates. Each is counted from the first one, so that none drifts: a schedule of the 31st pays on 28 February and
//! then on 31 March.

use jiff::{
    Span, Timestamp, ToSpan,
    civil::{Date, Time},
    tz::Offset,
};
use satang_schema::direct_debit::SubmittedFrequency as Frequency;

/// Bangkok has had no other offset for a hundred years.
const BANGKOK: Offset = Offset::constant(7);
/// When on a due date a payment is made. Proposed by Satang; not published by the bank.
const TIME_OF_DAY: Time = Time::constant(6, 0, 0, 0);

/// When a schedule pays.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) struct Calendar {
    pub(super) frequency: Frequency,
    /// The first due date.
    pub(super) start: Date,
    /// No due date is after this day.
    pub(super) end: Option<Date>,
    /// There are no more due dates than this.
    pub(super) occurrences: Option<i64>,
}

impl Calendar {
    /// The due date of this number, from 1 on, if there is one.
    pub(super) fn due(&self, number: i64) -> Option<Date> {
        let most = if self.frequency == Frequency::Once { Some(1) } else { self.occurrences };
        if number < 1 || most.is_some_and(|most| number > most) {
            return None;
        }
        // Adding months falls back to the last day of a shorter month.
        let date = self.start.checked_add(self.periods(number - 1)?).ok()?;
        (self.end.is_none_or(|end| date <= end)).then_some(date)
    }

    fn periods(&self, number: i64) -> Option<Span> {
        let none = Span::new();
        match self.frequency {
            Frequency::Once => Some(none),
            Frequency::Daily => none.try_days(number).ok(),
            Frequency::Weekly => none.try_weeks(number).ok(),
            Frequency::Monthly => none.try_months(number).ok(),
            Frequency::Quarterly => none.try_months(number.checked_mul(3)?).ok(),
            Frequency::Yearly => none.try_years(number).ok(),
        }
    }
}

/// When the payment of a due date is made.
pub(super) fn moment(due: Date) -> Timestamp {
    BANGKOK.to_timestamp(due.to_datetime(TIME_OF_DAY)).unwrap_or(Timestamp::MAX)
}

/// The day that it is in Bangkok.
pub(super) fn today(now: Timestamp) -> Date {
    BANGKOK.to_datetime(now).date()
}

/// The same day so many years later.
pub(super) fn years_after(date: Date, years: i64) -> Date {
    date.saturating_add(years.years())
}

#[cfg(test)]
mod tests;
