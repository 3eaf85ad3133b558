//! The request of an operation that needs none.

use crate::Check;
#[cfg(feature = "schema")]
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// Nothing: an object without members.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct Nothing {}

impl Check for Nothing {}

#[cfg(feature = "schema")]
crate::contract::example!(Nothing {});
