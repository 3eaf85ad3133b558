//! What is told of an instrument beyond its parties: members whose meaning depends on the kind of instrument.

use crate::{
    AmountOrZero, Date, Text, WholeNumber,
    decode::{list, present},
};
#[cfg(feature = "schema")]
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// Declares a struct of optional members.
macro_rules! optional {
    ($(#[$meta:meta])* $name:ident { $($(#[$doc:meta])* $member:ident $wire:literal: $type:ty,)+ }) => {
        $(#[$meta])*
        #[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
        #[cfg_attr(feature = "schema", derive(JsonSchema))]
        #[serde(deny_unknown_fields)]
        pub struct $name {
            $(
                $(#[$doc])*
                #[serde(rename = $wire, default, deserialize_with = "present",
                    skip_serializing_if = "Option::is_none")]
                pub $member: Option<$type>,
            )+
            /// Further rows. Public.
            #[serde(rename = "arrayDetail", default, deserialize_with = "list", skip_serializing_if = "Vec::is_empty")]
            #[cfg_attr(feature = "schema", schemars(length(max = 100)))]
            pub array_detail: Vec<AttachRow>,
        }
    };
    (row $(#[$meta:meta])* $name:ident { $($(#[$doc:meta])* $member:ident $wire:literal: $type:ty,)+ }) => {
        $(#[$meta])*
        #[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
        #[cfg_attr(feature = "schema", derive(JsonSchema))]
        #[serde(deny_unknown_fields)]
        pub struct $name {
            $(
                $(#[$doc])*
                #[serde(rename = $wire, default, deserialize_with = "present",
                    skip_serializing_if = "Option::is_none")]
                pub $member: Option<$type>,
            )+
        }
    };
}

/// A description.
type Detail = Text<0, 500>;
/// What a row or a choice is.
type Kind = Text<0, 10>;
/// A count.
type Count = WholeNumber<0, 999_999_999>;

optional! {
    /// What is told of an instrument. The names are public; what they mean depends on the kind of instrument, and is known
    /// for a few kinds only. Lengths and types are proposed by Satang; not published by the Department.
    AttachDetail {
        /// Public.
        detail1 "detail1": Detail,
        /// Public.
        detail2 "detail2": Detail,
        /// Public.
        detail3 "detail3": Detail,
        /// Public.
        detail4 "detail4": Detail,
        /// Public.
        detail5 "detail5": Detail,
        /// Public.
        detail6 "detail6": Detail,
        /// Public.
        detail7 "detail7": Detail,
        /// Public.
        detail8 "detail8": Detail,
        /// Public. For kind 8, the date of the meeting (inferred from code `E07203`).
        date "date": Date,
        /// Baht. Public.
        amount "amount": AmountOrZero,
        /// Baht. Public.
        amount1 "amount1": AmountOrZero,
        /// Baht. Public.
        amount2 "amount2": AmountOrZero,
        /// Baht. Public.
        amount3 "amount3": AmountOrZero,
        /// Baht. Public.
        amount4 "amount4": AmountOrZero,
        /// Public.
        number "number": Count,
        /// Public.
        action_type "actionType": Kind,
        /// Public.
        action_type1 "actionType1": Kind,
    }
}

optional! {
    row
    /// A row. A lease, for one, puts the property into a row of `attType` 1 and the rent into a row of `attType` 2. Public.
    AttachRow {
        /// What the row is. Public.
        att_type "attType": Kind,
        /// Public.
        att_action_type1 "attActionType1": Kind,
        /// Public.
        att_action_type2 "attActionType2": Kind,
        /// Public.
        att_detail1 "attDetail1": Detail,
        /// Public.
        att_detail2 "attDetail2": Detail,
        /// Public.
        att_detail3 "attDetail3": Detail,
        /// Public.
        att_detail4 "attDetail4": Detail,
        /// Public.
        att_detail5 "attDetail5": Detail,
        /// Public.
        att_detail6 "attDetail6": Detail,
        /// Baht. Public.
        att_amount1 "attAmount1": AmountOrZero,
        /// Baht. Public.
        att_amount2 "attAmount2": AmountOrZero,
        /// Baht. Public.
        att_amount3 "attAmount3": AmountOrZero,
        /// Public.
        att_number1 "attNumber1": Count,
    }
}
