//! Steps that make clients of the contract documents with other people's generators.

use super::{Outcome, Site, gateway::Gateway};
use crate::command::output;
use std::env;

pub fn typescript(site: &Site) -> Outcome {
    let scratch = site.scratch("typescript")?;
    for document in site.documents()? {
        let module = scratch.join(document.file_stem().unwrap_or_default()).with_extension("ts");
        output(site.tool("openapi-typescript")?.arg(&document).arg("--output").arg(&module))?;
        output(site.tool("tsc")?.args(["--noEmit", "--strict"]).arg(&module))?;
    }
    Ok(String::new())
}

/// The Python client is also used, as it comes, against the running gateway.
pub fn python(site: &Site) -> Outcome {
    let scratch = site.scratch("python")?;
    for document in site.documents()? {
        let name = document.file_stem().unwrap_or_default().to_string_lossy().replace('-', "_");
        let mut generator = site.tool("openapi-python-client")?;
        generator.args(["generate", "--meta", "none", "--fail-on-warning"]);
        output(generator.arg("--path").arg(&document).arg("--output-path").arg(scratch.join(name)))?;
    }
    output(site.tool("python3")?.args(["-m", "compileall", "-q"]).arg(&scratch))?;
    let gateway = Gateway::start(site, "python-gateway")?;
    let packages = [scratch, site.root.join("tests/schemathesis")];
    let mut journey = site.tool("python3")?;
    journey.arg("tests/clients/python_partner.py").arg(&gateway.url);
    journey.env("PYTHONPATH", env::join_paths(packages).map_err(|error| error.to_string())?);
    let said = gateway.explain(output(&mut journey))?;
    gateway.stop()?;
    Ok(said.trim().to_owned())
}
