//! A calendar of our own: what the gateway's is held against.

/// Year, month and day.
pub(super) type Day = (i64, i64, i64);

/// How many days a month has.
pub(super) fn length(year: i64, month: i64) -> i64 {
    let is_leap = year % 4 == 0 && (year % 100 != 0 || year % 400 == 0);
    match month {
        2 if is_leap => 29,
        2 => 28,
        4 | 6 | 9 | 11 => 30,
        _ => 31,
    }
}

pub(super) fn days_later((mut year, mut month, mut day): Day, days: i64) -> Day {
    day += days;
    while day > length(year, month) {
        day -= length(year, month);
        (year, month) = if month == 12 { (year + 1, 1) } else { (year, month + 1) };
    }
    (year, month, day)
}

fn months_later((year, month, day): Day, months: i64) -> Day {
    let months = year * 12 + month - 1 + months;
    let (year, month) = (months / 12, months % 12 + 1);
    (year, month, day.min(length(year, month)))
}

/// The due date of this number, from 0 on, of a schedule that never ends.
pub(super) fn due(frequency: &str, start: Day, number: i64) -> Option<Day> {
    match frequency {
        "ONCE" => (number == 0).then_some(start),
        "DAIL" => Some(days_later(start, number)),
        "WEEK" => Some(days_later(start, 7 * number)),
        "MNTH" => Some(months_later(start, number)),
        "QURT" => Some(months_later(start, 3 * number)),
        "YEAR" => Some(months_later(start, 12 * number)),
        other => panic!("no such frequency: {other}"),
    }
}

pub(super) fn written((year, month, day): Day) -> String {
    format!("{year:04}-{month:02}-{day:02}")
}

#[test]
fn the_calendar_knows_leap_years_and_month_ends() {
    let cases = [
        ("MNTH", (2028, 1, 31), 1, "2028-02-29"),
        ("MNTH", (2028, 1, 31), 2, "2028-03-31"),
        ("QURT", (2027, 11, 30), 1, "2028-02-29"),
        ("YEAR", (2028, 2, 29), 1, "2029-02-28"),
        ("DAIL", (2027, 12, 31), 60, "2028-02-29"),
        ("WEEK", (2028, 2, 22), 1, "2028-02-29"),
    ];
    for (frequency, start, number, expected) in cases {
        assert_eq!(written(due(frequency, start, number).unwrap()), expected);
    }
}
