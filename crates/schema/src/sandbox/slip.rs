//! Slips: the transactions that banks of the sandbox know, and the pictures of them.

use super::listing::{list, query};
use crate::{
    Amount, AmountOrZero, Check, DateTime, PaymentReference, Text,
    decode::present,
    scalar::text,
    slip_verification::{BankCode, DisplayedName, SlipParty, SlipProxyType, TransRef},
};
use satang_validation::{Rule, mask_middle};
#[cfg(feature = "schema")]
use schemars::JsonSchema;
use serde::{Deserialize, Deserializer, Serialize, Serializer, de::Error as _};
use std::{fmt, str::FromStr};

text! {
    /// A whole account number of any bank: 1 to 20 digits. `Debug` hides the middle.
    SlipAccountNumber, check account_number, debug mask_middle,
    schema { "type": "string", "pattern": "^[0-9]{1,20}$" }
}

text! {
    /// A whole proxy, such as a mobile number: 1 to 128 characters. `Debug` hides the middle.
    SlipProxyNumber, check |text: &str| satang_validation::plain_text(text, 1, 128), debug mask_middle,
    schema { "type": "string", "minLength": 1, "maxLength": 128, "pattern": crate::contract::NO_CONTROLS }
}

fn account_number(text: &str) -> Result<(), Rule> {
    let is_right = (1..=20).contains(&text.len()) && text.bytes().all(|byte| byte.is_ascii_digit());
    if is_right { Ok(()) } else { Err(Rule::malformed("expected 1 to 20 digits")) }
}

query! {
    /// Which slips to list.
    SlipQuery {
        /// Those of this bank.
        sending_bank: BankCode,
        /// Those with this reference.
        trans_ref: TransRef,
        /// The one of this payment, by the bank's reference of it.
        payment_reference_identification: PaymentReference,
    }
}

list! {
    /// Slips, in the order in which they came.
    SlipList {
        /// The slips of this page.
        slips: SlipDetails
    }
}

/// A slip, with what its bank tells of the transaction.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(JsonSchema))]
#[serde(rename_all = "camelCase")]
pub struct SlipDetails {
    /// The bank that sent the money and printed the slip.
    pub sending_bank: BankCode,
    /// Its reference of the transaction.
    pub trans_ref: TransRef,
    /// What the mini-QR says.
    pub payload: String,
    /// Where its picture is, for whoever has this address.
    pub picture_url: String,
    /// When the payer was debited.
    pub date_time: DateTime,
    /// How much, in baht.
    pub amount: AmountOrZero,
    /// The bank that received it, if one did.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub receiving_bank: Option<BankCode>,
    /// Who paid, masked.
    pub sender: SlipParty,
    /// Who was paid, masked.
    pub receiver: SlipParty,
    /// The payment's first reference.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub ref1: Option<String>,
    /// Its second reference.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub ref2: Option<String>,
    /// Its third reference.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub ref3: Option<String>,
    /// The direct debit payment that made it, if one did.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub payment_reference_identification: Option<String>,
    /// Since when the sandbox has it.
    pub create_date_time: DateTime,
}

impl Check for SlipDetails {}

/// Gives a bank of the sandbox a transaction, as if it had made it. No money moves.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(JsonSchema))]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct NewSlip {
    /// The bank that sent the money and prints the slip.
    pub sending_bank: BankCode,
    /// Its reference of the transaction, new for the bank.
    pub trans_ref: TransRef,
    /// How much, in baht.
    pub amount: Amount,
    /// When the payer was debited; now, unless told otherwise.
    #[serde(default, deserialize_with = "present", skip_serializing_if = "Option::is_none")]
    pub date_time: Option<DateTime>,
    /// The bank that received it, if one did.
    #[serde(default, deserialize_with = "present", skip_serializing_if = "Option::is_none")]
    pub receiving_bank: Option<BankCode>,
    /// Who paid.
    #[serde(default, deserialize_with = "present", skip_serializing_if = "Option::is_none")]
    pub sender: Option<NewSlipParty>,
    /// Who was paid.
    #[serde(default, deserialize_with = "present", skip_serializing_if = "Option::is_none")]
    pub receiver: Option<NewSlipParty>,
    /// The payment's first reference.
    #[serde(default, deserialize_with = "present", skip_serializing_if = "Option::is_none")]
    pub ref1: Option<Text<1, 20>>,
    /// Its second reference.
    #[serde(default, deserialize_with = "present", skip_serializing_if = "Option::is_none")]
    pub ref2: Option<Text<1, 20>>,
    /// Its third reference.
    #[serde(default, deserialize_with = "present", skip_serializing_if = "Option::is_none")]
    pub ref3: Option<Text<1, 20>>,
}

impl Check for NewSlip {}

/// One side of a transaction, with whole numbers: they are masked when they are told.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(JsonSchema))]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct NewSlipParty {
    /// The name in Thai, as the bank prints it.
    #[serde(default, deserialize_with = "present", skip_serializing_if = "Option::is_none")]
    pub display_name: Option<DisplayedName>,
    /// The name in Latin letters, as the bank prints it: pictures show this one.
    #[serde(default, deserialize_with = "present", skip_serializing_if = "Option::is_none")]
    pub name: Option<DisplayedName>,
    /// The account.
    #[serde(default, deserialize_with = "present", skip_serializing_if = "Option::is_none")]
    pub account_number: Option<SlipAccountNumber>,
    /// What stood for the account, if something did.
    #[serde(default, deserialize_with = "present", skip_serializing_if = "Option::is_none")]
    pub proxy: Option<NewSlipProxy>,
}

impl Check for NewSlipParty {}

/// A PromptPay proxy.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(JsonSchema))]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct NewSlipProxy {
    /// What kind of proxy.
    #[serde(rename = "type")]
    pub kind: SlipProxyType,
    /// The proxy.
    pub value: SlipProxyNumber,
}

impl Check for NewSlipProxy {}

#[cfg(feature = "schema")]
mod examples {
    use super::*;
    use crate::{
        contract::{example, text},
        slip_verification::{SlipAccount, SlipAccountType, SlipProxy},
    };

    const REFERENCE: &str = "0152120910001234567";

    example!(SlipQuery {
        sending_bank: "014".parse().ok(),
        trans_ref: REFERENCE.parse().ok(),
        payment_reference_identification: None,
        cursor: None,
        limit: 100.try_into().ok(),
    });
    example!(SlipDetails {
        sending_bank: text("014"),
        trans_ref: text(REFERENCE),
        payload: "004000060000010103014021901521209100012345675102TH9104AF2F".into(),
        picture_url: "http://127.0.0.1:8700/slip-pictures/014/0152120910001234567/\
            3f7c1c6c0e0d4c1f9b0a6d2e8f5a7b31.png"
            .into(),
        date_time: text("2026-03-01T08:55:00.000+07:00"),
        amount: text("100.00"),
        receiving_bank: Some(text("004")),
        sender: SlipParty {
            display_name: Some(text("ทดสอบ ก")),
            name: Some(text("TEST K")),
            account: Some(SlipAccount {
                kind: Some(SlipAccountType::BankAccount),
                value: Some(text("xxx-x-x2295-x")),
            }),
            proxy: None,
        },
        receiver: SlipParty {
            display_name: Some(text("ร้านตัวอย่าง")),
            name: Some(text("SAMPLE SHOP")),
            account: Some(SlipAccount {
                kind: Some(SlipAccountType::BankAccount),
                value: Some(text("xxx-x-x1411-x")),
            }),
            proxy: Some(SlipProxy { kind: Some(SlipProxyType::Mobile), value: Some(text("xxxxxx4567")) }),
        },
        ref1: Some("INVOICE7".into()),
        ref2: None,
        ref3: None,
        payment_reference_identification: None,
        create_date_time: text("2026-03-01T09:00:00.000+07:00"),
    });
    example!(SlipList { slips: vec![SlipDetails::example()], next_cursor: None });
    example!(NewSlip {
        sending_bank: text("014"),
        trans_ref: text(REFERENCE),
        amount: text("100.00"),
        date_time: Some(text("2026-03-01T08:55:00.000+07:00")),
        receiving_bank: Some(text("004")),
        sender: Some(NewSlipParty {
            display_name: Some(text("ทดสอบ ก")),
            name: Some(text("TEST K")),
            account_number: Some(text("1112222954")),
            proxy: Some(NewSlipProxy { kind: SlipProxyType::NationalId, value: text("1101000000017") }),
        }),
        receiver: Some(NewSlipParty {
            display_name: Some(text("ร้านตัวอย่าง")),
            name: Some(text("SAMPLE SHOP")),
            account_number: Some(text("1112214110")),
            proxy: Some(NewSlipProxy { kind: SlipProxyType::Mobile, value: text("0812344567") }),
        }),
        ref1: Some(text("INVOICE7")),
        ref2: Some(text("BRANCH12")),
        ref3: Some(text("TILL3")),
    });
}
