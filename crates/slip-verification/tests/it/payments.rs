//! The payment code: every way to pay, every member, every mode.

use crate::sealed;
use satang_slip_verification::{
    Amount, BankAccount, BankCode, BillPayment, BillerId, CustomerCode, EWallet, Initiation, Message, Mobile,
    Mode, NationalId, Order, PaymentQr, Proxy, Reason, Reference, Template, Vat, limits,
};

/// A payload of this body, behind `000201`.
fn code(body: &str) -> String {
    sealed(&format!("000201{body}6304"))
}

/// The reason, the byte and the tag; or nothing.
fn fault(payload: &str, mode: Mode) -> String {
    match PaymentQr::read_in(payload, mode) {
        Ok(reading) => format!("[{}]", reading.remarks),
        Err(error) => format!("{} {} {}", error.reason().as_str(), error.offset(), error.path()),
    }
}

/// Codes of other libraries, byte by byte.
#[test]
fn codes_are_built_as_peers_build_them() {
    let amount = |text: &str| text.parse::<Amount>().unwrap();
    let mobile = |text| PaymentQr::to_proxy(Proxy::Mobile(Mobile::new(text).unwrap()));
    let bank = BankCode::new("014").unwrap();
    let account = PaymentQr::to_proxy(Proxy::BankAccount(BankAccount::new(bank, "1234567890").unwrap()));
    let national = NationalId::unchecked("1111111111111").unwrap();
    let wallet = EWallet::new("012345678901234").unwrap();
    let true_money = EWallet::true_money(Mobile::new("0801111111").unwrap());
    let bill =
        BillPayment::new(BillerId::new("099400016550100").unwrap(), Reference::new("123456789012").unwrap())
            .with_ref2(Reference::new("670429").unwrap());
    for (qr, order, payload) in [
        (
            mobile("0801111111").with_amount(amount("20.15")),
            Order::Promptparse,
            "00020101021229370016A0000006770101110113006680111111153037645802TH540520.15630442BE",
        ),
        (
            mobile("0812223333").with_amount(amount("30")),
            Order::Promptparse,
            "00020101021229370016A0000006770101110113006681222333353037645802TH540530.0063043CAD",
        ),
        (
            mobile("+66-89-123-4567"),
            Order::PromptpayQr,
            "00020101021129370016A000000677010111011300668912345675802TH5303764630429C1",
        ),
        (
            PaymentQr::to_proxy(Proxy::NationalId(national)),
            Order::PromptpayQr,
            "00020101021129370016A000000677010111021311111111111115802TH530376463047B5A",
        ),
        (
            PaymentQr::to_proxy(Proxy::EWallet(wallet)),
            Order::PromptpayQr,
            "00020101021129390016A00000067701011103150123456789012345802TH530376463049781",
        ),
        (
            PaymentQr::to_proxy(Proxy::EWallet(true_money)),
            Order::Promptparse,
            "00020101021129390016A000000677010111031514000080111111153037645802TH63047C0F",
        ),
        (
            PaymentQr::to_biller(bill).with_amount(amount("3649.22")),
            Order::Promptparse,
            "00020101021230650016A00000067701011201150994000165501000212123456789012030667042953037645802TH54073649.2263044534",
        ),
        (
            PaymentQr {
                initiation: Some(Initiation::Static),
                ..mobile("0811111111").with_amount(amount("100.25"))
            },
            Order::PromptpayQr,
            "00020101021129370016A000000677010111011300668111111115802TH53037645406100.25630415A6",
        ),
    ] {
        let mut buffer = [0; 256];
        assert_eq!(qr.write(&mut buffer, order), Ok(payload));
        assert_eq!(PaymentQr::read(payload), Ok(qr));
    }
    let payload = "00020101021229370016A0000006770101110413014123456789053037645406100.005802TH6304901D";
    assert_eq!(account.with_amount(amount("100")).to_payload().unwrap(), payload);
    // A code may lack everything but its checksum.
    let bare = PaymentQr::read("00020101021153037646304956E").unwrap();
    assert_eq!((bare.states_currency, bare.country, bare.amount), (true, None, None));
}

/// A merchant's code with everything in it, and one with two ways to pay.
#[test]
fn nothing_of_a_merchants_code_is_lost() {
    let merchant = "0002010102111531267607642676076400000220303464030810016A00000067701011201150107536000374030215000002203034640031943003465002111328415204000053037645802TH5925CHIANGRAI INTERNATIONAL C6009CHIANGRAI610557100621207084300346563042771";
    let qr = PaymentQr::read(merchant).unwrap();
    let text = |text: Option<satang_slip_verification::Text<'static>>| text.map(|text| text.as_str());
    assert_eq!(text(qr.merchant_name), Some("CHIANGRAI INTERNATIONAL C"));
    assert_eq!((text(qr.merchant_city), text(qr.postcode)), (Some("CHIANGRAI"), Some("57100")));
    assert_eq!(qr.merchant_category.unwrap().as_str(), "0000");
    assert_eq!(text(qr.additional.terminal_label), Some("43003465"));
    assert_eq!(qr.others.iter().map(|tag| (tag.id(), tag.value().len())).collect::<Vec<_>>(), [(15, 31)]);
    assert_eq!(qr.to_payload().unwrap(), merchant);

    let two = "00020101021230690016A000000677010112011301055580807780211LEX110000020313LEX026039306931590016A00000067701011301030040211LEX110000020413LEX02603930695303764540512.815802TH6304A2C1";
    let qr = PaymentQr::read(two).unwrap();
    assert_eq!(qr.bill_payment.unwrap().biller.as_str(), "0105558080778");
    let template = qr.application.as_ref().unwrap();
    assert_eq!(
        (template.aid(), template.value(1), template.value(3)),
        ("A000000677010113", Some("004"), None)
    );
    assert_eq!(template.tags().count(), 3);
    assert_eq!(qr.to_payload().unwrap(), two);
}

#[test]
fn the_rest_of_the_members_is_read_and_written() {
    let mut buffer = [0; limits::MESSAGE];
    let message = Message::encode("Hello World!", &mut buffer).unwrap();
    assert_eq!(message.as_hex(), "00480065006C006C006F00200057006F0072006C00640021");
    let customer = PaymentQr::to_proxy(Proxy::Customer(CustomerCode::new("0123456789").unwrap()));
    let bill = BillPayment::new(BillerId::new("099400016550100").unwrap(), Reference::new("1").unwrap());
    let mut qr = PaymentQr::to_biller(BillPayment { cross_border: true, ..bill });
    qr.message = Some(message);
    qr.vat =
        Some(Vat::new(satang_slip_verification::Digits::new("0001"), Some("7.00"), Some("0.00")).unwrap());
    qr.merchant_name = Some("ร้านทดสอบ".into());
    qr.additional.bill_number = Some("B-1".into());
    qr.additional.purpose = Some("4180000000012.50LA".into());
    qr.application = Some(Template::new("0016A00000067701200401030010305ABCDE").unwrap());
    for qr in [&qr, &customer] {
        let payload = qr.to_payload().unwrap();
        assert_eq!(PaymentQr::read(&payload).as_ref(), Ok(qr), "{payload}");
    }
    let payload = qr.to_payload().unwrap();
    for part in [
        "30440016A000000677012006",
        "5927ร้านทดสอบ",
        "62290103B-108184180000000012.50LA",
        "80240004000101047.0002040.00",
        "8148",
    ] {
        assert!(payload.contains(part), "{part} is missing: {payload}");
    }
    assert!(customer.to_payload().unwrap().contains("29340016A00000067701011405100123456789"));
    let purpose = qr.additional.cross_border().unwrap();
    assert_eq!((purpose.currency.as_str(), purpose.amount, purpose.country), ("418", "0000000012.50", "LA"));
    assert_eq!(qr.application.unwrap().trans_ref().unwrap().as_str(), "ABCDE");
}

#[test]
fn what_is_wrong_is_told_with_its_place() {
    let proxy = "29370016A00000067701011101130066812223333";
    let with = |tail: &str| code(&format!("{proxy}{tail}"));
    let bill = |inner: &str| code(&format!("30{:02}{inner}", inner.len()));
    for (payload, wanted) in [
        (String::new(), "missing_crc 0 "),
        ("AAAA0000".into(), "bad_header 0 "),
        ("811f6a6f6f0b546cca5bb5ad9818b6aea755a8cabb31561d8cfc018050b75df9".into(), "bad_length 0 81"),
        (sealed("0002026304"), "wrong_format 0 00"),
        (sealed("0102110002016304"), "wrong_format 0 01"),
        ("004100060000010103014022000111222233344ABCD125102TH910417DF".into(), "missing_crc 59 "),
        (
            "00020101021229370016A0000006770101110113006680111111153037645802TH540520.156304FFFF".into(),
            "crc_mismatch 79 63",
        ),
        (with("5303764540510.005406999.00"), "duplicate_tag 63 54"),
        (with("530376454031e3"), "bad_amount 58 54"),
        (with("5303764540512abc"), "bad_amount 58 54"),
        (with("53037645405-5.00"), "bad_amount 58 54"),
        (with("530376454040.00"), "bad_amount 58 54"),
        (with("53037645403nan"), "bad_amount 58 54"),
        (with("53038405405 5.00"), "wrong_currency 47 53"),
        (with("5303840"), "wrong_currency 47 53"),
        (with("5303764540510.005802XX"), "wrong_country 63 58"),
        (with("540510.00"), "missing_currency 47 54"),
        (code("010213"), "malformed 6 01"),
        (code("5203abc"), "malformed 6 52"),
        (code("29370016A00000067701011101130044812223333"), "bad_proxy 30 29/01"),
        (code("29370016A00000067701011101130066812๓๓"), "bad_proxy 30 29/01"),
        (code("29380016A000000677010111021411111111111111"), "bad_proxy 30 29/02"),
        (code("29250016A0000006770101110601x"), "wrong_subtags 30 29/06"),
        (code("29200016A000000677010111"), "wrong_subtags 6 29"),
        (code("29420016A000000677010111011300668122233330601x"), "wrong_subtags 47 29"),
        (code("29990113006681222333"), "truncated 6 29"),
        (code("291701130066812223333"), "wrong_subtags 10 29/01"),
        (sealed("6304"), "wrong_format 0 "),
        (bill("0016A00000067701011201150994000165501000210"), "truncated 49 30/02"),
        (bill("0016A000000677010112011409940001655010020110"), "bad_biller 34 30/01"),
        (bill("0016A0000006770101120115099400016550100x200"), "bad_header 49 30"),
        (bill("0016A00000067701011201150994000165501000200"), "bad_reference 53 30/02"),
        (
            bill("0016A000000677010112011509940001655010002011022112345678901234567890103011"),
            "duplicate_tag 54 30/02",
        ),
        (
            bill("0016A000000677010112011509940001655010002011032112345678901234567890a"),
            "bad_reference 58 30/03",
        ),
        (bill("0016A00000067701011201150994000165501000201104011"), "wrong_subtags 54 30/04"),
        (code("62100701107011"), "duplicate_tag 15 62/07"),
        (code("6200"), "wrong_subtags 6 62"),
        (code("8000"), "wrong_subtags 6 80"),
        (code("80990001a"), "truncated 6 80"),
        (code("80050001a"), "malformed 10 80/00"),
        (code("80060102.7"), "malformed 10 80/01"),
        (code("810800480G65"), "malformed 15 81"),
        (code("5905a\nbcd"), "control_character 11 "),
    ] {
        assert_eq!(fault(&payload, Mode::Strict), wanted, "{payload}");
    }
    assert_eq!(PaymentQr::read(b"000201\xff").unwrap_err().reason(), Reason::NotUtf8);
    assert_eq!(PaymentQr::read(&[b'0'; 4097]).unwrap_err().reason(), Reason::TooLong);
}

#[test]
fn long_codes_are_for_those_that_need_them() {
    let long: String = (2..8).map(|id| format!("{id:02}95{}", "x".repeat(95))).collect();
    assert_eq!(fault(&code(&long), Mode::Strict), "too_long 512 ");
    let payload = code(&format!("{long}8008000400018104abcd"));
    assert_eq!(fault(&payload, Mode::Strict), "[]");
    assert_eq!(PaymentQr::read(&payload).unwrap().to_payload().unwrap(), payload);
}

#[test]
fn each_mode_forgives_what_it_says_and_reports_it() {
    let proxy = "29370016A00000067701011101130066812223333";
    let by_characters = "ร้านทดสอบ"; // nine characters, twenty-seven bytes
    let cut = (1..).map(|satang| code(&format!("{proxy}530376454{:02}{satang}", satang.to_string().len())));
    let cut = cut.into_iter().find(|payload| payload[payload.len() - 4..].starts_with('0')).unwrap();
    let cut = format!("{}{}", &cut[..cut.len() - 4], cut[cut.len() - 4..].trim_start_matches('0'));
    for (payload, strict, tolerant, repair) in [
        (format!("{}\n", code(proxy)), "trailing_whitespace 55 ", "[trimmed]", "[trimmed]"),
        (code(&format!("{proxy}5802LA")), "wrong_country 47 58", "[country]", "wrong_country 47 58"),
        (
            code(&format!("{proxy}540510.00")),
            "missing_currency 47 54",
            "[currency]",
            "missing_currency 47 54",
        ),
        (
            code(&format!("{proxy}5909{by_characters}6003abc")),
            "bad_header 60 ",
            "[characters]",
            "bad_header 60 ",
        ),
        (
            code("30490016A00000067701011201150994000165501000201104011"),
            "wrong_subtags 54 30/04",
            "[unknown_tags]",
            "wrong_subtags 54 30/04",
        ),
        (cut.clone(), "crc_length", "crc_length", "[crc_repaired]"),
        (format!(" {cut} "), "leading_whitespace 0 ", "crc_length", "[trimmed,crc_repaired]"),
    ] {
        for (mode, wanted) in [(Mode::Strict, strict), (Mode::Tolerant, tolerant), (Mode::Repair, repair)] {
            let told = fault(&payload, mode);
            assert!(told.starts_with(wanted), "{payload:?}, {mode:?}: {told}, not {wanted}");
        }
    }
    let payload = code(&format!("{proxy}5909{by_characters}6003abc"));
    let read = PaymentQr::read_in(&payload, Mode::Tolerant).unwrap().value;
    assert_eq!(read.merchant_name.unwrap().as_str(), by_characters);
    assert_eq!(read.merchant_city.unwrap().as_str(), "abc");
}

#[test]
fn what_cannot_be_read_is_not_written() {
    let plain = || PaymentQr::to_proxy(Proxy::Mobile(Mobile::new("0812223333").unwrap()));
    let long = "x".repeat(100);
    for (qr, reason) in [
        (PaymentQr { merchant_name: Some(long.as_str().into()), ..plain() }, Reason::ValueTooLong),
        (PaymentQr { merchant_name: Some("a\nb".into()), ..plain() }, Reason::ControlCharacter),
        (PaymentQr { country: Some("THA"), ..plain() }, Reason::WrongCountry),
    ] {
        assert_eq!(qr.to_payload().unwrap_err().reason(), reason);
    }
    let mut qr = plain();
    (qr.additional.bill_number, qr.additional.store_label) =
        (Some(long[..60].into()), Some(long[..60].into()));
    let error = qr.to_payload().unwrap_err();
    assert_eq!((error.reason(), error.path().to_string()), (Reason::ValueTooLong, "62".to_owned()));
    assert_eq!(Template::new("0103004").unwrap_err().reason(), Reason::WrongSubtags);
    assert!(Message::new("004").is_err() && Message::new("").is_err());
}

#[test]
fn debug_hides_what_is_somebodys() {
    let payload = "0002010102111531267607642676076400000220303464030810016A00000067701011201150107536000374030215000002203034640031943003465002111328415204000053037645802TH5925CHIANGRAI INTERNATIONAL C6009CHIANGRAI610557100621207084300346563042771";
    let shown = format!("{:?}", PaymentQr::read(payload).unwrap());
    for part in
        ["2676076426760764", "0107536000374030", "00000220303464", "4300346500", "INTERNATIONAL", "43003465"]
    {
        assert!(!shown.contains(part), "{part} is shown: {shown}");
    }
    let mobile = PaymentQr::to_proxy(Proxy::Mobile(Mobile::new("0812223333").unwrap()));
    assert!(format!("{mobile:?}").contains("Mobile(Mobile(\"006*******333\"))"), "{mobile:?}");
}
