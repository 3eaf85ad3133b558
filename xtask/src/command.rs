//! Other programs: cargo, and the tools of other people that look at our work.

use crate::Failure;
use std::{
    env,
    ffi::OsString,
    path::{Path, PathBuf},
    process::Command,
};

/// Where `tests/tools/install` puts what npm and pip bring.
const TOOLS: [&str; 2] = ["tests/tools/.venv/bin", "tests/tools/node_modules/.bin"];

/// Finds programs and runs them in the folder of the workspace.
pub struct Programs {
    root: PathBuf,
    /// The search path, our own tools first.
    path: OsString,
}

impl Programs {
    /// Programs that run in `root`.
    pub fn new(root: &Path) -> Self {
        let machine = env::var_os("PATH").unwrap_or_default();
        let folders = TOOLS.iter().map(|folder| root.join(folder)).chain(env::split_paths(&machine));
        let path = env::join_paths(folders).unwrap_or(machine.clone());
        Self { root: root.to_owned(), path }
    }

    /// The cargo that runs us.
    pub fn cargo<'a>(&self, arguments: impl IntoIterator<Item = &'a str>) -> Command {
        let mut command = self.command(env::var_os("CARGO").unwrap_or_else(|| "cargo".into()));
        command.args(arguments);
        command
    }

    /// A program, if the machine has it.
    pub fn find(&self, name: &str) -> Option<Command> {
        let found =
            env::split_paths(&self.path).map(|folder| folder.join(name)).find(|file| file.is_file())?;
        Some(self.command(found))
    }

    fn command(&self, program: impl AsRef<std::ffi::OsStr>) -> Command {
        let mut command = Command::new(program);
        command.current_dir(&self.root).env("PATH", &self.path).env("PYTHONDONTWRITEBYTECODE", "1");
        command
    }
}

/// Runs a command to its end: its standard output, or all that it said when it failed.
pub fn output(command: &mut Command) -> Result<String, Failure> {
    let program = command.get_program().to_string_lossy().into_owned();
    let output = command.output().map_err(|error| format!("{program}: {error}"))?;
    let [standard, error] =
        [output.stdout, output.stderr].map(|text| String::from_utf8_lossy(&text).into_owned());
    if output.status.success() {
        return Ok(standard);
    }
    Err(format!("{standard}{error}{program}: {}", output.status))
}
