//! The hub as a member sees it: who is believed, and what is signed.

use super::till::{Bank, ask};
use crate::behaviour::world::World;
use http::HeaderValue;
use jiff::SignedDuration;
use satang_core::{Clock as _, Entropy as _, System};
use satang_gateway::demo;
use satang_jose::PrivateKey;
use serde_json::json;

const REFERENCE: &str = "00111222233344ABCD12";

#[tokio::test]
async fn a_member_asks_and_gets_signed_bytes() {
    let world = World::over_http().await;
    let question = Bank::demo().question(&world, "014", REFERENCE);
    let id = question.headers()["x-request-id"].clone();
    let answer = ask(&world, question).await;
    assert_eq!((answer.status, answer.text("/status/code")), (200, "0000"));
    assert_eq!(answer.text("/data/transRef"), REFERENCE);
    assert_eq!(answer.text("/data/receiver/account/value"), "xxx-x-x1411-x", "masked");
    assert_eq!(answer.headers["x-request-id"], id);
    for name in ["x-signature", "x-issuer-signature"] {
        let signature = answer.headers[name].to_str().unwrap();
        assert!(signature.contains(".."), "{name} is detached: {signature}");
    }
}

#[tokio::test]
async fn each_mistake_of_a_member_has_its_code_and_nothing_is_forwarded() {
    let world = World::over_http().await;
    let now = world.clock.now().as_second();
    let id = System.uuid().to_string();
    let claims = |change: &dyn Fn(&mut serde_json::Value)| {
        let mut claims = json!({
            "iss": "901", "aud": "itmx", "jti": id, "iat": now, "exp": now + 60, "sb": "014", "tr": REFERENCE,
        });
        change(&mut claims);
        claims
    };
    let member = Bank::demo();
    let stranger = Bank { key: PrivateKey::generate_rsa(2048).unwrap(), ..member.clone() };
    let other = Bank { code: "902".into(), ..member.clone() };
    let token = |bank: &Bank, change: &dyn Fn(&mut serde_json::Value)| {
        HeaderValue::try_from(format!("Bearer {}", bank.token(&claims(change)))).unwrap()
    };
    let right = token(&member, &|_| {});
    for (name, header, value, status, code) in [
        ("no version", "x-api-version", None, 400, "6410"),
        ("no certificate", "x-crt-version", None, 400, "6411"),
        ("no destination", "x-dest-bank", None, 400, "6412"),
        ("another destination", "x-dest-bank", Some(HeaderValue::from_static("004")), 400, "6400"),
        ("a wrong key", "api-key", Some(HeaderValue::from_static("demo-idle-key")), 401, "6421"),
        ("a wrong secret", "api-secret", Some(HeaderValue::from_static("demo-idle-secret")), 401, "6421"),
        (
            "another bank's token",
            "authorization",
            Some(token(&other, &|it| it["iss"] = "902".into())),
            401,
            "6422",
        ),
        (
            "another audience",
            "authorization",
            Some(token(&member, &|it| it["aud"] = "014".into())),
            401,
            "6423",
        ),
        (
            "another identifier",
            "x-request-id",
            Some(HeaderValue::from_static("0198f6c2-9d0a-7d3e-8e55-8f0e6d5c1a11")),
            401,
            "6424",
        ),
        ("a stranger's signature", "authorization", Some(token(&stranger, &|_| {})), 401, "6701"),
        (
            "about another slip",
            "authorization",
            Some(token(&member, &|it| it["tr"] = "OTHER".into())),
            401,
            "6701",
        ),
        (
            "expired",
            "authorization",
            Some(token(&member, &|it| {
                it["iat"] = (now - 200).into();
                it["exp"] = (now - 140).into();
            })),
            401,
            "6702",
        ),
        (
            "living too long",
            "authorization",
            Some(token(&member, &|it| it["exp"] = (now + 61).into())),
            401,
            "6702",
        ),
        ("another certificate", "x-crt-version", Some(HeaderValue::from_static("2")), 401, "6703"),
    ] {
        let mut question = member.question(&world, "014", REFERENCE);
        let headers = question.headers_mut();
        headers.insert("x-request-id", id.parse().unwrap());
        headers.insert("authorization", right.clone());
        match value {
            Some(value) => drop(headers.insert(header, value)),
            None => drop(headers.remove(header)),
        }
        let answer = ask(&world, question).await;
        assert_eq!((answer.status, answer.text("/status/code")), (status, code), "{name}");
        assert!(answer.body.get("data").is_none() && answer.headers.contains_key("x-signature"), "{name}");
    }
    assert_eq!(
        world.count("SELECT count(*) FROM verification WHERE forwarded > 0 AND id <> $1", "").await,
        0
    );
    assert_eq!(
        world.count("SELECT count(*) FROM verification WHERE id <> $1", "").await,
        14,
        "each is on record"
    );
}

#[tokio::test]
async fn a_token_is_good_once_and_a_member_without_a_subscription_is_told() {
    let world = World::over_http().await;
    let question = Bank::demo().question(&world, "014", REFERENCE);
    assert_eq!(ask(&world, question.clone()).await.text("/status/code"), "0000");
    let again = ask(&world, question.clone()).await;
    assert_eq!((again.status, again.text("/status/code")), (401, "6425"));
    world.clock.advance(SignedDuration::from_secs(91));
    assert_eq!(ask(&world, question).await.text("/status/code"), "6702", "later it has expired");

    let idle = Bank::of(&demo::MEMBERS[1]).ask(&world, "014", REFERENCE).await;
    assert_eq!((idle.status, idle.text("/status/code")), (403, "6403"));
}

#[tokio::test]
async fn a_member_goes_by_the_machines_clock_wherever_the_sandboxs_is() {
    let world = World::over_http().await;
    let advance = satang_core::sandbox::ClockAdvance { duration: "3d".parse().unwrap() };
    world.control().advance_clock(&advance).await.unwrap();
    assert_eq!(Bank::demo().ask(&world, "014", REFERENCE).await.text("/status/code"), "0000");
}

#[tokio::test]
async fn banks_that_are_not_played_have_no_address() {
    let world = World::over_http().await;
    for path in [
        "/issuers/065/v1/issuer/promptpay/transactions",
        "/issuers/014/v1/clock",
        "/v1/issuer/promptpay/transactions",
    ] {
        let request =
            http::Request::get(format!("{path}?sendingBank=014&transRef=A")).body(bytes::Bytes::new());
        assert_eq!(ask(&world, request.unwrap()).await.status, 404, "{path}");
    }
    let request =
        http::Request::get("/issuers/014/v1/issuer/promptpay/transactions?sendingBank=014&transRef=A");
    let request = request.header("x-api-version", "1").header("x-crt-version", "1").body(bytes::Bytes::new());
    let answer = ask(&world, request.unwrap()).await;
    assert_eq!((answer.status, answer.text("/status/code")), (401, "8701"), "only the hub is answered");
}
