//! What a crate costs whoever builds it.
//!
//! Processor time, not time by the clock, since the latter depends on the machine and on what else runs there. While
//! cargo builds, it calls us in place of rustc, so that each crate's share is known.

use crate::{
    Failure,
    command::{Programs, output},
};
use std::{
    collections::{BTreeMap, BTreeSet},
    env,
    fs::{self, OpenOptions},
    io::Write as _,
    path::PathBuf,
    process::{Command, ExitCode},
};

/// Crates with their default features, and how many crates their trees may have at most, themselves included.
const GOALS: [(&str, usize); 2] = [("satang-direct-debit", 119), ("satang-schema", 24)];

/// Names the file to which we write what a crate took, when cargo calls us in place of rustc.
const COSTS: &str = "SATANG_BUILD_COSTS";

/// How many of the most expensive crates are listed.
const LISTED: usize = 8;

/// Builds the first of the [`GOALS`], counts crates, and prints tables.
pub fn run(programs: &Programs, strict: bool) -> Result<(), Failure> {
    let (subject, _) = GOALS[0];
    let costs = Costs::of_a_clean_build(programs, subject)?;
    println!("| clean release build of `{subject}` | CPU seconds | share |\n| --- | --- | --- |");
    println!("| everything | {:.1} | |", costs.total);
    for (name, seconds) in costs.most() {
        println!("| {name} | {seconds:.1} | {:.0} % |", seconds / costs.total * 100.0);
    }
    println!("\n| crates in the tree of | at most | found | |\n| --- | --- | --- | --- |");
    let mut missed = false;
    for (package, most) in GOALS {
        let found = crates(programs, package)?;
        missed |= found > most;
        println!("| `{package}` | {most} | {found} | {} |", if found > most { "MISSED" } else { "met" });
    }
    if missed && strict { Err("--strict: a goal is missed".into()) } else { Ok(()) }
}

/// How many crates a build of `package` compiles, macros and build scripts' dependencies included.
fn crates(programs: &Programs, package: &str) -> Result<usize, Failure> {
    let tree = output(&mut programs.cargo([
        "tree",
        "--locked",
        "--edges",
        "normal,build",
        "--prefix",
        "none",
        "--format",
        "{p}",
        "--package",
        package,
    ]))?;
    // Lines such as `tokio v1.47.0` or, the second time, `tokio v1.47.0 (*)`.
    let name_and_version = |line: &str| line.split(' ').take(2).collect::<Vec<_>>().join(" ");
    Ok(tree.lines().map(name_and_version).collect::<BTreeSet<_>>().len())
}

/// CPU seconds.
struct Costs {
    total: f64,
    crates: BTreeMap<String, f64>,
}

impl Costs {
    fn of_a_clean_build(programs: &Programs, package: &str) -> Result<Self, Failure> {
        let this = env::current_exe().map_err(|error| error.to_string())?;
        let scratch = this.with_file_name("xtask-scratch").join("bench-build");
        if scratch.exists() {
            fs::remove_dir_all(&scratch).map_err(|error| error.to_string())?;
        }
        fs::create_dir_all(&scratch).map_err(|error| error.to_string())?;
        let file = scratch.join("costs");
        let mut build = programs.cargo(["build", "--quiet", "--locked", "--release", "--package", package]);
        build.env("RUSTC_WRAPPER", this).env(COSTS, &file).env("CARGO_TARGET_DIR", scratch.join("target"));
        let before = children()?;
        output(&mut build)?;
        let total = children()? - before;
        let costs = fs::read_to_string(&file).map_err(|error| error.to_string())?;
        fs::remove_dir_all(&scratch).map_err(|error| error.to_string())?;
        let mut crates = BTreeMap::<String, f64>::new();
        for (name, seconds) in costs.lines().filter_map(|line| line.split_once(' ')) {
            *crates.entry(name.to_owned()).or_default() += seconds.parse::<f64>().unwrap_or_default();
        }
        Ok(Self { total, crates })
    }

    /// The most expensive crates, build scripts included.
    fn most(&self) -> Vec<(&str, f64)> {
        let mut all: Vec<_> = self.crates.iter().map(|(name, seconds)| (name.as_str(), *seconds)).collect();
        all.sort_by(|one, other| other.1.total_cmp(&one.1));
        all.truncate(LISTED);
        all
    }
}

/// Does what rustc does, and writes down what it took, when cargo has called us for that.
pub fn as_rustc() -> Option<ExitCode> {
    let file = PathBuf::from(env::var_os(COSTS)?);
    let mut arguments = env::args_os().skip(1);
    let status = Command::new(arguments.next()?).args(arguments).status();
    if let (Ok(package), Ok(seconds)) = (env::var("CARGO_PKG_NAME"), children()) {
        let line = format!("{package} {seconds}\n");
        let written = OpenOptions::new().create(true).append(true).open(file);
        if let Err(error) = written.and_then(|mut file| file.write_all(line.as_bytes())) {
            eprintln!("xtask: {error}");
            return Some(ExitCode::FAILURE);
        }
    }
    let code = status.ok().and_then(|status| status.code()).and_then(|code| u8::try_from(code).ok());
    Some(code.map_or(ExitCode::FAILURE, ExitCode::from))
}

/// CPU seconds of all processes that we have started and that have ended, as Linux counts them.
fn children() -> Result<f64, Failure> {
    let stat = fs::read_to_string("/proc/self/stat").map_err(|error| format!("/proc/self/stat: {error}"))?;
    // The second field is a name in parentheses, which may hold blanks. The fields 16 and 17 are user and system
    // time of children, in hundredths of a second.
    let after_name = stat.rsplit(')').next().unwrap_or_default();
    let fields: Vec<&str> = after_name.split_whitespace().collect();
    let hundredths = |field: usize| fields.get(field - 3).and_then(|text| text.parse::<f64>().ok());
    let both = hundredths(16).zip(hundredths(17)).ok_or("/proc/self/stat is not as expected")?;
    Ok((both.0 + both.1) / 100.0)
}
