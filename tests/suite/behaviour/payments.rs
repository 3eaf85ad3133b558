//! F: payments, their rejections, their repetition.

use super::{
    behaviour,
    world::{DEMO, Network, World, payment},
};
use satang_core::direct_debit::Client;
use satang_gateway::demo::{CREDITOR_ACCOUNT, DRAWERS};
use satang_schema::{
    Satang,
    direct_debit::{ProcessingStatus, RealTimePayment},
};

behaviour!(
    a_payment_moves_the_money_once,
    every_reason_rejects_without_moving_money,
    a_rejected_payment_stays_rejected,
    an_identification_stands_for_one_request,
    the_answer_tells_when_and_how_much,
);

async fn a_payment_moves_the_money_once(world: World<impl Network>) {
    let client = world.client(DEMO).await;
    let request = payment("5000.00");
    let before = world.balance(DRAWERS[0].account).await;
    let first = client.real_time_payment(&request).await.unwrap();
    assert_eq!(first.processing_status, ProcessingStatus::Settled);
    assert_eq!(first.status_reason_code, None);
    for _ in 0..3 {
        assert_eq!(client.real_time_payment(&request).await.unwrap(), first);
    }
    assert_eq!(world.effects().await, 1);
    assert_eq!(before.0 - world.balance(DRAWERS[0].account).await.0, 500_000);
    assert_eq!(world.balance(CREDITOR_ACCOUNT).await, Satang::from_baht(5000));
}

async fn every_reason_rejects_without_moving_money(world: World<impl Network>) {
    let client = world.client(DEMO).await;
    let token = |position: usize| DRAWERS[position].token;
    let cases = [
        ("AM04", token(1), CREDITOR_ACCOUNT, "0.01"),
        ("AC04", token(2), CREDITOR_ACCOUNT, "1.00"),
        ("AC06", token(3), CREDITOR_ACCOUNT, "1.00"),
        ("AM14", token(4), CREDITOR_ACCOUNT, "100.01"),
        // The gateway's own limit, where the token has none.
        ("AM14", token(0), CREDITOR_ACCOUNT, "700000.01"),
        ("MD01", token(5), CREDITOR_ACCOUNT, "1.00"),
        ("MD01", "no such token", CREDITOR_ACCOUNT, "1.00"),
        // Nobody's account, the payer's own, the bank's.
        ("AC03", token(0), "9999999999", "1.00"),
        ("AC03", token(0), DRAWERS[0].account, "1.00"),
        ("AC03", token(0), "0000000001", "1.00"),
    ];
    for (reason, token, creditor, amount) in cases {
        let mut request = payment(amount);
        request.payer_information.payment_token = token.parse().unwrap();
        request.creditor_account_number = creditor.parse().unwrap();
        let answer = client.real_time_payment(&request).await.unwrap();
        assert_eq!(answer.processing_status, ProcessingStatus::Rejected, "{reason}");
        assert_eq!(answer.status_reason_code.unwrap().as_str(), reason);
        assert!(answer.status_reason_description.is_some(), "{reason}");
    }
    assert_eq!(world.effects().await, 0);
    assert_eq!(world.balance(CREDITOR_ACCOUNT).await, Satang(0));
    for (token, amount) in [(token(4), "100.00"), (token(0), "700000.00")] {
        let mut request = payment(amount);
        request.payer_information.payment_token = token.parse().unwrap();
        let answer = client.real_time_payment(&request).await.unwrap();
        assert_eq!(answer.processing_status, ProcessingStatus::Settled, "just within the limit");
    }
}

/// Money that arrives later does not turn an answer that was given.
async fn a_rejected_payment_stays_rejected(world: World<impl Network>) {
    let client = world.client(DEMO).await;
    let mut request = payment("10.00");
    request.payer_information.payment_token = DRAWERS[1].token.parse().unwrap();
    let first = client.real_time_payment(&request).await.unwrap();
    assert_eq!(first.processing_status, ProcessingStatus::Rejected);
    let give = |tx: &mut satang_gateway::store::Tx<'_>| {
        tx.execute("UPDATE account SET balance = 100000 WHERE number = $1", &[DRAWERS[1].account.into()])
    };
    world.gateway.store().write::<_, satang_gateway::store::StoreError, _>(give).await.unwrap();
    assert_eq!(client.real_time_payment(&request).await.unwrap(), first);
    assert_eq!(world.effects().await, 0);
}

async fn an_identification_stands_for_one_request(world: World<impl Network>) {
    let client = world.client(DEMO).await;
    let request = payment("5000.00");
    client.real_time_payment(&request).await.unwrap();
    let changes: [fn(&mut RealTimePayment); 5] = [
        |request| request.transaction_information.payment_amount = "5000.01".parse().unwrap(),
        |request| request.transaction_information.reference_number1 = "OTHER".parse().unwrap(),
        |request| request.transaction_information.annotation = None,
        |request| request.creditor_account_number = "0457262824".parse().unwrap(),
        |request| request.payer_information.payment_token = DRAWERS[1].token.parse().unwrap(),
    ];
    for (position, change) in changes.into_iter().enumerate() {
        let mut other = request.clone();
        change(&mut other);
        let error = client.real_time_payment(&other).await.unwrap_err();
        assert_eq!(error.code(), Some("SBX-4091"), "change {position}");
    }
    assert_eq!(world.effects().await, 1);
}

async fn the_answer_tells_when_and_how_much(world: World<impl Network>) {
    let client: Client<_> = world.client(DEMO).await;
    let request = payment("0.01");
    let answer = client.real_time_payment(&request).await.unwrap();
    assert_eq!(answer.transaction_identification, request.transaction_identification);
    assert_eq!(answer.processing_date_time.unwrap().to_string(), "2026-03-01T09:00:00.000+07:00");
    assert_eq!(answer.payment_amount.unwrap().to_string(), "0.01");
}
