//! The library that stands between the gateway and its disk; see `faults.c`.

use std::{
    path::{Path, PathBuf},
    process::Command,
};

/// The shim, built for one test.
pub(crate) struct Shim {
    directory: tempfile::TempDir,
}

/// Which call fails, and how.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Fault {
    /// The number of the call, from 1.
    pub(crate) at: usize,
    /// With which error: its name, and its number on Linux.
    pub(crate) error: (&'static str, i32),
    /// `once`, `on`, `short`, `die` or `die-unflushed`, as `faults.c` explains them.
    pub(crate) mode: &'static str,
}

pub(crate) const EIO: (&str, i32) = ("EIO", 5);
pub(crate) const ENOSPC: (&str, i32) = ("ENOSPC", 28);

impl Shim {
    /// Builds the shim, or says loudly why it cannot.
    pub(crate) fn build() -> Option<Self> {
        if !cfg!(target_os = "linux") {
            println!(
                "SKIPPED: the shim of these tests knows Linux only, so no failure of the disk was tested"
            );
            return None;
        }
        let directory = tempfile::tempdir().unwrap();
        let source = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/it/faults.c");
        let built = Command::new("cc")
            .args(["-Wall", "-Wextra", "-Werror", "-O1", "-shared", "-fPIC", source, "-o"])
            .arg(directory.path().join("faults.so"))
            .status();
        match built {
            Ok(status) => assert!(status.success(), "{source} does not compile"),
            Err(error) => {
                println!(
                    "SKIPPED: there is no C compiler (cc: {error}), so no failure of the disk was tested"
                );
                return None;
            }
        }
        Some(Self { directory })
    }

    /// Puts the shim in front of what `command` does to the files in `data`.
    pub(crate) fn watch(&self, command: &mut Command, data: &Path, trace: &Path, fault: Option<Fault>) {
        command.env("LD_PRELOAD", self.directory.path().join("faults.so"));
        command.env("SATANG_FAULT_DIR", real(data)).env("SATANG_FAULT_TRACE", trace);
        if let Some(Fault { at, error: (_, number), mode }) = fault {
            command.env("SATANG_FAULT_AT", at.to_string());
            command.env("SATANG_FAULT_ERRNO", number.to_string()).env("SATANG_FAULT_MODE", mode);
        }
    }
}

/// The path without links, as the kernel names open files, also when its last part does not exist yet.
fn real(path: &Path) -> PathBuf {
    let parent = path.parent().expect("not the root").canonicalize().expect("the parent exists");
    parent.join(path.file_name().expect("a name"))
}
