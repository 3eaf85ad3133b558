//! At one glance: what happened, how much there is, and what needs somebody.

use super::{
    Sheet, clock,
    draw::{self, Live, Section},
    events,
};
use crate::{
    callback::outbox::{self, Filter, Status},
    page::{Language, Text, Visit},
    store::{StoreError, Tx},
};
use maud::{Markup, html};

/// Beyond this a count is "more than": nobody counts a million rows to say hello.
const COUNTED: i64 = 10_000;

const LATEST: Text = Text { en: "Latest events", th: "เหตุการณ์ล่าสุด" };
const ATTENTION: Text = Text { en: "Needs attention", th: "ต้องตรวจสอบ" };
const ALL_WELL: Text = Text {
    en: "Nothing needs attention.", th: "ไม่มีสิ่งที่ต้องตรวจสอบ"
};

pub(super) fn show(tx: &mut Tx<'_>, visit: &Visit, live: &Live) -> Result<Sheet, StoreError> {
    let language = visit.language();
    let latest = events::newest(tx, i64::MAX, 15)?;
    let attention = attention(tx, language)?;
    let main = html! {
        p.now { (clock::line(&live.clock, language)) }
        (counts(tx, language)?)
        h2 { (ATTENTION.to(language)) }
        @if attention.is_empty() { p.quiet { (ALL_WELL.to(language)) } }
        @else { ul.attention { @for line in &attention { li { (line) } } } }
        h2 { a href=(Section::Events.path()) { (LATEST.to(language)) } }
        (events::draw(language, &latest))
    };
    Ok(Sheet { title: Section::Overview.title().to(language).to_owned(), main })
}

fn counts(tx: &mut Tx<'_>, language: Language) -> Result<Markup, StoreError> {
    let counted = [
        (Section::Payments, "payment"),
        (Section::Registrations, "registration"),
        (Section::Schedules, "schedule"),
        (Section::Slips, "slip"),
        (Section::Callbacks, "callback"),
        (Section::Ledger, "account"),
        (Section::Messages, "message"),
        (Section::Partners, "partner"),
        (Section::Faults, "fault"),
    ];
    let mut tiles = Vec::new();
    for (section, table) in counted {
        let sql = format!("SELECT count(*) FROM (SELECT 1 FROM {table} LIMIT {}) AS some", COUNTED + 1);
        let count = tx.query_one(&sql, &[], |row| row.int(0))?.unwrap_or_default();
        tiles.push((section, if count > COUNTED { format!("> {COUNTED}") } else { count.to_string() }));
    }
    Ok(html! { ul.tiles { @for (section, count) in &tiles {
        li { a href=(section.path()) { strong { (count) } " " span { (section.title().to(language)) } } }
    } } })
}

/// What somebody should look at, each with the way there.
fn attention(tx: &mut Tx<'_>, language: Language) -> Result<Vec<Markup>, StoreError> {
    let mut lines = Vec::new();
    let dead = Filter { status: Some(Status::Dead), ..Filter::default() };
    for it in outbox::list(tx, &dead, None, 5)? {
        lines.push(html! {
            (draw::status(it.status.as_str(), None, language)) " " (it.operation) " "
            (draw::link(Section::Callbacks, &it.id))
        });
    }
    let sql = "SELECT client_id FROM partner WHERE status = 'SUSPENDED' ORDER BY client_id LIMIT 5";
    for client_id in tx.query(sql, &[], |row| row.text(0))? {
        lines.push(html! {
            (draw::status("SUSPENDED", None, language)) " " (draw::link(Section::Partners, &client_id))
        });
    }
    let sql = "SELECT kind, operation FROM fault ORDER BY created_at, id LIMIT 5";
    for (kind, operation) in tx.query(sql, &[], |row| Ok((row.text(0)?, row.optional_text(1)?)))? {
        lines.push(html! {
            a href=(Section::Faults.path()) { (Section::Faults.title().to(language)) }
            " " (kind) " " (operation.unwrap_or_default())
        });
    }
    Ok(lines)
}
