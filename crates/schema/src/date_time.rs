//! Dates and times as the wire writes them.

use jiff::{
    Timestamp,
    civil::{self, Date as CivilDate},
    tz::Offset,
};
use satang_validation::Rule;
use serde::{Deserialize, Deserializer, Serialize, Serializer, de::Error as _};
use std::{fmt, str::FromStr};

/// A moment, with the offset and the decimals that it was written with (RFC 3339).
///
/// Reading and writing again gives the same text: `+07:00` stays `+07:00` and `Z` stays `Z`. Two texts of one
/// moment are therefore unequal; compare [`timestamp`](DateTime::timestamp) to compare moments.
///
/// ```
/// use satang_schema::DateTime;
///
/// let bangkok: DateTime = "2020-08-15T00:00:00+07:00".parse()?;
/// let utc: DateTime = "2020-08-14T17:00:00Z".parse()?;
/// assert_eq!(bangkok.to_string(), "2020-08-15T00:00:00+07:00");
/// assert_ne!(bangkok, utc);
/// assert_eq!(bangkok.timestamp(), utc.timestamp());
/// # Ok::<(), satang_validation::Rule>(())
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct DateTime {
    timestamp: Timestamp,
    zone: Zone,
    decimals: u8,
}

/// How the offset was written.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
enum Zone {
    /// `Z`
    Zulu,
    /// `+hh:mm`, in minutes
    East(u16),
    /// `-hh:mm`, in minutes; `-00:00` is not `+00:00` (RFC 3339, 4.3)
    West(u16),
}

/// Bangkok is seven hours ahead of UTC, without summer time.
const BANGKOK_MINUTES: u16 = 7 * 60;

impl DateTime {
    /// The moment in Bangkok's offset, with milliseconds: how our servers write it.
    #[must_use]
    pub fn in_bangkok(timestamp: Timestamp) -> Self {
        let decimals = 3;
        let subsecond = i64::from(timestamp.subsec_nanosecond()) % 1_000_000;
        // Cut to what is written, so that a value read back equals the value written.
        let timestamp =
            timestamp.checked_sub(jiff::SignedDuration::from_nanos(subsecond)).unwrap_or(timestamp);
        Self { timestamp, zone: Zone::East(BANGKOK_MINUTES), decimals }
    }

    /// The moment, without its offset.
    #[must_use]
    pub fn timestamp(self) -> Timestamp {
        self.timestamp
    }

    fn offset(self) -> Offset {
        let seconds = match self.zone {
            Zone::Zulu => 0,
            Zone::East(minutes) => i32::from(minutes) * 60,
            Zone::West(minutes) => -i32::from(minutes) * 60,
        };
        Offset::from_seconds(seconds).unwrap_or(Offset::UTC)
    }
}

impl fmt::Display for DateTime {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let local = self.offset().to_datetime(self.timestamp);
        write!(f, "{}T{:02}:{:02}:{:02}", Date(local.date()), local.hour(), local.minute(), local.second())?;
        if self.decimals > 0 {
            let nanoseconds = format!("{:09}", local.subsec_nanosecond());
            write!(f, ".{}", nanoseconds.get(..usize::from(self.decimals)).unwrap_or_default())?;
        }
        match self.zone {
            Zone::Zulu => f.write_str("Z"),
            Zone::East(minutes) => write!(f, "+{:02}:{:02}", minutes / 60, minutes % 60),
            Zone::West(minutes) => write!(f, "-{:02}:{:02}", minutes / 60, minutes % 60),
        }
    }
}

impl FromStr for DateTime {
    type Err = Rule;

    fn from_str(text: &str) -> Result<Self, Rule> {
        parse(text).ok_or_else(|| {
            Rule::malformed(
                "expected an RFC 3339 date-time such as 2020-08-15T00:00:00+07:00, with at most 9 decimals",
            )
        })
    }
}

/// `YYYY-MM-DDThh:mm:ss`, up to nine decimals, and `Z` or an offset. No leap second, no lower-case letters.
fn parse(text: &str) -> Option<DateTime> {
    let date = parse_date(text.get(..10)?)?;
    let clock = text.get(10..19)?;
    let [b'T', _, _, b':', _, _, b':', _, _] = clock.as_bytes() else { return None };
    let (hour, minute, second) =
        (number(clock.get(1..3)?)?, number(clock.get(4..6)?)?, number(clock.get(7..9)?)?);
    let rest = text.get(19..)?;
    let (decimals, zone) = match rest.strip_prefix('.') {
        None => ("", rest),
        Some(rest) => rest.split_at(rest.find(|c: char| !c.is_ascii_digit())?),
    };
    if rest.starts_with('.') && !(1..=9).contains(&decimals.len()) {
        return None;
    }
    let nanosecond = format!("{decimals:0<9}").parse().ok()?;
    let time = civil::Time::new(hour, minute, second, nanosecond).ok()?;
    let zone = parse_zone(zone)?;
    let mut value =
        DateTime { timestamp: Timestamp::UNIX_EPOCH, zone, decimals: decimals.len().try_into().ok()? };
    value.timestamp = value.offset().to_timestamp(date.to_datetime(time)).ok()?;
    Some(value)
}

fn parse_zone(text: &str) -> Option<Zone> {
    if text == "Z" {
        return Some(Zone::Zulu);
    }
    let [sign, _, _, b':', _, _] = text.as_bytes() else { return None };
    let (hours, minutes): (u16, u16) = (number(text.get(1..3)?)?, number(text.get(4..6)?)?);
    if hours > 23 || minutes > 59 {
        return None;
    }
    match sign {
        b'+' => Some(Zone::East(hours * 60 + minutes)),
        b'-' => Some(Zone::West(hours * 60 + minutes)),
        _ => None,
    }
}

fn parse_date(text: &str) -> Option<CivilDate> {
    let [_, _, _, _, b'-', _, _, b'-', _, _] = text.as_bytes() else { return None };
    CivilDate::new(number(text.get(..4)?)?, number(text.get(5..7)?)?, number(text.get(8..10)?)?).ok()
}

/// Digits only: `str::parse` would take a sign.
fn number<T: FromStr>(text: &str) -> Option<T> {
    text.bytes().all(|byte| byte.is_ascii_digit()).then(|| text.parse().ok())?
}

/// A calendar day in Bangkok, written `YYYY-MM-DD`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Date(pub CivilDate);

impl fmt::Display for Date {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:04}-{:02}-{:02}", self.0.year(), self.0.month(), self.0.day())
    }
}

impl FromStr for Date {
    type Err = Rule;

    fn from_str(text: &str) -> Result<Self, Rule> {
        parse_date(text).map(Self).ok_or_else(|| Rule::malformed("expected a date such as 2020-08-15"))
    }
}

macro_rules! written_as_text {
    ($($type:ident),+) => { $(
        impl Serialize for $type {
            fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
                serializer.collect_str(self)
            }
        }

        impl<'de> Deserialize<'de> for $type {
            fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
                String::deserialize(deserializer)?.parse().map_err(D::Error::custom)
            }
        }
    )+ };
}
written_as_text!(DateTime, Date);

#[cfg(feature = "schema")]
crate::contract::inline_schema!(
    DateTime,
    "DateTime",
    {
        "type": "string",
        "format": "date-time",
        "pattern": r"^[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}:[0-9]{2}(\.[0-9]{1,9})?(Z|[+-][0-9]{2}:[0-9]{2})$",
    }
);
#[cfg(feature = "schema")]
crate::contract::inline_schema!(Date, "Date", { "type": "string", "format": "date" });

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_was_read_is_written_again() {
        for text in [
            "2020-08-15T00:00:00+07:00",
            "2020-08-14T17:00:00Z",
            "2020-08-14T17:00:00.5Z",
            "2020-01-13T11:01:00.449+07:00",
            "2024-02-29T23:59:59.123456789-09:30",
            "2024-02-29T23:59:59-00:00",
            "0001-01-01T00:00:00+00:00",
        ] {
            assert_eq!(text.parse::<DateTime>().unwrap().to_string(), text);
        }
    }

    #[test]
    fn everything_else_is_refused() {
        for text in [
            "",
            "2020-08-15",
            "2020-08-15 00:00:00+07:00",
            "2020-08-15T00:00:00",
            "2020-08-15t00:00:00z",
            "2020-08-15T00:00:00+0700",
            "2020-08-15T00:00:00+24:00",
            "2020-08-15T00:00:60Z",
            "2020-08-15T24:00:00Z",
            "2023-02-29T00:00:00Z",
            "2020-08-15T00:00:00.Z",
            "2020-08-15T00:00:00.1234567890Z",
            "2020-08-15T00:00:00Z ",
            "2020-08-1๕T00:00:00Z",
            "+020-08-15T00:00:00Z",
            "2020-08-15T+1:00:00Z",
        ] {
            assert!(text.parse::<DateTime>().is_err(), "{text}");
        }
        for text in ["", "2020-8-15", "2020-02-30", "15-08-2020", "2020-08-15Z"] {
            assert!(text.parse::<Date>().is_err(), "{text}");
        }
    }

    #[test]
    fn our_own_times_are_bangkok_milliseconds() {
        let moment = DateTime::in_bangkok(Timestamp::from_nanosecond(1_597_424_400_123_456_789).unwrap());
        assert_eq!(moment.to_string(), "2020-08-15T00:00:00.123+07:00");
        assert_eq!(moment.to_string().parse::<DateTime>().unwrap(), moment);
    }
}
