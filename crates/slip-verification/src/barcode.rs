//! The barcode of the Bank of Thailand on a paper bill.

use crate::{Amount, BillPayment, BillerId, Error, PaymentQr, Reason, Reference, limits};

/// The barcode on a bill: biller, references and amount, with a vertical bar in front and carriage returns between them. Public.
///
/// It says the same as tag 30 of a payment code, and converts to it and back without loss.
///
/// ```
/// use satang_slip_verification::{Amount, Barcode, PaymentQr};
///
/// let barcode = Barcode::read("|099400016550100\r123456789012\r670429\r364922")?;
/// assert_eq!(barcode.amount.map(Amount::satang), Some(364_922));
///
/// let payload = PaymentQr::from(barcode).to_payload()?;
/// assert_eq!(Barcode::try_from(&PaymentQr::read(&payload)?)?, barcode);
/// # Ok::<(), satang_slip_verification::Error>(())
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Barcode<'a> {
    /// Who receives the money.
    pub biller: BillerId<'a>,
    /// The first reference.
    pub ref1: Reference<'a>,
    /// The second reference.
    pub ref2: Option<Reference<'a>>,
    /// The amount; a barcode writes none as `0`.
    pub amount: Option<Amount>,
}

const END: char = '\r';

impl<'a> Barcode<'a> {
    /// Reads a barcode.
    ///
    /// # Errors
    /// What is wrong with it, and where. The amount is looked at first.
    pub fn read(payload: &'a (impl AsRef<[u8]> + ?Sized)) -> Result<Self, Error> {
        let bytes = payload.as_ref();
        if bytes.len() > limits::PAYLOAD {
            return Err(Error::new(Reason::TooLong, limits::PAYLOAD));
        }
        if let Some(place) = bytes.iter().position(|byte| !byte.is_ascii()) {
            return Err(Error::new(Reason::NotAscii, place));
        }
        let text = core::str::from_utf8(bytes).map_err(|_| Error::new(Reason::NotAscii, 0))?;
        let Some(fields) = text.strip_prefix('|') else { return Err(Error::new(Reason::NoPrefix, 0)) };
        let mut rest = fields.split(END);
        let (Some(biller), Some(ref1), Some(ref2), Some(amount), None) =
            (rest.next(), rest.next(), rest.next(), rest.next(), rest.next())
        else {
            return Err(Error::new(Reason::FieldCount, text.len()));
        };
        // Where each begins: behind the bar, and behind a carriage return each.
        let at_ref1 = 1 + biller.len() + 1;
        let at_ref2 = at_ref1 + ref1.len() + 1;
        let at_amount = at_ref2 + ref2.len() + 1;
        let moved = |offset| move |error: Error| error.moved(offset, error.path());
        if amount.is_empty() {
            return Err(Error::new(Reason::EmptyAmount, at_amount));
        }
        let amount = Amount::from_satang_digits(amount).map_err(moved(at_amount))?;
        let biller = BillerId::unchecked(biller).map_err(moved(1))?;
        let ref1 = Reference::unchecked(ref1).map_err(moved(at_ref1))?;
        let ref2 = match ref2 {
            "" => None,
            ref2 => Some(Reference::unchecked(ref2).map_err(moved(at_ref2))?),
        };
        Ok(Self { biller, ref1, ref2, amount })
    }

    /// The barcode.
    #[cfg(feature = "alloc")]
    #[must_use]
    pub fn to_payload(&self) -> alloc::string::String {
        let ref2 = self.ref2.map_or("", |reference| reference.as_str());
        let satang = self.amount.map_or(0, Amount::satang);
        alloc::format!("|{}{END}{}{END}{ref2}{END}{satang}", self.biller.as_str(), self.ref1.as_str())
    }
}

impl<'a> From<Barcode<'a>> for PaymentQr<'a> {
    fn from(barcode: Barcode<'a>) -> Self {
        let Barcode { biller, ref1, ref2, amount } = barcode;
        let qr = PaymentQr::to_biller(BillPayment { biller, ref1, ref2, cross_border: false });
        match amount {
            Some(amount) => qr.with_amount(amount),
            None => qr,
        }
    }
}

impl<'a> TryFrom<&PaymentQr<'a>> for Barcode<'a> {
    type Error = Error;

    /// # Errors
    /// [`Reason::WrongFormat`] when the code has no domestic bill payment.
    fn try_from(qr: &PaymentQr<'a>) -> Result<Self, Error> {
        match qr.bill_payment {
            Some(BillPayment { biller, ref1, ref2, cross_border: false }) => {
                Ok(Self { biller, ref1, ref2, amount: qr.amount })
            }
            _ => Err(Error::new(Reason::WrongFormat, 0)),
        }
    }
}
