//! What all codes have in common: white space, limits, tags that stand once, and a checksum at the end.

use crate::{
    Error, Mode, Reason, Remark, Remarks, TagPath, checksum, limits,
    tlv::{Tag, Tags, Unit},
};

/// A payload without what stood around it.
#[derive(Clone, Copy)]
pub(crate) struct Trimmed<'a> {
    pub(crate) bytes: &'a [u8],
    /// How many bytes were cut off in front.
    pub(crate) offset: usize,
}

/// Takes white space off, or refuses it.
pub(crate) fn trim<'a>(bytes: &'a [u8], mode: Mode, remarks: &mut Remarks) -> Result<Trimmed<'a>, Error> {
    let (trimmed, front) = (bytes.trim_ascii(), bytes.len() - bytes.trim_ascii_start().len());
    if trimmed.len() < bytes.len() {
        if !mode.trims() {
            return Err(match front {
                0 => Error::new(Reason::TrailingWhitespace, trimmed.len()),
                _ => Error::new(Reason::LeadingWhitespace, 0),
            });
        }
        remarks.add(Remark::Trimmed);
    }
    Ok(Trimmed { bytes: trimmed, offset: front })
}

/// Reads the tags at the root up to the checksum, which must be the last and right, and shows each to `visit`.
#[inline]
pub(crate) fn read<'a>(
    text: &'a str,
    (offset, unit): (usize, Unit),
    crc_id: u8,
    mode: Mode,
    remarks: &mut Remarks,
    mut visit: impl FnMut(Tag<'a>) -> Result<(), Error>,
) -> Result<(), Error> {
    let mut tags = Tags::at(text, offset, unit);
    let (mut seen, mut count) = (0_u128, 0);
    while let Some(header) = tags.header()? {
        let refuse = |reason| Err(Error::new(reason, header.offset).within(TagPath::root(header.id)));
        if seen >> header.id & 1 != 0 {
            return refuse(Reason::DuplicateTag);
        }
        seen |= 1 << header.id;
        count += 1;
        if count > limits::TAGS {
            return refuse(Reason::TooManyTags);
        }
        if header.id != crc_id {
            visit(tags.value(header)?)?;
            continue;
        }
        if header.length != 4 {
            return refuse(Reason::CrcLength);
        }
        let covered = text.len() - tags.rest().len();
        return verify(text.as_bytes().get(..covered).unwrap_or_default(), &tags, crc_id, mode, remarks);
    }
    Err(Error::new(Reason::MissingCrc, tags.offset()))
}

/// Checks the digits that are left against what they cover.
fn verify(covered: &[u8], tags: &Tags<'_>, id: u8, mode: Mode, remarks: &mut Remarks) -> Result<(), Error> {
    let refuse = |reason, further| Err(Error::new(reason, tags.offset() + further).within(TagPath::root(id)));
    let digits = tags.rest();
    match digits.len() {
        4 => {}
        1..4 if mode == Mode::Repair => remarks.add(Remark::CrcRepaired),
        0..4 => return refuse(Reason::CrcLength, 0),
        _ => return refuse(Reason::TrailingBytes, 4),
    }
    let Some(read) = hexadecimal(digits) else { return refuse(Reason::CrcDigits, 0) };
    if read == checksum::crc16(covered) {
        return Ok(());
    }
    if mode != Mode::IgnoreCrc {
        return refuse(Reason::CrcMismatch, 0);
    }
    remarks.add(Remark::CrcIgnored);
    Ok(())
}

/// Where the first control character stands.
#[inline]
pub(crate) fn control_character(text: &str) -> Option<usize> {
    // Without a way out of the middle the compiler looks at many bytes at once.
    let any = text.bytes().fold(false, |any, byte| any | byte.is_ascii_control());
    if any { text.bytes().position(|byte| byte.is_ascii_control()) } else { None }
}

/// One to four hexadecimal digits, in either case.
pub(crate) fn hexadecimal(digits: &str) -> Option<u16> {
    digits.bytes().try_fold(0, |number: u16, byte| {
        let digit = match byte {
            b'0'..=b'9' => byte - b'0',
            b'A'..=b'F' => byte - b'A' + 10,
            b'a'..=b'f' => byte - b'a' + 10,
            _ => return None,
        };
        Some(number << 4 | u16::from(digit))
    })
}
