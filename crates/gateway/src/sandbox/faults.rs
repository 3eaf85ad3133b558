//! Faults: listed, added, removed.

use super::{
    conflict, invalid,
    listing::{Listing, Order, count, moment},
};
use crate::{
    Gateway,
    event::{self, Event},
    fault::{self, Fault},
    interbank::{self, Desk},
    partner, stamp_duty,
    store::{StoreError, Tx},
};
use jiff::Timestamp;
use satang_core::{Refusal, Routes, direct_debit, slip_verification, stamp_duty as department};
use satang_schema::sandbox::{FaultDetails, FaultKind, FaultList, FaultQuery, FaultRemoval, NewFault};
use satang_validation::Rule;
use serde_json::json;
use std::sync::Arc;
use uuid::Uuid;

impl Gateway {
    /// Changes the faults, in the store and then in memory.
    pub(super) async fn change_faults<A, F>(self: &Arc<Self>, change: F) -> Result<A, Refusal>
    where
        A: Send + 'static,
        F: FnOnce(&mut Tx<'_>) -> Result<A, Refusal> + Send + 'static,
    {
        let _alone = self.at_faults.lock().await;
        let work = move |tx: &mut Tx<'_>| Ok::<_, Refusal>((change(tx)?, fault::all(tx)?));
        let (changed, faults) = self.store.write(work).await?;
        self.faults.replace(faults);
        Ok(changed)
    }
}

pub(super) fn list(tx: &mut Tx<'_>, query: &FaultQuery) -> Result<FaultList, Refusal> {
    let listing = Listing::new("fault", Fault::COLUMNS, Order::ByTime("created_at", "id"));
    let (faults, next_cursor) =
        listing.page(tx, query.cursor.as_ref(), query.limit, |row| details(Fault::from_row(row, 2)?))?;
    Ok(FaultList { faults, next_cursor })
}

/// A fault of an operation that there is not would wait for ever.
pub(super) fn check_operation(request: &NewFault) -> Result<(), Refusal> {
    let Some(operation) = &request.operation else { return Ok(()) };
    let bank = <direct_debit::Server<Gateway> as Routes>::OPERATIONS;
    let department = <department::Server<stamp_duty::Department> as Routes>::OPERATIONS;
    let hub = <slip_verification::Server<Desk> as Routes>::OPERATIONS;
    let issuers = <slip_verification::CallbackServer<Desk> as Routes>::OPERATIONS;
    if bank.iter().chain(department).chain(hub).chain(issuers).any(|known| known.id == operation.as_str()) {
        return Ok(());
    }
    Err(invalid(
        "operation",
        Rule::malformed("expected an operation of a product, such as real_time_payment"),
    ))
}

pub(super) fn add(
    tx: &mut Tx<'_>,
    request: &NewFault,
    id: Uuid,
    now: Timestamp,
) -> Result<FaultDetails, Refusal> {
    let partner = request.partner.as_ref().map(|partner| partner.as_str());
    if let Some(partner) = partner
        && partner::find(tx, partner)?.is_none()
        && !stamp_duty::is_there(tx, partner)?
        && !interbank::is_there(tx, partner)?
    {
        return Err(Refusal::not_found("no such partner"));
    }
    if fault::all(tx)?.len() >= fault::MOST {
        return Err(conflict("there are 1,000 faults already"));
    }
    let parameter = match request.kind {
        FaultKind::Delay => request.delay_milliseconds.map(|number| number.value()),
        FaultKind::Error => request.status.map(|number| number.value()),
        FaultKind::SlowBody => request.bytes_per_second.map(|number| number.value()),
        FaultKind::DropAnswer => None,
    };
    let signed = |number: u64| i64::try_from(number).unwrap_or(i64::MAX);
    let fault = Fault {
        id: id.to_string(),
        kind: request.kind,
        parameter: parameter.map(signed),
        partner: partner.map(str::to_owned),
        operation: request.operation.as_ref().map(|operation| operation.as_str().to_owned()),
        remaining: request.times.map(|times| signed(times.value())),
        created_at: now.as_microsecond(),
    };
    insert(tx, &fault)?;
    record(tx, "fault.added", &fault, now)?;
    Ok(details(fault)?)
}

fn insert(tx: &mut Tx<'_>, fault: &Fault) -> Result<(), StoreError> {
    let sql = format!("INSERT INTO fault ({}) VALUES ($1, $2, $3, $4, $5, $6, $7)", Fault::COLUMNS);
    let row = [
        (&fault.id).into(),
        fault.kind.as_str().into(),
        fault.parameter.into(),
        fault.partner.as_ref().into(),
        fault.operation.as_ref().into(),
        fault.remaining.into(),
        fault.created_at.into(),
    ];
    tx.execute(&sql, &row).map(|_| ())
}

pub(super) fn remove(
    tx: &mut Tx<'_>,
    request: &FaultRemoval,
    now: Timestamp,
) -> Result<FaultDetails, Refusal> {
    let sql = format!("DELETE FROM fault WHERE id = $1 RETURNING {}", Fault::COLUMNS);
    let id = [request.fault_identification.as_str().into()];
    let removed = tx.query_one(&sql, &id, |row| Fault::from_row(row, 0))?;
    let fault = removed.ok_or_else(|| Refusal::not_found("no such fault"))?;
    record(tx, "fault.removed", &fault, now)?;
    Ok(details(fault)?)
}

fn record(tx: &mut Tx<'_>, kind: &'static str, fault: &Fault, at: Timestamp) -> Result<(), StoreError> {
    let detail = json!({ "fault": fault.kind.as_str(), "operation": fault.operation });
    event::record(tx, &Event { kind, partner: fault.partner.as_deref(), subject: &fault.id, at, detail })
}

fn details(fault: Fault) -> Result<FaultDetails, StoreError> {
    let parameter = |kind| {
        let parameter = fault.parameter.filter(|_| fault.kind == kind);
        parameter.map(count).transpose()
    };
    Ok(FaultDetails {
        delay_milliseconds: parameter(FaultKind::Delay)?,
        status: parameter(FaultKind::Error)?,
        bytes_per_second: parameter(FaultKind::SlowBody)?,
        fault_identification: fault.id.clone(),
        kind: fault.kind.into(),
        partner: fault.partner.clone(),
        operation: fault.operation.clone(),
        remaining: fault.remaining.map(count).transpose()?,
        create_date_time: moment(fault.created_at)?,
    })
}
