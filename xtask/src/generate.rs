//! `cargo xtask generate`: rows and types -> contract documents and JSON Schemas -> the core.
//!
//! The published document is the only input of the second step, so what a Rust user gets is what any other
//! generator can get.

mod document;
mod rust;
mod schemas;

use crate::{Failure, json::Json};
use satang_schema::{direct_debit, sandbox, slip_verification, stamp_duty};
use std::{
    collections::BTreeSet,
    fs,
    io::Write as _,
    path::{Path, PathBuf},
    process::{Command, Stdio},
};

/// Makes every generated file, or with `check` fails on the first that is stale.
pub fn run(root: &Path, check: bool) -> Result<(), Failure> {
    let mut files = Files { root: root.to_owned(), check, made: BTreeSet::new() };
    let products =
        [direct_debit::product(), sandbox::product(), slip_verification::product(), stamp_duty::product()];
    for product in products {
        let components = schemas::components(&product);
        let document = document::document(&product, &components).pretty();
        files.put(&format!("openapi/{}.json", product.name), &document)?;
        for (name, schema) in schemas::standalone(&components) {
            files.put(&format!("openapi/schemas/{}/{name}.json", product.name), &schema.pretty())?;
        }
        let module = product.name.replace('-', "_");
        let rust = rust::module(&Json::parse(&document)?)?;
        files.put(&format!("crates/core/src/generated/{module}.rs"), &formatted(&rust)?)?;
    }
    files.refuse_strangers(&["openapi", "crates/core/src/generated"])
}

/// The generated files, written or compared.
struct Files {
    root: PathBuf,
    check: bool,
    made: BTreeSet<PathBuf>,
}

impl Files {
    fn put(&mut self, path: &str, content: &str) -> Result<(), Failure> {
        let full = self.root.join(path);
        self.made.insert(full.clone());
        if fs::read_to_string(&full).is_ok_and(|old| old == content) {
            return Ok(());
        }
        if self.check {
            return Err(format!("{path} is stale; mend it with: cargo xtask generate"));
        }
        println!("writes {path}");
        let folder = full.parent().ok_or("a file has a folder")?;
        fs::create_dir_all(folder)
            .and_then(|()| fs::write(&full, content))
            .map_err(|e| format!("{path}: {e}"))
    }

    /// A generated folder holds nothing that is no longer generated.
    fn refuse_strangers(&self, folders: &[&str]) -> Result<(), Failure> {
        let mut waiting: Vec<PathBuf> = folders.iter().map(|folder| self.root.join(folder)).collect();
        while let Some(folder) = waiting.pop() {
            for entry in fs::read_dir(&folder).map_err(|e| format!("{}: {e}", folder.display()))? {
                let path = entry.map_err(|e| e.to_string())?.path();
                if path.is_dir() {
                    waiting.push(path);
                } else if !self.made.contains(&path) {
                    return Err(format!("{} is not generated any more; delete it", path.display()));
                }
            }
        }
        Ok(())
    }
}

/// Runs the toolchain's `rustfmt` over a text.
fn formatted(rust: &str) -> Result<String, Failure> {
    let config = concat!(env!("CARGO_MANIFEST_DIR"), "/../rustfmt.toml");
    let mut rustfmt = Command::new("rustfmt")
        .args(["--edition", "2024", "--config-path", config])
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .spawn()
        .map_err(|error| format!("rustfmt (rustup component add rustfmt): {error}"))?;
    rustfmt
        .stdin
        .take()
        .ok_or("rustfmt reads")?
        .write_all(rust.as_bytes())
        .map_err(|error| error.to_string())?;
    let output = rustfmt.wait_with_output().map_err(|error| error.to_string())?;
    if !output.status.success() {
        return Err(format!("rustfmt refuses the generated code:\n{rust}"));
    }
    String::from_utf8(output.stdout).map_err(|error| error.to_string())
}
