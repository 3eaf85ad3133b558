//! The auditor is worth nothing unless it sees what is wrong: each sort of wrong is put into good books.

use super::*;
use crate::bank::charge;
use satang_direct_debit::wire::{PaymentResult, ProcessingStatus};
use satang_schema::{Amount, DateTime, Satang};

/// A settled payment of 10.00, a rejected one, and one that was sent into nowhere; and the books that go with them.
fn good() -> (Vec<Call>, Books) {
    let [payer, poor, ..] = &demo::DRAWERS;
    let mut calls: Vec<_> = [payer, poor, payer]
        .map(|drawer| Call { charge: charge(drawer, Satang(1_000), "REF"), events: vec![Event::Sent] })
        .into();
    let settled = acknowledge(&mut calls[0], "settled", ProcessingStatus::Settled, None);
    let rejected = acknowledge(&mut calls[1], "rejected", ProcessingStatus::Rejected, Some("AM04"));
    calls[2].events.push(Event::Unknown);

    let line = |account: &str, amount| Line { account: account.to_owned(), amount };
    let moved = vec![line(payer.account, -1_000), line(demo::CREDITOR_ACCOUNT, 1_000)];
    let mut lines: Vec<_> =
        opening_balances().into_iter().map(|(account, balance)| line(account, balance)).collect();
    lines.extend(moved.clone());
    let mut balances: HashMap<_, _> =
        opening_balances().into_iter().map(|(account, balance)| (account.to_owned(), balance)).collect();
    *balances.get_mut(payer.account).unwrap() -= 1_000;
    *balances.get_mut(demo::CREDITOR_ACCOUNT).unwrap() += 1_000;
    let movements = HashMap::from([("settled".to_owned(), moved)]);
    let slips = HashMap::from([("settled".to_owned(), vec![1_000])]);
    (calls, Books { payments: vec![settled, rejected], movements, slips, lines, balances })
}

fn acknowledge(call: &mut Call, reference: &str, status: ProcessingStatus, reason: Option<&str>) -> Payment {
    call.events.push(Event::Acknowledged(PaymentResult {
        transaction_identification: call.charge.transaction_identification(),
        payment_reference_identification: reference.parse().ok(),
        processing_status: status.clone(),
        processing_date_time: Some(DateTime::in_bangkok(jiff::Timestamp::UNIX_EPOCH)),
        payment_amount: Amount::new(Satang(amount(&call.charge))).ok(),
        status_reason_code: reason.map(|reason| reason.parse().unwrap()),
        status_reason_description: None,
    }));
    Payment {
        id: call.id(),
        reference: reference.to_owned(),
        amount: amount(&call.charge),
        status: status.as_str().to_owned(),
        reason: reason.map(str::to_owned),
    }
}

/// What the auditor says of good books into which `spoil` puts something.
fn found(spoil: impl FnOnce(&mut Vec<Call>, &mut Books)) -> String {
    let (mut calls, mut books) = good();
    spoil(&mut calls, &mut books);
    examine(&calls, &books).to_string()
}

#[test]
fn good_books_are_good() {
    let (calls, books) = good();
    assert_eq!(examine(&calls, &books), Verdict::default());
}

#[test]
fn a_payment_that_is_gone() {
    // Neither as a payment nor as a movement; its money is back where it was.
    let gone = found(|_, books| {
        books.payments.remove(0);
        books.movements.clear();
        books.slips.clear();
        books.lines.truncate(opening_balances().len());
        books.balances = opening_balances().into_iter().map(|(it, sum)| (it.to_owned(), sum)).collect();
    });
    assert_eq!(gone, "1 lost, 0 doubled");
    let rejected = found(|_, books| {
        books.payments.remove(1);
    });
    assert_eq!(rejected, "1 lost, 0 doubled");
    let only_the_movement = found(|_, books| books.movements.clear());
    assert_eq!(only_the_movement, "0 lost, 0 doubled, 1 altered");
}

#[test]
fn a_payment_that_was_made_twice() {
    let twice = found(|_, books| books.payments.push(books.payments[1].clone()));
    assert_eq!(twice, "0 lost, 1 doubled");
    // One row, but the money moved twice: the books balance all the same.
    let moved_twice = found(|_, books| {
        let again = books.movements["settled"].clone();
        books.lines.extend(again.clone());
        for line in &again {
            *books.balances.get_mut(&line.account).unwrap() += line.amount;
        }
        books.movements.get_mut("settled").unwrap().extend(again);
    });
    assert_eq!(moved_twice, "0 lost, 0 doubled, 1 altered, 2 unbalanced");
}

#[test]
fn a_payment_that_is_not_what_was_acknowledged() {
    assert_eq!(found(|_, books| books.payments[0].amount += 1), "0 lost, 0 doubled, 1 altered");
    let other_reference = found(|_, books| {
        books.payments[1].reference = "other".to_owned();
    });
    assert_eq!(other_reference, "0 lost, 0 doubled, 1 altered");
    let other_reason = found(|_, books| books.payments[1].reason = Some("AC04".to_owned()));
    assert_eq!(other_reason, "0 lost, 0 doubled, 1 altered");
}

#[test]
fn a_payment_whose_slip_is_not_right() {
    let spoilt: [fn(&mut Books); 4] = [
        |books| books.slips.clear(),
        |books| *books.slips.get_mut("settled").unwrap() = vec![999],
        |books| books.slips.get_mut("settled").unwrap().push(1_000),
        |books| drop(books.slips.insert("rejected".to_owned(), vec![1_000])),
    ];
    for (number, spoil) in spoilt.into_iter().enumerate() {
        assert_eq!(found(|_, books| spoil(books)), "0 lost, 0 doubled, 1 altered", "{number}");
    }
}

#[test]
fn what_nobody_asked_for() {
    let payment = found(|_, books| {
        books.payments.push(Payment { id: "stranger".to_owned(), ..books.payments[1].clone() });
    });
    assert_eq!(payment, "0 lost, 0 doubled, 1 strange");
    let movement = found(|_, books| {
        books.movements.insert("stranger".to_owned(), Vec::new());
    });
    assert_eq!(movement, "0 lost, 0 doubled, 1 strange");
    let slip = found(|_, books| {
        books.slips.insert("stranger".to_owned(), vec![1_000]);
    });
    assert_eq!(slip, "0 lost, 0 doubled, 1 strange");
}

#[test]
fn money_from_nowhere() {
    let balance = found(|_, books| *books.balances.get_mut(demo::CREDITOR_ACCOUNT).unwrap() += 1);
    assert_eq!(balance, "0 lost, 0 doubled, 2 unbalanced", "the account, and all accounts together");
    let line = found(|_, books| books.lines[0].amount += 1);
    assert_eq!(line, "0 lost, 0 doubled, 2 unbalanced");
}
