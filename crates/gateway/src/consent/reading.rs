//! What a customer has typed in: read as it is meant, and refused beside the input when it cannot be what is asked for.

use super::texts;
use crate::{
    customer::CardClaim,
    journey::Input,
    page::{Form, Text},
};
use satang_schema::Date;

/// What is wrong with the input of this name.
pub(super) type FieldError = (&'static str, Text);

/// What a form asks for: `Ok(None)` when no page has such a form.
pub(super) fn input(form: &Form) -> Result<Option<Input>, Vec<FieldError>> {
    let text = |name| form.field(name).to_owned();
    Ok(Some(match form.field(super::steps::ACTION) {
        "login" => Input::ChooseLogin,
        "card" => Input::ChooseCard,
        "back" => Input::GoBack,
        "refuse" => Input::Refuse,
        "again" => Input::SendOtpAgain,
        "agree" => Input::Agree,
        "account" => Input::Account(text("account")),
        "password" => {
            filled(form, &["user_name", "password"])?;
            Input::Password { user_name: text("user_name"), password: text("password") }
        }
        "app" => {
            check(&[
                ("user_name", (!form.field("user_name").is_empty()).then_some(()), texts::EMPTY),
                ("pin", digits(form.field("pin"), 6).map(|_| ()), texts::SIX_DIGITS),
            ])?;
            Input::AppPin { user_name: text("user_name"), pin: text("pin") }
        }
        "otp" => {
            let typed = digits(form.field("otp"), 6);
            check(&[("otp", typed.as_ref().map(|_| ()), texts::SIX_DIGITS)])?;
            Input::Otp(typed.unwrap_or_default())
        }
        "show_card" => Input::Card(card(form)?),
        _ => return Ok(None),
    }))
}

fn card(form: &Form) -> Result<CardClaim, Vec<FieldError>> {
    let national_id = digits(form.field("national_id"), 13);
    let birth_date = date(form.field("birth_date"));
    let card_number = digits(form.field("card_number"), 16);
    let pin = digits(form.field("pin"), 6);
    check(&[
        ("national_id", national_id.as_ref().map(|_| ()), texts::THIRTEEN_DIGITS),
        ("birth_date", birth_date.as_ref().map(|_| ()), texts::DATE),
        ("card_number", card_number.as_ref().map(|_| ()), texts::SIXTEEN_DIGITS),
        ("pin", pin.as_ref().map(|_| ()), texts::SIX_DIGITS),
    ])?;
    Ok(CardClaim {
        national_id: national_id.unwrap_or_default(),
        birth_date: birth_date.unwrap_or_default(),
        card_number: card_number.unwrap_or_default(),
        pin: pin.unwrap_or_default(),
    })
}

fn filled(form: &Form, names: &[&'static str]) -> Result<(), Vec<FieldError>> {
    let fields: Vec<_> = names
        .iter()
        .map(|name| (*name, (!form.field(name).is_empty()).then_some(()), texts::EMPTY))
        .collect();
    check(&fields)
}

/// All that is wrong, in the order of the page.
fn check(fields: &[(&'static str, Option<()>, Text)]) -> Result<(), Vec<FieldError>> {
    let wrong = fields.iter().filter(|(_, right, _)| right.is_none());
    let wrong: Vec<FieldError> = wrong.map(|(name, _, text)| (*name, *text)).collect();
    if wrong.is_empty() { Ok(()) } else { Err(wrong) }
}

/// As many digits as asked for, without the spaces and hyphens that people put between them.
fn digits(typed: &str, count: usize) -> Option<String> {
    let digits: String = typed.chars().filter(|c| !matches!(c, ' ' | '-')).collect();
    (digits.len() == count && digits.bytes().all(|byte| byte.is_ascii_digit())).then_some(digits)
}

/// A date as browsers send it, `YYYY-MM-DD`; also with a year of the Buddhist era, which is 543 ahead.
fn date(typed: &str) -> Option<String> {
    let (year, rest) = typed.split_once('-')?;
    let year: i16 = year.parse().ok()?;
    let year = if year >= 2400 { year - 543 } else { year };
    let date = format!("{year:04}-{rest}");
    date.parse::<Date>().ok().map(|_| date)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn digits_may_stand_apart() {
        for (typed, count, read) in [
            ("1-2345-67890-12-1", 13, Some("1234567890121")),
            ("4999 9900 0000 0010", 16, Some("4999990000000010")),
            ("123456", 6, Some("123456")),
            ("12345", 6, None),
            ("1234567", 6, None),
            ("12345a", 6, None),
            ("๑๒๓๔๕๖", 6, None),
            ("", 6, None),
        ] {
            assert_eq!(digits(typed, count).as_deref(), read, "{typed}");
        }
    }

    #[test]
    fn a_date_may_count_from_either_era() {
        for (typed, read) in [
            ("1990-05-20", Some("1990-05-20")),
            ("2533-05-20", Some("1990-05-20")),
            ("1990-02-30", None),
            ("1990-5-20", None),
            ("20/05/1990", None),
            ("", None),
            ("99999-01-01", None),
        ] {
            assert_eq!(date(typed).as_deref(), read, "{typed}");
        }
    }
}
