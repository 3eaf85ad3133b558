//! Slip verification: the members of the hub, the banks that it asks, and what became of each question.

use super::listing::{codes_twice, list, query};
use crate::{
    Check, DateTime, Secret, Text, Uri, WholeNumber,
    decode::present,
    krungsri::goes_with,
    slip_verification::{BankCode, TransRef},
};
use satang_validation::{Code, Pointer, Rule, Violations};
#[cfg(feature = "schema")]
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

codes_twice! {
    /// A service of the hub, to which a member subscribes by itself.
    HubService, HubServiceShown {
        /// Whether the transaction on a slip exists.
        TransactionVerification = "transaction-verification",
        /// Whether a mobile number belongs to a citizen.
        NumberOwnership = "number-ownership",
    }
}

query! {
    /// Which members of the hub to list.
    HubMemberQuery {
        /// One member.
        bank: BankCode,
    }
}

list! {
    /// Members of the hub, by their codes.
    HubMemberList {
        /// The members of this page.
        members: HubMemberDetails
    }
}

/// A member of the hub. No secret is told.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(JsonSchema))]
#[serde(rename_all = "camelCase")]
pub struct HubMemberDetails {
    /// Its code.
    pub bank: BankCode,
    /// Its name, for people.
    pub name: String,
    /// The services to which it has subscribed.
    pub services: Vec<HubServiceShown>,
    /// The `kid` of each of its keys.
    pub key_identifications: Vec<String>,
    /// Where it is asked about its own slips, when that is outside.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub issuer_url: Option<String>,
    /// Since when it is a member.
    pub join_date_time: DateTime,
    /// When it left, if it did: then it is asked and answered no more.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub leave_date_time: Option<DateTime>,
}

impl Check for HubMemberDetails {}

/// A public key of a member, as a JSON Web Key (RFC 7517): RSA or P-256.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(JsonSchema))]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct MemberKey {
    /// What kind of key: `RSA` or `EC`.
    pub kty: Text<1, 16>,
    /// `sig`, if it is said.
    #[serde(rename = "use", default, deserialize_with = "present", skip_serializing_if = "Option::is_none")]
    pub purpose: Option<Text<1, 16>>,
    /// The one algorithm: `RS256`, `PS256` or `ES256`.
    pub alg: Text<1, 16>,
    /// Its name in tokens and signatures: the member's code, a hyphen and the certificate's version.
    pub kid: Text<1, 16>,
    /// Of an EC key: the curve, `P-256`.
    #[serde(default, deserialize_with = "present", skip_serializing_if = "Option::is_none")]
    pub crv: Option<Text<1, 16>>,
    /// Of an EC key: the first coordinate, in base64url.
    #[serde(default, deserialize_with = "present", skip_serializing_if = "Option::is_none")]
    pub x: Option<Text<1, 64>>,
    /// Of an EC key: the second coordinate, in base64url.
    #[serde(default, deserialize_with = "present", skip_serializing_if = "Option::is_none")]
    pub y: Option<Text<1, 64>>,
    /// Of an RSA key: the modulus, in base64url.
    #[serde(default, deserialize_with = "present", skip_serializing_if = "Option::is_none")]
    pub n: Option<Text<1, 1400>>,
    /// Of an RSA key: the exponent, in base64url.
    #[serde(default, deserialize_with = "present", skip_serializing_if = "Option::is_none")]
    pub e: Option<Text<1, 16>>,
}

/// Admits a member to the hub, also one that has left.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(JsonSchema))]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct HubMemberAdmission {
    /// Its code.
    pub bank: BankCode,
    /// Its name, for people.
    pub name: Text<1, 140>,
    /// What it sends as `API-Key`. Only a hash is kept.
    pub api_key: Secret,
    /// What it sends as `API-Secret`. Only a hash is kept.
    pub api_secret: Secret,
    /// The keys that it signs with, 1 to 8.
    #[cfg_attr(feature = "schema", schemars(length(min = 1, max = MOST_KEYS)))]
    pub keys: Vec<MemberKey>,
    /// The services to which it subscribes: none unless told otherwise.
    #[serde(default, deserialize_with = "present", skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "schema", schemars(extend("maxItems" = MOST_SERVICES)))]
    pub services: Option<Vec<HubService>>,
    /// Where the hub asks it about its own slips or mobile numbers, in front of the contract's path. Without it the hub asks the
    /// bank of that code which the sandbox plays, if there is one.
    #[serde(default, deserialize_with = "present", skip_serializing_if = "Option::is_none")]
    pub issuer_url: Option<Uri>,
}

impl Check for HubMemberAdmission {
    fn check(&self, found: &mut Violations) {
        check_keys(&self.keys, found);
        check_services(self.services.as_ref(), found);
    }
}

/// Changes a member of the hub: what is left out stays as it is.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(JsonSchema))]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct HubMemberChange {
    /// Its code.
    pub bank: BankCode,
    /// Its new name.
    #[serde(default, deserialize_with = "present", skip_serializing_if = "Option::is_none")]
    pub name: Option<Text<1, 140>>,
    /// The keys that it signs with from now on, in place of all that it had.
    #[serde(default, deserialize_with = "present", skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "schema", schemars(extend("minItems" = 1, "maxItems" = MOST_KEYS)))]
    pub keys: Option<Vec<MemberKey>>,
    /// The services to which it has subscribed from now on, in place of all that there were.
    #[serde(default, deserialize_with = "present", skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "schema", schemars(extend("maxItems" = MOST_SERVICES)))]
    pub services: Option<Vec<HubService>>,
    /// Where it is asked about its own slips from now on.
    #[serde(default, deserialize_with = "present", skip_serializing_if = "Option::is_none")]
    pub issuer_url: Option<Uri>,
}

impl Check for HubMemberChange {
    fn check(&self, found: &mut Violations) {
        if let Some(keys) = &self.keys {
            check_keys(keys, found);
        }
        check_services(self.services.as_ref(), found);
    }
}

/// Lets a member of the hub go.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(JsonSchema))]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct HubMemberRemoval {
    /// Its code.
    pub bank: BankCode,
}

impl Check for HubMemberRemoval {}

/// How many keys a member has at most.
const MOST_KEYS: usize = 8;
/// How many services may be named.
const MOST_SERVICES: usize = 8;

fn check_keys(keys: &[MemberKey], found: &mut Violations) {
    if !(1..=MOST_KEYS).contains(&keys.len()) {
        let rule = Rule::new(Code::Limit, format!("expected 1 to {MOST_KEYS} items"));
        found.add(Pointer::root().member("keys"), rule);
    }
}

fn check_services(services: Option<&Vec<HubService>>, found: &mut Violations) {
    if services.map_or(0, Vec::len) > MOST_SERVICES {
        let rule = Rule::new(Code::Limit, format!("expected at most {MOST_SERVICES} items"));
        found.add(Pointer::root().member("services"), rule);
    }
}

codes_twice! {
    /// How a bank that the sandbox plays answers the hub.
    IssuerBehaviour, IssuerBehaviourShown {
        /// As it should.
        Normal = "NORMAL",
        /// After a while.
        Slow = "SLOW",
        /// Not at all: it closes the connection.
        Down = "DOWN",
        /// With a signature that is wrong.
        BadSignature = "BAD_SIGNATURE",
        /// With something that is no answer.
        Garbage = "GARBAGE",
        /// About another transaction.
        WrongReference = "WRONG_REFERENCE",
        /// With a code, once it has found nothing wrong with the question.
        Code = "CODE",
    }
}

codes_twice! {
    /// Whether the hub asks a bank.
    BreakerState, BreakerStateShown {
        /// It does.
        Closed = "CLOSED",
        /// Not for a while, since the bank has failed five times in a row.
        Open = "OPEN",
        /// One question, which decides.
        HalfOpen = "HALF_OPEN",
    }
}

query! {
    /// Which banks that the hub asks to list.
    IssuerQuery {
        /// One bank.
        bank: BankCode,
    }
}

list! {
    /// Banks that the hub asks, by their codes.
    IssuerList {
        /// The banks of this page.
        issuers: IssuerDetails
    }
}

/// A bank that the hub asks, and how it is doing by the machine's clock.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(JsonSchema))]
#[serde(rename_all = "camelCase")]
pub struct IssuerDetails {
    /// Its code.
    pub bank: BankCode,
    /// Its name, for people.
    pub name: String,
    /// How it answers, when the sandbox plays it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub behaviour: Option<IssuerBehaviourShown>,
    /// After how long, in milliseconds; with `SLOW`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub delay_milliseconds: Option<u64>,
    /// With which code; with `CODE`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub code: Option<String>,
    /// Where it is asked, when that is outside.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub issuer_url: Option<String>,
    /// Whether it is asked.
    pub breaker: BreakerStateShown,
    /// How many questions it has answered in the last 60 seconds, also those that it refused or did not find.
    pub answered: u64,
    /// How many have come to nothing in the last 60 seconds (8503).
    pub failed: u64,
    /// How many are under way.
    pub in_flight: u64,
    /// Why the last one came to nothing that did, if any.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub last_failure: Option<String>,
}

impl Check for IssuerDetails {}

/// Changes how a bank that the sandbox plays answers the hub.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(JsonSchema))]
#[cfg_attr(feature = "schema", schemars(extend(
    "if" = { "properties": { "behaviour": { "const": "SLOW" } } },
    "then" = {
        "required": ["delayMilliseconds"],
        "properties": { "delayMilliseconds": true, "code": false },
        "additionalProperties": true,
    },
    "else" = {
        "if": { "properties": { "behaviour": { "const": "CODE" } } },
        "then": {
            "required": ["code"],
            "properties": { "delayMilliseconds": false, "code": true },
            "additionalProperties": true,
        },
        "else": {
            "properties": { "delayMilliseconds": false, "code": false },
            "additionalProperties": true,
        },
    },
)))]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct IssuerChange {
    /// Its code.
    pub bank: BankCode,
    /// How it answers from now on.
    pub behaviour: IssuerBehaviour,
    /// After how long, in milliseconds of the machine's clock; required with `SLOW`, and only there.
    #[serde(default, deserialize_with = "present", skip_serializing_if = "Option::is_none")]
    pub delay_milliseconds: Option<WholeNumber<1, 60_000>>,
    /// With which code, four digits; required with `CODE`, and only there. One that is not an issuer's becomes 8503.
    #[serde(default, deserialize_with = "present", skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "schema", schemars(extend("pattern" = "^[0-9]{4}$")))]
    pub code: Option<Text<4, 4>>,
}

impl Check for IssuerChange {
    fn check(&self, found: &mut Violations) {
        for (name, is_there, behaviour) in [
            ("delayMilliseconds", self.delay_milliseconds.is_some(), IssuerBehaviour::Slow),
            ("code", self.code.is_some(), IssuerBehaviour::Code),
        ] {
            let place = Pointer::root().member(name);
            match (self.behaviour == behaviour, is_there) {
                (true, false) => found.add(place, goes_with("behaviour")),
                (false, true) => {
                    let rule =
                        Rule::new(Code::Inconsistent, format!("goes with the behaviour {behaviour} only"));
                    found.add(place, rule);
                }
                _ => {}
            }
        }
        if self.code.as_ref().is_some_and(|code| !code.as_str().bytes().all(|byte| byte.is_ascii_digit())) {
            found.add(Pointer::root().member("code"), Rule::malformed("expected 4 digits"));
        }
    }
}

codes_twice! {
    /// How a question to the hub ended.
    VerificationEnd, VerificationEndShown {
        /// Parameters or headers are missing or malformed.
        BadRequest = "BAD_REQUEST",
        /// Key, secret or token are wrong.
        Unauthorized = "UNAUTHORIZED",
        /// The token was used before.
        Replayed = "REPLAYED",
        /// The member has not subscribed.
        NotSubscribed = "NOT_SUBSCRIBED",
        /// No route leads to the bank of the slip.
        NoRoute = "NO_ROUTE",
        /// The sponsoring bank's provider has no such service.
        SponsorUnsupported = "SPONSOR_UNSUPPORTED",
        /// The issuer knows the transaction.
        Found = "FOUND",
        /// The issuer does not, or not any more.
        NotFound = "NOT_FOUND",
        /// The issuer refuses the hub's question.
        IssuerRefused = "ISSUER_REFUSED",
        /// The issuer failed.
        IssuerError = "ISSUER_ERROR",
        /// No connection, no answer in time, or spared.
        IssuerUnreachable = "ISSUER_UNREACHABLE",
        /// The issuer's answer cannot be used.
        IssuerBadAnswer = "ISSUER_BAD_ANSWER",
        /// The hub failed.
        HubFailed = "HUB_FAILED",
        /// Whoever asked hung up before the answer.
        ClientGone = "CLIENT_GONE",
    }
}

query! {
    /// Which questions to the hub to list.
    VerificationQuery {
        /// Those of this member.
        member: BankCode,
        /// Those about this bank.
        destination: BankCode,
        /// Those about this reference.
        trans_ref: TransRef,
        /// Those that ended so.
        end_state: VerificationEnd,
    }
}

list! {
    /// Questions to the hub, oldest first.
    VerificationList {
        /// The questions of this page.
        verifications: VerificationDetails
    }
}

/// What became of a question to the hub. Holds no name, no account and no amount.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(JsonSchema))]
#[serde(rename_all = "camelCase")]
pub struct VerificationDetails {
    /// The hub's identifier of it.
    pub verification_identification: String,
    /// What was asked for.
    pub service: HubServiceShown,
    /// When it ended.
    pub date_time: DateTime,
    /// How it ended.
    pub end_state: VerificationEndShown,
    /// The code of the answer; none went out to somebody who hung up.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub code: Option<String>,
    /// Why, in words of the hub.
    pub reason: String,
    /// The member's identifier, `X-Request-Id`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub request_identification: Option<String>,
    /// Who asked, once that was proved.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub member: Option<BankCode>,
    /// About whose records.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub destination: Option<BankCode>,
    /// The reference on the slip.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub trans_ref: Option<TransRef>,
    /// How often the question was handed to the issuer.
    pub forwarded: u64,
    /// How long it took, in milliseconds of the machine's clock.
    pub took_milliseconds: u64,
}

impl Check for VerificationDetails {}

#[cfg(feature = "schema")]
mod examples {
    use super::*;
    use crate::contract::{example, text};

    example!(HubMemberQuery { bank: "069".parse().ok(), cursor: None, limit: 100.try_into().ok() });
    example!(HubMemberDetails {
        bank: text("069"),
        name: "My Bank".into(),
        services: vec![HubServiceShown::TransactionVerification],
        key_identifications: vec!["069-1".into()],
        issuer_url: Some("https://bank.example/slips".into()),
        join_date_time: text("2026-03-01T09:00:00.000+07:00"),
        leave_date_time: None,
    });
    example!(HubMemberList { members: vec![HubMemberDetails::example()], next_cursor: None });
    // The key of RFC 7517, appendix A.1.
    example!(MemberKey {
        kty: text("EC"),
        purpose: Some(text("sig")),
        alg: text("ES256"),
        kid: text("069-1"),
        crv: Some(text("P-256")),
        x: Some(text("MKBCTNIcKUSDii11ySs3526iDZ8AiTo7Tu6KPAqv7D4")),
        y: Some(text("4Etl6SRW2YiLUrN5vfvVHuhp7x8PxltmWWlbbM4IFyM")),
        n: None,
        e: None,
    });
    example!(HubMemberAdmission {
        bank: text("069"),
        name: text("My Bank"),
        api_key: text("my-bank-key"),
        api_secret: text("my-bank-secret"),
        keys: vec![MemberKey::example()],
        services: Some(vec![HubService::TransactionVerification]),
        issuer_url: "https://bank.example/slips".parse().ok(),
    });
    example!(HubMemberChange {
        bank: text("069"),
        name: "My Bank Public Co., Ltd.".parse().ok(),
        keys: Some(vec![MemberKey::example()]),
        services: Some(vec![HubService::TransactionVerification]),
        issuer_url: "https://bank.example/slips".parse().ok(),
    });
    example!(HubMemberRemoval { bank: text("069") });
    example!(IssuerQuery { bank: "014".parse().ok(), cursor: None, limit: 100.try_into().ok() });
    example!(IssuerDetails {
        bank: text("014"),
        name: "Siam Commercial Bank".into(),
        behaviour: Some(IssuerBehaviourShown::Slow),
        delay_milliseconds: Some(1500),
        code: None,
        issuer_url: None,
        breaker: BreakerStateShown::Closed,
        answered: 12,
        failed: 1,
        in_flight: 0,
        last_failure: Some("the bank of the slip did not answer in time".into()),
    });
    example!(IssuerList { issuers: vec![IssuerDetails::example()], next_cursor: None });
    example!(IssuerChange {
        bank: text("014"),
        behaviour: IssuerBehaviour::Slow,
        delay_milliseconds: 1500.try_into().ok(),
        code: None,
    });
    example!(VerificationQuery {
        member: "004".parse().ok(),
        destination: "014".parse().ok(),
        trans_ref: "00111222233344ABCD12".parse().ok(),
        end_state: Some(VerificationEnd::Found),
        cursor: None,
        limit: 100.try_into().ok(),
    });
    example!(VerificationDetails {
        verification_identification: "071f2a78-a77b-4e45-91ba-4bd96d5bcde9".into(),
        service: HubServiceShown::TransactionVerification,
        date_time: text("2026-03-01T09:00:00.000+07:00"),
        end_state: VerificationEndShown::Found,
        code: Some("0000".into()),
        reason: "Success".into(),
        request_identification: Some("0198f6c2-9d0a-7d3e-8e55-8f0e6d5c1a11".into()),
        member: Some(text("004")),
        destination: Some(text("014")),
        trans_ref: Some(text("00111222233344ABCD12")),
        forwarded: 1,
        took_milliseconds: 12,
    });
    example!(VerificationList { verifications: vec![VerificationDetails::example()], next_cursor: None });
}
