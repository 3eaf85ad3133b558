//! What becomes of a filing: filed once, verified when it is large, expired, cancelled.

use super::desk::{Desk, bill, form};
use crate::behaviour::{
    behaviour,
    world::{Network, World},
};
use satang_core::sandbox::{ClockAdvance, FilingChange, FilingQuery};
use satang_gateway::demo;
use serde_json::json;

async fn advance<N: Network>(world: &World<N>, by: &str) {
    let advance = ClockAdvance { duration: by.parse().unwrap() };
    world.control().advance_clock(&advance).await.unwrap();
}

async fn the_same_form_again_gets_the_first_answer<N: Network>(world: World<N>) {
    let desk = Desk::of(&world, demo::FILER).await;
    let form = form(2);
    let first = desk.file(&world, &form).await.expect(200, "I07000");
    let again = desk.file(&world, &form).await.expect(200, "I07000");
    assert_eq!(first.body, again.body);
    world.control().pay_stamp_duty(&bill(&first)).await.unwrap();
    assert_eq!(desk.file(&world, &form).await.body, first.body, "also when it is paid");
    // Written otherwise, it is the same form.
    let mut other = form.clone();
    other["instInfo"][0]["instAmount"] = json!(120_000);
    assert_eq!(desk.file(&world, &other).await.body, first.body);
    other["instInfo"][0]["instAmount"] = json!(120_001);
    desk.file(&world, &other).await.expect(200, "E07108");
    assert_eq!(world.count("SELECT count(*) FROM filing WHERE filer = $1", demo::FILER).await, 1);
    world.audit().await;
}

async fn an_instrument_is_filed_once_while_its_filing_stands<N: Network>(world: World<N>) {
    let desk = Desk::of(&world, demo::FILER).await;
    let form = form(3);
    let filed = desk.file(&world, &form).await.expect(200, "I07000");
    let mut second = form.clone();
    second["documentDetail"]["requestId"] = "another".into();
    second["instInfo"][0]["id"] = "another".into();
    let refused = desk.file(&world, &second).await.expect(200, "E07108");
    assert_eq!(
        refused.pointers(),
        ["/eInstrument/rdForm/instInfo/1/id", "/eInstrument/rdForm/instInfo/2/id"]
    );
    // Within one filing as well.
    let mut twice = super::desk::form(2);
    twice["instInfo"][1] = twice["instInfo"][0].clone();
    assert_eq!(
        desk.file(&world, &twice).await.expect(200, "E07108").pointers(),
        ["/eInstrument/rdForm/instInfo/1/id"]
    );
    // Nothing of what was refused is left.
    assert_eq!(
        world.count("SELECT count(*) FROM instrument WHERE filing <> $1", &filed.api_ref_no()).await,
        0
    );
    // Another filer's instruments are its own, and a second filing says that it is one.
    let agent = Desk::of(&world, "demo-agent").await;
    agent.file(&world, &form).await.expect(200, "I07000");
    let change = FilingChange { api_ref_no: filed.api_ref_no().parse().unwrap() };
    world.control().cancel_filing(&change).await.unwrap();
    desk.file(&world, &second).await.expect(200, "I07000");
}

async fn a_large_filing_is_verified_first<N: Network>(world: World<N>) {
    let desk = Desk::of(&world, demo::FILER).await;
    desk.file(&world, &form(50)).await.expect(200, "I07000");
    let large = form(51);
    let received = desk.file(&world, &large).await.expect(200, "I07001");
    let reference = received.api_ref_no();
    assert!(received.form().get("paymentInfo").is_none() && received.form().get("instInfo").is_none());
    desk.filing_status(&world, &reference).await.expect(200, "P07000");
    desk.payment_status(&world, &reference).await.expect(200, "P07000");
    desk.files(&world, "3", &reference).await.expect(200, "P07000");

    advance(&world, "29s").await;
    desk.filing_status(&world, &reference).await.expect(200, "P07000");
    advance(&world, "1s").await;
    let filed = desk.filing_status(&world, &reference).await.expect(200, "I07000");
    assert_eq!(filed.form()["instInfo"].as_array().unwrap().len(), 51);
    assert_eq!(filed.form()["paymentInfo"]["totalAmount"], 6_120.0);
    assert_eq!(desk.file(&world, &large).await.expect(200, "I07001").body, received.body);
    let verified = "SELECT count(*) FROM event WHERE kind = 'filing.filed' AND subject = $1";
    assert_eq!(world.count(verified, &reference).await, 1);
    world.control().pay_stamp_duty(&bill(&filed)).await.unwrap();
    world.audit().await;
}

async fn a_thousand_instruments_make_one_filing<N: Network>(world: World<N>) {
    let desk = Desk::of(&world, demo::FILER).await;
    let reference = desk.file(&world, &form(1000)).await.expect(200, "I07001").api_ref_no();
    advance(&world, "1m").await;
    let filed = desk.filing_status(&world, &reference).await.expect(200, "I07000");
    assert_eq!(filed.form()["instInfo"].as_array().unwrap().len(), 1000);
    let too_many = desk.file(&world, &form(1001)).await.expect(400, "E07114");
    assert!(too_many.pointers().iter().all(|pointer| pointer.starts_with("/eInstrument/rdForm")));
}

async fn a_filing_that_nobody_pays_expires<N: Network>(world: World<N>) {
    let desk = Desk::of(&world, demo::FILER).await;
    let form = form(1);
    let filed = desk.file(&world, &form).await.expect(200, "I07000");
    let reference = filed.api_ref_no();
    // The sixteenth of March is the last day, to its end in Bangkok.
    advance(&world, "PT374H59M").await;
    let desk = Desk::of(&world, demo::FILER).await;
    desk.filing_status(&world, &reference).await.expect(200, "I07000");
    advance(&world, "1m").await;
    desk.filing_status(&world, &reference).await.expect(200, "E07109");
    let unpaid = desk.payment_status(&world, &reference).await.expect(200, "I07000");
    assert_eq!(unpaid.form()["formStatus"], 2);
    let late = world.control().pay_stamp_duty(&bill(&filed)).await.unwrap_err();
    assert!(late.to_string().contains("E07109"), "{late}");
    let listed = world.control().list_filings(&FilingQuery::default()).await.unwrap().filings;
    assert_eq!(listed[0].status.as_str(), "EXPIRED");
    // The same form gets its first answer; to be paid, its instruments are filed anew.
    assert_eq!(desk.file(&world, &form).await.body, filed.body);
    let mut anew = form.clone();
    anew["documentDetail"]["requestId"] = "anew".into();
    desk.file(&world, &anew).await.expect(200, "I07000");
    world.audit().await;
}

async fn a_cancelled_filing_says_so_everywhere<N: Network>(world: World<N>) {
    let desk = Desk::of(&world, demo::FILER).await;
    let filed = desk.file(&world, &form(1)).await.expect(200, "I07000");
    let reference = filed.api_ref_no();
    let change = FilingChange { api_ref_no: reference.parse().unwrap() };
    let cancelled = world.control().cancel_filing(&change).await.unwrap();
    assert_eq!(cancelled.status.as_str(), "CANCELLED");
    let again = world.control().cancel_filing(&change).await.unwrap_err();
    assert_eq!(again.status().map(|status| status.as_u16()), Some(409));
    desk.filing_status(&world, &reference).await.expect(200, "E07111");
    desk.payment_status(&world, &reference).await.expect(200, "E07111");
    desk.files(&world, "2", &reference).await.expect(200, "E07111");
    let late = world.control().pay_stamp_duty(&bill(&filed)).await.unwrap_err();
    assert_eq!(late.status().map(|status| status.as_u16()), Some(409));
    world.audit().await;
}

behaviour! {
    the_same_form_again_gets_the_first_answer,
    an_instrument_is_filed_once_while_its_filing_stands,
    a_large_filing_is_verified_first,
    a_thousand_instruments_make_one_filing,
    a_filing_that_nobody_pays_expires,
    a_cancelled_filing_says_so_everywhere,
}
