//! Whole numbers within bounds.

use satang_validation::Rule;
use serde::{Deserialize, Deserializer, Serialize, Serializer, de};
#[cfg(feature = "sandbox")]
use std::{fmt, marker::PhantomData};

/// A whole number from `LEAST` to `MOST`. [`decode`](crate::decode()) reads `3.0` as it reads `3`, as JSON Schema does.
///
/// ```
/// use satang_schema::WholeNumber;
///
/// let limit: WholeNumber<1, 1000> = 100.try_into()?;
/// assert_eq!(limit.value(), 100);
/// assert!(WholeNumber::<1, 1000>::try_from(0).is_err());
/// # Ok::<(), satang_validation::Rule>(())
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct WholeNumber<const LEAST: u64, const MOST: u64>(u64);

impl<const LEAST: u64, const MOST: u64> WholeNumber<LEAST, MOST> {
    /// The number.
    #[must_use]
    pub fn value(self) -> u64 {
        self.0
    }

    fn rule() -> Rule {
        Rule::malformed(format!("expected a whole number from {LEAST} to {MOST}"))
    }
}

impl<const LEAST: u64, const MOST: u64> TryFrom<u64> for WholeNumber<LEAST, MOST> {
    type Error = Rule;

    fn try_from(number: u64) -> Result<Self, Rule> {
        if (LEAST..=MOST).contains(&number) { Ok(Self(number)) } else { Err(Self::rule()) }
    }
}

impl<const LEAST: u64, const MOST: u64> Serialize for WholeNumber<LEAST, MOST> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_u64(self.0)
    }
}

impl<'de, const LEAST: u64, const MOST: u64> Deserialize<'de> for WholeNumber<LEAST, MOST> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        u64::deserialize(deserializer)?.try_into().map_err(de::Error::custom)
    }
}

#[cfg(feature = "schema")]
impl<const LEAST: u64, const MOST: u64> schemars::JsonSchema for WholeNumber<LEAST, MOST> {
    fn inline_schema() -> bool {
        true
    }

    fn schema_name() -> std::borrow::Cow<'static, str> {
        format!("WholeNumber{LEAST}To{MOST}").into()
    }

    fn json_schema(_: &mut schemars::SchemaGenerator) -> schemars::Schema {
        schemars::json_schema!({ "type": "integer", "minimum": LEAST, "maximum": MOST })
    }
}

#[cfg(feature = "sandbox")]
/// For an optional number of a query, where every value is text.
///
/// Used as `#[serde(default, deserialize_with = "in_query", skip_serializing_if = "Option::is_none")]`.
pub(crate) fn in_query<'de, D: Deserializer<'de>, const LEAST: u64, const MOST: u64>(
    deserializer: D,
) -> Result<Option<WholeNumber<LEAST, MOST>>, D::Error> {
    struct Visitor<const LEAST: u64, const MOST: u64>(PhantomData<()>);
    impl<'de, const LEAST: u64, const MOST: u64> de::Visitor<'de> for Visitor<LEAST, MOST> {
        type Value = Option<WholeNumber<LEAST, MOST>>;

        fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
            write!(f, "a whole number from {LEAST} to {MOST}")
        }

        fn visit_some<D: Deserializer<'de>>(self, deserializer: D) -> Result<Self::Value, D::Error> {
            deserializer.deserialize_any(self)
        }

        /// How a probe says that the member is absent.
        fn visit_unit<E: de::Error>(self) -> Result<Self::Value, E> {
            Ok(None)
        }

        fn visit_u64<E: de::Error>(self, number: u64) -> Result<Self::Value, E> {
            number.try_into().map(Some).map_err(E::custom)
        }

        fn visit_f64<E: de::Error>(self, number: f64) -> Result<Self::Value, E> {
            let number = crate::decode::whole(number).and_then(|number| number.try_into().ok());
            self.visit_u64(number.ok_or_else(|| E::custom(WholeNumber::<LEAST, MOST>::rule()))?)
        }

        fn visit_str<E: de::Error>(self, text: &str) -> Result<Self::Value, E> {
            // `u64` also reads "+1".
            let digits = text.bytes().all(|byte| byte.is_ascii_digit());
            let number = if digits { text.parse().ok() } else { None };
            self.visit_u64(number.ok_or_else(|| E::custom(WholeNumber::<LEAST, MOST>::rule()))?)
        }
    }
    deserializer.deserialize_option(Visitor(PhantomData))
}
