//! Texts that are right once they exist: bounded text, account numbers, identifiers, codes.

use satang_validation::{Rule, mask_middle};
use serde::{Deserialize, Deserializer, Serialize, Serializer, de::Error as _};
use std::{fmt, str::FromStr};
use uuid::Uuid;

/// A text of `LEAST` to `MOST` characters (Unicode scalar values) without control characters.
///
/// ```
/// use satang_schema::Text;
///
/// let reference: Text<1, 20> = "REF1".parse()?;
/// assert_eq!(reference.as_str(), "REF1");
/// assert!("".parse::<Text<1, 20>>().is_err());
/// # Ok::<(), satang_validation::Rule>(())
/// ```
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Text<const LEAST: usize, const MOST: usize>(String);

impl<const LEAST: usize, const MOST: usize> Text<LEAST, MOST> {
    /// The text.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl<const LEAST: usize, const MOST: usize> TryFrom<String> for Text<LEAST, MOST> {
    type Error = Rule;

    fn try_from(text: String) -> Result<Self, Rule> {
        satang_validation::plain_text(&text, LEAST, MOST)?;
        Ok(Self(text))
    }
}

impl<const LEAST: usize, const MOST: usize> FromStr for Text<LEAST, MOST> {
    type Err = Rule;

    fn from_str(text: &str) -> Result<Self, Rule> {
        text.to_owned().try_into()
    }
}

impl<const LEAST: usize, const MOST: usize> fmt::Display for Text<LEAST, MOST> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl<const LEAST: usize, const MOST: usize> Serialize for Text<LEAST, MOST> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(&self.0)
    }
}

impl<'de, const LEAST: usize, const MOST: usize> Deserialize<'de> for Text<LEAST, MOST> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        String::deserialize(deserializer)?.try_into().map_err(D::Error::custom)
    }
}

#[cfg(feature = "schema")]
impl<const LEAST: usize, const MOST: usize> schemars::JsonSchema for Text<LEAST, MOST> {
    fn inline_schema() -> bool {
        true
    }

    fn schema_name() -> std::borrow::Cow<'static, str> {
        format!("Text{LEAST}To{MOST}").into()
    }

    fn json_schema(_: &mut schemars::SchemaGenerator) -> schemars::Schema {
        schemars::json_schema!({
            "type": "string", "minLength": LEAST, "maxLength": MOST, "pattern": crate::contract::NO_CONTROLS,
        })
    }
}

/// A newtype over text with a rule of its own, shown whole or masked by `Debug`.
macro_rules! text {
    ($(#[$meta:meta])* $name:ident, check $check:expr, debug $debug:expr, schema { $($schema:tt)* }) => {
        $(#[$meta])*
        #[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub struct $name(String);

        impl $name {
            /// The text as it travels.
            #[must_use]
            pub fn as_str(&self) -> &str {
                &self.0
            }
        }

        impl TryFrom<String> for $name {
            type Error = Rule;

            fn try_from(text: String) -> Result<Self, Rule> {
                ($check)(&text)?;
                Ok(Self(text))
            }
        }

        impl FromStr for $name {
            type Err = Rule;

            fn from_str(text: &str) -> Result<Self, Rule> {
                text.to_owned().try_into()
            }
        }

        impl fmt::Debug for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                let shown: fn(&str) -> String = $debug;
                write!(f, "{}({})", stringify!($name), shown(&self.0))
            }
        }

        impl Serialize for $name {
            fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
                serializer.serialize_str(&self.0)
            }
        }

        impl<'de> Deserialize<'de> for $name {
            fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
                String::deserialize(deserializer)?.try_into().map_err(D::Error::custom)
            }
        }

        #[cfg(feature = "schema")]
        crate::contract::inline_schema!($name, stringify!($name), { $($schema)* });
    };
}

text! {
    /// A bank account number: exactly 10 digits. `Debug` shows the first and last three.
    AccountNumber, check satang_validation::account_number, debug mask_middle,
    schema { "type": "string", "pattern": "^[0-9]{10}$" }
}

text! {
    /// A secret that proves who somebody is, 1 to 16,384 characters: a client secret, or an access token of whatever
    /// kind. `Debug` shows nothing of it.
    Secret, check |text: &str| satang_validation::plain_text(text, 1, 16_384), debug |_| "***".into(),
    schema {
        "type": "string", "format": "password", "minLength": 1, "maxLength": 16_384,
        "pattern": crate::contract::NO_CONTROLS,
    }
}

text! {
    /// A password, 1 to 20 characters. `Debug` shows nothing of it.
    Password, check |text: &str| satang_validation::plain_text(text, 1, 20), debug |_| "***".into(),
    schema {
        "type": "string", "format": "password", "minLength": 1, "maxLength": 20,
        "pattern": crate::contract::NO_CONTROLS,
    }
}

text! {
    /// The token of a login, opaque: 1 to 512 visible ASCII characters, so that it fits into a header. `Debug` shows
    /// nothing of it.
    AuthToken, check visible, debug |_| "***".into(),
    schema { "type": "string", "format": "password", "minLength": 1, "maxLength": 512, "pattern": "^[!-~]+$" }
}

fn visible(text: &str) -> Result<(), Rule> {
    let is_visible = (1..=512).contains(&text.len()) && text.bytes().all(|byte| byte.is_ascii_graphic());
    if is_visible { Ok(()) } else { Err(Rule::malformed("expected 1 to 512 visible ASCII characters")) }
}

text! {
    /// A tax identification number: 13 digits. Its check digit is not looked at, since those of published examples are
    /// wrong; [`citizen_number`](satang_validation::citizen_number) does. `Debug` shows the first and last three digits.
    TaxId, check tax_id, debug mask_middle,
    schema { "type": "string", "pattern": "^[0-9]{13}$" }
}

fn tax_id(text: &str) -> Result<(), Rule> {
    let is_number = text.len() == 13 && text.bytes().all(|byte| byte.is_ascii_digit());
    if is_number { Ok(()) } else { Err(Rule::malformed("expected exactly 13 digits")) }
}

text! {
    /// The reference that stands for a drawer's account number, 1 to 64 characters. Whoever holds it may charge
    /// the account, so `Debug` shows the first and last three characters only.
    PaymentToken, check |text: &str| satang_validation::plain_text(text, 1, 64), debug mask_middle,
    schema { "type": "string", "minLength": 1, "maxLength": 64, "pattern": crate::contract::NO_CONTROLS }
}

text! {
    /// The number of an identity document, 1 to 35 characters; masked by `Debug`.
    IdentificationNumber, check |text: &str| satang_validation::plain_text(text, 1, 35), debug mask_middle,
    schema { "type": "string", "minLength": 1, "maxLength": 35, "pattern": crate::contract::NO_CONTROLS }
}

text! {
    /// An account number as an answer shows it: whole, with its middle hidden (`777****555`), or however a bank writes
    /// it. `Debug` shows the first and last three characters.
    AccountText, check |_: &str| Ok::<_, Rule>(()), debug mask_middle, schema { "type": "string" }
}

text! {
    /// A biller's reference that may be a person's number, 1 to 20 characters; masked by `Debug`.
    PersonalReference, check |text: &str| satang_validation::plain_text(text, 1, 20), debug mask_middle,
    schema { "type": "string", "minLength": 1, "maxLength": 20, "pattern": crate::contract::NO_CONTROLS }
}

text! {
    /// Stands for a stored OAuth context, once, 1 to 64 characters; masked by `Debug`.
    OAuthContextId, check |text: &str| satang_validation::plain_text(text, 1, 64), debug mask_middle,
    schema { "type": "string", "minLength": 1, "maxLength": 64, "pattern": crate::contract::NO_CONTROLS }
}

text! {
    /// The bank's reference of a payment, 1 to 64 characters. Ours is a UUID; a bank may write what it likes.
    PaymentReference, check |text: &str| satang_validation::plain_text(text, 1, 64), debug str::to_owned,
    schema { "type": "string", "minLength": 1, "maxLength": 64, "pattern": crate::contract::NO_CONTROLS }
}

text! {
    /// An absolute URI of at most 512 bytes.
    Uri, check |text: &str| satang_validation::uri(text, 512), debug str::to_owned,
    schema { "type": "string", "maxLength": 512, "pattern": "^[A-Za-z][A-Za-z0-9+.-]*:[!-~]+$" }
}

impl AccountNumber {
    /// The number with its middle hidden.
    #[must_use]
    pub fn masked(&self) -> AccountText {
        AccountText(mask_middle(&self.0))
    }
}

// Only the slips have texts of their own outside this file.
#[cfg(feature = "slip-verification")]
pub(crate) use text;

/// A UUID in its hyphenated form of 36 characters, as a type of its own so that no identifier is taken for another.
macro_rules! identifier {
    ($(#[$meta:meta])* $name:ident) => {
        $(#[$meta])*
        #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub struct $name(pub Uuid);

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                self.0.as_hyphenated().fmt(f)
            }
        }

        impl FromStr for $name {
            type Err = Rule;

            fn from_str(text: &str) -> Result<Self, Rule> {
                parse_uuid(text).map(Self)
            }
        }

        impl Serialize for $name {
            fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
                serializer.collect_str(self)
            }
        }

        impl<'de> Deserialize<'de> for $name {
            fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
                String::deserialize(deserializer)?.parse().map_err(D::Error::custom)
            }
        }

        #[cfg(feature = "schema")]
        crate::contract::inline_schema!($name, stringify!($name), { "type": "string", "format": "uuid" });
    };
}

/// The `uuid` crate also reads braces, URNs and forms without hyphens, which the wire does not have.
fn parse_uuid(text: &str) -> Result<Uuid, Rule> {
    let uuid = if text.len() == 36 { Uuid::try_parse(text).ok() } else { None };
    uuid.ok_or_else(|| Rule::malformed("expected a UUID such as 071f2a78-a77b-4e45-91ba-4bd96d5bcde9"))
}

identifier! {
    /// The caller's identifier of a payment: whoever sends it twice means the same payment.
    TransactionIdentification
}
identifier! {
    /// The bank's identifier of one registration journey, equal to the OAuth context's.
    JourneyIdentifier
}
identifier! {
    /// The bank's identifier of a schedule.
    ScheduleIdentification
}
identifier! {
    /// The value of `X-Client-Transaction-ID`, or of the server's counterpart.
    TransactionId
}

/// A set of codes. `open` codes may be extended by the bank: an unknown one is kept and written back
/// unchanged. `closed` ones are refused when unknown.
macro_rules! codes {
    (open $(#[$meta:meta])* $name:ident { $($(#[$doc:meta])* $variant:ident = $code:literal,)+ }) => {
        $(#[$meta])*
        #[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
        #[non_exhaustive]
        pub enum $name {
            $($(#[$doc])* #[doc = concat!("(`", $code, "`)")] $variant,)+
            /// A code that this version does not know: up to 64 characters.
            Other(crate::Text<0, 64>),
        }

        impl $name {
            /// The code as it travels.
            #[must_use]
            pub fn as_str(&self) -> &str {
                match self { $(Self::$variant => $code,)+ Self::Other(code) => code.as_str() }
            }
        }

        impl std::str::FromStr for $name {
            type Err = satang_validation::Rule;

            fn from_str(code: &str) -> Result<Self, Self::Err> {
                match code { $($code => Ok(Self::$variant),)+ other => other.parse().map(Self::Other) }
            }
        }

        crate::scalar::codes!(common $name);

        #[cfg(feature = "schema")]
        crate::contract::inline_schema!($name, stringify!($name), {
            "type": "string", "maxLength": 64, "pattern": crate::contract::NO_CONTROLS,
            "x-extensible-enum": [$($code),+],
        });
    };
    (closed $(#[$meta:meta])* $name:ident { $($(#[$doc:meta])* $variant:ident = $code:literal,)+ }) => {
        $(#[$meta])*
        #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub enum $name { $($(#[$doc])* #[doc = concat!("(`", $code, "`)")] $variant,)+ }

        impl $name {
            /// The code as it travels.
            #[must_use]
            pub fn as_str(&self) -> &str {
                match self { $(Self::$variant => $code,)+ }
            }
        }

        impl std::str::FromStr for $name {
            type Err = satang_validation::Rule;

            fn from_str(code: &str) -> Result<Self, Self::Err> {
                match code {
                    $($code => Ok(Self::$variant),)+
                    _ => Err(satang_validation::Rule::malformed(concat!("expected one of", $(" ", $code),+))),
                }
            }
        }

        crate::scalar::codes!(common $name);

        #[cfg(feature = "schema")]
        crate::contract::inline_schema!($name, stringify!($name), { "type": "string", "enum": [$($code),+] });
    };
    (common $name:ident) => {
        impl std::fmt::Display for $name {
            fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                f.write_str(self.as_str())
            }
        }

        impl serde::Serialize for $name {
            fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
                serializer.serialize_str(self.as_str())
            }
        }

        impl<'de> serde::Deserialize<'de> for $name {
            fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
                String::deserialize(deserializer)?.parse().map_err(serde::de::Error::custom)
            }
        }
    };
}
pub(crate) use codes;

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn secrets_and_account_numbers_do_not_reach_debug() {
        let account: AccountNumber = "7770011555".parse().unwrap();
        assert_eq!(format!("{account:?}"), "AccountNumber(777****555)");
        let secret: Secret = "demo-secret".parse().unwrap();
        assert_eq!(format!("{secret:?}"), "Secret(***)");
        let token: PaymentToken = "06252dbc-0a4c-437f-b718-f2aa836b10b3".parse().unwrap();
        assert!(!format!("{token:?}").contains("dbc"));
    }

    #[test]
    fn identifiers_are_hyphenated_and_compare_without_case() {
        let lower: TransactionIdentification = "071f2a78-a77b-4e45-91ba-4bd96d5bcde9".parse().unwrap();
        let upper: TransactionIdentification = "071F2A78-A77B-4E45-91BA-4BD96D5BCDE9".parse().unwrap();
        assert_eq!(lower, upper);
        for bad in ["", "071f2a78a77b4e4591ba4bd96d5bcde9", "{071f2a78-a77b-4e45-91ba-4bd96d5bcde9}"] {
            assert!(bad.parse::<TransactionIdentification>().is_err(), "{bad}");
        }
    }
}
