//! I to K: schedules. Proposed by Satang; of the bank's only the paths are published.
//!
//! A schedule has one row of [work that falls due](crate::agenda) as long as it is `SCHD`: its next due date. That row
//! goes, and the next one comes, in the transaction of the payment.

mod calendar;
mod cancellation;
mod inquiry;
mod run;
mod submission;
#[cfg(test)]
mod tests;

pub(crate) use run::{revoke, run};
pub(super) use {cancellation::cancel, inquiry::search, submission::submit};

use super::state::{self, ScheduleEvent};
use crate::{
    event::{self, Event},
    store::{Row, StoreError, Tx},
};
use calendar::Calendar;
use jiff::Timestamp;
use satang_core::Refusal;
use satang_schema::{
    Date, Satang,
    direct_debit::{ProcessingStatus, ReasonCode, SubmittedFrequency},
};
use serde_json::{Value as Json, json};

/// A schedule as it is stored.
struct Schedule {
    id: String,
    partner: String,
    transaction_identification: String,
    token: String,
    creditor_account: String,
    amount: Satang,
    reference_number1: String,
    reference_number2: Option<String>,
    annotation: Option<String>,
    calendar: Calendar,
    status: ProcessingStatus,
    /// How many due dates are done.
    occurrence: i64,
    /// The due date to come.
    next: Option<Date>,
    created_at: i64,
}

impl Schedule {
    /// The columns, in the order of [`from_row`](Schedule::from_row).
    const COLUMNS: &str = "id, partner, transaction_identification, token, creditor_account, amount, \
        reference_number1, reference_number2, annotation, frequency, start_date, end_date, number_of_occurrences, \
        status, occurrence, next_date, created_at";

    fn from_row(row: &Row<'_>) -> Result<Self, StoreError> {
        let calendar = Calendar {
            frequency: read::<SubmittedFrequency>(&row.text(9)?)?,
            start: read::<Date>(&row.text(10)?)?.0,
            end: row.optional_text(11)?.as_deref().map(read::<Date>).transpose()?.map(|date| date.0),
            occurrences: row.optional_int(12)?,
        };
        Ok(Self {
            id: row.text(0)?,
            partner: row.text(1)?,
            transaction_identification: row.text(2)?,
            token: row.text(3)?,
            creditor_account: row.text(4)?,
            amount: Satang(row.int(5)?),
            reference_number1: row.text(6)?,
            reference_number2: row.optional_text(7)?,
            annotation: row.optional_text(8)?,
            calendar,
            status: read(&row.text(13)?)?,
            occurrence: row.int(14)?,
            next: row.optional_text(15)?.as_deref().map(read).transpose()?,
            created_at: row.int(16)?,
        })
    }

    fn find(tx: &mut Tx<'_>, id: &str) -> Result<Option<Self>, StoreError> {
        let sql = format!("SELECT {} FROM schedule WHERE id = $1", Self::COLUMNS);
        tx.query_one(&sql, &[id.into()], Self::from_row)
    }

    /// Takes the schedule to its next status, and records that: with the next due date while there is one, with a
    /// reason when the bank has stopped it.
    fn change(
        &mut self,
        tx: &mut Tx<'_>,
        event: ScheduleEvent,
        reason: Option<&ReasonCode>,
        now: Timestamp,
    ) -> Result<(), Refusal> {
        let before = self.status.clone();
        self.status = state::schedule(&self.status, event)?;
        if self.status != ProcessingStatus::Scheduled {
            self.next = None;
        }
        let next = self.next.map(|date| date.to_string());
        let reason = reason.map(ReasonCode::as_str);
        tx.execute(
            "UPDATE schedule SET status = $1, occurrence = $2, next_date = $3, reason_code = $4,
                 status_at = CASE WHEN status = $5 THEN status_at ELSE $6 END
             WHERE id = $7",
            &[
                self.status.as_str().into(),
                self.occurrence.into(),
                next.as_ref().into(),
                reason.into(),
                self.status.as_str().into(),
                now.as_microsecond().into(),
                (&self.id).into(),
            ],
        )?;
        if self.status == before {
            // That a due date is done is an event of its own.
            return Ok(());
        }
        let kind = match self.status {
            ProcessingStatus::Cancelled => "schedule.cancelled",
            ProcessingStatus::Rejected => "schedule.rejected",
            _ => "schedule.finished",
        };
        let detail = json!({ "occurrences": self.occurrence, "statusReasonCode": reason });
        self.record(tx, kind, detail, now)?;
        Ok(())
    }

    fn record(
        &self,
        tx: &mut Tx<'_>,
        kind: &'static str,
        detail: Json,
        now: Timestamp,
    ) -> Result<(), StoreError> {
        event::record(tx, &Event { kind, partner: Some(&self.partner), subject: &self.id, at: now, detail })
    }
}

/// Reads back what was valid when it was stored.
fn read<T: std::str::FromStr>(text: &str) -> Result<T, StoreError> {
    text.parse().map_err(|_| StoreError::statement("the store holds a schedule that cannot be read"))
}
