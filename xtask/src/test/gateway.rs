//! The gateway as its users run it, and the steps that need it.

use super::{Outcome, Site};
use crate::{Failure, command::output};
use serde::Deserialize;
use std::{
    fs::{self, File},
    io::{BufRead, BufReader},
    path::PathBuf,
    process::{Child, ChildStdout, Command, Stdio},
    sync::mpsc,
    thread,
    time::{Duration, Instant},
};

/// Sends what the contracts allow and what they do not, alone and one after the other, and looks at the answers.
pub fn schemathesis(site: &Site) -> Outcome {
    // The seed makes the run repeatable; another one finds other cases.
    let seed = std::env::var("SATANG_SEED").unwrap_or_else(|_| "1".into());
    let mut note = format!("seed {seed}");
    for document in site.documents()? {
        let name = document.file_stem().unwrap_or_default().to_string_lossy();
        let mut run = site.tool("schemathesis").and_then(|_| site.tool("python3"))?;
        // One each: the control API moves the clock and suspends partners.
        let gateway = Gateway::start(site, &format!("schemathesis-{name}"))?;
        run.arg("tests/schemathesis/run.py").arg(&document).args([&gateway.url, &seed]);
        let said = gateway.explain(output(&mut run))?;
        gateway.stop()?;
        let table = said.find("answers ").and_then(|start| said.get(start..)).unwrap_or(&said);
        note.push_str(&format!("\n{name}: {}", table.trim()));
    }
    Ok(note)
}

/// A running gateway with a store of its own.
pub struct Gateway {
    process: Child,
    /// Where it listens.
    pub url: String,
    log: PathBuf,
}

/// The first line that the gateway writes.
#[derive(Deserialize)]
struct Started {
    listening: String,
}

/// How long a start or a stop may take; either takes a fraction of a second.
const PATIENCE: Duration = Duration::from_secs(30);

impl Gateway {
    /// Starts the gateway on a free port.
    pub fn start(site: &Site, name: &str) -> Result<Self, Failure> {
        // The step `tests` has built the same, and it is not built again.
        let build = ["build", "--quiet", "--workspace", "--all-features", "--bins", "--tests"];
        output(&mut site.programs.cargo(build))?;
        let folder = site.scratch(name)?;
        let log = folder.join("gateway.log");
        let errors = File::create(&log).map_err(|error| format!("{}: {error}", log.display()))?;
        let program = site.built.join("satang");
        let mut process = Command::new(&program)
            .args(["serve", "--listen", "127.0.0.1:0", "--json", "--data"])
            .arg(folder.join("data"))
            .stdout(Stdio::piped())
            .stderr(errors)
            .spawn()
            .map_err(|error| format!("{}: {error}", program.display()))?;
        let output = process.stdout.take().ok_or("its output is ours")?;
        // From here on, whatever goes wrong, dropping it ends the process.
        let mut gateway = Self { process, url: String::new(), log };
        let line = gateway.explain(first_line(output))?;
        let started: Result<Started, _> = serde_json::from_str(&line);
        gateway.url =
            gateway.explain(started.map_err(|error| format!("it said {line:?}: {error}")))?.listening;
        Ok(gateway)
    }

    /// Adds the end of the gateway's log to a failure.
    pub fn explain<T>(&self, outcome: Result<T, Failure>) -> Result<T, Failure> {
        outcome.map_err(|why| {
            let log = fs::read_to_string(&self.log).unwrap_or_default();
            let lines: Vec<&str> = log.lines().collect();
            let end = lines.get(lines.len().saturating_sub(20)..).unwrap_or_default().join("\n");
            format!("{why}\nthe gateway's log ends:\n{end}")
        })
    }

    /// Asks it to stop, as a service manager does. That it has crashed meanwhile is found here.
    pub fn stop(mut self) -> Result<(), Failure> {
        let early = self.process.try_wait().map_err(|error| error.to_string())?;
        if let Some(status) = early {
            return self.explain(Err(format!("the gateway ended by itself: {status}")));
        }
        output(Command::new("kill").args(["-TERM", &self.process.id().to_string()]))?;
        let start = Instant::now();
        while start.elapsed() < PATIENCE {
            match self.process.try_wait().map_err(|error| error.to_string())? {
                Some(status) if status.success() => return Ok(()),
                Some(status) => return self.explain(Err(format!("the gateway did not stop well: {status}"))),
                None => thread::sleep(Duration::from_millis(20)),
            }
        }
        self.explain(Err("the gateway does not stop".into()))
    }
}

impl Drop for Gateway {
    fn drop(&mut self) {
        // It may have ended already, and then there is nothing to do.
        let _ = self.process.kill();
        let _ = self.process.wait();
    }
}

/// Waits for the first line, and reads the others away so that the writer never blocks.
fn first_line(output: ChildStdout) -> Result<String, Failure> {
    let (sender, receiver) = mpsc::channel();
    thread::spawn(move || {
        for line in BufReader::new(output).lines().map_while(Result::ok) {
            // After the first line nobody listens.
            let _ = sender.send(line);
        }
    });
    receiver.recv_timeout(PATIENCE).map_err(|_| "the gateway does not say where it listens".into())
}
