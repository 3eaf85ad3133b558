//! A failure of the storage stops the store, and nobody is told that their work was done.

use super::*;

/// Writes a row, then puts `sabotage` into a group with two honest jobs. Nothing of the group may be acknowledged or
/// found afterwards, and nothing more may be accepted.
async fn check_stops<F>(sabotage: F, cause: StoreErrorKind)
where
    F: FnOnce(&mut Tx<'_>) -> Result<(), StoreError> + Send + 'static,
{
    let directory = scratch();
    let store = open(&directory);
    store.write(|tx| insert(tx, "0000000001")).await.unwrap();
    let mut failed = begin(store.failed());

    let (gate, held) = hold_writer(&store);
    let before = begin(store.write(|tx| insert(tx, "0000000002")));
    let sabotage = begin(store.write(sabotage));
    let after = begin(store.write(|tx| insert(tx, "0000000003")));
    assert!(failed.as_mut().poll(&mut Context::from_waker(Waker::noop())).is_pending());
    gate.open();

    held.await.unwrap();
    for unknown in [before.await, sabotage.await, after.await] {
        assert_eq!(unknown.unwrap_err().kind(), StoreErrorKind::OutcomeUnknown);
    }
    assert_eq!(failed.await.kind(), cause);
    assert_eq!(store.failure().unwrap().kind(), cause);
    assert_eq!(store.write(|tx| insert(tx, "0000000004")).await.unwrap_err().kind(), StoreErrorKind::Failed);
    assert_eq!(store.read(numbers).await.unwrap_err().kind(), StoreErrorKind::Failed);
    assert_eq!(store.close().await.unwrap_err().kind(), cause);

    let store = open(&directory);
    assert_eq!(durable(&store).await, ["0000000001"]);
    store.write(|tx| insert(tx, "0000000004")).await.unwrap();
}

/// Forbids the file to grow, and fills what is left of it.
fn fill_the_disk(tx: &mut Tx<'_>) -> Result<(), StoreError> {
    tx.query_one("PRAGMA max_page_count = 1", &[], |_| Ok(()))?;
    (0..).try_for_each(|n| insert(tx, &format!("9{n:09}")))
}

#[tokio::test]
async fn when_the_disk_is_full() {
    check_stops(fill_the_disk, StoreErrorKind::Storage).await;
}

#[tokio::test]
async fn when_the_disk_is_full_and_the_work_takes_no_notice() {
    let heedless = |tx: &mut Tx<'_>| {
        assert!(fill_the_disk(tx).is_err());
        Ok(())
    };
    check_stops(heedless, StoreErrorKind::Storage).await;
}

#[tokio::test]
async fn when_the_storage_refuses_a_write_and_the_work_takes_no_notice() {
    // Unlike a full disk, this leaves the transaction as it was, so only the refusal itself tells.
    let heedless = |tx: &mut Tx<'_>| {
        tx.execute("PRAGMA query_only = ON", &[])?;
        assert!(insert(tx, "0000000005").is_err());
        tx.execute("PRAGMA query_only = OFF", &[])?;
        Ok(())
    };
    check_stops(heedless, StoreErrorKind::ReadOnly).await;
}

#[tokio::test]
async fn when_the_commit_fails() {
    let orphan = |tx: &mut Tx<'_>| {
        // Puts the check of foreign keys off until the commit, which it makes fail.
        tx.execute("PRAGMA defer_foreign_keys = ON", &[])?;
        tx.execute("UPDATE account SET partner = $1", &["nobody".into()])?;
        Ok(())
    };
    check_stops(orphan, StoreErrorKind::Constraint).await;
}

#[tokio::test]
async fn when_the_work_ends_the_transaction() {
    let rollback = |tx: &mut Tx<'_>| tx.execute("ROLLBACK", &[]).map(|_| ());
    check_stops(rollback, StoreErrorKind::Storage).await;
}

#[tokio::test]
async fn when_the_work_meddles_with_its_savepoint() {
    let release = |tx: &mut Tx<'_>| tx.execute("RELEASE job", &[]).map(|_| ());
    check_stops(release, StoreErrorKind::Statement).await;
}

#[tokio::test]
async fn what_waited_behind_the_failed_group_was_not_done() {
    let directory = scratch();
    let store = open(&directory);
    let (gate, held) = hold_writer(&store);
    let full_group: Vec<_> = (0..511).map(|_| begin(store.write(|_| Ok::<_, StoreError>(())))).collect();
    let sabotage = begin(store.write(fill_the_disk));
    let behind = begin(store.write(|tx| insert(tx, "0000000001")));
    gate.open();

    held.await.unwrap();
    for unknown in full_group {
        assert_eq!(unknown.await.unwrap_err().kind(), StoreErrorKind::OutcomeUnknown);
    }
    assert_eq!(sabotage.await.unwrap_err().kind(), StoreErrorKind::OutcomeUnknown);
    assert_eq!(behind.await.unwrap_err().kind(), StoreErrorKind::Failed);
}

#[test]
fn the_first_failure_is_the_one_that_is_told() {
    let health = Health::new();
    health.fail(StoreError::new(StoreErrorKind::Corrupt, "first"));
    health.fail(StoreError::new(StoreErrorKind::Storage, "second"));
    assert_eq!(health.failure().unwrap().kind(), StoreErrorKind::Corrupt);
}

#[tokio::test]
async fn a_failing_read_harms_nobody_else() {
    let directory = scratch();
    let store = open(&directory);
    let panicked = store.read(|_| -> Result<(), StoreError> { panic!("a defect in a read") }).await;
    assert_eq!(panicked.unwrap_err().kind(), StoreErrorKind::Panicked);
    let wrote = store.read(|tx| insert(tx, "0000000001")).await;
    assert_eq!(wrote.unwrap_err().kind(), StoreErrorKind::ReadOnly);
    let ended = store.read(|tx| tx.execute("ROLLBACK", &[])).await;
    assert_eq!(ended.unwrap_err().kind(), StoreErrorKind::Storage);

    assert!(store.failure().is_none());
    store.write(|tx| insert(tx, "0000000001")).await.unwrap();
    for _ in 0..4 {
        assert_eq!(durable(&store).await, ["0000000001"]);
    }
}
