//! Reading allocates nothing, and neither does writing into a buffer.

use satang_slip_verification::{Barcode, Mode, Order, PaymentQr, Slip};

const SLIP: &str = "004100060000010103014022000111222233344ABCD125102TH910417DF";
const BILL: &str = "0002010102111531267607642676076400000220303464030810016A00000067701011201150107536000374030215000002203034640031943003465002111328415204000053037645802TH5925CHIANGRAI INTERNATIONAL C6009CHIANGRAI610557100621207084300346563042771";

/// How often `work` asked for memory.
fn allocations(work: impl FnOnce()) -> u64 {
    allocation_counter::measure(work).count_total
}

#[test]
fn codes_are_read_and_written_without_an_allocation() {
    let mut buffer = [0; 512];
    for (what, count) in [
        ("a slip", allocations(|| assert!(Slip::read(SLIP).is_ok()))),
        ("a slip, tag by tag", allocations(|| assert!(Slip::read_in(" 004", Mode::Repair).is_err()))),
        (
            "a slip with remarks",
            allocations(|| {
                let payload = "0030000600000101030140209T000000865102TH9104539\n";
                assert!(!Slip::read_in(payload, Mode::Repair).unwrap().remarks.is_empty());
            }),
        ),
        ("a merchant's code", allocations(|| assert!(PaymentQr::read(BILL).is_ok()))),
        ("a fault", allocations(|| assert!(PaymentQr::read(&BILL[1..]).is_err()))),
        ("a barcode", allocations(|| assert!(Barcode::read("|099400016550100\r1\r\r7").is_ok()))),
        (
            "a merchant's code, written",
            allocations(|| {
                let qr = PaymentQr::read(BILL).unwrap();
                assert_eq!(qr.write(&mut buffer, Order::Ascending), Ok(BILL));
            }),
        ),
    ] {
        assert_eq!(count, 0, "{what}");
    }
    // The counter counts.
    assert_eq!(allocations(|| assert!(Slip::read(SLIP).unwrap().to_payload().is_ok())), 1);
}
