//! Which keys are admitted, from JSON, DER and PEM.

use crate::sample::{self, RFC};
use openssl::{
    bn::BigNum,
    ec::{Asn1Flag, EcGroup, EcKey},
    nid::Nid,
    pkey::{PKey, Private},
    rsa::Rsa,
};
use satang_jose::{
    Kind, PrivateKey, PublicKey,
    SignatureAlgorithm::{EdDsa, Es256, Rs256},
};
use serde_json::{Value, json};

/// Two primes of 1,024 bits in the form that a widely used chip gave them, multiplied.
const ROCA: &str = "xgioe8OGt2g7Lm0zzcWs8w5AWeCx0uUJuNwMWBWmhpv7lbCPAKRA3hiifDTk5asZX4DYuxRmb8k1ZO4bwXkdnSTLOaGqulm-VD7xIK9uPO52-GMFbiwUVwhDT_ZP7U4AkFpkPlpL5kQPt4Yiz4RJJhbGdypvWkKeRFpyesoxJpaeHq9fEhGUKodw6EB2ZbiWvXxouQdGPh5G6F2W0FyLJR4TDHYLSEM1jHThXKFDZcOH7Ux1R_XY8FBgyCq6zR-qaHhrjYvB1bfNcSn-dKoHoLA0IqiIA-DDQTG-BUowCx-JsxX69padMNp9aNNCVD0fCk_sts5lsL9Qrm679e_fvQ";
/// Two successive primes of 1,024 bits, multiplied.
const CLOSE: &str = "mzj2yCjOsT-FdzKeYpZ1xjvCqyp3L-Rda3MmBicBHryw_x7enTgoQBFgQrVzpEXVr93Oxg7guJO5I606pR95R4sOfXfuafNYC_oZ_TGqwGmxAyD_Z9awfXqOSpd7dk_wSZkdg8l5odF6-Uk6FSXbpcNpKvb_aDXSPAByYc9ojPckAFjVbHQ4p9bWw7WZZ9tiRvtLiCFLG9v4wSKEM0bpUyL6w5YEldK7m5V3RT6IXx6fW7Qk2zfQaaeW4vxI3x1fXXS4jTd2El0tjLMo-R3VmL7Rt679yqX30SdIzXI0HBLvXYOO5yIGbf2OFGo1K5ME2zmZirUjSsKnnWgbARexGw";

fn text(bytes: &[u8]) -> String {
    use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
    URL_SAFE_NO_PAD.encode(bytes)
}

fn bytes(text: &Value) -> Vec<u8> {
    use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
    URL_SAFE_NO_PAD.decode(text.as_str().unwrap()).unwrap()
}

/// The private JWK of an RFC, to be spoilt.
fn jwk(alg: &str) -> Value {
    let signed = RFC.signed.iter().find(|signed| signed.alg == alg).unwrap();
    serde_json::from_str(&signed.key).unwrap()
}

fn public_jwk(alg: &str) -> Value {
    let mut jwk = jwk(alg);
    jwk.as_object_mut()
        .unwrap()
        .retain(|name, _| ["kty", "n", "e", "crv", "x", "y"].contains(&name.as_str()));
    jwk
}

fn with(mut jwk: Value, name: &str, value: Value) -> Value {
    jwk[name] = value;
    jwk
}

fn reason(jwk: &Value) -> String {
    let error = PublicKey::from_jwk(jwk.to_string().as_bytes()).unwrap_err();
    assert!(matches!(error.kind(), Kind::Key | Kind::Malformed), "{error:?}");
    error.to_string()
}

#[test]
fn weak_rsa_keys_are_refused() {
    let good = public_jwk("RS256");
    assert!(PublicKey::from_jwk(good.to_string().as_bytes()).is_ok());
    let modulus = |bits: i32| {
        let mut number = BigNum::new().unwrap();
        number.set_bit(bits - 1).unwrap();
        number.set_bit(bits - 2).unwrap();
        number.set_bit(0).unwrap();
        text(&number.to_vec())
    };
    let genuine = bytes(&good["n"]);
    let mut even = genuine.clone();
    *even.last_mut().unwrap() &= 0xfe;
    let mut by_three = BigNum::from_slice(&genuine).unwrap();
    let rest = by_three.mod_word(3).unwrap();
    by_three.sub_word(u32::try_from(rest).unwrap()).unwrap();
    let cases = [
        ("n", json!(modulus(512)), "2048 to 8192"),
        ("n", json!(modulus(1024)), "2048 to 8192"),
        ("n", json!(modulus(2047)), "2048 to 8192"),
        ("n", json!(modulus(8193)), "leading zeros, or too long"),
        ("n", json!(text(&even)), "small factor"),
        ("n", json!(text(&by_three.to_vec())), "small factor"),
        ("n", json!(ROCA), "ROCA"),
        ("n", json!(CLOSE), "close together"),
        ("n", json!(text(&[&[0], &genuine[..]].concat())), "leading zeros"),
        ("n", json!(""), "leading zeros"),
        ("n", json!(format!("{}=", good["n"].as_str().unwrap())), "base64url"),
        ("n", json!(["a"]), "must be a string"),
        ("n", Value::Null, "must be a string"),
        ("e", json!("AQ"), "exponent"),
        ("e", json!("Ag"), "exponent"),
        ("e", json!("Aw"), "exponent"),
        ("e", json!("EQ"), "exponent"),
        ("e", json!("AQAA"), "exponent"),
        ("e", json!("AP__"), "leading zeros"),
        ("e", json!("AQAC"), "exponent"),
        ("e", json!(text(&[1, 0, 0, 0, 0, 0, 0, 0, 1])), "exponent"),
        ("e", json!(good["n"]), "exponent"),
        ("e", json!(65537), "must be a string"),
        ("kty", json!("rsa"), "kty"),
        ("kty", json!("oct"), "symmetric"),
        ("d", json!("AQAB"), "private key where a public one belongs"),
    ];
    for (name, value, expected) in cases {
        let found = reason(&with(good.clone(), name, value.clone()));
        assert!(found.contains(expected), "{name} {value}: {found}");
    }
    for name in ["n", "e", "kty"] {
        let mut jwk = good.clone();
        jwk.as_object_mut().unwrap().remove(name);
        assert!(PublicKey::from_jwk(jwk.to_string().as_bytes()).is_err(), "{name} is missing");
    }
    // The same as DER and PEM.
    for (n, expected) in [(ROCA, "ROCA"), (CLOSE, "close"), (&modulus(1024), "2048")] {
        let number = BigNum::from_slice(&bytes(&json!(n))).unwrap();
        let rsa = Rsa::from_public_components(number, BigNum::from_u32(65537).unwrap()).unwrap();
        let pem = String::from_utf8(rsa.public_key_to_pem_pkcs1().unwrap()).unwrap();
        let key = PKey::from_rsa(rsa).unwrap();
        let found = PublicKey::from_der(&key.public_key_to_der().unwrap()).unwrap_err();
        assert!(found.reason().contains(expected), "{found:?}");
        assert!(PublicKey::from_pem(&pem).unwrap_err().reason().contains(expected));
    }
}

#[test]
fn points_off_the_curve_and_of_small_order_are_refused() {
    let good = public_jwk("ES256");
    let mut off = bytes(&good["y"]);
    off[31] ^= 1;
    let zeros = text(&[0; 32]);
    let cases = [
        ("y", json!(text(&off)), "point"),
        ("x", json!(zeros), "point"),
        ("x", json!(text(&[0xff; 32])), "point"),
        ("x", json!(text(&[0; 31])), "wrong length"),
        ("x", json!(text(&[&[0], &bytes(&good["x"])[..]].concat())), "wrong length"),
        ("crv", json!("P-384"), "curve"),
        ("crv", json!("secp256k1"), "curve"),
        ("crv", json!("p-256"), "curve"),
        ("crv", Value::Null, "must be a string"),
        ("d", json!(zeros), "private"),
    ];
    for (name, value, expected) in cases {
        let found = reason(&with(good.clone(), name, value.clone()));
        assert!(found.contains(expected), "{name} {value}: {found}");
    }
    assert!(reason(&with(with(good.clone(), "x", json!(zeros)), "y", json!(zeros))).contains("point"));

    let good = public_jwk("EdDSA");
    let small = [
        "0000000000000000000000000000000000000000000000000000000000000000",
        "0000000000000000000000000000000000000000000000000000000000000080",
        "0100000000000000000000000000000000000000000000000000000000000000",
        "0100000000000000000000000000000000000000000000000000000000000080",
        "ecffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f",
        "ecffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff",
        "edffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f",
        "eeffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff",
        "ffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff",
        "26e8958fc2b227b045c3f489f2ef98f0d5dfac05d3c63339b13802886d53fc05",
        "26e8958fc2b227b045c3f489f2ef98f0d5dfac05d3c63339b13802886d53fc85",
        "c7176a703d4dd84fba3c0b760d10670f2a2053fa2c39ccc64ec7fd7792ac037a",
        "c7176a703d4dd84fba3c0b760d10670f2a2053fa2c39ccc64ec7fd7792ac03fa",
    ];
    for point in small {
        let point: Vec<u8> =
            (0..64).step_by(2).map(|at| u8::from_str_radix(&point[at..at + 2], 16).unwrap()).collect();
        let found = reason(&with(good.clone(), "x", json!(text(&point))));
        assert!(found.contains("Ed25519"), "{found}");
    }
    for crv in ["Ed448", "X25519", "ed25519"] {
        assert!(reason(&with(good.clone(), "crv", json!(crv))).contains("curve"));
    }
}

#[test]
fn private_keys_whose_parts_do_not_fit_are_refused() {
    for alg in ["RS256", "ES256", "EdDSA"] {
        let good = jwk(alg);
        assert!(PrivateKey::from_jwk(good.to_string().as_bytes()).is_ok(), "{alg}");
        let names = good
            .as_object()
            .unwrap()
            .keys()
            .filter(|name| !["kty", "crv", "alg", "kid", "use"].contains(&name.as_str()));
        for name in names {
            let mut changed = bytes(&good[name]);
            let last = changed.len() - 1;
            changed[last] ^= 2;
            let spoilt = with(good.clone(), name, json!(text(&changed)));
            assert!(PrivateKey::from_jwk(spoilt.to_string().as_bytes()).is_err(), "{alg}: {name} changed");
            let mut without = good.clone();
            without.as_object_mut().unwrap().remove(name);
            assert!(PrivateKey::from_jwk(without.to_string().as_bytes()).is_err(), "{alg}: {name} missing");
        }
        assert!(PrivateKey::from_jwk(public_jwk(alg).to_string().as_bytes()).is_err(), "{alg}: public");
    }
    let order = "_____wAAAAD__________7zm-q2nF56E87nKwvxjJVE";
    for d in [text(&[0; 32]), order.to_owned(), text(&[0xff; 32])] {
        assert!(
            PrivateKey::from_jwk(with(jwk("ES256"), "d", json!(d)).to_string().as_bytes()).is_err(),
            "{d}"
        );
    }
    let oth = with(jwk("RS256"), "oth", json!([]));
    assert!(PrivateKey::from_jwk(oth.to_string().as_bytes()).unwrap_err().reason().contains("two primes"));
}

#[test]
fn members_stand_once() {
    let good = public_jwk("EdDSA").to_string();
    let twice = good.replacen('{', "{\"kty\":\"OKP\",", 1);
    assert!(PublicKey::from_jwk(good.as_bytes()).is_ok());
    assert_eq!(PublicKey::from_jwk(twice.as_bytes()).unwrap_err().kind(), Kind::Malformed);
    let large = format!("{{\"kty\":\"{}\"}}", "A".repeat(64 * 1024));
    assert_eq!(PublicKey::from_jwk(large.as_bytes()).unwrap_err().kind(), Kind::TooLarge);
}

fn pem(bytes: Vec<u8>) -> String {
    String::from_utf8(bytes).unwrap()
}

/// The same key from each form that it may come in.
#[test]
fn forms_of_a_key_are_one_key() {
    for algorithm in [Rs256, Es256, EdDsa] {
        let key = sample::private(algorithm);
        let pkey: PKey<Private> = PKey::private_key_from_pkcs8(&key.to_der()).unwrap();
        let cipher = openssl::symm::Cipher::aes_256_cbc();
        let plain = pem(pkey.private_key_to_pem_pkcs8().unwrap());
        let encrypted = pem(pkey.private_key_to_pem_pkcs8_passphrase(cipher, "รหัส".as_bytes()).unwrap());
        let mut forms = vec![
            PrivateKey::from_der(&key.to_der()),
            PrivateKey::from_pem(&plain),
            PrivateKey::from_pem(&format!("Bag Attributes\n    friendlyName: a\n{plain}\n")),
            PrivateKey::from_encrypted_pem(&encrypted, "รหัส"),
        ];
        if let Ok(rsa) = pkey.rsa() {
            let old = pem(rsa.private_key_to_pem().unwrap());
            let old_encrypted = pem(rsa.private_key_to_pem_passphrase(cipher, b"word").unwrap());
            forms.push(PrivateKey::from_pem(&old));
            forms.push(PrivateKey::from_encrypted_pem(&old_encrypted, "word"));
            assert!(PrivateKey::from_pem(&old_encrypted).unwrap_err().reason().contains("password"));
            assert_eq!(
                PublicKey::from_pem(&pem(rsa.public_key_to_pem_pkcs1().unwrap())).unwrap(),
                *key.public()
            );
        }
        if let Ok(ec) = pkey.ec_key() {
            let old = pem(ec.private_key_to_pem().unwrap());
            let parameters = "-----BEGIN EC PARAMETERS-----\nBggqhkjOPQMBBw==\n-----END EC PARAMETERS-----\n";
            forms.push(PrivateKey::from_pem(&format!("{parameters}{old}")));
        }
        for form in forms {
            assert_eq!(form.unwrap().public(), key.public(), "{algorithm:?}");
        }
        let public = key.public();
        assert_eq!(PublicKey::from_der(&public.to_der()).unwrap(), *public);
        assert_eq!(PublicKey::from_pem(&pem(pkey.public_key_to_pem().unwrap())).unwrap(), *public);
        assert_eq!(PublicKey::from_jwk(public.to_jwk().as_bytes()).unwrap(), *public);

        for (pem, password) in [
            (&encrypted, None),
            (&encrypted, Some("wrong")),
            (&encrypted, Some("")),
            (&plain, Some("none needed")),
            (&format!("{plain}{plain}"), None),
            (&plain.replace("PRIVATE", "PUBLIC"), None),
            (&plain[..plain.len() - 10].to_owned(), None),
            (&plain.replacen('M', "!", 1), None),
            (&String::new(), None),
            (&"A".repeat(64 * 1024 + 1), None),
        ] {
            let read = match password {
                Some(password) => PrivateKey::from_encrypted_pem(pem, password),
                None => PrivateKey::from_pem(pem),
            };
            assert!(read.is_err(), "{algorithm:?} with the password {password:?}");
        }
    }
}

#[test]
fn der_holds_nothing_more() {
    for algorithm in [Rs256, Es256, EdDsa] {
        let key = sample::private(algorithm);
        let (private, public) = (key.to_der(), key.public().to_der());
        for more in [&b"\0"[..], b"0\0", &public] {
            assert!(PrivateKey::from_der(&[&private, more].concat()).is_err());
            assert!(PublicKey::from_der(&[&public, more].concat()).is_err());
        }
        for length in 0..public.len() {
            assert!(PublicKey::from_der(&public[..length]).is_err());
        }
        for length in (0..private.len()).step_by(7) {
            assert!(PrivateKey::from_der(&private[..length]).is_err());
        }
        assert!(PublicKey::from_der(&private).is_err() && PrivateKey::from_der(&public).is_err());
    }
}

/// A key has one encoding: with another it would have another fingerprint elsewhere.
#[test]
fn public_keys_are_encoded_as_they_must_be() {
    let key = sample::private(Es256).public().to_der();
    // The point compressed, with the lengths that go with it.
    let mut compressed = [&key[..26], &[2 + (key[key.len() - 1] & 1)], &key[27..59]].concat();
    compressed[1] = 0x39;
    compressed[24] = 0x22;
    assert!(PKey::public_key_from_der(&compressed).is_ok(), "OpenSSL reads it");
    let error = PublicKey::from_der(&compressed).unwrap_err();
    assert!(error.reason().contains("encoded"), "{error:?}");
    let pem = format!("-----BEGIN PUBLIC KEY-----\n{}\n-----END PUBLIC KEY-----\n", {
        use base64::{Engine, engine::general_purpose::STANDARD};
        STANDARD.encode(&compressed)
    });
    assert!(PublicKey::from_pem(&pem).is_err());
}

/// A key may name its curve's numbers instead of its curve, and with numbers of his own choice a forger owns every
/// point (CVE-2020-0601).
#[test]
fn a_curve_is_named() {
    let mut group = EcGroup::from_curve_name(Nid::X9_62_PRIME256V1).unwrap();
    group.set_asn1_flag(Asn1Flag::EXPLICIT_CURVE);
    let key = PKey::from_ec_key(EcKey::generate(&group).unwrap()).unwrap();
    assert!(PublicKey::from_der(&key.public_key_to_der().unwrap()).is_err());
    assert!(PrivateKey::from_der(&key.private_key_to_pkcs8().unwrap()).is_err());
    for curve in [Nid::SECP384R1, Nid::SECP256K1, Nid::SECP521R1, Nid::SECP224R1] {
        let group = EcGroup::from_curve_name(curve).unwrap();
        let key = PKey::from_ec_key(EcKey::generate(&group).unwrap()).unwrap();
        assert!(PublicKey::from_der(&key.public_key_to_der().unwrap()).is_err(), "{curve:?}");
        assert!(PrivateKey::from_der(&key.private_key_to_pkcs8().unwrap()).is_err(), "{curve:?}");
    }
    for key in [PKey::generate_x25519().unwrap(), PKey::generate_ed448().unwrap()] {
        assert!(PublicKey::from_der(&key.public_key_to_der().unwrap()).is_err(), "{:?}", key.id());
        assert!(PrivateKey::from_der(&key.private_key_to_pkcs8().unwrap()).is_err(), "{:?}", key.id());
    }
}

/// No secret in what is printed, and nothing of a key in an error.
#[test]
fn nothing_secret_is_printed() {
    for algorithm in sample::ALGORITHMS {
        let key = sample::key(algorithm);
        let der = sample::private(algorithm).to_der();
        let shown = format!("{key:?} {:?} {:#?}", sample::private(algorithm), key);
        // Any run of the key's bytes, in any of the usual ways to write bytes.
        let middle = &der[der.len() / 2..der.len() / 2 + 8];
        for secret in [text(middle), format!("{middle:?}"), format!("{middle:x?}")] {
            assert!(!shown.contains(secret.trim_matches(['[', ']'])), "{algorithm:?}");
        }
        assert!(shown.len() < 1500, "{shown}");
    }
    let secret = "c2VjcmV0IG1lbWJlcg";
    for jwk in [
        json!({"kty": secret}),
        json!({"kty": "OKP", "crv": secret}),
        json!({"kty": "OKP", "crv": "Ed25519", "x": secret}),
        json!({secret: 1}),
    ] {
        let error = PublicKey::from_jwk(jwk.to_string().as_bytes()).unwrap_err();
        assert!(!format!("{error} {error:?}").contains(secret));
    }
}

#[test]
fn keys_that_are_made_are_admitted() {
    for key in [PrivateKey::generate_rsa(2048), PrivateKey::generate_p256(), PrivateKey::generate_ed25519()] {
        let key = key.unwrap();
        assert_eq!(PrivateKey::from_der(&key.to_der()).unwrap().public(), key.public());
    }
    for bits in [0, 512, 1024, 2047, 8193, u32::MAX] {
        assert!(PrivateKey::generate_rsa(bits).is_err(), "{bits}");
    }
}
