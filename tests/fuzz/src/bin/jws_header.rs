//! The protected header of a token that is rightly signed.
#![no_main]

use libfuzzer_sys::fuzz_target;
use satang_fuzz::{key, now, signed};
use satang_jose::{
    Authorities, Certificate, KeySet, NewCertificate, Presence, PrivateKey, Profile,
    SignatureAlgorithm::EdDsa, Verifier,
};
use std::sync::LazyLock;

static PROFILE: LazyLock<Profile> =
    LazyLock::new(|| Profile::new([EdDsa]).key_id(Presence::Optional).certificates(Presence::Optional));
static VERIFIER: LazyLock<Verifier> = LazyLock::new(|| {
    Verifier::new(&PROFILE, KeySet::new([key().verifying_key().clone()]).expect("one key is a set"))
        .expect("it fits")
});
static TRUSTED: LazyLock<Authorities> = LazyLock::new(|| {
    let private = PrivateKey::from_jwk(satang_fuzz::ED25519).expect("the RFC's key is sound");
    let own: Certificate = NewCertificate::new("a", now(), 10).self_signed(&private).expect("it is made");
    Authorities::new([own]).expect("one is enough")
});

fuzz_target!(|input: &[u8]| {
    let token = signed(input, b"payload");
    if VERIFIER.verify(&token, now()).is_ok() {
        let text = std::str::from_utf8(input).expect("what is accepted is UTF-8");
        assert!(text.contains("EdDSA") || text.contains("\\u00"), "alg is the key's");
        assert!(!text.contains("\"crit\""), "no critical header is understood");
    }
    let _ = TRUSTED.signer(&token, &PROFILE, now());
});
