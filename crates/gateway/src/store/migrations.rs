//! The schema: numbered SQL files, each applied once, in one transaction.
//!
//! A file that was released is never edited; a change is a new file at the end of the list.

use rusqlite::{Connection, OptionalExtension as _};

use super::{StoreError, StoreErrorKind, sqlite};

/// In order; the first has version 1.
const MIGRATIONS: &[&str] = &[
    include_str!("../../migrations/0001_first.sql"),
    include_str!("../../migrations/0002_registration.sql"),
    include_str!("../../migrations/0003_stamp_duty.sql"),
    include_str!("../../migrations/0004_slip_verification.sql"),
    include_str!("../../migrations/0005_slip.sql"),
];

/// The version that this program reads and writes.
pub(super) fn newest() -> i64 {
    (1..).zip(MIGRATIONS).last().map_or(0, |(version, _)| version)
}

/// Brings the schema to [`newest`].
///
/// # Errors
///
/// [`StoreErrorKind::Version`] if a newer program wrote the store; otherwise the storage failed.
pub(super) fn apply(connection: &Connection) -> Result<(), StoreError> {
    let found = version(connection)?;
    if found > newest() {
        return Err(other_version(found));
    }
    for (version, sql) in (1..).zip(MIGRATIONS).filter(|(version, _)| *version > found) {
        migrate(connection, version, sql)?;
        tracing::info!(version, "schema migrated");
    }
    Ok(())
}

/// Refuses any other version than [`newest`], for those who may not change the schema.
///
/// # Errors
///
/// [`StoreErrorKind::Version`], or the storage failed.
pub(super) fn require_newest(connection: &Connection) -> Result<(), StoreError> {
    match version(connection)? {
        found if found == newest() => Ok(()),
        found => Err(other_version(found)),
    }
}

fn version(connection: &Connection) -> Result<i64, StoreError> {
    let read = || -> rusqlite::Result<i64> {
        let table = "SELECT 1 FROM sqlite_master WHERE type = 'table' AND name = 'schema_version'";
        if connection.query_row(table, [], |_| Ok(())).optional()?.is_none() {
            return Ok(0);
        }
        connection.query_row("SELECT coalesce(max(version), 0) FROM schema_version", [], |row| row.get(0))
    };
    read().map_err(|error| StoreError::from_sqlite("cannot read the version of the store", error))
}

pub(super) fn migrate(connection: &Connection, version: i64, sql: &str) -> Result<(), StoreError> {
    sqlite::control(connection, "BEGIN IMMEDIATE")?;
    let outcome = connection
        .execute_batch("CREATE TABLE IF NOT EXISTS schema_version (version BIGINT NOT NULL PRIMARY KEY)")
        .and_then(|()| connection.execute_batch(sql))
        .and_then(|()| connection.execute("INSERT INTO schema_version (version) VALUES ($1)", [version]));
    match outcome {
        Ok(_) => sqlite::control(connection, "COMMIT"),
        // Dropping the connection rolls back.
        Err(error) => Err(StoreError::from_sqlite("cannot migrate the schema", error)),
    }
}

fn other_version(found: i64) -> StoreError {
    StoreError::new(
        StoreErrorKind::Version,
        format!("the store has schema version {found}, this program needs {}", newest()),
    )
}
