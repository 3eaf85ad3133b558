//! `satang serve`: how it starts, and how it stops.

use super::complaint;
use crate::{
    books::Books,
    crash::{Call, Caller, Tally, examine, work},
    gateway_process::{GatewayProcess, serve},
    program::Program,
    random::{Random, seed},
    wire::Unfinished,
};
use satang_core::direct_debit::ACCESS_TOKEN;
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
    let form = "grant_type=client_credentials&client_id=demo-partner&client_secret=demo-secret";
    let begun = Unfinished::begin(gateway.address(), ACCESS_TOKEN.path, form);
    gateway.ask_to_stop();
    until_refused(gateway.address());
    let answer = begun.finish();
    assert_eq!(answer.status, 200, "{answer:?}");
    assert!(answer.body.contains("access_token"), "{answer:?}");
    assert_eq!(gateway.wait().code(), Some(0));
}

/// Waits until a gateway takes no more connections.
fn until_refused(address: &str) {
    let deadline = Instant::now() + Duration::from_secs(9);
    while TcpStream::connect(address).is_ok() {
        assert!(Instant::now() < deadline, "it still listens");
        std::thread::yield_now();
    }
}
