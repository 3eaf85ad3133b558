//! `satang jws`: signs, verifies and shows JOSE tokens, and attacks an endpoint of one's own.

mod attack;
mod inspect;
mod profile;
mod sign;
mod verify;

use crate::{
    lines,
    output::{Exit, Output},
};
use std::{
    io::Read as _,
    path::{Path, PathBuf},
};

#[derive(clap::Subcommand)]
pub enum Command {
    /// Sign a payload
    Sign(Box<sign::Arguments>),
    /// Verify a token, or one on each line of standard input
    Verify(Box<verify::Arguments>),
    /// Show what a token says WITHOUT verifying anything, or one on each line of standard input
    Inspect(inspect::Arguments),
    /// Send hundreds of hostile tokens to an endpoint of your own, and see which it accepts
    Attack(Box<attack::Arguments>),
}

pub async fn run(command: &Command, output: &Output) -> Result<Exit, Exit> {
    match command {
        Command::Sign(arguments) => sign::run(arguments, output),
        Command::Verify(arguments) => verify::run(arguments, output),
        Command::Inspect(arguments) => inspect::run(arguments, output),
        Command::Attack(arguments) => attack::run(arguments, output).await,
    }
}

/// How large a payload or a token is at most, in bytes.
const MOST: usize = 1024 * 1024;

/// Which token, or tokens.
#[derive(clap::Args)]
struct Tokens {
    /// The token; `-` reads one on each line of standard input, and prints one JSON object for each
    #[arg(required_unless_present = "file", conflicts_with = "file")]
    token: Option<String>,
    /// A file with one token
    #[arg(long, value_name = "FILE")]
    file: Option<PathBuf>,
    /// Removes white space first, for tokens that a document prints over several lines; otherwise white space is refused
    #[arg(long)]
    clean: bool,
}

impl Tokens {
    /// The one token; `None` when there is one on each line of standard input.
    fn one(&self) -> Result<Option<Vec<u8>>, Exit> {
        let token = match (&self.token, &self.file) {
            (Some(token), _) if token == "-" => return Ok(None),
            (Some(token), _) => token.clone().into_bytes(),
            (None, Some(file)) => {
                let mut token = contents(file)?;
                // The line feed belongs to the file.
                token.truncate(lines::trimmed(&token).len());
                token
            }
            (None, None) => return Err(Exit::Usage("a token is required".to_owned())),
        };
        Ok(Some(self.cleaned(token)))
    }

    fn cleaned(&self, token: Vec<u8>) -> Vec<u8> {
        if self.clean { satang_jose::documentation::without_white_space(&token) } else { token }
    }
}

/// What a file holds, at most 1 MiB of it; `-` is standard input.
fn contents(path: &Path) -> Result<Vec<u8>, Exit> {
    let failed = |error: std::io::Error| Exit::failed(&path.display().to_string(), &error);
    let mut bytes = Vec::new();
    if path.as_os_str() == "-" {
        std::io::stdin().take(MOST as u64 + 1).read_to_end(&mut bytes).map_err(failed)?;
    } else {
        std::fs::File::open(path)
            .map_err(failed)?
            .take(MOST as u64 + 1)
            .read_to_end(&mut bytes)
            .map_err(failed)?;
    }
    if bytes.len() > MOST {
        return Err(Exit::Failed(format!("{}: more than 1 MiB", path.display()), serde_json::Map::new()));
    }
    Ok(bytes)
}

/// Bytes for a program: text as it is, and anything else in hexadecimal.
fn shown(bytes: &[u8]) -> (&'static str, String) {
    match std::str::from_utf8(bytes) {
        Ok(text) => ("payload", text.to_owned()),
        Err(_) => ("payloadHex", bytes.iter().map(|byte| format!("{byte:02x}")).collect()),
    }
}

/// A stranger's bytes on a terminal, which must not take them for commands.
fn for_eyes(bytes: &[u8]) -> String {
    let text = String::from_utf8_lossy(bytes);
    text.chars().map(|c| if c.is_control() && c != '\n' { char::REPLACEMENT_CHARACTER } else { c }).collect()
}
