//! The demo's middle: payments on days to come, and the days come.

use super::{Journey, amount, demo_data};
use crate::output::Exit;
use jiff::{Timestamp, ToSpan, civil::Date as CivilDate, tz::Offset};
use satang_core::Clock;
use satang_direct_debit::{
    Cancelled, Date, DateTime, DirectDebit, Every, PaymentToken, Plan, Planned, Scheduled, Timetable,
    wire::{Occurrences, ProcessingStatus, ScheduleDetails, ScheduleFilter},
};
use satang_gateway::demo;
use satang_transport::Client;

/// Bangkok, which knows no summer time.
const BANGKOK: Offset = Offset::constant(7);

impl Journey<'_> {
    /// Plans, lets time pass, and stops. Returns how many payments that made.
    pub(super) async fn schedule(
        &mut self,
        bank: &DirectDebit<Client>,
        payer: &PaymentToken,
    ) -> Result<u64, Exit> {
        let began = self.gateway.now();
        let first = after(BANGKOK.to_datetime(began).date(), 1.day())?;
        let Some(planned) = self.plans(bank, payer, first).await? else { return Ok(0) };

        self.travels_to(after(first, 1.day())?).await?;
        self.has_paid(bank, &planned, &[first], "on its day the schedule pays").await;
        let second = after(first, 1.month())?;
        self.travels_to(after(second, 1.day())?).await?;
        self.has_paid(bank, &planned, &[first, second], "and a month later again").await;

        let stopped = bank.cancel_schedule(planned.schedule_identification, None).await;
        self.step("it can be stopped", matches!(stopped, Ok(Cancelled::Done)), format!("{stopped:?}"));
        self.travels_to(after(first, 6.months())?).await?;
        self.has_paid(bank, &planned, &[first, second], "half a year later it has paid no more").await;
        self.tells_the_history(bank, began).await;
        Ok(2)
    }

    async fn plans(
        &mut self,
        bank: &DirectDebit<Client>,
        payer: &PaymentToken,
        first: CivilDate,
    ) -> Result<Option<Planned>, Exit> {
        let twelve = Occurrences::new(12).map_err(demo_data)?;
        let plan = Plan::new(
            demo::CREDITOR_ACCOUNT.parse().map_err(demo_data)?,
            payer.clone(),
            amount("590.00")?,
            "DEMO".parse().map_err(demo_data)?,
            Timetable::times(Every::Month, Date(first), twelve),
        );
        let outcome = bank.schedule(&plan).await;
        let name = "590.00 a month, twelve times, can be planned";
        let Ok(Scheduled::Planned(planned)) = outcome else {
            self.step(name, false, format!("{outcome:?}"));
            return Ok(None);
        };
        let next = planned.next_execution_date;
        let found = format!("{}, first on {}", planned.processing_status, Date(first));
        self.step(name, next == Some(Date(first)), found);
        Ok(Some(planned))
    }

    /// Lets the sandbox's time pass until noon of a day.
    async fn travels_to(&mut self, day: CivilDate) -> Result<(), Exit> {
        let noon =
            BANGKOK.to_timestamp(day.at(12, 0, 0, 0)).map_err(|e| Exit::failed("the demo's dates", &e))?;
        self.gateway.advance_to(noon).await.map_err(|e| Exit::failed("the clock cannot be moved", &e))?;
        self.output.note(format!("       The sandbox's clock says {}.", DateTime::in_bangkok(noon)));
        Ok(())
    }

    /// A step that passes when the schedule has made settled payments on these days.
    async fn has_paid(
        &mut self,
        bank: &DirectDebit<Client>,
        planned: &Planned,
        days: &[CivilDate],
        name: &str,
    ) {
        let id = Some(planned.schedule_identification);
        let filter = ScheduleFilter { schedule_identification: id, ..ScheduleFilter::default() };
        let found = bank.schedules(&filter).await.map(|mut schedules| schedules.pop());
        let Ok(Some(ScheduleDetails { executions, processing_status, .. })) = found else {
            return self.step(name, false, format!("{found:?}"));
        };
        let made: Vec<_> = executions.iter().map(|made| made.execution_date.0).collect();
        let settled = executions.iter().all(|made| made.processing_status == ProcessingStatus::Settled);
        let told =
            executions.iter().map(|made| format!("{} {}", made.execution_date, made.processing_status));
        let found = format!("{}; the schedule is {processing_status}", told.collect::<Vec<_>>().join(", "));
        self.step(name, made == days && settled, found);
    }

    /// One charge, one rejection, and what the schedule has made.
    async fn tells_the_history(&mut self, bank: &DirectDebit<Client>, began: Timestamp) {
        // The charges came a moment before the plan.
        let from = began.checked_sub(1.hour()).unwrap_or(began);
        let mut history = bank.history(DateTime::in_bangkok(from), DateTime::in_bangkok(self.gateway.now()));
        let mut told = Vec::new();
        let outcome = loop {
            match history.next().await {
                Some(Ok(payment)) => told.push(payment.processing_status.to_string()),
                Some(Err(error)) => break Err(error),
                None => break Ok(()),
            }
        };
        let is_whole = outcome.is_ok() && told == ["ACSC", "RJCT", "ACSC", "ACSC"];
        let found = outcome.map_or_else(|error| error.to_string(), |()| told.join(", "));
        self.step("the history of half a year tells each payment once", is_whole, found);
    }
}

fn after(day: CivilDate, span: jiff::Span) -> Result<CivilDate, Exit> {
    day.checked_add(span).map_err(|e| Exit::failed("the demo's dates", &e))
}
