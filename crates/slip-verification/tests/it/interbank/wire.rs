//! The whole chain over real HTTP: each party behind its generated router, on a socket of its own.

use super::network::{
    Book, CITIZEN, Kept, Memory, NUMBER, Numbers, REFERENCE, bank, kept, key, keys, member_of,
};
use jiff::Timestamp;
use satang_core::{
    Clock, Entropy, Host, Incoming, Page, Refusal, Router, Routes, System, Timer,
    operation::Envelope,
    slip_verification::{CallbackHandler, Client, Handler, callback_router, router},
};
use satang_jose::{KeySet, SignatureAlgorithm};
use satang_schema::{
    krungsri::SandboxError,
    slip_verification::{HubCode, HubKeys, Nothing, SlipOutcome, SlipToVerify, SlipVerdict},
};
use satang_slip_verification::{
    BankCode, BankSlip, TransRef,
    interbank::{
        AnswerSigner, AnswerVerifier, Asked, EndState, HUB, Hub, HubSettings, Issuer, NumberVerdict,
        RouteTable, Service, ServiceBank, ServiceBankSettings, TokenSigner, TokenVerifier,
    },
};
use satang_transport::{Client as Http, Server};
use std::{
    future::pending,
    net::SocketAddr,
    sync::{Arc, Mutex},
    time::Duration,
};

/// The machine's own time, randomness and waiting.
#[derive(Clone, Copy)]
struct Real;

impl Clock for Real {
    fn now(&self) -> Timestamp {
        System.now()
    }
}

impl Entropy for Real {
    fn fill(&self, bytes: &mut [u8]) {
        System.fill(bytes);
    }
}

impl Timer for Real {
    async fn sleep(&self, duration: Duration) {
        tokio::time::sleep(duration).await;
    }
}

/// A party behind a router.
struct Party<P>(P);

impl<P> Clock for Party<P>
where
    P: Send + Sync,
{
    fn now(&self) -> Timestamp {
        System.now()
    }
}

impl<P> Entropy for Party<P>
where
    P: Send + Sync,
{
    fn fill(&self, bytes: &mut [u8]) {
        System.fill(bytes);
    }
}

type HubPart = Hub<Http, Arc<Book>, Real>;
type IssuerPart = Issuer<Kept, Real>;
type OperatorPart = Issuer<Numbers, Real>;
type BankPart = ServiceBank<Http, Memory, Real>;

impl Host for Party<HubPart> {
    type Caller = ();

    /// The hub itself tells who calls.
    async fn admit(&self, _: &Incoming) -> Result<(), Refusal> {
        Ok(())
    }
}

impl Handler for Party<HubPart> {
    async fn list_hub_keys(&self, (): (), _: Nothing) -> Result<HubKeys, Refusal> {
        Ok(self.0.keys().clone())
    }

    async fn verify_number_ownership(&self, (): (), request: Incoming) -> Result<Page, Refusal> {
        Ok(self.0.verify_number_ownership(Asked::new(&request.parts.headers, &request.body)).await)
    }

    async fn verify_transaction(&self, (): (), request: Incoming) -> Result<Page, Refusal> {
        let query = request.parts.uri.query().unwrap_or_default();
        Ok(self.0.verify_transaction(Asked::new(&request.parts.headers, query.as_bytes())).await)
    }
}

impl Host for Party<IssuerPart> {
    type Caller = ();

    async fn admit(&self, _: &Incoming) -> Result<(), Refusal> {
        Ok(())
    }
}

impl CallbackHandler for Party<IssuerPart> {
    async fn look_up_transaction(&self, (): (), request: Incoming) -> Result<Page, Refusal> {
        let query = request.parts.uri.query().unwrap_or_default();
        Ok(self.0.look_up_transaction(Asked::new(&request.parts.headers, query.as_bytes())).await)
    }
}

impl Host for Party<OperatorPart> {
    type Caller = ();

    async fn admit(&self, _: &Incoming) -> Result<(), Refusal> {
        Ok(())
    }
}

impl CallbackHandler for Party<OperatorPart> {
    async fn confirm_number_ownership(&self, (): (), request: Incoming) -> Result<Page, Refusal> {
        Ok(self.0.confirm_number_ownership(Asked::new(&request.parts.headers, &request.body)).await)
    }
}

impl Host for Party<BankPart> {
    type Caller = &'static str;

    async fn admit(&self, request: &Incoming) -> Result<&'static str, Refusal> {
        match request.header("authorization") {
            Some("Bearer shop-key") => Ok("shop"),
            _ => Err(Refusal::of(&SandboxError::TOKEN)),
        }
    }
}

impl Handler for Party<BankPart> {
    async fn verify_slip(&self, merchant: &'static str, slip: SlipToVerify) -> Result<SlipVerdict, Refusal> {
        let verdict = self.0.verify(merchant, &slip).await;
        verdict.map_err(|violations| Refusal::invalid(Envelope::Problem, violations))
    }
}

async fn serve<R: Routes>(router: Router<R>) -> SocketAddr {
    let server = Server::bind("127.0.0.1:0").await.unwrap();
    let address = server.local_addr().unwrap();
    tokio::spawn(server.serve(router, pending::<()>()));
    address
}

fn way(address: SocketAddr) -> Http {
    Http::builder(format!("http://{address}")).build().unwrap()
}

fn payload(reference: &str) -> String {
    BankSlip::new(BankCode::new("014").unwrap(), TransRef::new(reference).unwrap()).to_payload().unwrap()
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_slip_is_verified_once_across_three_sockets() {
    let [hub_key, issuer_key, member_key] = [key("itmx-7"), key("014-3"), key("004-3")];
    let mut paid = kept("014", REFERENCE);
    paid.at = System.now();
    let issuer = Issuer::new(
        bank("014"),
        (
            TokenVerifier::new(HUB, "014", keys(&[&hub_key]), 1000).unwrap(),
            AnswerSigner::new(&issuer_key).unwrap(),
        ),
        (Kept(Arc::new(Mutex::new(vec![paid]))), Real),
    );
    let issuer = serve(callback_router(Arc::new(Party(issuer)))).await;
    // A bank that is in the table and whose machine is down.
    let nobody = std::net::TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap();

    let book = Arc::new(Book::default());
    let issuer_signatures = || AnswerVerifier::new(keys(&[&issuer_key])).unwrap();
    let hub = Hub::new(
        (TokenSigner::new(HUB, &hub_key).unwrap(), AnswerSigner::new(&hub_key).unwrap()),
        (Arc::clone(&book), Real),
        HubSettings::default(),
    )
    .unwrap();
    hub.replace_routes(RouteTable::direct([bank("014"), bank("025")]));
    hub.add_issuer(Service::TransactionVerification, bank("014"), way(issuer), issuer_signatures());
    hub.add_issuer(Service::TransactionVerification, bank("025"), way(nobody), issuer_signatures());
    hub.join(member_of("004", &member_key).subscribed_to(Service::TransactionVerification)).unwrap();
    let hub = serve(router(Arc::new(Party(hub)))).await;

    let service_bank = ServiceBank::new(
        way(hub),
        (TokenSigner::new("004", &member_key).unwrap(), AnswerVerifier::new(keys(&[&hub_key])).unwrap()),
        (Memory::default(), Real),
        ServiceBankSettings::new("key-004".parse().unwrap(), "secret-004".parse().unwrap()),
    );
    let service_bank = serve(router(Arc::new(Party(service_bank)))).await;
    let shop = Http::builder(format!("http://{service_bank}")).bearer_token("shop-key").build().unwrap();
    let shop = Client::new(shop);

    let slip = SlipToVerify {
        payload: Some(payload(REFERENCE).parse().unwrap()),
        check_duplicate: Some(true),
        ..SlipToVerify::default()
    };
    let (one, other) = tokio::join!(shop.verify_slip(&slip), shop.verify_slip(&slip));
    let mut outcomes = [one.unwrap().outcome, other.unwrap().outcome];
    outcomes.sort();
    assert_eq!(outcomes, [SlipOutcome::Verified, SlipOutcome::Duplicate]);

    let unknown =
        SlipToVerify { payload: Some(payload("NOBODY").parse().unwrap()), ..SlipToVerify::default() };
    assert_eq!(shop.verify_slip(&unknown).await.unwrap().outcome, SlipOutcome::NotFound);
    let down = SlipToVerify {
        sending_bank: Some(bank("025")),
        trans_ref: Some("KSA1".parse().unwrap()),
        ..SlipToVerify::default()
    };
    let pending = shop.verify_slip(&down).await.unwrap();
    assert_eq!((pending.outcome, pending.retry_after_seconds), (SlipOutcome::Pending, Some(30)));
    let ends: Vec<_> = book.records.lock().unwrap().iter().map(|record| record.end).collect();
    let expected = [EndState::Found, EndState::Found, EndState::NotFound, EndState::IssuerUnreachable];
    assert_eq!(ends, expected);

    let no_slip = SlipToVerify { payload: Some("hello".parse().unwrap()), ..SlipToVerify::default() };
    let refused = shop.verify_slip(&no_slip).await.unwrap_err();
    assert_eq!(refused.violations()[0].pointer.as_str(), "/payload");
    let stranger = Http::builder(format!("http://{service_bank}")).bearer_token("other").build().unwrap();
    let denied = Client::new(stranger).verify_slip(&slip).await.unwrap_err();
    assert_eq!(denied.status().map(|status| status.as_u16()), Some(401));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_number_is_verified_across_sockets_under_the_keys_that_the_hub_publishes() {
    let [hub_key, operator_key, member_key] = [key("itmx-7"), key("701-1"), key("004-3")];
    let book = Arc::new(Book::default());
    let hub = Hub::<Http, _, _>::new(
        (TokenSigner::new(HUB, &hub_key).unwrap(), AnswerSigner::new(&hub_key).unwrap()),
        (Arc::clone(&book), Real),
        HubSettings::default(),
    );
    let hub = Arc::new(Party(hub.unwrap()));
    let address = serve(router(Arc::clone(&hub))).await;
    let published = Client::new(way(address)).list_hub_keys(&Nothing {}).await.unwrap();
    let published = serde_json::to_vec(&published).unwrap();
    let hub_keys = || KeySet::from_jwks(&published, &[SignatureAlgorithm::Es256]).unwrap().keys;

    let (number, citizen) = (NUMBER.parse().unwrap(), CITIZEN.parse().unwrap());
    let operator = Issuer::new(
        bank("701"),
        (
            TokenVerifier::new(HUB, "701", hub_keys(), 1000).unwrap(),
            AnswerSigner::new(&operator_key).unwrap(),
        ),
        (Numbers(vec![(NUMBER.parse().unwrap(), CITIZEN.parse().unwrap())]), Real),
    );
    let operator = serve(callback_router(Arc::new(Party(operator)))).await;
    // The hub has been answering all the while.
    let signatures = AnswerVerifier::new(keys(&[&operator_key])).unwrap();
    hub.0.add_issuer(Service::NumberOwnership, bank("701"), way(operator), signatures);
    hub.0.replace_routes(RouteTable::direct([bank("701")]));
    hub.0.join(member_of("004", &member_key).subscribed_to(Service::NumberOwnership)).unwrap();

    let bank_004 = ServiceBank::new(
        way(address),
        (TokenSigner::new("004", &member_key).unwrap(), AnswerVerifier::new(hub_keys()).unwrap()),
        (Memory::default(), Real),
        ServiceBankSettings::new("key-004".parse().unwrap(), "secret-004".parse().unwrap()),
    );
    let ask = |provider: &'static str| {
        let (bank_004, number, citizen) = (&bank_004, &number, &citizen);
        async move { bank_004.verify_number_ownership(&bank(provider), number, citizen).await }
    };
    assert_eq!(ask("701").await, NumberVerdict::Owner);
    assert_eq!(ask("702").await, NumberVerdict::Unknown(Some(HubCode::IssuerNotFound)));
    let ends: Vec<_> = book.records.lock().unwrap().iter().map(|record| record.end).collect();
    assert_eq!(ends, [EndState::Found, EndState::NoRoute]);
}
