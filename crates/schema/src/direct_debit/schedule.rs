//! Schedules: I, J and K.

#[cfg(feature = "schema")]
use super::TransactionType;
use super::{
    Payer, PayerInformation, PaymentInstrument, ProcessingStatus, ReasonCode, TransactionSummary,
    check_any_criterion, check_range,
};
use crate::{
    AccountNumber, AccountText, Amount, Check, Date, DateTime, PaymentReference, PaymentToken,
    ScheduleIdentification, Text, TransactionIdentification, decode::present, scalar::codes,
};
use satang_validation::{Code, Pointer, Rule, Violations};
#[cfg(feature = "schema")]
use schemars::JsonSchema;
use serde::{Deserialize, Deserializer, Serialize};

codes! {
    closed
    /// The kind of transaction that I makes. Proposed by Satang; not published by the bank.
    Schedule {
        /// On each due date.
        Schedule = "SCHEDULE",
    }
}

/// Makes the codes of a frequency twice: those that a new schedule may ask for, and those that an answer may hold.
macro_rules! frequencies {
    ($($(#[$doc:meta])* $variant:ident = $code:literal,)+) => {
        codes! {
            closed
            /// How often a new schedule pays. Proposed by Satang; not published by the bank.
            SubmittedFrequency { $($(#[$doc])* $variant = $code,)+ }
        }

        codes! {
            open
            /// How often a schedule that exists pays. Proposed by Satang; not published by the bank.
            Frequency { $($(#[$doc])* $variant = $code,)+ }
        }
    };
}

frequencies! {
    /// Once.
    Once = "ONCE",
    /// Every day.
    Daily = "DAIL",
    /// Every week.
    Weekly = "WEEK",
    /// Every month.
    Monthly = "MNTH",
    /// Every three months.
    Quarterly = "QURT",
    /// Every year.
    Yearly = "YEAR",
}

/// Plans payments. Proposed by Satang; not published by the bank.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(JsonSchema))]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct ScheduleSubmission {
    /// The caller's identifier of this schedule. Proposed by Satang; not published by the bank.
    pub transaction_identification: TransactionIdentification,
    /// The account that receives the money: one of the partner's. Proposed by Satang; not published by the
    /// bank.
    pub creditor_account_number: AccountNumber,
    /// Who pays. Proposed by Satang; not published by the bank.
    pub payer_information: PayerInformation,
    /// What is paid on each due date. Proposed by Satang; not published by the bank.
    pub transaction_information: ScheduledTransaction,
    /// When. Proposed by Satang; not published by the bank.
    pub schedule_information: ScheduleInformation,
}

impl Check for ScheduleSubmission {
    fn check(&self, found: &mut Violations) {
        let ScheduleInformation { frequency, start_date, end_date, number_of_occurrences } =
            &self.schedule_information;
        let place = Pointer::root().member("scheduleInformation");
        let inconsistent = |detail| Rule::new(Code::Inconsistent, detail);
        let ends = usize::from(end_date.is_some()) + usize::from(number_of_occurrences.is_some());
        if *frequency == SubmittedFrequency::Once && ends > 0 {
            found.add(place.clone(), inconsistent("ONCE takes neither endDate nor numberOfOccurrences"));
        }
        if *frequency != SubmittedFrequency::Once && ends != 1 {
            found.add(
                place.clone(),
                inconsistent("exactly one of endDate and numberOfOccurrences is required"),
            );
        }
        if end_date.is_some_and(|end| end < *start_date) {
            found.add(place.member("endDate"), inconsistent("must not be before startDate"));
        }
    }
}

/// What is paid on each due date. Proposed by Satang; not published by the bank.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(JsonSchema))]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct ScheduledTransaction {
    /// Always `SCHEDULE`. Proposed by Satang; not published by the bank.
    pub transaction_type: Schedule,
    /// The biller's first reference. Proposed by Satang; not published by the bank.
    pub reference_number1: Text<1, 20>,
    /// The biller's second reference. Proposed by Satang; not published by the bank.
    #[serde(default, deserialize_with = "present", skip_serializing_if = "Option::is_none")]
    pub reference_number2: Option<Text<1, 20>>,
    /// Always `DDEB`. Proposed by Satang; not published by the bank.
    pub payment_instrument: PaymentInstrument,
    /// Baht, with two decimals when written and at most two when read. Proposed by Satang; not published by the
    /// bank.
    pub payment_amount: Amount,
    /// A remark of up to 140 characters. Proposed by Satang; not published by the bank.
    #[serde(default, deserialize_with = "present", skip_serializing_if = "Option::is_none")]
    pub annotation: Option<Text<0, 140>>,
}

/// When a schedule pays. `ONCE` takes no end; every other frequency takes an end date or a number. Proposed by
/// Satang; not published by the bank.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(JsonSchema))]
#[cfg_attr(feature = "schema", schemars(extend(
    "if" = { "properties": { "frequency": { "const": "ONCE" } } },
    "then" = { "properties": { "endDate": false, "numberOfOccurrences": false } },
    // `{}` says nothing, but linters look for the required member beside its name.
    "else" = { "oneOf": [
        { "required": ["endDate"], "properties": { "endDate": {} } },
        { "required": ["numberOfOccurrences"], "properties": { "numberOfOccurrences": {} } },
    ] },
)))]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct ScheduleInformation {
    /// How often. Proposed by Satang; not published by the bank.
    pub frequency: SubmittedFrequency,
    /// The first due date, a day in Bangkok after today and at most 30 years ahead. Proposed by Satang; not published
    /// by the bank.
    pub start_date: Date,
    /// No due date is after this day, which is at most 30 years ahead. Proposed by Satang; not published by the bank.
    #[serde(default, deserialize_with = "present", skip_serializing_if = "Option::is_none")]
    pub end_date: Option<Date>,
    /// How many payments, 1 to 999. Proposed by Satang; not published by the bank.
    #[serde(default, deserialize_with = "present", skip_serializing_if = "Option::is_none")]
    pub number_of_occurrences: Option<Occurrences>,
}

/// How many payments a schedule makes: 1 to 999.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
pub struct Occurrences(u16);

impl Occurrences {
    /// Checks a number of payments.
    ///
    /// # Errors
    /// [`Rule`] when it is not from 1 to 999.
    pub fn new(number: u16) -> Result<Self, Rule> {
        if (1..=999).contains(&number) { Ok(Self(number)) } else { Err(Rule::malformed("expected 1 to 999")) }
    }

    /// The number.
    #[must_use]
    pub fn number(self) -> u16 {
        self.0
    }
}

impl<'de> Deserialize<'de> for Occurrences {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        Self::new(u16::deserialize(deserializer)?).map_err(serde::de::Error::custom)
    }
}

#[cfg(feature = "schema")]
crate::contract::inline_schema!(Occurrences, "Occurrences", { "type": "integer", "minimum": 1, "maximum": 999 });

/// The accepted schedule. Proposed by Satang; not published by the bank.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(JsonSchema))]
#[serde(rename_all = "camelCase")]
pub struct ScheduleAccepted {
    /// The bank's identifier. Proposed by Satang; not published by the bank.
    pub schedule_identification: ScheduleIdentification,
    /// The caller's identifier. Proposed by Satang; not published by the bank.
    pub transaction_identification: TransactionIdentification,
    /// `SCHD`. Proposed by Satang; not published by the bank.
    pub processing_status: ProcessingStatus,
    /// The next due date. Proposed by Satang; not published by the bank.
    pub next_execution_date: Date,
}

impl Check for ScheduleAccepted {}

/// Searches schedules. Criteria combine, and at least one is required. Proposed by Satang; not published by the
/// bank.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(JsonSchema))]
#[cfg_attr(feature = "schema", schemars(extend(
    "minProperties" = 1,
    "dependentRequired" = {
        "startCreateDateTime": ["endCreateDateTime"],
        "endCreateDateTime": ["startCreateDateTime"],
    },
)))]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct ScheduleFilter {
    /// The bank's identifier. Proposed by Satang; not published by the bank.
    #[serde(default, deserialize_with = "present", skip_serializing_if = "Option::is_none")]
    pub schedule_identification: Option<ScheduleIdentification>,
    /// The caller's identifier. Proposed by Satang; not published by the bank.
    #[serde(default, deserialize_with = "present", skip_serializing_if = "Option::is_none")]
    pub transaction_identification: Option<TransactionIdentification>,
    /// The payer's token. Proposed by Satang; not published by the bank.
    #[serde(default, deserialize_with = "present", skip_serializing_if = "Option::is_none")]
    pub payment_token: Option<PaymentToken>,
    /// Start of the range of creation, included; goes with the end. Proposed by Satang; not published by the
    /// bank.
    #[serde(default, deserialize_with = "present", skip_serializing_if = "Option::is_none")]
    pub start_create_date_time: Option<DateTime>,
    /// End of the range of creation, included and not before the start. Proposed by Satang; not published by
    /// the bank.
    #[serde(default, deserialize_with = "present", skip_serializing_if = "Option::is_none")]
    pub end_create_date_time: Option<DateTime>,
}

impl Check for ScheduleFilter {
    fn check(&self, found: &mut Violations) {
        check_any_criterion(*self != Self::default(), found);
        check_range(self.start_create_date_time, self.end_create_date_time, found);
    }
}

/// The schedules found. Proposed by Satang; not published by the bank.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(JsonSchema))]
#[serde(rename_all = "camelCase")]
pub struct ScheduleList {
    /// The schedules, oldest first. Proposed by Satang; not published by the bank.
    pub schedule_information: Vec<ScheduleDetails>,
}

impl Check for ScheduleList {}

/// A schedule as submitted, and what it has done. Proposed by Satang; not published by the bank.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(JsonSchema))]
#[serde(rename_all = "camelCase")]
pub struct ScheduleDetails {
    /// The bank's identifier. Proposed by Satang; not published by the bank.
    pub schedule_identification: ScheduleIdentification,
    /// The caller's identifier. Proposed by Satang; not published by the bank.
    pub transaction_identification: TransactionIdentification,
    /// The receiving account. Proposed by Satang; not published by the bank.
    pub creditor_account_number: AccountText,
    /// Who pays. Proposed by Satang; not published by the bank.
    pub payer_information: Payer,
    /// What is paid on each due date. Proposed by Satang; not published by the bank.
    pub transaction_information: TransactionSummary,
    /// When. Proposed by Satang; not published by the bank.
    pub schedule_information: SchedulePlan,
    /// `SCHD` until all is done. Proposed by Satang; not published by the bank.
    pub processing_status: ProcessingStatus,
    /// The next due date, if there is one. Proposed by Satang; not published by the bank.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub next_execution_date: Option<Date>,
    /// What each due date did, oldest first. Proposed by Satang; not published by the bank.
    pub executions: Vec<Execution>,
    /// When the schedule was received. Proposed by Satang; not published by the bank.
    pub create_date_time: DateTime,
}

/// When a schedule pays: the submission's words, read without strictness.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(JsonSchema))]
#[serde(rename_all = "camelCase")]
pub struct SchedulePlan {
    /// How often. Proposed by Satang; not published by the bank.
    pub frequency: Frequency,
    /// The first due date. Proposed by Satang; not published by the bank.
    pub start_date: Date,
    /// No due date is after this day. Proposed by Satang; not published by the bank.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub end_date: Option<Date>,
    /// How many payments. Proposed by Satang; not published by the bank.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub number_of_occurrences: Option<u16>,
}

/// What one due date did. Proposed by Satang; not published by the bank.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(JsonSchema))]
#[serde(rename_all = "camelCase")]
pub struct Execution {
    /// The due date. Proposed by Satang; not published by the bank.
    pub execution_date: Date,
    /// The payment it made; its reference is also its `transactionIdentification`. None when the partner had used that
    /// identification for a payment of its own (`AM05`). Proposed by Satang; not published by the bank.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub payment_reference_identification: Option<PaymentReference>,
    /// Where that payment stands. Proposed by Satang; not published by the bank.
    pub processing_status: ProcessingStatus,
    /// Why it was rejected. Proposed by Satang; not published by the bank.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub status_reason_code: Option<ReasonCode>,
}

/// Stops a schedule. Proposed by Satang; not published by the bank.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(JsonSchema))]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct ScheduleCancellation {
    /// The bank's identifier. Proposed by Satang; not published by the bank.
    pub schedule_identification: ScheduleIdentification,
    /// Why. Proposed by Satang; not published by the bank.
    #[serde(default, deserialize_with = "present", skip_serializing_if = "Option::is_none")]
    pub cancellation_reason: Option<Text<1, 105>>,
}

impl Check for ScheduleCancellation {}

/// The stopped schedule. Proposed by Satang; not published by the bank.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(JsonSchema))]
#[serde(rename_all = "camelCase")]
pub struct ScheduleCancelled {
    /// The bank's identifier. Proposed by Satang; not published by the bank.
    pub schedule_identification: ScheduleIdentification,
    /// `CANC`. Proposed by Satang; not published by the bank.
    pub processing_status: ProcessingStatus,
    /// Since when. Proposed by Satang; not published by the bank.
    pub status_date_time: DateTime,
}

impl Check for ScheduleCancelled {}

#[cfg(feature = "schema")]
mod examples {
    use super::*;
    use crate::contract::{example, text};

    example!(ScheduleSubmission {
        transaction_identification: text("5c1d2f62-1f0e-4f0e-9a68-5a5ed1a3a9d2"),
        creditor_account_number: text("0457262823"),
        payer_information: PayerInformation { payment_token: text("06252dbc-0a4c-437f-b718-f2aa836b10b3") },
        transaction_information: ScheduledTransaction {
            transaction_type: Schedule::Schedule,
            reference_number1: text("REF1"),
            reference_number2: None,
            payment_instrument: PaymentInstrument::DirectDebit,
            payment_amount: text("590.00"),
            annotation: None,
        },
        schedule_information: ScheduleInformation {
            frequency: SubmittedFrequency::Monthly,
            start_date: text("2020-08-31"),
            end_date: None,
            number_of_occurrences: Occurrences::new(12).ok(),
        },
    });
    example!(ScheduleAccepted {
        schedule_identification: text("0b8f6f0e-3a5c-4a0f-8f5e-3a1d7c2b9e44"),
        transaction_identification: text("5c1d2f62-1f0e-4f0e-9a68-5a5ed1a3a9d2"),
        processing_status: ProcessingStatus::Scheduled,
        next_execution_date: text("2020-08-31"),
    });
    example!(ScheduleFilter {
        payment_token: "06252dbc-0a4c-437f-b718-f2aa836b10b3".parse().ok(),
        ..ScheduleFilter::default()
    });
    example!(ScheduleList {
        schedule_information: vec![ScheduleDetails {
            schedule_identification: text("0b8f6f0e-3a5c-4a0f-8f5e-3a1d7c2b9e44"),
            transaction_identification: text("5c1d2f62-1f0e-4f0e-9a68-5a5ed1a3a9d2"),
            creditor_account_number: text("0457262823"),
            payer_information: Payer { payment_token: text("06252dbc-0a4c-437f-b718-f2aa836b10b3") },
            transaction_information: TransactionSummary {
                transaction_type: TransactionType::Schedule,
                reference_number1: "REF1".into(),
                reference_number2: None,
                payment_instrument: "DDEB".into(),
                payment_amount: text("590.00"),
                annotation: None,
            },
            schedule_information: SchedulePlan {
                frequency: Frequency::Monthly,
                start_date: text("2020-08-31"),
                end_date: None,
                number_of_occurrences: Some(12),
            },
            processing_status: ProcessingStatus::Scheduled,
            next_execution_date: "2020-09-30".parse().ok(),
            executions: vec![Execution {
                execution_date: text("2020-08-31"),
                payment_reference_identification: "6f1f5a0e-2f6d-4a43-9a52-0f9b1f1c7a10".parse().ok(),
                processing_status: ProcessingStatus::Settled,
                status_reason_code: None,
            }],
            create_date_time: text("2020-08-15T00:00:00.000+07:00"),
        }],
    });
    example!(ScheduleCancellation {
        schedule_identification: text("0b8f6f0e-3a5c-4a0f-8f5e-3a1d7c2b9e44"),
        cancellation_reason: None,
    });
    example!(ScheduleCancelled {
        schedule_identification: text("0b8f6f0e-3a5c-4a0f-8f5e-3a1d7c2b9e44"),
        processing_status: ProcessingStatus::Cancelled,
        status_date_time: text("2020-08-15T10:00:00.000+07:00"),
    });
}
