//! A payment whose answer is lost on the way: the command asks what became of it, and never pays again by itself.

use super::{
    outcome,
    pay::{pay, resolve},
};
use crate::{books::Books, gateway_process::GatewayProcess, proxy::Proxy};
use satang_core::direct_debit::REAL_TIME_PAYMENT;
use satang_gateway::demo;

#[tokio::test]
async fn a_lost_answer_is_found_by_inquiry() {
    let directory = tempfile::tempdir().unwrap();
    let gateway = GatewayProcess::start(directory.path());
    let proxy = Proxy::start(gateway.address(), REAL_TIME_PAYMENT.path).loses_one_answer();
    let ended = pay(&proxy.base_url(), &[]);
    assert_eq!(ended.code(), Some(0), "{ended:?}");
    assert_eq!(outcome(&ended)["outcome"], "settled");
    assert!(proxy.has_lost(), "the answer came through");
    assert_eq!(Books::read(directory.path()).await.balances[demo::CREDITOR_ACCOUNT], 12_50);
}

/// Takes half a minute, which is how long the command asks.
#[tokio::test]
async fn an_outcome_that_stays_unknown_is_3_and_can_be_asked_for_again() {
    let directory = tempfile::tempdir().unwrap();
    let gateway = GatewayProcess::start(directory.path());
    let proxy = Proxy::start(gateway.address(), REAL_TIME_PAYMENT.path).ends_at_the_answer();
    let unknown = pay(&proxy.base_url(), &[]);
    assert_eq!(unknown.code(), Some(3), "{unknown:?}");
    let told = outcome(&unknown);
    assert_eq!(told["outcome"], "unknown");
    assert!(told["why"].as_str().unwrap().starts_with("the inquiry was not answered"), "{told}");
    // Killed after it had answered, as far as the gateway knows.
    let gateway = gateway.kill().restart();
    assert_eq!(Books::read(directory.path()).await.balances[demo::CREDITOR_ACCOUNT], 12_50);

    let id = told["transactionIdentification"].as_str().unwrap();
    let command = format!("satang pay --resolve {id} --base-url {}", proxy.base_url());
    assert_eq!(told["resolve"], command.as_str());
    for asked in
        [resolve(&gateway.base_url, id), pay(&gateway.base_url, &["--transaction-identification", id])]
    {
        assert_eq!(asked.code(), Some(0), "{asked:?}");
        let found = outcome(&asked);
        assert_eq!((&found["outcome"], &found["transactionIdentification"]), (&"settled".into(), &id.into()));
    }
    assert_eq!(Books::read(directory.path()).await.balances[demo::CREDITOR_ACCOUNT], 12_50, "paid once");
}
