//! The guide's payment by hand works as it is printed.

use crate::gateway_process::GatewayProcess;
use std::process::Command;

const GUIDE: &str = include_str!("../../../../../docs/direct-debit.md");

#[test]
fn the_guides_payment_by_hand_settles() {
    let is_missing = |program: &&str| Command::new(program).arg("--help").output().is_err();
    if let Some(missing) = ["sh", "curl", "openssl"].iter().find(|program| is_missing(program)) {
        eprintln!("NOT CHECKED: {missing} is not on this machine");
        return;
    }
    let directory = tempfile::tempdir().unwrap();
    let gateway = GatewayProcess::start(directory.path());
    let ended = Command::new("sh").args(["-euc", script()]).env("BASE", &gateway.base_url).output().unwrap();
    let printed = String::from_utf8_lossy(&ended.stdout);
    assert!(printed.contains(r#""processingStatus":"ACSC""#), "{ended:?}");
}

/// The one block of the guide that signs.
fn script() -> &'static str {
    let blocks = GUIDE.split("```sh\n").skip(1).filter_map(|rest| rest.split("```").next());
    let mut signing = blocks.filter(|block| block.contains("openssl dgst"));
    let script = signing.next().expect("the guide signs");
    assert_eq!(signing.next(), None);
    script
}
