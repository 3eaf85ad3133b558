//! What else is told about a payment: tags 62 and 80.

use super::{
    Others,
    read::{digits, once},
};
use crate::{Digits, Error, Reason, Text, tlv::Tag, writer::Writer};

/// What else is told about a payment (tag 62). Names and numbers are EMVCo's. Public.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct AdditionalData<'a> {
    /// Sub-tag 01.
    pub bill_number: Option<Text<'a>>,
    /// Sub-tag 02.
    pub mobile_number: Option<Text<'a>>,
    /// Sub-tag 03.
    pub store_label: Option<Text<'a>>,
    /// Sub-tag 04.
    pub loyalty_number: Option<Text<'a>>,
    /// Sub-tag 05.
    pub reference_label: Option<Text<'a>>,
    /// Sub-tag 06.
    pub customer_label: Option<Text<'a>>,
    /// Sub-tag 07; billers use it as their third reference.
    pub terminal_label: Option<Text<'a>>,
    /// Sub-tag 08.
    pub purpose: Option<Text<'a>>,
    /// Sub-tag 09.
    pub consumer_data_request: Option<Text<'a>>,
    /// All further sub-tags.
    pub others: Others<'a>,
}

/// The purpose of a cross-border payment (tag 62, sub-tag 08). Public.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct CrossBorder<'a> {
    /// The payer's currency, three digits (ISO 4217).
    pub currency: Digits<3>,
    /// The amount in that currency, thirteen characters, as it is written: how many decimals it has depends on the currency.
    pub amount: &'a str,
    /// The payer's country, two letters.
    pub country: &'a str,
}

impl<'a> AdditionalData<'a> {
    /// The purpose, if it is that of a cross-border payment.
    #[must_use]
    pub fn cross_border(&self) -> Option<CrossBorder<'a>> {
        let purpose = self.purpose?.as_str();
        let (currency, rest) = purpose.split_at_checked(3)?;
        let (amount, country) = rest.split_at_checked(13)?;
        let is_country = country.len() == 2 && country.bytes().all(|byte| byte.is_ascii_uppercase());
        let is_amount = amount.bytes().all(|byte| byte.is_ascii_digit() || byte == b'.');
        let currency = Digits::new(currency)?;
        (is_country && is_amount).then_some(CrossBorder { currency, amount, country })
    }

    pub(super) fn read(tag: Tag<'a>) -> Result<Self, Error> {
        let (mut data, mut seen) = (Self::default(), 0);
        for child in tag.children() {
            let child = child?;
            once(&mut seen, &child)?;
            match data.slot(child.id()) {
                Some(slot) => *slot = Some(child.value().into()),
                None => data.others.add(child.id()),
            }
        }
        if seen == 0 {
            return Err(tag.refused(Reason::WrongSubtags));
        }
        let children = tag.children();
        data.others.set_text(tag.value(), (children.offset(), children.unit()));
        Ok(data)
    }

    fn slot(&mut self, id: u8) -> Option<&mut Option<Text<'a>>> {
        match id {
            1 => Some(&mut self.bill_number),
            2 => Some(&mut self.mobile_number),
            3 => Some(&mut self.store_label),
            4 => Some(&mut self.loyalty_number),
            5 => Some(&mut self.reference_label),
            6 => Some(&mut self.customer_label),
            7 => Some(&mut self.terminal_label),
            8 => Some(&mut self.purpose),
            9 => Some(&mut self.consumer_data_request),
            _ => None,
        }
    }

    pub(super) fn write(&self, writer: &mut Writer<'_>) -> Result<(), Error> {
        let mut first = self.others.next(0);
        if let Some(tag) = first.take_if(|tag| tag.id() == 0) {
            writer.tag(0, &[tag.value().as_bytes()])?;
        }
        let known = [
            (1, self.bill_number),
            (2, self.mobile_number),
            (3, self.store_label),
            (4, self.loyalty_number),
            (5, self.reference_label),
            (6, self.customer_label),
            (7, self.terminal_label),
            (8, self.purpose),
            (9, self.consumer_data_request),
        ];
        for (id, value) in known {
            writer.optional(id, value.map(|text| text.as_str()))?;
        }
        let mut from = 10;
        while let Some(tag) = self.others.next(from) {
            writer.tag(tag.id(), &[tag.value().as_bytes()])?;
            from = tag.id() + 1;
        }
        Ok(())
    }
}

/// The value-added tax of a payment (tag 80). Public.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Vat<'a> {
    /// The seller's branch, four digits (sub-tag 00).
    pub branch: Option<Digits<4>>,
    rate: Option<&'a str>,
    amount: Option<&'a str>,
}

impl<'a> Vat<'a> {
    /// A tax of these, of which not all may be missing: rate in percent, up to five characters, and amount in baht, up to thirteen.
    ///
    /// # Errors
    /// [`Reason::Malformed`] when all are missing, or rate or amount are anything but digits with at most one point between them.
    pub fn new(
        branch: Option<Digits<4>>,
        rate: Option<&'a str>,
        amount: Option<&'a str>,
    ) -> Result<Self, Error> {
        let is_empty = branch.is_none() && rate.is_none() && amount.is_none();
        let fits = !is_empty && decimal(rate, 5) && decimal(amount, 13);
        if fits { Ok(Self { branch, rate, amount }) } else { Err(Error::new(Reason::Malformed, 0)) }
    }

    /// The rate in percent as it is written, such as `7.00` (sub-tag 01).
    #[must_use]
    pub const fn rate(&self) -> Option<&'a str> {
        self.rate
    }

    /// The amount in baht as it is written; it may be zero (sub-tag 02).
    #[must_use]
    pub const fn amount(&self) -> Option<&'a str> {
        self.amount
    }

    pub(super) fn read(tag: Tag<'a>) -> Result<Self, Error> {
        let (mut vat, mut seen) = (Self { branch: None, rate: None, amount: None }, 0);
        for child in tag.children() {
            let child = child?;
            once(&mut seen, &child)?;
            let value = Some(child.value());
            match child.id() {
                0 => vat.branch = Some(digits(child)?),
                1 if decimal(value, 5) => vat.rate = value,
                2 if decimal(value, 13) => vat.amount = value,
                1 | 2 => return Err(child.refused(Reason::Malformed)),
                _ => return Err(child.refused(Reason::WrongSubtags)),
            }
        }
        if seen == 0 { Err(tag.refused(Reason::WrongSubtags)) } else { Ok(vat) }
    }

    pub(super) fn write(&self, writer: &mut Writer<'_>) -> Result<(), Error> {
        writer.optional(0, self.branch.as_ref().map(Digits::as_str))?;
        writer.optional(1, self.rate)?;
        writer.optional(2, self.amount)
    }
}

/// Digits, and perhaps a point with digits behind it.
fn decimal(text: Option<&str>, most: usize) -> bool {
    let Some(text) = text else { return true };
    let (whole, decimals) = text.split_once('.').unwrap_or((text, "0"));
    let is_number = |text: &str| !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit());
    text.len() <= most && is_number(whole) && is_number(decimals)
}
