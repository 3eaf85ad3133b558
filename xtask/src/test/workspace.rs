//! Steps that cargo and its companions take over the workspace.

use super::{Outcome, Site, Stop};
use crate::{Failure, command::output};
use serde::Deserialize;
use std::collections::BTreeMap;

pub fn format(site: &Site) -> Outcome {
    output(&mut site.programs.cargo(["fmt", "--all", "--check", "--", "--color", "never"]))?;
    Ok(String::new())
}

pub fn python(site: &Site) -> Outcome {
    let sources = ["--config", "tests/tools/ruff.toml", "tests/clients", "tests/schemathesis"];
    output(site.tool("ruff")?.args(["format", "--check"]).args(sources))?;
    output(site.tool("ruff")?.arg("check").args(sources))?;
    Ok(String::new())
}

pub fn clippy(site: &Site) -> Outcome {
    let what =
        ["clippy", "--quiet", "--workspace", "--all-targets", "--all-features", "--", "-D", "warnings"];
    output(&mut site.programs.cargo(what))?;
    Ok(String::new())
}

pub fn documentation(site: &Site) -> Outcome {
    let what = ["doc", "--quiet", "--workspace", "--no-deps", "--all-features"];
    output(site.programs.cargo(what).env("RUSTDOCFLAGS", "-D warnings"))?;
    Ok(String::new())
}

/// The tests of pages do without a browser where there is none; here that is told.
pub fn browser(site: &Site) -> Outcome {
    let mut versions = Vec::new();
    for name in ["chromedriver", "chromium"] {
        let missing =
            || Stop::Skipped(format!("{name} is not on this machine; .ci/run installs it with apt-get"));
        let said = output(site.programs.find(name).ok_or_else(missing)?.arg("--version"))?;
        let words: Vec<&str> = said.split_whitespace().take(2).collect();
        versions.push(words.join(" "));
    }
    Ok(versions.join(", "))
}

pub fn tests(site: &Site) -> Outcome {
    if output(&mut site.programs.cargo(["nextest", "--version"])).is_err() {
        let all = ["--workspace", "--all-features", "--bins", "--tests", "--no-fail-fast"];
        output(&mut site.programs.cargo(["test", "--quiet"].into_iter().chain(all)))?;
        return Ok("without cargo-nextest".into());
    }
    let what = ["nextest", "run", "--workspace", "--all-features", "--no-fail-fast"];
    let quiet = ["--status-level", "fail", "--final-status-level", "fail", "--color", "never"];
    let mut command = site.programs.cargo(what.into_iter().chain(quiet));
    let run = command.output().map_err(|error| error.to_string())?;
    let said = String::from_utf8_lossy(&run.stderr);
    if !run.status.success() {
        return Err(Failure::from(said).into());
    }
    let summary = said.lines().find(|line| line.trim_start().starts_with("Summary")).unwrap_or_default();
    Ok(summary.split(']').next_back().unwrap_or_default().trim().to_owned())
}

pub fn documentation_tests(site: &Site) -> Outcome {
    output(&mut site.programs.cargo(["test", "--quiet", "--doc", "--workspace", "--all-features"]))?;
    Ok(String::new())
}

/// Each published crate builds with no feature, with any one and with any two; together with `clippy`, which
/// takes all, that finds code which leans on a feature that it did not ask for. What is unused for want of a
/// feature is no fault.
pub fn feature_combinations(site: &Site) -> Outcome {
    let json = output(&mut site.programs.cargo(["metadata", "--format-version", "1", "--no-deps"]))?;
    let metadata: Metadata = serde_json::from_str(&json).map_err(|error| error.to_string())?;
    let mut count = 0;
    let mut broken = String::new();
    for package in metadata.packages.iter().filter(|package| package.publish.is_none()) {
        let features: Vec<&str> =
            package.features.keys().map(String::as_str).filter(|name| *name != "default").collect();
        for chosen in combinations(&features) {
            let chosen = chosen.join(",");
            let what = [
                "check",
                "--quiet",
                "--package",
                &package.name,
                "--no-default-features",
                "--features",
                &chosen,
            ];
            let checked = output(&mut site.programs.cargo(what));
            count += 1;
            if let Err(why) = checked {
                broken += &format!("{} with the features \"{chosen}\":\n{why}\n", package.name);
            }
        }
    }
    if broken.is_empty() { Ok(format!("{count} combinations")) } else { Err(broken.into()) }
}

/// None, each one, each two. Nothing for a package without features, which `clippy` has seen as it is.
fn combinations<'a>(features: &[&'a str]) -> Vec<Vec<&'a str>> {
    let mut all = Vec::new();
    if !features.is_empty() {
        all.push(Vec::new());
    }
    for (position, first) in features.iter().enumerate() {
        all.push(vec![*first]);
        all.extend(features.iter().skip(position + 1).map(|second| vec![*first, *second]));
    }
    all
}

#[derive(Deserialize)]
struct Metadata {
    packages: Vec<Package>,
}

#[derive(Deserialize)]
struct Package {
    name: String,
    features: BTreeMap<String, Vec<String>>,
    /// None when it may be published anywhere.
    publish: Option<Vec<String>>,
}

#[cfg(test)]
mod tests {
    use super::combinations;

    #[test]
    fn combinations_are_none_and_ones_and_twos() {
        assert!(combinations(&[]).is_empty());
        let all: Vec<String> = combinations(&["a", "b", "c"]).iter().map(|some| some.concat()).collect();
        assert_eq!(all, ["", "a", "ab", "ac", "b", "bc", "c"]);
    }
}
