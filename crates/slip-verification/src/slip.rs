//! The mini-QR on a slip.

mod bank;
mod true_money;

pub use bank::{BankSlip, TransRef};
pub use true_money::TrueMoneySlip;

use crate::{
    Error, Mode, Reading, Reason, Remark, Remarks, envelope, limits,
    tlv::{Tag, Unit},
};

/// The tag of a slip's checksum.
const CRC: u8 = 91;

/// The mini-QR on a slip: which payment it is about.
///
/// ```
/// use satang_slip_verification::{Mode, Reason, Remark, Slip};
///
/// let payload = b" 004000060000010103002021900021231231212000115102TH91049C30\n";
/// assert_eq!(Slip::read(payload).unwrap_err().reason(), Reason::LeadingWhitespace);
/// let reading = Slip::read_in(payload, Mode::Tolerant)?;
/// assert!(reading.remarks.contains(Remark::Trimmed));
/// # Ok::<(), satang_slip_verification::Error>(())
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Slip<'a> {
    /// A bank's.
    Bank(BankSlip<'a>),
    /// TrueMoney's.
    TrueMoney(TrueMoneySlip<'a>),
}

impl<'a> Slip<'a> {
    /// Reads a payload as it is defined ([`Mode::Strict`]).
    ///
    /// # Errors
    /// What is wrong with it, and where.
    pub fn read(payload: &'a (impl AsRef<[u8]> + ?Sized)) -> Result<Self, Error> {
        let bytes = payload.as_ref();
        match bank::read_fixed(bytes) {
            Some(slip) => Ok(Self::Bank(slip)),
            None => read(bytes, Mode::Strict).map(|reading| reading.value),
        }
    }

    /// Reads a payload in any [`Mode`].
    ///
    /// # Errors
    /// What is wrong with it, and where.
    pub fn read_in(payload: &'a (impl AsRef<[u8]> + ?Sized), mode: Mode) -> Result<Reading<Self>, Error> {
        let bytes = payload.as_ref();
        match bank::read_fixed(bytes) {
            Some(slip) => Ok(Reading { value: Self::Bank(slip), remarks: Remarks::default() }),
            None => read(bytes, mode),
        }
    }

    /// Writes the payload into a buffer; 128 bytes hold every slip.
    ///
    /// # Errors
    /// [`Reason::BufferTooSmall`], or [`Reason::ValueTooLong`] when the texts of a TrueMoney slip are too long together.
    pub fn write<'b>(&self, buffer: &'b mut [u8]) -> Result<&'b str, Error> {
        match self {
            Self::Bank(slip) => slip.write(buffer),
            Self::TrueMoney(slip) => slip.write(buffer),
        }
    }

    /// The payload.
    ///
    /// # Errors
    /// [`Reason::ValueTooLong`] when the texts of a TrueMoney slip are too long together.
    #[cfg(feature = "alloc")]
    pub fn to_payload(&self) -> Result<alloc::string::String, Error> {
        crate::writer::to_string::<128>(|buffer| self.write(buffer))
    }
}

/// Reads any slip, tag by tag.
fn read(bytes: &[u8], mode: Mode) -> Result<Reading<Slip<'_>>, Error> {
    if bytes.len() > limits::PAYLOAD {
        return Err(Error::new(Reason::TooLong, limits::PAYLOAD));
    }
    let mut remarks = Remarks::default();
    let trimmed = envelope::trim(bytes, mode, &mut remarks)?;
    let text = ascii(trimmed.bytes, trimmed.offset)?;
    let (mut template, mut country, mut stranger, mut last) = (None, None, None, None);
    let mut disorder = None;
    envelope::read(text, (trimmed.offset, Unit::Bytes), CRC, mode, &mut remarks, |tag| {
        match tag.id() {
            0 => template = Some(tag),
            51 => country = Some(tag),
            63 => {
                let reason =
                    if template.is_some_and(is_payment) { Reason::WrongFormat } else { Reason::WrongCrcTag };
                return Err(tag.refused(reason));
            }
            _ => stranger = stranger.or(Some(tag)),
        }
        if last.is_some_and(|last| last > tag.id()) {
            disorder = disorder.or(Some(tag));
        }
        last = Some(tag.id());
        Ok(())
    })?;
    let template = template.ok_or_else(|| Error::new(Reason::WrongFormat, trimmed.offset))?;
    let mut children = template.children();
    if is_payment(template) {
        return Err(template.refused(Reason::WrongFormat));
    }
    let kind = children.expect(0)?;
    let forgive = |tag: Option<Tag<'_>>, reason, remark, remarks: &mut Remarks| match tag {
        Some(tag) if !mode.tolerates() => Err(tag.refused(reason)),
        Some(_) => {
            remarks.add(remark);
            Ok(())
        }
        None => Ok(()),
    };
    forgive(disorder, Reason::WrongOrder, Remark::Order, &mut remarks)?;
    let value = match kind.value() {
        bank::API => {
            Slip::Bank(bank::read(children, country, mode, &mut remarks, trimmed.offset + text.len())?)
        }
        true_money::KIND => {
            stranger = stranger.or(country);
            Slip::TrueMoney(true_money::read(children)?)
        }
        _ => return Err(kind.refused(Reason::UnknownApi)),
    };
    forgive(stranger, Reason::UnknownTag, Remark::UnknownTags, &mut remarks)?;
    Ok(Reading { value, remarks })
}

/// Whether a payment code begins so.
fn is_payment(first: Tag<'_>) -> bool {
    first.value() == "01"
}

/// A text of ASCII, or the place of the first byte that is not.
fn ascii(bytes: &[u8], offset: usize) -> Result<&str, Error> {
    match bytes.iter().position(|byte| !byte.is_ascii()) {
        None => core::str::from_utf8(bytes).map_err(|error| Error::new(Reason::NotUtf8, error.valid_up_to())),
        Some(place) => Err(Error::new(Reason::NotAscii, offset + place)),
    }
}
