//! Slips: what banks tell of transactions, and the pictures that customers would send around.

use super::{
    Sheet,
    draw::{self, Live, Section},
    events,
    listing::{self, Source},
    words::{AMOUNT, PAYMENT, REFERENCE, WHEN},
};
use crate::{
    page::{Language, Text, Visit},
    slip::{self, Entry},
    store::{StoreError, Tx},
};
use maud::{Markup, html};
use satang_schema::slip_verification::{BankCode, SlipParty, TransRef, TransactionData};
use satang_slip_verification::BankSlip;

const BANK: Text = Text { en: "Bank", th: "ธนาคาร" };
const SENDER: Text = Text { en: "From", th: "จาก" };
const RECEIVER: Text = Text { en: "To", th: "ไปยัง" };

pub(super) fn list(tx: &mut Tx<'_>, visit: &Visit) -> Result<Sheet, StoreError> {
    // Another bank may have given the same reference.
    let source = Source { table: "slip", id: "bank || reference", at: "created_at", columns: slip::COLUMNS };
    let only = visit.query("bank").map(|bank| ("bank", bank));
    let read = |row: &crate::store::Row<'_>| told(Entry::from_row(row, 2)?);
    let slips = listing::newest(tx, &source, only, visit.query("before"), read)?;
    let language = visit.language();
    let columns = [
        (WHEN, false),
        (AMOUNT, true),
        (BANK, false),
        (SENDER, false),
        (RECEIVER, false),
        (PAYMENT, false),
        (REFERENCE, false),
    ];
    let main = draw::listed(visit, &columns, &slips, |(entry, data)| {
        vec![
            draw::moment(entry.slip.at.as_microsecond()),
            draw::money(entry.slip.amount.satang().0),
            bank(&data.sending_bank),
            party(language, data.sender.as_ref()),
            party(language, data.receiver.as_ref()),
            html! { @if let Some(payment) = &entry.payment { (draw::link(Section::Payments, payment)) } },
            draw::link(Section::Slips, &id(data)),
        ]
    });
    Ok(Sheet { title: Section::Slips.title().to(language).to_owned(), main })
}

const TITLE: Text = Text { en: "Slip", th: "สลิป" };
const RECEIVING_BANK: Text = Text { en: "Receiving bank", th: "ธนาคารผู้รับ" };
const PAYLOAD: Text = Text { en: "Mini-QR", th: "มินิคิวอาร์" };
const FIRST: Text = Text { en: "Reference 1", th: "อ้างอิง 1" };
const SECOND: Text = Text { en: "Reference 2", th: "อ้างอิง 2" };
const THIRD: Text = Text { en: "Reference 3", th: "อ้างอิง 3" };
const PICTURE: Text = Text { en: "The slip as a picture", th: "ภาพสลิป" };

pub(super) fn show(
    tx: &mut Tx<'_>,
    visit: &Visit,
    wanted: &str,
    live: &Live,
) -> Result<Option<Sheet>, StoreError> {
    let Some((bank_code, reference)) = parts(wanted) else { return Ok(None) };
    let Some(entry) = slip::entry(tx, &bank_code, &reference)? else { return Ok(None) };
    let (entry, data) = told(entry)?;
    let language = visit.language();
    let payload = slip::payload(&entry.slip).map_err(|_| unreadable())?;
    let text =
        |text: &Option<satang_schema::Text<0, 20>>| draw::plain(text.as_ref().map(|text| text.as_str()));
    let facts = vec![
        (AMOUNT, Some(draw::money(entry.slip.amount.satang().0))),
        (WHEN, Some(draw::moment(entry.slip.at.as_microsecond()))),
        (BANK, Some(bank(&data.sending_bank))),
        (SENDER, Some(party(language, data.sender.as_ref()))),
        (RECEIVING_BANK, data.receiving_bank.as_ref().map(bank)),
        (RECEIVER, Some(party(language, data.receiver.as_ref()))),
        (REFERENCE, draw::plain(Some(data.trans_ref.as_str()))),
        (FIRST, text(&data.ref1)),
        (SECOND, text(&data.ref2)),
        (THIRD, text(&data.ref3)),
        (PAYMENT, entry.payment.as_deref().map(|id| draw::link(Section::Payments, id))),
        (PAYLOAD, Some(html! { span.id { (payload) } })),
    ];
    let picture = slip::picture_path(&live.pepper, &data.sending_bank, &data.trans_ref);
    let id = id(&data);
    let subjects: Vec<&str> = [Some(id.as_str()), entry.payment.as_deref()].into_iter().flatten().collect();
    let main = html! {
        div.slip {
            a href=(picture) { img src=(picture) alt=(PICTURE.to(language)); }
            div { (draw::facts(language, facts)) (events::story(tx, language, &subjects)?) }
        }
    };
    Ok(Some(Sheet { title: TITLE.to(language).to_owned(), main }))
}

/// The slip that is meant by its mini-QR, by bank and reference together, or by a reference of this bank.
pub(super) fn found(tx: &mut Tx<'_>, wanted: &str) -> Result<Option<String>, StoreError> {
    let of_code = BankSlip::read(wanted)
        .ok()
        .map(|slip| format!("{}{}", slip.sending_bank.as_str(), slip.trans_ref.as_str()));
    let candidates = [of_code, Some(wanted.to_owned()), Some(format!("{}{wanted}", slip::OWN_BANK))];
    for candidate in candidates.into_iter().flatten() {
        if let Some((bank, reference)) = parts(&candidate)
            && slip::find(tx, &bank, &reference)?.is_some()
        {
            return Ok(Some(candidate));
        }
    }
    Ok(None)
}

/// What names a slip in an address: its bank, and the reference after it.
fn id(data: &TransactionData) -> String {
    format!("{}{}", data.sending_bank.as_str(), data.trans_ref.as_str())
}

fn parts(id: &str) -> Option<(BankCode, TransRef)> {
    let (bank, reference) = id.split_at_checked(3)?;
    Some((bank.parse().ok()?, reference.parse().ok()?))
}

/// A slip, with what is told of it: here, too, accounts are masked.
fn told(entry: Entry) -> Result<(Entry, TransactionData), StoreError> {
    let data = entry.slip.masked().map_err(|_| unreadable())?;
    Ok((entry, data))
}

fn unreadable() -> StoreError {
    StoreError::statement("a stored slip cannot be told")
}

fn bank(code: &BankCode) -> Markup {
    html! {
        (code.as_str())
        @if let Some(known) = slip::institution(code) { " " span.quiet { (known.short) } }
    }
}

fn party(language: Language, party: Option<&SlipParty>) -> Markup {
    let Some(party) = party else { return html! {} };
    let names = match language {
        Language::Thai => [&party.display_name, &party.name],
        Language::English => [&party.name, &party.display_name],
    };
    let name = names.into_iter().flatten().next();
    let account = party.account.as_ref().and_then(|account| account.value.as_ref());
    let proxy = party.proxy.as_ref().and_then(|proxy| proxy.value.as_ref());
    html! {
        @if let Some(name) = name { (name.as_str()) " " }
        @if let Some(account) = account { span.id { (account.as_str()) } " " }
        @if let Some(proxy) = proxy { span.id { (proxy.as_str()) } }
    }
}
