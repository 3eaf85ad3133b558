//! Calls that go wrong on request.

use super::{
    behaviour,
    world::{DEMO, Network, OTHER, World, payment},
};
use satang_core::{Kind, Sent, direct_debit::Client};
use satang_direct_debit::{Charge, Charged};
use satang_gateway::demo::{CLIENT_ID, CREDITOR_ACCOUNT, DRAWERS};
use satang_schema::direct_debit::TransactionStatusInquiry;
use satang_schema::sandbox::{EventQuery, FaultKind, FaultQuery, FaultRemoval, NewFault};

behaviour!(
    a_payment_whose_answer_is_dropped_is_found_by_the_inquiry,
    an_error_is_answered_and_nothing_is_done,
    a_fault_strikes_its_partner_and_operation_only,
    a_fault_strikes_as_often_as_it_was_told_also_at_once,
    a_delayed_and_a_slow_answer_come_in_the_end,
    a_fault_that_cannot_be_is_refused,
);

fn fault(kind: FaultKind) -> NewFault {
    NewFault {
        kind,
        delay_milliseconds: (kind == FaultKind::Delay).then(|| 5.try_into().unwrap()),
        status: (kind == FaultKind::Error).then(|| 503.try_into().unwrap()),
        bytes_per_second: (kind == FaultKind::SlowBody).then(|| 100_000.try_into().unwrap()),
        partner: None,
        operation: "real_time_payment".parse().ok(),
        times: None,
    }
}

fn once(kind: FaultKind) -> NewFault {
    NewFault { times: 1.try_into().ok(), ..fault(kind) }
}

async fn struck(world: &World<impl Network>) -> usize {
    let query = EventQuery { kind: "fault.struck".parse().ok(), ..EventQuery::default() };
    world.control().list_events(&query).await.unwrap().events.len()
}

async fn a_payment_whose_answer_is_dropped_is_found_by_the_inquiry(world: World<impl Network>) {
    let control = world.control();
    control.add_fault(&once(FaultKind::DropAnswer)).await.unwrap();
    let request = payment("5000.00");
    let lost = world.client(DEMO).await.real_time_payment(&request).await.unwrap_err();
    assert_eq!((lost.kind(), lost.sent()), (Kind::Interrupted, Sent::Maybe), "{lost}");
    assert_eq!(world.effects().await, 1, "it was done all the same");

    control.add_fault(&once(FaultKind::DropAnswer)).await.unwrap();
    let bank = world.bank(DEMO).await;
    let charge = Charge::new(
        CREDITOR_ACCOUNT.parse().unwrap(),
        DRAWERS[0].token.parse().unwrap(),
        "7.00".parse().unwrap(),
        "LOST".parse().unwrap(),
    );
    let charged = bank.charge(&charge).await.unwrap();
    assert!(matches!(charged, Charged::Settled(_)), "{charged:?}");
    assert_eq!((world.effects().await, struck(&world).await), (2, 2));
}

async fn an_error_is_answered_and_nothing_is_done(world: World<impl Network>) {
    let (control, partner) = (world.control(), world.client(DEMO).await);
    for (status, code) in [(503, "SBX-5001"), (429, "SBX-4291"), (409, "SBX-4091"), (418, "SBX-5001")] {
        let fault = NewFault { status: status.try_into().ok(), ..once(FaultKind::Error) };
        control.add_fault(&fault).await.unwrap();
        let error = partner.real_time_payment(&payment("1.00")).await.unwrap_err();
        assert_eq!((error.status().unwrap().as_u16() as u64, error.code()), (status, Some(code)));
    }
    assert_eq!(world.effects().await, 0);
    partner.real_time_payment(&payment("1.00")).await.unwrap();
    assert!(control.list_faults(&FaultQuery::default()).await.unwrap().faults.is_empty(), "spent");
}

async fn a_fault_strikes_its_partner_and_operation_only(world: World<impl Network>) {
    world.add_other().await;
    let (control, mine, theirs) = (world.control(), world.client(DEMO).await, world.client(OTHER).await);
    let fault = NewFault { partner: CLIENT_ID.parse().ok(), ..fault(FaultKind::Error) };
    let added = control.add_fault(&fault).await.unwrap();
    assert_eq!((added.status, added.remaining, added.delay_milliseconds), (Some(503), None, None));

    mine.real_time_payment(&payment("1.00")).await.unwrap_err();
    theirs.real_time_payment(&payment("1.00")).await.unwrap();
    let inquiry = unknown();
    assert_eq!(mine.transaction_status_inquiry(&inquiry).await.unwrap_err().code(), Some("SBX-4041"));

    let removal = FaultRemoval { fault_identification: added.fault_identification.parse().unwrap() };
    control.remove_fault(&removal).await.unwrap();
    mine.real_time_payment(&payment("1.00")).await.unwrap();
    let error = control.remove_fault(&removal).await.unwrap_err();
    assert_eq!(error.code(), Some("SBX-4041"));
}

fn unknown() -> TransactionStatusInquiry {
    TransactionStatusInquiry { transaction_identification: payment("1.00").transaction_identification }
}

async fn a_fault_strikes_as_often_as_it_was_told_also_at_once(world: World<impl Network>) {
    let control = world.control();
    let partner = std::sync::Arc::new(world.client(DEMO).await);
    let fault = NewFault { times: 5.try_into().ok(), ..fault(FaultKind::Error) };
    control.add_fault(&fault).await.unwrap();
    let mut refused = 0;
    let payments = (0..20).map(|_| one_payment(&partner));
    for paid in join_all(payments).await {
        refused += usize::from(!paid);
    }
    assert_eq!((refused, struck(&world).await), (5, 5));
    assert_eq!(world.effects().await, 15);
}

async fn one_payment(partner: &Client<impl satang_core::Transport>) -> bool {
    partner.real_time_payment(&payment("1.00")).await.is_ok()
}

/// Polls all of them side by side.
async fn join_all<F: Future>(futures: impl Iterator<Item = F>) -> Vec<F::Output> {
    use std::{pin::Pin, task::Poll};
    let mut futures: Vec<Pin<Box<F>>> = futures.map(Box::pin).collect();
    let mut done: Vec<Option<F::Output>> = futures.iter().map(|_| None).collect();
    std::future::poll_fn(|cx| {
        for (future, done) in futures.iter_mut().zip(&mut done).filter(|(_, done)| done.is_none()) {
            if let Poll::Ready(output) = future.as_mut().poll(cx) {
                *done = Some(output);
            }
        }
        if done.iter().all(Option::is_some) { Poll::Ready(()) } else { Poll::Pending }
    })
    .await;
    done.into_iter().flatten().collect()
}

async fn a_delayed_and_a_slow_answer_come_in_the_end(world: World<impl Network>) {
    let (control, partner) = (world.control(), world.client(DEMO).await);
    control.add_fault(&once(FaultKind::Delay)).await.unwrap();
    control.add_fault(&once(FaultKind::SlowBody)).await.unwrap();
    let paid = partner.real_time_payment(&payment("3.00")).await.unwrap();
    assert_eq!(paid.payment_amount.unwrap().to_string(), "3.00");
    assert_eq!(struck(&world).await, 2);
}

async fn a_fault_that_cannot_be_is_refused(world: World<impl Network>) {
    let control = world.control();
    let strange = NewFault { operation: "no_such_operation".parse().ok(), ..fault(FaultKind::Error) };
    let error = control.add_fault(&strange).await.unwrap_err();
    assert_eq!(error.violations()[0].pointer.as_str(), "/operation");
    let nobodys = NewFault { partner: "nobody".parse().ok(), ..fault(FaultKind::Error) };
    assert_eq!(control.add_fault(&nobodys).await.unwrap_err().code(), Some("SBX-4041"));
    let bare = NewFault { status: None, ..fault(FaultKind::Error) };
    let error = control.add_fault(&bare).await.unwrap_err();
    assert_eq!((error.kind(), error.sent()), (Kind::Invalid, Sent::No), "the client knows the rule too");
    assert!(control.list_faults(&FaultQuery::default()).await.unwrap().faults.is_empty());
}
