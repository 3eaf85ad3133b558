//! Registrations, as the bank's branch and back office see them.

use super::listing::{list, query};
use crate::{
    AccountNumber, Amount, Check, DateTime, JourneyIdentifier, PaymentToken, PersonalReference, Text,
    decode::present, direct_debit::PaymentTokenStatus,
};
#[cfg(feature = "schema")]
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

query! {
    /// Which registrations to list.
    RegistrationQuery {
        /// Those of this partner.
        partner: Text<1, 128>,
        /// One registration.
        payment_token: PaymentToken,
        /// Those of this customer's account.
        drawer_account_number: AccountNumber,
        /// Those in this status.
        payment_token_status: PaymentTokenStatus,
    }
}

list! {
    /// Registrations, by identifier.
    RegistrationList {
        /// The registrations of this page.
        registrations: RegistrationDetails
    }
}

/// A registration.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(JsonSchema))]
#[serde(rename_all = "camelCase")]
pub struct RegistrationDetails {
    /// What the operator knows it by, also before it has a token.
    pub registration_identification: String,
    /// Whose it is.
    pub partner: String,
    /// The customer's journey, if there was one.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub journey_identifier: Option<JourneyIdentifier>,
    /// What payments name; from `ACTV` on.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub payment_token: Option<PaymentToken>,
    /// Where it stands.
    pub payment_token_status: PaymentTokenStatus,
    /// Since when.
    pub status_date_time: DateTime,
    /// Why it stands there.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub status_reason_code: Option<String>,
    /// The customer's account.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub drawer_account_number: Option<AccountNumber>,
    /// The partner's account.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub creditor_account_number: Option<AccountNumber>,
    /// The most that one payment may take, in baht; absent for the bank's own limit.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub maximum_amount: Option<Amount>,
    /// The partner's first reference.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub reference_number1: Option<PersonalReference>,
    /// Since when it is there.
    pub create_date_time: DateTime,
}

impl Check for RegistrationDetails {}

/// Registers a customer's account as a branch does: at once, without the customer's way through the pages.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(JsonSchema))]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct BranchRegistration {
    /// Whose it will be.
    pub partner: Text<1, 128>,
    /// The customer's account.
    pub drawer_account_number: AccountNumber,
    /// The partner's account: that of its agreement unless told otherwise.
    #[serde(default, deserialize_with = "present", skip_serializing_if = "Option::is_none")]
    pub creditor_account_number: Option<AccountNumber>,
    /// The partner's first reference.
    #[serde(default, deserialize_with = "present", skip_serializing_if = "Option::is_none")]
    pub reference_number1: Option<PersonalReference>,
    /// The partner's second reference.
    #[serde(default, deserialize_with = "present", skip_serializing_if = "Option::is_none")]
    pub reference_number2: Option<PersonalReference>,
    /// The most that one payment may take, in baht: the bank's own limit unless told otherwise.
    #[serde(default, deserialize_with = "present", skip_serializing_if = "Option::is_none")]
    pub maximum_amount: Option<Amount>,
}

impl Check for BranchRegistration {}

/// Changes the status of a registration.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(JsonSchema))]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct RegistrationChange {
    /// Which registration.
    pub registration_identification: Text<1, 64>,
    /// Why, in words that the partner is told.
    #[serde(default, deserialize_with = "present", skip_serializing_if = "Option::is_none")]
    pub reason: Option<Text<1, 105>>,
}

impl Check for RegistrationChange {}

#[cfg(feature = "schema")]
mod examples {
    use super::*;
    use crate::contract::{example, text};

    example!(RegistrationQuery {
        partner: "demo-partner".parse().ok(),
        payment_token: "06252dbc-0a4c-437f-b718-f2aa836b10b3".parse().ok(),
        drawer_account_number: "7770011555".parse().ok(),
        payment_token_status: Some(PaymentTokenStatus::Active),
        cursor: None,
        limit: 100.try_into().ok(),
    });
    example!(RegistrationDetails {
        registration_identification: "06252dbc-0a4c-437f-b718-f2aa836b10b3".into(),
        partner: "demo-partner".into(),
        journey_identifier: None,
        payment_token: "06252dbc-0a4c-437f-b718-f2aa836b10b3".parse().ok(),
        payment_token_status: PaymentTokenStatus::Active,
        status_date_time: text("2026-03-01T09:00:00.000+07:00"),
        status_reason_code: None,
        drawer_account_number: "7770011555".parse().ok(),
        creditor_account_number: "0457262823".parse().ok(),
        maximum_amount: "700000.00".parse().ok(),
        reference_number1: "REG0001".parse().ok(),
        create_date_time: text("2026-03-01T09:00:00.000+07:00"),
    });
    example!(BranchRegistration {
        partner: text("demo-partner"),
        drawer_account_number: text("7770011555"),
        creditor_account_number: "0457262823".parse().ok(),
        reference_number1: "REG0001".parse().ok(),
        reference_number2: "CUSTOMER-7".parse().ok(),
        maximum_amount: "5000.00".parse().ok(),
    });
    example!(RegistrationChange {
        registration_identification: text("06252dbc-0a4c-437f-b718-f2aa836b10b3"),
        reason: "asked for at the branch".parse().ok(),
    });
    example!(RegistrationList { registrations: vec![RegistrationDetails::example()], next_cursor: None });
}
