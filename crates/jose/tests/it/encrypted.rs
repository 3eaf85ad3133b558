//! Encrypted tokens: round trips, and every weakness that other libraries had.

use crate::sample::{self, backends};
use satang_jose::{
    KeyAlgorithm::{self, EcdhEs, RsaOaep256},
    Kind, Presence, PrivateKey, SignatureAlgorithm,
    backend::{Backend, OpenSsl, Sealing},
    jwe::{Decrypter, DecryptionKey, Encrypter, EncryptionKey, Profile},
};
use std::sync::Arc;

const BOTH: [KeyAlgorithm; 2] = [RsaOaep256, EcdhEs];

fn private(algorithm: KeyAlgorithm) -> PrivateKey {
    sample::private(if algorithm == EcdhEs { SignatureAlgorithm::Es256 } else { SignatureAlgorithm::Rs256 })
}

fn key(algorithm: KeyAlgorithm) -> DecryptionKey {
    DecryptionKey::new(private(algorithm), algorithm).unwrap().with_key_id("1").unwrap()
}

fn profile(algorithm: KeyAlgorithm) -> Profile {
    Profile::new(algorithm).key_id(Presence::Optional)
}

fn decrypter(algorithm: KeyAlgorithm, backend: Arc<dyn Backend>) -> Decrypter {
    Decrypter::with_backend(&profile(algorithm), &[key(algorithm)], backend).unwrap()
}

fn token(algorithm: KeyAlgorithm) -> String {
    Encrypter::new(&profile(algorithm), &key(algorithm).encryption_key()).unwrap().encrypt(b"secret").unwrap()
}

fn decoded(text: &str) -> Vec<u8> {
    use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
    URL_SAFE_NO_PAD.decode(text).unwrap()
}

fn encoded(bytes: impl AsRef<[u8]>) -> String {
    use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
    URL_SAFE_NO_PAD.encode(bytes)
}

/// A token of any header, rightly encrypted and sealed.
fn forged(algorithm: KeyAlgorithm, edit: impl FnOnce(&mut serde_json::Value)) -> String {
    let wrapped = OpenSsl.wrapping(private(algorithm).public(), algorithm).unwrap().wrap().unwrap();
    let mut header = serde_json::json!({"alg": algorithm.name(), "enc": "A256GCM", "kid": "1"});
    if let Some(ephemeral) = &wrapped.ephemeral {
        header["epk"] = serde_json::from_str(&ephemeral.to_jwk()).unwrap();
    }
    edit(&mut header);
    let header = encoded(header.to_string());
    let sealing = Sealing { key: &wrapped.key, iv: &[7; 12], additional: header.as_bytes() };
    let (sealed, tag) = OpenSsl.seal(&sealing, b"secret").unwrap();
    [header, encoded(&wrapped.encrypted), encoded([7; 12]), encoded(sealed), encoded(tag)].join(".")
}

#[test]
fn each_back_end_decrypts_what_each_encrypts() {
    for algorithm in BOTH {
        for encrypting in backends() {
            let encrypter =
                Encrypter::with_backend(&profile(algorithm), &key(algorithm).encryption_key(), encrypting)
                    .unwrap();
            for decrypting in backends() {
                let decrypter = decrypter(algorithm, decrypting);
                for content in [&b""[..], b"a", &[0xff; 10_000]] {
                    let (one, two) =
                        (encrypter.encrypt(content).unwrap(), encrypter.encrypt(content).unwrap());
                    assert_eq!(decrypter.decrypt(&one).unwrap().as_slice(), content, "{algorithm:?}");
                    // Fresh keys and vectors each time.
                    let [one, two] =
                        [&one, &two].map(|token| token.split('.').map(str::to_owned).collect::<Vec<_>>());
                    assert!(
                        one[2] != two[2] && one[4] != two[4] && (one[1] != two[1] || algorithm == EcdhEs)
                    );
                }
            }
        }
    }
}

/// What is forged by the test's own hand is accepted as long as nothing is wrong with it.
#[test]
fn headers_are_those_of_the_profile() {
    let other = PrivateKey::generate_ed25519().unwrap().public().to_jwk();
    for algorithm in BOTH {
        for backend in backends() {
            let decrypter = decrypter(algorithm, backend);
            assert_eq!(decrypter.decrypt(forged(algorithm, |_| {})).unwrap().as_slice(), b"secret");
            for (name, value) in [
                ("alg", r#""RSA1_5""#),
                ("alg", r#""RSA-OAEP""#),
                ("alg", r#""dir""#),
                ("alg", r#""ECDH-ES+A256KW""#),
                ("alg", r#""PBES2-HS256+A128KW""#),
                ("alg", "null"),
                ("alg", r#""RS256""#),
                ("enc", r#""A128GCM""#),
                ("enc", r#""A256CBC-HS512""#),
                ("enc", r#""A128CBC-HS256""#),
                ("enc", "null"),
                ("enc", r#""a256gcm""#),
                ("zip", r#""DEF""#),
                ("zip", "null"),
                ("crit", "[]"),
                ("crit", r#"["exp"]"#),
                ("crit", "null"),
                ("b64", "false"),
                ("kid", r#""2""#),
                ("kid", r#""""#),
                ("kid", "1"),
                ("typ", r#""JWT""#),
                ("cty", r#""JWT""#),
                ("jwk", "{}"),
                ("jku", r#""https://a.example""#),
                ("x5u", r#""""#),
                ("x5c", "[]"),
                ("x5t#S256", r#""""#),
                ("apu", r#""QQ""#),
                ("apv", r#""QQ""#),
                ("p2s", r#""QQ""#),
                ("p2c", "2147483647"),
                ("iv", r#""QQ""#),
                ("tag", r#""QQ""#),
                ("unknown", "1"),
                ("epk", "{}"),
                ("epk", "null"),
                (
                    "epk",
                    r#"{"kty":"EC","crv":"P-256","x":"AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA","y":"AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA"}"#,
                ),
                ("epk", &other),
            ] {
                let token = forged(algorithm, |header| header[name] = serde_json::from_str(value).unwrap());
                let error = decrypter.decrypt(&token).unwrap_err();
                let told = [Kind::Header, Kind::Algorithm, Kind::UnknownKey, Kind::Key, Kind::Malformed];
                assert!(told.contains(&error.kind()), "{algorithm:?} {name} {value}: {error:?}");
            }
            for name in ["alg", "enc"] {
                let token = forged(algorithm, |header| drop(header.as_object_mut().unwrap().remove(name)));
                assert!(decrypter.decrypt(&token).is_err(), "{name} is missing");
            }
        }
    }
    let token = forged(EcdhEs, |header| drop(header.as_object_mut().unwrap().remove("epk")));
    assert_eq!(decrypter(EcdhEs, backends().remove(0)).decrypt(&token).unwrap_err().kind(), Kind::Header);
}

/// A tag cut to a byte can be guessed in 256 tries (CVE-2023-37464, and josekit 0.10.3).
#[test]
fn tags_and_vectors_have_their_whole_length() {
    for algorithm in BOTH {
        for backend in backends() {
            let decrypter = decrypter(algorithm, backend);
            let token = token(algorithm);
            let parts: Vec<&str> = token.split('.').collect();
            let with = |position: usize, bytes: &[u8]| {
                let text = encoded(bytes);
                let mut parts = parts.clone();
                parts[position] = &text;
                decrypter.decrypt(parts.join(".")).unwrap_err().kind()
            };
            for (position, length) in [(4, 16), (2, 12)] {
                let bytes = decoded(parts[position]);
                for cut in 0..length {
                    assert_eq!(with(position, &bytes[..cut]), Kind::Malformed, "{cut} bytes");
                }
                for more in [1, 4, 16] {
                    assert_eq!(with(position, &[&bytes[..], &vec![0; more]].concat()), Kind::Malformed);
                }
            }
            for guess in 0..=255 {
                assert_eq!(with(4, &[guess]), Kind::Malformed);
            }
        }
    }
}

/// Whatever is changed, the sender learns the same.
#[test]
fn changes_are_one_error() {
    for algorithm in BOTH {
        for backend in backends() {
            let decrypter = decrypter(algorithm, backend);
            let token = token(algorithm);
            let parts: Vec<String> = token.split('.').map(str::to_owned).collect();
            for position in 1..5 {
                let bytes = decoded(&parts[position]);
                for at in (0..bytes.len()).step_by(1 + bytes.len() / 16) {
                    let mut changed = bytes.clone();
                    changed[at] ^= 1;
                    let mut parts = parts.clone();
                    parts[position] = encoded(changed);
                    let error = decrypter.decrypt(parts.join(".")).unwrap_err();
                    assert_eq!(
                        (error.kind(), error.reason()),
                        (Kind::Decryption, "the token cannot be decrypted")
                    );
                }
            }
            let other = Decrypter::new(&profile(algorithm), &[other(algorithm)]).unwrap();
            assert_eq!(other.decrypt(&token).unwrap_err().kind(), Kind::Decryption);
            for cut in 0..token.len() {
                assert!(decrypter.decrypt(&token[..cut]).is_err());
            }
            for more in [".", "A", "=", " ", "\n", ".A"] {
                assert!(decrypter.decrypt(format!("{token}{more}")).is_err(), "{more:?}");
                assert!(decrypter.decrypt(format!("{more}{token}")).is_err(), "{more:?}");
            }
        }
    }
}

fn other(algorithm: KeyAlgorithm) -> DecryptionKey {
    let private = match algorithm {
        EcdhEs => PrivateKey::generate_p256().unwrap(),
        RsaOaep256 => sample::other_private(SignatureAlgorithm::Rs256),
    };
    DecryptionKey::new(private, algorithm).unwrap().with_key_id("1").unwrap()
}

#[test]
fn keys_rotate_by_overlap() {
    for algorithm in BOTH {
        let (old, new) = (key(algorithm), other(algorithm).with_key_id("2").unwrap());
        let strict = Profile::new(algorithm);
        let decrypter = Decrypter::new(&strict, &[old.clone(), new.clone()]).unwrap();
        for key in [&old, &new] {
            let token = Encrypter::new(&strict, &key.encryption_key()).unwrap().encrypt("a").unwrap();
            assert_eq!(decrypter.decrypt(token).unwrap().as_slice(), b"a");
        }
        let nameless = DecryptionKey::new(private(algorithm), algorithm).unwrap();
        for keys in [
            vec![],
            vec![old.clone(), old.clone()],
            vec![nameless.clone()],
            vec![nameless, new.clone()],
            vec![old; 17],
        ] {
            assert!(Decrypter::new(&strict, &keys).is_err());
        }
    }
    assert!(Decrypter::new(&Profile::new(EcdhEs), &[key(RsaOaep256)]).is_err());
    assert!(Encrypter::new(&Profile::new(EcdhEs), &key(RsaOaep256).encryption_key()).is_err());
    assert!(DecryptionKey::new(private(EcdhEs), RsaOaep256).is_err());
    assert!(EncryptionKey::new(PrivateKey::generate_ed25519().unwrap().public().clone(), EcdhEs).is_err());
}

#[test]
fn public_keys_for_encryption_say_so() {
    let jwk = |more: &str| {
        let jwk = private(EcdhEs).public().to_jwk();
        format!("{}{more}}}", jwk.trim_end_matches('}'))
    };
    for (more, fine) in [
        ("", true),
        (r#","use":"enc","alg":"ECDH-ES","key_ops":["deriveKey"],"kid":"1""#, true),
        (r#","use":"sig""#, false),
        (r#","alg":"ECDH-ES+A128KW""#, false),
        (r#","alg":"ES256""#, false),
        (r#","key_ops":["verify"]"#, false),
        (r#","d":"AAAA""#, false),
        (r#","kid":"""#, false),
    ] {
        assert_eq!(EncryptionKey::from_jwk(jwk(more).as_bytes(), EcdhEs).is_ok(), fine, "{more}");
    }
}

#[test]
fn sizes_are_limited() {
    let small = profile(EcdhEs).max_token(1000);
    let encrypter = Encrypter::new(&small, &key(EcdhEs).encryption_key()).unwrap();
    assert!(encrypter.encrypt([0; 400]).is_ok());
    assert_eq!(encrypter.encrypt([0; 900]).unwrap_err().kind(), Kind::TooLarge);
    let decrypter = Decrypter::new(&small, &[key(EcdhEs)]).unwrap();
    let large =
        Encrypter::new(&profile(EcdhEs), &key(EcdhEs).encryption_key()).unwrap().encrypt([0; 900]).unwrap();
    assert_eq!(decrypter.decrypt(large).unwrap_err().kind(), Kind::TooLarge);
    for characters in [0, 2 * 1024 * 1024 + 1] {
        assert!(Encrypter::new(&small.clone().max_token(characters), &key(EcdhEs).encryption_key()).is_err());
    }
    let token = forged(EcdhEs, |header| header["kid"] = "k".repeat(5000).into());
    let decrypter = Decrypter::new(&profile(EcdhEs), &[key(EcdhEs)]).unwrap();
    assert_eq!(decrypter.decrypt(token).unwrap_err().kind(), Kind::TooLarge);
}
