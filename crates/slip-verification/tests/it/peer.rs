//! The same inputs to this crate and to `promptparse`, the other Rust library for slips: the same answers, but for the
//! differences that are meant.

use crate::sealed;
use promptparse::{generate, validate};
use proptest::{prelude::*, sample::select};
use satang_slip_verification::{
    Amount, BankAccount, BankCode, BankSlip, Barcode, BillPayment, BillerId, EWallet, Message, Mobile, Mode,
    NationalId, Order, PaymentQr, Proxy, Reference, Slip, TransRef, TrueMoneySlip, limits,
};
use std::panic::catch_unwind;

/// What the peer makes of a slip. It panics on some.
fn peer(payload: &str, repair: bool) -> Result<Option<(String, String)>, ()> {
    let hook = |payload: &str| {
        validate::slip_verify(payload, repair).map(|slip| (slip.sending_bank, slip.trans_ref))
    };
    catch_unwind(|| hook(payload)).map_err(drop)
}

fn ours(payload: &str, mode: Mode) -> Option<(String, String)> {
    match Slip::read_in(payload, mode).ok()?.value {
        Slip::Bank(slip) => Some((slip.sending_bank.to_string(), slip.trans_ref.as_str().to_owned())),
        _ => None,
    }
}

fn pair(bank: &str, reference: &str) -> Option<(String, String)> {
    Some((bank.to_owned(), reference.to_owned()))
}

/// What the peer takes and we refuse, on purpose. If it changes its mind this list is to be shortened.
#[test]
fn intended_differences_of_slips() {
    let inner = |inner: &str| sealed(&format!("00{:02}{inner}5102TH9104", inner.len()));
    for (why, payload, read) in [
        (
            "the checksum under another format's tag",
            "004100060000010103014022000111222233344ABCD126304BA3C".to_owned(),
            pair("014", "00111222233344ABCD12"),
        ),
        (
            "another country",
            sealed("004100060000010103014022000111222233344ABCD125102XX9104"),
            pair("014", "00111222233344ABCD12"),
        ),
        (
            "no country",
            sealed("004100060000010103014022000111222233344ABCD129104"),
            pair("014", "00111222233344ABCD12"),
        ),
        ("a bank that is no code", inner("00060000010106ABCDEF0201x"), pair("ABCDEF", "x")),
        (
            "a reference of 26 characters",
            inner("0006000001010301402260123456789ABCDEFGHIJKLMNOPQ"),
            pair("014", "0123456789ABCDEFGHIJKLMNOP"),
        ),
        ("a reference with a space", inner("000600000101030140203a b"), pair("014", "a b")),
        (
            "a tag that stands twice",
            sealed(
                "00230006000001010301402021100230006000001010301402022251 02TH9104".replace(' ', "").as_str(),
            ),
            pair("014", "11"),
        ),
    ] {
        assert_eq!(ours(&payload, Mode::Strict), None, "{why}");
        assert_eq!(peer(&payload, false), Ok(read), "{why}: {payload}");
    }
    // It panics where we name the byte.
    assert_eq!(peer("0041abé123", false), Err(()));
    assert_eq!(ours("0041abé123", Mode::Strict), None);
}

#[test]
fn intended_differences_of_amounts() {
    let code = |amount: &str| {
        sealed(&format!(
            "00020101021129370016A0000006770101110113006681222333353037645802TH54{:02}{amount}6304",
            amount.len()
        ))
    };
    for amount in ["1e3", "-5.00", "nan", "0.00"] {
        let payload = code(amount);
        assert!(PaymentQr::read(&payload).is_err(), "{amount}");
        assert!(validate::any_id(&payload).is_some(), "{amount}");
    }
    // 1.15 baht are 115 satang.
    let cents = (1..=10_000).filter(|satang| {
        let amount = f64::from(*satang) / 100.0;
        let peer = generate::bot_barcode(generate::BotBarcodeConfig {
            biller_id: "099400016550100".into(),
            ref1: "1".into(),
            ref2: None,
            amount: Some(amount),
        });
        Barcode::read(&peer).unwrap().amount.map_or(0, Amount::satang) != i64::from(*satang)
    });
    assert!(cents.count() > 100, "the peer counts satang in floats");
}

#[test]
fn payment_codes_are_built_alike() {
    let mut buffer = [0; 512];
    let mut message = [0; limits::MESSAGE];
    let peer = |proxy_type, target: &str, amount| {
        generate::any_id(generate::AnyIdConfig { proxy_type, target: target.to_owned(), amount }).unwrap()
    };
    let bank = BankCode::new("014").unwrap();
    for satang in [None, Some(1), Some(115), Some(3000), Some(123_456_789)] {
        let amount = satang.map(|satang| f64::from(satang) / 100.0);
        let mut write = |qr: PaymentQr<'_>| {
            let qr = match satang {
                Some(satang) => qr.with_amount(Amount::from_satang(i64::from(satang)).unwrap()),
                None => qr,
            };
            qr.write(&mut buffer, Order::Promptparse).unwrap().to_owned()
        };
        for (proxy, kind, target) in [
            (Proxy::Mobile(Mobile::new("0812223333").unwrap()), generate::ProxyType::Msisdn, "0812223333"),
            (
                Proxy::NationalId(NationalId::new("0105540087061").unwrap()),
                generate::ProxyType::NatId,
                "0105540087061",
            ),
            (
                Proxy::EWallet(EWallet::new("012345678901234").unwrap()),
                generate::ProxyType::EWalletId,
                "012345678901234",
            ),
            (
                Proxy::BankAccount(BankAccount::new(bank, "1234567890").unwrap()),
                generate::ProxyType::BankAcc,
                "0141234567890",
            ),
        ] {
            assert_eq!(write(PaymentQr::to_proxy(proxy)), peer(kind, target, amount));
        }
        let biller = BillerId::new("099400016550100").unwrap();
        for (ref2, ref3) in [(None, None), (Some("INV001"), None), (Some("INV001"), Some("SCB"))] {
            let mut bill = BillPayment::new(biller, Reference::new("CUSTOMER001").unwrap());
            bill.ref2 = ref2.map(|text| Reference::new(text).unwrap());
            let mut qr = PaymentQr::to_biller(bill);
            qr.additional.terminal_label = ref3.map(Into::into);
            let peer = generate::bill_payment(generate::BillPaymentConfig {
                biller_id: "099400016550100".into(),
                amount,
                ref1: "CUSTOMER001".into(),
                ref2: ref2.map(Into::into),
                ref3: ref3.map(Into::into),
            });
            assert_eq!(write(qr), peer.unwrap());
        }
        let mut qr =
            PaymentQr::to_proxy(Proxy::EWallet(EWallet::true_money(Mobile::new("0801111111").unwrap())));
        qr.message = Some(Message::encode("สวัสดี Hello", &mut message).unwrap());
        let peer = generate::true_money(generate::TrueMoneyConfig {
            mobile_no: "0801111111".into(),
            amount,
            message: Some("สวัสดี Hello".into()),
        });
        assert_eq!(write(qr), peer);
    }
    let slip = TrueMoneySlip::new("P2P", "TXN0001234567", "25012024").unwrap();
    let peer = generate::true_money_slip_verify(generate::TrueMoneySlipVerifyConfig {
        event_type: "P2P".into(),
        transaction_id: "TXN0001234567".into(),
        date: "25012024".into(),
    });
    assert_eq!(slip.to_payload().unwrap(), peer);
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 2048, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn slips_are_built_and_read_alike(bank in "[0-9]{3}", reference in "[0-9A-Za-z]{1,25}") {
        let slip = BankSlip::new(BankCode::new(&bank).unwrap(), TransRef::new(&reference).unwrap());
        let payload = slip.to_payload().unwrap();
        let peers = generate::slip_verify(generate::SlipVerifyConfig { sending_bank: bank, trans_ref: reference });
        prop_assert_eq!(&payload, &peers);
        prop_assert_eq!(Ok(ours(&payload, Mode::Strict)), peer(&payload, false));
        // Without the zeros in front of its checksum, as some apps print it.
        let (text, sum) = payload.split_at(payload.len() - 4);
        let cut = format!("{text}{}", sum.trim_start_matches('0'));
        prop_assert_eq!(Ok(ours(&cut, Mode::Repair)), peer(&cut, true));
    }

    /// What we take the peer takes too, and with the same meaning.
    #[test]
    fn we_take_nothing_that_the_peer_refuses(
        seed in select(vec![
            "004100060000010103014022000111222233344ABCD125102TH9104",
            "00260006000001010301402059104A5102TH9104",
            "002200060000010103014020115102TH9104",
        ]),
        at in any::<prop::sample::Index>(),
        byte in "[0-9A-Za-z]",
        keep in any::<bool>(),
    ) {
        let mut text = seed.to_owned();
        let at = at.index(text.len());
        text.replace_range(at..=at, &byte);
        let payload = if keep { format!("{text}17DF") } else { sealed(&text) };
        if let Some(read) = ours(&payload, Mode::Strict) {
            prop_assert_eq!(peer(&payload, false), Ok(Some(read)));
        }
    }
}
