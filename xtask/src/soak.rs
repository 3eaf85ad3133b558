//! `cargo xtask soak`: the long forms of tests whose short forms `cargo xtask test` runs.
//!
//! Each says what it did, and its seed: `SATANG_SEED` repeats it.

use crate::{Failure, command::Programs};
use clap::ValueEnum;
use std::path::Path;

/// What can be tested at length.
#[derive(Clone, Copy, ValueEnum)]
pub enum Soak {
    /// A year of 13,000 due dates, and the same year again in a process that is killed 100 times; about five minutes
    Schedules,
    /// 100,000 callbacks to receivers that do everything wrong, and 20,000 to a process that is killed 200 times; about
    /// ten minutes
    Callbacks,
    /// A bank that hangs for a while behind the hub, 300 kills under load, 2,000 slips that are shown twice at once; about ten
    /// minutes
    Hub,
    /// 1,000 kills while filers file stamp duty and pay it; about ten minutes
    Filings,
    /// 1,000 kills under load, 1,000 payments in 64 parallel copies; about half an hour
    Payments,
}

/// A package, its test, and what makes it longer.
type Long = (&'static str, &'static str, &'static [(&'static str, &'static str)]);

impl Soak {
    fn long(self) -> &'static [Long] {
        match self {
            Self::Schedules => {
                &[("satang", "schedules::", &[("SATANG_SCHEDULED", "13000"), ("SATANG_CRASHES", "100")])]
            }
            Self::Callbacks => {
                &[("satang-gateway", "callback::tests::hostile", &[("SATANG_CALLBACKS", "100000")])]
            }
            Self::Hub => &[
                ("satang", "hub::a_bank", &[("SATANG_HANG", "30")]),
                ("satang", "hub::no_record", &[("SATANG_CRASHES", "300")]),
                ("satang", "hub::twice", &[("SATANG_RACES", "1000")]),
            ],
            Self::Filings => &[("satang", "filings::", &[("SATANG_CRASHES", "1000")])],
            Self::Payments => &[
                ("satang", "crash::", &[("SATANG_CRASHES", "1000")]),
                ("satang", "race::", &[("SATANG_RACES", "1000")]),
            ],
        }
    }
}

/// Runs the tests one after the other, and lets them say what they find.
pub fn run(root: &Path, what: Soak) -> Result<(), Failure> {
    let programs = Programs::new(root);
    for (package, test, variables) in what.long() {
        let mut cargo = programs.cargo(["test", "--quiet", "--package", package]);
        if *package == "satang" {
            // The machine's OpenSSL, whose building takes longer than the test.
            cargo.arg("--no-default-features");
        }
        cargo.args([test, "--", "--nocapture", "--test-threads=1"]).envs(variables.iter().copied());
        let status = cargo.status().map_err(|error| error.to_string())?;
        if !status.success() {
            return Err(format!("{test} of {package} failed: {status}"));
        }
    }
    Ok(())
}
