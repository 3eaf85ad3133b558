//! Generates, tests and measures the workspace: `cargo xtask --help`.

mod bench;
mod command;
mod dependencies;
mod fuzz;
mod generate;
mod json;
mod soak;
mod test;

use clap::{Parser, Subcommand};
use std::{path::PathBuf, process::ExitCode};

#[derive(Parser)]
#[command(name = "cargo xtask", about = "Generates, tests and measures the workspace")]
struct Arguments {
    #[command(subcommand)]
    command: Command,
}

#[derive(Subcommand)]
enum Command {
    /// Makes the contract documents from the schema, and the core from the documents
    Generate {
        /// Write nothing; fail on the first stale file
        #[arg(long)]
        check: bool,
    },
    /// Runs every test that this machine can run
    Test {
        /// Only the steps whose name contains one of these
        steps: Vec<String>,
        /// Fail when a step is skipped, as CI does
        #[arg(long)]
        strict: bool,
    },
    /// Looks for crashes with inputs that are led by coverage; needs a nightly toolchain
    Fuzz(fuzz::Arguments),
    /// Measures, and prints tables
    #[command(subcommand)]
    Bench(bench::Bench),
    /// Runs the long form of a test
    Soak {
        /// Which
        what: soak::Soak,
    },
}

/// What went wrong, for people.
type Failure = String;

fn main() -> ExitCode {
    if let Some(exit) = bench::as_rustc() {
        return exit;
    }
    let outcome = match Arguments::parse().command {
        Command::Generate { check } => generate::run(&root(), check),
        Command::Test { steps, strict } => test::run(&root(), &steps, strict),
        Command::Fuzz(what) => fuzz::run(&root(), &what),
        Command::Bench(what) => bench::run(&root(), &what),
        Command::Soak { what } => soak::run(&root(), what),
    };
    match outcome {
        Ok(()) => ExitCode::SUCCESS,
        Err(failure) => {
            eprintln!("xtask: {failure}");
            ExitCode::FAILURE
        }
    }
}

/// The folder of the workspace.
fn root() -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("..").canonicalize().expect("the workspace exists")
}
