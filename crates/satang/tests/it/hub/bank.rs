//! A bank that answers the hub about its own slips, and asks it about others': in this process, so that it outlives the gateway.

use crate::gateway_process::GatewayProcess;
use satang_core::{
    Clock, Entropy, Host, Incoming, Page, Refusal, System, Timer,
    sandbox::Client as Operator,
    slip_verification::{self as contract, CallbackHandler},
};
use satang_gateway::demo;
use satang_jose::{KeySet, PrivateKey, SignatureAlgorithm::Es256, SigningKey};
use satang_schema::{Nothing, slip_verification::TransRef};
use satang_slip_verification::interbank::{
    self, AnswerSigner, HUB, Issuer, KeptParty, KeptTransaction, SlipStore, StoreFailure, TokenVerifier,
};
use satang_transport::{Client, Server};
use serde_json::{Value, json};
use std::{
    future::pending,
    sync::{
        Arc,
        atomic::{AtomicBool, Ordering::SeqCst},
    },
    time::Duration,
};

/// How many tokens of the hub each remembers.
const MOST_TOKENS: usize = 1_000_000;

/// A bank, a member of the hub.
pub(super) struct Bank {
    pub(super) code: String,
    pub(super) key: SigningKey,
    hangs: Arc<AtomicBool>,
}

impl Bank {
    /// Four banks, which this gateway asks from now on.
    pub(super) async fn four(gateway: &GatewayProcess) -> Vec<Self> {
        let mut banks = Vec::new();
        for code in ["201", "202", "203", "204"] {
            banks.push(Self::open(code, gateway).await);
        }
        banks
    }

    /// From now on it leaves questions without an answer; or answers the next ones again.
    pub(super) fn hang(&self, hangs: bool) {
        self.hangs.store(hangs, SeqCst);
    }

    pub(super) fn hangs(&self) -> bool {
        self.hangs.load(SeqCst)
    }

    async fn open(code: &str, gateway: &GatewayProcess) -> Self {
        let hub = Client::builder(&gateway.base_url).build().unwrap();
        let published = contract::Client::new(hub).list_hub_keys(&Nothing {}).await.unwrap();
        let hub_keys = KeySet::from_jwks(&serde_json::to_vec(&published).unwrap(), &[Es256]).unwrap().keys;
        let key = SigningKey::new(PrivateKey::generate_p256().unwrap(), Es256).unwrap();
        let key = key.with_key_id(&format!("{code}-1")).unwrap();
        let tokens = TokenVerifier::new(HUB, code, hub_keys, MOST_TOKENS).unwrap();
        let signers = (tokens, AnswerSigner::new(&key).unwrap());
        let issuer = Issuer::new(code.parse().unwrap(), signers, (Slips(code.to_owned()), Machine));

        let hangs = Arc::new(AtomicBool::new(false));
        let desk = Desk { issuer, hangs: Arc::clone(&hangs) };
        let server = Server::bind("127.0.0.1:0").await.unwrap();
        let address = server.local_addr().unwrap();
        tokio::spawn(server.serve(contract::callback_router(Arc::new(desk)), pending::<()>()));

        let bank = Self { code: code.to_owned(), key, hangs };
        bank.join(gateway, &format!("http://{address}")).await;
        bank
    }

    async fn join(&self, gateway: &GatewayProcess, url: &str) {
        let operator = Client::builder(&gateway.base_url).bearer_token(demo::ADMIN_KEY).build().unwrap();
        let keys = KeySet::new([self.key.verifying_key().clone()]).unwrap().to_jwks();
        let keys: Value = serde_json::from_str(&keys).unwrap();
        let (api_key, api_secret) = self.credentials();
        let admission = json!({
            "bank": self.code, "name": "Bank", "apiKey": api_key, "apiSecret": api_secret, "keys": keys["keys"],
            "services": ["transaction-verification"], "issuerUrl": url,
        });
        Operator::new(operator).admit_hub_member(&serde_json::from_value(admission).unwrap()).await.unwrap();
    }

    /// What it sends as `API-Key` and `API-Secret`.
    pub(super) fn credentials(&self) -> (String, String) {
        (format!("key-of-{}", self.code), format!("secret-of-{}", self.code))
    }
}

/// Where the hub asks.
struct Desk {
    issuer: Issuer<Slips, Machine>,
    hangs: Arc<AtomicBool>,
}

impl Host for Desk {
    type Caller = ();
    async fn admit(&self, _: &Incoming) -> Result<(), Refusal> {
        Ok(())
    }
}

impl CallbackHandler for Desk {
    async fn look_up_transaction(&self, (): (), request: Incoming) -> Result<Page, Refusal> {
        if self.hangs.load(SeqCst) {
            pending::<()>().await;
        }
        let query = request.parts.uri.query().unwrap_or_default().as_bytes();
        Ok(self.issuer.look_up_transaction(interbank::Asked::new(&request.parts.headers, query)).await)
    }
}

/// Knows of each reference.
struct Slips(String);

impl SlipStore for Slips {
    async fn find(&self, reference: &TransRef) -> Result<Option<KeptTransaction>, StoreFailure> {
        Ok(Some(KeptTransaction {
            sending_bank: self.0.parse().map_err(|_| StoreFailure)?,
            trans_ref: reference.clone(),
            receiving_bank: None,
            at: System.now(),
            amount: "100.00".parse().map_err(|_| StoreFailure)?,
            sender: KeptParty::default(),
            receiver: KeptParty::default(),
            references: [None, None, None],
        }))
    }
}

struct Machine;

impl Timer for Machine {
    async fn sleep(&self, duration: Duration) {
        tokio::time::sleep(duration).await;
    }
}

/// Both go by this machine.
macro_rules! system_clock_and_entropy {
    ($($party:ty),*) => { $(
        impl Clock for $party {
            fn now(&self) -> jiff::Timestamp { System.now() }
        }
        impl Entropy for $party {
            fn fill(&self, bytes: &mut [u8]) { System.fill(bytes) }
        }
    )* };
}
system_clock_and_entropy!(Desk, Machine);
