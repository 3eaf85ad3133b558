//! Merchants of the bank that asks the hub: listed, admitted, changed.

use super::{
    listing::{Listing, Order, count, moment, stored},
    taken,
};
use crate::{
    event::{self, Event},
    interbank::{
        SERVICE_BANK,
        merchant::{self, NewMerchant},
    },
    partner::hash,
    store::{Row, StoreError, Tx},
};
use jiff::Timestamp;
use satang_core::Refusal;
use satang_schema::sandbox::{
    DailyQuota, MerchantAdmission, MerchantChange, MerchantDetails, MerchantList, MerchantQuery,
};
use serde_json::json;

pub(super) fn list(tx: &mut Tx<'_>, query: &MerchantQuery, now: Timestamp) -> Result<MerchantList, Refusal> {
    let mut listing =
        Listing::new("merchant", "name, bank, status, daily_quota, created_at", Order::By("id"));
    listing.equal("id", query.merchant_identification.as_ref().map(|id| id.as_str()));
    let (mut merchants, next_cursor) = listing.page(tx, query.cursor.as_ref(), query.limit, details)?;
    for merchant in &mut merchants {
        merchant.asked_today = count(merchant::asked(tx, &merchant.merchant_identification, now)?)?;
    }
    Ok(MerchantList { merchants, next_cursor })
}

fn details(row: &Row<'_>) -> Result<MerchantDetails, StoreError> {
    Ok(MerchantDetails {
        merchant_identification: row.text(1)?,
        name: row.text(2)?,
        bank: stored(&row.text(3)?)?,
        status: stored(&row.text(4)?)?,
        daily_quota: row.optional_int(5)?.map(count).transpose()?,
        asked_today: 0,
        create_date_time: moment(row.int(6)?)?,
    })
}

pub(super) fn admit(
    tx: &mut Tx<'_>,
    request: &MerchantAdmission,
    now: Timestamp,
) -> Result<MerchantDetails, Refusal> {
    let id = request.merchant_identification.as_str();
    if merchant::is_there(tx, id)? {
        return Err(taken("there is a merchant with this merchantIdentification"));
    }
    refuse_taken_key(tx, id, request.key.as_str())?;
    let daily_quota = request.daily_quota.map(number);
    let new = NewMerchant { id, name: request.name.as_str(), key: request.key.as_str(), daily_quota };
    merchant::insert(tx, SERVICE_BANK, &new, now)?;
    record(tx, "merchant.admitted", id, json!({ "dailyQuota": daily_quota }), now)?;
    show(tx, id, now)
}

pub(super) fn change(
    tx: &mut Tx<'_>,
    request: &MerchantChange,
    now: Timestamp,
) -> Result<MerchantDetails, Refusal> {
    let id = request.merchant_identification.as_str();
    let before = show(tx, id, now)?;
    if let Some(name) = &request.name {
        let sql = "UPDATE merchant SET name = $1 WHERE id = $2";
        tx.execute(sql, &[name.as_str().into(), id.into()])?;
    }
    if let Some(status) = request.status {
        let sql = "UPDATE merchant SET status = $1 WHERE id = $2";
        tx.execute(sql, &[status.as_str().into(), id.into()])?;
    }
    if let Some(quota) = request.daily_quota {
        let sql = "UPDATE merchant SET daily_quota = $1 WHERE id = $2";
        tx.execute(sql, &[number(quota).into(), id.into()])?;
    }
    if let Some(key) = &request.key {
        refuse_taken_key(tx, id, key.as_str())?;
        let sql = "UPDATE merchant SET key_hash = $1 WHERE id = $2";
        tx.execute(sql, &[(&hash(key.as_str().as_bytes())).into(), id.into()])?;
    }
    let after = show(tx, id, now)?;
    if before != after || request.key.is_some() {
        let detail = json!({
            "status": after.status, "dailyQuota": after.daily_quota, "keyChanged": request.key.is_some(),
        });
        record(tx, "merchant.changed", id, detail, now)?;
    }
    Ok(after)
}

fn refuse_taken_key(tx: &mut Tx<'_>, id: &str, key: &str) -> Result<(), Refusal> {
    let sql = "SELECT 1 FROM merchant WHERE key_hash = $1 AND id <> $2";
    if tx.query_one(sql, &[(&hash(key.as_bytes())).into(), id.into()], |_| Ok(()))?.is_some() {
        return Err(taken("another merchant has this key"));
    }
    Ok(())
}

fn show(tx: &mut Tx<'_>, id: &str, now: Timestamp) -> Result<MerchantDetails, Refusal> {
    let query = MerchantQuery { merchant_identification: id.parse().ok(), ..MerchantQuery::default() };
    list(tx, &query, now)?.merchants.pop().ok_or_else(|| Refusal::not_found("no such merchant"))
}

fn number(quota: DailyQuota) -> i64 {
    i64::try_from(quota.value()).unwrap_or(i64::MAX)
}

fn record(
    tx: &mut Tx<'_>,
    kind: &'static str,
    id: &str,
    detail: serde_json::Value,
    at: Timestamp,
) -> Result<(), StoreError> {
    event::record(tx, &Event { kind, partner: Some(id), subject: id, at, detail })
}
