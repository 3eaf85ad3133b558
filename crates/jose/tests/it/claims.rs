//! Claims at their bounds, second by second; and whose they are.

use crate::sample::{self, backends};
use satang_jose::{
    ClaimRules, KeySet, Kind, NumericDate, PrivateKey, Profile,
    SignatureAlgorithm::{EdDsa, Es256},
    Signer, SigningKey, Verifier,
};

const NOW: i64 = 1_788_000_000;

/// What a verifier with `rules` says of `claims` at [`NOW`].
fn check(rules: &ClaimRules, claims: &str) -> Option<Kind> {
    let profile = Profile::new([EdDsa]).claims(rules.clone());
    let key = sample::key(EdDsa);
    let token = Signer::new(&profile, &key).unwrap().sign(claims).unwrap();
    let verifier = sample::verifier(&profile, &key, backends().remove(0));
    let found = verifier.verify(token, NumericDate::new(NOW).unwrap());
    assert!(found.as_ref().ok().is_none_or(|verified| verified.claims().is_some()));
    found.err().map(|error| error.kind())
}

#[test]
fn dates_are_checked_to_the_second() {
    let rules = ClaimRules::new("a").issuer("b").leeway(30).max_lifetime(60);
    let exact = ClaimRules::new("a").issuer("b").leeway(0);
    let claims = |dates: &str| format!(r#"{{"iss":"b","aud":"a",{dates}}}"#);
    let both = |issued: i64, expires: i64| format!("\"iat\":{issued},\"exp\":{expires}");
    for (rules, dates, expected) in [
        (&exact, format!("\"exp\":{}", NOW + 1), None),
        (&exact, format!("\"exp\":{NOW}"), Some(Kind::Expired)),
        (&exact, format!("\"exp\":{}", NOW - 1), Some(Kind::Expired)),
        (&exact, format!("\"exp\":{},\"nbf\":{NOW}", NOW + 1), None),
        (&exact, format!("\"exp\":{},\"nbf\":{}", NOW + 9, NOW + 1), Some(Kind::NotYetValid)),
        (&exact, both(NOW, NOW + 1), None),
        (&exact, both(NOW + 1, NOW + 9), Some(Kind::NotYetValid)),
        (&exact, "\"exp\":4102444800".into(), None),
        (&exact, "\"exp\":4102444801".into(), Some(Kind::Claim)),
        (&exact, "\"exp\":9223372036854775807".into(), Some(Kind::Claim)),
        (&exact, "\"exp\":18446744073709551615".into(), Some(Kind::Claim)),
        (&exact, "\"exp\":-1".into(), Some(Kind::Claim)),
        (&exact, "\"exp\":4e9".into(), Some(Kind::Claim)),
        (&exact, "\"exp\":4000000000.0".into(), Some(Kind::Claim)),
        (&exact, "\"exp\":\"4000000000\"".into(), Some(Kind::Claim)),
        (&exact, "\"exp\":1e400".into(), Some(Kind::Malformed)),
        (&exact, format!("\"nbf\":{NOW}"), Some(Kind::Claim)),
        (&rules, both(NOW - 60, NOW - 29), None),
        (&rules, both(NOW - 60, NOW - 30), Some(Kind::Expired)),
        (&rules, both(NOW + 30, NOW + 60), None),
        (&rules, both(NOW + 31, NOW + 60), Some(Kind::NotYetValid)),
        (&rules, both(NOW, NOW + 60), None),
        (&rules, both(NOW, NOW + 61), Some(Kind::Claim)),
        (&rules, both(0, 4_102_444_800), Some(Kind::Claim)),
        (&rules, both(NOW, NOW), Some(Kind::Claim)),
        (&rules, both(NOW + 5, NOW + 4), Some(Kind::Claim)),
        (&rules, format!("\"exp\":{}", NOW + 9), Some(Kind::Claim)),
    ] {
        assert_eq!(check(rules, &claims(&dates)), expected, "{dates}");
    }
}

#[test]
fn parties_are_the_right_ones() {
    let rules = ClaimRules::new("a").issuer("b").issuer("c").subject("s").require("x");
    let good = r#"{"iss":"b","aud":"a","sub":"s","exp":1788000060,"x":0}"#;
    for (from, to, expected) in [
        ("", "", None),
        (r#""iss":"b""#, r#""iss":"c""#, None),
        (r#""iss":"b""#, r#""iss":"d""#, Some(Kind::Claim)),
        (r#""iss":"b""#, r#""iss":["b"]"#, Some(Kind::Claim)),
        (r#""iss":"b","#, "", Some(Kind::Claim)),
        (r#""aud":"a""#, r#""aud":["z","a"]"#, None),
        (r#""aud":"a""#, r#""aud":["1","2","3","4","5","6","7","a"]"#, None),
        (r#""aud":"a""#, r#""aud":["1","2","3","4","5","6","7","8","a"]"#, Some(Kind::Claim)),
        (r#""aud":"a""#, r#""aud":"A""#, Some(Kind::Claim)),
        (r#""aud":"a""#, r#""aud":[]"#, Some(Kind::Claim)),
        (r#""aud":"a""#, r#""aud":["a",null]"#, Some(Kind::Claim)),
        (r#""aud":"a","#, "", Some(Kind::Claim)),
        (r#""sub":"s""#, r#""sub":"t""#, Some(Kind::Claim)),
        (r#""sub":"s","#, "", Some(Kind::Claim)),
        (r#","x":0"#, r#","x":null"#, Some(Kind::Claim)),
        (r#","x":0"#, "", Some(Kind::Claim)),
        (r#","x":0"#, r#","x":false,"jti":"j""#, None),
        (r#","x":0"#, r#","x":0,"jti":"""#, Some(Kind::Claim)),
        (r#","x":0"#, r#","x":0,"jti":7"#, Some(Kind::Claim)),
        (r#","x":0"#, r#","x":0,"x":0"#, Some(Kind::Malformed)),
        (r#","x":0"#, r#","x":[{"y":1,"y":1}]"#, Some(Kind::Malformed)),
    ] {
        assert_eq!(check(&rules, &good.replace(from, to)), expected, "{to}");
    }
}

/// Each partner signs in his own name only, although all use one verifier.
#[test]
fn a_partner_cannot_speak_for_another() {
    let profile = Profile::new([Es256]).claims(ClaimRules::new("hub"));
    let key = |id: &str| {
        SigningKey::new(PrivateKey::generate_p256().unwrap(), Es256).unwrap().with_key_id(id).unwrap()
    };
    let (one, two) = (key("014-3"), key("004-1"));
    let keys = [one.verifying_key().clone().issuer("014"), two.verifying_key().clone().issuer("004")];
    let verifier = Verifier::new(&profile, KeySet::new(keys).unwrap()).unwrap();
    for (key, issuer, fine) in [
        (&one, "014", true),
        (&one, "004", false),
        (&two, "004", true),
        (&two, "014", false),
        (&two, "", false),
    ] {
        let claims = format!(r#"{{"iss":"{issuer}","aud":"hub","exp":1788000060}}"#);
        let token = Signer::new(&profile, key).unwrap().sign(claims).unwrap();
        assert_eq!(verifier.verify(&token, sample::now()).is_ok(), fine, "{issuer}");
    }
    // The key of one under the name of the other.
    let stolen =
        SigningKey::new(PrivateKey::generate_p256().unwrap(), Es256).unwrap().with_key_id("014-3").unwrap();
    let token = Signer::new(&profile, &stolen)
        .unwrap()
        .sign(r#"{"iss":"014","aud":"hub","exp":1788000060}"#)
        .unwrap();
    assert_eq!(verifier.verify(&token, sample::now()).unwrap_err().kind(), Kind::Signature);
}

#[test]
fn claims_are_told_as_they_are() {
    let profile = Profile::new([EdDsa]).claims(ClaimRules::new("a").issuer("b"));
    let key = sample::key(EdDsa);
    let json = r#"{"iss":"b","sub":"\u0e01","aud":["a","z"],"exp":1788000060,"nbf":1788000000,"iat":1787999999,"jti":"j"}"#;
    let token = Signer::new(&profile, &key).unwrap().sign(json).unwrap();
    let verified =
        sample::verifier(&profile, &key, backends().remove(0)).verify(token, sample::now()).unwrap();
    let claims = verified.claims().unwrap();
    assert_eq!((claims.issuer(), claims.subject(), claims.id()), ("b", Some("ก"), Some("j")));
    assert_eq!(claims.audience(), ["a", "z"]);
    let dates = [Some(claims.expires()), claims.not_before(), claims.issued_at()];
    assert_eq!(dates.map(|date| date.unwrap().as_second()), [1_788_000_060, 1_788_000_000, 1_787_999_999]);
    assert!(!format!("{verified:?}").contains("1788000060"), "a payload is nobody else's business");
}
