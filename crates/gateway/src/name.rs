//! Identifiers that follow from what they name, so that the same cause cannot get two.

use sha2::{Digest as _, Sha256};
use uuid::Uuid;

/// The identifier (UUID version 8) of what these words name together. It can be computed by whoever knows the words, so
/// it is no secret.
pub(crate) fn uuid(words: &[&str]) -> Uuid {
    let mut hash = Sha256::new();
    for word in words {
        // With their lengths, so that no two lists run together.
        hash.update((word.len() as u64).to_be_bytes());
        hash.update(word.as_bytes());
    }
    let digest = hash.finalize();
    let mut bytes = [0; 16];
    bytes.iter_mut().zip(digest.iter()).for_each(|(byte, digest)| *byte = *digest);
    uuid::Builder::from_custom_bytes(bytes).into_uuid()
}
