//! The public keys of the hub.

use crate::{Check, Text};
#[cfg(feature = "schema")]
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// A JSON Web Key Set (RFC 7517). That the hub offers one is proposed by Satang; not published by the hub.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(JsonSchema))]
pub struct HubKeys {
    /// The keys, 1 to 64, each under a `kid` of its own.
    #[cfg_attr(feature = "schema", schemars(length(min = 1, max = 64)))]
    pub keys: Vec<HubKey>,
}

impl Check for HubKeys {}

/// A public key of the hub: RSA or P-256. Members that are not named here may be there. Its members are those of
/// RFC 7518; which of them the hub uses is proposed by Satang.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(JsonSchema))]
pub struct HubKey {
    /// What kind of key: `RSA` or `EC`.
    pub kty: Text<1, 16>,
    /// `sig`: it verifies signatures.
    #[serde(rename = "use")]
    pub purpose: Text<1, 16>,
    /// The one algorithm: `RS256`, `PS256` or `ES256`.
    pub alg: Text<1, 16>,
    /// Its name in tokens and signatures: `itmx`, a hyphen and the certificate's version.
    pub kid: Text<1, 256>,
    /// Of an EC key: the curve, `P-256`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub crv: Option<Text<1, 16>>,
    /// Of an EC key: the first coordinate, in base64url.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub x: Option<Text<1, 64>>,
    /// Of an EC key: the second coordinate, in base64url.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub y: Option<Text<1, 64>>,
    /// Of an RSA key: the modulus, in base64url.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub n: Option<Text<1, 2048>>,
    /// Of an RSA key: the exponent, in base64url.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub e: Option<Text<1, 16>>,
    /// Its certificate and those of authorities, in base64.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "schema", schemars(length(min = 1, max = 8)))]
    pub x5c: Option<Vec<Text<1, 16384>>>,
}

impl Check for HubKey {}

#[cfg(feature = "schema")]
mod examples {
    use super::*;
    use crate::contract::{example, text};

    example!(HubKeys { keys: vec![HubKey::example()] });
    // The key of RFC 7517, appendix A.1.
    example!(HubKey {
        kty: text("EC"),
        purpose: text("sig"),
        alg: text("ES256"),
        kid: text("itmx-7"),
        crv: Some(text("P-256")),
        x: Some(text("MKBCTNIcKUSDii11ySs3526iDZ8AiTo7Tu6KPAqv7D4")),
        y: Some(text("4Etl6SRW2YiLUrN5vfvVHuhp7x8PxltmWWlbbM4IFyM")),
        n: None,
        e: None,
        x5c: None,
    });
}
