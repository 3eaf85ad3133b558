//! The mini-QR: what is read, what is forgiven in which mode, what is refused and where.

use crate::sealed;
use satang_slip_verification::{
    BankCode, BankSlip, Institution, Mode, Reason, Slip, Standing, TransRef, TrueMoneySlip,
};

const SLIP: &str = "004100060000010103014022000111222233344ABCD125102TH910417DF";

/// Whatever is read, with remarks; or the reason, the byte and the tag.
fn told(payload: &[u8], mode: Mode) -> String {
    match Slip::read_in(payload, mode) {
        Ok(reading) => {
            let remarks = reading.remarks;
            match reading.value {
                Slip::Bank(slip) => format!("{} {} [{remarks}]", slip.sending_bank, slip.trans_ref.as_str()),
                Slip::TrueMoney(slip) => {
                    format!("{} {} [{remarks}]", slip.event_type(), slip.transaction_id().as_str())
                }
                other => format!("{other:?}"),
            }
        }
        Err(error) => format!("{} {} {}", error.reason().as_str(), error.offset(), error.path()),
    }
}

#[test]
fn slips_are_read_as_banks_print_them() {
    for (payload, bank, reference) in [
        (SLIP, "014", "00111222233344ABCD12"),
        ("004000060000010103002021900021231231212000115102TH91049C30", "002", "0002123123121200011"),
        (
            "004600060000010103014022520201107013FsG6joxJrXDrbJ5102TH910437B6",
            "014",
            "20201107013FsG6joxJrXDrbJ",
        ),
        // In lower case, as no bank has printed it yet.
        (
            "004600060000010103014022520201107013FsG6joxJrXDrbJ5102TH910437b6",
            "014",
            "20201107013FsG6joxJrXDrbJ",
        ),
        // A reference that holds the header of the checksum, and checksums with zeros in front.
        ("00260006000001010301402059104A5102TH91041A12", "014", "9104A"),
        ("0030000600000101030140209T000000865102TH91040539", "014", "T00000086"),
        ("0030000600000101030140209T000033425102TH91040004", "014", "T00003342"),
        // The shortest reference.
        (&sealed("002200060000010103014020115102TH9104"), "014", "1"),
    ] {
        let slip = BankSlip::read(payload).unwrap_or_else(|error| panic!("{payload}: {error}"));
        assert_eq!((slip.sending_bank.as_str(), slip.trans_ref.as_str()), (bank, reference));
        assert_eq!(slip, BankSlip::new(bank.parse().unwrap(), TransRef::new(reference).unwrap()));
        assert_eq!(slip.to_payload().unwrap().to_lowercase(), payload.to_lowercase());
        for mode in [Mode::Strict, Mode::Tolerant, Mode::Repair, Mode::IgnoreCrc] {
            assert_eq!(told(payload.as_bytes(), mode), format!("{bank} {reference} []"), "{mode:?}");
        }
    }
}

#[test]
fn each_mode_forgives_what_it_says_and_reports_it() {
    let spaced = format!(" {SLIP}\r\n");
    let abroad = sealed("004100060000010103014022000111222233344ABCD125102LA9104");
    let disordered = sealed("5102TH004100060000010103014022000111222233344ABCD129104");
    let more = sealed("004100060000010103014022000111222233344ABCD125102TH9003abc9104");
    let cut = "0030000600000101030140209T000000865102TH9104539";
    let wrong = "004100060000010103014022000111222233344ABCD125102TH91040000";
    let ok = |remarks| format!("014 00111222233344ABCD12 [{remarks}]");
    for (payload, strict, tolerant, repair, ignoring) in [
        (spaced.as_str(), "leading_whitespace 0 ".into(), ok("trimmed"), ok("trimmed"), ok("trimmed")),
        (&format!("{SLIP}\n"), "trailing_whitespace 59 ".into(), ok("trimmed"), ok("trimmed"), ok("trimmed")),
        (&abroad, "wrong_country 45 51".into(), ok("country"), "wrong_country 45 51".into(), ok("country")),
        (&disordered, "wrong_order 6 00".into(), ok("order"), "wrong_order 6 00".into(), ok("order")),
        (
            &more,
            "unknown_tag 51 90".into(),
            ok("unknown_tags"),
            "unknown_tag 51 90".into(),
            ok("unknown_tags"),
        ),
        (
            cut,
            "crc_length 44 91".into(),
            "crc_length 44 91".into(),
            "014 T00000086 [crc_repaired]".into(),
            "crc_length 44 91".into(),
        ),
        (
            &format!(" {cut}\n"),
            "leading_whitespace 0 ".into(),
            "crc_length 45 91".into(),
            "014 T00000086 [trimmed,crc_repaired]".into(),
            "crc_length 45 91".into(),
        ),
        (
            wrong,
            "crc_mismatch 55 91".into(),
            "crc_mismatch 55 91".into(),
            "crc_mismatch 55 91".into(),
            ok("crc_ignored"),
        ),
    ] {
        for (mode, wanted) in [
            (Mode::Strict, strict),
            (Mode::Tolerant, tolerant),
            (Mode::Repair, repair),
            (Mode::IgnoreCrc, ignoring),
        ] {
            assert_eq!(told(payload.as_bytes(), mode), wanted, "{payload:?}, {mode:?}");
        }
    }
}

#[test]
fn what_is_wrong_is_told_with_its_place_in_every_mode() {
    let inner = |inner: &str| sealed(&format!("00{:02}{inner}5102TH9104", inner.len()));
    for (payload, wanted) in [
        ("", "missing_crc 0 "),
        ("00460006", "truncated 0 00"),
        ("AAAA0000", "bad_header 0 "),
        ("0002AA00-4BCBA", "bad_length 6 00"), // made one reader loop for ever
        ("00020100+4ABCD", "bad_length 6 00"),
        ("0041abé123", "not_ascii 6 "), // made one reader panic
        ("0002ก1", "not_ascii 4 "),
        (&format!("{SLIP}XYZ"), "trailing_bytes 59 91"),
        (&format!("{SLIP}{SLIP}"), "trailing_bytes 59 91"),
        (&SLIP[..51], "missing_crc 51 "),
        (&SLIP[..55], "crc_length 55 91"),
        (&SLIP[..54], "truncated 51 "),
        (&sealed("004100060000010103014022000111222233344ABCD125102TH9105"), "crc_length 51 91"),
        ("004100060000010103014022000111222233344ABCD125102TH910417DG", "crc_digits 55 91"),
        ("004100060000010103014022000111222233344ABCD126304BA3C", "wrong_crc_tag 45 63"),
        (&sealed("004100060000010103014022000111222233344ABCD129104"), "missing_country 53 "),
        (&sealed("004100060000010103014022000111222233344ABCD125103THA9104"), "wrong_country 45 51"),
        (&sealed("5102TH9104"), "wrong_format 0 "),
        (&sealed("0002015102TH9104"), "wrong_format 0 00"),
        (&sealed("004100060000010103014022000111222233344ABCD1200020051029104"), "duplicate_tag 45 00"),
        (&inner("00060000020103014022000111222233344ABCD12"), "unknown_api 4 00/00"),
        (&inner("01060000010203004031000000000005"), "wrong_subtags 4 00/01"),
        (&inner("0006000001"), "wrong_subtags 14 00"),
        (&inner("00060000010106ABCDEF0201x"), "bad_bank_code 18 00/01"),
        (&inner("0006000001010301402260123456789ABCDEFGHIJKLMNOP"), "trans_ref_too_long 50 00/02"),
        (&inner("000600000101030140200"), "empty_trans_ref 25 00/02"),
        (&inner("00060000010103014020512-45"), "bad_trans_ref 27 00/02"),
        (&inner("00060000010103014020512 45"), "bad_trans_ref 27 00/02"),
        (&inner("000600000101030140201A0301B"), "wrong_subtags 26 00"),
        (&inner("000600000101030140299A"), "truncated 21 00/02"),
        (&"0".repeat(513), "too_long 512 "),
    ] {
        for mode in [Mode::Strict, Mode::Tolerant, Mode::Repair] {
            assert_eq!(told(payload.as_bytes(), mode), wanted, "{payload:?}, {mode:?}");
        }
    }
    assert_eq!(told(b"0041ab\xff123", Mode::Strict), "not_ascii 6 ");
    let many: String =
        (0..100).filter(|id| ![51, 63, 91].contains(id)).map(|id| format!("{id:02}00")).collect();
    assert_eq!(told(many.as_bytes(), Mode::Strict), "too_many_tags 256 66");
}

#[test]
fn slips_of_true_money_are_a_kind_of_their_own() {
    let payload = "00480002010102010203P2P0313TXN00012345670408250120249104b425";
    assert_eq!(told(payload.as_bytes(), Mode::Strict), "P2P TXN0001234567 []");
    let slip = TrueMoneySlip::new("P2P", "TXN0001234567", "25012024").unwrap();
    assert_eq!(TrueMoneySlip::read(payload), Ok(slip));
    assert_eq!(slip.to_payload().unwrap(), payload);
    let cut = "00480002010102010203P2P0313TXN00000000050408250120249104549";
    assert_eq!(told(cut.as_bytes(), Mode::Repair), "P2P TXN0000000005 [crc_repaired]");
    assert_eq!(TrueMoneySlip::read(SLIP).unwrap_err().reason(), Reason::WrongFormat);
    assert_eq!(BankSlip::read(payload).unwrap_err().reason(), Reason::WrongFormat);
    let with =
        |inner: &str| told(sealed(&format!("00{:02}{inner}9104", inner.len())).as_bytes(), Mode::Strict);
    for (day, wanted) in [
        ("29022024", "E T []"),
        ("29022023", "bad_date 30 00/04"),
        ("31042024", "bad_date 30 00/04"),
        ("00012024", "bad_date 30 00/04"),
        ("01132024", "bad_date 30 00/04"),
        ("2501202", "bad_date 30 00/04"),
    ] {
        assert_eq!(with(&format!("0002010102010201E0301T04{:02}{day}", day.len())), wanted, "{day}");
    }
    assert_eq!(with("0002010102020201E0301T040825012024"), "unknown_api 10 00/01");
    assert_eq!(with("00020101020102000301T040825012024"), "malformed 20 00/02");
    assert_eq!(with("0002010102010201E0301T04082501202405011"), "wrong_subtags 38 00");
    let with_country = sealed("00340002010102010201E0301T0408250120245102TH9104");
    assert_eq!(told(with_country.as_bytes(), Mode::Strict), "unknown_tag 38 51");
    assert_eq!(told(with_country.as_bytes(), Mode::Tolerant), "E T [unknown_tags]");
    let long = TrueMoneySlip::new(&payload[..40], &payload[..40], "25012024").unwrap();
    assert_eq!(long.to_payload().unwrap_err().reason(), Reason::ValueTooLong);
}

#[test]
fn bank_codes_are_data_and_their_list_is_sorted() {
    let all = Institution::all();
    assert!(all.is_sorted_by(|one, two| one.code < two.code));
    assert!(all.iter().all(|it| BankCode::new(it.code).unwrap().institution() == Some(it)));
    let count = |standing| all.iter().filter(|it| it.standing == standing).count();
    assert_eq!(
        [Standing::Open, Standing::Closed, Standing::NonBank, Standing::Fictional].map(count),
        [37, 11, 4, 1]
    );
    for wrong in ["", "14", "0014", "01a", "๐๑๔", " 14"] {
        assert_eq!(BankCode::new(wrong).unwrap_err().reason(), Reason::BadBankCode, "{wrong}");
    }
    // A slip of a bank that is gone is still that bank's.
    assert_eq!(BankCode::new("065").unwrap().institution().map(|it| it.short), Some("TBANK"));
}

#[test]
fn nothing_that_is_somebodys_is_in_debug_or_errors() {
    let slip = Slip::read(SLIP).unwrap();
    assert_eq!(
        format!("{slip:?}"),
        "Bank(BankSlip { sending_bank: 014, trans_ref: \"001**************D12\", country: [84, 72] })"
    );
    for mode in [Mode::Strict, Mode::Tolerant] {
        let payload = SLIP.replace("ABCD", "AB-D");
        let error = Slip::read_in(&payload, mode).unwrap_err();
        assert!(!format!("{error:?} {error}").contains("0011122"), "{error:?}");
    }
}

#[test]
fn a_buffer_that_is_too_small_is_told() {
    let slip = Slip::read(SLIP).unwrap();
    let mut buffer = [0; 128];
    assert_eq!(slip.write(&mut buffer), Ok(SLIP));
    for size in 0..SLIP.len() {
        assert_eq!(slip.write(&mut buffer[..size]).unwrap_err().reason(), Reason::BufferTooSmall, "{size}");
    }
}
