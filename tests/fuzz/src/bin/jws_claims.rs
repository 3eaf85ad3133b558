//! The claims of a token that is rightly signed.
#![no_main]

use libfuzzer_sys::fuzz_target;
use satang_fuzz::{now, signed, verifier};
use satang_jose::Verifier;
use std::sync::LazyLock;

static VERIFIER: LazyLock<Verifier> = LazyLock::new(verifier);

fuzz_target!(|input: &[u8]| {
    let token = signed(br#"{"typ":"JWT","alg":"EdDSA","kid":"1"}"#, input);
    if let Ok(verified) = VERIFIER.verify(&token, now()) {
        let claims = verified.claims().expect("the profile has claims");
        assert_eq!(verified.payload(), input);
        assert_eq!(claims.issuer(), "014");
        assert!(claims.audience().iter().any(|audience| audience == "itmx"));
        assert!(claims.expires() + 30 > now() && claims.id().is_some());
    }
});
