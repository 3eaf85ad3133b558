//! J: what there is of schedules, and what they have done.

use super::{Schedule, read};
use crate::{
    direct_debit::{
        payment::{moment, stored},
        search::{Search, check_range, too_many},
    },
    partner::Partner,
    store::{Row, StoreError, Tx},
};
use satang_core::Refusal;
use satang_schema::{
    Amount, Date,
    direct_debit::{
        Execution, Payer, PaymentInstrument, ScheduleDetails, ScheduleFilter, ScheduleList, SchedulePlan,
        TransactionSummary, TransactionType,
    },
};
use std::collections::HashMap;

/// How many executions one search may list: so many that the answer, with as many schedules, is still one that a client
/// reads. A single schedule has fewer.
const MOST_EXECUTIONS: usize = 2_000;

/// The partner's schedules that meet every criterion, oldest first.
pub(in crate::direct_debit) fn search(
    tx: &mut Tx<'_>,
    partner: &Partner,
    filter: &ScheduleFilter,
) -> Result<ScheduleList, Refusal> {
    let (start, end) = (filter.start_create_date_time, filter.end_create_date_time);
    check_range(start, end)?;
    let mut search = Search::of(partner);
    let id = filter.schedule_identification.map(|id| id.to_string());
    let transaction = filter.transaction_identification.map(|id| id.to_string());
    search.equal("id", id.as_deref());
    search.equal("transaction_identification", transaction.as_deref());
    search.equal("token", filter.payment_token.as_ref().map(|text| text.as_str()));
    search.within("created_at", start, end);
    let select = format!("SELECT {} FROM schedule", Schedule::COLUMNS);
    let found = search.run(tx, &select, "created_at, id", Schedule::from_row)?;
    let mut executions = executions(tx, &search)?;
    let schedule_information = found
        .into_iter()
        .map(|schedule| {
            let done = executions.remove(&schedule.id).unwrap_or_default();
            details(schedule, done)
        })
        .collect::<Result<_, _>>()?;
    Ok(ScheduleList { schedule_information })
}

/// What the schedules of a search have done, in order.
fn executions(tx: &mut Tx<'_>, search: &Search<'_>) -> Result<HashMap<String, Vec<Execution>>, Refusal> {
    let sql = format!(
        "SELECT schedule, execution_date, payment, status, reason_code FROM execution
         WHERE schedule IN (SELECT id FROM schedule WHERE {}) ORDER BY schedule, occurrence LIMIT {}",
        search.conditions(),
        MOST_EXECUTIONS + 1
    );
    let found = tx.query(&sql, search.parameters(), execution)?;
    if found.len() > MOST_EXECUTIONS {
        return Err(too_many(MOST_EXECUTIONS));
    }
    let mut executions: HashMap<_, Vec<_>> = HashMap::new();
    for (schedule, execution) in found {
        executions.entry(schedule).or_default().push(execution);
    }
    Ok(executions)
}

fn execution(row: &Row<'_>) -> Result<(String, Execution), StoreError> {
    let execution = Execution {
        execution_date: read(&row.text(1)?)?,
        payment_reference_identification: row.optional_text(2)?.as_deref().map(read).transpose()?,
        processing_status: read(&row.text(3)?)?,
        status_reason_code: row.optional_text(4)?.as_deref().map(read).transpose()?,
    };
    Ok((row.text(0)?, execution))
}

fn details(schedule: Schedule, executions: Vec<Execution>) -> Result<ScheduleDetails, Refusal> {
    let calendar = schedule.calendar;
    Ok(ScheduleDetails {
        schedule_identification: stored(&schedule.id)?,
        transaction_identification: stored(&schedule.transaction_identification)?,
        creditor_account_number: stored(&schedule.creditor_account)?,
        payer_information: Payer { payment_token: stored(&schedule.token)? },
        transaction_information: TransactionSummary {
            transaction_type: TransactionType::Schedule,
            reference_number1: schedule.reference_number1,
            reference_number2: schedule.reference_number2,
            payment_instrument: PaymentInstrument::DirectDebit.as_str().to_owned(),
            payment_amount: Amount::new(schedule.amount).map_err(|_| Refusal::internal())?,
            annotation: schedule.annotation,
        },
        schedule_information: SchedulePlan {
            frequency: stored(calendar.frequency.as_str())?,
            start_date: Date(calendar.start),
            end_date: calendar.end.map(Date),
            number_of_occurrences: calendar.occurrences.and_then(|number| number.try_into().ok()),
        },
        processing_status: schedule.status,
        next_execution_date: schedule.next,
        executions,
        create_date_time: moment(schedule.created_at)?,
    })
}
