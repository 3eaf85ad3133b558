//! `satang jws verify`: one token, or one on each line.

use super::{MOST, Tokens, contents, for_eyes, profile, shown};
use crate::{
    key_file,
    lines::{Line, Lines},
    output::{Exit, Output},
};
use jiff::Timestamp;
use satang_core::{Clock as _, System};
use satang_jose::{Authorities, Content, Error, KeySet, Kind, NumericDate, Profile, Signatory, Verifier};
use serde_json::{Map, Value, json};
use std::path::PathBuf;

#[derive(clap::Args)]
pub struct Arguments {
    #[command(flatten)]
    tokens: Tokens,
    #[command(flatten)]
    key: key_file::Arguments,
    /// The keys: a JSON Web Key Set
    #[arg(long, value_name = "FILE", conflicts_with_all = ["key", "trusted"])]
    jwks: Option<PathBuf>,
    /// Certificates in PEM of trusted authorities or signers: the key is then the one of the token's `x5c`
    #[arg(long, value_name = "FILE", conflicts_with = "key")]
    trusted: Option<PathBuf>,
    /// The payload of a detached token
    #[arg(long, value_name = "FILE")]
    payload: Option<PathBuf>,
    /// The time at which the token must be valid (RFC 3339); now, unless told otherwise
    #[arg(long, value_name = "TIME")]
    at: Option<Timestamp>,
    #[command(flatten)]
    profile: profile::Arguments,
}

pub fn run(arguments: &Arguments, output: &Output) -> Result<Exit, Exit> {
    let judge = Judge::new(arguments)?;
    let now = || {
        let time = arguments.at.unwrap_or_else(|| System.now());
        NumericDate::new(time.as_second()).map_err(|error| Exit::Usage(error.to_string()))
    };
    if let Some(token) = arguments.tokens.one()? {
        return Ok(answer(judge.verify(&token, now()?), None, output));
    }
    let (mut lines, mut number, mut all_valid) = (Lines::new(std::io::stdin().lock(), MOST), 0_u64, true);
    // A program reads these, whether it says so or not.
    let output = Output::new(true);
    while let Some(line) = lines.next().map_err(|error| Exit::failed("standard input", &error))? {
        number += 1;
        let judged = match line {
            Line::Whole(token) => judge.verify(&arguments.tokens.cleaned(token.to_vec()), now()?),
            Line::TooLong => Err(Error::new(Kind::TooLarge, "a line has at most 1 MiB")),
        };
        all_valid &= matches!(answer(judged, Some(number), &output), Exit::Success);
    }
    Ok(if all_valid { Exit::Success } else { Exit::No })
}

/// A token that is right.
struct Right {
    signatory: Signatory,
    payload: Option<Vec<u8>>,
}

/// Who says whether a token is right.
struct Judge {
    profile: Profile,
    keys: Keys,
    /// What travels beside the tokens.
    payload: Option<Vec<u8>>,
}

enum Keys {
    Known(Box<Verifier>),
    Trusted(Authorities),
}

impl Judge {
    fn new(arguments: &Arguments) -> Result<Self, Exit> {
        let (profile, algorithms) = arguments.profile.profile()?;
        let wrong = |error: Error| Exit::Usage(error.to_string());
        let is_detached = arguments.profile.content() != Content::Attached;
        if is_detached != arguments.payload.is_some() {
            return Err(Exit::Usage("--payload goes with --content detached or unencoded".to_owned()));
        }
        let keys = if let Some(path) = &arguments.trusted {
            Keys::Trusted(Authorities::new(key_file::certificates(path)?).map_err(wrong)?)
        } else {
            let set = match &arguments.jwks {
                Some(path) => {
                    let json = key_file::contents(path)?;
                    let failed = |error| Exit::failed(&path.display().to_string(), &error);
                    KeySet::from_jwks(&json, algorithms).map_err(failed)?.keys
                }
                None => KeySet::new([arguments.key.verifying_key(algorithms)?]).map_err(wrong)?,
            };
            Keys::Known(Box::new(Verifier::new(&profile, set).map_err(wrong)?))
        };
        Ok(Self { profile, keys, payload: arguments.payload.as_deref().map(contents).transpose()? })
    }

    fn verify(&self, token: &[u8], now: NumericDate) -> Result<Right, Error> {
        match &self.keys {
            Keys::Known(verifier) => self.verify_with(verifier, token, now),
            Keys::Trusted(authorities) => {
                let signer = authorities.signer(token, &self.profile, now)?;
                let verifier = Verifier::new(&self.profile, KeySet::new([signer])?)?;
                self.verify_with(&verifier, token, now)
            }
        }
    }

    fn verify_with(&self, verifier: &Verifier, token: &[u8], now: NumericDate) -> Result<Right, Error> {
        match &self.payload {
            Some(payload) => {
                let signatory = verifier.verify_detached(token, payload, now)?;
                Ok(Right { signatory, payload: None })
            }
            None => {
                let verified = verifier.verify(token, now)?;
                let signatory = verified.signatory().clone();
                Ok(Right { signatory, payload: Some(verified.into_payload()) })
            }
        }
    }
}

/// Says what came of a token, in the line of that number if there is one.
fn answer(judged: Result<Right, Error>, line: Option<u64>, output: &Output) -> Exit {
    let mut value = Map::new();
    if let Some(line) = line {
        value.insert("line".to_owned(), line.into());
    }
    value.insert("valid".to_owned(), judged.is_ok().into());
    match judged {
        Ok(right) => {
            let key = right.signatory.key();
            value.insert("reason".to_owned(), Value::Null);
            value.insert("alg".to_owned(), key.algorithm().name().into());
            value.insert("kid".to_owned(), json!(key.key_id()));
            value.insert("thumbprint".to_owned(), key.public_key().thumbprint().into());
            let mut text = format!("VALID: {} by {}", key.algorithm().name(), key.public_key().thumbprint());
            if let Some(payload) = &right.payload {
                let (name, shown) = shown(payload);
                value.insert(name.to_owned(), shown.into());
                text.push_str(&format!("\n{}", for_eyes(payload)));
            }
            output.say(&value, text);
            Exit::Success
        }
        Err(error) => {
            value.insert("reason".to_owned(), error.kind().code().into());
            value.insert("detail".to_owned(), error.reason().into());
            output.say(&value, format!("NOT VALID ({}): {error}", error.kind().code()));
            Exit::No
        }
    }
}
