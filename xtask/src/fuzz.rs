//! `cargo xtask fuzz`: inputs that look for crashes, led by coverage (libFuzzer).
//!
//! Each file in `tests/fuzz/src/bin` is a target; a folder of its name in `tests/fuzz/seeds` holds inputs to start from.
//! What was found stays in the target folder, and the next run goes on from there.

use crate::{
    Failure,
    command::{Programs, output},
};
use std::{
    env, fs,
    path::{Path, PathBuf},
};

#[derive(clap::Args)]
pub struct Arguments {
    /// Only the targets whose name contains one of these
    targets: Vec<String>,
    /// How long each target runs
    #[arg(long, default_value_t = 60, value_parser = clap::value_parser!(u32).range(1..))]
    seconds: u32,
    /// Fail when the nightly toolchain is missing, as CI's nightly run does
    #[arg(long)]
    strict: bool,
}

/// What cargo-fuzz gives the compiler too: counters on every edge, and comparisons told to the fuzzer.
const FLAGS: &str = "--cfg fuzzing -Cpasses=sancov-module -Cllvm-args=-sanitizer-coverage-level=4 \
    -Cllvm-args=-sanitizer-coverage-inline-8bit-counters -Cllvm-args=-sanitizer-coverage-pc-table \
    -Cllvm-args=-sanitizer-coverage-trace-compares -Ccodegen-units=1";

/// Runs the targets one after the other; a crash in one does not stop those after it.
pub fn run(root: &Path, arguments: &Arguments) -> Result<(), Failure> {
    let targets = targets(root, &arguments.targets)?;
    let programs = Programs::new(root);
    let Some(host) = nightly(&programs) else {
        println!("SKIPPED: there is no nightly toolchain; `rustup toolchain install nightly` brings it");
        return if arguments.strict { Err("--strict: nothing was fuzzed".into()) } else { Ok(()) };
    };
    let folder =
        env::var_os("CARGO_TARGET_DIR").map_or_else(|| root.join("target"), PathBuf::from).join("fuzz");
    println!("building {} targets ...", targets.len());
    build(&programs, root, &folder, &host)?;
    let (mut total, mut crashed) = (0, Vec::new());
    for target in &targets {
        match fuzz(&programs, root, &folder, &host, target, arguments.seconds) {
            Ok(inputs) => {
                println!("{target}: {inputs} inputs, no crash");
                total += inputs;
            }
            Err(why) => {
                println!("{target}: CRASHED\n{why}");
                crashed.push(target.as_str());
            }
        }
    }
    println!("{total} inputs in {} targets, {} crashed", targets.len(), crashed.len());
    if crashed.is_empty() { Ok(()) } else { Err(format!("crashed: {}", crashed.join(", "))) }
}

/// The names of the targets that are wanted.
fn targets(root: &Path, wanted: &[String]) -> Result<Vec<String>, Failure> {
    let entries = fs::read_dir(root.join("tests/fuzz/src/bin")).map_err(|error| error.to_string())?;
    let name = |entry: fs::DirEntry| Some(entry.path().file_stem()?.to_str()?.to_owned());
    let mut all: Vec<String> = entries.filter_map(|entry| name(entry.ok()?)).collect();
    all.sort();
    let chosen: Vec<String> = all
        .iter()
        .filter(|name| wanted.is_empty() || wanted.iter().any(|part| name.contains(part.as_str())))
        .cloned()
        .collect();
    if chosen.is_empty() {
        return Err(format!("no target is called so; there are: {}", all.join(", ")));
    }
    Ok(chosen)
}

/// The platform that the nightly compiler builds for, if there is one.
fn nightly(programs: &Programs) -> Option<String> {
    let said = output(programs.find("rustup")?.args(["run", "nightly", "rustc", "-vV"])).ok()?;
    said.lines().find_map(|line| line.strip_prefix("host: ")).map(str::to_owned)
}

fn build(programs: &Programs, root: &Path, folder: &Path, host: &str) -> Result<(), Failure> {
    let mut cargo = programs.find("rustup").ok_or("rustup is not on this machine")?;
    cargo
        .args(["run", "nightly", "cargo", "build", "--quiet", "--release", "--bins", "--target", host])
        // The cargo that runs us has set these for its own toolchain.
        .env_remove("CARGO")
        .env_remove("RUSTUP_TOOLCHAIN")
        .env_remove("RUSTC")
        .env("CARGO_TARGET_DIR", folder)
        .env("RUSTFLAGS", FLAGS)
        .current_dir(root.join("tests/fuzz"));
    output(&mut cargo).map(drop)
}

/// Runs one target for so long, and tells how many inputs it took.
fn fuzz(
    programs: &Programs,
    root: &Path,
    folder: &Path,
    host: &str,
    target: &str,
    seconds: u32,
) -> Result<u64, Failure> {
    let found = folder.join("corpus").join(target);
    let crashes = folder.join("crashes");
    for needed in [&found, &crashes] {
        fs::create_dir_all(needed).map_err(|error| format!("{}: {error}", needed.display()))?;
    }
    let program = folder.join(host).join("release").join(target);
    let mut run = programs.find(&program.to_string_lossy()).ok_or("it was not built")?;
    run.arg(format!("-max_total_time={seconds}"))
        .args(["-timeout=10", "-rss_limit_mb=1024", "-max_len=16384", "-print_final_stats=1"])
        .arg(format!("-artifact_prefix={}/{target}-", crashes.display()))
        .arg(&found);
    let seeds = root.join("tests/fuzz/seeds").join(target);
    if seeds.is_dir() {
        run.arg(&seeds);
    }
    let ended = run.output().map_err(|error| error.to_string())?;
    let said = String::from_utf8_lossy(&ended.stderr);
    if !ended.status.success() {
        let lines: Vec<&str> = said.lines().collect();
        return Err(lines.get(lines.len().saturating_sub(40)..).unwrap_or_default().join("\n"));
    }
    let count = said.lines().find_map(|line| line.strip_prefix("stat::number_of_executed_units:"));
    count
        .and_then(|count| count.trim().parse().ok())
        .ok_or_else(|| "it did not say how many inputs it took".to_owned())
}
