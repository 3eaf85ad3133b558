//! Why a payload is refused: a reason, the byte, and the tag; never the payload itself.

use core::fmt;

/// Why something could not be read or built.
///
/// It never holds what was read, so it may be logged and answered.
///
/// ```
/// use satang_slip_verification::{PaymentQr, Reason};
///
/// let error = PaymentQr::read("00020101021129370016A000000677010111011300668122").unwrap_err();
/// assert_eq!(error.reason(), Reason::Truncated);
/// assert_eq!(error.to_string(), "a length reaches past the end (truncated) at byte 12, tag 29");
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Error {
    reason: Reason,
    path: TagPath,
    offset: u32,
}

/// Which tag: none, one at the root, or one inside a template at the root.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct TagPath {
    pub(crate) root: Option<u8>,
    pub(crate) inner: Option<u8>,
}

impl Error {
    #[cold]
    pub(crate) fn new(reason: Reason, offset: usize) -> Self {
        // Inputs are refused long before four gigabytes.
        Self { reason, path: TagPath::default(), offset: u32::try_from(offset).unwrap_or(u32::MAX) }
    }

    /// The same fault, of this tag.
    pub(crate) fn within(mut self, path: TagPath) -> Self {
        self.path = path;
        self
    }

    /// The same fault of a value that stands in a payload at this byte, as this tag's.
    #[cold]
    pub(crate) fn moved(mut self, offset: usize, path: TagPath) -> Self {
        self.offset = self.offset.saturating_add(u32::try_from(offset).unwrap_or(u32::MAX));
        self.path = path;
        self
    }

    /// Which rule is broken.
    #[must_use]
    pub const fn reason(&self) -> Reason {
        self.reason
    }

    /// The byte, counted from 0 in what was given: where the fault is, or where the tag that has it begins. When
    /// something is built, the byte of what is being written.
    #[must_use]
    pub const fn offset(&self) -> usize {
        self.offset as usize
    }

    /// The tag that has the fault.
    #[must_use]
    pub const fn path(&self) -> TagPath {
        self.path
    }
}

impl TagPath {
    /// A tag at the root.
    pub(crate) const fn root(id: u8) -> Self {
        Self { root: Some(id), inner: None }
    }

    /// A tag inside this one.
    pub(crate) const fn child(self, id: u8) -> Self {
        match self.root {
            None => Self::root(id),
            Some(_) => Self { root: self.root, inner: Some(id) },
        }
    }
}

impl fmt::Display for TagPath {
    /// `29/01`, `54`, or nothing.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match (self.root, self.inner) {
            (Some(root), Some(inner)) => write!(f, "{root:02}/{inner:02}"),
            (Some(root), None) => write!(f, "{root:02}"),
            _ => Ok(()),
        }
    }
}

impl fmt::Display for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} ({}) at byte {}", self.reason.message(), self.reason.as_str(), self.offset)?;
        if self.path == TagPath::default() { Ok(()) } else { write!(f, ", tag {}", self.path) }
    }
}

impl core::error::Error for Error {}

/// One row per reason: its variant, its stable name, its words, and its documentation.
macro_rules! reasons {
    ($($variant:ident $name:literal $message:literal,)*) => {
        /// Which rule is broken. The names are proposed by Satang, and stable.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
        #[non_exhaustive]
        pub enum Reason {
            $(#[doc = concat!("`", $name, "`: ", $message, ".")] $variant,)*
        }

        impl Reason {
            /// Every reason.
            pub const ALL: &[Self] = &[$(Self::$variant,)*];

            /// The name, for programs.
            #[must_use]
            pub const fn as_str(self) -> &'static str {
                match self { $(Self::$variant => $name,)* }
            }

            /// The rule, for people.
            #[must_use]
            pub const fn message(self) -> &'static str {
                match self { $(Self::$variant => $message,)* }
            }
        }
    };
}

reasons! {
    TooLong "too_long" "the payload is larger than its limit",
    TooManyTags "too_many_tags" "there are more tags than the limit",
    NotAscii "not_ascii" "a byte is not ASCII where only ASCII may stand",
    NotUtf8 "not_utf8" "the bytes are not UTF-8",
    ControlCharacter "control_character" "a control character stands in the payload",
    LeadingWhitespace "leading_whitespace" "white space stands before the payload",
    TrailingWhitespace "trailing_whitespace" "white space stands behind the payload",
    WrongFormat "wrong_format" "the payload is of another kind",
    BadHeader "bad_header" "a tag is not two digits",
    BadLength "bad_length" "a length is not two digits, or ends inside a character",
    Truncated "truncated" "a length reaches past the end",
    TrailingBytes "trailing_bytes" "something stands behind the checksum",
    DuplicateTag "duplicate_tag" "a tag stands twice",
    UnknownTag "unknown_tag" "a tag does not belong here",
    WrongOrder "wrong_order" "the tags are not in their order",
    WrongSubtags "wrong_subtags" "the tags of the template are not those of the format",
    Malformed "malformed" "a value is not what its tag demands",
    WrongCrcTag "wrong_crc_tag" "the checksum stands under the tag of another format",
    MissingCrc "missing_crc" "there is no checksum",
    CrcLength "crc_length" "the checksum is not four digits long",
    CrcDigits "crc_digits" "the checksum is not hexadecimal",
    CrcMismatch "crc_mismatch" "the checksum is that of another text",
    MissingCountry "missing_country" "there is no country",
    WrongCountry "wrong_country" "the country is not TH",
    MissingCurrency "missing_currency" "there is an amount without a currency",
    WrongCurrency "wrong_currency" "the currency is not 764, the baht",
    UnknownApi "unknown_api" "the API identifier is not that of transaction verification",
    BadBankCode "bad_bank_code" "a bank code is not three digits",
    EmptyTransRef "empty_trans_ref" "the transaction reference is empty",
    TransRefTooLong "trans_ref_too_long" "the transaction reference has more than 25 characters",
    BadTransRef "bad_trans_ref" "the transaction reference has other characters than letters and digits",
    BadDate "bad_date" "a date is not a day of the calendar as DDMMYYYY",
    BadAmount "bad_amount" "an amount is not 0.01 to 9999999999.99 in digits with at most two decimals",
    BadProxy "bad_proxy" "a proxy does not have the form of its kind",
    CheckDigit "check_digit" "the last digit does not fit the others",
    NotMobile "not_mobile" "the number is not a Thai mobile number",
    BadBiller "bad_biller" "a biller is not 15 digits (read: 13 or 15)",
    BadReference "bad_reference" "a reference is empty, longer than 20 characters, or has characters that may not travel",
    NoPrefix "no_prefix" "a barcode does not begin with a vertical bar",
    FieldCount "field_count" "a barcode does not have exactly four fields",
    EmptyAmount "empty_amount" "a barcode has no amount, not even 0",
    ValueTooLong "value_too_long" "a value is longer than its tag allows",
    BufferTooSmall "buffer_too_small" "the buffer does not hold the payload",
}
