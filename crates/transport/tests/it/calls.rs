//! Single calls: connections, deadlines, limits, and what an error says about the request.

use crate::provider::*;
use satang_core::{Error, Kind, Sent};
use satang_transport::{Client, Signing};
use std::time::Duration;
use tokio::{net::TcpListener, time::Instant};

fn check(error: &Error, kind: Kind, sent: Sent) {
    assert_eq!((error.kind(), error.sent()), (kind, sent), "{error:?}");
}

#[tokio::test]
async fn one_connection_serves_many_calls() {
    let provider = Provider::new([answer(200, "", r#"{"a":1}"#)]);
    let client = client(&provider.tcp().await).build().unwrap();
    for _ in 0..3 {
        assert_eq!(call(&client, &INQUIRY, "{}").await.unwrap().body(), r#"{"a":1}"#);
    }
    let connections: Vec<_> = provider.calls().iter().map(|call| call.connection).collect();
    assert_eq!(connections, [1, 1, 1]);
}

#[tokio::test]
async fn an_answer_is_returned_whatever_its_status() {
    for status in [200, 204, 302, 400, 403, 409, 422, 500] {
        let provider = Provider::new([answer(status, "location: /elsewhere\r\n", "")]);
        let client = client(&provider.tcp().await).build().unwrap();
        assert_eq!(call(&client, &PAYMENT, "{}").await.unwrap().status(), status);
        assert_eq!(provider.calls().len(), 1, "{status}");
    }
}

#[tokio::test]
async fn a_refused_connection_sent_nothing() {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let url = format!("http://{}", listener.local_addr().unwrap());
    drop(listener);
    let error = call(&client(&url).retries(0).build().unwrap(), &PAYMENT, "{}").await.unwrap_err();
    check(&error, Kind::Connect, Sent::No);
}

#[tokio::test]
async fn a_connection_closed_after_the_request_may_have_sent_it() {
    let provider = Provider::new([close()]);
    let client = client(&provider.tcp().await).build().unwrap();
    let error = call(&client, &PAYMENT, "{}").await.unwrap_err();
    check(&error, Kind::Interrupted, Sent::Maybe);
    assert_eq!(provider.calls().len(), 1);
}

#[tokio::test(start_paused = true)]
async fn an_idle_connection_that_was_closed_is_replaced() {
    let provider = Provider::new([Reply::Last("HTTP/1.1 200 OK\r\ncontent-length: 2\r\n\r\n{}".to_owned())]);
    let client = provider.client([]).retries(0).build().unwrap();
    for _ in 0..5 {
        call(&client, &PAYMENT, "{}").await.unwrap();
    }
    assert_eq!(provider.calls().len(), 5);
}

#[tokio::test(start_paused = true)]
async fn a_connection_that_does_not_come_sent_nothing() {
    let provider = Provider::new([ok()]);
    let started = Instant::now();
    let client = provider
        .client([Connect::Accept, Connect::Hang])
        .connect_timeout(Duration::from_secs(3))
        .retries(0)
        .build()
        .unwrap();
    check(&call(&client, &PAYMENT, "{}").await.unwrap_err(), Kind::Connect, Sent::No);
    assert_eq!(started.elapsed().as_secs(), 3);
}

#[tokio::test(start_paused = true)]
async fn a_deadline_while_connecting_sent_nothing() {
    let provider = Provider::new([ok()]);
    let builder = provider.client([Connect::Accept, Connect::Hang]).connect_timeout(Duration::from_secs(60));
    let client = builder.timeout(Duration::from_secs(7)).build().unwrap();
    let started = Instant::now();
    check(&call(&client, &INQUIRY, "{}").await.unwrap_err(), Kind::Timeout, Sent::No);
    assert_eq!(started.elapsed().as_secs(), 7);
}

#[tokio::test(start_paused = true)]
async fn a_deadline_after_the_request_may_have_sent_it() {
    let head = "HTTP/1.1 200 OK\r\ncontent-length: 5\r\n\r\n".to_owned();
    for (name, reply) in
        [("no answer", vec![Reply::Hang]), ("half an answer", vec![Reply::Raw(head), Reply::Hang])]
    {
        let provider = Provider::new(reply);
        let client = provider.client([]).timeout(Duration::from_secs(7)).build().unwrap();
        let started = Instant::now();
        for operation in [&PAYMENT, &INQUIRY] {
            let error = call(&client, operation, "{}").await.unwrap_err();
            check(&error, Kind::Timeout, Sent::Maybe);
        }
        assert_eq!(started.elapsed().as_secs(), 14, "{name}");
        assert_eq!(provider.calls().len(), 2, "{name}");
    }
}

#[tokio::test(start_paused = true)]
async fn an_answer_that_breaks_off_may_have_been_acted_on() {
    let provider = Provider::new([Reply::Last("HTTP/1.1 200 OK\r\ncontent-length: 5\r\n\r\n{".to_owned())]);
    let client = provider.client([]).build().unwrap();
    check(&call(&client, &PAYMENT, "{}").await.unwrap_err(), Kind::Interrupted, Sent::Maybe);
    assert_eq!(provider.calls().len(), 1);
}

#[tokio::test(start_paused = true)]
async fn an_answer_that_is_too_long_is_not_read() {
    let body = "x".repeat(200);
    let chunked = format!("HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\nc8\r\n{body}\r\n0\r\n\r\n");
    for (reply, limit, fits) in [
        (answer(200, "", &body), 200, true),
        (answer(200, "", &body), 199, false),
        (Reply::Raw(chunked.clone()), 200, true),
        (Reply::Raw(chunked), 199, false),
    ] {
        let provider = Provider::new([reply]);
        let client = provider.client([]).response_limit(limit).build().unwrap();
        match call(&client, &INQUIRY, "{}").await {
            Ok(answer) => assert!(fits && answer.body() == &body),
            Err(error) => {
                assert!(!fits);
                check(&error, Kind::Unreadable, Sent::Yes);
            }
        }
        assert_eq!(provider.calls().len(), 1);
    }
}

#[tokio::test(start_paused = true)]
async fn what_is_missing_in_the_configuration_is_said_before_anything_is_sent() {
    let provider = Provider::new([ok()]);
    let bare = || Client::builder("http://localhost").connector(provider.memory([]));
    let no_credentials = bare().build().unwrap();
    check(&call(&no_credentials, &INQUIRY, "{}").await.unwrap_err(), Kind::Configuration, Sent::No);
    let no_key = bare().credentials(satang_transport::Credentials::new("a", "b")).build().unwrap();
    check(&call(&no_key, &PAYMENT, "{}").await.unwrap_err(), Kind::Configuration, Sent::No);
    assert!(provider.calls().is_empty());
    let unsigned = bare()
        .credentials(satang_transport::Credentials::new("a", "b"))
        .signing(Signing::Never)
        .build()
        .unwrap();
    assert!(call(&unsigned, &PAYMENT, "{}").await.is_ok());
}

#[test]
fn secrets_do_not_travel_in_the_open() {
    for (url, fine) in [
        ("https://bank.example", true),
        ("http://127.0.0.1:8700", true),
        ("http://localhost", true),
        ("http://bank.example", false),
        ("http://10.0.0.1", false),
    ] {
        assert_eq!(client(url).build().is_ok(), fine, "{url}");
        assert!(client(url).dangerously_allow_plain_http().build().is_ok());
    }
    assert!(Client::builder("http://bank.example").build().is_ok());
    assert!(Client::builder("http://bank.example").api_key("k").build().is_err());
    assert!(Client::builder("https://bank.example").api_key("a\nb").build().is_err());
    let shown = format!("{:?} {:?}", client("https://bank.example"), client("https://bank.example").build());
    assert!(!shown.contains("hunter2") && !shown.contains("sandbox-signature-key"), "{shown}");
}
