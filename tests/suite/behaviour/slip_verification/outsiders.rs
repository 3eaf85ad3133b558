//! A bank outside that answers the hub at an address of its own.

use super::till::{Bank, slip, verify};
use crate::behaviour::world::World;
use axum::{Router, extract::RawQuery, http::HeaderMap, routing::get};
use satang_schema::sandbox::{HubMemberRemoval, IssuerQuery};
use std::{
    net::SocketAddr,
    sync::{Arc, Mutex},
};

const PATH: &str = "/slips/v1/issuer/promptpay/transactions";
const DATA: &str = r#"{"transRef":"OUTSIDE1","sendingBank":"069","receivingBank":"004","transDate":"20260301","transTime":"08:00:00","amount":77.5}"#;

/// Answers one payment, signed under the key of `bank`, and notes what it was asked.
async fn outsider(bank: Bank) -> (SocketAddr, Arc<Mutex<Vec<(String, HeaderMap)>>>) {
    let asked: Arc<Mutex<Vec<_>>> = Arc::default();
    let noted = Arc::clone(&asked);
    let answer = async move |RawQuery(query): RawQuery, headers: HeaderMap| {
        noted.lock().unwrap().push((query.unwrap(), headers));
        let body = format!(r#"{{"status":{{"code":"0000","message":"Success"}},"data":{DATA}}}"#);
        (
            [
                ("content-type", "application/json".to_owned()),
                ("x-issuer-signature", bank.sign(DATA.as_bytes())),
            ],
            body,
        )
    };
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap();
    let app = Router::new().route(PATH, get(answer));
    tokio::spawn(async move { axum::serve(listener, app).await });
    (address, asked)
}

#[tokio::test]
async fn a_member_with_an_address_is_asked_there_and_believed_under_its_own_key_only() {
    let world = World::over_http().await;
    let control = world.control();
    let bank = Bank::new("069");
    let (address, asked) = outsider(bank.clone()).await;
    assert_eq!(verify(&world, &slip("069", "OUTSIDE1")).await.outcome(), ("unavailable", "6501"));

    control.admit_hub_member(&bank.admission(&[], Some(&format!("http://{address}/slips")))).await.unwrap();
    let answer = verify(&world, &slip("069", "OUTSIDE1")).await;
    assert_eq!(
        (answer.outcome(), answer.body["slip"]["amount"].as_f64()),
        (("verified", "0000"), Some(77.5))
    );
    {
        let asked = asked.lock().unwrap();
        let (query, headers) = &asked[0];
        assert_eq!(query, "sendingBank=069&transRef=OUTSIDE1");
        assert_eq!([&headers["x-orig-bank"], &headers["x-crt-version"]], ["004", "1"]);
        assert!(headers["authorization"].to_str().unwrap().starts_with("Bearer ey"));
    }
    assert_eq!(
        verify(&world, &slip("069", "OTHER")).await.outcome(),
        ("pending", "8503"),
        "about another one"
    );
    let query = IssuerQuery { bank: "069".parse().ok(), ..IssuerQuery::default() };
    let shown = control.list_issuers(&query).await.unwrap().issuers.pop().unwrap();
    assert_eq!((shown.behaviour, shown.issuer_url), (None, Some(format!("http://{address}/slips"))));
    assert_eq!((shown.answered, shown.failed), (1, 1));

    // It has another key than it signs with.
    control.remove_hub_member(&HubMemberRemoval { bank: "069".parse().unwrap() }).await.unwrap();
    assert_eq!(verify(&world, &slip("069", "OUTSIDE1")).await.outcome(), ("unavailable", "6501"));
    let forger = Bank::new("069");
    control.admit_hub_member(&forger.admission(&[], Some(&format!("http://{address}/slips")))).await.unwrap();
    assert_eq!(verify(&world, &slip("069", "OUTSIDE1")).await.outcome(), ("pending", "8503"));
}

#[tokio::test]
async fn a_member_outside_takes_the_place_of_a_bank_that_is_played_until_it_leaves() {
    let world = World::over_http().await;
    let control = world.control();
    let bank = Bank::new("014");
    let (address, asked) = outsider(bank.clone()).await;
    control.admit_hub_member(&bank.admission(&[], Some(&format!("http://{address}/slips/")))).await.unwrap();
    let question = slip("014", "00111222233344ABCD12");
    assert_eq!(
        verify(&world, &question).await.outcome(),
        ("pending", "8503"),
        "it knows another payment only"
    );
    assert_eq!(asked.lock().unwrap().len(), 1);
    control.remove_hub_member(&HubMemberRemoval { bank: "014".parse().unwrap() }).await.unwrap();
    assert_eq!(verify(&world, &question).await.outcome(), ("verified", "0000"));
    assert_eq!(asked.lock().unwrap().len(), 1);
}
