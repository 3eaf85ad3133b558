//! Opening, closing, being killed, and who may open what.

use std::fs;

use super::*;

/// Copies the files as a killed process would leave them: the log is there, and nobody said goodbye.
fn killed(directory: &TempDir) -> TempDir {
    let copy = scratch();
    for file in ["satang.db", "satang.db-wal"] {
        fs::copy(directory.path().join(file), copy.path().join(file)).unwrap();
    }
    assert!(fs::metadata(copy.path().join("satang.db-wal")).unwrap().len() > 0);
    copy
}

fn refusal(opened: Result<Store, StoreError>) -> StoreErrorKind {
    opened.expect_err("this must not open").kind()
}

#[tokio::test]
async fn a_commit_is_flushed_at_once() {
    let directory = scratch();
    let store = open(&directory);
    for (pragma, expected) in [("synchronous", 2), ("foreign_keys", 1), ("wal_autocheckpoint", 0)] {
        let sql = format!("PRAGMA {pragma}");
        let found = store.write(move |tx| tx.query_one(&sql, &[], |row| row.int(0))).await.unwrap();
        assert_eq!(found, Some(expected), "{pragma}");
    }
    let mode = store.write(|tx| tx.query_one("PRAGMA journal_mode", &[], |row| row.text(0))).await;
    assert_eq!(mode.unwrap().as_deref(), Some("wal"));
}

#[tokio::test]
async fn rows_survive_a_kill() {
    let directory = scratch();
    let store = open(&directory);
    store.write(|tx| insert(tx, "0000000001")).await.unwrap();
    let left = killed(&directory);

    let auditor = Store::open_read_only(left.path()).unwrap();
    assert_eq!(durable(&auditor).await, ["0000000001"]);
    auditor.close().await.unwrap();

    let reopened = open(&left);
    assert_eq!(durable(&reopened).await, ["0000000001"]);
    reopened.write(|tx| insert(tx, "0000000002")).await.unwrap();
}

#[tokio::test]
async fn what_a_killed_process_left_is_flushed_before_anyone_sees_it() {
    let directory = scratch();
    let store = open(&directory);
    store.write(|tx| insert(tx, "0000000001")).await.unwrap();
    let left = killed(&directory);
    let _reopened = open(&left);
    assert_eq!(fs::metadata(left.path().join("satang.db-wal")).unwrap().len(), 0);
}

#[tokio::test]
async fn one_server_at_a_time() {
    let directory = scratch();
    let store = open(&directory);
    let options = StoreOptions::new(directory.path());
    assert_eq!(refusal(Store::open(&options)), StoreErrorKind::Locked);
    store.close().await.unwrap();
    open(&directory).close().await.unwrap();
}

#[tokio::test]
async fn an_auditor_reads_beside_a_server_and_cannot_write() {
    let directory = scratch();
    let store = open(&directory);
    store.write(|tx| insert(tx, "0000000001")).await.unwrap();
    let auditor = Store::open_read_only(directory.path()).unwrap();
    assert_eq!(durable(&auditor).await, ["0000000001"]);
    let refused = auditor.write(|tx| insert(tx, "0000000002")).await.unwrap_err();
    assert_eq!(refused.kind(), StoreErrorKind::ReadOnly);
}

#[tokio::test]
async fn a_read_sees_one_moment() {
    let directory = scratch();
    let store = open(&directory);
    store.write(|tx| insert(tx, "0000000001")).await.unwrap();
    let (gate, pass) = Gate::new();
    let long_read = begin(store.read(move |tx| {
        let before = numbers(tx)?;
        pass();
        Ok::<_, StoreError>((before, numbers(tx)?))
    }));
    gate.wait_until_entered();
    store.write(|tx| insert(tx, "0000000002")).await.unwrap();
    assert_eq!(durable(&store).await.len(), 2);
    gate.open();
    let (before, after) = long_read.await.unwrap();
    assert_eq!(before, ["0000000001"]);
    assert_eq!(after, before);
}

#[tokio::test]
async fn closing_finishes_what_waits_and_leaves_one_file() {
    let directory = scratch();
    let store = open(&directory);
    let (gate, held) = hold_writer(&store);
    let waiting = begin(store.write(|tx| insert(tx, "0000000001")));
    let closing = begin(store.close());
    assert_eq!(store.write(|tx| insert(tx, "0000000002")).await.unwrap_err().kind(), StoreErrorKind::Closed);
    assert_eq!(store.read(numbers).await.unwrap_err().kind(), StoreErrorKind::Closed);
    gate.open();

    held.await.unwrap();
    waiting.await.unwrap();
    closing.await.unwrap();
    store.close().await.unwrap();
    let mut files: Vec<_> =
        fs::read_dir(directory.path()).unwrap().map(|file| file.unwrap().file_name()).collect();
    files.sort();
    assert_eq!(files, ["lock", "satang.db"]);
    assert_eq!(durable(&open(&directory)).await, ["0000000001"]);
}

#[tokio::test]
async fn the_log_stays_short() {
    let directory = scratch();
    let store = open(&directory);
    for round in 0..20 {
        let rows = move |tx: &mut Tx<'_>| {
            let owner = "x".repeat(4_000);
            (0..500).try_for_each(|n| {
                let number = format!("{:010}", round * 500 + n);
                insert(tx, &number)?;
                tx.execute(
                    "UPDATE account SET owner_name = $1 WHERE number = $2",
                    &[(&owner).into(), (&number).into()],
                )?;
                Ok::<_, StoreError>(())
            })
        };
        store.write(rows).await.unwrap();
    }
    let database = fs::metadata(directory.path().join("satang.db")).unwrap().len();
    let log = fs::metadata(directory.path().join("satang.db-wal")).unwrap().len();
    assert!(log < 20_000_000, "{log} bytes of log");
    assert!(database > 10_000_000, "{database} bytes of database: nothing was copied from the log");
}

#[tokio::test]
async fn the_store_of_a_newer_version_is_refused_untouched() {
    let directory = scratch();
    open(&directory).close().await.unwrap();
    let file = directory::database(directory.path());
    let newer = Connection::open(&file).unwrap();
    newer.execute("INSERT INTO schema_version (version) VALUES ($1)", [migrations::newest() + 1]).unwrap();
    newer.close().unwrap();
    let before = fs::read(&file).unwrap();

    assert_eq!(refusal(Store::open(&StoreOptions::new(directory.path()))), StoreErrorKind::Version);
    assert_eq!(refusal(Store::open_read_only(directory.path())), StoreErrorKind::Version);
    assert!(fs::read(&file).unwrap() == before, "a refused store was changed");
}

#[tokio::test]
async fn what_is_no_store_is_refused() {
    let directory = scratch();
    assert_eq!(refusal(Store::open_read_only(directory.path())), StoreErrorKind::Missing);
    fs::write(directory::database(directory.path()), "").unwrap();
    assert_eq!(refusal(Store::open_read_only(directory.path())), StoreErrorKind::Version);
    fs::write(directory::database(directory.path()), "no database\n".repeat(500)).unwrap();
    assert_eq!(refusal(Store::open_read_only(directory.path())), StoreErrorKind::Corrupt);
    assert_eq!(refusal(Store::open(&StoreOptions::new(directory.path()))), StoreErrorKind::Corrupt);
}

#[cfg(unix)]
#[tokio::test]
async fn only_the_owner_may_look_inside() {
    use std::os::unix::fs::PermissionsExt as _;
    let scratch = scratch();
    let directory = scratch.path().join("new").join("store");
    let store = Store::open(&StoreOptions::new(&directory)).unwrap();
    store.write(|tx| insert(tx, "0000000001")).await.unwrap();
    let mode = |path: &Path| fs::metadata(path).unwrap().permissions().mode() & 0o777;
    assert_eq!(mode(&directory), 0o700);
    for file in ["satang.db", "satang.db-wal", "satang.db-shm", "lock"] {
        assert_eq!(mode(&directory.join(file)), 0o600, "{file}");
    }
}
