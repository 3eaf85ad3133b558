//! What names a transaction, and the texts of its data. Names, accounts and payloads do not reach `Debug`.

use crate::scalar::text;
use satang_validation::{Rule, mask_middle};
use serde::{Deserialize, Deserializer, Serialize, Serializer, de::Error as _};
use std::{fmt, str::FromStr};

text! {
    /// The Bank of Thailand's code of an institution: three digits, leading zeros kept. Any three digits are
    /// a code, also those that no list knows. Public.
    BankCode, check |text: &str| digits(text, 3, 3, "expected 3 digits"), debug str::to_owned,
    schema { "type": "string", "pattern": "^[0-9]{3}$" }
}

text! {
    /// A bank's reference of a transaction: 1 to 25 ASCII letters and digits, whose case matters. The length
    /// is public, the characters are inferred from what banks print. `Debug` hides the middle.
    TransRef, check trans_ref, debug mask_middle,
    schema { "type": "string", "pattern": "^[0-9A-Za-z]{1,25}$" }
}

text! {
    /// The text in a mini-QR, 1 to 128 characters. `Debug` shows nothing of it.
    SlipPayload, check |text: &str| satang_validation::plain_text(text, 1, 128), debug |_| "***".into(),
    schema { "type": "string", "minLength": 1, "maxLength": 128, "pattern": crate::contract::NO_CONTROLS }
}

text! {
    /// A merchant's own number of an order, 1 to 35 characters; a till or a shop sets it, never a customer. Proposed by
    /// Satang; not published by any bank.
    OrderReference, check |text: &str| satang_validation::plain_text(text, 1, 35), debug str::to_owned,
    schema { "type": "string", "minLength": 1, "maxLength": 35, "pattern": crate::contract::NO_CONTROLS }
}

text! {
    /// The last digits of an account that a masked number still shows: 3 to 7 digits.
    AccountSuffix, check |text: &str| digits(text, 3, 7, "expected 3 to 7 digits"), debug |_| "***".into(),
    schema { "type": "string", "pattern": "^[0-9]{3,7}$" }
}

text! {
    /// Somebody's name, up to 50 characters. `Debug` shows nothing of it.
    DisplayedName, check |text: &str| satang_validation::plain_text(text, 0, 50), debug |_| "***".into(),
    schema { "type": "string", "maxLength": 50, "pattern": crate::contract::NO_CONTROLS }
}

text! {
    /// A masked account number, such as `xxx-x-x2295-x`, up to 40 characters. `Debug` hides the middle all
    /// the same.
    MaskedAccount, check |text: &str| satang_validation::plain_text(text, 0, 40), debug mask_middle,
    schema { "type": "string", "maxLength": 40, "pattern": crate::contract::NO_CONTROLS }
}

text! {
    /// A masked proxy, such as `xxx-xxx-4567`, up to 128 characters. `Debug` hides the middle all the same.
    MaskedProxy, check |text: &str| satang_validation::plain_text(text, 0, 128), debug mask_middle,
    schema { "type": "string", "maxLength": 128, "pattern": crate::contract::NO_CONTROLS }
}

text! {
    /// A day in Bangkok, `YYYYMMDD`, of the Gregorian calendar. Public.
    SlipDate, check |text: &str| calendar_day(text).map(drop), debug str::to_owned,
    schema { "type": "string", "pattern": "^[0-9]{4}(0[1-9]|1[0-2])(0[1-9]|[12][0-9]|3[01])$" }
}

text! {
    /// A time of day in Bangkok, `HH:MM:SS`. Public.
    SlipTime, check |text: &str| time_of_day(text).map(drop), debug str::to_owned,
    schema { "type": "string", "pattern": "^([01][0-9]|2[0-3])(:[0-5][0-9]){2}$" }
}

impl SlipDate {
    /// The day of this date.
    ///
    /// # Errors
    /// None once it exists.
    pub fn day(&self) -> Result<jiff::civil::Date, Rule> {
        calendar_day(self.as_str())
    }

    /// The date of a day.
    ///
    /// # Errors
    /// [`Rule`] outside the years 0 to 9999.
    pub fn of(day: jiff::civil::Date) -> Result<Self, Rule> {
        format!("{:04}{:02}{:02}", day.year(), day.month(), day.day()).try_into()
    }
}

impl SlipTime {
    /// The time of day.
    ///
    /// # Errors
    /// None once it exists.
    pub fn time(&self) -> Result<jiff::civil::Time, Rule> {
        time_of_day(self.as_str())
    }

    /// The time of a moment of the day, cut to seconds.
    ///
    /// # Errors
    /// None that is known.
    pub fn of(time: jiff::civil::Time) -> Result<Self, Rule> {
        format!("{:02}:{:02}:{:02}", time.hour(), time.minute(), time.second()).try_into()
    }
}

fn digits(text: &str, least: usize, most: usize, expected: &'static str) -> Result<(), Rule> {
    let is_right = (least..=most).contains(&text.len()) && text.bytes().all(|byte| byte.is_ascii_digit());
    if is_right { Ok(()) } else { Err(Rule::malformed(expected)) }
}

fn trans_ref(text: &str) -> Result<(), Rule> {
    let is_right = (1..=25).contains(&text.len()) && text.bytes().all(|byte| byte.is_ascii_alphanumeric());
    if is_right { Ok(()) } else { Err(Rule::malformed("expected 1 to 25 letters and digits")) }
}

fn calendar_day(text: &str) -> Result<jiff::civil::Date, Rule> {
    let refusal = || Rule::malformed("expected a day such as 20260702");
    digits(text, 8, 8, "expected a day such as 20260702")?;
    let number = |from, to| text.get(from..to).and_then(|part| part.parse::<i16>().ok()).unwrap_or_default();
    let short = |number: i16| i8::try_from(number).unwrap_or_default();
    jiff::civil::Date::new(number(0, 4), short(number(4, 6)), short(number(6, 8))).map_err(|_| refusal())
}

fn time_of_day(text: &str) -> Result<jiff::civil::Time, Rule> {
    let refusal = || Rule::malformed("expected a time such as 13:55:40");
    let [h1, h2, b':', m1, m2, b':', s1, s2] = text.as_bytes() else { return Err(refusal()) };
    let number = |tens: u8, ones: u8| match (tens, ones) {
        (b'0'..=b'9', b'0'..=b'9') => i8::try_from((tens - b'0') * 10 + (ones - b'0')).ok(),
        _ => None,
    };
    let parts = (number(*h1, *h2), number(*m1, *m2), number(*s1, *s2));
    let (Some(hour), Some(minute), Some(second)) = parts else { return Err(refusal()) };
    jiff::civil::Time::new(hour, minute, second, 0).map_err(|_| refusal())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn days_and_times_are_those_of_the_calendar() {
        for (text, is_right) in [
            ("20240229", true),
            ("20230229", false),
            ("20261301", false),
            ("2026070", false),
            ("๒0260702", false),
        ] {
            assert_eq!(text.parse::<SlipDate>().is_ok(), is_right, "{text}");
        }
        for (text, is_right) in [
            ("23:59:59", true),
            ("24:00:00", false),
            ("13:55", false),
            ("1:5:50:0", false),
            ("13:55:60", false),
        ] {
            assert_eq!(text.parse::<SlipTime>().is_ok(), is_right, "{text}");
        }
        let date: SlipDate = "20240229".parse().unwrap();
        assert_eq!(SlipDate::of(date.day().unwrap()), Ok(date));
    }

    #[test]
    fn nobodys_name_account_or_reference_reaches_debug() {
        let shown = format!(
            "{:?} {:?} {:?} {:?}",
            "Somchai K".parse::<DisplayedName>().unwrap(),
            "123-4-56789-0".parse::<MaskedAccount>().unwrap(),
            "00111222233344ABCD12".parse::<TransRef>().unwrap(),
            "0041".parse::<SlipPayload>().unwrap(),
        );
        for secret in ["Somchai", "56789", "222233344", "0041"] {
            assert!(!shown.contains(secret), "{shown}");
        }
    }

    #[test]
    fn references_keep_their_case() {
        let [lower, upper] = ["abc", "ABC"].map(|text| text.parse::<TransRef>().unwrap());
        assert_ne!(lower, upper);
        for bad in ["", "a-b", "ก", "12345678901234567890123456"] {
            assert!(bad.parse::<TransRef>().is_err(), "{bad}");
        }
    }
}
