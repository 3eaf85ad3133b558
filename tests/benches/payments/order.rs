//! The requests as a partner sends them, no two alike: each with an identifier, a time and a signature of its own.

use crate::{
    errand::Errand,
    load::{Order, Orders},
};
use http::{
    HeaderValue, Method, Request,
    header::{ACCEPT, AUTHORIZATION, CONTENT_TYPE, HOST},
};
use http_body_util::Full;
use jiff::Timestamp;
use satang_core::{
    Clock, Entropy, System,
    signature::{self, Key},
};
use satang_gateway::demo;
use satang_schema::DateTime;
use std::cell::Cell;
use uuid::Uuid;

/// Writes orders of the demo partner, all on one errand.
pub struct Cashier {
    errand: Errand,
    key: Key,
    authorization: HeaderValue,
    host: HeaderValue,
    /// Where this cashier's identifiers begin: no other cashier's are near.
    series: u64,
    written: Cell<u64>,
}

impl Cashier {
    /// A cashier who holds this access token, for the server that is called `host`.
    pub fn new(errand: Errand, token: &str, host: &str) -> Result<Self, Box<dyn std::error::Error>> {
        let mut series = [0; 8];
        System.fill(&mut series);
        Ok(Self {
            errand,
            key: Key::new(demo::SIGNATURE_KEY)?,
            authorization: format!("Bearer {token}").parse()?,
            host: host.parse()?,
            series: u64::from_le_bytes(series),
            written: Cell::new(0),
        })
    }

    /// The next order.
    pub fn order(&self) -> Order {
        let (now, operation) = (System.now(), self.errand.operation());
        let body = self.errand.body(self.identifier());
        let id = self.identifier().to_string();
        let mut order = Request::new(Full::from(body.clone()));
        *order.method_mut() = Method::POST;
        *order.uri_mut() = http::Uri::from_static(operation.path);
        let headers = order.headers_mut();
        headers.insert(HOST, self.host.clone());
        headers.insert(AUTHORIZATION, self.authorization.clone());
        headers.insert(CONTENT_TYPE, HeaderValue::from_static("application/json"));
        headers.insert(ACCEPT, HeaderValue::from_static("application/json"));
        if operation.signed {
            let digest = signature::digest(&body);
            let signed = self.key.sign(&Method::POST, operation.path, now, &digest, &id);
            headers.insert(signature::DIGEST, text(digest));
            headers.insert(signature::SIGNATURE, text(signed));
        }
        headers.insert(signature::CLIENT_TRANSACTION_ID, text(id));
        headers.insert("x-client-transaction-datetime", text(date_time(now)));
        order
    }

    /// An identifier that looks random to the indexes of a store, as a partner's does, without asking the
    /// operating system each time.
    fn identifier(&self) -> Uuid {
        self.written.set(self.written.get() + 1);
        let low = mixed(self.series.wrapping_add(self.written.get()));
        uuid::Builder::from_random_bytes((u128::from(mixed(low)) << 64 | u128::from(low)).to_le_bytes())
            .into_uuid()
    }
}

impl Orders for Cashier {
    fn order(&self) -> Option<Order> {
        Some(Self::order(self))
    }

    fn is_done(&self, answer: &[u8]) -> bool {
        self.errand.is_done(answer)
    }
}

fn date_time(now: Timestamp) -> String {
    DateTime::in_bangkok(now).to_string()
}

fn text(value: String) -> HeaderValue {
    HeaderValue::try_from(value).expect("digests, identifiers and times fit into headers")
}

/// One to one, and far apart for neighbours (the finaliser of SplitMix64).
fn mixed(mut number: u64) -> u64 {
    number = (number ^ (number >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    number = (number ^ (number >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
    number ^ (number >> 31)
}
