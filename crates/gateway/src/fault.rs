//! What goes wrong on request: calls of the bank's API that are delayed, refused, or answered badly.
//!
//! The rows in the store decide, so a fault that strikes three times strikes three times, however many calls arrive at
//! once. A copy in memory says whether there is anything to ask the store: without a fault, a call costs one atomic load.

mod answer;

pub use answer::{Dropped, PacedBody};

use crate::{
    Gateway,
    event::{self, Event},
    store::{Row, StoreError, Tx},
};
use http::{Response, StatusCode};
use jiff::Timestamp;
use satang_core::{Clock, Incoming, Refusal};
use satang_schema::{krungsri::SandboxError, sandbox::FaultKind};
use serde_json::json;
use std::{
    sync::{
        Arc, OnceLock, PoisonError, RwLock,
        atomic::{AtomicBool, Ordering},
    },
    time::Duration,
};

/// What goes wrong, and where.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Fault {
    pub(crate) id: String,
    pub(crate) kind: FaultKind,
    /// Milliseconds, a status or bytes per second, as the kind has it.
    pub(crate) parameter: Option<i64>,
    pub(crate) partner: Option<String>,
    pub(crate) operation: Option<String>,
    pub(crate) remaining: Option<i64>,
    pub(crate) created_at: i64,
}

impl Fault {
    /// The columns, in the order of [`from_row`](Fault::from_row).
    pub(crate) const COLUMNS: &str = "id, kind, parameter, partner, operation, remaining, created_at";

    pub(crate) fn from_row(row: &Row<'_>, first: usize) -> Result<Self, StoreError> {
        let kind = row.text(first + 1)?.parse();
        Ok(Self {
            id: row.text(first)?,
            kind: kind.map_err(|_| StoreError::statement("a fault has an unknown kind"))?,
            parameter: row.optional_int(first + 2)?,
            partner: row.optional_text(first + 3)?,
            operation: row.optional_text(first + 4)?,
            remaining: row.optional_int(first + 5)?,
            created_at: row.int(first + 6)?,
        })
    }

    fn fits(&self, operation: &str, partner: Option<&str>) -> bool {
        let is_everybodys = self.partner.is_none();
        (is_everybodys || self.partner.as_deref() == partner)
            && self.operation.as_deref().is_none_or(|wanted| wanted == operation)
    }

    fn unsigned_parameter(&self) -> u64 {
        self.parameter.and_then(|parameter| parameter.try_into().ok()).unwrap_or_default()
    }
}

/// The faults that wait for calls, as the store has them.
#[derive(Debug, Default)]
pub(crate) struct Faults {
    any: AtomicBool,
    list: RwLock<Arc<[Fault]>>,
}

impl Faults {
    pub(crate) fn replace(&self, faults: Vec<Fault>) {
        let mut list = self.list.write().unwrap_or_else(PoisonError::into_inner);
        self.any.store(!faults.is_empty(), Ordering::Release);
        *list = faults.into();
    }

    /// The oldest fault of each kind that fits a call.
    fn meeting(&self, operation: &str, partner: Option<&str>) -> Vec<Fault> {
        let list = Arc::clone(&self.list.read().unwrap_or_else(PoisonError::into_inner));
        let mut found: Vec<Fault> = Vec::new();
        for fault in list.iter().filter(|fault| fault.fits(operation, partner)) {
            if found.iter().all(|other| other.kind != fault.kind) {
                found.push(fault.clone());
            }
        }
        found
    }

    fn forget(&self, id: &str) {
        let mut list = self.list.write().unwrap_or_else(PoisonError::into_inner);
        *list = list.iter().filter(|fault| fault.id != id).cloned().collect();
        self.any.store(!list.is_empty(), Ordering::Release);
    }
}

/// All faults, oldest first.
pub(crate) fn all(tx: &mut Tx<'_>) -> Result<Vec<Fault>, StoreError> {
    let sql = format!("SELECT {} FROM fault ORDER BY created_at, id LIMIT {MOST}", Fault::COLUMNS);
    tx.query(&sql, &[], |row| Fault::from_row(row, 0))
}

/// How many faults there may be.
pub(crate) const MOST: usize = 1_000;

/// What a call asks for after its answer is there. Travels with the request, so that whoever serves the connection learns
/// what whoever knows the partner has found.
#[derive(Clone, Debug, Default)]
pub(crate) struct Aftermath(Arc<OnceLock<After>>);

#[derive(Debug)]
enum After {
    Drop,
    /// Bytes per second.
    Slow(u64),
}

impl Aftermath {
    /// Spoils an answer, if a fault says so.
    pub(crate) fn befall(&self, answer: Response<bytes::Bytes>) -> Result<Response<PacedBody>, Dropped> {
        match self.0.get() {
            Some(After::Drop) => Err(Dropped),
            Some(After::Slow(rate)) => Ok(answer.map(|body| PacedBody::slow(body, *rate))),
            None => Ok(answer.map(PacedBody::whole)),
        }
    }

    /// Closes the connection in place of an answer, unless something else befalls it already.
    pub(crate) fn drop_answer(&self) {
        let _ = self.0.set(After::Drop);
    }
}

impl Faults {
    /// Whether any waits for calls.
    pub(crate) fn any(&self) -> bool {
        self.any.load(Ordering::Acquire)
    }
}

impl Gateway {
    /// Lets the faults that fit a call strike: before anything of it is done.
    ///
    /// # Errors
    /// The refusal that a fault asks for.
    pub(crate) async fn meet_faults(&self, request: &Incoming, partner: Option<&str>) -> Result<(), Refusal> {
        if !self.faults.any() {
            return Ok(());
        }
        let mut refusal = None;
        for fault in self.faults.meeting(request.operation.id, partner) {
            // Without it, nobody could drop an answer or slow it down.
            let aftermath = request.parts.extensions.get::<Aftermath>();
            let is_before = matches!(fault.kind, FaultKind::Delay | FaultKind::Error);
            if !is_before && aftermath.is_none()
                || !self.strike(&fault, request.operation.id, partner).await?
            {
                continue;
            }
            let parameter = fault.unsigned_parameter();
            let after = match fault.kind {
                FaultKind::Delay => {
                    tokio::time::sleep(Duration::from_millis(parameter)).await;
                    continue;
                }
                FaultKind::Error => {
                    refusal = Some(asked_for(parameter));
                    continue;
                }
                FaultKind::DropAnswer => After::Drop,
                FaultKind::SlowBody => After::Slow(parameter),
            };
            // Who drops the answer need not slow it down, and the other way round the first one counts as well.
            let _ = aftermath.map(|aftermath| aftermath.0.set(after));
        }
        refusal.map_or(Ok(()), Err)
    }

    /// Counts a fault down; `false` when it had struck for the last time already.
    async fn strike(&self, fault: &Fault, operation: &str, partner: Option<&str>) -> Result<bool, Refusal> {
        let (fault, now) = (fault.clone(), self.now());
        let (id, operation, partner) = (fault.id.clone(), operation.to_owned(), partner.map(str::to_owned));
        let work = move |tx: &mut Tx<'_>| strike(tx, &fault, &operation, partner.as_deref(), now);
        let struck = self.store.write::<_, StoreError, _>(work).await?;
        if struck != Struck::More {
            self.faults.forget(&id);
        }
        Ok(struck != Struck::Gone)
    }
}

/// What is left of a fault.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Struck {
    /// It may strike again.
    More,
    /// This was the last time.
    Last,
    /// It was not there any more.
    Gone,
}

fn strike(
    tx: &mut Tx<'_>,
    fault: &Fault,
    operation: &str,
    partner: Option<&str>,
    now: Timestamp,
) -> Result<Struck, StoreError> {
    let id = || [(&fault.id).into()];
    let last = tx.execute("DELETE FROM fault WHERE id = $1 AND remaining = 1", &id())? == 1;
    let sql = "UPDATE fault SET remaining = remaining - 1 WHERE id = $1";
    if !last && tx.execute(sql, &id())? == 0 {
        return Ok(Struck::Gone);
    }
    let detail = json!({ "fault": fault.kind.as_str(), "operation": operation });
    event::record(tx, &Event { kind: "fault.struck", partner, subject: &fault.id, at: now, detail })?;
    Ok(if last { Struck::Last } else { Struck::More })
}

/// The refusal of a status, with the code that it always has.
fn asked_for(status: u64) -> Refusal {
    let status = u16::try_from(status).ok().and_then(|status| StatusCode::from_u16(status).ok());
    let status = status.unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
    if status == StatusCode::TOO_MANY_REQUESTS {
        return Refusal::busy();
    }
    let error = SandboxError::ALL.iter().find(|error| error.status == status.as_u16());
    let SandboxError { code, message_th, .. } = *error.unwrap_or(&SandboxError::INTERNAL);
    Refusal::new(status, code, "a fault that was asked for", message_th)
}
