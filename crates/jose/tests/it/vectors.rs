//! The examples of RFC 7515, 7516, 7517, 7520, 7638, 7797 and 8037, over every back end.
//!
//! Where an example uses an algorithm that is not ours, it must be refused; where only a part of it is ours, that part must come
//! out as printed.

use crate::sample::{self, ALGORITHMS, RFC, backends};
use satang_jose::{
    Certificate, Content, KeyAlgorithm, KeySet, Presence, PrivateKey, Profile, PublicKey, SignatureAlgorithm,
    Signer, SigningKey, Verifier,
    backend::Sealing,
    jwe::{self, Decrypter, DecryptionKey},
};

fn decoded(text: &str) -> Vec<u8> {
    use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
    URL_SAFE_NO_PAD.decode(text).unwrap()
}

#[test]
fn signatures_of_the_rfcs_are_right() {
    for example in &RFC.signed {
        let algorithm = ALGORITHMS.into_iter().find(|one| one.name() == example.alg).unwrap();
        let mut key =
            SigningKey::new(PrivateKey::from_jwk(example.key.as_bytes()).unwrap(), algorithm).unwrap();
        let mut profile = Profile::new([algorithm]).key_id(Presence::Refused);
        if example.source == "RFC 7520, 4.1" {
            key = key.with_key_id("bilbo.baggins@hobbiton.example").unwrap();
            profile = profile.key_id(Presence::Required);
        }
        for backend in backends() {
            let verifier = sample::verifier(&profile, &key, backend.clone());
            let verified = verifier.verify(&example.token, sample::now()).unwrap();
            assert_eq!(verified.payload(), decoded(&example.payload), "{}", example.source);
            // These algorithms have one signature for each payload, and our header is written as theirs.
            let signer = Signer::with_backend(&profile, &key, &*backend).unwrap();
            if algorithm != SignatureAlgorithm::Es256 {
                assert_eq!(signer.sign(verified.payload()).unwrap(), example.token, "{}", example.source);
            }
            let mut changed = example.token.clone().into_bytes();
            changed[example.token.rfind('.').unwrap() + 10] ^= 1;
            assert!(verifier.verify(&changed, sample::now()).is_err(), "{}", example.source);
        }
    }
}

#[test]
fn other_algorithms_and_forms_of_the_rfcs_are_refused() {
    let lenient = Profile::new(ALGORITHMS).key_id(Presence::Optional).max_token(1 << 20);
    assert!(RFC.refused.len() >= 20);
    for example in &RFC.refused {
        for algorithm in ALGORITHMS {
            let key = sample::key(algorithm);
            let verifier = sample::verifier(&lenient, &key, backends().remove(0));
            assert!(verifier.verify(&example.token, sample::now()).is_err(), "{}", example.source);
            let detached = lenient.clone().content(Content::DetachedUnencoded);
            let verifier = sample::verifier(&detached, &key, backends().remove(0));
            assert!(
                verifier.verify_detached(&example.token, b"$.02", sample::now()).is_err(),
                "{}",
                example.source
            );
        }
        let private = sample::private(SignatureAlgorithm::Rs256);
        let key = DecryptionKey::new(private, KeyAlgorithm::RsaOaep256).unwrap();
        let profile = jwe::Profile::new(KeyAlgorithm::RsaOaep256).key_id(Presence::Optional);
        assert!(
            Decrypter::new(&profile, &[key]).unwrap().decrypt(&example.token).is_err(),
            "{}",
            example.source
        );
    }
}

/// RFC 7516, A.1 and RFC 7520, 5.2 wrap the key with SHA-1, which is not ours; what is below it, A256GCM, is.
#[test]
fn contents_of_the_rfcs_are_sealed_and_opened() {
    for example in &RFC.sealed {
        let parts: Vec<&str> = example.token.split('.').collect();
        let key: [u8; 32] = decoded(&example.key).try_into().unwrap();
        let iv: [u8; 12] = decoded(parts[2]).try_into().unwrap();
        let tag: [u8; 16] = decoded(parts[4]).try_into().unwrap();
        let (content, sealed) = (decoded(&example.content), decoded(parts[3]));
        let sealing = Sealing { key: &key, iv: &iv, additional: parts[0].as_bytes() };
        for backend in backends() {
            assert_eq!(
                backend.seal(&sealing, &content).unwrap(),
                (sealed.clone(), tag),
                "{}",
                example.source
            );
            assert_eq!(*backend.open(&sealing, &sealed, &tag).unwrap(), content, "{}", example.source);
            let mut other = tag;
            other[15] ^= 1;
            assert!(backend.open(&sealing, &sealed, &other).is_err(), "{}", example.source);
        }
    }
}

#[test]
fn thumbprints_of_the_rfcs_are_right() {
    // RFC 7638, 3.1: the key is that of RFC 7515, A.2's sister, with members that do not count.
    let jwk = br#"{"kty": "RSA", "n": "0vx7agoebGcQSuuPiLJXZptN9nndrQmbXEps2aiAFbWhM78LhWx4cbbfAAtVT86zwu1RK7aPFFxuhDR1L6tSoc_BJECPebWKRXjBZCiFV4n3oknjhMstn64tZ_2W-5JsGY4Hc5n9yBXArwl93lqt7_RN5w6Cf0h4QyQ5v-65YGjQR0_FDW2QvzqY368QQMicAtaSqzs8KJZgnYb9c7d0zgdAZHzu6qMQvRL5hajrn1n91CbOpbISD08qNLyrdkt-bFTWhAI4vMQFh6WeZu0fM4lFd2NcRwr3XPksINHaQ-G_xBniIqbw0Ls1jF44-csFCur-kEgU8awapJzKnqDKgw", "e": "AQAB", "alg": "RS256", "kid": "2011-04-29"}"#;
    assert_eq!(PublicKey::from_jwk(jwk).unwrap().thumbprint(), "NzbLsXh8uDCcd-6MNwXF4W_7noWXFZAfHkxZsRGC9Xs");
    // RFC 8037, A.3
    let key = sample::private(SignatureAlgorithm::EdDsa);
    assert_eq!(key.public().thumbprint(), "kPrK_qmxVWaYVA9wwBF6Iuo3vVzz7TxHCTwXBygrS4k");
}

/// RFC 7517, B: a key with its certificate.
#[test]
fn a_certificate_of_the_rfcs_is_the_one_of_its_key() {
    for example in &RFC.certificates {
        let set = format!("{{\"keys\":[{}]}}", example.jwk);
        let imported = KeySet::from_jwks(set.as_bytes(), &[SignatureAlgorithm::Rs256]).unwrap();
        let key = imported.keys.iter().next().unwrap();
        assert_eq!(key.key_id(), Some("1b94c"), "{}", example.source);
        let [certificate] = key.certificates() else { panic!("one certificate") };
        assert_eq!(certificate.public_key(), Ok(key.public_key()), "{}", example.source);
        assert_eq!(Certificate::from_der(&certificate.to_der()).unwrap(), *certificate);
        // 2013-02-21T23:29:15Z to 2018-08-14T22:29:15Z
        for (second, valid) in
            [(1_361_489_354, false), (1_361_489_355, true), (1_534_285_755, true), (1_534_285_756, false)]
        {
            let now = satang_jose::NumericDate::new(second).unwrap();
            assert_eq!(certificate.is_valid_at(now), valid, "{second}");
        }
    }
}

/// RFC 7797, 4: with HS256, which is not ours; but what is signed must be the same bytes. An own back end signs them as
/// the RFC does, and the token must come out as printed.
#[test]
fn what_is_signed_of_an_unencoded_payload_is_that_of_the_rfc() {
    use satang_jose::{
        Error, KeyAlgorithm as Algorithm, PrivateKey as Key,
        backend::{Backend, Sign, Unwrap, Verify, Wrap},
    };
    use std::sync::Arc;
    use zeroize::Zeroizing;

    #[derive(Debug)]
    struct Hmac;
    impl Sign for Hmac {
        fn sign(&self, message: &[u8]) -> Result<Vec<u8>, Error> {
            // RFC 7515, A.1.1; the header that the RFC signs instead of ours
            let secret = decoded(
                "AyM1SysPpbyDfgZld3umj1qzKObwVMkoqQ-EstJQLr_T-1qS0gZH75aKtMN3Yj0iPS4hcgUuTwjAzZr1Z9CAow",
            );
            let dot = message.iter().position(|byte| *byte == b'.').unwrap();
            let header = b"eyJhbGciOiJIUzI1NiIsImI2NCI6ZmFsc2UsImNyaXQiOlsiYjY0Il19";
            let key = openssl::pkey::PKey::hmac(&secret).unwrap();
            let mut signer =
                openssl::sign::Signer::new(openssl::hash::MessageDigest::sha256(), &key).unwrap();
            Ok(signer.sign_oneshot_to_vec(&[header, &message[dot..]].concat()).unwrap())
        }
    }
    impl Backend for Hmac {
        fn signing(&self, _: &Key, _: SignatureAlgorithm) -> Result<Arc<dyn Sign>, Error> {
            Ok(Arc::new(Self))
        }
        fn verifying(&self, _: &PublicKey, _: SignatureAlgorithm) -> Result<Arc<dyn Verify>, Error> {
            unreachable!("nothing is verified")
        }
        fn wrapping(&self, _: &PublicKey, _: Algorithm) -> Result<Arc<dyn Wrap>, Error> {
            unreachable!("nothing is encrypted")
        }
        fn unwrapping(&self, _: &Key, _: Algorithm) -> Result<Arc<dyn Unwrap>, Error> {
            unreachable!("nothing is decrypted")
        }
        fn seal(&self, _: &Sealing<'_>, _: &[u8]) -> Result<(Vec<u8>, [u8; 16]), Error> {
            unreachable!("nothing is encrypted")
        }
        fn open(&self, _: &Sealing<'_>, _: &[u8], _: &[u8; 16]) -> Result<Zeroizing<Vec<u8>>, Error> {
            unreachable!("nothing is decrypted")
        }
        fn fill(&self, _: &mut [u8]) -> Result<(), Error> {
            unreachable!("nothing is random")
        }
    }

    let key = sample::key(SignatureAlgorithm::Es256);
    for (content, signature) in [
        (Content::DetachedUnencoded, "A5dxf2s96_n5FLueVuW1Z_vh161FwXZC4YLPff6dmDY"),
        // The same header over the encoded payload, computed with python's hmac.
        (Content::Detached, "tg7qBt6c2qJpl6aUnFIykrgLNMm2jAfOCoIet3_mMMs"),
    ] {
        let profile = Profile::new([SignatureAlgorithm::Es256]).key_id(Presence::Refused).content(content);
        let token = Signer::with_backend(&profile, &key, &Hmac).unwrap().sign(b"$.02").unwrap();
        assert_eq!(token.rsplit_once('.').unwrap().1, signature, "{content:?}");
        assert!(token.contains(".."), "{content:?}: the payload travels elsewhere");
    }
}

/// A token that other libraries made with RSA-OAEP-256, PS256 and ECDH-ES, which no RFC has an example of.
#[test]
fn tokens_of_other_libraries_are_read() {
    for line in include_str!("others.txt").lines().filter(|line| !line.starts_with('#')) {
        let [library, alg, token] = line.split(' ').collect::<Vec<_>>()[..] else { panic!("{line}") };
        for backend in backends() {
            let content = match alg {
                "RSA-OAEP-256" | "ECDH-ES" => {
                    let (algorithm, private) = if alg == "ECDH-ES" {
                        (KeyAlgorithm::EcdhEs, SignatureAlgorithm::Es256)
                    } else {
                        (KeyAlgorithm::RsaOaep256, SignatureAlgorithm::Rs256)
                    };
                    let key = DecryptionKey::new(sample::private(private), algorithm).unwrap();
                    let profile = jwe::Profile::new(algorithm).key_id(Presence::Refused);
                    Decrypter::with_backend(&profile, &[key], backend)
                        .unwrap()
                        .decrypt(token)
                        .unwrap()
                        .to_vec()
                }
                alg => {
                    let algorithm = ALGORITHMS.into_iter().find(|one| one.name() == alg).unwrap();
                    let key = SigningKey::new(sample::private(algorithm), algorithm).unwrap();
                    let keys = KeySet::new([key.verifying_key().clone()]).unwrap();
                    let profile = Profile::new([algorithm]).key_id(Presence::Refused);
                    let verifier = Verifier::with_backend(&profile, keys, backend).unwrap();
                    verifier.verify(token, sample::now()).unwrap().into_payload()
                }
            };
            assert_eq!(content, "สตางค์".as_bytes(), "{library} {alg}");
        }
    }
}
