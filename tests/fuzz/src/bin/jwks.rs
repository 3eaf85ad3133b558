//! Sets of JSON Web Keys: a set that is read is read again as it is published.
#![no_main]

use libfuzzer_sys::fuzz_target;
use satang_jose::{
    KeySet,
    SignatureAlgorithm::{EdDsa, Es256, Ps256, Rs256},
};

fuzz_target!(|input: &[u8]| {
    let algorithms = [Rs256, Ps256, Es256, EdDsa];
    if let Ok(imported) = KeySet::from_jwks(input, &algorithms) {
        let published = imported.keys.to_jwks();
        let again = KeySet::from_jwks(published.as_bytes(), &algorithms).expect("what is published is read");
        assert!(again.skipped.is_empty());
        assert!(again.keys.iter().eq(imported.keys.iter()));
    }
});
