//! The whole way between real processes: `satang serve`, `satang listen`, the program behind it, `satang clock`.

// The pages are walked as the demo walks them.
#[path = "../../../src/demo/direct_debit/browser.rs"]
#[expect(dead_code, reason = "headings are for the demo's transcript")]
mod browser;

use super::{listen::Listening, outcome};
use crate::{gateway_process::GatewayProcess, program::run};
use browser::{Browser, Place};
use satang_core::{
    sandbox::{self, PartnerChange},
    signature::Key,
};
use satang_direct_debit::{
    DirectDebit, OAuthClient, Registered, Registration, Returned,
    receiver::{Notice, Receiver},
};
use satang_gateway::demo;
use satang_schema::{DateTime, sandbox::NewAgreement};
use satang_transport::{Client, Credentials, Server};
use std::{future::pending, time::Duration};
use tokio::sync::mpsc;

const CALLBACK: &str = "/direct-debit/registration";

/// A partner's program. It believes only what is signed for the address that the bank has called.
async fn program() -> (String, mpsc::UnboundedReceiver<Notice>) {
    let server = Server::bind("127.0.0.1:0").await.unwrap();
    let url = format!("http://{}/own/path", server.local_addr().unwrap());
    let (sender, told) = mpsc::unbounded_channel();
    let store = move |notice| {
        sender.send(notice).unwrap();
        std::future::ready(Ok(()))
    };
    let receiver = Receiver::new(store).at(CALLBACK).signature_key(demo::SIGNATURE_KEY).unwrap();
    tokio::spawn(async move { server.serve(receiver, pending::<()>()).await });
    (url, told)
}

/// Agrees with the demo partner where it is called back and where its customers return to: at this address.
async fn agree(gateway: &GatewayProcess, address: &str) {
    let client = Client::builder(&gateway.base_url).bearer_token(demo::ADMIN_KEY).build().unwrap();
    let agreement = NewAgreement {
        registration_account: demo::CREDITOR_ACCOUNT.parse().ok(),
        redirect_uris: Some(vec![format!("http://{address}/registered").parse().unwrap()]),
        callback_url: format!("http://{address}{CALLBACK}").parse().ok(),
        callback_profile: None,
    };
    let client_id = demo::CLIENT_ID.parse().unwrap();
    let change = PartnerChange { client_id, name: None, status: None, agreement: Some(agreement) };
    sandbox::Client::new(client).change_partner(&change).await.unwrap();
}

/// Walks the bank's pages to their end, and returns the address to which they lead.
async fn walk(origin: &str, url: &str) -> String {
    let mut browser = Browser::new(origin).unwrap();
    let mut place = browser.open(url).await.unwrap();
    let [customer, ..] = demo::CUSTOMERS;
    for fields in [
        &[("action", "login")][..],
        &[("action", "password"), ("user_name", customer.user_name), ("password", demo::PASSWORD)],
        &[("action", "account"), ("account", customer.accounts[0])],
        &[("action", "agree")],
    ] {
        place = browser.submit(&place, fields).await.unwrap();
    }
    let Place::Elsewhere(address) = place else { panic!("the pages do not end") };
    address
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_registration_is_told_by_a_callback_that_is_printed_and_passed_on() {
    let directory = tempfile::tempdir().unwrap();
    let gateway = GatewayProcess::start(directory.path());
    let (url, mut told) = program().await;
    let mut listening = Listening::start(true, &["--forward", &url]);
    agree(&gateway, &listening.address).await;

    let transport = Client::builder(&gateway.base_url)
        .credentials(Credentials::new(demo::CLIENT_ID, demo::CLIENT_SECRET))
        .signature_key(Key::new(demo::SIGNATURE_KEY).unwrap());
    let bank = DirectDebit::new(transport.build().unwrap());
    let client = OAuthClient {
        bank: gateway.base_url.parse().unwrap(),
        client_id: demo::CLIENT_ID.parse().unwrap(),
        redirect_uri: format!("http://{}/registered", listening.address).parse().unwrap(),
    };
    let journey = bank.register(&Registration::new("CUSTOMER-7".parse().unwrap()), &client).await.unwrap();
    let address = walk(&gateway.base_url, journey.url()).await;

    let printed = listening.value();
    assert_eq!(
        (&printed["verified"], &printed["proof"], &printed["answered"], &printed["path"]),
        (&true.into(), &"HTTP signature".into(), &200.into(), &CALLBACK.into()),
        "{printed}"
    );
    let notice = tokio::time::timeout(Duration::from_secs(60), told.recv()).await.unwrap().unwrap();
    assert_eq!(notice.delivery, printed["callback"]);
    assert_eq!(serde_json::to_value(&notice.result).unwrap(), printed["body"], "as it was passed on");
    assert_eq!(notice.result.journey_identifier, journey.identifier());

    Browser::new(&format!("http://{}", listening.address)).unwrap().open(&address).await.unwrap();
    assert_eq!(listening.value()["registered"], true);
    assert!(matches!(journey.finish(&address), Ok(Returned::Code(_))));
    let Registered::Active(token) = bank.wait(&journey).await.unwrap() else { panic!("not active") };
    assert_eq!(notice.result.payment_token, Some(token));
    assert_eq!(listening.stop().code(), Some(0));
    assert_eq!(gateway.stop().code(), Some(0));
}

#[test]
fn the_clock_is_moved_and_shown() {
    let directory = tempfile::tempdir().unwrap();
    let gateway = GatewayProcess::start(directory.path());
    let clock = |arguments: &[&str]| {
        let ended = run([&["clock", "--json", "--url", &gateway.base_url], arguments].concat());
        assert_eq!(ended.code(), Some(0), "{ended:?}");
        outcome(&ended)
    };
    let time = |value: &serde_json::Value| {
        value["dateTime"].as_str().unwrap().parse::<DateTime>().unwrap().timestamp()
    };
    let month = Duration::from_secs(30 * 24 * 60 * 60);

    let before = clock(&["freeze"]);
    let moved = clock(&["advance", "30d"]);
    assert_eq!(time(&moved), time(&before) + month, "to the millisecond, since it stands");
    let shown = clock(&["show"]);
    assert_eq!((time(&shown), &shown["frozen"]), (time(&moved), &true.into()));
    assert!(
        shown["aheadSeconds"].as_i64().is_some_and(|ahead| (2_591_900..=2_592_000).contains(&ahead)),
        "{shown}"
    );
    assert_eq!(clock(&["resume"])["frozen"], false);

    let wrong_key = run(["clock", "advance", "1d", "--url", &gateway.base_url, "--admin-key", "another-key"]);
    assert_eq!(wrong_key.code(), Some(4), "{wrong_key:?}");
    let nonsense = run(["clock", "advance", "a while", "--url", &gateway.base_url]);
    assert_eq!(nonsense.code(), Some(2), "{nonsense:?}");
    assert!(time(&clock(&["show"])) < time(&moved) + Duration::from_secs(600), "nothing of that moved it");
    assert_eq!(gateway.stop().code(), Some(0));
}
