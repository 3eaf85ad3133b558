//! Filings with the Revenue Department: listed, paid, cancelled.

use super::{
    conflict, invalid,
    listing::{Listing, Order, count, moment, stored},
};
use crate::{
    idempotency, ledger,
    stamp_duty::{self, Bill},
    store::{Row, StoreError, Tx},
};
use jiff::Timestamp;
use satang_core::{Refusal, sandbox::PAY_STAMP_DUTY};
use satang_schema::{
    Amount, DateTime, Satang,
    sandbox::{FilingChange, FilingDetails, FilingList, FilingQuery, StampDutyPaid, StampDutyPayment},
};
use satang_validation::Rule;
use uuid::Uuid;

const COLUMNS: &str = "filer, request_id, instruments, status, total_amount, total_duty, total_surcharge, total_fine, \
    reference1, reference2, expire_date";

pub(super) fn list(tx: &mut Tx<'_>, query: &FilingQuery) -> Result<FilingList, Refusal> {
    let mut listing = Listing::new("filing", COLUMNS, Order::ByTime("created_at", "api_ref_no"));
    listing.equal("api_ref_no", query.api_ref_no.as_ref().map(|text| text.as_str()));
    listing.equal("filer", query.filer.as_ref().map(|text| text.as_str()));
    listing.equal("status", query.status.as_ref().map(|status| status.as_str()));
    let (filings, next_cursor) = listing.page(tx, query.cursor.as_ref(), query.limit, details)?;
    Ok(FilingList { filings, next_cursor })
}

fn details(row: &Row<'_>) -> Result<FilingDetails, StoreError> {
    Ok(FilingDetails {
        create_date_time: moment(row.int(0)?)?,
        api_ref_no: row.text(1)?,
        filer: row.text(2)?,
        request_id: row.text(3)?,
        instruments: count(row.int(4)?)?,
        status: stored(&row.text(5)?)?,
        total_amount: Satang(row.int(6)?),
        total_duty: Satang(row.int(7)?),
        total_surcharge: Satang(row.int(8)?),
        total_fine: Satang(row.int(9)?),
        reference1: row.text(10)?,
        reference2: row.text(11)?,
        expire_date: row.text(12)?,
    })
}

pub(super) fn pay(
    tx: &mut Tx<'_>,
    request: &StampDutyPayment,
    id: Uuid,
    now: Timestamp,
) -> Result<StampDutyPaid, Refusal> {
    let key = request.transaction_identification.to_string();
    idempotency::once_for_operator(tx, (&PAY_STAMP_DUTY, &key, now), request, |tx| {
        let (reference1, reference2, amount) = asked(request)?;
        let account = request.account_number.as_str();
        let bill =
            Bill { reference1: &reference1, reference2: &reference2, amount: amount.satang().0, account };
        let api_ref_no = stamp_duty::pay(tx, &bill, id, now)?;
        let balance = ledger::balance(tx, account).map_err(|_| Refusal::internal())?;
        Ok(StampDutyPaid {
            transaction_identification: request.transaction_identification,
            api_ref_no,
            account_number: request.account_number.clone(),
            amount,
            balance: Satang(balance),
            date_time: DateTime::in_bangkok(now),
        })
    })
}

/// Both references and the amount, wherever they stand.
fn asked(request: &StampDutyPayment) -> Result<(String, String, Amount), Refusal> {
    let wrong = |why: String| invalid("qrPayment", Rule::malformed(why));
    let (reference1, reference2, told) = match (&request.qr_payment, &request.reference1, &request.reference2)
    {
        (Some(text), ..) => stamp_duty::read_qr(text.as_str()).map_err(wrong)?,
        (None, Some(first), Some(second)) => (first.to_string(), second.to_string(), None),
        // The contract does not let it through.
        _ => return Err(Refusal::internal()),
    };
    let told = told.map(|satang| Amount::new(Satang(satang))).transpose();
    let told = told.map_err(|rule| invalid("qrPayment", rule))?;
    match (told, request.amount) {
        (Some(told), Some(given)) if told != given => {
            Err(conflict("the amount is not the one of the QR code"))
        }
        (Some(amount), _) | (None, Some(amount)) => Ok((reference1, reference2, amount)),
        (None, None) => Err(invalid("amount", Rule::malformed("expected an amount: the QR code says none"))),
    }
}

pub(super) fn cancel(
    tx: &mut Tx<'_>,
    request: &FilingChange,
    now: Timestamp,
) -> Result<FilingDetails, Refusal> {
    stamp_duty::cancel(tx, request.api_ref_no.as_str(), now)?;
    let query = FilingQuery { api_ref_no: Some(request.api_ref_no.clone()), ..FilingQuery::default() };
    list(tx, &query)?.filings.pop().ok_or_else(Refusal::internal)
}
