//! Partners: listed, admitted, changed.

use super::{
    conflict,
    listing::{Listing, Order, moment, optional, stored},
    taken,
};
use crate::{
    event::{self, Event},
    partner::{self, Agreement, CallbackProfile, NewPartner},
    store::Tx,
};
use jiff::Timestamp;
use satang_core::Refusal;
use satang_schema::sandbox::{
    AgreementDetails, CallbackProof, Cursor, NewAgreement, PartnerAdmission, PartnerChange, PartnerDetails,
    PartnerList, PartnerQuery,
};
use serde_json::json;

pub(super) fn list(tx: &mut Tx<'_>, query: &PartnerQuery) -> Result<PartnerList, Refusal> {
    let (partners, next_cursor) = page(tx, query.client_id.as_ref().map(|id| id.as_str()), query)?;
    Ok(PartnerList { partners, next_cursor })
}

fn page(
    tx: &mut Tx<'_>,
    client_id: Option<&str>,
    query: &PartnerQuery,
) -> Result<(Vec<PartnerDetails>, Option<Cursor>), Refusal> {
    let columns = "name, status, registration_account, callback_url, callback_profile, created_at";
    let mut listing = Listing::new("partner", columns, Order::By("client_id"));
    listing.equal("client_id", client_id);
    let (mut partners, next) = listing.page(tx, query.cursor.as_ref(), query.limit, |row| {
        Ok(PartnerDetails {
            client_id: row.text(1)?,
            name: row.text(2)?,
            status: stored(&row.text(3)?)?,
            agreement: AgreementDetails {
                registration_account: optional(row.optional_text(4)?)?,
                redirect_uris: Vec::new(),
                callback_url: row.optional_text(5)?,
                callback_profile: stored(&row.text(6)?)?,
            },
            create_date_time: moment(row.int(7)?)?,
        })
    })?;
    for partner in &mut partners {
        let sql = "SELECT uri FROM partner_redirect WHERE partner = $1 ORDER BY uri LIMIT 1000";
        partner.agreement.redirect_uris = tx.query(sql, &[(&partner.client_id).into()], |row| row.text(0))?;
    }
    Ok((partners, next))
}

/// One partner.
fn show(tx: &mut Tx<'_>, client_id: &str) -> Result<PartnerDetails, Refusal> {
    let (mut partners, _) = page(tx, Some(client_id), &PartnerQuery::default())?;
    partners.pop().ok_or_else(unknown)
}

pub(super) fn admit(
    tx: &mut Tx<'_>,
    request: &PartnerAdmission,
    now: Timestamp,
) -> Result<PartnerDetails, Refusal> {
    let client_id = request.client_id.as_str();
    if partner::find(tx, client_id)?.is_some() {
        return Err(taken("there is a partner with this clientId"));
    }
    let new = NewPartner {
        client_id: client_id.into(),
        name: request.name.as_str().into(),
        secret: request.client_secret.as_str().into(),
        signature_key: request.signature_key.as_str().into(),
        api_key: request.api_key.as_str().into(),
    };
    partner::insert(tx, &new, now)?;
    record(tx, "partner.admitted", client_id, now, json!({}))?;
    if let Some(agreement) = &request.agreement {
        agree(tx, client_id, agreement, now)?;
    }
    show(tx, client_id)
}

pub(super) fn change(
    tx: &mut Tx<'_>,
    request: &PartnerChange,
    now: Timestamp,
) -> Result<PartnerDetails, Refusal> {
    let client_id = request.client_id.as_str();
    let before = show(tx, client_id)?;
    if let Some(name) = &request.name {
        let sql = "UPDATE partner SET name = $1 WHERE client_id = $2";
        tx.execute(sql, &[name.as_str().into(), client_id.into()])?;
    }
    if let Some(status) = request.status {
        let sql = "UPDATE partner SET status = $1 WHERE client_id = $2";
        tx.execute(sql, &[status.as_str().into(), client_id.into()])?;
    }
    if let Some(agreement) = &request.agreement {
        agree(tx, client_id, agreement, now)?;
    }
    let after = show(tx, client_id)?;
    if before != after {
        record(tx, "partner.changed", client_id, now, json!({ "status": after.status }))?;
    }
    Ok(after)
}

fn agree(tx: &mut Tx<'_>, client_id: &str, agreement: &NewAgreement, now: Timestamp) -> Result<(), Refusal> {
    let account = agreement.registration_account.as_ref().map(|number| number.as_str());
    if let Some(number) = account {
        let sql = "SELECT number FROM account WHERE number = $1 AND partner = $2";
        if tx.query_one(sql, &[number.into(), client_id.into()], |row| row.text(0))?.is_none() {
            return Err(conflict("the registrationAccount is none of this partner's accounts"));
        }
    }
    let uris = agreement.redirect_uris.iter().flatten();
    let agreement = Agreement {
        registration_account: account.map(str::to_owned),
        redirect_uris: uris.map(|uri| uri.as_str().to_owned()).collect(),
        callback_url: agreement.callback_url.as_ref().map(|url| url.as_str().to_owned()),
        callback_profile: match agreement.callback_profile {
            None | Some(CallbackProof::Signature) => CallbackProfile::Signature,
            Some(CallbackProof::StandardWebhooks) => CallbackProfile::StandardWebhooks,
        },
    };
    partner::agree(tx, client_id, &agreement)?;
    record(tx, "partner.agreed", client_id, now, json!({}))
}

fn record(
    tx: &mut Tx<'_>,
    kind: &'static str,
    client_id: &str,
    at: Timestamp,
    detail: serde_json::Value,
) -> Result<(), Refusal> {
    Ok(event::record(tx, &Event { kind, partner: Some(client_id), subject: client_id, at, detail })?)
}

fn unknown() -> Refusal {
    Refusal::not_found("no such partner")
}
