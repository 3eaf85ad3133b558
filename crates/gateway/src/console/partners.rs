//! Partners, and what they have agreed with the bank.

use super::{
    Sheet,
    draw::{self, Section},
    events,
    listing::Listed,
    words::{CREDITOR, IDENTIFIER, NAME, SINCE, STATUS},
};
use crate::{
    page::{Text, Visit},
    store::{StoreError, Tx},
};
use maud::html;

const PAGE: usize = 50;

struct Shown {
    client_id: String,
    name: String,
    status: String,
    created_at: i64,
}

pub(super) fn list(tx: &mut Tx<'_>, visit: &Visit) -> Result<Sheet, StoreError> {
    let sql = format!(
        "SELECT client_id, name, status, created_at FROM partner WHERE client_id > $1
         ORDER BY client_id LIMIT {}",
        PAGE + 1
    );
    let mut items = tx.query(&sql, &[visit.query("before").unwrap_or_default().into()], |row| {
        Ok(Shown {
            client_id: row.text(0)?,
            name: row.text(1)?,
            status: row.text(2)?,
            created_at: row.int(3)?,
        })
    })?;
    let has_more = items.len() > PAGE;
    items.truncate(PAGE);
    let older = items.last().filter(|_| has_more).map(|last| last.client_id.clone());
    let language = visit.language();
    let columns = [(IDENTIFIER, false), (NAME, false), (STATUS, false), (SINCE, false)];
    let main = draw::listed(visit, &columns, &Listed { items, older }, |it| {
        vec![
            draw::link(Section::Partners, &it.client_id),
            html! { (it.name) },
            draw::status(&it.status, None, language),
            draw::moment(it.created_at),
        ]
    });
    Ok(Sheet { title: Section::Partners.title().to(language).to_owned(), main })
}

const CALLBACK_URL: Text =
    Text { en: "Is called back at", th: "ที่อยู่แจ้งกลับ" };
const PROOF: Text = Text {
    en: "Callbacks prove themselves by", th: "การยืนยันการแจ้งกลับ"
};
const REDIRECTS: Text = Text {
    en: "Browsers may go back to", th: "ที่อยู่ที่เบราว์เซอร์กลับไปได้"
};
const THEIRS: Text = Text { en: "Of this partner", th: "ของคู่ค้านี้" };

pub(super) fn show(tx: &mut Tx<'_>, visit: &Visit, id: &str) -> Result<Option<Sheet>, StoreError> {
    let language = visit.language();
    let sql = "SELECT uri FROM partner_redirect WHERE partner = $1 ORDER BY uri LIMIT 100";
    let redirects = tx.query(sql, &[id.into()], |row| row.text(0))?;
    let sql =
        "SELECT client_id, name, status, registration_account, callback_url, callback_profile, created_at
         FROM partner WHERE client_id = $1";
    let found = tx.query_one(sql, &[id.into()], |row| {
        let facts = vec![
            (IDENTIFIER, draw::plain(Some(&row.text(0)?))),
            (STATUS, Some(draw::status(&row.text(2)?, None, language))),
            (CREDITOR, row.optional_text(3)?.as_deref().map(draw::account)),
            (CALLBACK_URL, draw::plain(row.optional_text(4)?.as_deref())),
            (PROOF, draw::plain(Some(&row.text(5)?))),
            (SINCE, Some(draw::moment(row.int(6)?))),
        ];
        Ok((row.text(1)?, facts))
    })?;
    let Some((title, mut facts)) = found else { return Ok(None) };
    let redirects = html! { @for uri in &redirects { (uri) br; } };
    facts.push((REDIRECTS, Some(redirects)));
    let query: String = form_urlencoded::byte_serialize(id.as_bytes()).collect();
    let lists = [Section::Payments, Section::Registrations, Section::Schedules, Section::Callbacks];
    let main = html! {
        (draw::facts(language, facts))
        h2 { (THEIRS.to(language)) }
        p.buttons { @for list in lists {
            a href={ (list.path()) "?partner=" (query) } { (list.title().to(language)) } " "
        } }
        (events::story(tx, language, &[id])?)
    };
    Ok(Some(Sheet { title, main }))
}
