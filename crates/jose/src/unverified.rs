//! What a token says before anything is verified: for people who look for a mistake, never for programs that decide.
//!
//! ```
//! use satang_jose::{Kind, unverified};
//!
//! let token = unverified::decode(b"eyJhbGciOiJub25lIn0.e30.A")?;
//! assert_eq!(token.header.bytes.as_deref(), Ok(&b"{\"alg\":\"none\"}"[..]));
//! assert_eq!(token.signature.bytes.unwrap_err().kind(), Kind::ImpossibleLength);
//! # Ok::<(), satang_jose::Error>(())
//! ```

use crate::{Error, base64url, json::Object};

/// How many characters a token has at most.
const MAX_TOKEN: usize = 4 * 1024 * 1024;

/// The parts of a compact JWS. Nothing of it may be believed.
#[derive(Clone, Debug)]
pub struct Unverified {
    /// The header: JSON, when it is one.
    pub header: Part,
    /// The payload; of no characters when it is detached.
    pub payload: Part,
    /// The signature, of which nobody knows whether it is right.
    pub signature: Part,
}

/// A part of a token.
#[derive(Clone, Debug)]
pub struct Part {
    /// How many characters it has in the token.
    pub characters: usize,
    /// The bytes that the characters stand for, or why they stand for none.
    pub bytes: Result<Vec<u8>, Error>,
}

impl Unverified {
    /// The first reason for which no key and no profile can verify this token; there may be none.
    #[must_use]
    pub fn flaw(&self) -> Option<Error> {
        let parts = [&self.header, &self.payload, &self.signature];
        parts
            .into_iter()
            .find_map(|part| part.bytes.as_ref().err().copied())
            .or_else(|| self.header.bytes.as_ref().ok().and_then(|header| Object::parse(header).err()))
    }
}

/// Takes a compact JWS of at most 4 MiB apart.
///
/// # Errors
/// When it is larger, or has not three parts. What is wrong within a part is told there.
pub fn decode(token: &[u8]) -> Result<Unverified, Error> {
    if token.len() > MAX_TOKEN {
        return Err(Error::too_large("a token must not exceed 4 MiB"));
    }
    let mut parts = token.splitn(4, |byte| *byte == b'.');
    let (Some(header), Some(payload), Some(signature), None) =
        (parts.next(), parts.next(), parts.next(), parts.next())
    else {
        return Err(Error::malformed("a signed token has three parts"));
    };
    Ok(Unverified {
        header: part(header, base64url::HEADER),
        payload: part(payload, base64url::PAYLOAD),
        signature: part(signature, base64url::SIGNATURE),
    })
}

fn part(text: &[u8], impossible: &'static str) -> Part {
    let bytes = base64url::check_length(text, impossible).and_then(|()| base64url::decode(text));
    Part { characters: text.len(), bytes }
}
