//! Probes over a store that works, one that is closed, and one that has failed.

use crate::{
    Gateway, Options,
    store::{StoreError, Tx},
};
use bytes::Bytes;
use http::{Method, Request, StatusCode};
use http_body_util::Full;
use std::sync::Arc;
use tempfile::TempDir;

async fn open() -> (Arc<Gateway>, TempDir) {
    let directory = tempfile::tempdir().unwrap();
    (Gateway::open(&Options::new(directory.path())).await.unwrap(), directory)
}

/// What `/healthz`, `/readyz` and `/metrics` answer.
async fn probes(gateway: &Arc<Gateway>) -> [u16; 3] {
    let mut statuses = [0; 3];
    for (status, path) in statuses.iter_mut().zip(super::PAGES) {
        let request = Request::get(path).body(Full::<Bytes>::default()).unwrap();
        *status = gateway.site().answer(request).await.status().as_u16();
    }
    statuses
}

#[tokio::test]
async fn a_gateway_that_works_is_alive_and_ready_until_it_drains() {
    let (gateway, _directory) = open().await;
    assert_eq!(probes(&gateway).await, [200, 200, 200]);
    gateway.drain();
    assert_eq!(probes(&gateway).await, [200, 503, 200]);
    gateway.close().await.unwrap();
}

#[tokio::test]
async fn without_a_store_it_is_not_ready() {
    let (gateway, _directory) = open().await;
    gateway.close().await.unwrap();
    assert_eq!(probes(&gateway).await, [200, 503, 200]);
}

#[tokio::test]
async fn after_a_failure_of_the_store_it_is_not_alive() {
    let (gateway, _directory) = open().await;
    // A commit that the foreign keys make fail.
    let orphan = |tx: &mut Tx<'_>| {
        tx.execute("PRAGMA defer_foreign_keys = ON", &[])?;
        tx.execute("UPDATE account SET partner = $1", &["nobody".into()])
    };
    gateway.store().write::<_, StoreError, _>(orphan).await.unwrap_err();
    assert_eq!(probes(&gateway).await, [503, 503, 200]);
}

#[tokio::test]
async fn a_probe_is_only_looked_at() {
    let (gateway, _directory) = open().await;
    for method in [Method::POST, Method::PUT, Method::DELETE, Method::OPTIONS] {
        let refused = gateway.probe(&method, "/readyz").await.unwrap();
        assert_eq!(refused.status(), StatusCode::METHOD_NOT_ALLOWED, "{method}");
        assert_eq!(refused.headers().get("allow").unwrap(), "GET, HEAD");
    }
    assert!(gateway.probe(&Method::GET, "/readyz/").await.is_none());
}
