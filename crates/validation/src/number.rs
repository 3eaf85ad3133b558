//! Numbers that identify an account or a person, kept as text because of their leading zeros.

use crate::Rule;

/// Checks a bank account number: exactly 10 digits.
///
/// # Errors
/// [`Rule`] when the text is anything else.
pub fn account_number(text: &str) -> Result<(), Rule> {
    digits(text, 10, "expected exactly 10 digits")
}

/// Checks a Thai citizen number or tax identification number: 13 digits of which the last is a check digit
/// (the first twelve weighted 13 down to 2; `(11 - sum mod 11) mod 10`).
///
/// ```
/// assert!(satang_validation::citizen_number("1234567890121").is_ok());
/// assert!(satang_validation::citizen_number("1234567890122").is_err());
/// ```
///
/// # Errors
/// [`Rule`] when the text is not 13 digits, or the check digit is wrong.
pub fn citizen_number(text: &str) -> Result<(), Rule> {
    digits(text, 13, "expected exactly 13 digits")?;
    let digit = |byte: u8| u32::from(byte - b'0');
    let sum: u32 = text.bytes().take(12).zip((2..=13).rev()).map(|(byte, weight)| digit(byte) * weight).sum();
    match text.bytes().last() {
        Some(last) if digit(last) == (11 - sum % 11) % 10 => Ok(()),
        _ => Err(Rule::malformed("the last digit does not fit the first twelve")),
    }
}

fn digits(text: &str, length: usize, expected: &'static str) -> Result<(), Rule> {
    if text.len() == length && text.bytes().all(|byte| byte.is_ascii_digit()) {
        Ok(())
    } else {
        Err(Rule::malformed(expected))
    }
}

/// Keeps the first and the last three characters and hides the rest; hides all of a text of six or fewer.
///
/// ```
/// assert_eq!(satang_validation::mask_middle("7770011555"), "777****555");
/// assert_eq!(satang_validation::mask_middle("123"), "***");
/// ```
#[must_use]
pub fn mask_middle(text: &str) -> String {
    let length = text.chars().count();
    let hidden = if length <= 6 { 0..length } else { 3..length - 3 };
    text.chars().enumerate().map(|(at, c)| if hidden.contains(&at) { '*' } else { c }).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn account_numbers_are_ten_ascii_digits() {
        for good in ["7770011555", "0457262823"] {
            assert!(account_number(good).is_ok(), "{good}");
        }
        // The last is ten Thai digits: digits to `char::is_numeric`, not to a bank.
        for bad in ["", "777001155", "77700115555", "777-001155", " 777001155", "๗๗๗๐๐๑๑๕๕๕"]
        {
            assert!(account_number(bad).is_err(), "{bad}");
        }
    }

    #[test]
    fn only_one_last_digit_fits_a_citizen_number() {
        for last in 0..=9 {
            assert_eq!(citizen_number(&format!("123456789012{last}")).is_ok(), last == 1, "{last}");
        }
        for bad in ["", "123456789012", "12345678901211", "123456789012a"] {
            assert!(citizen_number(bad).is_err(), "{bad}");
        }
    }
}
