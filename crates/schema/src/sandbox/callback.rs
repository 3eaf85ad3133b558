//! Calls to partners, and the attempts to make them.

use super::listing::{list, query};
use crate::{Check, DateTime, Text, scalar::codes};
#[cfg(feature = "schema")]
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

codes! {
    open
    /// Where a callback stands.
    CallbackStatus {
        /// It has not been delivered yet.
        Pending = "PENDING",
        /// The partner has answered with 2xx.
        Delivered = "DELIVERED",
        /// Nobody tries any more.
        Dead = "DEAD",
    }
}

query! {
    /// Which callbacks to list.
    CallbackQuery {
        /// Those to this partner.
        partner: Text<1, 128>,
        /// Those that tell of this one.
        subject: Text<1, 128>,
        /// Those in this status.
        status: CallbackStatus,
    }
}

list! {
    /// Callbacks, oldest first.
    CallbackList {
        /// The callbacks of this page.
        callbacks: CallbackDetails
    }
}

/// A call to a partner.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(JsonSchema))]
#[serde(rename_all = "camelCase")]
pub struct CallbackDetails {
    /// Its identifier, the same at each attempt.
    pub callback_identification: String,
    /// Who is called.
    pub partner: String,
    /// The operation, such as `registration_callback`.
    pub operation: String,
    /// The identifier of what it tells of.
    pub subject: String,
    /// Where it stands.
    pub status: CallbackStatus,
    /// Since when it is to be delivered.
    pub create_date_time: DateTime,
    /// When the partner answered with 2xx.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub delivery_date_time: Option<DateTime>,
    /// The attempts so far, oldest first.
    pub attempts: Vec<DeliveryAttempt>,
}

impl Check for CallbackDetails {}

/// An attempt to call a partner.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(JsonSchema))]
#[serde(rename_all = "camelCase")]
pub struct DeliveryAttempt {
    /// The how-manieth it was, from 1.
    pub number: u64,
    /// When.
    pub date_time: DateTime,
    /// The status that the partner answered with, if it answered.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub http_status: Option<u64>,
    /// What became of it.
    pub outcome: String,
    /// How long it took, in milliseconds.
    pub took_milliseconds: u64,
}

/// Delivers a callback once more.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(JsonSchema))]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct CallbackReplay {
    /// Which callback: one that was delivered or is dead.
    pub callback_identification: Text<1, 64>,
}

impl Check for CallbackReplay {}

#[cfg(feature = "schema")]
mod examples {
    use super::*;
    use crate::contract::{example, text};

    example!(CallbackQuery {
        partner: "demo-partner".parse().ok(),
        subject: "68c971e1-6652-48f9-af3a-0f6c70bde952".parse().ok(),
        status: Some(CallbackStatus::Dead),
        cursor: None,
        limit: 100.try_into().ok(),
    });
    example!(CallbackDetails {
        callback_identification: "019c9f0e-9d00-7000-8000-000000000004".into(),
        partner: "demo-partner".into(),
        operation: "registration_callback".into(),
        subject: "68c971e1-6652-48f9-af3a-0f6c70bde952".into(),
        status: CallbackStatus::Delivered,
        create_date_time: text("2026-03-01T09:00:00.000+07:00"),
        delivery_date_time: "2026-03-01T09:00:01.000+07:00".parse().ok(),
        attempts: vec![DeliveryAttempt {
            number: 1,
            date_time: text("2026-03-01T09:00:01.000+07:00"),
            http_status: Some(200),
            outcome: "delivered".into(),
            took_milliseconds: 12,
        }],
    });
    example!(CallbackReplay { callback_identification: text("019c9f0e-9d00-7000-8000-000000000004") });
    example!(CallbackList { callbacks: vec![CallbackDetails::example()], next_cursor: None });
}
