//! Barcodes of bills, and what they are as payment codes.
#![no_main]

use libfuzzer_sys::fuzz_target;
use satang_slip_verification::{Barcode, PaymentQr};

fuzz_target!(|input: &[u8]| {
    if let Ok(barcode) = Barcode::read(input) {
        assert_eq!(Barcode::read(&barcode.to_payload()), Ok(barcode));
        let payload = PaymentQr::from(barcode).to_payload().expect("a bill fits into a code");
        let code = PaymentQr::read(&payload).expect("what was written can be read");
        assert_eq!(Barcode::try_from(&code), Ok(barcode));
    }
});
