//! A merchant's question about a slip, and the answer of its bank.

use super::{
    AccountSuffix, BankCode, HubCode, OrderReference, SlipAmount, SlipPayload, TransRef, TransactionData,
};
use crate::{
    Check, DateTime,
    decode::{present, present_object},
    scalar::codes,
};
use satang_validation::{Code, Pointer, Rule, Violations};
#[cfg(feature = "schema")]
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// A slip to verify: the text of its mini-QR, or bank and reference. Proposed by Satang; not published by any
/// bank.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(JsonSchema))]
#[cfg_attr(feature = "schema", schemars(extend(
    // Each branch names what it speaks of, and stays open: linters take it for a schema of its own.
    "if" = { "required": ["payload"], "properties": { "payload": true } },
    "then" = { "properties": { "sendingBank": false, "transRef": false }, "additionalProperties": true },
    "else" = {
        "required": ["sendingBank", "transRef"],
        "properties": { "sendingBank": true, "transRef": true },
        "additionalProperties": true,
    },
)))]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct SlipToVerify {
    /// The text of the mini-QR.
    #[serde(default, deserialize_with = "present", skip_serializing_if = "Option::is_none")]
    pub payload: Option<SlipPayload>,
    /// The bank that printed the slip; instead of the payload, with `transRef`.
    #[serde(default, deserialize_with = "present", skip_serializing_if = "Option::is_none")]
    pub sending_bank: Option<BankCode>,
    /// Its reference; instead of the payload, with `sendingBank`.
    #[serde(default, deserialize_with = "present", skip_serializing_if = "Option::is_none")]
    pub trans_ref: Option<TransRef>,
    /// What the slip must say; what is not expected is not checked.
    #[serde(default, deserialize_with = "present_object", skip_serializing_if = "Option::is_none")]
    pub expect: Option<SlipExpectation>,
    /// Whether a slip that was verified for this merchant before is a duplicate: no, unless said otherwise.
    #[serde(default, deserialize_with = "present", skip_serializing_if = "Option::is_none")]
    pub check_duplicate: Option<bool>,
    /// What the slip pays for, in the merchant's own words: the number of an order. For the same one, a slip is
    /// no duplicate of itself, so that a question whose answer was lost can be asked again.
    #[serde(default, deserialize_with = "present", skip_serializing_if = "Option::is_none")]
    pub order: Option<OrderReference>,
    /// Whether a checksum that was printed without its leading zeros is repaired: no, unless said otherwise.
    #[serde(default, deserialize_with = "present", skip_serializing_if = "Option::is_none")]
    pub accept_repaired_crc: Option<bool>,
}

impl Check for SlipToVerify {
    fn check(&self, found: &mut Violations) {
        let place = |name| Pointer::root().member(name);
        let pair = [("sendingBank", self.sending_bank.is_some()), ("transRef", self.trans_ref.is_some())];
        if self.payload.is_some() {
            for (name, _) in pair.into_iter().filter(|(_, is_given)| *is_given) {
                found.add(place(name), Rule::new(Code::Inconsistent, "not beside payload"));
            }
            return;
        }
        if pair.iter().all(|(_, is_given)| !is_given) {
            found.add(Pointer::root(), Rule::new(Code::Missing, "payload, or sendingBank and transRef"));
        } else {
            for (name, _) in pair.into_iter().filter(|(_, is_given)| !is_given) {
                found.add(place(name), Rule::new(Code::Missing, "required without payload"));
            }
        }
    }
}

/// What a slip must say. Proposed by Satang; not published by any bank.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(JsonSchema))]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct SlipExpectation {
    /// Exactly this much, in baht.
    #[serde(default, deserialize_with = "present", skip_serializing_if = "Option::is_none")]
    pub amount: Option<SlipAmount>,
    /// Paid to this account.
    #[serde(default, deserialize_with = "present", skip_serializing_if = "Option::is_none")]
    pub receiver: Option<ExpectedReceiver>,
    /// Not paid before this moment.
    #[serde(default, deserialize_with = "present", skip_serializing_if = "Option::is_none")]
    pub not_before: Option<DateTime>,
}

/// Whom a slip must have paid. Proposed by Satang; not published by any bank.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(JsonSchema))]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct ExpectedReceiver {
    /// The payee's bank.
    pub bank: BankCode,
    /// The digits that the payee's masked account shows, or the last of them.
    pub account_suffix: AccountSuffix,
}

/// What is known of a slip. A check that fails is an outcome and not an error. Proposed by Satang; not
/// published by any bank.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(JsonSchema))]
#[serde(rename_all = "camelCase")]
pub struct SlipVerdict {
    /// What to make of the slip.
    pub outcome: SlipOutcome,
    /// What was checked, and what came of it.
    pub checks: SlipChecks,
    /// What the hub or the issuer said, when they were asked.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub hub_code: Option<HubCode>,
    /// The transaction, when there is one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub slip: Option<TransactionData>,
    /// When the slip was first verified for this merchant: with `duplicate`, and with `verified` when it was
    /// so for the same order.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub first_seen: Option<DateTime>,
    /// With `pending` and `unavailable`: after how many seconds to ask again.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "schema", schemars(extend("maximum" = u32::MAX)))]
    pub retry_after_seconds: Option<u32>,
    /// Whether the checksum was printed without its leading zeros.
    pub crc_repaired: bool,
}

impl Check for SlipVerdict {}

/// The checks of a slip. Proposed by Satang; not published by any bank.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(JsonSchema))]
pub struct SlipChecks {
    /// Whether the amount is the expected one.
    pub amount: CheckResult,
    /// Whether the payee is the expected one.
    pub receiver: CheckResult,
    /// Whether it was paid in time.
    pub time: CheckResult,
    /// Whether it is seen for the first time.
    pub duplicate: CheckResult,
}

impl SlipChecks {
    /// Nothing checked yet.
    pub const SKIPPED: Self = Self {
        amount: CheckResult::Skipped,
        receiver: CheckResult::Skipped,
        time: CheckResult::Skipped,
        duplicate: CheckResult::Skipped,
    };
}

codes! { open
    /// What to make of a slip. Proposed by Satang; not published by any bank.
    SlipOutcome {
        /// The transaction exists, and every check passed. The payer was debited; whether the payee was
        /// credited is not said.
        Verified = "verified",
        /// The transaction exists, and a check failed.
        Mismatch = "mismatch",
        /// No such transaction, or it is older than its bank keeps it.
        NotFound = "notFound",
        /// The slip was verified for this merchant before, and not for the same order.
        Duplicate = "duplicate",
        /// The bank of the slip cannot be asked just now: ask again.
        Pending = "pending",
        /// The bank of the slip cannot be asked in this way.
        Unavailable = "unavailable",
    }
}

codes! { open
    /// What came of a check. Proposed by Satang; not published by any bank.
    CheckResult {
        /// It is as expected.
        Passed = "passed",
        /// It is not as expected.
        Failed = "failed",
        /// It was not asked for, or there was nothing to check.
        Skipped = "skipped",
    }
}

#[cfg(feature = "schema")]
mod examples {
    use super::*;
    use crate::contract::{example, text};

    const PAYLOAD: &str = "004100060000010103014022000111222233344ABCD125102TH910417DF";

    example!(SlipToVerify {
        payload: Some(text(PAYLOAD)),
        sending_bank: None,
        trans_ref: None,
        expect: Some(SlipExpectation::example()),
        check_duplicate: Some(true),
        order: Some(text("SO-2026-000042")),
        accept_repaired_crc: Some(false),
    });
    example!(SlipExpectation {
        amount: Some(text("100.00")),
        receiver: Some(ExpectedReceiver::example()),
        not_before: Some(text("2026-07-02T00:00:00+07:00")),
    });
    example!(ExpectedReceiver { bank: text("004"), account_suffix: text("1411") });
    example!(SlipVerdict {
        outcome: SlipOutcome::Verified,
        checks: SlipChecks {
            amount: CheckResult::Passed,
            receiver: CheckResult::Passed,
            time: CheckResult::Passed,
            duplicate: CheckResult::Passed,
        },
        hub_code: Some(HubCode::Found),
        slip: Some(TransactionData::example()),
        first_seen: None,
        retry_after_seconds: None,
        crc_repaired: false,
    });
}
