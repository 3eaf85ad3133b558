//! What goes wrong on request.

use super::listing::{codes_twice, list, query};
use crate::{Check, DateTime, Text, WholeNumber, decode::present, krungsri::goes_with};
use satang_validation::{Code, Pointer, Rule, Violations};
#[cfg(feature = "schema")]
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

codes_twice! {
    /// What goes wrong.
    FaultKind, FaultKindShown {
        /// The bank waits before it does anything.
        Delay = "DELAY",
        /// The bank answers with an error, and does nothing.
        Error = "ERROR",
        /// The bank does all that it was asked for, and then closes the connection without an answer.
        DropAnswer = "DROP_ANSWER",
        /// The bank does all that it was asked for, and then answers a few bytes at a time.
        SlowBody = "SLOW_BODY",
    }
}

query! {
    /// Which faults to list.
    FaultQuery {}
}

list! {
    /// Faults, oldest first.
    FaultList {
        /// The faults of this page.
        faults: FaultDetails
    }
}

/// A fault that waits for calls.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(JsonSchema))]
#[serde(rename_all = "camelCase")]
pub struct FaultDetails {
    /// What it is removed by.
    pub fault_identification: String,
    /// What goes wrong.
    pub kind: FaultKindShown,
    /// How long the bank waits, in milliseconds; with `DELAY`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub delay_milliseconds: Option<u64>,
    /// The HTTP status; with `ERROR`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub status: Option<u64>,
    /// How fast the answer comes; with `SLOW_BODY`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub bytes_per_second: Option<u64>,
    /// Whose calls it strikes; absent for everybody's.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub partner: Option<String>,
    /// Which operation it strikes; absent for each.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub operation: Option<String>,
    /// How many calls more it strikes; absent when there is no end.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub remaining: Option<u64>,
    /// Since when.
    pub create_date_time: DateTime,
}

impl Check for FaultDetails {}

/// Makes calls of partners go wrong from now on.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(JsonSchema))]
#[cfg_attr(feature = "schema", schemars(extend(
    "if" = { "properties": { "kind": { "const": "DELAY" } } },
    "then" = {
        "required": ["delayMilliseconds"],
        "properties": { "delayMilliseconds": true, "status": false, "bytesPerSecond": false },
        "additionalProperties": true,
    },
    "else" = {
        "if": { "properties": { "kind": { "const": "ERROR" } } },
        "then": {
            "required": ["status"],
            "properties": { "delayMilliseconds": false, "status": true, "bytesPerSecond": false },
        "additionalProperties": true,
        },
        "else": {
            "if": { "properties": { "kind": { "const": "SLOW_BODY" } } },
            "then": {
                "required": ["bytesPerSecond"],
                "properties": { "delayMilliseconds": false, "status": false, "bytesPerSecond": true },
        "additionalProperties": true,
            },
            "else": {
                "properties": { "delayMilliseconds": false, "status": false, "bytesPerSecond": false },
        "additionalProperties": true,
            },
        },
    },
)))]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct NewFault {
    /// What goes wrong.
    pub kind: FaultKind,
    /// How long the bank waits, in milliseconds of the machine's clock, up to ten minutes; required with `DELAY`, and
    /// only there.
    #[serde(default, deserialize_with = "present", skip_serializing_if = "Option::is_none")]
    pub delay_milliseconds: Option<WholeNumber<1, 600_000>>,
    /// The HTTP status, 400 to 599; required with `ERROR`, and only there.
    #[serde(default, deserialize_with = "present", skip_serializing_if = "Option::is_none")]
    pub status: Option<WholeNumber<400, 599>>,
    /// How fast the answer comes, by the machine's clock; required with `SLOW_BODY`, and only there.
    #[serde(default, deserialize_with = "present", skip_serializing_if = "Option::is_none")]
    pub bytes_per_second: Option<WholeNumber<1, 1_000_000>>,
    /// Whose calls it strikes, by client id: everybody's unless told otherwise. The token endpoint does not know yet who
    /// calls, and is struck only by a fault for everybody.
    #[serde(default, deserialize_with = "present", skip_serializing_if = "Option::is_none")]
    pub partner: Option<Text<1, 128>>,
    /// Which operation of the bank it strikes, such as `real_time_payment`: each unless told otherwise.
    #[serde(default, deserialize_with = "present", skip_serializing_if = "Option::is_none")]
    pub operation: Option<Text<1, 64>>,
    /// How many calls it strikes: all that come unless told otherwise.
    #[serde(default, deserialize_with = "present", skip_serializing_if = "Option::is_none")]
    pub times: Option<WholeNumber<1, 1_000_000>>,
}

impl Check for NewFault {
    fn check(&self, found: &mut Violations) {
        for (name, is_there, kind) in [
            ("delayMilliseconds", self.delay_milliseconds.is_some(), FaultKind::Delay),
            ("status", self.status.is_some(), FaultKind::Error),
            ("bytesPerSecond", self.bytes_per_second.is_some(), FaultKind::SlowBody),
        ] {
            let place = Pointer::root().member(name);
            match (self.kind == kind, is_there) {
                (true, false) => found.add(place, goes_with("kind")),
                (false, true) => {
                    found
                        .add(place, Rule::new(Code::Inconsistent, format!("goes with the kind {kind} only")));
                }
                _ => {}
            }
        }
    }
}

/// Removes a fault.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(JsonSchema))]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct FaultRemoval {
    /// Which fault.
    pub fault_identification: Text<1, 64>,
}

impl Check for FaultRemoval {}

#[cfg(feature = "schema")]
mod examples {
    use super::*;
    use crate::contract::{example, text};

    example!(FaultQuery { cursor: None, limit: 100.try_into().ok() });
    example!(FaultDetails {
        fault_identification: "019c9f0e-9d00-7000-8000-000000000001".into(),
        kind: FaultKindShown::Delay,
        delay_milliseconds: Some(1500),
        status: None,
        bytes_per_second: None,
        partner: Some("demo-partner".into()),
        operation: Some("real_time_payment".into()),
        remaining: Some(3),
        create_date_time: text("2026-03-01T09:00:00.000+07:00"),
    });
    example!(FaultList { faults: vec![FaultDetails::example()], next_cursor: None });
    example!(NewFault {
        kind: FaultKind::Delay,
        delay_milliseconds: 1500.try_into().ok(),
        status: None,
        bytes_per_second: None,
        partner: "demo-partner".parse().ok(),
        operation: "real_time_payment".parse().ok(),
        times: 3.try_into().ok(),
    });
    example!(FaultRemoval { fault_identification: text("019c9f0e-9d00-7000-8000-000000000001") });
}
