//! What the parties of this gateway sign with: made when the store is first opened, and kept in it.

use crate::store::{Row, StoreError, Tx};
use jiff::Timestamp;
use satang_core::Entropy;
use satang_jose::{
    KeySet, PrivateKey,
    SignatureAlgorithm::{self, Es256, Rs256},
    SigningKey,
};
use zeroize::Zeroizing;

/// The version of every key that is made here.
const FIRST: i64 = 1;
/// A PKCS#8 private key on P-256 without its public half, up to the 32 bytes of its number (RFC 5915, RFC 5208).
const P256: [u8; 35] = [
    0x30, 0x41, 0x02, 0x01, 0x00, 0x30, 0x13, 0x06, 0x07, 0x2a, 0x86, 0x48, 0xce, 0x3d, 0x02, 0x01, 0x06,
    0x08, 0x2a, 0x86, 0x48, 0xce, 0x3d, 0x03, 0x01, 0x07, 0x04, 0x27, 0x30, 0x25, 0x02, 0x01, 0x01, 0x04,
    0x20,
];
/// How often to try: one number in four thousand million is no key.
const TRIES: usize = 8;

/// The key of a party, made if it has none.
pub(super) fn of(
    tx: &mut Tx<'_>,
    party: &str,
    entropy: &dyn Entropy,
    now: Timestamp,
) -> Result<SigningKey, StoreError> {
    let sql = "SELECT version, algorithm, private_key FROM party_key WHERE party = $1";
    let kept = tx.query_one(sql, &[party.into()], |row| read(row, party))?;
    if let Some(kept) = kept {
        return Ok(kept);
    }
    let made = make(entropy)?;
    let der = made.to_der();
    let sql = "INSERT INTO party_key (party, version, algorithm, private_key, created_at)
         VALUES ($1, $2, $3, $4, $5)";
    let now = now.as_microsecond();
    tx.execute(sql, &[party.into(), FIRST.into(), "ES256".into(), der.as_slice().into(), now.into()])?;
    named(made, Es256, party, FIRST)
}

/// What verifies the signatures of this key alone.
///
/// # Errors
/// None: one key makes a set.
pub(super) fn public(key: &SigningKey) -> Result<KeySet, satang_jose::Error> {
    KeySet::new([key.verifying_key().clone()])
}

fn read(row: &Row<'_>, party: &str) -> Result<SigningKey, StoreError> {
    let algorithm = if row.text(1)? == "RS256" { Rs256 } else { Es256 };
    let der = Zeroizing::new(row.blob(2)?);
    let key = PrivateKey::from_der(&der).map_err(|_| unusable())?;
    named(key, algorithm, party, row.int(0)?)
}

fn named(
    key: PrivateKey,
    algorithm: SignatureAlgorithm,
    party: &str,
    version: i64,
) -> Result<SigningKey, StoreError> {
    let key = SigningKey::new(key, algorithm).and_then(|key| key.with_key_id(&format!("{party}-{version}")));
    key.map_err(|_| unusable())
}

/// The number comes from the gateway's randomness, and the public half follows from it.
fn make(entropy: &dyn Entropy) -> Result<PrivateKey, StoreError> {
    let mut der = Zeroizing::new(P256.to_vec());
    for _ in 0..TRIES {
        let mut number = Zeroizing::new([0; 32]);
        entropy.fill(number.as_mut());
        der.truncate(P256.len());
        der.extend_from_slice(number.as_ref());
        if let Ok(key) = PrivateKey::from_der(&der) {
            return Ok(key);
        }
    }
    Err(StoreError::statement("no key could be made"))
}

fn unusable() -> StoreError {
    StoreError::statement("a key of a party cannot be used")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::store::testing::MemoryStore;
    use satang_core::System;

    struct Constant(u8);

    impl Entropy for Constant {
        fn fill(&self, bytes: &mut [u8]) {
            bytes.fill(self.0);
        }
    }

    #[test]
    fn a_party_keeps_its_key_and_no_two_have_the_same() {
        let store = MemoryStore::new();
        let key = |party: &str| {
            let key = store.with(|tx| of(tx, party, &System, Timestamp::UNIX_EPOCH)).unwrap();
            (key.verifying_key().key_id().unwrap().to_owned(), key.verifying_key().public_key().to_jwk())
        };
        let first = key("014");
        assert_eq!(first.0, "014-1");
        assert_eq!(key("014"), first);
        assert_ne!(key("itmx").1, first.1);
    }

    #[test]
    fn a_key_follows_from_the_randomness_alone_and_a_number_that_is_none_makes_none() {
        let made = |byte| make(&Constant(byte)).map(|key| key.public().to_jwk());
        assert_eq!(made(7).unwrap(), made(7).unwrap());
        // Zero, and a number above the order of the curve.
        assert!(made(0).is_err() && made(0xff).is_err());
    }
}
