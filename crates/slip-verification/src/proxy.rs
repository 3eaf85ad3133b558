//! Who is to be paid: proxies, accounts and billers.

use crate::{BankCode, Digits, Error, Reason, Text, digits, limits, tlv::Tag};

/// Who receives a credit transfer (tag 29).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Proxy<'a> {
    /// A mobile number (sub-tag 01; `MSISDN`).
    Mobile(Mobile),
    /// A citizen's or a company's number (sub-tag 02; `NATID`).
    NationalId(NationalId),
    /// An electronic wallet (sub-tag 03; `EWALLETID`).
    EWallet(EWallet),
    /// A bank account (sub-tag 04; `BANKACC`). Some banks' apps refuse such codes. Public.
    BankAccount(BankAccount<'a>),
    /// A token that stands for a customer for a short time (sub-tag 05). Public.
    Customer(CustomerCode),
}

impl<'a> Proxy<'a> {
    /// The name that public libraries and APIs give to the kind; ours for a customer's token, which has none.
    #[must_use]
    pub const fn kind(&self) -> &'static str {
        match self {
            Self::Mobile(_) => "MSISDN",
            Self::NationalId(_) => "NATID",
            Self::EWallet(_) => "EWALLETID",
            Self::BankAccount(_) => "BANKACC",
            Self::Customer(_) => "CUSTOMER",
        }
    }

    /// The sub-tag of the kind.
    pub(crate) const fn id(&self) -> u8 {
        match self {
            Self::Mobile(_) => 1,
            Self::NationalId(_) => 2,
            Self::EWallet(_) => 3,
            Self::BankAccount(_) => 4,
            Self::Customer(_) => 5,
        }
    }

    /// Reads a sub-tag, without asking for check digits or prefixes: codes in circulation have wrong ones.
    #[inline]
    pub(crate) fn read(tag: Tag<'a>) -> Result<Self, Error> {
        let value = tag.value();
        let proxy = match tag.id() {
            1 if value.starts_with("0066") => Digits::new(value).map(|digits| Self::Mobile(Mobile(digits))),
            1 => None,
            2 => Digits::new(value).map(|digits| Self::NationalId(NationalId(digits))),
            3 => Digits::new(value).map(|digits| Self::EWallet(EWallet(digits))),
            4 => BankAccount::read(value).map(Self::BankAccount),
            5 => Digits::new(value).map(|digits| Self::Customer(CustomerCode(digits))),
            _ => return Err(tag.refused(Reason::WrongSubtags)),
        };
        proxy.ok_or_else(|| tag.refused(Reason::BadProxy))
    }
}

/// A Thai number as it travels: `0066` and nine digits. `Debug` hides the middle.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Mobile(Digits<13>);

impl Mobile {
    /// A mobile number as people write it: `0812345678`, `081-234-5678`, `+66 81 234 5678`, `66812345678`, `0066812345678`.
    ///
    /// ```
    /// use satang_slip_verification::Mobile;
    ///
    /// let mobile = Mobile::new("+66 81 234 5678")?;
    /// assert_eq!((mobile.as_str(), mobile.national().as_str()), ("0066812345678", "0812345678"));
    /// assert!(Mobile::new("02-123-4567").is_err()); // a landline
    /// # Ok::<(), satang_slip_verification::Error>(())
    /// ```
    ///
    /// # Errors
    /// [`Reason::NotMobile`] when the digits are not those of a Thai mobile number, which begins with 06, 08 or 09 (public), or there is anything else
    /// between them than spaces, hyphens and brackets.
    pub fn new(text: &str) -> Result<Self, Error> {
        let refusal = |place| Error::new(Reason::NotMobile, place);
        let (mut digits, mut length) = ([b'0'; 13], 0);
        for (place, byte) in text.bytes().enumerate() {
            match byte {
                b' ' | b'-' | b'(' | b')' => continue,
                b'+' if length == 0 && place == 0 => continue,
                b'0'..=b'9' => *digits.get_mut(length).ok_or_else(|| refusal(place))? = byte,
                _ => return Err(refusal(place)),
            }
            length += 1;
        }
        let is_international = text.starts_with('+');
        let national = match digits.get(..length).unwrap_or_default() {
            [b'6', b'6', national @ ..] => national,
            [b'0', b'0', b'6', b'6', national @ ..] if !is_international => national,
            [b'0', national @ ..] if !is_international => national,
            _ => return Err(refusal(0)),
        };
        match *national {
            [a @ (b'6' | b'8' | b'9'), b, c, d, e, f, g, h, i] => {
                let wire = [b'0', b'0', b'6', b'6', a, b, c, d, e, f, g, h, i];
                Digits::of(wire).map(Self).ok_or_else(|| refusal(0))
            }
            _ => Err(refusal(0)),
        }
    }

    /// The number as it travels: thirteen digits.
    #[must_use]
    pub fn as_str(&self) -> &str {
        self.0.as_str()
    }

    /// The number as it is dialled in Thailand: `0` and nine digits.
    #[must_use]
    pub fn national(&self) -> Digits<10> {
        let [.., a, b, c, d, e, f, g, h, i] = *self.0.bytes();
        // Taken from digits, so it never is what it falls back to.
        Digits::of([b'0', a, b, c, d, e, f, g, h, i]).unwrap_or(Digits::ZERO)
    }
}

/// A citizen's number or a company's tax number: thirteen digits, the last of which checks the others. `Debug` hides the middle.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct NationalId(Digits<13>);

impl NationalId {
    /// A number whose check digit is right.
    ///
    /// ```
    /// use satang_slip_verification::{NationalId, Reason};
    ///
    /// assert!(NationalId::new("0105540087061").is_ok());
    /// assert_eq!(NationalId::new("1234567890123").unwrap_err().reason(), Reason::CheckDigit);
    /// assert!(!NationalId::unchecked("1234567890123")?.check_digit_fits());
    /// # Ok::<(), satang_slip_verification::Error>(())
    /// ```
    ///
    /// # Errors
    /// [`Reason::BadProxy`] when the text is not thirteen digits, [`Reason::CheckDigit`] when the last is wrong.
    pub fn new(text: &str) -> Result<Self, Error> {
        let number = Self::unchecked(text)?;
        if number.check_digit_fits() { Ok(number) } else { Err(Error::new(Reason::CheckDigit, 12)) }
    }

    /// Thirteen digits, whatever the last is.
    ///
    /// # Errors
    /// [`Reason::BadProxy`] when the text is anything else.
    pub fn unchecked(text: &str) -> Result<Self, Error> {
        Digits::new(text).map(Self).ok_or_else(|| Error::new(Reason::BadProxy, 0))
    }

    /// Whether the last digit fits the others: weights 13 down to 2, `(11 - sum mod 11) mod 10`. Public.
    #[must_use]
    pub fn check_digit_fits(&self) -> bool {
        digits::check_digit_fits(self.0.bytes())
    }

    /// The thirteen digits.
    #[must_use]
    pub fn as_str(&self) -> &str {
        self.0.as_str()
    }
}

/// An electronic wallet: fifteen digits. `Debug` hides the middle.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct EWallet(Digits<15>);

impl EWallet {
    /// A wallet by its number.
    ///
    /// # Errors
    /// [`Reason::BadProxy`] when the text is not fifteen digits.
    pub fn new(text: &str) -> Result<Self, Error> {
        Digits::new(text).map(Self).ok_or_else(|| Error::new(Reason::BadProxy, 0))
    }

    /// The TrueMoney wallet of a mobile number: `14000` and its ten digits. Public.
    #[must_use]
    pub fn true_money(mobile: Mobile) -> Self {
        let mut number = *b"140000000000000";
        if let Some(end) = number.last_chunk_mut() {
            *end = *mobile.national().bytes();
        }
        // Made of digits, so it never is what it falls back to.
        Self(Digits::of(number).unwrap_or(Digits::ZERO))
    }

    /// The digits as they are dialled, if this is a wallet of TrueMoney.
    #[must_use]
    pub fn true_money_number(&self) -> Option<Digits<10>> {
        match *self.0.bytes() {
            [b'1', b'4', b'0', b'0', b'0', ref national @ ..] => Digits::of(*national),
            _ => None,
        }
    }

    /// The fifteen digits.
    #[must_use]
    pub fn as_str(&self) -> &str {
        self.0.as_str()
    }
}

/// A bank account: the bank's code, and 1 to 40 digits.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct BankAccount<'a> {
    /// The bank.
    pub bank: BankCode,
    number: Text<'a>,
}

impl<'a> BankAccount<'a> {
    /// An account.
    ///
    /// # Errors
    /// [`Reason::BadProxy`] when the number is not 1 to 40 digits.
    pub fn new(bank: BankCode, number: &'a str) -> Result<Self, Error> {
        if (1..=40).contains(&number.len()) && number.bytes().all(|byte| byte.is_ascii_digit()) {
            Ok(Self { bank, number: number.into() })
        } else {
            Err(Error::new(Reason::BadProxy, 0))
        }
    }

    /// The account's number without the bank.
    #[must_use]
    pub const fn number(&self) -> Text<'a> {
        self.number
    }

    fn read(value: &'a str) -> Option<Self> {
        let (bank, number) = value.split_at_checked(3)?;
        Self::new(BankCode::new(bank).ok()?, number).ok()
    }
}

/// A token that stands for a customer: ten digits. `Debug` hides the middle.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct CustomerCode(Digits<10>);

impl CustomerCode {
    /// A token.
    ///
    /// # Errors
    /// [`Reason::BadProxy`] when the text is not ten digits.
    pub fn new(text: &str) -> Result<Self, Error> {
        Digits::new(text).map(Self).ok_or_else(|| Error::new(Reason::BadProxy, 0))
    }

    /// The ten digits.
    #[must_use]
    pub fn as_str(&self) -> &str {
        self.0.as_str()
    }
}

/// Who receives a bill payment: a tax or citizen number of thirteen digits and a suffix of two. `Debug` hides the middle.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct BillerId<'a>(Text<'a>);

impl<'a> BillerId<'a> {
    /// A biller with its suffix: fifteen digits.
    ///
    /// # Errors
    /// [`Reason::BadBiller`] when the text is anything else.
    pub fn new(text: &'a str) -> Result<Self, Error> {
        if text.len() == 15 { Self::unchecked(text) } else { Err(Error::new(Reason::BadBiller, 0)) }
    }

    /// A biller as codes in circulation have them: with its suffix, or without. Some banks' apps refuse the latter. Public.
    ///
    /// # Errors
    /// [`Reason::BadBiller`] when the text is not 13 or 15 digits.
    pub fn unchecked(text: &'a str) -> Result<Self, Error> {
        if matches!(text.len(), 13 | 15) && text.bytes().all(|byte| byte.is_ascii_digit()) {
            Ok(Self(text.into()))
        } else {
            Err(Error::new(Reason::BadBiller, 0))
        }
    }

    /// Whether the thirteenth digit fits the first twelve.
    #[must_use]
    pub fn check_digit_fits(&self) -> bool {
        self.as_str().as_bytes().first_chunk().is_some_and(digits::check_digit_fits)
    }

    /// The digits.
    #[must_use]
    pub const fn as_str(&self) -> &'a str {
        self.0.as_str()
    }
}

/// What a bill payment is for: 1 to 20 characters. `Debug` hides the middle.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Reference<'a>(Text<'a>);

impl<'a> Reference<'a> {
    /// A reference of letters and digits, which all banks take. That there be no others is inferred.
    ///
    /// # Errors
    /// [`Reason::BadReference`] when it is empty, longer than 20, or has others.
    pub fn new(text: &'a str) -> Result<Self, Error> {
        Self::of(text, |byte| byte.is_ascii_alphanumeric())
    }

    /// A reference of any printable ASCII, as codes in circulation have them.
    ///
    /// # Errors
    /// [`Reason::BadReference`] when it is empty, longer than 20, or has others.
    pub fn unchecked(text: &'a str) -> Result<Self, Error> {
        Self::of(text, |byte| matches!(byte, b' '..=b'~'))
    }

    fn of(text: &'a str, fits: impl Fn(u8) -> bool) -> Result<Self, Error> {
        let place = text.bytes().position(|byte| !fits(byte));
        match place {
            None if (1..=limits::REFERENCE).contains(&text.len()) => Ok(Self(text.into())),
            _ => Err(Error::new(Reason::BadReference, place.unwrap_or_default())),
        }
    }

    /// The reference.
    #[must_use]
    pub const fn as_str(&self) -> &'a str {
        self.0.as_str()
    }
}
