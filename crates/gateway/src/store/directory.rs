//! The directory of a store: made for its owner's eyes only, and used by one server at a time.

use std::fs::{self, DirBuilder, File, OpenOptions, TryLockError};
use std::io;
use std::path::{Path, PathBuf};

use super::{StoreError, StoreErrorKind};

/// The file that holds everything.
pub(super) fn database(directory: &Path) -> PathBuf {
    directory.join("satang.db")
}

/// Creates what is missing, readable by nobody else: the directory, and an empty file for the database (whose
/// permissions SQLite gives to the files that it puts beside it).
///
/// # Errors
///
/// Something cannot be created.
pub(super) fn create(directory: &Path) -> Result<(), StoreError> {
    let attempt = "cannot create the directory of the store";
    if !directory.is_dir() {
        let mut builder = DirBuilder::new();
        builder.recursive(true);
        #[cfg(unix)]
        std::os::unix::fs::DirBuilderExt::mode(&mut builder, 0o700);
        builder.create(directory).map_err(|error| failed(attempt, error))?;
        flush(&directory.join(".."))?;
    }
    open_file(&database(directory)).map_err(|error| failed(attempt, error))?;
    flush(directory)
}

/// Takes the directory for this process, until the file is closed. The operating system lets go of it when a process
/// is killed.
///
/// # Errors
///
/// [`StoreErrorKind::Locked`] if another server has it.
pub(super) fn lock(directory: &Path) -> Result<File, StoreError> {
    let attempt = "cannot lock the directory of the store";
    let file = open_file(&directory.join("lock")).map_err(|error| failed(attempt, error))?;
    match file.try_lock() {
        Ok(()) => Ok(file),
        Err(TryLockError::WouldBlock) => Err(StoreError::new(
            StoreErrorKind::Locked,
            format!("another server uses the directory {}", directory.display()),
        )),
        Err(TryLockError::Error(error)) => Err(failed(attempt, error)),
    }
}

/// # Errors
///
/// [`StoreErrorKind::Missing`] if the directory holds no store.
pub(super) fn require_database(directory: &Path) -> Result<PathBuf, StoreError> {
    let file = database(directory);
    match fs::metadata(&file) {
        Ok(found) if found.is_file() => Ok(file),
        _ => Err(StoreError::new(StoreErrorKind::Missing, format!("{} holds no store", directory.display()))),
    }
}

fn open_file(path: &Path) -> io::Result<File> {
    let mut options = OpenOptions::new();
    options.write(true).create(true).truncate(false);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    options.open(path)
}

/// Makes the names in a directory last: to flush a new file does not save its name.
///
/// # Errors
///
/// They may not last.
pub(super) fn flush(directory: &Path) -> Result<(), StoreError> {
    #[cfg(unix)]
    {
        let flushed = File::open(directory).and_then(|names| names.sync_all());
        flushed.map_err(|error| failed("cannot flush the directory of the store", error))?;
    }
    Ok(())
}

fn failed(attempt: &'static str, error: io::Error) -> StoreError {
    StoreError::new(StoreErrorKind::Storage, attempt).caused_by(error)
}
