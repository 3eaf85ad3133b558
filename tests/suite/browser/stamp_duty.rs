//! A filing in the console: seen, paid by a button once, with papers that open; in Thai on a phone, in English on a desk.

use super::{Browser, Served, Window, console::log_in, served::ADMIN_KEY};
use bytes::Bytes;
use http::Request;
use http_body_util::Full;
use satang_core::System;
use satang_gateway::{
    demo,
    store::{StoreError, Tx},
};
use satang_jose::PrivateKey;
use satang_schema::Satang;
use satang_stamp_duty::{
    Filer, Filing, FormSigner, Instrument, Paper, StampDuty, Submitted, wire::SenderRole,
};
use satang_transport::Client;
use std::sync::Arc;

/// What the pages say, in the language of a window.
struct Words {
    section: &'static str,
    open: &'static str,
    paid: &'static str,
    receipt: &'static str,
    form: &'static str,
    refused: &'static str,
}

const LOOKS: [(&str, Window, Words); 2] = [
    (
        "phone-th",
        Window::PHONE.without_script(),
        Words {
            section: "อากรแสตมป์",
            open: "รอชำระ",
            paid: "ชำระแล้ว",
            receipt: "ใบเสร็จ",
            form: "แบบ อ.ส.9",
            refused: "ไม่ได้ดำเนินการ",
        },
    ),
    (
        "desktop-en",
        Window::DESKTOP,
        Words {
            section: "Stamp duty",
            open: "To be paid",
            paid: "Paid",
            receipt: "Receipt",
            form: "Form",
            refused: "This was not done",
        },
    ),
];

/// Files two guarantees over HTTP, as a filer does, and returns the reference.
async fn file(served: &Served) -> String {
    let filer = Filer {
        username: demo::FILER.parse().unwrap(),
        password: demo::FILER_PASSWORD.parse().unwrap(),
        sender: demo::FILER_SENDER.parse().unwrap(),
        role: SenderRole::DutyPayer,
    };
    let signer = FormSigner::new(PrivateKey::from_pem(demo::FILER_KEY).unwrap()).unwrap();
    let department = StampDuty::new(Client::builder(&served.url).build().unwrap(), filer, signer);
    let payer = || demo::FILERS[0].tax_id.parse().unwrap();
    let mut filing = Filing::new("REQ-2569-000001".parse().unwrap(), payer());
    for (number, limit) in [("2569/01", None), ("2569/02", Some(Satang::from_baht(10_000)))] {
        let (number, created) = (number.parse().unwrap(), "2026-02-21".parse().unwrap());
        filing =
            filing.with(Instrument::guarantee(Paper { number, created, payer: payer() }, limit).unwrap());
    }
    let signed = department.sign(&filing).unwrap();
    match department.file(&signed).await {
        Ok(Submitted::Accepted(accepted)) => accepted.api_ref_no.to_string(),
        other => panic!("{other:?}"),
    }
}

/// How often duty has been paid, and how much in all.
async fn duty_paid(served: &Served) -> (i64, i64) {
    let sql = "SELECT count(*), CAST(coalesce(sum(amount), 0) AS BIGINT) FROM entry WHERE account_number = '0000000009'";
    let read = move |tx: &mut Tx<'_>| tx.query_one(sql, &[], |row| Ok((row.int(0)?, row.int(1)?)));
    served.gateway.store().read::<_, StoreError, _>(read).await.unwrap().unwrap()
}

async fn look(browser: &Browser, name: &str, look: &str) {
    browser.assert_fits(name).await;
    browser.picture(&format!("stamp-duty-{name}-{look}")).await;
}

#[tokio::test]
async fn a_filing_is_seen_paid_once_by_a_button_and_has_papers() {
    for (name, window, words) in LOOKS {
        let Some(browser) = Browser::open(window).await else { return };
        let Some(colleague) = Browser::open(window).await else { return };
        // With the machine's clock, by which a filer logs in.
        let served = Served::with(|options| {
            options.admin_key = Some(ADMIN_KEY.into());
            options.clock = Arc::new(System);
        })
        .await;
        let reference = file(&served).await;
        log_in(&browser, &served).await;
        browser.follow(words.section).await;
        let row = browser.text("main tbody tr").await;
        for said in ["15.00", words.open, demo::FILER, &reference] {
            assert!(row.contains(said), "{said}: {row}");
        }
        look(&browser, "list", name).await;
        browser.turn_over("main tbody a").await;
        let path = browser.path().await;
        assert_eq!(path, format!("/console/stamp-duty/{reference}"));
        let shown = browser.text("main").await;
        for said in ["2569/01", "2569/02", "10.00", "5.00", "REQ-2569-000001", "filing.filed"] {
            assert!(shown.contains(said), "{said}: {shown}");
        }
        assert!(!shown.contains(words.receipt), "there is no receipt yet: {shown}");
        look(&browser, "open", name).await;

        log_in(&colleague, &served).await;
        colleague.go(&served.at(&path)).await;
        browser.turn_over("button[value=pay]").await;
        assert_eq!(browser.path().await, path);
        let shown = browser.text("main").await;
        assert!(shown.contains(words.paid) && shown.contains("filing.paid"), "{shown}");
        assert_eq!(browser.count("main form").await, 0, "there is nothing left to pay or to cancel");
        look(&browser, "paid", name).await;

        // A page that was opened before still has its button.
        colleague.turn_over("button[value=pay]").await;
        assert_eq!(colleague.text("h1").await, words.refused);
        look(&colleague, "refused", name).await;
        colleague.turn_over("main a").await;
        assert!(colleague.text("main").await.contains("filing.paid"), "the way back shows how it stands");
        assert_eq!(duty_paid(&served).await, (1, 1_500), "it is paid once");

        for paper in [words.form, words.receipt] {
            browser.go(&served.at(&path)).await;
            browser.follow(paper).await;
            let address = browser.path().await;
            assert!(address.starts_with("/stamp-papers/P"), "{address}");
            let request = Request::get(address).body(Full::new(Bytes::new())).unwrap();
            let answer = served.gateway.site().answer(request).await;
            assert!(answer.status().is_success() && answer.body().starts_with(b"%PDF-"), "{answer:?}");
        }
        browser.close().await;
        colleague.close().await;
    }
}
