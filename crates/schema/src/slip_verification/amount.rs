//! Amounts that banks write as numbers or as text.

use crate::{AmountOrZero, Satang};
use satang_validation::Rule;
use serde::{Deserialize, Deserializer, Serialize, Serializer, de::Error as _};
use serde_json::value::RawValue;
use std::{
    cmp::Ordering,
    fmt,
    hash::{Hash, Hasher},
    str::FromStr,
};

/// An amount of a slip, from zero to [`Satang::MAX`]. Some banks write it as a number and others as text
/// (public); both are read from their digits, and it is written as a number with two decimals, unless
/// [`in_text`](Self::in_text) says otherwise. How it is written is no part of the amount.
///
/// ```
/// use satang_schema::{Satang, slip_verification::SlipAmount};
///
/// for text in ["10.04", "\"10.04\""] {
///     assert_eq!(serde_json::from_str::<SlipAmount>(text)?.satang(), Satang(1004));
/// }
/// # Ok::<(), serde_json::Error>(())
/// ```
#[derive(Clone, Copy, Debug, Default)]
pub struct SlipAmount {
    amount: AmountOrZero,
    is_text: bool,
}

impl SlipAmount {
    /// Checks that an amount is not negative.
    ///
    /// # Errors
    /// [`Rule`] when it is negative or above [`Satang::MAX`].
    pub fn new(satang: Satang) -> Result<Self, Rule> {
        AmountOrZero::new(satang).map(Self::from)
    }

    /// The same amount, written as text: `"10.04"`.
    #[must_use]
    pub fn in_text(self) -> Self {
        Self { is_text: true, ..self }
    }

    /// The amount in satang.
    #[must_use]
    pub fn satang(self) -> Satang {
        self.amount.satang()
    }

    /// Reads a number, or a text around one.
    pub(super) fn read(raw: &RawValue) -> Result<Self, Rule> {
        let digits = raw.get().strip_prefix('"').and_then(|text| text.strip_suffix('"')).unwrap_or(raw.get());
        digits.parse()
    }
}

impl From<AmountOrZero> for SlipAmount {
    fn from(amount: AmountOrZero) -> Self {
        Self { amount, is_text: false }
    }
}

impl PartialEq for SlipAmount {
    fn eq(&self, other: &Self) -> bool {
        self.amount == other.amount
    }
}

impl Eq for SlipAmount {}

impl PartialOrd for SlipAmount {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

impl Ord for SlipAmount {
    fn cmp(&self, other: &Self) -> Ordering {
        self.amount.cmp(&other.amount)
    }
}

impl Hash for SlipAmount {
    fn hash<H: Hasher>(&self, state: &mut H) {
        self.amount.hash(state);
    }
}

impl fmt::Display for SlipAmount {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.amount.fmt(f)
    }
}

impl FromStr for SlipAmount {
    type Err = Rule;

    fn from_str(text: &str) -> Result<Self, Rule> {
        text.parse::<AmountOrZero>().map(Self::from)
    }
}

impl Serialize for SlipAmount {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        if self.is_text { serializer.collect_str(&self.amount) } else { self.amount.serialize(serializer) }
    }
}

impl<'de> Deserialize<'de> for SlipAmount {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        Self::read(&Box::<RawValue>::deserialize(deserializer)?).map_err(D::Error::custom)
    }
}

#[cfg(feature = "schema")]
crate::contract::inline_schema!(
    SlipAmount,
    "SlipAmount",
    {
        "type": ["number", "string"],
        "minimum": 0,
        "maximum": 9_999_999_999_999.99,
        "multipleOf": 0.01,
        "pattern": "^(0|[1-9][0-9]{0,12})(\\.[0-9]{1,2})?$",
    }
);

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn digits_decide_and_never_a_float() {
        for (text, satang) in [("10.04", 1004), ("\"10.04\"", 1004), ("0", 0), ("\"0\"", 0), ("\"1.1\"", 110)]
        {
            assert_eq!(serde_json::from_str::<SlipAmount>(text).unwrap().satang(), Satang(satang), "{text}");
        }
        let written = |amount: SlipAmount| serde_json::to_string(&amount).unwrap();
        let amount = "\"10.04\"";
        let read: SlipAmount = serde_json::from_str(amount).unwrap();
        assert_eq!((written(read), written(read.in_text())), ("10.04".into(), amount.into()));
        assert_eq!(
            (read, written("0".parse::<SlipAmount>().unwrap().in_text())),
            (read.in_text(), "\"0.00\"".into())
        );
        for text in ["1e2", "\"1e2\"", "-1", "\"\"", "null", "\"1.005\"", "\"1,000\"", "[1]", "\"\\u0031\""] {
            assert!(serde_json::from_str::<SlipAmount>(text).is_err(), "{text}");
        }
    }
}
