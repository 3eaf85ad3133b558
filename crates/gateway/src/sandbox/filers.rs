//! Filers: listed, admitted, changed.

use super::{
    invalid,
    listing::{Listing, Order, moment, stored},
    taken,
};
use crate::{
    event::{self, Event},
    pepper::Pepper,
    stamp_duty::{self, NewCertificate, NewFiler},
    store::{Row, StoreError, Tx},
};
use base64::{Engine, engine::general_purpose::STANDARD as BASE64};
use jiff::Timestamp;
use satang_core::Refusal;
use satang_schema::sandbox::{FilerAdmission, FilerChange, FilerDetails, FilerList, FilerQuery};
use satang_validation::Rule;
use serde_json::json;

pub(super) fn list(tx: &mut Tx<'_>, query: &FilerQuery) -> Result<FilerList, Refusal> {
    let mut listing =
        Listing::new("filer", "name, sender, tax_id, status, created_at", Order::By("username"));
    listing.equal("username", query.username.as_ref().map(|text| text.as_str()));
    let (filers, next_cursor) = listing.page(tx, query.cursor.as_ref(), query.limit, details)?;
    Ok(FilerList { filers, next_cursor })
}

fn details(row: &Row<'_>) -> Result<FilerDetails, StoreError> {
    Ok(FilerDetails {
        username: row.text(1)?,
        name: row.text(2)?,
        sender: row.text(3)?,
        tax_id: stored(&row.text(4)?)?,
        status: stored(&row.text(5)?)?,
        create_date_time: moment(row.int(6)?)?,
    })
}

pub(super) fn admit(
    tx: &mut Tx<'_>,
    pepper: &Pepper,
    request: &FilerAdmission,
    now: Timestamp,
) -> Result<FilerDetails, Refusal> {
    let username = request.username.as_str();
    let der = BASE64.decode(request.certificate.as_str());
    let der = der.map_err(|_| invalid("certificate", Rule::malformed("expected base64, with padding")))?;
    stamp_duty::check_certificate(&der)
        .map_err(|error| invalid("certificate", Rule::malformed(error.reason())))?;
    let sql = "SELECT 1 FROM filer WHERE username = $1 OR sender = $2 LIMIT 1";
    if tx.query_one(sql, &[username.into(), request.sender.as_str().into()], |_| Ok(()))?.is_some() {
        return Err(taken("there is a filer of this user name or with this sender code"));
    }
    let new = NewFiler {
        username,
        password: request.password.as_str(),
        name: request.name.as_str(),
        sender: request.sender.as_str(),
        tax_id: request.tax_id.as_str(),
        is_active: true,
        service_until: None,
        certificates: &[NewCertificate { der, is_revoked: false }],
    };
    stamp_duty::admit(tx, pepper, &new, now)?;
    record(tx, "filer.admitted", username, json!({ "sender": request.sender.as_str() }), now)?;
    show(tx, username)
}

pub(super) fn change(
    tx: &mut Tx<'_>,
    request: &FilerChange,
    now: Timestamp,
) -> Result<FilerDetails, Refusal> {
    let username = request.username.as_str();
    let before = show(tx, username)?;
    if let Some(status) = request.status {
        let sql = "UPDATE filer SET status = $1 WHERE username = $2";
        tx.execute(sql, &[status.as_str().into(), username.into()])?;
    }
    let after = show(tx, username)?;
    if before != after {
        record(tx, "filer.changed", username, json!({ "status": after.status }), now)?;
    }
    Ok(after)
}

fn show(tx: &mut Tx<'_>, username: &str) -> Result<FilerDetails, Refusal> {
    let sql = "SELECT '', username, name, sender, tax_id, status, created_at FROM filer WHERE username = $1";
    tx.query_one(sql, &[username.into()], details)?.ok_or_else(|| Refusal::not_found("no such filer"))
}

fn record(
    tx: &mut Tx<'_>,
    kind: &'static str,
    username: &str,
    detail: serde_json::Value,
    at: Timestamp,
) -> Result<(), StoreError> {
    event::record(tx, &Event { kind, partner: Some(username), subject: username, at, detail })
}
