//! What a worker that is told to stop leaves behind.

use crate::{
    Gateway, Options,
    agenda::{self, Task},
    store::{StoreError, Tx},
};
use std::sync::Arc;

/// More than one batch.
const PIECES: u32 = 300;

#[tokio::test]
async fn what_was_begun_is_finished_and_the_rest_stays_due() {
    let directory = tempfile::tempdir().unwrap();
    let gateway = Gateway::open(&Options::new(directory.path())).await.unwrap();
    let past = "2020-01-01T00:00:00Z".parse().unwrap();
    let plan = move |tx: &mut Tx<'_>| {
        (0..PIECES).try_for_each(|piece| agenda::plan(tx, Task::JourneyExpiry, &format!("j{piece}"), past))
    };
    gateway.store().write::<_, StoreError, _>(plan).await.unwrap();

    // Told to stop before it begins: it looks once, so that what it has taken it also does.
    Arc::clone(&gateway).work(async {}).await;
    let (left, leased) = agenda(&gateway).await;
    assert!(left > 0 && left < i64::from(PIECES), "{left} are left");
    assert_eq!(leased, 0, "what nobody is at is nobody's");
    assert_eq!(i64::try_from(gateway.catch_up().await.unwrap()).unwrap(), left);
    assert_eq!(agenda(&gateway).await, (0, 0));
    gateway.close().await.unwrap();
}

/// How many pieces of work there are, and how many somebody is at.
async fn agenda(gateway: &Gateway) -> (i64, i64) {
    let sql = "SELECT count(*), count(leased_until) FROM agenda";
    let count = gateway
        .store()
        .read::<_, StoreError, _>(|tx| tx.query_one(sql, &[], |row| Ok((row.int(0)?, row.int(1)?))));
    count.await.unwrap().unwrap()
}
