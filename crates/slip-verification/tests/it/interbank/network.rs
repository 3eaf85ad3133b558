//! A network of banks without a network: 004 asks, 014 and 025 print slips.

use bytes::Bytes;
use http::{HeaderMap, HeaderName, HeaderValue, Request, Response};
use jiff::Timestamp;
use satang_core::{Clock, Entropy, Error, Kind, Operation, Sent, Timer, Transport};
use satang_jose::{KeySet, PrivateKey, SignatureAlgorithm::Es256, SigningKey};
use satang_schema::slip_verification::{
    BankCode, CitizenId, MobileNumber, NumberOwnershipQuery, OrderReference, SlipProxyType, TransRef,
    TransactionQuery,
};
use satang_slip_verification::interbank::{
    AnswerSigner, AnswerVerifier, ApiCredentials, Asked, Audit, AuditFailure, AuditRecord, Destination,
    FirstSeen, HUB, Hub, HubSettings, Issuer, IssuerSettings, KeptParty, KeptTransaction, Member, NumberBook,
    Proof, Question, Route, RouteTable, SeenSlips, Service, SlipStore, StoreFailure, TokenSigner,
    TokenVerifier,
};
use std::{
    collections::HashMap,
    future::pending,
    sync::{
        Arc, Mutex,
        atomic::{AtomicBool, AtomicI64, AtomicU64, Ordering::SeqCst},
    },
    time::Duration,
};
use uuid::Uuid;

/// 2026-07-02 13:55:40 in Bangkok.
pub(super) const PAID: &str = "2026-07-02T06:55:40Z";
pub(super) const REFERENCE: &str = "00111222233344ABCD12";
pub(super) const ACCOUNT: &str = "1234514110";
/// A number of operator 701, and whose it is.
pub(super) const NUMBER: &str = "0812345678";
pub(super) const CITIZEN: &str = "1234567890121";
/// How many tokens of each member are remembered.
pub(super) const TOKENS: usize = 200;

pub(super) fn bank(code: &str) -> BankCode {
    code.parse().unwrap()
}

pub(super) fn slip(code: &str, reference: &str) -> TransactionQuery {
    TransactionQuery { sending_bank: bank(code), trans_ref: reference.parse().unwrap() }
}

/// A clock that is set, randomness that counts, and waiting that moves the clock.
#[derive(Debug)]
pub(super) struct World {
    milliseconds: AtomicI64,
    counter: AtomicU64,
    /// Whether waiting ends.
    pub(super) alarms: AtomicBool,
}

impl World {
    pub(super) fn set(&self, moment: &str) {
        self.milliseconds.store(moment.parse::<Timestamp>().unwrap().as_millisecond(), SeqCst);
    }

    pub(super) fn advance(&self, time: Duration) {
        self.milliseconds.fetch_add(i64::try_from(time.as_millis()).unwrap(), SeqCst);
    }
}

#[derive(Clone, Debug)]
pub(super) struct Shared(pub(super) Arc<World>);

impl Clock for Shared {
    fn now(&self) -> Timestamp {
        Timestamp::from_millisecond(self.0.milliseconds.load(SeqCst)).unwrap()
    }
}

impl Entropy for Shared {
    fn fill(&self, bytes: &mut [u8]) {
        bytes.fill(0);
        let count = self.0.counter.fetch_add(1, SeqCst).to_be_bytes();
        bytes[..8].copy_from_slice(&count);
    }
}

impl Timer for Shared {
    async fn sleep(&self, duration: Duration) {
        if !self.0.alarms.load(SeqCst) {
            pending::<()>().await;
        }
        self.0.advance(duration);
    }
}

/// A key that goes by this `kid`.
pub(super) fn key(kid: &str) -> SigningKey {
    SigningKey::new(PrivateKey::generate_p256().unwrap(), Es256).unwrap().with_key_id(kid).unwrap()
}

pub(super) fn keys(keys: &[&SigningKey]) -> KeySet {
    KeySet::new(keys.iter().map(|key| key.verifying_key().clone())).unwrap()
}

/// Records, or refuses to.
#[derive(Default)]
pub(super) struct Book {
    pub(super) records: Mutex<Vec<AuditRecord>>,
    pub(super) is_broken: AtomicBool,
}

impl Audit for Book {
    async fn record(&self, record: &AuditRecord) -> Result<(), AuditFailure> {
        if self.is_broken.load(SeqCst) {
            return Err(AuditFailure);
        }
        self.abandoned(record.clone());
        Ok(())
    }

    fn abandoned(&self, record: AuditRecord) {
        self.records.lock().unwrap().push(record);
    }
}

/// What a bank has kept.
#[derive(Clone)]
pub(super) struct Kept(pub(super) Arc<Mutex<Vec<KeptTransaction>>>);

impl SlipStore for Kept {
    async fn find(&self, reference: &TransRef) -> Result<Option<KeptTransaction>, StoreFailure> {
        if reference.as_str().starts_with("BROKEN") {
            return Err(StoreFailure);
        }
        Ok(self.0.lock().unwrap().iter().find(|kept| kept.trans_ref == *reference).cloned())
    }
}

pub(super) fn kept(code: &str, reference: &str) -> KeptTransaction {
    KeptTransaction {
        sending_bank: bank(code),
        trans_ref: reference.parse().unwrap(),
        receiving_bank: Some(bank("004")),
        at: PAID.parse().unwrap(),
        amount: "10.04".parse().unwrap(),
        sender: KeptParty {
            name: Some("TEST K".parse().unwrap()),
            account: Some("7770022950".into()),
            ..KeptParty::default()
        },
        receiver: KeptParty {
            name: Some("SAMPLE SHOP".parse().unwrap()),
            account: Some(ACCOUNT.into()),
            proxy: Some((SlipProxyType::Mobile, "0812344567".into())),
            ..KeptParty::default()
        },
        references: [None, None, None],
    }
}

/// The numbers of operator 701, each with its citizen. What is asked about number 0899999999 cannot be told.
#[derive(Clone)]
pub(super) struct Numbers(pub(super) Vec<(MobileNumber, CitizenId)>);

impl NumberBook for Numbers {
    async fn is_owner(&self, number: &MobileNumber, citizen: &CitizenId) -> Result<bool, StoreFailure> {
        if number.as_str() == "0899999999" {
            return Err(StoreFailure);
        }
        Ok(self.0.iter().any(|(kept, owner)| kept == number && owner == citizen))
    }
}

/// How bank 014 and operator 701 behave.
#[derive(Clone, Debug, PartialEq)]
pub(super) enum Mood {
    Honest,
    /// No connection, so many times; honest afterwards.
    NoConnection(u8),
    /// No connection, as far as can be told.
    Doubtful,
    /// The connection breaks once the question is gone.
    Lost,
    Silent,
    /// Answers this, signed over `data` under its own key if there is any.
    Says(&'static str),
    /// Signs under another key.
    Forges,
    /// Does not sign.
    Unsigned,
    /// Bytes, as they are.
    Noise(Vec<u8>),
}

/// The way to bank 014 and to operator 701, with what was asked on it.
pub(super) struct Wire {
    pub(super) mood: Mutex<Mood>,
    pub(super) asked: Mutex<Vec<HeaderMap>>,
    pub(super) issuer: Issuer<Kept, Shared>,
    pub(super) operator: Issuer<Numbers, Shared>,
    right: SigningKey,
    wrong: SigningKey,
}

impl Wire {
    pub(super) fn key(&self) -> &SigningKey {
        &self.right
    }

    fn signed(&self, body: &str, key: &SigningKey) -> Response<Bytes> {
        // The value of `data`, which ends with the document.
        let data = body.split_once("\"data\":").map(|(_, rest)| rest.strip_suffix('}').unwrap());
        let mut response = Response::new(Bytes::from(body.to_owned()));
        if let Some(data) = data {
            let signature = detached(key, data.as_bytes());
            response.headers_mut().insert("x-issuer-signature", signature.parse().unwrap());
        }
        response
    }
}

/// A detached signature, made without the crate under test.
fn detached(key: &SigningKey, bytes: &[u8]) -> String {
    let profile = satang_jose::Profile::new([Es256]).content(satang_jose::Content::DetachedUnencoded);
    satang_jose::Signer::new(&profile, key).unwrap().sign(bytes).unwrap()
}

#[derive(Clone)]
pub(super) struct Way(pub(super) Arc<Wire>);

impl Transport for Way {
    async fn call(
        &self,
        operation: &'static Operation,
        request: Request<Bytes>,
    ) -> Result<Response<Bytes>, Error> {
        let wire = &self.0;
        wire.asked.lock().unwrap().push(request.headers().clone());
        let mood = wire.mood.lock().unwrap().clone();
        match mood {
            Mood::NoConnection(times) if times > 0 => {
                *wire.mood.lock().unwrap() = Mood::NoConnection(times - 1);
                return Err(Error::new(Kind::Connect, Sent::No, "refused"));
            }
            Mood::Doubtful => return Err(Error::new(Kind::Connect, Sent::Maybe, "refused, it seems")),
            Mood::Lost => return Err(Error::new(Kind::Interrupted, Sent::Maybe, "broken off")),
            Mood::Silent => pending().await,
            Mood::Says(body) => return Ok(wire.signed(body, &wire.right)),
            Mood::Noise(bytes) => return Ok(Response::new(bytes.into())),
            Mood::Honest | Mood::NoConnection(_) | Mood::Forges | Mood::Unsigned => {}
        }
        let answer = match operation.id {
            "look_up_transaction" => {
                let query = request.uri().query().unwrap_or_default();
                wire.issuer.look_up_transaction(Asked::new(request.headers(), query.as_bytes())).await
            }
            "confirm_number_ownership" => {
                let asked = Asked::new(request.headers(), request.body());
                wire.operator.confirm_number_ownership(asked).await
            }
            other => panic!("an issuer is not asked to {other}"),
        };
        Ok(match mood {
            Mood::Forges => wire.signed(std::str::from_utf8(answer.body()).unwrap(), &wire.wrong),
            Mood::Unsigned => Response::new(answer.body().clone()),
            _ => answer,
        })
    }
}

pub(super) type TestHub = Hub<Way, Arc<Book>, Shared>;

/// The whole network.
pub(super) struct Network {
    pub(super) world: Shared,
    pub(super) book: Arc<Book>,
    pub(super) wire: Arc<Wire>,
    pub(super) hub: Arc<TestHub>,
    /// Of member 004.
    pub(super) member: SigningKey,
    pub(super) other_member: SigningKey,
    pub(super) hub_answers: AnswerVerifier,
    hub_key: SigningKey,
    pub(super) store: Kept,
    pub(super) issuer_answers: AnswerVerifier,
}

impl Network {
    pub(super) fn new() -> Self {
        Self::with_mood(Mood::Honest)
    }

    pub(super) fn with_mood(mood: Mood) -> Self {
        Self::build(mood, IssuerSettings::default())
    }

    /// Bank 014 with settings of its own, apart from the bank that it took over.
    pub(super) fn with_issuer(settings: IssuerSettings) -> Self {
        Self::build(Mood::Honest, settings)
    }

    fn build(mood: Mood, settings: IssuerSettings) -> Self {
        let world = World {
            milliseconds: AtomicI64::new(0),
            counter: AtomicU64::new(1),
            alarms: AtomicBool::new(true),
        };
        world.set("2026-07-02T07:00:00Z");
        let world = Shared(Arc::new(world));
        let [hub, issuer, wrong] = [key("itmx-7"), key("014-3"), key("014-3")];
        let [member, other_member] = [key("004-3"), key("011-1")];
        let book = Arc::new(Book::default());
        let store = Kept(Arc::new(Mutex::new(vec![
            kept("014", REFERENCE),
            kept("025", "KSA1"),
            kept("098", "TAKEN"),
            kept("099", "KEPT"),
        ])));
        let issuer_part = Issuer::new(
            bank("014"),
            (
                TokenVerifier::new(HUB, "014", keys(&[&hub]), 10_000).unwrap(),
                AnswerSigner::new(&issuer).unwrap(),
            ),
            (store.clone(), world.clone()),
        )
        .with_settings(IssuerSettings { taken_over: vec![bank("098")], ..settings });
        let operator = Issuer::new(
            bank("701"),
            (
                TokenVerifier::new(HUB, "701", keys(&[&hub]), 10_000).unwrap(),
                AnswerSigner::new(&issuer).unwrap(),
            ),
            (Numbers(vec![(NUMBER.parse().unwrap(), CITIZEN.parse().unwrap())]), world.clone()),
        );
        let issuer_answers = || AnswerVerifier::new(keys(&[&issuer])).unwrap();
        let (verified, verified_again, of_operator) = (issuer_answers(), issuer_answers(), issuer_answers());
        let wire = Arc::new(Wire {
            mood: Mutex::new(mood),
            asked: Mutex::default(),
            issuer: issuer_part,
            operator,
            right: issuer,
            wrong,
        });
        let settings = HubSettings { tokens_per_member: TOKENS, ..HubSettings::default() };
        let hub_part = Hub::new(
            (TokenSigner::new(HUB, &hub).unwrap(), AnswerSigner::new(&hub).unwrap()),
            (Arc::clone(&book), world.clone()),
            settings,
        )
        .unwrap();
        hub_part.replace_routes(routes());
        hub_part.add_issuer(Service::TransactionVerification, bank("014"), Way(Arc::clone(&wire)), verified);
        hub_part.add_issuer(Service::NumberOwnership, bank("701"), Way(Arc::clone(&wire)), of_operator);
        let member_004 = Service::ALL.into_iter().fold(member_of("004", &member), Member::subscribed_to);
        hub_part.join(member_004).unwrap();
        hub_part.join(member_of("011", &other_member)).unwrap();
        Self {
            world,
            book,
            wire,
            hub: Arc::new(hub_part),
            member,
            other_member,
            hub_answers: AnswerVerifier::new(keys(&[&hub])).unwrap(),
            hub_key: hub,
            store,
            issuer_answers: verified_again,
        }
    }

    /// The headers of a right question of member 004.
    pub(super) fn headers(&self, about: &TransactionQuery) -> HeaderMap {
        self.headers_of(("004", &self.member), about)
    }

    /// The headers of a right question of a member that signs under this key.
    pub(super) fn headers_of<Q: Question>(&self, (code, key): (&str, &SigningKey), about: &Q) -> HeaderMap {
        let id = self.world.uuid();
        let asks = TokenSigner::new(code, key).unwrap();
        let token = asks.sign(HUB, about, id, self.world.now()).unwrap();
        headers_of([
            ("x-api-version", "1"),
            ("x-crt-version", asks.version()),
            ("x-dest-bank", about.destination().as_str()),
            ("api-key", &format!("key-{code}")),
            ("api-secret", &format!("secret-{code}")),
            ("x-request-id", &id.to_string()),
            ("authorization", &format!("Bearer {token}")),
        ])
    }

    /// The headers of a right question of member 004 about a mobile number.
    pub(super) fn number_headers(&self, about: &NumberOwnershipQuery) -> HeaderMap {
        self.headers_of(("004", &self.member), about)
    }

    /// What the hub answers to a question about a mobile number.
    pub(super) fn answer_number(&self, headers: &HeaderMap, body: &[u8]) -> Response<Bytes> {
        pollster::block_on(self.hub.verify_number_ownership(Asked::new(headers, body)))
    }

    /// What the hub answers to a question with these headers.
    pub(super) fn answer(&self, headers: &HeaderMap, query: &str) -> Response<Bytes> {
        pollster::block_on(self.hub.verify_transaction(Asked::new(headers, query.as_bytes())))
    }

    /// The code of what a member is answered to a new question about the usual slip.
    pub(super) fn code_for(&self, member: (&str, &SigningKey)) -> String {
        let about = slip("014", REFERENCE);
        code_of(&self.answer(&self.headers_of(member, &about), &query(&about)))
    }

    pub(super) fn hub_key(&self) -> &SigningKey {
        &self.hub_key
    }

    pub(super) fn hub_answers_again(&self) -> AnswerVerifier {
        AnswerVerifier::new(keys(&[&self.hub_key])).unwrap()
    }

    pub(super) fn asked(&self) -> usize {
        self.wire.asked.lock().unwrap().len()
    }

    pub(super) fn records(&self) -> Vec<AuditRecord> {
        self.book.records.lock().unwrap().clone()
    }
}

/// A member whose key and secret are made of its code.
pub(super) fn member_of(code: &str, key: &SigningKey) -> Member {
    let credentials = ApiCredentials::new(&format!("key-{code}"), &format!("secret-{code}"));
    Member::new(bank(code), Proof::Api(credentials), keys(&[key])).unwrap()
}

pub(super) fn code_of(response: &Response<Bytes>) -> String {
    let body: serde_json::Value = serde_json::from_slice(response.body()).unwrap();
    body["status"]["code"].as_str().unwrap().to_owned()
}

/// Operator 701 is asked itself. 014 is asked itself, and for 098, which it took over, and for 099, which it did not; 025 has a route and no way, 066 is behind a sponsor, and 065 was asked until it closed.
fn routes() -> RouteTable {
    let always = |code: &str, to| Route { bank: bank(code), from: jiff::civil::Date::MIN, until: None, to };
    RouteTable::new(vec![
        always("014", Destination::Bank(bank("014"))),
        always("701", Destination::Bank(bank("701"))),
        always("025", Destination::Bank(bank("025"))),
        always("098", Destination::Bank(bank("014"))),
        always("099", Destination::Bank(bank("014"))),
        always("066", Destination::SponsorUnsupported),
        Route { until: Some(jiff::civil::date(2021, 7, 2)), ..always("065", Destination::Bank(bank("014"))) },
    ])
}

pub(super) fn headers_of<'a>(list: impl IntoIterator<Item = (&'a str, &'a str)>) -> HeaderMap {
    let header = |(name, value): (&str, &str)| {
        (HeaderName::try_from(name).unwrap(), HeaderValue::from_str(value).unwrap())
    };
    list.into_iter().map(header).collect()
}

pub(super) fn query(about: &TransactionQuery) -> String {
    format!("sendingBank={}&transRef={}", about.sending_bank.as_str(), about.trans_ref.as_str())
}

/// The way from the service bank to the hub.
#[derive(Clone)]
pub(super) struct ToHub(pub(super) Arc<TestHub>);

impl Transport for ToHub {
    async fn call(
        &self,
        operation: &'static Operation,
        request: Request<Bytes>,
    ) -> Result<Response<Bytes>, Error> {
        let query = request.uri().query().unwrap_or_default();
        Ok(match operation.id {
            "verify_number_ownership" => {
                self.0.verify_number_ownership(Asked::new(request.headers(), request.body())).await
            }
            _ => self.0.verify_transaction(Asked::new(request.headers(), query.as_bytes())).await,
        })
    }
}

/// Slips that were seen; one that begins with `BROKEN` cannot be remembered.
#[derive(Default)]
pub(super) struct Memory(Mutex<HashMap<(String, TransactionQuery), Seen>>);

/// When, and for which order.
type Seen = (Timestamp, Option<OrderReference>);

impl SeenSlips for Memory {
    async fn note(
        &self,
        merchant: &str,
        about: &TransactionQuery,
        order: Option<&OrderReference>,
        now: Timestamp,
    ) -> Result<FirstSeen, StoreFailure> {
        if merchant == "broken" {
            return Err(StoreFailure);
        }
        let mut seen = self.0.lock().unwrap();
        let mut first = FirstSeen::Now;
        let place = seen.entry((merchant.to_owned(), about.clone()));
        let again = |(moment, of): &mut Seen| {
            let is_same = order.is_some() && of.as_ref() == order;
            first = if is_same { FirstSeen::Again(*moment) } else { FirstSeen::Before(*moment) };
        };
        place.and_modify(again).or_insert_with(|| (now, order.cloned()));
        Ok(first)
    }
}

pub(super) fn claims(edit: impl FnOnce(&mut serde_json::Value), id: Uuid, now: Timestamp) -> String {
    let mut claims = serde_json::json!({
        "iss": "004", "aud": HUB, "jti": id.to_string(), "iat": now.as_second(), "exp": now.as_second() + 60,
        "sb": "014", "tr": REFERENCE,
    });
    edit(&mut claims);
    claims.to_string()
}
