//! The book gives back what was entered, under its own bank and reference only.

use super::{
    testing::{detailed, slip},
    *,
};
use crate::store::{StoreErrorKind, testing::MemoryStore};

fn found(store: &MemoryStore, bank: &str, reference: &str) -> Option<KeptTransaction> {
    store.with(|tx| find(tx, &bank.parse().unwrap(), &reference.parse().unwrap()).unwrap())
}

#[test]
fn what_was_entered_is_found_whole() {
    let store = MemoryStore::new();
    for entered in [slip("004", "a"), detailed("014", "0011122233344ABCD12FGHIJ5")] {
        assert!(store.with(|tx| insert(tx, &entered, None, Timestamp::UNIX_EPOCH)).unwrap());
        let (bank, reference) = (entered.sending_bank.as_str(), entered.trans_ref.as_str());
        assert!(found(&store, bank, reference) == Some(entered.clone()), "{entered:?}");
    }
}

#[test]
fn bank_and_reference_name_one_slip() {
    let store = MemoryStore::new();
    let enter = |slip: &KeptTransaction| store.with(|tx| insert(tx, slip, None, slip.at)).unwrap();
    assert!(enter(&detailed("014", "Abc")));
    assert!(!enter(&slip("014", "Abc")), "it is taken");
    assert!(found(&store, "014", "Abc") == Some(detailed("014", "Abc")), "and stays as it is");
    for (bank, reference) in [("014", "ABC"), ("014", "abc"), ("004", "Abc"), ("014", "Abcd")] {
        assert!(found(&store, bank, reference).is_none(), "{bank} {reference}");
        assert!(enter(&slip(bank, reference)), "{bank} {reference}");
    }
}

#[test]
fn a_slip_of_a_payment_that_there_is_not_is_refused() {
    let entered =
        MemoryStore::new().with(|tx| insert(tx, &slip("025", "a"), Some("x"), Timestamp::UNIX_EPOCH));
    assert_eq!(entered.unwrap_err().kind(), StoreErrorKind::Constraint);
}
