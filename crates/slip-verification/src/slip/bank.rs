//! A bank's slip: sending bank and transaction reference.

use super::CRC;
use crate::{
    BankCode, Error, Mode, Reason, Remark, Remarks, TagPath, checksum, envelope, limits, text,
    tlv::{Tag, Tags},
    writer::Writer,
};
use core::fmt;

/// The API identifier of transaction verification. Public.
pub(super) const API: &str = "000001";
const COUNTRY: [u8; 2] = *b"TH";

/// A bank's mini-QR: the pair of sending bank and reference names one transaction.
///
/// ```
/// use satang_slip_verification::{BankCode, BankSlip, TransRef};
///
/// let slip = BankSlip::new(BankCode::new("002")?, TransRef::new("0002123123121200011")?);
/// let payload = slip.to_payload()?;
/// assert_eq!(payload, "004000060000010103002021900021231231212000115102TH91049C30");
/// assert_eq!(BankSlip::read(&payload)?, slip);
/// # Ok::<(), satang_slip_verification::Error>(())
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct BankSlip<'a> {
    /// The bank that sent the money and printed the slip (tag 00, sub-tag 01). Public.
    pub sending_bank: BankCode,
    /// Its reference of the transaction (tag 00, sub-tag 02). Public.
    pub trans_ref: TransRef<'a>,
    country: [u8; 2],
}

impl<'a> BankSlip<'a> {
    /// A slip of Thailand.
    #[must_use]
    pub const fn new(sending_bank: BankCode, trans_ref: TransRef<'a>) -> Self {
        Self { sending_bank, trans_ref, country: COUNTRY }
    }

    /// Reads a payload as it is defined ([`Mode::Strict`]).
    ///
    /// # Errors
    /// What is wrong with it, and where; [`Reason::WrongFormat`] for TrueMoney's.
    pub fn read(payload: &'a (impl AsRef<[u8]> + ?Sized)) -> Result<Self, Error> {
        match super::Slip::read(payload)? {
            super::Slip::Bank(slip) => Ok(slip),
            super::Slip::TrueMoney(_) => Err(Error::new(Reason::WrongFormat, 0).within(TagPath::root(0))),
        }
    }

    /// The country (tag 51): `TH`, or any two letters in [`Mode::Tolerant`].
    #[must_use]
    pub fn country(&self) -> &str {
        // Letters are UTF-8.
        core::str::from_utf8(&self.country).unwrap_or_default()
    }

    /// Writes the payload into a buffer; 64 bytes hold every slip of a bank.
    ///
    /// # Errors
    /// [`Reason::BufferTooSmall`].
    pub fn write<'b>(&self, buffer: &'b mut [u8]) -> Result<&'b str, Error> {
        let mut writer = Writer::new(buffer);
        writer.template(0, |writer| {
            writer.tag(0, &[API.as_bytes()])?;
            writer.tag(1, &[self.sending_bank.bytes()])?;
            writer.tag(2, &[self.trans_ref.as_str().as_bytes()])
        })?;
        writer.tag(51, &[&self.country])?;
        writer.finish(CRC, false)
    }

    /// The payload.
    ///
    /// # Errors
    /// None that is known: a reference is never too long.
    #[cfg(feature = "alloc")]
    pub fn to_payload(&self) -> Result<alloc::string::String, Error> {
        crate::writer::to_string::<64>(|buffer| self.write(buffer))
    }
}

/// A bank's reference of a transaction: 1 to 25 ASCII letters and digits, compared byte by byte, since case matters.
///
/// Banks put dates and channels into it, each in its own way; nothing here reads them. The length is public, the characters are
/// inferred from what banks print. `Debug` hides the middle.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct TransRef<'a>(&'a str);

impl<'a> TransRef<'a> {
    /// A reference.
    ///
    /// # Errors
    /// [`Reason::EmptyTransRef`], [`Reason::TransRefTooLong`] or [`Reason::BadTransRef`].
    pub fn new(text: &'a str) -> Result<Self, Error> {
        if text.is_empty() {
            Err(Error::new(Reason::EmptyTransRef, 0))
        } else if text.len() > limits::TRANS_REF {
            Err(Error::new(Reason::TransRefTooLong, limits::TRANS_REF))
        } else if let Some(place) = text.bytes().position(|byte| !byte.is_ascii_alphanumeric()) {
            Err(Error::new(Reason::BadTransRef, place))
        } else {
            Ok(Self(text))
        }
    }

    /// The reference.
    #[must_use]
    pub const fn as_str(&self) -> &'a str {
        self.0
    }
}

impl fmt::Debug for TransRef<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        text::masked(self.0, f)
    }
}

/// Reads a slip without a fault by the places of its parts, which follow from its length. Everything else is
/// `None`, and read again tag by tag for the error.
#[inline]
pub(super) fn read_fixed(bytes: &[u8]) -> Option<BankSlip<'_>> {
    const AROUND: usize = 39; // all but the reference
    let length = bytes.len().checked_sub(AROUND)?;
    if length == 0 || length > limits::TRANS_REF {
        return None;
    }
    let (head, rest) = bytes.split_first_chunk::<25>()?;
    let (trans_ref, tail) = rest.split_at_checked(length)?;
    let tail: &[u8; 14] = tail.try_into().ok()?;
    let [b'0', b'0', t1, t0, api @ .., b1, b2, b3, b'0', b'2', r1, r0] = head else { return None };
    let [b'5', b'1', b'0', b'2', b'T', b'H', b'9', b'1', b'0', b'4', crc @ ..] = tail else { return None };
    let is = |tens: u8, ones: u8, wanted: usize| {
        usize::from(tens.wrapping_sub(b'0')) * 10 + usize::from(ones.wrapping_sub(b'0')) == wanted
            && tens.is_ascii_digit()
            && ones.is_ascii_digit()
    };
    if api != b"00060000010103" || !is(*t1, *t0, length + 21) || !is(*r1, *r0, length) {
        return None;
    }
    let covered = bytes.split_last_chunk::<4>()?.0;
    let crc = envelope::hexadecimal(core::str::from_utf8(crc).ok()?)?;
    if crc != checksum::crc16(covered) || !trans_ref.iter().all(u8::is_ascii_alphanumeric) {
        return None;
    }
    let trans_ref = TransRef(core::str::from_utf8(trans_ref).ok()?);
    Some(BankSlip::new(BankCode::of([*b1, *b2, *b3])?, trans_ref))
}

/// Reads what follows the API identifier.
pub(super) fn read<'a>(
    mut template: Tags<'a>,
    country: Option<Tag<'a>>,
    mode: Mode,
    remarks: &mut Remarks,
    end: usize,
) -> Result<BankSlip<'a>, Error> {
    let bank = template.expect(1)?;
    let sending_bank = BankCode::new(bank.value()).map_err(bank.fault())?;
    let reference = template.expect(2)?;
    let trans_ref = TransRef::new(reference.value()).map_err(reference.fault())?;
    template.end()?;
    let Some(tag) = country else { return Err(Error::new(Reason::MissingCountry, end)) };
    let country = match tag.value().as_bytes() {
        b"TH" => COUNTRY,
        &[first, second]
            if mode.tolerates() && (first.is_ascii_alphabetic() && second.is_ascii_alphabetic()) =>
        {
            remarks.add(Remark::Country);
            [first, second]
        }
        _ => return Err(tag.refused(Reason::WrongCountry)),
    };
    Ok(BankSlip { sending_bank, trans_ref, country })
}
