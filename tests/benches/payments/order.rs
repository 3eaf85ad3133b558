//! The requests: signed payments as a partner sends them, no two alike.

use bytes::Bytes;
use http::{
    HeaderValue, Method, Request,
    header::{ACCEPT, AUTHORIZATION, CONTENT_TYPE, HOST},
};
use http_body_util::Full;
use jiff::Timestamp;
use satang_core::{
    Clock, Entropy, System,
    direct_debit::REAL_TIME_PAYMENT,
    signature::{self, Key},
};
use satang_gateway::demo;
use satang_schema::DateTime;
use std::cell::Cell;
use uuid::Uuid;

/// A payment on its way.
pub type Order = Request<Full<Bytes>>;

/// Writes orders of the demo partner: each with an identifier, a time and a signature of its own.
pub struct Cashier {
    key: Key,
    authorization: HeaderValue,
    host: HeaderValue,
    /// Where this cashier's identifiers begin: no other cashier's are near.
    series: u64,
    written: Cell<u64>,
}

impl Cashier {
    /// A cashier who holds this access token, for the server that is called `host`.
    pub fn new(token: &str, host: &str) -> Result<Self, Box<dyn std::error::Error>> {
        let mut series = [0; 8];
        System.fill(&mut series);
        Ok(Self {
            key: Key::new(demo::SIGNATURE_KEY)?,
            authorization: format!("Bearer {token}").parse()?,
            host: host.parse()?,
            series: u64::from_le_bytes(series),
            written: Cell::new(0),
        })
    }

    /// The next order.
    pub fn order(&self) -> Order {
        let now = System.now();
        let body = payment(self.identifier());
        let id = self.identifier().to_string();
        let digest = signature::digest(&body);
        let signed = self.key.sign(&Method::POST, REAL_TIME_PAYMENT.path, now, &digest, &id);
        let mut order = Request::new(Full::from(body));
        *order.method_mut() = Method::POST;
        *order.uri_mut() = http::Uri::from_static(REAL_TIME_PAYMENT.path);
        let headers = order.headers_mut();
        headers.insert(HOST, self.host.clone());
        headers.insert(AUTHORIZATION, self.authorization.clone());
        headers.insert(CONTENT_TYPE, HeaderValue::from_static("application/json"));
        headers.insert(ACCEPT, HeaderValue::from_static("application/json"));
        headers.insert(signature::CLIENT_TRANSACTION_ID, text(id));
        headers.insert("x-client-transaction-datetime", text(date_time(now)));
        headers.insert(signature::DIGEST, text(digest));
        headers.insert(signature::SIGNATURE, text(signed));
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

/// The body of a payment that succeeds: of one baht, so that the customer's money lasts.
fn payment(identification: Uuid) -> Bytes {
    let (creditor, token) = (demo::CREDITOR_ACCOUNT, demo::DRAWERS[0].token);
    Bytes::from(format!(
        r#"{{"transactionIdentification":"{identification}","creditorAccountNumber":"{creditor}","payerInformation":{{"paymentToken":"{token}"}},"transactionInformation":{{"transactionType":"REALTIME","referenceNumber1":"REF1","referenceNumber2":"REF2","paymentInstrument":"DDEB","paymentAmount":1.00,"annotation":"This is remark for this transaction"}}}}"#
    ))
}

/// What a mock answers, and the handler that does nothing: the answer of a payment that succeeded.
pub const ANSWER: &str = r#"{"transactionIdentification":"071f2a78-a77b-4e45-91ba-4bd96d5bcde9","paymentReferenceIdentification":"6f1f5a0e-2f6d-4a43-9a52-0f9b1f1c7a10","processingStatus":"ACSC","processingDateTime":"2020-08-15T00:00:00.000+07:00","paymentAmount":5000.00}"#;

/// True when an answer says that the money has moved.
pub fn is_settled(answer: &[u8]) -> bool {
    answer.windows(6).any(|six| six == b"\"ACSC\"")
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
