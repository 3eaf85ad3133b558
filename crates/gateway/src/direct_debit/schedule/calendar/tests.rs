//! Due dates against tables, and against arithmetic that knows nothing of a calendar library.

use super::*;
use proptest::prelude::*;

fn calendar(frequency: &str, start: &str) -> Calendar {
    Calendar { frequency: frequency.parse().unwrap(), start: date(start), end: None, occurrences: None }
}

fn date(text: &str) -> Date {
    text.parse::<satang_schema::Date>().unwrap().0
}

fn due_dates(calendar: &Calendar, most: usize) -> Vec<String> {
    let due = (1..).map_while(|number| calendar.due(number));
    due.take(most).map(|due| due.to_string()).collect()
}

#[test]
fn due_dates_are_counted_from_the_first() {
    let cases: [(&str, &str, &[&str]); 9] = [
        ("DAIL", "2028-02-28", &["2028-02-28", "2028-02-29", "2028-03-01"]),
        ("WEEK", "2026-12-28", &["2026-12-28", "2027-01-04", "2027-01-11"]),
        ("MNTH", "2027-01-31", &["2027-01-31", "2027-02-28", "2027-03-31", "2027-04-30", "2027-05-31"]),
        ("MNTH", "2028-01-31", &["2028-01-31", "2028-02-29", "2028-03-31"]),
        ("MNTH", "2028-02-29", &["2028-02-29", "2028-03-29", "2028-04-29"]),
        ("MNTH", "2026-11-30", &["2026-11-30", "2026-12-30", "2027-01-30", "2027-02-28", "2027-03-30"]),
        ("QURT", "2027-11-30", &["2027-11-30", "2028-02-29", "2028-05-30", "2028-08-30"]),
        ("QURT", "2026-08-31", &["2026-08-31", "2026-11-30", "2027-02-28", "2027-05-31"]),
        ("YEAR", "2028-02-29", &["2028-02-29", "2029-02-28", "2030-02-28", "2031-02-28", "2032-02-29"]),
    ];
    for (frequency, start, expected) in cases {
        let calendar = calendar(frequency, start);
        assert_eq!(due_dates(&calendar, expected.len()), expected, "{frequency} from {start}");
    }
}

#[test]
fn a_schedule_ends() {
    let once = calendar("ONCE", "2027-01-31");
    assert_eq!(due_dates(&once, 5), ["2027-01-31"]);
    let monthly = calendar("MNTH", "2027-01-31");
    let cases: [(Option<&str>, Option<i64>, usize); 7] = [
        (None, Some(1), 1),
        (None, Some(12), 12),
        (Some("2027-01-31"), None, 1),
        (Some("2027-02-27"), None, 1),
        // The day itself is still a due date.
        (Some("2027-02-28"), None, 2),
        (Some("2027-03-30"), None, 2),
        (Some("2027-03-31"), None, 3),
    ];
    for (end, occurrences, expected) in cases {
        let calendar = Calendar { end: end.map(date), occurrences, ..monthly };
        assert_eq!(due_dates(&calendar, 100).len(), expected, "{end:?} {occurrences:?}");
    }
    assert_eq!(monthly.due(0), None);
    assert_eq!(monthly.due(-1), None);
    for frequency in ["DAIL", "WEEK", "MNTH", "QURT", "YEAR"] {
        assert_eq!(calendar(frequency, "9999-12-30").due(i64::MAX), None);
    }
}

#[test]
fn a_due_date_begins_at_six_in_bangkok() {
    assert_eq!(moment(date("2028-02-29")).to_string(), "2028-02-28T23:00:00Z");
    assert_eq!(today("2028-02-28T16:59:59Z".parse().unwrap()), date("2028-02-28"));
    assert_eq!(today("2028-02-28T17:00:00Z".parse().unwrap()), date("2028-02-29"));
    assert_eq!(years_after(date("2028-02-29"), 30), date("2058-02-28"));
    assert_eq!(years_after(date("9999-01-01"), 30), Date::MAX);
}

/// How many days a month has.
fn length(year: i64, month: i64) -> i64 {
    let is_leap = year % 4 == 0 && (year % 100 != 0 || year % 400 == 0);
    match month {
        2 if is_leap => 29,
        2 => 28,
        4 | 6 | 9 | 11 => 30,
        _ => 31,
    }
}

proptest! {
    #[test]
    fn months_are_counted_and_days_cut(
        year in 1900_i64..2200, month in 1_i64..=12, day in 1_i64..=31, number in 1_i64..=999,
        (code, months) in prop_oneof![Just(("MNTH", 1)), Just(("QURT", 3)), Just(("YEAR", 12))],
    ) {
        let day = day.min(length(year, month));
        let start = format!("{year:04}-{month:02}-{day:02}");
        let months = year * 12 + (month - 1) + months * (number - 1);
        let (year, month) = (months / 12, months % 12 + 1);
        let expected = format!("{year:04}-{month:02}-{:02}", day.min(length(year, month)));
        prop_assert_eq!(calendar(code, &start).due(number).unwrap().to_string(), expected);
    }

    #[test]
    fn days_are_counted_one_by_one(
        year in 1900_i64..2200, month in 1_i64..=12, day in 1_i64..=31, number in 1_i64..=999,
        (code, days) in prop_oneof![Just(("DAIL", 1)), Just(("WEEK", 7))],
    ) {
        let (mut year, mut month, mut day) = (year, month, day.min(length(year, month)));
        let start = format!("{year:04}-{month:02}-{day:02}");
        day += days * (number - 1);
        while day > length(year, month) {
            day -= length(year, month);
            (year, month) = if month == 12 { (year + 1, 1) } else { (year, month + 1) };
        }
        let expected = format!("{year:04}-{month:02}-{day:02}");
        prop_assert_eq!(calendar(code, &start).due(number).unwrap().to_string(), expected);
    }

    #[test]
    fn due_dates_ascend_until_the_end(
        start in 0_i64..100_000, length in 0_i64..2_000,
        code in prop_oneof![Just("DAIL"), Just("WEEK"), Just("MNTH"), Just("QURT"), Just("YEAR")],
    ) {
        let start = date("1900-01-01").checked_add(start.days()).unwrap();
        let end = start.checked_add(length.days()).unwrap();
        let calendar = Calendar { end: Some(end), ..calendar(code, &start.to_string()) };
        let due: Vec<_> = (1..).map_while(|number| calendar.due(number)).collect();
        prop_assert_eq!(due[0], start);
        prop_assert!(due.windows(2).all(|pair| pair[0] < pair[1] && moment(pair[0]) < moment(pair[1])));
        prop_assert!(due.iter().all(|due| *due <= end));
        let next = (1..).map_while(|number| Calendar { end: None, ..calendar }.due(number)).nth(due.len()).unwrap();
        prop_assert!(next > end, "none is left out");
    }
}
