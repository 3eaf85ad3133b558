//! Any bytes at every entry: nothing panics, nothing hangs, and what is encoded is decoded again.
//!
//! `SATANG_JOSE_INPUTS=10000000` runs that many inputs at each entry instead of a few thousand, from a seed that is
//! printed; `SATANG_JOSE_SEED` repeats one.

use crate::sample::{self, RFC, backends};
use proptest::prelude::*;
use satang_jose::{
    Certificate, Content, Identity, KeyAlgorithm, KeySet, Presence, PrivateKey, Profile, PublicKey,
    SignatureAlgorithm::{EdDsa, Es256},
    Signer, SigningKey, Verifier,
    jwe::{self, Decrypter, DecryptionKey, Encrypter},
};
use std::time::{Duration, Instant};

/// A small generator whose numbers are the same everywhere (SplitMix64).
struct Random(u64);

impl Random {
    fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut mixed = self.0;
        mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        mixed ^ (mixed >> 31)
    }

    fn below(&mut self, limit: usize) -> usize {
        usize::try_from(self.next() % u64::try_from(limit.max(1)).unwrap()).unwrap()
    }
}

/// Changes `input` in a few places: bits, bytes, runs, words of the formats, pieces of another input.
fn mutate(input: &[u8], other: &[u8], random: &mut Random) -> Vec<u8> {
    const WORDS: [&[u8]; 18] = [
        b".",
        b"..",
        b"\"",
        b"{",
        b"}",
        b"[",
        b"]",
        b",",
        b":",
        b"null",
        b"\\u0000",
        b"\\ud800",
        b"1e400",
        b"-1",
        b"=",
        b"\xff",
        b"\x30\x82",
        b"-----BEGIN ",
    ];
    let mut bytes = input.to_vec();
    for _ in 0..=random.below(4) {
        let at = random.below(bytes.len() + 1);
        match random.below(7) {
            0 if at < bytes.len() => bytes[at] ^= 1 << random.below(8),
            1 if at < bytes.len() => bytes[at] = random.next().to_le_bytes()[0],
            2 => drop(bytes.splice(at..at, WORDS[random.below(WORDS.len())].iter().copied())),
            3 => bytes.truncate(at),
            4 => drop(bytes.drain(at..(at + random.below(16)).min(bytes.len()))),
            5 if !other.is_empty() => {
                let from = random.below(other.len());
                let piece = &other[from..(from + random.below(64)).min(other.len())];
                drop(bytes.splice(at..at, piece.iter().copied()));
            }
            _ => {
                let piece = bytes[at..(at + random.below(64)).min(bytes.len())].to_vec();
                drop(bytes.splice(at..at, piece));
            }
        }
    }
    bytes.truncate(200_000);
    bytes
}

/// Feeds an entry with changed seeds. `entry` tells whether it took the input.
fn feed(name: &str, seeds: &[Vec<u8>], entry: impl Fn(&[u8]) -> bool) {
    let wanted = std::env::var("SATANG_JOSE_INPUTS").ok().and_then(|text| text.parse().ok());
    let seed = std::env::var("SATANG_JOSE_SEED").ok().and_then(|text| text.parse().ok());
    let seed = seed.unwrap_or_else(|| if wanted.is_some() { std::process::id().into() } else { 7 });
    let inputs: u64 = wanted.unwrap_or(4_000);
    let mut random = Random(seed);
    let (mut taken, mut slowest) = (0_u64, Duration::ZERO);
    for seed in seeds {
        assert!(entry(seed), "{name}: the seeds are right");
    }
    for _ in 0..inputs {
        let (one, two) = (random.below(seeds.len()), random.below(seeds.len()));
        let input = mutate(&seeds[one], &seeds[two], &mut random);
        let start = Instant::now();
        taken += u64::from(entry(&input));
        slowest = slowest.max(start.elapsed());
    }
    println!("{name}: {inputs} inputs from seed {seed}, {taken} taken, slowest {slowest:?}");
    assert!(slowest < Duration::from_secs(5), "{name}: {slowest:?}");
}

#[test]
fn signed_tokens() {
    let key = sample::key(EdDsa);
    let now = sample::now();
    for (name, profile, payload) in sample::profiles() {
        let token = Signer::new(&profile, &key).unwrap().sign(payload).unwrap().into_bytes();
        let verifier = sample::verifier(&profile, &key, backends().remove(0));
        feed(name, std::slice::from_ref(&token), |input| {
            let attached = verifier.verify(input, now).is_ok();
            let taken = attached || verifier.verify_detached(input, payload, now).is_ok();
            // Ed25519 has one signature, and base64url one form.
            assert!(!taken || input == token, "{name}: {}", String::from_utf8_lossy(input));
            taken
        });
    }
}

/// The header and the claims behind a right signature: what a partner may send.
#[test]
fn headers_and_claims_under_a_right_signature() {
    let key = sample::key(EdDsa);
    let private = sample::private(EdDsa);
    let signer =
        satang_jose::backend::Backend::signing(&satang_jose::backend::OpenSsl, &private, EdDsa).unwrap();
    let verifier = sample::verifier(&sample::hub(), &key, backends().remove(0));
    let sign = |header: &[u8], claims: &[u8]| {
        let [header, claims] = [header, claims].map(base64url);
        let signed = format!("{header}.{claims}");
        format!("{signed}.{}", base64url(&signer.sign(signed.as_bytes()).unwrap()))
    };
    let header = br#"{"typ":"JWT","alg":"EdDSA","kid":"014-3"}"#;
    let claims = sample::CLAIMS.as_bytes();
    feed("header", &[header.to_vec()], |input| verifier.verify(sign(input, claims), sample::now()).is_ok());
    feed("claims", &[claims.to_vec()], |input| {
        let taken = verifier.verify(sign(header, input), sample::now());
        // Two readers see the same.
        let read: Result<serde_json::Value, _> = serde_json::from_slice(input);
        if let Ok(verified) = &taken {
            let read = read.expect("what we take, others can read");
            let claims = verified.claims().unwrap();
            assert_eq!(read["iss"], claims.issuer());
            assert_eq!(read["exp"], claims.expires().as_second());
        }
        taken.is_ok()
    });
}

#[test]
fn encrypted_tokens() {
    let key = DecryptionKey::new(sample::private(Es256), KeyAlgorithm::EcdhEs).unwrap();
    let profile = jwe::Profile::new(KeyAlgorithm::EcdhEs).key_id(Presence::Refused);
    let token = Encrypter::new(&profile, &key.encryption_key()).unwrap().encrypt("a").unwrap().into_bytes();
    let decrypter = Decrypter::new(&profile, &[key]).unwrap();
    feed("encrypted", std::slice::from_ref(&token), |input| {
        let taken = decrypter.decrypt(input).is_ok();
        assert!(!taken || input == token);
        taken
    });
}

#[test]
fn keys_in_json() {
    let jwks: Vec<_> = RFC.signed.iter().map(|signed| signed.key.clone().into_bytes()).collect();
    feed("private JWK", &jwks[1..2], |input| PrivateKey::from_jwk(input).is_ok());
    let public: Vec<_> =
        jwks.iter().map(|jwk| PrivateKey::from_jwk(jwk).unwrap().public().to_jwk().into_bytes()).collect();
    feed("public JWK", &public, |input| match PublicKey::from_jwk(input) {
        Ok(key) => {
            assert_eq!(PublicKey::from_jwk(key.to_jwk().as_bytes()), Ok(key.clone()));
            assert_eq!(PublicKey::from_der(&key.to_der()), Ok(key));
            true
        }
        Err(_) => false,
    });
    let set = format!("{{\"keys\":[{}]}}", RFC.certificates[0].jwk).into_bytes();
    feed("JWKS", &[set], |input| KeySet::from_jwks(input, &sample::ALGORITHMS[..1]).is_ok());
}

#[test]
fn keys_in_files() {
    let private: Vec<_> = [Es256, EdDsa].map(|algorithm| sample::private(algorithm).to_der().to_vec()).into();
    let public: Vec<_> =
        sample::ALGORITHMS.map(|algorithm| sample::private(algorithm).public().to_der()).into();
    feed("PKCS#8", &private, |input| PrivateKey::from_der(input).is_ok());
    feed("SubjectPublicKeyInfo", &public, |input| PublicKey::from_der(input).is_ok());
    let pkey: openssl::pkey::PKey<openssl::pkey::Private> =
        openssl::pkey::PKey::private_key_from_pkcs8(&private[0]).unwrap();
    let pem = pkey.private_key_to_pem_pkcs8().unwrap();
    feed("PEM", &[pem], |input| PrivateKey::from_pem(&String::from_utf8_lossy(input)).is_ok());
    let cipher = openssl::symm::Cipher::aes_256_cbc();
    let pem = pkey.ec_key().unwrap().private_key_to_pem_passphrase(cipher, b"word").unwrap();
    feed("encrypted PEM", &[pem], |input| {
        PrivateKey::from_encrypted_pem(&String::from_utf8_lossy(input), "word").is_ok()
    });
    let imported = format!("{{\"keys\":[{}]}}", RFC.certificates[0].jwk);
    let keys = KeySet::from_jwks(imported.as_bytes(), &sample::ALGORITHMS[..1]).unwrap().keys;
    let certificate = keys.iter().next().unwrap().certificates()[0].to_der();
    feed("certificate", &[certificate], |input| Certificate::from_der(input).is_ok());
    // Whole files cost their key derivation, so there are only spoilt ones here; a whole one is read elsewhere.
    for input in [&b""[..], b"0\0", b"\x30\x03\x02\x01\x03", &private[0]] {
        assert!(Identity::from_pkcs12(input, "a").is_err());
    }
}

fn base64url(bytes: &[u8]) -> String {
    use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
    URL_SAFE_NO_PAD.encode(bytes)
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 256, failure_persistence: None, ..ProptestConfig::default() })]

    /// What is signed is what is verified, byte by byte, whatever it is and however it travels.
    #[test]
    fn what_is_signed_is_verified(payload in proptest::collection::vec(any::<u8>(), 1..2000), way in 0..3, id in "\\PC{1,60}") {
        let content = [Content::Attached, Content::Detached, Content::DetachedUnencoded][usize::try_from(way).unwrap()];
        let profile = Profile::new([EdDsa]).content(content);
        let key = SigningKey::new(sample::private(EdDsa), EdDsa).unwrap().with_key_id(&id).unwrap();
        let token = Signer::new(&profile, &key).unwrap().sign(&payload).unwrap();
        let verifier = Verifier::new(&profile, KeySet::new([key.verifying_key().clone()]).unwrap()).unwrap();
        if content == Content::Attached {
            let verified = verifier.verify(&token, sample::now()).unwrap();
            prop_assert_eq!(verified.payload(), payload);
        } else {
            prop_assert!(verifier.verify_detached(&token, &payload, sample::now()).is_ok());
        }
        prop_assert!(token.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"-_.".contains(&byte)));
    }

    #[test]
    fn what_is_encrypted_is_decrypted(content in proptest::collection::vec(any::<u8>(), 0..2000), id in "\\PC{1,60}") {
        let key = DecryptionKey::new(sample::private(Es256), KeyAlgorithm::EcdhEs).unwrap().with_key_id(&id).unwrap();
        let profile = jwe::Profile::new(KeyAlgorithm::EcdhEs).cty("JWT");
        let token = Encrypter::new(&profile, &key.encryption_key()).unwrap().encrypt(&content).unwrap();
        let decrypted = Decrypter::new(&profile, &[key]).unwrap().decrypt(token).unwrap();
        prop_assert_eq!(decrypted.as_slice(), content);
    }

    /// Bytes that are made of nothing.
    #[test]
    fn any_bytes_are_refused(bytes in proptest::collection::vec(any::<u8>(), 0..500), text in "\\PC{0,200}") {
        let key = sample::key(EdDsa);
        let verifier = sample::verifier(&sample::hub(), &key, backends().remove(0));
        for input in [&bytes[..], text.as_bytes()] {
            prop_assert!(verifier.verify(input, sample::now()).is_err());
            prop_assert!(PublicKey::from_der(input).is_err() && PublicKey::from_jwk(input).is_err());
            prop_assert!(PrivateKey::from_der(input).is_err() && PrivateKey::from_jwk(input).is_err());
            prop_assert!(Certificate::from_der(input).is_err() && Identity::from_pkcs12(input, "a").is_err());
            prop_assert!(KeySet::from_jwks(input, &sample::ALGORITHMS).is_err());
        }
        prop_assert!(PublicKey::from_pem(&text).is_err() && PrivateKey::from_pem(&text).is_err());
        prop_assert!(Certificate::chain_from_pem(&text).is_err());
    }

    /// A set that is published is the set that is read.
    #[test]
    fn sets_are_read_as_they_are_written(ids in proptest::collection::hash_set("\\PC{1,40}", 1..6)) {
        let keys = ids.iter().map(|id| {
            let key = PrivateKey::generate_ed25519().unwrap().public().clone();
            satang_jose::VerifyingKey::new(key, EdDsa).unwrap().with_key_id(id).unwrap()
        });
        let keys: Vec<_> = keys.collect();
        let jwks = KeySet::new(keys.clone()).unwrap().to_jwks();
        let read = KeySet::from_jwks(jwks.as_bytes(), &[EdDsa]).unwrap();
        prop_assert_eq!(read.keys.into_iter().collect::<Vec<_>>(), keys);
    }
}
