//! Slips for the tests of what is done with them.

use super::*;
use satang_schema::slip_verification::SlipProxyType;

/// With nothing that can be left out.
pub(crate) fn slip(bank: &str, reference: &str) -> KeptTransaction {
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

/// With all but proxies of the sender.
pub(crate) fn detailed(bank: &str, reference: &str) -> KeptTransaction {
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
