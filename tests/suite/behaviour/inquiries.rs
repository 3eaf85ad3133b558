//! G and H: what became of payments.

use super::{
    behaviour,
    world::{DEMO, Network, World, payment},
};
use jiff::SignedDuration;
use satang_core::{Entropy, System};
use satang_gateway::demo::{CREDITOR_ACCOUNT, DRAWERS};
use satang_schema::{
    TransactionIdentification,
    direct_debit::{ProcessingStatus, TransactionFilter, TransactionStatusInquiry},
};

behaviour!(
    a_status_inquiry_answers_as_the_payment_did,
    criteria_combine,
    a_range_includes_both_ends,
    what_would_be_too_much_is_refused,
);

async fn a_status_inquiry_answers_as_the_payment_did(world: World<impl Network>) {
    let client = world.client(DEMO).await;
    let mut poor = payment("1.00");
    poor.payer_information.payment_token = DRAWERS[1].token.parse().unwrap();
    for request in [payment("5000.00"), poor] {
        let answer = client.real_time_payment(&request).await.unwrap();
        // Later, so that a time made up on the way would show.
        world.clock.advance(SignedDuration::from_secs(60));
        let transaction_identification = request.transaction_identification;
        let inquiry = TransactionStatusInquiry { transaction_identification };
        assert_eq!(client.transaction_status_inquiry(&inquiry).await.unwrap(), answer);
    }
    let transaction_identification = TransactionIdentification(System.uuid());
    let unknown = TransactionStatusInquiry { transaction_identification };
    let error = client.transaction_status_inquiry(&unknown).await.unwrap_err();
    assert_eq!((error.status().unwrap().as_u16(), error.code()), (404, Some("SBX-4041")));
}

async fn criteria_combine(world: World<impl Network>) {
    let client = world.client(DEMO).await;
    let (mut settled, mut rejected) = (payment("1.00"), payment("2.00"));
    settled.transaction_information.reference_number1 = "A".parse().unwrap();
    settled.transaction_information.reference_number2 = None;
    settled.transaction_information.annotation = None;
    rejected.payer_information.payment_token = DRAWERS[1].token.parse().unwrap();
    let first = client.real_time_payment(&settled).await.unwrap();
    world.clock.advance(SignedDuration::from_secs(1));
    client.real_time_payment(&rejected).await.unwrap();

    let none = TransactionFilter::default;
    let by_id =
        TransactionFilter { transaction_identification: Some(settled.transaction_identification), ..none() };
    let cases = [
        (by_id.clone(), "A"),
        (
            TransactionFilter {
                payment_reference_identification: first.payment_reference_identification,
                ..none()
            },
            "A",
        ),
        (TransactionFilter { payment_token: DRAWERS[0].token.parse().ok(), ..none() }, "A"),
        (TransactionFilter { payment_token: DRAWERS[1].token.parse().ok(), ..none() }, "REF1"),
        (TransactionFilter { creditor_account_number: CREDITOR_ACCOUNT.parse().ok(), ..none() }, "A REF1"),
        (TransactionFilter { processing_status: Some(ProcessingStatus::Settled), ..none() }, "A"),
        (TransactionFilter { processing_status: Some(ProcessingStatus::Rejected), ..none() }, "REF1"),
        (TransactionFilter { processing_status: "ZZZZ".parse().ok(), ..none() }, ""),
        (TransactionFilter { reference_number1: "A".parse().ok(), ..none() }, "A"),
        (TransactionFilter { reference_number2: "REF2".parse().ok(), ..none() }, "REF1"),
        (TransactionFilter { processing_status: Some(ProcessingStatus::Rejected), ..by_id }, ""),
    ];
    for (position, (filter, expected)) in cases.into_iter().enumerate() {
        let list = client.transaction_inquiry(&filter).await.unwrap().transaction_information;
        let found: Vec<&str> =
            list.iter().map(|found| found.transaction_information.reference_number1.as_str()).collect();
        assert_eq!(found.join(" "), expected, "case {position}");
    }
}

async fn a_range_includes_both_ends(world: World<impl Network>) {
    let client = world.client(DEMO).await;
    client.real_time_payment(&payment("1.00")).await.unwrap();
    for (start, end, expected) in [
        ("2026-03-01T09:00:00+07:00", "2026-03-01T09:00:00+07:00", 1),
        // The same moment, written elsewhere.
        ("2026-03-01T02:00:00Z", "2026-03-01T02:00:00Z", 1),
        ("2026-03-01T09:00:00.001+07:00", "2026-03-02T09:00:00+07:00", 0),
        ("2026-02-28T09:00:00+07:00", "2026-03-01T08:59:59.999+07:00", 0),
        // 31 days to the second.
        ("2026-02-28T09:00:00+07:00", "2026-03-31T09:00:00+07:00", 1),
    ] {
        let filter = TransactionFilter {
            start_create_date_time: start.parse().ok(),
            end_create_date_time: end.parse().ok(),
            ..TransactionFilter::default()
        };
        let found = client.transaction_inquiry(&filter).await.unwrap().transaction_information;
        assert_eq!(found.len(), expected, "{start} to {end}");
    }
    let filter = TransactionFilter {
        start_create_date_time: "2026-02-28T09:00:00+07:00".parse().ok(),
        end_create_date_time: "2026-03-31T09:00:01+07:00".parse().ok(),
        ..TransactionFilter::default()
    };
    let error = client.transaction_inquiry(&filter).await.unwrap_err();
    assert_eq!(error.code(), Some("SBX-4004"));
    assert_eq!(error.violations()[0].pointer.as_str(), "/endCreateDateTime");
}

async fn what_would_be_too_much_is_refused(world: World<impl Network>) {
    let client = world.client(DEMO).await;
    let filter = TransactionFilter {
        creditor_account_number: CREDITOR_ACCOUNT.parse().ok(),
        ..TransactionFilter::default()
    };
    for _ in 0..1_000 {
        client.real_time_payment(&payment("0.01")).await.unwrap();
    }
    let found = client.transaction_inquiry(&filter).await.unwrap().transaction_information;
    assert_eq!(found.len(), 1_000);
    client.real_time_payment(&payment("0.01")).await.unwrap();
    let error = client.transaction_inquiry(&filter).await.unwrap_err();
    assert_eq!(error.code(), Some("SBX-4004"), "{error}");
}
