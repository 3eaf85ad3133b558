//! The published vectors, and everything that a receiver must refuse.

use super::*;
use http::HeaderValue;

const SECRET: &str = "sandbox-signature-key";
const PATH: &str = "/rest/api/v1/corporateServices/directDebit/realTime/transaction/payment";
const ID: &str = "11111111-2222-4333-8444-555555555555";
const CREATED: i64 = 1_597_424_400; // 2020-08-15T00:00:00+07:00
const SIGNED: &str = "o501zGxRkxVRbzAYlaJ6nEAnNmGH97KDaKvnZ0whBXU=";
const PORTAL_BODY: &str = r#"{"hello": "world"}"#;

fn payment(amount: &str) -> String {
    format!(
        concat!(
            r#"{{"transactionIdentification":"071f2a78-a77b-4e45-91ba-4bd96d5bcde9","#,
            r#""creditorAccountNumber":"0457262823","#,
            r#""payerInformation":{{"paymentToken":"06252dbc-0a4c-437f-b718-f2aa836b10b3"}},"#,
            r#""transactionInformation":{{"transactionType":"REALTIME","referenceNumber1":"REF1","#,
            r#""referenceNumber2":"REF2","paymentInstrument":"DDEB","paymentAmount":{},"#,
            r#""annotation":"This is remark for this transaction"}}}}"#
        ),
        amount
    )
}

fn at(second: i64) -> Timestamp {
    Timestamp::from_second(second).unwrap()
}

fn key() -> Key {
    Key::new(SECRET).unwrap()
}

/// A signed request as it arrived; a test spoils one thing and looks at what is refused.
#[derive(Clone)]
struct Arrived {
    key: Key,
    method: Method,
    path: String,
    headers: HeaderMap,
    body: String,
    now: i64,
}

impl Arrived {
    fn vector_6() -> Self {
        let body = payment("5000.00");
        let digest = digest(body.as_bytes());
        let mut headers = HeaderMap::new();
        let signature = key().sign(&Method::POST, PATH, at(CREATED), &digest, ID);
        headers.insert(SIGNATURE, signature.parse().unwrap());
        headers.insert(DIGEST, digest.parse().unwrap());
        headers.insert(CLIENT_TRANSACTION_ID, HeaderValue::from_static(ID));
        Self { key: key(), method: Method::POST, path: PATH.into(), headers, body, now: CREATED }
    }

    fn verify(&self) -> Result<Verified, Refused> {
        verify(&self.key, &self.method, &self.path, &self.headers, self.body.as_bytes(), at(self.now))
    }

    fn signature(&self) -> String {
        self.headers[SIGNATURE].to_str().unwrap().to_owned()
    }

    fn with_signature(mut self, value: &str) -> Self {
        self.headers.insert(SIGNATURE, value.parse().unwrap());
        self
    }

    /// The header with one part of its text replaced.
    fn edited(self, from: &str, to: &str) -> Self {
        let before = self.signature();
        let after = before.replacen(from, to, 1);
        assert_ne!(before, after, "the edit changes nothing");
        self.with_signature(&after)
    }

    /// A header whose MAC is right for its own list of covered items and parameters.
    fn signed_over(self, covered: &str, extra: &str, text: &str) -> Self {
        let mac = BASE64.encode(key().mac.chain_update(text).finalize().into_bytes());
        let value = format!(
            r#"keyId="client-secret",algorithm="hs2019",created={CREATED},{extra}headers="{covered}",signature="{mac}""#
        );
        self.with_signature(&value)
    }
}

fn check(name: &str, arrived: &Arrived, expected: Refused) {
    assert_eq!(arrived.verify(), Err(expected), "{name}");
}

#[test]
fn digests_of_the_published_bodies() {
    for (body, bytes, expected) in [
        (payment("5000.00"), 390, "dXg7YyEUGG30lzDNtUtCG+K9Ohocew0fm0aYgZbN3ZA="),
        (payment("5000"), 387, "ooIMUAm47dz2cfCeGIKf+YSgYmL7TqJ79fZD1in1O5o="),
        (payment("5000.0"), 389, "HwhOE+Q7FmmJbtsMIWoOYOnprmu2l9r3i6uiUD5N0+I="),
        (PORTAL_BODY.to_owned(), 18, "X48E9qOokqqrvdts8nOJRJN3OWDUoyWxBf7kbu9DBPE="),
    ] {
        assert_eq!(body.len(), bytes);
        assert_eq!(digest(body.as_bytes()), format!("SHA-256={expected}"));
    }
}

#[test]
fn signatures_of_the_published_requests() {
    for (body, expected) in [
        (payment("5000.00"), SIGNED),
        (PORTAL_BODY.to_owned(), "NgYhAlsi6G3UxgoOx7T8zvOBbvEj8zUQ6BVPzxLOyZo="),
    ] {
        let digest = digest(body.as_bytes());
        let text = signing_text(&Method::POST, PATH, at(CREATED), &digest, ID);
        assert_eq!(text.len(), 239);
        assert_eq!(
            key().sign(&Method::POST, PATH, at(CREATED), &digest, ID),
            format!(
                r#"keyId="client-secret",algorithm="hs2019",created=1597424400,headers="(request-target) (created) digest x-client-transaction-id",signature="{expected}""#
            )
        );
    }
}

#[test]
fn a_signed_request_is_accepted() {
    let verified = Arrived::vector_6().verify().unwrap();
    assert_eq!(verified, Verified { client_transaction_id: ID.to_owned(), created: at(CREATED) });
}

#[test]
fn what_a_sender_may_vary_is_accepted() {
    let good = Arrived::vector_6();
    let digest = digest(good.body.as_bytes());
    let reordered = format!(
        "x-client-transaction-id: {ID}\ndigest: {digest}\n(created): {CREATED}\n(request-target): post {PATH}\nhost: bank"
    );
    let mut with_host = good.clone();
    with_host.headers.insert("host", HeaderValue::from_static("bank"));
    for (name, arrived) in [
        ("no algorithm", good.clone().edited(r#"algorithm="hs2019","#, "")),
        ("blanks around commas", good.clone().edited(",created", " ,\t created")),
        ("an unknown parameter", good.clone().edited("created=", r#"nonce="a,b=c",created="#)),
        (
            "another order, and one item more",
            with_host.signed_over(
                "x-client-transaction-id digest (created) (request-target) host",
                "",
                &reordered,
            ),
        ),
        (
            "a covered expiry",
            good.clone().signed_over(
                &format!("{COVERED} (expires)"),
                &format!("expires={CREATED},"),
                &format!(
                    "{}\n(expires): {CREATED}",
                    signing_text(&Method::POST, PATH, at(CREATED), &digest, ID)
                ),
            ),
        ),
    ] {
        assert!(arrived.verify().is_ok(), "{name}: {:?}", arrived.verify());
    }
}

#[test]
fn a_changed_request_is_refused() {
    let good = Arrived::vector_6();
    let with = |name: &'static str, value: &str| {
        let mut arrived = good.clone();
        arrived.headers.insert(name, value.parse().unwrap());
        arrived
    };
    let without = |name: &str| {
        let mut arrived = good.clone();
        arrived.headers.remove(name);
        arrived
    };
    let twice = |name: &'static str| {
        let mut arrived = good.clone();
        let value = arrived.headers[name].clone();
        arrived.headers.append(name, value);
        arrived
    };
    check("body", &Arrived { body: payment("5000.01"), ..good.clone() }, Refused::DigestMismatch);
    check("empty body", &Arrived { body: String::new(), ..good.clone() }, Refused::DigestMismatch);
    check(
        "extended body",
        &Arrived { body: good.body.clone() + " ", ..good.clone() },
        Refused::DigestMismatch,
    );
    let other = payment("5000.01");
    let digest_too = Arrived { body: other.clone(), ..with(DIGEST, &digest(other.as_bytes())) };
    check("body and digest", &digest_too, Refused::Mismatch);
    check("path", &Arrived { path: format!("{PATH}?x=1"), ..good.clone() }, Refused::Mismatch);
    check("method", &Arrived { method: Method::PUT, ..good.clone() }, Refused::Mismatch);
    check("id", &with(CLIENT_TRANSACTION_ID, "11111111-2222-4333-8444-555555555556"), Refused::Mismatch);
    check("no id", &without(CLIENT_TRANSACTION_ID), Refused::CoveredHeader);
    check("no digest", &without(DIGEST), Refused::CoveredHeader);
    check("no signature", &without(SIGNATURE), Refused::Missing);
    check("two ids", &twice(CLIENT_TRANSACTION_ID), Refused::CoveredHeader);
    check("two digests", &twice(DIGEST), Refused::CoveredHeader);
    check("two signatures", &twice(SIGNATURE), Refused::Malformed);
}

#[test]
fn a_changed_header_is_refused() {
    let good = Arrived::vector_6();
    let huge = format!(r#"x="{}",{}"#, "a".repeat(2048), good.signature());
    for (name, arrived, expected) in [
        ("empty", good.clone().with_signature(""), Refused::Malformed),
        ("a word", good.clone().with_signature("nonsense"), Refused::Malformed),
        ("huge", good.clone().with_signature(&huge), Refused::Malformed),
        (
            "last quote gone",
            good.clone().with_signature(good.signature().trim_end_matches('"')),
            Refused::Malformed,
        ),
        ("mac truncated", good.clone().edited("o501", ""), Refused::Malformed),
        ("mac empty", good.clone().edited(SIGNED, ""), Refused::Malformed),
        ("mac extended", good.clone().edited("o501", "AAAAo501"), Refused::Malformed),
        ("mac without padding", good.clone().edited("BXU=", "BXU"), Refused::Malformed),
        ("mac with loose bits", good.clone().edited("BXU=", "BXV="), Refused::Malformed),
        ("mac changed", good.clone().edited("o501", "o502"), Refused::Mismatch),
        ("trailing comma", good.clone().with_signature(&(good.signature() + ",")), Refused::Malformed),
        ("trailing text", good.clone().with_signature(&(good.signature() + "x")), Refused::Malformed),
        ("other algorithm", good.clone().edited("hs2019", "hmac-sha256"), Refused::Algorithm),
        ("algorithm none", good.clone().edited("hs2019", "none"), Refused::Algorithm),
        ("algorithm empty", good.clone().edited("hs2019", ""), Refused::Algorithm),
        ("other key", good.clone().edited("client-secret", "client-Secret"), Refused::KeyId),
        ("no key", good.clone().edited(r#"keyId="client-secret","#, ""), Refused::Malformed),
        ("escape", good.clone().edited("client-secret", r"client\-secret"), Refused::Malformed),
        ("no created", good.clone().edited("created=1597424400,", ""), Refused::Malformed),
        ("created quoted", good.clone().edited("1597424400", r#""1597424400""#), Refused::Malformed),
        ("created with a fraction", good.clone().edited("1597424400", "1597424400.0"), Refused::Malformed),
        ("created with a sign", good.clone().edited("1597424400", "+1597424400"), Refused::Malformed),
        ("created with a zero", good.clone().edited("1597424400", "01597424400"), Refused::Malformed),
        ("created too large", good.clone().edited("1597424400", "99999999999999999999"), Refused::Malformed),
        ("created changed", good.clone().edited("1597424400", "1597424401"), Refused::Mismatch),
        ("created twice", good.clone().edited("created", "created=1597424400,created"), Refused::Malformed),
        ("key twice", good.clone().edited("keyId", r#"keyId="client-secret",keyId"#), Refused::Malformed),
        ("no list", good.clone().edited(&format!("headers=\"{COVERED}\","), ""), Refused::Coverage),
        ("expired", good.clone().edited("created", "expires=1597424399,created"), Refused::Expired),
        (
            "expiry not covered by value",
            good.clone().edited(" digest", " (expires) digest"),
            Refused::Coverage,
        ),
    ] {
        check(name, &arrived, expected);
    }
}

#[test]
fn no_part_of_a_header_is_enough() {
    let good = Arrived::vector_6();
    let whole = good.signature();
    for end in 0..whole.len() {
        assert!(good.clone().with_signature(&whole[..end]).verify().is_err(), "the first {end} bytes");
    }
    for start in 1..whole.len() {
        assert!(
            good.clone().with_signature(&whole[start..]).verify().is_err(),
            "without the first {start} bytes"
        );
    }
}

#[test]
fn the_list_of_covered_items_is_binding() {
    let good = Arrived::vector_6();
    for missing in COVERED.split(' ') {
        let rest: Vec<_> = COVERED.split(' ').filter(|item| *item != missing).collect();
        check(missing, &good.clone().edited(COVERED, &rest.join(" ")), Refused::Coverage);
    }
    for (name, covered, expected) in [
        (
            "reordered",
            "(created) (request-target) digest x-client-transaction-id".to_owned(),
            Refused::Mismatch,
        ),
        ("repeated", format!("{COVERED} digest"), Refused::Coverage),
        ("upper case", COVERED.replace("digest", "Digest"), Refused::Coverage),
        ("two blanks", COVERED.replace(" digest", "  digest"), Refused::Coverage),
        ("unknown pseudo-header", format!("{COVERED} (status)"), Refused::Coverage),
        ("a header that is not there", format!("{COVERED} date"), Refused::CoveredHeader),
        (
            "many",
            format!("{COVERED} {}", (0..20).map(|n| format!("h{n}")).collect::<Vec<_>>().join(" ")),
            Refused::Coverage,
        ),
    ] {
        check(name, &good.clone().edited(COVERED, &covered), expected);
    }
}

#[test]
fn the_window_is_closed_at_both_ends() {
    for (now, expected) in [
        (CREATED - 31, Some(Refused::Future)),
        (CREATED - 30, None),
        (CREATED - 29, None),
        (CREATED + 299, None),
        (CREATED + 300, None),
        (CREATED + 301, Some(Refused::Stale)),
    ] {
        let arrived = Arrived { now, ..Arrived::vector_6() };
        assert_eq!(arrived.verify().err(), expected, "{}", now - CREATED);
    }
}

#[test]
fn keys() {
    let good = Arrived::vector_6();
    check(
        "wrong key",
        &Arrived { key: Key::new("sandbox-signature-kez").unwrap(), ..good.clone() },
        Refused::Mismatch,
    );
    check("renamed key", &Arrived { key: key().with_id("other").unwrap(), ..good.clone() }, Refused::KeyId);
    assert!(Key::new("").is_err());
    for bad in ["", "a\"b", "a\\b", "a\nb", "ก", &"a".repeat(129)] {
        assert!(key().with_id(bad).is_err(), "{bad:?}");
    }
    assert_eq!(format!("{:?}", key()), r#"Key { id: "client-secret", .. }"#);
}
