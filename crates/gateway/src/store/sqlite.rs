//! What is particular to SQLite: how a file is opened so that a commit survives a loss of power, and its log.

use std::path::Path;
use std::time::Duration;

use rusqlite::config::DbConfig;
use rusqlite::{Connection, OpenFlags};

use super::{StoreError, StoreErrorKind};

/// Prepared statements that a connection keeps. More than all code paths have, so that none is ever prepared twice.
const STATEMENTS: usize = 512;

/// Opens the file for writing, and creates it if it is missing.
///
/// # Errors
///
/// The file cannot be opened, is no database, or cannot have a write-ahead log (a network file system).
pub(super) fn open_writer(file: &Path, busy_timeout: Duration) -> Result<Connection, StoreError> {
    let connection =
        open(file, OpenFlags::SQLITE_OPEN_READ_WRITE | OpenFlags::SQLITE_OPEN_CREATE, busy_timeout)?;
    // The change is committed after its row is there: `query_one` looks for a second row, and so learns of a failure.
    let mode: String = connection
        .query_one("PRAGMA journal_mode = wal", [], |row| row.get(0))
        .map_err(|error| StoreError::from_sqlite("cannot open the store", error))?;
    if mode != "wal" {
        return Err(StoreError::new(
            StoreErrorKind::Storage,
            "the file system cannot hold a write-ahead log",
        ));
    }
    for (name, value) in [
        // FULL flushes the log at every commit. NORMAL would lose the last ones with the power.
        ("synchronous", "FULL"),
        // macOS: flush the drive's cache too. Nothing elsewhere.
        ("fullfsync", "ON"),
        ("checkpoint_fullfsync", "ON"),
        // The writer does it: SQLite's own automatic checkpoint keeps a failed flush to itself.
        ("wal_autocheckpoint", "0"),
        ("foreign_keys", "ON"),
        ("cell_size_check", "ON"),
        // A savepoint for each job keeps a copy of each page that it changes. In a file, where SQLite puts them unless
        // told otherwise, they cost more than the statements.
        ("temp_store", "MEMORY"),
        // In KiB. The 2,000 of SQLite are less than the upper pages of the indexes of a few hundred thousand payments.
        ("cache_size", "-16000"),
    ] {
        set(&connection, name, value)?;
    }
    // A process that was killed may have left commits that it never flushed. They are visible again, so they must
    // last before anyone acts on them.
    checkpoint(&connection, Checkpoint::Truncate)?;
    Ok(connection)
}

/// Opens the file for reading only. It must exist.
///
/// # Errors
///
/// The file cannot be opened, or is no database.
pub(super) fn open_reader(file: &Path, busy_timeout: Duration) -> Result<Connection, StoreError> {
    let connection = open(file, OpenFlags::SQLITE_OPEN_READ_ONLY, busy_timeout)?;
    set(&connection, "query_only", "ON")?;
    set(&connection, "cell_size_check", "ON")?;
    Ok(connection)
}

fn open(file: &Path, flags: OpenFlags, busy_timeout: Duration) -> Result<Connection, StoreError> {
    // Each connection belongs to one thread, so SQLite's own mutexes protect nothing.
    let flags = flags | OpenFlags::SQLITE_OPEN_NO_MUTEX;
    let opened = Connection::open_with_flags(file, flags).and_then(|connection| {
        connection.busy_timeout(busy_timeout)?;
        // Otherwise a statement that compares an indexed column is compiled anew for each value that it is given.
        connection.set_db_config(DbConfig::SQLITE_DBCONFIG_ENABLE_QPSG, true)?;
        Ok(connection)
    });
    let connection = opened.map_err(|error| StoreError::from_sqlite("cannot open the store", error))?;
    connection.set_prepared_statement_cache_capacity(STATEMENTS);
    Ok(connection)
}

fn set(connection: &Connection, name: &str, value: &str) -> Result<(), StoreError> {
    // Some answer with the new value, some do not.
    connection
        .pragma_update(None, name, value)
        .map_err(|error| StoreError::from_sqlite("cannot set up the store", error))
}

/// Runs one of the statements that begin and end transactions.
///
/// # Errors
///
/// Whatever it is, the transaction cannot be relied upon any more.
pub(super) fn control(connection: &Connection, sql: &'static str) -> Result<(), StoreError> {
    let outcome = connection.prepare_cached(sql).and_then(|mut statement| statement.raw_execute());
    match outcome {
        Ok(_) => Ok(()),
        Err(error) => Err(StoreError::from_sqlite(sql, error)),
    }
}

/// How much a checkpoint does to copy the log into the database.
#[derive(Clone, Copy, Debug)]
pub(super) enum Checkpoint {
    /// As much as can be done without waiting for readers.
    Passive,
    /// All of it, and the log is emptied, unless a reader stays for longer than the busy timeout.
    Truncate,
}

/// Copies the log into the database, flushing both.
///
/// # Errors
///
/// The storage failed. A reader in the way is no error: the next checkpoint goes further.
pub(super) fn checkpoint(connection: &Connection, how: Checkpoint) -> Result<(), StoreError> {
    let sql = match how {
        Checkpoint::Passive => "PRAGMA wal_checkpoint(PASSIVE)",
        Checkpoint::Truncate => "PRAGMA wal_checkpoint(TRUNCATE)",
    };
    first_columns(connection, sql, "cannot copy the log into the database").map(|_| ())
}

/// How many pages the log holds that a checkpoint would copy.
///
/// # Errors
///
/// The storage failed.
pub(super) fn log_pages(connection: &Connection) -> Result<i64, StoreError> {
    let (all, copied) =
        first_columns(connection, "PRAGMA wal_checkpoint(NOOP)", "cannot tell the length of the log")?;
    Ok(all - copied)
}

fn first_columns(
    connection: &Connection,
    sql: &'static str,
    attempt: &'static str,
) -> Result<(i64, i64), StoreError> {
    let columns = connection
        .prepare_cached(sql)
        .and_then(|mut statement| statement.query_one([], |row| Ok((row.get(1)?, row.get(2)?))));
    columns.map_err(|error| StoreError::from_sqlite(attempt, error))
}

/// Drops a connection whose storage failed, without the checkpoint that closing would bring: it would flush again
/// what failed to be flushed.
pub(super) fn abandon(connection: Connection) {
    if let Err(error) = connection.set_db_config(DbConfig::SQLITE_DBCONFIG_NO_CKPT_ON_CLOSE, true) {
        tracing::error!(%error, "cannot switch off the last checkpoint");
    }
}
