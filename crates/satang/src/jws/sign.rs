//! `satang jws sign`.

use super::{contents, profile};
use crate::{
    key_file,
    output::{Exit, Output},
};
use satang_jose::Signer;
use serde_json::json;
use std::path::PathBuf;

#[derive(clap::Args)]
pub struct Arguments {
    /// The file to sign, byte for byte; `-` is standard input
    payload: PathBuf,
    #[command(flatten)]
    key: key_file::Arguments,
    #[command(flatten)]
    profile: profile::Arguments,
}

pub fn run(arguments: &Arguments, output: &Output) -> Result<Exit, Exit> {
    let (profile, algorithms) = arguments.profile.profile()?;
    let key = arguments.key.signing_key(algorithms)?;
    let signer = Signer::new(&profile, &key).map_err(|error| Exit::Usage(error.to_string()))?;
    let payload = contents(&arguments.payload)?;
    let token = signer.sign(payload).map_err(|error| Exit::failed("nothing was signed", &error))?;
    let key = key.verifying_key();
    output.say(&json!({ "token": token, "alg": key.algorithm().name(), "kid": key.key_id() }), &token);
    Ok(Exit::Success)
}
