//! Merchants of the bank that asks the hub for them.

use super::listing::{codes_twice, list, query};
use crate::{Check, DateTime, Secret, Text, WholeNumber, decode::present, slip_verification::BankCode};
#[cfg(feature = "schema")]
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

codes_twice! {
    /// Whether a merchant may ask.
    MerchantStatus, MerchantStatusShown {
        /// It may.
        Active = "ACTIVE",
        /// It may not (401).
        Suspended = "SUSPENDED",
    }
}

query! {
    /// Which merchants to list.
    MerchantQuery {
        /// One merchant.
        merchant_identification: Text<1, 64>,
    }
}

list! {
    /// Merchants, by their identifiers.
    MerchantList {
        /// The merchants of this page.
        merchants: MerchantDetails
    }
}

/// A merchant. Its key is not told, and neither is what it has had verified.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(JsonSchema))]
#[serde(rename_all = "camelCase")]
pub struct MerchantDetails {
    /// Its identifier.
    pub merchant_identification: String,
    /// Its name, for people.
    pub name: String,
    /// The bank that asks for it.
    pub bank: BankCode,
    /// Whether it may ask.
    pub status: MerchantStatusShown,
    /// How often it may ask on a day in Bangkok; as often as it likes when it is absent.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub daily_quota: Option<u64>,
    /// How often it has asked today.
    pub asked_today: u64,
    /// Since when it is there.
    pub create_date_time: DateTime,
}

impl Check for MerchantDetails {}

/// How often a merchant may ask on a day.
pub type DailyQuota = WholeNumber<0, 1_000_000_000>;

/// Admits a merchant.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(JsonSchema))]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct MerchantAdmission {
    /// Its identifier.
    pub merchant_identification: Text<1, 64>,
    /// Its name, for people.
    pub name: Text<1, 140>,
    /// What it asks with, as a bearer token. Only a hash is kept.
    pub key: Secret,
    /// How often it may ask on a day in Bangkok: as often as it likes unless told otherwise.
    #[serde(default, deserialize_with = "present", skip_serializing_if = "Option::is_none")]
    pub daily_quota: Option<DailyQuota>,
}

impl Check for MerchantAdmission {}

/// Changes a merchant: what is left out stays as it is.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(JsonSchema))]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct MerchantChange {
    /// Its identifier.
    pub merchant_identification: Text<1, 64>,
    /// Its new name.
    #[serde(default, deserialize_with = "present", skip_serializing_if = "Option::is_none")]
    pub name: Option<Text<1, 140>>,
    /// What it asks with from now on; the old key is refused.
    #[serde(default, deserialize_with = "present", skip_serializing_if = "Option::is_none")]
    pub key: Option<Secret>,
    /// Whether it may ask from now on.
    #[serde(default, deserialize_with = "present", skip_serializing_if = "Option::is_none")]
    pub status: Option<MerchantStatus>,
    /// How often it may ask on a day in Bangkok from now on.
    #[serde(default, deserialize_with = "present", skip_serializing_if = "Option::is_none")]
    pub daily_quota: Option<DailyQuota>,
}

impl Check for MerchantChange {}

#[cfg(feature = "schema")]
mod examples {
    use super::*;
    use crate::contract::{example, text};

    example!(MerchantQuery {
        merchant_identification: "demo-merchant".parse().ok(),
        cursor: None,
        limit: 100.try_into().ok(),
    });
    example!(MerchantDetails {
        merchant_identification: "noodle-shop".into(),
        name: "Noodle Shop".into(),
        bank: text("004"),
        status: MerchantStatusShown::Active,
        daily_quota: Some(1_000),
        asked_today: 12,
        create_date_time: text("2026-03-01T09:00:00.000+07:00"),
    });
    example!(MerchantList { merchants: vec![MerchantDetails::example()], next_cursor: None });
    example!(MerchantAdmission {
        merchant_identification: text("noodle-shop"),
        name: text("Noodle Shop"),
        key: text("noodle-shop-key"),
        daily_quota: 1_000.try_into().ok(),
    });
    example!(MerchantChange {
        merchant_identification: text("noodle-shop"),
        name: "Noodle Shop Co., Ltd.".parse().ok(),
        key: Some(text("noodle-shop-key")),
        status: Some(MerchantStatus::Active),
        daily_quota: 2_000.try_into().ok(),
    });
}
