//! What all Krungsri Open API products share: access tokens, the OAuth context, the browser's way to the bank,
//! and the error envelope.

mod sandbox_error;

pub use sandbox_error::SandboxError;

use crate::{
    Check, DateTime, IdentificationNumber, OAuthContextId, PersonalReference, Secret, Text, TransactionId,
    Uri,
    decode::{list, present},
    scalar::codes,
};
use satang_validation::{Code, Pointer, Rule, Violation, Violations, citizen_number};
#[cfg(feature = "schema")]
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

codes! {
    closed
    /// The grants of the token endpoint. The first is published, the second is proposed by Satang.
    #[derive(Default)]
    GrantType {
        /// The partner acts for itself. Published.
        #[default]
        ClientCredentials = "client_credentials",
        /// The partner has a code that a customer's browser has brought back. Proposed.
        AuthorizationCode = "authorization_code",
    }
}

/// What a partner sends to get an access token (RFC 6749, 4.4.2 and 4.1.3). Published for its own credentials; the
/// exchange of a code is proposed by Satang.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(JsonSchema))]
#[cfg_attr(feature = "schema", schemars(extend(
    "if" = { "properties": { "grant_type": { "const": "authorization_code" } } },
    // Each branch names what it speaks of, and stays open: linters take it for a schema of its own.
    "then" = {
        "required": ["code", "redirect_uri"],
        "properties": { "code": true, "redirect_uri": true, "scope": false },
        "additionalProperties": true,
    },
    "else" = {
        "properties": { "code": false, "redirect_uri": false, "code_verifier": false },
        "additionalProperties": true,
    },
)))]
#[serde(deny_unknown_fields)]
pub struct AccessTokenRequest {
    /// Which grant. `client_credentials` is published, `authorization_code` is proposed by Satang.
    pub grant_type: GrantType,
    /// The partner's id, unless it travels as HTTP Basic authentication. Published; its length is proposed by Satang.
    #[serde(default, deserialize_with = "present", skip_serializing_if = "Option::is_none")]
    pub client_id: Option<Text<1, 128>>,
    /// The partner's secret, unless it travels as HTTP Basic authentication. Published; its length is proposed by
    /// Satang.
    #[serde(default, deserialize_with = "present", skip_serializing_if = "Option::is_none")]
    pub client_secret: Option<Secret>,
    /// The wanted scopes, separated by spaces; not with a code, whose scope is known. Published; its length is proposed
    /// by Satang.
    #[serde(default, deserialize_with = "present", skip_serializing_if = "Option::is_none")]
    pub scope: Option<Text<1, 256>>,
    /// The code to exchange, with `authorization_code` only. Proposed by Satang; not published by the bank.
    #[serde(default, deserialize_with = "present", skip_serializing_if = "Option::is_none")]
    pub code: Option<Secret>,
    /// The `redirect_uri` of the authorize URL, to which the code was brought back; with `authorization_code` only.
    /// Proposed by Satang; not published by the bank.
    #[serde(default, deserialize_with = "present", skip_serializing_if = "Option::is_none")]
    pub redirect_uri: Option<Uri>,
    /// The verifier of RFC 7636, if the authorize URL had a challenge; with `authorization_code` only. Proposed by
    /// Satang; not published by the bank.
    #[serde(default, deserialize_with = "present", skip_serializing_if = "Option::is_none")]
    pub code_verifier: Option<Secret>,
}

impl Check for AccessTokenRequest {
    fn check(&self, found: &mut Violations) {
        let given = [
            ("code", self.code.is_some(), true),
            ("redirect_uri", self.redirect_uri.is_some(), true),
            ("code_verifier", self.code_verifier.is_some(), false),
        ];
        for (name, is_given, is_required) in given {
            let place = || Pointer::root().member(name);
            match self.grant_type {
                GrantType::AuthorizationCode if is_required && !is_given => {
                    found.add(place(), goes_with("authorization_code"));
                }
                GrantType::ClientCredentials if is_given => {
                    found.add(place(), Rule::new(Code::Inconsistent, "only with authorization_code"));
                }
                _ => {}
            }
        }
        if self.grant_type == GrantType::AuthorizationCode && self.scope.is_some() {
            let rule = Rule::new(Code::Inconsistent, "only with client_credentials");
            found.add(Pointer::root().member("scope"), rule);
        }
    }
}

/// An access token (RFC 6749, 5.1). Published.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(JsonSchema))]
pub struct AccessToken {
    /// The token, to be sent as `Authorization: Bearer`. Published.
    pub access_token: Secret,
    /// `Bearer`, in whatever case. Published.
    pub token_type: String,
    /// How long the token lives, in seconds. Published; that a numeric string is read as well is proposed by Satang.
    #[serde(deserialize_with = "seconds")]
    #[cfg_attr(feature = "schema", schemars(with = "u32", extend("maximum" = u32::MAX)))]
    pub expires_in: u32,
    /// The granted scopes, separated by spaces. Published.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub scope: Option<String>,
}

impl Check for AccessToken {}

/// Seconds as a number or, as some token endpoints write them, as text.
fn seconds<'de, D: serde::Deserializer<'de>>(deserializer: D) -> Result<u32, D::Error> {
    struct Visitor;
    impl serde::de::Visitor<'_> for Visitor {
        type Value = u32;

        fn expecting(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
            f.write_str("a number of seconds")
        }

        fn visit_u64<E: serde::de::Error>(self, seconds: u64) -> Result<u32, E> {
            seconds.try_into().map_err(|_| E::custom("expected fewer seconds"))
        }

        fn visit_f64<E: serde::de::Error>(self, seconds: f64) -> Result<u32, E> {
            let seconds = crate::decode::whole(seconds).and_then(|seconds| seconds.try_into().ok());
            seconds.ok_or_else(|| E::custom("expected a number of seconds"))
        }

        fn visit_str<E: serde::de::Error>(self, text: &str) -> Result<u32, E> {
            text.parse().map_err(|_| E::custom("expected a number of seconds"))
        }
    }
    deserializer.deserialize_any(Visitor)
}

/// A refusal of the token endpoint (RFC 6749, 5.2). Inferred.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(JsonSchema))]
pub struct AccessTokenError {
    /// The code of RFC 6749: `invalid_request`, `invalid_client`, `unsupported_grant_type`, ... Inferred.
    pub error: String,
    /// An explanation in English. Inferred.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub error_description: Option<String>,
}

impl Check for AccessTokenError {}

codes! {
    open
    /// The kind of an identity document. Proposed by Satang; not published by the bank.
    TypeOfIdentification {
        /// Thai citizen identification card, with its 13 digits.
        NationalId = "NATID",
        /// Passport.
        Passport = "PASSPORT",
        /// Tax identification number, with its 13 digits.
        TaxId = "TAXID",
    }
}

/// What the bank shall know before the customer arrives, by scope. Published.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct PrepareOAuthContext {
    /// The context of the scope of this name. Published.
    #[serde(rename = "direct-debit-registration")]
    pub direct_debit_registration: RegistrationContext,
}

impl Check for PrepareOAuthContext {
    fn check(&self, found: &mut Violations) {
        let context = &self.direct_debit_registration;
        let place = Pointer::root().member("direct-debit-registration");
        if context.ref1.is_none() && context.ref2.is_none() {
            found.add(place.clone(), Rule::new(Code::Missing, "ref1 or ref2 is required"));
        }
        check_identity(
            &place,
            context.type_of_identification.as_ref(),
            context.identification_number.as_ref(),
            found,
        );
    }
}

/// The context of a registration. That `ref1`, `ref2` or both are required is proposed by Satang.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(JsonSchema))]
#[cfg_attr(feature = "schema", schemars(extend(
    "anyOf" = [{"required": ["ref1"]}, {"required": ["ref2"]}],
    "dependentRequired" = {
        "typeOfIdentification": ["identificationNumber"],
        "identificationNumber": ["typeOfIdentification"],
    },
)))]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct RegistrationContext {
    /// The biller's first reference. Published; its length is inferred.
    #[serde(default, deserialize_with = "present", skip_serializing_if = "Option::is_none")]
    pub ref1: Option<PersonalReference>,
    /// The biller's second reference. Published; its length is inferred.
    #[serde(default, deserialize_with = "present", skip_serializing_if = "Option::is_none")]
    pub ref2: Option<PersonalReference>,
    /// The kind of the customer's identity document. Goes with `identificationNumber`. Published; the codes are
    /// proposed by Satang.
    #[serde(default, deserialize_with = "present", skip_serializing_if = "Option::is_none")]
    pub type_of_identification: Option<TypeOfIdentification>,
    /// The document's number, which the bank compares with the account holder's. Goes with
    /// `typeOfIdentification`. Published; its length is proposed by Satang.
    #[serde(default, deserialize_with = "present", skip_serializing_if = "Option::is_none")]
    pub identification_number: Option<IdentificationNumber>,
}

/// Kind and number of an identity document come together, and a Thai number has a right check digit.
pub(crate) fn check_identity(
    place: &Pointer,
    kind: Option<&TypeOfIdentification>,
    number: Option<&IdentificationNumber>,
    found: &mut Violations,
) {
    match (kind, number) {
        (Some(TypeOfIdentification::NationalId | TypeOfIdentification::TaxId), Some(number)) => {
            if let Err(rule) = citizen_number(number.as_str()) {
                found.add(place.member("identificationNumber"), rule);
            }
        }
        (Some(_), None) => found.add(place.member("identificationNumber"), goes_with("typeOfIdentification")),
        (None, Some(_)) => found.add(place.member("typeOfIdentification"), goes_with("identificationNumber")),
        _ => {}
    }
}

/// The rule of a member that is required because another one is there.
pub(crate) fn goes_with(other: &'static str) -> Rule {
    Rule::new(Code::Inconsistent, format!("required together with {other}"))
}

/// The stored context. Published.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(JsonSchema))]
pub struct OAuthContext {
    /// Stands for the context in the authorize URL. Opaque; ours is a UUID. Published; that it is good for one use is
    /// proposed by Satang.
    pub oauth_context_id: OAuthContextId,
}

impl Check for OAuthContext {}

codes! {
    closed
    /// What the authorize URL asks for. Published.
    ResponseType {
        /// An authorization code.
        Code = "code",
    }
}

codes! {
    closed
    /// What the customer is asked to agree to. Published.
    AuthorizeScope {
        /// That the partner may debit the customer's account.
        DirectDebitRegistration = "direct-debit-registration",
    }
}

codes! {
    closed
    /// How the code challenge was made (RFC 7636, 4.2). Inferred.
    CodeChallengeMethod {
        /// The SHA-256 of the verifier.
        S256 = "S256",
    }
}

/// The query of the URL that takes a customer's browser to the bank. Published.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(JsonSchema))]
#[cfg_attr(feature = "schema", schemars(extend(
    "dependentRequired" = {
        "code_challenge": ["code_challenge_method"],
        "code_challenge_method": ["code_challenge"],
    },
)))]
#[serde(deny_unknown_fields)]
pub struct AuthorizeRequest {
    /// Always `code`. Published.
    pub response_type: ResponseType,
    /// The partner's id. Published; its length is proposed by Satang.
    pub client_id: Text<1, 128>,
    /// Where the browser returns to. Published; its length, and that it must be exactly as registered, are proposed by
    /// Satang.
    pub redirect_uri: Uri,
    /// Equal to the member of the prepared context. Published.
    pub scope: AuthorizeScope,
    /// The prepared context. Published; its length is proposed by Satang.
    pub oauth_context_id: OAuthContextId,
    /// Comes back unchanged with the browser, so that the partner knows its own journey. Inferred.
    #[serde(default, deserialize_with = "present", skip_serializing_if = "Option::is_none")]
    pub state: Option<Text<1, 256>>,
    /// The challenge of RFC 7636: the base64url of a SHA-256. Inferred.
    #[serde(default, deserialize_with = "present", skip_serializing_if = "Option::is_none")]
    pub code_challenge: Option<Text<43, 43>>,
    /// How the challenge was made; goes with it. Inferred.
    #[serde(default, deserialize_with = "present", skip_serializing_if = "Option::is_none")]
    pub code_challenge_method: Option<CodeChallengeMethod>,
}

impl Check for AuthorizeRequest {
    fn check(&self, found: &mut Violations) {
        match (&self.code_challenge, self.code_challenge_method) {
            (Some(_), None) => {
                found.add(Pointer::root().member("code_challenge_method"), goes_with("code_challenge"));
            }
            (None, Some(_)) => {
                found.add(Pointer::root().member("code_challenge"), goes_with("code_challenge_method"));
            }
            _ => {}
        }
    }
}

/// An error answer. Published for an older family of the bank's products, and taken to hold here (inferred).
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(JsonSchema))]
pub struct ErrorEnvelope {
    /// The only member.
    pub error: ErrorDetail,
}

impl Check for ErrorEnvelope {}

/// What went wrong.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(JsonSchema))]
#[serde(rename_all = "camelCase")]
pub struct ErrorDetail {
    /// The code: text that may look like a number, as in `-200`. Codes that begin with `SBX-` are the sandbox's
    /// own. Published.
    pub code: String,
    /// What went wrong, in English. Published.
    pub message: String,
    /// What went wrong, in Thai; `-` when there is no Thai text. Published.
    #[serde(rename = "messageTH")]
    pub message_th: String,
    /// The server's clock. Published.
    pub server_date_time: DateTime,
    /// The request's `X-Client-Transaction-ID`, or the nil UUID when it had none. Published.
    #[serde(rename = "clientTransactionID")]
    pub client_transaction_id: TransactionId,
    /// The server's identifier of the request, to quote when asking for help. Published.
    #[serde(rename = "serverTransactionID")]
    pub server_transaction_id: TransactionId,
    /// Each broken rule, when the request was not valid. Proposed by Satang; not published by the bank.
    #[serde(default, deserialize_with = "list", skip_serializing_if = "Vec::is_empty")]
    #[cfg_attr(feature = "schema", schemars(with = "Vec<ViolationDetail>"))]
    pub violations: Vec<Violation>,
}

/// One broken rule. Proposed by Satang; not published by the bank.
#[cfg(feature = "schema")]
#[derive(JsonSchema)]
#[expect(dead_code, reason = "describes `Violation`, whose crate knows no schemas")]
struct ViolationDetail {
    /// Where, as a JSON pointer (RFC 6901); empty for the whole document.
    pointer: String,
    /// The kind of rule: `syntax`, `missing`, `unknown`, `duplicate`, `type`, `malformed`, `inconsistent` or
    /// `limit`.
    code: String,
    /// What would have been right. Never the refused value.
    detail: String,
}

#[cfg(feature = "schema")]
mod examples {
    use super::*;
    use crate::contract::{example, text};

    example!(AccessTokenRequest {
        grant_type: GrantType::ClientCredentials,
        client_id: "demo-partner".parse().ok(),
        client_secret: "demo-secret".parse().ok(),
        ..AccessTokenRequest::default()
    });
    example!(AccessToken {
        access_token: text("2YotnFZFEjr1zCsicMWpAA"),
        token_type: "Bearer".into(),
        expires_in: 1800,
        scope: None,
    });
    example!(AccessTokenError {
        error: "invalid_client".into(),
        error_description: Some("the client is unknown or its secret is wrong".into()),
    });
    example!(PrepareOAuthContext {
        direct_debit_registration: RegistrationContext {
            ref1: "REG0001".parse().ok(),
            ref2: "1234567890121".parse().ok(),
            ..RegistrationContext::default()
        },
    });
    example!(OAuthContext { oauth_context_id: text("68c971e1-6652-48f9-af3a-0f6c70bde952") });
    example!(AuthorizeRequest {
        response_type: ResponseType::Code,
        client_id: text("demo-partner"),
        redirect_uri: text("https://partner.example/registered"),
        scope: AuthorizeScope::DirectDebitRegistration,
        oauth_context_id: text("68c971e1-6652-48f9-af3a-0f6c70bde952"),
        state: "af0ifjsldkj".parse().ok(),
        code_challenge: None,
        code_challenge_method: None,
    });
    example!(ErrorEnvelope {
        error: ErrorDetail {
            code: SandboxError::MISSING.code.into(),
            message: "/creditorAccountNumber: a required member (missing)".into(),
            message_th: SandboxError::MISSING.message_th.into(),
            server_date_time: text("2020-08-15T00:00:00.000+07:00"),
            client_transaction_id: text("11111111-2222-4333-8444-555555555555"),
            server_transaction_id: text("9a1d2f62-54a9-4a7f-8a1e-2f0c5f6d7e80"),
            violations: vec![Violation {
                pointer: Pointer::root().member("creditorAccountNumber"),
                code: Code::Missing,
                detail: "a required member".into(),
            }],
        },
    });
}
