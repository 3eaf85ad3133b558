//! Holds the filers' logs against the tables. It shares nothing with `satang audit`.

use super::log::Case;
use crate::{
    books::{Books, Line},
    crash::{Verdict, check_balances, opening_balances},
};
use satang_gateway::{
    demo,
    store::{Store, StoreError, Tx},
};
use std::{
    collections::{HashMap, HashSet},
    path::Path,
};

/// Where duty goes.
const DEPARTMENT_ACCOUNT: &str = "0000000009";

/// What the tables say of filings, read past all code that wrote them.
#[derive(Clone, Debug)]
pub(super) struct Kept {
    pub(super) filings: Vec<Filing>,
}

#[derive(Clone, Debug, PartialEq)]
pub(super) struct Filing {
    pub(super) filer: String,
    pub(super) request_id: String,
    pub(super) reference: String,
    pub(super) status: String,
    /// In satang.
    pub(super) amount: i64,
    /// The reference of each instrument, in order.
    pub(super) instruments: Vec<String>,
    /// The events that tell of it, in order.
    pub(super) story: Vec<String>,
}

impl Kept {
    pub(super) async fn read(data: &Path) -> Self {
        let store = Store::open_read_only(data).expect("a store can be read");
        let kept = store.read(read).await.expect("a store can be read");
        store.close().await.expect("a store can be closed");
        kept
    }
}

fn read(tx: &mut Tx<'_>) -> Result<Kept, StoreError> {
    let pairs = |tx: &mut Tx<'_>, sql: &str| -> Result<HashMap<String, Vec<String>>, StoreError> {
        let mut found: HashMap<_, Vec<_>> = HashMap::new();
        for (of, what) in tx.query(sql, &[], |row| Ok((row.text(0)?, row.text(1)?)))? {
            found.entry(of).or_default().push(what);
        }
        Ok(found)
    };
    let mut instruments = pairs(tx, "SELECT filing, ref_no FROM instrument ORDER BY filing, position")?;
    let mut stories =
        pairs(tx, "SELECT subject, kind FROM event WHERE kind LIKE 'filing.%' ORDER BY position")?;
    let sql = "SELECT filer, request_id, api_ref_no, status, total_amount FROM filing";
    let filings = tx.query(sql, &[], |row| {
        let reference = row.text(2)?;
        Ok(Filing {
            filer: row.text(0)?,
            request_id: row.text(1)?,
            status: row.text(3)?,
            amount: row.int(4)?,
            instruments: instruments.remove(&reference).unwrap_or_default(),
            story: stories.remove(&reference).unwrap_or_default(),
            reference,
        })
    })?;
    Ok(Kept { filings })
}

/// Where a filing stands in what a killed gateway left, if it is there.
pub(super) async fn status_of(data: &Path, case: &Case) -> Option<String> {
    let (filer, request_id) = (case.filer.username, case.signed.request_id().to_string());
    let sql = "SELECT status FROM filing WHERE filer = $1 AND request_id = $2";
    let question = move |tx: &mut Tx<'_>| {
        tx.query_one(sql, &[filer.into(), request_id.as_str().into()], |row| row.text(0))
    };
    let store = Store::open_read_only(data).expect("a store can be read");
    let status = store.read::<_, StoreError, _>(question).await.expect("a store can be read");
    store.close().await.expect("a store can be closed");
    status
}

/// Compares what the filers know with what the tables say.
pub(super) fn examine(cases: &[Case], kept: &Kept, books: &Books) -> Verdict {
    let mut verdict = Verdict::default();
    let mut found: HashMap<(&str, &str), Vec<&Filing>> = HashMap::new();
    for filing in &kept.filings {
        found.entry((&filing.filer, &filing.request_id)).or_default().push(filing);
    }
    let mut expected = opening_balances();
    let mut known = HashSet::new();
    for case in cases {
        let name = case.signed.request_id().as_str();
        match found.remove(&(case.filer.username, name)).unwrap_or_default()[..] {
            [] => verdict.lost.push(name.to_owned()),
            [filing] => {
                known.insert(filing.reference.as_str());
                if !is_as_told(case, filing) || !has_moved_once(case, filing, books) {
                    verdict.altered.push(name.to_owned());
                }
                if case.paid().is_some() {
                    *expected.entry(demo::DRAWERS[0].account).or_default() -= case.duty;
                    *expected.entry(DEPARTMENT_ACCOUNT).or_default() += case.duty;
                }
            }
            _ => verdict.doubled.push(name.to_owned()),
        }
    }
    verdict.strange.extend(found.into_keys().map(|(_, name)| name.to_owned()));
    verdict.strange.extend(books.movements.keys().filter(|it| !known.contains(it.as_str())).cloned());
    check_balances(books, &expected, &mut verdict);
    verdict
}

/// The filing is the one that was sent, with the references that were told, and everything happened to it once.
fn is_as_told(case: &Case, filing: &Filing) -> bool {
    let told = case.accepted.iter().flat_map(|accepted| &accepted.instruments);
    let told: Vec<_> = told.filter_map(|it| it.ref_no.as_ref()).map(|ref_no| ref_no.as_str()).collect();
    let is_paid = case.paid().is_some();
    let story = [("filing.received", case.is_large()), ("filing.filed", true), ("filing.paid", is_paid)];
    let story: Vec<_> = story.into_iter().filter(|(_, happened)| *happened).map(|(kind, _)| kind).collect();
    case.reference.as_ref().is_some_and(|told| told.as_str() == filing.reference)
        && told.len() == case.instruments
        && filing.instruments == told
        && filing.amount == case.duty
        && filing.status == if is_paid { "PAID" } else { "FILED" }
        && filing.story == story
}

/// A paid filing has moved its duty from the payer to the Department, another nothing.
fn has_moved_once(case: &Case, filing: &Filing, books: &Books) -> bool {
    let moved = books.movements.get(&filing.reference);
    if case.paid().is_none() {
        return moved.is_none();
    }
    let line = |account: &str, amount| Line { account: account.to_owned(), amount };
    let due = [line(demo::DRAWERS[0].account, -case.duty), line(DEPARTMENT_ACCOUNT, case.duty)];
    moved.is_some_and(|lines| lines.len() == 2 && due.iter().all(|line| lines.contains(line)))
}

mod tests;
