//! What a merchant's bank tells of a slip, through the whole chain.

use super::network::{Memory, Mood, Network, REFERENCE, Shared, TestHub, ToHub, bank, key, keys};
use bytes::Bytes;
use http::{Request, Response};
use satang_core::{Error, Operation, Transport};
use satang_schema::{
    decode,
    slip_verification::{CheckResult, SlipOutcome, SlipToVerify, SlipVerdict},
};
use satang_slip_verification::{
    BankCode, BankSlip, TransRef,
    interbank::{
        AnswerVerifier, Asked, Member, Proof, Service, ServiceBank, ServiceBankSettings, TokenSigner,
    },
};
use std::sync::Arc;

pub(super) type Bank = ServiceBank<ToHub, Memory, Shared>;

pub(super) fn bank_of(network: &Network, secret: &str) -> Bank {
    ServiceBank::new(
        ToHub(Arc::clone(&network.hub)),
        (TokenSigner::new("004", &network.member).unwrap(), network.hub_answers_again()),
        (Memory::default(), network.world.clone()),
        ServiceBankSettings::new("key-004".parse().unwrap(), secret.parse().unwrap()),
    )
}

fn payload(reference: &str) -> String {
    let bank = BankCode::new("014").unwrap();
    BankSlip::new(bank, TransRef::new(reference).unwrap()).to_payload().unwrap()
}

fn request(json: &str) -> SlipToVerify {
    let json = json.replace("PAYLOAD", &payload(REFERENCE));
    decode(json.as_bytes()).unwrap_or_else(|error| panic!("{json}: {error}"))
}

fn verify(bank: &Bank, json: &str) -> SlipVerdict {
    pollster::block_on(bank.verify("shop", &request(json))).unwrap()
}

#[test]
fn expectations_are_checked_one_by_one() {
    use CheckResult::{Failed, Passed, Skipped};
    let network = Network::new();
    let bank = bank_of(&network, "secret-004");
    let receiver = |bank: &str, suffix: &str| {
        format!(r#"{{"receiver": {{"bank": "{bank}", "accountSuffix": "{suffix}"}}}}"#)
    };
    let moment = |moment: &str| format!(r#"{{"notBefore": "{moment}"}}"#);
    for (expect, checks) in [
        ("{}".into(), [Skipped, Skipped, Skipped]),
        (r#"{"amount": 10.04}"#.into(), [Passed, Skipped, Skipped]),
        (r#"{"amount": "10.04"}"#.into(), [Passed, Skipped, Skipped]),
        (r#"{"amount": 10.05}"#.into(), [Failed, Skipped, Skipped]),
        (receiver("004", "1411"), [Skipped, Passed, Skipped]),
        (receiver("004", "411"), [Skipped, Passed, Skipped]),
        (receiver("004", "1412"), [Skipped, Failed, Skipped]),
        (receiver("014", "1411"), [Skipped, Failed, Skipped]),
        (moment("2026-07-02T13:55:40+07:00"), [Skipped, Skipped, Passed]),
        (moment("2026-07-02T13:55:41+07:00"), [Skipped, Skipped, Failed]),
    ] {
        let verdict = verify(&bank, &format!(r#"{{"payload": "PAYLOAD", "expect": {expect}}}"#));
        let outcome = if checks.contains(&Failed) { SlipOutcome::Mismatch } else { SlipOutcome::Verified };
        assert_eq!(verdict.outcome, outcome, "{expect}");
        let found = verdict.checks;
        assert_eq!([found.amount, found.receiver, found.time], checks, "{expect}");
        assert_eq!(verdict.slip.unwrap().amount.to_string(), "10.04", "{expect}");
    }
}

#[test]
fn what_the_hub_says_becomes_an_outcome() {
    for (mood, secret, outcome, code, retry) in [
        (Mood::Honest, "secret-004", SlipOutcome::Verified, Some("0000"), None),
        (Mood::Lost, "secret-004", SlipOutcome::Pending, Some("8503"), Some(30)),
        (Mood::Forges, "secret-004", SlipOutcome::Pending, Some("8503"), Some(30)),
        (
            Mood::Says(r#"{"status":{"code":"8404","message":""}}"#),
            "secret-004",
            SlipOutcome::NotFound,
            Some("8404"),
            None,
        ),
        (Mood::Honest, "wrong", SlipOutcome::Unavailable, Some("6421"), Some(900)),
    ] {
        let network = Network::with_mood(mood.clone());
        let verdict = verify(&bank_of(&network, secret), r#"{"payload": "PAYLOAD"}"#);
        assert_eq!(verdict.outcome, outcome, "{mood:?}");
        assert_eq!(verdict.hub_code.as_ref().map(|code| code.as_str()), code, "{mood:?}");
        assert_eq!(verdict.retry_after_seconds, retry, "{mood:?}");
        assert_eq!(verdict.slip.is_some(), outcome == SlipOutcome::Verified, "{mood:?}");
    }
    let network = Network::new();
    let nowhere = verify(&bank_of(&network, "secret-004"), r#"{"sendingBank": "777", "transRef": "A1"}"#);
    assert_eq!((nowhere.outcome, nowhere.retry_after_seconds), (SlipOutcome::Unavailable, Some(900)));
}

#[test]
fn an_answer_that_the_hub_did_not_sign_is_none() {
    let network = Network::new();
    let bank: Bank = ServiceBank::new(
        ToHub(Arc::clone(&network.hub)),
        (
            TokenSigner::new("004", &network.member).unwrap(),
            AnswerVerifier::new(keys(&[&key("itmx-7")])).unwrap(),
        ),
        (Memory::default(), network.world.clone()),
        ServiceBankSettings::new("key-004".parse().unwrap(), "secret-004".parse().unwrap()),
    );
    let verdict = verify(&bank, r#"{"payload": "PAYLOAD"}"#);
    assert_eq!((verdict.outcome, verdict.hub_code, verdict.slip), (SlipOutcome::Pending, None, None));
}

#[test]
fn of_two_equal_slips_at_once_one_is_verified_and_the_other_a_duplicate() {
    let network = Network::new();
    let bank = bank_of(&network, "secret-004");
    let slip = request(r#"{"payload": "PAYLOAD", "checkDuplicate": true}"#);
    for round in 0..50 {
        let merchant = format!("shop {round}");
        let verify = || pollster::block_on(bank.verify(&merchant, &slip)).unwrap();
        let verdicts: Vec<_> = std::thread::scope(|scope| {
            let threads: Vec<_> = (0..2).map(|_| scope.spawn(verify)).collect();
            threads.into_iter().map(|thread| thread.join().unwrap()).collect()
        });
        let count = |outcome: &SlipOutcome| verdicts.iter().filter(|it| it.outcome == *outcome).count();
        assert_eq!((count(&SlipOutcome::Verified), count(&SlipOutcome::Duplicate)), (1, 1), "round {round}");
        let seen = verdicts.iter().find_map(|it| it.first_seen).unwrap();
        assert_eq!(seen.to_string(), "2026-07-02T14:00:00.000+07:00");
    }
}

#[test]
fn only_what_is_verified_is_remembered_and_for_its_merchant_only() {
    let network = Network::new();
    let bank = bank_of(&network, "secret-004");
    let outcome = |merchant: &str, json: &str| {
        pollster::block_on(bank.verify(merchant, &request(json))).unwrap().outcome
    };
    let wrong = r#"{"payload": "PAYLOAD", "checkDuplicate": true, "expect": {"amount": 1}}"#;
    let right = r#"{"payload": "PAYLOAD", "checkDuplicate": true}"#;
    let unasked = r#"{"payload": "PAYLOAD"}"#;
    assert_eq!(outcome("a", wrong), SlipOutcome::Mismatch);
    assert_eq!(outcome("a", unasked), SlipOutcome::Verified);
    assert_eq!(outcome("a", right), SlipOutcome::Verified);
    assert_eq!(outcome("a", right), SlipOutcome::Duplicate);
    assert_eq!(outcome("a", unasked), SlipOutcome::Verified);
    assert_eq!(outcome("b", right), SlipOutcome::Verified);
    assert_eq!(outcome("broken", right), SlipOutcome::Pending, "nobody knows whether it is the first");
}

#[test]
fn who_asks_again_for_the_same_order_gets_the_same_yes() {
    let network = Network::new();
    let bank = bank_of(&network, "secret-004");
    let ask = |order: &str| {
        let slip = format!(r#"{{"payload": "PAYLOAD", "checkDuplicate": true{order}}}"#);
        let verdict = verify(&bank, &slip);
        (verdict.outcome, verdict.checks.duplicate, verdict.first_seen.is_some())
    };
    let first = (SlipOutcome::Verified, CheckResult::Passed, false);
    let again = (SlipOutcome::Verified, CheckResult::Passed, true);
    let duplicate = (SlipOutcome::Duplicate, CheckResult::Failed, true);
    assert_eq!(ask(r#", "order": "SO-1""#), first);
    assert_eq!(ask(r#", "order": "SO-1""#), again);
    assert_eq!(ask(r#", "order": "so-1""#), duplicate, "case counts");
    assert_eq!(ask(""), duplicate, "no order is not the same order");
}

#[test]
fn a_payload_is_read_as_the_merchant_allows_and_never_repeated() {
    let network = Network::new();
    let bank = bank_of(&network, "secret-004");
    let short = r#"{"payload": "0030000600000101030140209T000000865102TH9104539""#;
    let found = verify(&bank, &format!(r#"{short}, "acceptRepairedCrc": true}}"#));
    assert_eq!((found.outcome, found.crc_repaired), (SlipOutcome::NotFound, true));
    for (json, detail) in [
        (format!("{short}}}"), "crc_length at byte"),
        (r#"{"payload": "hello 7770011555"}"#.into(), "at byte"),
        (
            r#"{"payload": "00480002010102010203P2P0313TXN00012345670408250120249104b425"}"#.into(),
            "no bank printed",
        ),
    ] {
        let refused = pollster::block_on(bank.verify("shop", &request(&json))).unwrap_err();
        let [violation] = refused.as_slice() else { panic!("{refused}") };
        assert_eq!(violation.pointer.as_str(), "/payload", "{json}");
        assert!(violation.detail.contains(detail), "{json}: {refused}");
        assert!(!refused.to_string().contains("777001"), "{refused}");
    }
}

#[test]
fn a_bank_that_is_known_by_its_certificate_sends_no_secret() {
    let network = Network::new();
    let member = Member::new(bank("004"), Proof::Certificate, keys(&[&network.member])).unwrap();
    network.hub.replace_member(member.subscribed_to(Service::TransactionVerification)).unwrap();
    for (is_shown, outcome) in [(true, SlipOutcome::Verified), (false, SlipOutcome::Unavailable)] {
        let by_certificate = ServiceBank::new(
            OverTls { hub: Arc::clone(&network.hub), certificate: is_shown.then(|| bank("004")) },
            (TokenSigner::new("004", &network.member).unwrap(), network.hub_answers_again()),
            (Memory::default(), network.world.clone()),
            ServiceBankSettings::with_certificate(),
        );
        let slip = request(r#"{"payload": "PAYLOAD"}"#);
        let verdict = pollster::block_on(by_certificate.verify("shop", &slip)).unwrap();
        assert_eq!(verdict.outcome, outcome, "shown: {is_shown}");
    }
}

/// The way to the hub, where TLS has ended before it.
struct OverTls {
    hub: Arc<TestHub>,
    certificate: Option<satang_schema::slip_verification::BankCode>,
}

impl Transport for OverTls {
    async fn call(&self, _: &'static Operation, request: Request<Bytes>) -> Result<Response<Bytes>, Error> {
        assert!(!request.headers().contains_key("api-key") && !request.headers().contains_key("api-secret"));
        let query = request.uri().query().unwrap_or_default();
        let mut asked = Asked::new(request.headers(), query.as_bytes());
        if let Some(bank) = &self.certificate {
            asked = asked.over_certificate_of(bank);
        }
        Ok(self.hub.verify_transaction(asked).await)
    }
}
