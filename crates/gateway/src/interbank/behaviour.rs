//! How the banks that this gateway plays behave when the hub asks them: as an operator says, or as a reference of the fictional
//! bank does.

use satang_schema::slip_verification::{BankCode, HubCode, TransRef};
use std::time::Duration;

/// The bank of documentation, whose references say what happens.
pub(crate) const FICTIONAL: &str = "999";
/// The longest that a bank takes its time: longer than anybody waits for it.
const SLOWEST: Duration = Duration::from_secs(60);

/// What a bank does with a question.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Behaviour {
    /// Answers.
    Normal,
    /// Answers after a while.
    Slow(Duration),
    /// Closes the connection without an answer.
    Down,
    /// Answers, with a signature that is none of its own.
    BadSignature,
    /// Answers something that is no answer.
    Garbage,
    /// Answers about another transaction.
    WrongReference,
    /// Answers this code, once it has found nothing wrong with the question.
    Code(HubCode),
}

impl Behaviour {
    /// As it is kept: a word and its parameter.
    pub(crate) fn read(word: &str, parameter: Option<&str>) -> Option<Self> {
        Some(match word {
            "NORMAL" => Self::Normal,
            "SLOW" => Self::Slow(Duration::from_millis(parameter?.parse().ok()?).min(SLOWEST)),
            "DOWN" => Self::Down,
            "BAD_SIGNATURE" => Self::BadSignature,
            "GARBAGE" => Self::Garbage,
            "WRONG_REFERENCE" => Self::WrongReference,
            "CODE" => Self::Code(parameter?.parse().ok()?),
            _ => return None,
        })
    }
}

/// What a reference of the fictional bank asks for, and whether its transaction exists; `None` of an ordinary one.
pub(super) fn magic(bank: &BankCode, reference: &TransRef) -> Option<(Behaviour, bool)> {
    if bank.as_str() != FICTIONAL {
        return None;
    }
    let text = reference.as_str();
    let behind = |word: &str| text.strip_prefix(word);
    let found = |behaviour| Some((behaviour, true));
    if behind("FOUND").is_some() {
        return found(Behaviour::Normal);
    }
    if behind("MISS").is_some() {
        return Some((Behaviour::Normal, false));
    }
    if let Some(rest) = behind("SLOW") {
        let digits: String = rest.chars().take_while(char::is_ascii_digit).collect();
        let milliseconds = digits.parse().unwrap_or_default();
        return found(Behaviour::Slow(Duration::from_millis(milliseconds).min(SLOWEST)));
    }
    for (word, behaviour) in [
        ("DOWN", Behaviour::Down),
        ("BADSIG", Behaviour::BadSignature),
        ("GARBAGE", Behaviour::Garbage),
        ("WRONGREF", Behaviour::WrongReference),
    ] {
        if behind(word).is_some() {
            return found(behaviour);
        }
    }
    let code = behind("E")?.get(..4).filter(|code| code.bytes().all(|byte| byte.is_ascii_digit()))?;
    found(Behaviour::Code(code.parse().ok()?))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_the_fictional_banks_references_say_what_happens() {
        let slow = |milliseconds| Behaviour::Slow(Duration::from_millis(milliseconds));
        for (reference, expected) in [
            ("FOUND", Some((Behaviour::Normal, true))),
            ("FOUND1", Some((Behaviour::Normal, true))),
            ("MISS1", Some((Behaviour::Normal, false))),
            ("SLOW250A1", Some((slow(250), true))),
            ("SLOW", Some((slow(0), true))),
            ("SLOW99999999999999999999", Some((slow(0), true))),
            ("SLOW99999999A", Some((slow(60_000), true))),
            ("DOWN1", Some((Behaviour::Down, true))),
            ("BADSIG1", Some((Behaviour::BadSignature, true))),
            ("GARBAGE1", Some((Behaviour::Garbage, true))),
            ("WRONGREF1", Some((Behaviour::WrongReference, true))),
            ("E8500A", Some((Behaviour::Code(HubCode::IssuerInternal), true))),
            ("E85", None),
            ("EABCD", None),
            ("found1", None),
            ("0FOUND", None),
        ] {
            let reference: TransRef = reference.parse().unwrap();
            assert_eq!(magic(&"999".parse().unwrap(), &reference), expected, "{reference:?}");
            assert_eq!(magic(&"014".parse().unwrap(), &reference), None, "{reference:?}");
        }
    }

    #[test]
    fn what_is_kept_is_read() {
        for (word, parameter, expected) in [
            ("NORMAL", None, Some(Behaviour::Normal)),
            ("SLOW", Some("250"), Some(Behaviour::Slow(Duration::from_millis(250)))),
            ("SLOW", None, None),
            ("CODE", Some("8404"), Some(Behaviour::Code(HubCode::NotFoundOrExpired))),
            ("ASLEEP", None, None),
        ] {
            assert_eq!(Behaviour::read(word, parameter), expected, "{word}");
        }
    }
}
