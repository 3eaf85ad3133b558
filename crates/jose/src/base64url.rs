//! base64url as RFC 7515 has it: no padding, no blanks, and no bits that a decoder would drop.

use crate::Error;
use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};

/// Appends the text of `bytes`.
pub(crate) fn encode_into(bytes: impl AsRef<[u8]>, text: &mut String) {
    URL_SAFE_NO_PAD.encode_string(bytes, text);
}

/// The text of `bytes`.
pub(crate) fn encode(bytes: impl AsRef<[u8]>) -> String {
    URL_SAFE_NO_PAD.encode(bytes)
}

/// The only bytes that have this text.
pub(crate) fn decode(text: impl AsRef<[u8]>) -> Result<Vec<u8>, Error> {
    URL_SAFE_NO_PAD.decode(text).map_err(|_| Error::malformed("a part is not base64url without padding"))
}

/// Exactly `N` bytes.
pub(crate) fn decode_array<const N: usize>(text: &[u8]) -> Option<[u8; N]> {
    // The length first: decoding costs memory, and a stranger chooses the text.
    if text.len() != (N * 4).div_ceil(3) {
        return None;
    }
    decode(text).ok()?.try_into().ok()
}

/// How many characters `bytes` take.
pub(crate) const fn encoded_length(bytes: usize) -> usize {
    bytes.saturating_mul(4).div_ceil(3)
}
