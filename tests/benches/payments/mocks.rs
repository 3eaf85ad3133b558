//! The mock servers that people use today, each set up to be as fast as it can: one route, one answer, nothing
//! stored, no log of requests.

use crate::process::Process;
use satang_core::operation::Operation;
use serde_json::{Value, json};
use std::{
    error::Error,
    fs,
    path::{Path, PathBuf},
    process::Command,
};

/// What a mock does: it answers every call of an operation with one text.
#[derive(Clone, Copy)]
pub struct Stub<'a> {
    pub operation: &'static Operation,
    pub answer: &'a str,
}

/// Prism over the contract document, cut down to the operation, with the answer as its example.
pub fn prism(peers: &Path, scratch: &Path, stub: Stub<'_>) -> Result<Process, Box<dyn Error>> {
    let program = peers.join("node_modules/.bin/prism");
    if !program.is_file() {
        return Err(missing(&program));
    }
    let contract = concat!(env!("CARGO_MANIFEST_DIR"), "/../openapi/direct-debit.json");
    let mut document: Value = serde_json::from_slice(&fs::read(contract)?)?;
    let paths = document["paths"].as_object_mut().ok_or("the contract has paths")?;
    paths.retain(|path, _| path == stub.operation.path);
    let answered = &mut paths[stub.operation.path]["post"]["responses"]["200"]["content"]["application/json"];
    let schema = answered["schema"].take();
    *answered = json!({ "schema": schema, "example": serde_json::from_str::<Value>(stub.answer)? });
    let file = scratch.join("prism.json");
    fs::write(&file, document.to_string())?;
    Process::on_a_port(|port| {
        let mut command = Command::new(program);
        command.args(["mock", "--verboseLevel", "silent", "--port", &port.to_string()]).arg(file);
        command
    })
}

/// WireMock with this stub alone.
pub fn wiremock(peers: &Path, scratch: &Path, stub: Stub<'_>) -> Result<Process, Box<dyn Error>> {
    let jar = jar(&peers.join("node_modules/wiremock/build"))?;
    let mapping = json!({
        "request": { "method": "POST", "urlPath": stub.operation.path },
        "response": { "status": 200, "headers": { "Content-Type": "application/json" }, "body": stub.answer },
    });
    fs::create_dir_all(scratch.join("mappings"))?;
    fs::write(scratch.join("mappings/stub.json"), mapping.to_string())?;
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
    format!("{} is missing; `cargo xtask bench` brings it, where there is npm", what.display()).into()
}
