//! Keys and certificates in PEM, encrypted or not.
#![no_main]

use libfuzzer_sys::fuzz_target;
use satang_jose::{Certificate, PrivateKey, PublicKey};

fuzz_target!(|input: &[u8]| {
    let text = String::from_utf8_lossy(input);
    if let Ok(key) = PublicKey::from_pem(&text) {
        assert_eq!(PublicKey::from_pem(&key.to_pem()), Ok(key));
    }
    if let Ok(key) = PrivateKey::from_pem(&text) {
        let again = PrivateKey::from_pem(&key.to_pem()).expect("what is written is read");
        assert_eq!(again.public(), key.public());
    }
    let _ = PrivateKey::from_encrypted_pem(&text, "password");
    let _ = Certificate::chain_from_pem(&text);
});
