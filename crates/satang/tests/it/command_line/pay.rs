//! `satang pay` and its exit codes.

use super::{complaint, line};
use crate::{
    books::Books,
    gateway_process::GatewayProcess,
    program::{Ended, run},
};
use satang_gateway::demo;
use std::net::TcpListener;

/// `satang --json pay` to this base URL, with further arguments.
pub(super) fn pay(base_url: &str, arguments: &[&str]) -> Ended {
    let fixed = ["--json", "pay", "--base-url", base_url, "--amount", "12.50"];
    run(fixed.iter().chain(arguments))
}

#[tokio::test]
async fn settled_is_0_and_again_is_the_same_payment() {
    let directory = tempfile::tempdir().unwrap();
    let gateway = GatewayProcess::start(directory.path());
    let id = "8a3ff8e2-9a7c-4c4e-8a3e-0d8f6c1b2a11";
    let first = pay(&gateway.base_url, &["--transaction-identification", id, "--annotation", "ค่าน้ำ"]);
    assert_eq!(first.code(), Some(0), "{first:?}");
    let answer = line(&first);
    assert_eq!(answer["outcome"], "settled");
    assert_eq!(answer["transactionIdentification"], id);

    let again = pay(&gateway.base_url, &["--transaction-identification", id, "--annotation", "ค่าน้ำ"]);
    assert_eq!((again.code(), line(&again)), (Some(0), answer.clone()));
    let other = pay(&gateway.base_url, &["--transaction-identification", id]);
    assert_eq!(other.code(), Some(4), "another body under the same identification: {other:?}");
    assert!(complaint(&other).contains("SBX-4091"), "{other:?}");

    let books = Books::read(directory.path()).await;
    assert_eq!(books.balances[demo::CREDITOR_ACCOUNT], 12_50);
    assert_eq!(answer["reference"], books.payments[0].reference.as_str());
}

#[test]
fn rejected_is_1_with_the_reason() {
    let directory = tempfile::tempdir().unwrap();
    let gateway = GatewayProcess::start(directory.path());
    let [_, without_money, closed, blocked, _, suspended] = &demo::DRAWERS;
    for (drawer, reason) in
        [(without_money, "AM04"), (closed, "AC04"), (blocked, "AC06"), (suspended, "MD01")]
    {
        let ended = pay(&gateway.base_url, &["--payment-token", drawer.token]);
        assert_eq!(ended.code(), Some(1), "{ended:?}");
        let answer = line(&ended);
        assert_eq!((&answer["outcome"], &answer["reason"]), (&"rejected".into(), &reason.into()));
        assert!(ended.errors.is_empty(), "a rejection is an answer, not a failure: {ended:?}");
    }
}

#[test]
fn without_a_connection_or_a_permission_it_is_4() {
    let nobody = TcpListener::bind("127.0.0.1:0").unwrap();
    let base_url = format!("http://{}", nobody.local_addr().unwrap());
    drop(nobody);
    let unreachable = pay(&base_url, &[]);
    assert_eq!(unreachable.code(), Some(4), "{unreachable:?}");
    assert!(complaint(&unreachable).contains("nothing was paid"), "{unreachable:?}");

    let directory = tempfile::tempdir().unwrap();
    let gateway = GatewayProcess::start(directory.path());
    for wrong in [["--client-secret", "hunter2"], ["--client-id", "stranger"], ["--signature-key", "hunter2"]]
    {
        let ended = pay(&gateway.base_url, &wrong);
        assert_eq!(ended.code(), Some(4), "{ended:?}");
        let complaint = complaint(&ended);
        assert!(complaint.contains("nothing was paid") && !complaint.contains("hunter2"), "{complaint}");
    }
}
