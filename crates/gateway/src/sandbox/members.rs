//! Members of the hub: listed, admitted, changed, let go.

use super::{
    conflict, invalid,
    listing::{Listing, Order, moment, stored},
    taken,
};
use crate::{
    event::{self, Event},
    interbank::{
        SERVICE_BANK,
        member::{self, KeptMember, NewMember},
    },
    partner::hash,
    store::{Row, StoreError, Tx},
};
use jiff::Timestamp;
use satang_core::Refusal;
use satang_schema::{
    Uri,
    sandbox::{
        HubMemberAdmission, HubMemberChange, HubMemberDetails, HubMemberList, HubMemberQuery,
        HubMemberRemoval, HubService, MemberKey,
    },
    slip_verification::BankCode,
};
use satang_slip_verification::interbank::Service;
use satang_validation::Rule;
use serde_json::json;

const COLUMNS: &str = "name, jwks, issuer_url, joined_at, left_at";

pub(super) fn list(tx: &mut Tx<'_>, query: &HubMemberQuery) -> Result<HubMemberList, Refusal> {
    let mut listing = Listing::new("hub_member", COLUMNS, Order::By("bank"));
    listing.equal("bank", query.bank.as_ref().map(BankCode::as_str));
    let (mut members, next_cursor) = listing.page(tx, query.cursor.as_ref(), query.limit, details)?;
    for member in &mut members {
        let services = member::services(tx, member.bank.as_str())?;
        let shown = services.iter().map(|service| stored(service.as_str()));
        member.services = shown.collect::<Result<_, _>>()?;
    }
    Ok(HubMemberList { members, next_cursor })
}

fn details(row: &Row<'_>) -> Result<HubMemberDetails, StoreError> {
    Ok(HubMemberDetails {
        bank: stored(&row.text(1)?)?,
        name: row.text(2)?,
        services: Vec::new(),
        key_identifications: member::key_identifications(&row.text(3)?),
        issuer_url: row.optional_text(4)?,
        join_date_time: moment(row.int(5)?)?,
        leave_date_time: row.optional_int(6)?.map(moment).transpose()?,
    })
}

/// What an operator is told, and what the hub has to know.
type Changed = (HubMemberDetails, KeptMember);

pub(super) fn admit(
    tx: &mut Tx<'_>,
    request: &HubMemberAdmission,
    now: Timestamp,
) -> Result<Changed, Refusal> {
    let bank = request.bank.as_str();
    let jwks = jwks(&request.bank, &request.keys)?;
    check_address(request.issuer_url.as_ref())?;
    if member::is_there(tx, bank)? {
        return Err(taken("the bank is a member already"));
    }
    let sql = "SELECT 1 FROM hub_member WHERE key_hash = $1 AND bank <> $2";
    let key_hash = hash(request.api_key.as_str().as_bytes());
    if tx.query_one(sql, &[(&key_hash).into(), bank.into()], |_| Ok(()))?.is_some() {
        return Err(taken("another member has this apiKey"));
    }
    let services: Vec<Service> = request.services.iter().flatten().map(service).collect::<Result<_, _>>()?;
    let new = NewMember {
        bank,
        name: request.name.as_str(),
        api_key: request.api_key.as_str(),
        api_secret: request.api_secret.as_str(),
        jwks: &jwks,
        issuer_url: request.issuer_url.as_ref().map(Uri::as_str),
        services: &services,
    };
    member::join(tx, &new, now)?;
    let changed = show(tx, bank)?;
    let detail = json!({ "services": changed.0.services, "issuerUrl": changed.0.issuer_url });
    record(tx, "hub-member.joined", bank, detail, now)?;
    Ok(changed)
}

pub(super) fn change(tx: &mut Tx<'_>, request: &HubMemberChange, now: Timestamp) -> Result<Changed, Refusal> {
    let bank = request.bank.as_str();
    check_address(request.issuer_url.as_ref())?;
    let (before, _) = show(tx, bank)?;
    if let Some(name) = &request.name {
        let sql = "UPDATE hub_member SET name = $1 WHERE bank = $2";
        tx.execute(sql, &[name.as_str().into(), bank.into()])?;
    }
    if let Some(keys) = &request.keys {
        refuse_own(bank)?;
        let sql = "UPDATE hub_member SET jwks = $1 WHERE bank = $2";
        tx.execute(sql, &[(&jwks(&request.bank, keys)?).into(), bank.into()])?;
    }
    if let Some(url) = &request.issuer_url {
        let sql = "UPDATE hub_member SET issuer_url = $1 WHERE bank = $2";
        tx.execute(sql, &[url.as_str().into(), bank.into()])?;
    }
    if let Some(services) = &request.services {
        let wanted: Vec<Service> = services.iter().map(service).collect::<Result<_, _>>()?;
        for service in Service::ALL {
            if wanted.contains(&service) {
                member::subscribe(tx, bank, service, now)?;
            } else {
                member::unsubscribe(tx, bank, service)?;
            }
        }
    }
    let changed = show(tx, bank)?;
    if before != changed.0 || request.keys.is_some() {
        let detail = json!({
            "services": changed.0.services, "issuerUrl": changed.0.issuer_url,
            "keyIdentifications": changed.0.key_identifications,
        });
        record(tx, "hub-member.changed", bank, detail, now)?;
    }
    Ok(changed)
}

pub(super) fn remove(
    tx: &mut Tx<'_>,
    request: &HubMemberRemoval,
    now: Timestamp,
) -> Result<HubMemberDetails, Refusal> {
    let bank = request.bank.as_str();
    if !member::is_there(tx, bank)? {
        return Err(unknown());
    }
    refuse_own(bank)?;
    member::leave(tx, bank, now)?;
    record(tx, "hub-member.left", bank, json!({}), now)?;
    let query = HubMemberQuery { bank: Some(request.bank.clone()), ..HubMemberQuery::default() };
    list(tx, &query)?.members.pop().ok_or_else(unknown)
}

/// The bank that asks for merchants signs with a key that the gateway keeps: another one would silence it for good.
fn refuse_own(bank: &str) -> Result<(), Refusal> {
    match bank {
        SERVICE_BANK => Err(conflict("it is the bank of the sandbox that asks for merchants")),
        _ => Ok(()),
    }
}

fn show(tx: &mut Tx<'_>, bank: &str) -> Result<Changed, Refusal> {
    let kept = member::find(tx, bank)?.ok_or_else(unknown)?;
    let query = HubMemberQuery { bank: Some(kept.bank.clone()), ..HubMemberQuery::default() };
    Ok((list(tx, &query)?.members.pop().ok_or_else(unknown)?, kept))
}

/// The keys as a JSON Web Key Set that the hub can use.
fn jwks(bank: &BankCode, keys: &[MemberKey]) -> Result<String, Refusal> {
    let jwks = serde_json::to_string(&json!({ "keys": keys })).map_err(|_| Refusal::internal())?;
    let checked = member::check_keys(bank, &jwks);
    checked.map_err(|error| invalid("keys", Rule::malformed(error.reason())))?;
    Ok(jwks)
}

fn check_address(url: Option<&Uri>) -> Result<(), Refusal> {
    let Some(url) = url else { return Ok(()) };
    let rest = ["http://", "https://"].iter().find_map(|scheme| url.as_str().strip_prefix(scheme));
    // Whoever sees the address would see a password in it.
    if rest.is_some_and(|rest| !rest.contains(['?', '#', '@'])) {
        return Ok(());
    }
    Err(invalid("issuerUrl", Rule::malformed("expected an http or https URL without a query or a password")))
}

fn service(service: &HubService) -> Result<Service, Refusal> {
    service.as_str().parse().map_err(|_| Refusal::internal())
}

fn record(
    tx: &mut Tx<'_>,
    kind: &'static str,
    bank: &str,
    detail: serde_json::Value,
    at: Timestamp,
) -> Result<(), StoreError> {
    event::record(tx, &Event { kind, partner: Some(bank), subject: bank, at, detail })
}

fn unknown() -> Refusal {
    Refusal::not_found("no such member")
}
