//! The command line as scripts see it: exit codes, lines of JSON, silence about secrets.

mod attack;
mod audit;
mod by_hand;
mod clock;
mod codes;
mod journey;
mod jws;
mod listen;
mod lost_answers;
mod operators;
mod pay;
mod secrets;
mod serve;
mod settings;
mod slip_verify;
mod stamp;

use crate::program::{Ended, run};
use serde_json::Value;

#[test]
fn help_names_every_command_and_exit_code() {
    let help = run(["--help"]);
    assert_eq!(help.code(), Some(0));
    let text = help.printed.join("\n");
    for expected in [
        "serve",
        "demo",
        "pay",
        "stamp",
        "clock",
        "listen",
        "slip",
        "qr",
        "audit",
        "jws",
        "keys",
        "--json",
        "Exit codes:",
    ] {
        assert!(text.contains(expected), "{expected} is missing:\n{text}");
    }
    for code in 0..=4 {
        assert!(text.contains(&format!("\n  {code}  ")), "exit code {code} is missing:\n{text}");
    }
    for command in ["serve", "demo", "pay", "stamp", "clock", "listen", "slip", "qr", "audit", "jws", "keys"]
    {
        assert_eq!(run([command, "--help"]).code(), Some(0), "{command}");
    }
    assert_eq!(run(["--version"]).code(), Some(0));
}

#[test]
fn a_wrong_command_line_is_2() {
    for wrong in [
        &[] as &[&str],
        &["prey"],
        &["demo", "--slowly"],
        &["pay"],
        &["pay", "--amount", "1.001"],
        &["pay", "--amount", "-1"],
        &["pay", "--amount", "1", "--creditor-account", "12"],
        &["pay", "--amount", "1", "--base-url", "not a URL"],
        &["pay", "--amount", "1", "--base-url", "http://bank.example"], // secrets would travel in the open
        &["pay", "--amount", "1", "--signature-key", ""],
        &["pay", "--resolve", "12"],
        &["pay", "--resolve", "071f2a78-a77b-4e45-91ba-4bd96d5bcde9", "--amount", "1"],
        &["serve", "--listen", "nowhere"],
        &["listen", "--listen", "nowhere"],
        &["listen", "--signature-key", ""],
        &["listen", "--forward", "nowhere"],
        &["listen", "--forward", "https://partner.example"], // it is for programs on this machine
        &["--log", "satang=loudly", "demo"],
        &["jws"],
        &["jws", "verify"],
        &["jws", "verify", "a.b.c"],
        &["jws", "verify", "a.b.c", "--profile", "stamp-duty", "--typ", "JWT", "--key", "k"],
        &["jws", "attack", "http://127.0.0.1:9"],
        &["jws", "attack", "http://127.0.0.1:9", "--token", "a.b.c", "--as", "query:a"],
        &["keys", "new", "--alg", "HS256", "--out", "k"],
        &["keys", "new", "--alg", "RS256", "--bits", "1024", "--out", "k"],
    ] {
        let ended = run(wrong);
        assert_eq!(ended.code(), Some(2), "{wrong:?}: {ended:?}");
        assert!(!ended.errors.is_empty(), "{wrong:?} is not explained");
    }
}

#[test]
fn the_demo_passes_and_speaks_json() {
    let demo = run(["--json", "demo"]);
    assert_eq!(demo.code(), Some(0), "{demo:?}");
    let lines = lines(&demo);
    let (last, steps) = lines.split_last().unwrap();
    assert_eq!(*last, serde_json::json!({ "demo": "passed", "failures": 0 }));
    assert!(steps.iter().all(|step| step["passed"] == true), "{steps:?}");
    for member in ["step", "from", "to", "found"] {
        assert!(steps.iter().all(|step| step[member].is_string()), "{member}: {steps:?}");
    }
    // The whole life, in order: whoever leaves out a part has to say so here.
    let found = |from: &str, part: &str| {
        let is_it = |step: &Value| step["from"] == from && step["found"].as_str().unwrap().contains(part);
        steps.iter().position(is_it).unwrap_or_else(|| panic!("{from}: {part} is missing: {steps:?}"))
    };
    let told = [
        ("customer", "Register for direct debit > Log in to web banking > Choose an account > Confirm"),
        ("bank", "ACTV, token "),
        ("partner", "the payer had 100000000.00 and has 99995000.00"),
        ("partner", "RJCT AM04"),
        ("partner", "SBX-4012"),
        ("partner", "; the schedule is SCHD"),
        ("partner", "; the schedule is CANC"),
        ("bank", "CANC; answered 500"),
        ("bank", "answered 500, then 200"),
        ("partner", "RJCT MD01"),
        ("partner", "ACSC, RJCT, ACSC, ACSC, ACSC, RJCT"),
        ("auditor", "6 payments, 5 ledger transactions, 0 findings"),
        ("filer", "240.00 + 12.00 + 1.00 baht, to be filed until "),
        ("filer", "E07103"),
        ("filer", "P0000000003; 253.00 baht to pay"),
        ("filer", "E07108"),
        ("filer", "E07117"),
        ("filer", ": P07000"),
        ("filer", "60 forms; 60.00 baht to pay"),
        ("filer", "formStatus 2"),
        ("filer", "E07110"),
        ("filer", "253.00 baht; the payer had 100000000.00 and has 99999747.00"),
        ("filer", "formStatus 1; 3 forms paid"),
        ("filer", "refused tokens (E07104): 1; new logins: 1"),
        ("filer", "3 forms, 6 PDF files"),
        ("auditor", "2 ledger transactions, 0 findings"),
        ("customer", "of bank 025: http"),
        ("customer", "bytes of PNG: 00460006000001010302502"),
        ("shop", "verified: 125.00 baht"),
        ("shop", "verified, as on "),
        ("shop", "duplicate, first shown at "),
        ("shop", "mismatch, amount: it is of 125.00 baht"),
        ("shop", "mismatch, receiver: "),
        ("shop", "crc_mismatch"),
        ("shop", "notFound"),
        ("shop", "unavailable, 6501"),
        ("shop", "unavailable, 8501"),
        ("shop", "pending, 8503"),
        ("operator", "-08-08T23:00:00"),
        ("operator", "-08-09T00:00:00"),
    ];
    assert!(told.map(|(from, part)| found(from, part)).is_sorted(), "{steps:?}");
    for product in ["direct-debit", "stamp-duty", "slip"] {
        assert_eq!(run(["demo", product]).printed.last().unwrap(), "All as it should be.", "{product}");
    }
}

/// Standard output, every line of which is a JSON value.
fn lines(ended: &Ended) -> Vec<Value> {
    let read = |line: &String| serde_json::from_str(line).unwrap_or_else(|_| panic!("no JSON: {line}"));
    ended.printed.iter().map(read).collect()
}

/// The last line of standard output: what came of it.
fn outcome(ended: &Ended) -> Value {
    lines(ended).pop().unwrap_or_else(|| panic!("nothing was printed: {ended:?}"))
}

/// Why it failed, in words.
fn complaint(ended: &Ended) -> String {
    failure(ended)["error"].as_str().expect("an error is text").to_owned()
}

/// The last line of standard error, after whatever was logged: why it failed, in JSON.
fn failure(ended: &Ended) -> Value {
    let last = ended.errors.lines().last().unwrap_or_default();
    serde_json::from_str(last).unwrap_or_else(|_| panic!("no JSON: {ended:?}"))
}
