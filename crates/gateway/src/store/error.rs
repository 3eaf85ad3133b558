//! What can go wrong with the store, and what that means for the work that was asked for.

use std::borrow::Cow;
use std::error::Error;
use std::fmt;
use std::sync::Arc;

use rusqlite::ErrorCode;
use rusqlite::ffi;

/// A refusal or a failure of the [`Store`](super::Store).
///
/// Neither its text nor its source holds a value that was stored, so it may be logged.
#[derive(Clone, Debug)]
pub struct StoreError {
    kind: StoreErrorKind,
    detail: Cow<'static, str>,
    source: Option<Arc<dyn Error + Send + Sync>>,
}

/// What happened, and above all: was the work done?
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum StoreErrorKind {
    /// Too much is waiting. Nothing was done; try again later.
    Busy,
    /// A row with this key exists. Only this work was undone.
    Unique,
    /// A check or a foreign key forbids the row. Only this work was undone.
    Constraint,
    /// The SQL, its parameters or the type of a column do not fit: a defect. Only this work was undone.
    Statement,
    /// The work panicked: a defect. Only this work was undone.
    Panicked,
    /// The store was closed. Nothing was done.
    Closed,
    /// The store stopped after an earlier failure of its storage. Nothing was done.
    Failed,
    /// The storage failed while the work was being made durable: **it may or may not have been done.** Only the next
    /// start can tell, and the caller by asking again with the same identifier.
    OutcomeUnknown,
    /// Reading or writing the disk failed, or the disk is full.
    Storage,
    /// The file is damaged, or is no store.
    Corrupt,
    /// The store, or this access to it, is for reading only. Nothing was done.
    ReadOnly,
    /// Another server uses the directory.
    Locked,
    /// The directory holds no store.
    Missing,
    /// The store was written by another version of this program than can be used here.
    Version,
    /// The store holds the demo partner, whose secrets everybody knows, and is to be used in production.
    DemoPartner,
}

impl StoreError {
    /// What happened.
    #[must_use]
    pub fn kind(&self) -> StoreErrorKind {
        self.kind
    }

    pub(super) fn new(kind: StoreErrorKind, detail: impl Into<Cow<'static, str>>) -> Self {
        Self { kind, detail: detail.into(), source: None }
    }

    pub(super) fn caused_by(mut self, source: impl Error + Send + Sync + 'static) -> Self {
        self.source = Some(Arc::new(source));
        self
    }

    pub(super) fn from_sqlite(attempt: &'static str, error: rusqlite::Error) -> Self {
        Self::new(classify(&error), attempt).caused_by(error)
    }

    pub(crate) fn statement(detail: impl Into<Cow<'static, str>>) -> Self {
        Self::new(StoreErrorKind::Statement, detail)
    }

    pub(crate) fn demo_partner() -> Self {
        let detail =
            "the store holds the demo partner, whose secrets everybody knows; production needs another store";
        Self::new(StoreErrorKind::DemoPartner, detail)
    }

    /// Work panicked outside the store's own threads.
    pub(crate) fn panicked() -> Self {
        Self::new(StoreErrorKind::Panicked, "the work panicked")
    }

    pub(super) fn outcome_unknown() -> Self {
        Self::new(
            StoreErrorKind::OutcomeUnknown,
            "the storage failed before the work was known to be durable",
        )
    }

    /// After such an error in a transaction, nothing that the transaction did can be relied upon: SQLite may have
    /// undone all of it, and the disk may hold any part.
    pub(super) fn ends_the_store(&self) -> bool {
        matches!(self.kind, StoreErrorKind::Storage | StoreErrorKind::Corrupt | StoreErrorKind::ReadOnly)
    }
}

fn classify(error: &rusqlite::Error) -> StoreErrorKind {
    let (rusqlite::Error::SqliteFailure(failure, _) | rusqlite::Error::SqlInputError { error: failure, .. }) =
        error
    else {
        return StoreErrorKind::Statement;
    };
    match failure.code {
        ErrorCode::ConstraintViolation => match failure.extended_code {
            ffi::SQLITE_CONSTRAINT_UNIQUE | ffi::SQLITE_CONSTRAINT_PRIMARYKEY => StoreErrorKind::Unique,
            _ => StoreErrorKind::Constraint,
        },
        ErrorCode::DatabaseCorrupt | ErrorCode::NotADatabase => StoreErrorKind::Corrupt,
        ErrorCode::ReadOnly => StoreErrorKind::ReadOnly,
        ErrorCode::SystemIoFailure
        | ErrorCode::DiskFull
        | ErrorCode::CannotOpen
        | ErrorCode::PermissionDenied
        | ErrorCode::OutOfMemory
        | ErrorCode::FileLockingProtocolFailed
        | ErrorCode::DatabaseBusy
        | ErrorCode::NoLargeFileSupport
        | ErrorCode::InternalMalfunction => StoreErrorKind::Storage,
        _ => StoreErrorKind::Statement,
    }
}

impl fmt::Display for StoreError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.detail)
    }
}

impl Error for StoreError {
    fn source(&self) -> Option<&(dyn Error + 'static)> {
        self.source.as_deref().map(|source| source as &(dyn Error + 'static))
    }
}
