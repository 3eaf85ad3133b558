//! Header by header: what a profile demands, allows and refuses. The forged ones are rightly signed.

use crate::sample::{self, backends};
use satang_jose::{
    Content, KeySet, Kind, Presence, PrivateKey, Profile,
    SignatureAlgorithm::{self, EdDsa, Es256, Ps256, Rs256},
    Signer, SigningKey, Verifier, VerifyingKey,
    backend::{Backend, OpenSsl},
};

fn base64url(bytes: impl AsRef<[u8]>) -> String {
    use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
    URL_SAFE_NO_PAD.encode(bytes)
}

/// A token of any header, rightly signed, without this crate's help.
fn forged(algorithm: SignatureAlgorithm, header: &str, payload: &[u8]) -> String {
    let signed = format!("{}.{}", base64url(header), base64url(payload));
    let signature = OpenSsl.signing(&sample::private(algorithm), algorithm).unwrap().sign(signed.as_bytes());
    format!("{signed}.{}", base64url(signature.unwrap()))
}

#[test]
fn each_member_is_accepted_or_refused_as_the_profile_says() {
    let profile = Profile::new([EdDsa]).key_id(Presence::Optional);
    let typed = profile.clone().typ("JWT").cty("json");
    let cases: [(&Profile, &str, Option<Kind>); 34] = [
        (&profile, r#"{"alg":"EdDSA"}"#, None),
        (&profile, r#" { "alg" : "EdDSA" , "kid" : "014-3" } "#, None),
        (&profile, r#"{"kid":"014-\u0033","alg":"\u0045dDSA"}"#, None),
        (&profile, r#"{"alg":"EdDSA","kid":"other"}"#, Some(Kind::UnknownKey)),
        (&profile, r#"{"alg":"EdDSA","kid":""}"#, Some(Kind::Header)),
        (&profile, r#"{"alg":"EdDSA","kid":null}"#, Some(Kind::Header)),
        (&profile, r#"{"alg":"EdDSA","typ":"JWT"}"#, Some(Kind::Header)),
        (&profile, r#"{"alg":"EdDSA","cty":"json"}"#, Some(Kind::Header)),
        (&typed, r#"{"alg":"EdDSA","typ":"JWT","cty":"json"}"#, None),
        (&typed, r#"{"alg":"EdDSA","typ":"jwt","cty":"json"}"#, Some(Kind::Header)),
        (&typed, r#"{"alg":"EdDSA","typ":"JWT"}"#, Some(Kind::Header)),
        (&typed, r#"{"alg":"EdDSA","cty":"json"}"#, Some(Kind::Header)),
        (&profile, r#"{"alg":"ES256"}"#, Some(Kind::Algorithm)),
        (&profile, r#"{"alg":"eddsa"}"#, Some(Kind::Algorithm)),
        (&profile, r#"{"alg":"none"}"#, Some(Kind::Algorithm)),
        (&profile, r#"{"alg":""}"#, Some(Kind::Header)),
        (&profile, r#"{"typ":"EdDSA"}"#, Some(Kind::Header)),
        (&profile, r#"{"alg":"EdDSA","crit":[]}"#, Some(Kind::Header)),
        (&profile, r#"{"alg":"EdDSA","crit":["exp"],"exp":1}"#, Some(Kind::Header)),
        (&profile, r#"{"alg":"EdDSA","crit":["b64"],"b64":true}"#, Some(Kind::Header)),
        (&profile, r#"{"alg":"EdDSA","b64":true}"#, Some(Kind::Header)),
        (&profile, r#"{"alg":"EdDSA","b64":false}"#, Some(Kind::Header)),
        (&profile, r#"{"alg":"EdDSA","jku":"https://a.example"}"#, Some(Kind::Header)),
        (&profile, r#"{"alg":"EdDSA","jwk":{}}"#, Some(Kind::Header)),
        (&profile, r#"{"alg":"EdDSA","x5u":"https://a.example"}"#, Some(Kind::Header)),
        (&profile, r#"{"alg":"EdDSA","x5t":"AA"}"#, Some(Kind::Header)),
        (&profile, r#"{"alg":"EdDSA","x5c":["AA"]}"#, Some(Kind::Header)),
        (&profile, r#"{"alg":"EdDSA","x5t#S256":"AA"}"#, Some(Kind::Header)),
        (&profile, r#"{"alg":"EdDSA","zip":"DEF"}"#, Some(Kind::Header)),
        (&profile, r#"{"alg":"EdDSA","iat":1}"#, Some(Kind::Header)),
        (&profile, r#"{"alg":"none","alg":"EdDSA"}"#, Some(Kind::Malformed)),
        (&profile, r#"{"alg":"EdDSA","\u0061lg":"EdDSA"}"#, Some(Kind::Malformed)),
        (&profile, r#"{"alg":"EdDSA","kid":"014-3","kid":"014-3"}"#, Some(Kind::Malformed)),
        (&profile, r#"["EdDSA"]"#, Some(Kind::Malformed)),
    ];
    let key = sample::key(EdDsa);
    for (profile, header, expected) in cases {
        for backend in backends() {
            let found =
                sample::verifier(profile, &key, backend).verify(forged(EdDsa, header, b"a"), sample::now());
            assert_eq!(found.map(drop).map_err(|error| error.kind()).err(), expected, "{header}");
        }
    }
}

/// A header that is ignored is ignored, one that means something cannot be.
#[test]
fn ignored_headers_are_named() {
    let profile = Profile::new([EdDsa]).key_id(Presence::Optional).ignoring("iat").ignoring("trace");
    let verifier = sample::verifier(&profile, &sample::key(EdDsa), backends().remove(0));
    assert!(
        verifier
            .verify(forged(EdDsa, r#"{"alg":"EdDSA","iat":1,"trace":{"a":[1]}}"#, b"a"), sample::now())
            .is_ok()
    );
    assert!(
        verifier
            .verify(forged(EdDsa, r#"{"alg":"EdDSA","trace":{"a":1,"a":1}}"#, b"a"), sample::now())
            .is_err()
    );
    for name in
        ["alg", "crit", "b64", "jwk", "jku", "x5u", "x5c", "zip", "enc", "epk", "p2c", "kid", "typ", ""]
    {
        let keys = KeySet::new([sample::key(EdDsa).verifying_key().clone()]).unwrap();
        let error = Verifier::new(&profile.clone().ignoring(name), keys).unwrap_err();
        assert_eq!(error.kind(), Kind::Setup, "{name}");
    }
}

/// RFC 7797: `b64` and `crit` together, exactly, and only where the profile has it.
#[test]
fn unencoded_payloads_are_marked_as_such() {
    let key = sample::key(EdDsa);
    let verifier = sample::verifier(&sample::answer(), &key, backends().remove(0));
    let sign = |header: &str| {
        let signed = format!("{}.body", base64url(header));
        let signature =
            OpenSsl.signing(&sample::private(EdDsa), EdDsa).unwrap().sign(signed.as_bytes()).unwrap();
        format!("{}..{}", base64url(header), base64url(signature))
    };
    for (more, fine) in [
        (r#","b64":false,"crit":["b64"]"#, true),
        (r#","crit":["b64"],"b64":false"#, true),
        (r#","b64":false"#, false),
        (r#","crit":["b64"]"#, false),
        ("", false),
        (r#","b64":true,"crit":["b64"]"#, false),
        (r#","b64":"false","crit":["b64"]"#, false),
        (r#","b64":0,"crit":["b64"]"#, false),
        (r#","b64":null,"crit":["b64"]"#, false),
        (r#","b64":false,"crit":[]"#, false),
        (r#","b64":false,"crit":"b64""#, false),
        (r#","b64":false,"crit":["b64","b64"]"#, false),
        (r#","b64":false,"crit":["b64","exp"],"exp":1"#, false),
    ] {
        let token = sign(&format!(r#"{{"alg":"EdDSA","kid":"014-3"{more}}}"#));
        assert_eq!(verifier.verify_detached(&token, b"body", sample::now()).is_ok(), fine, "{more}");
        assert!(verifier.verify_detached(&token, b"bodx", sample::now()).is_err(), "{more}");
    }
}

/// The payload may hold anything, dots and bytes that are no text included.
#[test]
fn every_content_is_signed_and_verified() {
    let payloads: [&[u8]; 6] = [b"a", b"a.b.c", b"\0\xff\xfe", "สตางค์".as_bytes(), b".", &[b'x'; 20_000]];
    for backend in backends() {
        for algorithm in sample::ALGORITHMS {
            let key = sample::key(algorithm);
            for content in [Content::Attached, Content::Detached, Content::DetachedUnencoded] {
                let profile = Profile::new([algorithm]).content(content);
                let signer = Signer::with_backend(&profile, &key, &*backend).unwrap();
                let verifier = sample::verifier(&profile, &key, backend.clone());
                for payload in payloads {
                    let token = signer.sign(payload).unwrap();
                    if content == Content::Attached {
                        let verified = verifier.verify(&token, sample::now()).unwrap();
                        assert_eq!(verified.payload(), payload);
                        assert_eq!(verified.signatory().key(), key.verifying_key());
                        assert_eq!(
                            verifier.verify_detached(&token, payload, sample::now()).unwrap_err().kind(),
                            Kind::Setup
                        );
                    } else {
                        assert!(verifier.verify_detached(&token, payload, sample::now()).is_ok());
                        assert!(
                            verifier
                                .verify_detached(&token, &[payload, b"."].concat(), sample::now())
                                .is_err()
                        );
                        assert_eq!(verifier.verify(&token, sample::now()).unwrap_err().kind(), Kind::Setup);
                    }
                }
            }
        }
    }
}

/// Each back end reads what each other writes.
#[test]
fn back_ends_agree() {
    for algorithm in sample::ALGORITHMS {
        let key = sample::key(algorithm);
        for signing in backends() {
            let token =
                Signer::with_backend(&sample::hub(), &key, &*signing).unwrap().sign(sample::CLAIMS).unwrap();
            for verifying in backends() {
                let verifier = sample::verifier(&sample::hub(), &key, verifying);
                assert!(verifier.verify(&token, sample::now()).is_ok(), "{algorithm:?}");
            }
        }
    }
}

#[test]
fn limits_hold_on_both_sides() {
    let key = sample::key(EdDsa);
    let profile = Profile::new([EdDsa]).max_token(300).max_payload(100).max_header(60);
    let signer = Signer::new(&profile, &key).unwrap();
    let verifier = sample::verifier(&profile, &key, backends().remove(0));
    let token = signer.sign([b'a'; 100]).unwrap();
    assert!(verifier.verify(&token, sample::now()).is_ok());
    assert_eq!(signer.sign([b'a'; 101]).unwrap_err().kind(), Kind::TooLarge);
    let large = Signer::new(&Profile::new([EdDsa]), &key).unwrap().sign([b'a'; 102]).unwrap();
    assert_eq!(verifier.verify(&large, sample::now()).unwrap_err().kind(), Kind::TooLarge);
    let header = format!(r#"{{"alg":"EdDSA","kid":"014-3"{}}}"#, " ".repeat(40));
    assert_eq!(
        verifier.verify(forged(EdDsa, &header, b"a"), sample::now()).unwrap_err().kind(),
        Kind::TooLarge
    );
    let tight = profile.clone().max_token(token.len());
    assert!(sample::verifier(&tight, &key, backends().remove(0)).verify(&token, sample::now()).is_ok());
    let tighter = profile.clone().max_token(token.len() - 1);
    assert_eq!(Signer::new(&tighter, &key).unwrap().sign([b'a'; 100]).unwrap_err().kind(), Kind::TooLarge);
    let verifier = sample::verifier(&tighter, &key, backends().remove(0));
    assert_eq!(verifier.verify(&token, sample::now()).unwrap_err().kind(), Kind::TooLarge);
}

/// A profile that contradicts itself, or a key that does not fit it, is told when it is set up.
#[test]
fn contradictions_are_told_at_once() {
    let key = sample::key(EdDsa);
    let keys = || KeySet::new([key.verifying_key().clone()]).unwrap();
    let rules = || satang_jose::ClaimRules::new("a").issuer("b");
    let good = Profile::new([EdDsa]);
    for profile in [
        Profile::new([]),
        Profile::new([Es256]),
        good.clone().typ(""),
        good.clone().cty("a\nb"),
        good.clone().max_token(0),
        good.clone().max_token((4 << 20) + 1),
        good.clone().max_header(64 * 1024 + 1),
        good.clone().max_payload(0),
        good.clone().content(Content::Detached).claims(rules()),
        good.clone().content(Content::DetachedUnencoded).claims(rules()),
        good.clone().claims(rules().leeway(301)),
        good.clone().claims(rules().max_lifetime(0)),
        good.clone().claims(satang_jose::ClaimRules::new("").issuer("b")),
        good.clone().claims(rules().issuer("")),
    ] {
        assert_eq!(Verifier::new(&profile, keys()).unwrap_err().kind(), Kind::Setup, "{profile:?}");
        assert_eq!(Signer::new(&profile, &key).unwrap_err().kind(), Kind::Setup, "{profile:?}");
    }
    // Nobody would say who may issue.
    let open = good.clone().claims(satang_jose::ClaimRules::new("a"));
    assert_eq!(Verifier::new(&open, keys()).unwrap_err().kind(), Kind::Setup);
    let bare = SigningKey::new(sample::private(EdDsa), EdDsa).unwrap();
    assert_eq!(Signer::new(&good, &bare).unwrap_err().kind(), Kind::Setup);
    assert_eq!(
        Verifier::new(&good, KeySet::new([bare.verifying_key().clone()]).unwrap()).unwrap_err().kind(),
        Kind::Setup
    );
    for (private, algorithm) in
        [(EdDsa, Rs256), (EdDsa, Es256), (Es256, EdDsa), (Es256, Ps256), (Rs256, Es256), (Ps256, EdDsa)]
    {
        assert!(SigningKey::new(sample::private(private), algorithm).is_err());
        assert!(VerifyingKey::new(sample::private(private).public().clone(), algorithm).is_err());
    }
    for id in ["", &"k".repeat(257)] {
        assert!(bare.clone().with_key_id(id).is_err());
    }
}

/// One signer and one verifier for all threads, at once.
#[test]
fn threads_share_signers_and_verifiers() {
    fn shared<T: Send + Sync>(_: &T) {}
    for backend in backends() {
        for algorithm in sample::ALGORITHMS {
            let key = sample::key(algorithm);
            let signer = Signer::with_backend(&sample::hub(), &key, &*backend).unwrap();
            let verifier = sample::verifier(&sample::hub(), &key, backend.clone());
            shared(&signer);
            shared(&verifier);
            let other = Signer::new(
                &sample::hub(),
                &SigningKey::new(sample::other_private(algorithm), algorithm)
                    .unwrap()
                    .with_key_id("014-3")
                    .unwrap(),
            );
            let forged = other.unwrap().sign(sample::CLAIMS).unwrap();
            std::thread::scope(|scope| {
                for _ in 0..8 {
                    scope.spawn(|| {
                        for _ in 0..20 {
                            let token = signer.sign(sample::CLAIMS).unwrap();
                            assert!(verifier.verify(&token, sample::now()).is_ok());
                            assert_eq!(
                                verifier.verify(&forged, sample::now()).unwrap_err().kind(),
                                Kind::Signature
                            );
                        }
                    });
                }
            });
        }
    }
    let key = PrivateKey::generate_p256().unwrap();
    shared(&key);
}
