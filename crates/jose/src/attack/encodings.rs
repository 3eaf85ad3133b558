//! Other bytes for what might be taken as the same token.

use super::{Attack, Family, Forge};
use crate::{Error, base64url, profile::Content};
use base64::{
    Engine,
    engine::general_purpose::{STANDARD, URL_SAFE},
};

pub(super) fn all(forge: &Forge<'_>) -> Result<Vec<Attack>, Error> {
    let [header, payload, signature] = forge.parts();
    let genuine = String::from_utf8_lossy(&forge.genuine).into_owned();
    let mut tokens: Vec<(String, Vec<u8>)> = Vec::new();
    let mut add = |name: &str, token: &str| tokens.push((name.to_owned(), token.as_bytes().to_vec()));
    for (name, token) in [
        ("nothing", String::new()),
        ("one dot", ".".to_owned()),
        ("two dots", "..".to_owned()),
        ("three dots", "...".to_owned()),
        ("four dots", "....".to_owned()),
        ("only dots, as many as fit", ".".repeat(forge.target.profile.max_token)),
        ("only dots, one more than fit", ".".repeat(forge.target.profile.max_token + 1)),
        ("a header alone", header.to_owned()),
        ("two parts", format!("{header}.{payload}")),
        ("no header", format!(".{payload}.{signature}")),
        ("no signature", format!("{header}.{payload}.")),
        ("nothing but a signature", format!("..{signature}")),
        ("a fourth part that is empty", format!("{genuine}.")),
        ("four parts", format!("{genuine}.{signature}")),
        ("five parts", format!("{genuine}.{payload}.{signature}")),
        ("the token twice", format!("{genuine}{genuine}")),
        ("the parts turned round", format!("{signature}.{payload}.{header}")),
        ("Bearer before it", format!("Bearer {genuine}")),
        ("in quotes", format!("\"{genuine}\"")),
        ("in capitals", genuine.to_uppercase()),
        ("in small letters", genuine.to_lowercase()),
        ("percent-encoded dots", genuine.replace('.', "%2E")),
        ("commas for dots", genuine.replace('.', ",")),
        ("full-width dots", genuine.replace('.', "．")),
        ("wrapped lines", wrapped(&genuine)),
        (
            "flattened JSON",
            format!("{{\"payload\":\"{payload}\",\"protected\":\"{header}\",\"signature\":\"{signature}\"}}"),
        ),
        (
            "general JSON",
            format!(
                "{{\"payload\":\"{payload}\",\"signatures\":[{{\"protected\":\"{header}\",\"signature\":\"{signature}\"}}]}}"
            ),
        ),
        (
            "general JSON with two signatures",
            format!(
                "{{\"payload\":\"{payload}\",\"signatures\":[{{\"protected\":\"{header}\",\"signature\":\"{signature}\"}},{{\"protected\":\"{header}\",\"signature\":\"{signature}\"}}]}}"
            ),
        ),
        (
            "unprotected header",
            format!(
                "{{\"payload\":\"{payload}\",\"header\":{},\"signature\":\"{signature}\"}}",
                forge.header
            ),
        ),
        (
            "an encrypted token",
            format!(
                "{}.{payload}.AAAAAAAAAAAAAAAA.{payload}.AAAAAAAAAAAAAAAAAAAAAA",
                base64url::encode(r#"{"alg":"RSA-OAEP-256","enc":"A256GCM"}"#)
            ),
        ),
        ("a token of another format", format!("v4.public.{payload}{signature}")),
    ] {
        add(name, &token);
    }
    for (name, blank) in [
        ("a blank", " "),
        ("a tab", "\t"),
        ("a line feed", "\n"),
        ("CR LF", "\r\n"),
        ("NUL", "\0"),
        ("a no-break space", "\u{a0}"),
        ("a zero-width space", "\u{200b}"),
        ("a byte order mark", "\u{feff}"),
    ] {
        add(&format!("{name} before it"), &format!("{blank}{genuine}"));
        add(&format!("{name} after it"), &format!("{genuine}{blank}"));
        add(&format!("{name} after the header"), &format!("{header}{blank}.{payload}.{signature}"));
        add(&format!("{name} before the payload"), &format!("{header}.{blank}{payload}.{signature}"));
        add(&format!("{name} within the signature"), &format!("{header}.{payload}.{blank}{signature}"));
    }
    for (part, text) in [("header", header), ("payload", payload), ("signature", signature)] {
        for (name, other) in other_texts(text) {
            let parts = [("header", header), ("payload", payload), ("signature", signature)];
            let token = parts.map(|(name, text)| if name == part { other.as_str() } else { text }).join(".");
            add(&format!("{part} {name}"), &token);
        }
    }
    if forge.target.profile.content != Content::Attached {
        add(
            "the payload between the dots after all",
            &format!("{header}.{}.{signature}", base64url::encode(forge.target.payload)),
        );
        add("something between the dots", &format!("{header}.QQ.{signature}"));
    }
    for size in [forge.target.profile.max_token + 1, 1 << 20] {
        add(&format!("{size} characters of signature"), &format!("{header}.{payload}.{}", "A".repeat(size)));
        add(&format!("{size} characters of header"), &format!("{}.{payload}.{signature}", "A".repeat(size)));
        add(&format!("{size} characters of payload"), &format!("{header}.{}.{signature}", "A".repeat(size)));
    }
    for byte in [0_u8, 0x7f, 0x80, 0xc0, 0xff] {
        for position in [0, header.len(), header.len() + 1, forge.genuine.len() - 1] {
            let mut token = forge.genuine.clone();
            token.splice(position..=position, [byte]);
            tokens.push((format!("the byte {byte:#04x} at {position}"), token));
        }
    }
    Ok(tokens.into_iter().map(|(name, token)| forge.attack(Family::Encoding, name, token)).collect())
}

/// Texts that a careless decoder takes for the same bytes.
fn other_texts(text: &str) -> Vec<(&'static str, String)> {
    let Ok(bytes) = base64url::decode(text) else { return Vec::new() };
    let mut texts = vec![
        ("with padding", URL_SAFE.encode(&bytes)),
        ("in the standard alphabet", STANDARD.encode(&bytes).trim_end_matches('=').to_owned()),
        ("in the standard alphabet with padding", STANDARD.encode(&bytes)),
        ("with too much padding", format!("{text}====")),
        ("encoded twice", base64url::encode(text)),
        ("in hexadecimal", bytes.iter().map(|byte| format!("{byte:02x}")).collect()),
        (
            "with an impossible length",
            format!("{text}{}", "AAAA".get(..(5 - text.len() % 4) % 4).unwrap_or("A")),
        ),
        ("with a character that is none", format!("{text}!")),
    ];
    // The last character holds bits that no byte needs.
    if let Some(last) = text.chars().last().filter(|_| !text.len().is_multiple_of(4)) {
        const ALPHABET: &str = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";
        let next = ALPHABET.find(last).and_then(|position| ALPHABET.chars().nth(position | 1));
        if let (Some(next), Some(start)) = (next, text.get(..text.len() - 1)) {
            texts.push(("with a bit that no byte needs", format!("{start}{next}")));
        }
    }
    texts
}

fn wrapped(token: &str) -> String {
    let mut lines = String::new();
    for (position, letter) in token.chars().enumerate() {
        if position > 0 && position % 64 == 0 {
            lines.push('\n');
        }
        lines.push(letter);
    }
    lines
}
