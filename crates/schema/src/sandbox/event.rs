//! What happened, in order.

use crate::{Check, DateTime, Text, WholeNumber, decode::present, whole_number::in_query};
#[cfg(feature = "schema")]
use schemars::JsonSchema;
use serde::{Deserialize, Deserializer, Serialize, Serializer, de::Error as _, ser::Error as _};
use serde_json::value::RawValue;

/// Which events to list.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(JsonSchema))]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct EventQuery {
    /// Only what happened after this position: 0, or the `nextAfter` of the answer before.
    #[serde(default, deserialize_with = "in_query", skip_serializing_if = "Option::is_none")]
    pub after: Option<WholeNumber<0, 9_007_199_254_740_991>>,
    /// How many to list at most, 1 to 1,000; 100 unless told otherwise.
    #[serde(default, deserialize_with = "in_query", skip_serializing_if = "Option::is_none")]
    pub limit: Option<super::Limit>,
    /// Only kinds that begin with this, such as `payment.`.
    #[serde(default, deserialize_with = "present", skip_serializing_if = "Option::is_none")]
    pub kind: Option<Text<1, 64>>,
    /// Only what happened to this one.
    #[serde(default, deserialize_with = "present", skip_serializing_if = "Option::is_none")]
    pub subject: Option<Text<1, 128>>,
    /// Only what concerns this partner.
    #[serde(default, deserialize_with = "present", skip_serializing_if = "Option::is_none")]
    pub partner: Option<Text<1, 128>>,
}

impl Check for EventQuery {}

/// Events, oldest first.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(JsonSchema))]
#[serde(rename_all = "camelCase")]
pub struct EventList {
    /// The events found.
    pub events: Vec<EventDetails>,
    /// The `after` of the next question, with the same criteria: whoever goes on from here misses nothing and gets nothing
    /// twice.
    pub next_after: u64,
}

impl Check for EventList {}

/// Something that happened.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(JsonSchema))]
#[serde(rename_all = "camelCase")]
pub struct EventDetails {
    /// Its place in the order in which things happened; grows, not always by one.
    pub position: u64,
    /// When, by the sandbox's clock, which may have been set back in between.
    pub date_time: DateTime,
    /// What, such as `payment.settled`.
    pub kind: String,
    /// Whom it concerns.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub partner: Option<String>,
    /// The identifier of what it happened to.
    pub subject: String,
    /// What else there is to know, depending on the kind.
    pub detail: Facts,
}

/// A JSON object with members of any kind, kept as it was written.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Facts(String);

impl Facts {
    /// The object as JSON.
    #[must_use]
    pub fn as_json(&self) -> &str {
        &self.0
    }

    /// Facts from the text of a JSON object, or `None` when it is something else.
    #[must_use]
    pub fn from_json(json: &str) -> Option<Self> {
        serde_json::from_str(json).ok()
    }
}

impl Serialize for Facts {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        RawValue::from_string(self.0.clone()).map_err(S::Error::custom)?.serialize(serializer)
    }
}

impl<'de> Deserialize<'de> for Facts {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let raw = Box::<RawValue>::deserialize(deserializer)?;
        if raw.get().starts_with('{') {
            Ok(Self(raw.get().to_owned()))
        } else {
            Err(D::Error::custom("expected an object"))
        }
    }
}

#[cfg(feature = "schema")]
crate::contract::inline_schema!(Facts, "Facts", { "type": "object" });

#[cfg(feature = "schema")]
mod examples {
    use super::*;
    use crate::contract::{example, text};

    example!(EventQuery {
        after: 41.try_into().ok(),
        limit: 100.try_into().ok(),
        kind: "payment.".parse().ok(),
        subject: "019c9f0e-9d00-7000-8000-000000000002".parse().ok(),
        partner: "demo-partner".parse().ok(),
    });
    example!(EventList {
        events: vec![EventDetails {
            position: 42,
            date_time: text("2026-03-01T09:00:00.000+07:00"),
            kind: "payment.settled".into(),
            partner: Some("demo-partner".into()),
            subject: "019c9f0e-9d00-7000-8000-000000000002".into(),
            detail: Facts(r#"{"transactionIdentification":"071f2a78-a77b-4e45-91ba-4bd96d5bcde9"}"#.into()),
        }],
        next_after: 42,
    });
}
