//! Steps in which other people's linters read the contract documents. None may have anything to say.

use super::{Outcome, Site};
use crate::command::output;

pub fn redocly(site: &Site) -> Outcome {
    let documents = site.documents()?;
    // Strict: what `recommended` only warns of is an error.
    let mut redocly = site.tool("redocly")?;
    redocly.args(["lint", "--extends", "recommended-strict"]).args(&documents);
    redocly.env("REDOCLY_TELEMETRY", "off").env("REDOCLY_SUPPRESS_UPDATE_NOTICE", "true");
    output(&mut redocly)?;
    Ok(String::new())
}

pub fn spectral(site: &Site) -> Outcome {
    let documents = site.documents()?;
    let mut spectral = site.tool("spectral")?;
    spectral
        .args(["lint", "--ruleset", "tests/tools/spectral.yaml", "--fail-severity", "hint"])
        .args(&documents);
    output(&mut spectral)?;
    Ok(String::new())
}

pub fn specification(site: &Site) -> Outcome {
    let documents = site.documents()?;
    output(site.tool("openapi-spec-validator")?.args(&documents))?;
    Ok(String::new())
}
