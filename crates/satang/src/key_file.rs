//! Files of keys, whatever form they have: PEM, JWK, certificate, PKCS#8, PKCS#12.

use crate::output::Exit;
use satang_jose::{
    Certificate, Identity, PrivateKey, PublicKey,
    SignatureAlgorithm::{self, EdDsa, Es256, Ps256, Rs256},
    SigningKey, VerifyingKey,
};
use serde::Deserialize;
use std::{
    fs::File,
    io::Read as _,
    path::{Path, PathBuf},
};
use zeroize::Zeroizing;

/// How large a file is at most, in bytes.
const MOST: u64 = 64 * 1024;
/// Every algorithm, as `--alg` has it.
pub const ALGORITHMS: [SignatureAlgorithm; 4] = [Rs256, Ps256, Es256, EdDsa];

/// Which key, and under what name.
#[derive(clap::Args)]
#[group(skip)] // it is part of commands whose own arguments are called the same
pub struct Arguments {
    /// The key: PEM, JWK, PKCS#8 (DER) or PKCS#12; to verify with, a public key or certificate will do
    #[arg(long, visible_alias = "jwk", value_name = "FILE")]
    pub key: Option<PathBuf>,
    /// The password of the key; better given by the environment, which other users do not see
    #[arg(long, env = "SATANG_KEY_PASSWORD", hide_env_values = true)]
    password: Option<String>,
    /// The certificate of the key in PEM, and those of authorities after it; a PKCS#12 file has its own
    #[arg(long, value_name = "FILE")]
    certificate: Option<PathBuf>,
    /// The name of the key; without it, the one that a JWK has
    // A thumbprint may begin with a hyphen.
    #[arg(long, value_name = "TEXT", allow_hyphen_values = true)]
    kid: Option<String>,
    /// The algorithm of the key; needed only for an RSA key, which could have two
    #[arg(long, value_name = "NAME", value_parser = algorithm)]
    alg: Option<SignatureAlgorithm>,
}

/// What a file holds.
pub struct KeyFile {
    pub private: Option<PrivateKey>,
    pub public: PublicKey,
    pub kid: Option<String>,
    alg: Option<SignatureAlgorithm>,
    pub certificates: Vec<Certificate>,
}

impl Arguments {
    /// The key to sign with, for one of `allowed`.
    pub fn signing_key(&self, allowed: &[SignatureAlgorithm]) -> Result<SigningKey, Exit> {
        let file = self.read()?;
        let Some(private) = file.private.clone() else {
            return Err(Exit::Usage("--key: the file holds a public key only".to_owned()));
        };
        let mut key = SigningKey::new(private, self.algorithm(&file, allowed)?).map_err(wrong)?;
        if let Some(kid) = self.kid.as_ref().or(file.kid.as_ref()) {
            key = key.with_key_id(kid).map_err(wrong)?;
        }
        if file.certificates.is_empty() {
            Ok(key)
        } else {
            key.with_certificates(file.certificates).map_err(wrong)
        }
    }

    /// The key to verify with, for one of `allowed`.
    pub fn verifying_key(&self, allowed: &[SignatureAlgorithm]) -> Result<VerifyingKey, Exit> {
        let file = self.read()?;
        let algorithm = self.algorithm(&file, allowed)?;
        let mut key = VerifyingKey::new(file.public, algorithm).map_err(wrong)?;
        if let Some(kid) = self.kid.as_ref().or(file.kid.as_ref()) {
            key = key.with_key_id(kid).map_err(wrong)?;
        }
        if file.certificates.is_empty() {
            Ok(key)
        } else {
            key.with_certificates(file.certificates).map_err(wrong)
        }
    }

    fn read(&self) -> Result<KeyFile, Exit> {
        let path = self.key.as_deref().ok_or_else(|| Exit::Usage("--key is required".to_owned()))?;
        let mut file = KeyFile::read(path, self.password.as_deref())?;
        if let Some(path) = &self.certificate {
            file.certificates = certificates(path)?;
        }
        Ok(file)
    }

    /// The one that was asked for, or that the file says, or the only one that is possible.
    fn algorithm(&self, file: &KeyFile, allowed: &[SignatureAlgorithm]) -> Result<SignatureAlgorithm, Exit> {
        if let Some(stated) = self.alg.or(file.alg) {
            return Ok(stated);
        }
        let fits =
            |algorithm: &&SignatureAlgorithm| VerifyingKey::new(file.public.clone(), **algorithm).is_ok();
        let mut fitting = allowed.iter().filter(fits);
        match (fitting.next(), fitting.next()) {
            (Some(only), None) => Ok(*only),
            (None, _) => {
                Err(Exit::Usage("--key: the profile has no algorithm for this kind of key".to_owned()))
            }
            _ => Err(Exit::Usage("--alg is required: an RSA key could be for RS256 or PS256".to_owned())),
        }
    }
}

impl KeyFile {
    /// Reads a file, whatever form it has. An error tells what is wrong, never what the file says.
    pub fn read(path: &Path, password: Option<&str>) -> Result<Self, Exit> {
        let bytes = contents(path)?;
        let failed = |error| Exit::failed(&path.display().to_string(), &error);
        let bare = |private: Option<PrivateKey>, public| Self {
            private,
            public,
            kid: None,
            alg: None,
            certificates: Vec::new(),
        };
        let private = |key: PrivateKey| bare(Some(key.clone()), key.public().clone());
        if bytes.trim_ascii_start().starts_with(b"{") {
            return jwk(&bytes).map_err(failed);
        }
        match std::str::from_utf8(&bytes) {
            Ok(pem) if pem.contains("-----BEGIN ") => match (pem.contains("PRIVATE KEY-----"), password) {
                (true, Some(password)) if pem.contains("ENCRYPTED") => {
                    PrivateKey::from_encrypted_pem(pem, password).map(private).map_err(failed)
                }
                (true, _) => PrivateKey::from_pem(pem).map(private).map_err(failed),
                (false, _) if pem.contains("BEGIN CERTIFICATE") => {
                    let certificates = Certificate::chain_from_pem(pem).map_err(failed)?;
                    let key =
                        certificates.first().map(Certificate::public_key).transpose().map_err(failed)?;
                    let key = key.ok_or_else(|| Exit::Usage("no certificate".to_owned()))?.clone();
                    Ok(Self { certificates, ..bare(None, key) })
                }
                (false, _) => PublicKey::from_pem(pem).map(|key| bare(None, key)).map_err(failed),
            },
            _ => match (PrivateKey::from_der(&bytes), PublicKey::from_der(&bytes)) {
                (Ok(key), _) => Ok(private(key)),
                (_, Ok(key)) => Ok(bare(None, key)),
                (Err(error), _) => match Identity::from_pkcs12(&bytes, password.unwrap_or_default()) {
                    Ok(identity) => Ok(Self { certificates: identity.certificates, ..private(identity.key) }),
                    Err(other) => {
                        let why = format!("{}: no key: {error}, and as PKCS#12: {other}", path.display());
                        Err(Exit::Failed(why, serde_json::Map::new()))
                    }
                },
            },
        }
    }

    /// The key for verifying, under `kid` if it has no name; an RSA key that does not say otherwise is for `rsa`.
    pub fn published(self, rsa: SignatureAlgorithm) -> Result<VerifyingKey, Exit> {
        let candidates = [self.alg.unwrap_or(rsa), rsa, Es256, EdDsa];
        let key = candidates.into_iter().find_map(|one| VerifyingKey::new(self.public.clone(), one).ok());
        let key = key.ok_or_else(|| Exit::Usage("--alg: not one for RSA keys".to_owned()))?;
        let kid = self.kid.unwrap_or_else(|| self.public.thumbprint().to_owned());
        let key = key.with_key_id(&kid).map_err(wrong)?;
        if self.certificates.is_empty() {
            Ok(key)
        } else {
            key.with_certificates(self.certificates).map_err(wrong)
        }
    }
}

/// The 1 to 8 certificates of a PEM file.
pub fn certificates(path: &Path) -> Result<Vec<Certificate>, Exit> {
    let bytes = contents(path)?;
    let pem = String::from_utf8_lossy(&bytes);
    Certificate::chain_from_pem(&pem).map_err(|error| Exit::failed(&path.display().to_string(), &error))
}

/// A file of at most 64 KiB, wiped when dropped.
pub fn contents(path: &Path) -> Result<Zeroizing<Vec<u8>>, Exit> {
    let failed = |error: std::io::Error| Exit::failed(&path.display().to_string(), &error);
    let mut bytes = Zeroizing::new(Vec::with_capacity(8 * 1024));
    File::open(path).map_err(failed)?.take(MOST + 1).read_to_end(&mut bytes).map_err(failed)?;
    if bytes.len() as u64 > MOST {
        return Err(Exit::failed(&path.display().to_string(), &Large));
    }
    Ok(bytes)
}

#[derive(Debug)]
struct Large;

impl std::fmt::Display for Large {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("a file of a key has at most 64 KiB")
    }
}

impl std::error::Error for Large {}

/// An algorithm by its name.
pub fn algorithm(name: &str) -> Result<SignatureAlgorithm, String> {
    let found = ALGORITHMS.into_iter().find(|one| one.name().eq_ignore_ascii_case(name));
    found.ok_or_else(|| format!("expected {}", ALGORITHMS.map(SignatureAlgorithm::name).join(", ")))
}

/// What a JWK says of itself; the key was read by then, so each member stands once.
#[derive(Deserialize)]
struct Said {
    kid: Option<String>,
    alg: Option<String>,
    d: Option<serde::de::IgnoredAny>,
}

fn jwk(json: &[u8]) -> Result<KeyFile, satang_jose::Error> {
    let said = serde_json::from_slice::<Said>(json).ok();
    let (private, public) = if said.as_ref().is_some_and(|said| said.d.is_some()) {
        let key = PrivateKey::from_jwk(json)?;
        (Some(key.clone()), key.public().clone())
    } else {
        (None, PublicKey::from_jwk(json)?)
    };
    let (kid, alg) = said.map(|said| (said.kid, said.alg)).unwrap_or_default();
    let alg = alg.and_then(|alg| ALGORITHMS.into_iter().find(|one| one.name() == alg));
    Ok(KeyFile { private, public, kid, alg, certificates: Vec::new() })
}

fn wrong(error: satang_jose::Error) -> Exit {
    Exit::Usage(error.to_string())
}
