//! The algorithms that there are. There is no registry, and nothing can be added to it.

/// How a JWS is signed (RFC 7518, 3.1; RFC 8037, 3.1).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum SignatureAlgorithm {
    /// RSASSA-PKCS1-v1_5 with SHA-256.
    Rs256,
    /// RSASSA-PSS with SHA-256, MGF1 with SHA-256, and a salt of 32 bytes.
    Ps256,
    /// ECDSA on P-256 with SHA-256; the signature is R and S, 32 bytes each.
    Es256,
    /// Ed25519, under the name that RFC 8037 gave it.
    EdDsa,
}

impl SignatureAlgorithm {
    /// The value of `alg`.
    ///
    /// ```
    /// assert_eq!(satang_jose::SignatureAlgorithm::EdDsa.name(), "EdDSA");
    /// ```
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Rs256 => "RS256",
            Self::Ps256 => "PS256",
            Self::Es256 => "ES256",
            Self::EdDsa => "EdDSA",
        }
    }
}

/// How the key of a JWE's content travels (RFC 7518, 4.1). The content itself is always under A256GCM.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum KeyAlgorithm {
    /// RSAES-OAEP with SHA-256 and MGF1 with SHA-256.
    RsaOaep256,
    /// ECDH-ES on P-256 with direct key agreement, without party information (`apu`, `apv`).
    EcdhEs,
}

impl KeyAlgorithm {
    /// The value of `alg`.
    ///
    /// ```
    /// assert_eq!(satang_jose::KeyAlgorithm::RsaOaep256.name(), "RSA-OAEP-256");
    /// ```
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::RsaOaep256 => "RSA-OAEP-256",
            Self::EcdhEs => "ECDH-ES",
        }
    }
}

/// The one value of `enc`.
pub(crate) const CONTENT_ENCRYPTION: &str = "A256GCM";
