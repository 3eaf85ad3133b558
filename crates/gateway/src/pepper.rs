//! Hashes of short secrets: passwords, PINs and one-time passwords, which could be guessed from a mere hash.
//!
//! A bank would take a slow salted hash and keep the key in hardware. These are made-up secrets of made-up people, and
//! whoever can read the store can read its key: the key is here so that no secret stands in a dump or a log as it is, and
//! equal ones do not look alike.

use crate::store::{StoreError, Tx};
use hmac::{Hmac, KeyInit, Mac};
use sha2::Sha256;
use std::fmt;
use subtle::ConstantTimeEq;

/// The key of one store, as the state of the MAC after its key block. Cheap to clone into each transaction.
#[derive(Clone)]
pub(crate) struct Pepper(Hmac<Sha256>);

impl Pepper {
    /// The store's key; `fresh` becomes it when there is none yet.
    pub(crate) fn load(tx: &mut Tx<'_>, fresh: &[u8; 32]) -> Result<Self, StoreError> {
        tx.execute("INSERT INTO pepper (id, key) VALUES (1, $1) ON CONFLICT DO NOTHING", &[fresh.into()])?;
        let key = tx.query_one("SELECT key FROM pepper WHERE id = 1", &[], |row| row.blob(0))?;
        // An HMAC takes a key of any length, so it refuses nothing.
        let mac = key.and_then(|key| Hmac::new_from_slice(&key).ok());
        mac.map(Self).ok_or_else(|| StoreError::statement("there is no key"))
    }

    /// The hash of these words together.
    pub(crate) fn hash(&self, words: &[&str]) -> [u8; 32] {
        let mut hash = self.0.clone();
        for word in words {
            // With their lengths, so that no two lists run together.
            hash.update(&(word.len() as u64).to_be_bytes());
            hash.update(word.as_bytes());
        }
        hash.finalize().into_bytes().into()
    }

    /// Whether these words have this hash. Takes equally long either way; nothing has no hash.
    pub(crate) fn matches(&self, words: &[&str], hash: Option<&[u8]>) -> bool {
        let computed = self.hash(words);
        bool::from(computed.ct_eq(hash.unwrap_or(&[0; 32]))) && hash.is_some()
    }
}

impl fmt::Debug for Pepper {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Pepper(***)")
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::store::testing::MemoryStore;

    #[test]
    fn the_first_key_stays() {
        let store = MemoryStore::new();
        let first = store.with(|tx| Pepper::load(tx, &[1; 32]).unwrap());
        let again = store.with(|tx| Pepper::load(tx, &[2; 32]).unwrap());
        assert_eq!(first.hash(&["pin", "1234"]), again.hash(&["pin", "1234"]));
        assert_eq!(format!("{first:?}"), "Pepper(***)");
    }

    #[test]
    fn only_the_same_words_match() {
        let pepper = |key| MemoryStore::new().with(|tx| Pepper::load(tx, &[key; 32]).unwrap());
        let (pepper, other) = (pepper(1), pepper(2));
        let hash = pepper.hash(&["pin", "somchai", "1234"]);
        assert!(pepper.matches(&["pin", "somchai", "1234"], Some(&hash)));
        for (words, hash) in [
            (&["pin", "somchai", "1235"], Some(&hash[..])),
            (&["pin", "malee", "1234"], Some(&hash)),
            (&["pin", "somchai1", "234"], Some(&hash)),
            (&["pin", "somchai", "1234"], Some(&hash[..31])),
            (&["pin", "somchai", "1234"], Some(&[])),
            (&["pin", "somchai", "1234"], None),
        ] {
            assert!(!pepper.matches(words, hash), "{words:?}");
        }
        assert_ne!(hash, other.hash(&["pin", "somchai", "1234"]));
    }
}
