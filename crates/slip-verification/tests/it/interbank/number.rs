//! The second service: whose a mobile number is. Its steps are those of the first: what must hold of every answer and its record is
//! held by the same [`judge`].

use super::{
    hub::judge,
    merchant::bank_of,
    network::{CITIZEN, Mood, NUMBER, Network, REFERENCE, bank, headers_of, key, query, slip},
};
use http::HeaderMap;
use proptest::prelude::*;
use satang_core::{Clock as _, Entropy as _};
use satang_schema::slip_verification::NumberOwnershipQuery;
use satang_slip_verification::interbank::{
    Asked, EndState, EndState::*, HUB, NumberVerdict, Question as _, Service, TokenSigner,
};
use serde_json::{Value, json};
use std::time::Duration;

const OTHER_CITIZEN: &str = "3100600445635";

fn about(provider: &str, number: &str, citizen: &str) -> NumberOwnershipQuery {
    NumberOwnershipQuery {
        provider: bank(provider),
        mobile_number: number.parse().unwrap(),
        citizen_id: citizen.parse().unwrap(),
        salt: "9f86d081884c7d659a2feaa0c55ad015".parse().unwrap(),
    }
}

fn usual() -> NumberOwnershipQuery {
    about("701", NUMBER, CITIZEN)
}

fn body(about: &NumberOwnershipQuery) -> Vec<u8> {
    serde_json::to_vec(about).unwrap()
}

/// Asks, checks what must hold, and gives code, end and whether the operator said yes.
#[track_caller]
fn ask(network: &Network, headers: &HeaderMap, body: &[u8]) -> (String, EndState, Option<bool>) {
    let before = (network.records().len(), network.asked());
    let response = network.answer_number(headers, body);
    let (code, end) = judge(network, before, &response);
    let records = network.records();
    let record = records.last().unwrap();
    assert_eq!((record.service, &record.trans_ref), (Service::NumberOwnership, &None));
    let kept = format!("{record:?}");
    for secret in [NUMBER, CITIZEN, OTHER_CITIZEN, &usual().subject()] {
        assert!(!kept.contains(secret), "{kept}");
    }
    let value: Value = serde_json::from_slice(response.body()).unwrap();
    (code, end, value["data"]["isOwner"].as_bool())
}

#[track_caller]
fn answer_to(network: &Network, about: &NumberOwnershipQuery) -> (String, EndState, Option<bool>) {
    ask(network, &network.number_headers(about), &body(about))
}

#[test]
fn the_operator_says_yes_or_no_and_nothing_else() {
    let (network, found) = (Network::new(), || ("0000".to_owned(), Found));
    for (number, citizen, is_owner) in [
        (NUMBER, CITIZEN, true),
        (NUMBER, OTHER_CITIZEN, false),
        ("0898765432", CITIZEN, false), // a number that the operator does not have
    ] {
        let (code, end, said) = answer_to(&network, &about("701", number, citizen));
        assert_eq!(((code, end), said), (found(), Some(is_owner)), "{number} {citizen}");
    }
    // Two noes differ in nothing but the digests of their questions.
    let no = |number: &str, citizen: &str| {
        let question = about("701", number, citizen);
        let answer = network.answer_number(&network.number_headers(&question), &body(&question)).into_body();
        std::str::from_utf8(&answer).unwrap().replace(&question.subject(), "")
    };
    assert_eq!(no(NUMBER, OTHER_CITIZEN), no("0898765432", CITIZEN));
    assert_eq!(
        answer_to(&network, &about("701", "0899999999", CITIZEN)),
        ("8500".to_owned(), IssuerError, None)
    );
    assert_eq!(answer_to(&network, &about("702", NUMBER, CITIZEN)), ("6501".to_owned(), NoRoute, None));
    // A bank is asked about slips only, and an operator about numbers only.
    assert_eq!(answer_to(&network, &about("014", NUMBER, CITIZEN)), ("6501".to_owned(), NoRoute, None));
    let to_operator = slip("701", REFERENCE);
    let response = network.answer(&network.headers(&to_operator), &query(&to_operator));
    assert_eq!(super::network::code_of(&response), "6501");
}

#[test]
fn the_digest_of_a_question_is_the_documented_one() {
    // sha256sum of the four values with line feeds between them.
    assert_eq!(usual().subject(), "ffbd5317b25ae168d2f135ad764f6c0c621cf06d0a76852efe9a7a2e7f1b75e8");
    let others = [
        about("702", NUMBER, CITIZEN),
        about("701", "0812345679", CITIZEN),
        about("701", NUMBER, OTHER_CITIZEN),
        NumberOwnershipQuery { salt: "0".repeat(32).parse().unwrap(), ..usual() },
    ];
    for other in others {
        assert_ne!(other.subject(), usual().subject(), "{other:?}");
    }
}

#[test]
fn each_answer_of_an_operator_has_its_end_state() {
    let says = |provider: &str, digest: &str, rest: &str| {
        let data = format!(r#"{{"provider":"{provider}","question":"{digest}","isOwner":true{rest}}}"#);
        Mood::Says(Box::leak(
            format!(r#"{{"status":{{"code":"0000","message":""}},"data":{data}}}"#).into_boxed_str(),
        ))
    };
    let status = |code: &str| {
        Mood::Says(Box::leak(format!(r#"{{"status":{{"code":"{code}","message":""}}}}"#).into_boxed_str()))
    };
    let right = usual().subject();
    let other = about("701", NUMBER, OTHER_CITIZEN).subject();
    for (mood, code, end, times) in [
        (Mood::Honest, "0000", Found, 1),
        (says("701", &right, ""), "0000", Found, 1),
        (says("701", &right, r#","news":1"#), "0000", Found, 1),
        (says("702", &right, ""), "8503", IssuerBadAnswer, 1),
        (says("701", &other, ""), "8503", IssuerBadAnswer, 1),
        (says("701", &right.to_uppercase(), ""), "8503", IssuerBadAnswer, 1),
        (says("701", "", ""), "8503", IssuerBadAnswer, 1),
        (Mood::NoConnection(1), "0000", Found, 2),
        (Mood::Doubtful, "8503", IssuerUnreachable, 1),
        (Mood::Silent, "8503", IssuerUnreachable, 1),
        (Mood::Forges, "8503", IssuerBadAnswer, 1),
        (Mood::Unsigned, "8503", IssuerBadAnswer, 1),
        (Mood::Noise(b"yes".to_vec()), "8503", IssuerBadAnswer, 1),
        // It would tell which numbers the operator has.
        (status("8404"), "8503", IssuerBadAnswer, 1),
        (status("8500"), "8500", IssuerError, 1),
        (status("8701"), "8701", IssuerRefused, 1),
        (status("6403"), "8503", IssuerBadAnswer, 1),
    ] {
        let network = Network::with_mood(mood.clone());
        let (found, ended, _) = answer_to(&network, &usual());
        assert_eq!((found.as_str(), ended), (code, end), "{mood:?}");
        assert_eq!(network.asked(), times, "{mood:?}");
    }
}

#[test]
fn each_wrong_question_is_refused_and_not_forwarded() {
    let network = Network::new();
    let right = body(&usual());
    let text = String::from_utf8(right.clone()).unwrap();
    let headers = || network.number_headers(&usual());
    for (wrong, code, said) in [
        (String::new(), "6400", ""),
        (text.replace(NUMBER, "0212345678"), "6400", "/mobileNumber"),
        (text.replace(CITIZEN, "1234567890122"), "6400", "/citizenId"),
        (text.replace("\"salt\"", "\"pepper\""), "6400", "/pepper"),
        (text.replace("\"salt\"", "\"salt\":\"\",\"salt\""), "6400", "/salt"),
        (text.replace("701", "702"), "6400", "X-Dest-Bank"),
        (format!("{text}{}", " ".repeat(17_000)), "6400", "too large"),
        // The token is about another number, or another citizen.
        (text.replace(NUMBER, "0812345679"), "6701", "another question"),
        (text.replace(CITIZEN, OTHER_CITIZEN), "6701", "another question"),
    ] {
        let response = network.answer_number(&headers(), wrong.as_bytes());
        let value: Value = serde_json::from_slice(response.body()).unwrap();
        assert_eq!(value["status"]["code"], code, "{wrong}");
        let message = value["status"]["message"].as_str().unwrap();
        assert!(message.contains(said), "{message}");
        for secret in [NUMBER, "0212345678", CITIZEN, OTHER_CITIZEN, "1234567890122"] {
            assert!(!message.contains(secret), "{message}");
        }
    }
    let mut long = text.clone();
    long.insert_str(1, &format!("{}:1,", json!("\u{7}x".repeat(3_000))));
    let response = network.answer_number(&headers(), long.as_bytes());
    let value: Value = serde_json::from_slice(response.body()).unwrap();
    let message = value["status"]["message"].as_str().unwrap();
    assert!(message.chars().count() <= 1024 && !message.contains(char::is_control), "{message}");
    assert_eq!(network.asked(), 0);
}

#[test]
fn a_token_for_one_service_is_none_for_the_other_and_each_is_subscribed_by_itself() {
    let network = Network::new();
    let (number, transaction) = (usual(), slip("701", REFERENCE));
    // The same destination, so that nothing but the claim tells them apart.
    let response = network.answer(&network.number_headers(&number), &query(&transaction));
    assert_eq!(super::network::code_of(&response), "6701");
    let (code, end, _) = ask(&network, &network.headers(&transaction), &body(&number));
    assert_eq!((code.as_str(), end), ("6701", Unauthorized));

    network.hub.unsubscribe(&bank("004"), Service::NumberOwnership).unwrap();
    assert_eq!(answer_to(&network, &number), ("6403".to_owned(), NotSubscribed, None));
    assert_eq!(network.code_for(("004", &network.member)), "0000");
    network.hub.subscribe(&bank("004"), Service::NumberOwnership).unwrap();
    network.hub.unsubscribe(&bank("004"), Service::TransactionVerification).unwrap();
    assert_eq!(answer_to(&network, &number), ("0000".to_owned(), Found, Some(true)));
    assert_eq!(network.code_for(("004", &network.member)), "6403");
}

#[test]
fn a_question_is_answered_once() {
    let network = Network::new();
    let headers = network.number_headers(&usual());
    assert_eq!(ask(&network, &headers, &body(&usual())).0, "0000");
    assert_eq!(ask(&network, &headers, &body(&usual())), ("6425".to_owned(), Replayed, None));
}

#[test]
fn an_operator_that_fails_is_spared_and_nobody_else_is() {
    let network = Network::with_mood(Mood::Lost);
    for _ in 0..6 {
        assert_eq!(answer_to(&network, &usual()).0, "8503");
    }
    assert_eq!(network.asked(), 5, "the sixth was spared");
    *network.wire.mood.lock().unwrap() = Mood::Honest;
    assert_eq!(network.code_for(("004", &network.member)), "0000");
    assert_eq!(answer_to(&network, &usual()).0, "8503");
    network.world.0.advance(Duration::from_secs(5));
    assert_eq!(answer_to(&network, &usual()).0, "0000");
}

#[test]
fn an_operator_answers_the_hub_only_and_says_no_for_others() {
    let network = Network::new();
    let ask = |signer: &TokenSigner, audience: &str, question: &NumberOwnershipQuery| {
        let token = signer.sign(audience, question, network.world.uuid(), network.world.now()).unwrap();
        let headers = headers_of([
            ("x-api-version", "1"),
            ("x-crt-version", "7"),
            ("authorization", &format!("Bearer {token}")),
        ]);
        let body = body(question);
        let answer = network.wire.operator.confirm_number_ownership(Asked::new(&headers, &body));
        let value: Value = serde_json::from_slice(pollster::block_on(answer).body()).unwrap();
        (value["status"]["code"].as_str().unwrap().to_owned(), value["data"]["isOwner"].as_bool())
    };
    let hub = TokenSigner::new(HUB, network.hub_key()).unwrap();
    let forger = TokenSigner::new(HUB, &key("itmx-7")).unwrap();
    assert_eq!(ask(&hub, "701", &usual()), ("0000".to_owned(), Some(true)));
    assert_eq!(ask(&hub, "701", &about("702", NUMBER, CITIZEN)), ("0000".to_owned(), Some(false)));
    assert_eq!(ask(&hub, "702", &usual()), ("8701".to_owned(), None));
    assert_eq!(ask(&forger, "701", &usual()), ("8701".to_owned(), None));
}

#[test]
fn a_bank_learns_yes_no_or_that_nobody_can_tell() {
    use satang_schema::slip_verification::HubCode::{BadCredentials, IssuerNotFound, IssuerUnreachable};
    for (mood, secret, provider, citizen, expected) in [
        (Mood::Honest, "secret-004", "701", CITIZEN, NumberVerdict::Owner),
        (Mood::Honest, "secret-004", "701", OTHER_CITIZEN, NumberVerdict::NotOwner),
        (Mood::Honest, "secret-004", "702", CITIZEN, NumberVerdict::Unknown(Some(IssuerNotFound))),
        (Mood::Forges, "secret-004", "701", CITIZEN, NumberVerdict::Unknown(Some(IssuerUnreachable))),
        (Mood::Honest, "wrong", "701", CITIZEN, NumberVerdict::Unknown(Some(BadCredentials))),
    ] {
        let network = Network::with_mood(mood.clone());
        let (operator, number, citizen) = (bank(provider), NUMBER.parse().unwrap(), citizen.parse().unwrap());
        let service_bank = bank_of(&network, secret);
        let verdict = service_bank.verify_number_ownership(&operator, &number, &citizen);
        assert_eq!(pollster::block_on(verdict), expected, "{mood:?} {secret} {provider}");
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 256, failure_persistence: None, ..ProptestConfig::default() })]

    /// Whatever an operator answers: one end, one record, and a yes or no only when all is right ([`judge`] holds them).
    #[test]
    fn no_answer_of_an_operator_breaks_the_rules(
        bytes in proptest::collection::vec(any::<u8>(), 0..200),
        digest in "[0-9a-f]{64}",
        code in "[0-9]{4}",
        is_noise: bool,
    ) {
        let data = json!({"provider": "701", "question": digest, "isOwner": true});
        let spoilt = json!({"status": {"code": code, "message": ""}, "data": data}).to_string();
        let network = Network::with_mood(if is_noise {
            Mood::Noise(bytes)
        } else {
            Mood::Says(Box::leak(spoilt.into_boxed_str()))
        });
        let (_, end, _) = answer_to(&network, &usual());
        prop_assert_ne!(end, Found, "it is not signed, or is about another question");
    }

    /// Whatever arrives at the hub: one end, one record, nothing forwarded that is not right.
    #[test]
    fn no_question_breaks_the_rules(
        name in prop::sample::select(&["x-api-version", "x-crt-version", "x-dest-bank", "api-key", "api-secret",
            "x-request-id", "authorization", "x-deadline-ms"][..]),
        value in "[ -~]{0,40}",
        noise in "[ -~]{0,60}",
        at in 0..100_usize,
        keeps_body: bool,
    ) {
        let network = Network::new();
        let mut headers = network.number_headers(&usual());
        headers.extend(headers_of([(name, value.as_str())]));
        let mut text = String::from_utf8(body(&usual())).unwrap();
        if !keeps_body {
            text.insert_str(at, &noise);
        }
        let (_, end, _) = ask(&network, &headers, text.as_bytes());
        prop_assert!(end == Found || network.asked() == 0 || end == IssuerUnreachable);
    }
}
