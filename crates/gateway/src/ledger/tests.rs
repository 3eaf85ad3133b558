//! What the ledger refuses, and that whatever it accepts, no money is made or lost.

use std::collections::BTreeMap;

use proptest::prelude::*;

use super::*;
use crate::store::testing::MemoryStore;

const FUNDING: &str = "0000000000";
const ANAN: &str = "0000000001";
const MALEE: &str = "0000000002";

/// Anan has 100.00 baht and may not go below zero; Malee has nothing and may go to -10.00.
fn bank() -> MemoryStore {
    let store = MemoryStore::new();
    store.with(|tx| {
        for (number, minimum_balance) in [(FUNDING, None), (ANAN, Some(0)), (MALEE, Some(-1_000))] {
            let account =
                NewAccount { number, owner_name: "-", partner: None, minimum_balance, at_micros: 0 };
            open_account(tx, account).unwrap();
        }
        post_lines(tx, "deposit", &[(FUNDING, -10_000), (ANAN, 10_000)]).unwrap();
    });
    store
}

fn post_lines(tx: &mut Tx<'_>, reference: &str, lines: &[(&str, i64)]) -> Result<(), LedgerError> {
    let entries: Vec<_> = lines.iter().map(|&(account, amount)| Entry { account, amount }).collect();
    let id = Uuid::from_u64_pair(lines.len() as u64, fnv(reference));
    post(tx, Posting { id, kind: "test", reference, at_micros: 0, entries: &entries })
}

/// An id for each reference.
fn fnv(text: &str) -> u64 {
    text.bytes()
        .fold(0xcbf2_9ce4_8422_2325, |hash, byte| (hash ^ u64::from(byte)).wrapping_mul(0x0100_0000_01b3))
}

/// Everything that a posting could change.
fn everything(tx: &mut Tx<'_>) -> Vec<(String, String, i64)> {
    let sql = "SELECT 'balance', number, balance FROM account
               UNION ALL SELECT ledger_transaction_id || line, account_number, amount FROM entry
               UNION ALL SELECT id || kind, reference, created_at FROM ledger_transaction ORDER BY 1, 2";
    tx.query(sql, &[], |row| Ok((row.text(0)?, row.text(1)?, row.int(2)?))).unwrap()
}

fn check_refused(lines: &[(&str, i64)], expected: &str) {
    bank().with(|tx| {
        let before = everything(tx);
        let refusal = post_lines(tx, "refused", lines).unwrap_err();
        assert_eq!(format!("{refusal:?}"), expected, "{lines:?}");
        assert_eq!(everything(tx), before, "a refusal wrote something: {lines:?}");
    });
}

#[test]
fn refusals_write_nothing() {
    check_refused(&[], "TooFewEntries");
    check_refused(&[(ANAN, 1)], "TooFewEntries");
    check_refused(&[(ANAN, 0), (MALEE, 0)], "ZeroAmount");
    check_refused(&[(ANAN, -1), (MALEE, 1), (FUNDING, 0)], "ZeroAmount");
    check_refused(&[(ANAN, -1), (MALEE, 2)], "Unbalanced");
    check_refused(&[(ANAN, -2), (MALEE, 1)], "Unbalanced");
    check_refused(&[(ANAN, LARGEST), (MALEE, LARGEST)], "Unbalanced");
    check_refused(&[(ANAN, -1), ("9999999999", 1)], "UnknownAccount");
    check_refused(&[("", -1), (MALEE, 1)], "UnknownAccount");
    check_refused(&[(ANAN, -10_001), (MALEE, 10_001)], "InsufficientFunds");
    check_refused(&[(MALEE, -1_001), (ANAN, 1_001)], "InsufficientFunds");
    check_refused(&[(ANAN, -5_000), (MALEE, 10_001), (ANAN, -5_001)], "InsufficientFunds");
    check_refused(&[(FUNDING, -LARGEST), (MALEE, LARGEST)], "Overflow");
    check_refused(&[(FUNDING, -LARGEST - 1), (MALEE, LARGEST + 1)], "Overflow");
    check_refused(&[(FUNDING, i64::MIN), (MALEE, i64::MAX), (MALEE, 1)], "Overflow");
}

#[test]
fn money_moves_to_the_last_satang() {
    bank().with(|tx| {
        post_lines(tx, "all", &[(ANAN, -10_000), (MALEE, 10_000)]).unwrap();
        assert_eq!(balance(tx, ANAN).unwrap(), 0);
        assert_eq!(balance(tx, MALEE).unwrap(), 10_000);
        post_lines(tx, "overdraft", &[(MALEE, -11_000), (ANAN, 11_000)]).unwrap();
        assert_eq!(balance(tx, MALEE).unwrap(), -1_000);
        // Over its lines together, an account may pass through what it does not have.
        post_lines(tx, "through", &[(MALEE, -500), (MALEE, 500)]).unwrap();
        assert_eq!(balance(tx, MALEE).unwrap(), -1_000);
        assert!(matches!(balance(tx, "9999999999"), Err(LedgerError::UnknownAccount)));
    });
}

#[test]
fn one_cause_moves_money_once() {
    bank().with(|tx| {
        let entries = [Entry { account: ANAN, amount: -1 }, Entry { account: MALEE, amount: 1 }];
        let first = Posting {
            id: Uuid::from_u128(1),
            kind: "payment",
            reference: "r",
            at_micros: 0,
            entries: &entries,
        };
        post(tx, first).unwrap();
        let before = everything(tx);
        for again in
            [first, Posting { id: Uuid::from_u128(2), ..first }, Posting { reference: "other", ..first }]
        {
            assert!(matches!(post(tx, again), Err(LedgerError::AlreadyPosted)));
        }
        assert_eq!(everything(tx), before);
        post(tx, Posting { id: Uuid::from_u128(2), kind: "refund", ..first }).unwrap();
    });
}

#[test]
fn an_account_that_is_below_its_minimum_may_still_be_paid_into() {
    let store = bank();
    store.with(|tx| {
        tx.execute(
            "UPDATE account SET minimum_balance = $1 WHERE number = $2",
            &[50_000.into(), ANAN.into()],
        )
        .unwrap();
        post_lines(tx, "in", &[(FUNDING, -1), (ANAN, 1)]).unwrap();
        assert!(matches!(
            post_lines(tx, "out", &[(ANAN, -1), (FUNDING, 1)]),
            Err(LedgerError::InsufficientFunds)
        ));
    });
}

#[test]
fn an_account_is_opened_once() {
    bank().with(|tx| {
        let account =
            NewAccount { number: ANAN, owner_name: "-", partner: None, minimum_balance: None, at_micros: 0 };
        assert!(matches!(open_account(tx, account), Err(LedgerError::AccountExists)));
        assert_eq!(balance(tx, ANAN).unwrap(), 10_000);
        for bad in [
            NewAccount { number: "123", ..account },
            NewAccount { number: "0000000003", partner: Some("-"), ..account },
        ] {
            assert!(matches!(open_account(tx, bad), Err(LedgerError::Store(_))));
        }
    });
}

#[test]
fn nothing_secret_is_shown() {
    let entry = Entry { account: ANAN, amount: 1 };
    let account =
        NewAccount {
            number: ANAN, owner_name: "สมชาย", partner: None, minimum_balance: None, at_micros: 0
        };
    let shown = format!("{entry:?} {account:?}");
    assert!(!shown.contains(ANAN) && !shown.contains("สมชาย"), "{shown}");
}

/// Lines as a careless caller might send them: mostly transfers that balance, sometimes with one line spoilt.
fn lines() -> impl Strategy<Value = Vec<(usize, i64)>> {
    let amount = prop_oneof![8 => 0..3_000_i64, 1 => Just(LARGEST), 1 => any::<i64>()];
    let transfers = prop::collection::vec((0..5_usize, 0..5_usize, amount), 0..3);
    let spoilt = prop::option::weighted(0.2, (0..5_usize, any::<i64>()));
    (transfers, spoilt).prop_map(|(transfers, spoilt)| {
        let both_sides =
            |(from, to, amount): (usize, usize, i64)| [(from, amount.wrapping_neg()), (to, amount)];
        transfers.into_iter().flat_map(both_sides).chain(spoilt).collect()
    })
}

const MINIMUMS: [(&str, Option<i64>); 4] =
    [(FUNDING, None), ("0000000001", Some(0)), ("0000000002", Some(-2_000)), ("0000000003", Some(1_000))];

/// The rules again, in the plainest way: the balances after the lines, if they are allowed.
fn model(balances: &BTreeMap<&str, i64>, lines: &[(&str, i64)]) -> Option<BTreeMap<&'static str, i64>> {
    let mut after = BTreeMap::new();
    for (number, minimum) in MINIMUMS {
        let own = || lines.iter().filter(|line| line.0 == number).map(|line| i128::from(line.1));
        let balance = i64::try_from(i128::from(balances[number]) + own().sum::<i128>()).ok()?;
        if !(-LARGEST..=LARGEST).contains(&balance) {
            return None;
        }
        if own().sum::<i128>() < 0 && minimum.is_some_and(|minimum| balance < minimum) {
            return None;
        }
        after.insert(number, balance);
    }
    let known = lines.iter().all(|line| after.contains_key(line.0));
    let balanced = lines.iter().map(|line| i128::from(line.1)).sum::<i128>() == 0;
    let sensible = lines.iter().all(|line| line.1 != 0 && (-LARGEST..=LARGEST).contains(&line.1));
    (lines.len() >= 2 && known && balanced && sensible).then_some(after)
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::with_cases(128) })]

    #[test]
    fn whatever_is_posted_no_money_is_made_or_lost(postings in prop::collection::vec(lines(), 1..20)) {
        let store = MemoryStore::new();
        store.with(|tx| {
            for (number, minimum_balance) in MINIMUMS {
                let account = NewAccount { number, owner_name: "-", partner: None, minimum_balance, at_micros: 0 };
                open_account(tx, account).unwrap();
            }
            post_lines(tx, "a", &[(FUNDING, -6_000), ("0000000001", 3_000), ("0000000003", 3_000)]).unwrap();
            let mut expected: BTreeMap<&str, i64> =
                [(FUNDING, -6_000), ("0000000001", 3_000), ("0000000002", 0), ("0000000003", 3_000)].into();

            for (number, posting) in postings.iter().enumerate() {
                let name = |account: usize| MINIMUMS.get(account).map_or("9999999999", |known| known.0);
                let lines: Vec<_> = posting.iter().map(|&(account, amount)| (name(account), amount)).collect();
                let allowed = model(&expected, &lines);
                let outcome = post_lines(tx, &number.to_string(), &lines);
                prop_assert_eq!(outcome.is_ok(), allowed.is_some(), "{:?}", lines);
                expected = allowed.unwrap_or(expected);

                for (account, balance_expected) in &expected {
                    prop_assert_eq!(balance(tx, account).unwrap(), *balance_expected);
                }
            }
            let audit = crate::audit::run(tx).unwrap();
            prop_assert!(audit.is_clean(), "{:?}", audit.findings);
            Ok(())
        })?;
    }
}
