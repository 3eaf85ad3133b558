//! Calls to partners, and what came of each attempt.

use super::{
    Sheet,
    draw::{self, Live, Section},
    events,
    listing::{self, Source},
    words::{ATTEMPTS, IDENTIFIER, OPERATION, PARTNER, STATUS, SUBJECT, WHEN},
};
use crate::{
    page::{Language, Text, Visit},
    store::{Row, StoreError, Tx},
};
use maud::{Markup, html};

const COLUMNS: &str = "partner, operation, subject, status, attempts, delivered_at, body";

struct Shown {
    created_at: i64,
    id: String,
    partner: String,
    operation: String,
    subject: String,
    status: String,
    attempts: i64,
    delivered_at: Option<i64>,
    body: String,
}

impl Shown {
    fn from_row(row: &Row<'_>) -> Result<Self, StoreError> {
        Ok(Self {
            created_at: row.int(0)?,
            id: row.text(1)?,
            partner: row.text(2)?,
            operation: row.text(3)?,
            subject: row.text(4)?,
            status: row.text(5)?,
            attempts: row.int(6)?,
            delivered_at: row.optional_int(7)?,
            body: row.text(8)?,
        })
    }

    fn row(&self, language: Language) -> Vec<Markup> {
        vec![
            draw::moment(self.created_at),
            draw::status(&self.status, None, language),
            html! { (self.attempts) },
            html! { (self.operation) },
            html! { (self.partner) },
            html! { span.id title=(self.subject) { (draw::short(&self.subject)) } },
            draw::link(Section::Callbacks, &self.id),
        ]
    }
}

const LIST: [draw::Column; 7] = [
    (WHEN, false),
    (STATUS, false),
    (ATTEMPTS, true),
    (OPERATION, false),
    (PARTNER, false),
    (SUBJECT, false),
    (IDENTIFIER, false),
];

pub(super) fn list(tx: &mut Tx<'_>, visit: &Visit) -> Result<Sheet, StoreError> {
    let source = Source { table: "callback", id: "id", columns: COLUMNS };
    let found = listing::newest(
        tx,
        &source,
        visit.query("partner").map(|partner| ("partner", partner)),
        visit.query("before"),
        Shown::from_row,
    )?;
    let language = visit.language();
    let main = draw::listed(visit, &LIST, &found, |it| it.row(language));
    Ok(Sheet { title: Section::Callbacks.title().to(language).to_owned(), main })
}

/// The partner's latest calls about these things; nothing when there are none.
pub(super) fn about(
    tx: &mut Tx<'_>,
    language: Language,
    partner: &str,
    subjects: &[&str],
) -> Result<Markup, StoreError> {
    let sql = format!(
        "SELECT created_at, id, {COLUMNS} FROM callback WHERE subject = $1 AND partner = $2
         ORDER BY created_at DESC LIMIT 20"
    );
    let mut rows = Vec::new();
    for subject in subjects {
        let found = tx.query(&sql, &[(*subject).into(), partner.into()], Shown::from_row)?;
        rows.extend(found.iter().map(|it| it.row(language)));
    }
    Ok(html! { @if !rows.is_empty() {
        h2 { (Section::Callbacks.title().to(language)) }
        (draw::table(language, &LIST, &rows))
    } })
}

const TITLE: Text = Text { en: "Callback", th: "การแจ้งกลับ" };
const BODY: Text = Text { en: "Body", th: "เนื้อหา" };
const DELIVERED: Text = Text { en: "Delivered", th: "ส่งสำเร็จเมื่อ" };
const OUTCOME: Text = Text { en: "Outcome", th: "ผล" };
const TOOK: Text = Text { en: "Took (ms)", th: "ใช้เวลา (มิลลิวินาที)" };
const NUMBER: Text = Text { en: "No.", th: "ครั้งที่" };

pub(super) fn show(
    tx: &mut Tx<'_>,
    visit: &Visit,
    id: &str,
    live: &Live,
) -> Result<Option<Sheet>, StoreError> {
    let sql = format!("SELECT created_at, id, {COLUMNS} FROM callback WHERE id = $1");
    let Some(it) = tx.query_one(&sql, &[id.into()], Shown::from_row)? else { return Ok(None) };
    let language = visit.language();
    let sql = "SELECT number, at, http_status, outcome, took_micros FROM callback_attempt
         WHERE callback = $1 ORDER BY number DESC LIMIT 100";
    let attempts = tx.query(sql, &[id.into()], |row| {
        let http_status = row.optional_int(2)?;
        Ok(vec![
            html! { (row.int(0)?) },
            draw::moment(row.int(1)?),
            html! { (row.text(3)?) },
            html! { @if let Some(status) = http_status { (status) } },
            html! { (row.int(4)? / 1_000) },
        ])
    })?;
    let columns = [
        (NUMBER, true),
        (WHEN, false),
        (OUTCOME, false),
        (Text { en: "HTTP", th: "HTTP" }, true),
        (TOOK, true),
    ];
    let facts = vec![
        (STATUS, Some(draw::status(&it.status, None, language))),
        (WHEN, Some(draw::moment(it.created_at))),
        (DELIVERED, it.delivered_at.map(draw::moment)),
        (PARTNER, Some(draw::link(Section::Partners, &it.partner))),
        (OPERATION, draw::plain(Some(&it.operation))),
        (SUBJECT, draw::plain(Some(&it.subject))),
        (IDENTIFIER, draw::plain(Some(&it.id))),
    ];
    let main = html! {
        (draw::facts(language, facts))
        (replay(language, &it, live))
        h2 { (ATTEMPTS.to(language)) }
        (draw::table(language, &columns, &attempts))
        details { summary { (BODY.to(language)) } pre { (it.body) } }
        (events::story(tx, language, &[id])?)
    };
    Ok(Some(Sheet { title: TITLE.to(language).to_owned(), main }))
}

const REPLAY: Text = Text { en: "Send it again", th: "ส่งอีกครั้ง" };

/// The button that sends it again; one that is pending is about to be sent anyway.
fn replay(language: Language, it: &Shown, live: &Live) -> Markup {
    html! { @if it.status != "PENDING" {
        form method="post" { (live.csrf) button { (REPLAY.to(language)) } }
    } }
}
