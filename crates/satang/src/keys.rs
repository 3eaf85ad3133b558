//! `satang keys`: keys, sets of public keys, and certificates for tests.

use crate::{
    key_file::{KeyFile, algorithm, certificates},
    output::{Exit, Output},
};
use jiff::Timestamp;
use satang_core::{Clock as _, System};
use satang_jose::{
    Identity, KeySet, NewCertificate, NumericDate, PrivateKey,
    SignatureAlgorithm::{self, EdDsa, Es256, Ps256, Rs256},
};
use serde_json::json;
use std::{
    fs::OpenOptions,
    io::Write as _,
    path::{Path, PathBuf},
};
use zeroize::Zeroizing;

#[derive(clap::Subcommand)]
pub enum Command {
    /// Make a private key in a new file that only you can read
    New(New),
    /// Print the public halves of keys as a JSON Web Key Set
    Jwks(Jwks),
    /// Make a certificate for tests, signed by the key itself or by an authority for tests
    Cert(Cert),
}

#[derive(clap::Args)]
pub struct New {
    /// RS256, PS256, ES256 or EdDSA
    #[arg(long, value_name = "NAME", value_parser = algorithm, default_value = "ES256")]
    alg: SignatureAlgorithm,
    /// How many bits an RSA key has
    #[arg(long, default_value_t = 2048, value_parser = clap::value_parser!(u32).range(2048..=8192))]
    bits: u32,
    /// PKCS#8 in PEM, or a private JSON Web Key, which also holds its name and algorithm
    #[arg(long, value_enum, default_value_t = Format::Pem)]
    format: Format,
    /// The file; one that exists is never overwritten
    #[arg(long, value_name = "FILE")]
    out: PathBuf,
}

#[derive(Clone, Copy, clap::ValueEnum)]
enum Format {
    Pem,
    Jwk,
}

#[derive(clap::Args)]
pub struct Jwks {
    /// Files of keys or certificates, private or public; only public halves are printed
    #[arg(required = true, num_args = 1..=64)]
    files: Vec<PathBuf>,
    /// What RSA keys are for whose file does not say it
    #[arg(long, value_name = "NAME", value_parser = algorithm, default_value = "RS256")]
    alg: SignatureAlgorithm,
    /// The password of the files; better given by the environment, which other users do not see
    #[arg(long, env = "SATANG_KEY_PASSWORD", hide_env_values = true)]
    password: Option<String>,
}

#[derive(clap::Args)]
pub struct Cert {
    /// The key that the certificate is of; private, unless an authority signs
    #[arg(long, value_name = "FILE")]
    key: PathBuf,
    /// The password of the files of keys; better given by the environment, which other users do not see
    #[arg(long, env = "SATANG_KEY_PASSWORD", hide_env_values = true)]
    password: Option<String>,
    /// The common name
    #[arg(long)]
    subject: String,
    /// The organization
    #[arg(long)]
    organization: Option<String>,
    /// For how many days it is valid
    #[arg(long, default_value_t = 365, value_parser = clap::value_parser!(u32).range(1..=3653))]
    days: u32,
    /// From when on it is valid (RFC 3339); from now on, unless told otherwise
    #[arg(long, value_name = "TIME")]
    from: Option<Timestamp>,
    /// The certificate of an authority, which may issue others
    #[arg(long)]
    ca: bool,
    /// The private key of the authority that signs; without it, the key signs itself
    #[arg(long, value_name = "FILE", requires = "issuer_certificate")]
    issuer_key: Option<PathBuf>,
    /// The certificate of the authority that signs
    #[arg(long, value_name = "FILE", requires = "issuer_key")]
    issuer_certificate: Option<PathBuf>,
    /// The file, in PEM; one that exists is never overwritten
    #[arg(long, value_name = "FILE")]
    out: PathBuf,
}

pub fn run(command: &Command, output: &Output) -> Result<Exit, Exit> {
    match command {
        Command::New(arguments) => new(arguments, output),
        Command::Jwks(arguments) => jwks(arguments, output),
        Command::Cert(arguments) => certificate(arguments, System.now(), output),
    }
}

fn new(arguments: &New, output: &Output) -> Result<Exit, Exit> {
    // Before the key is made, which may take seconds.
    if arguments.out.exists() {
        return Err(exists(&arguments.out));
    }
    let failed = |error| Exit::failed("no key was made", &error);
    let (key, kty) = match arguments.alg {
        Rs256 | Ps256 => (PrivateKey::generate_rsa(arguments.bits), "RSA"),
        Es256 => (PrivateKey::generate_p256(), "EC"),
        EdDsa => (PrivateKey::generate_ed25519(), "OKP"),
    };
    let key = key.map_err(failed)?;
    let (kid, alg) = (key.public().thumbprint(), arguments.alg.name());
    let text = match arguments.format {
        Format::Pem => key.to_pem(),
        Format::Jwk => {
            let bare = key.to_jwk().map_err(failed)?;
            let members = bare.trim_end_matches('}');
            let mut text = Zeroizing::new(String::with_capacity(members.len() + 128));
            text.push_str(members);
            text.push_str(&format!(",\"kid\":\"{kid}\",\"alg\":\"{alg}\",\"use\":\"sig\"}}\n"));
            text
        }
    };
    write_new(&arguments.out, text.as_bytes())?;
    let value = json!({ "file": arguments.out, "kty": kty, "alg": alg, "kid": kid });
    output.say(&value, format!("{}: a key for {alg}, kid {kid}", arguments.out.display()));
    Ok(Exit::Success)
}

fn jwks(arguments: &Jwks, output: &Output) -> Result<Exit, Exit> {
    let mut keys = Vec::new();
    for file in &arguments.files {
        keys.push(KeyFile::read(file, arguments.password.as_deref())?.published(arguments.alg)?);
    }
    let set = KeySet::new(keys).map_err(|error| Exit::Usage(error.to_string()))?.to_jwks();
    let value: Box<serde_json::value::RawValue> =
        serde_json::from_str(&set).map_err(|error| Exit::failed("the set cannot be printed", &error))?;
    output.say(&value, &set);
    Ok(Exit::Success)
}

fn certificate(arguments: &Cert, now: Timestamp, output: &Output) -> Result<Exit, Exit> {
    if arguments.out.exists() {
        return Err(exists(&arguments.out));
    }
    let wrong = |error: satang_jose::Error| Exit::Usage(error.to_string());
    let from = NumericDate::new(arguments.from.unwrap_or(now).as_second()).map_err(wrong)?;
    let password = arguments.password.as_deref();
    let subject = KeyFile::read(&arguments.key, password)?;
    let mut plan = NewCertificate::new(&arguments.subject, from, arguments.days);
    if let Some(organization) = &arguments.organization {
        plan = plan.organization(organization);
    }
    if arguments.ca {
        plan = plan.authority();
    }
    let made = match (&arguments.issuer_key, &arguments.issuer_certificate) {
        (Some(key), Some(certificate)) => {
            let key = KeyFile::read(key, password)?.private;
            let key = key.ok_or_else(|| Exit::Usage("--issuer-key: not a private key".to_owned()))?;
            let authority = Identity { key, certificates: certificates(certificate)? };
            plan.signed_by(&authority, &subject.public)
        }
        _ => {
            let key = subject.private.as_ref();
            plan.self_signed(key.ok_or_else(|| Exit::Usage("--key: not a private key".to_owned()))?)
        }
    };
    let made = made.map_err(wrong)?;
    write_new(&arguments.out, made.to_pem().as_bytes())?;
    let until = from + arguments.days * 86_400;
    let until = Timestamp::from_second(until.as_second()).unwrap_or_default();
    let value = json!({ "file": arguments.out, "subject": arguments.subject, "kid": subject.public.thumbprint(),
        "x5t#S256": made.thumbprint(), "until": until.to_string() });
    output.say(
        &value,
        format!("{}: a certificate of {}, until {until}", arguments.out.display(), arguments.subject),
    );
    Ok(Exit::Success)
}

/// Writes a file that must not exist, and that only its owner can read.
fn write_new(path: &Path, bytes: &[u8]) -> Result<(), Exit> {
    let mut options = OpenOptions::new();
    options.write(true).create_new(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    let written =
        options.open(path).and_then(|mut file| file.write_all(bytes).and_then(|()| file.sync_all()));
    written.map_err(|error| match error.kind() {
        std::io::ErrorKind::AlreadyExists => exists(path),
        _ => Exit::failed(&path.display().to_string(), &error),
    })
}

fn exists(path: &Path) -> Exit {
    Exit::Failed(format!("{} exists, and is not overwritten", path.display()), serde_json::Map::new())
}
