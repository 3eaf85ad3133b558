//! Each rule fires, on a workspace that breaks nothing else.

use super::*;
use serde_json::{Value, json};

#[test]
fn a_workspace_that_keeps_the_rules_passes() {
    check_workspace(|_| (), &[]);
}

#[test]
fn arrows_point_down() {
    check_workspace(
        |w| w.depend("satang-core", "satang-gateway", None),
        &["satang-core must not depend on satang-gateway"],
    );
    check_workspace(
        |w| w.depend("satang-direct-debit", "satang-edocument", None),
        &["satang-direct-debit must not depend on satang-edocument"],
    );
    // A build script's dependencies are compiled by users, too.
    check_workspace(
        |w| w.depend("satang-schema", "satang-core", Some("build")),
        &["satang-schema must not depend on satang-core"],
    );
}

#[test]
fn tests_may_look_up_but_not_those_of_the_generator() {
    check_workspace(|w| w.depend("satang-direct-debit", "satang-transport", Some("dev")), &[]);
    check_workspace(
        |w| w.depend("xtask", "satang-core", Some("dev")),
        &["xtask must not depend on satang-core"],
    );
}

#[test]
fn each_member_has_a_layer_and_a_comment() {
    check_workspace(
        |w| {
            w.add(member("satang-lottery"));
        },
        &[
            "satang-lottery has no layer: give it one in xtask/src/dependencies.rs",
            "crates/satang-lottery is not explained in the members of Cargo.toml",
        ],
    );
    check_workspace(
        |w| w.manifest = w.manifest.replace("# what satang-core is", "#"),
        &["crates/satang-core is not explained in the members of Cargo.toml"],
    );
}

#[test]
fn protocol_crates_do_no_input_and_output() {
    check_workspace(
        |w| w.pull("satang-direct-debit", "tokio v1.0.0"),
        &["satang-direct-debit must not pull in tokio: cargo tree -p satang-direct-debit -e normal -i tokio"],
    );
    check_workspace(
        |w| w.pull("satang-core", "hyper v1.0.0"),
        &["satang-core must not pull in hyper: cargo tree -p satang-core -e normal -i hyper"],
    );
    check_workspace(|w| w.pull("satang-transport", "tokio v1.0.0"), &[]);
}

#[test]
fn the_toolchain_is_the_oldest_that_works() {
    check_workspace(
        |w| w.stranger("satang-transport", "brotli v3.1.4", "MIT", "1.90"),
        &["rust-version must be 1.90, as brotli 3.1.4 asks for: satang-core, satang-direct-debit, \
             satang-edocument, satang-gateway, satang-schema, satang-transport"],
    );
    check_workspace(|w| w.stranger("satang-transport", "brotli v3.1.4", "MIT", "1.9.5"), &[]);
}

#[test]
fn licences_are_compatible() {
    check_workspace(
        |w| w.stranger("satang-transport", "brotli v3.1.4", "GPL-3.0-only", "1.60"),
        &["brotli 3.1.4 has the licence GPL-3.0-only"],
    );
}

#[test]
fn a_line_of_cargo_tree_is_a_name_and_a_version() {
    let text = "satang-core v0.1.0 (/satang)\nhttp v1.3.1\nserde_derive v1.0.2 (proc-macro) (*)\n\n[dev]\n";
    let found: Vec<String> = dependencies(text).iter().map(|d| format!("{} {}", d.name, d.version)).collect();
    assert_eq!(found, ["http 1.3.1", "serde_derive 1.0.2"]);
}

/// Changes a workspace that breaks no rule, and compares what the rules then say.
fn check_workspace(change: impl FnOnce(&mut Workspace), expected: &[&str]) {
    let mut workspace = Workspace::sound();
    change(&mut workspace);
    let Workspace { packages, trees, manifest } = workspace;
    let ids: Vec<&Value> = packages.iter().filter(|p| p["source"].is_null()).map(|p| &p["id"]).collect();
    let metadata = json!({ "packages": packages, "workspace_members": ids, "workspace_root": "/satang" });
    let metadata = serde_json::from_value(metadata).unwrap();
    let trees = trees.iter().map(|(name, text)| (name.clone(), dependencies(text))).collect();
    assert_eq!(broken_rules(&metadata, &trees, &manifest), expected);
}

struct Workspace {
    packages: Vec<Value>,
    /// The text of `cargo tree`, by package.
    trees: BTreeMap<String, String>,
    manifest: String,
}

impl Workspace {
    fn sound() -> Self {
        let mut workspace = Self { packages: Vec::new(), trees: BTreeMap::new(), manifest: String::new() };
        for name in ["core", "direct-debit", "edocument", "gateway", "schema", "transport"] {
            let name = format!("satang-{name}");
            workspace.add(member(&name));
            workspace.manifest += &format!("    \"crates/{name}\",   # what {name} is\n");
            workspace.trees.insert(name.clone(), format!("{name} v0.1.0 (/satang)\n"));
        }
        let mut xtask = member("xtask");
        xtask["publish"] = json!([]);
        workspace.add(xtask);
        workspace.manifest += "    \"crates/xtask\", # tasks\n";
        workspace.depend("xtask", "satang-schema", None);
        workspace.depend("satang-gateway", "satang-direct-debit", None);
        workspace.stranger("satang-core", "serde v1.0.2", "MIT OR Apache-2.0", "1.89.0");
        workspace
    }

    fn add(&mut self, package: Value) {
        self.packages.push(package);
    }

    fn depend(&mut self, from: &str, on: &str, kind: Option<&str>) {
        let package = self.packages.iter_mut().find(|package| package["name"] == from).unwrap();
        let needed = json!({ "name": on, "kind": kind, "path": format!("/satang/crates/{on}") });
        package["dependencies"].as_array_mut().unwrap().push(needed);
    }

    fn pull(&mut self, into: &str, line: &str) {
        *self.trees.get_mut(into).unwrap() += &format!("{line}\n");
    }

    fn stranger(&mut self, into: &str, line: &str, license: &str, rust_version: &str) {
        self.pull(into, line);
        let (name, version) = line.split_once(" v").unwrap();
        let mut package = member(name);
        package["version"] = version.into();
        package["license"] = license.into();
        package["rust_version"] = rust_version.into();
        package["source"] = "registry".into();
        self.add(package);
    }
}

fn member(name: &str) -> Value {
    json!({
        "id": name,
        "name": name,
        "version": "0.1.0",
        "rust_version": "1.89",
        "license": "MIT OR Apache-2.0",
        "source": null,
        "publish": null,
        "manifest_path": format!("/satang/crates/{name}/Cargo.toml"),
        "dependencies": [],
    })
}
