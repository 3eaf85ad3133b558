//! The token of one question: a compact JWS, good once, for this question and no other.

use super::{
    Question, Service,
    replay::{Replay, Seen},
};
use jiff::Timestamp;
use satang_jose::{
    Error, KeySet, Kind, NumericDate, Profile,
    SignatureAlgorithm::{Es256, Ps256, Rs256},
    Signer, SigningKey, Verifier, VerifyingKey, unverified,
};
use satang_schema::{Check, decode, slip_verification::BankCode};
use serde::{Deserialize, Serialize};
use std::{
    prelude::v1::*,
    sync::{Mutex, PoisonError},
};
use uuid::Uuid;

/// How the hub calls itself in `iss` and `aud`. Proposed by Satang; the audience is public.
pub const HUB: &str = "itmx";

/// The longest life of a token, in seconds.
const LIFETIME: i64 = 60;
/// How far clocks may differ, in seconds.
const SKEW: i64 = 30;
/// For how long a token can be good after it was used, in seconds: a clock that is ahead made it, and one that is
/// behind would take it.
pub(super) const LONGEST: i64 = LIFETIME + 2 * SKEW;

/// Signs the questions of one party.
#[derive(Clone, Debug)]
pub struct TokenSigner {
    issuer: String,
    version: String,
    signer: Signer,
}

impl TokenSigner {
    /// Signs as `issuer` (a bank's code, or [`HUB`]) under a key whose `kid` is `issuer`, a hyphen and the
    /// certificate's version.
    ///
    /// # Errors
    /// When the key has no such `kid`, or an algorithm that the hub does not take.
    pub fn new(issuer: &str, key: &SigningKey) -> Result<Self, Error> {
        let signer = Signer::new(&profile(), key)?;
        let version = signer.verifying_key().key_id().and_then(|kid| version(kid, issuer));
        let version = version.ok_or(Error::new(Kind::Setup, "the kid is not issuer-version"))?.to_owned();
        Ok(Self { issuer: issuer.to_owned(), version, signer })
    }

    /// The certificate's version, for `X-CRT-Version`.
    #[must_use]
    pub fn version(&self) -> &str {
        &self.version
    }

    /// What verifies its tokens.
    #[must_use]
    pub fn verifying_key(&self) -> &VerifyingKey {
        self.signer.verifying_key()
    }

    pub(super) fn issuer(&self) -> &str {
        &self.issuer
    }

    /// A token for `audience`, about `question`, that can be used once under `id`.
    ///
    /// # Errors
    /// When the key cannot sign.
    pub fn sign<Q: Question>(
        &self,
        audience: &str,
        question: &Q,
        id: Uuid,
        now: Timestamp,
    ) -> Result<String, Error> {
        let (tr, qd) = subject(question);
        let claims = Claims {
            iss: self.issuer.clone(),
            aud: audience.to_owned(),
            jti: Some(id.hyphenated().to_string()),
            iat: now.as_second(),
            exp: now.as_second().saturating_add(LIFETIME),
            sb: question.destination().clone(),
            tr,
            qd,
        };
        let payload = serde_json::to_vec(&claims).map_err(|_| Error::new(Kind::Setup, "no JSON"))?;
        self.signer.sign(payload)
    }
}

/// Verifies the questions of one party to another.
#[derive(Debug)]
pub struct TokenVerifier {
    reader: TokenReader,
    used: Mutex<Replay>,
}

impl TokenVerifier {
    /// Verifies tokens of `issuer` for `audience` (each a bank's code, or [`HUB`]) under these keys, whose
    /// `kid` is `issuer`, a hyphen and a version: no other issuer's key is taken. Remembers at most `most`
    /// tokens at a time against replay; a token lives 90 seconds with the skew.
    ///
    /// # Errors
    /// When a key has another `kid`, or an algorithm that the hub does not take.
    pub fn new(issuer: &str, audience: &str, keys: KeySet, most: usize) -> Result<Self, Error> {
        let reader = TokenReader::new(issuer, audience, keys)?;
        Ok(Self { reader, used: Mutex::new(Replay::new(most)) })
    }

    /// Verifies a token and uses it up.
    pub(super) fn verify<Q: Question>(
        &self,
        token: &str,
        claimed: Claimed<'_, Q>,
        now: Timestamp,
    ) -> Result<(), TokenFault> {
        self.reader.verify(token, claimed, &self.used, now)
    }
}

/// Reads the tokens of one issuer to one audience.
#[derive(Debug)]
pub(super) struct TokenReader {
    issuer: String,
    audience: String,
    verifier: Verifier,
}

/// What a question claims beside its token.
#[derive(Debug)]
pub(super) struct Claimed<'a, Q> {
    pub(super) version: &'a str,
    pub(super) question: &'a Q,
    /// The tracing identifier, when the token must have it as its own.
    pub(super) id: Option<Uuid>,
}

/// What is wrong with a token.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum TokenFault {
    /// Malformed, or the signature is wrong.
    Signature,
    /// The key is not one of the certificate version that was named.
    Certificate,
    /// Somebody else issued it.
    Issuer,
    /// It is meant for somebody else.
    Audience,
    /// It has no tracing identifier, or another than the request.
    TracingId,
    /// It has expired, is from the future, or lives too long.
    Expired,
    /// It is about another question.
    Question,
    /// It was used before.
    Replayed,
    /// Too many tokens are remembered to take another one.
    Busy,
}

impl TokenReader {
    pub(super) fn new(issuer: &str, audience: &str, keys: KeySet) -> Result<Self, Error> {
        // A key of another name would let one party sign in the name of another.
        if !keys.iter().all(|key| key.key_id().is_some_and(|kid| version(kid, issuer).is_some())) {
            return Err(Error::new(Kind::Setup, "the kid is not issuer-version"));
        }
        let verifier = Verifier::new(&profile(), keys)?;
        Ok(Self { issuer: issuer.to_owned(), audience: audience.to_owned(), verifier })
    }

    /// Verifies a token and notes it among those that were used.
    pub(super) fn verify<Q: Question>(
        &self,
        token: &str,
        claimed: Claimed<'_, Q>,
        used: &Mutex<Replay>,
        now: Timestamp,
    ) -> Result<(), TokenFault> {
        let claims = self.read(token, &claimed, now)?;
        let id = claims.jti.as_deref().and_then(|id| id.parse::<Uuid>().ok()).ok_or(TokenFault::TracingId)?;
        if claimed.id.is_some_and(|expected| expected != id) {
            return Err(TokenFault::TracingId);
        }
        // To the second after which the token is refused as expired.
        let until = claims.exp.saturating_add(SKEW);
        let mut used = used.lock().unwrap_or_else(PoisonError::into_inner);
        match used.note(id, until, now.as_second()) {
            Seen::First => Ok(()),
            Seen::Before => Err(TokenFault::Replayed),
            Seen::Full => Err(TokenFault::Busy),
        }
    }

    /// All but the identifier.
    fn read<Q: Question>(
        &self,
        token: &str,
        claimed: &Claimed<'_, Q>,
        now: Timestamp,
    ) -> Result<Claims, TokenFault> {
        let date = NumericDate::new(now.as_second()).map_err(|_| TokenFault::Expired)?;
        let verified = self.verifier.verify(token, date).map_err(|error| match error.kind() {
            Kind::UnknownKey if self.is_of_another(token) => TokenFault::Issuer,
            Kind::UnknownKey => TokenFault::Certificate,
            _ => TokenFault::Signature,
        })?;
        let kid = verified.signatory().key().key_id().unwrap_or_default();
        if version(kid, &self.issuer) != Some(claimed.version) {
            return Err(TokenFault::Certificate);
        }
        let claims: Claims = decode(verified.payload()).map_err(|_| TokenFault::Signature)?;
        if claims.iss != self.issuer {
            return Err(TokenFault::Issuer);
        }
        if claims.aud != self.audience {
            return Err(TokenFault::Audience);
        }
        let life = claims.exp.saturating_sub(claims.iat);
        let is_alive = now.as_second() < claims.exp.saturating_add(SKEW)
            && claims.iat <= now.as_second().saturating_add(SKEW);
        if !is_alive || !(1..=LIFETIME).contains(&life) {
            return Err(TokenFault::Expired);
        }
        let (tr, qd) = subject(claimed.question);
        if claims.sb != *claimed.question.destination() || claims.tr != tr || claims.qd != qd {
            return Err(TokenFault::Question);
        }
        Ok(claims)
    }

    /// Whether a token whose key is not known names one of another issuer. It is refused in either case; this
    /// tells only in which words.
    fn is_of_another(&self, token: &str) -> bool {
        let header = unverified::decode(token.as_bytes()).ok().and_then(|token| token.header.bytes.ok());
        let header = header.and_then(|bytes| decode::<Header>(&bytes).ok());
        header.and_then(|header| header.kid).is_some_and(|kid| version(&kid, &self.issuer).is_none())
    }
}

/// As much of a token's header as tells whose key it names.
#[derive(Debug, Deserialize)]
struct Header {
    #[serde(default)]
    kid: Option<String>,
}

impl Check for Header {}

/// What a token says. Others may be there and mean nothing here.
#[derive(Debug, Serialize, Deserialize)]
struct Claims {
    iss: String,
    aud: String,
    #[serde(default)]
    jti: Option<String>,
    iat: i64,
    exp: i64,
    sb: BankCode,
    /// Of a transaction, its reference.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    tr: Option<String>,
    /// Of any other question, its digest.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    qd: Option<String>,
}

impl Check for Claims {}

/// What a token says of its question, beside the destination: `tr` or `qd`. A token for one service is none for
/// another.
fn subject<Q: Question>(question: &Q) -> (Option<String>, Option<String>) {
    match Q::SERVICE {
        Service::TransactionVerification => (Some(question.subject()), None),
        Service::NumberOwnership => (None, Some(question.subject())),
    }
}

/// The claims are validated here and not by the profile, for each has a code of its own.
fn profile() -> Profile {
    Profile::new([Rs256, Ps256, Es256]).typ("JWT").max_token(4096)
}

/// The version in a `kid` such as `014-3`, if it belongs to `issuer`.
fn version<'a>(kid: &'a str, issuer: &str) -> Option<&'a str> {
    let version = kid.strip_prefix(issuer)?.strip_prefix('-')?;
    let is_version = (1..=6).contains(&version.len()) && version.bytes().all(|byte| byte.is_ascii_digit());
    is_version.then_some(version)
}
