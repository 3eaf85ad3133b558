//! Spans of time as people and ISO 8601 write them.

use jiff::{SignedDuration, Span, Timestamp, tz};
use satang_validation::Rule;
use serde::{Deserialize, Deserializer, Serialize, Serializer, de::Error as _};
use std::{fmt, str::FromStr};

/// A span of time: an ISO 8601 duration (`P1M`, `P2DT12H`, `PT1H30M`), or one number with a unit (`30d`).
///
/// The units of the short form are `s`, `m` (minutes), `h`, `d`, `w`, `mo` (months) and `y`. Months and years are the
/// calendar's, in Bangkok; a day has 24 hours, since Bangkok has no summer time. Each number has at most six digits.
///
/// ```
/// use satang_schema::{DateTime, Duration};
///
/// let month: Duration = "P1M".parse()?;
/// let start: DateTime = "2026-01-31T09:00:00+07:00".parse()?;
/// let end = month.after(start.timestamp()).map(DateTime::in_bangkok);
/// assert_eq!(end.map(|end| end.to_string()).as_deref(), Some("2026-02-28T09:00:00.000+07:00"));
/// assert!("1.5h".parse::<Duration>().is_err());
/// # Ok::<(), satang_validation::Rule>(())
/// ```
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Duration {
    text: String,
    months: u32,
    seconds: u64,
}

impl Duration {
    /// The moment that lies this long after `start`, or `None` when no clock of ours can show it.
    #[must_use]
    pub fn after(&self, start: Timestamp) -> Option<Timestamp> {
        let local = tz::offset(7).to_datetime(start);
        let months = Span::new().try_months(self.months).ok()?;
        let later = tz::offset(7).to_timestamp(local.checked_add(months).ok()?).ok()?;
        later.checked_add(SignedDuration::from_secs(self.seconds.try_into().ok()?)).ok()
    }

    /// The text as it travels.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.text
    }
}

impl FromStr for Duration {
    type Err = Rule;

    fn from_str(text: &str) -> Result<Self, Rule> {
        let parsed = match text.strip_prefix('P') {
            Some(iso) => parse_iso(iso),
            None => parse_short(text),
        };
        let (months, seconds) = parsed.ok_or_else(|| {
            Rule::malformed(
                "expected a duration such as 30d, 12h, P1M or PT1H30M, each number with at most 6 digits",
            )
        })?;
        Ok(Self { text: text.to_owned(), months, seconds })
    }
}

const MINUTE: u64 = 60;
const HOUR: u64 = 60 * MINUTE;
const DAY: u64 = 24 * HOUR;
const WEEK: u64 = 7 * DAY;

fn parse_short(text: &str) -> Option<(u32, u64)> {
    let (number, unit) = number(text)?;
    let seconds = |unit: u64| Some((0, u64::from(number) * unit));
    match unit {
        "s" => seconds(1),
        "m" => seconds(MINUTE),
        "h" => seconds(HOUR),
        "d" => seconds(DAY),
        "w" => seconds(WEEK),
        "mo" => Some((number, 0)),
        "y" => Some((number * 12, 0)),
        _ => None,
    }
}

/// What stands behind the `P`: weeks alone, or years, months and days in this order, then `T` and hours, minutes and
/// seconds; each at most once, and at least one of them behind `P` and behind `T`.
fn parse_iso(text: &str) -> Option<(u32, u64)> {
    if let Some((weeks, "W")) = number(text) {
        return Some((0, u64::from(weeks) * WEEK));
    }
    let (date, time) = match text.split_once('T') {
        Some((_, "")) => return None,
        Some((date, time)) => (date, time),
        None if text.is_empty() => return None,
        None => (text, ""),
    };
    let [years, months, days] = parts(date, ["Y", "M", "D"])?;
    let [hours, minutes, seconds] = parts(time, ["H", "M", "S"])?.map(u64::from);
    Some((years * 12 + months, u64::from(days) * DAY + hours * HOUR + minutes * MINUTE + seconds))
}

fn parts(mut text: &str, units: [&str; 3]) -> Option<[u32; 3]> {
    let parts = units.map(|unit| match number(text) {
        Some((value, rest)) => match rest.strip_prefix(unit) {
            Some(rest) => {
                text = rest;
                value
            }
            None => 0,
        },
        None => 0,
    });
    text.is_empty().then_some(parts)
}

/// A number of one to six digits, and what follows it.
fn number(text: &str) -> Option<(u32, &str)> {
    let length = text.bytes().take_while(u8::is_ascii_digit).count();
    let (digits, rest) = text.split_at_checked(length)?;
    if (1..=6).contains(&length) { Some((digits.parse().ok()?, rest)) } else { None }
}

impl fmt::Display for Duration {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.text)
    }
}

impl Serialize for Duration {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(&self.text)
    }
}

impl<'de> Deserialize<'de> for Duration {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        String::deserialize(deserializer)?.parse().map_err(D::Error::custom)
    }
}

#[cfg(feature = "schema")]
crate::contract::inline_schema!(Duration, "Duration", {
    "type": "string",
    "pattern": concat!(
        "^([0-9]{1,6}(s|m|h|d|w|mo|y)|P[0-9]{1,6}W",
        "|P([0-9]{1,6}Y([0-9]{1,6}M)?([0-9]{1,6}D)?|[0-9]{1,6}M([0-9]{1,6}D)?|[0-9]{1,6}D)",
        "(T([0-9]{1,6}H([0-9]{1,6}M)?([0-9]{1,6}S)?|[0-9]{1,6}M([0-9]{1,6}S)?|[0-9]{1,6}S))?",
        "|PT([0-9]{1,6}H([0-9]{1,6}M)?([0-9]{1,6}S)?|[0-9]{1,6}M([0-9]{1,6}S)?|[0-9]{1,6}S))$",
    ),
});

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn durations_are_read_in_both_forms() {
        for (text, months, seconds) in [
            ("0s", 0, 0),
            ("90m", 0, 5_400),
            ("30d", 0, 2_592_000),
            ("2w", 0, 1_209_600),
            ("1mo", 1, 0),
            ("999999y", 11_999_988, 0),
            ("PT1H30M", 0, 5_400),
            ("P1Y2M3DT4H5M6S", 14, 273_906),
            ("P1M", 1, 0),
            ("PT1M", 0, 60),
            ("P4W", 0, 2_419_200),
            ("P1DT1S", 0, 86_401),
            ("P1YT1S", 12, 1),
        ] {
            let duration: Duration = text.parse().unwrap();
            assert_eq!((duration.months, duration.seconds), (months, seconds), "{text}");
            assert_eq!(duration.to_string(), text);
        }
    }

    #[test]
    fn what_is_no_duration_is_refused() {
        for text in [
            "", "P", "PT", "P1", "1", "d", "1.5h", "-1d", "+1d", "1 d", "1D", "P1H", "PT1D", "P1DT", "P1D1Y",
            "P1W1D", "PT1S1M", "1234567s", "P1Y1Y", "p1d", "๑d", "1d ", "P-1D", "T1H",
        ] {
            assert!(text.parse::<Duration>().is_err(), "{text}");
        }
    }

    #[test]
    fn what_no_clock_can_show_is_nothing() {
        let start = Timestamp::UNIX_EPOCH;
        for text in ["999999y", "9000y", "P90000M"] {
            assert_eq!(text.parse::<Duration>().unwrap().after(start).is_some(), text == "P90000M", "{text}");
        }
    }
}
