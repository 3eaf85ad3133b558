//! Schedules, and what each of their due dates did.

use super::{
    Sheet, callbacks,
    draw::{self, Section},
    events,
    listing::{self, Source},
    words::{
        AMOUNT, CREDITOR, IDENTIFIER, PARTNER, PAYMENT, REFERENCE, SCHEDULE, SINCE, STATUS, TOKEN, WHEN,
    },
};
use crate::{
    page::{Text, Visit},
    store::{Row, StoreError, Tx},
};
use maud::html;

const COLUMNS: &str = "partner, transaction_identification, token, creditor_account, amount, reference_number1,
    frequency, start_date, end_date, number_of_occurrences, status, status_at, reason_code, occurrence, next_date";

struct Shown {
    created_at: i64,
    id: String,
    partner: String,
    transaction_identification: String,
    token: String,
    creditor_account: String,
    amount: i64,
    reference_number1: String,
    frequency: String,
    start_date: String,
    end_date: Option<String>,
    number_of_occurrences: Option<i64>,
    status: String,
    status_at: i64,
    reason_code: Option<String>,
    occurrence: i64,
    next_date: Option<String>,
}

impl Shown {
    fn from_row(row: &Row<'_>) -> Result<Self, StoreError> {
        Ok(Self {
            created_at: row.int(0)?,
            id: row.text(1)?,
            partner: row.text(2)?,
            transaction_identification: row.text(3)?,
            token: row.text(4)?,
            creditor_account: row.text(5)?,
            amount: row.int(6)?,
            reference_number1: row.text(7)?,
            frequency: row.text(8)?,
            start_date: row.text(9)?,
            end_date: row.optional_text(10)?,
            number_of_occurrences: row.optional_int(11)?,
            status: row.text(12)?,
            status_at: row.int(13)?,
            reason_code: row.optional_text(14)?,
            occurrence: row.int(15)?,
            next_date: row.optional_text(16)?,
        })
    }
}

const FREQUENCY: Text = Text { en: "How often", th: "ความถี่" };
const NEXT: Text = Text { en: "Next on", th: "ครั้งถัดไป" };
const DONE: Text = Text { en: "Done", th: "ทำแล้ว" };

pub(super) fn list(tx: &mut Tx<'_>, visit: &Visit) -> Result<Sheet, StoreError> {
    let source = Source { table: "schedule", id: "id", at: "created_at", columns: COLUMNS };
    let (partner, before) = (visit.query("partner"), visit.query("before"));
    let found = listing::newest_of_partners(tx, &source, partner, before, Shown::from_row)?;
    let language = visit.language();
    let columns = [
        (WHEN, false),
        (AMOUNT, true),
        (FREQUENCY, false),
        (NEXT, false),
        (DONE, true),
        (STATUS, false),
        (PARTNER, false),
        (SCHEDULE, false),
    ];
    let main = draw::listed(visit, &columns, &found, |it| {
        vec![
            draw::moment(it.created_at),
            draw::money(it.amount),
            html! { (it.frequency) },
            html! { @if let Some(date) = &it.next_date { (date) } },
            html! { (it.occurrence) },
            draw::status(&it.status, it.reason_code.as_deref(), language),
            html! { (it.partner) },
            draw::link(Section::Schedules, &it.id),
        ]
    });
    Ok(Sheet { title: Section::Schedules.title().to(language).to_owned(), main })
}

const FROM: Text = Text { en: "From", th: "เริ่ม" };
const UNTIL: Text = Text { en: "Until", th: "ถึง" };
const TIMES: Text = Text { en: "Times", th: "จำนวนครั้ง" };
const EXECUTIONS: Text = Text { en: "Due dates", th: "การหักตามกำหนด" };
const NUMBER: Text = Text { en: "No.", th: "ครั้งที่" };
const DATE: Text = Text { en: "Date", th: "วันที่" };

pub(super) fn show(tx: &mut Tx<'_>, visit: &Visit, id: &str) -> Result<Option<Sheet>, StoreError> {
    let sql = format!("SELECT created_at, id, {COLUMNS} FROM schedule WHERE id = $1");
    let Some(it) = tx.query_one(&sql, &[id.into()], Shown::from_row)? else { return Ok(None) };
    let language = visit.language();
    let sql = "SELECT occurrence, execution_date, payment, status, reason_code, executed_at FROM execution
         WHERE schedule = $1 ORDER BY occurrence DESC LIMIT 100";
    let executions = tx.query(sql, &[id.into()], |row| {
        let payment = row.optional_text(2)?;
        Ok(vec![
            html! { (row.int(0)?) },
            html! { (row.text(1)?) },
            draw::status(&row.text(3)?, row.optional_text(4)?.as_deref(), language),
            draw::moment(row.int(5)?),
            html! { @if let Some(payment) = &payment { (draw::link(Section::Payments, payment)) } },
        ])
    })?;
    let columns = [(NUMBER, true), (DATE, false), (STATUS, false), (WHEN, false), (PAYMENT, false)];
    let facts = vec![
        (AMOUNT, Some(draw::money(it.amount))),
        (STATUS, Some(draw::status(&it.status, it.reason_code.as_deref(), language))),
        (SINCE, Some(draw::moment(it.status_at))),
        (WHEN, Some(draw::moment(it.created_at))),
        (PARTNER, Some(draw::link(Section::Partners, &it.partner))),
        (FREQUENCY, draw::plain(Some(&it.frequency))),
        (FROM, draw::plain(Some(&it.start_date))),
        (UNTIL, draw::plain(it.end_date.as_deref())),
        (TIMES, it.number_of_occurrences.map(|times| html! { (times) })),
        (NEXT, draw::plain(it.next_date.as_deref())),
        (TOKEN, Some(draw::link(Section::Registrations, &it.token))),
        (CREDITOR, Some(draw::account(&it.creditor_account))),
        (REFERENCE, draw::plain(Some(&it.reference_number1))),
        (IDENTIFIER, draw::plain(Some(&it.id))),
    ];
    let subjects = [it.id.as_str(), &it.transaction_identification];
    let main = html! {
        (draw::facts(language, facts))
        h2 { (EXECUTIONS.to(language)) }
        (draw::table(language, &columns, &executions))
        (callbacks::about(tx, language, &it.partner, &subjects)?)
        (events::story(tx, language, &subjects)?)
    };
    Ok(Some(Sheet { title: SCHEDULE.to(language).to_owned(), main }))
}
