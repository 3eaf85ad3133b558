//! The same call in five ways.

use crate::{Answer, server};
use bytes::Bytes;
use http::{HeaderMap, HeaderValue, Request, Uri};
use http_body_util::{BodyExt, Full};
use hyper_util::{
    client::legacy::{Client, connect::HttpConnector},
    rt::{TokioExecutor, TokioTimer},
};
use satang_core::{
    direct_debit::{
        self, PaymentResult, RealTimePayment, TRANSACTION_STATUS_INQUIRY, TransactionStatusInquiry,
    },
    signature::Key,
};
use satang_transport::Credentials;
use std::{error::Error, net::SocketAddr};

/// A way to call.
pub trait Call: 'static {
    /// One call, from what the caller has to what the caller wants.
    async fn call(&self) -> Answer;
}

/// hyper-util's client and nothing else: bytes out, bytes in.
pub struct Bare {
    client: Client<HttpConnector, Full<Bytes>>,
    uri: Uri,
    headers: HeaderMap,
    body: Bytes,
}

impl Bare {
    /// A caller of the inquiry.
    pub fn new(server: SocketAddr) -> Result<Self, Box<dyn Error>> {
        let mut connector = HttpConnector::new();
        connector.set_nodelay(true);
        let client = Client::builder(TokioExecutor::new())
            .timer(TokioTimer::new())
            .pool_timer(TokioTimer::new())
            .build(connector);
        let uri = format!("http://{server}{}", TRANSACTION_STATUS_INQUIRY.path).parse()?;
        Ok(Self { client, uri, headers: headers(), body: Bytes::from_static(INQUIRY.as_bytes()) })
    }

    async fn send(&self, body: Bytes) -> Result<Bytes, Box<dyn Error>> {
        let mut request = Request::new(Full::new(body));
        *request.method_mut() = http::Method::POST;
        *request.uri_mut() = self.uri.clone();
        *request.headers_mut() = self.headers.clone();
        let response = self.client.request(request).await?;
        Ok(response.into_body().collect().await?.to_bytes())
    }
}

impl Call for Bare {
    async fn call(&self) -> Answer {
        self.send(self.body.clone()).await?;
        Ok(())
    }
}

/// The same between values, as a program needs it: serde_json writes the request and reads the answer.
pub struct WithJson(Bare, TransactionStatusInquiry);

impl WithJson {
    /// A caller of the inquiry.
    pub fn new(server: SocketAddr) -> Result<Self, Box<dyn Error>> {
        Ok(Self(Bare::new(server)?, serde_json::from_str(INQUIRY)?))
    }
}

impl Call for WithJson {
    async fn call(&self) -> Answer {
        let answer = self.0.send(serde_json::to_vec(&self.1)?.into()).await?;
        let _: PaymentResult = serde_json::from_slice(&answer)?;
        Ok(())
    }
}

/// reqwest: bytes out, bytes in.
pub struct Reqwest {
    client: reqwest::Client,
    url: String,
    headers: HeaderMap,
}

impl Reqwest {
    /// A caller of the inquiry.
    pub fn new(server: SocketAddr) -> Result<Self, Box<dyn Error>> {
        let url = format!("http://{server}{}", TRANSACTION_STATUS_INQUIRY.path);
        Ok(Self { client: reqwest::Client::builder().build()?, url, headers: headers() })
    }
}

impl Call for Reqwest {
    async fn call(&self) -> Answer {
        let body = Bytes::from_static(INQUIRY.as_bytes());
        let request = self.client.post(&self.url).headers(self.headers.clone()).body(body);
        request.send().await?.bytes().await?;
        Ok(())
    }
}

type Bank = direct_debit::Client<satang_transport::Client>;

/// This library, unsigned: the inquiry.
pub struct Unsigned(Bank, TransactionStatusInquiry);

impl Unsigned {
    /// A caller of the inquiry.
    pub fn new(server: SocketAddr) -> Result<Self, Box<dyn Error>> {
        Ok(Self(bank(server)?, serde_json::from_str(INQUIRY)?))
    }
}

impl Call for Unsigned {
    async fn call(&self) -> Answer {
        self.0.transaction_status_inquiry(&self.1).await?;
        Ok(())
    }
}

/// This library, signed: the payment.
pub struct Signed(Bank, RealTimePayment);

impl Signed {
    /// A caller of the payment.
    pub fn new(server: SocketAddr) -> Result<Self, Box<dyn Error>> {
        Ok(Self(bank(server)?, serde_json::from_str(PAYMENT)?))
    }
}

impl Call for Signed {
    async fn call(&self) -> Answer {
        self.0.real_time_payment(&self.1).await?;
        Ok(())
    }
}

fn bank(server: SocketAddr) -> Result<Bank, Box<dyn Error>> {
    let client = satang_transport::Client::builder(format!("http://{server}"))
        .credentials(Credentials::new("partner", "secret"))
        .signature_key(Key::new("key")?)
        .build()?;
    Ok(direct_debit::Client::new(client))
}

/// What this library sends along, with values made once: so all callers give the server the same to read, and what
/// differs is the work of the client.
fn headers() -> HeaderMap {
    [
        ("authorization", format!("Bearer {}", server::TOKEN)),
        ("content-type", "application/json".to_owned()),
        ("x-client-transaction-id", "071f2a78-a77b-4e45-91ba-4bd96d5bcde9".to_owned()),
        ("x-client-transaction-datetime", "2020-08-15T00:00:00.000+07:00".to_owned()),
        ("accept", "application/json".to_owned()),
        ("user-agent", "bench/0.1.0".to_owned()),
    ]
    .into_iter()
    .map(|(name, value)| {
        let value = HeaderValue::try_from(value).expect("these values fit into headers");
        (http::HeaderName::from_static(name), value)
    })
    .collect()
}

const INQUIRY: &str = r#"{"transactionIdentification":"071f2a78-a77b-4e45-91ba-4bd96d5bcde9"}"#;
const PAYMENT: &str = r#"{"transactionIdentification":"071f2a78-a77b-4e45-91ba-4bd96d5bcde9","creditorAccountNumber":"0457262823","payerInformation":{"paymentToken":"06252dbc-0a4c-437f-b718-f2aa836b10b3"},"transactionInformation":{"transactionType":"REALTIME","referenceNumber1":"REF1","referenceNumber2":"REF2","paymentInstrument":"DDEB","paymentAmount":5000.00,"annotation":"This is remark for this transaction"}}"#;
