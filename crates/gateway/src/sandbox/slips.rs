//! Slips: listed, added.

use super::{
    conflict, invalid,
    listing::{Listing, Order, moment},
    taken,
};
use crate::{
    Gateway,
    event::{self, Event},
    slip::{self, Entry},
    store::{Row, StoreError, Tx},
};
use jiff::Timestamp;
use satang_core::Refusal;
use satang_schema::{
    AmountOrZero, DateTime, Text,
    sandbox::{NewSlip, NewSlipParty, SlipDetails, SlipList, SlipQuery},
    slip_verification::SlipAmount,
};
use satang_slip_verification::interbank::{KeptParty, KeptTransaction};
use serde_json::json;

pub(super) fn list(tx: &mut Tx<'_>, gateway: &Gateway, query: &SlipQuery) -> Result<SlipList, Refusal> {
    // Another bank may have given the same reference.
    let order = Order::ByTime("created_at", "bank || reference");
    let mut listing = Listing::new("slip", slip::COLUMNS, order);
    listing.equal("bank", query.sending_bank.as_ref().map(|bank| bank.as_str()));
    listing.equal("reference", query.trans_ref.as_ref().map(|reference| reference.as_str()));
    listing.equal("payment", query.payment_reference_identification.as_ref().map(|it| it.as_str()));
    let (slips, next_cursor) =
        listing.page(tx, query.cursor.as_ref(), query.limit, |row| details(gateway, row))?;
    Ok(SlipList { slips, next_cursor })
}

fn details(gateway: &Gateway, row: &Row<'_>) -> Result<SlipDetails, StoreError> {
    let created_at = moment(row.int(0)?)?;
    told(gateway, Entry::from_row(row, 2)?, created_at)
}

/// What is told of a slip: accounts and proxies are masked.
fn told(
    gateway: &Gateway,
    Entry { slip, payment }: Entry,
    create_date_time: DateTime,
) -> Result<SlipDetails, StoreError> {
    let unreadable = || StoreError::statement("a stored slip cannot be told");
    let data = slip.masked().map_err(|_| unreadable())?;
    let payload = slip::payload(&slip).map_err(|_| unreadable())?;
    let [ref1, ref2, ref3] = slip.references;
    Ok(SlipDetails {
        payload,
        picture_url: gateway.public_url.clone()
            + &slip::picture_path(&gateway.pepper, &data.sending_bank, &data.trans_ref),
        sending_bank: data.sending_bank,
        trans_ref: data.trans_ref,
        date_time: DateTime::in_bangkok(slip.at),
        amount: AmountOrZero::new(slip.amount.satang()).map_err(|_| unreadable())?,
        receiving_bank: data.receiving_bank,
        sender: data.sender.unwrap_or_default(),
        receiver: data.receiver.unwrap_or_default(),
        ref1,
        ref2,
        ref3,
        payment_reference_identification: payment,
        create_date_time,
    })
}

pub(super) fn add(
    tx: &mut Tx<'_>,
    gateway: &Gateway,
    request: NewSlip,
    now: Timestamp,
) -> Result<SlipDetails, Refusal> {
    if slip::is_of_payments(&request.sending_bank, &request.trans_ref) {
        return Err(conflict("the bank gives references that begin with KSA to payments only"));
    }
    let text = |text: Option<Text<1, 20>>| text.map(|text| text.to_string());
    let slip = KeptTransaction {
        at: request.date_time.map_or(now, DateTime::timestamp),
        amount: SlipAmount::new(request.amount.satang()).map_err(|rule| invalid("amount", rule))?,
        sending_bank: request.sending_bank,
        trans_ref: request.trans_ref,
        receiving_bank: request.receiving_bank,
        sender: request.sender.map(party).unwrap_or_default(),
        receiver: request.receiver.map(party).unwrap_or_default(),
        references: [request.ref1, request.ref2, request.ref3].map(text),
    };
    if !slip::insert(tx, &slip, None, now)? {
        return Err(taken("the bank has a slip with this reference"));
    }
    let (bank, reference) = (slip.sending_bank.as_str(), slip.trans_ref.as_str());
    let detail = json!({ "sendingBank": bank, "transRef": reference, "amount": slip.amount.to_string() });
    let subject = format!("{bank}{reference}");
    event::record(tx, &Event { kind: "slip.added", partner: None, subject: &subject, at: now, detail })?;
    Ok(told(gateway, Entry { slip, payment: None }, DateTime::in_bangkok(now))?)
}

fn party(new: NewSlipParty) -> KeptParty {
    KeptParty {
        display_name: new.display_name,
        name: new.name,
        account: new.account_number.map(|number| number.as_str().to_owned()),
        proxy: new.proxy.map(|proxy| (proxy.kind, proxy.value.as_str().to_owned())),
    }
}
