//! Money, digit by digit.

use crate::{Error, Reason, limits};
use core::{fmt, str::FromStr};

/// An amount to pay in satang, 1/100 of a baht: 0.01 to 9,999,999,999.99 baht, which is what thirteen characters of tag 54 hold.
///
/// ```
/// use satang_slip_verification::Amount;
///
/// let amount: Amount = "30".parse()?;
/// assert_eq!((amount.satang(), amount.to_string()), (3000, "30.00".to_owned()));
/// for wrong in ["0.00", "-5", "1e3", "12abc", "1,000", "0.005", "NaN"] {
///     assert!(wrong.parse::<Amount>().is_err(), "{wrong}");
/// }
/// # Ok::<(), satang_slip_verification::Error>(())
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Amount(i64);

impl Amount {
    /// An amount of so many satang.
    ///
    /// # Errors
    /// [`Reason::BadAmount`] below 1 and above [`limits::AMOUNT`].
    pub fn from_satang(satang: i64) -> Result<Self, Error> {
        match satang {
            1..=limits::AMOUNT => Ok(Self(satang)),
            _ => Err(Error::new(Reason::BadAmount, 0)),
        }
    }

    /// How many satang: 1 to [`limits::AMOUNT`].
    #[must_use]
    pub const fn satang(self) -> i64 {
        self.0
    }

    /// Reads whole satang, as a barcode has them. `None` for zero.
    pub(crate) fn from_satang_digits(text: &str) -> Result<Option<Self>, Error> {
        match number(text, 12) {
            Some(0) => Ok(None),
            Some(satang) => Self::from_satang(satang).map(Some),
            None => Err(Error::new(Reason::BadAmount, 0)),
        }
    }

    /// The digits of the baht with two decimals, at the end of thirteen characters, and how many there are.
    #[expect(clippy::cast_sign_loss, reason = "a digit is 0 to 9")]
    pub(crate) fn digits(self) -> ([u8; 13], usize) {
        let mut text = [b'0'; 13];
        let (mut rest, mut length) = (self.0, 0);
        for (place, character) in text.iter_mut().rev().enumerate() {
            if place == 2 {
                *character = b'.';
            } else if rest > 0 || place < 4 {
                *character = b'0' + (rest % 10) as u8;
                rest /= 10;
            } else {
                break;
            }
            length += 1;
        }
        (text, length)
    }
}

impl FromStr for Amount {
    type Err = Error;

    /// Reads baht: one to ten digits, and then none, or a point and one or two digits.
    fn from_str(text: &str) -> Result<Self, Error> {
        let refusal = || Error::new(Reason::BadAmount, 0);
        let (baht, decimals) = match text.split_once('.') {
            None => (text, 0),
            Some((baht, decimals)) => {
                let tens = if decimals.len() == 1 { 10 } else { 1 };
                (baht, tens * number(decimals, 2).ok_or_else(refusal)?)
            }
        };
        Self::from_satang(number(baht, 10).ok_or_else(refusal)? * 100 + decimals)
    }
}

impl fmt::Display for Amount {
    /// Baht with two decimals.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (digits, length) = self.digits();
        let written = digits.get(digits.len() - length..).unwrap_or_default();
        // Digits and a point are UTF-8.
        f.write_str(core::str::from_utf8(written).unwrap_or_default())
    }
}

/// One to `most` digits; `most` is at most 18, which always fit.
fn number(text: &str, most: usize) -> Option<i64> {
    if text.is_empty() || text.len() > most {
        return None;
    }
    text.bytes().try_fold(0, |number: i64, byte| {
        let digit = byte.wrapping_sub(b'0');
        (digit < 10).then(|| number * 10 + i64::from(digit))
    })
}
