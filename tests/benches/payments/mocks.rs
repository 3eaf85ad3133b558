//! The mock servers that people use today, each set up to be as fast as it can: one route, one answer, nothing
//! stored, no log of requests.

use crate::{order::ANSWER, process::Process};
use satang_core::direct_debit::REAL_TIME_PAYMENT;
use serde_json::{Value, json};
use std::{
    error::Error,
    fs,
    path::{Path, PathBuf},
    process::Command,
};

/// Prism over the contract document, cut down to the payment.
pub fn prism(peers: &Path, scratch: &Path) -> Result<Process, Box<dyn Error>> {
    let program = peers.join("node_modules/.bin/prism");
    if !program.is_file() {
        return Err(missing(&program));
    }
    let contract = concat!(env!("CARGO_MANIFEST_DIR"), "/../openapi/direct-debit.json");
    let mut document: Value = serde_json::from_slice(&fs::read(contract)?)?;
    let paths = document["paths"].as_object_mut().ok_or("the contract has paths")?;
    paths.retain(|path, _| path == REAL_TIME_PAYMENT.path);
    let file = scratch.join("prism.json");
    fs::write(&file, document.to_string())?;
    Process::on_a_port(|port| {
        let mut command = Command::new(program);
        command.args(["mock", "--verboseLevel", "silent", "--port", &port.to_string()]).arg(file);
        command
    })
}

/// WireMock with one stub.
pub fn wiremock(peers: &Path, scratch: &Path) -> Result<Process, Box<dyn Error>> {
    let jar = jar(&peers.join("node_modules/wiremock/build"))?;
    let stub = json!({
        "request": { "method": "POST", "urlPath": REAL_TIME_PAYMENT.path },
        "response": { "status": 200, "headers": { "Content-Type": "application/json" }, "body": ANSWER },
    });
    fs::create_dir_all(scratch.join("mappings"))?;
    fs::write(scratch.join("mappings/payment.json"), stub.to_string())?;
    Process::on_a_port(|port| {
        let mut command = Command::new("java");
        command.arg("-jar").arg(jar).args(["--bind-address", "127.0.0.1", "--port", &port.to_string()]);
        command.args(["--no-request-journal", "--disable-request-logging", "--disable-banner"]);
        command.arg("--root-dir").arg(scratch);
        command
    })
}

fn jar(folder: &Path) -> Result<PathBuf, Box<dyn Error>> {
    let files = fs::read_dir(folder).into_iter().flatten().flatten().map(|file| file.path());
    let mut jars = files.filter(|file| file.extension().is_some_and(|end| end == "jar"));
    jars.next().ok_or_else(|| missing(folder))
}

fn missing(what: &Path) -> Box<dyn Error> {
    format!("{} is missing; `cargo xtask bench payments` brings it, where there is npm", what.display())
        .into()
}
