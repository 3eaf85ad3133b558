//! What is another filer's is answered like what there is not: by every operation, byte for byte.

use super::desk::{Answer, Desk, bill, form};
use crate::behaviour::{
    behaviour,
    world::{Network, World},
};
use satang_gateway::demo;
use serde_json::{Value as Json, json};

/// A reference that nobody has.
const NOBODYS: &str = "20260301999999999999";
const NOBODYS_INSTRUMENT: &str = "P9999999999";

/// Every operation that takes a reference, with forms for a filing and one of its instruments.
fn questions(filing: &str, instrument: &str) -> Vec<(&'static str, Json)> {
    vec![
        ("CheckFilingStatus", json!({ "apiRefNo": filing })),
        ("CheckPaymentStatus", json!({ "apiRefNo": filing, "instInfo": { "refNo": [] } })),
        ("CheckPaymentStatus", json!({ "apiRefNo": filing, "instInfo": { "refNo": [instrument] } })),
        ("ReqFormReceiptFile", json!({ "requestType": "2", "apiRefNo": filing })),
        (
            "ReqFormReceiptFile",
            json!({ "requestType": "3", "apiRefNo": filing, "instInfo": [{ "refNo": instrument }] }),
        ),
        ("ReqFormReceiptFile", json!({ "requestType": "7", "instInfo": [{ "refNo": instrument }] })),
    ]
}

async fn anothers_filing_is_as_good_as_none<N: Network>(world: World<N>) {
    let owner = Desk::of(&world, demo::FILER).await;
    let stranger = Desk::of(&world, "demo-agent").await;
    let filed = owner.file(&world, &form(2)).await.expect(200, "I07000");
    world.control().pay_stamp_duty(&bill(&filed)).await.unwrap();
    let instrument = filed.form()["instInfo"][0]["refNo"].as_str().unwrap().to_owned();
    let own = questions(&filed.api_ref_no(), &instrument);
    for ((name, anothers), (_, nobodys)) in own.iter().zip(questions(NOBODYS, NOBODYS_INSTRUMENT)) {
        let anothers: Answer = stranger.call(&world, name, anothers).await.expect(200, "E07100");
        let nobodys = stranger.call(&world, name, &nobodys).await;
        assert_eq!((anothers.status, &anothers.body), (nobodys.status, &nobodys.body), "{name}");
    }
    for (name, form) in &own {
        owner.call(&world, name, form).await.expect(200, "I07000");
    }
    // The requestId is each filer's own.
    let mut same = form(1);
    same["documentDetail"]["requestId"] = filed.form()["requestId"].clone();
    stranger.file(&world, &same).await.expect(200, "I07000");
}

/// A filing of one's own and an instrument of another filing do not go together, whoever's that is.
async fn an_instrument_of_another_filing_is_told_apart_from_none_of_them<N: Network>(world: World<N>) {
    let desk = Desk::of(&world, demo::FILER).await;
    let stranger = Desk::of(&world, "demo-agent").await;
    let own = desk.file(&world, &form(1)).await.expect(200, "I07000").api_ref_no();
    let instrument = |filed: Answer| filed.form()["instInfo"][0]["refNo"].as_str().unwrap().to_owned();
    let second = instrument(desk.file(&world, &form(1)).await);
    let anothers = instrument(stranger.file(&world, &form(1)).await);
    let mut bodies = Vec::new();
    for foreign in [&second, &anothers, NOBODYS_INSTRUMENT] {
        let asked = json!({ "apiRefNo": own, "instInfo": { "refNo": foreign } });
        let answer = desk.call(&world, "CheckPaymentStatus", &asked).await.expect(200, "E07113");
        assert_eq!(answer.pointers(), ["/eInstrument/rdForm/instInfo/refNo/0"]);
        bodies.push(answer.body);
    }
    assert!(bodies.windows(2).all(|pair| pair[0] == pair[1]));
}

behaviour! {
    anothers_filing_is_as_good_as_none,
    an_instrument_of_another_filing_is_told_apart_from_none_of_them,
}
