//! Writes a payment code.

use super::{CRC, Initiation, PaymentQr, read::is_country};
use crate::{Error, Reason, envelope, writer::Writer};

/// The order in which tags are written. EMVCo fixes only the first and the last; any order is read.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Order {
    /// By number.
    #[default]
    Ascending,
    /// That of the library promptparse: 53, 58, 54, and then the rest.
    Promptparse,
    /// That of the library promptpay-qr: 58, 53, 54, and then the rest.
    PromptpayQr,
}

impl Order {
    /// The tags that have members.
    const fn tags(self) -> &'static [u8] {
        match self {
            Self::Ascending => &[1, 29, 30, 31, 52, 53, 54, 58, 59, 60, 61, 62, 80, 81],
            Self::Promptparse => &[1, 29, 30, 31, 52, 53, 58, 54, 59, 60, 61, 62, 80, 81],
            Self::PromptpayQr => &[1, 29, 30, 31, 52, 58, 53, 54, 59, 60, 61, 62, 80, 81],
        }
    }
}

pub(super) fn write<'b>(qr: &PaymentQr<'_>, buffer: &'b mut [u8], order: Order) -> Result<&'b str, Error> {
    let mut writer = Writer::new(buffer);
    writer.tag(0, &[b"01"])?;
    let mut written = 0;
    for id in order.tags() {
        if order == Order::Ascending {
            others(qr, &mut writer, &mut written, *id)?;
        }
        member(qr, &mut writer, *id)?;
    }
    others(qr, &mut writer, &mut written, 100)?;
    let payload = writer.finish(CRC, false)?;
    // Nothing is written that cannot be read.
    match envelope::control_character(payload) {
        Some(place) => Err(Error::new(Reason::ControlCharacter, place)),
        None => Ok(payload),
    }
}

/// Writes the tags without members that have not been written, below this number.
fn others(qr: &PaymentQr<'_>, writer: &mut Writer<'_>, written: &mut u8, below: u8) -> Result<(), Error> {
    while let Some(tag) = qr.others.next(*written).filter(|tag| tag.id() < below) {
        writer.tag(tag.id(), &[tag.value().as_bytes()])?;
        *written = tag.id() + 1;
    }
    Ok(())
}

fn member(qr: &PaymentQr<'_>, writer: &mut Writer<'_>, id: u8) -> Result<(), Error> {
    match id {
        1 => match qr.initiation {
            Some(Initiation::Static) => writer.tag(id, &[b"11"]),
            Some(Initiation::Dynamic) => writer.tag(id, &[b"12"]),
            None => Ok(()),
        },
        29 => qr.credit_transfer.map_or(Ok(()), |it| writer.template(id, |writer| it.write(writer))),
        30 => qr.bill_payment.map_or(Ok(()), |it| writer.template(id, |writer| it.write(writer))),
        31 => writer.optional(id, qr.application.as_ref().map(super::Template::text)),
        52 => writer.optional(id, qr.merchant_category.as_ref().map(crate::Digits::as_str)),
        53 => writer.optional(id, qr.states_currency.then_some("764")),
        54 => match qr.amount {
            Some(amount) => {
                let (digits, length) = amount.digits();
                writer.tag(id, &[digits.get(digits.len() - length..).unwrap_or_default()])
            }
            None => Ok(()),
        },
        58 => match qr.country {
            Some(country) if !is_country(country) => Err(writer.refused(id, Reason::WrongCountry)),
            country => writer.optional(id, country),
        },
        59 => writer.optional(id, qr.merchant_name.map(|text| text.as_str())),
        60 => writer.optional(id, qr.merchant_city.map(|text| text.as_str())),
        61 => writer.optional(id, qr.postcode.map(|text| text.as_str())),
        62 => writer.template(id, |writer| qr.additional.write(writer)),
        80 => qr.vat.map_or(Ok(()), |it| writer.template(id, |writer| it.write(writer))),
        81 => writer.optional(id, qr.message.map(|message| message.as_hex())),
        _ => Ok(()),
    }
}
