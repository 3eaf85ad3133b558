//! `satang jws inspect`: what a token says, with nothing verified.

use super::{MOST, Tokens, for_eyes};
use crate::{
    lines::{Line, Lines},
    output::{Exit, Output},
};
use satang_jose::{
    Error, Kind,
    unverified::{self, Part, Unverified},
};
use serde_json::{Map, Value, json};

/// What `reason` is when nothing is wrong but that nothing was verified.
const NOT_VERIFIED: &str = "not_verified";

#[derive(clap::Args)]
pub struct Arguments {
    #[command(flatten)]
    tokens: Tokens,
}

pub fn run(arguments: &Arguments, output: &Output) -> Result<Exit, Exit> {
    if let Some(token) = arguments.tokens.one()? {
        return Ok(show(unverified::decode(&token), None, output));
    }
    let (mut lines, mut number, mut all_fine) = (Lines::new(std::io::stdin().lock(), MOST), 0_u64, true);
    let output = Output::new(true);
    while let Some(line) = lines.next().map_err(|error| Exit::failed("standard input", &error))? {
        number += 1;
        let decoded = match line {
            Line::Whole(token) => unverified::decode(&arguments.tokens.cleaned(token.to_vec())),
            Line::TooLong => Err(Error::new(Kind::TooLarge, "a line has at most 1 MiB")),
        };
        all_fine &= matches!(show(decoded, Some(number), &output), Exit::Success);
    }
    Ok(if all_fine { Exit::Success } else { Exit::No })
}

/// Shows a token, in the line of that number if there is one. `valid` is never true: nobody has looked.
fn show(decoded: Result<Unverified, Error>, line: Option<u64>, output: &Output) -> Exit {
    let flaw = decoded.as_ref().map_or_else(|error| Some(*error), Unverified::flaw);
    let mut value = Map::new();
    if let Some(line) = line {
        value.insert("line".to_owned(), line.into());
    }
    value.insert("valid".to_owned(), false.into());
    value.insert("verified".to_owned(), false.into());
    let reason = flaw.map_or(NOT_VERIFIED, |flaw| flaw.kind().code());
    value.insert("reason".to_owned(), reason.into());
    let detail =
        flaw.map_or("nothing was verified: this only shows what the token says", |flaw| flaw.reason());
    value.insert("detail".to_owned(), detail.into());
    let mut text = String::from(
        "NOTHING WAS VERIFIED. This only shows what the token says; anybody can have written it.\n",
    );
    if let Ok(token) = &decoded {
        for (name, part) in [("header", &token.header), ("payload", &token.payload)] {
            value.insert(name.to_owned(), described(part));
            text.push_str(&format!("{name}: {}\n", told(part)));
        }
        value.insert(
            "signature".to_owned(),
            json!({ "characters": token.signature.characters,
            "bytes": token.signature.bytes.as_ref().ok().map(Vec::len) }),
        );
        let bytes = match &token.signature.bytes {
            Ok(bytes) => format!("{} bytes, of which nobody knows whether they are right", bytes.len()),
            Err(error) => error.to_string(),
        };
        text.push_str(&format!("signature: {} characters; {bytes}\n", token.signature.characters));
    }
    match flaw {
        Some(flaw) => text.push_str(&format!("No key can verify this token ({reason}): {flaw}")),
        None => text.push_str("Whether the signature is right, `satang jws verify` tells."),
    }
    output.say(&value, text);
    if flaw.is_some() { Exit::No } else { Exit::Success }
}

/// A part for programs: its text, or its bytes in hexadecimal.
fn described(part: &Part) -> Value {
    match &part.bytes {
        Ok(bytes) => match std::str::from_utf8(bytes) {
            Ok(text) => json!({ "characters": part.characters, "bytes": bytes.len(), "text": text }),
            Err(_) => {
                let hex: String = bytes.iter().map(|byte| format!("{byte:02x}")).collect();
                json!({ "characters": part.characters, "bytes": bytes.len(), "hex": hex })
            }
        },
        Err(_) => json!({ "characters": part.characters, "bytes": null }),
    }
}

fn told(part: &Part) -> String {
    match &part.bytes {
        Ok(bytes) => for_eyes(bytes),
        Err(error) => format!("{} characters; {error}", part.characters),
    }
}
