//! `cargo xtask test`: everything that this machine can test, one step after the other.
//!
//! A step that fails does not stop those after it. A step whose program is missing is skipped, loudly; with
//! `--strict`, as in CI, that is a failure.

mod clients;
mod contract;
mod gateway;
mod jose;
mod workspace;

use crate::{Failure, command::Programs, dependencies, generate};
use std::{
    fs,
    io::{self, Write as _},
    path::{Path, PathBuf},
    time::Instant,
};

/// The steps, cheap ones first, so that a typo is told before the build.
const STEPS: &[(&str, Step)] = &[
    ("format", workspace::format),
    ("format and lint of Python", workspace::python),
    ("generated files are fresh", generated),
    ("dependency rules", dependency_rules),
    ("clippy", workspace::clippy),
    ("feature combinations", workspace::feature_combinations),
    ("documentation", workspace::documentation),
    ("browser for the tests of pages", workspace::browser),
    ("tests", workspace::tests),
    ("examples in the documentation", workspace::documentation_tests),
    ("contract: redocly", contract::redocly),
    ("contract: spectral", contract::spectral),
    ("contract: openapi-spec-validator", contract::specification),
    ("client of openapi-typescript", clients::typescript),
    ("client of openapi-python-client", clients::python),
    ("tokens: jose on node", jose::node),
    ("tokens: joserfc on Python", jose::python),
    ("fuzz: schemathesis", gateway::schemathesis),
];

type Step = fn(&Site) -> Outcome;

/// What a step found, in a few words.
type Outcome = Result<String, Stop>;

/// Why a step did not pass.
enum Stop {
    Failed(Failure),
    /// What is missing.
    Skipped(String),
}

impl From<Failure> for Stop {
    fn from(failure: Failure) -> Self {
        Self::Failed(failure)
    }
}

/// Runs the steps whose name contains one of `wanted`, or all; the last line counts them.
pub fn run(root: &Path, wanted: &[String], strict: bool) -> Result<(), Failure> {
    let is_wanted = |name: &str| wanted.is_empty() || wanted.iter().any(|part| name.contains(part.as_str()));
    if !STEPS.iter().any(|(name, _)| is_wanted(name)) {
        let names: Vec<&str> = STEPS.iter().map(|(name, _)| *name).collect();
        return Err(format!("no step is called so; there are:\n{}", names.join("\n")));
    }
    let site = Site::new(root)?;
    let (mut passed, mut failed, mut skipped) = (0, Vec::new(), Vec::new());
    for (name, step) in STEPS.iter().filter(|(name, _)| is_wanted(name)) {
        print!("{name} ... ");
        io::stdout().flush().map_err(|error| error.to_string())?;
        let start = Instant::now();
        let outcome = step(&site);
        let seconds = start.elapsed().as_secs_f32();
        match outcome {
            Ok(note) => {
                println!("ok, {seconds:.1} s{}{note}", if note.is_empty() { "" } else { ": " });
                passed += 1;
            }
            Err(Stop::Failed(why)) => {
                println!("FAILED, {seconds:.1} s\n{}", indented(&why));
                failed.push(*name);
            }
            Err(Stop::Skipped(missing)) => {
                println!("SKIPPED: {missing}");
                skipped.push(*name);
            }
        }
    }
    for (what, names) in [("failed", &failed), ("SKIPPED", &skipped)] {
        if !names.is_empty() {
            println!("{what}: {}", names.join(", "));
        }
    }
    println!("{passed} passed, {} failed, {} skipped", failed.len(), skipped.len());
    match (failed.is_empty(), skipped.is_empty() || !strict) {
        (true, true) => Ok(()),
        (false, _) => Err("some steps failed".into()),
        (true, false) => Err("--strict: some steps were skipped".into()),
    }
}

fn indented(text: &str) -> String {
    text.trim_end().lines().map(|line| format!("    {line}")).collect::<Vec<_>>().join("\n")
}

fn generated(site: &Site) -> Outcome {
    generate::run(&site.root, true)?;
    Ok(String::new())
}

fn dependency_rules(site: &Site) -> Outcome {
    Ok(dependencies::check(&site.root)?)
}

/// Where steps work.
struct Site {
    root: PathBuf,
    programs: Programs,
    /// Cargo's folder of what is built without optimisation; we lie in it.
    built: PathBuf,
}

impl Site {
    fn new(root: &Path) -> Result<Self, Failure> {
        let this = std::env::current_exe().map_err(|error| error.to_string())?;
        let built = this.parent().ok_or("a program lies in a folder")?.to_owned();
        Ok(Self { root: root.to_owned(), programs: Programs::new(root), built })
    }

    /// A program of `tests/tools`, or what to do about its absence.
    fn tool(&self, name: &str) -> Result<std::process::Command, Stop> {
        self.programs.find(name).ok_or_else(|| {
            Stop::Skipped(format!("{name} is not on this machine; tests/tools/install brings it"))
        })
    }

    /// The contract documents.
    fn documents(&self) -> Result<Vec<PathBuf>, Failure> {
        let entries = fs::read_dir(self.root.join("openapi")).map_err(|error| format!("openapi: {error}"))?;
        let paths = entries.filter_map(|entry| Some(entry.ok()?.path()));
        let mut documents: Vec<_> =
            paths.filter(|path| path.extension().is_some_and(|end| end == "json")).collect();
        documents.sort();
        Ok(documents)
    }

    /// A folder for one step's files, empty.
    fn scratch(&self, name: &str) -> Result<PathBuf, Failure> {
        let folder = self.built.join("xtask-scratch").join(name);
        if folder.exists() {
            fs::remove_dir_all(&folder).map_err(|error| format!("{}: {error}", folder.display()))?;
        }
        fs::create_dir_all(&folder).map_err(|error| format!("{}: {error}", folder.display()))?;
        Ok(folder)
    }
}
