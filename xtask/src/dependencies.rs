//! The rules that hold between packages, checked against what cargo resolves.
//!
//! ```text
//! validation <- schema <- core <--+-- products ---+-- gateway <- satang <- tests
//!                 jose <----------+-- transport --+
//! xtask -> schema only
//! ```

mod licence;
mod metadata;
#[cfg(test)]
mod tests;

use crate::{
    Failure,
    command::{Programs, output},
};
use metadata::{Metadata, Package};
use std::{collections::BTreeMap, fs, path::Path};

/// Checks every rule, and counts the packages that were looked at.
pub fn check(root: &Path) -> Result<String, Failure> {
    let programs = Programs::new(root);
    let json =
        output(&mut programs.cargo(["metadata", "--format-version", "1", "--all-features", "--locked"]))?;
    let metadata: Metadata = serde_json::from_str(&json).map_err(|e| format!("cargo metadata: {e}"))?;
    let manifest = fs::read_to_string(root.join("Cargo.toml")).map_err(|e| format!("Cargo.toml: {e}"))?;
    let mut trees = Trees::new();
    for member in metadata.members().filter(|member| member.is_published()) {
        trees.insert(member.name.clone(), tree(&programs, &member.name)?);
    }
    let broken = broken_rules(&metadata, &trees, &manifest);
    if broken.is_empty() {
        Ok(format!("{} members, {} other packages", metadata.members().count(), metadata.strangers().count()))
    } else {
        Err(broken.join("\n"))
    }
}

/// What a package pulls in by itself, by the package's name. `cargo metadata` cannot tell: it switches on each
/// feature that any member of the workspace asks for.
type Trees = BTreeMap<String, Vec<Dependency>>;

/// One line of `cargo tree`.
#[derive(Clone, Debug, PartialEq)]
struct Dependency {
    name: String,
    version: String,
}

fn tree(programs: &Programs, package: &str) -> Result<Vec<Dependency>, Failure> {
    let arguments =
        ["tree", "--locked", "--all-features", "--edges", "normal", "--prefix", "none", "--package"];
    let text = output(&mut programs.cargo(arguments.into_iter().chain([package])))?;
    Ok(dependencies(&text))
}

/// Reads lines such as `tokio v1.47.0 (*)`; the first is the package itself.
fn dependencies(tree: &str) -> Vec<Dependency> {
    let line = |line: &str| {
        let (name, rest) = line.split_once(" v")?;
        let version = rest.split(' ').next()?;
        Some(Dependency { name: name.to_owned(), version: version.to_owned() })
    };
    tree.lines().skip(1).filter_map(line).collect()
}

fn broken_rules(metadata: &Metadata, trees: &Trees, manifest: &str) -> Vec<String> {
    [
        arrows(metadata),
        quiet_crates(trees),
        rust_version(metadata, trees),
        licences(metadata),
        explained_members(metadata, manifest),
    ]
    .concat()
}

/// Packages by height: each may depend on those below it, and on none beside or above it.
const LAYERS: [&[&str]; 7] = [
    &["satang-validation", "satang-jose"],
    &["satang-schema"],
    &["satang-core"],
    &[
        "satang-transport",
        "satang-direct-debit",
        "satang-promptpay-alert",
        "satang-slip-verification",
        "satang-edocument",
        "satang-stamp-duty",
    ],
    &["satang-gateway"],
    &["satang"],
    &["satang-tests"],
];

/// Dependencies run one way, and those of tests count as well when they would close a circle for the generator.
fn arrows(metadata: &Metadata) -> Vec<String> {
    let height = |name: &str| LAYERS.iter().position(|layer| layer.contains(&name));
    let mut broken = Vec::new();
    for member in metadata.members() {
        let own = height(&member.name);
        if own.is_none() && member.name != "xtask" {
            broken.push(format!("{} has no layer: give it one in xtask/src/dependencies.rs", member.name));
            continue;
        }
        let inside = member.dependencies.iter().filter(|dependency| dependency.path.is_some());
        for needed in inside {
            let name = needed.name.as_str();
            let allowed = match own {
                // A broken generated file must never lock out the generator.
                None => name == "satang-schema",
                Some(own) => needed.is_for_tests() || height(name).is_some_and(|other| other < own),
            };
            if !allowed {
                broken.push(format!("{} must not depend on {name}", member.name));
            }
        }
    }
    broken
}

/// What does input and output, and so belongs to the transport, the gateway and applications.
const LOUD: [&str; 4] = ["tokio", "hyper", "rusqlite", "satang-gateway"];

/// What a user of a protocol crate must not have to compile.
fn quiet_crates(trees: &Trees) -> Vec<String> {
    let is_quiet =
        |name: &str| name != "satang-transport" && LAYERS.iter().take(4).any(|layer| layer.contains(&name));
    let mut broken = Vec::new();
    for (name, tree) in trees.iter().filter(|(name, _)| is_quiet(name)) {
        for loud in LOUD {
            if tree.iter().any(|dependency| dependency.name == loud) {
                broken.push(format!(
                    "{name} must not pull in {loud}: cargo tree -p {name} -e normal -i {loud}"
                ));
            }
        }
    }
    broken
}

/// The workspace promises the oldest toolchain that its dependencies allow: not an older one, and not a newer.
fn rust_version(metadata: &Metadata, trees: &Trees) -> Vec<String> {
    let needed = trees.values().flatten().filter_map(|dependency| metadata.find(dependency));
    let newest = needed.filter(|package| package.is_stranger()).max_by_key(|package| package.rust_version());
    let Some(newest) = newest else { return Vec::new() };
    let members = metadata.members().filter(|member| member.is_published());
    let wrong: Vec<&str> = members
        .filter(|member| member.rust_version() != newest.rust_version())
        .map(|member| member.name.as_str())
        .collect();
    if wrong.is_empty() {
        return Vec::new();
    }
    let Package { name, version, rust_version, .. } = newest;
    let highest = rust_version.as_deref().unwrap_or("none");
    vec![format!("rust-version must be {highest}, as {name} {version} asks for: {}", wrong.join(", "))]
}

fn licences(metadata: &Metadata) -> Vec<String> {
    let refused = |package: &&Package| !package.license.as_deref().is_some_and(licence::is_compatible);
    let tell = |package: &Package| {
        let Package { name, version, license, .. } = package;
        format!("{name} {version} has the licence {}", license.as_deref().unwrap_or("of nobody knows what"))
    };
    metadata.strangers().filter(refused).map(tell).collect()
}

/// `"crates/core",  # what it is`
fn explained_members(metadata: &Metadata, manifest: &str) -> Vec<String> {
    let is_explained = |folder: &str| {
        let wanted = format!("\"{folder}\",");
        let comment = |line: &str| line.trim_start().strip_prefix(&wanted).map(|rest| rest.trim().to_owned());
        manifest
            .lines()
            .filter_map(comment)
            .any(|rest| rest.strip_prefix('#').is_some_and(|text| !text.trim().is_empty()))
    };
    metadata
        .members()
        .map(|member| metadata.folder(member))
        .filter(|folder| !is_explained(folder))
        .map(|folder| format!("{folder} is not explained in the members of Cargo.toml"))
        .collect()
}
