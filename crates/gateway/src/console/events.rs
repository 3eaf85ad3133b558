//! What happened: all of it, or the story of one thing.

use super::{
    Sheet,
    draw::{self, Section},
    words::{DETAIL, KIND, PARTNER, SUBJECT, WHEN},
};
use crate::{
    page::{Language, Text, Visit},
    store::{Row, StoreError, Tx},
};
use maud::{Markup, html};
use serde_json::Value as Json;

const PAGE: usize = 50;
/// How many events a story tells at most.
const STORY: u32 = 200;

/// Something that happened.
pub(super) struct Happened {
    position: i64,
    at: i64,
    kind: String,
    partner: Option<String>,
    subject: String,
    detail: String,
}

const COLUMNS: &str = "position, at, kind, partner, subject, detail";

impl Happened {
    fn from_row(row: &Row<'_>) -> Result<Self, StoreError> {
        Ok(Self {
            position: row.int(0)?,
            at: row.int(1)?,
            kind: row.text(2)?,
            partner: row.optional_text(3)?,
            subject: row.text(4)?,
            detail: row.text(5)?,
        })
    }

    /// The way to what it happened to.
    fn subject(&self) -> Markup {
        let section = match self.kind.split('.').next().unwrap_or_default() {
            "payment" => Section::Payments,
            "registration" | "journey" => Section::Registrations,
            "schedule" => Section::Schedules,
            "callback" => Section::Callbacks,
            "partner" => Section::Partners,
            _ => return html! { span.id title=(self.subject) { (draw::short(&self.subject)) } },
        };
        draw::link(section, &self.subject)
    }
}

/// The newest events, from a position downwards.
pub(super) fn newest(tx: &mut Tx<'_>, before: i64, most: usize) -> Result<Vec<Happened>, StoreError> {
    let sql = format!("SELECT {COLUMNS} FROM event WHERE position < $1 ORDER BY position DESC LIMIT {most}");
    tx.query(&sql, &[before.into()], Happened::from_row)
}

pub(super) fn list(tx: &mut Tx<'_>, visit: &Visit) -> Result<Sheet, StoreError> {
    let before = visit.query("before").and_then(|before| before.parse().ok()).unwrap_or(i64::MAX);
    let mut events = newest(tx, before, PAGE + 1)?;
    let has_more = events.len() > PAGE;
    events.truncate(PAGE);
    let older = events.last().filter(|_| has_more).map(|event| event.position.to_string());
    let language = visit.language();
    let main = html! { (draw(language, &events)) (draw::pages(visit, older.as_deref())) };
    Ok(Sheet { title: Section::Events.title().to(language).to_owned(), main })
}

/// Events in a table.
pub(super) fn draw(language: Language, events: &[Happened]) -> Markup {
    let columns = [(WHEN, false), (KIND, false), (SUBJECT, false), (PARTNER, false), (DETAIL, false)];
    let rows: Vec<_> = events
        .iter()
        .map(|event| {
            vec![
                draw::moment(event.at),
                html! { (event.kind) },
                event.subject(),
                html! { @if let Some(partner) = &event.partner { (partner) } },
                detail(&event.detail),
            ]
        })
        .collect();
    draw::table(language, &columns, &rows)
}

const STORY_TITLE: Text = Text { en: "Story", th: "ลำดับเหตุการณ์" };

/// What happened to these things, in order.
pub(super) fn story(tx: &mut Tx<'_>, language: Language, subjects: &[&str]) -> Result<Markup, StoreError> {
    let mut events = Vec::new();
    let sql = format!("SELECT {COLUMNS} FROM event WHERE subject = $1 ORDER BY position DESC LIMIT {STORY}");
    for subject in subjects {
        events.extend(tx.query(&sql, &[(*subject).into()], Happened::from_row)?);
    }
    events.sort_by_key(|event| event.position);
    Ok(html! {
        h2 { (STORY_TITLE.to(language)) }
        @if events.is_empty() { (draw::table(language, &[], &[])) }
        ol.story { @for event in &events {
            li { (draw::moment(event.at)) " " strong { (event.kind) } " " (detail(&event.detail)) }
        } }
    })
}

/// What else there is to know of an event, in a line.
fn detail(json: &str) -> Markup {
    let Ok(Json::Object(members)) = serde_json::from_str(json) else { return html! {} };
    let text = |value: &Json| value.as_str().map_or_else(|| value.to_string(), str::to_owned);
    html! { span.detail { @for (name, value) in &members { @if !value.is_null() {
        span { span.quiet { (name) } " " (text(value)) } " "
    } } } }
}
