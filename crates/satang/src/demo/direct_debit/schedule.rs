//! The demo's middle: payments on days to come, and the days come.

use super::{CALLS, HISTORY, Journey, OPERATES, amount, charge, demo_data};
use crate::output::Exit;
use jiff::{Timestamp, ToSpan, civil::Date as CivilDate, tz::Offset};
use satang_core::sandbox::ClockMoved;
use satang_direct_debit::{
    Charged, Date, DateTime, DirectDebit, Every, PaymentToken, Plan, Planned, Scheduled, Timetable,
    wire::{Occurrences, ProcessingStatus, ScheduleDetails, ScheduleFilter},
};
use satang_gateway::demo;
use satang_transport::Client;

/// Bangkok, which knows no summer time.
const BANGKOK: Offset = Offset::constant(7);

impl Journey<'_, '_> {
    /// Plans, lets time pass, and stops.
    pub(super) async fn schedules(
        &mut self,
        bank: &DirectDebit<Client>,
        payer: &PaymentToken,
    ) -> Result<(), Exit> {
        let today = BANGKOK.to_datetime(self.stage.operator.now().await?).date();
        let first = after(today, 1.day())?;
        let Some(planned) = self.plans(bank, payer, first).await? else { return Ok(()) };

        self.travels_to(after(first, 1.day())?).await?;
        self.has_paid(bank, &planned, &[first], "on its day the schedule has paid").await;
        let second = after(first, 1.month())?;
        self.travels_to(after(second, 1.day())?).await?;
        self.has_paid(bank, &planned, &[first, second], "and a month later again").await;
        self.signs_after_all_that(bank, payer).await?;

        let stopped = bank.cancel_schedule(planned.schedule_identification, None).await;
        self.cancelled("the schedule is stopped", stopped);
        self.travels_to(after(first, 6.months())?).await?;
        self.has_paid(bank, &planned, &[first, second], "half a year later it has paid no more").await;
        Ok(())
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
        let name = "590.00 a month is planned, twelve times";
        let Ok(Scheduled::Planned(planned)) = outcome else {
            self.stage.step(CALLS, name, false, format!("{outcome:?}"));
            return Ok(None);
        };
        let next = planned.next_execution_date;
        let found = format!("{}, first on {}", planned.processing_status, Date(first));
        self.stage.step(CALLS, name, next == Some(Date(first)), found);
        Ok(Some(planned))
    }

    /// Lets the sandbox's time pass until noon of a day.
    async fn travels_to(&mut self, day: CivilDate) -> Result<(), Exit> {
        let noon =
            BANGKOK.to_timestamp(day.at(12, 0, 0, 0)).map_err(|e| Exit::failed("the demo's dates", &e))?;
        let moved = self.stage.operator.set_clock(noon).await?;
        let name = format!("the clock is set to noon of {}", Date(day));
        self.stage.step(OPERATES, &name, moved.date_time.timestamp() >= noon, done(&moved));
        Ok(())
    }

    /// Lets the sandbox's time pass.
    pub(super) async fn lets_pass(&mut self, duration: &str) -> Result<(), Exit> {
        let before = self.stage.operator.now().await?;
        let moved = self.stage.operator.let_pass(duration).await?;
        let name = format!("the clock is moved on by {duration}");
        self.stage.step(OPERATES, &name, moved.date_time.timestamp() > before, done(&moved));
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
            return self.stage.step(CALLS, name, false, format!("{found:?}"));
        };
        let made: Vec<_> = executions.iter().map(|made| made.execution_date.0).collect();
        let settled = executions.iter().all(|made| made.processing_status == ProcessingStatus::Settled);
        let told =
            executions.iter().map(|made| format!("{} {}", made.execution_date, made.processing_status));
        let found = format!("{}; the schedule is {processing_status}", told.collect::<Vec<_>>().join(", "));
        self.stage.step(CALLS, name, made == days && settled, found);
    }

    /// Signatures go by the machine's clock, which has not moved.
    async fn signs_after_all_that(
        &mut self,
        bank: &DirectDebit<Client>,
        payer: &PaymentToken,
    ) -> Result<(), Exit> {
        let outcome = bank.charge(&charge(payer, "1.00")?).await;
        let name = "a payment that is signed now, by the machine's clock, is accepted";
        match outcome {
            Ok(Charged::Settled(payment)) => {
                let on = payment.processing_date_time.map(|time| format!(" on {time}")).unwrap_or_default();
                let found = format!("{}{on}", payment.processing_status);
                self.stage.step(CALLS, name, true, found);
            }
            other => self.stage.step(CALLS, name, false, format!("{other:?}")),
        }
        Ok(())
    }

    /// Every payment that was accepted, and nothing twice.
    pub(super) async fn tells_the_history(
        &mut self,
        bank: &DirectDebit<Client>,
        began: Timestamp,
    ) -> Result<(), Exit> {
        let until = DateTime::in_bangkok(self.stage.operator.now().await?);
        let mut history = bank.history(DateTime::in_bangkok(began), until);
        let mut told = Vec::new();
        let outcome = loop {
            match history.next().await {
                Some(Ok(payment)) => told.push(payment.processing_status.to_string()),
                Some(Err(error)) => break Err(error),
                None => break Ok(()),
            }
        };
        let is_whole = outcome.is_ok() && told == HISTORY;
        let found = outcome.map_or_else(|error| error.to_string(), |()| told.join(", "));
        self.stage.step(CALLS, "the history of half a year tells each payment once", is_whole, found);
        Ok(())
    }
}

fn done(moved: &ClockMoved) -> String {
    match moved.work_done {
        0 => "nothing was due on the way".to_owned(),
        1 => "1 piece of work was done on the way".to_owned(),
        some => format!("{some} pieces of work were done on the way"),
    }
}

fn after(day: CivilDate, span: jiff::Span) -> Result<CivilDate, Exit> {
    day.checked_add(span).map_err(|e| Exit::failed("the demo's dates", &e))
}
