//! Duty is paid once, exactly, and is known to be paid.

use super::desk::{Desk, bill, form};
use crate::behaviour::{
    behaviour,
    world::{Network, World},
};
use base64::{Engine, engine::general_purpose::STANDARD as BASE64};
use bytes::Bytes;
use http::Request;
use satang_core::sandbox::StampDutyPayment;
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

async fn a_code_pays_as_references_do<N: Network>(world: World<N>) {
    let desk = Desk::of(&world, demo::FILER).await;
    let filed = desk.file(&world, &form(1)).await.expect(200, "I07000");
    let info = &filed.form()["paymentInfo"];
    let code = info["qrPayment"].as_str().unwrap();
    assert!(code.starts_with("00020101021230"), "{code}");
    assert!(info["payInSlipFile"].as_str().unwrap().starts_with("JVBERi0"), "a PDF file in base64");
    let references = bill(&filed);
    let by_code = StampDutyPayment {
        amount: None,
        reference1: None,
        reference2: None,
        qr_payment: code.parse().ok(),
        ..references.clone()
    };
    let mut spoiled = by_code.clone();
    spoiled.qr_payment = code.replace("120.00", "121.00").parse().ok();
    let refused = world.control().pay_stamp_duty(&spoiled).await.unwrap_err();
    assert_eq!(refused.violations()[0].pointer.as_str(), "/qrPayment");
    let paid = world.control().pay_stamp_duty(&by_code).await.unwrap();
    assert_eq!((paid.api_ref_no, paid.amount.to_string()), (filed.api_ref_no(), "120.00".to_owned()));
    world.audit().await;
}

async fn what_cannot_be_paid_moves_nothing<N: Network>(world: World<N>) {
    let desk = Desk::of(&world, demo::FILER).await;
    let filed = desk.file(&world, &form(1)).await.expect(200, "I07000");
    let right = bill(&filed);
    let drawer = |position: usize| demo::DRAWERS[position].account.parse().unwrap();
    let before = world.balance(PAYER).await;
    for (name, wrong, status) in [
        ("too little", StampDutyPayment { amount: "119.99".parse().ok(), ..right.clone() }, 409),
        ("too much", StampDutyPayment { amount: "120.01".parse().ok(), ..right.clone() }, 409),
        ("nobody's", StampDutyPayment { reference2: "0000012001".parse().ok(), ..right.clone() }, 404),
        (
            "no account",
            StampDutyPayment { account_number: "9999999999".parse().unwrap(), ..right.clone() },
            404,
        ),
        ("funding", StampDutyPayment { account_number: "0000000001".parse().unwrap(), ..right.clone() }, 404),
        ("no money", StampDutyPayment { account_number: drawer(1), ..right.clone() }, 409),
        ("closed", StampDutyPayment { account_number: drawer(2), ..right.clone() }, 409),
        ("blocked", StampDutyPayment { account_number: drawer(3), ..right.clone() }, 409),
    ] {
        let refused = world.control().pay_stamp_duty(&wrong).await.unwrap_err();
        assert_eq!(refused.status().map(|status| status.as_u16()), Some(status), "{name}: {refused}");
    }
    assert_eq!(world.balance(PAYER).await, before);
    desk.files(&world, "2", &filed.api_ref_no()).await.expect(200, "E07110");
    world.control().pay_stamp_duty(&right).await.unwrap();
    let second =
        StampDutyPayment { transaction_identification: bill(&filed).transaction_identification, ..right };
    let twice = world.control().pay_stamp_duty(&second).await.unwrap_err();
    assert_eq!(twice.status().map(|status| status.as_u16()), Some(409), "nobody pays twice");
    assert_eq!(world.balance(PAYER).await, Satang(before.0 - 12_000));
    world.audit().await;
}

async fn papers_are_the_same_each_time<N: Network>(world: World<N>) {
    let desk = Desk::of(&world, demo::FILER).await;
    let filed = desk.file(&world, &form(2)).await.expect(200, "I07000");
    let reference = filed.api_ref_no();
    desk.files(&world, "3", &reference).await.expect(200, "I07000");
    world.control().pay_stamp_duty(&bill(&filed)).await.unwrap();
    for (kind, members) in [
        ("1", &["verificationCode"][..]),
        ("2", &["receiptFile"]),
        ("3", &["formFile"]),
        ("4", &["formFile", "receiptFile", "verificationCode"]),
        ("5", &["form2File"]),
        ("6", &["form2File", "formFile", "receiptFile", "verificationCode"]),
        ("7", &["formUrl", "receiptUrl", "verificationUrl"]),
    ] {
        let answer = desk.files(&world, kind, &reference).await.expect(200, "I07000");
        let instruments = answer.form()["instInfo"].as_array().unwrap();
        assert_eq!(instruments.len(), 2);
        for instrument in instruments {
            let mut found: Vec<_> = instrument.as_object().unwrap().keys().map(String::as_str).collect();
            found.sort_unstable();
            let common = ["refNo", "specifiedTaxRegistration"];
            let mut expected: Vec<_> = members.iter().copied().chain(common).collect();
            expected.sort_unstable();
            assert_eq!(found, expected, "{kind}");
        }
        assert_eq!(desk.files(&world, kind, &reference).await.body, answer.body, "{kind}");
    }
    let addresses = desk.files(&world, "7", &reference).await;
    let get = async |address: &str| {
        let path = address.strip_prefix("http://127.0.0.1:8700").unwrap();
        let answer = world.send(Request::get(path).body(Bytes::new()).unwrap()).await;
        (answer.status().as_u16(), answer.into_body())
    };
    let first = &addresses.form()["instInfo"][0];
    let [form_url, receipt_url, verification_url] =
        ["formUrl", "receiptUrl", "verificationUrl"].map(|name| first[name].as_str().unwrap());
    for url in [form_url, receipt_url] {
        let (status, paper) = get(url).await;
        assert!(status == 200 && paper.starts_with(b"%PDF-"), "{url}");
    }
    let (_, paper) = get(receipt_url).await;
    let receipt = desk.files(&world, "2", &reference).await;
    assert_eq!(receipt.form()["instInfo"][0]["receiptFile"], BASE64.encode(paper), "the same paper");
    assert_eq!(get(verification_url).await.0, 200);
    let second = addresses.form()["instInfo"][1]["refNo"].as_str().unwrap();
    let others = receipt_url.replace(first["refNo"].as_str().unwrap(), second);
    for wrong in
        [others, receipt_url.replace(".pdf", ""), format!("{receipt_url}/x"), receipt_url.replace("/P", "/X")]
    {
        assert_eq!(get(&wrong).await, (404, Bytes::new()), "{wrong}");
    }
    desk.files(&world, "8", &reference).await.expect(400, "E07114");
    let nothing = desk.call(&world, "ReqFormReceiptFile", &serde_json::json!({ "requestType": "2" })).await;
    assert_eq!(nothing.expect(400, "E07115").pointers(), ["/eInstrument/rdForm/apiRefNo"]);
}

behaviour! {
    a_filing_is_filed_paid_and_known_to_be_paid,
    a_code_pays_as_references_do,
    what_cannot_be_paid_moves_nothing,
    papers_are_the_same_each_time,
}
