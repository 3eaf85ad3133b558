//! The store: transactions that are durable before anyone hears of them.
//!
//! ```
//! use satang_gateway::store::{Store, StoreError, StoreOptions};
//! # #[tokio::main(flavor = "current_thread")]
//! # async fn main() -> Result<(), StoreError> {
//! # let scratch = tempfile::tempdir().unwrap();
//! # let directory = scratch.path();
//! let store = Store::open(&StoreOptions::new(directory))?;
//!
//! let partners: i64 = store
//!     .read(|tx| {
//!         let count = tx.query_one("SELECT count(*) FROM partner", &[], |row| row.int(0))?;
//!         Ok::<_, StoreError>(count.unwrap_or_default())
//!     })
//!     .await?;
//! assert_eq!(partners, 0);
//!
//! store.close().await
//! # }
//! ```
//!
//! Work is a synchronous function over one [`Tx`]. It runs on a thread of the store, so it may compute, but it must not
//! wait for anything else.
//!
//! Invariants:
//!
//! - A [`Store::write`] that returned `Ok` survives the loss of power.
//! - Nothing is visible to a [`Store::read`] that is not durable.
//! - No queue is without a bound, and no caller blocks a thread: too much work is refused with
//!   [`StoreErrorKind::Busy`].
//! - After a failure of the storage, nothing more is written or answered until a new process has opened the store.
//!   A server that sees [`Store::failed`] resolve has to stop.

use std::path::{Path, PathBuf};
use std::sync::mpsc::{Receiver, SyncSender, TrySendError, sync_channel};
use std::sync::{Arc, Mutex, PoisonError, RwLock};
use std::thread::{self, JoinHandle};
use std::time::Duration;

use prometheus::IntGauge;
use rusqlite::Connection;
use tokio::sync::watch;

mod directory;
mod error;
mod figures;
mod health;
mod job;
mod lease;
mod migrations;
mod readers;
mod sqlite;
mod tx;
mod value;
mod writer;

#[cfg(test)]
pub(crate) mod testing;
#[cfg(test)]
mod tests;

pub use error::{StoreError, StoreErrorKind};
pub(crate) use figures::Figures;
pub use tx::{Row, Tx};
pub use value::Value;

use figures::Waiting;
use health::{Health, Watchdog};
use job::{Answer, Job};
use lease::Lease;
use readers::Reader;
use writer::Writer;

/// Where a store is, and how much it takes on.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct StoreOptions {
    /// The directory. Created, for its owner only, if it is missing.
    pub directory: PathBuf,
    /// How many reads and how many writes may wait before more are refused.
    pub queue: usize,
    /// How many threads read.
    pub readers: usize,
    /// How long to wait for another process that looks into the file.
    pub busy_timeout: Duration,
    /// Told how much waits and how commits go, if anybody wants to know.
    pub(crate) figures: Option<Figures>,
}

impl StoreOptions {
    /// A store in this directory: 2,048 waiting reads and writes each, two reading threads, 5 seconds.
    #[must_use]
    pub fn new(directory: impl Into<PathBuf>) -> Self {
        let busy_timeout = Duration::from_secs(5);
        Self { directory: directory.into(), queue: 2_048, readers: 2, busy_timeout, figures: None }
    }
}

/// A handle to an open store. Clones are cheap and share it.
///
/// Without [`Store::close`], the threads finish what waits and end by themselves after the last handle is dropped.
#[derive(Clone, Debug)]
pub struct Store {
    shared: Arc<Shared>,
}

#[derive(Debug)]
struct Shared {
    writes: Option<Queue>,
    reads: Queue,
    health: Arc<Health>,
    closed: watch::Receiver<bool>,
}

impl Store {
    /// Opens the store in a directory, and creates or migrates it as needed. Blocks while it does.
    ///
    /// # Errors
    ///
    /// [`Locked`](StoreErrorKind::Locked) if another server uses the directory, [`Version`](StoreErrorKind::Version) if
    /// a newer program wrote it, otherwise the storage failed.
    pub fn open(options: &StoreOptions) -> Result<Self, StoreError> {
        directory::create(&options.directory)?;
        let lock = directory::lock(&options.directory)?;
        let file = directory::database(&options.directory);
        let connection = sqlite::open_writer(&file, options.busy_timeout)?;
        migrations::apply(&connection)?;
        // SQLite flushes the name of the log that it has created, but keeps a failure to itself: without the name, every
        // commit in the log would be lost with the power.
        directory::flush(&options.directory)?;

        let health = Arc::new(Health::new());
        let lease = Arc::new(Lease::new(Arc::clone(&health), Some(lock)));
        let closed = lease.closed();
        let (reads, readers) = start_readers(&file, options, &lease)?;
        let figures = options.figures.as_ref();
        let (writes, jobs) = queue(options, figures.map(|figures| figures.writes.clone()));
        let writer = Writer { connection, jobs, readers, figures: options.figures.clone(), lease };
        start("satang-writer", &health, move || writer.run())?;
        Ok(Self { shared: Arc::new(Shared { writes: Some(writes), reads, health, closed }) })
    }

    /// Opens an existing store for reading only, beside a server or without one; also one whose server was killed.
    ///
    /// # Errors
    ///
    /// [`Missing`](StoreErrorKind::Missing) if there is no store, [`Version`](StoreErrorKind::Version) if another
    /// version of this program wrote it, otherwise the storage failed.
    pub fn open_read_only(directory: impl AsRef<Path>) -> Result<Self, StoreError> {
        let options = StoreOptions::new(directory.as_ref());
        let file = directory::require_database(&options.directory)?;
        migrations::require_newest(&sqlite::open_reader(&file, options.busy_timeout)?)?;

        let health = Arc::new(Health::new());
        let lease = Arc::new(Lease::new(Arc::clone(&health), None));
        let closed = lease.closed();
        let (reads, _) = start_readers(&file, &options, &lease)?;
        Ok(Self { shared: Arc::new(Shared { writes: None, reads, health, closed }) })
    }

    /// Runs `work` in a transaction and returns when it is durable. If `work` returns an error, all that it wrote is
    /// undone.
    ///
    /// Dropping the future does not stop work that has been queued, which is from the first poll on.
    ///
    /// # Errors
    ///
    /// What `work` returns, or what [`StoreErrorKind`] says of [`Busy`](StoreErrorKind::Busy),
    /// [`OutcomeUnknown`](StoreErrorKind::OutcomeUnknown), [`Failed`](StoreErrorKind::Failed),
    /// [`Closed`](StoreErrorKind::Closed), [`Panicked`](StoreErrorKind::Panicked) and
    /// [`ReadOnly`](StoreErrorKind::ReadOnly).
    pub async fn write<T, E, F>(&self, work: F) -> Result<T, E>
    where
        F: FnOnce(&mut Tx<'_>) -> Result<T, E> + Send + 'static,
        T: Send + 'static,
        E: From<StoreError> + Send + 'static,
    {
        self.begin(work)?.await
    }

    /// Queues `work` at once, so that several pieces run in the order of the calls. Otherwise as [`Store::write`].
    pub(crate) fn begin<T, E, F>(&self, work: F) -> Result<impl Future<Output = Result<T, E>>, StoreError>
    where
        F: FnOnce(&mut Tx<'_>) -> Result<T, E> + Send + 'static,
        T: Send + 'static,
        E: From<StoreError> + Send + 'static,
    {
        let read_only = || StoreError::new(StoreErrorKind::ReadOnly, "the store was opened for reading only");
        let answer = self.queue(self.shared.writes.as_ref().ok_or_else(read_only)?, work)?;
        // A thread that dies without an answer leaves open how far it came.
        Ok(async move { answer.await.unwrap_or_else(|_| Err(StoreError::outcome_unknown().into())) })
    }

    /// Runs `work` over one snapshot: it sees everything that was durable when it began, and nothing later.
    ///
    /// # Errors
    ///
    /// What `work` returns, or [`Busy`](StoreErrorKind::Busy), [`Failed`](StoreErrorKind::Failed),
    /// [`Closed`](StoreErrorKind::Closed) or [`Panicked`](StoreErrorKind::Panicked). A statement that would write is
    /// refused with [`ReadOnly`](StoreErrorKind::ReadOnly).
    pub async fn read<T, E, F>(&self, work: F) -> Result<T, E>
    where
        F: FnOnce(&mut Tx<'_>) -> Result<T, E> + Send + 'static,
        T: Send + 'static,
        E: From<StoreError> + Send + 'static,
    {
        let answer = self.queue(&self.shared.reads, work)?;
        answer.await.unwrap_or_else(|_| Err(StoreError::outcome_unknown().into()))
    }

    /// Why the store stopped, if it did.
    #[must_use]
    pub fn failure(&self) -> Option<StoreError> {
        self.shared.health.failure()
    }

    /// Resolves when the store stops because its storage failed; never if it does not. The server has to stop then.
    pub async fn failed(&self) -> StoreError {
        self.shared.health.failed().await
    }

    /// Takes no more work, finishes what waits, copies the log into the database and releases the directory. Other
    /// handles are closed too. A second call waits as the first.
    ///
    /// # Errors
    ///
    /// The store had stopped, or stopped now. What was acknowledged is durable all the same.
    pub async fn close(&self) -> Result<(), StoreError> {
        self.shared.reads.close();
        if let Some(writes) = &self.shared.writes {
            writes.close();
        }
        // An error means that the last thread is gone, which is what this waits for.
        let _ = self.shared.closed.clone().wait_for(|closed| *closed).await;
        self.failure().map_or(Ok(()), Err)
    }

    fn queue<T, E, F>(&self, queue: &Queue, work: F) -> Result<Answer<T, E>, StoreError>
    where
        F: FnOnce(&mut Tx<'_>) -> Result<T, E> + Send + 'static,
        T: Send + 'static,
        E: From<StoreError> + Send + 'static,
    {
        self.shared.health.check()?;
        let (job, answer) = job::job(work, queue.waiting.as_ref().map(Waiting::begin));
        queue.push(job)?;
        Ok(answer)
    }
}

/// The bounded way to a thread, until it is closed.
#[derive(Debug)]
struct Queue {
    jobs: RwLock<Option<SyncSender<Box<dyn Job>>>>,
    waiting: Option<IntGauge>,
}

impl Queue {
    fn push(&self, job: Box<dyn Job>) -> Result<(), StoreError> {
        let jobs = self.jobs.read().unwrap_or_else(PoisonError::into_inner);
        let closed = || StoreError::new(StoreErrorKind::Closed, "the store is closed");
        match jobs.as_ref().ok_or_else(closed)?.try_send(job) {
            Ok(()) => Ok(()),
            Err(TrySendError::Full(_)) => Err(StoreError::new(
                StoreErrorKind::Busy,
                "too much is waiting for the store; try again later",
            )),
            Err(TrySendError::Disconnected(_)) => Err(closed()),
        }
    }

    fn close(&self) {
        self.jobs.write().unwrap_or_else(PoisonError::into_inner).take();
    }
}

fn queue(options: &StoreOptions, waiting: Option<IntGauge>) -> (Queue, Receiver<Box<dyn Job>>) {
    // Without any room, a job would only be taken by a thread that is waiting at that very moment.
    let (sender, receiver) = sync_channel(options.queue.max(1));
    (Queue { jobs: RwLock::new(Some(sender)), waiting }, receiver)
}

fn start_readers(
    file: &Path,
    options: &StoreOptions,
    lease: &Arc<Lease>,
) -> Result<(Queue, Vec<JoinHandle<()>>), StoreError> {
    let (queue, jobs) = queue(options, options.figures.as_ref().map(|figures| figures.reads.clone()));
    let jobs = Arc::new(Mutex::new(jobs));
    let start_one = |_| {
        let connection: Connection = sqlite::open_reader(file, options.busy_timeout)?;
        let reader = Reader { connection, jobs: Arc::clone(&jobs), lease: Arc::clone(lease) };
        start("satang-reader", &lease.health, move || reader.run())
    };
    let readers = (0..options.readers.max(1)).map(start_one).collect::<Result<_, _>>()?;
    Ok((queue, readers))
}

fn start(
    name: &str,
    health: &Arc<Health>,
    run: impl FnOnce() + Send + 'static,
) -> Result<JoinHandle<()>, StoreError> {
    let watchdog = Watchdog(Arc::clone(health));
    let started = thread::Builder::new().name(name.to_owned()).spawn(move || {
        let _watchdog = watchdog;
        run();
    });
    started
        .map_err(|error| StoreError::new(StoreErrorKind::Storage, "cannot start a thread").caused_by(error))
}
