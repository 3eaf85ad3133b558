//! Numbers that are text: their leading zeros count.

use crate::text;
use core::fmt;

/// Exactly `N` ASCII digits. `Debug` hides the middle.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Digits<const N: usize>([u8; N]);

impl<const N: usize> Digits<N> {
    pub(crate) const ZERO: Self = Self([b'0'; N]);

    /// The digits of a text, or `None` when it is anything else.
    #[must_use]
    #[inline]
    pub fn new(text: &str) -> Option<Self> {
        Self::of(text.as_bytes().try_into().ok()?)
    }

    #[inline]
    pub(crate) fn of(bytes: [u8; N]) -> Option<Self> {
        bytes.iter().all(u8::is_ascii_digit).then_some(Self(bytes))
    }

    /// The digits.
    #[must_use]
    pub fn as_str(&self) -> &str {
        // Digits are UTF-8.
        core::str::from_utf8(&self.0).unwrap_or_default()
    }

    pub(crate) const fn bytes(&self) -> &[u8; N] {
        &self.0
    }
}

impl<const N: usize> fmt::Debug for Digits<N> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        text::masked(self.as_str(), f)
    }
}

/// Whether the last of thirteen digits fits the first twelve: weights 13 down to 2, `(11 - sum mod 11) mod 10`. Public.
pub(crate) fn check_digit_fits(digits: &[u8; 13]) -> bool {
    let [first @ .., last] = digits;
    let weighted = first.iter().zip((2..=13).rev()).map(|(digit, weight)| u32::from(digit - b'0') * weight);
    u32::from(last - b'0') == (11 - weighted.sum::<u32>() % 11) % 10
}
