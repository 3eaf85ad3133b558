//! Proxies, billers, references and amounts: what constructors take and refuse.

use satang_slip_verification::{
    Amount, BankAccount, BankCode, BillerId, CustomerCode, EWallet, Mobile, NationalId, Reason, Reference,
    TransRef,
};

#[test]
fn mobile_numbers_are_taken_as_people_write_them() {
    for written in [
        "0812345678",
        "081-234-5678",
        "(081) 234-5678",
        "+66 81 234 5678",
        "+66812345678",
        "66812345678",
        "0066812345678",
    ] {
        let mobile = Mobile::new(written).unwrap_or_else(|error| panic!("{written}: {error}"));
        assert_eq!(
            (mobile.as_str(), mobile.national().as_str()),
            ("0066812345678", "0812345678"),
            "{written}"
        );
    }
    for wrong in [
        "",
        "812345678",
        "0212345678",
        "08123456",
        "081234567890",
        "+0812345678",
        "+660812345678",
        "0044812345678",
        "๐๘๑๒๓๔๕๖๗๘",
        "0812345678x",
        "081+2345678",
        "00668123456789",
    ] {
        assert_eq!(Mobile::new(wrong).unwrap_err().reason(), Reason::NotMobile, "{wrong}");
    }
}

#[test]
fn check_digits_are_asked_for_when_something_is_built() {
    for good in ["3100600445635", "1234545678781", "0105540087061", "0994000165501", "1101700230708"] {
        assert!(NationalId::new(good).is_ok(), "{good}");
    }
    for bad in ["1234545678789", "1234567890123", "1111111111111", "0123456789012"] {
        assert_eq!(NationalId::new(bad).unwrap_err().reason(), Reason::CheckDigit, "{bad}");
        assert!(!NationalId::unchecked(bad).unwrap().check_digit_fits(), "{bad}");
    }
    for bad in ["", "123454567878", "12345456787811", "123454567878a"] {
        assert_eq!(NationalId::unchecked(bad).unwrap_err().reason(), Reason::BadProxy, "{bad}");
    }
    assert!(BillerId::new("099400016550100").unwrap().check_digit_fits());
    assert!(!BillerId::new("011223344556601").unwrap().check_digit_fits());
}

#[test]
fn other_numbers_have_their_lengths() {
    assert!(EWallet::new("140000812345678").is_ok());
    assert_eq!(
        EWallet::true_money(Mobile::new("0812345678").unwrap()),
        EWallet::new("140000812345678").unwrap()
    );
    assert_eq!(EWallet::new("012345678901234").unwrap().true_money_number(), None);
    assert!(CustomerCode::new("0123456789").is_ok());
    let bank = BankCode::new("014").unwrap();
    for (number, good) in
        [("1", true), (&"1".repeat(40), true), ("", false), (&"1".repeat(41), false), ("1-2", false)]
    {
        assert_eq!(BankAccount::new(bank, number).is_ok(), good, "{number}");
    }
    for (text, built, read) in [
        ("099400016550100", true, true),
        ("0112233445566", false, true),
        ("09940001655010", false, false),
        ("09940001655010a", false, false),
    ] {
        assert_eq!((BillerId::new(text).is_ok(), BillerId::unchecked(text).is_ok()), (built, read), "{text}");
    }
    for (text, built, read) in [
        ("CUST01", true, true),
        ("a", true, true),
        ("INV-1/2", false, true),
        ("", false, false),
        ("123456789012345678901", false, false),
        ("ก", false, false),
        ("a\r", false, false),
    ] {
        assert_eq!(
            (Reference::new(text).is_ok(), Reference::unchecked(text).is_ok()),
            (built, read),
            "{text}"
        );
    }
    assert_eq!(TransRef::new(&"a".repeat(26)).unwrap_err().reason(), Reason::TransRefTooLong);
}

#[test]
fn amounts_are_digits() {
    for (text, satang, written) in [
        ("100", 10_000, "100.00"),
        ("30.5", 3_050, "30.50"),
        ("0.01", 1, "0.01"),
        ("0030.00", 3_000, "30.00"),
        ("9999999999.99", 999_999_999_999, "9999999999.99"),
    ] {
        let amount: Amount = text.parse().unwrap();
        assert_eq!((amount.satang(), amount.to_string()), (satang, written.to_owned()));
    }
    for wrong in [
        "",
        "0",
        "0.00",
        "-5.00",
        "+5",
        "12abc",
        "1e3",
        "nan",
        "inf",
        "30,00",
        "1,000.00",
        ".5",
        "5.",
        "1.234",
        "1..2",
        "10000000000",
        "๓๐",
        " 30",
        "1.2.3",
    ] {
        assert_eq!(wrong.parse::<Amount>().unwrap_err().reason(), Reason::BadAmount, "{wrong}");
    }
    for wrong in [0, -1, 1_000_000_000_000, i64::MIN, i64::MAX] {
        assert!(Amount::from_satang(wrong).is_err(), "{wrong}");
    }
}
