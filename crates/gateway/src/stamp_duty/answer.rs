//! Answers, made from what is stored: the same each time.

use super::{filing::Filing, qr};
use crate::{
    paper::Paper,
    store::{StoreError, Tx},
};
use base64::{Engine, engine::general_purpose::STANDARD as BASE64};
use satang_core::Refusal;
use satang_schema::{
    Satang,
    stamp_duty::{
        Filed, FiledInstrument, FilingAnswer, PaymentInfo, ResponseCode, ResponsePaymentType,
        SpecifiedTaxRegistration, Unknown,
    },
};
use std::str::FromStr;

/// What a filer is told when it files: also when it files again, whatever has happened since.
pub(super) fn first(tx: &mut Tx<'_>, filing: &Filing) -> Result<FilingAnswer, Refusal> {
    if filing.is_large() {
        return Ok(FilingAnswer::new(ResponseCode::Received, Some(bare(filing)?)));
    }
    filed(tx, filing, &stored(&filing.response_payment_type)?)
}

/// What was filed, and how to pay for it.
pub(super) fn filed(
    tx: &mut Tx<'_>,
    filing: &Filing,
    payment: &ResponsePaymentType,
) -> Result<FilingAnswer, Refusal> {
    let mut form = bare(filing)?;
    for instrument in instruments(tx, filing)? {
        form.inst_info.push(FiledInstrument {
            id: Some(stored(&instrument.id)?),
            ref_no: Some(stored(&instrument.ref_no)?),
            specified_tax_registration: Some(SpecifiedTaxRegistration { id: stored(&instrument.tax_payer)? }),
            other: Unknown::default(),
        });
    }
    form.payment_info = Some(payment_info(filing, payment)?);
    Ok(FilingAnswer::new(ResponseCode::Success, Some(form)))
}

/// An instrument as it is stored.
pub(super) struct Instrument {
    pub(super) ref_no: String,
    pub(super) id: String,
    pub(super) tax_payer: String,
    pub(super) contract_no: String,
    pub(super) creation_date: String,
    /// In satang, as the others.
    pub(super) amount: i64,
    pub(super) duty: i64,
    pub(super) surcharge: i64,
}

/// The instruments of a filing, in the order in which they were filed.
pub(super) fn instruments(tx: &mut Tx<'_>, filing: &Filing) -> Result<Vec<Instrument>, StoreError> {
    // No filing has more than a thousand.
    let sql =
        "SELECT ref_no, id, tax_payer, contract_no, creation_date, amount, duty, surcharge FROM instrument
        WHERE filing = $1 ORDER BY position LIMIT 1000";
    tx.query(sql, &[(&filing.api_ref_no).into()], |row| {
        Ok(Instrument {
            ref_no: row.text(0)?,
            id: row.text(1)?,
            tax_payer: row.text(2)?,
            contract_no: row.text(3)?,
            creation_date: row.text(4)?,
            amount: row.int(5)?,
            duty: row.int(6)?,
            surcharge: row.int(7)?,
        })
    })
}

fn payment_info(filing: &Filing, payment: &ResponsePaymentType) -> Result<PaymentInfo, Refusal> {
    let wants_slip = matches!(payment, ResponsePaymentType::PayInSlip | ResponsePaymentType::All);
    let wants_code =
        matches!(payment, ResponsePaymentType::Qr | ResponsePaymentType::All) && filing.total > 0;
    Ok(PaymentInfo {
        ref1: Some(stored(&filing.reference1)?),
        ref2: Some(stored(&filing.reference2)?),
        expire_date: Some(stored(&filing.expire_date)?),
        total_amount: Some(Satang(filing.total)),
        total_duty: Some(Satang(filing.duty)),
        total_surcharge: Some(Satang(filing.surcharge)),
        total_fine: Some(Satang(filing.fine)),
        pay_in_slip_file: wants_slip.then(|| BASE64.encode(pay_in_slip(filing).pdf())),
        qr_payment: wants_code.then(|| qr::text(filing)).transpose()?,
        other: Unknown::default(),
    })
}

fn pay_in_slip(filing: &Filing) -> Paper {
    let lines = [
        ("Reference 1", filing.reference1.clone()),
        ("Reference 2", filing.reference2.clone()),
        ("To be paid until", filing.expire_date.clone()),
        ("Duty", format!("{} baht", Satang(filing.duty))),
        ("Surcharge", format!("{} baht", Satang(filing.surcharge))),
        ("Fine", format!("{} baht", Satang(filing.fine))),
        ("To be paid", format!("{} baht", Satang(filing.total))),
    ];
    let lines = lines.map(|(name, value)| (name.to_owned(), value));
    Paper { title: "Pay-in slip for stamp duty".into(), lines: lines.into() }
}

/// A filing without instruments and payment.
fn bare(filing: &Filing) -> Result<Filed, Refusal> {
    Ok(Filed {
        request_id: Some(stored(&filing.request_id)?),
        api_ref_no: Some(stored(&filing.api_ref_no)?),
        inst_info: Vec::new(),
        payment_info: None,
        other: Unknown::default(),
    })
}

/// Reads back what was valid when it was stored.
pub(super) fn stored<T: FromStr>(text: &str) -> Result<T, Refusal> {
    text.parse().map_err(|_| {
        tracing::error!("the store holds something that cannot be read");
        Refusal::internal()
    })
}
