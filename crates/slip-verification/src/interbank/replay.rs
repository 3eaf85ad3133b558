//! Tokens that were used, remembered for as long as they would be good.

use std::{
    collections::{BTreeSet, HashMap},
    prelude::v1::*,
};
use uuid::Uuid;

/// Identifiers by issuer, each with the second from which on it may be forgotten.
#[derive(Debug)]
pub(super) struct Replay {
    most: usize,
    until: HashMap<(String, Uuid), i64>,
    /// The same by time, so that forgetting costs no search.
    ends: BTreeSet<(i64, String, Uuid)>,
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

    pub(super) fn note(&mut self, issuer: &str, id: Uuid, until: i64, now: i64) -> Seen {
        while let Some((end, issuer, id)) = self.ends.pop_first() {
            if end > now {
                self.ends.insert((end, issuer, id));
                break;
            }
            self.until.remove(&(issuer, id));
        }
        let key = (issuer.to_owned(), id);
        if self.until.contains_key(&key) {
            return Seen::Before;
        }
        if self.until.len() >= self.most {
            return Seen::Full;
        }
        self.ends.insert((until, key.0.clone(), id));
        self.until.insert(key, until);
        Seen::First
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_identifier_is_good_once_until_its_end_and_no_more_are_kept_than_may_be() {
        let (a, b, c) = (Uuid::from_u128(1), Uuid::from_u128(2), Uuid::from_u128(3));
        let mut replay = Replay::new(3);
        for (issuer, id, until, now, expected) in [
            ("014", a, 100, 10, Seen::First),
            ("014", a, 100, 10, Seen::Before),
            ("014", a, 200, 99, Seen::Before),
            ("004", a, 300, 99, Seen::First),
            ("014", b, 300, 99, Seen::First),
            ("014", c, 300, 99, Seen::Full),
            ("014", c, 300, 100, Seen::First), // the first one has been forgotten
            ("014", a, 400, 299, Seen::Full),
        ] {
            assert_eq!(replay.note(issuer, id, until, now), expected, "{issuer} {id} at {now}");
        }
        assert_eq!((replay.until.len(), replay.ends.len()), (3, 3));
    }
}
