//! `cargo xtask bench`: the figures that the documentation gives, each beside a peer of the same run.
//!
//! For figures that mean something, let nothing else run on the machine.

mod build;

pub use build::as_rustc;

use crate::{
    Failure,
    command::{Programs, output},
};
use clap::Subcommand;
use std::{
    env,
    path::{Path, PathBuf},
    process::Command,
};

/// What can be measured.
#[derive(Subcommand)]
pub enum Bench {
    /// Signed, durable payments a second, beside the gateway's parts and two mock servers; about six minutes
    Payments(How),
    /// Inquiries for registrations, and signed, durable schedules a second, beside two mock servers; about a quarter of
    /// an hour
    Operations(How),
    /// What the hub between banks adds to a question, beside a bare reverse proxy, with RS256 and with ES256; about eight minutes
    Hub(How),
    /// What a call costs its caller, beside bare hyper-util and reqwest; about two minutes
    Client(How),
    /// What signing and verifying a token costs, beside bare OpenSSL and other libraries; about three minutes
    Jose(How),
    /// What reading and building slips and payment codes costs, beside promptparse, and finding slips in pictures, beside rqrr; a minute
    Slip(How),
    /// What a clean build takes, and which crate takes most of it
    Build {
        /// Fail when a goal is missed
        #[arg(long)]
        strict: bool,
    },
}

/// How a benchmark is run.
#[derive(clap::Args)]
pub struct How {
    /// Short windows, to see that everything works; the figures mean little
    #[arg(long)]
    quick: bool,
    /// Fail when a peer is missing or a goal is missed
    #[arg(long)]
    strict: bool,
}

/// Measures, and prints tables in Markdown.
pub fn run(root: &Path, what: &Bench) -> Result<(), Failure> {
    let programs = Programs::new(root);
    match what {
        Bench::Payments(how) => finish(&mut beside_mocks(root, &programs, how)?),
        Bench::Operations(how) => finish(beside_mocks(root, &programs, how)?.arg("--operations")),
        Bench::Hub(how) => {
            let gateway = gateway(&programs)?;
            finish(how.bench(&programs, "payments").arg("--hub").arg("--gateway").arg(gateway))
        }
        Bench::Client(how) => finish(&mut how.bench(&programs, "client")),
        Bench::Jose(how) => jose(root, &programs, how),
        Bench::Slip(how) => ["codes", "pictures"].into_iter().try_for_each(|name| {
            let what = ["bench", "--quiet", "--package", "satang-slip-verification", "--features", "image"];
            let mut bench = programs.cargo(what.into_iter().chain(["--bench", name, "--"]));
            finish(bench.args(how.quick.then_some("--quick")).args(how.strict.then_some("--strict")))
        }),
        Bench::Build { strict } => build::run(&programs, *strict),
    }
}

impl How {
    /// The command that builds and runs a benchmark of the package `satang-tests`.
    fn bench(&self, programs: &Programs, name: &str) -> Command {
        let mut command =
            programs.cargo(["bench", "--quiet", "--package", "satang-tests", "--bench", name, "--"]);
        command.args(self.quick.then_some("--quick")).args(self.strict.then_some("--strict"));
        command
    }
}

/// The gateway as its users have it, beside mock servers.
fn beside_mocks(root: &Path, programs: &Programs, how: &How) -> Result<Command, Failure> {
    let gateway = gateway(programs)?;
    install_peers(root, programs);
    let mut bench = how.bench(programs, "payments");
    bench.arg("--gateway").arg(gateway);
    Ok(bench)
}

/// Each library in the form that its users have, and in a process of its own.
fn jose(root: &Path, programs: &Programs, how: &How) -> Result<(), Failure> {
    install_peers(root, programs);
    let features = ["--features", "josekit", "--bench", "tokens", "--"];
    let mut bench =
        programs.cargo(["bench", "--quiet", "--package", "satang-jose"].into_iter().chain(features));
    bench.args(how.quick.then_some("--quick")).args(how.strict.then_some("--strict"));
    bench.arg("--peers").arg(root.join("tests/benches/peers"));
    match jsonwebtoken(root, programs) {
        Ok(program) => drop(bench.arg("--jsonwebtoken").arg(program)),
        Err(why) => eprintln!("MISSING: jsonwebtoken: {why}"),
    }
    finish(&mut bench)
}

/// Built outside the workspace, and in a target folder of its own.
fn jsonwebtoken(root: &Path, programs: &Programs) -> Result<PathBuf, Failure> {
    let this = env::current_exe().map_err(|error| error.to_string())?;
    let target = this.ancestors().nth(2).ok_or("a program of cargo lies in a folder of its target folder")?;
    let target = target.join("jsonwebtoken-peer");
    let manifest = root.join("tests/benches/peers/jsonwebtoken/Cargo.toml");
    let mut build = programs.cargo(["build", "--quiet", "--release", "--manifest-path"]);
    output(build.arg(manifest).arg("--target-dir").arg(&target))?;
    Ok(target.join("release/jsonwebtoken-peer"))
}

/// The command line as its users have it, built for release; with the machine's OpenSSL, which no benchmark uses.
fn gateway(programs: &Programs) -> Result<PathBuf, Failure> {
    let what = ["build", "--quiet", "--release", "--package", "satang", "--no-default-features"];
    output(&mut programs.cargo(what))?;
    let this = env::current_exe().map_err(|error| error.to_string())?;
    // We lie in the folder of another profile beside it.
    let target = this.ancestors().nth(2).ok_or("a program of cargo lies in a folder of its target folder")?;
    Ok(target.join("release/satang"))
}

/// Brings what npm has. Without it the benchmark runs all the same, and says what is missing.
fn install_peers(root: &Path, programs: &Programs) {
    let folder = root.join("tests/benches/peers");
    if ["@stoplight/prism-cli", "jose", "wiremock"]
        .iter()
        .all(|name| folder.join("node_modules").join(name).is_dir())
    {
        return;
    }
    let Some(mut npm) = programs.find("npm") else {
        eprintln!("MISSING: npm, so the peers on node cannot be installed");
        return;
    };
    // No scripts: neither needs one, and one of their dependencies would report the installation to strangers.
    npm.args([
        "install",
        "--ignore-scripts",
        "--no-audit",
        "--no-fund",
        "--no-package-lock",
        "--loglevel=error",
    ]);
    if let Err(why) = output(npm.current_dir(folder)) {
        eprintln!("MISSING: the peers on node: {why}");
    }
}

/// Runs a command whose output is for people.
fn finish(command: &mut Command) -> Result<(), Failure> {
    let status = command.status().map_err(|error| error.to_string())?;
    if status.success() { Ok(()) } else { Err(format!("the benchmark failed: {status}")) }
}
