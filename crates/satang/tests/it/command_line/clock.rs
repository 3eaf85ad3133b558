//! `satang clock`: what it says, how it ends, and that the clock stays where it was put.

use super::{complaint, lines};
use crate::{
    gateway_process::{GatewayProcess, serve},
    program::{Ended, run},
};

fn clock(base_url: &str, arguments: &[&str]) -> Ended {
    run(["--json", "clock"].iter().chain(arguments).chain(&["--url", base_url]))
}

#[test]
fn the_clock_is_shown_moved_and_kept() {
    let directory = tempfile::tempdir().unwrap();
    let gateway = GatewayProcess::start(directory.path());
    for (arguments, time, frozen) in [
        (&["freeze"] as &[&str], None, true),
        (&["set", "2026-03-01T09:00:00+07:00"], Some("2026-03-01T09:00:00.000+07:00"), true),
        (&["advance", "30d"], Some("2026-03-31T09:00:00.000+07:00"), true),
        (&["show"], Some("2026-03-31T09:00:00.000+07:00"), true),
    ] {
        let ended = clock(&gateway.base_url, arguments);
        assert_eq!(ended.code(), Some(0), "{arguments:?}: {ended:?}");
        let answer = lines(&ended).pop().unwrap();
        assert_eq!(answer["frozen"], frozen, "{arguments:?}");
        assert!(time.is_none_or(|time| answer["dateTime"] == time), "{arguments:?}: {answer}");
    }
    let again = gateway.kill().restart();
    let shown = lines(&clock(&again.base_url, &["show"])).pop().unwrap();
    assert_eq!(shown["dateTime"], "2026-03-31T09:00:00.000+07:00", "after kill -9");
    assert_eq!(lines(&clock(&again.base_url, &["resume"])).pop().unwrap()["frozen"], false);
}

#[test]
fn what_cannot_be_done_is_4_and_what_is_no_time_is_2() {
    let directory = tempfile::tempdir().unwrap();
    let gateway = GatewayProcess::start(directory.path());
    for (arguments, code, said) in [
        (&["show", "--admin-key", "another"] as &[&str], 4, "SBX-4013"),
        (&["advance", "11y"], 4, "ten years"),
        (&["advance", "soon"], 2, "expected a duration"),
        (&["set", "tomorrow"], 2, "RFC 3339"),
    ] {
        let ended = clock(&gateway.base_url, arguments);
        assert_eq!(ended.code(), Some(code), "{arguments:?}: {ended:?}");
        assert!(ended.everything().contains(said), "{arguments:?}: {ended:?}");
    }
    let nobody = clock("http://127.0.0.1:9", &["show"]);
    assert_eq!(nobody.code(), Some(4));
    assert!(complaint(&nobody).contains("no connection"), "{nobody:?}");
}

/// The key that everybody knows opens nothing that others can reach.
#[test]
fn the_demo_key_is_for_this_machine_only() {
    let directory = tempfile::tempdir().unwrap();
    let open = serve(directory.path(), "0.0.0.0:0");
    let gateway = GatewayProcess::launch(open, directory.path()).unwrap();
    let port = gateway.base_url.rsplit(':').next().unwrap();
    let refused = clock(&format!("http://127.0.0.1:{port}"), &["show"]);
    assert_eq!(refused.code(), Some(4));
    assert!(complaint(&refused).contains("404"), "{refused:?}");
}
