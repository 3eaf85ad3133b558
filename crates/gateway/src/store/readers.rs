//! The threads that read. Each has a connection that cannot write, and gives every job one snapshot.

use std::sync::mpsc::Receiver;
use std::sync::{Arc, Mutex, PoisonError};

use rusqlite::Connection;

use super::job::Job;
use super::lease::Lease;
use super::{StoreError, StoreErrorKind, Tx, sqlite};

pub(super) struct Reader {
    pub(super) connection: Connection,
    pub(super) jobs: Arc<Mutex<Receiver<Box<dyn Job>>>>,
    /// Last, so that the connection is closed before the directory is given back.
    pub(super) lease: Arc<Lease>,
}

impl Reader {
    /// Works until every sender of jobs is gone and the last job is answered.
    pub(super) fn run(self) {
        while let Some(mut job) = self.next() {
            match self.lease.health.check().and_then(|()| self.serve(job.as_mut())) {
                Ok(()) => job.answer(),
                Err(error) => job.refuse(error),
            }
        }
    }

    fn next(&self) -> Option<Box<dyn Job>> {
        self.jobs.lock().unwrap_or_else(PoisonError::into_inner).recv().ok()
    }

    fn serve(&self, job: &mut dyn Job) -> Result<(), StoreError> {
        if !self.connection.is_autocommit() {
            // The end of the previous snapshot failed, so this one would be stale.
            sqlite::control(&self.connection, "ROLLBACK")?;
        }
        sqlite::control(&self.connection, "BEGIN")?;
        job.run(&mut Tx::new(&self.connection));
        if self.connection.is_autocommit() {
            return Err(StoreError::new(StoreErrorKind::Storage, "the snapshot ended before the work did"));
        }
        sqlite::control(&self.connection, "ROLLBACK")
    }
}
