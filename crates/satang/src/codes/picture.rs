//! Codes in pictures.

use super::{Kind, Refused, Stopped, refuse};
use crate::output::Stream;
use satang_slip_verification::{Mode, picture};
use std::io::{self, Read};

/// Reads a picture, and tells of each code in it that is of the kind; the answer is no when there is none.
pub fn read(input: impl Read, mode: Mode, stream: &mut Stream, kind: &Kind) -> Result<bool, Stopped> {
    let limits = picture::Limits::default();
    let mut bytes = Vec::new();
    // One more than is allowed tells that there are too many.
    input.take(limits.bytes as u64 + 1).read_to_end(&mut bytes).map_err(Stopped::Input)?;
    tell(&bytes, &limits, mode, stream, kind).map_err(Stopped::Output)
}

fn tell(
    bytes: &[u8],
    limits: &picture::Limits,
    mode: Mode,
    stream: &mut Stream,
    kind: &Kind,
) -> io::Result<bool> {
    let no = |(reason, message)| Refused { valid: false, reason, offset: None, tag: None, message };
    let codes = match picture::read(bytes, limits) {
        Ok(codes) => codes,
        Err(error) => return refuse(stream, &no((error.as_str(), error.message()))),
    };
    let mut any = false;
    for payload in codes.payloads().filter(|payload| (kind.is_one)(payload, mode)) {
        any |= (kind.judge)(payload, mode, stream)?;
    }
    if any { Ok(true) } else { refuse(stream, &no(kind.missing)) }
}
