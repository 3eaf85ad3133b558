//! Text messages that the bank would have sent, with their one-time passwords.

use super::{
    Sheet,
    draw::{self, Section},
    listing::{self, Source},
    words::WHEN,
};
use crate::{
    page::{Text, Visit},
    store::{StoreError, Tx},
};
use maud::html;

const RECIPIENT: Text = Text { en: "To", th: "ถึง" };
const CONTENT: Text = Text { en: "Message", th: "ข้อความ" };

pub(super) fn list(tx: &mut Tx<'_>, visit: &Visit) -> Result<Sheet, StoreError> {
    let source = Source { table: "message", id: "id", at: "created_at", columns: "recipient, content" };
    let only = visit.query("recipient").map(|recipient| ("recipient", recipient));
    let found = listing::newest(tx, &source, only, visit.query("before"), |row| {
        Ok((row.int(0)?, row.text(2)?, row.text(3)?))
    })?;
    let language = visit.language();
    let columns = [(WHEN, false), (RECIPIENT, false), (CONTENT, false)];
    let main = draw::listed(visit, &columns, &found, |(at, recipient, content)| {
        let theirs = visit.address_with(&[("recipient", Some(recipient)), ("before", None)]);
        vec![draw::moment(*at), html! { a href=(theirs) { (recipient) } }, html! { (content) }]
    });
    Ok(Sheet { title: Section::Messages.title().to(language).to_owned(), main })
}
