//! What an issuer tells the hub.

use super::network::{ACCOUNT, Network, REFERENCE, headers_of, kept, key, query, slip};
use http::HeaderMap;
use satang_core::{Clock as _, Entropy as _};
use satang_schema::{
    decode,
    slip_verification::{SlipOutcome, TransactionQuery},
};
use satang_slip_verification::interbank::{Asked, HUB, IssuerSettings, TokenSigner};
use serde_json::Value;

/// A question as the hub asks it.
fn hub_headers(network: &Network, about: &TransactionQuery, hub: &TokenSigner, audience: &str) -> HeaderMap {
    let token = hub.sign(audience, about, network.world.uuid(), network.world.now()).unwrap();
    headers_of([
        ("x-api-version", "1"),
        ("x-crt-version", "7"),
        ("authorization", &format!("Bearer {token}")),
    ])
}

#[test]
fn a_transaction_is_found_for_seven_days_of_bangkok() {
    for (paid, now, code) in [
        ("2026-08-01T05:00:00Z", "2026-08-08T16:59:59Z", "0000"), // 8 August, 23:59:59
        ("2026-08-01T05:00:00Z", "2026-08-08T17:00:00Z", "8404"), // 9 August, 00:00
        ("2026-07-31T17:00:00Z", "2026-08-08T16:59:59Z", "0000"), // paid on 1 August at 00:00
        ("2026-07-31T16:59:59Z", "2026-08-08T16:59:59Z", "8404"), // paid on 31 July
        ("2026-08-01T05:00:00Z", "2026-08-01T05:00:01Z", "0000"),
    ] {
        let network = Network::new();
        network.store.0.lock().unwrap()[0].at = paid.parse().unwrap();
        network.world.0.set(now);
        assert_eq!(code_of(&network, &slip("014", REFERENCE)), code, "paid {paid}, asked {now}");
    }
}

/// Asks through the hub, which alone can make the hub's tokens.
#[track_caller]
fn code_of(network: &Network, about: &TransactionQuery) -> String {
    super::network::code_of(&network.answer(&network.headers(about), &query(about)))
}

#[test]
fn foreign_unknown_and_old_are_answered_alike() {
    let network = Network::new();
    network.store.0.lock().unwrap().push({
        let mut old = kept("014", "OLD");
        old.at = "2026-01-01T00:00:00Z".parse().unwrap();
        old
    });
    let answer = |reference| {
        let about = slip("014", reference);
        network.answer(&network.headers(&about), &query(&about)).into_body()
    };
    let unknown = answer("NOBODY");
    // Bank 014 also holds a row of bank 025, by its reference.
    for other in ["OLD", "KSA1"] {
        assert_eq!(answer(other), unknown, "{other}");
    }
    assert_eq!(code_of(&network, &slip("014", "BROKEN1")), "8500");
    assert_eq!(code_of(&network, &slip("098", "TAKEN")), "0000");
    assert_eq!(code_of(&network, &slip("099", "KEPT")), "8404");
}

#[test]
fn nothing_leaves_the_bank_unmasked() {
    let network = Network::new();
    let about = slip("014", REFERENCE);
    let response = network.answer(&network.headers(&about), &query(&about));
    let text = std::str::from_utf8(response.body()).unwrap();
    for whole in [ACCOUNT, "7770022950", "0812344567"] {
        assert!(!text.contains(whole), "{text}");
    }
    let body: Value = serde_json::from_str(text).unwrap();
    assert_eq!(body["data"]["receiver"]["account"]["value"], "xxx-x-x1411-x");
    assert_eq!(body["data"]["sender"]["account"]["value"], "xxx-x-x2295-x");
    assert_eq!(body["data"]["receiver"]["proxy"]["value"], "xxxxxx4567");
    assert!(text.contains(r#""amount":10.04,"#), "{text}");
    assert_eq!(
        (body["data"]["transDate"].as_str(), body["data"]["transTime"].as_str()),
        (Some("20260702"), Some("13:55:40"))
    );
}

#[test]
fn amounts_are_written_as_text_where_that_is_wanted_and_read_all_the_same() {
    for text_amounts in [false, true] {
        let network = Network::with_issuer(IssuerSettings { text_amounts, ..IssuerSettings::default() });
        let about = slip("014", REFERENCE);
        let response = network.answer(&network.headers(&about), &query(&about));
        let text = std::str::from_utf8(response.body()).unwrap();
        for (name, amount) in [("amount", "10.04"), ("paidLocalAmount", "10.04"), ("transFeeAmount", "0.00")]
        {
            let quote = if text_amounts { "\"" } else { "" };
            assert!(text.contains(&format!(r#""{name}":{quote}{amount}{quote}"#)), "{text}");
        }
        let bank = super::merchant::bank_of(&network, "secret-004");
        let slip = decode(
            br#"{"sendingBank": "014", "transRef": "00111222233344ABCD12", "expect": {"amount": 10.04}}"#,
        );
        let verdict = pollster::block_on(bank.verify("shop", &slip.unwrap())).unwrap();
        assert_eq!(verdict.outcome, SlipOutcome::Verified);
        let told = serde_json::to_string(&verdict).unwrap();
        assert!(told.contains(r#""amount":10.04,"#), "a merchant reads numbers: {told}");
    }
}

#[test]
fn only_the_hub_is_answered_and_only_for_this_bank() {
    let network = Network::new();
    let about = slip("014", REFERENCE);
    let forger = TokenSigner::new(HUB, &key("itmx-7")).unwrap();
    let ask = |headers: &HeaderMap, query: &str| {
        let response = pollster::block_on(
            network.wire.issuer.look_up_transaction(Asked::new(headers, query.as_bytes())),
        );
        let body: Value = serde_json::from_slice(response.body()).unwrap();
        assert!(body.get("data").is_none() && !response.headers().contains_key("x-issuer-signature"));
        body["status"]["code"].as_str().unwrap().to_owned()
    };
    let forged = hub_headers(&network, &about, &forger, "014");
    assert_eq!(ask(&forged, &query(&about)), "8701");
    assert_eq!(ask(&headers_of([("x-crt-version", "7")]), &query(&about)), "8410");
    assert_eq!(ask(&headers_of([("x-api-version", "1")]), &query(&about)), "8411");
    assert_eq!(ask(&forged, "sendingBank=014"), "8400");

    // A token of the hub's own: good once, under its version only, for 90 seconds with the skew.
    assert_eq!(code_of(&network, &about), "0000");
    let mut used = network.wire.asked.lock().unwrap()[0].clone();
    assert_eq!(ask(&used, &query(&about)), "8701", "used before");
    assert_eq!(ask(&used, &query(&slip("014", "KSA1"))), "8701", "another slip");
    used.insert("x-crt-version", "8".parse().unwrap());
    assert_eq!(ask(&used, &query(&about)), "8703");
    used.insert("x-crt-version", "7".parse().unwrap());
    network.world.0.advance(std::time::Duration::from_secs(90));
    assert_eq!(ask(&used, &query(&about)), "8702");
}
