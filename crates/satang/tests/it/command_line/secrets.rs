//! What must never be read in a terminal or in a log, however much is logged.

use super::pay::pay;
use crate::{
    bank::{bank, charge},
    gateway_process::{GatewayProcess, serve},
    program::run,
};
use satang_gateway::demo;
use satang_schema::{
    Satang,
    direct_debit::{AccessTokenRequest, GrantType, TransactionFilter},
};

#[tokio::test]
async fn no_secret_is_ever_written_out() {
    let directory = tempfile::tempdir().unwrap();
    for more in [&["--log", "trace"] as &[&str], &["--log", "trace", "--json-logs"]] {
        let mut command = serve(directory.path(), "127.0.0.1:0");
        command.args(more);
        let gateway = GatewayProcess::launch(command, directory.path()).unwrap_or_else(|it| panic!("{it:?}"));
        let token = exercise(&gateway.base_url).await;

        let mut outputs = vec![pay(&gateway.base_url, more)];
        outputs.push(pay(&gateway.base_url, &[more, &["--payment-token", demo::DRAWERS[1].token]].concat()));
        outputs.push(pay(&gateway.base_url, &[more, &["--client-secret", "hunter2"]].concat()));
        outputs.push(pay(&gateway.base_url, &[more, &["--signature-key", "hunter2"]].concat()));
        outputs.push(gateway.stop());
        outputs.push(run([&["--json", "demo"], more].concat()));
        let audit = ["--json", "audit", "--data", directory.path().to_str().unwrap()];
        outputs.push(run([&audit, more].concat()));
        let text: String = outputs.iter().map(|ended| ended.everything()).collect();

        assert!(text.contains("TRACE") && text.contains("real_time_payment"), "nothing was logged");
        let secrets = [demo::CLIENT_SECRET, demo::SIGNATURE_KEY, demo::API_KEY, "hunter2", &token];
        for secret in secrets.into_iter().chain(demo::DRAWERS.iter().map(|drawer| drawer.token)) {
            assert!(!text.contains(secret), "{secret} is in {}", excerpt(&text, secret));
        }
        let accounts = demo::DRAWERS.iter().map(|drawer| drawer.account);
        for account in accounts.chain([demo::CREDITOR_ACCOUNT]) {
            assert!(!text.contains(account), "{account} is in {}", excerpt(&text, account));
        }
    }
}

/// Every operation, well and badly; the answer is the access token that was issued.
async fn exercise(base_url: &str) -> String {
    let bank = bank(base_url);
    let request = |secret: &str| AccessTokenRequest {
        grant_type: GrantType::ClientCredentials,
        client_id: Some(demo::CLIENT_ID.parse().unwrap()),
        client_secret: Some(secret.parse().unwrap()),
        ..AccessTokenRequest::default()
    };
    bank.access_token(&request("hunter2")).await.unwrap_err();
    let token = bank.access_token(&request(demo::CLIENT_SECRET)).await.unwrap().access_token;
    let charge = charge(&demo::DRAWERS[0], Satang(100), "SECRET");
    bank.real_time_payment(charge.request()).await.unwrap();
    let filter = TransactionFilter {
        payment_token: Some(demo::DRAWERS[0].token.parse().unwrap()),
        creditor_account_number: Some(demo::CREDITOR_ACCOUNT.parse().unwrap()),
        ..TransactionFilter::default()
    };
    bank.transaction_inquiry(&filter).await.unwrap();
    token.as_str().to_owned()
}

/// The line in which a secret is.
fn excerpt<'a>(text: &'a str, secret: &str) -> &'a str {
    text.lines().find(|line| line.contains(secret)).unwrap_or_default()
}
