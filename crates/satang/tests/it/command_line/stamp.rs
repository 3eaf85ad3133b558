//! `satang stamp`, from what it costs to the receipt.

use super::{complaint, failure, lines, outcome};
use crate::{
    gateway_process::GatewayProcess,
    program::{Ended, run},
    proxy::Proxy,
};
use satang_gateway::demo;
use serde_json::{Value, json};
use std::{fs, path::Path};

fn stamp(arguments: &[&str]) -> Ended {
    run(["--json", "stamp"].iter().chain(arguments))
}

/// A command against this gateway.
fn at(gateway: &str, command: &str, arguments: &[&str]) -> Ended {
    stamp(&[&[command, "--base-url", gateway], arguments].concat())
}

const LOAN: [&str; 7] = ["of", "loan", "--amount", "240000", "--number", "2569/01", "--created"];
const MADE: &str = "2026-02-21";

/// Files one loan under this request identifier.
fn file(gateway: &str, request_id: &str) -> Ended {
    at(gateway, "file", &[&["--request-id", request_id], &LOAN[..], &[MADE]].concat())
}

#[test]
fn duty_is_reckoned_without_a_call() {
    for (arguments, code, duty, total, deadline) in [
        (&["loan", "--amount", "240000.01"][..], "5", "121.00", "121.00", Value::Null),
        (&["lease", "--amount", "240000", "--duplicates", "2"], "1", "240.00", "250.00", Value::Null),
        (&["hire-purchase", "--amount", "1000"], "3", "1.00", "1.00", Value::Null),
        (&["power-of-attorney", "--acts", "severally", "--persons", "3"], "7", "90.00", "90.00", Value::Null),
        (&["proxy", "--meetings", "several"], "8", "100.00", "100.00", Value::Null),
        (&["guarantee"], "17", "10.00", "10.00", Value::Null),
        (&["guarantee", "--amount", "1000"], "17", "1.00", "1.00", Value::Null),
        (&["guarantee", "--created", "2026-01-02"], "17", "10.00", "10.00", "2026-01-19".into()),
        (
            &["guarantee", "--created", "2026-01-02", "--holiday", "2026-01-19", "--holiday", "2026-01-20"],
            "17",
            "10.00",
            "10.00",
            "2026-01-21".into(),
        ),
    ] {
        let ended = stamp(&[&["duty"], arguments].concat());
        assert_eq!(ended.code(), Some(0), "{ended:?}");
        let told = outcome(&ended);
        assert_eq!(
            [&told["typeCode"], &told["duty"], &told["total"], &told["deadline"]],
            [&code.into(), &duty.into(), &total.into(), &deadline],
            "{arguments:?}"
        );
    }
}

#[test]
fn a_wrong_description_is_2_and_names_what_is_wrong() {
    for (arguments, named) in [
        (&["duty", "loan"][..], "--amount"),
        (&["duty", "loan", "--amount=-1"], "--amount"),
        (&["duty", "loan", "--amount", "1.001"], "--amount"),
        (&["duty", "loan", "--amount", "1", "--acts", "once"], "--acts"),
        (&["duty", "power-of-attorney"], "--acts"),
        (&["duty", "power-of-attorney", "--acts", "once", "--persons", "2"], "--persons"),
        (&["duty", "power-of-attorney", "--acts", "severally", "--persons", "0"], "--persons"),
        (&["duty", "power-of-attorney", "--acts", "once", "--amount", "1"], "--amount"),
        (&["duty", "proxy"], "--meetings"),
        (&["duty", "guarantee", "--created", "9999-12-31"], "--created"),
        (&["file"], "--from-file"),
        (&["file", "of", "lease", "--amount", "1", "--number", "1", "--created", MADE], "--detail"),
        (&["file", "of", "loan", "--amount", "1", "--created", MADE], "--number"),
        (&["file", "of", "loan", "--amount", "1", "--number", "1"], "--created"),
        (&["file", "--path", "stamp", "of", "guarantee", "--number", "1", "--created", MADE], "--path"),
        (&["status", "123456789012345678901"], "1 to 20"),
    ] {
        let ended = stamp(arguments);
        assert_eq!(ended.code(), Some(2), "{arguments:?}: {ended:?}");
        assert!(ended.errors.contains(named), "{arguments:?}: {}", ended.errors);
    }
}

#[test]
fn a_file_is_refused_with_the_place_of_each_mistake() {
    let directory = tempfile::tempdir().unwrap();
    let path = directory.path().join("filing.json");
    let check = |text: &str, places: &[&str]| {
        fs::write(&path, text).unwrap();
        let ended = stamp(&["file", "--from-file", path.to_str().unwrap()]);
        assert_eq!(ended.code(), Some(2), "{ended:?}");
        for place in places {
            assert!(complaint(&ended).contains(place), "{place} is not in {}", complaint(&ended));
        }
        assert!(ended.printed.is_empty(), "nothing has begun: {ended:?}");
    };
    check("{", &["(document)"]);
    check(r#"{"instruments": 1, "extra": 2}"#, &["/payer", "/instruments", "/extra"]);
    let with = |instruments: &str| format!(r#"{{"payer": "1234567890121", "instruments": [{instruments}]}}"#);
    check(&with(""), &["/instInfo"]);
    check(
        &with(
            r#"{"nature": "loan", "number": "1", "created": "2026-02-21"},
               {"nature": "lease", "number": "2", "created": "2026-02-21", "amount": 1.00},
               {"nature": "proxy", "number": "3", "created": "2026-02-21", "meetings": "one"}"#,
        ),
        &["/instruments/0/amount", "/instruments/1/detail", "/instruments/2/meeting"],
    );
    check(
        &with(r#"{"nature": "gift", "number": "1", "created": "21-02-2026"}"#),
        &["/instruments/0/nature", "/instruments/0/created"],
    );
    let different = r#"{"nature": "guarantee", "number": "1", "created": "2026-02-21"},
        {"nature": "loan", "number": "2", "created": "2026-02-21", "amount": 1.00}"#;
    check(&with(different), &["/instInfo/1"]);
}

#[test]
fn a_filing_is_filed_paid_and_receipted() {
    let directory = tempfile::tempdir().unwrap();
    let gateway = GatewayProcess::start(&directory.path().join("data"));
    let url = &gateway.base_url;
    let filed = file(url, "REQ-1");
    assert_eq!(filed.code(), Some(0), "{filed:?}");
    assert_eq!(lines(&filed)[0], json!({ "requestId": "REQ-1" }), "before anything is sent");
    let told = outcome(&filed);
    assert_eq!((&told["outcome"], &told["amount"]), (&"accepted".into(), &"120.00".into()));
    assert_eq!(told["instruments"][0]["number"], "2569/01");
    let (reference, ref_no) =
        (told["apiRefNo"].as_str().unwrap(), told["instruments"][0]["refNo"].as_str().unwrap());

    // Not paid is an answer, and there is no receipt yet.
    let status = |expected: i32, words: &str| {
        let ended = at(url, "status", &[reference, "--ref-no", ref_no]);
        assert_eq!((ended.code(), &outcome(&ended)["outcome"]), (Some(expected), &words.into()), "{ended:?}");
    };
    status(1, "not paid");
    let out = directory.path().join("receipts");
    let receipt = |arguments: &[&str]| {
        at(url, "receipt", &[&[reference, "--out", out.to_str().unwrap()], arguments].concat())
    };
    let early = receipt(&[]);
    assert_eq!((early.code(), &failure(&early)["code"]), (Some(4), &"E07110".into()));

    let id = "8a3ff8e2-9a7c-4c4e-8a3e-0d8f6c1b2a11";
    let pay = || stamp(&["pay", "--url", url, reference, "--transaction-identification", id]);
    for _ in 0..2 {
        let paid = pay();
        assert_eq!(paid.code(), Some(0), "{paid:?}");
        assert_eq!(
            (&outcome(&paid)["outcome"], &outcome(&paid)["amount"]),
            (&"paid".into(), &"120.00".into())
        );
    }
    status(0, "paid");
    let another = stamp(&["pay", "--url", url, reference]);
    assert_eq!(another.code(), Some(4), "what is paid is not paid again: {another:?}");

    let fetched = receipt(&["--what", "both"]);
    assert_eq!(fetched.code(), Some(0), "{fetched:?}");
    let told = &lines(&fetched)[0];
    assert_eq!((&told["refNo"], told["files"].as_array().map(Vec::len)), (&ref_no.into(), Some(2)));
    assert!(told["verificationCode"].is_string());
    for file in ["receipt", "form"] {
        let written = fs::read(out.join(format!("{ref_no}-{file}.pdf"))).unwrap();
        assert!(written.starts_with(b"%PDF-"), "{file}");
    }
    // What is there is never written over.
    let before = fs::read(out.join(format!("{ref_no}-receipt.pdf"))).unwrap();
    let again = receipt(&[]);
    assert_eq!(again.code(), Some(4), "{again:?}");
    assert_eq!(fs::read(out.join(format!("{ref_no}-receipt.pdf"))).unwrap(), before);
}

#[test]
fn the_same_again_is_one_filing_and_another_is_refused() {
    let directory = tempfile::tempdir().unwrap();
    let gateway = GatewayProcess::start(directory.path());
    let first = file(&gateway.base_url, "REQ-1");
    assert_eq!(first.code(), Some(0), "{first:?}");
    assert_eq!(outcome(&file(&gateway.base_url, "REQ-1")), outcome(&first));
    let other = [&["--request-id", "REQ-1"], &LOAN[..], &["2026-02-22"]].concat();
    let other = at(&gateway.base_url, "file", &other);
    assert_eq!((other.code(), &outcome(&other)["outcome"]), (Some(1), &"duplicate".into()), "{other:?}");
    // An instrument is in one filing at a time.
    let moved = at(&gateway.base_url, "file", &[&["--request-id", "REQ-2"], &LOAN[..], &[MADE]].concat());
    assert_eq!((moved.code(), &outcome(&moved)["outcome"]), (Some(1), &"duplicate".into()), "{moved:?}");
    assert!(outcome(&moved)["violations"][0].as_str().unwrap().contains("/instInfo/0/id"), "{moved:?}");
}

#[test]
fn sixty_instruments_in_a_file_are_waited_for() {
    let directory = tempfile::tempdir().unwrap();
    let gateway = GatewayProcess::start(&directory.path().join("data"));
    let path = directory.path().join("filing.json");
    write_guarantees(&path, 60);
    let filed = at(&gateway.base_url, "file", &["--no-wait", "--from-file", path.to_str().unwrap()]);
    assert_eq!((filed.code(), &outcome(&filed)["outcome"]), (Some(3), &"received".into()), "{filed:?}");
    let told = outcome(&filed);
    let reference = told["apiRefNo"].as_str().unwrap();
    let moved = run(["--json", "clock", "--url", &gateway.base_url, "advance", "1m"]);
    assert_eq!(moved.code(), Some(0), "{moved:?}");
    let verified = at(&gateway.base_url, "status", &["--filing", reference]);
    assert_eq!(verified.code(), Some(0), "{verified:?}");
    let told = outcome(&verified);
    assert_eq!((&told["amount"], told["instruments"].as_array().map(Vec::len)), (&"600.00".into(), Some(60)));
    assert_eq!(told["apiRefNo"], reference);
}

/// More than come in one answer.
#[test]
fn receipts_of_a_large_filing_are_fetched_in_parts() {
    let directory = tempfile::tempdir().unwrap();
    let gateway = GatewayProcess::start(&directory.path().join("data"));
    let url = &gateway.base_url;
    let path = directory.path().join("filing.json");
    write_guarantees(&path, 101);
    let filed = outcome(&at(url, "file", &["--no-wait", "--from-file", path.to_str().unwrap()]));
    let reference = filed["apiRefNo"].as_str().unwrap();
    let moved = run(["--json", "clock", "--url", url, "advance", "1m"]);
    assert_eq!(moved.code(), Some(0), "{moved:?}");
    let paid = stamp(&["pay", "--url", url, reference]);
    assert_eq!(paid.code(), Some(0), "{paid:?}");
    let out = directory.path().join("receipts");
    let fetched = at(url, "receipt", &[reference, "--out", out.to_str().unwrap()]);
    assert_eq!((fetched.code(), &outcome(&fetched)["instruments"]), (Some(0), &101.into()), "{fetched:?}");
    assert_eq!(fs::read_dir(&out).unwrap().count(), 101);
}

/// The guide's own file.
#[test]
fn the_file_of_the_guide_is_filed() {
    let guide = include_str!("../../../../../docs/stamp-duty.md");
    let (_, rest) = guide.split_once("```json\n").expect("the guide shows a file");
    let (description, _) = rest.split_once("```").unwrap();
    let directory = tempfile::tempdir().unwrap();
    let gateway = GatewayProcess::start(&directory.path().join("data"));
    let path = directory.path().join("filing.json");
    fs::write(&path, description).unwrap();
    let filed = at(&gateway.base_url, "file", &["--from-file", path.to_str().unwrap()]);
    assert_eq!((filed.code(), &outcome(&filed)["amount"]), (Some(0), &"257.00".into()), "{filed:?}");
}

fn write_guarantees(path: &Path, count: usize) {
    let guarantee =
        |number| json!({ "nature": "guarantee", "number": format!("G{number}"), "created": MADE });
    let instruments: Vec<_> = (1..=count).map(guarantee).collect();
    let description = json!({ "payer": demo::FILERS[0].tax_id, "instruments": instruments });
    fs::write(path, description.to_string()).unwrap();
}

/// What is late costs a surcharge, here as the gateway proposes it.
#[test]
fn what_is_overdue_says_so() {
    let directory = tempfile::tempdir().unwrap();
    let gateway = GatewayProcess::start(directory.path());
    let late = ["of", "guarantee", "--number", "1", "--created", "2019-02-21", "--overdue"];
    let filed = at(&gateway.base_url, "file", &late);
    assert_eq!((filed.code(), &outcome(&filed)["amount"]), (Some(0), &"60.00".into()), "{filed:?}");
}

/// With a name and a path that clients are seen to use.
#[test]
fn paths_and_nonces_are_configuration() {
    let directory = tempfile::tempdir().unwrap();
    let gateway = GatewayProcess::start(directory.path());
    let other = ["--lower-camel", "--nonce-with-t", "--request-id", "REQ-1"];
    let filed = at(&gateway.base_url, "file", &[&other[..], &LOAN, &[MADE]].concat());
    assert_eq!(filed.code(), Some(0), "{filed:?}");
}

/// The Department has filed, and nobody was told. The same command, under the same name, finds out.
#[test]
fn a_lost_answer_is_3_and_the_same_again_tells() {
    let directory = tempfile::tempdir().unwrap();
    let gateway = GatewayProcess::start(directory.path());
    let proxy = Proxy::start(gateway.address(), "/stamp/SubmitFiling HTTP").loses_one_answer();
    let unknown = file(&proxy.base_url(), "REQ-1");
    assert!(proxy.has_lost(), "the answer came through: {unknown:?}");
    assert_eq!(unknown.code(), Some(3), "{unknown:?}");
    let told = outcome(&unknown);
    assert_eq!((&told["outcome"], &told["requestId"]), (&"unknown".into(), &"REQ-1".into()));
    let again = file(&gateway.base_url, "REQ-1");
    assert_eq!(again.code(), Some(0), "{again:?}");
    // One filing: the first number of the day was used once.
    let reference = outcome(&again)["apiRefNo"].as_str().unwrap().to_owned();
    assert!(reference.ends_with("000000000001"), "{reference}");
}

#[test]
fn who_may_not_is_4_and_no_secret_is_told() {
    let directory = tempfile::tempdir().unwrap();
    let gateway = GatewayProcess::start(directory.path());
    for (wrong, code) in [
        (["--password", "hunter2"], "E07103"),
        (["--username", "stranger"], "E07103"),
        (["--sender", "STRANGER"], "E07207"),
    ] {
        let ended = at(&gateway.base_url, "file", &[&wrong[..], &LOAN, &[MADE]].concat());
        assert_eq!((ended.code(), &failure(&ended)["code"]), (Some(4), &code.into()), "{ended:?}");
        assert!(complaint(&ended).contains("nothing was filed") && !complaint(&ended).contains("hunter2"));
    }
}

#[test]
fn at_the_department_nobody_is_the_demo_filer() {
    let key = tempfile::NamedTempFile::new().unwrap();
    fs::write(key.path(), demo::FILER_KEY).unwrap();
    let given = [
        ("--username", "SATANG_STAMP_USERNAME", "me"),
        ("--password", "SATANG_STAMP_PASSWORD", "hunter2"),
        ("--sender", "SATANG_STAMP_SENDER", "XYZ00001"),
        ("--key", "SATANG_STAMP_KEY", key.path().to_str().unwrap()),
    ];
    for (position, (flag, variable, _)) in given.iter().enumerate() {
        let others = given[..position].iter().flat_map(|(flag, _, value)| [*flag, *value]);
        let ended = at("https://rd.example", "status", &others.chain(["1"]).collect::<Vec<_>>());
        assert_eq!(ended.code(), Some(2), "{ended:?}");
        assert!(complaint(&ended).contains(flag) && complaint(&ended).contains(variable), "{ended:?}");
    }
    // Nor is anybody the demo's payer.
    let ended = at("https://rd.example", "file", &[&LOAN[..], &[MADE]].concat());
    assert!(complaint(&ended).contains("--payer"), "{ended:?}");
}
