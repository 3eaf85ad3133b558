//! The QR code to pay by: a PromptPay bill payment.

use super::filing::Filing;
use satang_core::Refusal;
use satang_slip_verification::{Amount, BillPayment, BillerId, Error, PaymentQr, Reference};

/// The biller that the sandbox's Department is: made up, with a right check digit.
const BILLER: &str = "099400016510200";

/// The text of a filing's code.
pub(super) fn text(filing: &Filing) -> Result<String, Refusal> {
    let write = || {
        let bill = BillPayment::new(BillerId::new(BILLER)?, Reference::new(&filing.reference1)?)
            .with_ref2(Reference::new(&filing.reference2)?);
        let amount = Amount::from_satang(filing.total)?;
        PaymentQr::to_biller(bill).with_amount(amount).to_payload()
    };
    write().map_err(|error: Error| {
        tracing::error!(%error, "a filing makes no payment code");
        Refusal::internal()
    })
}

/// What a code asks for: both references, and the amount in satang if it says one.
///
/// # Errors
/// Why it is no code of the Department.
pub(crate) fn read(text: &str) -> Result<(String, String, Option<i64>), String> {
    let read = PaymentQr::read(text).map_err(|error| error.to_string())?;
    let bill = read.bill_payment.filter(|bill| bill.biller.as_str() == BILLER);
    let bill = bill.ok_or("expected a bill of the Department")?;
    let second = bill.ref2.ok_or("expected a second reference")?;
    let amount = read.amount.map(Amount::satang);
    Ok((bill.ref1.as_str().to_owned(), second.as_str().to_owned(), amount))
}
