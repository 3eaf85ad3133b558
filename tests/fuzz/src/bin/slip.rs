//! Mini-QRs of slips, in every mode.
#![no_main]

use libfuzzer_sys::fuzz_target;
use satang_slip_verification::{Mode, Remark, Slip};

fuzz_target!(|input: &[u8]| {
    let strict = Slip::read(input);
    for mode in [Mode::Strict, Mode::Tolerant, Mode::Repair, Mode::IgnoreCrc] {
        let reading = Slip::read_in(input, mode);
        if let Ok(slip) = strict {
            assert!(reading.is_ok_and(|reading| reading.value == slip && reading.remarks.is_empty()));
        }
        match reading {
            Ok(reading) => {
                let payload = reading.value.to_payload().expect("what was read can be written");
                let abroad = reading.remarks.contains(Remark::Country);
                assert!(abroad || Slip::read(&payload).is_ok_and(|slip| slip == reading.value));
            }
            Err(error) => assert!(error.offset() <= input.len()),
        }
    }
});
