//! Inquiries about filings. Another filer's filing is answered like one that there is not.

use super::{
    answer::{self, Instrument, stored},
    filer::Filer,
    filing::{self, Filing},
    refusal::{rd_form, refuse, refuse_all},
    state::FilingStatus,
};
use crate::store::Tx;
use satang_core::Refusal;
use satang_schema::stamp_duty::{
    FilingAnswer, FilingStatusForm, InstrumentPaid, PaidForm, PaidStatus, PaymentStatusAnswer,
    PaymentStatusForm, ResponseCode, Unknown,
};
use satang_validation::{Rule, Violations};

/// CheckFilingStatus: what became of a filing.
pub(super) fn filing_status(
    tx: &mut Tx<'_>,
    filer: &Filer,
    form: &FilingStatusForm,
) -> Result<FilingAnswer, Refusal> {
    let filing = find(tx, filer, form.api_ref_no.as_str())?;
    match filing.status {
        FilingStatus::Received => Ok(FilingAnswer::new(ResponseCode::InVerification, None)),
        FilingStatus::Cancelled => Err(refuse(&ResponseCode::Cancelled)),
        // There is nothing left to pay by.
        FilingStatus::Expired => Err(refuse(&ResponseCode::PastDue)),
        FilingStatus::Filed | FilingStatus::Paid => {
            let payment = match &form.response_payment_type {
                Some(payment) => payment.clone(),
                None => stored(&filing.response_payment_type)?,
            };
            answer::filed(tx, &filing, &payment)
        }
    }
}

/// CheckPaymentStatus: whether the duty has been paid, for all of a filing or for some of its instruments.
pub(super) fn payment_status(
    tx: &mut Tx<'_>,
    filer: &Filer,
    form: &PaymentStatusForm,
) -> Result<PaymentStatusAnswer, Refusal> {
    let filing = find(tx, filer, form.api_ref_no.as_str())?;
    let status = match filing.status {
        FilingStatus::Received => {
            return Ok(PaymentStatusAnswer::new(ResponseCode::InVerification, None));
        }
        FilingStatus::Cancelled => return Err(refuse(&ResponseCode::Cancelled)),
        FilingStatus::Paid => PaidStatus::Paid,
        FilingStatus::Filed | FilingStatus::Expired => PaidStatus::NotPaid,
    };
    let asked: Vec<&str> = form.inst_info.ref_no.iter().map(|ref_no| ref_no.as_str()).collect();
    let chosen = choose(answer::instruments(tx, &filing)?, &asked, |position| {
        rd_form().member("instInfo").member("refNo").index(position)
    })?;
    let paid = |instrument: &Instrument| {
        let (ref_no, inst_status) = (stored(&instrument.ref_no)?, status.clone());
        Ok(InstrumentPaid { ref_no, inst_status })
    };
    let inst_info = chosen.iter().map(paid).collect::<Result<_, Refusal>>()?;
    let form = PaidForm { form_status: status.clone(), inst_info, other: Unknown::default() };
    Ok(PaymentStatusAnswer::new(ResponseCode::Success, Some(form)))
}

/// The filer's own filing.
///
/// # Errors
/// `E07100` when there is none of this reference.
pub(super) fn find(tx: &mut Tx<'_>, filer: &Filer, api_ref_no: &str) -> Result<Filing, Refusal> {
    filing::own(tx, filer, api_ref_no)?.ok_or_else(|| refuse(&ResponseCode::NoData))
}

/// The instruments with these references, in the order of the filing; all of them when nobody asks for any.
///
/// # Errors
/// `E07113` when one is not of this filing.
pub(super) fn choose(
    all: Vec<Instrument>,
    asked: &[&str],
    place: impl Fn(usize) -> satang_validation::Pointer,
) -> Result<Vec<Instrument>, Refusal> {
    if asked.is_empty() {
        return Ok(all);
    }
    let known: std::collections::HashSet<&str> = all.iter().map(|it| it.ref_no.as_str()).collect();
    let mut found = Violations::new();
    for (position, _) in asked.iter().enumerate().filter(|(_, ref_no)| !known.contains(*ref_no)) {
        found.add(place(position), Rule::malformed("expected an instrument of this filing"));
    }
    if !found.is_empty() {
        return Err(refuse_all(&ResponseCode::ForeignReference, found));
    }
    let asked: std::collections::HashSet<&str> = asked.iter().copied().collect();
    Ok(all.into_iter().filter(|it| asked.contains(it.ref_no.as_str())).collect())
}
