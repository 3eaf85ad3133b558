//! I: a schedule is accepted.

use super::{
    Schedule,
    calendar::{self, Calendar},
};
use crate::{
    agenda::{self, Task},
    direct_debit::payment::stored,
    idempotency,
    partner::Partner,
    store::{StoreError, Tx},
};
use jiff::Timestamp;
use satang_core::{Refusal, direct_debit::SCHEDULE_SUBMISSION, operation::Envelope};
use satang_schema::{
    Date,
    direct_debit::{
        PaymentTokenStatus, ProcessingStatus, ScheduleAccepted, ScheduleInformation, ScheduleSubmission,
    },
    krungsri::SandboxError,
};
use satang_validation::{Code, Pointer, Rule, Violations};
use serde_json::json;
use uuid::Uuid;

/// How far ahead the last due date may be.
const YEARS_AHEAD: i64 = 30;
/// How many due dates a schedule may have, however its end is given: as many as the contract lets count.
const MOST_DUE_DATES: i64 = 999;

/// Accepts a schedule, or gives the first answer again. Whether the account can pay is seen on each due date.
pub(in crate::direct_debit) fn submit(
    tx: &mut Tx<'_>,
    partner: &Partner,
    request: &ScheduleSubmission,
    id: Uuid,
    now: Timestamp,
) -> Result<ScheduleAccepted, Refusal> {
    let key = request.transaction_identification.to_string();
    // All checks are within: what was accepted once is accepted again, also on a later day.
    idempotency::once(tx, partner, (&SCHEDULE_SUBMISSION, &key, now), request, |tx| {
        let calendar = calendar_of(&request.schedule_information);
        check_dates(&calendar, now)?;
        check_registration(tx, partner, request)?;
        let schedule = new(partner, request, calendar, (id, now));
        let next = schedule.next.ok_or_else(Refusal::internal)?;
        insert(tx, &schedule, now)?;
        agenda::plan(tx, Task::ScheduleRun, &schedule.id, calendar::moment(next.0))?;
        let detail = json!({
            "transactionIdentification": key,
            "paymentAmount": schedule.amount.to_string(),
            "frequency": calendar.frequency.as_str(),
            "nextExecutionDate": next.to_string(),
        });
        schedule.record(tx, "schedule.submitted", detail, now)?;
        Ok(ScheduleAccepted {
            schedule_identification: stored(&schedule.id)?,
            transaction_identification: request.transaction_identification,
            processing_status: schedule.status,
            next_execution_date: next,
        })
    })
}

fn calendar_of(information: &ScheduleInformation) -> Calendar {
    Calendar {
        frequency: information.frequency,
        start: information.start_date.0,
        end: information.end_date.map(|date| date.0),
        occurrences: information.number_of_occurrences.map(|number| i64::from(number.number())),
    }
}

/// What of the dates depends on today.
fn check_dates(calendar: &Calendar, now: Timestamp) -> Result<(), Refusal> {
    let today = calendar::today(now);
    let horizon = calendar::years_after(today, YEARS_AHEAD);
    let mut found = Violations::new();
    let mut refuse = |member, code, detail: String| {
        found.add(Pointer::root().member("scheduleInformation").member(member), Rule::new(code, detail));
    };
    if calendar.start <= today {
        refuse("startDate", Code::Malformed, "must be after today in Bangkok".into());
    }
    let too_far = || format!("must not lead further than {YEARS_AHEAD} years ahead");
    if calendar.start > horizon {
        refuse("startDate", Code::Malformed, too_far());
    }
    if calendar.end.is_some_and(|end| end > horizon) {
        refuse("endDate", Code::Malformed, too_far());
    } else if calendar.end.is_some() && calendar.due(MOST_DUE_DATES + 1).is_some() {
        refuse(
            "endDate",
            Code::Inconsistent,
            format!("must not lead to more than {MOST_DUE_DATES} payments"),
        );
    }
    let last = calendar.occurrences.map(|number| calendar.due(number));
    if calendar.start <= horizon && last.is_some_and(|last| last.is_none_or(|last| last > horizon)) {
        refuse("numberOfOccurrences", Code::Inconsistent, too_far());
    }
    if found.is_empty() { Ok(()) } else { Err(Refusal::invalid(Envelope::Krungsri, found)) }
}

/// The payer has agreed to pay into one account, and must not have changed its mind. Another partner's token is as
/// good as none.
fn check_registration(
    tx: &mut Tx<'_>,
    partner: &Partner,
    request: &ScheduleSubmission,
) -> Result<(), Refusal> {
    let token = request.payer_information.payment_token.as_str();
    let found = tx.query_one(
        "SELECT status, creditor_account FROM registration WHERE token = $1 AND partner = $2",
        &[token.into(), (&partner.client_id).into()],
        |row| Ok((row.text(0)?, row.optional_text(1)?)),
    )?;
    let Some((status, creditor)) = found else {
        return Err(Refusal::not_found("no registration has this payment token"));
    };
    if creditor.as_deref() != Some(request.creditor_account_number.as_str()) {
        return Err(Refusal::not_found("the registration does not pay into this creditor account"));
    }
    if status != PaymentTokenStatus::Active.as_str() {
        let message = format!("the registration of this payment token is {status}, not ACTV");
        return Err(Refusal::of(&SandboxError::STATE).saying(message));
    }
    Ok(())
}

fn new(
    partner: &Partner,
    request: &ScheduleSubmission,
    calendar: Calendar,
    (id, now): (Uuid, Timestamp),
) -> Schedule {
    let information = &request.transaction_information;
    Schedule {
        id: id.to_string(),
        partner: partner.client_id.clone(),
        transaction_identification: request.transaction_identification.to_string(),
        token: request.payer_information.payment_token.as_str().to_owned(),
        creditor_account: request.creditor_account_number.as_str().to_owned(),
        amount: information.payment_amount.satang(),
        reference_number1: information.reference_number1.as_str().to_owned(),
        reference_number2: information.reference_number2.as_ref().map(|text| text.as_str().to_owned()),
        annotation: information.annotation.as_ref().map(|text| text.as_str().to_owned()),
        calendar,
        status: ProcessingStatus::Scheduled,
        occurrence: 0,
        next: calendar.due(1).map(Date),
        created_at: now.as_microsecond(),
    }
}

fn insert(tx: &mut Tx<'_>, schedule: &Schedule, now: Timestamp) -> Result<(), StoreError> {
    let Calendar { frequency, start, end, occurrences } = schedule.calendar;
    let (start, end) = (Date(start).to_string(), end.map(|end| Date(end).to_string()));
    let next = schedule.next.map(|date| date.to_string());
    let sql = format!(
        "INSERT INTO schedule ({}, status_at)
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, $18)",
        Schedule::COLUMNS
    );
    tx.execute(
        &sql,
        &[
            (&schedule.id).into(),
            (&schedule.partner).into(),
            (&schedule.transaction_identification).into(),
            (&schedule.token).into(),
            (&schedule.creditor_account).into(),
            schedule.amount.0.into(),
            (&schedule.reference_number1).into(),
            schedule.reference_number2.as_ref().into(),
            schedule.annotation.as_ref().into(),
            frequency.as_str().into(),
            (&start).into(),
            end.as_ref().into(),
            occurrences.into(),
            schedule.status.as_str().into(),
            schedule.occurrence.into(),
            next.as_ref().into(),
            schedule.created_at.into(),
            now.as_microsecond().into(),
        ],
    )?;
    Ok(())
}
