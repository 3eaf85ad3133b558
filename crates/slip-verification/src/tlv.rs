//! Tag, length, value: two digits, two digits, and so many bytes.

use crate::{Error, Reason, TagPath, text};
use core::fmt;

/// One tag with its value. `Debug` hides the middle of the value.
#[derive(Clone, Copy, PartialEq, Eq)]
pub struct Tag<'a> {
    id: u8,
    value: &'a str,
    offset: usize,
    parent: TagPath,
    unit: Unit,
}

impl<'a> Tag<'a> {
    /// The tag's number, 0 to 99.
    #[must_use]
    pub const fn id(&self) -> u8 {
        self.id
    }

    /// Its value, at most 99 bytes or characters.
    #[must_use]
    pub const fn value(&self) -> &'a str {
        self.value
    }

    /// The byte of the payload at which the tag begins; its value begins four later.
    #[must_use]
    pub const fn offset(&self) -> usize {
        self.offset
    }

    pub(crate) const fn path(&self) -> TagPath {
        self.parent.child(self.id)
    }

    /// The tags inside the value.
    pub(crate) const fn children(&self) -> Tags<'a> {
        Tags { rest: self.value, offset: self.offset + 4, parent: self.path(), unit: self.unit }
    }

    /// A fault of this tag as a whole.
    pub(crate) fn refused(&self, reason: Reason) -> Error {
        Error::new(reason, self.offset).within(self.path())
    }

    /// A fault of the value, by its place in the value.
    pub(crate) fn fault(&self) -> impl Fn(Error) -> Error + use<> {
        let (offset, path) = (self.offset + 4, self.path());
        move |error| error.moved(offset, path)
    }
}

impl fmt::Debug for Tag<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:02} ", self.id)?;
        text::masked(self.value, f)
    }
}

/// The tags of a text, one after the other, with no rule but that of tag, length and value: no order, no checksum.
///
/// ```
/// use satang_slip_verification::Tags;
///
/// let tags = Tags::new("000411110104222202043333");
/// let values = tags.map(|tag| tag.map(|tag| (tag.id(), tag.value()))).collect::<Result<Vec<_>, _>>()?;
/// assert_eq!(values, [(0, "1111"), (1, "2222"), (2, "3333")]);
/// # Ok::<(), satang_slip_verification::Error>(())
/// ```
#[derive(Clone)]
pub struct Tags<'a> {
    rest: &'a str,
    offset: usize,
    parent: TagPath,
    unit: Unit,
}

/// What a length counts.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) enum Unit {
    #[default]
    Bytes,
    Characters,
}

/// A tag without its value.
#[derive(Clone, Copy)]
pub(crate) struct Header {
    pub(crate) id: u8,
    pub(crate) length: u8,
    pub(crate) offset: usize,
}

impl<'a> Tags<'a> {
    /// The tags of a text.
    #[must_use]
    pub const fn new(text: &'a str) -> Self {
        Self::at(text, 0, Unit::Bytes)
    }

    /// The tags of a text that begins at this byte of a payload.
    pub(crate) const fn at(text: &'a str, offset: usize, unit: Unit) -> Self {
        Self { rest: text, offset, parent: TagPath { root: None, inner: None }, unit }
    }

    /// What is not read yet.
    pub(crate) const fn rest(&self) -> &'a str {
        self.rest
    }

    /// The byte of the payload that is read next.
    pub(crate) const fn offset(&self) -> usize {
        self.offset
    }

    pub(crate) const fn unit(&self) -> Unit {
        self.unit
    }

    /// Reads the next header, or tells that there is none.
    #[inline]
    pub(crate) fn header(&mut self) -> Result<Option<Header>, Error> {
        let Some((&[tens, ones, long, short], _)) = self.rest.as_bytes().split_first_chunk() else {
            return if self.rest.is_empty() { Ok(None) } else { Err(self.cut()) };
        };
        let id = two_digits(tens, ones).ok_or_else(|| self.refusal(Reason::BadHeader, self.parent))?;
        let path = self.parent.child(id);
        let length = two_digits(long, short).ok_or_else(|| self.refusal(Reason::BadLength, path))?;
        let header = Header { id, length, offset: self.offset };
        self.rest = self.rest.get(4..).unwrap_or_default();
        self.offset += 4;
        Ok(Some(header))
    }

    /// Reads the value that belongs to a header.
    #[inline]
    pub(crate) fn value(&mut self, header: Header) -> Result<Tag<'a>, Error> {
        let Header { id, length, offset } = header;
        let length = usize::from(length);
        let end = match self.unit {
            Unit::Bytes => Some(length),
            Unit::Characters if length == self.rest.chars().take(length).count() => {
                Some(self.rest.chars().take(length).map(char::len_utf8).sum())
            }
            Unit::Characters => None,
        };
        let Some((value, rest)) = end.and_then(|end| self.rest.split_at_checked(end)) else {
            let reason = if length > self.rest.len() || self.unit == Unit::Characters {
                Reason::Truncated
            } else {
                Reason::BadLength
            };
            return Err(Error::new(reason, offset).within(self.parent.child(id)));
        };
        self.rest = rest;
        self.offset += value.len();
        Ok(Tag { id, value, offset, parent: self.parent, unit: self.unit })
    }

    /// The next tag, which must be this one.
    #[inline]
    pub(crate) fn expect(&mut self, id: u8) -> Result<Tag<'a>, Error> {
        match self.header()? {
            Some(header) if header.id == id => self.value(header),
            Some(header) => {
                Err(Error::new(Reason::WrongSubtags, header.offset).within(self.parent.child(header.id)))
            }
            None => Err(self.refusal(Reason::WrongSubtags, self.parent)),
        }
    }

    /// There must be no more tags.
    pub(crate) fn end(&self) -> Result<(), Error> {
        if self.rest.is_empty() { Ok(()) } else { Err(self.refusal(Reason::WrongSubtags, self.parent)) }
    }

    #[cold]
    fn refusal(&self, reason: Reason, path: TagPath) -> Error {
        Error::new(reason, self.offset).within(path)
    }

    /// Fewer bytes than a header has: the first of the header's faults.
    #[cold]
    fn cut(&self) -> Error {
        let digits = self.rest.bytes().all(|byte| byte.is_ascii_digit());
        self.refusal(if digits { Reason::Truncated } else { Reason::BadHeader }, self.parent)
    }
}

impl<'a> Iterator for Tags<'a> {
    type Item = Result<Tag<'a>, Error>;

    fn next(&mut self) -> Option<Self::Item> {
        let tag = match self.header() {
            Ok(header) => header.map(|header| self.value(header)),
            Err(error) => Some(Err(error)),
        };
        if let Some(Err(_)) = tag {
            self.rest = ""; // what follows a fault cannot be told apart
        }
        tag
    }
}

impl fmt::Debug for Tags<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_list().entries(self.clone().filter_map(Result::ok)).finish()
    }
}

#[inline]
fn two_digits(tens: u8, ones: u8) -> Option<u8> {
    let (tens, ones) = (tens.wrapping_sub(b'0'), ones.wrapping_sub(b'0'));
    (tens < 10 && ones < 10).then(|| tens * 10 + ones)
}
