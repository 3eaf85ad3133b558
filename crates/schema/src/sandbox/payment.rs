//! Payments and schedules, as the bank sees them.

use super::listing::{list, query};
use crate::{
    AccountNumber, Amount, Check, DateTime, Text,
    direct_debit::{Frequency, ProcessingStatus},
};
#[cfg(feature = "schema")]
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

query! {
    /// Which payments to list.
    PaymentQuery {
        /// Those of this partner.
        partner: Text<1, 128>,
        /// Those in this status.
        processing_status: ProcessingStatus,
        /// Those of this schedule.
        schedule_identification: Text<1, 64>,
    }
}

list! {
    /// Payments, oldest first.
    PaymentList {
        /// The payments of this page.
        payments: PaymentDetails
    }
}

/// A payment.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(JsonSchema))]
#[serde(rename_all = "camelCase")]
pub struct PaymentDetails {
    /// The bank's reference.
    pub payment_reference_identification: String,
    /// Whose it is.
    pub partner: String,
    /// The partner's identifier.
    pub transaction_identification: String,
    /// The account that the partner named as its own.
    pub creditor_account_number: AccountNumber,
    /// How much, in baht.
    pub payment_amount: Amount,
    /// Where it stands.
    pub processing_status: ProcessingStatus,
    /// Why it was rejected.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub status_reason_code: Option<String>,
    /// The schedule that made it, if one did.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub schedule_identification: Option<String>,
    /// When it was made.
    pub create_date_time: DateTime,
}

impl Check for PaymentDetails {}

query! {
    /// Which schedules to list.
    PlanQuery {
        /// Those of this partner.
        partner: Text<1, 128>,
        /// Those in this status.
        status: ProcessingStatus,
    }
}

list! {
    /// Schedules, oldest first.
    PlanList {
        /// The schedules of this page.
        schedules: PlanDetails
    }
}

/// A schedule.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(JsonSchema))]
#[serde(rename_all = "camelCase")]
pub struct PlanDetails {
    /// The bank's identifier.
    pub schedule_identification: String,
    /// Whose it is.
    pub partner: String,
    /// What each due date pays, in baht.
    pub payment_amount: Amount,
    /// How often.
    pub frequency: Frequency,
    /// Where it stands.
    pub status: ProcessingStatus,
    /// How many due dates are done.
    pub occurrences_done: u64,
    /// The due date to come, as `YYYY-MM-DD`, while there is one.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub next_execution_date: Option<String>,
    /// Since when it is there.
    pub create_date_time: DateTime,
}

impl Check for PlanDetails {}

#[cfg(feature = "schema")]
mod examples {
    use super::*;
    use crate::contract::{example, text};

    example!(PaymentQuery {
        partner: "demo-partner".parse().ok(),
        processing_status: Some(ProcessingStatus::Settled),
        schedule_identification: "0b8f6f0e-3a5c-4a0f-8f5e-3a1d7c2b9e44".parse().ok(),
        cursor: None,
        limit: 100.try_into().ok(),
    });
    example!(PaymentDetails {
        payment_reference_identification: "019c9f0e-9d00-7000-8000-000000000002".into(),
        partner: "demo-partner".into(),
        transaction_identification: "071f2a78-a77b-4e45-91ba-4bd96d5bcde9".into(),
        creditor_account_number: text("0457262823"),
        payment_amount: text("5000.00"),
        processing_status: ProcessingStatus::Settled,
        status_reason_code: None,
        schedule_identification: Some("0b8f6f0e-3a5c-4a0f-8f5e-3a1d7c2b9e44".into()),
        create_date_time: text("2026-03-01T09:00:00.000+07:00"),
    });
    example!(PaymentList { payments: vec![PaymentDetails::example()], next_cursor: None });
    example!(PlanQuery {
        partner: "demo-partner".parse().ok(),
        status: Some(ProcessingStatus::Scheduled),
        cursor: None,
        limit: 100.try_into().ok(),
    });
    example!(PlanDetails {
        schedule_identification: "0b8f6f0e-3a5c-4a0f-8f5e-3a1d7c2b9e44".into(),
        partner: "demo-partner".into(),
        payment_amount: text("5000.00"),
        frequency: Frequency::Monthly,
        status: ProcessingStatus::Scheduled,
        occurrences_done: 1,
        next_execution_date: Some("2026-04-01".into()),
        create_date_time: text("2026-03-01T09:00:00.000+07:00"),
    });
    example!(PlanList { schedules: vec![PlanDetails::example()], next_cursor: None });
}
