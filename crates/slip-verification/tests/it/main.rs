//! Tests of the crate from outside.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    clippy::print_stderr
)] // tests say so by failing, and loudly when they cannot

mod allocations;
mod barcodes;
#[cfg(feature = "interbank")]
mod interbank;
#[cfg(feature = "merchant")]
mod merchants;
mod payments;
mod peer;
#[cfg(feature = "image")]
mod pictures;
mod proxies;
mod robustness;
mod shared_vectors;
mod slips;

use satang_slip_verification::crc16;

/// A payload with its checksum: the text, and the digits behind it.
fn sealed(text: &str) -> String {
    format!("{text}{:04X}", crc16(text.as_bytes()))
}

/// The checksum bit by bit, as its definition has it.
fn slow_crc16(bytes: &[u8]) -> u16 {
    bytes.iter().fold(0xffff, |register, byte| {
        (0..8).fold(register ^ (u16::from(*byte) << 8), |register, _| {
            if register & 0x8000 == 0 { register << 1 } else { (register << 1) ^ 0x1021 }
        })
    })
}

#[test]
fn the_checksum_is_the_defined_one_at_every_length() {
    let bytes: Vec<u8> = (0_u8..=255).chain((0..=255).rev()).collect();
    for length in 0..bytes.len() {
        assert_eq!(crc16(&bytes[..length]), slow_crc16(&bytes[..length]), "{length} bytes");
    }
    for (text, sum) in [
        ("123456789", 0x29b1),
        ("0", 0xd7a3),
        ("00", 0x2ec9),
        ("004", 0x7a7b),
        ("0041", 0x82af),
        ("00410", 0x2899),
        ("004100", 0x0a39),
        ("004100060000010103014022000111222233344ABCD125102TH9104", 0x17df),
    ] {
        assert_eq!(crc16(text.as_bytes()), sum, "{text}");
    }
}
