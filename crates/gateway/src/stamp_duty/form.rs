//! What is signed: read, and checked against the rules that have codes of their own.

use super::refusal::{rd_form, refuse_all, refuse_at};
use satang_core::Refusal;
use satang_schema::{
    Check, decode,
    stamp_duty::{EncryptType, FilingForm, FilingStatusForm, ResponseCode},
};
use satang_validation::{Code, Pointer, Rule, Violation, Violations};
use serde::de::DeserializeOwned;

/// Encrypted forms are refused: neither keys nor algorithms are published.
pub(super) fn expect_plain(encryption: Option<EncryptType>) -> Result<(), Refusal> {
    if encryption != Some(EncryptType::Encrypted) {
        return Ok(());
    }
    let place = Pointer::root().member("eInstrument").member("encryptType");
    let rule = Rule::malformed("expected 0: the algorithms of encrypted forms are not published");
    Err(refuse_at(&ResponseCode::InvalidData, place, rule))
}

/// Reads a form.
///
/// # Errors
/// Every violation, behind the place of the form.
pub(super) fn read<F: DeserializeOwned + Check>(payload: &[u8]) -> Result<F, Refusal> {
    decode(payload).map_err(|found| refuse_form(&code_of(found.as_slice()), found))
}

/// Reads the form of CheckFilingStatus. The page of CheckPaymentStatus shows its own form at this path: what that lacks
/// here is `responsePaymentType`.
pub(super) fn read_filing_status(payload: &[u8]) -> Result<FilingStatusForm, Refusal> {
    decode(payload).map_err(|mut found| {
        let stranger = Pointer::root().member("instInfo");
        let is_other =
            |violation: &Violation| violation.code == Code::Unknown && violation.pointer == stranger;
        if !found.as_slice().iter().any(is_other) {
            return refuse_form(&code_of(found.as_slice()), found);
        }
        let missing = Rule::new(Code::Missing, "expected the form of CheckFilingStatus");
        found.add(Pointer::root().member("responsePaymentType"), missing);
        refuse_form(&ResponseCode::MissingData, found)
    })
}

/// Checks what has a code of its own.
pub(super) fn check(form: &FilingForm) -> Result<(), Refusal> {
    let detail = &form.document_detail;
    let kind = detail.type_code.as_str();
    let is_kind =
        kind.parse().is_ok_and(|number: u8| (1..=28).contains(&number) && kind == number.to_string());
    if !is_kind {
        let place = rd_form().member("documentDetail").member("typeCode");
        return Err(refuse_at(&ResponseCode::InvalidData, place, Rule::malformed("expected 1 to 28")));
    }
    if kind != MEETING {
        return Ok(());
    }
    let mut found = Violations::new();
    for (position, instrument) in form.inst_info.iter().enumerate() {
        if instrument.attach_detail.as_ref().is_none_or(|detail| detail.date.is_none()) {
            let place = Pointer::root().member("instInfo").index(position).member("attachDetail");
            found.add(place.member("date"), Rule::new(Code::Missing, "expected the date of the meeting"));
        }
    }
    if found.is_empty() { Ok(()) } else { Err(refuse_form(&ResponseCode::MissingMeetingDate, found)) }
}

/// A proxy for a meeting, in the schedule of stamp duties.
const MEETING: &str = "8";

/// The one code for all that is wrong: the most particular first, then what is missing.
fn code_of(found: &[Violation]) -> ResponseCode {
    let any = |is: fn(&Violation) -> bool| found.iter().any(is);
    match () {
        () if any(|it| it.pointer.as_str() == "/documentDetail/formType" && it.code != Code::Missing) => {
            ResponseCode::InvalidFormType
        }
        () if any(is_instrument_number) => ResponseCode::MissingInstrumentNumber,
        () if any(|it| it.code == Code::Missing) => ResponseCode::MissingData,
        () => ResponseCode::InvalidData,
    }
}

/// `/instInfo/0/id`, missing or empty.
fn is_instrument_number(violation: &Violation) -> bool {
    let mut names = violation.pointer.as_str().split('/').skip(1);
    let place = [names.next(), names.nth(1), names.next()];
    place == [Some("instInfo"), Some("id"), None] && violation.code != Code::Type
}

/// Refuses what is wrong within the form.
pub(super) fn refuse_form(code: &ResponseCode, found: Violations) -> Refusal {
    let mut placed = Violations::new();
    for violation in found.into_vec() {
        let place = format!("{}{}", rd_form(), violation.pointer);
        placed.add(Pointer::from(place.as_str()), Rule::new(violation.code, violation.detail));
    }
    refuse_all(code, placed)
}

#[cfg(test)]
mod tests;
