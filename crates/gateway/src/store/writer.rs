//! The one thread that writes, and its group commit.
//!
//! A commit costs a flush of the disk, whatever it holds. So the writer takes everything that waits, runs each job in
//! a savepoint of its own, commits once, and only then answers. No answer leaves before, not even a refusal: it may
//! rest on what another job of the group has written.
//!
//! If anything but a job fails, nobody is told that it worked, and the store stops for good. A failed flush in
//! particular is never tried again: the kernel may report it once, drop the pages, and call the second attempt a
//! success.

use std::sync::Arc;
use std::sync::mpsc::Receiver;
use std::thread::JoinHandle;
use std::time::Instant;

use rusqlite::Connection;

use super::job::{Effect, Job};
use super::lease::Lease;
use super::{Figures, StoreError, StoreErrorKind, Tx, sqlite};

/// How many jobs share a commit at most: enough to hide the flush, few enough that the first need not wait long.
const GROUP: usize = 512;

/// How many pages of 4 KiB the log may hold before they are copied into the database: so many that a page which
/// many commits change is copied once, few enough that nobody waits long for the copying.
const LOG_PAGES: i64 = 4_000;

pub(super) struct Writer {
    pub(super) connection: Connection,
    pub(super) jobs: Receiver<Box<dyn Job>>,
    pub(super) readers: Vec<JoinHandle<()>>,
    pub(super) figures: Option<Figures>,
    /// Last, so that the connection is closed before the directory is given back.
    pub(super) lease: Arc<Lease>,
}

impl Writer {
    /// Works until every sender of jobs is gone and the last job is answered.
    pub(super) fn run(self) {
        while let Ok(first) = self.jobs.recv() {
            let group = std::iter::once(first).chain(self.jobs.try_iter().take(GROUP - 1)).collect();
            if let Err(cause) = self.serve(group) {
                return self.stop(cause);
            }
        }
        self.finish();
    }

    fn serve(&self, mut group: Vec<Box<dyn Job>>) -> Result<(), StoreError> {
        let began = Instant::now();
        if let Err(cause) = self.commit(&mut group) {
            // First the store stops, then the callers hear of it: whoever hears finds it stopped.
            self.lease.health.fail(cause.clone());
            let unknown = StoreError::outcome_unknown().caused_by(cause.clone());
            group.into_iter().for_each(|job| job.refuse(unknown.clone()));
            return Err(cause);
        }
        if let Some(figures) = &self.figures {
            figures.committed(group.len(), began.elapsed());
        }
        group.into_iter().for_each(|job| job.answer());
        if sqlite::log_pages(&self.connection)? >= LOG_PAGES {
            sqlite::checkpoint(&self.connection, sqlite::Checkpoint::Passive)?;
        }
        Ok(())
    }

    fn commit(&self, group: &mut [Box<dyn Job>]) -> Result<(), StoreError> {
        sqlite::control(&self.connection, "BEGIN IMMEDIATE")?;
        for job in group {
            self.run_alone(job.as_mut())?;
        }
        sqlite::control(&self.connection, "COMMIT")
    }

    /// Runs one job so that its failure leaves the rest of the group as it was.
    fn run_alone(&self, job: &mut dyn Job) -> Result<(), StoreError> {
        sqlite::control(&self.connection, "SAVEPOINT job")?;
        let mut tx = Tx::new(&self.connection);
        let effect = job.run(&mut tx);
        if let Some(cause) = tx.into_fatal() {
            return Err(cause);
        }
        if self.connection.is_autocommit() {
            return Err(StoreError::new(StoreErrorKind::Storage, "the transaction ended before its commit"));
        }
        if effect == Effect::Undo {
            sqlite::control(&self.connection, "ROLLBACK TO job")?;
        }
        sqlite::control(&self.connection, "RELEASE job")
    }

    fn stop(self, cause: StoreError) {
        self.lease.health.fail(cause);
        sqlite::abandon(self.connection);
        for job in self.jobs {
            if let Err(stopped) = self.lease.health.check() {
                job.refuse(stopped);
            }
        }
    }

    /// Leaves one file behind, without a log.
    fn finish(self) {
        for reader in self.readers {
            // A reader that panicked has nothing left to wait for.
            let _ = reader.join();
        }
        if let Err(cause) = sqlite::checkpoint(&self.connection, sqlite::Checkpoint::Truncate) {
            self.lease.health.fail(cause);
            sqlite::abandon(self.connection);
        }
    }
}
