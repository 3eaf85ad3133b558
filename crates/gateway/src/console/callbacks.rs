//! Calls to partners, and what came of each attempt.

use super::{
    Sheet,
    draw::{self, Live, Section},
    events,
    listing::Listed,
    words::{ATTEMPTS, IDENTIFIER, OPERATION, PARTNER, STATUS, SUBJECT, WHEN},
};
use crate::{
    callback::outbox::{self, Attempted, Cursor, Filter, Status},
    page::{Language, Text, Visit},
    store::{StoreError, Tx},
};
use jiff::Timestamp;
use maud::{Markup, html};

const PAGE: usize = 50;

const LIST: [draw::Column; 7] = [
    (WHEN, false),
    (STATUS, false),
    (ATTEMPTS, true),
    (OPERATION, false),
    (PARTNER, false),
    (SUBJECT, false),
    (IDENTIFIER, false),
];

fn row(it: &outbox::Listed, language: Language) -> Vec<Markup> {
    vec![
        moment(it.created_at),
        draw::status(it.status.as_str(), None, language),
        html! { (it.attempts) },
        html! { (it.operation) },
        html! { (it.partner) },
        html! { span.id title=(it.subject) { (draw::short(&it.subject)) } },
        draw::link(Section::Callbacks, &it.id),
    ]
}

pub(super) fn list(tx: &mut Tx<'_>, visit: &Visit) -> Result<Sheet, StoreError> {
    let filter = Filter {
        partner: visit.query("partner").map(str::to_owned),
        status: visit.query("status").and_then(Status::read),
        subject: None,
    };
    let after = visit.query("before").and_then(Cursor::read);
    let mut items = outbox::list(tx, &filter, after.as_ref(), 51)?;
    let has_more = items.len() > PAGE;
    items.truncate(PAGE);
    let older = items.last().filter(|_| has_more).map(|last| last.cursor().to_text());
    let language = visit.language();
    let main = html! {
        p.choices { @for status in Status::ALL {
            a href=(visit.address_with(&[("status", Some(status.as_str())), ("before", None)]))
                aria-current=[(filter.status == Some(status)).then_some("true")] {
                (draw::status(status.as_str(), None, language))
            } " "
        } }
        (draw::listed(visit, &LIST, &Listed { items, older }, |it| row(it, language)))
    };
    Ok(Sheet { title: Section::Callbacks.title().to(language).to_owned(), main })
}

/// The partner's latest calls about these things; nothing when there are none.
pub(super) fn about(
    tx: &mut Tx<'_>,
    language: Language,
    partner: &str,
    subjects: &[&str],
) -> Result<Markup, StoreError> {
    let mut rows = Vec::new();
    for subject in subjects {
        // By the subject alone, which has an index; what another partner calls the same is left out here.
        let subject = Some((*subject).to_owned());
        let found = outbox::list(tx, &Filter { subject, ..Filter::default() }, None, 20)?;
        rows.extend(found.iter().filter(|it| it.partner == partner).map(|it| row(it, language)));
    }
    Ok(html! { @if !rows.is_empty() {
        h2 { (Section::Callbacks.title().to(language)) }
        (draw::table(language, &LIST, &rows))
    } })
}

const TITLE: Text = Text { en: "Callback", th: "การแจ้งกลับ" };
const BODY: Text = Text { en: "Body", th: "เนื้อหา" };
const DELIVERED: Text = Text { en: "Delivered", th: "ส่งสำเร็จเมื่อ" };
const NEXT: Text = Text { en: "Next attempt", th: "ส่งครั้งถัดไป" };
const REPLAYS: Text =
    Text { en: "Sent again", th: "จำนวนครั้งที่สั่งส่งซ้ำ" };

pub(super) fn show(
    tx: &mut Tx<'_>,
    visit: &Visit,
    id: &str,
    live: &Live,
) -> Result<Option<Sheet>, StoreError> {
    let Some((it, body, attempted)) = outbox::read(tx, id)? else { return Ok(None) };
    let language = visit.language();
    let facts = vec![
        (STATUS, Some(draw::status(it.status.as_str(), None, language))),
        (WHEN, Some(moment(it.created_at))),
        (NEXT, it.due_at.map(moment)),
        (DELIVERED, it.delivered_at.map(moment)),
        (REPLAYS, (it.round > 0).then(|| html! { (it.round) })),
        (PARTNER, Some(draw::link(Section::Partners, &it.partner))),
        (OPERATION, draw::plain(Some(&it.operation))),
        (SUBJECT, draw::plain(Some(&it.subject))),
        (IDENTIFIER, draw::plain(Some(&it.id))),
    ];
    let main = html! {
        (draw::facts(language, facts))
        // One that is pending is about to be sent anyway.
        @if it.status != Status::Pending {
            form method="post" { (live.csrf) button name="do" value="replay" { (REPLAY.to(language)) } }
        }
        h2 { (ATTEMPTS.to(language)) }
        (attempts(language, &attempted))
        details { summary { (BODY.to(language)) } pre { (body) } }
        (events::story(tx, language, &[id])?)
    };
    Ok(Some(Sheet { title: TITLE.to(language).to_owned(), main }))
}

const REPLAY: Text = Text { en: "Send it again", th: "ส่งอีกครั้ง" };
const OUTCOME: Text = Text { en: "Outcome", th: "ผล" };
const HTTP: Text = Text { en: "HTTP", th: "HTTP" };
const TOOK: Text = Text { en: "Took (ms)", th: "ใช้เวลา (มิลลิวินาที)" };
const NUMBER: Text = Text { en: "No.", th: "ครั้งที่" };

fn attempts(language: Language, attempted: &[Attempted]) -> Markup {
    let columns = [(NUMBER, true), (WHEN, false), (OUTCOME, false), (HTTP, true), (TOOK, true)];
    let rows: Vec<_> = attempted
        .iter()
        .map(|attempt| {
            vec![
                html! { (attempt.number) },
                moment(attempt.at),
                html! { (attempt.outcome) },
                html! { @if let Some(status) = attempt.http_status { (status) } },
                html! { (attempt.took_micros / 1_000) },
            ]
        })
        .collect();
    draw::table(language, &columns, &rows)
}

fn moment(time: Timestamp) -> Markup {
    draw::moment(time.as_microsecond())
}
