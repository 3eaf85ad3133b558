//! Registrations of customers' accounts, and the tokens that came of them.

use super::{
    Sheet, callbacks,
    draw::{self, Section},
    events,
    listing::{self, Source},
    words::{
        AMOUNT, CHANNEL, CREDITOR, DRAWER, IDENTIFIER, MAXIMUM, PARTNER, PAYMENT, REFERENCE, SINCE, STATUS,
        TOKEN, WHEN,
    },
};
use crate::{
    page::{Text, Visit},
    store::{Row, StoreError, Tx},
};
use maud::html;

const COLUMNS: &str =
    "partner, token, status, status_at, reason_code, channel, drawer_account, creditor_account,
    reference1, maximum_amount, journey";

struct Shown {
    created_at: i64,
    id: String,
    partner: String,
    token: Option<String>,
    status: String,
    status_at: i64,
    reason_code: Option<String>,
    channel: Option<String>,
    drawer_account: Option<String>,
    creditor_account: Option<String>,
    reference1: Option<String>,
    maximum_amount: Option<i64>,
    journey: Option<String>,
}

impl Shown {
    fn from_row(row: &Row<'_>) -> Result<Self, StoreError> {
        Ok(Self {
            created_at: row.int(0)?,
            id: row.text(1)?,
            partner: row.text(2)?,
            token: row.optional_text(3)?,
            status: row.text(4)?,
            status_at: row.int(5)?,
            reason_code: row.optional_text(6)?,
            channel: row.optional_text(7)?,
            drawer_account: row.optional_text(8)?,
            creditor_account: row.optional_text(9)?,
            reference1: row.optional_text(10)?,
            maximum_amount: row.optional_int(11)?,
            journey: row.optional_text(12)?,
        })
    }
}

pub(super) fn list(tx: &mut Tx<'_>, visit: &Visit) -> Result<Sheet, StoreError> {
    let source = Source { table: "registration", id: "id", at: "created_at", columns: COLUMNS };
    let (partner, before) = (visit.query("partner"), visit.query("before"));
    let found = listing::newest_of_partners(tx, &source, partner, before, Shown::from_row)?;
    let language = visit.language();
    let columns = [
        (WHEN, false),
        (STATUS, false),
        (PARTNER, false),
        (DRAWER, false),
        (CHANNEL, false),
        (REFERENCE, false),
        (IDENTIFIER, false),
    ];
    let main = draw::listed(visit, &columns, &found, |it| {
        vec![
            draw::moment(it.created_at),
            draw::status(&it.status, it.reason_code.as_deref(), language),
            html! { (it.partner) },
            html! { @if let Some(number) = &it.drawer_account { (draw::account(number)) } },
            html! { @if let Some(channel) = &it.channel { (channel) } },
            html! { @if let Some(reference) = &it.reference1 { (reference) } },
            draw::link(Section::Registrations, &it.id),
        ]
    });
    Ok(Sheet { title: Section::Registrations.title().to(language).to_owned(), main })
}

const TITLE: Text = Text { en: "Registration", th: "การลงทะเบียน" };
const JOURNEY: Text = Text { en: "Journey", th: "ขั้นตอนของลูกค้า" };
const PAYMENTS: Text =
    Text { en: "Latest payments", th: "การชำระเงินล่าสุด" };

/// Found by its identifier or by its token.
pub(super) fn show(tx: &mut Tx<'_>, visit: &Visit, id: &str) -> Result<Option<Sheet>, StoreError> {
    let mut found = None;
    for column in ["id", "token"] {
        let sql = format!("SELECT created_at, id, {COLUMNS} FROM registration WHERE {column} = $1");
        found = found.or(tx.query_one(&sql, &[id.into()], Shown::from_row)?);
    }
    let Some(it) = found else { return Ok(None) };
    let language = visit.language();
    let facts = vec![
        (STATUS, Some(draw::status(&it.status, it.reason_code.as_deref(), language))),
        (SINCE, Some(draw::moment(it.status_at))),
        (WHEN, Some(draw::moment(it.created_at))),
        (PARTNER, Some(draw::link(Section::Partners, &it.partner))),
        (CHANNEL, draw::plain(it.channel.as_deref())),
        (DRAWER, it.drawer_account.as_deref().map(draw::account)),
        (CREDITOR, it.creditor_account.as_deref().map(draw::account)),
        (MAXIMUM, it.maximum_amount.map(draw::money)),
        (REFERENCE, draw::plain(it.reference1.as_deref())),
        (TOKEN, draw::plain(it.token.as_deref())),
        (JOURNEY, draw::plain(it.journey.as_deref())),
        (IDENTIFIER, draw::plain(Some(&it.id))),
    ];
    let subjects: Vec<&str> = [Some(it.id.as_str()), it.journey.as_deref()].into_iter().flatten().collect();
    let main = html! {
        (draw::facts(language, facts))
        @if let Some(token) = &it.token { (payments(tx, visit, &it.partner, token)?) }
        (callbacks::about(tx, language, &it.partner, &subjects)?)
        (events::story(tx, language, &subjects)?)
    };
    Ok(Some(Sheet { title: TITLE.to(language).to_owned(), main }))
}

/// What was paid with a token lately.
fn payments(tx: &mut Tx<'_>, visit: &Visit, partner: &str, token: &str) -> Result<maud::Markup, StoreError> {
    let language = visit.language();
    // Ordered by a sum, or SQLite would look through all of the partner's payments in the order of their times.
    let sql = "SELECT reference, amount, status, reason_code, created_at FROM payment
         WHERE partner = $1 AND token = $2 ORDER BY created_at + 0 DESC LIMIT 10";
    let rows = tx.query(sql, &[partner.into(), token.into()], |row| {
        Ok(vec![
            draw::moment(row.int(4)?),
            draw::money(row.int(1)?),
            draw::status(&row.text(2)?, row.optional_text(3)?.as_deref(), language),
            draw::link(Section::Payments, &row.text(0)?),
        ])
    })?;
    let columns = [(WHEN, false), (AMOUNT, true), (STATUS, false), (PAYMENT, false)];
    Ok(html! { h2 { (PAYMENTS.to(language)) } (draw::table(language, &columns, &rows)) })
}
