//! The banks that the hub asks, and the questions that it was asked.

use super::listing::{Listing, Order, count, moment, optional, stored};
use crate::{
    event::{self, Event},
    interbank::Behaviour,
    store::{Row, StoreError, Tx},
};
use jiff::Timestamp;
use satang_core::Refusal;
use satang_schema::{
    sandbox::{
        BreakerStateShown, IssuerBehaviour, IssuerChange, IssuerDetails, IssuerList, IssuerQuery,
        VerificationDetails, VerificationList, VerificationQuery,
    },
    slip_verification::{BankCode, TransRef},
};
use satang_slip_verification::interbank::{BreakerState, IssuerHealth, Service};
use serde_json::json;

/// Those that are played, and members that are asked outside.
const ASKED: &str = "(SELECT i.bank AS bank, i.name AS name, CASE WHEN m.issuer_url IS NULL THEN i.behaviour END AS behaviour,
        CASE WHEN m.issuer_url IS NULL THEN i.parameter END AS parameter, m.issuer_url AS issuer_url
    FROM issuer i LEFT JOIN hub_member m ON m.bank = i.bank AND m.left_at IS NULL
    UNION ALL
    SELECT m.bank, m.name, NULL, NULL, m.issuer_url FROM hub_member m
    WHERE m.left_at IS NULL AND m.issuer_url IS NOT NULL
        AND NOT EXISTS (SELECT 1 FROM issuer i WHERE i.bank = m.bank)) AS asked";

pub(super) fn list(
    tx: &mut Tx<'_>,
    query: &IssuerQuery,
    health: &[IssuerHealth],
) -> Result<IssuerList, Refusal> {
    let mut listing = Listing::new(ASKED, "name, behaviour, parameter, issuer_url", Order::By("bank"));
    listing.equal("bank", query.bank.as_ref().map(BankCode::as_str));
    let (issuers, next_cursor) =
        listing.page(tx, query.cursor.as_ref(), query.limit, |row| details(row, health))?;
    Ok(IssuerList { issuers, next_cursor })
}

fn details(row: &Row<'_>, health: &[IssuerHealth]) -> Result<IssuerDetails, StoreError> {
    let bank: BankCode = stored(&row.text(1)?)?;
    let behaviour = row.optional_text(3)?;
    let parameter = |of: IssuerBehaviour| {
        let is_of = behaviour.as_deref() == Some(of.as_str());
        row.optional_text(4).map(|parameter| parameter.filter(|_| is_of))
    };
    let is_it =
        |health: &&IssuerHealth| health.bank == bank && health.service == Service::TransactionVerification;
    let health = health.iter().find(is_it);
    Ok(IssuerDetails {
        delay_milliseconds: optional(parameter(IssuerBehaviour::Slow)?)?,
        code: parameter(IssuerBehaviour::Code)?,
        behaviour: optional(behaviour.clone())?,
        name: row.text(2)?,
        issuer_url: row.optional_text(5)?,
        breaker: match health.map(|health| health.breaker) {
            Some(BreakerState::Open { .. }) => BreakerStateShown::Open,
            Some(BreakerState::HalfOpen) => BreakerStateShown::HalfOpen,
            _ => BreakerStateShown::Closed,
        },
        answered: health.map_or(0, |health| health.answered),
        failed: health.map_or(0, |health| health.failed),
        in_flight: health.map_or(0, |health| u64::from(health.in_flight)),
        last_failure: health.and_then(|health| health.last_failure).map(|failure| failure.reason.to_owned()),
        bank,
    })
}

pub(super) fn change(tx: &mut Tx<'_>, request: &IssuerChange, now: Timestamp) -> Result<Behaviour, Refusal> {
    let bank = request.bank.as_str();
    let delay = request.delay_milliseconds.map(|delay| delay.value().to_string());
    let parameter = delay.or_else(|| request.code.as_ref().map(|code| code.as_str().to_owned()));
    let word = request.behaviour.as_str();
    let behaviour = Behaviour::read(word, parameter.as_deref()).ok_or_else(Refusal::internal)?;
    let sql = "UPDATE issuer SET behaviour = $1, parameter = $2 WHERE bank = $3";
    if tx.execute(sql, &[word.into(), parameter.as_ref().into(), bank.into()])? == 0 {
        return Err(Refusal::not_found("the sandbox plays no such bank"));
    }
    let detail = json!({ "behaviour": word, "parameter": parameter });
    let event = Event { kind: "issuer.changed", partner: Some(bank), subject: bank, at: now, detail };
    event::record(tx, &event)?;
    Ok(behaviour)
}

pub(super) fn verifications(tx: &mut Tx<'_>, query: &VerificationQuery) -> Result<VerificationList, Refusal> {
    let columns = "service, end_state, code, reason, request_id, member, destination, trans_ref, forwarded, took_millis";
    let mut listing = Listing::new("verification", columns, Order::ByTime("at", "id"));
    listing.equal("member", query.member.as_ref().map(BankCode::as_str));
    listing.equal("destination", query.destination.as_ref().map(BankCode::as_str));
    listing.equal("trans_ref", query.trans_ref.as_ref().map(TransRef::as_str));
    listing.equal("end_state", query.end_state.as_ref().map(|end| end.as_str()));
    let (verifications, next_cursor) = listing.page(tx, query.cursor.as_ref(), query.limit, verification)?;
    Ok(VerificationList { verifications, next_cursor })
}

fn verification(row: &Row<'_>) -> Result<VerificationDetails, StoreError> {
    Ok(VerificationDetails {
        date_time: moment(row.int(0)?)?,
        verification_identification: row.text(1)?,
        service: stored(&row.text(2)?)?,
        end_state: stored(&row.text(3)?)?,
        code: row.optional_text(4)?,
        reason: row.text(5)?,
        request_identification: row.optional_text(6)?,
        member: optional(row.optional_text(7)?)?,
        destination: optional(row.optional_text(8)?)?,
        trans_ref: optional(row.optional_text(9)?)?,
        forwarded: count(row.int(10)?)?,
        took_milliseconds: count(row.int(11)?)?,
    })
}
