//! A filing: what is sent beside the form.

use super::{FilingForm, SignedForm};
use crate::{Check, Text, decode::present, scalar::codes};
#[cfg(feature = "schema")]
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

codes! {
    closed
    /// For whom a sender files. Public.
    SenderRole {
        /// The sender owes the duty.
        DutyPayer = "1",
        /// The sender is an agent.
        Agent = "2",
    }
}

codes! {
    closed
    /// Whether the form is encrypted. Public. The algorithms are not published, so an encrypted form is refused.
    EncryptType {
        /// Signed only.
        Plain = "0",
        /// Signed, and encrypted as a JWE.
        Encrypted = "1",
    }
}

/// A filing. Public.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(JsonSchema))]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct SubmitFiling {
    /// The root. Public.
    pub e_instrument: FilingInstrument,
}

impl Check for SubmitFiling {}

/// Who files, and the form. Public.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(JsonSchema))]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct FilingInstrument {
    /// Who files. Public.
    pub sender: FilingSender,
    /// Whether the form is encrypted; it is not when this is absent. Public; the place is inferred.
    #[serde(default, deserialize_with = "present", skip_serializing_if = "Option::is_none")]
    pub encrypt_type: Option<EncryptType>,
    /// The form. Public.
    pub rd_form: SignedForm<FilingForm>,
}

/// Who files. Public.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(JsonSchema))]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct FilingSender {
    /// The sender code, up to 20 characters. Public.
    pub id: Text<1, 20>,
    /// For whom. Public.
    pub sender_role: SenderRole,
}

#[cfg(feature = "schema")]
mod examples {
    use super::*;
    use crate::contract::{example, text};

    example!(SubmitFiling {
        e_instrument: FilingInstrument {
            sender: FilingSender { id: text("XYZ00001"), sender_role: SenderRole::DutyPayer },
            encrypt_type: Some(EncryptType::Plain),
            rd_form: SignedForm::new(super::super::signed_form::EXAMPLE),
        },
    });
}
