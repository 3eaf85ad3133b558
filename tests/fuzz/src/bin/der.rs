//! Keys in DER: PKCS#8 and SubjectPublicKeyInfo.
#![no_main]

use libfuzzer_sys::fuzz_target;
use satang_jose::{PrivateKey, PublicKey};

fuzz_target!(|input: &[u8]| {
    if let Ok(key) = PublicKey::from_der(input) {
        assert_eq!(key.to_der(), input, "a public key has one encoding");
    }
    if let Ok(key) = PrivateKey::from_der(input) {
        let again = PrivateKey::from_der(&key.to_der()).expect("what is written is read");
        assert_eq!(again.public(), key.public());
    }
});
