//! What an operator changes, as it is seen by real questions.

use super::till::{Bank, first, slip, verify, verify_as};
use crate::behaviour::world::{OverHttp, World};
use satang_core::{Error, sandbox};
use satang_gateway::demo;
use satang_schema::sandbox::{
    BreakerStateShown, EventQuery, HubMemberChange, HubMemberQuery, HubMemberRemoval, HubService,
    HubServiceShown, IssuerBehaviour, IssuerChange, IssuerQuery, MerchantAdmission, MerchantChange,
    MerchantQuery, MerchantStatus, VerificationEnd, VerificationEndShown, VerificationQuery,
};

const REFERENCE: &str = "00111222233344ABCD12";
const TRANSACTIONS: &[HubService] = &[HubService::TransactionVerification];

#[track_caller]
fn refused<A: std::fmt::Debug>(outcome: Result<A, Error>, status: u16, code: &str) {
    let error = outcome.unwrap_err();
    assert_eq!((error.status().unwrap().as_u16(), error.code()), (status, Some(code)), "{error}");
}

fn change(bank: &str) -> HubMemberChange {
    HubMemberChange { bank: bank.parse().unwrap(), name: None, keys: None, services: None, issuer_url: None }
}

#[tokio::test]
async fn a_member_joins_subscribes_renews_its_key_and_leaves() {
    let world = World::over_http().await;
    let control = world.control();
    let mut bank = Bank::new("069");
    let code = async |bank: &Bank| bank.ask(&world, "014", REFERENCE).await.text("/status/code").to_owned();
    assert_eq!(code(&bank).await, "6421", "nobody knows it");

    let joined = control.admit_hub_member(&bank.admission(&[], None)).await.unwrap();
    assert_eq!((joined.services, joined.key_identifications), (vec![], vec!["069-1".to_owned()]));
    assert_eq!(code(&bank).await, "6403");
    let subscribe =
        |services: &[HubService]| HubMemberChange { services: Some(services.to_vec()), ..change("069") };
    let changed = control.change_hub_member(&subscribe(TRANSACTIONS)).await.unwrap();
    assert_eq!(changed.services, [HubServiceShown::TransactionVerification]);
    assert_eq!(code(&bank).await, "0000");
    control.change_hub_member(&subscribe(&[])).await.unwrap();
    assert_eq!(code(&bank).await, "6403");
    control.change_hub_member(&subscribe(TRANSACTIONS)).await.unwrap();

    let old = bank.clone();
    bank.key = Bank::new("069").key;
    let renewal = HubMemberChange { keys: Some(bank.keys()), ..change("069") };
    control.change_hub_member(&renewal).await.unwrap();
    assert_eq!((code(&bank).await.as_str(), code(&old).await.as_str()), ("0000", "6701"));

    let gone = control.remove_hub_member(&HubMemberRemoval { bank: "069".parse().unwrap() }).await.unwrap();
    assert!(gone.leave_date_time.is_some() && gone.services.is_empty(), "{gone:?}");
    assert_eq!(code(&bank).await, "6421");
    control.admit_hub_member(&bank.admission(TRANSACTIONS, None)).await.unwrap();
    assert_eq!(code(&bank).await, "0000", "it is back");

    let events = control.list_events(&EventQuery::default()).await.unwrap().events;
    let told: Vec<_> =
        events.iter().filter(|event| event.subject == "069").map(|event| event.kind.as_str()).collect();
    let changed = "hub-member.changed";
    assert_eq!(
        told,
        ["hub-member.joined", changed, changed, changed, changed, "hub-member.left", "hub-member.joined"]
    );
    world.audit().await;
}

#[tokio::test]
async fn a_membership_that_cannot_be_is_refused() {
    let world = World::over_http().await;
    let control = world.control();
    let admitted = Bank::new("069");
    control.admit_hub_member(&admitted.admission(TRANSACTIONS, None)).await.unwrap();
    refused(control.admit_hub_member(&admitted.admission(&[], None)).await, 409, "SBX-4091");
    let same_key = Bank { code: "071".into(), ..admitted.clone() };
    refused(control.admit_hub_member(&same_key.admission(&[], None)).await, 409, "SBX-4091");
    // The key names another bank; the address has a query; there is no key.
    let mut other = Bank::new("071").admission(&[], None);
    other.keys = Bank::new("073").keys();
    refused(control.admit_hub_member(&other).await, 400, "SBX-4003");
    let address = Bank::new("071").admission(&[], Some("https://bank.example/slips?a=b"));
    refused(control.admit_hub_member(&address).await, 400, "SBX-4003");
    refused(control.change_hub_member(&change("071")).await, 404, "SBX-4041");
    let leave = |bank: &str| HubMemberRemoval { bank: bank.parse().unwrap() };
    refused(control.remove_hub_member(&leave("071")).await, 404, "SBX-4041");
    refused(control.remove_hub_member(&leave("004")).await, 409, "SBX-4092");
    let members = control.list_hub_members(&HubMemberQuery::default()).await.unwrap().members;
    let banks: Vec<_> = members.iter().map(|member| member.bank.as_str()).collect();
    assert_eq!(banks, ["004", "069", "901", "902"], "nothing else happened");
}

#[tokio::test]
async fn the_service_bank_without_a_subscription_can_verify_nothing() {
    let world = World::over_http().await;
    let control = world.control();
    let subscribe =
        |services: &[HubService]| HubMemberChange { services: Some(services.to_vec()), ..change("004") };
    control.change_hub_member(&subscribe(&[])).await.unwrap();
    assert_eq!(verify(&world, &slip("014", REFERENCE)).await.outcome(), ("unavailable", "6403"));
    control.change_hub_member(&subscribe(TRANSACTIONS)).await.unwrap();
    assert_eq!(verify(&world, &slip("014", REFERENCE)).await.outcome(), ("verified", "0000"));
}

async fn behave(world: &World<OverHttp>, behaviour: IssuerBehaviour, delay: Option<u64>, code: Option<&str>) {
    let change = IssuerChange {
        bank: "014".parse().unwrap(),
        behaviour,
        delay_milliseconds: delay.map(|delay| delay.try_into().unwrap()),
        code: code.map(|code| code.parse().unwrap()),
    };
    let changed = world.control().change_issuer(&change).await.unwrap();
    assert_eq!(changed.behaviour.map(|shown| shown.to_string()), Some(behaviour.to_string()));
    assert_eq!((changed.delay_milliseconds, changed.code.as_deref()), (delay, code));
}

#[tokio::test]
async fn a_bank_behaves_as_it_is_told_also_after_a_restart_and_its_breaker_is_shown() {
    let mut world = World::over_http().await;
    let ask = async |world: &World<OverHttp>| {
        let answer = verify(world, &slip("014", REFERENCE)).await;
        let (outcome, code) = answer.outcome();
        (outcome.to_owned(), code.to_owned())
    };
    use IssuerBehaviour::{BadSignature, Code, Down, Garbage, Normal, Slow, WrongReference};
    for (behaviour, delay, code, outcome) in [
        (Down, None, None, ("pending", "8503")),
        (BadSignature, None, None, ("pending", "8503")),
        (Garbage, None, None, ("pending", "8503")),
        (WrongReference, None, None, ("pending", "8503")),
        (Slow, Some(1), None, ("verified", "0000")),
        (Code, None, Some("8500"), ("pending", "8500")),
        (Code, None, Some("8404"), ("notFound", "8404")),
        (Normal, None, None, ("verified", "0000")),
    ] {
        behave(&world, behaviour, delay, code).await;
        assert_eq!(ask(&world).await, (outcome.0.to_owned(), outcome.1.to_owned()), "{behaviour}");
    }
    behave(&world, Code, None, Some("8500")).await;
    world = world.restart().await;
    assert_eq!(ask(&world).await.1, "8500");

    behave(&world, Garbage, None, None).await;
    for _ in 0..6 {
        assert_eq!(ask(&world).await.1, "8503");
    }
    let issuers = world.control().list_issuers(&IssuerQuery::default()).await.unwrap().issuers;
    let banks: Vec<_> = issuers.iter().map(|issuer| issuer.bank.as_str()).collect();
    assert_eq!(banks, ["002", "004", "014", "025", "999"]);
    let spared = &issuers[2];
    assert_eq!((&spared.breaker, spared.answered, spared.failed), (&BreakerStateShown::Open, 1, 5));
    assert_eq!(spared.last_failure.as_deref(), Some("the answer cannot be read"));
    let unknown = IssuerChange {
        bank: "065".parse().unwrap(),
        behaviour: Normal,
        delay_milliseconds: None,
        code: None,
    };
    refused(world.control().change_issuer(&unknown).await, 404, "SBX-4041");
}

#[tokio::test]
async fn merchants_are_admitted_changed_and_listed_without_what_they_have_seen() {
    let world = World::over_http().await;
    let control = world.control();
    let new = MerchantAdmission {
        merchant_identification: "noodles".parse().unwrap(),
        name: "Noodles".parse().unwrap(),
        key: "noodle-key".parse().unwrap(),
        daily_quota: Some(2.try_into().unwrap()),
    };
    let question = first("014", REFERENCE);
    let ask = async |key: &str| verify_as(&world, key, &question).await;
    assert_eq!(ask("noodle-key").await.status, 401);
    control.admit_merchant(&new).await.unwrap();
    refused(control.admit_merchant(&new).await, 409, "SBX-4091");
    let other = MerchantAdmission { merchant_identification: "other".parse().unwrap(), ..new.clone() };
    refused(control.admit_merchant(&other).await, 409, "SBX-4091");

    assert_eq!(ask("noodle-key").await.outcome().0, "verified");
    assert_eq!(ask("noodle-key").await.outcome().0, "duplicate");
    assert_eq!(ask("noodle-key").await.status, 429);
    let change = |merchant: &str| MerchantChange {
        merchant_identification: merchant.parse().unwrap(),
        name: None,
        key: None,
        status: None,
        daily_quota: None,
    };
    let more = MerchantChange { daily_quota: Some(3.try_into().unwrap()), ..change("noodles") };
    let changed = control.change_merchant(&more).await.unwrap();
    assert_eq!((changed.daily_quota, changed.asked_today), (Some(3), 2));
    assert_eq!(ask("noodle-key").await.outcome().0, "duplicate");
    let key = MerchantChange {
        key: Some("new-key".parse().unwrap()),
        daily_quota: Some(9.try_into().unwrap()),
        ..change("noodles")
    };
    control.change_merchant(&key).await.unwrap();
    assert_eq!((ask("noodle-key").await.status, ask("new-key").await.status), (401, 200));
    let suspend = MerchantChange { status: Some(MerchantStatus::Suspended), ..change("noodles") };
    control.change_merchant(&suspend).await.unwrap();
    assert_eq!(ask("new-key").await.status, 401);
    let taken = MerchantChange { key: Some(demo::MERCHANT_KEY.parse().unwrap()), ..change("noodles") };
    refused(control.change_merchant(&taken).await, 409, "SBX-4091");
    refused(control.change_merchant(&change("nobody")).await, 404, "SBX-4041");

    let merchants = control.list_merchants(&MerchantQuery::default()).await.unwrap().merchants;
    let listed: Vec<_> =
        merchants.iter().map(|it| (it.merchant_identification.as_str(), it.asked_today)).collect();
    assert_eq!(listed, [("demo-merchant", 0), ("demo-stall", 0), ("noodles", 4)]);
}

#[tokio::test]
async fn questions_are_listed_in_pages_by_who_asked_and_how_they_ended() {
    let world = World::over_http().await;
    for reference in ["FOUND1", "MISS1", "FOUND2"] {
        verify(&world, &slip("999", reference)).await;
        world.clock.advance(jiff::SignedDuration::from_secs(1));
    }
    Bank::demo().ask(&world, "014", REFERENCE).await;
    let control: sandbox::Client<_> = world.control();
    let list = async |query: VerificationQuery| control.list_verifications(&query).await.unwrap();
    let references = |list: &satang_schema::sandbox::VerificationList| -> Vec<String> {
        list.verifications.iter().map(|it| it.trans_ref.as_ref().unwrap().as_str().to_owned()).collect()
    };
    let all = list(VerificationQuery::default()).await;
    assert_eq!(references(&all), ["FOUND1", "MISS1", "FOUND2", REFERENCE]);
    let found = VerificationQuery { end_state: Some(VerificationEnd::Found), ..VerificationQuery::default() };
    assert_eq!(references(&list(found).await), ["FOUND1", "FOUND2", REFERENCE]);
    let of_demo = VerificationQuery { member: "901".parse().ok(), ..VerificationQuery::default() };
    assert_eq!(references(&list(of_demo).await), [REFERENCE]);
    let one =
        list(VerificationQuery { trans_ref: "MISS1".parse().ok(), ..VerificationQuery::default() }).await;
    let one = &one.verifications[0];
    assert_eq!(
        (&one.end_state, one.code.as_deref(), one.forwarded),
        (&VerificationEndShown::NotFound, Some("8404"), 1)
    );
    assert_eq!(one.member.as_ref().map(|bank| bank.as_str()), Some("004"));

    let mut page = VerificationQuery { limit: 3.try_into().ok(), ..VerificationQuery::default() };
    let first_page = list(page.clone()).await;
    page.cursor = first_page.next_cursor.clone();
    let second_page = list(page).await;
    assert_eq!((first_page.verifications.len(), references(&second_page)), (3, vec![REFERENCE.to_owned()]));
    assert!(second_page.next_cursor.is_none());
}
