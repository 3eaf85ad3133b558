//! The event log, read from a position on.

use super::listing::{count, moment};
use crate::store::{Row, StoreError, Tx, Value};
use satang_core::Refusal;
use satang_schema::{
    WholeNumber,
    sandbox::{EventDetails, EventList, EventQuery, Facts, Limit},
};

/// Events that meet every criterion, after a position.
///
/// Positions are given in the order of the commits, so what a snapshot does not show yet has a higher one than all that
/// it shows: whoever goes on from `next_after` misses nothing.
pub(super) fn list(tx: &mut Tx<'_>, query: &EventQuery) -> Result<EventList, Refusal> {
    let signed = |number: u64| i64::try_from(number).unwrap_or(i64::MAX);
    let after = signed(query.after.map_or(0, WholeNumber::value));
    let limit = signed(query.limit.map_or(100, Limit::value));
    // As a range, which is the same in every engine and has no wildcards.
    let kinds = query.kind.as_ref().map(|kind| (kind.as_str(), format!("{}\u{10ffff}", kind.as_str())));
    let mut conditions = String::from("position > $1");
    let mut parameters: Vec<Value<'_>> = vec![after.into()];
    for (comparison, value) in [
        ("kind >=", kinds.as_ref().map(|(first, _)| *first)),
        ("kind <", kinds.as_ref().map(|(_, end)| end.as_str())),
        ("subject =", query.subject.as_ref().map(|subject| subject.as_str())),
        ("partner =", query.partner.as_ref().map(|partner| partner.as_str())),
    ] {
        if let Some(value) = value {
            parameters.push(value.into());
            conditions.push_str(&format!(" AND {comparison} ${}", parameters.len()));
        }
    }
    let sql = format!(
        "SELECT position, at, kind, partner, subject, detail FROM event WHERE {conditions}
         ORDER BY position LIMIT {limit}"
    );
    let events = tx.query(&sql, &parameters, details)?;
    let is_full = signed(events.len().try_into().unwrap_or(u64::MAX)) >= limit;
    let next_after = match events.last() {
        Some(last) if is_full => last.position,
        // Everything that there is has been looked at.
        _ => count(newest(tx)?.max(after))?,
    };
    Ok(EventList { events, next_after })
}

fn newest(tx: &mut Tx<'_>) -> Result<i64, StoreError> {
    let newest = tx.query_one("SELECT max(position) FROM event", &[], |row| row.optional_int(0))?;
    Ok(newest.flatten().unwrap_or_default())
}

fn details(row: &Row<'_>) -> Result<EventDetails, StoreError> {
    let detail = Facts::from_json(&row.text(5)?);
    Ok(EventDetails {
        position: count(row.int(0)?)?,
        date_time: moment(row.int(1)?)?,
        kind: row.text(2)?,
        partner: row.optional_text(3)?,
        subject: row.text(4)?,
        detail: detail.ok_or_else(|| StoreError::statement("an event's detail is no object"))?,
    })
}
