//! Free text and addresses.

use crate::Rule;

/// Checks free text: `least` to `most` characters (Unicode scalar values), none of them a control character.
///
/// # Errors
/// [`Rule`] that says the bounds.
pub fn plain_text(text: &str, least: usize, most: usize) -> Result<(), Rule> {
    let length = text.chars().count();
    if (least..=most).contains(&length) && !text.chars().any(|c| c.is_ascii_control()) {
        return Ok(());
    }
    Err(Rule::malformed(format!("expected {least} to {most} characters without control characters")))
}

/// Checks an absolute URI: a scheme, a colon and something after it, visible ASCII only, at most `most` bytes.
///
/// The scheme is not restricted here: an app's own `partner://` is as good as `https://`.
///
/// # Errors
/// [`Rule`] that says what was expected.
pub fn uri(text: &str, most: usize) -> Result<(), Rule> {
    let scheme_is_fine = text.split_once(':').is_some_and(|(scheme, rest)| {
        scheme.starts_with(|c: char| c.is_ascii_alphabetic())
            && scheme.chars().all(|c| c.is_ascii_alphanumeric() || matches!(c, '+' | '-' | '.'))
            && !rest.is_empty()
    });
    if scheme_is_fine && text.len() <= most && text.bytes().all(|byte| byte.is_ascii_graphic()) {
        return Ok(());
    }
    Err(Rule::malformed(format!("expected an absolute URI of at most {most} visible ASCII characters")))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn text_counts_characters_and_refuses_controls() {
        assert!(plain_text("สตางค์", 1, 6).is_ok());
        for bad in ["", "1234567", "a\nb", "a\0"] {
            assert!(plain_text(bad, 1, 6).is_err(), "{bad:?}");
        }
    }

    #[test]
    fn uris_need_a_scheme() {
        for good in ["https://partner.example/back?x=1", "partner://done", "a:b"] {
            assert!(uri(good, 64).is_ok(), "{good}");
        }
        for bad in ["", "/back", "https:", "://x", "1a:b", "https://ไทย", "a b:c", "a:b c"] {
            assert!(uri(bad, 64).is_err(), "{bad}");
        }
        assert!(uri("https://partner.example", 8).is_err());
    }
}
