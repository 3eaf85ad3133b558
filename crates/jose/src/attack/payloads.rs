//! Payloads and headers under the signature of others.

use super::{Attack, Family, Forge};
use crate::{Error, base64url, profile::Content};

pub(super) fn all(forge: &Forge<'_>) -> Result<Vec<Attack>, Error> {
    let good = forge.target.payload;
    let signature = base64url::decode(forge.parts()[2])?;
    let mut attacks = Vec::new();
    for (name, payload) in others(good) {
        // An empty part between the dots is another attack.
        let mut attack = forge.attack(
            Family::Payload,
            format!("payload {name}"),
            forge.assemble(forge.header.as_bytes(), &payload, &signature),
        );
        if forge.target.profile.content != Content::Attached {
            attack.payload = payload;
        }
        attacks.push(attack);
    }
    let header = forge.header.as_bytes();
    for step in 0..16 {
        let position = step * header.len() / 16;
        let mut flipped = header.to_vec();
        if let Some(byte) = flipped.get_mut(position) {
            *byte ^= 1;
        }
        let token = forge.assemble(&flipped, good, &signature);
        attacks.push(forge.attack(Family::Payload, format!("header with byte {position} flipped"), token));
    }
    for (name, json) in [
        ("with a blank more", format!("{} ", forge.header)),
        ("with its members turned round", turned(&forge.header)),
    ] {
        let token = forge.assemble(json.as_bytes(), good, &signature);
        attacks.push(forge.attack(Family::Payload, format!("header {name} under the old signature"), token));
    }
    Ok(attacks)
}

fn others(good: &[u8]) -> Vec<(String, Vec<u8>)> {
    let mut payloads = vec![
        ("replaced".to_owned(), b"{\"amount\":1000000}".to_vec()),
        ("emptied".to_owned(), Vec::new()),
        ("twice".to_owned(), good.repeat(2)),
        ("in base64url once more".to_owned(), base64url::encode(good).into_bytes()),
    ];
    for (name, more) in
        [("a blank", " "), ("a line feed", "\n"), ("CR LF", "\r\n"), ("NUL", "\0"), ("a brace", "}")]
    {
        payloads.push((format!("with {name} behind"), [good, more.as_bytes()].concat()));
        payloads.push((format!("with {name} before"), [more.as_bytes(), good].concat()));
    }
    for step in 0..32 {
        let position = step * good.len() / 32;
        let mut flipped = good.to_vec();
        if let Some(byte) = flipped.get_mut(position) {
            *byte ^= 1;
        }
        payloads.push((format!("with byte {position} flipped"), flipped));
        payloads
            .push((format!("cut to {position} bytes"), good.get(..position).unwrap_or_default().to_vec()));
    }
    payloads
}

fn turned(json: &str) -> String {
    let Ok(object) = crate::json::Object::parse(json.as_bytes()) else { return String::new() };
    let mut members: Vec<_> =
        object.iter().map(|(name, value)| format!("\"{name}\":{}", value.raw())).collect();
    members.reverse();
    format!("{{{}}}", members.join(", "))
}
