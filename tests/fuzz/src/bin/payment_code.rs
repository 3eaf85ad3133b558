//! PromptPay codes, in every mode.
#![no_main]

use libfuzzer_sys::fuzz_target;
use satang_slip_verification::{Mode, PaymentQr, Remark};

fuzz_target!(|input: &[u8]| {
    let strict = PaymentQr::read(input);
    for mode in [Mode::Strict, Mode::Tolerant, Mode::Repair, Mode::IgnoreCrc] {
        let reading = PaymentQr::read_in(input, mode);
        if let Ok(code) = &strict {
            assert!(
                reading.as_ref().is_ok_and(|reading| reading.value == *code && reading.remarks.is_empty())
            );
        }
        match reading {
            Ok(reading) => match reading.value.to_payload() {
                Ok(payload) => {
                    let again =
                        PaymentQr::read_in(&payload, Mode::Tolerant).expect("what was written can be read");
                    assert!(again.value == reading.value);
                }
                // A length that counted characters may be too long in bytes.
                Err(_) => assert!(reading.remarks.contains(Remark::Characters)),
            },
            Err(error) => assert!(error.offset() <= input.len()),
        }
    }
});
