//! PEM text: exactly one thing of the kind that was asked for.

use super::{MAX_KEY_FILE, PrivateKey, PublicKey};
use crate::{Certificate, Error};
use base64::{Engine, engine::general_purpose::STANDARD};
use openssl::{pkey::PKey, rsa::Rsa};
use zeroize::Zeroizing;

/// Reads the one public key.
pub(super) fn public(pem: &str) -> Result<PublicKey, Error> {
    const NOT_ONE: Error = Error::key("not PEM text with one public key or certificate");
    let [(label, block)] = blocks(pem)?[..] else { return Err(NOT_ONE) };
    match label {
        "PUBLIC KEY" => {
            let lines = block.lines().filter(|line| !line.starts_with("-----"));
            let body: String = lines.map(str::trim).collect();
            PublicKey::from_der(&STANDARD.decode(body).map_err(|_| NOT_ONE)?)
        }
        "RSA PUBLIC KEY" => {
            let key = Rsa::public_key_from_pem_pkcs1(block.as_bytes()).and_then(PKey::from_rsa);
            PublicKey::admit(&key.map_err(|_| NOT_ONE)?)
        }
        "CERTIFICATE" => Certificate::from_pem(block)?.public_key().cloned(),
        _ => Err(NOT_ONE),
    }
}

/// Reads the one private key.
pub(super) fn private(pem: &str, password: Option<&str>) -> Result<PrivateKey, Error> {
    let blocks: Vec<_> = blocks(pem)?.into_iter().filter(|(label, _)| *label != "EC PARAMETERS").collect();
    let [(label, block)] = blocks[..] else {
        return Err(Error::key("not PEM text with one private key"));
    };
    let is_encrypted = match label {
        "PRIVATE KEY" => false,
        "ENCRYPTED PRIVATE KEY" => true,
        "RSA PRIVATE KEY" | "EC PRIVATE KEY" => block.contains("ENCRYPTED"),
        _ => return Err(Error::key("not PEM text with one private key")),
    };
    match (is_encrypted, password) {
        (true, None) => return Err(Error::key("the private key is encrypted: its password is needed")),
        (false, Some(_)) => {
            return Err(Error::key("a password was given for a private key that is not encrypted"));
        }
        _ => {}
    }
    // Always with a password, since OpenSSL would ask for one on the terminal.
    let password = password.unwrap_or_default().as_bytes();
    let key = PKey::private_key_from_pem_passphrase(block.as_bytes(), password);
    PrivateKey::admit(&key.map_err(|_| Error::key("not a private key, or a wrong password"))?)
}

/// The labels of PEM text and the blocks that carry them.
pub(crate) fn blocks(pem: &str) -> Result<Vec<(&str, &str)>, Error> {
    if pem.len() > MAX_KEY_FILE {
        return Err(Error::too_large("a file of a key must not exceed 64 KiB"));
    }
    let mut blocks = Vec::new();
    let mut rest = pem;
    while let Some((_, from)) = rest.split_once("-----BEGIN ") {
        let (label, _) = from.split_once("-----").ok_or(Error::key("PEM text that breaks off"))?;
        let end = format!("-----END {label}-----");
        let start = rest.len() - from.len() - "-----BEGIN ".len();
        let length = rest
            .get(start..)
            .and_then(|block| block.find(&end))
            .ok_or(Error::key("PEM text that breaks off"))?;
        let stop = start + length + end.len();
        blocks.push((label, rest.get(start..stop).unwrap_or_default()));
        rest = rest.get(stop..).unwrap_or_default();
    }
    Ok(blocks)
}

/// DER as PEM text (RFC 7468), wiped when dropped.
pub(crate) fn pem_text(label: &str, der: &[u8]) -> Zeroizing<String> {
    let body = Zeroizing::new(STANDARD.encode(der));
    // Room for all of it, so that no copy is left behind when it grows.
    let mut text = Zeroizing::new(String::with_capacity(body.len() * 2 + 2 * label.len() + 64));
    text.push_str(&format!("-----BEGIN {label}-----\n"));
    for line in body.as_bytes().chunks(64) {
        text.extend(line.iter().map(|byte| char::from(*byte)));
        text.push('\n');
    }
    text.push_str(&format!("-----END {label}-----\n"));
    text
}

/// Refuses what is too long, and what is longer than it says: DER readers ignore what follows.
pub(crate) fn check_length(der: &[u8]) -> Result<(), Error> {
    if der.len() > MAX_KEY_FILE {
        return Err(Error::too_large("a file of a key must not exceed 64 KiB"));
    }
    let said = match der {
        [0x30, length, ..] if *length < 0x80 => 2 + usize::from(*length),
        [0x30, 0x81, length, ..] => 3 + usize::from(*length),
        [0x30, 0x82, high, low, ..] => 4 + (usize::from(*high) << 8 | usize::from(*low)),
        _ => return Err(Error::key("not DER")),
    };
    if said == der.len() { Ok(()) } else { Err(Error::key("DER that is cut, or followed by something")) }
}
