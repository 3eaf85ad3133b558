//! A real gateway of which everything can be foreseen, and who is new to it in each sequence.

use super::{
    bank::ACCOUNTS,
    chance::{Chance, Seeded},
};
use crate::behaviour::world::{ADMIN_KEY, ManualClock};
use bytes::Bytes;
use http::{HeaderValue, Request, Response};
use jiff::Timestamp;
use satang_core::{
    Clock, Entropy, Error, Loopback, Operation, Transport, direct_debit, sandbox,
    signature::{self, Key},
};
use satang_gateway::{
    Agreement, Gateway, NewPartner, Options, Site, demo,
    ledger::{self, Entry, LedgerError, NewAccount, Posting},
    store::{StoreError, Tx},
};
use satang_schema::direct_debit::{AccessTokenRequest, GrantType};
use std::{
    path::Path,
    sync::{Arc, Mutex, PoisonError},
};
use tempfile::TempDir;

const SECRET: &str = "model-secret";
const SIGNATURE_KEY: &str = "model-signature-key";
/// What the accounts hold at first: the customers', then the partner's.
pub(super) const BALANCES: [i64; ACCOUNTS] = [100_000, 40_000, 80_000_000, 5_000, 0];

/// A gateway for some sequences, one after the other.
pub(super) struct World {
    pub(super) gateway: Arc<Gateway>,
    pub(super) clock: Arc<ManualClock>,
    entropy: Arc<Seeded>,
    _directory: TempDir,
}

impl World {
    pub(super) async fn new() -> Self {
        // What survives a crash is the subject of other tests.
        let memory = Path::new("/dev/shm");
        let directory = if memory.is_dir() { tempfile::tempdir_in(memory) } else { tempfile::tempdir() };
        let directory = directory.unwrap();
        let clock = Arc::new(ManualClock::at("2026-01-01T00:00:00+07:00"));
        let entropy = Arc::new(Seeded::new(0));
        let mut options = Options::new(directory.path());
        options.clock = clock.clone();
        options.entropy = entropy.clone();
        options.admin_key = Some(ADMIN_KEY.into());
        Self { gateway: Gateway::open(&options).await.unwrap(), clock, entropy, _directory: directory }
    }

    /// A new partner and new accounts of known customers, at a new time.
    pub(super) async fn begin(&self, seed: u64, now: i64) {
        self.entropy.begin(seed);
        self.gateway.advance_to(Timestamp::from_millisecond(now).unwrap()).await.unwrap();
        let client_id = client_id(seed);
        let partner = NewPartner {
            client_id: client_id.clone(),
            name: "Model".into(),
            secret: SECRET.into(),
            signature_key: SIGNATURE_KEY.into(),
            api_key: format!("api-key-{seed}"),
        };
        self.gateway.add_partner(partner).await.unwrap();
        let posting = self.entropy.uuid();
        let work = move |tx: &mut Tx<'_>| settle_in(tx, seed, posting, now * 1_000);
        self.gateway.store().write(work).await.unwrap_or_else(|error: LedgerError| panic!("{error:?}"));
        let agreement = Agreement {
            registration_account: Some(number(seed, super::bank::AGREED)),
            redirect_uris: vec![demo::REDIRECT_URI.into()],
            ..Agreement::default()
        };
        self.gateway.agree(&client_id, agreement).await.unwrap();
    }

    /// The partner's way to the bank.
    pub(super) fn partner(&self, seed: u64) -> direct_debit::Client<Line> {
        direct_debit::Client::new(self.line(seed, "nobody"))
    }

    /// The operator's.
    pub(super) fn operator(&self, seed: u64) -> sandbox::Client<Line> {
        sandbox::Client::new(self.line(seed, ADMIN_KEY))
    }

    fn line(&self, seed: u64, key: &str) -> Line {
        Line {
            loopback: Loopback::new(self.gateway.site()),
            clock: self.clock.clone(),
            key: Key::new(SIGNATURE_KEY).unwrap(),
            attempts: Seeded::new(seed ^ 0xa77e),
            authorization: Mutex::new(bearer(key)),
            amount: Mutex::default(),
        }
    }

    /// A new access token for a partner's line.
    pub(super) async fn renew(&self, seed: u64, line: &Line) {
        let request = AccessTokenRequest {
            grant_type: GrantType::ClientCredentials,
            client_id: client_id(seed).parse().ok(),
            client_secret: SECRET.parse().ok(),
            ..AccessTokenRequest::default()
        };
        let client = direct_debit::Client::new(Loopback::new(self.gateway.site()));
        let token = client.access_token(&request).await.unwrap();
        *line.authorization.lock().unwrap_or_else(PoisonError::into_inner) =
            bearer(token.access_token.as_str());
    }

    /// What the log of events has had since a position, and the position that it has now.
    pub(super) async fn events(&self, after: i64) -> (i64, String) {
        let sql = "SELECT position, at, kind, coalesce(partner, ''), subject, detail FROM event
            WHERE position > $1 ORDER BY position";
        let read = move |tx: &mut Tx<'_>| {
            tx.query(sql, &[after.into()], |row| {
                let line = format!("{} {} {} {}", row.text(2)?, row.text(3)?, row.text(4)?, row.text(5)?);
                Ok((row.int(0)?, format!("{} {line}\n", row.int(1)?)))
            })
        };
        let events = self.gateway.store().read(read).await;
        let events = events.unwrap_or_else(|error: StoreError| panic!("{error}"));
        let last = events.last().map_or(after, |(position, _)| *position);
        (last, events.into_iter().map(|(_, line)| line).collect())
    }
}

pub(super) fn client_id(seed: u64) -> String {
    format!("model-{seed}")
}

/// An account of a sequence. The last digits tell which.
pub(super) fn number(seed: u64, account: usize) -> String {
    if account == super::bank::FOREIGN {
        return demo::CREDITOR_ACCOUNT.into();
    }
    format!("8{seed:06}{account:03}")
}

fn bearer(key: &str) -> HeaderValue {
    format!("Bearer {key}").parse().unwrap()
}

/// Opens the accounts, and gives them to the demo's customers in place of what these had.
fn settle_in(tx: &mut Tx<'_>, seed: u64, posting: uuid::Uuid, at_micros: i64) -> Result<(), LedgerError> {
    let (numbers, client_id): (Vec<_>, _) =
        ((0..ACCOUNTS).map(|account| number(seed, account)).collect(), client_id(seed));
    let owner_name = "Model";
    for (account, number) in numbers.iter().enumerate() {
        let partner = (account >= 3).then_some(client_id.as_str());
        let minimum_balance = Some(0);
        ledger::open_account(tx, NewAccount { number, owner_name, partner, minimum_balance, at_micros })?;
    }
    let funded = numbers.iter().zip(BALANCES).filter(|(_, balance)| *balance > 0);
    let mut entries: Vec<_> = funded.map(|(account, amount)| Entry { account, amount }).collect();
    entries.push(Entry { account: demo::FUNDING_ACCOUNT, amount: -BALANCES.iter().sum::<i64>() });
    ledger::post(
        tx,
        Posting { id: posting, kind: "funding", reference: &client_id, at_micros, entries: &entries },
    )?;
    tx.execute("UPDATE account SET customer = NULL WHERE customer IS NOT NULL", &[])?;
    for (customer, account) in [("demo-somchai", 1), ("demo-somchai", 0), ("demo-malee", 2)] {
        let of = [(&numbers[account]).into(), customer.into()];
        tx.execute("UPDATE customer SET card_account = $1 WHERE id = $2", &of)?;
        let sql = "UPDATE account SET customer = $1 WHERE number = $2";
        tx.execute(sql, &[customer.into(), (&numbers[account]).into()])?;
    }
    Ok(())
}

/// Adds what a partner's or an operator's transport adds.
pub(super) struct Line {
    loopback: Loopback<Site>,
    clock: Arc<ManualClock>,
    key: Key,
    attempts: Seeded,
    authorization: Mutex<HeaderValue>,
    /// What is sent in place of the amount, once.
    pub(super) amount: Mutex<Option<&'static str>>,
}

impl Transport for Line {
    async fn call(
        &self,
        operation: &'static Operation,
        mut request: Request<Bytes>,
    ) -> Result<Response<Bytes>, Error> {
        let id = self.attempts.uuid().to_string();
        if let Some(amount) = self.amount.lock().unwrap_or_else(PoisonError::into_inner).take() {
            let body = String::from_utf8(request.body().to_vec()).unwrap();
            let misspelt = body.replace("\"paymentAmount\":1.00", &format!("\"paymentAmount\":{amount}"));
            assert_ne!(body, misspelt);
            *request.body_mut() = misspelt.into();
        }
        if operation.signed {
            let digest = signature::digest(request.body());
            let signature = self.key.sign(&operation.method, operation.path, self.clock.now(), &digest, &id);
            request.headers_mut().insert("digest", digest.parse().unwrap());
            request.headers_mut().insert("signature", signature.parse().unwrap());
        }
        request.headers_mut().insert("x-client-transaction-id", id.parse().unwrap());
        let authorization = self.authorization.lock().unwrap_or_else(PoisonError::into_inner).clone();
        request.headers_mut().insert("authorization", authorization);
        self.loopback.call(operation, request).await
    }
}

/// Identifications that a partner chooses.
pub(super) fn identification(seed: u64, kind: u64, number: usize) -> uuid::Uuid {
    let chance = Chance::new(seed.wrapping_mul(0x1_0001) ^ (kind << 60) ^ ((number as u64) << 32)).next();
    Seeded::new(chance).uuid()
}
