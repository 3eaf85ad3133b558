//! The code that asks for a payment: EMVCo's merchant-presented code in its Thai profile.

mod additional;
mod message;
mod others;
mod read;
mod template;
mod write;

pub use additional::{AdditionalData, CrossBorder, Vat};
pub use message::Message;
pub use others::Others;
pub use template::{BillPayment, CreditTransfer, Template};
pub use write::Order;

use crate::{Amount, Digits, Error, Mode, Proxy, Reading, Remarks, Text};

/// The tag of a payment code's checksum.
const CRC: u8 = 63;

/// A code that asks for a payment.
///
/// One type for reading and for building; what is read and written again is the same, but for the order of tags and the decimals
/// of amounts. A code may offer several ways to pay, so each has a member of its own, and what
/// this crate has no type for is kept in [`others`](Self::others).
///
/// ```
/// use satang_slip_verification::{Amount, BillPayment, BillerId, PaymentQr, Reference};
///
/// let bill = BillPayment::new(BillerId::new("099400016550100")?, Reference::new("123456789012")?)
///     .with_ref2(Reference::new("670429")?);
/// let payload = PaymentQr::to_biller(bill).with_amount("3649.22".parse()?).to_payload()?;
///
/// let read = PaymentQr::read(&payload)?;
/// assert_eq!(read.amount.map(Amount::satang), Some(364_922));
/// assert_eq!(read.bill_payment.map(|bill| bill.ref1.as_str()), Some("123456789012"));
/// # Ok::<(), satang_slip_verification::Error>(())
/// ```
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct PaymentQr<'a> {
    /// Whether the code is meant for one payment or for many (tag 01). It is advice: codes with an amount under
    /// [`Initiation::Static`] exist, and codes without one under [`Initiation::Dynamic`]. Public.
    pub initiation: Option<Initiation>,
    /// Payment to a proxy or an account (tag 29).
    pub credit_transfer: Option<CreditTransfer<'a>>,
    /// Payment of a bill (tag 30).
    pub bill_payment: Option<BillPayment<'a>>,
    /// A bank's own application, or the standard API (tag 31).
    pub application: Option<Template<'a>>,
    /// What the merchant sells (tag 52; ISO 18245).
    pub merchant_category: Option<Digits<4>>,
    /// Whether the currency is told (tag 53): 764, the baht. No other is read.
    pub states_currency: bool,
    /// How much is asked for (tag 54); the payer says it when there is none.
    pub amount: Option<Amount>,
    /// The country (tag 58): `TH`, or any two letters in [`Mode::Tolerant`].
    pub country: Option<&'a str>,
    /// The merchant's name (tag 59), by EMVCo at most 25 characters.
    pub merchant_name: Option<Text<'a>>,
    /// The merchant's city (tag 60), by EMVCo at most 15 characters.
    pub merchant_city: Option<Text<'a>>,
    /// The merchant's postcode (tag 61).
    pub postcode: Option<Text<'a>>,
    /// What else is told about the payment (tag 62).
    pub additional: AdditionalData<'a>,
    /// The value-added tax (tag 80).
    pub vat: Option<Vat<'a>>,
    /// A message in TrueMoney's app (tag 81).
    pub message: Option<Message<'a>>,
    /// Tags at the root that have no member here, and templates under 29, 30 of other applications.
    pub others: Others<'a>,
}

/// Whether a code is meant for one payment or for many.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Initiation {
    /// `11`: printed once, paid often.
    Static,
    /// `12`: made for one payment.
    Dynamic,
}

impl<'a> PaymentQr<'a> {
    /// A code without an amount that pays to a proxy.
    #[must_use]
    pub fn to_proxy(proxy: Proxy<'a>) -> Self {
        Self { credit_transfer: Some(CreditTransfer::new(proxy)), ..Self::blank() }
    }

    /// A code without an amount that pays a bill.
    #[must_use]
    pub fn to_biller(bill: BillPayment<'a>) -> Self {
        Self { bill_payment: Some(bill), ..Self::blank() }
    }

    fn blank() -> Self {
        Self {
            initiation: Some(Initiation::Static),
            states_currency: true,
            country: Some("TH"),
            ..Self::default()
        }
    }

    /// The same for an amount, which makes it a code for one payment.
    #[must_use]
    pub fn with_amount(self, amount: Amount) -> Self {
        Self { amount: Some(amount), initiation: Some(Initiation::Dynamic), ..self }
    }

    /// Reads a payload as it is defined ([`Mode::Strict`]).
    ///
    /// # Errors
    /// What is wrong with it, and where.
    pub fn read(payload: &'a (impl AsRef<[u8]> + ?Sized)) -> Result<Self, Error> {
        read::read(payload.as_ref(), Mode::Strict, &mut Remarks::default())
    }

    /// Reads a payload in any [`Mode`].
    ///
    /// # Errors
    /// What is wrong with it, and where.
    pub fn read_in(payload: &'a (impl AsRef<[u8]> + ?Sized), mode: Mode) -> Result<Reading<Self>, Error> {
        let mut remarks = Remarks::default();
        let value = read::read(payload.as_ref(), mode, &mut remarks)?;
        Ok(Reading { value, remarks })
    }

    /// Writes the payload into a buffer.
    ///
    /// # Errors
    /// [`Reason::BufferTooSmall`](crate::Reason::BufferTooSmall), [`Reason::ValueTooLong`](crate::Reason::ValueTooLong) when a value or a template has more than 99 bytes,
    /// [`Reason::WrongCountry`](crate::Reason::WrongCountry) or [`Reason::ControlCharacter`](crate::Reason::ControlCharacter).
    pub fn write<'b>(&self, buffer: &'b mut [u8], order: Order) -> Result<&'b str, Error> {
        write::write(self, buffer, order)
    }

    /// The payload, tags in ascending order.
    ///
    /// # Errors
    /// [`Reason::ValueTooLong`](crate::Reason::ValueTooLong) when a value or a template has more than 99 bytes, [`Reason::WrongCountry`](crate::Reason::WrongCountry) or
    /// [`Reason::ControlCharacter`](crate::Reason::ControlCharacter).
    #[cfg(feature = "alloc")]
    pub fn to_payload(&self) -> Result<alloc::string::String, Error> {
        use crate::{Reason, limits, writer::to_string};
        // Few codes are long.
        let short = to_string::<{ limits::PAYLOAD }>(|buffer| self.write(buffer, Order::Ascending));
        match short {
            Err(error) if error.reason() == Reason::BufferTooSmall => {
                to_string::<{ limits::PAYLOAD_WITH_EXTRAS }>(|buffer| self.write(buffer, Order::Ascending))
            }
            done => done,
        }
    }
}
