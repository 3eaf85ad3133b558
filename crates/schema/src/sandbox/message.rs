//! Text messages that the bank would have sent.

use super::listing::{list, query};
use crate::{Check, DateTime, Text};
#[cfg(feature = "schema")]
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

query! {
    /// Which messages to list.
    MessageQuery {
        /// Those to this telephone number.
        recipient: Text<1, 32>,
    }
}

list! {
    /// Messages, oldest first.
    MessageList {
        /// The messages of this page.
        messages: MessageDetails
    }
}

/// A text message.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(JsonSchema))]
#[serde(rename_all = "camelCase")]
pub struct MessageDetails {
    /// Its identifier.
    pub message_identification: String,
    /// The telephone number.
    pub recipient: String,
    /// What it says, such as a one-time password.
    pub content: String,
    /// When it was sent.
    pub create_date_time: DateTime,
}

impl Check for MessageDetails {}

#[cfg(feature = "schema")]
mod examples {
    use super::*;
    use crate::contract::{example, text};

    example!(MessageQuery { recipient: "0812345678".parse().ok(), cursor: None, limit: 100.try_into().ok() });
    example!(MessageDetails {
        message_identification: "019c9f0e-9d00-7000-8000-000000000003".into(),
        recipient: "0812345678".into(),
        content: "OTP 123456 (Ref ABCD)".into(),
        create_date_time: text("2026-03-01T09:00:00.000+07:00"),
    });
    example!(MessageList { messages: vec![MessageDetails::example()], next_cursor: None });
}
