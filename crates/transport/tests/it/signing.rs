//! The bytes on the wire of a signed call, and what a receiver makes of them.

use crate::provider::*;
use bytes::Bytes;
use http::{HeaderMap, HeaderName, Method, Request};
use satang_core::{
    Transport,
    signature::{self, Key},
};
use satang_transport::{Builder, Signing};
use std::sync::Arc;

const CREATED: i64 = 1_597_424_400; // 2020-08-15T00:00:00+07:00
const ID: &str = "11111111-2222-4333-8444-555555555555";
const ID_BYTES: [u8; 16] =
    [0x11, 0x11, 0x11, 0x11, 0x22, 0x22, 0x43, 0x33, 0x84, 0x44, 0x55, 0x55, 0x55, 0x55, 0x55, 0x55];
const BODY: &str = concat!(
    r#"{"transactionIdentification":"071f2a78-a77b-4e45-91ba-4bd96d5bcde9","#,
    r#""creditorAccountNumber":"0457262823","#,
    r#""payerInformation":{"paymentToken":"06252dbc-0a4c-437f-b718-f2aa836b10b3"},"#,
    r#""transactionInformation":{"transactionType":"REALTIME","referenceNumber1":"REF1","#,
    r#""referenceNumber2":"REF2","paymentInstrument":"DDEB","paymentAmount":5000.00,"#,
    r#""annotation":"This is remark for this transaction"}}"#
);

fn fixed(builder: Builder) -> Builder {
    builder.clock(Manual::at(CREATED)).entropy(Arc::new(Fixed(ID_BYTES)))
}

#[tokio::test]
async fn the_published_request_on_the_wire() {
    let provider = Provider::new([ok()]);
    let url = provider.tcp().await;
    let client = fixed(client(&url)).api_key("demo-api-key").build().unwrap();
    call(&client, &PAYMENT, BODY).await.unwrap();
    let [request] = &provider.calls()[..] else { panic!("one request") };
    let expected = [
        "POST /rest/api/v1/corporateServices/directDebit/realTime/transaction/payment HTTP/1.1",
        "content-type: application/json",
        "authorization: Bearer token-1",
        "x-client-transaction-id: 11111111-2222-4333-8444-555555555555",
        "x-client-transaction-datetime: 2020-08-15T00:00:00.000+07:00",
        "api-key: demo-api-key",
        "accept: application/json",
        concat!("user-agent: satang/", env!("CARGO_PKG_VERSION")),
        "digest: SHA-256=dXg7YyEUGG30lzDNtUtCG+K9Ohocew0fm0aYgZbN3ZA=",
        r#"signature: keyId="client-secret",algorithm="hs2019",created=1597424400,headers="(request-target) (created) digest x-client-transaction-id",signature="o501zGxRkxVRbzAYlaJ6nEAnNmGH97KDaKvnZ0whBXU=""#,
        &format!("host: {}", url.trim_start_matches("http://")),
        "content-length: 390",
        "\r\n",
    ];
    assert_eq!(request.head, expected.join("\r\n"));
    assert_eq!(request.body, BODY);
}

#[tokio::test(start_paused = true)]
async fn which_calls_are_signed() {
    for (signing, payment, inquiry) in
        [(Signing::Never, false, false), (Signing::Default, true, false), (Signing::Always, true, true)]
    {
        let provider = Provider::new([ok()]);
        let client = provider.client([]).signing(signing).date_time_header(false).build().unwrap();
        for (operation, signed) in [(&PAYMENT, payment), (&INQUIRY, inquiry)] {
            call(&client, operation, "{}").await.unwrap();
            let request = provider.calls().pop().unwrap();
            assert_eq!(request.header("signature").is_some(), signed, "{signing:?} {}", operation.id);
            assert_eq!(request.header("digest").is_some(), signed);
            assert_eq!(request.header("x-client-transaction-datetime"), None);
            assert_eq!(request.header("api-key"), None);
        }
    }
}

#[tokio::test(start_paused = true)]
async fn what_the_client_signs_a_receiver_accepts() {
    let provider = Provider::new([ok()]);
    let builder = fixed(client("http://localhost/open/api/")).connector(provider.memory([]));
    let client = builder.signing(Signing::Always).build().unwrap();
    let uri = "/rest/api/v1/things?state=open&owner=%E0%B8%81";
    for (method, body) in [(Method::POST, BODY), (Method::GET, "")] {
        let request = Request::builder()
            .method(method.clone())
            .uri(uri)
            .body(Bytes::from_static(body.as_bytes()))
            .unwrap();
        client.call(&INQUIRY, request).await.unwrap();
        let request = provider.calls().pop().unwrap();
        let target = request.head.split(' ').nth(1).unwrap();
        assert_eq!(target, format!("/open/api{uri}"));

        let headers: HeaderMap = ["signature", "digest", "x-client-transaction-id"]
            .into_iter()
            .map(|name| (HeaderName::from_static(name), request.header(name).unwrap().parse().unwrap()))
            .collect();
        let key = Key::new("sandbox-signature-key").unwrap();
        let now = jiff::Timestamp::from_second(CREATED + 5).unwrap();
        let verified =
            signature::verify(&key, &method, target, &headers, request.body.as_bytes(), now).unwrap();
        assert_eq!(verified.client_transaction_id, ID);
    }
}
