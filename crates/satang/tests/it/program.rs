//! The `satang` program as a child process. No wait is without a bound, and none is a sleep.

use std::{
    ffi::OsStr,
    io::{BufRead as _, BufReader, Read as _},
    os::unix::process::ExitStatusExt as _,
    path::Path,
    process::{Child, Command, ExitStatus, Stdio},
    sync::mpsc::{Receiver, RecvTimeoutError, channel},
    thread::{self, JoinHandle},
    time::Duration,
};

/// How long a process may keep a test waiting: far more than it needs on a busy machine.
const PATIENCE: Duration = Duration::from_secs(60);

/// A running `satang`. Dropping it kills it.
pub(crate) struct Program {
    child: Child,
    lines: Receiver<String>,
    printed: Vec<String>,
    errors: Option<JoinHandle<String>>,
}

/// What a process left behind.
#[derive(Debug, Default)]
pub(crate) struct Ended {
    pub(crate) status: ExitStatus,
    /// The lines of standard output.
    pub(crate) printed: Vec<String>,
    /// Standard error.
    pub(crate) errors: String,
}

impl Ended {
    /// The exit code; `None` when a signal ended the process.
    pub(crate) fn code(&self) -> Option<i32> {
        self.status.code()
    }

    /// Whether SIGKILL ended the process.
    pub(crate) fn was_killed(&self) -> bool {
        self.status.signal() == Some(9)
    }

    /// Both outputs, as somebody would see them who collects everything.
    pub(crate) fn everything(&self) -> String {
        format!("{}\n{}", self.printed.join("\n"), self.errors)
    }
}

/// The command line with these arguments, in an environment that sets nothing of ours.
pub(crate) fn satang(arguments: impl IntoIterator<Item = impl AsRef<OsStr>>) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_satang"));
    command.args(arguments);
    for (name, _) in std::env::vars_os() {
        if name.to_str().is_some_and(|name| name.starts_with("SATANG_")) {
            command.env_remove(name);
        }
    }
    command
}

/// Runs `satang` to its end.
pub(crate) fn run(arguments: impl IntoIterator<Item = impl AsRef<OsStr>>) -> Ended {
    Program::start(satang(arguments)).wait()
}

/// Runs `satang audit` over a store.
pub(crate) fn audit(data: &Path) -> Ended {
    run([OsStr::new("--json"), OsStr::new("audit"), OsStr::new("--data"), data.as_os_str()])
}

impl Program {
    pub(crate) fn start(mut command: Command) -> Self {
        command.stdin(Stdio::null()).stdout(Stdio::piped()).stderr(Stdio::piped());
        let mut child = command.spawn().expect("satang starts");
        let (output, mut errors) = (child.stdout.take().unwrap(), child.stderr.take().unwrap());
        let (sender, lines) = channel();
        thread::spawn(move || {
            for line in BufReader::new(output).lines().map_while(Result::ok) {
                let _ = sender.send(line);
            }
        });
        // Read all the while, or a process that says much would wait for us.
        let errors = thread::spawn(move || {
            let mut bytes = Vec::new();
            let _ = errors.read_to_end(&mut bytes);
            String::from_utf8_lossy(&bytes).into_owned()
        });
        Self { child, lines, printed: Vec::new(), errors: Some(errors) }
    }

    /// The next line of standard output, or `None` when the process ended without another.
    pub(crate) fn line(&mut self) -> Option<&str> {
        match self.lines.recv_timeout(PATIENCE) {
            Ok(line) => {
                self.printed.push(line);
                self.printed.last().map(String::as_str)
            }
            Err(RecvTimeoutError::Disconnected) => None,
            Err(RecvTimeoutError::Timeout) => panic!("satang neither prints nor ends"),
        }
    }

    /// Waits until the process ends by itself.
    pub(crate) fn wait(mut self) -> Ended {
        // Its output ends when it does, and that can be waited for with a bound.
        while self.line().is_some() {}
        let status = self.child.wait().expect("a child can be waited for");
        let errors = self.errors.take().map(|errors| errors.join().unwrap()).unwrap_or_default();
        Ended { status, printed: std::mem::take(&mut self.printed), errors }
    }

    /// Ends the process in the middle of whatever it does (SIGKILL).
    pub(crate) fn kill(mut self) -> Ended {
        self.child.kill().expect("a running child can be killed");
        self.wait()
    }

    /// Asks the process to end (SIGTERM).
    pub(crate) fn ask_to_end(&self) {
        let sent = Command::new("kill").args(["-TERM", &self.child.id().to_string()]).status();
        assert!(sent.expect("there is a kill").success());
    }
}

impl Drop for Program {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}
