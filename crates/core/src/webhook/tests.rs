//! The vectors of the specification's own libraries, and everything that a receiver must refuse.

use super::*;
use http::HeaderValue;

const EVENT: &str = "msg_p5jXN8AQM9LWM0D4loKWxJek";
const AT: i64 = 1_614_265_330;
const BODY: &[u8] = br#"{"test": 2432232314}"#;
const SECRET: &str = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw";
const V1: &str = "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=";

fn at(second: i64) -> Timestamp {
    Timestamp::from_second(second).unwrap()
}

/// A request as it arrived; a test spoils one thing and looks at what is refused.
struct Arrived {
    trusted: Trusted,
    headers: HeaderMap,
    body: Vec<u8>,
    now: i64,
}

impl Arrived {
    fn signed(signatures: &str) -> Self {
        let mut headers = HeaderMap::new();
        headers.insert(ID, HeaderValue::from_static(EVENT));
        headers.insert(TIMESTAMP, AT.into());
        headers.insert(SIGNATURE, signatures.parse().unwrap());
        let trusted = Trusted::new().secret(SECRET.parse().unwrap());
        Self { trusted, headers, body: BODY.to_vec(), now: AT }
    }

    fn spoilt(spoil: impl FnOnce(&mut Self)) -> Result<Verified, Refused> {
        let mut arrived = Self::signed(V1);
        spoil(&mut arrived);
        arrived.verify()
    }

    fn verify(&self) -> Result<Verified, Refused> {
        verify(&self.trusted, &self.headers, &self.body, at(self.now))
    }
}

#[test]
fn the_vector_of_the_specifications_libraries() {
    assert_eq!(SECRET.parse::<Secret>().unwrap().sign(EVENT, at(AT), BODY), V1);
    let verified = Verified { id: EVENT.into(), timestamp: at(AT) };
    assert_eq!(Arrived::signed(V1).verify(), Ok(verified));
}

#[test]
fn one_right_signature_among_others_is_enough() {
    let other = "v1,Ceo5qEr07ixe2NLpvHk3FH9bwy/WavXrAFQ/9tdO6mc=";
    for signatures in [
        format!("{other} {V1}"),
        format!("{V1} {other}"),
        format!("v2,Ceo5qEr07ixe2NLpvHk3FH9bwy/WavXrAFQ/9tdO6mc= nonsense v1a, {V1} {other}"),
    ] {
        assert!(Arrived::signed(&signatures).verify().is_ok(), "{signatures}");
    }
    let changing = |arrived: &mut Arrived| {
        let new = Secret::from_bytes("the secret of tomorrow").unwrap();
        arrived.trusted = Trusted::new().secret(new).secret(SECRET.parse().unwrap());
    };
    assert!(Arrived::spoilt(changing).is_ok());
}

#[test]
fn signatures_that_are_not_right_are_refused() {
    for wrong in [
        "",
        "v1",
        "v1,",
        "v1,g0hM9SsE",                                         // truncated
        "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE",      // without padding
        "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=AAAA", // extended
        "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OEA",     // one byte more
        "v1,h0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=",     // a changed byte
        "v2,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=",     // another version
        "v1a,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=",    // another algorithm
        "V1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=",
        "g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=",
    ] {
        assert_eq!(Arrived::signed(wrong).verify(), Err(Refused::Mismatch), "{wrong}");
    }
}

#[test]
fn whatever_else_was_changed_is_refused() {
    use Refused::*;
    type Spoil = fn(&mut Arrived);
    let cases: [(&str, Spoil, Refused); 17] = [
        ("a changed byte", |it| it.body[3] ^= 1, Mismatch),
        ("an empty body", |it| it.body.clear(), Mismatch),
        ("a truncated body", |it| it.body.truncate(10), Mismatch),
        ("an extended body", |it| it.body.push(b'\n'), Mismatch),
        ("another id", |it| set(it, ID, "msg_2"), Mismatch),
        ("another time", |it| set(it, TIMESTAMP, "1614265331"), Mismatch),
        (
            "another secret",
            |it| it.trusted = Trusted::new().secret(Secret::from_bytes("no").unwrap()),
            Mismatch,
        ),
        ("nobody is trusted", |it| it.trusted = Trusted::new(), Mismatch),
        ("no id", |it| remove(it, ID), Missing),
        ("no time", |it| remove(it, TIMESTAMP), Missing),
        ("no signature", |it| remove(it, SIGNATURE), Missing),
        ("an empty id", |it| set(it, ID, ""), Malformed),
        ("borders that can be moved", |it| set(it, ID, "msg.1"), Malformed),
        ("a time in another spelling", |it| set(it, TIMESTAMP, "01614265330"), Malformed),
        ("a signed time", |it| set(it, TIMESTAMP, "+1614265330"), Malformed),
        ("no time at all", |it| set(it, TIMESTAMP, "now"), Malformed),
        ("a header twice", |it| assert!(it.headers.append(ID, HeaderValue::from_static(EVENT))), Malformed),
    ];
    for (name, spoil, refused) in cases {
        assert_eq!(Arrived::spoilt(spoil), Err(refused), "{name}");
    }
}

#[test]
fn an_attempt_is_believed_for_five_minutes_either_way() {
    for (now, expected) in [
        (AT - 301, Err(Refused::Future)),
        (AT - 300, Ok(())),
        (AT + 300, Ok(())),
        (AT + 301, Err(Refused::Stale)),
    ] {
        assert_eq!(Arrived::spoilt(|it| it.now = now).map(|_| ()), expected, "{}", now - AT);
    }
    for far in [i64::MIN.to_string(), i64::MAX.to_string(), "99999999999999999999".into()] {
        assert_eq!(Arrived::spoilt(|it| set(it, TIMESTAMP, &far)), Err(Refused::Malformed), "{far}");
    }
}

#[test]
fn secrets_are_read_in_either_form_and_never_shown() {
    let same = ["whsec_ZGVtby1zaWduYXR1cmUta2V5", "demo-signature-key"];
    let signed = same.map(|text| Secret::from_setting(text).unwrap().sign(EVENT, at(AT), BODY));
    assert_eq!(signed[0], signed[1]);
    for wrong in ["", "whsec_", "whsec_!", "whsec_ZGVtb", "demo-signature-key"] {
        assert!(wrong.parse::<Secret>().is_err(), "{wrong}");
    }
    assert!(Secret::from_setting("").is_err() && Secret::from_setting("whsec_!").is_err());
    assert_eq!(format!("{:?}", Secret::from_setting("hunter2").unwrap()), "Secret { .. }");
}

fn set(arrived: &mut Arrived, name: &'static str, value: &str) {
    arrived.headers.insert(name, value.parse().unwrap());
}

fn remove(arrived: &mut Arrived, name: &str) {
    arrived.headers.remove(name);
}

#[cfg(feature = "ed25519")]
mod asymmetric {
    use super::*;

    const KEY: &str = "whsk_VEVTVFNJR05JTkdLRVlET05PVFVTRVRISVNGT1JBTlk=";
    const V1A: &str =
        "v1a,tQ9V2XOqn7jL/DQenEFpqIugdBVtiMmER5mhSkXBNwM0mkATuDe6KYYUuxqtaiHeYGb7KaaBRdM5WqyeFiL8Ag==";

    fn arrived(signatures: &str) -> Arrived {
        let key: SigningKey = KEY.parse().unwrap();
        Arrived { trusted: Trusted::new().public_key(key.public_key()), ..Arrived::signed(signatures) }
    }

    #[test]
    fn the_vector_of_the_specifications_libraries() {
        let key: SigningKey = KEY.parse().unwrap();
        assert_eq!(key.sign(EVENT, at(AT), BODY), V1A);
        assert!(arrived(V1A).verify().is_ok());
        assert!(arrived(&format!("{V1} {V1A}")).verify().is_ok());
        let written = key.public_key().to_string();
        assert!(written.starts_with("whpk_") && written.parse() == Ok(key.public_key()), "{written}");
        assert_eq!(format!("{key:?}"), format!("SigningKey {{ public_key: {written}, .. }}"));
    }

    #[test]
    fn signatures_that_are_not_right_are_refused() {
        let other = SigningKey::from_seed(&[7; 32]).sign(EVENT, at(AT), BODY);
        for wrong in [
            V1,
            "v1a,",
            &V1A.replace("v1a,", "v1,"),
            &V1A[..40],
            &V1A.replace("tQ9V", "uQ9V"),
            &format!("{V1A}AAAA"),
            &other,
        ] {
            assert_eq!(arrived(wrong).verify(), Err(Refused::Mismatch), "{wrong}");
        }
        let mut changed = arrived(V1A);
        changed.body[3] ^= 1;
        assert_eq!(changed.verify(), Err(Refused::Mismatch));
        // A public key is no shared secret: what it verifies cannot be made with it.
        let public = KEY.parse::<SigningKey>().unwrap().public_key().to_string();
        let forged =
            Secret::from_bytes(BASE64.decode(&public[5..]).unwrap()).unwrap().sign(EVENT, at(AT), BODY);
        assert_eq!(arrived(&forged).verify(), Err(Refused::Mismatch));
    }

    #[test]
    fn keys_that_are_none_are_refused() {
        for wrong in ["", "whsk_", "whsk_AAAA", KEY.trim_start_matches("whsk_")] {
            assert!(wrong.parse::<SigningKey>().is_err(), "{wrong}");
        }
        // The neutral point: every signature would do.
        let neutral = format!("whpk_{}", BASE64.encode([1].into_iter().chain([0; 31]).collect::<Vec<u8>>()));
        for wrong in ["", "whpk_", "whpk_AAAA", neutral.as_str()] {
            assert!(wrong.parse::<PublicKey>().is_err(), "{wrong}");
        }
    }
}
