//! Settings in a TOML file: every key is known and of its type, or named with its line and column.

use super::{
    SETTINGS,
    layers::{Given, Layer, Problems, read_file},
    value::Kind,
};
use std::path::Path;
use toml::de::{DeTable, DeValue};

/// Reads a file. What is wrong with it is added to `problems`.
pub(super) fn read(path: &Path, problems: &mut Problems) -> Layer {
    let mut layer = Layer::new();
    let name = path.display().to_string();
    let text = match read_file(path) {
        Ok(text) => text,
        Err(why) => {
            problems.add("--config", &why);
            return layer;
        }
    };
    let (table, errors) = DeTable::parse_recoverable(&text);
    if errors.is_empty() {
        Reader { name, text: &text, layer: &mut layer, problems }.table("", table.get_ref());
        return layer;
    }
    for error in errors {
        let place = place(&name, &text, error.span().map_or(0, |span| span.start));
        // Not the whole error, which shows the line: there may be a secret in it.
        problems.add(&place, error.message());
    }
    layer
}

struct Reader<'a> {
    name: String,
    text: &'a str,
    layer: &'a mut Layer,
    problems: &'a mut Problems,
}

impl Reader<'_> {
    /// Reads a table whose keys begin with `prefix`.
    fn table(&mut self, prefix: &str, table: &DeTable<'_>) {
        for (name, value) in table {
            let key = format!("{prefix}{}", name.get_ref());
            let place = place(&self.name, self.text, name.span().start);
            let known = SETTINGS.iter().find_map(|setting| {
                let position = setting.keys().position(|known| known == key)?;
                // The file in which a secret is, is named by text.
                Some(if position == 0 { setting.kind } else { Kind::Text })
            });
            let is_table = SETTINGS.iter().any(|setting| setting.key.starts_with(&format!("{key}.")));
            match (known, value.get_ref()) {
                (Some(kind), value) => match written(kind, value) {
                    Ok(text) => drop(self.layer.insert(key, Given { text, place })),
                    Err(expected) => self.problems.add(&place, &format!("{key}: {expected}")),
                },
                (None, DeValue::Table(table)) if is_table => self.table(&format!("{key}."), table),
                (None, _) if is_table => self.problems.add(&place, &format!("{key}: expected a table")),
                (None, _) => self.problems.add(&place, &format!("{key}: there is no such setting")),
            }
        }
    }
}

/// The value as it would be written on the command line.
fn written(kind: Kind, value: &DeValue<'_>) -> Result<String, &'static str> {
    match (kind, value) {
        (Kind::Switch, DeValue::Boolean(value)) => Ok(value.to_string()),
        (Kind::Number, DeValue::Integer(number)) if number.radix() == 10 => Ok(number.as_str().to_owned()),
        (Kind::Text | Kind::Secret, DeValue::String(text)) => Ok(text.clone().into_owned()),
        (Kind::Switch, _) => Err("expected true or false, without quotes"),
        (Kind::Number, _) => Err("expected a decimal number, without quotes"),
        (Kind::Text | Kind::Secret, _) => Err("expected text in quotes"),
    }
}

/// `satang.toml:3:1`
fn place(name: &str, text: &str, offset: usize) -> String {
    let before = text.get(..offset).unwrap_or_default();
    let line = before.matches('\n').count() + 1;
    let column = before.rsplit('\n').next().unwrap_or_default().chars().count() + 1;
    format!("{name}:{line}:{column}")
}
