//! Banks by their code.

mod list;

use crate::{Digits, Error, Reason};
use core::{fmt, str::FromStr};

/// The Bank of Thailand's code of an institution: three digits, leading zeros kept. Public.
///
/// Any three digits are a code, also those that no list knows: lists age, and new banks are licensed.
///
/// ```
/// use satang_slip_verification::{BankCode, Standing};
///
/// let code: BankCode = "065".parse()?;
/// let bank = code.institution().expect("it was a bank until 2021");
/// assert_eq!((bank.short, bank.standing), ("TBANK", Standing::Closed));
/// assert_eq!("777".parse::<BankCode>()?.institution(), None);
/// # Ok::<(), satang_slip_verification::Error>(())
/// ```
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct BankCode(Digits<3>);

impl BankCode {
    /// A code of three digits.
    ///
    /// # Errors
    /// [`Reason::BadBankCode`] when the text is anything else.
    pub fn new(text: &str) -> Result<Self, Error> {
        Digits::new(text).map(Self).ok_or_else(|| Error::new(Reason::BadBankCode, 0))
    }

    #[inline]
    pub(crate) fn of(bytes: [u8; 3]) -> Option<Self> {
        Digits::of(bytes).map(Self)
    }

    pub(crate) const fn bytes(&self) -> &[u8; 3] {
        self.0.bytes()
    }

    /// The three digits.
    #[must_use]
    pub fn as_str(&self) -> &str {
        self.0.as_str()
    }

    /// Whose code it is, as far as the list of [`Institution::AS_OF`] knows.
    #[must_use]
    pub fn institution(&self) -> Option<&'static Institution> {
        let place = list::INSTITUTIONS.binary_search_by(|it| it.code.as_bytes().cmp(self.bytes())).ok()?;
        list::INSTITUTIONS.get(place)
    }
}

impl FromStr for BankCode {
    type Err = Error;

    fn from_str(text: &str) -> Result<Self, Error> {
        Self::new(text)
    }
}

impl fmt::Display for BankCode {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

impl fmt::Debug for BankCode {
    /// In full: a bank is nobody's secret.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

/// A row of the list of institutions.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Institution {
    /// Its code.
    pub code: &'static str,
    /// Its English name.
    pub name: &'static str,
    /// A short name. Where no bank uses one it is ours.
    pub short: &'static str,
    /// Whether slips of it can be met.
    pub standing: Standing,
}

/// Whether an institution still prints slips.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Standing {
    /// It is in the list of open institutions.
    Open,
    /// It is closed; old slips and databases still name it. That its customers went to another bank
    /// does not make that bank the issuer of its slips.
    Closed,
    /// A licensed payment service or lender that is no bank; few of them print slips.
    NonBank,
    /// It stands in documentation only.
    Fictional,
}

impl Institution {
    /// The day of the list: the Bank of Thailand's codes of financial institutions as carried in public code
    /// (`codustry/thanakan`, `FI_CODE.xlsx`). Public. Closed institutions and non-banks are those that public code
    /// and news name; they are not complete.
    pub const AS_OF: &str = "2021-09-30";

    /// The whole list, by code.
    #[must_use]
    pub fn all() -> &'static [Self] {
        list::INSTITUTIONS
    }
}
