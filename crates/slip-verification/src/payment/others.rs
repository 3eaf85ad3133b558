//! Tags that have no member of their own.

use super::read::find;
use crate::{Tag, Tags, tlv::Unit};
use core::fmt;

/// Tags that stood in what was read and have no member of their own. They are written again.
#[derive(Clone, Default)]
pub struct Others<'a> {
    text: &'a str,
    at: (usize, Unit),
    ids: u128,
}

impl<'a> Others<'a> {
    /// Whether there are none.
    #[must_use]
    pub const fn is_empty(&self) -> bool {
        self.ids == 0
    }

    /// The tags in the order in which they stood.
    pub fn iter(&self) -> impl Iterator<Item = Tag<'a>> + use<'a> {
        let ids = self.ids;
        let tags = Tags::at(if ids == 0 { "" } else { self.text }, self.at.0, self.at.1);
        tags.filter_map(Result::ok).filter(move |tag| ids >> tag.id() & 1 != 0)
    }

    pub(super) fn add(&mut self, id: u8) {
        self.ids |= 1 << id;
    }

    pub(super) fn set_text(&mut self, text: &'a str, at: (usize, Unit)) {
        (self.text, self.at) = (text, at);
    }

    /// The tag with the lowest number that is at least this one.
    pub(super) fn next(&self, id: u8) -> Option<Tag<'a>> {
        let left = self.ids >> id;
        // A number of 128 bits has at most 128 zeros.
        let next = if left == 0 { return None } else { id + u8::try_from(left.trailing_zeros()).ok()? };
        find(Tags::at(self.text, self.at.0, self.at.1), next)
    }
}

impl PartialEq for Others<'_> {
    /// Wherever they stood.
    fn eq(&self, other: &Self) -> bool {
        let value = |others: &Self, id| others.next(id).map(|tag| tag.value());
        self.ids == other.ids && self.iter().all(|tag| value(self, tag.id()) == value(other, tag.id()))
    }
}

impl Eq for Others<'_> {}

impl fmt::Debug for Others<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_list().entries(self.iter()).finish()
    }
}
