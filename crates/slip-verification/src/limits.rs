//! How large anything may be. Proposed by Satang; the formats themselves allow more.

/// Bytes of a mini-QR, and of a payment code without tags 80 and 81.
pub const PAYLOAD: usize = 512;
/// Bytes of a payment code with tag 80 (VAT) or 81 (message).
pub const PAYLOAD_WITH_EXTRAS: usize = 4096;
/// Tags at the root.
pub const TAGS: usize = 64;
/// Bytes of a value: its length is written with two digits. Public.
pub const VALUE: usize = 99;
/// Characters of a transaction reference. Public.
pub const TRANS_REF: usize = 25;
/// Characters of a reference in a bill payment. Public.
pub const REFERENCE: usize = 20;
/// Bytes of a message in hexadecimal: 24 units of UTF-16, the most that a value holds.
pub const MESSAGE: usize = 96;
/// The largest amount, 9,999,999,999.99 baht, in satang: thirteen characters hold it. Public.
pub const AMOUNT: i64 = 999_999_999_999;
