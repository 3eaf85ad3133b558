//! Reads a payment code.

use super::{
    AdditionalData, BillPayment, CRC, CreditTransfer, Initiation, Message, PaymentQr, Template, Vat,
};
use crate::{
    Amount, Digits, Error, Mode, Reason, Remark, Remarks, TagPath, envelope, limits,
    tlv::{Tag, Unit},
};

pub(super) fn read<'a>(bytes: &'a [u8], mode: Mode, remarks: &mut Remarks) -> Result<PaymentQr<'a>, Error> {
    if bytes.len() > limits::PAYLOAD_WITH_EXTRAS {
        return Err(Error::new(Reason::TooLong, limits::PAYLOAD_WITH_EXTRAS));
    }
    let trimmed = envelope::trim(bytes, mode, remarks)?;
    let text = core::str::from_utf8(trimmed.bytes)
        .map_err(|error| Error::new(Reason::NotUtf8, trimmed.offset + error.valid_up_to()))?;
    if let Some(place) = envelope::control_character(text) {
        return Err(Error::new(Reason::ControlCharacter, trimmed.offset + place));
    }
    let (at, before) = (trimmed.offset, *remarks);
    let mut qr = PaymentQr::default();
    let Err(error) = read_text(text, (at, Unit::Bytes), mode, remarks, &mut qr) else { return Ok(qr) };
    if !mode.tolerates() || text.is_ascii() {
        return Err(error);
    }
    // One library counts characters of Thai text instead of bytes. Public.
    (*remarks, qr) = (before, PaymentQr::default());
    remarks.add(Remark::Characters);
    read_text(text, (at, Unit::Characters), mode, remarks, &mut qr).map_err(|_| error)?;
    Ok(qr)
}

fn read_text<'a>(
    text: &'a str,
    at: (usize, Unit),
    mode: Mode,
    remarks: &mut Remarks,
    qr: &mut PaymentQr<'a>,
) -> Result<(), Error> {
    let mut reader = Reader { qr, mode, remarks: *remarks, first: true, amount: None };
    let mut fault = None;
    envelope::read(text, at, CRC, mode, remarks, |tag| {
        // A value is looked at once, but a wrong checksum is told before a wrong value.
        if fault.is_none() {
            fault = reader.take(tag).err();
        }
        Ok(())
    })?;
    if let Some(error) = fault {
        return Err(error);
    }
    remarks.add_all(reader.remarks);
    if reader.first {
        return Err(Error::new(Reason::WrongFormat, at.0)); // nothing but a checksum
    }
    if let (Some(tag), false) = (reader.amount, qr.states_currency) {
        if !mode.tolerates() {
            return Err(tag.refused(Reason::MissingCurrency));
        }
        remarks.add(Remark::Currency);
    }
    if text.len() > limits::PAYLOAD && qr.vat.is_none() && qr.message.is_none() {
        return Err(Error::new(Reason::TooLong, at.0 + limits::PAYLOAD));
    }
    qr.others.set_text(text, at);
    Ok(())
}

struct Reader<'q, 'a> {
    qr: &'q mut PaymentQr<'a>,
    mode: Mode,
    remarks: Remarks,
    first: bool,
    amount: Option<Tag<'a>>,
}

impl<'a> Reader<'_, 'a> {
    /// Puts a tag where it belongs.
    #[inline]
    fn take(&mut self, tag: Tag<'a>) -> Result<(), Error> {
        let (qr, value) = (&mut *self.qr, tag.value());
        if core::mem::take(&mut self.first) {
            return match (tag.id(), value) {
                (0, "01") => Ok(()),
                _ => Err(tag.refused(Reason::WrongFormat)),
            };
        }
        match tag.id() {
            1 => qr.initiation = Some(initiation(tag)?),
            29 => match CreditTransfer::read(tag)? {
                None => qr.others.add(29),
                found => qr.credit_transfer = found,
            },
            30 => match BillPayment::read(tag, self.mode, &mut self.remarks)? {
                None => qr.others.add(30),
                found => qr.bill_payment = found,
            },
            31 => qr.application = Some(Template::read(tag)?),
            52 => qr.merchant_category = Some(digits(tag)?),
            53 if value == "764" => qr.states_currency = true,
            53 => return Err(tag.refused(Reason::WrongCurrency)),
            54 => {
                qr.amount = Some(value.parse::<Amount>().map_err(tag.fault())?);
                self.amount = Some(tag);
            }
            58 => qr.country = Some(country(tag, self.mode, &mut self.remarks)?),
            59 => qr.merchant_name = Some(value.into()),
            60 => qr.merchant_city = Some(value.into()),
            61 => qr.postcode = Some(value.into()),
            62 => qr.additional = AdditionalData::read(tag)?,
            80 => qr.vat = Some(Vat::read(tag)?),
            81 => qr.message = Some(Message::new(value).map_err(tag.fault())?),
            other => qr.others.add(other),
        }
        Ok(())
    }
}

fn country<'a>(tag: Tag<'a>, mode: Mode, remarks: &mut Remarks) -> Result<&'a str, Error> {
    let value = tag.value();
    if value != "TH" {
        if !mode.tolerates() || !is_country(value) {
            return Err(tag.refused(Reason::WrongCountry));
        }
        remarks.add(Remark::Country);
    }
    Ok(value)
}

/// Two letters.
pub(super) fn is_country(text: &str) -> bool {
    text.len() == 2 && text.bytes().all(|byte| byte.is_ascii_alphabetic())
}

fn initiation(tag: Tag<'_>) -> Result<Initiation, Error> {
    match tag.value() {
        "11" => Ok(Initiation::Static),
        "12" => Ok(Initiation::Dynamic),
        _ => Err(tag.refused(Reason::Malformed)),
    }
}

/// A value of exactly so many digits.
pub(super) fn digits<const N: usize>(tag: Tag<'_>) -> Result<Digits<N>, Error> {
    Digits::new(tag.value()).ok_or_else(|| tag.refused(Reason::Malformed))
}

/// Looks for a tag of a text that is known to be made of tags.
pub(super) fn find(tags: crate::Tags<'_>, id: u8) -> Option<Tag<'_>> {
    tags.filter_map(Result::ok).find(|tag| tag.id() == id)
}

/// Refuses a tag that has stood in its template before.
pub(super) fn once(seen: &mut u128, tag: &Tag<'_>) -> Result<(), Error> {
    let bit = 1 << tag.id();
    if *seen & bit != 0 {
        return Err(Error::new(Reason::DuplicateTag, tag.offset()).within(tag.path()));
    }
    *seen |= bit;
    Ok(())
}

impl<'a> Tag<'a> {
    /// The tag's whole value as tags, the first of which is the application's identifier.
    #[inline(always)] // its result is large, and would travel through memory
    pub(super) fn application(&self) -> Result<(&'a str, crate::Tags<'a>), Error> {
        let mut children = self.children();
        let aid = children.expect(0)?;
        if aid.value().is_empty() || !aid.value().is_ascii() {
            return Err(Error::new(Reason::Malformed, aid.offset()).within(TagPath::child(self.path(), 0)));
        }
        Ok((aid.value(), children))
    }
}
