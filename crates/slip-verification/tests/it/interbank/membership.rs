//! Members, issuers and routes that change while the hub answers.

use super::network::{
    Mood, Network, REFERENCE, TOKENS, Way, bank, code_of, key, keys, member_of, query, slip,
};
use satang_core::Clock as _;
use satang_jose::{KeySet, SignatureAlgorithm, SigningKey};
use satang_slip_verification::interbank::{
    AnswerSigner, AnswerVerifier, ApiCredentials, Asked, EndState, HUB, Hub, HubSettings, Member,
    MembershipFault, Proof, RouteTable, Service, TokenSigner, TokenVerifier,
};
use std::{collections::HashSet, sync::Arc, time::Duration};

const SLIPS: Service = Service::TransactionVerification;

fn by_certificate(code: &str, key: &SigningKey) -> Member {
    Member::new(bank(code), Proof::Certificate, keys(&[key])).unwrap().subscribed_to(SLIPS)
}

#[test]
fn a_membership_has_its_rules() {
    use MembershipFault::{AlreadyMember, KeyTaken, NotMember};
    let hub = Network::new().hub;
    let of = |code, credentials| {
        let signing = key(&format!("{code}-1"));
        Member::new(bank(code), Proof::Api(credentials), keys(&[&signing])).unwrap()
    };
    let own = |name: &str| ApiCredentials::new(&format!("key-{name}"), "secret");
    assert_eq!(hub.join(of("004", own("new"))), Err(AlreadyMember));
    assert_eq!(hub.join(of("006", own("004"))), Err(KeyTaken));
    assert_eq!(hub.replace_member(of("011", own("004"))), Err(KeyTaken));
    assert_eq!(hub.replace_member(of("006", own("006"))), Err(NotMember));
    assert_eq!(hub.leave(&bank("006")), Err(NotMember));
    assert_eq!(hub.subscribe(&bank("006"), SLIPS), Err(NotMember));
    assert_eq!(hub.unsubscribe(&bank("006"), SLIPS), Err(NotMember));

    // A key is free again once nobody has it.
    assert_eq!(hub.replace_member(of("011", own("other"))), Ok(()));
    assert_eq!(hub.join(of("006", own("011"))), Ok(()));
    assert_eq!(hub.leave(&bank("006")), Ok(()));
    assert_eq!(hub.join(of("020", own("011"))), Ok(()));
}

#[test]
fn a_member_signs_under_keys_of_its_own_name_only() {
    let proof = || Proof::Certificate;
    for kid in ["014-3", "0041", "004-", "004-x", "004-1234567", "itmx-7"] {
        assert!(Member::new(bank("004"), proof(), keys(&[&key(kid)])).is_err(), "{kid}");
    }
    let both = keys(&[&key("004-3"), &key("004-4")]);
    assert!(Member::new(bank("004"), proof(), both).is_ok(), "the old key and the new one");
}

#[test]
fn each_change_holds_for_the_next_question() {
    let network = Network::new();
    let (hub, code) = (&network.hub, bank("004"));
    let next = key("004-4");
    assert_eq!(network.code_for(("004", &network.member)), "0000");
    hub.unsubscribe(&code, SLIPS).unwrap();
    assert_eq!(network.code_for(("004", &network.member)), "6403");
    hub.subscribe(&code, SLIPS).unwrap();
    assert_eq!(network.code_for(("004", &network.member)), "0000");
    hub.replace_member(member_of("004", &next).subscribed_to(SLIPS)).unwrap();
    assert_eq!(network.code_for(("004", &network.member)), "6703");
    assert_eq!(network.code_for(("004", &next)), "0000");
    hub.leave(&code).unwrap();
    assert_eq!(network.code_for(("004", &next)), "6421");
    hub.join(member_of("004", &next)).unwrap();
    assert_eq!(network.code_for(("004", &next)), "6403", "subscriptions end with the membership");
    hub.subscribe(&code, SLIPS).unwrap();
    assert_eq!(network.code_for(("004", &next)), "0000");
}

#[test]
fn who_leaves_and_comes_back_cannot_use_a_token_again() {
    let network = Network::new();
    let about = slip("014", REFERENCE);
    let headers = network.headers(&about);
    let ask = || code_of(&network.answer(&headers, &query(&about)));
    let member = || member_of("004", &network.member).subscribed_to(SLIPS);
    assert_eq!(ask(), "0000");
    network.hub.replace_member(member()).unwrap();
    assert_eq!(ask(), "6425");
    network.hub.leave(&bank("004")).unwrap();
    // Others come in between, at which time old tokens are forgotten.
    network.world.0.advance(Duration::from_secs(89));
    network.hub.join(member_of("006", &key("006-1"))).unwrap();
    network.hub.join(member()).unwrap();
    assert_eq!(ask(), "6425");
    network.world.0.advance(Duration::from_secs(1));
    assert_eq!(ask(), "6702");
}

#[test]
fn a_certificate_proves_who_asks_where_that_is_agreed_and_contradicts_nobody() {
    let network = Network::new();
    let signing = key("006-1");
    network.hub.join(by_certificate("006", &signing)).unwrap();
    let about = slip("014", REFERENCE);
    let (own, other) = (bank("006"), bank("004"));
    for (member, has_key, certificate, code) in [
        (("006", &signing), false, Some(&own), "0000"),
        (("006", &signing), false, None, "6421"),
        (("006", &signing), false, Some(&other), "6421"),
        (("006", &signing), true, Some(&own), "6421"), // a key that nobody gave it
        (("004", &network.member), true, None, "0000"),
        (("004", &network.member), true, Some(&other), "0000"),
        (("004", &network.member), true, Some(&own), "6421"),
        (("004", &network.member), false, Some(&other), "6421"), // a certificate alone was not agreed
        (("004", &network.member), false, None, "6421"),
        (("006", &network.member), false, Some(&own), "6422"), // another one's token
    ] {
        let mut headers = match member {
            ("006", signing) if std::ptr::eq(signing, &raw const network.member) => {
                network.headers_of(("004", &network.member), &about)
            }
            member => network.headers_of(member, &about),
        };
        if !has_key {
            headers.remove("api-key");
            headers.remove("api-secret");
        }
        let text = query(&about);
        let mut asked = Asked::new(&headers, text.as_bytes());
        if let Some(certificate) = certificate {
            asked = asked.over_certificate_of(certificate);
        }
        let response = pollster::block_on(network.hub.verify_transaction(asked));
        assert_eq!(code_of(&response), code, "{} key {has_key} certificate {certificate:?}", member.0);
    }
}

#[test]
fn half_a_pair_of_key_and_secret_is_none() {
    let network = Network::new();
    network.hub.join(by_certificate("006", &key("006-1"))).unwrap();
    // A member whose key and secret were never set must not be found by nothing.
    let empty = Member::new(bank("020"), Proof::Api(ApiCredentials::new("", "")), keys(&[&key("020-1")]));
    network.hub.join(empty.unwrap()).unwrap();
    let about = slip("014", REFERENCE);
    for missing in [&["api-key"][..], &["api-secret"], &["api-key", "api-secret"]] {
        let mut headers = network.headers(&about);
        missing.iter().for_each(|name| drop(headers.remove(*name)));
        assert_eq!(code_of(&network.answer(&headers, &query(&about))), "6421", "{missing:?}");
    }
    let mut twice = network.headers(&about);
    twice.append("api-key", "key-004".parse().unwrap());
    assert_eq!(code_of(&network.answer(&twice, &query(&about))), "6421");
}

#[test]
fn a_member_that_floods_the_hub_hurts_nobody_else() {
    let network = Network::new();
    network.hub.subscribe(&bank("011"), SLIPS).unwrap();
    let (flooding, quiet) = (("004", &network.member), ("011", &network.other_member));
    for _ in 0..TOKENS {
        assert_eq!(network.code_for(flooding), "0000");
    }
    assert_eq!(network.code_for(flooding), "6500");
    // Neither does another membership help who floods.
    network.hub.leave(&bank("004")).unwrap();
    network.hub.join(member_of("004", &network.member).subscribed_to(SLIPS)).unwrap();
    assert_eq!(network.code_for(flooding), "6500");
    for _ in 0..TOKENS {
        assert_eq!(network.code_for(quiet), "0000");
    }
    network.world.0.advance(Duration::from_secs(90));
    assert_eq!(network.code_for(flooding), "0000");
}

#[test]
fn issuers_and_routes_come_and_go() {
    let network = Network::new();
    let member = ("004", &network.member);
    let add = || {
        let verifier = AnswerVerifier::new(keys(&[network.wire.key()])).unwrap();
        network.hub.add_issuer(SLIPS, bank("014"), Way(Arc::clone(&network.wire)), verifier);
    };
    assert!(network.hub.remove_issuer(SLIPS, &bank("014")));
    assert!(!network.hub.remove_issuer(SLIPS, &bank("014")));
    assert_eq!(network.code_for(member), "6501");
    add();
    assert_eq!(network.code_for(member), "0000");
    network.hub.replace_routes(RouteTable::default());
    assert_eq!(network.code_for(member), "6501");
    network.hub.replace_routes(RouteTable::direct([bank("014")]));
    assert_eq!(network.code_for(member), "0000");

    // An issuer that is being spared stays so when its way is changed.
    *network.wire.mood.lock().unwrap() = Mood::Lost;
    for _ in 0..5 {
        assert_eq!(network.code_for(member), "8503");
    }
    let asked = network.asked();
    add();
    assert_eq!(network.code_for(member), "8503");
    assert_eq!(network.asked(), asked, "spared");
}

#[test]
fn whoever_has_the_published_keys_can_verify_the_hubs_answers_and_tokens() {
    let network = Network::new();
    let published = serde_json::to_string(network.hub.keys()).unwrap();
    let algorithms = [SignatureAlgorithm::Es256];
    let keys = || KeySet::from_jwks(published.as_bytes(), &algorithms).unwrap().keys;
    assert_eq!(keys().len(), 1, "one key, though it signs answers and tokens: {published}");
    assert!(!published.contains("\"d\""), "{published}");

    let about = slip("014", REFERENCE);
    let response = network.answer(&network.headers(&about), &query(&about));
    let signature = response.headers()["x-signature"].to_str().unwrap();
    let verifier = AnswerVerifier::new(keys()).unwrap();
    assert!(verifier.is_right(Some(signature), response.body(), network.world.now()));
    assert!(TokenVerifier::new(HUB, "014", keys(), 10).is_ok(), "an issuer takes them as they are");
}

#[test]
fn a_hub_has_keys_of_its_own_name_and_of_different_names() {
    let network = Network::new();
    let [first, second, other] = [key("itmx-7"), key("itmx-7"), key("itmx-8")];
    let hub = |asks: TokenSigner, answers: &SigningKey| {
        let surroundings = (Arc::clone(&network.book), network.world.clone());
        let hub = Hub::<Way, _, _>::new(
            (asks, AnswerSigner::new(answers).unwrap()),
            surroundings,
            HubSettings::default(),
        );
        hub.map(|hub| hub.keys().keys.len()).ok()
    };
    let asks = |key| TokenSigner::new(HUB, key).unwrap();
    assert_eq!(hub(asks(&first), &first), Some(1));
    assert_eq!(hub(asks(&first), &other), Some(2));
    assert_eq!(hub(asks(&first), &second), None, "nobody could tell them apart");
    assert_eq!(hub(TokenSigner::new("004", &key("004-1")).unwrap(), &first), None);
}

/// Members join, subscribe, unsubscribe and leave as fast as they can, while they and others ask. Whatever comes
/// first: one end and one record for each question, nothing for who is no member, and nobody else is disturbed.
#[test]
fn members_that_come_and_go_race_with_questions() {
    const QUESTIONS: usize = 150;
    let network = Network::new();
    let coming = [("006", key("006-1")), ("020", key("020-1"))];
    let come_and_go = |code: &str, signing| {
        for _ in 0..1000 {
            network.hub.join(member_of(code, signing)).unwrap();
            network.hub.subscribe(&bank(code), SLIPS).unwrap();
            network.hub.unsubscribe(&bank(code), SLIPS).unwrap();
            network.hub.leave(&bank(code)).unwrap();
        }
    };
    let ask = |code, signing| -> HashSet<String> {
        (0..QUESTIONS).map(|_| network.code_for((code, signing))).collect()
    };
    std::thread::scope(|scope| {
        let asking: Vec<_> = coming
            .iter()
            .map(|(code, signing)| {
                scope.spawn(|| come_and_go(code, signing));
                scope.spawn(|| ask(code, signing))
            })
            .collect();
        for asking in asking {
            let codes = asking.join().unwrap();
            let is_allowed = |code: &String| ["0000", "6403", "6421"].contains(&code.as_str());
            assert!(codes.iter().all(is_allowed), "{codes:?}");
        }
    });
    let records = network.records();
    assert_eq!(records.len(), 2 * QUESTIONS, "one end for each");
    for record in &records {
        let is_known = record.member.is_some();
        assert_eq!(record.forwarded > 0, record.end == EndState::Found, "{record:?}");
        assert!(is_known || record.forwarded == 0, "forwarded for nobody: {record:?}");
    }
    assert_eq!(network.asked(), records.iter().filter(|record| record.end == EndState::Found).count());
    assert_eq!(network.code_for(("006", &coming[0].1)), "6421", "it has left");
    assert_eq!(network.code_for(("004", &network.member)), "0000", "it never left");
}
