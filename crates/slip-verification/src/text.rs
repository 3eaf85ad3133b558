//! Text that may be about somebody.

use core::fmt;

/// Text of a payload that may name a person, an account or a transaction: a reference, a name, a token. `Debug` hides
/// the middle, and there is no `Display`: whoever prints it calls [`Text::as_str`], and knows that they do.
///
/// ```
/// use satang_slip_verification::Text;
///
/// let reference = Text::from("0011223344");
/// assert_eq!(format!("{reference:?}"), "\"001****344\"");
/// assert_eq!(reference.as_str(), "0011223344");
/// ```
#[derive(Clone, Copy, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Text<'a>(&'a str);

impl<'a> Text<'a> {
    /// The text.
    #[must_use]
    pub const fn as_str(&self) -> &'a str {
        self.0
    }
}

impl<'a> From<&'a str> for Text<'a> {
    fn from(text: &'a str) -> Self {
        Self(text)
    }
}

impl fmt::Debug for Text<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        masked(self.0, f)
    }
}

/// The first and last three characters of a text of more than eight, and stars for the rest.
pub(crate) fn masked(text: &str, f: &mut fmt::Formatter<'_>) -> fmt::Result {
    use fmt::Write as _;
    let length = text.chars().count();
    let hidden = if length <= 8 { 0..length } else { 3..length - 3 };
    f.write_char('"')?;
    for (at, character) in text.chars().enumerate() {
        match character {
            _ if hidden.contains(&at) => f.write_char('*')?,
            '"' | '\\' => write!(f, "\\{character}")?,
            control if control.is_control() => write!(f, "{}", control.escape_default())?,
            plain => f.write_char(plain)?,
        }
    }
    f.write_char('"')
}
