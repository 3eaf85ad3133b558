//! `satang serve` as a process that can be killed and started again.

use crate::program::{Ended, Program, satang};
use serde_json::Value;
use std::{
    ffi::OsStr,
    path::{Path, PathBuf},
    process::Command,
};

/// A gateway that listens.
pub(crate) struct GatewayProcess {
    program: Program,
    /// Where it listens: `http://127.0.0.1:` and a port.
    pub(crate) base_url: String,
    /// Where operators' own listener is: an address and a port, if there is one.
    pub(crate) operators: Option<String>,
    data: PathBuf,
}

impl GatewayProcess {
    /// Starts a gateway over this directory, on a port that is free.
    pub(crate) fn start(data: &Path) -> Self {
        Self::launch(serve(data, "127.0.0.1:0"), data).unwrap_or_else(|ended| panic!("no gateway: {ended:?}"))
    }

    /// Runs `command`, which is a [`serve`] with whatever else a test wants of it.
    ///
    /// # Errors
    /// How the process ended, when it did so before it listened.
    pub(crate) fn launch(command: Command, data: &Path) -> Result<Self, Ended> {
        let mut program = Program::start(command);
        let Some(first) = program.line() else { return Err(program.wait()) };
        let first: Value = serde_json::from_str(first).expect("the first line is JSON");
        let base_url = first["listening"].as_str().expect("the first line says where").to_owned();
        let operators = first["operations"].as_str().map(|url| url.trim_start_matches("http://").to_owned());
        Ok(Self { program, base_url, operators, data: data.to_owned() })
    }

    /// The address in the base URL.
    pub(crate) fn address(&self) -> &str {
        self.base_url.trim_start_matches("http://")
    }

    /// Ends the process in the middle of whatever it does (SIGKILL).
    pub(crate) fn kill(self) -> Corpse {
        let address = self.address().to_owned();
        let ended = self.program.kill();
        assert_eq!(ended.code(), None, "it ended before it was killed: {ended:?}");
        Corpse { address, data: self.data, errors: ended.errors }
    }

    /// Asks the process to end (SIGTERM), and does not wait for it.
    pub(crate) fn ask_to_stop(&self) {
        self.program.ask_to_end();
    }

    /// Asks the process to end (SIGTERM), and waits for it.
    pub(crate) fn stop(self) -> Ended {
        self.ask_to_stop();
        self.program.wait()
    }

    /// Waits until the process ends by itself.
    pub(crate) fn wait(self) -> Ended {
        self.program.wait()
    }
}

/// A gateway that was killed.
pub(crate) struct Corpse {
    address: String,
    data: PathBuf,
    /// What it had written to standard error.
    pub(crate) errors: String,
}

impl Corpse {
    /// Starts a new process over what the old one left, where the old one listened.
    pub(crate) fn restart(&self) -> GatewayProcess {
        GatewayProcess::launch(serve(&self.data, &self.address), &self.data).unwrap_or_else(|ended| {
            // In the meantime anybody may take the port, such as a connection of another test.
            assert!(ended.errors.contains("cannot listen"), "no gateway: {ended:?}");
            GatewayProcess::start(&self.data)
        })
    }
}

/// The command line of a gateway over `data` that listens on `address` and says so in JSON.
pub(crate) fn serve(data: &Path, address: &str) -> Command {
    let mut command = satang(["--json", "serve", "--listen", address]);
    command.arg(OsStr::new("--data")).arg(data);
    command
}
