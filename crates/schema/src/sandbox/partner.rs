//! Partners: who may call the bank, and what they have agreed with it.

use super::listing::{codes_twice, list, query};
use crate::{AccountNumber, Check, DateTime, Secret, Text, Uri, decode::present};
use satang_validation::{Code, Pointer, Rule, Violations};
#[cfg(feature = "schema")]
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

codes_twice! {
    /// Whether a partner may call.
    PartnerStatus, PartnerStatusShown {
        /// It may.
        Active = "ACTIVE",
        /// Nothing of what it calls is answered, from the moment of the change on.
        Suspended = "SUSPENDED",
    }
}

codes_twice! {
    /// How callbacks prove where they come from.
    CallbackProof, CallbackProofShown {
        /// An HTTP signature, as the partner's own calls carry it.
        Signature = "SIGNATURE",
        /// The headers of Standard Webhooks beside it.
        StandardWebhooks = "STANDARD_WEBHOOKS",
    }
}

query! {
    /// Which partners to list.
    PartnerQuery {
        /// One partner.
        client_id: Text<1, 128>,
    }
}

list! {
    /// Partners, by client id.
    PartnerList {
        /// The partners of this page.
        partners: PartnerDetails
    }
}

/// A partner.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(JsonSchema))]
#[serde(rename_all = "camelCase")]
pub struct PartnerDetails {
    /// What it calls itself when it asks for an access token.
    pub client_id: String,
    /// Its name, for people.
    pub name: String,
    /// Whether it may call.
    pub status: PartnerStatusShown,
    /// What it has agreed with the bank.
    pub agreement: AgreementDetails,
    /// Since when it is known.
    pub create_date_time: DateTime,
}

impl Check for PartnerDetails {}

/// What a partner has agreed with the bank.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(JsonSchema))]
#[serde(rename_all = "camelCase")]
pub struct AgreementDetails {
    /// The account into which customers pay who register from now on.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub registration_account: Option<AccountNumber>,
    /// Where a customer's browser may be sent back to.
    pub redirect_uris: Vec<String>,
    /// Where the partner is called back.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub callback_url: Option<String>,
    /// How callbacks prove where they come from.
    pub callback_profile: CallbackProofShown,
}

/// Admits a partner.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(JsonSchema))]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct PartnerAdmission {
    /// What it calls itself when it asks for an access token.
    pub client_id: Text<1, 128>,
    /// Its name, for people.
    pub name: Text<1, 140>,
    /// What it asks for an access token with. Only a hash is kept.
    pub client_secret: Secret,
    /// What it signs with; kept, since signatures are verified with it.
    pub signature_key: Secret,
    /// What it sends as `API-Key` where a product wants one. Only a hash is kept.
    pub api_key: Secret,
    /// What it has agreed with the bank: nothing unless told otherwise.
    #[serde(default, deserialize_with = "present", skip_serializing_if = "Option::is_none")]
    pub agreement: Option<NewAgreement>,
}

impl Check for PartnerAdmission {
    fn check(&self, found: &mut Violations) {
        check_agreement(self.agreement.as_ref(), found);
    }
}

/// What a partner agrees with the bank, in place of what it had agreed before.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(JsonSchema))]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct NewAgreement {
    /// The account into which customers pay who register from now on: one of the partner's. Without it nobody can
    /// register.
    #[serde(default, deserialize_with = "present", skip_serializing_if = "Option::is_none")]
    pub registration_account: Option<AccountNumber>,
    /// Where a customer's browser may be sent back to; compared as a whole. At most 20.
    #[serde(default, deserialize_with = "present", skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "schema", schemars(extend("maxItems" = MOST_REDIRECTS)))]
    pub redirect_uris: Option<Vec<Uri>>,
    /// Where the partner is called back; without it the partner has to ask.
    #[serde(default, deserialize_with = "present", skip_serializing_if = "Option::is_none")]
    pub callback_url: Option<Uri>,
    /// How callbacks prove where they come from: `SIGNATURE` unless told otherwise.
    #[serde(default, deserialize_with = "present", skip_serializing_if = "Option::is_none")]
    pub callback_profile: Option<CallbackProof>,
}

/// How many redirect URIs a partner may have.
const MOST_REDIRECTS: usize = 20;

fn check_agreement(agreement: Option<&NewAgreement>, found: &mut Violations) {
    let uris = agreement.and_then(|agreement| agreement.redirect_uris.as_ref()).map_or(0, Vec::len);
    if uris > MOST_REDIRECTS {
        let place = Pointer::root().member("agreement").member("redirectUris");
        found.add(place, Rule::new(Code::Limit, format!("expected at most {MOST_REDIRECTS} items")));
    }
}

/// Changes a partner: what is left out stays as it is.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(JsonSchema))]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct PartnerChange {
    /// Which partner.
    pub client_id: Text<1, 128>,
    /// Its new name.
    #[serde(default, deserialize_with = "present", skip_serializing_if = "Option::is_none")]
    pub name: Option<Text<1, 140>>,
    /// Whether it may call from now on.
    #[serde(default, deserialize_with = "present", skip_serializing_if = "Option::is_none")]
    pub status: Option<PartnerStatus>,
    /// What it has agreed with the bank, in place of all that it had agreed before.
    #[serde(default, deserialize_with = "present", skip_serializing_if = "Option::is_none")]
    pub agreement: Option<NewAgreement>,
}

impl Check for PartnerChange {
    fn check(&self, found: &mut Violations) {
        check_agreement(self.agreement.as_ref(), found);
    }
}

#[cfg(feature = "schema")]
mod examples {
    use super::*;
    use crate::contract::{example, text};

    fn agreement() -> NewAgreement {
        NewAgreement {
            registration_account: "1112223334".parse().ok(),
            redirect_uris: Some(vec![text("https://shop.example/registered")]),
            callback_url: "https://shop.example/direct-debit/registration".parse().ok(),
            callback_profile: Some(CallbackProof::StandardWebhooks),
        }
    }

    example!(PartnerQuery { client_id: "shop".parse().ok(), cursor: None, limit: 100.try_into().ok() });
    example!(PartnerDetails {
        client_id: "shop".into(),
        name: "Shop Co., Ltd.".into(),
        status: PartnerStatusShown::Active,
        agreement: AgreementDetails {
            registration_account: "1112223334".parse().ok(),
            redirect_uris: vec!["https://shop.example/registered".into()],
            callback_url: Some("https://shop.example/direct-debit/registration".into()),
            callback_profile: CallbackProofShown::StandardWebhooks,
        },
        create_date_time: text("2026-03-01T09:00:00.000+07:00"),
    });
    example!(PartnerList { partners: vec![PartnerDetails::example()], next_cursor: "c2hvcA".parse().ok() });
    example!(PartnerAdmission {
        client_id: text("shop"),
        name: text("Shop Co., Ltd."),
        client_secret: text("shop-secret"),
        signature_key: text("shop-signature-key"),
        api_key: text("shop-api-key"),
        agreement: Some(NewAgreement { registration_account: None, ..agreement() }),
    });
    example!(PartnerChange {
        client_id: text("shop"),
        name: "Shop Public Co., Ltd.".parse().ok(),
        status: Some(PartnerStatus::Active),
        agreement: Some(agreement()),
    });
}
