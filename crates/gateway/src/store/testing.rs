//! A store in memory for the tests of what is built on it: no threads, no files, one [`Tx`] at a time.

use rusqlite::Connection;

use super::{Tx, migrations};

pub(crate) struct MemoryStore {
    connection: Connection,
}

impl MemoryStore {
    pub(crate) fn new() -> Self {
        let connection = Connection::open_in_memory().unwrap();
        migrations::apply(&connection).unwrap();
        Self { connection }
    }

    /// Runs `work` and keeps what it wrote, even if it fails.
    pub(crate) fn with<T>(&self, work: impl FnOnce(&mut Tx<'_>) -> T) -> T {
        work(&mut Tx::new(&self.connection))
    }

    /// Runs SQL that no code of ours would: neither checks nor foreign keys stop it.
    pub(crate) fn corrupt(&self, sql: &str) {
        let unchecked = "PRAGMA foreign_keys = OFF; PRAGMA ignore_check_constraints = ON;";
        let checked = "PRAGMA ignore_check_constraints = OFF; PRAGMA foreign_keys = ON;";
        self.connection.execute_batch(&format!("{unchecked} {sql}; {checked}")).unwrap();
    }
}
