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
    slip_verification::{OrderReference, TransactionQuery},
};
use satang_slip_verification::interbank::{
    Audit, AuditFailure, AuditRecord, EndState, FirstSeen, SeenSlips, StoreFailure,
};
use std::sync::Arc;

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
        let (record, now) = (record.clone(), self.now());
        let end = record.end;
        let kept = self.store.write::<_, StoreError, _>(move |tx| keep(tx, &record, now)).await;
        kept.map_err(|error| {
            tracing::error!(error = &error as &dyn std::error::Error, "a verification could not be recorded");
            AuditFailure
        })?;
        self.count(end);
        Ok(())
    }

    fn abandoned(&self, record: AuditRecord) {
        let (now, end) = (self.now(), record.end);
        // Queued at once, so that it is there before the store closes behind whoever has gone.
        match self.store.begin::<_, StoreError, _>(move |tx| keep(tx, &record, now)) {
            Ok(_) => self.count(end),
            Err(error) => {
                tracing::error!(%error, "the record of a verification that was given up is lost");
            }
        }
    }
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

/// The later of two records of one question counts: see [`AuditRecord::id`].
fn keep(tx: &mut Tx<'_>, record: &AuditRecord, now: Timestamp) -> Result<(), StoreError> {
    let id = record.id.hyphenated().to_string();
    let request_id = record.request_id.map(|id| id.hyphenated().to_string());
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
            word(record.end).into(),
            record.code.as_ref().map(|code| code.as_str()).into(),
            record.reason.into(),
            request_id.as_ref().into(),
            record.member.as_ref().map(|bank| bank.as_str()).into(),
            record.destination.as_ref().map(|bank| bank.as_str()).into(),
            record.trans_ref.as_ref().map(|reference| reference.as_str()).into(),
            i64::from(record.forwarded).into(),
            record.took_milliseconds.max(0).into(),
        ],
    )?;
    Ok(())
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
