//! `satang serve`: how it starts, and how it stops.

use super::complaint;
use crate::{
    books::Books,
    crash::{Call, Caller, Tally, examine, work},
    gateway_process::{GatewayProcess, serve},
    program::{Program, audit},
    random::{Random, seed},
    wire::{Unfinished, get, send},
};
use satang_core::direct_debit::{ACCESS_TOKEN, REAL_TIME_PAYMENT};
use std::{
    net::TcpStream,
    time::{Duration, Instant},
};

#[test]
fn a_second_server_on_the_same_directory_is_4() {
    let directory = tempfile::tempdir().unwrap();
    let first = GatewayProcess::start(directory.path());
    let second = Program::start(serve(directory.path(), "127.0.0.1:0")).wait();
    assert_eq!(second.code(), Some(4), "{second:?}");
    assert!(complaint(&second).contains("another server uses the directory"), "{second:?}");
    // The first has not noticed.
    assert_eq!(super::pay::pay(&first.base_url, &[]).code(), Some(0));
    assert_eq!(first.stop().code(), Some(0));
}

#[test]
fn a_server_that_cannot_listen_or_store_is_4() {
    let directory = tempfile::tempdir().unwrap();
    let gateway = GatewayProcess::start(&directory.path().join("one"));
    let taken = Program::start(serve(&directory.path().join("two"), gateway.address())).wait();
    assert_eq!(taken.code(), Some(4), "{taken:?}");
    assert!(complaint(&taken).contains("cannot listen"), "{taken:?}");

    let file = directory.path().join("file");
    std::fs::write(&file, "").unwrap();
    let no_directory = Program::start(serve(&file, "127.0.0.1:0")).wait();
    assert_eq!(no_directory.code(), Some(4), "{no_directory:?}");
    assert!(complaint(&no_directory).contains("cannot"), "{no_directory:?}");
}

/// Whatever a server that is told to stop still does, it also answers.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn stopping_under_load_answers_all_that_was_paid() {
    let seed = seed();
    println!("seed {seed}");
    let mut random = Random::new(seed);
    let directory = tempfile::tempdir().unwrap();
    let mut callers: Vec<_> = (0..32).map(|name| Caller::new(name, random.next())).collect();
    for life in 1..=5 {
        let mut command = serve(directory.path(), "127.0.0.1:0");
        command.args(["--log", "satang=info"]);
        let gateway = GatewayProcess::launch(command, directory.path()).unwrap_or_else(|it| panic!("{it:?}"));
        let working = work(callers, &gateway, life, random.up_to(400)).await;
        let stopped = gateway.stop();
        assert_eq!(stopped.code(), Some(0));
        assert!(stopped.errors.contains("cut: 0"), "a connection had to be cut: {stopped:?}");
        callers = working.join_all().await;

        let calls: Vec<Call> = callers.iter().flat_map(|caller| caller.log.clone()).collect();
        let books = Books::read(directory.path()).await;
        let verdict = examine(&calls, &books);
        assert!(verdict.is_clean(), "{verdict:#?}");
        let tally = Tally::of(calls.iter());
        assert_eq!(tally.acknowledged, books.payments.len(), "a payment was made but not answered");
    }
}

#[test]
fn a_request_that_has_begun_is_answered_after_the_signal() {
    let directory = tempfile::tempdir().unwrap();
    let gateway = GatewayProcess::start(directory.path());
    let begun = Unfinished::begin(gateway.address(), ACCESS_TOKEN.path, TOKEN_FORM);
    gateway.ask_to_stop();
    until_refused(gateway.address());
    let answer = begun.finish();
    assert_eq!(answer.status, 200, "{answer:?}");
    assert!(answer.body.contains("access_token"), "{answer:?}");
    assert_eq!(gateway.wait().code(), Some(0));
}

/// A process with a grace that no test waits out.
fn patient(data: &std::path::Path, more: &[&str]) -> GatewayProcess {
    let mut command = serve(data, "127.0.0.1:0");
    command.args(["--limits-shutdown-grace=1h", "--metrics-listen=127.0.0.1:0"]).args(more);
    GatewayProcess::launch(command, data).unwrap_or_else(|it| panic!("{it:?}"))
}

const TOKEN_FORM: &str = "grant_type=client_credentials&client_id=demo-partner&client_secret=demo-secret";

#[test]
fn while_it_stops_it_is_alive_but_not_ready() {
    let directory = tempfile::tempdir().unwrap();
    let gateway = patient(directory.path(), &[]);
    let operators = gateway.operators.clone().unwrap();
    assert_eq!(get(&operators, "/readyz").status, 200);
    let begun = Unfinished::begin(gateway.address(), ACCESS_TOKEN.path, TOKEN_FORM);
    gateway.ask_to_stop();
    until_not_ready(&operators);
    assert_eq!(get(&operators, "/healthz").status, 200);
    assert!(get(&operators, "/metrics").body.contains("\nsatang_requests_in_flight 1\n"));
    assert_eq!(begun.finish().status, 200);
    assert_eq!(gateway.wait().code(), Some(0));
    assert!(TcpStream::connect(operators).is_err());
}

#[test]
fn a_second_signal_ends_it_at_once() {
    let directory = tempfile::tempdir().unwrap();
    let gateway = patient(directory.path(), &[]);
    let begun = Unfinished::begin(gateway.address(), ACCESS_TOKEN.path, TOKEN_FORM);
    gateway.ask_to_stop();
    until_not_ready(gateway.operators.as_ref().unwrap());
    let ended = gateway.stop();
    assert_eq!(ended.code(), Some(0), "{ended:?}");
    assert!(ended.errors.contains("second signal"), "{ended:?}");
    assert!(begun.was_cut());
    assert_eq!(audit(directory.path()).code(), Some(0));
}

#[test]
fn what_does_not_end_within_the_grace_is_cut() {
    let directory = tempfile::tempdir().unwrap();
    let mut command = serve(directory.path(), "127.0.0.1:0");
    command.arg("--limits-shutdown-grace=10ms");
    let gateway = GatewayProcess::launch(command, directory.path()).unwrap_or_else(|it| panic!("{it:?}"));
    let begun = Unfinished::begin(gateway.address(), ACCESS_TOKEN.path, TOKEN_FORM);
    assert_eq!(gateway.stop().code(), Some(0));
    assert!(begun.was_cut());
}

/// In the envelope of the path, and under the identifier that the log knows.
#[test]
fn a_request_that_takes_too_long_is_504() {
    let directory = tempfile::tempdir().unwrap();
    let gateway = patient(directory.path(), &["--limits-request-timeout=20ms", "--log=info"]);
    let late = Unfinished::begin(gateway.address(), ACCESS_TOKEN.path, TOKEN_FORM).give_up();
    assert_eq!((late.status, late.body.contains("\"server_error\"")), (504, true), "{late:?}");
    let client = "11111111-2222-4333-8444-555555555555";
    let payment = format!(
        "POST {} HTTP/1.1\r\nhost: x\r\ncontent-type: application/json\r\ncontent-length: 9\r\n\
         x-client-transaction-id: {client}\r\nconnection: close\r\n\r\nhalf",
        REAL_TIME_PAYMENT.path
    );
    let late = send(gateway.address(), payment.as_bytes());
    assert_eq!(late.status, 504, "{late:?}");
    let error = &serde_json::from_str::<serde_json::Value>(&late.body).unwrap()["error"];
    assert_eq!((&error["code"], &error["clientTransactionID"]), (&"SBX-5041".into(), &client.into()));
    let metrics = get(gateway.operators.as_ref().unwrap(), "/metrics").body;
    let counted = "satang_requests_total{operation=\"real_time_payment\",status=\"504\"} 1";
    assert!(metrics.contains(counted), "{metrics}");
    assert!(metrics.contains("\nsatang_requests_in_flight 0\n"), "{metrics}");
    let ended = gateway.stop();
    let id = error["serverTransactionID"].as_str().unwrap();
    let logged = ended.errors.lines().find(|line| line.contains(id)).expect("the log knows it");
    assert!(logged.contains("SBX-5041") && logged.contains(REAL_TIME_PAYMENT.path), "{logged}");
}

/// Waits until a gateway is ready no more.
fn until_not_ready(operators: &str) {
    let deadline = Instant::now() + Duration::from_secs(9);
    while get(operators, "/readyz").status != 503 {
        assert!(Instant::now() < deadline, "it is still ready");
    }
}

/// Waits until a gateway takes no more connections.
fn until_refused(address: &str) {
    let deadline = Instant::now() + Duration::from_secs(9);
    while TcpStream::connect(address).is_ok() {
        assert!(Instant::now() < deadline, "it still listens");
        std::thread::yield_now();
    }
}
