//! The hub's second service: whose a mobile number is.

use super::till::{Answer, Bank, ask};
use crate::behaviour::world::{OverHttp, World};
use bytes::Bytes;
use http::Request;
use satang_core::{Clock as _, Entropy as _, System};
use satang_gateway::demo;
use serde_json::json;
use sha2::{Digest as _, Sha256};

/// The demo member asks an operator.
async fn whose(world: &World<OverHttp>, provider: &str, number: &str, citizen: &str) -> Answer {
    let bank = Bank::demo();
    let salt = "9f86d081884c7d659a2feaa0c55ad015";
    let id = System.uuid().to_string();
    let now = world.clock.now().as_second();
    let subject = [provider, number, citizen, salt].join("\n");
    let digest: String = Sha256::digest(subject).iter().map(|byte| format!("{byte:02x}")).collect();
    let claims = json!({
        "iss": bank.code, "aud": "itmx", "jti": id, "iat": now, "exp": now + 60, "sb": provider, "qd": digest,
    });
    let body = json!({ "provider": provider, "mobileNumber": number, "citizenId": citizen, "salt": salt });
    let request = Request::post("/v1/promptpay/number-ownership")
        .header("content-type", "application/json")
        .header("x-api-version", "1")
        .header("x-crt-version", "1")
        .header("x-dest-bank", provider)
        .header("api-key", &bank.api_key)
        .header("api-secret", &bank.api_secret)
        .header("x-request-id", id)
        .header("authorization", format!("Bearer {}", bank.token(&claims)))
        .body(Bytes::from(body.to_string()));
    ask(world, request.unwrap()).await
}

#[tokio::test]
async fn the_operator_says_yes_or_no_and_nothing_else() {
    let world = World::over_http().await;
    let [somchai, malee, prasert, _] = demo::CUSTOMERS;
    let number = somchai.mobile.unwrap();
    for (number, citizen, is_owner) in [
        (number, somchai.national_id, true),
        (number, malee.national_id, false),
        ("0899999999", somchai.national_id, false),
        (prasert.mobile.unwrap(), prasert.national_id, true),
    ] {
        let answer = whose(&world, "701", number, citizen).await;
        assert_eq!((answer.status, answer.text("/status/code")), (200, "0000"), "{answer:?}");
        assert_eq!(answer.body["data"]["isOwner"].as_bool(), Some(is_owner), "{number}");
    }
    let nobody = whose(&world, "702", number, somchai.national_id).await;
    assert_eq!(nobody.text("/status/code"), "6501");
    let sql = "SELECT count(*) FROM verification WHERE service = $1 AND trans_ref IS NULL";
    assert_eq!(world.count(sql, "number-ownership").await, 5, "no number is on record");
}

#[tokio::test]
async fn the_hubs_keys_are_there_for_everybody_and_verify_its_answers() {
    let world = World::over_http().await;
    let request = Request::get("/v1/promptpay/keys").body(Bytes::new()).unwrap();
    let keys = ask(&world, request).await;
    assert_eq!((keys.status, keys.text("/keys/0/kid")), (200, "itmx-1"));
    assert!(keys.body["keys"][0].get("d").is_none(), "public");
    let question = Bank::demo().question(&world, "014", "00111222233344ABCD12");
    let response = world.send(question).await;
    use satang_jose::{Content, KeySet, NumericDate, Profile, SignatureAlgorithm::Es256, Verifier};
    let set = KeySet::from_jwks(keys.body.to_string().as_bytes(), &[Es256]).unwrap().keys;
    let profile = Profile::new([Es256]).content(Content::DetachedUnencoded);
    let verifier = Verifier::new(&profile, set).unwrap();
    let signature = response.headers()["x-signature"].to_str().unwrap();
    let now = NumericDate::new(world.clock.now().as_second()).unwrap();
    assert!(verifier.verify_detached(signature, response.body(), now).is_ok());
    assert!(verifier.verify_detached(signature, b"{}", now).is_err());
}
