//! Until when an instrument is filed.

use jiff::{
    ToSpan,
    civil::{self, Weekday},
};
use satang_schema::Date;
use satang_validation::Rule;
use std::collections::BTreeSet;

/// Days on which offices are closed, besides Saturdays and Sundays, which always are.
///
/// Holidays of Thailand follow the moon and the cabinet, so no list of them can stand in a program: pass those of the years in
/// question, with their substitution days. A day that is not in the set is a working day, so a set that is too small makes
/// a deadline too early, never too late.
///
/// ```
/// use satang_stamp_duty::Holidays;
///
/// let holidays: Holidays = ["2026-04-13".parse()?, "2026-04-14".parse()?, "2026-04-15".parse()?].into_iter().collect();
/// assert!(!holidays.is_working_day("2026-04-14".parse()?));
/// assert!(!holidays.is_working_day("2026-04-18".parse()?)); // a Saturday
/// # Ok::<(), satang_validation::Rule>(())
/// ```
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Holidays(BTreeSet<Date>);

impl Holidays {
    /// No holidays but Saturdays and Sundays.
    #[must_use]
    pub fn weekends() -> Self {
        Self::default()
    }

    /// Whether offices are open on a day.
    #[must_use]
    pub fn is_working_day(&self, day: Date) -> bool {
        !matches!(day.0.weekday(), Weekday::Saturday | Weekday::Sunday) && !self.0.contains(&day)
    }
}

impl FromIterator<Date> for Holidays {
    fn from_iter<I: IntoIterator<Item = Date>>(days: I) -> Self {
        Self(days.into_iter().collect())
    }
}

/// How many days there are from the day after the instrument was made. Public: notifications of the Director-General on stamp
/// duty, among them no. 58.
pub const DAYS: i8 = 15;

/// The last day on which an instrument made on `created` is filed in time.
///
/// It may be filed before it is made, and within 15 days from the day after it was. The day on which it was made is not
/// counted (Civil and Commercial Code, section 193/3); when the last day is a holiday, the next working day is the
/// last (section 193/8). For some natures the day of receipt stands in for the day of creation (public; which, is not known):
/// pass that day.
///
/// ```
/// use satang_stamp_duty::{Holidays, filing_deadline};
///
/// // 2026-04-03 and 15 days is a Saturday; what follows is a Monday.
/// assert_eq!(filing_deadline("2026-04-03".parse()?, &Holidays::weekends())?, "2026-04-20".parse()?);
/// # Ok::<(), satang_validation::Rule>(())
/// ```
///
/// # Errors
/// [`Rule`] when the calendar ends before that day.
pub fn filing_deadline(created: Date, holidays: &Holidays) -> Result<Date, Rule> {
    let beyond = || Rule::malformed("expected a date whose deadline is within the year 9999");
    let mut day = created.0.checked_add(DAYS.days()).map_err(|_| beyond())?;
    while !holidays.is_working_day(Date(day)) {
        day = next(day).ok_or_else(beyond)?;
    }
    Ok(Date(day))
}

fn next(day: civil::Date) -> Option<civil::Date> {
    day.tomorrow().ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_last_day_is_a_working_day() {
        let songkran = ["2026-04-13", "2026-04-14", "2026-04-15"];
        for (created, holidays, last) in [
            // Thursday to Friday.
            ("2026-01-01", &[][..], "2026-01-16"),
            // A Saturday, a Sunday, and the Monday after them.
            ("2026-01-02", &[], "2026-01-19"),
            ("2026-01-03", &[], "2026-01-19"),
            ("2026-01-04", &[], "2026-01-19"),
            // A holiday in the middle counts like any day.
            ("2026-01-01", &["2026-01-02"], "2026-01-16"),
            // The last day is a holiday; then the weekend follows.
            ("2026-01-01", &["2026-01-16"], "2026-01-19"),
            ("2026-01-01", &["2026-01-16", "2026-01-19"], "2026-01-20"),
            // Songkran, from a weekend through three holidays.
            ("2026-03-27", &songkran, "2026-04-16"),
            ("2026-03-29", &songkran, "2026-04-16"),
            // Over the end of February, and of a leap one.
            ("2026-02-20", &[], "2026-03-09"),
            ("2028-02-20", &[], "2028-03-06"),
            // Made on a holiday.
            ("2025-12-31", &["2025-12-31", "2026-01-01"], "2026-01-15"),
        ] {
            let holidays = holidays.iter().map(|day| day.parse().unwrap()).collect();
            let found = filing_deadline(created.parse().unwrap(), &holidays).unwrap();
            assert_eq!(found.to_string(), last, "made on {created}");
        }
    }

    #[test]
    fn the_calendar_ends() {
        assert!(filing_deadline("9999-12-17".parse().unwrap(), &Holidays::weekends()).is_err());
        // 9999-12-31 is a Friday.
        let closed = ["9999-12-31".parse().unwrap()].into_iter().collect();
        assert!(filing_deadline("9999-12-16".parse().unwrap(), &Holidays::weekends()).is_ok());
        assert!(filing_deadline("9999-12-16".parse().unwrap(), &closed).is_err());
    }
}
