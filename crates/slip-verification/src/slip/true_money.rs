//! TrueMoney's slip: an event, a transaction, a day.

use super::CRC;
use crate::{Digits, Error, Reason, TagPath, Text, tlv::Tags, writer::Writer};

/// Sub-tags 00 and 01 are this. Public.
pub(super) const KIND: &str = "01";

/// The mini-QR on a slip of the TrueMoney wallet. Public code knows it; no specification is published.
///
/// ```
/// use satang_slip_verification::{Slip, TrueMoneySlip};
///
/// let payload = "00480002010102010203P2P0313TXN00012345670408250120249104b425";
/// let Slip::TrueMoney(slip) = Slip::read(payload)? else { panic!("it is one") };
/// assert_eq!((slip.event_type(), slip.transaction_id().as_str()), ("P2P", "TXN0001234567"));
/// assert_eq!(slip.iso_date(), *b"2024-01-25");
/// assert_eq!(slip.to_payload()?, payload);
/// # Ok::<(), satang_slip_verification::Error>(())
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct TrueMoneySlip<'a> {
    event_type: &'a str,
    transaction_id: Text<'a>,
    date: Digits<8>,
}

impl<'a> TrueMoneySlip<'a> {
    /// A slip.
    ///
    /// # Errors
    /// [`Reason::Malformed`] when the event type or the identifier is empty or has anything but letters and digits (inferred);
    /// [`Reason::BadDate`] when the date is not a day as DDMMYYYY.
    pub fn new(event_type: &'a str, transaction_id: &'a str, date: &str) -> Result<Self, Error> {
        for text in [event_type, transaction_id] {
            word(text)?;
        }
        Ok(Self { event_type, transaction_id: transaction_id.into(), date: day(date)? })
    }

    /// Reads a payload as it is defined ([`Mode::Strict`](crate::Mode::Strict)).
    ///
    /// # Errors
    /// What is wrong with it, and where; [`Reason::WrongFormat`] for a bank's.
    pub fn read(payload: &'a (impl AsRef<[u8]> + ?Sized)) -> Result<Self, Error> {
        match super::Slip::read(payload)? {
            super::Slip::TrueMoney(slip) => Ok(slip),
            super::Slip::Bank(_) => Err(Error::new(Reason::WrongFormat, 0).within(TagPath::root(0))),
        }
    }

    /// What happened (sub-tag 02), such as `P2P`.
    #[must_use]
    pub const fn event_type(&self) -> &'a str {
        self.event_type
    }

    /// Which transaction it was (sub-tag 03).
    #[must_use]
    pub const fn transaction_id(&self) -> Text<'a> {
        self.transaction_id
    }

    /// The day (sub-tag 04) as it is printed: DDMMYYYY.
    #[must_use]
    pub const fn date(&self) -> &Digits<8> {
        &self.date
    }

    /// The day as YYYY-MM-DD, in ASCII.
    #[must_use]
    pub const fn iso_date(&self) -> [u8; 10] {
        let [d1, d0, m1, m0, y3, y2, y1, y0] = *self.date.bytes();
        [y3, y2, y1, y0, b'-', m1, m0, b'-', d1, d0]
    }

    /// Writes the payload into a buffer; 128 bytes hold every slip. TrueMoney prints its checksum in lower case.
    ///
    /// # Errors
    /// [`Reason::BufferTooSmall`], or [`Reason::ValueTooLong`] when the texts are too long together.
    pub fn write<'b>(&self, buffer: &'b mut [u8]) -> Result<&'b str, Error> {
        let mut writer = Writer::new(buffer);
        writer.template(0, |writer| {
            writer.tag(0, &[KIND.as_bytes()])?;
            writer.tag(1, &[KIND.as_bytes()])?;
            writer.tag(2, &[self.event_type.as_bytes()])?;
            writer.tag(3, &[self.transaction_id.as_str().as_bytes()])?;
            writer.tag(4, &[self.date.bytes()])
        })?;
        writer.finish(CRC, true)
    }

    /// The payload.
    ///
    /// # Errors
    /// [`Reason::ValueTooLong`] when the texts are too long together.
    #[cfg(feature = "alloc")]
    pub fn to_payload(&self) -> Result<alloc::string::String, Error> {
        crate::writer::to_string::<128>(|buffer| self.write(buffer))
    }
}

/// Reads what follows sub-tag 00.
pub(super) fn read(mut template: Tags<'_>) -> Result<TrueMoneySlip<'_>, Error> {
    let kind = template.expect(1)?;
    if kind.value() != KIND {
        return Err(kind.refused(Reason::UnknownApi));
    }
    let event = template.expect(2)?;
    word(event.value()).map_err(event.fault())?;
    let transaction = template.expect(3)?;
    word(transaction.value()).map_err(transaction.fault())?;
    let date = template.expect(4)?;
    let day = day(date.value()).map_err(date.fault())?;
    template.end()?;
    Ok(TrueMoneySlip { event_type: event.value(), transaction_id: transaction.value().into(), date: day })
}

fn word(text: &str) -> Result<(), Error> {
    match text.bytes().position(|byte| !byte.is_ascii_alphanumeric()) {
        None if !text.is_empty() => Ok(()),
        place => Err(Error::new(Reason::Malformed, place.unwrap_or_default())),
    }
}

fn day(text: &str) -> Result<Digits<8>, Error> {
    let refusal = || Error::new(Reason::BadDate, 0);
    let digits: Digits<8> = Digits::new(text).ok_or_else(refusal)?;
    let number = |part: &[u8]| part.iter().fold(0_u16, |number, digit| number * 10 + u16::from(digit - b'0'));
    let [d1, d0, m1, m0, year @ ..] = digits.bytes();
    let (day, month, year) = (number(&[*d1, *d0]), number(&[*m1, *m0]), number(year));
    let leap = year % 4 == 0 && (year % 100 != 0 || year % 400 == 0);
    let days = match month {
        2 if leap => 29,
        2 => 28,
        4 | 6 | 9 | 11 => 30,
        1..=12 => 31,
        _ => 0,
    };
    if (1..=days).contains(&day) { Ok(digits) } else { Err(refusal()) }
}
