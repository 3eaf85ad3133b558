//! Exchanges tokens with another library, through files: `cargo xtask test jose` runs it.
//!
//! `exchange write FOLDER` leaves keys and tokens for the other library in `ours.json`; `exchange read FOLDER` reads what
//! that left in `theirs.json`, made with its own keys, or for ours. Each algorithm goes both ways.

#![allow(clippy::indexing_slicing, clippy::print_stdout)] // a missing member of theirs is no token, and told as such

use satang_jose::{
    ClaimRules, Content, KeyAlgorithm, KeySet, NumericDate, PrivateKey, Profile,
    SignatureAlgorithm::{self, EdDsa, Es256, Ps256, Rs256},
    Signer, SigningKey, Verifier,
    jwe::{self, Decrypter, DecryptionKey, Encrypter, EncryptionKey},
};
use serde_json::{Map, Value, json};
use std::{env, error::Error, fs, path::Path};

const ALGORITHMS: [SignatureAlgorithm; 4] = [Rs256, Ps256, Es256, EdDsa];
const PAYLOAD: &str = "{\"สตางค์\": \"1/100 baht\"}";
const CLAIMS: &str = r#"{"iss":"ours","aud":"theirs","jti":"1","iat":1788000000,"exp":1788000060}"#;

type Outcome<T> = Result<T, Box<dyn Error>>;

fn main() -> Outcome<()> {
    let arguments: Vec<String> = env::args().collect();
    match arguments.iter().map(String::as_str).collect::<Vec<_>>()[..] {
        [_, "write", folder] => write(Path::new(folder)),
        [_, "read", folder] => read(Path::new(folder)),
        _ => Err("exchange write|read FOLDER".into()),
    }
}

/// Bytes between the dots.
fn attached() -> Profile {
    Profile::new(ALGORITHMS)
}

fn claims(issuer: &str, audience: &str) -> Profile {
    Profile::new(ALGORITHMS)
        .typ("JWT")
        .claims(ClaimRules::new(audience).issuer(issuer).max_lifetime(60).require("jti"))
}

fn unencoded() -> Profile {
    Profile::new(ALGORITHMS).content(Content::DetachedUnencoded)
}

fn write(folder: &Path) -> Outcome<()> {
    let (rsa, p256) = (PrivateKey::generate_rsa(2048)?, PrivateKey::generate_p256()?);
    let ed25519 = PrivateKey::generate_ed25519()?;
    let mut signed = Map::new();
    for algorithm in ALGORITHMS {
        let private = match algorithm {
            Rs256 | Ps256 => &rsa,
            Es256 => &p256,
            EdDsa => &ed25519,
        };
        let key = SigningKey::new(private.clone(), algorithm)?.with_key_id("ours")?;
        let keys = KeySet::new([key.verifying_key().clone()])?;
        signed.insert(
            algorithm.name().to_owned(),
            json!({
                "jwks": keys.to_jwks().parse::<Value>()?,
                "attached": Signer::new(&attached(), &key)?.sign(PAYLOAD)?,
                "claims": Signer::new(&claims("ours", "theirs"), &key)?.sign(CLAIMS)?,
                "unencoded": Signer::new(&unencoded(), &key)?.sign(PAYLOAD)?,
            }),
        );
    }
    // What the other library needs to encrypt for us, and we to decrypt; and the other way round by its own keys.
    let mut receivers = Map::new();
    for (algorithm, private) in [(KeyAlgorithm::RsaOaep256, &rsa), (KeyAlgorithm::EcdhEs, &p256)] {
        receivers.insert(algorithm.name().to_owned(), private.public().to_jwk().parse()?);
        fs::write(folder.join(format!("{}.der", algorithm.name())), &*private.to_der())?;
    }
    let ours = json!({"payload": PAYLOAD, "signed": signed, "receivers": receivers});
    Ok(fs::write(folder.join("ours.json"), ours.to_string())?)
}

fn read(folder: &Path) -> Outcome<()> {
    let theirs: Value = serde_json::from_str(&fs::read_to_string(folder.join("theirs.json"))?)?;
    let now = NumericDate::new(1_788_000_030)?;
    let mut count = 0;
    for algorithm in ALGORITHMS {
        let name = algorithm.name();
        let told = &theirs["signed"][name];
        let text = |form: &str| told[form].as_str().ok_or(format!("{name}: no token {form}"));
        let keys = || {
            KeySet::from_jwks(told["jwks"].to_string().as_bytes(), &[algorithm]).map(|imported| imported.keys)
        };
        let verified = Verifier::new(&attached(), keys()?)?.verify(text("attached")?, now)?;
        if verified.payload() != PAYLOAD.as_bytes() {
            return Err(format!("{name}: another payload").into());
        }
        Verifier::new(&claims("theirs", "ours"), keys()?)?.verify(text("claims")?, now)?;
        Verifier::new(&unencoded(), keys()?)?.verify_detached(text("unencoded")?, PAYLOAD.as_bytes(), now)?;
        count += 3;
    }
    let mut replies = Map::new();
    for algorithm in [KeyAlgorithm::RsaOaep256, KeyAlgorithm::EcdhEs] {
        let name = algorithm.name();
        let private = PrivateKey::from_der(&fs::read(folder.join(format!("{name}.der")))?)?;
        let key = DecryptionKey::new(private, algorithm)?.with_key_id("ours")?;
        let profile = jwe::Profile::new(algorithm);
        let token = theirs["encrypted"][name].as_str().ok_or(format!("{name}: no token"))?;
        if *Decrypter::new(&profile, &[key])?.decrypt(token)? != PAYLOAD.as_bytes() {
            return Err(format!("{name}: another content").into());
        }
        let key = EncryptionKey::from_jwk(theirs["receivers"][name].to_string().as_bytes(), algorithm)?;
        replies.insert(name.to_owned(), Encrypter::new(&profile, &key)?.encrypt(PAYLOAD)?.into());
        count += 1;
    }
    fs::write(folder.join("replies.json"), Value::from(replies).to_string())?;
    println!("{count} of theirs read");
    Ok(())
}
