//! What reading and building a code costs, beside `promptparse` in the same process.
//!
//! `cargo xtask bench slip` runs it. All take turns in short windows, round after round, and count the thread's own processor
//! time, so that whatever else runs on the machine disturbs all of them alike: the ratios are what counts.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, clippy::indexing_slicing)] // whoever measures reads panics
#![allow(clippy::print_stdout, clippy::cast_precision_loss)]

use promptparse::{generate, validate};
use satang_slip_verification::{
    Amount, BankCode, BankSlip, Barcode, BillPayment, BillerId, Mobile, Order, PaymentQr, Proxy, Reference,
    Slip, TransRef, crc16,
};
use std::{fs, hint::black_box, process::ExitCode, time::Duration};

const SLIP: &str = "004100060000010103014022000111222233344ABCD125102TH910417DF";
const LONG_SLIP: &str = "004600060000010103014022520201107013FsG6joxJrXDrbJ5102TH910437B6";
const PROXY: &str = "00020101021229370016A0000006770101110113006681222333353037645802TH540530.0063043CAD";
const BILL: &str = "00020101021230650016A00000067701011201150994000165501000212123456789012030667042953037645802TH54073649.2263044534";
const BARCODE: &str = "|099400016550100\r123456789012\r670429\r364922";

type Work = Box<dyn FnMut()>;
/// Ours, and the peer's.
type Pair = (Work, Option<Work>);

/// One thing to do: by us, by the peer, and how many times faster we want to be.
struct Row {
    name: &'static str,
    ours: Work,
    peer: Option<Work>,
    goal: Option<f64>,
}

fn main() -> ExitCode {
    let given: Vec<String> = std::env::args().collect();
    let has = |name: &str| given.iter().any(|argument| argument == name);
    if !has("--bench") {
        return ExitCode::SUCCESS; // `cargo test` has nothing to do here
    }
    let (window, rounds) = if has("--quick") { (10, 3) } else { (60, 25) };
    let met = run(rows(), Duration::from_millis(window), rounds);
    if met || !has("--strict") { ExitCode::SUCCESS } else { ExitCode::FAILURE }
}

fn rows() -> Vec<Row> {
    let read_slip = |payload: &'static str| {
        let ours: Work = Box::new(move || assert!(black_box(&Slip::read(black_box(payload))).is_ok()));
        let peer: Work =
            Box::new(move || assert!(black_box(&validate::slip_verify(black_box(payload), false)).is_some()));
        (ours, Some(peer))
    };
    let mut rows = Vec::new();
    let mut add = |name, (ours, peer): Pair, goal| {
        rows.push(Row { name, ours, peer, goal });
    };
    add("read a slip, 59 bytes", read_slip(SLIP), Some(5.0));
    add("read a slip, 64 bytes", read_slip(LONG_SLIP), Some(5.0));
    add(
        "read a proxy's code, 83 bytes",
        (
            Box::new(|| assert!(black_box(&PaymentQr::read(black_box(PROXY))).is_ok())),
            Some(Box::new(|| assert!(black_box(&validate::any_id(black_box(PROXY))).is_some()))),
        ),
        Some(4.0),
    );
    add(
        "read a bill's code, 113 bytes",
        (
            Box::new(|| assert!(black_box(&PaymentQr::read(black_box(BILL))).is_ok())),
            Some(Box::new(|| assert!(black_box(&validate::bill_payment(black_box(BILL))).is_some()))),
        ),
        Some(4.0),
    );
    add("build a slip", build_slip(), Some(4.0));
    add("build a proxy's code", build_proxy(), Some(4.0));
    add("build a bill's code", build_bill(), Some(4.0));
    add("barcode to a bill's code", convert(), Some(4.0));
    add(
        "the checksum alone, 55 bytes",
        (Box::new(|| _ = black_box(crc16(black_box(&SLIP.as_bytes()[..55])))), None),
        None,
    );
    rows
}

/// The same inputs to both: texts that have to be checked, and an amount.
fn build_slip() -> Pair {
    let ours = || {
        let bank = BankCode::new(black_box("014")).unwrap();
        let slip = BankSlip::new(bank, TransRef::new(black_box("00111222233344ABCD12")).unwrap());
        let mut buffer = [0; 64];
        assert_eq!(black_box(slip.write(&mut buffer).unwrap()).len(), SLIP.len());
    };
    let peer = || {
        let config = generate::SlipVerifyConfig {
            sending_bank: black_box("014").to_owned(),
            trans_ref: black_box("00111222233344ABCD12").to_owned(),
        };
        assert_eq!(black_box(generate::slip_verify(config)).len(), SLIP.len());
    };
    (Box::new(ours), Some(Box::new(peer)))
}

fn build_proxy() -> Pair {
    let ours = || {
        let mobile = Mobile::new(black_box("0812223333")).unwrap();
        let amount = Amount::from_satang(black_box(3000)).unwrap();
        let mut buffer = [0; 128];
        let qr = PaymentQr::to_proxy(Proxy::Mobile(mobile)).with_amount(amount);
        assert_eq!(black_box(qr.write(&mut buffer, Order::Promptparse).unwrap()).len(), PROXY.len());
    };
    let peer = || {
        let config = generate::AnyIdConfig {
            proxy_type: generate::ProxyType::Msisdn,
            target: black_box("0812223333").to_owned(),
            amount: Some(black_box(30.0)),
        };
        assert_eq!(black_box(generate::any_id(config).unwrap()).len(), PROXY.len());
    };
    (Box::new(ours), Some(Box::new(peer)))
}

fn build_bill() -> Pair {
    let ours = || {
        let biller = BillerId::new(black_box("099400016550100")).unwrap();
        let bill = BillPayment::new(biller, Reference::new(black_box("123456789012")).unwrap())
            .with_ref2(Reference::new(black_box("670429")).unwrap());
        let amount = Amount::from_satang(black_box(364_922)).unwrap();
        let mut buffer = [0; 128];
        let qr = PaymentQr::to_biller(bill).with_amount(amount);
        assert_eq!(black_box(qr.write(&mut buffer, Order::Promptparse).unwrap()).len(), BILL.len());
    };
    let peer = || {
        let config = generate::BillPaymentConfig {
            biller_id: black_box("099400016550100").to_owned(),
            amount: Some(black_box(3649.22)),
            ref1: black_box("123456789012").to_owned(),
            ref2: Some(black_box("670429").to_owned()),
            ref3: None,
        };
        assert_eq!(black_box(generate::bill_payment(config).unwrap()).len(), BILL.len());
    };
    (Box::new(ours), Some(Box::new(peer)))
}

fn convert() -> Pair {
    let ours = || {
        let qr = PaymentQr::from(Barcode::read(black_box(BARCODE)).unwrap());
        let mut buffer = [0; 128];
        assert_eq!(black_box(qr.write(&mut buffer, Order::Promptparse).unwrap()).len(), BILL.len());
    };
    let peer = || {
        let barcode = promptparse::parse_barcode(black_box(BARCODE)).unwrap();
        assert_eq!(black_box(barcode.to_qr_tag30().unwrap()).len(), BILL.len());
    };
    (Box::new(ours), Some(Box::new(peer)))
}

/// Measures everything, prints the tables, and tells whether the goals are met.
fn run(mut rows: Vec<Row>, window: Duration, rounds: usize) -> bool {
    let mut figures: Vec<(Vec<f64>, Vec<f64>)> = rows.iter().map(|_| Default::default()).collect();
    for round in 0..=rounds {
        for (row, (ours, peer)) in rows.iter_mut().zip(&mut figures) {
            let found = (rate(window, &mut row.ours), row.peer.as_mut().map(|work| rate(window, work)));
            if round > 0 {
                // The first warms up.
                ours.push(found.0);
                peer.extend(found.1);
            }
        }
    }
    println!("| million a second of processor time, median of {rounds} | satang | promptparse | times |");
    println!("| --- | --- | --- | --- |");
    let mut goals = Vec::new();
    for (row, (ours, peer)) in rows.iter().zip(figures) {
        let (ours, peer) = (median(ours), (!peer.is_empty()).then(|| median(peer)));
        match peer {
            Some(peer) => {
                println!("| {} | {:.2} | {:.2} | {:.1} |", row.name, ours / 1e6, peer / 1e6, ours / peer);
                goals.extend(row.goal.map(|goal| (row.name, goal, ours / peer)));
            }
            None => println!("| {} | {:.2} | | |", row.name, ours / 1e6),
        }
    }
    println!("\n| goal: times the peer | wanted | found | |\n| --- | --- | --- | --- |");
    let mut met = true;
    for (name, goal, found) in goals {
        met &= found >= goal;
        let verdict = if found >= goal { "met" } else { "MISSED" };
        println!("| {name} | at least {goal} | {found:.1} | {verdict} |");
    }
    met
}

fn median(mut figures: Vec<f64>) -> f64 {
    figures.sort_by(f64::total_cmp);
    figures[figures.len() / 2]
}

/// How often `work` can be done in a second of this thread's processor time.
fn rate(window: Duration, work: &mut Work) -> f64 {
    let start = processor_time();
    let mut count = 0_u32;
    loop {
        for _ in 0..2000 {
            work();
        }
        count += 2000;
        let used = processor_time() - start;
        if used >= window {
            return f64::from(count) / used.as_secs_f64();
        }
    }
}

/// What this thread has used of the processors so far.
fn processor_time() -> Duration {
    let schedstat = fs::read_to_string("/proc/thread-self/schedstat").unwrap_or_default();
    let first = schedstat.split(' ').next().and_then(|number| number.parse().ok());
    Duration::from_nanos(first.unwrap_or_default())
}
