//! The ledger: accounts, what they hold, and what moved it.

use super::{
    Sheet,
    draw::{self, Section},
    listing::Listed,
    words::{AMOUNT, KIND, NAME, PARTNER, REFERENCE, SINCE, STATUS, WHEN},
};
use crate::{
    page::{Language, Text, Visit},
    store::{StoreError, Tx},
};
use maud::{Markup, html};

const PAGE: usize = 50;

const BALANCE: Text = Text { en: "Balance (baht)", th: "ยอดคงเหลือ (บาท)" };
const MINIMUM: Text = Text { en: "Never below (baht)", th: "ยอดขั้นต่ำ (บาท)" };
const ACCOUNT: Text = Text { en: "Account", th: "บัญชี" };
const ENTRIES: Text = Text { en: "Latest entries", th: "รายการล่าสุด" };
const POSTING: Text =
    Text { en: "Money moved", th: "การเคลื่อนไหวของเงิน" };
const NUMBER: Text = Text { en: "Account number", th: "เลขที่บัญชี" };

struct Account {
    number: String,
    owner_name: String,
    partner: Option<String>,
    status: String,
    balance: i64,
}

/// Accounts by number; the only list that does not begin with the newest.
pub(super) fn list(tx: &mut Tx<'_>, visit: &Visit) -> Result<Sheet, StoreError> {
    let sql = format!(
        "SELECT number, owner_name, partner, status, balance FROM account WHERE number > $1
         ORDER BY number LIMIT {}",
        PAGE + 1
    );
    let after = visit.query("before").unwrap_or_default();
    let mut items = tx.query(&sql, &[after.into()], |row| {
        Ok(Account {
            number: row.text(0)?,
            owner_name: row.text(1)?,
            partner: row.optional_text(2)?,
            status: row.text(3)?,
            balance: row.int(4)?,
        })
    })?;
    let has_more = items.len() > PAGE;
    items.truncate(PAGE);
    let older = items.last().filter(|_| has_more).map(|last| last.number.clone());
    let language = visit.language();
    let columns = [(ACCOUNT, false), (NAME, false), (BALANCE, true), (STATUS, false), (PARTNER, false)];
    let main = draw::listed(visit, &columns, &Listed { items, older }, |account| {
        vec![
            draw::account(&account.number),
            html! { (account.owner_name) },
            draw::money(account.balance),
            draw::status(&account.status, None, language),
            html! { @if let Some(partner) = &account.partner { (partner) } },
        ]
    });
    Ok(Sheet { title: Section::Ledger.title().to(language).to_owned(), main })
}

/// An account: here its number is shown in full.
pub(super) fn show(tx: &mut Tx<'_>, visit: &Visit, number: &str) -> Result<Option<Sheet>, StoreError> {
    let language = visit.language();
    let sql = "SELECT number, owner_name, partner, status, balance, minimum_balance, created_at FROM account
         WHERE number = $1";
    let facts = tx.query_one(sql, &[number.into()], |row| {
        Ok(vec![
            (NUMBER, draw::plain(Some(&row.text(0)?))),
            (NAME, draw::plain(Some(&row.text(1)?))),
            (BALANCE, Some(draw::money(row.int(4)?))),
            (MINIMUM, row.optional_int(5)?.map(draw::money)),
            (STATUS, Some(draw::status(&row.text(3)?, None, language))),
            (PARTNER, row.optional_text(2)?.as_deref().map(|id| draw::link(Section::Partners, id))),
            (SINCE, Some(draw::moment(row.int(6)?))),
        ])
    })?;
    let Some(facts) = facts else { return Ok(None) };
    let sql = "SELECT moved.created_at, moved.kind, moved.reference, entry.amount
         FROM entry JOIN ledger_transaction AS moved ON moved.id = entry.ledger_transaction_id
         WHERE entry.account_number = $1 ORDER BY moved.created_at DESC, moved.id DESC LIMIT 50";
    let entries = tx.query(sql, &[number.into()], |row| {
        let (kind, reference) = (row.text(1)?, row.text(2)?);
        let reference = match kind.as_str() {
            "payment" => draw::link(Section::Payments, &reference),
            _ => html! { span.id title=(reference) { (draw::short(&reference)) } },
        };
        Ok(vec![draw::moment(row.int(0)?), html! { (kind) }, draw::money(row.int(3)?), reference])
    })?;
    let columns = [(WHEN, false), (KIND, false), (AMOUNT, true), (REFERENCE, false)];
    let main = html! {
        (draw::facts(language, facts))
        h2 { (ENTRIES.to(language)) }
        (draw::table(language, &columns, &entries))
    };
    Ok(Some(Sheet { title: ACCOUNT.to(language).to_owned(), main }))
}

/// The lines of a posting.
pub(super) fn posting(tx: &mut Tx<'_>, language: Language, id: &str) -> Result<Markup, StoreError> {
    let sql =
        "SELECT account_number, amount FROM entry WHERE ledger_transaction_id = $1 ORDER BY line LIMIT 100";
    let rows =
        tx.query(sql, &[id.into()], |row| Ok(vec![draw::account(&row.text(0)?), draw::money(row.int(1)?)]))?;
    let columns = [(ACCOUNT, false), (AMOUNT, true)];
    Ok(html! { h2 { (POSTING.to(language)) } (draw::table(language, &columns, &rows)) })
}
