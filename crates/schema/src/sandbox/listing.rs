//! How lists are cut into pages.

use crate::{Text, WholeNumber};

/// Where the next page begins: opaque, and good for as long as one likes.
pub type Cursor = Text<1, 256>;

/// How many items a page holds at most: 100 unless told otherwise.
pub type Limit = WholeNumber<1, 1000>;

/// Makes the query of a list: its own criteria, then the two members that every list has.
macro_rules! query {
    ($(#[$meta:meta])* $name:ident { $($(#[$doc:meta])* $member:ident: $type:ty,)* }) => {
        $(#[$meta])*
        #[derive(Clone, Debug, Default, PartialEq, serde::Serialize, serde::Deserialize)]
        #[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
        #[serde(rename_all = "camelCase", deny_unknown_fields)]
        pub struct $name {
            $(
                $(#[$doc])*
                #[serde(
                    default,
                    deserialize_with = "crate::decode::present",
                    skip_serializing_if = "Option::is_none"
                )]
                pub $member: Option<$type>,
            )*
            /// Where to go on: the `nextCursor` of the page before, with the same criteria.
            #[serde(default, deserialize_with = "crate::decode::present", skip_serializing_if = "Option::is_none")]
            pub cursor: Option<crate::sandbox::Cursor>,
            /// How many to list at most, 1 to 1,000; 100 unless told otherwise.
            #[serde(
                default,
                deserialize_with = "crate::whole_number::in_query",
                skip_serializing_if = "Option::is_none"
            )]
            pub limit: Option<crate::sandbox::Limit>,
        }

        impl crate::Check for $name {}
    };
}
pub(super) use query;

/// Makes the answer to such a query.
macro_rules! list {
    ($(#[$meta:meta])* $name:ident { $(#[$doc:meta])* $member:ident: $type:ty }) => {
        $(#[$meta])*
        #[derive(Clone, Debug, PartialEq, serde::Serialize, serde::Deserialize)]
        #[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
        #[serde(rename_all = "camelCase")]
        pub struct $name {
            $(#[$doc])*
            pub $member: Vec<$type>,
            /// Where the next page begins; absent on the last one.
            #[serde(skip_serializing_if = "Option::is_none")]
            pub next_cursor: Option<crate::sandbox::Cursor>,
        }

        impl crate::Check for $name {}
    };
}
pub(super) use list;

/// Makes a set of codes twice: those that a request may use, and those that an answer may hold.
macro_rules! codes_twice {
    (
        $(#[$meta:meta])*
        $closed:ident, $open:ident { $($(#[$doc:meta])* $variant:ident = $code:literal,)+ }
    ) => {
        crate::scalar::codes! { closed $(#[$meta])* $closed { $($(#[$doc])* $variant = $code,)+ } }
        crate::scalar::codes! { open $(#[$meta])* $open { $($(#[$doc])* $variant = $code,)+ } }

        impl From<$closed> for $open {
            fn from(code: $closed) -> Self {
                match code { $($closed::$variant => Self::$variant,)+ }
            }
        }
    };
}
pub(super) use codes_twice;
