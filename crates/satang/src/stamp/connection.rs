//! Where the Department is, and who files.

use crate::{
    loopback::{GATEWAY, is_loopback, or_demo},
    output::Exit,
};
use satang_gateway::demo;
use satang_jose::{Certificate, PrivateKey};
use satang_schema::{Password, Text};
use satang_stamp_duty::{Filer, FormSigner, Nonce, Paths, StampDuty, wire::SenderRole};
use satang_transport::Client;
use std::{
    fs,
    path::{Path, PathBuf},
    time::Duration,
};

/// Where the Department is, and who files. Against this machine, whoever is not told is the demo filer.
#[derive(clap::Args)]
pub(super) struct Connection {
    /// Where the Department, or a gateway, answers. What is not given of the following is the demo filer's when this is an
    /// address of this machine, and is required otherwise
    #[arg(long, env = "SATANG_STAMP_URL", default_value = GATEWAY)]
    base_url: String,
    /// The path before the names of the operations
    #[arg(long, env = "SATANG_STAMP_PATH", default_value = "/stamp")]
    path: String,
    /// Write the names of the operations as submitFiling, not SubmitFiling
    #[arg(long)]
    lower_camel: bool,
    /// Write the date and time of the login with a T, not a space
    #[arg(long)]
    nonce_with_t: bool,
    /// The user name
    #[arg(long, env = "SATANG_STAMP_USERNAME")]
    username: Option<Text<1, 20>>,
    /// The password; better given by the environment, which other users do not see
    #[arg(long, env = "SATANG_STAMP_PASSWORD", hide_env_values = true)]
    password: Option<Password>,
    /// The sender code
    #[arg(long, env = "SATANG_STAMP_SENDER")]
    sender: Option<Text<1, 20>>,
    /// File for others, as an agent
    #[arg(long)]
    agent: bool,
    /// The private key that signs: a PEM file, RSA of 2,048 bits or more
    #[arg(long, env = "SATANG_STAMP_KEY", value_name = "FILE")]
    key: Option<PathBuf>,
    /// Its certificate, which is sent along: a PEM file; without it none is sent
    #[arg(long, env = "SATANG_STAMP_CERTIFICATE", value_name = "FILE")]
    certificate: Option<PathBuf>,
}

/// A thousand receipts in one answer.
const ANSWER_LIMIT: usize = 128 * 1024 * 1024;
/// How long a single call may take.
const PATIENCE: Duration = Duration::from_secs(120);

impl Connection {
    pub(super) fn open(&self) -> Result<StampDuty<Client>, Exit> {
        let filer = Filer {
            username: self.or_demo(
                self.username.clone(),
                "--username (SATANG_STAMP_USERNAME)",
                demo::FILER,
            )?,
            password: self.or_demo(
                self.password.clone(),
                "--password (SATANG_STAMP_PASSWORD)",
                demo::FILER_PASSWORD,
            )?,
            sender: self.or_demo(
                self.sender.clone(),
                "--sender (SATANG_STAMP_SENDER)",
                demo::FILER_SENDER,
            )?,
            role: if self.agent { SenderRole::Agent } else { SenderRole::DutyPayer },
        };
        let signer = self.signer()?;
        let paths = Paths::new(&self.path).map_err(|rule| Exit::Usage(format!("--path: {rule}")))?;
        let paths = if self.lower_camel { paths.lower_camel() } else { paths };
        let client = Client::builder(&self.base_url).response_limit(ANSWER_LIMIT).timeout(PATIENCE).build();
        let client = client.map_err(|error| Exit::Usage(error.to_string()))?;
        let nonce = if self.nonce_with_t { Nonce::T } else { Nonce::Space };
        Ok(StampDuty::new(client, filer, signer).with_paths(paths).with_nonce(nonce))
    }

    fn signer(&self) -> Result<FormSigner, Exit> {
        let wrong = |name: &str| {
            let name = name.to_owned();
            move |error: satang_jose::Error| Exit::Usage(format!("{name}: {error}"))
        };
        let (key, certificate) = match (&self.key, &self.certificate) {
            (Some(key), certificate) => (
                read("--key", key)?,
                certificate.as_deref().map(|file| read("--certificate", file)).transpose()?,
            ),
            (None, Some(_)) => return Err(Exit::Usage("--certificate goes with --key".to_owned())),
            (None, None) if is_loopback(&self.base_url) => {
                (demo::FILER_KEY.to_owned(), Some(demo::FILER_CERTIFICATE.to_owned()))
            }
            (None, None) => {
                let message = "--key (SATANG_STAMP_KEY) is required unless --base-url is on this machine";
                return Err(Exit::Usage(message.to_owned()));
            }
        };
        let key = PrivateKey::from_pem(&key).map_err(wrong("--key"))?;
        match certificate {
            Some(certificate) => {
                let certificate = Certificate::from_pem(&certificate).map_err(wrong("--certificate"))?;
                FormSigner::with_certificate(key, certificate).map_err(wrong("--certificate"))
            }
            None => FormSigner::new(key).map_err(wrong("--key")),
        }
    }

    /// What was given, or else the demo filer's.
    pub(super) fn or_demo<T: std::str::FromStr<Err: std::fmt::Display>>(
        &self,
        given: Option<T>,
        name: &str,
        demo: &str,
    ) -> Result<T, Exit> {
        or_demo(&self.base_url, given, name, demo)
    }
}

/// The largest file that is read: a key, a certificate, the description of a filing.
const MOST: u64 = 16 * 1024 * 1024;

/// A text file.
pub(super) fn read(name: &str, file: &Path) -> Result<String, Exit> {
    let failed = |error: &dyn std::error::Error| {
        Exit::failed(&format!("{name}: {} cannot be read", file.display()), error)
    };
    let size = fs::metadata(file).map_err(|error| failed(&error))?.len();
    if size > MOST {
        return Err(Exit::Usage(format!("{name}: {} is larger than {MOST} bytes", file.display())));
    }
    fs::read_to_string(file).map_err(|error| failed(&error))
}
