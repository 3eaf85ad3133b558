//! What operators ask a running gateway for.

use super::pay::pay;
use crate::{
    gateway_process::{GatewayProcess, serve},
    program::run,
    wire::{ask, get},
};
use satang_gateway::demo;

#[test]
fn probes_answer_everybody_without_the_banks_envelope() {
    let directory = tempfile::tempdir().unwrap();
    let gateway = GatewayProcess::start(directory.path());
    for path in ["/healthz", "/readyz"] {
        let answer = get(gateway.address(), path);
        assert_eq!((answer.status, answer.body.as_str()), (200, r#"{"status":"ok"}"#), "{path}");
        assert!(answer.head.contains("content-type: application/json"), "{answer:?}");
        let head = ask(gateway.address(), "HEAD", path, "", "");
        assert_eq!((head.status, head.body.as_str()), (200, ""), "{path}");
        let refused = ask(gateway.address(), "POST", path, "", "");
        assert_eq!(refused.status, 405, "{path}");
        assert!(refused.head.contains("allow: get, head"), "{refused:?}");
    }
    assert_eq!(get(gateway.address(), "/healthz/more").status, 404);
    assert_eq!(gateway.stop().code(), Some(0));
}

#[test]
fn metrics_count_what_was_done() {
    let directory = tempfile::tempdir().unwrap();
    let gateway = GatewayProcess::start(directory.path());
    let id = "8a3ff8e2-9a7c-4c4e-8a3e-0d8f6c1b2a11";
    for _ in 0..2 {
        let again = ["--transaction-identification", id];
        assert_eq!(pay(&gateway.base_url, &again).code(), Some(0));
    }
    assert_eq!(pay(&gateway.base_url, &["--payment-token", demo::DRAWERS[1].token]).code(), Some(1));
    for strange in ["/7770011555", "/rest/secret", "/unknown?x=hunter2"] {
        assert_eq!(get(gateway.address(), strange).status, 404);
    }
    let answer = get(gateway.address(), "/metrics");
    assert!(answer.head.contains("content-type: text/plain; version=0.0.4"), "{answer:?}");
    let page = answer.body;
    for expected in [
        r#"satang_requests_total{operation="real_time_payment",status="200"} 3"#,
        r#"satang_requests_total{operation="access_token",status="200"} 3"#,
        r#"satang_requests_total{operation="none",status="404"} 3"#,
        r#"satang_request_duration_seconds_count{operation="real_time_payment"} 3"#,
        // The second was the first, told again.
        r#"satang_payments_total{reason="",status="ACSC"} 1"#,
        r#"satang_payments_total{reason="AM04",status="RJCT"} 1"#,
        r#"satang_payments_total{reason="AC06",status="RJCT"} 0"#,
        r#"satang_callback_attempts_total{outcome="given_up"} 0"#,
        "satang_requests_in_flight 0",
        r#"satang_store_queue_depth{queue="write"} 0"#,
        "satang_due_work_lag_seconds 0",
        "satang_callbacks_pending 0",
        &format!(r#"satang_build_info{{version="{}"}} 1"#, env!("CARGO_PKG_VERSION")),
    ] {
        assert!(page.lines().any(|line| line == expected), "{expected} is not in\n{page}");
    }
    let number = |name: &str| -> f64 {
        let line = page.lines().find_map(|line| line.strip_prefix(&format!("{name} ")));
        line.unwrap_or_else(|| panic!("no {name} in\n{page}")).parse().unwrap()
    };
    assert!(number("satang_store_commit_transactions_sum") >= 6.0, "payments and tokens");
    assert!(number("satang_store_commit_duration_seconds_count") >= 6.0);
    assert!(number("process_start_time_seconds") > 1.7e9);
    for secret in ["7770011555", "hunter2", "demo-partner", "secret"] {
        assert!(!page.contains(secret), "{secret} is in\n{page}");
    }
    assert_is_exposition(&page);
    assert_eq!(gateway.stop().code(), Some(0));
}

#[test]
fn metrics_can_be_elsewhere_or_nowhere() {
    let directory = tempfile::tempdir().unwrap();
    let launch = |more: &str| {
        let mut command = serve(directory.path(), "127.0.0.1:0");
        command.arg(more);
        GatewayProcess::launch(command, directory.path()).unwrap_or_else(|ended| panic!("{ended:?}"))
    };
    let gateway = launch("--metrics-listen=127.0.0.1:0");
    let operators = gateway.operators.clone().unwrap();
    assert_eq!(get(gateway.address(), "/metrics").status, 404);
    for path in ["/metrics", "/healthz", "/readyz"] {
        assert_eq!(get(&operators, path).status, 200, "{path}");
    }
    assert_eq!(get(&operators, "/auth/oauth/v2/token").status, 404);
    assert_eq!(gateway.stop().code(), Some(0));

    let gateway = launch("--metrics-enabled=false");
    assert_eq!(get(gateway.address(), "/metrics").status, 404);
    assert_eq!(get(gateway.address(), "/readyz").status, 200);
    assert_eq!(gateway.stop().code(), Some(0));
}

#[test]
fn only_serve_has_settings_of_its_own() {
    // A variable for the server must not make the audit fail.
    let mut command = crate::program::satang(["audit", "--data", "/no/such/store"]);
    command.env("SATANG_LISTEN", "nowhere");
    let ended = crate::program::Program::start(command).wait();
    assert_eq!(ended.code(), Some(4), "{ended:?}");
    assert_eq!(run(["--log", "satang=loudly", "audit"]).code(), Some(2));
}

const DOCUMENT: &str = include_str!("../../../../../docs/operations.md");

/// The text format 0.0.4: each metric is explained and typed once, then come its samples. The document explains it too.
fn assert_is_exposition(page: &str) {
    assert!(page.ends_with('\n'));
    let mut current = "";
    let mut seen = Vec::new();
    for line in page.lines() {
        if let Some(rest) = line.strip_prefix("# HELP ") {
            current = rest.split(' ').next().unwrap();
            assert!(!seen.contains(&current), "{current} is there twice");
            let meaning = rest.strip_prefix(current).unwrap().trim().trim_end_matches('.');
            assert!(meaning.len() > 10, "{line} explains nothing");
            let row = DOCUMENT.lines().find(|row| row.starts_with(&format!("| `{current}` | ")));
            assert!(row.is_some_and(|row| row.contains(meaning)), "docs/operations.md does not say: {line}");
            seen.push(current);
        } else if let Some(rest) = line.strip_prefix("# TYPE ") {
            let (name, kind) = rest.split_once(' ').unwrap();
            assert_eq!(name, current);
            assert!(["counter", "gauge", "histogram"].contains(&kind), "{line}");
        } else {
            assert!(line.starts_with(current), "{line} is not of {current}");
            let (_, value) = line.rsplit_once(' ').unwrap();
            assert!(value.parse::<f64>().is_ok(), "{line}");
        }
    }
}
