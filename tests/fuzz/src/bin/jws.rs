//! Compact signed tokens, whole: what is not the one good token is refused, and what is shown never panics.
#![no_main]

use libfuzzer_sys::fuzz_target;
use satang_fuzz::{key, now, profile, verifier};
use satang_jose::{Signer, Verifier, unverified};
use std::sync::LazyLock;

static VERIFIER: LazyLock<Verifier> = LazyLock::new(verifier);
static GOOD: LazyLock<String> = LazyLock::new(|| {
    let claims = r#"{"iss":"014","aud":"itmx","jti":"1","iat":1788000000,"exp":1788000060}"#;
    Signer::new(&profile(), &key()).and_then(|signer| signer.sign(claims)).expect("it signs")
});

fuzz_target!(|input: &[u8]| {
    if VERIFIER.verify(input, now()).is_ok() {
        assert_eq!(input, GOOD.as_bytes(), "a token was forged");
    }
    // A change of the good one, which bytes made of nothing would never find.
    let mut near = GOOD.clone().into_bytes();
    for pair in input.chunks_exact(2).take(8) {
        let at = usize::from(pair[0]) * near.len() / 256;
        near[at] ^= pair[1];
    }
    if VERIFIER.verify(&near, now()).is_ok() {
        assert_eq!(near, GOOD.as_bytes(), "a token was forged");
    }
    if let Ok(token) = unverified::decode(input) {
        let _ = token.flaw();
    }
});
