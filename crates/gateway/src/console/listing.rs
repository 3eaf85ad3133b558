//! Lists, the newest first, in pages that stay as they are while new things come.

use crate::store::{Row, StoreError, Tx, Value};
use std::cmp::Reverse;

/// How many things a page holds.
const PAGE: usize = 50;
/// How many partners a list looks at.
const MOST_PARTNERS: u32 = 200;

/// What is listed: `columns` of a `table`, by its columns for the time and the identifier.
pub(super) struct Source {
    pub(super) table: &'static str,
    pub(super) id: &'static str,
    pub(super) at: &'static str,
    pub(super) columns: &'static str,
}

/// A page of a list.
pub(super) struct Listed<T> {
    pub(super) items: Vec<T>,
    /// What to send as `before` to see what is older.
    pub(super) older: Option<String>,
}

/// A time and an identifier: everything before it is older.
struct Cursor(i64, String);

type Keyed<T> = ((i64, String), T);

/// The newest rows, with this value in this column if one is named; an index begins with the column and the time.
/// `columns` come after the time and the identifier.
pub(super) fn newest<T>(
    tx: &mut Tx<'_>,
    source: &Source,
    only: Option<(&'static str, &str)>,
    before: Option<&str>,
    read: impl FnMut(&Row<'_>) -> Result<T, StoreError>,
) -> Result<Listed<T>, StoreError> {
    let rows = rows(tx, source, only, &Cursor::read(before), read)?;
    Ok(page(rows))
}

/// As [`newest`], of one partner or of all: each partner's newest over the index that begins with the partner.
pub(super) fn newest_of_partners<T>(
    tx: &mut Tx<'_>,
    source: &Source,
    partner: Option<&str>,
    before: Option<&str>,
    mut read: impl FnMut(&Row<'_>) -> Result<T, StoreError>,
) -> Result<Listed<T>, StoreError> {
    let partners = match partner {
        Some(partner) => vec![partner.to_owned()],
        None => {
            let sql = format!("SELECT client_id FROM partner ORDER BY client_id LIMIT {MOST_PARTNERS}");
            tx.query(&sql, &[], |row| row.text(0))?
        }
    };
    let cursor = Cursor::read(before);
    let mut all = Vec::new();
    for partner in &partners {
        all.extend(rows(tx, source, Some(("partner", partner)), &cursor, &mut read)?);
    }
    all.sort_by(|(one, _), (other, _)| Reverse(one).cmp(&Reverse(other)));
    Ok(page(all))
}

/// One more than a page holds.
fn rows<T>(
    tx: &mut Tx<'_>,
    source: &Source,
    only: Option<(&'static str, &str)>,
    Cursor(at, last): &Cursor,
    mut read: impl FnMut(&Row<'_>) -> Result<T, StoreError>,
) -> Result<Vec<Keyed<T>>, StoreError> {
    let Source { table, id, at: time, columns } = source;
    let mut parameters: Vec<Value<'_>> = vec![(*at).into(), (*at).into(), last.into()];
    let mut condition = format!("{time} <= $1 AND ({time} < $2 OR {id} < $3)");
    if let Some((column, value)) = only {
        condition.push_str(&format!(" AND {column} = $4"));
        parameters.push(value.into());
    }
    let most = PAGE + 1;
    let sql = format!(
        "SELECT {time}, {id}, {columns} FROM {table} WHERE {condition}
         ORDER BY {time} DESC, {id} DESC LIMIT {most}"
    );
    tx.query(&sql, &parameters, |row| Ok(((row.int(0)?, row.text(1)?), read(row)?)))
}

fn page<T>(mut rows: Vec<Keyed<T>>) -> Listed<T> {
    let has_more = rows.len() > PAGE;
    rows.truncate(PAGE);
    let older = rows.last().filter(|_| has_more).map(|((at, id), _)| format!("{at}.{id}"));
    Listed { items: rows.into_iter().map(|(_, item)| item).collect(), older }
}

impl Cursor {
    /// Where a page begins; the newest when nothing that can be read is given.
    fn read(text: Option<&str>) -> Self {
        let read = || {
            let (at, id) = text?.split_once('.')?;
            Some(Self(at.parse().ok()?, id.to_owned()))
        };
        read().unwrap_or(Self(i64::MAX, String::new()))
    }
}
