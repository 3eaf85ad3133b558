//! What outlives the process: the hub's records, and the slips that merchants have had verified. Dated by the sandbox's clock.

use crate::{
    clock::SandboxClock,
    metrics::Metrics,
    store::{Store, StoreError, StoreErrorKind, Tx, Value},
};
use jiff::Timestamp;
use satang_core::Clock as _;
use satang_schema::{
    DateTime,
    slip_verification::{BankCode, HubCode, OrderReference, TransRef, TransactionQuery},
};
use satang_slip_verification::interbank::{
    Audit, AuditFailure, AuditRecord, EndState, FirstSeen, SeenSlips, StoreFailure,
};
use std::{sync::Arc, time::Duration};
use uuid::Uuid;

/// When to try again after the store has had too much to do.
const BREATH: Duration = Duration::from_millis(10);

/// The books of hub and service bank.
#[derive(Clone)]
pub(super) struct Book {
    pub(super) store: Store,
    pub(super) clock: Arc<SandboxClock>,
    pub(super) metrics: Option<Metrics>,
}

impl Book {
    /// To the millisecond, as answers show it.
    fn now(&self) -> Timestamp {
        DateTime::in_bangkok(self.clock.now()).timestamp()
    }
}

impl Audit for Book {
    async fn record(&self, record: &AuditRecord) -> Result<(), AuditFailure> {
        let (record, now, record_end) = (record.clone(), self.now(), record.end);
        let kept = self.store.write::<_, StoreError, _>(move |tx| keep(tx, &record, now)).await;
        let end = kept.map_err(|error| {
            tracing::error!(error = &error as &dyn std::error::Error, "a verification could not be recorded");
            AuditFailure
        })?;
        self.count(end);
        // Such a question is not answered.
        if end == record_end { Ok(()) } else { Err(AuditFailure) }
    }

    fn abandoned(&self, record: AuditRecord) {
        self.count(record.end);
        // Queued at once, so that it is there before the store closes behind whoever has gone.
        let Err(error) = self.queue(&record) else { return };
        match tokio::runtime::Handle::try_current() {
            Ok(runtime) if error.kind() == StoreErrorKind::Busy => {
                drop(runtime.spawn(self.clone().retry(record)))
            }
            _ => lost(&error),
        }
    }
}

impl Book {
    fn queue(&self, record: &AuditRecord) -> Result<(), StoreError> {
        let (now, record) = (self.now(), record.clone());
        self.store.begin::<_, StoreError, _>(move |tx| keep(tx, &record, now)).map(drop)
    }

    /// As long as the store has too much to do.
    async fn retry(self, record: AuditRecord) {
        loop {
            tokio::time::sleep(BREATH).await;
            match self.queue(&record) {
                Err(error) if error.kind() == StoreErrorKind::Busy => {}
                outcome => return outcome.unwrap_or_else(|error| lost(&error)),
            }
        }
    }
}

fn lost(error: &StoreError) {
    tracing::error!(%error, "the record of a question whose asker has gone is lost");
}

impl Book {
    fn count(&self, end: EndState) {
        if let Some(metrics) = &self.metrics {
            metrics.verified(word(end));
        }
    }
}

impl SeenSlips for Book {
    async fn note(
        &self,
        merchant: &str,
        slip: &TransactionQuery,
        order: Option<&OrderReference>,
        _: Timestamp,
    ) -> Result<FirstSeen, StoreFailure> {
        let sighting = Sighting {
            merchant: merchant.to_owned(),
            slip: slip.clone(),
            order: order.map(|order| order.as_str().to_owned()),
            at: self.now(),
        };
        let noted = self.store.write::<_, StoreError, _>(move |tx| sighting.note(tx)).await;
        noted.map_err(|error| {
            if error.kind() != StoreErrorKind::Busy {
                tracing::error!(error = &error as &dyn std::error::Error, "a slip could not be noted");
            }
            StoreFailure
        })
    }
}

/// How many tokens a hub is told of that were used before it started: the newest. Those of a flood that was larger are found by
/// [`keep`].
const MOST_USED: u32 = 20_000;

/// The tokens that members have used last. A record has the sandbox's time, which goes one way only.
pub(super) fn used(tx: &mut Tx<'_>) -> Result<Vec<(BankCode, Uuid)>, StoreError> {
    let sql =
        format!("SELECT member, request_id FROM verification ORDER BY at DESC, id DESC LIMIT {MOST_USED}");
    let rows = tx.query(&sql, &[], |row| Ok((row.optional_text(0)?, row.optional_text(1)?)))?;
    let read =
        |(member, id): (Option<String>, Option<String>)| Some((member?.parse().ok()?, id?.parse().ok()?));
    Ok(rows.into_iter().filter_map(read).collect())
}

/// Keeps a record, and says how the question ended. The later of two records of one question counts: see
/// [`AuditRecord::id`].
///
/// The hub remembers tokens in memory, which a restart empties: what was asked under one before is found here.
fn keep(tx: &mut Tx<'_>, record: &AuditRecord, now: Timestamp) -> Result<EndState, StoreError> {
    let id = record.id.hyphenated().to_string();
    let request_id = record.request_id.map(|id| id.hyphenated().to_string());
    let member = record.member.as_ref().map(BankCode::as_str);
    let is_replayed = match (member, &request_id) {
        (Some(member), Some(request_id)) => {
            let sql = "SELECT 1 FROM verification WHERE member = $1 AND request_id = $2 AND id <> $3 LIMIT 1";
            tx.query_one(sql, &[member.into(), request_id.into(), (&id).into()], |_| Ok(()))?.is_some()
        }
        _ => false,
    };
    let (end, code, reason) = if is_replayed {
        (EndState::Replayed, Some(&HubCode::HubInternal), "the token was used before the hub was started")
    } else {
        (record.end, record.code.as_ref(), record.reason)
    };
    tx.execute(
        "INSERT INTO verification (id, service, at, end_state, code, reason, request_id, member, destination, trans_ref,
             forwarded, took_millis)
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12)
         ON CONFLICT (id) DO UPDATE SET end_state = excluded.end_state, code = excluded.code,
             reason = excluded.reason, took_millis = excluded.took_millis",
        &[
            (&id).into(),
            record.service.as_str().into(),
            now.as_microsecond().into(),
            word(end).into(),
            code.map(HubCode::as_str).into(),
            reason.into(),
            request_id.as_ref().into(),
            member.into(),
            record.destination.as_ref().map(BankCode::as_str).into(),
            record.trans_ref.as_ref().map(TransRef::as_str).into(),
            i64::from(record.forwarded).into(),
            record.took_milliseconds.max(0).into(),
        ],
    )?;
    Ok(end)
}

/// A slip that was verified for a merchant.
struct Sighting {
    merchant: String,
    slip: TransactionQuery,
    order: Option<String>,
    at: Timestamp,
}

impl Sighting {
    /// The row's key makes one of two equal ones the first.
    fn note(&self, tx: &mut Tx<'_>) -> Result<FirstSeen, StoreError> {
        let [merchant, bank, reference] =
            [&self.merchant, self.slip.sending_bank.as_str(), self.slip.trans_ref.as_str()].map(Value::from);
        let sql = "INSERT INTO seen_slip (merchant, sending_bank, trans_ref, order_reference, first_seen_at)
             VALUES ($1, $2, $3, $4, $5) ON CONFLICT DO NOTHING";
        let row = [merchant, bank, reference, self.order.as_ref().into(), self.at.as_microsecond().into()];
        if tx.execute(sql, &row)? == 1 {
            return Ok(FirstSeen::Now);
        }
        let sql = "SELECT first_seen_at, order_reference FROM seen_slip
             WHERE merchant = $1 AND sending_bank = $2 AND trans_ref = $3";
        let before = tx.query_one(sql, &[merchant, bank, reference], |row| {
            Ok((Timestamp::from_microsecond(row.int(0)?).unwrap_or_default(), row.optional_text(1)?))
        })?;
        let (at, order) = before.ok_or_else(|| StoreError::statement("a slip was seen at no time"))?;
        let is_same = order.is_some() && order == self.order;
        Ok(if is_same { FirstSeen::Again(at) } else { FirstSeen::Before(at) })
    }
}

/// How an end is kept and shown.
pub(crate) const ENDS: [EndState; 14] = [
    EndState::BadRequest,
    EndState::Unauthorized,
    EndState::Replayed,
    EndState::NotSubscribed,
    EndState::NoRoute,
    EndState::SponsorUnsupported,
    EndState::Found,
    EndState::NotFound,
    EndState::IssuerRefused,
    EndState::IssuerError,
    EndState::IssuerUnreachable,
    EndState::IssuerBadAnswer,
    EndState::HubFailed,
    EndState::ClientGone,
];

pub(crate) fn word(end: EndState) -> &'static str {
    match end {
        EndState::BadRequest => "BAD_REQUEST",
        EndState::Unauthorized => "UNAUTHORIZED",
        EndState::Replayed => "REPLAYED",
        EndState::NotSubscribed => "NOT_SUBSCRIBED",
        EndState::NoRoute => "NO_ROUTE",
        EndState::SponsorUnsupported => "SPONSOR_UNSUPPORTED",
        EndState::Found => "FOUND",
        EndState::NotFound => "NOT_FOUND",
        EndState::IssuerRefused => "ISSUER_REFUSED",
        EndState::IssuerError => "ISSUER_ERROR",
        EndState::IssuerUnreachable => "ISSUER_UNREACHABLE",
        EndState::IssuerBadAnswer => "ISSUER_BAD_ANSWER",
        EndState::HubFailed => "HUB_FAILED",
        EndState::ClientGone => "CLIENT_GONE",
        // One that this program does not know yet.
        _ => "OTHER",
    }
}
