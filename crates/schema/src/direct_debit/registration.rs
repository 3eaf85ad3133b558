//! Registration of an account: B, C, D, E and the callback. A is in [`krungsri`](crate::krungsri).

use super::{check_any_criterion, check_range};
use crate::{
    AccountNumber, AccountText, Check, DateTime, IdentificationNumber, JourneyIdentifier, PaymentToken, Text,
    Uri,
    decode::present,
    krungsri::{TypeOfIdentification, check_identity},
    scalar::codes,
};
use satang_validation::{Pointer, Violations};
#[cfg(feature = "schema")]
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

codes! {
    open
    /// Where a registration stands. `ACTV` is published, the others are proposed by Satang.
    PaymentTokenStatus {
        /// The journey is open; the customer has not finished it. Proposed.
        Pending = "PDNG",
        /// May be charged. Published.
        Active = "ACTV",
        /// Suspended by the bank or the customer. Proposed.
        Suspended = "SUSP",
        /// Cancelled. Proposed.
        Cancelled = "CANC",
        /// Not finished in time, or past its end. Proposed.
        Expired = "EXPD",
        /// The customer refused, or could not prove who they are. Proposed.
        Rejected = "RJCT",
    }
}

codes! {
    open
    /// Where an account was registered. The channels are published, their codes proposed by Satang.
    RegistrationChannel {
        /// At a branch.
        Branch = "BRANCH",
        /// With card data.
        Atm = "ATM",
        /// In the mobile app.
        Kma = "KMA",
        /// In web banking.
        Kol = "KOL",
        /// On paper. The bank does not spell the letters out; a letter of consent is inferred.
        Loc = "LOC",
    }
}

/// Searches registrations. The criteria are published, but not for which of the two inquiries. That both take them,
/// that they combine, and that at least one is required, is proposed by Satang.
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
pub struct TokenFilter {
    /// Where the registration stands. Published.
    #[serde(default, deserialize_with = "present", skip_serializing_if = "Option::is_none")]
    pub payment_token_status: Option<PaymentTokenStatus>,
    /// The customer's account. Published.
    #[serde(default, deserialize_with = "present", skip_serializing_if = "Option::is_none")]
    pub drawer_account_number: Option<AccountNumber>,
    /// Start of the range of creation; goes with the end. Published; that it is included is proposed by Satang.
    #[serde(default, deserialize_with = "present", skip_serializing_if = "Option::is_none")]
    pub start_create_date_time: Option<DateTime>,
    /// End of the range of creation; goes with the start. Published; that it is included, not before the start and at
    /// most 31 days after it is proposed by Satang.
    #[serde(default, deserialize_with = "present", skip_serializing_if = "Option::is_none")]
    pub end_create_date_time: Option<DateTime>,
    /// One journey: the OAuth context identifier, or what the channel generated. Published.
    #[serde(default, deserialize_with = "present", skip_serializing_if = "Option::is_none")]
    pub journey_identifier: Option<JourneyIdentifier>,
    /// One registration. Proposed by Satang; not published by the bank.
    #[serde(default, deserialize_with = "present", skip_serializing_if = "Option::is_none")]
    pub payment_token: Option<PaymentToken>,
}

impl Check for TokenFilter {
    fn check(&self, found: &mut Violations) {
        check_any_criterion(*self != Self::default(), found);
        check_range(self.start_create_date_time, self.end_create_date_time, found);
    }
}

/// The registrations found, in short. Proposed by Satang; not published by the bank.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(JsonSchema))]
#[serde(rename_all = "camelCase")]
pub struct TokenStatusList {
    /// The registrations, oldest first. Proposed by Satang; not published by the bank.
    pub token_status_information: Vec<TokenStatus>,
}

impl Check for TokenStatusList {}

/// A registration in short. Proposed by Satang; not published by the bank.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(JsonSchema))]
#[serde(rename_all = "camelCase")]
pub struct TokenStatus {
    /// The journey: the OAuth context's identifier, or what the channel generated. Proposed by Satang; not published by
    /// the bank.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub journey_identifier: Option<JourneyIdentifier>,
    /// The token, from `ACTV` on. Proposed by Satang; not published by the bank.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub payment_token: Option<PaymentToken>,
    /// Where the registration stands. Proposed by Satang; not published by the bank.
    pub payment_token_status: PaymentTokenStatus,
    /// Since when. Proposed by Satang; not published by the bank.
    pub status_date_time: DateTime,
    /// Why it failed. Proposed by Satang; not published by the bank.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub status_reason_code: Option<String>,
    /// The reason in words. Proposed by Satang; not published by the bank.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub status_reason_description: Option<String>,
}

/// The registrations found. Proposed by Satang; not published by the bank.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(JsonSchema))]
#[serde(rename_all = "camelCase")]
pub struct TokenList {
    /// The registrations, oldest first. Proposed by Satang; not published by the bank.
    pub token_information: Vec<TokenDetails>,
}

impl Check for TokenList {}

/// A registration. Proposed by Satang; not published by the bank.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(JsonSchema))]
#[serde(rename_all = "camelCase")]
pub struct TokenDetails {
    /// The journey: the OAuth context's identifier, or what the channel generated. Proposed by Satang; not published by
    /// the bank.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub journey_identifier: Option<JourneyIdentifier>,
    /// The token, from `ACTV` on. Proposed by Satang; not published by the bank.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub payment_token: Option<PaymentToken>,
    /// Where the registration stands. Proposed by Satang; not published by the bank.
    pub payment_token_status: PaymentTokenStatus,
    /// Since when. Proposed by Satang; not published by the bank.
    pub status_date_time: DateTime,
    /// Why it failed. Proposed by Satang; not published by the bank.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub status_reason_code: Option<String>,
    /// The reason in words. Proposed by Satang; not published by the bank.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub status_reason_description: Option<String>,
    /// The customer's account, first and last three digits. Proposed by Satang; not published by the bank.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub drawer_account_number: Option<AccountText>,
    /// The partner's account. Proposed by Satang; not published by the bank.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub creditor_account_number: Option<AccountText>,
    /// The biller's first reference. Proposed by Satang; not published by the bank.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub reference_number1: Option<String>,
    /// The biller's second reference. Proposed by Satang; not published by the bank.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub reference_number2: Option<String>,
    /// Where it was registered. Proposed by Satang; not published by the bank.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub registration_channel: Option<RegistrationChannel>,
    /// When the journey began. Proposed by Satang; not published by the bank.
    pub create_date_time: DateTime,
    /// When anything last changed. Proposed by Satang; not published by the bank.
    pub last_update_date_time: DateTime,
}

/// Cancels a registration. Proposed by Satang; not published by the bank.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(JsonSchema))]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct TokenCancellation {
    /// The registration. Proposed by Satang; not published by the bank.
    pub payment_token: PaymentToken,
    /// Why. Proposed by Satang; not published by the bank.
    #[serde(default, deserialize_with = "present", skip_serializing_if = "Option::is_none")]
    pub cancellation_reason: Option<Text<1, 105>>,
}

impl Check for TokenCancellation {}

/// The cancelled registration. Proposed by Satang; not published by the bank.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(JsonSchema))]
#[serde(rename_all = "camelCase")]
pub struct TokenCancelled {
    /// The registration. Proposed by Satang; not published by the bank.
    pub payment_token: PaymentToken,
    /// `CANC`. Proposed by Satang; not published by the bank.
    pub payment_token_status: PaymentTokenStatus,
    /// Since when. Proposed by Satang; not published by the bank.
    pub status_date_time: DateTime,
}

impl Check for TokenCancelled {}

/// Begins a registration in the mobile app. Proposed by Satang; not published by the bank.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(JsonSchema))]
#[cfg_attr(feature = "schema", schemars(extend(
    "dependentRequired" = {
        "typeOfIdentification": ["identificationNumber"],
        "identificationNumber": ["typeOfIdentification"],
    },
)))]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct KmaDeeplinkRequest {
    /// The biller's first reference. Proposed by Satang; not published by the bank.
    pub reference_number1: Text<1, 20>,
    /// The biller's second reference. Proposed by Satang; not published by the bank.
    #[serde(default, deserialize_with = "present", skip_serializing_if = "Option::is_none")]
    pub reference_number2: Option<Text<1, 20>>,
    /// The kind of the customer's identity document; goes with `identificationNumber`. Proposed by Satang; not
    /// published by the bank.
    #[serde(default, deserialize_with = "present", skip_serializing_if = "Option::is_none")]
    pub type_of_identification: Option<TypeOfIdentification>,
    /// The document's number; goes with `typeOfIdentification`. Proposed by Satang; not published by the bank.
    #[serde(default, deserialize_with = "present", skip_serializing_if = "Option::is_none")]
    pub identification_number: Option<IdentificationNumber>,
    /// Where the app returns the customer to. Proposed by Satang; not published by the bank.
    pub return_deeplink: Uri,
}

impl Check for KmaDeeplinkRequest {
    fn check(&self, found: &mut Violations) {
        check_identity(
            &Pointer::root(),
            self.type_of_identification.as_ref(),
            self.identification_number.as_ref(),
            found,
        );
    }
}

/// Where to send the customer. The link is published, the members are proposed by Satang.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(JsonSchema))]
#[serde(rename_all = "camelCase")]
pub struct KmaDeeplink {
    /// Opens the app; opaque. Proposed by Satang; not published by the bank.
    pub deeplink_url: Uri,
    /// The journey, for inquiries and the callback. Inferred.
    pub journey_identifier: JourneyIdentifier,
    /// Until when the journey can be finished. Proposed by Satang; not published by the bank.
    pub expiry_date_time: DateTime,
}

impl Check for KmaDeeplink {}

/// How a registration ended. That it is told is published; the members are proposed by Satang.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(JsonSchema))]
#[serde(rename_all = "camelCase")]
pub struct RegistrationResult {
    /// The journey. Proposed by Satang; not published by the bank.
    pub journey_identifier: JourneyIdentifier,
    /// `ACTV`, `RJCT` or `EXPD`; later `CANC` or `SUSP`. Proposed by Satang; not published by the bank.
    pub payment_token_status: PaymentTokenStatus,
    /// The token, with `ACTV`. Proposed by Satang; not published by the bank.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub payment_token: Option<PaymentToken>,
    /// The biller's first reference. Proposed by Satang; not published by the bank.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub reference_number1: Option<String>,
    /// The biller's second reference. Proposed by Satang; not published by the bank.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub reference_number2: Option<String>,
    /// The customer's account, first and last three digits, with `ACTV`. Proposed by Satang; not published by
    /// the bank.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub drawer_account_number: Option<AccountText>,
    /// Where it was registered. Proposed by Satang; not published by the bank.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub registration_channel: Option<RegistrationChannel>,
    /// Since when. Proposed by Satang; not published by the bank.
    pub status_date_time: DateTime,
    /// Why it failed. Proposed by Satang; not published by the bank.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub status_reason_code: Option<String>,
    /// The reason in words. Proposed by Satang; not published by the bank.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub status_reason_description: Option<String>,
}

impl Check for RegistrationResult {}

#[cfg(feature = "schema")]
mod examples {
    use super::*;
    use crate::contract::{example, text};

    example!(TokenFilter {
        payment_token_status: Some(PaymentTokenStatus::Active),
        drawer_account_number: "7770011555".parse().ok(),
        start_create_date_time: "2020-08-15T00:00:00+07:00".parse().ok(),
        end_create_date_time: "2020-08-16T00:00:00+07:00".parse().ok(),
        journey_identifier: "68c971e1-6652-48f9-af3a-0f6c70bde952".parse().ok(),
        payment_token: None,
    });
    example!(TokenStatusList {
        token_status_information: vec![TokenStatus {
            journey_identifier: "68c971e1-6652-48f9-af3a-0f6c70bde952".parse().ok(),
            payment_token: "06252dbc-0a4c-437f-b718-f2aa836b10b3".parse().ok(),
            payment_token_status: PaymentTokenStatus::Active,
            status_date_time: text("2020-08-15T09:30:00.000+07:00"),
            status_reason_code: None,
            status_reason_description: None,
        }],
    });
    example!(TokenList {
        token_information: vec![TokenDetails {
            journey_identifier: "68c971e1-6652-48f9-af3a-0f6c70bde952".parse().ok(),
            payment_token: "06252dbc-0a4c-437f-b718-f2aa836b10b3".parse().ok(),
            payment_token_status: PaymentTokenStatus::Active,
            status_date_time: text("2020-08-15T09:30:00.000+07:00"),
            status_reason_code: None,
            status_reason_description: None,
            drawer_account_number: "777****555".parse().ok(),
            creditor_account_number: "0457262823".parse().ok(),
            reference_number1: Some("REG0001".into()),
            reference_number2: None,
            registration_channel: Some(RegistrationChannel::Kol),
            create_date_time: text("2020-08-15T09:25:00.000+07:00"),
            last_update_date_time: text("2020-08-15T09:30:00.000+07:00"),
        }],
    });
    example!(TokenCancellation {
        payment_token: text("06252dbc-0a4c-437f-b718-f2aa836b10b3"),
        cancellation_reason: "contract ended".parse().ok(),
    });
    example!(TokenCancelled {
        payment_token: text("06252dbc-0a4c-437f-b718-f2aa836b10b3"),
        payment_token_status: PaymentTokenStatus::Cancelled,
        status_date_time: text("2020-08-15T10:00:00.000+07:00"),
    });
    example!(KmaDeeplinkRequest {
        reference_number1: text("REG0001"),
        reference_number2: None,
        type_of_identification: Some(TypeOfIdentification::NationalId),
        identification_number: "1234567890121".parse().ok(),
        return_deeplink: text("partner://registered"),
    });
    example!(KmaDeeplink {
        deeplink_url: text("https://bank.example/app/register?journey=68c971e1-6652-48f9-af3a-0f6c70bde952"),
        journey_identifier: text("68c971e1-6652-48f9-af3a-0f6c70bde952"),
        expiry_date_time: text("2020-08-15T09:35:00.000+07:00"),
    });
    example!(RegistrationResult {
        journey_identifier: text("68c971e1-6652-48f9-af3a-0f6c70bde952"),
        payment_token_status: PaymentTokenStatus::Active,
        payment_token: "06252dbc-0a4c-437f-b718-f2aa836b10b3".parse().ok(),
        reference_number1: Some("REG0001".into()),
        reference_number2: None,
        drawer_account_number: "777****555".parse().ok(),
        registration_channel: Some(RegistrationChannel::Kol),
        status_date_time: text("2020-08-15T09:30:00.000+07:00"),
        status_reason_code: None,
        status_reason_description: None,
    });
}
