//! Holds the callers' logs against the tables. It shares nothing with `satang audit`.

use super::log::{Call, Event};
use crate::{
    bank::{amount, payer, reference},
    books::{Books, Line, Payment},
};
use satang_gateway::demo;
use std::{
    collections::{HashMap, HashSet},
    fmt,
};

/// What the books say that they should not. Each entry names a payment or an account.
#[derive(Debug, Default, PartialEq)]
pub(crate) struct Verdict {
    /// Acknowledged, and not there.
    pub(crate) lost: Vec<String>,
    /// There more than once.
    pub(crate) doubled: Vec<String>,
    /// There, but not as it was asked for or acknowledged.
    pub(crate) altered: Vec<String>,
    /// There, and nobody asked for it.
    pub(crate) strange: Vec<String>,
    /// Accounts whose balance is not what it began with and the payments.
    pub(crate) unbalanced: Vec<String>,
}

impl Verdict {
    pub(crate) fn is_clean(&self) -> bool {
        *self == Self::default()
    }
}

impl fmt::Display for Verdict {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { lost, doubled, altered, strange, unbalanced } = self;
        write!(f, "{} lost, {} doubled", lost.len(), doubled.len())?;
        for (what, found) in [("altered", altered), ("strange", strange), ("unbalanced", unbalanced)] {
            if !found.is_empty() {
                write!(f, ", {} {what}", found.len())?;
            }
        }
        Ok(())
    }
}

/// Compares what the callers know with what the books say.
pub(crate) fn examine(calls: &[Call], books: &Books) -> Verdict {
    let mut verdict = Verdict::default();
    let mut found: HashMap<&str, Vec<&Payment>> = HashMap::new();
    for payment in &books.payments {
        found.entry(&payment.id).or_default().push(payment);
    }
    let mut expected = opening_balances();
    let mut known = HashSet::new();
    for call in calls {
        let id = call.id();
        match found.get(id.as_str()).map_or(&[][..], Vec::as_slice) {
            [] if call.answers().next().is_some() => verdict.lost.push(id.clone()),
            [] => {}
            [payment] => {
                known.insert(payment.reference.as_str());
                let is_told = has_its_slip(payment, books);
                if !is_as_asked(call, payment) || !has_moved_once(call, payment, books) || !is_told {
                    verdict.altered.push(id.clone());
                }
                if payment.status == "ACSC" {
                    *expected.entry(payer(&call.charge).account).or_default() -= amount(&call.charge);
                    *expected.entry(demo::CREDITOR_ACCOUNT).or_default() += amount(&call.charge);
                }
            }
            _ => verdict.doubled.push(id.clone()),
        }
        found.remove(id.as_str());
    }
    verdict.strange.extend(found.into_keys().map(str::to_owned));
    let caused = books.movements.keys().chain(books.slips.keys());
    verdict.strange.extend(caused.filter(|it| !known.contains(it.as_str())).cloned());
    check_balances(books, &expected, &mut verdict);
    verdict
}

/// What each account held before the first payment.
pub(crate) fn opening_balances() -> HashMap<&'static str, i64> {
    let mut balances: HashMap<_, _> = demo::DRAWERS.iter().map(|it| (it.account, it.balance)).collect();
    balances.insert(demo::FUNDING_ACCOUNT, -balances.values().sum::<i64>());
    balances.insert(demo::CREDITOR_ACCOUNT, 0);
    balances
}

/// The payment is the one that was asked for, ended as the demo customer's must, and is what its caller was told.
fn is_as_asked(call: &Call, payment: &Payment) -> bool {
    let drawer = payer(&call.charge);
    let (status, reason) = if drawer.maximum.is_some_and(|maximum| amount(&call.charge) > maximum) {
        ("RJCT", Some("AM14"))
    } else if drawer.balance == 0 {
        ("RJCT", Some("AM04"))
    } else {
        ("ACSC", None)
    };
    let told = call.answers().all(|answer| {
        reference(answer) == payment.reference
            && answer.processing_status.as_str() == payment.status
            && answer.payment_amount.is_some_and(|told| told.satang().0 == payment.amount)
    });
    let sent = call.events.iter().any(|event| matches!(event, Event::Sent));
    let same = payment.amount == amount(&call.charge)
        && payment.status == status
        && payment.reason.as_deref() == reason;
    told && sent && same
}

/// A settled payment has moved its amount from the payer to the creditor, a rejected one nothing.
fn has_moved_once(call: &Call, payment: &Payment, books: &Books) -> bool {
    let moved = books.movements.get(&payment.reference);
    if payment.status != "ACSC" {
        return moved.is_none();
    }
    let line = |account: &str, amount| Line { account: account.to_owned(), amount };
    let due = [
        line(payer(&call.charge).account, -amount(&call.charge)),
        line(demo::CREDITOR_ACCOUNT, amount(&call.charge)),
    ];
    moved.is_some_and(|lines| lines.len() == 2 && due.iter().all(|line| lines.contains(line)))
}

/// A settled payment has one slip, which says its amount; a rejected one has none.
fn has_its_slip(payment: &Payment, books: &Books) -> bool {
    let slips = books.slips.get(&payment.reference).map_or(&[][..], Vec::as_slice);
    if payment.status == "ACSC" { slips == [payment.amount] } else { slips.is_empty() }
}

/// Each balance is the opening one and the payments, and also the sum of its lines; no money comes from nowhere.
pub(crate) fn check_balances(books: &Books, expected: &HashMap<&str, i64>, verdict: &mut Verdict) {
    let mut sums: HashMap<&str, i64> = HashMap::new();
    for line in &books.lines {
        *sums.entry(&line.account).or_default() += line.amount;
    }
    for (account, balance) in &books.balances {
        let sum = sums.get(account.as_str()).copied().unwrap_or_default();
        if expected.get(account.as_str()) != Some(balance) || sum != *balance {
            verdict.unbalanced.push(account.clone());
        }
    }
    if sums.values().sum::<i64>() != 0 || books.balances.values().sum::<i64>() != 0 {
        verdict.unbalanced.push("all accounts".to_owned());
    }
}

mod tests;
