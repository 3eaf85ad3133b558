//! Finds a thing by any of its identifiers.

use super::{Sheet, draw::Section, slips};
use crate::{
    page::{Text, Visit},
    store::{StoreError, Tx},
};
use maud::html;

/// Where identifiers are looked for: what is found, in which table and columns, each with an index of its own.
const PLACES: [(Section, &str, &[&str]); 11] = [
    (Section::Payments, "SELECT reference FROM payment WHERE", &["reference"]),
    (Section::Registrations, "SELECT id FROM registration WHERE", &["id", "token", "journey"]),
    (Section::Registrations, "SELECT registration FROM journey WHERE", &["id"]),
    (Section::Schedules, "SELECT id FROM schedule WHERE", &["id"]),
    (Section::Schedules, "SELECT schedule FROM execution WHERE", &["payment"]),
    (Section::StampDuty, "SELECT api_ref_no FROM filing WHERE", &["api_ref_no", "reference1"]),
    (Section::StampDuty, "SELECT filing FROM instrument WHERE", &["ref_no"]),
    (Section::Callbacks, "SELECT id FROM callback WHERE", &["id", "subject"]),
    (Section::Ledger, "SELECT number FROM account WHERE", &["number"]),
    (Section::Partners, "SELECT client_id FROM partner WHERE", &["client_id"]),
    (Section::Payments, "SELECT reference FROM ledger_transaction WHERE kind = 'payment' AND", &["id"]),
];

const FOUND: Text = Text { en: "Found", th: "พบ" };
const NOT_FOUND: Text = Text {
    en: "Nothing has this identifier. It must be complete.",
    th: "ไม่พบหมายเลขนี้ กรุณาใส่ให้ครบ",
};

pub(super) fn show(tx: &mut Tx<'_>, visit: &Visit) -> Result<Sheet, StoreError> {
    let wanted = visit.query("q").unwrap_or_default().trim();
    let mut found: Vec<(Section, String)> = Vec::new();
    if !wanted.is_empty() {
        for (section, select, columns) in PLACES {
            for column in columns {
                let sql = format!("{select} {column} = $1 LIMIT 20");
                let ids = tx.query(&sql, &[wanted.into()], |row| row.text(0))?;
                found.extend(ids.into_iter().map(|id| (section, id)));
            }
        }
        found.extend(of_partners(tx, wanted)?);
        found.extend(slips::found(tx, wanted)?.map(|id| (Section::Slips, id)));
    }
    found.sort_by(|(one, a), (other, b)| (one.name(), a).cmp(&(other.name(), b)));
    found.dedup();
    let language = visit.language();
    let main = html! {
        @if found.is_empty() { p.quiet { (NOT_FOUND.to(language)) } }
        @else {
            p.quiet { (FOUND.to(language)) ": " (found.len()) }
            ul.found { @for (section, id) in &found { li {
                (section.title().to(language)) " " a.id href=(section.path_of(id)) { (shown(*section, id)) }
            } } }
        }
    };
    Ok(Sheet { title: Section::Search.title().to(language).to_owned(), main })
}

/// What partners call their payments and schedules: unique for each of them.
fn of_partners(tx: &mut Tx<'_>, wanted: &str) -> Result<Vec<(Section, String)>, StoreError> {
    let partners = "SELECT client_id FROM partner ORDER BY client_id LIMIT 200";
    let mut found = Vec::new();
    for partner in tx.query(partners, &[], |row| row.text(0))? {
        for (section, select) in [
            (Section::Payments, "SELECT reference FROM payment"),
            (Section::Schedules, "SELECT id FROM schedule"),
        ] {
            let sql = format!("{select} WHERE partner = $1 AND transaction_identification = $2");
            let id = tx.query_one(&sql, &[(&partner).into(), wanted.into()], |row| row.text(0))?;
            found.extend(id.map(|id| (section, id)));
        }
    }
    Ok(found)
}

fn shown(section: Section, id: &str) -> String {
    let from = id.len().saturating_sub(4);
    if section == Section::Ledger {
        format!("••{}", id.get(from..).unwrap_or_default())
    } else {
        id.to_owned()
    }
}
