//! What a due date does, and what stops a schedule that the partner has not stopped.

use super::{Schedule, calendar};
use crate::{
    agenda::{self, Task},
    direct_debit::{
        payment::{self, Order},
        state::ScheduleEvent,
    },
    name,
    store::{StoreError, Tx},
};
use jiff::Timestamp;
use satang_core::Refusal;
use satang_schema::{
    Date,
    direct_debit::{ProcessingStatus, ReasonCode},
};
use serde_json::json;

/// The partner has made a payment of its own under the identification of a due date.
const DUPLICATE: &str = "AM05";

/// Does what a schedule has due: the payment of its oldest open due date, once. Others that are due as well follow one
/// by one.
pub(crate) fn run(tx: &mut Tx<'_>, schedule: &str, now: Timestamp) -> Result<(), Refusal> {
    // First of all, so that of two who are at it one finds nothing to do.
    if !agenda::strike(tx, Task::ScheduleRun, schedule)? {
        return Ok(());
    }
    let found = Schedule::find(tx, schedule)?.filter(|it| it.status == ProcessingStatus::Scheduled);
    let Some((mut schedule, due)) = found.and_then(|it| it.next.map(|due| (it, due))) else {
        tracing::error!(schedule, "a schedule is due that is not scheduled");
        return Ok(());
    };
    let moment = calendar::moment(due.0);
    if now < moment {
        // Never before its time, whoever woke it.
        agenda::plan(tx, Task::ScheduleRun, &schedule.id, moment)?;
        return Ok(());
    }
    let outcome = execute(tx, &schedule, due, now)?;
    schedule.occurrence += 1;
    schedule.next = schedule.calendar.due(schedule.occurrence + 1).map(Date);
    insert(tx, &schedule, (due, now), &outcome)?;
    advance(tx, &mut schedule, &outcome, now)
}

/// Stops what is scheduled on a payment token that is no longer active.
pub(crate) fn revoke(tx: &mut Tx<'_>, token: &str, now: Timestamp) -> Result<(), Refusal> {
    let sql = format!("SELECT {} FROM schedule WHERE token = $1 AND status = 'SCHD'", Schedule::COLUMNS);
    for mut schedule in tx.query(&sql, &[token.into()], Schedule::from_row)? {
        agenda::strike(tx, Task::ScheduleRun, &schedule.id)?;
        schedule.change(tx, ScheduleEvent::Revoked, Some(&ReasonCode::NoMandate), now)?;
    }
    Ok(())
}

/// What became of a due date.
struct Outcome {
    payment: Option<String>,
    status: ProcessingStatus,
    reason: Option<String>,
}

/// Makes the payment of a due date. Its identification follows from the schedule and the date, so there cannot be two.
fn execute(tx: &mut Tx<'_>, schedule: &Schedule, due: Date, now: Timestamp) -> Result<Outcome, Refusal> {
    let reference = name::uuid(&["schedule", &schedule.id, &due.to_string()]);
    let identification = reference.to_string();
    if payment::is_taken(tx, &schedule.partner, &identification)? {
        // Everybody can compute this name. The schedule goes on.
        tracing::warn!(schedule = schedule.id, %due, "the partner has paid under a due date's identification");
        return Ok(Outcome {
            payment: None,
            status: ProcessingStatus::Rejected,
            reason: Some(DUPLICATE.into()),
        });
    }
    let order = Order {
        partner: &schedule.partner,
        schedule: Some(&schedule.id),
        transaction_identification: &identification,
        token: &schedule.token,
        creditor_account: &schedule.creditor_account,
        amount: schedule.amount,
        reference_number1: &schedule.reference_number1,
        reference_number2: schedule.reference_number2.as_deref(),
        annotation: schedule.annotation.as_deref(),
    };
    let payment = payment::make(tx, &order, reference, now)?;
    Ok(Outcome {
        status: payment::stored(&payment.status)?,
        reason: payment.reason_code,
        payment: Some(payment.reference),
    })
}

fn insert(
    tx: &mut Tx<'_>,
    schedule: &Schedule,
    (due, now): (Date, Timestamp),
    outcome: &Outcome,
) -> Result<(), StoreError> {
    let due = due.to_string();
    tx.execute(
        "INSERT INTO execution (schedule, occurrence, execution_date, payment, status, reason_code, executed_at)
         VALUES ($1, $2, $3, $4, $5, $6, $7)",
        &[
            (&schedule.id).into(),
            schedule.occurrence.into(),
            (&due).into(),
            outcome.payment.as_ref().into(),
            outcome.status.as_str().into(),
            outcome.reason.as_ref().into(),
            now.as_microsecond().into(),
        ],
    )?;
    let detail = json!({
        "executionDate": due,
        "paymentReferenceIdentification": outcome.payment,
        "processingStatus": outcome.status.as_str(),
        "statusReasonCode": outcome.reason,
        "nextExecutionDate": schedule.next.map(|next| next.to_string()),
    });
    schedule.record(tx, "schedule.executed", detail, now)
}

/// Plans the next due date, or ends the schedule. A payment that was refused is no reason to end it, unless there is
/// no active registration left to be charged.
fn advance(
    tx: &mut Tx<'_>,
    schedule: &mut Schedule,
    outcome: &Outcome,
    now: Timestamp,
) -> Result<(), Refusal> {
    let no_mandate = ReasonCode::NoMandate;
    if outcome.reason.as_deref() == Some(no_mandate.as_str()) {
        return schedule.change(tx, ScheduleEvent::Revoked, Some(&no_mandate), now);
    }
    let Some(next) = schedule.next else {
        return schedule.change(tx, ScheduleEvent::Finished, None, now);
    };
    schedule.change(tx, ScheduleEvent::Executed, None, now)?;
    agenda::plan(tx, Task::ScheduleRun, &schedule.id, calendar::moment(next.0))?;
    Ok(())
}
