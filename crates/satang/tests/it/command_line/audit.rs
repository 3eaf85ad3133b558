//! `satang audit` of stores that are good, damaged, missing, or in use.

use super::{complaint, outcome, pay::pay};
use crate::{gateway_process::GatewayProcess, program};
use satang_gateway::{
    demo,
    store::{Store, StoreError, StoreOptions},
};
use std::path::Path;

#[test]
fn a_good_store_is_0_also_beside_a_server() {
    let directory = tempfile::tempdir().unwrap();
    let gateway = GatewayProcess::start(directory.path());
    assert_eq!(pay(&gateway.base_url, &[]).code(), Some(0));
    let running = program::audit(directory.path());
    assert_eq!(gateway.stop().code(), Some(0));
    let stopped = program::audit(directory.path());
    for ended in [running, stopped] {
        assert_eq!(ended.code(), Some(0), "{ended:?}");
        let audit = outcome(&ended);
        assert_eq!((&audit["consistent"], &audit["payments"]), (&true.into(), &1.into()), "{audit}");
        assert_eq!((&audit["findings"], &audit["unlisted"]), (&serde_json::json!([]), &0.into()));
    }
}

#[tokio::test]
async fn findings_that_are_not_listed_are_counted() {
    let directory = tempfile::tempdir().unwrap();
    assert_eq!(GatewayProcess::start(directory.path()).stop().code(), Some(0));
    let damage = "INSERT INTO ledger_transaction (id, kind, reference, created_at)
        WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 107)
        SELECT 'empty-' || i, 'planted', i, 0 FROM n";
    plant(directory.path(), damage.to_owned()).await;

    let audit = outcome(&program::audit(directory.path()));
    assert_eq!((audit["findings"].as_array().unwrap().len(), &audit["unlisted"]), (100, &7.into()));
    let text = program::run(["audit".as_ref(), "--data".as_ref(), directory.path().as_os_str()]);
    assert!(text.printed[0].ends_with("107 findings"), "{text:?}");
    assert_eq!(text.printed.last().unwrap().trim(), "and 7 more, which are not listed");
}

#[tokio::test]
async fn findings_are_1_and_are_listed() {
    let creditor = demo::CREDITOR_ACCOUNT;
    for (damage, code) in [
        (format!("UPDATE account SET balance = balance + 1 WHERE number = '{creditor}'"), "balance-differs"),
        (
            format!("UPDATE entry SET amount = amount - 1 WHERE account_number = '{creditor}'"),
            "movement-unbalanced",
        ),
        ("DELETE FROM idempotency".to_owned(), "payment-without-answer"),
        ("UPDATE payment SET amount = amount + 1".to_owned(), "payment-amount-differs"),
    ] {
        let directory = tempfile::tempdir().unwrap();
        let gateway = GatewayProcess::start(directory.path());
        assert_eq!(pay(&gateway.base_url, &[]).code(), Some(0));
        assert_eq!(gateway.stop().code(), Some(0));
        plant(directory.path(), damage).await;

        let ended = program::audit(directory.path());
        assert_eq!(ended.code(), Some(1), "{code}: {ended:?}");
        let audit = outcome(&ended);
        assert_eq!(audit["consistent"], false);
        let codes: Vec<_> = audit["findings"].as_array().unwrap().iter().map(|it| &it["code"]).collect();
        assert!(codes.contains(&&code.into()), "{code} is not among {codes:?}");
        let text = program::run(["audit".as_ref(), "--data".as_ref(), directory.path().as_os_str()]);
        assert!(text.printed.iter().any(|line| line.trim_start().starts_with(code)), "{text:?}");
    }
}

#[test]
fn what_is_no_store_is_4() {
    let directory = tempfile::tempdir().unwrap();
    let missing = program::audit(&directory.path().join("missing"));
    assert_eq!(missing.code(), Some(4), "{missing:?}");
    assert!(complaint(&missing).contains("holds no store"), "{missing:?}");
    assert!(!directory.path().join("missing").exists(), "an audit creates nothing");
    std::fs::write(directory.path().join("satang.db"), [b'x'; 10_000]).unwrap();
    assert_eq!(program::audit(directory.path()).code(), Some(4));
}

/// Puts damage into a store that no code of ours would.
async fn plant(data: &Path, sql: String) {
    let store = Store::open(&StoreOptions::new(data)).unwrap();
    let damaged = store.write(move |tx| tx.execute(&sql, &[])).await;
    assert!(damaged.unwrap_or_else(|error: StoreError| panic!("{error:?}")) > 0);
    store.close().await.unwrap();
}
