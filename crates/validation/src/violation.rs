//! What a check reports: every broken rule, each with its place.

use crate::Pointer;
use std::{
    borrow::Cow,
    fmt::{self, Write as _},
};

/// The kind of a broken rule, stable across releases.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize), serde(rename_all = "snake_case"))]
#[non_exhaustive]
pub enum Code {
    /// The document is not JSON (or not a form) at all.
    Syntax,
    /// A required member is absent.
    Missing,
    /// A member that the contract does not know.
    Unknown,
    /// A member that occurs twice.
    Duplicate,
    /// A value of the wrong JSON type.
    Type,
    /// A value of the right type whose text, length, range or pattern is wrong.
    Malformed,
    /// Values that are fine alone but do not go together.
    Inconsistent,
    /// A document that is too deep, too long or holds too many violations to list.
    Limit,
    /// A kind that this version does not know: read from the answer of a newer server, never given by a check.
    #[cfg_attr(feature = "serde", serde(other))]
    Unrecognised,
}

impl Code {
    /// The code as it is written on the wire.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Syntax => "syntax",
            Self::Missing => "missing",
            Self::Unknown => "unknown",
            Self::Duplicate => "duplicate",
            Self::Type => "type",
            Self::Malformed => "malformed",
            Self::Inconsistent => "inconsistent",
            Self::Limit => "limit",
            Self::Unrecognised => "unrecognised",
        }
    }
}

/// A broken rule without a place: what a check of a single value returns.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Rule {
    /// The kind of rule.
    pub code: Code,
    /// What would have been right, in English. Never the refused value.
    pub detail: Cow<'static, str>,
}

impl Rule {
    /// A rule of kind `code`, described by what would have been right.
    pub fn new(code: Code, detail: impl Into<Cow<'static, str>>) -> Self {
        Self { code, detail: detail.into() }
    }

    /// [`Code::Malformed`], described by what would have been right.
    pub fn malformed(detail: impl Into<Cow<'static, str>>) -> Self {
        Self::new(Code::Malformed, detail)
    }
}

impl fmt::Display for Rule {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.detail)
    }
}

impl std::error::Error for Rule {}

/// One broken rule and its place.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
pub struct Violation {
    /// Where, in the names of the wire.
    pub pointer: Pointer,
    /// The kind of rule.
    pub code: Code,
    /// What would have been right, in English. Never the refused value.
    pub detail: Cow<'static, str>,
}

impl fmt::Display for Violation {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let place = if self.pointer.as_str().is_empty() { "(document)" } else { self.pointer.as_str() };
        // An unknown member's name is its sender's choice, and must not begin a line of a log.
        for character in place.chars() {
            match character {
                '\u{2028}' | '\u{2029}' => write!(f, "{}", character.escape_unicode())?,
                other if other.is_control() => write!(f, "{}", other.escape_unicode())?,
                other => f.write_char(other)?,
            }
        }
        write!(f, ": {} ({})", self.detail, self.code.as_str())
    }
}

/// Every broken rule of one document, ordered by place.
///
/// At most [`Violations::MOST`] are kept; what comes after is counted, so that a hostile document cannot
/// make its own refusal large.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Violations {
    list: Vec<Violation>,
    more: usize,
}

impl Violations {
    /// How many violations are kept.
    pub const MOST: usize = 64;

    /// No violation yet.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// Records that `rule` is broken at `pointer`.
    pub fn add(&mut self, pointer: Pointer, rule: Rule) {
        if self.list.len() < Self::MOST {
            let violation = Violation { pointer, code: rule.code, detail: rule.detail };
            let at = self.list.binary_search(&violation).unwrap_or_else(|at| at);
            self.list.insert(at, violation);
        } else {
            self.more += 1;
        }
    }

    /// True when no rule is broken.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.list.is_empty()
    }

    /// The violations, ordered by pointer.
    #[must_use]
    pub fn as_slice(&self) -> &[Violation] {
        &self.list
    }

    /// The violations, ordered by pointer; when some were not kept, a last one says how many.
    #[must_use]
    pub fn into_vec(mut self) -> Vec<Violation> {
        if self.more > 0 {
            self.list.push(Violation {
                pointer: Pointer::root(),
                code: Code::Limit,
                detail: format!("{} more violations are not listed", self.more).into(),
            });
        }
        self.list
    }

    /// `Ok` when no rule is broken.
    ///
    /// # Errors
    /// The violations themselves.
    pub fn into_result(self) -> Result<(), Self> {
        if self.is_empty() { Ok(()) } else { Err(self) }
    }
}

impl fmt::Display for Violations {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (position, violation) in self.list.iter().enumerate() {
            if position > 0 {
                f.write_str("; ")?;
            }
            violation.fmt(f)?;
        }
        if self.more > 0 {
            write!(f, "; and {} more", self.more)?;
        }
        Ok(())
    }
}

impl std::error::Error for Violations {}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn violations_are_ordered_and_bounded() {
        let mut found = Violations::new();
        for position in (0..100).rev() {
            found.add(Pointer::root().index(position), Rule::malformed("a digit"));
        }
        let list = found.into_vec();
        assert_eq!(list.len(), Violations::MOST + 1);
        assert!(list[..Violations::MOST].is_sorted());
        assert_eq!(list[Violations::MOST].detail, "36 more violations are not listed");
    }
}
