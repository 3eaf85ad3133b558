//! How the store behaves, seen from outside, on real files.
//!
//! Nothing here waits for time to pass: a job that blocks on a [`Gate`] holds a thread of the store for as long as a
//! test needs it.

use std::path::Path;
use std::pin::Pin;
use std::sync::mpsc::{Receiver, Sender, channel};
use std::task::{Context, Waker};
use std::time::Duration;

use tempfile::TempDir;

use super::*;

mod failures;
mod groups;
mod lifecycle;
mod migrated;
mod statements;

fn scratch() -> TempDir {
    tempfile::tempdir().unwrap()
}

fn open(directory: &TempDir) -> Store {
    Store::open(&StoreOptions::new(directory.path())).unwrap()
}

/// Writes one row, an account of this number.
fn insert(tx: &mut Tx<'_>, number: &str) -> Result<(), StoreError> {
    let changed = tx.execute(
        "INSERT INTO account (number, owner_name, status, balance, minimum_balance, created_at)
         VALUES ($1, $2, 'OPEN', 0, $3, $4)",
        &[number.into(), "สมชาย ใจดี".into(), Some(0).into(), 1_i64.into()],
    )?;
    assert_eq!(changed, 1);
    Ok(())
}

fn numbers(tx: &mut Tx<'_>) -> Result<Vec<String>, StoreError> {
    tx.query("SELECT number FROM account ORDER BY number", &[], |row| row.text(0))
}

async fn durable(store: &Store) -> Vec<String> {
    store.read(numbers).await.unwrap()
}

/// What a connection of another process would see now.
fn seen_from_outside(directory: &Path) -> Vec<String> {
    let connection = sqlite::open_reader(&directory::database(directory), Duration::ZERO).unwrap();
    numbers(&mut Tx::new(&connection)).unwrap()
}

/// Polls a future once, which queues its work, and expects no answer yet.
fn begin<F: Future>(future: F) -> Pin<Box<F>> {
    let mut future = Box::pin(future);
    assert!(future.as_mut().poll(&mut Context::from_waker(Waker::noop())).is_pending());
    future
}

/// Holds the thread that runs a job, so that what is queued meanwhile forms one group.
struct Gate {
    entered: Receiver<()>,
    open: Sender<()>,
}

impl Gate {
    /// The gate, and what the job that is to be held calls.
    fn new() -> (Self, impl FnOnce() + Send + 'static) {
        let (enter, entered) = channel();
        let (open, opened) = channel();
        let pass = move || {
            enter.send(()).unwrap();
            opened.recv().unwrap();
        };
        (Self { entered, open }, pass)
    }

    fn wait_until_entered(&self) {
        self.entered.recv().unwrap();
    }

    fn open(self) {
        self.open.send(()).unwrap();
    }
}

/// Holds the writer. The rows of the test come after this job, in a group of their own.
fn hold_writer(store: &Store) -> (Gate, Pin<Box<impl Future<Output = Result<(), StoreError>>>>) {
    let (gate, pass) = Gate::new();
    let store = store.clone();
    let held = begin(async move {
        store
            .write(move |_| {
                pass();
                Ok(())
            })
            .await
    });
    gate.wait_until_entered();
    (gate, held)
}
