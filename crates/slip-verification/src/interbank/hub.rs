//! The hub: takes a member's question, finds who has the records, asks, and passes on what is answered.

mod directory;
mod forwarding;
mod standing;
mod trail;

use super::{
    AnswerSigner, Asked, Audit, EndState, HUB, Question, Surroundings, TokenFault, TokenSigner,
    answer::Found,
    exchange::{self, Fault, fault},
    membership::{Membership, Seat},
    signature,
    token::Claimed,
};
use bytes::Bytes;
use directory::{DeadEnd, Directory, Entry};
use http::Response;
use satang_core::Transport;
use satang_jose::{Error, Kind};
use satang_schema::slip_verification::{HubCode, HubKeys, NumberOwnershipQuery, TransactionQuery};
use std::{prelude::v1::*, sync::Arc, time::Duration};
use trail::Trail;
use uuid::Uuid;

/// Limits of a hub. Proposed by Satang; not published by the hub.
#[derive(Clone, Debug)]
pub struct HubSettings {
    /// How long a whole verification takes at most: 8 seconds, less if the member's `X-Deadline-Ms` says so.
    pub whole: Duration,
    /// How long the issuer is waited for: 5 seconds, less if less is left of the whole.
    pub issuer: Duration,
    /// What is kept of the whole for the hub's own work, so that whoever asked gets an answer and no cut
    /// connection: 200 milliseconds.
    pub reserve: Duration,
    /// Whether an answer with an unmasked account or proxy is refused: yes.
    pub enforce_masking: bool,
    /// How many tokens of each member are remembered at a time: 100,000. A token is remembered for 90 seconds, so
    /// this is what a member may ask in that time; further questions of it get 6500, and nobody else's do.
    pub tokens_per_member: usize,
}

impl Default for HubSettings {
    fn default() -> Self {
        Self {
            whole: Duration::from_secs(8),
            issuer: Duration::from_secs(5),
            reserve: Duration::from_millis(200),
            enforce_masking: true,
            tokens_per_member: 100_000,
        }
    }
}

/// The hub of a network of banks.
///
/// Each question ends in exactly one [`EndState`], and its record is durable before the answer leaves.
/// Nothing is forwarded that is not authenticated and routed, and only [`EndState::Found`] carries details.
///
/// Members and issuers come and go while it answers: share it by [`Arc`]. Who they are is kept by the caller, and
/// told again after a restart; a new hub has none, and refuses everybody.
#[derive(Debug)]
pub struct Hub<T, A: Audit, S> {
    members: Membership,
    directory: Directory<T>,
    asks: TokenSigner,
    answers: AnswerSigner,
    keys: HubKeys,
    audit: A,
    surroundings: S,
    settings: HubSettings,
}

/// A verification that ended in anything but found.
type Ended = (EndState, Fault);

/// A question whose form is right.
struct Received<'a, Q> {
    question: Q,
    version: &'a str,
}

/// A question whose asker is known. Only [`Hub::authenticate`] makes one.
struct Authenticated<'a, Q> {
    received: &'a Received<'a, Q>,
    member: Arc<Seat>,
    id: Uuid,
}

/// A question whose issuer is known. Only [`Hub::route`] makes one, of an authenticated question, and only
/// with one is anything forwarded.
struct Routed<'a, T, Q> {
    asked: &'a Authenticated<'a, Q>,
    issuer: Arc<Entry<T>>,
}

impl<T: Transport, A: Audit, S: Surroundings> Hub<T, A, S> {
    /// A hub that asks under `asks` and signs its answers under `answers`. Nobody is a member yet, and nobody can be
    /// asked.
    ///
    /// # Errors
    /// When `asks` is not the hub's, or two keys go by the same `kid`.
    pub fn new(
        (asks, answers): (TokenSigner, AnswerSigner),
        (audit, surroundings): (A, S),
        settings: HubSettings,
    ) -> Result<Self, Error> {
        if asks.issuer() != HUB {
            return Err(Error::new(Kind::Setup, "the hub asks in its own name"));
        }
        let keys = signature::public_keys([asks.verifying_key(), answers.verifying_key()])?;
        let (members, directory) = (Membership::new(settings.tokens_per_member), Directory::default());
        Ok(Self { members, directory, asks, answers, keys, audit, surroundings, settings })
    }

    /// Answers a member's question about a transaction, which its query holds. When the future is dropped, its record
    /// says that whoever asked has gone.
    pub async fn verify_transaction(&self, asked: Asked<'_>) -> Response<Bytes> {
        self.answer::<TransactionQuery>(asked).await
    }

    /// Answers a member's question about a mobile number, which its body holds; otherwise as
    /// [`verify_transaction`](Self::verify_transaction).
    pub async fn verify_number_ownership(&self, asked: Asked<'_>) -> Response<Bytes> {
        self.answer::<NumberOwnershipQuery>(asked).await
    }

    /// The public keys of the hub, for everybody.
    #[must_use]
    pub fn keys(&self) -> &HubKeys {
        &self.keys
    }

    async fn answer<Q: Question>(&self, asked: Asked<'_>) -> Response<Bytes> {
        let mut trail = Trail::begin(&self.audit, &self.surroundings, Q::SERVICE);
        trail.record.request_id = exchange::request_id(asked.headers);
        let outcome = self.verify::<Q>(asked, &mut trail).await;
        self.reply(trail, outcome).await
    }

    /// The states of one verification, in their order.
    async fn verify<Q: Question>(
        &self,
        asked: Asked<'_>,
        trail: &mut Trail<'_, A, S>,
    ) -> Result<Found, Ended> {
        let received = receive::<Q>(asked).map_err(|fault| (EndState::BadRequest, fault))?;
        trail.record.destination = Some(received.question.destination().clone());
        received.question.note(&mut trail.record);
        let authenticated = self.authenticate(&received, asked)?;
        trail.record.member = Some(authenticated.member.bank().clone());
        let routed = self.route(&authenticated)?;
        self.forward(&routed, asked.headers, trail).await
    }

    fn authenticate<'a, Q: Question>(
        &self,
        received: &'a Received<'a, Q>,
        asked: Asked<'_>,
    ) -> Result<Authenticated<'a, Q>, Ended> {
        let denied = |code, reason| (EndState::Unauthorized, fault(code, reason));
        let member = self.member(asked);
        let member = member.ok_or(denied(HubCode::BadCredentials, "the API key or secret is wrong"))?;
        let token = exchange::bearer(asked.headers);
        let token = token.ok_or(denied(HubCode::BadSignature, "there is no token"))?;
        let Received { question, version } = received;
        let id = exchange::request_id(asked.headers);
        let id = id.ok_or(denied(HubCode::MissingTracingId, "X-Request-Id: expected a UUID"))?;
        let claimed = Claimed { version, question, id: Some(id) };
        member.verify(token, claimed, self.surroundings.now()).map_err(refused)?;
        if !member.is_subscribed_to(Q::SERVICE) {
            let reason = "the participant has not subscribed to the service";
            return Err((EndState::NotSubscribed, fault(HubCode::NotSubscribed, reason)));
        }
        Ok(Authenticated { received, member, id })
    }

    /// Who asks: by key and secret, or by the certificate where that was agreed with the member. A certificate that
    /// is there is never another one's.
    fn member(&self, asked: Asked<'_>) -> Option<Arc<Seat>> {
        let is_given = |name| asked.headers.contains_key(name);
        let member = if is_given(exchange::API_KEY) || is_given(exchange::API_SECRET) {
            let key = exchange::text(asked.headers, &exchange::API_KEY)?;
            self.members.find(key, exchange::text(asked.headers, &exchange::API_SECRET)?)?
        } else {
            self.members.find_by_certificate(asked.certificate_of?)?
        };
        asked.certificate_of.is_none_or(|bank| bank == member.bank()).then_some(member)
    }

    fn route<'a, Q: Question>(&self, asked: &'a Authenticated<'a, Q>) -> Result<Routed<'a, T, Q>, Ended> {
        let found =
            self.directory.find(Q::SERVICE, asked.received.question.destination(), self.surroundings.now());
        let issuer = found.map_err(|dead_end| match dead_end {
            DeadEnd::NoRoute => {
                (EndState::NoRoute, fault(HubCode::IssuerNotFound, "no route leads to an issuer"))
            }
            DeadEnd::SponsorUnsupported => {
                let reason = "the provider behind the sponsoring bank has no such service";
                (EndState::SponsorUnsupported, fault(HubCode::SponsorUnsupported, reason))
            }
        })?;
        Ok(Routed { asked, issuer })
    }

    /// Writes and signs the answer, keeps the record, and only then lets go of both.
    async fn reply(&self, mut trail: Trail<'_, A, S>, outcome: Result<Found, Ended>) -> Response<Bytes> {
        let (mut end, Fault { mut code, mut reason, detail }, mut found) = match outcome {
            Ok(found) => (EndState::Found, fault(HubCode::Found, "Success"), Some(found)),
            Err((end, fault)) => (end, fault, None),
        };
        let message = detail.as_deref().unwrap_or(reason);
        let mut body = exchange::body(&code, message, found.as_ref().map(|found| found.data.get()));
        let mut signature = self.answers.sign(&body);
        if signature.is_err() {
            (end, code, reason, found) =
                (EndState::HubFailed, HubCode::HubInternal, "the hub could not sign its answer", None);
            body = exchange::body(&code, reason, None);
        }
        if trail.finish(end, &code, reason).await.is_err() {
            (code, found) = (HubCode::HubInternal, None);
            body = exchange::body(&code, "the hub could not keep its record", None);
            signature = self.answers.sign(&body);
        }
        let mut response = exchange::answer(&code, body);
        let headers = response.headers_mut();
        if let Some(id) = trail.record.request_id {
            exchange::put(headers, exchange::REQUEST_ID, &id.hyphenated().to_string());
        }
        if let Ok(signature) = signature {
            exchange::put(headers, exchange::SIGNATURE, &signature);
        }
        if let Some(found) = found {
            exchange::put(headers, exchange::ISSUER_SIGNATURE, &found.signature);
        }
        response
    }
}

/// Whether the form of a question is right.
fn receive<Q: Question>(asked: Asked<'_>) -> Result<Received<'_, Q>, Fault> {
    let headers = asked.headers;
    if exchange::text(headers, &exchange::API_VERSION) != Some("1") {
        return Err(fault(HubCode::MissingApiVersion, "X-API-Version: expected 1"));
    }
    let version = exchange::certificate_version(headers)
        .ok_or(fault(HubCode::MissingCertificateVersion, "X-CRT-Version: expected 1 to 6 digits"))?;
    let destination = exchange::bank(headers, &exchange::DESTINATION)
        .ok_or(fault(HubCode::MissingDestinationBank, "X-Dest-Bank: expected 3 digits"))?;
    let question = Q::read(asked.content);
    let question = question.map_err(|why| Fault::unreadable(HubCode::MissingParameter, why))?;
    // Else a question could be routed by one code and looked up under another.
    if destination != *question.destination() {
        return Err(fault(HubCode::MissingParameter, "X-Dest-Bank and the question name different issuers"));
    }
    Ok(Received { question, version })
}

/// What a fault of a member's token is called.
fn refused(found: TokenFault) -> Ended {
    let (code, reason) = match found {
        TokenFault::Signature => (HubCode::BadSignature, "the signature of the token is wrong"),
        TokenFault::Question => (HubCode::BadSignature, "the token is about another question"),
        TokenFault::Certificate => {
            (HubCode::WrongCertificateVersion, "the token is signed under another certificate version")
        }
        TokenFault::Issuer => {
            (HubCode::IssuerClaimMismatch, "the token was not issued by the bank of the API key")
        }
        TokenFault::Audience => (HubCode::AudienceMismatch, "the token is not meant for the hub"),
        TokenFault::TracingId => {
            (HubCode::MissingTracingId, "the token has no tracing identifier, or not that of the request")
        }
        TokenFault::Expired => (HubCode::TokenExpired, "the token has expired, or lives too long"),
        TokenFault::Replayed => {
            return (EndState::Replayed, fault(HubCode::Replayed, "the token was used before"));
        }
        TokenFault::Busy => return failed("the hub has too many questions at a time"),
    };
    (EndState::Unauthorized, fault(code, reason))
}

const fn failed(reason: &'static str) -> Ended {
    (EndState::HubFailed, fault(HubCode::HubInternal, reason))
}
