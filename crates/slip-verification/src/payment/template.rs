//! The ways to pay: tags 29, 30 and 31.

use super::read::{find, once};
use crate::{
    BillerId, Error, Mode, Proxy, Reason, Reference, Remark, Remarks, Tags, TransRef, tlv::Tag,
    writer::Writer,
};
use core::fmt;

/// AIDs of the Bank of Thailand's guideline, and of one bank. Public.
const CREDIT_TRANSFER: &str = "A000000677010111";
const CUSTOMER_PRESENTED: &str = "A000000677010114";
const BILL_PAYMENT: &str = "A000000677010112";
const CROSS_BORDER: &str = "A000000677012006";
const STANDARD_API: &str = "A000000677012004";

/// Payment to a proxy or an account (tag 29).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct CreditTransfer<'a> {
    /// Who receives the money.
    pub proxy: Proxy<'a>,
    /// Whether the customer shows the code (AID `A000000677010114`) and not the merchant (`A000000677010111`). Public.
    pub customer_presented: bool,
}

impl<'a> CreditTransfer<'a> {
    /// Payment to a proxy, shown by the merchant unless the proxy is a customer's token.
    #[must_use]
    pub const fn new(proxy: Proxy<'a>) -> Self {
        Self { proxy, customer_presented: matches!(proxy, Proxy::Customer(_)) }
    }

    /// Reads tag 29, or tells that it belongs to another application.
    #[inline]
    pub(super) fn read(tag: Tag<'a>) -> Result<Option<Self>, Error> {
        let (aid, mut children) = tag.application()?;
        let customer_presented = match aid {
            CREDIT_TRANSFER => false,
            CUSTOMER_PRESENTED => true,
            _ => return Ok(None),
        };
        let Some(proxy) = children.next().transpose()? else { return Err(tag.refused(Reason::WrongSubtags)) };
        let proxy = Proxy::read(proxy)?;
        children.end()?;
        Ok(Some(Self { proxy, customer_presented }))
    }

    pub(super) fn write(&self, writer: &mut Writer<'_>) -> Result<(), Error> {
        let aid = if self.customer_presented { CUSTOMER_PRESENTED } else { CREDIT_TRANSFER };
        writer.tag(0, &[aid.as_bytes()])?;
        let id = self.proxy.id();
        match &self.proxy {
            Proxy::Mobile(mobile) => writer.tag(id, &[mobile.as_str().as_bytes()]),
            Proxy::NationalId(number) => writer.tag(id, &[number.as_str().as_bytes()]),
            Proxy::EWallet(wallet) => writer.tag(id, &[wallet.as_str().as_bytes()]),
            Proxy::BankAccount(account) => {
                writer.tag(id, &[account.bank.bytes(), account.number().as_str().as_bytes()])
            }
            Proxy::Customer(code) => writer.tag(id, &[code.as_str().as_bytes()]),
        }
    }
}

/// Payment of a bill (tag 30).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct BillPayment<'a> {
    /// Who receives the money (sub-tag 01).
    pub biller: BillerId<'a>,
    /// The biller's first reference (sub-tag 02).
    pub ref1: Reference<'a>,
    /// The biller's second reference (sub-tag 03). What is called the third is
    /// [`AdditionalData::terminal_label`](super::AdditionalData::terminal_label).
    pub ref2: Option<Reference<'a>>,
    /// Whether payers from abroad are meant (AID `A000000677012006`) and not domestic ones (`A000000677010112`). Public.
    pub cross_border: bool,
}

impl<'a> BillPayment<'a> {
    /// A domestic payment with one reference.
    #[must_use]
    pub const fn new(biller: BillerId<'a>, ref1: Reference<'a>) -> Self {
        Self { biller, ref1, ref2: None, cross_border: false }
    }

    /// The same with a second reference.
    #[must_use]
    pub const fn with_ref2(self, ref2: Reference<'a>) -> Self {
        Self { ref2: Some(ref2), ..self }
    }

    /// Reads tag 30, or tells that it belongs to another application.
    #[inline]
    pub(super) fn read(tag: Tag<'a>, mode: Mode, remarks: &mut Remarks) -> Result<Option<Self>, Error> {
        let (aid, mut children) = tag.application()?;
        let cross_border = match aid {
            BILL_PAYMENT => false,
            CROSS_BORDER => true,
            _ => return Ok(None),
        };
        let biller = children.expect(1)?;
        let biller = BillerId::unchecked(biller.value()).map_err(biller.fault())?;
        let ref1 = children.expect(2)?;
        let ref1 = Reference::unchecked(ref1.value()).map_err(ref1.fault())?;
        let (mut ref2, mut seen) = (None, 0b111);
        for child in children {
            let child = child?;
            once(&mut seen, &child)?;
            match child.id() {
                3 => ref2 = Some(Reference::unchecked(child.value()).map_err(child.fault())?),
                _ if mode.tolerates() => remarks.add(Remark::UnknownTags),
                _ => return Err(child.refused(Reason::WrongSubtags)),
            }
        }
        Ok(Some(Self { biller, ref1, ref2, cross_border }))
    }

    pub(super) fn write(&self, writer: &mut Writer<'_>) -> Result<(), Error> {
        let aid = if self.cross_border { CROSS_BORDER } else { BILL_PAYMENT };
        writer.tag(0, &[aid.as_bytes()])?;
        writer.tag(1, &[self.biller.as_str().as_bytes()])?;
        writer.tag(2, &[self.ref1.as_str().as_bytes()])?;
        writer.optional(3, self.ref2.map(|reference| reference.as_str()))
    }
}

/// A template of any application (tag 31): an identifier and its tags, kept as they are.
#[derive(Clone)]
pub struct Template<'a> {
    text: &'a str,
    aid: &'a str,
    tags: Tags<'a>,
}

impl<'a> Template<'a> {
    /// A template from its text, such as `0016A00000067701011301030040211LEX11000002`.
    ///
    /// # Errors
    /// What is wrong with its tags; [`Reason::WrongSubtags`] when the first is not 00.
    pub fn new(text: &'a str) -> Result<Self, Error> {
        let mut tags = Tags::new(text);
        let aid = tags.expect(0)?.value();
        Self::of(text, aid, tags)
    }

    #[inline]
    pub(super) fn read(tag: Tag<'a>) -> Result<Self, Error> {
        let (aid, tags) = tag.application()?;
        Self::of(tag.value(), aid, tags)
    }

    fn of(text: &'a str, aid: &'a str, tags: Tags<'a>) -> Result<Self, Error> {
        let mut seen = 1;
        tags.clone().try_for_each(|tag| once(&mut seen, &tag?))?;
        Ok(Self { text, aid, tags })
    }

    /// The application's identifier (sub-tag 00): `A000000677012004` is the standard API, `A000000677010113` one bank's
    /// own. Public.
    #[must_use]
    pub const fn aid(&self) -> &'a str {
        self.aid
    }

    /// The tags behind the identifier.
    pub fn tags(&self) -> impl Iterator<Item = Tag<'a>> + use<'a> {
        self.tags.clone().filter_map(Result::ok) // all were read before
    }

    /// The value of a tag behind the identifier.
    #[must_use]
    pub fn value(&self, id: u8) -> Option<&'a str> {
        find(self.tags.clone(), id).map(|tag| tag.value())
    }

    /// The transaction that is to be verified, if this is the standard API (sub-tag 01 is `001`): the same service as that of a
    /// slip's mini-QR. Public.
    #[must_use]
    pub fn trans_ref(&self) -> Option<TransRef<'a>> {
        let is_verification = self.aid == STANDARD_API && self.value(1) == Some("001");
        TransRef::new(self.value(3).filter(|_| is_verification)?).ok()
    }

    pub(super) const fn text(&self) -> &'a str {
        self.text
    }
}

impl PartialEq for Template<'_> {
    /// Wherever they stood.
    fn eq(&self, other: &Self) -> bool {
        self.text == other.text
    }
}

impl Eq for Template<'_> {}

impl fmt::Debug for Template<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} {:?}", self.aid, self.tags)
    }
}
