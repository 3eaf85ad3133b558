//! JSON Web Keys, public and private: a key that is read is read again as it is written.
#![no_main]

use libfuzzer_sys::fuzz_target;
use satang_jose::{PrivateKey, PublicKey};

fuzz_target!(|input: &[u8]| {
    if let Ok(key) = PublicKey::from_jwk(input) {
        assert_eq!(PublicKey::from_jwk(key.to_jwk().as_bytes()).as_ref(), Ok(&key));
        assert_eq!(PublicKey::from_der(&key.to_der()).as_ref(), Ok(&key));
    }
    if let Ok(key) = PrivateKey::from_jwk(input) {
        let written = key.to_jwk().expect("it is written");
        let read = PrivateKey::from_jwk(written.as_bytes()).expect("what is written is read");
        assert_eq!(*read.to_der(), *key.to_der());
    }
});
