//! Seconds since 1970, as tokens have them.

use crate::{Error, Kind};
use std::time::{Duration, SystemTime, UNIX_EPOCH};

/// A `NumericDate` of RFC 7519: whole seconds since 1970-01-01T00:00:00Z, 0 to 4102444800 (the year 2100).
///
/// RFC 7519 also allows fractions. They are refused: no party needs them, and a float is no date.
///
/// ```
/// use satang_jose::NumericDate;
///
/// let now = NumericDate::new(1_788_000_000)?;
/// assert_eq!(now.as_second(), 1_788_000_000);
/// assert!(NumericDate::new(-1).is_err());
/// assert!(NumericDate::new(i64::MAX).is_err());
/// assert!(NumericDate::try_from(std::time::SystemTime::now())? > now - 1_000_000_000);
/// # Ok::<(), satang_jose::Error>(())
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct NumericDate(i64);

impl NumericDate {
    /// The last date that is accepted: 2100-01-01T00:00:00Z.
    pub const MAX: Self = Self(4_102_444_800);

    /// The date `seconds` after 1970.
    ///
    /// # Errors
    /// When it is before 1970 or after [`MAX`](Self::MAX).
    pub const fn new(seconds: i64) -> Result<Self, Error> {
        if seconds < 0 || seconds > Self::MAX.0 {
            return Err(Error::new(Kind::Claim, "a date outside 1970 to 2100"));
        }
        Ok(Self(seconds))
    }

    /// Seconds since 1970.
    #[must_use]
    pub const fn as_second(self) -> i64 {
        self.0
    }

    /// Reads a JSON number that is written as digits and nothing else.
    pub(crate) fn parse(digits: &str) -> Result<Self, Error> {
        const REASON: Error = Error::claim("a date must be whole seconds from 0 to 4102444800");
        if digits.len() > 10 || !digits.bytes().all(|byte| byte.is_ascii_digit()) {
            return Err(REASON);
        }
        digits.parse().ok().and_then(|seconds| Self::new(seconds).ok()).ok_or(REASON)
    }
}

/// Later by so many seconds, [`NumericDate::MAX`] at most.
impl std::ops::Add<u32> for NumericDate {
    type Output = Self;

    fn add(self, seconds: u32) -> Self {
        Self(self.0 + i64::from(seconds)).min(Self::MAX)
    }
}

/// Earlier by so many seconds, 1970 at most.
impl std::ops::Sub<u32> for NumericDate {
    type Output = Self;

    fn sub(self, seconds: u32) -> Self {
        Self((self.0 - i64::from(seconds)).max(0))
    }
}

impl TryFrom<SystemTime> for NumericDate {
    type Error = Error;

    fn try_from(time: SystemTime) -> Result<Self, Error> {
        let since = time.duration_since(UNIX_EPOCH).unwrap_or(Duration::MAX).as_secs();
        Self::new(i64::try_from(since).unwrap_or(i64::MAX))
    }
}

#[cfg(test)]
mod tests {
    use super::NumericDate;

    #[test]
    fn a_date_is_digits_in_range() {
        for (digits, seconds) in [("0", 0), ("1788000000", 1_788_000_000), ("4102444800", 4_102_444_800)] {
            assert_eq!(NumericDate::parse(digits).unwrap().as_second(), seconds);
        }
        let refused = [
            "",
            "-1",
            "-0",
            "1.0",
            "1e9",
            "1E9",
            "4102444801",
            "9999999999",
            "9223372036854775807",
            "18446744073709551615",
            "1e400",
            "\"1788000000\"",
            "null",
            "true",
            "[]",
            "{}",
            "+1",
            " 1",
        ];
        for digits in refused {
            assert!(NumericDate::parse(digits).is_err(), "{digits}");
        }
    }

    #[test]
    fn dates_stay_in_range() {
        assert_eq!(NumericDate::MAX + u32::MAX, NumericDate::MAX);
        assert_eq!((NumericDate::new(5).unwrap() - 6).as_second(), 0);
    }
}
