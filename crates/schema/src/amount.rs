//! Money, read and written digit by digit.

use satang_validation::Rule;
use serde::{Deserialize, Deserializer, Serialize, Serializer, de::Error as _, ser::Error as _};
use serde_json::value::RawValue;
use std::{fmt, str::FromStr};

/// An amount of money in satang, 1/100 of a baht.
///
/// On the wire it is a JSON number with exactly two decimals, made from the digits themselves and never
/// through a float: a body's digest depends on `5000.00` not turning into `5000.0`. It can therefore only be
/// read and written by `serde_json` from and to text, not through a `serde_json::Value`.
///
/// ```
/// use satang_schema::Satang;
///
/// assert_eq!(Satang::from_baht(5000).to_string(), "5000.00");
/// assert_eq!("0.5".parse(), Ok(Satang(50)));
/// assert!("1e3".parse::<Satang>().is_err());
/// assert!("0.005".parse::<Satang>().is_err());
/// ```
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Satang(pub i64);

impl Satang {
    /// The largest amount that travels: fifteen digits, which a reader that uses floats still gets right.
    pub const MAX: Satang = Satang(999_999_999_999_999);

    /// Whole baht.
    #[must_use]
    pub const fn from_baht(baht: i32) -> Self {
        Self(baht as i64 * 100)
    }
}

impl fmt::Display for Satang {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let sign = if self.0 < 0 { "-" } else { "" };
        let satang = self.0.unsigned_abs();
        write!(f, "{sign}{}.{:02}", satang / 100, satang % 100)
    }
}

impl FromStr for Satang {
    type Err = Rule;

    /// Reads a JSON number: digits, and at most two decimals.
    fn from_str(text: &str) -> Result<Self, Rule> {
        let refusal = || Rule::malformed("expected a number with at most 13 digits and at most 2 decimals");
        let (sign, digits) = text.strip_prefix('-').map_or((1, text), |digits| (-1, digits));
        let (baht, decimals) = digits.split_once('.').unwrap_or((digits, "00"));
        let only_digits = |text: &str| !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit());
        let leading_zero = baht.len() > 1 && baht.starts_with('0');
        if !only_digits(baht)
            || !only_digits(decimals)
            || baht.len() > 13
            || decimals.len() > 2
            || leading_zero
        {
            return Err(refusal());
        }
        let tens = if decimals.len() == 1 { 10 } else { 1 };
        let baht: i64 = baht.parse().map_err(|_| refusal())?;
        let decimals: i64 = decimals.parse().map_err(|_| refusal())?;
        Ok(Self(sign * (baht * 100 + decimals * tens)))
    }
}

impl Serialize for Satang {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        RawValue::from_string(self.to_string()).map_err(S::Error::custom)?.serialize(serializer)
    }
}

impl<'de> Deserialize<'de> for Satang {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        // The raw value's own text, which keeps the digits that a float would lose.
        Box::<RawValue>::deserialize(deserializer)?.get().parse().map_err(D::Error::custom)
    }
}

#[cfg(feature = "schema")]
crate::contract::inline_schema!(
    Satang,
    "Satang",
    {
        "type": "number",
        "format": "decimal",
        "minimum": -9_999_999_999_999.99,
        "maximum": 9_999_999_999_999.99,
        "multipleOf": 0.01,
    }
);

/// An amount that can be paid: above zero and at most [`Satang::MAX`].
///
/// ```
/// use satang_schema::{Amount, Satang};
///
/// assert_eq!(Amount::new(Satang::from_baht(100)).map(|amount| amount.to_string()), Ok("100.00".into()));
/// assert!(Amount::new(Satang(0)).is_err());
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Amount(Satang);

impl Amount {
    /// Checks that an amount can be paid.
    ///
    /// # Errors
    /// [`Rule`] when it is zero, negative or above [`Satang::MAX`].
    pub fn new(satang: Satang) -> Result<Self, Rule> {
        if satang > Satang(0) && satang <= Satang::MAX {
            Ok(Self(satang))
        } else {
            Err(Rule::malformed(format!("expected an amount from 0.01 to {}", Satang::MAX)))
        }
    }

    /// The amount in satang.
    #[must_use]
    pub fn satang(self) -> Satang {
        self.0
    }
}

impl fmt::Display for Amount {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

impl FromStr for Amount {
    type Err = Rule;

    fn from_str(text: &str) -> Result<Self, Rule> {
        Self::new(text.parse()?)
    }
}

impl Serialize for Amount {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        self.0.serialize(serializer)
    }
}

impl<'de> Deserialize<'de> for Amount {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        Self::new(Satang::deserialize(deserializer)?).map_err(D::Error::custom)
    }
}

#[cfg(feature = "schema")]
crate::contract::inline_schema!(
    Amount,
    "Amount",
    {
        "type": "number",
        "format": "decimal",
        "minimum": 0.01,
        "maximum": 9_999_999_999_999.99,
        "multipleOf": 0.01,
    }
);

/// An amount that may also be nothing: from zero to [`Satang::MAX`].
///
/// ```
/// use satang_schema::{AmountOrZero, Satang};
///
/// assert_eq!(AmountOrZero::new(Satang(0)).map(|amount| amount.to_string()), Ok("0.00".into()));
/// assert!(AmountOrZero::new(Satang(-1)).is_err());
/// ```
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct AmountOrZero(Satang);

impl AmountOrZero {
    /// Checks that an amount is not negative.
    ///
    /// # Errors
    /// [`Rule`] when it is negative or above [`Satang::MAX`].
    pub fn new(satang: Satang) -> Result<Self, Rule> {
        if satang >= Satang(0) && satang <= Satang::MAX {
            Ok(Self(satang))
        } else {
            Err(Rule::malformed(format!("expected an amount from 0.00 to {}", Satang::MAX)))
        }
    }

    /// The amount in satang.
    #[must_use]
    pub fn satang(self) -> Satang {
        self.0
    }
}

impl fmt::Display for AmountOrZero {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

impl FromStr for AmountOrZero {
    type Err = Rule;

    fn from_str(text: &str) -> Result<Self, Rule> {
        Self::new(text.parse()?)
    }
}

impl Serialize for AmountOrZero {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        self.0.serialize(serializer)
    }
}

impl<'de> Deserialize<'de> for AmountOrZero {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        Self::new(Satang::deserialize(deserializer)?).map_err(D::Error::custom)
    }
}

#[cfg(feature = "schema")]
crate::contract::inline_schema!(
    AmountOrZero,
    "AmountOrZero",
    {
        "type": "number",
        "format": "decimal",
        "minimum": 0,
        "maximum": 9_999_999_999_999.99,
        "multipleOf": 0.01,
    }
);

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn amounts_are_written_with_two_decimals_and_read_with_at_most_two() {
        for (text, satang, written) in [
            ("5000.00", 500_000, "5000.00"),
            ("5000.0", 500_000, "5000.00"),
            ("5000", 500_000, "5000.00"),
            ("0.01", 1, "0.01"),
            ("0.1", 10, "0.10"),
            ("-0.05", -5, "-0.05"),
            ("9999999999999.99", 999_999_999_999_999, "9999999999999.99"),
        ] {
            let read: Satang = serde_json::from_str(text).unwrap();
            assert_eq!(read, Satang(satang), "{text}");
            assert_eq!(serde_json::to_string(&read).unwrap(), written);
        }
    }

    #[test]
    fn what_is_not_such_a_number_is_refused() {
        for text in
            ["5e3", "5000.001", "\"5000.00\"", "null", "[1]", "10000000000000.00", "1E2", "true", "{}"]
        {
            assert!(serde_json::from_str::<Satang>(text).is_err(), "{text}");
        }
        for text in ["", "-", ".5", "5.", "01.00", "1_000", " 1", "+1", "๑"] {
            assert!(text.parse::<Satang>().is_err(), "{text}");
        }
        for text in ["0", "0.00", "-1.00"] {
            assert!(text.parse::<Amount>().is_err(), "{text}");
        }
    }
}
