//! A gateway with a clock of its own, and the two ways to reach it.

use bytes::Bytes;
use http::{HeaderValue, Request, Response};
use http_body_util::Full;
use jiff::{SignedDuration, Timestamp};
use satang_core::{
    Clock, Entropy, Error, Kind, Loopback, Operation, System, Timer, Transport,
    direct_debit::Client,
    sandbox,
    signature::{self, Key},
};
use satang_direct_debit::DirectDebit;
use satang_gateway::{
    Courier, Delivery, Exchange, Gateway, NewPartner, Options, Site, Undelivered, audit, demo, ledger,
    store::StoreError,
};
use satang_schema::{
    Satang,
    direct_debit::{AccessTokenRequest, GrantType, RealTimePayment, TransactionStatusInquiry},
};
use satang_transport::Credentials;
use std::sync::{Arc, Mutex};
use tempfile::TempDir;
use tokio::{sync::oneshot, task::JoinHandle};

/// A clock that stands still until it is moved.
#[derive(Debug)]
pub(crate) struct ManualClock(Mutex<Timestamp>);

impl ManualClock {
    pub(crate) fn at(time: &str) -> Self {
        Self(Mutex::new(time.parse().unwrap()))
    }

    pub(crate) fn advance(&self, by: SignedDuration) {
        *self.0.lock().unwrap() += by;
    }
}

impl Clock for ManualClock {
    fn now(&self) -> Timestamp {
        *self.0.lock().unwrap()
    }
}

/// Who a partner is.
#[derive(Clone, Copy)]
pub(super) struct Identity {
    pub(super) client_id: &'static str,
    pub(super) secret: &'static str,
    pub(super) signature_key: &'static str,
}

pub(super) const DEMO: Identity =
    Identity { client_id: demo::CLIENT_ID, secret: demo::CLIENT_SECRET, signature_key: demo::SIGNATURE_KEY };

/// A second partner, whose account and token are made by [`World::add_other`].
pub(super) const OTHER: Identity =
    Identity { client_id: "other-partner", secret: "other-secret", signature_key: "other-signature-key" };
pub(super) const OTHER_ACCOUNT: &str = "1112223334";
pub(super) const OTHER_TOKEN: &str = "b0000000-0000-4000-8000-000000000001";

/// What the operator proves itself with.
pub(crate) const ADMIN_KEY: &str = "admin-key-of-the-tests";

/// How to reach the gateway.
pub(super) trait Network {
    type Transport: Transport + Timer;

    async fn transport(
        &self,
        gateway: &Arc<Gateway>,
        clock: &Arc<ManualClock>,
        who: Identity,
    ) -> Self::Transport;

    /// The way of whoever shows `key` to the control API.
    type Operator: Transport;

    fn operator(&self, gateway: &Arc<Gateway>, key: &str) -> Self::Operator;

    /// Sends exactly this, and follows no redirect.
    async fn send(&self, gateway: &Arc<Gateway>, request: Request<Bytes>) -> Response<Bytes>;
}

/// Everything that one test needs.
pub(super) struct World<N> {
    pub(super) gateway: Arc<Gateway>,
    pub(super) clock: Arc<ManualClock>,
    network: N,
    _directory: TempDir,
}

impl World<InProcess> {
    pub(super) async fn in_process() -> Self {
        let (gateway, clock, directory) = gateway(true).await;
        Self { gateway, clock, network: InProcess, _directory: directory }
    }
}

impl World<OverHttp> {
    pub(super) async fn over_http() -> Self {
        let server = satang_transport::Server::bind("127.0.0.1:0").await.unwrap();
        let base_url = format!("http://{}", server.local_addr().unwrap());
        let (directory, clock) = (tempfile::tempdir().unwrap(), clock());
        let gateway = Gateway::open(&options(&directory, &clock, Some(&base_url))).await.unwrap();
        let network = OverHttp { serving: Serving::begin(server, &gateway), base_url };
        Self { gateway, clock, network, _directory: directory }
    }

    /// Stops the gateway, which cuts off whoever still waits, and starts another one on its store.
    pub(super) async fn restart(self) -> Self {
        let Self { gateway, clock, network: OverHttp { base_url, serving }, _directory: directory } = self;
        serving.end().await;
        gateway.close().await.unwrap();
        let address = base_url.strip_prefix("http://").unwrap();
        let server = satang_transport::Server::bind(address).await.unwrap();
        let gateway = Gateway::open(&options(&directory, &clock, Some(&base_url))).await.unwrap();
        let network = OverHttp { serving: Serving::begin(server, &gateway), base_url };
        Self { gateway, clock, network, _directory: directory }
    }
}

/// A server until it is told to end.
struct Serving(oneshot::Sender<()>, JoinHandle<()>);

impl Serving {
    fn begin(server: satang_transport::Server, gateway: &Arc<Gateway>) -> Self {
        let mut limits = satang_transport::Limits::default();
        limits.drain_timeout = std::time::Duration::ZERO;
        let (stop, stopped) = oneshot::channel();
        let site = gateway.site();
        let serving = tokio::spawn(async move {
            // Who never says that it must end only goes away.
            let stopped = async {
                if stopped.await.is_err() {
                    std::future::pending().await
                }
            };
            server.limits(limits).serve(site, stopped).await;
        });
        Self(stop, serving)
    }

    async fn end(self) {
        let Self(stop, serving) = self;
        let _ = stop.send(());
        serving.await.unwrap();
    }
}

impl<N: Network> World<N> {
    pub(super) async fn client(&self, who: Identity) -> Client<N::Transport> {
        Client::new(self.transport(who).await)
    }

    /// A partner's way to the bank.
    pub(super) async fn transport(&self, who: Identity) -> N::Transport {
        self.network.transport(&self.gateway, &self.clock, who).await
    }

    /// The control API, as the operator sees it.
    pub(super) fn control(&self) -> sandbox::Client<N::Operator> {
        self.control_with(ADMIN_KEY)
    }

    /// The control API, for whoever shows `key`.
    pub(super) fn control_with(&self, key: &str) -> sandbox::Client<N::Operator> {
        sandbox::Client::new(self.network.operator(&self.gateway, key))
    }

    /// Sends exactly this, and follows no redirect.
    pub(super) async fn send(&self, request: Request<Bytes>) -> Response<Bytes> {
        self.network.send(&self.gateway, request).await
    }

    pub(super) async fn bank(&self, who: Identity) -> DirectDebit<N::Transport> {
        DirectDebit::new(self.transport(who).await)
    }

    /// The balance of an account.
    pub(super) async fn balance(&self, account: &'static str) -> Satang {
        let balance = self
            .gateway
            .store()
            .read(move |tx| Ok::<_, StoreError>(ledger::balance(tx, account).expect("the account exists")));
        Satang(balance.await.unwrap())
    }

    /// A new access token.
    pub(super) async fn access_token(&self, who: Identity) -> String {
        let request = AccessTokenRequest {
            grant_type: GrantType::ClientCredentials,
            client_id: who.client_id.parse().ok(),
            client_secret: who.secret.parse().ok(),
            scope: None,
            code: None,
            redirect_uri: None,
            code_verifier: None,
        };
        let token = Client::new(Loopback::new(self.gateway.site())).access_token(&request).await.unwrap();
        token.access_token.as_str().to_owned()
    }

    /// The status with which an inquiry is answered that shows this access token.
    pub(super) async fn asks_with(&self, token: &str) -> u16 {
        let transport = self.network.operator(&self.gateway, token);
        let inquiry = TransactionStatusInquiry {
            transaction_identification: payment("1.00").transaction_identification,
        };
        let answer = Client::new(transport).transaction_status_inquiry(&inquiry).await;
        answer.unwrap_err().status().unwrap().as_u16()
    }

    /// Proves that no money was lost or made.
    pub(super) async fn audit(&self) {
        let audit = self.gateway.store().read(audit::run).await.unwrap();
        assert!(audit.is_clean(), "{:?}", audit.findings);
    }

    /// How many payments have moved money.
    pub(super) async fn effects(&self) -> i64 {
        let sql = "SELECT count(*) FROM ledger_transaction WHERE kind = 'payment'";
        let count = self.gateway.store().read(move |tx| tx.query_one(sql, &[], |row| row.int(0)));
        count.await.unwrap_or_else(|error: StoreError| panic!("{error}")).unwrap()
    }

    /// What a query with one parameter counts.
    pub(super) async fn count(&self, sql: &'static str, parameter: &str) -> i64 {
        let parameter = parameter.to_owned();
        let count =
            self.gateway.store().read(move |tx| tx.query_one(sql, &[(&parameter).into()], |row| row.int(0)));
        count.await.unwrap_or_else(|error: StoreError| panic!("{error}")).unwrap()
    }

    /// Admits the other partner, with an account and a token of its own.
    pub(super) async fn add_other(&self) {
        let partner = NewPartner {
            client_id: OTHER.client_id.into(),
            name: "Other".into(),
            secret: OTHER.secret.into(),
            signature_key: OTHER.signature_key.into(),
            api_key: "other-api-key".into(),
        };
        self.gateway.add_partner(partner).await.unwrap();
        let work = |tx: &mut satang_gateway::store::Tx<'_>| {
            let account = ledger::NewAccount {
                number: OTHER_ACCOUNT,
                owner_name: "Other",
                partner: Some(OTHER.client_id),
                minimum_balance: Some(0),
                at_micros: 0,
            };
            ledger::open_account(tx, account).expect("the number is free");
            tx.execute(
                "INSERT INTO registration (id, token, partner, drawer_account, creditor_account, status, status_at,
                     created_at, updated_at)
                 VALUES ($1, $2, $3, $4, $5, 'ACTV', 0, 0, 0)",
                &[
                    OTHER_TOKEN.into(),
                    OTHER_TOKEN.into(),
                    OTHER.client_id.into(),
                    demo::DRAWERS[0].account.into(),
                    OTHER_ACCOUNT.into(),
                ],
            )
        };
        self.gateway.store().write(work).await.unwrap();
    }
}

/// A gateway whose clock stands at nine in the morning of 1 March 2026 in Bangkok.
pub(super) async fn gateway(demand_signatures: bool) -> (Arc<Gateway>, Arc<ManualClock>, TempDir) {
    let (directory, clock) = (tempfile::tempdir().unwrap(), clock());
    let mut options = options(&directory, &clock, None);
    options.demand_signatures = demand_signatures;
    (Gateway::open(&options).await.unwrap(), clock, directory)
}

fn clock() -> Arc<ManualClock> {
    Arc::new(ManualClock::at("2026-03-01T09:00:00+07:00"))
}

/// A gateway that reaches itself at `base_url`, if it has one.
fn options(directory: &TempDir, clock: &Arc<ManualClock>, base_url: Option<&str>) -> Options {
    let mut options = Options::new(directory.path());
    options.clock = clock.clone();
    options.admin_key = Some(ADMIN_KEY.into());
    if let Some(base_url) = base_url {
        options.own_url = base_url.to_owned();
        let courier: Arc<dyn Courier> = Arc::new(Banks(
            satang_transport::Courier::builder()
                .private_addresses(true)
                .idle_connections(64)
                .build()
                .unwrap(),
        ));
        (options.inside, options.courier) = (Arc::clone(&courier), courier);
    }
    options
}

/// Carries questions between banks.
struct Banks(satang_transport::Courier);

impl Courier for Banks {
    fn carry(&self, _: Request<Bytes>) -> Delivery<'_> {
        Box::pin(async { Err(Undelivered::Connect) })
    }

    fn exchange(&self, request: Request<Bytes>) -> Exchange<'_> {
        Box::pin(async move {
            self.0.exchange(request).await.map_err(|error| match error.kind() {
                Kind::Configuration => Undelivered::Address,
                Kind::Connect => Undelivered::Connect,
                _ => Undelivered::Broken,
            })
        })
    }
}

/// A payment of the demo partner's first customer, under a new identification.
pub(super) fn payment(baht: &str) -> RealTimePayment {
    let mut payment = <RealTimePayment as satang_schema::contract::Example>::example();
    payment.transaction_identification.0 = System.uuid();
    payment.transaction_information.payment_amount = baht.parse().unwrap();
    payment
}

/// Calls the router, adding what a partner's transport adds.
pub(super) struct InProcess;

/// The demo partner's headers around a loopback.
pub(super) struct Partner {
    loopback: Loopback<Site>,
    clock: Arc<ManualClock>,
    key: Key,
    authorization: HeaderValue,
}

/// The operator's header around a loopback.
pub(super) struct Operator {
    loopback: Loopback<Site>,
    authorization: HeaderValue,
}

impl Transport for Operator {
    async fn call(
        &self,
        operation: &'static Operation,
        mut request: Request<Bytes>,
    ) -> Result<Response<Bytes>, Error> {
        request.headers_mut().insert("x-client-transaction-id", System.uuid().to_string().parse().unwrap());
        request.headers_mut().insert("authorization", self.authorization.clone());
        self.loopback.call(operation, request).await
    }
}

impl Network for InProcess {
    type Transport = Partner;
    type Operator = Operator;

    fn operator(&self, gateway: &Arc<Gateway>, key: &str) -> Operator {
        let authorization = format!("Bearer {key}").parse().unwrap();
        Operator { loopback: Loopback::new(gateway.site()), authorization }
    }

    async fn send(&self, gateway: &Arc<Gateway>, request: Request<Bytes>) -> Response<Bytes> {
        gateway.site().answer(request.map(Full::new)).await
    }

    async fn transport(&self, gateway: &Arc<Gateway>, clock: &Arc<ManualClock>, who: Identity) -> Partner {
        let loopback = Loopback::new(gateway.site());
        let request = AccessTokenRequest {
            grant_type: GrantType::ClientCredentials,
            client_id: who.client_id.parse().ok(),
            client_secret: who.secret.parse().ok(),
            ..AccessTokenRequest::default()
        };
        let token = Client::new(loopback.clone()).access_token(&request).await.unwrap();
        let authorization = format!("Bearer {}", token.access_token.as_str()).parse().unwrap();
        let key = Key::new(who.signature_key).unwrap();
        Partner { loopback, clock: Arc::clone(clock), key, authorization }
    }
}

impl Timer for Partner {
    async fn sleep(&self, _: std::time::Duration) {}
}

impl Transport for Partner {
    async fn call(
        &self,
        operation: &'static Operation,
        mut request: Request<Bytes>,
    ) -> Result<Response<Bytes>, Error> {
        let id = System.uuid().to_string();
        if operation.signed {
            let digest = signature::digest(request.body());
            let signature = self.key.sign(&operation.method, operation.path, self.clock.now(), &digest, &id);
            request.headers_mut().insert("digest", digest.parse().unwrap());
            request.headers_mut().insert("signature", signature.parse().unwrap());
        }
        request.headers_mut().insert("x-client-transaction-id", id.parse().unwrap());
        request.headers_mut().insert("authorization", self.authorization.clone());
        self.loopback.call(operation, request).await
    }
}

/// Calls a listening server with the production client.
pub(super) struct OverHttp {
    base_url: String,
    serving: Serving,
}

impl Network for OverHttp {
    type Transport = satang_transport::Client;
    type Operator = satang_transport::Client;

    fn operator(&self, _: &Arc<Gateway>, key: &str) -> Self::Operator {
        satang_transport::Client::builder(&self.base_url).bearer_token(key).build().unwrap()
    }

    async fn send(&self, _: &Arc<Gateway>, request: Request<Bytes>) -> Response<Bytes> {
        let client = reqwest::Client::builder().redirect(reqwest::redirect::Policy::none()).build().unwrap();
        let (head, body) = request.into_parts();
        let url = format!("{}{}", self.base_url, head.uri);
        let answer = client.request(head.method, url).headers(head.headers).body(body).send().await.unwrap();
        let (status, headers) = (answer.status(), answer.headers().clone());
        let mut response = Response::new(answer.bytes().await.unwrap());
        (*response.status_mut(), *response.headers_mut()) = (status, headers);
        response
    }

    async fn transport(&self, _: &Arc<Gateway>, clock: &Arc<ManualClock>, who: Identity) -> Self::Transport {
        satang_transport::Client::builder(&self.base_url)
            .credentials(Credentials::new(who.client_id, who.secret))
            .signature_key(Key::new(who.signature_key).unwrap())
            .clock(clock.clone())
            .build()
            .unwrap()
    }
}
