//! What a gateway did to its files, in order, as the shim wrote it down.

use std::{fs, path::Path};

/// The file to which commits are written.
pub(crate) const LOG: &str = "satang.db-wal";

/// A call that a gateway made.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Call {
    pub(crate) act: Act,
    /// Within the directory of the store; `.` for that itself.
    pub(crate) file: String,
    /// Whether the call was made to fail. A write may have done half of its work all the same.
    pub(crate) failed: bool,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Act {
    Create,
    Write { offset: u64, bytes: Vec<u8> },
    Sync,
    Truncate { length: u64 },
    Delete,
    Rename,
}

/// All calls so far. May be read while the gateway runs.
pub(crate) fn read(trace: &Path) -> Vec<Call> {
    let text = fs::read_to_string(trace).unwrap_or_default();
    let mut bytes = fs::read(trace.with_extension("bytes")).unwrap_or_default().into_iter();
    text.split_inclusive('\n')
        .filter(|line| line.ends_with('\n'))
        .map(|line| call(line, &mut bytes))
        .collect()
}

fn call(line: &str, bytes: &mut impl Iterator<Item = u8>) -> Call {
    let failed = line.starts_with('!');
    let parts: Vec<_> = line.trim_start_matches('!').split_whitespace().collect();
    let [letter, file, offset, length] = parts[..] else { panic!("not a line of a trace: {line}") };
    let (offset, length): (i64, usize) = (offset.parse().unwrap(), length.parse().unwrap());
    let offset = u64::try_from(offset).unwrap_or_default();
    let act = match letter {
        "C" => Act::Create,
        "W" => Act::Write { offset, bytes: bytes.take(length).collect() },
        "S" => Act::Sync,
        "T" => Act::Truncate { length: offset },
        "D" => Act::Delete,
        "R" => Act::Rename,
        _ => panic!("not a line of a trace: {line}"),
    };
    Call { act, file: file.to_owned(), failed }
}

/// Whether anything that was written to a file could still be lost with the power.
pub(crate) fn has_unsynced(calls: &[Call], file: &str) -> bool {
    let of_file = || calls.iter().enumerate().filter(|(_, call)| call.file == file);
    let last_write = of_file().filter(|(_, call)| matches!(call.act, Act::Write { .. })).last();
    let last_sync = of_file().filter(|(_, call)| call.act == Act::Sync && !call.failed).last();
    match (last_write, last_sync) {
        (None, _) => false,
        (Some(_), None) => true,
        (Some((write, _)), Some((sync, _))) => sync < write,
    }
}

/// Whether any of these calls wrote to a file.
pub(crate) fn has_written(calls: &[Call], file: &str) -> bool {
    calls.iter().any(|call| call.file == file && matches!(call.act, Act::Write { .. }))
}
