//! Steps in which other people's JOSE libraries read our tokens, and we theirs.

use super::{Outcome, Site, Stop};
use crate::command::output;
use std::{path::Path, process::Command};

/// panva's jose, on node.
pub fn node(site: &Site) -> Outcome {
    let tools = site.root.join("tests/tools");
    if !tools.join("node_modules/jose").is_dir() {
        return Err(Stop::Skipped("the npm package jose is not there; tests/tools/install brings it".into()));
    }
    exchange(site, "jose-node", |folder, step| {
        let mut node = site.tool("node")?;
        node.arg("tests/clients/jose_peer.mjs").arg(&tools).arg(folder).arg(step);
        Ok(node)
    })
}

/// joserfc, on Python.
pub fn python(site: &Site) -> Outcome {
    if output(site.tool("python3")?.args(["-c", "import joserfc"])).is_err() {
        return Err(Stop::Skipped(
            "the Python package joserfc is not there; tests/tools/install brings it".into(),
        ));
    }
    exchange(site, "jose-python", |folder, step| {
        let mut python = site.tool("python3")?;
        python.arg("tests/clients/jose_peer.py").arg(folder).arg(step);
        Ok(python)
    })
}

/// We write, they answer, we read and reply, they read.
fn exchange(site: &Site, name: &str, peer: impl Fn(&Path, &str) -> Result<Command, Stop>) -> Outcome {
    let folder = site.scratch(name)?;
    let ours = |step: &str| {
        let what = ["run", "--quiet", "--package", "satang-jose", "--example", "exchange", "--", step];
        output(site.programs.cargo(what).arg(&folder))
    };
    ours("write")?;
    output(&mut peer(&folder, "answer")?)?;
    let said = ours("read")?;
    output(&mut peer(&folder, "finish")?)?;
    Ok(said.trim().to_owned())
}
