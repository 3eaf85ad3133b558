//! What must never be read in a terminal or in a log, however much is logged.

use super::pay::pay;
use crate::{
    bank::{bank, charge},
    gateway_process::{GatewayProcess, serve},
    program::run,
    wire::send,
};
use satang_core::direct_debit::{ACCESS_TOKEN, REAL_TIME_PAYMENT, TRANSACTION_STATUS_INQUIRY};
use satang_gateway::demo;
use satang_schema::{
    Satang,
    direct_debit::{AccessTokenRequest, GrantType, TransactionFilter},
};
use serde_json::Value;

#[tokio::test]
async fn no_secret_is_ever_written_out() {
    let directory = tempfile::tempdir().unwrap();
    for more in [&["--log", "trace"] as &[&str], &["--log", "trace", "--json-logs"]] {
        let mut command = serve(directory.path(), "127.0.0.1:0");
        command.args(more);
        let gateway = GatewayProcess::launch(command, directory.path()).unwrap_or_else(|it| panic!("{it:?}"));
        let token = exercise(&gateway.base_url).await;
        misplace(gateway.address(), &token).await;

        let mut outputs = vec![pay(&gateway.base_url, more)];
        outputs.push(pay(&gateway.base_url, &[more, &["--payment-token", demo::DRAWERS[1].token]].concat()));
        outputs.push(pay(&gateway.base_url, &[more, &["--client-secret", "hunter2"]].concat()));
        outputs.push(pay(&gateway.base_url, &[more, &["--signature-key", "hunter2"]].concat()));
        outputs.push(gateway.stop());
        outputs.push(run([&["--json", "demo"], more].concat()));
        let audit = ["--json", "audit", "--data", directory.path().to_str().unwrap()];
        outputs.push(run([&audit, more].concat()));
        let text: String = outputs.iter().map(|ended| ended.everything()).collect();

        for logged in ["TRACE", "real_time_payment", TRACE_ID, demo::CLIENT_ID, "127.0.0.1:", "duration_ms"] {
            assert!(text.contains(logged), "{logged} was not logged");
        }
        let secrets = [
            demo::CLIENT_SECRET,
            demo::SIGNATURE_KEY,
            demo::API_KEY,
            demo::FILER_PASSWORD,
            "hunter2",
            OTP,
            &token,
        ];
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

/// What a customer types in once.
const OTP: &str = "4829137";
const TRACE_ID: &str = "4bf92f3577b34da6a3ce929d0e0e4736";

/// Secrets, account numbers and one-time passwords at every place of a request, most of them wrong ones.
async fn misplace(address: &str, token: &str) {
    let account = demo::DRAWERS[0].account;
    let known =
        [ACCESS_TOKEN.path, REAL_TIME_PAYMENT.path, TRANSACTION_STATUS_INQUIRY.path, "/healthz", "/metrics"];
    for secret in ["hunter2", OTP, account, token] {
        let bodies = [
            String::new(),
            secret.to_owned(),
            format!("{{\"{secret}\":\"{secret}\"}}"),
            format!("{{\"creditorAccountNumber\":\"{secret}\",\"creditorAccountNumber\":{secret}}}"),
            format!("grant_type={secret}&client_id={secret}&client_secret={secret}&otp={secret}"),
        ];
        let paths =
            known.iter().flat_map(|path| [format!("{path}?otp={secret}"), format!("{path}/{secret}")]);
        for (path, body) in paths.chain([format!("/{secret}")]).zip(bodies.iter().cycle()) {
            for (method, kind) in [
                ("POST", "application/json"),
                ("POST", "application/x-www-form-urlencoded"),
                (secret, secret),
            ] {
                for bearer in [secret, token] {
                    let request = format!(
                        "{method} {path} HTTP/1.1\r\nhost: {secret}\r\ncontent-type: {kind}\r\nconnection: close\r\n\
                         content-length: {}\r\nauthorization: Bearer {bearer}\r\nx-client-transaction-id: {secret}\r\n\
                         x-client-transaction-datetime: {secret}\r\ndigest: SHA-256={secret}\r\nsignature: {secret}\r\n\
                         cookie: journey={secret}\r\napi-key: {secret}\r\ntraceparent: 00-{secret}-{secret}-01\r\n\
                         tracestate: {secret}\r\nuser-agent: {secret}\r\nx-{secret}: {secret}\r\n\r\n{body}",
                        body.len()
                    );
                    send(address, request.as_bytes());
                }
            }
        }
        let traced = format!(
            "POST {} HTTP/1.1\r\nhost: x\r\nconnection: close\r\ncontent-type: {secret}\r\ncontent-length: 0\r\n\
             authorization: Basic {secret}\r\ntraceparent: 00-{TRACE_ID}-00f067aa0ba902b7-01\r\n\r\n",
            ACCESS_TOKEN.path
        );
        assert_eq!(send(address, traced.as_bytes()).status, 400);
    }
}

/// Every line within a request says which: with the identifier that a refused caller is told.
#[test]
fn every_line_of_a_request_carries_its_identifier() {
    let directory = tempfile::tempdir().unwrap();
    let mut command = serve(directory.path(), "127.0.0.1:0");
    command.args(["--log", "info", "--json-logs"]);
    let gateway = GatewayProcess::launch(command, directory.path()).unwrap_or_else(|it| panic!("{it:?}"));
    assert_eq!(pay(&gateway.base_url, &[]).code(), Some(0));
    let refused = crate::wire::get(gateway.address(), "/7770011555?otp=1");
    let refused: Value = serde_json::from_str(&refused.body).unwrap();
    let ended = gateway.stop();
    let lines: Vec<Value> = ended.errors.lines().map(|line| serde_json::from_str(line).unwrap()).collect();
    let answered: Vec<_> = lines.iter().filter(|line| line["fields"]["message"] == "answered").collect();
    assert_eq!(answered.len(), 3, "{}", ended.errors);
    for line in &answered {
        let (span, fields) = (&line["span"], &line["fields"]);
        assert!(span["server_transaction_id"].as_str().unwrap().parse::<uuid::Uuid>().is_ok(), "{line}");
        assert!(span["peer"].as_str().unwrap().starts_with("127.0.0.1:"), "{line}");
        assert!(fields["duration_ms"].is_number() && fields["status"].is_number(), "{line}");
    }
    let payment = answered.iter().find(|line| line["fields"]["operation"] == "real_time_payment").unwrap();
    let span = &payment["span"];
    let expected = (&"POST".into(), &REAL_TIME_PAYMENT.path.into(), &demo::CLIENT_ID.into());
    assert_eq!((&span["method"], &span["path"], &span["partner"]), expected, "{payment}");
    let unknown = answered.iter().find(|line| line["fields"]["status"] == 404).unwrap();
    assert_eq!(unknown["span"]["server_transaction_id"], refused["error"]["serverTransactionID"]);
    assert_eq!(unknown["span"]["path"], Value::Null, "{unknown}");
}

/// The line in which a secret is.
fn excerpt<'a>(text: &'a str, secret: &str) -> &'a str {
    text.lines().find(|line| line.contains(secret)).unwrap_or_default()
}
