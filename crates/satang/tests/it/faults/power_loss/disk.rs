//! A disk that keeps what was flushed, and forgets at its will.
//!
//! It is harsher than any file system is: changes that were not flushed are kept, lost, or torn one by one, in whatever
//! mixture, contents as well as names.

use crate::{
    faults::trace::{Act, Call, DATABASE, DIRECTORY, LOG},
    random::Random,
};
use std::{collections::BTreeMap, fs, path::Path};

#[derive(Debug, Default)]
pub(crate) struct Disk {
    /// Contents, whether or not they have a name.
    files: Vec<File>,
    /// Which names stand for which of them, as programs see it.
    names: BTreeMap<String, usize>,
    /// The same as it was last flushed.
    flushed_names: BTreeMap<String, usize>,
    /// What has changed since: a name, and what it stands for now.
    pending_names: Vec<(String, Option<usize>)>,
}

#[derive(Debug, Default)]
struct File {
    flushed: Vec<u8>,
    pending: Vec<Act>,
}

impl Disk {
    /// An empty disk after these calls. The one at which the gateway was killed was not made.
    pub(crate) fn after(calls: &[Call]) -> Self {
        let mut disk = Self::default();
        calls.iter().filter(|call| !call.failed).for_each(|call| disk.apply(call));
        disk
    }

    fn apply(&mut self, call: &Call) {
        match &call.act {
            Act::Create => {
                self.files.push(File::default());
                self.rename(&call.file, Some(self.files.len() - 1));
            }
            Act::Delete => self.rename(&call.file, None),
            Act::Rename => panic!("a store renames nothing"),
            Act::Sync if call.file == DIRECTORY => {
                self.flushed_names = self.names.clone();
                self.pending_names.clear();
            }
            Act::Sync => self.file(&call.file).flush(),
            change => self.file(&call.file).pending.push(change.clone()),
        }
    }

    fn file(&mut self, name: &str) -> &mut File {
        &mut self.files[self.names[name]]
    }

    fn rename(&mut self, name: &str, file: Option<usize>) {
        self.pending_names.push((name.to_owned(), file));
        set(&mut self.names, name, file);
    }

    /// Loses the power, and puts what is left into a directory.
    pub(crate) fn lose_power(mut self, random: &mut Random, directory: &Path) {
        let mut names = self.flushed_names;
        for (name, file) in self.pending_names {
            if random.up_to(2) == 1 {
                set(&mut names, &name, file);
            }
        }
        // The index of the log is made anew by whoever comes first, and a lock is held by nobody now.
        let journal = format!("{DATABASE}-journal");
        for name in [DATABASE, LOG, &journal] {
            if let Some(file) = names.get(name) {
                fs::write(directory.join(name), self.files[*file].after_loss(random)).unwrap();
            }
        }
    }
}

fn set(names: &mut BTreeMap<String, usize>, name: &str, file: Option<usize>) {
    match file {
        Some(file) => names.insert(name.to_owned(), file),
        None => names.remove(name),
    };
}

impl File {
    fn flush(&mut self) {
        for change in std::mem::take(&mut self.pending) {
            change_contents(&mut self.flushed, &change);
        }
    }

    /// The contents with some of what was not flushed.
    fn after_loss(&mut self, random: &mut Random) -> Vec<u8> {
        let mut contents = self.flushed.clone();
        for change in &mut self.pending {
            match (random.up_to(3), change) {
                (1, _) => {}
                (2, Act::Write { offset, bytes }) => {
                    let kept = usize::try_from(random.up_to(bytes.len() as u64)).unwrap();
                    change_contents(
                        &mut contents,
                        &Act::Write { offset: *offset, bytes: bytes[..kept].to_vec() },
                    );
                }
                (_, change) => change_contents(&mut contents, change),
            }
        }
        contents
    }
}

fn change_contents(contents: &mut Vec<u8>, change: &Act) {
    match change {
        Act::Write { offset, bytes } => {
            let end = offset + bytes.len();
            contents.resize(contents.len().max(end), 0);
            contents[*offset..end].copy_from_slice(bytes);
        }
        Act::Truncate { length } => contents.resize(*length, 0),
        Act::Create | Act::Sync | Act::Delete | Act::Rename => {}
    }
}
