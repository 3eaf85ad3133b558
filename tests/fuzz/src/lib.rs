//! What targets share: keys and times that are the same each time, so that an input that crashed crashes again.

use satang_jose::{
    ClaimRules, NumericDate, PrivateKey, Profile,
    SignatureAlgorithm::EdDsa,
    SigningKey, Verifier,
    backend::{Backend, OpenSsl},
};

/// The private key of RFC 8037, A.1.
pub const ED25519: &[u8] = br#"{"kty":"OKP","crv":"Ed25519","d":"nWGxne_9WmC6hEr0kuwsxERJxWl7MmkZcDusAxyuf2A","x":"11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo"}"#;

/// The time of every target.
pub fn now() -> NumericDate {
    NumericDate::new(1_788_000_000).expect("a date in range")
}

/// A key for EdDSA, of which each message has one signature.
pub fn key() -> SigningKey {
    let private = PrivateKey::from_jwk(ED25519).expect("the RFC's key is sound");
    SigningKey::new(private, EdDsa).and_then(|key| key.with_key_id("1")).expect("it is for EdDSA")
}

/// Tokens with claims between two members of a hub.
pub fn profile() -> Profile {
    Profile::new([EdDsa])
        .typ("JWT")
        .claims(ClaimRules::new("itmx").issuer("014").max_lifetime(60).require("jti"))
}

/// A verifier of [`profile`] that knows [`key`].
pub fn verifier() -> Verifier {
    let keys = satang_jose::KeySet::new([key().verifying_key().clone()]).expect("one key is a set");
    Verifier::new(&profile(), keys).expect("the key fits the profile")
}

/// A token of any header and payload, rightly signed: what lies behind a signature is reached by whoever has a key.
pub fn signed(header: &[u8], payload: &[u8]) -> String {
    let private = PrivateKey::from_jwk(ED25519).expect("the RFC's key is sound");
    let sign = OpenSsl.signing(&private, EdDsa).expect("it is for EdDSA");
    let signed = format!("{}.{}", base64url(header), base64url(payload));
    let signature = sign.sign(signed.as_bytes()).expect("it signs");
    format!("{signed}.{}", base64url(&signature))
}

fn base64url(bytes: &[u8]) -> String {
    const ALPHABET: &[u8; 64] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";
    let mut text = String::with_capacity(bytes.len() * 4 / 3 + 3);
    for group in bytes.chunks(3) {
        let bits =
            group.iter().fold(0_u32, |bits, byte| bits << 8 | u32::from(*byte)) << (8 * (3 - group.len()));
        for place in 0..=group.len() {
            text.push(char::from(ALPHABET[(bits >> (18 - 6 * place) & 63) as usize]));
        }
    }
    text
}
