//! The clock that everything in the sandbox goes by.

use crate::{Check, DateTime, Duration};
#[cfg(feature = "schema")]
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// How the clock stands.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(JsonSchema))]
#[serde(rename_all = "camelCase")]
pub struct ClockState {
    /// What time it is in the sandbox.
    pub date_time: DateTime,
    /// Whether the clock stands still. While it is being moved it does, whatever it did before.
    pub frozen: bool,
    /// How far the clock is ahead of the machine's, in whole seconds; negative when it is behind.
    pub ahead_seconds: i64,
    /// The move that is on its way, if there is one.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub advancing: Option<ClockProgress>,
}

impl Check for ClockState {}

/// A move of the clock that is on its way.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(JsonSchema))]
#[serde(rename_all = "camelCase")]
pub struct ClockProgress {
    /// Where the clock is going.
    pub target: DateTime,
    /// How many pieces of due work have been done on the way so far.
    pub work_done: u64,
}

/// Lets time pass.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(JsonSchema))]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct ClockAdvance {
    /// How long: an ISO 8601 duration such as `P1M` or `PT1H30M`, or a number and a unit such as `30d` (`s`, `m`, `h`,
    /// `d`, `w`, `mo`, `y`). At most ten years.
    pub duration: Duration,
}

impl Check for ClockAdvance {}

/// Sets the clock.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(JsonSchema))]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct ClockSetting {
    /// What time it shall be: at most ten years from now, either way.
    pub date_time: DateTime,
}

impl Check for ClockSetting {}

/// How the clock stands after it was moved.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(JsonSchema))]
#[serde(rename_all = "camelCase")]
pub struct ClockMoved {
    /// What time it is in the sandbox.
    pub date_time: DateTime,
    /// Whether the clock stands still.
    pub frozen: bool,
    /// How many pieces of due work were done on the way.
    pub work_done: u64,
}

impl Check for ClockMoved {}

#[cfg(feature = "schema")]
mod examples {
    use super::*;
    use crate::contract::{example, text};

    example!(ClockState {
        date_time: text("2026-03-01T09:00:00.000+07:00"),
        frozen: true,
        ahead_seconds: 86_400,
        advancing: Some(ClockProgress { target: text("2026-03-31T09:00:00.000+07:00"), work_done: 12 }),
    });
    example!(ClockAdvance { duration: text("30d") });
    example!(ClockSetting { date_time: text("2026-03-01T09:00:00+07:00") });
    example!(ClockMoved { date_time: text("2026-03-31T09:00:00.000+07:00"), frozen: false, work_done: 30 });
}
