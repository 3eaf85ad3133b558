//! A form as it travels: signed.

use serde::{Deserialize, Deserializer, Serialize, Serializer, de::Error as _};
use std::{fmt, marker::PhantomData};

/// A compact JWS whose payload is a form `F`: 1 to 4,194,304 characters. Published, apart from the length, which is
/// proposed by Satang.
///
/// The text is kept as it came, so that a verifier judges exactly that; nothing of it is trusted before. `Debug` shows
/// its length only, because a form holds people's names and tax numbers.
pub struct SignedForm<F> {
    token: String,
    form: PhantomData<fn() -> F>,
}

impl<F> SignedForm<F> {
    /// The most characters that are read.
    pub const MOST: usize = 4 * 1024 * 1024;

    /// Wraps a token, as a signer made it.
    #[must_use]
    pub fn new(token: impl Into<String>) -> Self {
        Self { token: token.into(), form: PhantomData }
    }

    /// The token.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.token
    }
}

impl<F> Clone for SignedForm<F> {
    fn clone(&self) -> Self {
        Self::new(self.token.clone())
    }
}

impl<F> PartialEq for SignedForm<F> {
    fn eq(&self, other: &Self) -> bool {
        self.token == other.token
    }
}

impl<F> fmt::Debug for SignedForm<F> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "SignedForm({} characters)", self.token.len())
    }
}

impl<F> Serialize for SignedForm<F> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(&self.token)
    }
}

impl<'de, F> Deserialize<'de> for SignedForm<F> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let token = String::deserialize(deserializer)?;
        // Blanks and all else that makes no JWS are for the verifier to name.
        if token.is_empty() || token.len() > Self::MOST {
            return Err(D::Error::custom(format!(
                "expected a compact JWS of 1 to {} characters",
                Self::MOST
            )));
        }
        Ok(Self::new(token))
    }
}

#[cfg(feature = "schema")]
impl<F: schemars::JsonSchema> schemars::JsonSchema for SignedForm<F> {
    fn inline_schema() -> bool {
        true
    }

    fn schema_name() -> std::borrow::Cow<'static, str> {
        format!("Signed{}", F::schema_name()).into()
    }

    /// As the example of a JWT in JSON Schema Validation 2020-12, section 8.6.
    fn json_schema(generator: &mut schemars::SchemaGenerator) -> schemars::Schema {
        let header = schemars::json_schema!({
            "type": "object",
            "required": ["alg"],
            "properties": {
                "typ": { "const": "JWT" },
                "alg": { "const": "RS256" },
                "x5c": { "type": "array", "items": { "type": "string" }, "minItems": 1, "maxItems": 1 },
            },
        });
        schemars::json_schema!({
            "type": "string",
            "minLength": 1,
            "maxLength": 4_194_304,
            "contentMediaType": "application/jwt",
            "contentSchema": {
                "type": "array",
                "minItems": 2,
                "maxItems": 2,
                "prefixItems": [header, generator.subschema_for::<F>()],
                // There are none; readers of OpenAPI 3.0 want to be told of every array's items all the same.
                "items": {},
            },
        })
    }
}

/// A form as documents show it: what a JWS looks like, with a signature of nobody.
#[cfg(feature = "schema")]
pub(super) const EXAMPLE: &str = "eyJ0eXAiOiJKV1QiLCJhbGciOiJSUzI1NiJ9.eyJhcGlSZWZObyI6IjIwMTkwOTE2MDAwMDAwMDA3MTgxIiw\
    iaW5zdEluZm8iOnsicmVmTm8iOltdfX0.c2lnbmF0dXJl";
