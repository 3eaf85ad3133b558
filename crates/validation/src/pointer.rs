//! JSON pointers (RFC 6901): where in a document a violation is.

use std::fmt;

/// A JSON pointer, built from the root downwards.
///
/// ```
/// use satang_validation::Pointer;
///
/// let pointer = Pointer::root().member("lines").index(3).member("a/b");
/// assert_eq!(pointer.to_string(), "/lines/3/a~1b");
/// assert_eq!(Pointer::root().to_string(), "");
/// ```
#[derive(Clone, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize), serde(transparent))]
pub struct Pointer(String);

impl Pointer {
    /// The whole document: the empty pointer.
    #[must_use]
    pub fn root() -> Self {
        Self::default()
    }

    /// The member `name` of the object that this points at.
    #[must_use]
    pub fn member(&self, name: &str) -> Self {
        let mut text = self.0.clone();
        text.push('/');
        for character in name.chars() {
            // RFC 6901, 3: "'~' needs to be encoded as '~0' and '/' needs to be encoded as '~1'".
            match character {
                '~' => text.push_str("~0"),
                '/' => text.push_str("~1"),
                other => text.push(other),
            }
        }
        Self(text)
    }

    /// The item at `position` (from 0) of the array that this points at.
    #[must_use]
    pub fn index(&self, position: usize) -> Self {
        Self(format!("{}/{position}", self.0))
    }

    /// The pointer as it is written.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for Pointer {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl From<&str> for Pointer {
    /// Takes an already written pointer, such as `/payerInformation/paymentToken`.
    fn from(text: &str) -> Self {
        Self(text.to_owned())
    }
}
