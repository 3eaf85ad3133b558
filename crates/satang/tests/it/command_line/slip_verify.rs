//! `satang slip verify`, against a gateway that plays the banks.

use super::{complaint, failure, outcome};
use crate::{
    gateway_process::GatewayProcess,
    program::{Ended, run},
};
use satang_gateway::demo;
use serde_json::json;

/// A slip of a bank that the gateway does not play.
const SLIP: &str = "004100060000010103014022000111222233344ABCD125102TH910417DF";

fn verify(gateway: &str, arguments: &[&str]) -> Ended {
    run(["--json", "slip", "verify", "--base-url", gateway].iter().chain(arguments))
}

#[test]
fn what_a_shop_learns_of_a_slip() {
    let directory = tempfile::tempdir().unwrap();
    let gateway = GatewayProcess::start(directory.path());
    let slip = demo::SLIPS[0];
    let about =
        |reference: &'static str, bank: &'static str| vec!["--sending-bank", bank, "--trans-ref", reference];
    let this = about(slip.reference, slip.bank);
    let with = |more: &[&'static str]| [&this[..], more].concat();
    for (arguments, code, said) in [
        (with(&["--amount", "100.01"]), 1, "mismatch"),
        (with(&["--receiver-bank", demo::SHOP_BANK, "--receiver-account", "9999"]), 1, "mismatch"),
        (with(&["--paid-since", "2099-01-01T00:00:00+07:00"]), 1, "mismatch"),
        (with(&["--shown-again"]), 0, "verified"),
        (with(&["--amount", slip.amount, "--order", "SO-1"]), 0, "verified"),
        (with(&["--amount", slip.amount, "--order", "SO-1"]), 0, "verified"),
        (with(&["--amount", slip.amount, "--order", "SO-2"]), 1, "duplicate"),
        (with(&[]), 1, "duplicate"),
        (vec![SLIP, "--shown-again"], 0, "verified"),
        (about("MISS1", "999"), 1, "notFound"),
        (about("DOWN1", "999"), 3, "pending"),
        (about("A1", "997"), 3, "unavailable"),
    ] {
        let ended = verify(&gateway.base_url, &arguments);
        assert_eq!(
            (ended.code(), outcome(&ended)["outcome"].as_str()),
            (Some(code), Some(said)),
            "{arguments:?}"
        );
    }
    let text =
        run(["slip", "verify", "--base-url", &gateway.base_url, SLIP, "--shown-again"]).printed.join("\n");
    assert!(text.contains("whether the payee has the money is not said"), "{text}");
    assert!(!text.contains(demo::SHOP_ACCOUNT), "{text}");

    let stranger = verify(&gateway.base_url, &[SLIP, "--key", "not-a-key"]);
    assert_eq!((stranger.code(), &failure(&stranger)["sent"]), (Some(4), &json!("yes")), "{stranger:?}");
}

#[test]
fn a_picture_is_as_good_as_its_payload() {
    let directory = tempfile::tempdir().unwrap();
    let gateway = GatewayProcess::start(&directory.path().join("data"));
    let picture = directory.path().join("slip.png");
    let picture = picture.to_str().unwrap();
    assert_eq!(run(["slip", "picture", SLIP, "--out", picture]).code(), Some(0));
    let ended = verify(&gateway.base_url, &[picture, "--amount", "100"]);
    assert_eq!((ended.code(), &outcome(&ended)["slip"]["amount"]), (Some(0), &json!(100.0)));
}

#[test]
fn what_is_no_slip_is_refused_before_anybody_is_asked() {
    // Nobody listens there.
    let nowhere = "http://127.0.0.1:9";
    for (slip, reason) in [
        ("hello", "bad_header"),
        (&SLIP.replace("17DF", "17D0"), "crc_mismatch"),
        ("0030000600000101030140209T000000865102TH9104539", "crc_length"),
        ("00480002010102010203P2P0313TXN00012345670408250120249104b425", "wrong_format"),
    ] {
        let ended = verify(nowhere, &[slip]);
        let told = outcome(&ended);
        assert_eq!(
            (ended.code(), &told["outcome"], &told["reason"]),
            (Some(1), &json!("invalid"), &json!(reason))
        );
    }
    for command in ["read", "verify"] {
        let ended = run(["--json", "slip", command, "no-such-slip.png"]);
        assert_eq!(ended.code(), Some(4), "{ended:?}");
    }
    let empty = tempfile::NamedTempFile::new().unwrap();
    assert_eq!(run(["slip", "read", empty.path().to_str().unwrap()]).code(), Some(1));
    for wrong in [
        &[][..],
        &["--sending-bank", "014"],
        &[SLIP, "--sending-bank", "014", "--trans-ref", "A1"],
        &[SLIP, "--amount", "1.005"],
        &[SLIP, "--receiver-bank", "004"],
        &[SLIP, "--shown-again", "--order", "SO-1"],
    ] {
        assert_eq!(verify(nowhere, wrong).code(), Some(2), "{wrong:?}");
    }
    let unanswered = verify(nowhere, &[SLIP]);
    assert_eq!((unanswered.code(), &failure(&unanswered)["sent"]), (Some(4), &json!("no")));
    // A key of the demo is not sent to a real bank.
    let ended = verify("https://bank.example", &[SLIP]);
    assert_eq!(ended.code(), Some(2), "{ended:?}");
    assert!(complaint(&ended).contains("--key (SATANG_MERCHANT_KEY) is required"), "{ended:?}");
}
