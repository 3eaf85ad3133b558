//! Accounts, and money that enters or leaves the bank.

use super::listing::{codes_twice, list, query};
use crate::{
    AccountNumber, Amount, Check, DateTime, Satang, Text, TransactionIdentification, decode::present,
};
#[cfg(feature = "schema")]
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

codes_twice! {
    /// Whether an account can be used.
    AccountStatus, AccountStatusShown {
        /// It can.
        Open = "OPEN",
        /// Payments from and into it are rejected (`AC06`).
        Blocked = "BLOCKED",
        /// Payments from and into it are rejected (`AC04`), and nothing else moves either.
        Closed = "CLOSED",
    }
}

query! {
    /// Which accounts to list.
    AccountQuery {
        /// One account.
        account_number: AccountNumber,
        /// Those into which this partner collects.
        partner: Text<1, 128>,
    }
}

list! {
    /// Accounts, by number.
    AccountList {
        /// The accounts of this page.
        accounts: AccountDetails
    }
}

/// An account.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(JsonSchema))]
#[serde(rename_all = "camelCase")]
pub struct AccountDetails {
    /// Its number.
    pub account_number: AccountNumber,
    /// Whose it is.
    pub owner_name: String,
    /// The partner that collects into it, if one does.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub partner: Option<String>,
    /// Whether it can be used.
    pub status: AccountStatusShown,
    /// What it holds, in baht.
    pub balance: Satang,
    /// What its balance never falls below, in baht; absent only for the funding account, the other side of all money
    /// that enters or leaves.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub minimum_balance: Option<Satang>,
    /// Since when it is there.
    pub create_date_time: DateTime,
}

impl Check for AccountDetails {}

/// Opens an account, empty.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(JsonSchema))]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct AccountOpening {
    /// Its number.
    pub account_number: AccountNumber,
    /// Whose it is.
    pub owner_name: Text<1, 140>,
    /// The partner that collects into it, if one does.
    #[serde(default, deserialize_with = "present", skip_serializing_if = "Option::is_none")]
    pub partner: Option<Text<1, 128>>,
    /// What its balance never falls below, in baht: 0.00 unless told otherwise.
    #[serde(default, deserialize_with = "present", skip_serializing_if = "Option::is_none")]
    pub minimum_balance: Option<Satang>,
}

impl Check for AccountOpening {}

/// Changes an account: what is left out stays as it is.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(JsonSchema))]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct AccountChange {
    /// Which account.
    pub account_number: AccountNumber,
    /// Whether it can be used from now on.
    #[serde(default, deserialize_with = "present", skip_serializing_if = "Option::is_none")]
    pub status: Option<AccountStatus>,
    /// What its balance never falls below, in baht. It may be more than there is: then money only comes in.
    #[serde(default, deserialize_with = "present", skip_serializing_if = "Option::is_none")]
    pub minimum_balance: Option<Satang>,
}

impl Check for AccountChange {}

/// Moves money between an account and the funding account.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(JsonSchema))]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct MoneyMovement {
    /// The caller's identifier of this movement: whoever sends it twice means the same movement.
    pub transaction_identification: TransactionIdentification,
    /// Which account.
    pub account_number: AccountNumber,
    /// How much, in baht.
    pub amount: Amount,
}

impl Check for MoneyMovement {}

/// Money that has moved.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(JsonSchema))]
#[serde(rename_all = "camelCase")]
pub struct MoneyMoved {
    /// The caller's identifier of this movement.
    pub transaction_identification: TransactionIdentification,
    /// Which account.
    pub account_number: AccountNumber,
    /// How much, in baht.
    pub amount: Amount,
    /// What the account held afterwards, in baht.
    pub balance: Satang,
    /// When.
    pub date_time: DateTime,
}

impl Check for MoneyMoved {}

#[cfg(feature = "schema")]
mod examples {
    use super::*;
    use crate::contract::{example, text};

    example!(AccountQuery {
        account_number: "1112223334".parse().ok(),
        partner: "shop".parse().ok(),
        cursor: None,
        limit: 100.try_into().ok(),
    });
    example!(AccountDetails {
        account_number: text("1112223334"),
        owner_name: "Shop Co., Ltd.".into(),
        partner: Some("shop".into()),
        status: AccountStatusShown::Open,
        balance: Satang::from_baht(5000),
        minimum_balance: Some(Satang(0)),
        create_date_time: text("2026-03-01T09:00:00.000+07:00"),
    });
    example!(AccountList {
        accounts: vec![AccountDetails::example()],
        next_cursor: "MTExMjIyMzMzNA".parse().ok(),
    });
    example!(AccountOpening {
        account_number: text("1112223334"),
        owner_name: text("Shop Co., Ltd."),
        partner: "shop".parse().ok(),
        minimum_balance: Some(Satang(0)),
    });
    example!(AccountChange {
        account_number: text("1112223334"),
        status: Some(AccountStatus::Blocked),
        minimum_balance: Some(Satang::from_baht(500)),
    });
    example!(MoneyMovement {
        transaction_identification: text("3f2c8a8e-6d0b-4d52-9d3c-1f0a5c1b7e21"),
        account_number: text("1112223334"),
        amount: text("5000.00"),
    });
    example!(MoneyMoved {
        transaction_identification: text("3f2c8a8e-6d0b-4d52-9d3c-1f0a5c1b7e21"),
        account_number: text("1112223334"),
        amount: text("5000.00"),
        balance: Satang::from_baht(5000),
        date_time: text("2026-03-01T09:00:00.000+07:00"),
    });
}
