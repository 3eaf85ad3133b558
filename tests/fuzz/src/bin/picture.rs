//! PNG and JPEG files.
#![no_main]

use libfuzzer_sys::fuzz_target;
use satang_slip_verification::{Mode, picture};

fuzz_target!(|input: &[u8]| {
    let limits = picture::Limits { pixels: 250_000, ..picture::Limits::default() };
    if let Ok(codes) = picture::read(input, &limits) {
        assert!(codes.slips(Mode::Tolerant).count() <= limits.codes);
    }
});
