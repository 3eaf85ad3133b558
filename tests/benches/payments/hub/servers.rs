//! The servers of this benchmark: a bank that answers from memory, a reverse proxy that does no work on what it passes on, and a
//! hub whose audit records stay in memory. Each runs in a process of its own.

use super::parties::{ISSUER, MEMBERS, Parties};
use bytes::Bytes;
use http::{Request, Response, Uri, uri::PathAndQuery};
use http_body_util::Full;
use hyper::{
    body::{Body, Incoming},
    server::conn::http1,
    service::service_fn,
};
use hyper_util::{
    client::legacy::{Client, connect::HttpConnector},
    rt::{TokioExecutor, TokioIo},
};
use jiff::{SignedDuration, Timestamp, civil::Date};
use satang_core::{
    Clock, Entropy, Host, Operation, Page, Refusal, System, Timer, Transport,
    slip_verification::{self as contract, Handler},
};
use satang_schema::slip_verification::{BankCode, TransRef};
use satang_slip_verification::interbank::{
    AnswerSigner, AnswerVerifier, Asked, Audit, AuditFailure, AuditRecord, Destination, HUB, Hub,
    HubSettings, Issuer, KeptParty, KeptTransaction, Route, RouteTable, Service, SlipStore, StoreFailure,
    TokenSigner, TokenVerifier,
};
use satang_transport::{Courier, Server};
use std::{
    error::Error,
    net::SocketAddr,
    path::Path,
    sync::{Arc, Mutex, PoisonError},
    time::Duration,
};
use tokio::net::TcpListener;

/// How many connections are kept to whoever is asked.
const KEPT: usize = 128;
/// How many tokens of the hub the issuer remembers: more than it gets in any 90 seconds.
const MOST_TOKENS: usize = 4_000_000;

type Failure = Box<dyn Error + Send + Sync>;

/// The bank that answers: it knows of each reference.
pub fn issuer(file: &Path) -> Result<(), Box<dyn Error>> {
    let parties = Parties::read(file)?;
    let tokens = TokenVerifier::new(HUB, ISSUER, parties.public(HUB)?, MOST_TOKENS)?;
    let answers = AnswerSigner::new(&parties.key(ISSUER)?)?;
    let issuer = Arc::new(Issuer::new(bank(ISSUER)?, (tokens, answers), (Memory, Machine)));
    serve(move |request: Request<Incoming>| {
        let issuer = Arc::clone(&issuer);
        async move {
            let query = request.uri().query().unwrap_or_default().as_bytes();
            let answer = issuer.look_up_transaction(Asked::new(request.headers(), query)).await;
            Ok::<_, Failure>(answer.map(Full::new))
        }
    })
}

/// The reverse proxy, to a server at this address.
pub fn proxy(to: SocketAddr) -> Result<(), Box<dyn Error>> {
    let mut connector = HttpConnector::new();
    connector.set_nodelay(true);
    let pool = Client::builder(TokioExecutor::new()).pool_max_idle_per_host(KEPT).build(connector);
    serve(move |mut request: Request<Incoming>| {
        let pool: Client<_, Incoming> = pool.clone();
        async move {
            *request.uri_mut() = at(to, request.uri())?;
            Ok::<_, Failure>(pool.request(request).await?)
        }
    })
}

/// The hub of the crate, with the server, the router and the courier that the gateway has.
pub fn hub(file: &Path, issuer: SocketAddr) -> Result<(), Box<dyn Error>> {
    let parties = Parties::read(file)?;
    runtime()?.block_on(async {
        let signers = (TokenSigner::new(HUB, &parties.key(HUB)?)?, AnswerSigner::new(&parties.key(HUB)?)?);
        let hub = Hub::new(signers, (Records::default(), Machine), HubSettings::default())?;
        for member in MEMBERS {
            hub.join(parties.member(member)?)?;
        }
        let courier = Courier::builder().private_addresses(true).idle_connections(KEPT).build()?;
        hub.add_issuer(
            Service::TransactionVerification,
            bank(ISSUER)?,
            Line { courier, to: issuer },
            AnswerVerifier::new(parties.public(ISSUER)?)?,
        );
        let (bank, to) = (bank(ISSUER)?, Destination::Bank(bank(ISSUER)?));
        hub.replace_routes(RouteTable::new(vec![Route { bank, from: Date::MIN, until: None, to }]));
        let server = Server::bind("127.0.0.1:0").await?;
        announce(server.local_addr()?);
        server.serve(contract::router(Arc::new(Desk(hub))), std::future::pending::<()>()).await;
        Ok(())
    })
}

/// Answers over HTTP/1 until the process is killed.
fn serve<F, A, B>(answer: F) -> Result<(), Box<dyn Error>>
where
    F: Fn(Request<Incoming>) -> A + Clone + Send + 'static,
    A: Future<Output = Result<Response<B>, Failure>> + Send + 'static,
    B: Body<Data: Send, Error: Into<Failure>> + Send + 'static,
{
    runtime()?.block_on(async {
        let listener = TcpListener::bind("127.0.0.1:0").await?;
        announce(listener.local_addr()?);
        loop {
            let (stream, _) = listener.accept().await?;
            stream.set_nodelay(true)?;
            let connection =
                http1::Builder::new().serve_connection(TokioIo::new(stream), service_fn(answer.clone()));
            tokio::spawn(connection);
        }
    })
}

fn runtime() -> std::io::Result<tokio::runtime::Runtime> {
    tokio::runtime::Builder::new_multi_thread().enable_all().build()
}

fn announce(address: SocketAddr) {
    println!("{}", serde_json::json!({ "listening": format!("http://{address}") }));
}

/// The same target at another address.
fn at(address: SocketAddr, target: &Uri) -> Result<Uri, http::Error> {
    let target = target.path_and_query().map_or("/", PathAndQuery::as_str);
    Uri::builder().scheme("http").authority(address.to_string()).path_and_query(target).build()
}

fn bank(code: &str) -> Result<BankCode, &'static str> {
    code.parse().map_err(|_| "a bank has three digits")
}

/// Clock, randomness and timer of this machine.
struct Machine;

impl Clock for Machine {
    fn now(&self) -> Timestamp {
        System.now()
    }
}

impl Entropy for Machine {
    fn fill(&self, bytes: &mut [u8]) {
        System.fill(bytes);
    }
}

impl Timer for Machine {
    async fn sleep(&self, duration: Duration) {
        tokio::time::sleep(duration).await;
    }
}

/// A bank's payments: one for each reference.
struct Memory;

impl SlipStore for Memory {
    async fn find(&self, reference: &TransRef) -> Result<Option<KeptTransaction>, StoreFailure> {
        let party = |name: &str, account: &str| KeptParty {
            name: name.parse().ok(),
            account: Some(account.to_owned()),
            ..KeptParty::default()
        };
        Ok(Some(KeptTransaction {
            sending_bank: bank(ISSUER).map_err(|_| StoreFailure)?,
            trans_ref: reference.clone(),
            receiving_bank: bank("004").ok(),
            at: System.now().saturating_sub(SignedDuration::from_mins(1)).map_err(|_| StoreFailure)?,
            amount: "100.00".parse().map_err(|_| StoreFailure)?,
            sender: party("MR. PAYER P", "2010000001"),
            receiver: party("DEMO SHOP", "1234514110"),
            references: [None, None, None],
        }))
    }
}

/// Records that are as good as forgotten.
#[derive(Default)]
struct Records(Mutex<Vec<AuditRecord>>);

impl Audit for Records {
    async fn record(&self, record: &AuditRecord) -> Result<(), AuditFailure> {
        self.abandoned(record.clone());
        Ok(())
    }

    fn abandoned(&self, record: AuditRecord) {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).push(record);
    }
}

/// The hub's line to the issuer.
struct Line {
    courier: Courier,
    to: SocketAddr,
}

impl Transport for Line {
    async fn call(
        &self,
        _: &'static Operation,
        request: Request<Bytes>,
    ) -> Result<Response<Bytes>, satang_core::Error> {
        let (mut head, body) = request.into_parts();
        let broken =
            |_| satang_core::Error::new(satang_core::Kind::Configuration, satang_core::Sent::No, "no URL");
        head.uri = at(self.to, &head.uri).map_err(broken)?;
        self.courier.exchange(Request::from_parts(head, body)).await
    }
}

/// Where the hub of the crate is asked.
struct Desk(Hub<Line, Records, Machine>);

impl Host for Desk {
    type Caller = ();
    async fn admit(&self, _: &satang_core::Incoming) -> Result<(), Refusal> {
        Ok(())
    }
}

impl Handler for Desk {
    async fn verify_transaction(&self, (): (), request: satang_core::Incoming) -> Result<Page, Refusal> {
        let query = request.parts.uri.query().unwrap_or_default().as_bytes();
        Ok(self.0.verify_transaction(Asked::new(&request.parts.headers, query)).await)
    }
}

impl Clock for Desk {
    fn now(&self) -> Timestamp {
        System.now()
    }
}

impl Entropy for Desk {
    fn fill(&self, bytes: &mut [u8]) {
        System.fill(bytes);
    }
}
