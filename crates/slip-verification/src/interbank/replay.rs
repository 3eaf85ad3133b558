//! Tokens that were used, remembered for as long as they would be good.

use std::{
    collections::{BTreeSet, HashMap},
    prelude::v1::*,
};
use uuid::Uuid;

/// The tokens of one issuer by their identifiers, each with the second from which on it may be forgotten.
#[derive(Debug)]
pub(super) struct Replay {
    most: usize,
    until: HashMap<Uuid, i64>,
    /// The same by time, so that forgetting costs no search.
    ends: BTreeSet<(i64, Uuid)>,
}

/// Whether a token was seen.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Seen {
    First,
    Before,
    /// As many are remembered as may be: whoever cannot remember must not accept.
    Full,
}

impl Replay {
    pub(super) fn new(most: usize) -> Self {
        Self { most, until: HashMap::new(), ends: BTreeSet::new() }
    }

    pub(super) fn note(&mut self, id: Uuid, until: i64, now: i64) -> Seen {
        self.forget(now);
        if self.until.contains_key(&id) {
            return Seen::Before;
        }
        if self.until.len() >= self.most {
            return Seen::Full;
        }
        self.ends.insert((until, id));
        self.until.insert(id, until);
        Seen::First
    }

    /// Forgets what has ended, and tells whether anything is left.
    pub(super) fn forget(&mut self, now: i64) -> bool {
        while let Some((end, id)) = self.ends.pop_first() {
            if end > now {
                self.ends.insert((end, id));
                break;
            }
            self.until.remove(&id);
        }
        !self.until.is_empty()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_identifier_is_good_once_until_its_end_and_no_more_are_kept_than_may_be() {
        let [a, b, c, d] = [1, 2, 3, 4].map(Uuid::from_u128);
        let mut replay = Replay::new(3);
        for (id, until, now, expected) in [
            (a, 100, 10, Seen::First),
            (a, 100, 10, Seen::Before),
            (a, 200, 99, Seen::Before),
            (b, 300, 99, Seen::First),
            (c, 300, 99, Seen::First),
            (d, 300, 99, Seen::Full),
            (d, 300, 100, Seen::First), // the first one has been forgotten
            (a, 400, 299, Seen::Full),
        ] {
            assert_eq!(replay.note(id, until, now), expected, "{id} at {now}");
        }
        assert_eq!((replay.until.len(), replay.ends.len()), (3, 3));
        assert!(replay.forget(299) && !replay.forget(300));
        assert_eq!((replay.until.len(), replay.ends.len()), (0, 0));
    }
}
