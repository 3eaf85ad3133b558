//! Payments on days to come.

use crate::{Cancelled, DirectDebit, Doubt, Rejected, answer::Verdict, outcome::unspecified};
use satang_core::{Entropy, Error, System, Timer, Transport};
use satang_schema::{
    AccountNumber, Amount, Date, PaymentToken, ScheduleIdentification, Text, TransactionIdentification,
    direct_debit::{
        Occurrences, PayerInformation, PaymentInstrument, ProcessingStatus, ReasonCode, Schedule,
        ScheduleAccepted, ScheduleCancellation, ScheduleDetails, ScheduleFilter, ScheduleInformation,
        ScheduleSubmission, ScheduledTransaction, SubmittedFrequency,
    },
};
use satang_validation::{Code, Rule};

/// The days on which a plan pays. A day that a month does not have falls back to its last (proposed).
///
/// ```
/// use satang_direct_debit::{Every, Timetable, wire::Occurrences};
///
/// let first = "2026-01-31".parse()?;
/// let instalments = Timetable::times(Every::Month, first, Occurrences::new(12)?);
/// let subscription = Timetable::until(Every::Month, first, "2026-12-31".parse()?)?;
/// assert!(Timetable::until(Every::Month, first, "2025-12-31".parse()?).is_err());
/// # Ok::<(), satang_validation::Rule>(())
/// ```
#[derive(Clone, Debug, PartialEq)]
pub struct Timetable(ScheduleInformation);

/// How far the days of a timetable are apart.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Every {
    /// A day.
    Day,
    /// A week.
    Week,
    /// A month.
    Month,
    /// Three months.
    Quarter,
    /// A year.
    Year,
}

impl Timetable {
    /// One day in Bangkok, after today.
    #[must_use]
    pub fn once(day: Date) -> Self {
        Self::new(SubmittedFrequency::Once, day, None, None)
    }

    /// From `first`, a day in Bangkok after today, to `last`, which is included.
    ///
    /// # Errors
    /// [`Rule`] when `last` is before `first`.
    pub fn until(every: Every, first: Date, last: Date) -> Result<Self, Rule> {
        if last < first {
            return Err(Rule::new(Code::Inconsistent, "expected a last day that is not before the first"));
        }
        Ok(Self::new(every.frequency(), first, Some(last), None))
    }

    /// From `first`, a day in Bangkok after today, this many times.
    #[must_use]
    pub fn times(every: Every, first: Date, number: Occurrences) -> Self {
        Self::new(every.frequency(), first, None, Some(number))
    }

    fn new(
        frequency: SubmittedFrequency,
        first: Date,
        last: Option<Date>,
        number: Option<Occurrences>,
    ) -> Self {
        Self(ScheduleInformation {
            frequency,
            start_date: first,
            end_date: last,
            number_of_occurrences: number,
        })
    }

    fn is_of(&self, details: &ScheduleDetails) -> bool {
        let (own, found) = (&self.0, &details.schedule_information);
        own.frequency.as_str() == found.frequency.as_str()
            && own.start_date == found.start_date
            && own.end_date == found.end_date
            && own.number_of_occurrences.map(Occurrences::number) == found.number_of_occurrences
    }
}

impl Every {
    fn frequency(self) -> SubmittedFrequency {
        match self {
            Self::Day => SubmittedFrequency::Daily,
            Self::Week => SubmittedFrequency::Weekly,
            Self::Month => SubmittedFrequency::Monthly,
            Self::Quarter => SubmittedFrequency::Quarterly,
            Self::Year => SubmittedFrequency::Yearly,
        }
    }
}

/// Payments that have not been planned yet, named by an identification: one amount on each day of a timetable.
#[derive(Clone, Debug, PartialEq)]
pub struct Plan(ScheduleSubmission);

impl Plan {
    /// Plans `amount` from the account behind `payer`, in favour of `creditor`, under a new random identification.
    pub fn new(
        creditor: AccountNumber,
        payer: PaymentToken,
        amount: Amount,
        reference: Text<1, 20>,
        timetable: Timetable,
    ) -> Self {
        Self(ScheduleSubmission {
            transaction_identification: TransactionIdentification(System.uuid()),
            creditor_account_number: creditor,
            payer_information: PayerInformation { payment_token: payer },
            transaction_information: ScheduledTransaction {
                transaction_type: Schedule::Schedule,
                reference_number1: reference,
                reference_number2: None,
                payment_instrument: PaymentInstrument::DirectDebit,
                payment_amount: amount,
                annotation: None,
            },
            schedule_information: timetable.0,
        })
    }

    /// Uses this identification, which must not have stood for another schedule or payment.
    #[must_use]
    pub fn identified_by(mut self, identification: TransactionIdentification) -> Self {
        self.0.transaction_identification = identification;
        self
    }

    /// Adds the biller's second reference.
    #[must_use]
    pub fn with_second_reference(mut self, reference: Text<1, 20>) -> Self {
        self.0.transaction_information.reference_number2 = Some(reference);
        self
    }

    /// Adds a remark.
    #[must_use]
    pub fn with_annotation(mut self, annotation: Text<0, 140>) -> Self {
        self.0.transaction_information.annotation = Some(annotation);
        self
    }

    /// What this plan is known by.
    #[must_use]
    pub fn transaction_identification(&self) -> TransactionIdentification {
        self.0.transaction_identification
    }

    /// What is sent.
    #[must_use]
    pub fn request(&self) -> &ScheduleSubmission {
        &self.0
    }
}

/// What became of a plan.
#[derive(Debug)]
#[must_use]
pub enum Scheduled {
    /// The bank has it.
    Planned(Planned),
    /// The bank refused it for a business reason: nothing is paid by it, and nothing will.
    Rejected(Rejected),
    /// Nobody knows yet: ask again later, do not plan anew.
    Unknown {
        /// The plan, for [`DirectDebit::resolve_schedule`].
        transaction_identification: TransactionIdentification,
        /// What the last inquiry said.
        doubt: Doubt,
    },
}

/// A schedule that the bank has.
#[derive(Clone, Debug, PartialEq)]
pub struct Planned {
    /// The bank's identifier, for [`DirectDebit::cancel_schedule`].
    pub schedule_identification: ScheduleIdentification,
    /// The plan's own.
    pub transaction_identification: TransactionIdentification,
    /// `SCHD` until all is done; another when the bank was asked later.
    pub processing_status: ProcessingStatus,
    /// The next due date, if there is one.
    pub next_execution_date: Option<Date>,
}

impl<T: Transport + Timer> DirectDebit<T> {
    /// Plans payments (I).
    ///
    /// A plan is sent **once**. When its answer is lost, or leaves room for doubt, the inquiry (J) is asked by the plan's
    /// identification, for as long as [`Patience`](crate::Patience) lasts. That the bank takes the same plan under the
    /// same identification only once is proposed by Satang; not published by the bank: so nothing here relies on it.
    ///
    /// | result | the payments | what to do |
    /// | --- | --- | --- |
    /// | [`Scheduled::Planned`] | will be made on their days | store the identifier |
    /// | [`Scheduled::Rejected`] | will not be made | tell the customer the reason |
    /// | [`Scheduled::Unknown`] | may be made | [`resolve_schedule`](Self::resolve_schedule) later; do not plan anew |
    /// | `Err` | will not be made for this plan: it was never accepted | mend what the error says |
    ///
    /// A refusal is read as that of a charge is: see the [front page](crate#how-a-refusal-is-read). The one addition is the
    /// sandbox's own `SBX-4092`, the registration is not active: an `Err`.
    ///
    /// ```
    /// # include!(concat!(env!("CARGO_MANIFEST_DIR"), "/src/example.rs"));
    /// # fn main() -> Result<(), Box<dyn std::error::Error>> { pollster::block_on(async {
    /// # let bank = DirectDebit::new(Bank);
    /// let monthly = Timetable::times(Every::Month, "2026-01-31".parse()?, wire::Occurrences::new(12)?);
    /// let (creditor, payer) = ("0457262823".parse()?, "06252dbc-0a4c-437f-b718-f2aa836b10b3".parse()?);
    /// let plan = Plan::new(creditor, payer, "590.00".parse()?, "POLICY-7".parse()?, monthly);
    /// println!("store {} before planning", plan.transaction_identification());
    /// # let plan = plan.identified_by("5c1d2f62-1f0e-4f0e-9a68-5a5ed1a3a9d2".parse()?);
    /// match bank.schedule(&plan).await? {
    ///     Scheduled::Planned(planned) => println!("next on {:?}", planned.next_execution_date),
    ///     Scheduled::Rejected(rejected) => println!("rejected: {}", rejected.reason),
    ///     Scheduled::Unknown { doubt, .. } => println!("ask again later: {doubt}"),
    /// }
    /// # Ok(()) }) }
    /// ```
    ///
    /// # Errors
    /// [`Error`] when this plan was never accepted, or its identification stands for another one.
    pub async fn schedule(&self, plan: &Plan) -> Result<Scheduled, Error> {
        let expected = Expected { id: plan.transaction_identification(), plan: Some(plan) };
        let error = match self.client.schedule_submission(plan.request()).await {
            Ok(answer) => match expected.accepted(answer) {
                Some(scheduled) => return Ok(scheduled),
                None => {
                    return Ok(self.ask_schedule(&expected).await.unwrap_or_else(|d| expected.unknown(d)));
                }
            },
            Err(error) => error,
        };
        let verdict = Verdict::of(&error);
        match verdict {
            Verdict::Duplicate if error.code() == Some(NOT_ACTIVE) => return Err(error),
            Verdict::NotAccepted => return Err(error),
            Verdict::Rejected(reason) => return Ok(expected.rejected(reason, Some(&error))),
            Verdict::Refused(_) | Verdict::Duplicate | Verdict::Unknown => {}
        }
        let mut doubts = match self.ask_schedule(&expected).await {
            Ok(scheduled) => return Ok(scheduled),
            Err(doubts) => doubts,
        };
        let found_no_trace =
            !doubts.is_empty() && doubts.iter().all(|doubt| matches!(doubt, Doubt::NotKnown));
        match (verdict, doubts.pop()) {
            (Verdict::Duplicate, Some(Doubt::Mismatch)) => Err(error),
            (Verdict::Refused(reason), _) if found_no_trace => Ok(expected.rejected(reason, Some(&error))),
            (_, doubt) => Ok(expected.unknown(doubt.into_iter().collect())),
        }
    }

    /// Asks what became of a plan, by its identification alone: after [`Scheduled::Unknown`], or after a restart.
    pub async fn resolve_schedule(&self, transaction_identification: TransactionIdentification) -> Scheduled {
        let expected = Expected { id: transaction_identification, plan: None };
        self.ask_schedule(&expected).await.unwrap_or_else(|doubts| expected.unknown(doubts))
    }

    /// The schedules that meet every criterion (J), each with what its due dates did, oldest first.
    ///
    /// ```
    /// # include!(concat!(env!("CARGO_MANIFEST_DIR"), "/src/example.rs"));
    /// # fn main() -> Result<(), Box<dyn std::error::Error>> { pollster::block_on(async {
    /// # let bank = DirectDebit::new(Bank);
    /// let payer = "06252dbc-0a4c-437f-b718-f2aa836b10b3".parse()?;
    /// let filter = wire::ScheduleFilter { payment_token: Some(payer), ..wire::ScheduleFilter::default() };
    /// for schedule in bank.schedules(&filter).await? {
    ///     println!("{} payments made, next on {:?}", schedule.executions.len(), schedule.next_execution_date);
    /// }
    /// # Ok(()) }) }
    /// ```
    ///
    /// # Errors
    /// [`Error`] when the bank did not answer, or refused the criteria. Nothing changes at the bank in any case.
    pub async fn schedules(&self, filter: &ScheduleFilter) -> Result<Vec<ScheduleDetails>, Error> {
        Ok(self.client.schedule_inquiry(filter).await?.schedule_information)
    }

    /// Stops a schedule (K). Sent once, and asked for (J) as [`cancel`](Self::cancel) does.
    ///
    /// | result | the schedule | what to do |
    /// | --- | --- | --- |
    /// | [`Cancelled::Done`] | makes no more payments | |
    /// | [`Cancelled::Over`] | had made its last payment, or been rejected, before | |
    /// | [`Cancelled::Unknown`] | may go on paying | cancel it again later |
    /// | `Err` | goes on: nothing was accepted, for instance within the running batch (proposed) | try later |
    ///
    /// # Errors
    /// [`Error`] when the cancellation was not accepted.
    pub async fn cancel_schedule(
        &self,
        schedule: ScheduleIdentification,
        reason: Option<Text<1, 105>>,
    ) -> Result<Cancelled<ProcessingStatus>, Error> {
        let request = ScheduleCancellation { schedule_identification: schedule, cancellation_reason: reason };
        self.cancel_once(&request).await
    }

    /// Asks for a schedule.
    async fn ask_schedule(&self, expected: &Expected<'_>) -> Result<Scheduled, Vec<Doubt>> {
        let id = Some(expected.id);
        let filter = &ScheduleFilter { transaction_identification: id, ..ScheduleFilter::default() };
        let ask = || async move {
            let answer = self.schedules(filter).await;
            answer.map_err(Doubt::NoAnswer).and_then(|found| expected.read(found))
        };
        self.ask_patiently(ask, |doubt| matches!(doubt, Doubt::Mismatch)).await
    }
}

/// The sandbox's refusal of a plan whose registration is not active. What it has accepted, it does not refuse so.
const NOT_ACTIVE: &str = "SBX-4092";

/// The plan that an answer must be about; only its identification when no more is known.
struct Expected<'a> {
    id: TransactionIdentification,
    plan: Option<&'a Plan>,
}

impl Expected<'_> {
    /// What an answer to the submission says, if it says anything certain.
    fn accepted(&self, answer: ScheduleAccepted) -> Option<Scheduled> {
        if answer.transaction_identification != self.id {
            return None;
        }
        match answer.processing_status {
            ProcessingStatus::Rejected => Some(self.rejected(unspecified(), None)),
            ProcessingStatus::Scheduled => Some(Scheduled::Planned(Planned {
                schedule_identification: answer.schedule_identification,
                transaction_identification: answer.transaction_identification,
                processing_status: answer.processing_status,
                next_execution_date: Some(answer.next_execution_date),
            })),
            _ => None,
        }
    }

    /// What an answer to the inquiry says.
    fn read(&self, found: Vec<ScheduleDetails>) -> Result<Scheduled, Doubt> {
        let own = found.into_iter().find(|details| details.transaction_identification == self.id);
        let details = own.ok_or(Doubt::NotKnown)?;
        if !self.plan.is_none_or(|plan| plan.is_of(&details)) {
            return Err(Doubt::Mismatch);
        }
        if details.processing_status == ProcessingStatus::Rejected && details.executions.is_empty() {
            return Ok(self.rejected(unspecified(), None));
        }
        Ok(Scheduled::Planned(Planned {
            schedule_identification: details.schedule_identification,
            transaction_identification: details.transaction_identification,
            processing_status: details.processing_status,
            next_execution_date: details.next_execution_date,
        }))
    }

    fn rejected(&self, reason: ReasonCode, error: Option<&Error>) -> Scheduled {
        let description = error.and_then(Error::explanation).map(str::to_owned);
        Scheduled::Rejected(Rejected { transaction_identification: self.id, reason, description })
    }

    fn unknown(&self, mut doubts: Vec<Doubt>) -> Scheduled {
        let doubt = doubts.pop().unwrap_or(Doubt::NotAsked);
        Scheduled::Unknown { transaction_identification: self.id, doubt }
    }
}

impl Plan {
    fn is_of(&self, details: &ScheduleDetails) -> bool {
        self.0.transaction_information.payment_amount == details.transaction_information.payment_amount
            && Timetable(self.0.schedule_information.clone()).is_of(details)
    }
}
