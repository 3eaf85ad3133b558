//! PKCS#12 files.
#![no_main]

use libfuzzer_sys::fuzz_target;
use satang_jose::Identity;

fuzz_target!(|input: &[u8]| {
    if let Ok(identity) = Identity::from_pkcs12(input, "a") {
        assert!(!identity.certificates.is_empty());
    }
});
