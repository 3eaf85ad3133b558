//! What the command line says, to people or to programs, and how it ends.

use satang_core::Sent;
use serde::Serialize;
use serde_json::{Map, Value};
use std::{
    error::Error,
    fmt,
    io::{BufWriter, IsTerminal as _, StdoutLock, Write as _},
    process::ExitCode,
};
use tracing_subscriber::EnvFilter;

/// How a command ends. The numbers are documented in `satang --help`.
#[derive(Debug)]
pub enum Exit {
    /// Done.
    Success,
    /// Done, and the answer is no.
    No,
    /// The command line is wrong.
    Usage(String),
    /// The outcome of a payment is unknown.
    Unknown,
    /// Could not be done: why, and what else programs want to know of it.
    Failed(String, Map<String, Value>),
}

impl Exit {
    /// Could not be done, because of this error and what caused it.
    pub fn failed(attempt: &str, error: &dyn Error) -> Self {
        let mut message = format!("{attempt}: {error}");
        let mut cause = error.source();
        while let Some(error) = cause {
            message.push_str(&format!(": {error}"));
            cause = error.source();
        }
        Self::Failed(message, Map::new())
    }

    /// Could not be done, because a call was not answered or was refused: whether it was sent, and the provider's code.
    pub fn call(attempt: &str, error: &satang_core::Error) -> Self {
        let sent = match error.sent() {
            Sent::No => "no",
            Sent::Maybe => "maybe",
            Sent::Yes => "yes",
        };
        Self::failed(attempt, error).with("sent", sent).with("code", error.code())
    }

    /// Tells programs this fact too.
    pub fn with(mut self, name: &str, fact: impl Into<Value>) -> Self {
        if let Self::Failed(_, facts) = &mut self {
            facts.insert(name.to_owned(), fact.into());
        }
        self
    }
}

/// Where results go: one JSON value per line, or text.
#[derive(Clone, Debug)]
pub struct Output {
    json: bool,
}

impl Output {
    /// JSON or text.
    pub fn new(json: bool) -> Self {
        Self { json }
    }

    /// Prints a result: `value` to a program, `text` to a person.
    pub fn say(&self, value: &impl Serialize, text: impl fmt::Display) {
        let line =
            if self.json { serde_json::to_string(value).unwrap_or_default() } else { text.to_string() };
        // Whoever closes our output early, such as `head`, has seen enough.
        let mut out = std::io::stdout().lock();
        let _ = writeln!(out, "{line}").and_then(|()| out.flush());
    }

    /// Prints many results, which are sent on together.
    pub fn stream(&self) -> Stream {
        Stream { json: self.json, out: BufWriter::with_capacity(64 * 1024, std::io::stdout().lock()) }
    }

    /// Prints to people only.
    pub fn note(&self, text: impl fmt::Display) {
        if !self.json {
            self.say(&(), text);
        }
    }

    /// Says why a command failed, and gives its exit code.
    pub fn end(&self, exit: Exit) -> ExitCode {
        let (code, failure) = match exit {
            Exit::Success => (0, None),
            Exit::No => (1, None),
            Exit::Usage(message) => (2, Some((message, Map::new()))),
            Exit::Unknown => (3, None),
            Exit::Failed(message, facts) => (4, Some((message, facts))),
        };
        if let Some((message, mut facts)) = failure {
            let line = if self.json {
                facts.insert("error".to_owned(), message.into());
                Value::Object(facts).to_string()
            } else {
                format!("satang: {message}")
            };
            let _ = writeln!(std::io::stderr(), "{line}");
        }
        ExitCode::from(code)
    }
}

/// Where many results go.
pub struct Stream {
    json: bool,
    out: BufWriter<StdoutLock<'static>>,
}

impl Stream {
    /// Prints a result as [`Output::say`] does, some time before [`Stream::flush`] ends.
    pub fn say(&mut self, value: &impl Serialize, text: impl fmt::Display) -> std::io::Result<()> {
        if self.json {
            serde_json::to_writer(&mut self.out, value)?;
            self.out.write_all(b"\n")
        } else {
            writeln!(self.out, "{text}")
        }
    }

    /// Sends on what was said.
    pub fn flush(&mut self) -> std::io::Result<()> {
        self.out.flush()
    }
}

/// A stranger's text on one line of a terminal, which must not take it for commands.
pub fn line(text: &str) -> String {
    text.chars().map(|c| if c.is_control() { ' ' } else { c }).collect()
}

/// Sends log lines to standard error, so that results can be piped.
pub fn start_logging(filter: &str, json: bool) -> Result<(), Exit> {
    let mut filter = EnvFilter::try_new(filter).map_err(|error| Exit::Usage(format!("--log: {error}")))?;
    // What HTTP/2 would say at lower levels are its frames, and with them headers.
    if let Ok(quiet) = "h2=warn".parse() {
        filter = filter.add_directive(quiet);
    }
    // Colours are for eyes: a file, or a program, would get escape sequences (https://no-color.org for the rest).
    let colours =
        std::io::stderr().is_terminal() && std::env::var_os("NO_COLOR").is_none_or(|it| it.is_empty());
    let lines =
        tracing_subscriber::fmt().with_env_filter(filter).with_ansi(colours).with_writer(std::io::stderr);
    if json {
        lines.json().init()
    } else {
        lines.init()
    }
    Ok(())
}
