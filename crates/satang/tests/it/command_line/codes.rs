//! `satang slip` and `satang qr`: from arguments, files and pipes.

use super::lines;
use crate::program::{Ended, run, satang};
use serde_json::{Value, json};
use std::{
    io::{BufRead as _, BufReader, Write as _},
    process::{Child, Stdio},
};

const SLIP: &str = "004100060000010103014022000111222233344ABCD125102TH910417DF";
const CUT: &str = "0030000600000101030140209T000000865102TH9104539";

fn told(arguments: &[&str]) -> (Option<i32>, Value) {
    let ended = run(["--json"].iter().chain(arguments));
    (ended.code(), lines(&ended).pop().unwrap_or_else(|| panic!("{arguments:?}: {ended:?}")))
}

#[test]
fn slips_are_read_from_an_argument() {
    let good = json!({ "kind": "bank_slip", "valid": true, "sendingBank": "014",
        "bankName": "Siam Commercial Bank", "transRef": "00111222233344ABCD12", "country": "TH", "remarks": [] });
    assert_eq!(told(&["slip", "read", SLIP]), (Some(0), good));
    let wallet = "00480002010102010203P2P0313TXN00012345670408250120249104b425";
    let good = json!({ "kind": "true_money_slip", "valid": true, "eventType": "P2P",
        "transactionId": "TXN0001234567", "date": "2024-01-25", "remarks": [] });
    assert_eq!(told(&["slip", "read", wallet]), (Some(0), good));

    let bad = json!({ "valid": false, "reason": "crc_length", "offset": 44, "tag": "91",
        "message": "the checksum is not four digits long" });
    assert_eq!(told(&["slip", "read", CUT]), (Some(1), bad));
    let (code, repaired) = told(&["slip", "read", CUT, "--mode", "repair"]);
    assert_eq!((code, &repaired["remarks"]), (Some(0), &json!(["crc_repaired"])));
    let wrong = SLIP.replace("17DF", "0000");
    assert_eq!(told(&["slip", "read", &wrong, "--mode", "repair"]).0, Some(1));
    assert_eq!(told(&["slip", "read", &wrong, "--mode", "ignore-crc"]).1["remarks"], json!(["crc_ignored"]));

    let text = |arguments: &[&str]| run(arguments).printed.join("\n");
    assert_eq!(
        text(&["slip", "read", SLIP]),
        "slip of 014 (Siam Commercial Bank), transaction 00111222233344ABCD12"
    );
    assert_eq!(
        text(&["slip", "read", &wrong]),
        "not valid: the checksum is that of another text (crc_mismatch) at byte 55, tag 91"
    );
}

#[test]
fn codes_and_barcodes_are_read_from_an_argument() {
    let code = "00020101021229370016A0000006770101110113006681222333353037645802TH540530.0063043CAD";
    let (exit, read) = told(&["qr", "read", code]);
    assert_eq!((exit, &read["satang"], &read["baht"]), (Some(0), &json!(3000), &json!("30.00")));
    assert_eq!(read["initiation"], "dynamic");
    assert_eq!(read["proxy"]["type"], "MSISDN");
    assert_eq!(read["proxy"]["value"], "0812223333");
    assert_eq!(run(["qr", "read", code]).printed, ["pay 30.00 baht to mobile 0812223333"]);

    let merchant = "0002010102111531267607642676076400000220303464030810016A00000067701011201150107536000374030215000002203034640031943003465002111328415204000053037645802TH5925CHIANGRAI INTERNATIONAL C6009CHIANGRAI610557100621207084300346563042771";
    let (exit, read) = told(&["qr", "read", merchant]);
    assert_eq!((exit, &read["satang"], &read["terminalLabel"]), (Some(0), &Value::Null, &json!("43003465")));
    assert_eq!(read["bill"]["billerId"], "010753600037403");
    assert_eq!(read["merchantName"], "CHIANGRAI INTERNATIONAL C");
    assert_eq!(read["others"], json!([{ "tag": "15", "value": "2676076426760764000002203034640" }]));

    let (exit, read) = told(&["qr", "read", "|099400016550100\r123456789012\r670429\r364922"]);
    assert_eq!((exit, &read["kind"], &read["satang"]), (Some(0), &json!("barcode"), &json!(364_922)));
    let (exit, read) = told(&["qr", "read", "|099400016550100\r1\r\r12.34"]);
    assert_eq!((exit, &read["reason"], &read["offset"]), (Some(1), &json!("bad_amount"), &json!(20)));
    // A slip asks for no payment, and a payment code is no slip.
    assert_eq!(told(&["qr", "read", SLIP]).0, Some(1));
    assert_eq!(told(&["slip", "read", code]).1["reason"], "wrong_format");
}

#[test]
fn what_is_built_is_what_peers_build() {
    for (arguments, payload) in [
        (
            &["slip", "build", "--sending-bank", "002", "--trans-ref", "0002123123121200011"] as &[&str],
            "004000060000010103002021900021231231212000115102TH91049C30",
        ),
        (
            &[
                "slip",
                "build",
                "--event-type",
                "P2P",
                "--transaction-id",
                "TXN0001234567",
                "--date",
                "25012024",
            ],
            "00480002010102010203P2P0313TXN00012345670408250120249104b425",
        ),
        (
            &["qr", "build", "--mobile", "081-222-3333", "--amount", "30", "--order", "promptparse"],
            "00020101021229370016A0000006770101110113006681222333353037645802TH540530.0063043CAD",
        ),
        (
            &["qr", "build", "--mobile", "0812223333", "--amount", "30"],
            "00020101021229370016A000000677010111011300668122233335303764540530.005802TH6304F9BA",
        ),
        (
            &[
                "qr",
                "build",
                "--national-id",
                "1111111111111",
                "--any-check-digit",
                "--order",
                "promptpay-qr",
            ],
            "00020101021129370016A000000677010111021311111111111115802TH530376463047B5A",
        ),
        (
            &["qr", "build", "--true-money", "0801111111", "--order", "promptparse"],
            "00020101021129390016A000000677010111031514000080111111153037645802TH63047C0F",
        ),
        (
            &["qr", "build", "--bank-account", "014:1234567890", "--amount", "100.00"],
            "00020101021229370016A0000006770101110413014123456789053037645406100.005802TH6304901D",
        ),
        (
            &[
                "qr",
                "build",
                "--biller",
                "099400016550100",
                "--ref1",
                "123456789012",
                "--ref2",
                "670429",
                "--amount",
                "3649.22",
                "--order",
                "promptparse",
            ],
            "00020101021230650016A00000067701011201150994000165501000212123456789012030667042953037645802TH54073649.2263044534",
        ),
        (
            &[
                "qr",
                "build",
                "--barcode",
                "|099400016550100\r123456789012\r670429\r364922",
                "--order",
                "promptparse",
            ],
            "00020101021230650016A00000067701011201150994000165501000212123456789012030667042953037645802TH54073649.2263044534",
        ),
    ] {
        assert_eq!(run(arguments).printed, [payload], "{arguments:?}");
        assert_eq!(told(arguments), (Some(0), json!({ "payload": payload })), "{arguments:?}");
        let command = arguments[0];
        assert_eq!(told(&[command, "read", payload]).0, Some(0), "{arguments:?}");
    }
    for wrong in [
        &["slip", "build"] as &[&str],
        &["slip", "build", "--sending-bank", "14", "--trans-ref", "1"],
        &["slip", "build", "--sending-bank", "014"],
        &["slip", "build", "--event-type", "P2P", "--transaction-id", "1", "--date", "31022024"],
        &["qr", "build"],
        &["qr", "build", "--mobile", "0212345678"],
        &["qr", "build", "--mobile", "0812345678", "--amount", "0"],
        &["qr", "build", "--mobile", "0812345678", "--biller", "099400016550100", "--ref1", "1"],
        &["qr", "build", "--national-id", "1111111111111"],
        &["qr", "build", "--biller", "099400016550100"],
        &["qr", "build", "--bank-account", "1234567890"],
        &["slip", "read", SLIP, "--mode", "lenient"],
    ] {
        let ended = run(wrong);
        assert_eq!(ended.code(), Some(2), "{wrong:?}: {ended:?}");
        // What is somebody's number is not repeated.
        assert!(!ended.errors.contains("1111111111111") && !ended.errors.contains("0212345678"), "{ended:?}");
    }
}

/// The program with a pipe into it.
fn piped(arguments: &[&str]) -> Child {
    satang(arguments).stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap()
}

#[test]
fn each_line_of_a_pipe_or_a_file_is_answered_by_a_line() {
    let many = format!("{SLIP}\r\n\n{CUT}\n{}\n\u{e01}\n{SLIP}", "9".repeat(10_000));
    let wanted = [
        json!([true, "bank_slip", null, null]),
        json!([false, null, "missing_crc", 0]),
        json!([false, null, "crc_length", 44]),
        json!([false, null, "too_long", 4352]),
        json!([false, null, "not_ascii", 0]),
        json!([true, "bank_slip", null, null]),
    ];
    let check = |ended: &Ended| {
        assert_eq!(ended.code(), Some(1), "{ended:?}");
        let told = lines(ended).into_iter();
        let told = told.map(|line| json!([line["valid"], line["kind"], line["reason"], line["offset"]]));
        assert_eq!(told.collect::<Vec<_>>(), wanted);
    };
    let file = tempfile::NamedTempFile::new().unwrap();
    std::fs::write(file.path(), &many).unwrap();
    check(&run(["--json", "slip", "read", file.path().to_str().unwrap()]));

    let mut child = piped(&["slip", "read", "-"]);
    child.stdin.take().unwrap().write_all(many.as_bytes()).unwrap();
    let output = child.wait_with_output().unwrap();
    let printed = String::from_utf8(output.stdout).unwrap().lines().map(str::to_owned).collect();
    check(&Ended { status: output.status, printed, errors: String::new() });
    // Nothing is no fault.
    let mut child = piped(&["slip", "read", "-"]);
    drop(child.stdin.take());
    assert_eq!(child.wait().unwrap().code(), Some(0));
}

/// Whoever asks line by line is answered before the next line.
#[test]
fn a_pipe_is_answered_as_it_goes() {
    let mut child = piped(&["slip", "read", "-"]);
    let (mut ask, mut answers) = (child.stdin.take().unwrap(), BufReader::new(child.stdout.take().unwrap()));
    for (payload, valid) in [(SLIP, true), (CUT, false), (SLIP, true)] {
        writeln!(ask, "{payload}").unwrap();
        let mut answer = String::new();
        answers.read_line(&mut answer).unwrap();
        assert_eq!(serde_json::from_str::<Value>(&answer).unwrap()["valid"], valid);
    }
    drop(ask);
    assert_eq!(child.wait().unwrap().code(), Some(1));
}

/// A reader who has seen enough, such as `head`, is no failure.
#[test]
fn a_closed_output_ends_it() {
    let mut child = piped(&["slip", "read", "-"]);
    drop(child.stdout.take());
    let mut ask = child.stdin.take().unwrap();
    let lines = format!("{SLIP}\n").repeat(10_000);
    // It may end before it has read all.
    let _ = ask.write_all(lines.as_bytes());
    drop(ask);
    assert_eq!(child.wait().unwrap().code(), Some(0));
}

#[test]
fn a_slip_is_drawn_and_found_in_its_picture() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("slip.png");
    let path = path.to_str().unwrap();
    assert_eq!(told(&["slip", "picture", SLIP, "--out", path]).0, Some(0));
    let (code, found) = told(&["slip", "read", path]);
    assert_eq!((code, &found["transRef"]), (Some(0), &json!("00111222233344ABCD12")));
    // It is no code that asks for a payment.
    assert_eq!(told(&["qr", "read", path]).1["reason"], "no_payment_code");

    let bytes = std::fs::read(path).unwrap();
    std::fs::write(path, &bytes[..bytes.len() / 2]).unwrap();
    let damaged =
        json!({ "valid": false, "reason": "damaged_picture", "message": "the picture cannot be decoded" });
    assert_eq!(told(&["slip", "read", path]), (Some(1), damaged));
    std::fs::write(path, [bytes, vec![0; 11 << 20]].concat()).unwrap();
    assert_eq!(told(&["slip", "read", path]).1["reason"], "picture_too_large");
    // What is no slip is not drawn, and what cannot be written is said.
    assert_eq!(run(["slip", "picture", CUT, "--out", path]).code(), Some(2));
    assert_eq!(run(["slip", "picture", SLIP, "--out", "/nowhere/slip.png"]).code(), Some(4));
}
