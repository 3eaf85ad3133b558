//! Compact encrypted tokens.
#![no_main]

use libfuzzer_sys::fuzz_target;
use satang_jose::{
    KeyAlgorithm, Presence, PrivateKey,
    jwe::{Decrypter, DecryptionKey, Profile},
};
use std::sync::LazyLock;

/// The key of RFC 7515, A.3.
const P256: &[u8] = br#"{"kty":"EC","crv":"P-256","x":"f83OJ3D2xF1Bg8vub9tLe1gHMzV76e8Tus9uPHvRVEU","y":"x_FEzRu9m36HLN_tue659LNpXW6pCyStikYjKIWI5a0","d":"jpsQnnGQmL-YBIffH1136cspYG6-0iY7X1fCE9-E9LI"}"#;

static DECRYPTER: LazyLock<Decrypter> = LazyLock::new(|| {
    let key = PrivateKey::from_jwk(P256).expect("the RFC's key is sound");
    let key = DecryptionKey::new(key, KeyAlgorithm::EcdhEs).expect("it is for ECDH-ES");
    let profile = Profile::new(KeyAlgorithm::EcdhEs).key_id(Presence::Optional);
    Decrypter::new(&profile, &[key]).expect("the key fits the profile")
});

fuzz_target!(|input: &[u8]| {
    let _ = DECRYPTER.decrypt(input);
});
