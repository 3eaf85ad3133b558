//! The verdict is worth nothing unless it sees what is wrong: each sort of wrong is put into good tables.

use super::*;
use crate::filings::log::{Answer, Losses, Payment};
use satang_jose::PrivateKey;
use satang_schema::{Amount, DateTime, Satang, TransactionIdentification};
use satang_stamp_duty::{Accepted, FormSigner, Instrument, Paper, SignedFiling};
use serde_json::json;

/// A form of a guarantee that is paid, and one of 51 that is not; and the tables that go with them.
fn good() -> (Vec<Case>, Kept, Books) {
    let signer = FormSigner::new(PrivateKey::from_pem(demo::FILER_KEY).unwrap()).unwrap();
    let cases = [1, 51].map(|count| case(&signer, count));
    let filings = cases.iter().map(filing).collect();
    let line = |account: &str, amount| Line { account: account.to_owned(), amount };
    let moved = vec![line(demo::DRAWERS[0].account, -1_000), line(DEPARTMENT_ACCOUNT, 1_000)];
    let mut lines: Vec<_> = opening_balances().iter().map(|(account, sum)| line(account, *sum)).collect();
    lines.extend(moved.clone());
    let mut balances: HashMap<String, i64> = HashMap::new();
    for line in &lines {
        *balances.entry(line.account.clone()).or_default() += line.amount;
    }
    let movements = HashMap::from([("R1".to_owned(), moved)]);
    (
        cases.into(),
        Kept { filings },
        Books {
            payments: Vec::new(),
            slips: std::collections::HashMap::default(),
            movements,
            lines,
            balances,
        },
    )
}

fn case(signer: &FormSigner, count: usize) -> Case {
    let payer = || demo::FILERS[0].tax_id.parse().unwrap();
    let mut filing = satang_stamp_duty::Filing::new(format!("F{count}").parse().unwrap(), payer());
    for number in 1..=count {
        let (number, created) = (format!("G{number}").parse().unwrap(), "2026-02-21".parse().unwrap());
        filing = filing.with(Instrument::guarantee(Paper { number, created, payer: payer() }, None).unwrap());
    }
    let (reference, duty) = (format!("R{count}"), 1_000 * i64::try_from(count).unwrap());
    let instruments: Vec<_> = (1..=count).map(|number| json!({ "refNo": format!("P{number}") })).collect();
    let accepted = Accepted {
        api_ref_no: reference.parse().unwrap(),
        instruments: serde_json::from_value(instruments.into()).unwrap(),
        payment: None,
    };
    let mut case = Case {
        filer: &demo::FILERS[0],
        signed: SignedFiling::new(&filing, signer).unwrap(),
        instruments: count,
        duty,
        reference: None,
        accepted: None,
        payments: Vec::new(),
        losses: Losses::default(),
    };
    case.accepted(accepted);
    if count == 1 {
        case.payments = vec![paid(&reference, duty)];
    }
    case
}

fn paid(reference: &str, duty: i64) -> Payment {
    let (account_number, amount) =
        (demo::DRAWERS[0].account.parse().unwrap(), Amount::new(Satang(duty)).unwrap());
    let id = TransactionIdentification(uuid::Uuid::from_u128(1));
    let request = satang_core::sandbox::StampDutyPayment {
        transaction_identification: id,
        account_number,
        amount: Some(amount),
        reference1: None,
        reference2: None,
        qr_payment: None,
    };
    let answer = satang_core::sandbox::StampDutyPaid {
        transaction_identification: id,
        api_ref_no: reference.to_owned(),
        account_number: request.account_number.clone(),
        amount,
        balance: Satang(0),
        date_time: DateTime::in_bangkok(jiff::Timestamp::UNIX_EPOCH),
    };
    Payment { request, answer: Some(Answer::Paid(answer)) }
}

fn filing(case: &Case) -> Filing {
    let story =
        if case.is_large() { ["filing.received", "filing.filed"] } else { ["filing.filed", "filing.paid"] };
    Filing {
        filer: case.filer.username.to_owned(),
        request_id: case.signed.request_id().to_string(),
        reference: case.reference.as_ref().unwrap().to_string(),
        status: if case.is_large() { "FILED" } else { "PAID" }.to_owned(),
        amount: case.duty,
        instruments: (1..=case.instruments).map(|number| format!("P{number}")).collect(),
        story: story.map(str::to_owned).into(),
    }
}

#[test]
fn good_tables_are_good() {
    let (cases, kept, books) = good();
    assert_eq!(examine(&cases, &kept, &books), Verdict::default());
}

#[test]
fn whatever_is_wrong_is_seen() {
    type Spoil = fn(&mut Kept, &mut Books);
    let table: [(&str, Spoil, &str); 13] = [
        ("a filing is gone", |kept, _| drop(kept.filings.remove(1)), "1 lost, 0 doubled"),
        ("it is there twice", |kept, _| kept.filings.push(kept.filings[1].clone()), "0 lost, 1 doubled"),
        (
            "a stranger's",
            |kept, _| "other".clone_into(&mut kept.filings[1].filer),
            "1 lost, 0 doubled, 1 strange",
        ),
        ("another reference", |kept, _| kept.filings[1].reference.push('9'), "0 lost, 0 doubled, 1 altered"),
        ("another amount", |kept, _| kept.filings[1].amount += 1, "0 lost, 0 doubled, 1 altered"),
        (
            "an instrument less",
            |kept, _| drop(kept.filings[1].instruments.pop()),
            "0 lost, 0 doubled, 1 altered",
        ),
        (
            "paid by nobody",
            |kept, _| "PAID".clone_into(&mut kept.filings[1].status),
            "0 lost, 0 doubled, 1 altered",
        ),
        (
            "no longer paid",
            |kept, _| "FILED".clone_into(&mut kept.filings[0].status),
            "0 lost, 0 doubled, 1 altered",
        ),
        (
            "told twice",
            |kept, _| kept.filings[1].story.push("filing.filed".into()),
            "0 lost, 0 doubled, 1 altered",
        ),
        ("an untold step", |kept, _| drop(kept.filings[1].story.remove(0)), "0 lost, 0 doubled, 1 altered"),
        ("no money moved", |_, books| books.movements.clear(), "0 lost, 0 doubled, 1 altered"),
        (
            "it moved twice",
            |_, books| {
                let again = books.movements["R1"].clone();
                for line in &again {
                    *books.balances.get_mut(&line.account).unwrap() += line.amount;
                }
                books.lines.extend(again.clone());
                books.movements.get_mut("R1").unwrap().extend(again);
            },
            "0 lost, 0 doubled, 1 altered, 2 unbalanced",
        ),
        (
            "money moved for nobody",
            |_, books| drop(books.movements.insert("R9".into(), Vec::new())),
            "0 lost, 0 doubled, 1 strange",
        ),
    ];
    for (what, spoil, expected) in table {
        let (cases, mut kept, mut books) = good();
        spoil(&mut kept, &mut books);
        assert_eq!(examine(&cases, &kept, &books).to_string(), expected, "{what}");
    }
}

#[test]
#[should_panic(expected = "acknowledged, and not there")]
fn what_a_killed_gateway_lost_is_seen_at_once() {
    let (mut cases, ..) = good();
    cases[1].survived(None);
}

#[test]
#[should_panic(expected = "acknowledged as paid")]
fn what_a_killed_gateway_forgot_to_pay_is_seen_at_once() {
    let (mut cases, ..) = good();
    cases[0].survived(Some("FILED".to_owned()));
}
