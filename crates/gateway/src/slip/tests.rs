//! The book gives back what was entered, under its own bank and reference only.

use super::*;
use crate::store::{StoreErrorKind, testing::MemoryStore};
use satang_schema::slip_verification::SlipProxyType;

fn slip(bank: &str, reference: &str) -> KeptTransaction {
    KeptTransaction {
        sending_bank: bank.parse().unwrap(),
        trans_ref: reference.parse().unwrap(),
        receiving_bank: None,
        at: Timestamp::from_microsecond(1_772_330_400_000_000).unwrap(),
        amount: "10.04".parse().unwrap(),
        sender: KeptParty::default(),
        receiver: KeptParty::default(),
        references: [None, None, None],
    }
}

fn detailed(bank: &str, reference: &str) -> KeptTransaction {
    KeptTransaction {
        receiving_bank: "004".parse().ok(),
        sender: KeptParty {
            display_name: "ทดสอบ ก".parse().ok(),
            name: "TEST K".parse().ok(),
            account: Some("7770011555".into()),
            proxy: None,
        },
        receiver: KeptParty {
            display_name: "ร้านตัวอย่าง".parse().ok(),
            name: "SAMPLE SHOP".parse().ok(),
            account: Some("123456789012".into()),
            proxy: Some((SlipProxyType::Mobile, "0812345678".into())),
        },
        references: [Some("REF1".into()), None, Some("REF3".into())],
        ..slip(bank, reference)
    }
}

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
