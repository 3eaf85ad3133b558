//! The part of `cargo metadata` that the rules read.

use super::Dependency;
use serde::Deserialize;
use std::path::{Path, PathBuf};

/// All packages, ours and others'.
#[derive(Deserialize)]
pub struct Metadata {
    packages: Vec<Package>,
    workspace_members: Vec<String>,
    workspace_root: PathBuf,
}

/// A package.
#[derive(Clone, Deserialize)]
pub struct Package {
    id: String,
    pub name: String,
    pub version: String,
    /// As the package writes it: `1.89` or `1.89.0`.
    pub rust_version: Option<String>,
    pub license: Option<String>,
    /// The registry, or none for a package that lies here.
    source: Option<String>,
    /// The registries that it may be published in, or none for all.
    publish: Option<Vec<String>>,
    manifest_path: PathBuf,
    pub dependencies: Vec<Needed>,
}

/// What a package says it depends on.
#[derive(Clone, Deserialize)]
pub struct Needed {
    pub name: String,
    kind: Option<String>,
    /// Where it lies, when it is one of ours.
    pub path: Option<PathBuf>,
}

impl Metadata {
    /// Our packages.
    pub fn members(&self) -> impl Iterator<Item = &Package> {
        self.packages.iter().filter(|package| self.workspace_members.contains(&package.id))
    }

    /// Other people's packages.
    pub fn strangers(&self) -> impl Iterator<Item = &Package> {
        self.packages.iter().filter(|package| package.is_stranger())
    }

    /// The package of a line of `cargo tree`.
    pub fn find(&self, wanted: &Dependency) -> Option<&Package> {
        let is_it = |package: &&Package| package.name == wanted.name && package.version == wanted.version;
        self.packages.iter().find(is_it)
    }

    /// Where a member lies, seen from the workspace.
    pub fn folder(&self, member: &Package) -> String {
        let folder = member.manifest_path.parent().unwrap_or(Path::new(""));
        folder.strip_prefix(&self.workspace_root).unwrap_or(folder).display().to_string()
    }
}

impl Package {
    /// It comes from a registry.
    pub fn is_stranger(&self) -> bool {
        self.source.is_some()
    }

    /// Others may use it.
    pub fn is_published(&self) -> bool {
        self.publish.as_ref().is_none_or(|registries| !registries.is_empty())
    }

    /// The oldest toolchain that compiles it; the oldest of all when it does not say.
    pub fn rust_version(&self) -> [u32; 3] {
        let mut parts =
            self.rust_version.as_deref().unwrap_or_default().split('.').map(|part| part.parse().ok());
        [(); 3].map(|()| parts.next().flatten().unwrap_or(0))
    }
}

impl Needed {
    /// Only its tests, examples and benchmarks need it.
    pub fn is_for_tests(&self) -> bool {
        self.kind.as_deref() == Some("dev")
    }
}
