//! What a call writes to the log.

use crate::provider::*;
use bytes::Bytes;
use http::Request;
use satang_core::Transport;
use std::{
    fmt::{Debug, Write},
    sync::{Arc, Mutex},
};
use tracing::{
    Event, Metadata, Subscriber,
    field::{Field, Visit},
    span,
};

/// Keeps every field of every span and event.
#[derive(Clone, Default)]
struct Log(Arc<Mutex<String>>);

impl Visit for Log {
    fn record_debug(&mut self, field: &Field, value: &dyn Debug) {
        writeln!(self.0.lock().unwrap(), "{field}={value:?}").unwrap();
    }
}

impl Subscriber for Log {
    fn enabled(&self, _: &Metadata<'_>) -> bool {
        true
    }

    fn new_span(&self, attributes: &span::Attributes<'_>) -> span::Id {
        attributes.record(&mut self.clone());
        span::Id::from_u64(1)
    }

    fn record(&self, _: &span::Id, values: &span::Record<'_>) {
        values.record(&mut self.clone());
    }

    fn event(&self, event: &Event<'_>) {
        event.record(&mut self.clone());
    }

    fn record_follows_from(&self, _: &span::Id, _: &span::Id) {}
    fn enter(&self, _: &span::Id) {}
    fn exit(&self, _: &span::Id) {}
}

#[tokio::test]
async fn a_call_is_logged_without_what_is_in_it() {
    let log = Log::default();
    let _guard = tracing::subscriber::set_default(log.clone());
    let error = r#"{"error":{"code":"55","message":"no","messageTH":"-","serverDateTime":"2020-01-13T11:01:00.449+07:00","clientTransactionID":"c","serverTransactionID":"9b4c1c4e-0000-4000-8000-000000000001"}}"#;
    let provider = Provider::new([answer(503, "", ""), answer(400, "", error)]);
    let client = client(&provider.tcp().await).api_key("demo-api-key").build().unwrap();
    let request = Request::post(format!("{}?account=7770011555", INQUIRY.path))
        .body(Bytes::from_static(br#"{"creditorAccountNumber":"0457262823"}"#))
        .unwrap();
    client.call(&INQUIRY, request).await.unwrap();

    let log = log.0.lock().unwrap().clone();
    let id = provider.calls().pop().unwrap().header("x-client-transaction-id").unwrap().to_owned();
    for expected in [
        format!("operation=\"{}\"", INQUIRY.id),
        format!("path=\"{}\"", INQUIRY.path),
        "method=POST".to_owned(),
        "attempts=2".to_owned(),
        "status=400".to_owned(),
        format!("client_transaction_id=\"{id}\""),
        "server_transaction_id=\"9b4c1c4e-0000-4000-8000-000000000001\"".to_owned(),
        "elapsed_ms=".to_owned(),
    ] {
        assert!(log.contains(&expected), "{expected} in\n{log}");
    }
    for secret in ["token-1", "hunter2", "demo-api-key", "sandbox-signature-key", "7770011555", "0457262823"]
    {
        assert!(!log.contains(secret), "{secret} in\n{log}");
    }
}
