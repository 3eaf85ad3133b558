//! Sets of keys: which entries are taken, skipped, or spoil the set.

use crate::sample;
use satang_jose::{
    KeySet, Kind, PrivateKey,
    SignatureAlgorithm::{EdDsa, Es256, Ps256, Rs256},
    VerifyingKey,
};

const X: &str = r#""kty":"OKP","crv":"Ed25519","x":"11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo""#;

/// A set of one sound key and `entry`.
fn set(entry: &str) -> Vec<u8> {
    format!("{{\"keys\":[{{{X},\"kid\":\"sound\"}},{entry}]}}").into_bytes()
}

fn ec() -> String {
    let key = sample::private(Es256).public().to_jwk();
    key.trim_matches(['{', '}']).to_owned()
}

fn rsa() -> String {
    let key = sample::private(Rs256).public().to_jwk();
    key.trim_matches(['{', '}']).to_owned()
}

#[test]
fn entries_for_something_else_are_skipped() {
    let (ec, rsa) = (ec(), rsa());
    for (entry, reason) in [
        (format!("{{{ec},\"kid\":\"a\",\"use\":\"enc\"}}"), "another use"),
        (format!("{{{ec},\"kid\":\"a\",\"use\":\"tls\"}}"), "another use"),
        (format!("{{{ec},\"kid\":\"a\",\"alg\":\"ES384\"}}"), "another alg"),
        (format!("{{{ec},\"kid\":\"a\",\"alg\":\"none\"}}"), "another alg"),
        (format!("{{{ec},\"kid\":\"a\",\"alg\":\"HS256\"}}"), "another alg"),
        (format!("{{{rsa},\"kid\":\"a\",\"alg\":\"RSA-OAEP-256\"}}"), "another alg"),
        (r#"{"kty":"EC","crv":"P-521","kid":"a"}"#.into(), "another curve"),
        (r#"{"kty":"OKP","crv":"X25519","kid":"a"}"#.into(), "another curve"),
        (r#"{"kty":"AKP","alg":"ML-DSA-44","kid":"a"}"#.into(), "another kty, or no crv"),
    ] {
        let imported = KeySet::from_jwks(&set(&entry), &[EdDsa, Es256, Rs256]).unwrap();
        assert_eq!(imported.keys.len(), 1, "{entry}");
        assert_eq!((imported.skipped[0].position, imported.skipped[0].reason), (1, reason), "{entry}");
    }
    let imported = KeySet::from_jwks(
        &set(&format!("{{{ec},\"kid\":\"a\",\"key_ops\":[\"verify\"],\"use\":\"sig\",\"alg\":\"ES256\"}}")),
        &[EdDsa, Es256],
    );
    assert_eq!(imported.unwrap().keys.len(), 2);
}

#[test]
fn entries_that_are_wrong_spoil_the_set() {
    let (ec, rsa) = (ec(), rsa());
    for (entry, reason) in [
        (r#"{"kty":"oct","k":"c2VjcmV0","kid":"a"}"#.to_owned(), "symmetric"),
        (r#"{"kty":"oct","k":"c2VjcmV0","kid":"a","use":"enc"}"#.to_owned(), "symmetric"),
        (format!("{{{ec},\"kid\":\"a\",\"d\":\"AAAA\"}}"), "private"),
        (format!("{{{ec},\"kid\":\"a\",\"d\":\"AAAA\",\"use\":\"enc\"}}"), "private"),
        (format!("{{{ec},\"kid\":\"sound\"}}"), "same kid"),
        (format!("{{{ec}}}"), "needs a kid"),
        (format!("{{{X},\"kid\":\"other\"}}"), "twice"),
        (format!("{{{ec},\"kid\":\"\"}}"), "kid must be"),
        (format!("{{{ec},\"kid\":1}}"), "must be a string"),
        (format!("{{{rsa},\"kid\":\"a\"}}"), "does not say its alg"),
        (format!("{{{ec},\"kid\":\"a\",\"key_ops\":[\"sign\"]}}"), "operations"),
        (format!("{{{ec},\"kid\":\"a\",\"key_ops\":[\"verify\",\"verify\"]}}"), "operations"),
        (format!("{{{ec},\"kid\":\"a\",\"key_ops\":\"verify\"}}"), "list of strings"),
        (format!("{{{ec},\"kid\":\"a\",\"x5c\":[\"AAAA\"]}}"), "certificate"),
        (format!("{{{ec},\"kid\":\"a\",\"x5c\":[]}}"), "certificates"),
        (format!("{{{ec},\"kid\":\"a\",\"x5c\":\"\"}}"), "list of strings"),
        (format!("{{{},\"kid\":\"a\",\"alg\":\"RS256\"}}", rsa.replace("AQAB", "Aw")), "exponent"),
        (r#"{"kid":"a"}"#.to_owned(), "kty"),
        ("{}".to_owned(), "kty"),
        ("1".to_owned(), "JSON object"),
        ("null".to_owned(), "JSON object"),
        (format!("{{{ec},{ec},\"kid\":\"a\"}}"), "once"),
    ] {
        let error = KeySet::from_jwks(&set(&entry), &[EdDsa, Es256, Rs256, Ps256]).unwrap_err();
        assert!(error.reason().contains(reason), "{entry}: {error:?}");
    }
    for json in
        ["", "{}", "[]", "{\"keys\":[]}", "{\"keys\":{}}", "{\"keys\":[],\"keys\":[]}", "{\"keys\":null}"]
    {
        assert!(KeySet::from_jwks(json.as_bytes(), &[EdDsa]).is_err(), "{json}");
    }
    let many = vec!["{\"kty\":\"AKP\"}"; 65].join(",");
    assert!(KeySet::from_jwks(format!("{{\"keys\":[{many}]}}").as_bytes(), &[EdDsa]).is_err());
    assert_eq!(KeySet::from_jwks(&[b' '; 65537], &[EdDsa]).unwrap_err().kind(), Kind::TooLarge);
    // Nothing is left.
    assert!(KeySet::from_jwks(&set("{\"kty\":\"AKP\"}"), &[Es256]).is_err());
}

#[test]
fn what_is_published_is_read_again() {
    let keys = [Rs256, Es256, EdDsa].map(|algorithm| {
        let key = VerifyingKey::new(sample::private(algorithm).public().clone(), algorithm).unwrap();
        key.with_key_id(&format!("key \"{}\"", algorithm.name())).unwrap()
    });
    let jwks = KeySet::new(keys.clone()).unwrap().to_jwks();
    let imported = KeySet::from_jwks(jwks.as_bytes(), &[Rs256, Ps256, Es256, EdDsa]).unwrap();
    assert!(imported.skipped.is_empty());
    assert_eq!(imported.keys.into_iter().collect::<Vec<_>>(), keys);
    assert!(!jwks.contains("\"d\""));
}

/// One key has one algorithm, and a set has one key by each name.
#[test]
fn sets_are_not_ambiguous() {
    let rsa = sample::private(Rs256).public().clone();
    let key = |algorithm, id: Option<&str>| {
        let key = VerifyingKey::new(rsa.clone(), algorithm).unwrap();
        id.map_or(key.clone(), |id| key.with_key_id(id).unwrap())
    };
    let other = VerifyingKey::new(PrivateKey::generate_p256().unwrap().public().clone(), Es256).unwrap();
    assert!(KeySet::new([]).is_err());
    assert!(KeySet::new([key(Rs256, None)]).is_ok());
    assert!(KeySet::new([key(Rs256, Some("a")), key(Ps256, Some("b"))]).is_err());
    assert!(KeySet::new([key(Rs256, Some("a")), other.clone()]).is_err());
    assert!(KeySet::new([key(Rs256, Some("a")), other.clone().with_key_id("a").unwrap()]).is_err());
    assert!(KeySet::new([key(Rs256, Some("a")), other.with_key_id("b").unwrap()]).is_ok());
}
