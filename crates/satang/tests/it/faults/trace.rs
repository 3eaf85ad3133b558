//! What a gateway did to its files, in order, as the shim wrote it down.

use std::{fs, path::Path};

/// The file that holds everything.
pub(crate) const DATABASE: &str = "satang.db";
/// The file to which commits are written, until they are copied into the database.
pub(crate) const LOG: &str = "satang.db-wal";
/// The directory itself, whose flush makes names last.
pub(crate) const DIRECTORY: &str = ".";

/// A call that a gateway made.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Call {
    pub(crate) act: Act,
    /// Within the directory of the store; [`DIRECTORY`] for that itself.
    pub(crate) file: String,
    /// Whether the call was made to fail. A write may have done half of its work all the same.
    pub(crate) failed: bool,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Act {
    Create,
    Write { offset: usize, bytes: Vec<u8> },
    Sync,
    Truncate { length: usize },
    Delete,
    Rename,
}

impl Act {
    pub(crate) fn name(&self) -> &'static str {
        match self {
            Self::Create => "create",
            Self::Write { .. } => "write",
            Self::Sync => "sync",
            Self::Truncate { .. } => "truncate",
            Self::Delete => "delete",
            Self::Rename => "rename",
        }
    }

    pub(crate) fn is_write(&self) -> bool {
        matches!(self, Self::Write { .. })
    }
}

/// A trace that may still be growing.
#[derive(Clone, Debug, Default)]
pub(crate) struct Trace {
    pub(crate) calls: Vec<Call>,
    /// The length of the trace file after each call.
    ends: Vec<Position>,
}

/// How long the file of a trace was at some moment: cheap to note, and turned into a number of calls later.
pub(crate) type Position = u64;

/// How long a trace is now.
pub(crate) fn position(trace: &Path) -> Position {
    fs::metadata(trace).map(|file| file.len()).unwrap_or_default()
}

impl Trace {
    pub(crate) fn read(trace: &Path) -> Self {
        let text = fs::read_to_string(trace).unwrap_or_default();
        let bytes = fs::read(trace.with_extension("bytes")).unwrap_or_default();
        let (mut calls, mut ends, mut end) = (Vec::new(), Vec::new(), 0);
        for line in text.lines() {
            end += line.len() as Position + 1;
            calls.push(call(line, &bytes));
            ends.push(end);
        }
        Self { calls, ends }
    }

    /// How many calls had been made at a position.
    pub(crate) fn number(&self, position: Position) -> usize {
        self.ends.partition_point(|end| *end <= position)
    }
}

fn call(line: &str, bytes: &[u8]) -> Call {
    let failed = line.starts_with('!');
    let parts: Vec<_> = line.trim_start_matches('!').split_whitespace().collect();
    let [letter, file, offset, length, start] = parts[..] else { panic!("not a line of a trace: {line}") };
    // An offset is negative only where the system could not tell it.
    let offset = usize::try_from(offset.parse::<i64>().unwrap()).unwrap_or_default();
    let (length, start): (usize, usize) = (length.parse().unwrap(), start.parse().unwrap());
    let act = match letter {
        "C" => Act::Create,
        "W" => Act::Write { offset, bytes: bytes[start..start + length].to_vec() },
        "S" => Act::Sync,
        "T" => Act::Truncate { length: offset },
        "D" => Act::Delete,
        "R" => Act::Rename,
        _ => panic!("not a line of a trace: {line}"),
    };
    Call { act, file: file.to_owned(), failed }
}

/// Whether any of these calls wrote to a file.
pub(crate) fn has_written(calls: &[Call], file: &str) -> bool {
    calls.iter().any(|call| call.file == file && call.act.is_write())
}

/// What of a store could still be lost with the power: `None` if nothing.
pub(crate) fn at_risk(calls: &[Call]) -> Option<&'static str> {
    if is_unflushed(calls, LOG, |call| call.file == LOG && call.act.is_write()) {
        return Some("the end of the log");
    }
    let is_name = |call: &Call| call.act == Act::Create && [DATABASE, LOG].contains(&call.file.as_str());
    is_unflushed(calls, DIRECTORY, is_name).then_some("the name of a file")
}

/// Whether the last change was not followed by a flush of `file`. A second flush after a failed one says nothing: the
/// kernel may have dropped what it could not write.
fn is_unflushed(calls: &[Call], file: &str, is_change: impl Fn(&Call) -> bool) -> bool {
    let Some(change) = calls.iter().rposition(is_change) else { return false };
    let mut syncs = calls[change..].iter().filter(|call| call.file == file && call.act == Act::Sync);
    // Of names the directory's next flush may tell the truth: no file system drops what it has in its journal.
    if file == DIRECTORY {
        !syncs.any(|sync| !sync.failed)
    } else {
        syncs.next().is_none_or(|sync| sync.failed)
    }
}

#[test]
fn what_is_at_risk() {
    let call = |act, file: &str| Call { act, file: file.to_owned(), failed: false };
    let write = |file| call(Act::Write { offset: 0, bytes: vec![1] }, file);
    let sync = |file| call(Act::Sync, file);
    let failed = |call| Call { failed: true, ..call };
    let (log, name) = (Some("the end of the log"), Some("the name of a file"));
    for (calls, expected) in [
        (vec![], None),
        (vec![write(LOG), sync(LOG)], None),
        (vec![write(LOG), sync(LOG), write(DATABASE)], None),
        (vec![write(LOG)], log),
        (vec![sync(LOG), write(LOG)], log),
        (vec![write(LOG), sync(DATABASE)], log),
        (vec![write(LOG), sync(LOG), write(LOG)], log),
        (vec![write(LOG), failed(sync(LOG))], log),
        (vec![write(LOG), failed(sync(LOG)), sync(LOG)], log),
        (vec![call(Act::Create, LOG), sync(DIRECTORY), write(LOG), sync(LOG)], None),
        (vec![call(Act::Create, LOG), write(LOG), sync(LOG)], name),
        (vec![sync(DIRECTORY), call(Act::Create, LOG), write(LOG), sync(LOG)], name),
        (vec![call(Act::Create, LOG), failed(sync(DIRECTORY))], name),
        (vec![call(Act::Create, LOG), failed(sync(DIRECTORY)), sync(DIRECTORY)], None),
    ] {
        assert_eq!(at_risk(&calls), expected, "{calls:#?}");
    }
}
