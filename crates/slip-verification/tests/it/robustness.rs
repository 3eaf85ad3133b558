//! Any bytes at every entry: nothing panics, the modes contain each other, and what is written is read again.

use crate::sealed;
use proptest::{collection::vec, prelude::*, sample::select, string::string_regex};
use satang_slip_verification::{
    AdditionalData, Amount, BankAccount, BankCode, BankSlip, Barcode, BillPayment, BillerId, CreditTransfer,
    CustomerCode, Digits, EWallet, Initiation, Mobile, Mode, NationalId, Order, PaymentQr, Proxy, Reference,
    Remark, Slip, Tags, TransRef, TrueMoneySlip,
};

const SEEDS: [&str; 8] = [
    "004100060000010103014022000111222233344ABCD125102TH910417DF",
    "0030000600000101030140209T000000865102TH91040539",
    "00480002010102010203P2P0313TXN00012345670408250120249104b425",
    "00020101021229370016A0000006770101110113006681222333353037645802TH540530.0063043CAD",
    "0002010102111531267607642676076400000220303464030810016A00000067701011201150107536000374030215000002203034640031943003465002111328415204000053037645802TH5925CHIANGRAI INTERNATIONAL C6009CHIANGRAI610557100621207084300346563042771",
    "00020101021230690016A000000677010112011301055580807780211LEX110000020313LEX026039306931590016A00000067701011301030040211LEX110000020413LEX02603930695303764540512.815802TH6304A2C1",
    "|099400016550100\r123456789012\r670429\r364922",
    "5909ร้านทดสอบ",
];

const MODES: [Mode; 4] = [Mode::Strict, Mode::Tolerant, Mode::Repair, Mode::IgnoreCrc];

/// Reads bytes in every way there is, and checks what must hold between the ways.
fn read_all(bytes: &[u8]) {
    let slips = MODES.map(|mode| Slip::read_in(bytes, mode));
    let codes = MODES.map(|mode| PaymentQr::read_in(bytes, mode));
    assert_eq!(Slip::read(bytes), slips[0].map(|reading| reading.value));
    // What is good in strict is the same in every mode, without a remark.
    if let Ok(strict) = slips[0] {
        assert!(strict.remarks.is_empty() && slips.iter().all(|other| *other == Ok(strict)));
        let again = strict.value.to_payload().unwrap();
        assert!(again.as_bytes().eq_ignore_ascii_case(bytes));
    }
    if let Ok(strict) = &codes[0] {
        assert!(strict.remarks.is_empty() && codes.iter().all(|other| other.as_ref() == Ok(strict)));
    }
    // Repairing and ignoring are the only ways to a checksum that does not match.
    for (mode, slip) in MODES.iter().zip(&slips) {
        if let Ok(reading) = slip {
            assert!(*mode == Mode::IgnoreCrc || !reading.remarks.contains(Remark::CrcIgnored));
            assert_eq!(
                Slip::read(&reading.value.to_payload().unwrap()).is_ok(),
                !reading.remarks.contains(Remark::Country)
            );
        }
    }
    for reading in codes.iter().flatten() {
        // A length that counted characters may be too long in bytes.
        if let Ok(payload) = reading.value.to_payload() {
            let again = PaymentQr::read_in(&payload, Mode::Tolerant).unwrap();
            assert!(again.value == reading.value, "{payload:?}");
        } else {
            assert!(reading.remarks.contains(Remark::Characters));
        }
    }
    if let Ok(barcode) = Barcode::read(bytes) {
        assert_eq!(Barcode::read(&barcode.to_payload()), Ok(barcode));
    }
    for error in slips.into_iter().filter_map(Result::err).chain(codes.into_iter().filter_map(Result::err)) {
        assert!(error.offset() <= bytes.len(), "{error}");
    }
    if let Ok(text) = str::from_utf8(bytes) {
        assert!(Tags::new(text).count() <= bytes.len() / 4 + 1);
        let _ = (Mobile::new(text), NationalId::new(text), text.parse::<Amount>(), TransRef::new(text));
    }
}

/// One of the seeds with a few bytes changed, cut out, doubled or put in.
fn changed() -> impl Strategy<Value = Vec<u8>> {
    let change =
        (0..4_u8, any::<prop::sample::Index>(), select(b"0123459AT|\r \n-+.\xe0\xff".to_vec()), 1..9_usize);
    (select(SEEDS.to_vec()), vec(change, 1..5)).prop_map(|(seed, changes)| {
        let mut bytes = seed.as_bytes().to_vec();
        for (what, at, byte, length) in changes {
            let at = at.index(bytes.len() + 1);
            let end = (at + length).min(bytes.len());
            match what {
                0 if at < bytes.len() => bytes[at] = byte,
                1 => drop(bytes.drain(at..end)),
                2 => drop(bytes.splice(at..at, bytes[at..end].to_vec())),
                _ => bytes.insert(at, byte),
            }
        }
        bytes
    })
}

/// Tags with right lengths and a right checksum, so that what is inside is looked at.
fn plausible() -> impl Strategy<Value = Vec<u8>> {
    let ids = vec![0, 1, 2, 3, 4, 5, 15, 29, 30, 31, 51, 52, 53, 54, 58, 59, 60, 61, 62, 63, 80, 81, 90, 91];
    let value = prop_oneof![
        string_regex("[0-9A-Z]{0,20}").unwrap(),
        string_regex("(ก|[a-z]){0,8}").unwrap(),
        select(vec![
            "01",
            "11",
            "12",
            "764",
            "TH",
            "10.00",
            "0006000001010301402011",
            "0016A00000067701011101130066812223333",
            "0016A000000677010112011509940001655010002011",
            "0002010102010201E0301T040825012024",
            "070112",
        ])
        .prop_map(str::to_owned),
    ];
    (any::<bool>(), vec((select(ids), value), 0..9), select(vec!["6304", "9104"])).prop_map(
        |(payment, tags, crc)| {
            let mut text = if payment { "000201".to_owned() } else { String::new() };
            for (id, value) in tags {
                text.push_str(&format!("{id:02}{:02}{value}", value.len()));
            }
            sealed(&(text + crc)).into_bytes()
        },
    )
}

fn digits<const N: usize>() -> impl Strategy<Value = Digits<N>> {
    vec(0..10_u8, N).prop_map(|digits| {
        Digits::new(&digits.iter().map(|digit| char::from(b'0' + digit)).collect::<String>()).unwrap()
    })
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 4096, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn any_bytes_are_survived(bytes in vec(any::<u8>(), 0..600)) {
        read_all(&bytes);
    }

    #[test]
    fn changed_codes_are_survived(bytes in changed()) {
        read_all(&bytes);
    }

    #[test]
    fn plausible_codes_are_survived(bytes in plausible()) {
        read_all(&bytes);
    }

    #[test]
    fn a_slip_that_is_built_is_read(bank in "[0-9]{3}", reference in "[0-9A-Za-z]{1,25}") {
        let slip = BankSlip::new(BankCode::new(&bank).unwrap(), TransRef::new(&reference).unwrap());
        let payload = slip.to_payload().unwrap();
        prop_assert!((40..=64).contains(&payload.len()));
        for mode in MODES {
            prop_assert_eq!(Slip::read_in(&payload, mode).unwrap().value, Slip::Bank(slip));
        }
        read_all(payload.as_bytes());
    }

    #[test]
    fn a_slip_of_true_money_that_is_built_is_read(event in "[A-Z0-9]{1,10}", id in "[0-9A-Za-z]{1,30}", day in 1..=28, month in 1..=12) {
        let date = format!("{day:02}{month:02}2026");
        let slip = TrueMoneySlip::new(&event, &id, &date).unwrap();
        let payload = slip.to_payload().unwrap();
        prop_assert_eq!(TrueMoneySlip::read(&payload), Ok(slip));
    }

    /// One character changed: never read as another slip. The checksum finds every burst of up to 16 bits.
    #[test]
    fn one_wrong_character_is_always_found(seed in select(SEEDS[..6].to_vec()), at in any::<prop::sample::Index>(), byte in any::<u8>()) {
        let mut bytes = seed.as_bytes().to_vec();
        let at = at.index(bytes.len());
        // The checksum's own letters may be written in either case.
        prop_assume!(!bytes[at].eq_ignore_ascii_case(&byte));
        bytes[at] = byte;
        for mode in [Mode::Strict, Mode::Tolerant, Mode::Repair] {
            let slip = Slip::read_in(&bytes, mode);
            let code = PaymentQr::read_in(&bytes, mode);
            // White space at either end is cut off in these modes: then the rest may be a repairable slip, but never another one.
            if let Ok(read) = slip {
                prop_assert_eq!(Ok(read.value), Slip::read(seed));
            }
            if let Ok(read) = code {
                prop_assert_eq!(Ok(read.value), PaymentQr::read(seed));
            }
        }
        prop_assert!(Slip::read(&bytes).is_err() && PaymentQr::read(&bytes).is_err());
    }

    #[test]
    fn a_code_that_is_built_is_read(
        (mobile, id, wallet, customer) in ("0[689][0-9]{8}", digits::<13>(), digits::<15>(), digits::<10>()),
        (account, kind) in ("[0-9]{1,40}", 0..6),
        (biller, ref1, ref2) in ("[0-9]{15}", "[0-9A-Z]{1,20}", proptest::option::of("[0-9A-Z]{1,20}")),
        (amount, name, terminal) in (proptest::option::of(1..=999_999_999_999_i64), "[ก-ฮa-zA-Z ]{1,25}", "[0-9A-Z]{1,25}"),
        (order, cross_border, initiation) in (0..3_usize, any::<bool>(), any::<bool>()),
    ) {
        let proxy = match kind {
            0 => Proxy::Mobile(Mobile::new(&mobile).unwrap()),
            1 => Proxy::NationalId(NationalId::unchecked(id.as_str()).unwrap()),
            2 => Proxy::EWallet(EWallet::new(wallet.as_str()).unwrap()),
            3 => Proxy::BankAccount(BankAccount::new(BankCode::new("014").unwrap(), &account).unwrap()),
            _ => Proxy::Customer(CustomerCode::new(customer.as_str()).unwrap()),
        };
        let bill = BillPayment {
            biller: BillerId::new(&biller).unwrap(),
            ref1: Reference::new(&ref1).unwrap(),
            ref2: ref2.as_deref().map(|text| Reference::new(text).unwrap()),
            cross_border,
        };
        let qr = PaymentQr {
            initiation: initiation.then_some(Initiation::Static),
            credit_transfer: (kind < 5).then(|| CreditTransfer::new(proxy)),
            bill_payment: (kind > 3).then_some(bill),
            states_currency: true,
            amount: amount.map(|satang| Amount::from_satang(satang).unwrap()),
            country: Some("TH"),
            merchant_name: Some(name.as_str().into()),
            additional: AdditionalData { terminal_label: Some(terminal.as_str().into()), ..AdditionalData::default() },
            ..PaymentQr::default()
        };
        let order = [Order::Ascending, Order::Promptparse, Order::PromptpayQr][order];
        let mut buffer = [0; 512];
        let payload = qr.write(&mut buffer, order).unwrap();
        let read = PaymentQr::read(payload).unwrap();
        prop_assert_eq!(&read, &qr);
        prop_assert_eq!(read.to_payload().unwrap(), qr.to_payload().unwrap());
        if order == Order::Ascending {
            prop_assert_eq!(payload, qr.to_payload().unwrap());
        }
    }
}
