//! Nobody reaches another partner's data, and nobody learns that it exists.

mod matrix;
mod party;
mod proofs;

use super::{
    behaviour,
    world::{DEMO, Network, OTHER, OTHER_ACCOUNT, OTHER_TOKEN, World, payment},
};
use satang_gateway::demo::{CREDITOR_ACCOUNT, DRAWERS};
use satang_schema::direct_debit::{
    PaymentResult, RealTimePayment, TransactionFilter, TransactionStatusInquiry,
};

behaviour!(what_is_anothers_is_as_good_as_unknown, identifications_are_each_partners_own);

/// Changes one thing of a payment.
type Change = fn(&mut RealTimePayment);

/// A payment in which one thing is the other partner's, or nobody's.
async fn what_is_anothers_is_as_good_as_unknown(world: World<impl Network>) {
    world.add_other().await;
    let (mine, theirs) = (world.client(DEMO).await, world.client(OTHER).await);
    let made = payment("5000.00");
    let reference = mine.real_time_payment(&made).await.unwrap().payment_reference_identification;

    let pairs: [(Change, Change); 2] = [
        (
            |request| request.payer_information.payment_token = DRAWERS[0].token.parse().unwrap(),
            |request| request.payer_information.payment_token = "nobody's".parse().unwrap(),
        ),
        (
            |request| request.creditor_account_number = CREDITOR_ACCOUNT.parse().unwrap(),
            |request| request.creditor_account_number = "9999999999".parse().unwrap(),
        ),
    ];
    for (anothers, nobodys) in pairs {
        let mut answers = Vec::new();
        for change in [anothers, nobodys] {
            let mut request = payment("1.00");
            request.payer_information.payment_token = OTHER_TOKEN.parse().unwrap();
            request.creditor_account_number = OTHER_ACCOUNT.parse().unwrap();
            change(&mut request);
            answers.push(without_identity(theirs.real_time_payment(&request).await.unwrap()));
        }
        assert_eq!(answers[0], answers[1]);
        assert!(answers[0].status_reason_code.is_some());
    }

    let ask = |transaction_identification| TransactionStatusInquiry { transaction_identification };
    let anothers =
        theirs.transaction_status_inquiry(&ask(made.transaction_identification)).await.unwrap_err();
    let nobodys = theirs
        .transaction_status_inquiry(&ask(payment("1.00").transaction_identification))
        .await
        .unwrap_err();
    assert_eq!(anothers.to_string(), nobodys.to_string());

    let none = TransactionFilter::default;
    for filter in [
        TransactionFilter { transaction_identification: Some(made.transaction_identification), ..none() },
        TransactionFilter { payment_reference_identification: reference, ..none() },
        TransactionFilter {
            reference_number1: Some(made.transaction_information.reference_number1.clone()),
            payment_token: Some(made.payer_information.payment_token.clone()),
            ..none()
        },
    ] {
        let found = theirs.transaction_inquiry(&filter).await.unwrap().transaction_information;
        // Their own refused attempts name the same token; the payment that was made is not among them.
        assert!(found.iter().all(|f| f.transaction_identification != made.transaction_identification));
        let own = mine.transaction_inquiry(&filter).await.unwrap().transaction_information;
        assert_eq!(own.len(), 1, "the criterion finds its owner's");
    }
}

async fn identifications_are_each_partners_own(world: World<impl Network>) {
    world.add_other().await;
    let (mine, theirs) = (world.client(DEMO).await, world.client(OTHER).await);
    let first = payment("1.00");
    let mut second = payment("2.00");
    second.transaction_identification = first.transaction_identification;
    second.payer_information.payment_token = OTHER_TOKEN.parse().unwrap();
    second.creditor_account_number = OTHER_ACCOUNT.parse().unwrap();
    mine.real_time_payment(&first).await.unwrap();
    let answer = theirs.real_time_payment(&second).await.unwrap();
    assert_eq!(answer.payment_amount.unwrap().to_string(), "2.00");
    assert_eq!(world.effects().await, 2);
}

/// What two answers may differ in.
fn without_identity(mut answer: PaymentResult) -> PaymentResult {
    answer.transaction_identification.0 = uuid::Uuid::nil();
    answer.payment_reference_identification = None;
    answer
}
