//! Where settings come from, and which of two holds.

use super::{
    SETTINGS, file, flag,
    value::{Kind, Value},
    variable,
};
use std::{
    collections::BTreeMap,
    ffi::OsString,
    fmt,
    io::Read as _,
    path::{Path, PathBuf},
};

/// The largest file of settings, or with a secret.
pub(super) const MOST_BYTES: u64 = 64 * 1024;

/// What is given at one place, by key.
pub(super) type Layer = BTreeMap<String, Given>;

/// A value as it was written, and where.
pub(super) struct Given {
    pub(super) text: String,
    pub(super) place: String,
}

/// What was given, the strongest first.
pub(super) struct Layers([Layer; 3]);

impl Layers {
    pub(super) fn new(
        flags: &[(String, String)],
        environment: impl Fn(&str) -> Option<OsString>,
        file: Option<&Path>,
        problems: &mut Problems,
    ) -> Self {
        let given = |(key, text): &(String, String)| {
            (key.clone(), Given { text: text.clone(), place: format!("--{}", flag(key)) })
        };
        let flags = flags.iter().map(given).collect();
        let mut variables = Layer::new();
        for key in SETTINGS.iter().flat_map(super::Setting::keys) {
            let place = variable(&key);
            // A variable that is set to nothing is how a container leaves it out.
            let Some(text) = environment(&place).filter(|text| !text.is_empty()) else { continue };
            match text.into_string() {
                Ok(text) => drop(variables.insert(key, Given { text, place })),
                Err(_) => problems.add(&place, "expected UTF-8"),
            }
        }
        Self([flags, variables, file.map(|path| file::read(path, problems)).unwrap_or_default()])
    }

    /// The value of a setting; `None` if it is wrong.
    pub(super) fn read<T: Value>(&self, key: &str, default: &str, problems: &mut Problems) -> Option<T> {
        let found =
            if T::KIND == Kind::Secret { self.secret(key, problems)? } else { self.find(key).map(same) };
        let (text, place) = found.unwrap_or_else(|| (default.to_owned(), key.to_owned()));
        T::read(&text).map_err(|expected| problems.add(&place, &expected)).ok()
    }

    /// Whether anybody has given it.
    pub(super) fn is_given(&self, key: &str) -> bool {
        self.find(key).is_some()
    }

    /// Where the value of a setting comes from.
    pub(super) fn place(&self, key: &str) -> String {
        let file = format!("{key}_file");
        let given = self.0.iter().find_map(|layer| layer.get(key).or_else(|| layer.get(&file)));
        given.map_or_else(|| "default".to_owned(), |given| given.place.clone())
    }

    fn find(&self, key: &str) -> Option<&Given> {
        self.0.iter().find_map(|layer| layer.get(key))
    }

    /// A secret, or what is in the file that holds it; `None` if that cannot be read.
    #[expect(clippy::option_option, reason = "nothing given, and nothing readable, are two things")]
    fn secret(&self, key: &str, problems: &mut Problems) -> Option<Option<(String, String)>> {
        let file = format!("{key}_file");
        let Some(layer) = self.0.iter().find(|layer| layer.contains_key(key) || layer.contains_key(&file))
        else {
            return Some(None);
        };
        match (layer.get(key), layer.get(&file)) {
            (Some(_), Some(given)) => {
                problems.add(&given.place, &format!("{key} is given twice, by itself and by a file"));
                None
            }
            (Some(given), None) => Some(Some(same(given))),
            (None, given) => {
                let given = given?;
                let text = read_file(&PathBuf::from(&given.text))
                    .map_err(|why| problems.add(&given.place, &why))
                    .ok()?;
                // Editors and `echo` end a file with a line feed.
                Some(Some((text.trim_end_matches(['\r', '\n']).to_owned(), given.place.clone())))
            }
        }
    }
}

impl fmt::Debug for Layers {
    /// Where, and not what: it may be secret.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_set().entries(self.0.iter().flatten().map(|(_, given)| &given.place)).finish()
    }
}

fn same(given: &Given) -> (String, String) {
    (given.text.clone(), given.place.clone())
}

/// A small file of text.
pub(super) fn read_file(path: &Path) -> Result<String, String> {
    let wrong = |error: std::io::Error| format!("{} cannot be read: {error}", path.display());
    let mut text = String::new();
    let file = std::fs::File::open(path).map_err(wrong)?;
    file.take(MOST_BYTES + 1).read_to_string(&mut text).map_err(wrong)?;
    if text.len() as u64 > MOST_BYTES {
        return Err(format!("{} is larger than {MOST_BYTES} bytes", path.display()));
    }
    Ok(text)
}

/// All that is wrong.
#[derive(Debug, Default)]
pub(super) struct Problems(Vec<String>);

impl Problems {
    pub(super) fn add(&mut self, place: &str, what: &str) {
        self.0.push(format!("{place}: {what}"));
    }

    pub(super) fn is_empty(&self) -> bool {
        self.0.is_empty()
    }
}

impl fmt::Display for Problems {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0.join("\n"))
    }
}
