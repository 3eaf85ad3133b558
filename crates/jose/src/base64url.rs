//! base64url as RFC 7515 has it: no padding, no blanks, and no bits that a decoder would drop.

use crate::{Error, Kind};
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
    let text = text.as_ref();
    URL_SAFE_NO_PAD.decode(text).map_err(|_| {
        if text.iter().any(u8::is_ascii_whitespace) {
            WHITE_SPACE
        } else {
            Error::malformed("a part is not base64url without padding")
        }
    })
}

const WHITE_SPACE: Error = Error::malformed("white space within a token");

/// Refuses 4n + 1 characters: n groups of three bytes, and six bits that are less than a byte. `reason` names the part.
pub(crate) fn check_length(text: &[u8], reason: &'static str) -> Result<(), Error> {
    if text.len() % 4 != 1 {
        Ok(())
    } else if text.iter().any(u8::is_ascii_whitespace) {
        // Then the count means nothing.
        Err(WHITE_SPACE)
    } else {
        Err(Error::new(Kind::ImpossibleLength, reason))
    }
}

/// What [`check_length`] says of each part of a signed token.
pub(crate) const HEADER: &str = "the header has a length that base64url cannot have";
pub(crate) const PAYLOAD: &str = "the payload has a length that base64url cannot have";
pub(crate) const SIGNATURE: &str = "the signature has a length that base64url cannot have";

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
