//! Merchants of the service bank: who may ask, and how often.

use crate::{
    partner::hash,
    store::{StoreError, Tx},
};
use jiff::{Timestamp, ToSpan as _, civil::Date, tz::Offset};

/// A merchant as the store knows it.
#[derive(Clone, Debug)]
pub(crate) struct Merchant {
    pub(crate) id: String,
    /// How many questions may be asked on a day in Bangkok.
    pub(crate) daily_quota: Option<i64>,
}

/// A merchant to be admitted.
pub(crate) struct NewMerchant<'a> {
    pub(crate) id: &'a str,
    pub(crate) name: &'a str,
    /// What it asks with. Only a hash is kept, so it should have the entropy of a key.
    pub(crate) key: &'a str,
    pub(crate) daily_quota: Option<i64>,
}

pub(crate) fn insert(
    tx: &mut Tx<'_>,
    bank: &str,
    new: &NewMerchant<'_>,
    now: Timestamp,
) -> Result<(), StoreError> {
    tx.execute(
        "INSERT INTO merchant (id, name, bank, key_hash, status, daily_quota, created_at)
         VALUES ($1, $2, $3, $4, 'ACTIVE', $5, $6)",
        &[
            new.id.into(),
            new.name.into(),
            bank.into(),
            (&hash(new.key.as_bytes())).into(),
            new.daily_quota.into(),
            now.as_microsecond().into(),
        ],
    )?;
    Ok(())
}

/// The active merchant whose key has this hash: looked up by it, so the time that takes says nothing about keys that exist.
pub(super) fn find(tx: &mut Tx<'_>, key_hash: &[u8; 32]) -> Result<Option<Merchant>, StoreError> {
    let sql = "SELECT id, daily_quota FROM merchant WHERE key_hash = $1 AND status = 'ACTIVE'";
    tx.query_one(sql, &[key_hash.into()], |row| {
        Ok(Merchant { id: row.text(0)?, daily_quota: row.optional_int(1)? })
    })
}

/// Whether there is a merchant of this name.
pub(crate) fn is_there(tx: &mut Tx<'_>, id: &str) -> Result<bool, StoreError> {
    let sql = "SELECT 1 FROM merchant WHERE id = $1";
    Ok(tx.query_one(sql, &[id.into()], |_| Ok(()))?.is_some())
}

/// Counts a question, and tells whether it may be asked: in one step, so that no two take the last place.
pub(super) fn count(tx: &mut Tx<'_>, merchant: &Merchant, now: Timestamp) -> Result<bool, StoreError> {
    let day = day(now).to_string();
    let key = [(&merchant.id).into(), (&day).into()];
    let sql = "INSERT INTO merchant_use (merchant, day, asked) VALUES ($1, $2, 0) ON CONFLICT DO NOTHING";
    tx.execute(sql, &key)?;
    let most = merchant.daily_quota.unwrap_or(i64::MAX);
    let sql = "UPDATE merchant_use SET asked = asked + 1 WHERE merchant = $1 AND day = $2 AND asked < $3";
    Ok(tx.execute(sql, &[(&merchant.id).into(), (&day).into(), most.into()])? == 1)
}

/// How many questions were asked for a merchant on the day of this moment.
pub(crate) fn asked(tx: &mut Tx<'_>, id: &str, now: Timestamp) -> Result<i64, StoreError> {
    let sql = "SELECT asked FROM merchant_use WHERE merchant = $1 AND day = $2";
    let day = day(now).to_string();
    Ok(tx.query_one(sql, &[id.into(), (&day).into()], |row| row.int(0))?.unwrap_or_default())
}

/// Takes a question back that was not asked after all.
pub(super) fn uncount(tx: &mut Tx<'_>, merchant: &Merchant, counted: Timestamp) -> Result<(), StoreError> {
    let day = day(counted).to_string();
    let sql = "UPDATE merchant_use SET asked = asked - 1 WHERE merchant = $1 AND day = $2 AND asked > 0";
    tx.execute(sql, &[(&merchant.id).into(), (&day).into()])?;
    Ok(())
}

/// The day in Bangkok.
fn day(now: Timestamp) -> Date {
    BANGKOK.to_datetime(now).date()
}

/// How many seconds are left of the day in Bangkok: at least one.
pub(super) fn rest_of_day(now: Timestamp) -> i64 {
    let midnight = day(now).checked_add(1.day()).ok().map(|day| day.at(0, 0, 0, 0));
    let midnight = midnight.and_then(|midnight| BANGKOK.to_timestamp(midnight).ok());
    midnight.map_or(1, |midnight| midnight.duration_since(now).as_secs() + 1).max(1)
}

const BANGKOK: Offset = Offset::constant(7);

#[cfg(test)]
mod tests {
    use super::*;
    use crate::store::testing::MemoryStore;

    fn at(time: &str) -> Timestamp {
        time.parse().unwrap()
    }

    #[test]
    fn a_quota_is_one_of_a_day_in_bangkok() {
        let store = MemoryStore::new();
        let shop = Merchant { id: "shop".into(), daily_quota: Some(2) };
        let new = NewMerchant { id: "shop", name: "Shop", key: "a key", daily_quota: Some(2) };
        store.corrupt("INSERT INTO service_bank VALUES ('004', 'key', 'secret', 0)");
        store.with(|tx| insert(tx, "004", &new, at("2026-03-01T00:00:00Z"))).unwrap();
        let counted = |time| store.with(|tx| count(tx, &shop, at(time))).unwrap();
        for (time, expected) in [
            ("2026-03-01T16:59:58Z", true),
            ("2026-03-01T16:59:59Z", true),
            ("2026-03-01T16:59:59Z", false),
            ("2026-03-01T17:00:00Z", true), // midnight in Bangkok
        ] {
            assert_eq!(counted(time), expected, "{time}");
        }
        store.with(|tx| uncount(tx, &shop, at("2026-03-01T16:59:59Z"))).unwrap();
        assert!(counted("2026-03-01T16:59:59Z") && !counted("2026-03-01T16:59:59Z"));
    }

    #[test]
    fn the_rest_of_a_day_ends_after_midnight() {
        for (time, expected) in [("2026-03-01T16:59:59Z", 2), ("2026-03-01T17:00:00Z", 86_401)] {
            assert_eq!(rest_of_day(at(time)), expected, "{time}");
        }
    }
}
