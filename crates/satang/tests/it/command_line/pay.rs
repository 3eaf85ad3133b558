//! `satang pay` and its exit codes.

use super::{complaint, failure, lines, outcome};
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

/// `satang --json pay --resolve`: what became of a payment.
pub(super) fn resolve(base_url: &str, id: &str) -> Ended {
    run(["--json", "pay", "--base-url", base_url, "--resolve", id])
}

#[tokio::test]
async fn settled_is_0_and_again_is_the_same_payment() {
    let directory = tempfile::tempdir().unwrap();
    let gateway = GatewayProcess::start(directory.path());
    let id = "8a3ff8e2-9a7c-4c4e-8a3e-0d8f6c1b2a11";
    let first = pay(&gateway.base_url, &["--transaction-identification", id, "--annotation", "ค่าน้ำ"]);
    assert_eq!(first.code(), Some(0), "{first:?}");
    let answer = outcome(&first);
    assert_eq!(answer["outcome"], "settled");
    assert_eq!(answer["transactionIdentification"], id);

    let again = pay(&gateway.base_url, &["--transaction-identification", id, "--annotation", "ค่าน้ำ"]);
    assert_eq!((again.code(), outcome(&again)), (Some(0), answer.clone()));
    let resolved = resolve(&gateway.base_url, id);
    assert_eq!((resolved.code(), outcome(&resolved)), (Some(0), answer.clone()));
    let base_url = ["--base-url", &gateway.base_url];
    let other = ["--json", "pay", "--amount", "99", "--transaction-identification", id];
    let other = run(other.iter().chain(&base_url));
    assert_eq!(other.code(), Some(4), "another payment under the same identification: {other:?}");
    assert!(complaint(&other).contains("SBX-4091"), "{other:?}");
    let facts = failure(&other);
    assert_eq!((&facts["sent"], &facts["code"]), (&"yes".into(), &"SBX-4091".into()));
    assert_eq!(facts["transactionIdentification"], id);

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
        let answer = outcome(&ended);
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
    // Told before anything was sent.
    let (facts, told) = (failure(&unreachable), lines(&unreachable).remove(0));
    assert_eq!(told, serde_json::json!({ "transactionIdentification": facts["transactionIdentification"] }));
    assert_eq!((&facts["sent"], &facts["code"]), (&"no".into(), &serde_json::Value::Null));

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

#[test]
fn at_a_real_bank_nobody_is_the_demo_partner() {
    let given = [
        ("--client-id", "SATANG_CLIENT_ID", "me"),
        ("--client-secret", "SATANG_CLIENT_SECRET", "hunter2"),
        ("--signature-key", "SATANG_SIGNATURE_KEY", "hunter2"),
        ("--creditor-account", "SATANG_CREDITOR_ACCOUNT", "0457262823"),
        ("--payment-token", "SATANG_PAYMENT_TOKEN", "hunter2"),
    ];
    for (position, (flag, variable, _)) in given.iter().enumerate() {
        let others = given[..position].iter().flat_map(|(flag, _, value)| [*flag, *value]);
        let ended = pay("https://bank.example", &others.collect::<Vec<_>>());
        assert_eq!(ended.code(), Some(2), "{ended:?}");
        assert!(complaint(&ended).contains(flag) && complaint(&ended).contains(variable), "{ended:?}");
        assert!(ended.printed.is_empty(), "nothing has begun: {ended:?}");
    }
}
