//! X.509 certificates, and the trust in them.
#![no_main]

use libfuzzer_sys::fuzz_target;
use satang_fuzz::now;
use satang_jose::{Authorities, Certificate};

fuzz_target!(|input: &[u8]| {
    if let Ok(certificate) = Certificate::from_der(input) {
        assert_eq!(certificate.to_der(), input, "a certificate has one encoding");
        let _ = (certificate.public_key().is_ok(), certificate.is_valid_at(now()));
        let trusted = Authorities::new([certificate.clone()]).expect("one is enough");
        let _ = trusted.check(std::slice::from_ref(&certificate), now());
    }
});
