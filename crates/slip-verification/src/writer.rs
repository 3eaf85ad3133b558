//! Writes tags into a buffer of the caller.

use crate::{Error, Reason, TagPath, checksum, limits};

/// A payload on its way into a buffer.
pub(crate) struct Writer<'b> {
    buffer: &'b mut [u8],
    length: usize,
    parent: TagPath,
}

impl<'b> Writer<'b> {
    pub(crate) fn new(buffer: &'b mut [u8]) -> Self {
        Self { buffer, length: 0, parent: TagPath::default() }
    }

    /// A tag whose value is made of these pieces.
    pub(crate) fn tag(&mut self, id: u8, pieces: &[&[u8]]) -> Result<(), Error> {
        let length = pieces.iter().map(|piece| piece.len()).sum();
        self.header(id, length)?;
        pieces.iter().try_for_each(|piece| self.push(piece, id))
    }

    /// A tag if there is a value for it.
    pub(crate) fn optional(&mut self, id: u8, value: Option<&str>) -> Result<(), Error> {
        value.map_or(Ok(()), |value| self.tag(id, &[value.as_bytes()]))
    }

    /// A tag whose value is the tags that `fill` writes; none at all if it writes none.
    pub(crate) fn template(
        &mut self,
        id: u8,
        fill: impl FnOnce(&mut Self) -> Result<(), Error>,
    ) -> Result<(), Error> {
        let start = self.length;
        self.push(b"0000", id)?;
        self.parent = TagPath::root(id);
        let filled = fill(self);
        self.parent = TagPath::default();
        filled?;
        let end = core::mem::replace(&mut self.length, start);
        if end == start + 4 {
            return Ok(());
        }
        self.header(id, end - start - 4)?;
        self.length = end;
        Ok(())
    }

    /// The checksum of all that is written, as the last tag, and with it the payload.
    pub(crate) fn finish(mut self, crc_id: u8, lower_case: bool) -> Result<&'b str, Error> {
        self.header(crc_id, 4)?;
        let sum = checksum::crc16(self.buffer.get(..self.length).unwrap_or_default());
        self.push(&checksum::hex(sum, lower_case), crc_id)?;
        let written = self.buffer.get(..self.length).unwrap_or_default();
        // Only text was pushed.
        core::str::from_utf8(written).map_err(|error| Error::new(Reason::NotUtf8, error.valid_up_to()))
    }

    /// A fault of the tag that is to be written next.
    pub(crate) fn refused(&self, id: u8, reason: Reason) -> Error {
        Error::new(reason, self.length).within(self.parent.child(id))
    }

    fn header(&mut self, id: u8, length: usize) -> Result<(), Error> {
        match u8::try_from(length) {
            Ok(short) if length <= limits::VALUE => {
                self.push(&[b'0' + id / 10, b'0' + id % 10, b'0' + short / 10, b'0' + short % 10], id)
            }
            _ => Err(self.refused(id, Reason::ValueTooLong)),
        }
    }

    #[inline]
    fn push(&mut self, bytes: &[u8], id: u8) -> Result<(), Error> {
        let end = self.length + bytes.len();
        let Some(space) = self.buffer.get_mut(self.length..end) else {
            return Err(self.refused(id, Reason::BufferTooSmall));
        };
        space.copy_from_slice(bytes);
        self.length = end;
        Ok(())
    }
}

/// Writes into a buffer that is large enough for anything, and copies what was written.
#[cfg(feature = "alloc")]
pub(crate) fn to_string<const N: usize>(
    write: impl FnOnce(&mut [u8]) -> Result<&str, Error>,
) -> Result<alloc::string::String, Error> {
    write(&mut [0; N]).map(Into::into)
}
