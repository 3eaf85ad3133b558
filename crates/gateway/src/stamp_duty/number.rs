//! Numbers that are given out in order: of filings and of instruments.

use crate::store::{StoreError, Tx};
use jiff::{Timestamp, tz::Offset};

/// The offset of all dates.
pub(super) const BANGKOK: Offset = Offset::constant(7);

/// The next number of a filing: the date in Bangkok and a count, 20 digits together as in examples.
pub(super) fn filing(tx: &mut Tx<'_>, now: Timestamp) -> Result<String, StoreError> {
    let date = BANGKOK.to_datetime(now).date().strftime("%Y%m%d");
    Ok(format!("{date}{:012}", next(tx, "FILING", 1)?))
}

/// The next numbers of so many instruments: a letter and ten digits as in examples.
pub(super) fn instruments(tx: &mut Tx<'_>, count: usize) -> Result<Vec<String>, StoreError> {
    let count = i64::try_from(count).unwrap_or(i64::MAX);
    let first = next(tx, "INSTRUMENT", count)?;
    Ok((first..first.saturating_add(count)).map(|number| format!("P{number:010}")).collect())
}

fn next(tx: &mut Tx<'_>, kind: &str, count: i64) -> Result<i64, StoreError> {
    let sql = "UPDATE stamp_number SET last = last + $1 WHERE kind = $2 RETURNING last";
    let last = tx.query_one(sql, &[count.into(), kind.into()], |row| row.int(0))?;
    last.map(|last| last - count + 1).ok_or_else(|| StoreError::statement("there is no last number"))
}
