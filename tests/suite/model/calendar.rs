//! Days and due dates, counted by hand: a model that asked the gateway's calendar would prove nothing.

use super::command::Frequency;

const DAY: i64 = 24 * 60 * 60 * 1_000;
const SEVEN_HOURS: i64 = 7 * 60 * 60 * 1_000;

/// A day in Bangkok, as the number of days since 1 January 1970.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Day(pub(super) i64);

impl Day {
    /// The day that it is at a moment, in milliseconds since 1970.
    pub(super) fn of(millis: i64) -> Self {
        Self((millis + SEVEN_HOURS).div_euclid(DAY))
    }

    pub(super) fn new(year: i64, month: i64, day: i64) -> Self {
        let before: i64 = (1970..year).map(|year| if is_leap(year) { 366 } else { 365 }).sum();
        let months: i64 = (1..month).map(|month| days_of(year, month)).sum();
        Self(before + months + day - 1)
    }

    /// Six in the morning, when payments are made.
    pub(super) fn at_six(self) -> i64 {
        self.0 * DAY - SEVEN_HOURS + 6 * 60 * 60 * 1_000
    }

    fn parts(self) -> (i64, i64, i64) {
        let (mut year, mut month, mut rest) = (1970, 1, self.0);
        while rest >= if is_leap(year) { 366 } else { 365 } {
            rest -= if is_leap(year) { 366 } else { 365 };
            year += 1;
        }
        while rest >= days_of(year, month) {
            rest -= days_of(year, month);
            month += 1;
        }
        (year, month, rest + 1)
    }

    /// So many months later, or the last day of that month if it is shorter.
    pub(super) fn months_later(self, months: i64) -> Self {
        let (year, month, day) = self.parts();
        let months = year * 12 + month - 1 + months;
        let (year, month) = (months / 12, months % 12 + 1);
        Self::new(year, month, day.min(days_of(year, month)))
    }

    /// The due date of this number, from 0 on, of a schedule that begins today.
    pub(super) fn due(self, frequency: Frequency, number: i64) -> Self {
        match frequency {
            Frequency::Once => self,
            Frequency::Daily => Self(self.0 + number),
            Frequency::Weekly => Self(self.0 + 7 * number),
            Frequency::Monthly => self.months_later(number),
            Frequency::Quarterly => self.months_later(3 * number),
            Frequency::Yearly => self.months_later(12 * number),
        }
    }
}

impl std::fmt::Display for Day {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let (year, month, day) = self.parts();
        write!(f, "{year:04}-{month:02}-{day:02}")
    }
}

fn is_leap(year: i64) -> bool {
    year % 4 == 0 && (year % 100 != 0 || year % 400 == 0)
}

fn days_of(year: i64, month: i64) -> i64 {
    match month {
        2 if is_leap(year) => 29,
        2 => 28,
        4 | 6 | 9 | 11 => 30,
        _ => 31,
    }
}

#[test]
fn months_end_where_they_end() {
    for (year, month, day, later, expected) in [
        (2026, 1, 31, 1, "2026-02-28"),
        (2028, 1, 31, 1, "2028-02-29"),
        (2026, 1, 31, 2, "2026-03-31"),
        (2028, 2, 29, 12, "2029-02-28"),
        (2026, 11, 30, 3, "2027-02-28"),
        (2026, 12, 31, 0, "2026-12-31"),
    ] {
        assert_eq!(Day::new(year, month, day).months_later(later).to_string(), expected);
    }
    assert_eq!(Day::new(1970, 1, 1), Day(0));
    assert_eq!(Day::of(Day(20_000).at_six()), Day(20_000));
}
