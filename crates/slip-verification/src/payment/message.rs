//! A message to whoever pays: tag 81.

use crate::{Error, Reason, Text, checksum, limits};

/// A message in TrueMoney's app (tag 81): UTF-16, big end first, in hexadecimal. Public code knows it; no specification is published.
///
/// ```
/// use satang_slip_verification::{Message, limits};
///
/// let mut buffer = [0; limits::MESSAGE];
/// let message = Message::encode("สวัสดี", &mut buffer)?;
/// assert_eq!(message.as_hex(), "0E2A0E270E310E2A0E140E35");
/// assert_eq!(message.characters().collect::<Result<String, _>>().ok().as_deref(), Some("สวัสดี"));
/// # Ok::<(), satang_slip_verification::Error>(())
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Message<'a>(Text<'a>);

impl<'a> Message<'a> {
    /// A message as it travels.
    ///
    /// # Errors
    /// [`Reason::Malformed`] when it is not 1 to 24 groups of four hexadecimal digits.
    pub fn new(hex: &'a str) -> Result<Self, Error> {
        match hex.bytes().position(|byte| !byte.is_ascii_hexdigit()) {
            None if (4..=limits::MESSAGE).contains(&hex.len()) && hex.len().is_multiple_of(4) => {
                Ok(Self(hex.into()))
            }
            place => Err(Error::new(Reason::Malformed, place.unwrap_or_default())),
        }
    }

    /// A message from its text.
    ///
    /// # Errors
    /// [`Reason::Malformed`] when there is no text, [`Reason::ValueTooLong`] when it needs more than 24 units of UTF-16.
    pub fn encode(text: &str, buffer: &'a mut [u8; limits::MESSAGE]) -> Result<Self, Error> {
        let mut length = 0;
        for unit in text.encode_utf16() {
            let space =
                buffer.get_mut(length..length + 4).ok_or_else(|| Error::new(Reason::ValueTooLong, 0))?;
            space.copy_from_slice(&checksum::hex(unit, false));
            length += 4;
        }
        let written = buffer.get(..length).unwrap_or_default();
        // Digits and letters are UTF-8.
        Self::new(core::str::from_utf8(written).unwrap_or_default())
    }

    /// The message as it travels.
    #[must_use]
    pub const fn as_hex(&self) -> &'a str {
        self.0.as_str()
    }

    /// The message's characters; an error in the place of half a pair.
    pub fn characters(&self) -> impl Iterator<Item = Result<char, core::char::DecodeUtf16Error>> + use<'a> {
        let (units, _) = self.as_hex().as_bytes().as_chunks::<4>();
        let unit = |digits: &[u8; 4]| {
            // All were looked at before.
            core::str::from_utf8(digits).ok().and_then(crate::envelope::hexadecimal).unwrap_or_default()
        };
        char::decode_utf16(units.iter().map(unit))
    }
}
