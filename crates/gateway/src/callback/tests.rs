//! Delivery by a courier in memory, under a clock that is moved.

// Seeds and figures are printed, to repeat a run and to see that it did something.
#![allow(clippy::print_stdout)]

mod attempts;
mod hostile;
mod outbox;
mod sockets;
mod turns;

use super::{
    Courier, Delivery, NewCallback, Undelivered, enqueue,
    outbox::{Attempted, read},
    replay,
};
use crate::{
    Agreement, CallbackProfile, Gateway, NewPartner, Options,
    store::{StoreError, Tx},
};
use bytes::Bytes;
use http::{Request, Response};
use jiff::{SignedDuration, Timestamp};
use satang_core::{Clock, direct_debit::REGISTRATION_CALLBACK};
use serde_json::json;
use std::{
    path::Path,
    sync::{Arc, Mutex},
};
use tempfile::TempDir;

pub(super) const KEY: &str = "partner-signature-key";

/// A machine whose clock stands still.
pub(super) struct Standing(pub(super) Timestamp);

impl Clock for Standing {
    fn now(&self) -> Timestamp {
        self.0
    }
}

/// Nine in the morning of 1 March 2026 in Bangkok.
pub(super) fn start() -> Timestamp {
    "2026-03-01T09:00:00+07:00".parse().unwrap()
}

pub(super) fn minutes(minutes: i64) -> SignedDuration {
    SignedDuration::from_mins(minutes)
}

/// A courier made of a function, with what it was given.
pub(super) struct Told<F> {
    pub(super) answer: F,
    pub(super) carried: Mutex<Vec<Request<Bytes>>>,
}

impl<F> Told<F>
where
    F: Fn(&Request<Bytes>, usize) -> Result<Response<()>, Undelivered> + Send + Sync,
{
    /// `answer` is given each request and how many came before.
    pub(super) fn new(answer: F) -> Arc<Self> {
        Arc::new(Self { answer, carried: Mutex::default() })
    }
}

impl<F> Courier for Told<F>
where
    F: Fn(&Request<Bytes>, usize) -> Result<Response<()>, Undelivered> + Send + Sync,
{
    fn carry(&self, request: Request<Bytes>) -> Delivery<'_> {
        let mut carried = self.carried.lock().unwrap();
        let answer = (self.answer)(&request, carried.len());
        carried.push(request);
        Box::pin(std::future::ready(answer))
    }
}

pub(super) fn status(status: u16) -> Result<Response<()>, Undelivered> {
    Ok(Response::builder().status(status).body(()).unwrap())
}

/// A gateway whose sandbox clock stands until it is moved.
pub(super) struct World {
    pub(super) gateway: Arc<Gateway>,
    pub(super) directory: TempDir,
}

impl World {
    pub(super) async fn new(courier: Arc<dyn Courier>) -> Self {
        let directory = tempfile::tempdir().unwrap();
        let gateway = open(directory.path(), courier).await;
        let world = Self { gateway, directory };
        world.add_partner("partner", "https://partner.example/hook?a=b").await;
        world
    }

    pub(super) async fn add_partner(&self, client_id: &str, url: &str) {
        let partner = NewPartner {
            client_id: client_id.into(),
            name: "Partner".into(),
            secret: "secret".into(),
            signature_key: KEY.into(),
            api_key: "api-key".into(),
        };
        self.gateway.add_partner(partner).await.unwrap();
        self.agree(client_id, url, CallbackProfile::Signature).await;
    }

    pub(super) async fn agree(&self, client_id: &str, url: &str, callback_profile: CallbackProfile) {
        let callback_url = Some(url.to_owned());
        let agreement = Agreement { callback_url, callback_profile, ..Agreement::default() };
        self.gateway.agree(client_id, agreement).await.unwrap();
    }

    /// Queues callbacks about subjects of these numbers, in one transaction.
    pub(super) async fn enqueue(&self, partner: &str, subjects: std::ops::Range<usize>) {
        let (now, partner) = (self.gateway.now(), partner.to_owned());
        let work = move |tx: &mut Tx<'_>| {
            for number in subjects {
                let subject = format!("{partner}-{number}");
                let body = json!({ "journeyIdentifier": subject, "paymentTokenStatus": "ACTV" });
                let (operation, version) = (&REGISTRATION_CALLBACK, "ACTV");
                let callback =
                    NewCallback { partner: &partner, operation, subject: &subject, version, body: &body };
                enqueue(tx, &callback, now)?;
            }
            Ok::<_, StoreError>(())
        };
        self.gateway.store.write(work).await.unwrap();
    }

    /// Lets time pass until so long after the start.
    pub(super) async fn until(&self, after: SignedDuration) {
        self.gateway.advance_to(start() + after).await.unwrap();
    }

    pub(super) async fn read<T: Send + 'static>(
        &self,
        work: impl FnOnce(&mut Tx<'_>) -> Result<T, StoreError> + Send + 'static,
    ) -> T {
        self.gateway.store.read(work).await.unwrap()
    }

    /// The identifiers of all callbacks with this status.
    pub(super) async fn ids(&self, status: &'static str) -> Vec<String> {
        let sql = "SELECT id FROM callback WHERE status = $1 ORDER BY id";
        self.read(move |tx| tx.query(sql, &[status.into()], |row| row.text(0))).await
    }

    pub(super) async fn replay(&self, id: &str) -> bool {
        let (id, now) = (id.to_owned(), self.gateway.now());
        self.gateway.store.write(move |tx| replay(tx, &id, now)).await.unwrap()
    }

    /// Each attempt at a callback: minutes since the start, and what came of it.
    pub(super) async fn attempts(&self, id: &str) -> Vec<(i64, String)> {
        let id = id.to_owned();
        let (_, _, attempts) = self.read(move |tx| read(tx, &id)).await.unwrap();
        let brief = |attempt: Attempted| (attempt.at.duration_since(start()).as_mins(), attempt.outcome);
        attempts.into_iter().map(brief).collect()
    }
}

/// Opens a gateway over a directory, with its clock stopped where it stands.
pub(super) async fn open(directory: &Path, courier: Arc<dyn Courier>) -> Arc<Gateway> {
    let mut options = Options::new(directory);
    options.demo = false;
    options.clock = Arc::new(Standing(start()));
    options.courier = courier;
    Gateway::open(&options).await.unwrap()
}
