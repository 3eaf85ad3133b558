//! The hub: takes a member's question, finds the bank of the slip, asks it, and passes on what it says.

mod directory;
mod standing;
mod trail;

use super::{
    AnswerSigner, Asked, Audit, EndState, Service, Surroundings, TokenFault, TokenSigner,
    answer::{self, Found},
    exchange::{self, Fault, fault},
    membership::{Membership, Seat},
    token::Claimed,
    within::within,
};
use bytes::Bytes;
use directory::{DeadEnd, Directory, Entry};
use http::{HeaderMap, HeaderValue, Response, header};
use satang_core::{Kind, Sent, Transport};
use satang_schema::slip_verification::{HubCode, TransactionQuery};
use std::{format, prelude::v1::*, sync::Arc, time::Duration};
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
    audit: A,
    surroundings: S,
    settings: HubSettings,
}

/// A verification that ended in anything but found.
type Ended = (EndState, Fault);

/// A question whose form is right.
struct Received<'a> {
    question: TransactionQuery,
    version: &'a str,
}

/// A question whose asker is known. Only [`Hub::authenticate`] makes one.
struct Authenticated<'a> {
    received: &'a Received<'a>,
    member: Arc<Seat>,
    id: Uuid,
}

/// A question whose issuer is known. Only [`Hub::route`] makes one, of an authenticated question, and only
/// with one is anything forwarded.
struct Routed<'a, T> {
    asked: &'a Authenticated<'a>,
    issuer: Arc<Entry<T>>,
}

impl<T: Transport, A: Audit, S: Surroundings> Hub<T, A, S> {
    /// A hub that asks under `asks` and signs its answers under `answers`. Nobody is a member yet, and nobody can be
    /// asked.
    pub fn new(
        (asks, answers): (TokenSigner, AnswerSigner),
        (audit, surroundings): (A, S),
        settings: HubSettings,
    ) -> Self {
        let (members, directory) = (Membership::new(settings.tokens_per_member), Directory::default());
        Self { members, directory, asks, answers, audit, surroundings, settings }
    }

    /// Answers a member's question about a transaction: the query holds it. When the future is dropped, its record
    /// says that whoever asked has gone.
    pub async fn verify_transaction(&self, asked: Asked<'_>) -> Response<Bytes> {
        let mut trail = Trail::begin(&self.audit, &self.surroundings, Service::TransactionVerification);
        trail.record.request_id = exchange::request_id(asked.headers);
        let outcome = self.verify(asked, &mut trail).await;
        self.reply(trail, outcome).await
    }

    /// The states of one verification, in their order.
    async fn verify(&self, asked: Asked<'_>, trail: &mut Trail<'_, A, S>) -> Result<Found, Ended> {
        let received = receive(asked).map_err(|fault| (EndState::BadRequest, fault))?;
        trail.record.destination = Some(received.question.sending_bank.clone());
        trail.record.trans_ref = Some(received.question.trans_ref.clone());
        let authenticated = self.authenticate(&received, asked)?;
        trail.record.member = Some(authenticated.member.bank().clone());
        let routed = self.route(&authenticated)?;
        self.forward(&routed, asked.headers, trail).await
    }

    fn authenticate<'a>(
        &self,
        received: &'a Received<'a>,
        asked: Asked<'_>,
    ) -> Result<Authenticated<'a>, Ended> {
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
        if !member.is_subscribed_to(Service::TransactionVerification) {
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

    fn route<'a>(&self, asked: &'a Authenticated<'a>) -> Result<Routed<'a, T>, Ended> {
        let found = self.directory.find(&asked.received.question.sending_bank, self.surroundings.now());
        let issuer = found.map_err(|dead_end| match dead_end {
            DeadEnd::NoRoute => {
                (EndState::NoRoute, fault(HubCode::IssuerNotFound, "no route leads to the bank of the slip"))
            }
            DeadEnd::SponsorUnsupported => {
                let reason = "the provider behind the sponsoring bank has no such service";
                (EndState::SponsorUnsupported, fault(HubCode::SponsorUnsupported, reason))
            }
        })?;
        Ok(Routed { asked, issuer })
    }

    /// Asks the issuer, spares it when it has been failing, and tells the breaker how it went.
    async fn forward(
        &self,
        routed: &Routed<'_, T>,
        headers: &HeaderMap,
        trail: &mut Trail<'_, A, S>,
    ) -> Result<Found, Ended> {
        let under_way = routed.issuer.pulse.admit(self.surroundings.now());
        let under_way = under_way.ok_or(unreachable("the bank of the slip has not been answering"))?;
        let outcome = match self.ask(routed, headers, trail).await {
            Ok(response) => self.judge(routed, &response),
            Err(ended) => Err(ended),
        };
        match &outcome {
            Err((_, fault)) if fault.code == HubCode::IssuerUnreachable => {
                under_way.failed(self.surroundings.now(), fault.reason);
            }
            Err((EndState::HubFailed, _)) => {}
            _ => under_way.answered(self.surroundings.now()),
        }
        outcome
    }

    /// The issuer's answer. It is asked again once, when the question certainly never left, under a new token
    /// and in the same time.
    async fn ask(
        &self,
        routed: &Routed<'_, T>,
        headers: &HeaderMap,
        trail: &mut Trail<'_, A, S>,
    ) -> Result<Response<Bytes>, Ended> {
        let question = &routed.asked.received.question;
        let end = trail.record.at.saturating_add(self.budget(headers)).unwrap_or(trail.record.at);
        for is_last in [false, true] {
            let left = Duration::try_from(self.surroundings.now().duration_until(end)).unwrap_or_default();
            if left.is_zero() {
                return Err(unreachable("no time is left to ask the bank of the slip"));
            }
            let headers = self.question_headers(routed, left)?;
            trail.record.forwarded += 1;
            let call = routed.issuer.client.look_up_transaction(question, headers);
            match within(&self.surroundings, left, call).await {
                Some(Ok(response)) => return Ok(response),
                Some(Err(error)) if !is_last && error.sent() == Sent::No && error.kind() == Kind::Connect => {
                }
                Some(Err(_)) => return Err(unreachable("the bank of the slip could not be reached")),
                None => return Err(unreachable("the bank of the slip did not answer in time")),
            }
        }
        Err(unreachable("the bank of the slip could not be reached"))
    }

    /// How long after the question came the issuer must have answered.
    fn budget(&self, headers: &HeaderMap) -> Duration {
        let asked = exchange::text(headers, &exchange::DEADLINE).and_then(|text| text.parse().ok());
        let whole =
            asked.map_or(self.settings.whole, |most| self.settings.whole.min(Duration::from_millis(most)));
        whole.saturating_sub(self.settings.reserve).min(self.settings.issuer)
    }

    fn question_headers(&self, routed: &Routed<'_, T>, left: Duration) -> Result<HeaderMap, Ended> {
        let Authenticated { received: Received { question, .. }, member, id } = routed.asked;
        let now = self.surroundings.now();
        let token = self.asks.sign(routed.issuer.bank.as_str(), question, self.surroundings.uuid(), now);
        let token = token.map_err(|_| failed("the hub could not sign its question"))?;
        let mut headers = HeaderMap::new();
        headers.insert(exchange::API_VERSION, HeaderValue::from_static("1"));
        exchange::put(&mut headers, exchange::CERTIFICATE_VERSION, self.asks.version());
        exchange::put(&mut headers, exchange::ORIGIN, member.bank().as_str());
        exchange::put(&mut headers, exchange::REQUEST_ID, &id.hyphenated().to_string());
        exchange::put(&mut headers, exchange::DEADLINE, &left.as_millis().to_string());
        exchange::put_secret(&mut headers, header::AUTHORIZATION, &format!("Bearer {token}"));
        Ok(headers)
    }

    /// What an issuer's answer means.
    fn judge(&self, routed: &Routed<'_, T>, response: &Response<Bytes>) -> Result<Found, Ended> {
        let bad = |reason| (EndState::IssuerBadAnswer, fault(HubCode::IssuerUnreachable, reason));
        let opened = answer::open(response.body()).map_err(bad)?;
        let end = match (opened.status.code, opened.data) {
            (HubCode::Found, Some(data)) => {
                let question = &routed.asked.received.question;
                let masking = self.settings.enforce_masking;
                let now = self.surroundings.now();
                return answer::found(response, data, question, &routed.issuer.signatures, masking, now)
                    .map_err(bad);
            }
            (code @ HubCode::NotFoundOrExpired, _) => {
                (EndState::NotFound, fault(code, "the reference is not known, or older than it is kept"))
            }
            (code @ HubCode::IssuerInternal, _) => {
                (EndState::IssuerError, fault(code, "the bank of the slip failed"))
            }
            (
                code @ (HubCode::IssuerMissingParameter
                | HubCode::IssuerMissingApiVersion
                | HubCode::IssuerMissingCertificateVersion
                | HubCode::HubTokenSignature
                | HubCode::HubTokenExpired
                | HubCode::HubCertificateVersion),
                _,
            ) => (EndState::IssuerRefused, fault(code, "the bank of the slip refuses the hub's question")),
            _ => bad("the bank of the slip answered with a code that is not its own"),
        };
        Err(end)
    }

    /// Writes and signs the answer, keeps the record, and only then lets go of both.
    async fn reply(&self, mut trail: Trail<'_, A, S>, outcome: Result<Found, Ended>) -> Response<Bytes> {
        let (mut end, mut code, mut reason, mut found) = match outcome {
            Ok(found) => (EndState::Found, HubCode::Found, "Success", Some(found)),
            Err((end, Fault { code, reason })) => (end, code, reason, None),
        };
        let mut body = exchange::body(&code, reason, found.as_ref().map(|found| found.data.get()));
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
fn receive(asked: Asked<'_>) -> Result<Received<'_>, Fault> {
    let headers = asked.headers;
    if exchange::text(headers, &exchange::API_VERSION) != Some("1") {
        return Err(fault(HubCode::MissingApiVersion, "X-API-Version: expected 1"));
    }
    let version = exchange::certificate_version(headers)
        .ok_or(fault(HubCode::MissingCertificateVersion, "X-CRT-Version: expected 1 to 6 digits"))?;
    let destination = exchange::bank(headers, &exchange::DESTINATION)
        .ok_or(fault(HubCode::MissingDestinationBank, "X-Dest-Bank: expected 3 digits"))?;
    let question =
        exchange::question(asked.content).map_err(|reason| fault(HubCode::MissingParameter, reason))?;
    // Else a question could be routed by one bank and looked up under another.
    if destination != question.sending_bank {
        return Err(fault(HubCode::MissingParameter, "X-Dest-Bank and sendingBank differ"));
    }
    Ok(Received { question, version })
}

/// What a fault of a member's token is called.
fn refused(found: TokenFault) -> Ended {
    let (code, reason) = match found {
        TokenFault::Signature => (HubCode::BadSignature, "the signature of the token is wrong"),
        TokenFault::Question => (HubCode::BadSignature, "the token is about another slip"),
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

const fn unreachable(reason: &'static str) -> Ended {
    (EndState::IssuerUnreachable, fault(HubCode::IssuerUnreachable, reason))
}

const fn failed(reason: &'static str) -> Ended {
    (EndState::HubFailed, fault(HubCode::HubInternal, reason))
}
