//! The login.

use super::{ResponseCode, Unknown};
use crate::{
    Check, Text,
    scalar::{AuthToken, Password},
};
#[cfg(feature = "schema")]
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// Who logs in. Public.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(JsonSchema))]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct SubmitFilingAuth {
    /// The user name, up to 20 characters. Public.
    pub username: Text<1, 20>,
    /// The password, up to 20 characters. Public.
    pub password: Password,
    /// The date and time of the request in Bangkok: `2018-12-10 15:45:00`, or with a `T`. Public; the time zone is
    /// inferred.
    pub nonce: Text<1, 20>,
}

impl Check for SubmitFilingAuth {}

/// The token, or why there is none. Public.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(JsonSchema))]
#[serde(rename_all = "camelCase")]
pub struct LoginAnswer {
    /// What became of the call. Public.
    pub response_code: ResponseCode,
    /// The same for people, in Thai. Public: spelt as it should be here, unlike in the other answers.
    #[serde(default, alias = "responsMessage")]
    pub response_message: String,
    /// Who has logged in. Public.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub username: Option<Text<0, 64>>,
    /// The token, for `X-auth-token`. Public; opaque.
    #[serde(default, alias = "TokenId", skip_serializing_if = "Option::is_none")]
    pub token_id: Option<AuthToken>,
    /// The sender code that belongs to the user. Public.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub sender: Option<LoginSender>,
    /// Members that nobody told us of.
    #[serde(flatten, skip_serializing)]
    #[cfg_attr(feature = "schema", schemars(skip))]
    pub other: Unknown,
}

impl Check for LoginAnswer {}

/// The sender code that belongs to a user. Public.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(JsonSchema))]
pub struct LoginSender {
    /// The sender code, up to 20 characters. Public.
    pub id: Text<1, 20>,
}

#[cfg(feature = "schema")]
mod examples {
    use super::*;
    use crate::contract::{example, text};

    example!(SubmitFilingAuth {
        username: text("demo-filer"),
        password: text("demo-password"),
        nonce: text("2018-12-10 15:45:00"),
    });
    example!(LoginAnswer {
        response_code: ResponseCode::Success,
        response_message: ResponseCode::Success.thai().to_owned(),
        username: Some(text("demo-filer")),
        token_id: Some(text("TbDd2e5HoQ0q0YhJ4hS2rLVWchNS5ilKb4Xmi5PIghWJjOc1OeB")),
        sender: Some(LoginSender { id: text("XYZ00001") }),
        other: Unknown::default(),
    });
}
