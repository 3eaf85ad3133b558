//! Whose signature is taken, and what is said of the others.

use super::*;
use crate::demo;
use satang_jose::{PrivateKey, Signer, SigningKey};

const NOW: &str = "2026-03-01T02:00:00Z";

fn der(pem: &str) -> Vec<u8> {
    Certificate::from_pem(pem).unwrap().to_der()
}

fn registered() -> [Registered; 3] {
    [
        Registered { der: der(demo::FILER_CERTIFICATE), is_revoked: false },
        Registered { der: der(demo::EXPIRED_CERTIFICATE), is_revoked: false },
        Registered { der: der(demo::REVOKED_CERTIFICATE), is_revoked: true },
    ]
}

fn sign(key: &PrivateKey, certificate: Option<&str>) -> String {
    let mut key = SigningKey::new(key.clone(), SignatureAlgorithm::Rs256).unwrap();
    if let Some(pem) = certificate {
        key = key.with_certificates(vec![Certificate::from_pem(pem).unwrap()]).unwrap();
    }
    Signer::new(&profile(), &key).unwrap().sign("{}").unwrap()
}

fn verify(token: &str, registered: &[Registered]) -> Result<Vec<u8>, Reason> {
    Verifiers::default().verify(token, registered, NOW.parse().unwrap())
}

#[test]
fn only_a_certificate_that_is_registered_and_in_force_is_taken() {
    let own = PrivateKey::from_pem(demo::FILER_KEY).unwrap();
    let strange = PrivateKey::generate_rsa(2048).unwrap();
    let all = registered();
    for (name, token, registered, code) in [
        ("with x5c", sign(&own, Some(demo::FILER_CERTIFICATE)), &all[..], None),
        ("without", sign(&own, None), &all, None),
        ("expired", sign(&own, Some(demo::EXPIRED_CERTIFICATE)), &all, Some("E07118")),
        ("revoked", sign(&own, Some(demo::REVOKED_CERTIFICATE)), &all, Some("E07119")),
        ("not registered", sign(&own, Some(demo::UNREGISTERED_CERTIFICATE)), &all, Some("E07120")),
        ("none registered", sign(&own, None), &[], Some("E07120")),
        ("only expired", sign(&own, None), &all[1..2], Some("E07118")),
        ("expired or revoked", sign(&own, None), &all[1..], Some("E07119")),
        ("another key", sign(&strange, None), &all, Some("E07117")),
    ] {
        let verified = verify(&token, registered);
        assert_eq!(verified.as_ref().err().map(|(code, _)| code.as_str()), code, "{name}: {verified:?}");
        assert!(verified.is_err() || verified.unwrap() == b"{}", "{name}");
    }
}

#[test]
fn a_token_that_is_none_is_an_invalid_signature() {
    let own = PrivateKey::from_pem(demo::FILER_KEY).unwrap();
    let token = sign(&own, None);
    let (rest, signature) = token.rsplit_once('.').unwrap();
    // As the page prints its example: one character of the signature is lost, which no base64url has.
    let short = format!("{rest}.{}", &signature[..341]);
    for (token, reason) in [
        (format!(" {token}"), "white space within a token"),
        (format!("{token}\n"), "white space within a token"),
        (token.replacen('.', ".\n    ", 1), "white space within a token"),
        (short, "a length that base64url cannot have"),
        (rest.to_owned(), "a signed token has three parts"),
        (format!("{token}."), "a signed token has three parts"),
        (String::from("."), "a signed token has three parts"),
        // {"alg":"none"}, {"alg":"HS256"}, {"alg":"RS256","crit":["b64"]}, {"alg":"RS256","kid":"1"}
        (
            format!("eyJhbGciOiJub25lIn0.{}", rest.split_once('.').unwrap().1),
            "a signed token has three parts",
        ),
        ("eyJhbGciOiJub25lIn0.e30.YQ".into(), "alg is not the algorithm of the key"),
        ("eyJhbGciOiJIUzI1NiJ9.e30.YQ".into(), "alg is not the algorithm of the key"),
        ("eyJhbGciOiJSUzI1NiIsImNyaXQiOlsiYjY0Il19.e30.YQ".into(), "crit is not accepted"),
        ("eyJhbGciOiJSUzI1NiIsImtpZCI6IjEifQ.e30.YQ".into(), "kid is not accepted"),
    ] {
        let (code, why) = verify(&token, &registered()).unwrap_err();
        assert_eq!(code, ResponseCode::InvalidSignature, "{token}");
        assert!(why.contains(reason), "{token}: {why}");
    }
}

#[test]
fn a_verifier_is_made_once() {
    let verifiers = Verifiers::default();
    let first = verifiers.find(&der(demo::FILER_CERTIFICATE)).unwrap();
    assert!(Arc::ptr_eq(&first, &verifiers.find(&der(demo::FILER_CERTIFICATE)).unwrap()));
    assert!(verifiers.find(b"no certificate").is_err());
}
