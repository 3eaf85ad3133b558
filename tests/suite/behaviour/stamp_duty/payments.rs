//! Duty is paid once, exactly, and is known to be paid.

use super::desk::{Desk, bill, form};
use crate::behaviour::{
    behaviour,
    world::{Network, World},
};
use satang_gateway::demo;
use satang_schema::Satang;

const PAYER: &str = demo::DRAWERS[0].account;
const DEPARTMENT: &str = "0000000009";

async fn a_filing_is_filed_paid_and_known_to_be_paid<N: Network>(world: World<N>) {
    let desk = Desk::of(&world, demo::FILER).await;
    let filed = desk.file(&world, &form(3)).await.expect(200, "I07000");
    let reference = filed.api_ref_no();
    let info = &filed.form()["paymentInfo"];
    assert_eq!(info["totalAmount"], 360.0);
    assert_eq!(info["expireDate"], "2026-03-16");
    let instruments = filed.form()["instInfo"].as_array().unwrap();
    assert_eq!(instruments.len(), 3);

    let unpaid = desk.payment_status(&world, &reference).await.expect(200, "I07000");
    assert_eq!(unpaid.form()["formStatus"], 2);
    assert_eq!(unpaid.form()["instInfo"][2]["instStatus"], "2");

    let before = world.balance(PAYER).await;
    let bill = bill(&filed);
    let paid = world.control().pay_stamp_duty(&bill).await.unwrap();
    assert_eq!(paid.api_ref_no, reference);
    assert_eq!(world.control().pay_stamp_duty(&bill).await.unwrap(), paid, "the same payment again");
    assert_eq!(world.balance(PAYER).await, Satang(before.0 - 36_000));
    assert_eq!(world.balance(DEPARTMENT).await, Satang(36_000));

    let status = desk.payment_status(&world, &reference).await.expect(200, "I07000");
    assert_eq!(status.form()["formStatus"], 1);
    for (one, filed) in status.form()["instInfo"].as_array().unwrap().iter().zip(instruments) {
        assert_eq!((&one["refNo"], &one["instStatus"]), (&filed["refNo"], &"1".into()));
    }
    world.audit().await;
}

behaviour! { a_filing_is_filed_paid_and_known_to_be_paid }
