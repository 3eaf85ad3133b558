//! The barcode on a bill.

use satang_slip_verification::{
    Amount, Barcode, BillPayment, BillerId, Mobile, PaymentQr, Proxy, Reason, Reference,
};

#[test]
fn barcodes_are_read_and_written() {
    for (payload, biller, ref1, ref2, satang) in [
        (
            "|099400016550100\r123456789012\r670429\r364922",
            "099400016550100",
            "123456789012",
            "670429",
            364_922,
        ),
        ("|099999999999990\rCUST01\r\r0", "099999999999990", "CUST01", "", 0),
        ("|099999999999990\rCUST01\r\r12345", "099999999999990", "CUST01", "", 12_345),
        ("|099400016550100\r1\r\r3000000000", "099400016550100", "1", "", 3_000_000_000),
        ("|099400016550100\r1\r\r999999999999", "099400016550100", "1", "", 999_999_999_999),
    ] {
        let barcode = Barcode::read(payload).unwrap();
        assert_eq!((barcode.biller.as_str(), barcode.ref1.as_str()), (biller, ref1));
        assert_eq!(barcode.ref2.map_or("", |it| it.as_str()), ref2);
        assert_eq!(barcode.amount.map_or(0, Amount::satang), satang);
        assert_eq!(barcode.to_payload(), payload);
    }
}

#[test]
fn what_is_wrong_is_told_with_its_place() {
    for (payload, wanted) in [
        ("", (Reason::NoPrefix, 0)),
        ("099999999999990\rCUST01\r\r0", (Reason::NoPrefix, 0)),
        ("|099400016550100\r123456789012\r670429", (Reason::FieldCount, 36)),
        ("|099400016550100\r1\r\r7\r", (Reason::FieldCount, 22)),
        ("|099999999999990\rCUST01\r\r", (Reason::EmptyAmount, 25)),
        ("|099999999999990\rCUST01\r\r12.34", (Reason::BadAmount, 25)),
        ("|1\r2\r3\r-100", (Reason::BadAmount, 7)),
        ("|099400016550100\r1\r\r1000000000000", (Reason::BadAmount, 20)),
        ("|09940001655010\r1\r\r7", (Reason::BadBiller, 1)),
        ("|099400016550100\r\r\r7", (Reason::BadReference, 17)),
        ("|099400016550100\r1\r123456789012345678901\r7", (Reason::BadReference, 19)),
        ("|099400016550100\r1\tB\r\r7", (Reason::BadReference, 18)),
        ("|099400016550100\rก\r\r7", (Reason::NotAscii, 17)),
        ("|099400016550100\r1\r\r7\n", (Reason::BadAmount, 20)),
    ] {
        let error = Barcode::read(payload).unwrap_err();
        assert_eq!((error.reason(), error.offset()), wanted, "{payload:?}");
    }
    assert_eq!(Barcode::read(&[b'|'; 513]).unwrap_err().reason(), Reason::TooLong);
}

/// Every amount up to a thousand baht, and around the places where a float or 32 bits go wrong.
#[test]
fn an_amount_survives_the_way_to_a_payment_code_and_back() {
    let far = [2_147_483_646, 2_147_483_647, 2_147_483_648, 4_294_967_296, 999_999_999_998, 999_999_999_999];
    for satang in (0..=100_000).chain(far) {
        let amount = Amount::from_satang(satang).ok();
        let barcode = Barcode {
            biller: BillerId::new("099400016550100").unwrap(),
            ref1: Reference::new("1").unwrap(),
            ref2: None,
            amount,
        };
        let mut buffer = [0; 256];
        let payload =
            PaymentQr::from(barcode).write(&mut buffer, satang_slip_verification::Order::Ascending).unwrap();
        let qr = PaymentQr::read(payload).unwrap();
        assert_eq!(qr.amount.map_or(0, Amount::satang), satang);
        assert_eq!(Barcode::try_from(&qr), Ok(barcode));
    }
}

#[test]
fn only_a_domestic_bill_becomes_a_barcode() {
    let proxy = PaymentQr::to_proxy(Proxy::Mobile(Mobile::new("0812223333").unwrap()));
    assert_eq!(Barcode::try_from(&proxy).unwrap_err().reason(), Reason::WrongFormat);
    let bill = BillPayment::new(BillerId::new("099400016550100").unwrap(), Reference::new("1").unwrap());
    let abroad = PaymentQr::to_biller(BillPayment { cross_border: true, ..bill });
    assert_eq!(Barcode::try_from(&abroad).unwrap_err().reason(), Reason::WrongFormat);
    assert!(Barcode::try_from(&PaymentQr::to_biller(bill)).is_ok());
}
