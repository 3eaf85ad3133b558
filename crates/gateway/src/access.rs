//! Who calls: access tokens, standard headers, signatures.

use crate::{
    Gateway,
    journey::{self, Redemption},
    partner::{self, Partner, hash},
    replay::Attempt,
    store::{Row, StoreError, Tx},
    trace,
};
use base64::{
    Engine,
    engine::general_purpose::{STANDARD as BASE64, URL_SAFE_NO_PAD as BASE64_URL},
};
use bytes::Bytes;
use http::{HeaderValue, Request, StatusCode, header};
use http_body_util::Empty;
use jiff::Timestamp;
use satang_core::{
    Answered, Clock, Entropy, Host, Incoming, Refusal,
    direct_debit::AUTHORIZE,
    signature::{self, Refused},
};
use satang_schema::{
    DateTime, Secret, TransactionId,
    krungsri::{AccessToken, AccessTokenRequest, AuthorizeScope, GrantType, SandboxError},
};
use std::{
    collections::HashMap,
    fmt,
    sync::{Arc, PoisonError, RwLock},
    time::Duration,
};

/// How long an access token lives, in seconds.
const TOKEN_LIFE: u32 = 1_800;

/// Who calls, as far as an operation needs to know.
#[derive(Debug)]
pub struct Caller(Kind);

#[derive(Debug)]
enum Kind {
    /// Somebody without a token, for the token endpoint: with an `Authorization` header, if there is one and it can be
    /// read.
    Anonymous { authorization: Option<String> },
    /// A customer's browser, with what it asked.
    Browser(Box<Request<Empty<Bytes>>>),
    /// A partner, and the attempt that its signature proves.
    Partner(Arc<Partner>, Option<Attempt>),
}

/// The pair of an `Authorization: Basic` header.
struct Basic {
    client_id: String,
    secret: String,
}

impl fmt::Debug for Basic {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Basic").field("client_id", &self.client_id).finish_non_exhaustive()
    }
}

impl Caller {
    /// The partner, and the attempt that must not be made twice.
    pub(crate) fn partner(self) -> Result<(Arc<Partner>, Option<Attempt>), Refusal> {
        match self.0 {
            Kind::Partner(partner, attempt) => Ok((partner, attempt)),
            Kind::Anonymous { .. } | Kind::Browser(_) => Err(unauthorized()),
        }
    }

    /// What a customer's browser asked.
    pub(crate) fn browser(self) -> Result<Request<Empty<Bytes>>, Refusal> {
        match self.0 {
            Kind::Browser(request) => Ok(*request),
            Kind::Anonymous { .. } | Kind::Partner(..) => Err(Refusal::internal()),
        }
    }
}

impl Host for Gateway {
    type Caller = Caller;

    async fn admit(&self, request: &Incoming) -> Result<Caller, Refusal> {
        if *request.operation == AUTHORIZE {
            let browser = Request::from_parts(request.parts.clone(), Empty::new());
            return Ok(Caller(Kind::Browser(Box::new(browser))));
        }
        if !request.operation.bearer {
            let authorization = request.parts.headers.contains_key(header::AUTHORIZATION);
            let authorization =
                authorization.then(|| request.header("authorization").unwrap_or_default().to_owned());
            self.meet_faults(request, None).await?;
            return Ok(Caller(Kind::Anonymous { authorization }));
        }
        let partner = self.bearer(request).await?;
        trace::called_by(&partner.client_id);
        standard_headers(request)?;
        let attempt = self.signature(request, &partner)?;
        self.meet_faults(request, Some(&partner.client_id)).await?;
        Ok(Caller(Kind::Partner(partner, attempt)))
    }

    /// One line for each answer: what a partner who quotes an identifier asks about.
    fn answered(&self, answered: &Answered<'_>) {
        tracing::info!(
            operation = answered.operation.map(|operation| operation.id),
            status = answered.status.as_u16(),
            code = answered.code,
            duration_ms = milliseconds(answered.took),
            client_transaction_id = %answered.client_transaction_id,
            "answered"
        );
        if let Some(metrics) = &self.metrics {
            metrics.answered(answered);
        }
    }
}

impl Gateway {
    /// The partner whose live access token this is.
    async fn bearer(&self, request: &Incoming) -> Result<Arc<Partner>, Refusal> {
        let header = request.header("authorization").ok_or_else(unauthorized)?;
        let (scheme, token) = header.split_once(' ').ok_or_else(unauthorized)?;
        if !scheme.eq_ignore_ascii_case("bearer") {
            return Err(unauthorized());
        }
        // Looked up by its hash, so the time that a look-up takes says nothing about tokens that exist.
        let token = hash(token.trim().as_bytes());
        let now = self.now();
        if let Some(partner) = self.sessions.find(&token, now) {
            return Ok(partner);
        }
        let age = self.sessions.age();
        let session = self.store.read(move |tx| find_session(tx, &token)).await.map_err(Refusal::from)?;
        let session = session.filter(|session| session.expires_at > now).ok_or_else(unauthorized)?;
        Ok(self.sessions.keep(token, session, now, age))
    }

    /// The attempt that a signature proves: demanded where the contract signs, verified wherever it is.
    fn signature(&self, request: &Incoming, partner: &Partner) -> Result<Option<Attempt>, Refusal> {
        let headers = &request.parts.headers;
        let is_signed = headers.contains_key(signature::SIGNATURE);
        let is_demanded = request.operation.signed && self.demand_signatures;
        if !is_signed && !is_demanded {
            return Ok(None);
        }
        let key = partner.signature_key.as_ref().ok_or_else(|| refused_signature(Refused::KeyId))?;
        let target = request.parts.uri.path_and_query().map_or("/", http::uri::PathAndQuery::as_str);
        // By the machine's clock: whoever signs has no other, wherever the sandbox's clock has been moved.
        let now = self.clock.machine_now();
        let verified = signature::verify(key, &request.parts.method, target, headers, &request.body, now)
            .map_err(refused_signature)?;
        Ok(Some(Attempt::new(verified, now)))
    }

    /// Issues an access token.
    pub(crate) async fn issue(
        &self,
        caller: Caller,
        request: AccessTokenRequest,
    ) -> Result<AccessToken, Refusal> {
        let Kind::Anonymous { authorization } = caller.0 else { return Err(Refusal::internal()) };
        let basic = authorization.map(|header| {
            Basic::read(&header).ok_or_else(|| invalid_client("expected Authorization: Basic"))
        });
        let (client_id, secret) = credentials(basic.transpose()?, &request)?;
        // Asked of a snapshot first: a stranger's guesses must not queue before payments.
        let partner =
            self.store.read(move |tx| partner::find(tx, &client_id)).await.map_err(Refusal::from)?;
        let partner = partner.filter(|partner| partner.has_secret(&secret));
        let partner =
            partner.ok_or_else(|| invalid_client("the client is unknown or its secret is wrong"))?;
        trace::called_by(&partner.client_id);

        let mut bytes = [0; 32];
        self.fill(&mut bytes);
        let token = BASE64_URL.encode(bytes);
        let (token_hash, now) = (hash(token.as_bytes()), self.now());
        let grant = Grant::of(request)?;
        // A code that is refused may have taken back tokens, which must last: so that is no error to the store.
        let work = move |tx: &mut Tx<'_>| {
            let scope = match grant.claim(tx, &partner, now)? {
                Ok((scope, journey)) => {
                    let granted = scope.as_deref().unwrap_or_default();
                    insert_session(tx, &token_hash, &partner.client_id, (granted, journey.as_deref()), now)?;
                    Ok(scope)
                }
                Err(why) => Err(why),
            };
            Ok::<_, StoreError>(scope)
        };
        let scope = self.store.write(work).await.map_err(Refusal::from)?;
        let scope = scope.map_err(|why| Refusal::new(StatusCode::BAD_REQUEST, "invalid_grant", why, "-"))?;
        Ok(AccessToken {
            access_token: token.parse::<Secret>().map_err(|_| Refusal::internal())?,
            token_type: "Bearer".into(),
            expires_in: TOKEN_LIFE,
            scope,
        })
    }
}

/// To the microsecond.
fn milliseconds(duration: Duration) -> f64 {
    f64::from(u32::try_from(duration.as_micros()).unwrap_or(u32::MAX)) / 1_000.0
}

/// What a token is issued for.
enum Grant {
    /// Who the partner is.
    Client { scope: Option<String> },
    /// What a customer agreed to.
    Code(Redemption),
}

/// The scope of a token, and the journey that it was issued for.
type Granted = (Option<String>, Option<String>);

impl Grant {
    fn of(request: AccessTokenRequest) -> Result<Self, Refusal> {
        if request.grant_type == GrantType::ClientCredentials {
            return Ok(Self::Client { scope: request.scope.map(|scope| scope.as_str().to_owned()) });
        }
        let (Some(code), Some(redirect_uri)) = (request.code, request.redirect_uri) else {
            return Err(Refusal::internal());
        };
        Ok(Self::Code(Redemption {
            code: code.as_str().to_owned(),
            redirect_uri: redirect_uri.as_str().to_owned(),
            code_verifier: request.code_verifier.map(|verifier| verifier.as_str().to_owned()),
        }))
    }

    /// What the token is for, or why there is none.
    fn claim(
        &self,
        tx: &mut Tx<'_>,
        partner: &Partner,
        now: Timestamp,
    ) -> Result<Result<Granted, &'static str>, StoreError> {
        Ok(match self {
            Self::Client { scope } => Ok((scope.clone(), None)),
            Self::Code(presented) => journey::redeem(tx, partner, presented, now)?
                .map(|journey| (Some(AuthorizeScope::DirectDebitRegistration.to_string()), Some(journey))),
        })
    }
}

/// `X-Client-Transaction-ID` is required, `X-Client-Transaction-DateTime` is read when present.
fn standard_headers(request: &Incoming) -> Result<(), Refusal> {
    let id = request.header(signature::CLIENT_TRANSACTION_ID);
    if id.is_none_or(|id| id.parse::<TransactionId>().is_err()) {
        return Err(Refusal::header("X-Client-Transaction-ID", "expected one UUID"));
    }
    const DATE_TIME: &str = "x-client-transaction-datetime";
    let is_there = request.parts.headers.contains_key(DATE_TIME);
    if is_there && request.header(DATE_TIME).is_none_or(|text| text.parse::<DateTime>().is_err()) {
        return Err(Refusal::header("X-Client-Transaction-DateTime", "expected one RFC 3339 date-time"));
    }
    Ok(())
}

fn unauthorized() -> Refusal {
    Refusal::of(&SandboxError::TOKEN)
        .with_header(header::WWW_AUTHENTICATE, HeaderValue::from_static("Bearer"))
}

fn refused_signature(refused: Refused) -> Refusal {
    if refused.is_digest_mismatch() {
        return Refusal::of(&SandboxError::DIGEST);
    }
    Refusal::of(&SandboxError::SIGNATURE)
        .saying(refused.to_string())
        .with_header(header::WWW_AUTHENTICATE, HeaderValue::from_static("Signature"))
}

fn invalid_client(message: &str) -> Refusal {
    Refusal::new(StatusCode::UNAUTHORIZED, "invalid_client", message, "-")
        .with_header(header::WWW_AUTHENTICATE, HeaderValue::from_static("Basic realm=\"token\""))
}

/// The credentials of a token request: in the form, as HTTP Basic, or both alike.
fn credentials(basic: Option<Basic>, request: &AccessTokenRequest) -> Result<(String, String), Refusal> {
    let form = match (&request.client_id, &request.client_secret) {
        (Some(id), Some(secret)) => Some((id.as_str().to_owned(), secret.as_str().to_owned())),
        (id, None) => {
            // RFC 6749, 3.2.1: a client may say who it is beside authenticating otherwise.
            let other = |basic: &Basic| id.as_ref().is_some_and(|id| id.as_str() != basic.client_id);
            if basic.as_ref().is_some_and(other) {
                return Err(ambiguous());
            }
            None
        }
        (None, Some(_)) => None,
    };
    match (basic.map(|basic| (basic.client_id, basic.secret)), form) {
        (Some(basic), Some(form)) if basic != form => Err(ambiguous()),
        (Some(pair), _) | (None, Some(pair)) => Ok(pair),
        (None, None) => Err(invalid_client("client_id and client_secret are required")),
    }
}

fn ambiguous() -> Refusal {
    let message = "the credentials in the form and in the Authorization header differ";
    Refusal::new(StatusCode::BAD_REQUEST, "invalid_request", message, "-")
}

impl Basic {
    /// Reads an `Authorization: Basic` header, whose two halves are form-encoded (RFC 6749, 2.3.1).
    fn read(header: &str) -> Option<Self> {
        let (scheme, pair) = header.split_once(' ')?;
        let pair = String::from_utf8(BASE64.decode(pair.trim()).ok()?).ok()?;
        let (client_id, secret) = pair.split_once(':')?;
        let [client_id, secret] = [client_id, secret].map(form_decoded);
        scheme.eq_ignore_ascii_case("basic").then_some(Self { client_id, secret })
    }
}

fn form_decoded(text: &str) -> String {
    // A text without '&' and '=' is one name without a value.
    let text = text.replace('=', "%3D").replace('&', "%26");
    form_urlencoded::parse(text.as_bytes()).map(|(name, _)| name.into_owned()).next().unwrap_or_default()
}

/// The live access tokens that have been used, so that a call need not ask the store.
#[derive(Debug, Default)]
pub(crate) struct Sessions(RwLock<Kept>);

#[derive(Debug, Default)]
struct Kept {
    sessions: HashMap<[u8; 32], Session>,
    /// How often sessions were forgotten.
    age: u64,
}

#[derive(Debug)]
struct Session {
    partner: Arc<Partner>,
    expires_at: Timestamp,
    /// Whether it may go before it expires, so that the store is to be asked each time.
    is_revocable: bool,
}

impl Sessions {
    /// How many are kept; the rest is looked up in the store each time.
    const MOST: usize = 10_000;

    /// Drops what is known of a partner that has changed.
    pub(crate) fn forget(&self, client_id: &str) {
        let mut kept = self.0.write().unwrap_or_else(PoisonError::into_inner);
        kept.sessions.retain(|_, session| session.partner.client_id != client_id);
        kept.age += 1;
    }

    fn age(&self) -> u64 {
        self.0.read().unwrap_or_else(PoisonError::into_inner).age
    }

    fn find(&self, token: &[u8; 32], now: Timestamp) -> Option<Arc<Partner>> {
        let kept = self.0.read().unwrap_or_else(PoisonError::into_inner);
        let session = kept.sessions.get(token).filter(|session| session.expires_at > now)?;
        Some(Arc::clone(&session.partner))
    }

    /// Keeps what was found at this age, unless it may be from before a change that has been forgotten since.
    fn keep(&self, token: [u8; 32], session: Session, now: Timestamp, age: u64) -> Arc<Partner> {
        let mut kept = self.0.write().unwrap_or_else(PoisonError::into_inner);
        if kept.sessions.len() >= Self::MOST {
            kept.sessions.retain(|_, session| session.expires_at > now);
        }
        let partner = Arc::clone(&session.partner);
        if kept.sessions.len() < Self::MOST && kept.age == age && !session.is_revocable {
            kept.sessions.insert(token, session);
        }
        partner
    }
}

fn find_session(tx: &mut Tx<'_>, token: &[u8; 32]) -> Result<Option<Session>, StoreError> {
    let sql = "SELECT partner, expires_at, journey FROM access_token WHERE hash = $1";
    let read = |row: &Row<'_>| Ok((row.text(0)?, row.int(1)?, row.optional_text(2)?.is_some()));
    let found = tx.query_one(sql, &[token.into()], read)?;
    let Some((client_id, expires_at, is_revocable)) = found else { return Ok(None) };
    let partner = partner::find(tx, &client_id)?.filter(Partner::is_active);
    let expires_at = Timestamp::from_microsecond(expires_at).unwrap_or(Timestamp::MIN);
    Ok(partner.map(|partner| Session { partner: Arc::new(partner), expires_at, is_revocable }))
}

fn insert_session(
    tx: &mut Tx<'_>,
    token: &[u8; 32],
    client_id: &str,
    (scope, journey): (&str, Option<&str>),
    now: Timestamp,
) -> Result<(), StoreError> {
    // Each new token clears away two old ones, so that they never pile up.
    tx.execute(
        "DELETE FROM access_token WHERE hash IN
             (SELECT hash FROM access_token WHERE expires_at <= $1 ORDER BY expires_at LIMIT 2)",
        &[now.as_microsecond().into()],
    )?;
    let expires_at = now.as_microsecond() + i64::from(TOKEN_LIFE) * 1_000_000;
    tx.execute(
        "INSERT INTO access_token (hash, partner, scope, expires_at, journey) VALUES ($1, $2, $3, $4, $5)",
        &[token.into(), client_id.into(), scope.into(), expires_at.into(), journey.into()],
    )?;
    Ok(())
}
