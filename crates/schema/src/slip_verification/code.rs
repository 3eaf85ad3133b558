//! What hub and issuers answer: their codes.

use crate::Text;

/// Codes of hub and issuers, each with its HTTP status, class, origin and meaning.
macro_rules! hub_codes {
    ($($(#[$doc:meta])* $name:ident = $code:literal, $status:literal, $class:ident, $origin:ident, $english:literal;)+) => {
        /// What became of a verification. `6` in front says that the hub speaks, `8` that the destination
        /// bank does, or that the hub speaks about it.
        ///
        /// The numbers are those of a public trace: a code list in a bank's public documentation repository
        /// of 2019. They are kept to be compatible. They are not ITMX's specification, which is not public;
        /// the names and the words are proposed by Satang, not published by the hub. Compare codes, not HTTP
        /// statuses: much of what fails comes with status 200.
        #[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
        #[non_exhaustive]
        pub enum HubCode {
            $(#[doc = concat!("`", $code, "`: ", $english, ".")] $(#[$doc])* $name,)+
            /// A code that this version does not know: up to 4 characters.
            Other(Text<0, 4>),
        }

        impl HubCode {
            /// Every known code.
            pub const ALL: &'static [Self] = &[$(Self::$name),+];

            /// The code as it travels.
            #[must_use]
            pub fn as_str(&self) -> &str {
                match self { $(Self::$name => $code,)+ Self::Other(code) => code.as_str() }
            }

            /// What it means, in English. The words are ours.
            #[must_use]
            pub fn english(&self) -> &'static str {
                match self { $(Self::$name => $english,)+ Self::Other(_) => "a code that this version does not know" }
            }

            /// The HTTP status that it comes with. Public.
            #[must_use]
            pub fn status(&self) -> u16 {
                match self { $(Self::$name => $status,)+ Self::Other(_) => 200 }
            }

            /// What to do about it.
            #[must_use]
            pub fn class(&self) -> HubCodeClass {
                match self { $(Self::$name => HubCodeClass::$class,)+ Self::Other(_) => HubCodeClass::TryAgain }
            }

            /// Where the number comes from.
            #[must_use]
            pub fn origin(&self) -> CodeOrigin {
                match self { $(Self::$name => CodeOrigin::$origin,)+ Self::Other(_) => CodeOrigin::Unknown }
            }
        }

        impl std::str::FromStr for HubCode {
            type Err = satang_validation::Rule;

            fn from_str(code: &str) -> Result<Self, Self::Err> {
                match code { $($code => Ok(Self::$name),)+ other => other.parse().map(Self::Other) }
            }
        }

        #[cfg(feature = "schema")]
        crate::contract::inline_schema!(HubCode, "HubCode", {
            "type": "string", "maxLength": 4, "pattern": crate::contract::NO_CONTROLS,
            "x-extensible-enum": [$($code),+],
        });
    };
}

crate::scalar::codes!(common HubCode);

/// What to do about a code.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum HubCodeClass {
    /// The transaction exists.
    Found,
    /// No such transaction, or it is older than the issuer keeps them.
    NotFound,
    /// The bank of the slip cannot be asked, now or later.
    NoService,
    /// Nobody knows: ask again later.
    TryAgain,
    /// The request is wrong.
    Invalid,
    /// Who asks, or with what token, is wrong.
    Denied,
}

/// Where the number of a code comes from.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum CodeOrigin {
    /// The public trace. Not ITMX's specification.
    PublicTrace,
    /// Proposed by Satang; not published by the hub.
    Satang,
    /// Not in our table.
    Unknown,
}

hub_codes! {
    Found = "0000", 200, Found, PublicTrace, "the transaction exists";
    NotFoundOrExpired = "8404", 200, NotFound, PublicTrace, "the reference is not known, or older than it is kept";
    IssuerNotFound = "6501", 200, NoService, PublicTrace, "the bank of the slip is not known here, or has no such service";
    SponsorUnsupported = "8501", 200, NoService, PublicTrace, "the provider behind the sponsoring bank has no such service";
    IssuerUnreachable = "8503", 200, TryAgain, PublicTrace, "the bank of the slip could not be asked";
    MissingParameter = "6400", 400, Invalid, PublicTrace, "a parameter is missing or malformed";
    MissingApiVersion = "6410", 400, Invalid, PublicTrace, "the header X-API-Version is missing or not supported";
    MissingCertificateVersion = "6411", 400, Invalid, PublicTrace, "the header X-CRT-Version is missing or malformed";
    MissingDestinationBank = "6412", 400, Invalid, PublicTrace, "the header X-Dest-Bank is missing or malformed";
    IssuerMissingParameter = "8400", 400, Invalid, PublicTrace, "the bank of the slip misses a parameter";
    IssuerMissingApiVersion = "8410", 400, Invalid, PublicTrace, "the bank of the slip misses the header X-API-Version";
    IssuerMissingCertificateVersion = "8411", 400, Invalid, PublicTrace, "the bank of the slip misses the header X-CRT-Version";
    BadCredentials = "6421", 401, Denied, PublicTrace, "the API key or secret is wrong";
    IssuerClaimMismatch = "6422", 401, Denied, PublicTrace, "the token was not issued by the bank of the API key";
    AudienceMismatch = "6423", 401, Denied, PublicTrace, "the token is not meant for the hub";
    MissingTracingId = "6424", 401, Denied, PublicTrace, "the token has no tracing identifier, or not that of the request";
    /// The public list has no number for it.
    Replayed = "6425", 401, Denied, Satang, "the token was used before";
    BadSignature = "6701", 401, Denied, PublicTrace, "the signature of the token is wrong, or it is about another slip";
    TokenExpired = "6702", 401, Denied, PublicTrace, "the token has expired, or lives too long";
    WrongCertificateVersion = "6703", 401, Denied, PublicTrace, "the token is signed under another certificate version";
    HubTokenSignature = "8701", 401, TryAgain, PublicTrace, "the bank of the slip refuses the signature of the hub's token";
    HubTokenExpired = "8702", 401, TryAgain, PublicTrace, "the bank of the slip takes the hub's token for expired";
    HubCertificateVersion = "8703", 401, TryAgain, PublicTrace, "the bank of the slip refuses the hub's certificate version";
    NotSubscribed = "6403", 403, Denied, PublicTrace, "the participant has not subscribed to the service";
    HubInternal = "6500", 500, TryAgain, PublicTrace, "the hub failed";
    IssuerInternal = "8500", 500, TryAgain, PublicTrace, "the bank of the slip failed";
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::collections::HashSet;

    #[test]
    fn codes_are_read_as_they_are_written_and_stand_once() {
        let all: HashSet<_> = HubCode::ALL.iter().map(HubCode::as_str).collect();
        assert_eq!(all.len(), HubCode::ALL.len());
        for code in HubCode::ALL {
            assert_eq!(code.as_str().parse().as_ref(), Ok(code));
            assert!(!matches!(code.origin(), CodeOrigin::Unknown));
        }
        let unknown: HubCode = "7777".parse().unwrap();
        assert_eq!((unknown.as_str(), unknown.class()), ("7777", HubCodeClass::TryAgain));
    }
}
