//! The guide's payment and registration by hand work as they are printed.

use crate::{gateway_process::GatewayProcess, wire::get};
use std::process::Command;

const GUIDE: &str = include_str!("../../../../../docs/direct-debit.md");

#[test]
fn the_guides_payment_and_registration_by_hand_work() {
    let is_missing = |program: &&str| Command::new(program).arg("--help").output().is_err();
    if let Some(missing) = ["sh", "curl", "openssl"].iter().find(|program| is_missing(program)) {
        eprintln!("NOT CHECKED: {missing} is not on this machine");
        return;
    }
    let directory = tempfile::tempdir().unwrap();
    let gateway = GatewayProcess::start(directory.path());
    let script = format!("{}{}", block("openssl dgst"), block("prepareOAuthContext"));
    let ended = Command::new("sh").args(["-euc", &script]).env("BASE", &gateway.base_url).output().unwrap();
    let printed = String::from_utf8_lossy(&ended.stdout);
    assert!(printed.contains(r#""processingStatus":"ACSC""#), "{ended:?}");
    let address = printed.lines().last().unwrap().strip_prefix(&gateway.base_url).expect("an address");
    let answer = get(gateway.address(), address);
    // On to the first page, and not back to the partner with an error.
    assert!(answer.status == 303 && answer.head.contains("\r\nlocation: /"), "{answer:?}");
}

/// The one block of the guide that holds this.
fn block(part: &str) -> &'static str {
    let blocks = GUIDE.split("```sh\n").skip(1).filter_map(|rest| rest.split("```").next());
    let mut found = blocks.filter(|block| block.contains(part));
    let block = found.next().unwrap_or_else(|| panic!("the guide has no {part}"));
    assert_eq!(found.next(), None);
    block
}
