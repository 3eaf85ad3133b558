//! The settings of `satang serve`, as the program itself takes them.

use super::{complaint, outcome};
use crate::{
    gateway_process::{GatewayProcess, serve},
    program::{Program, run, satang},
    wire::{get, send},
};
use satang_core::direct_debit::ACCESS_TOKEN;
use std::path::Path;

/// `satang serve --check` with a file of this text.
fn check(directory: &Path, file: &str, more: &[&str]) -> crate::program::Ended {
    let path = directory.join("satang.toml");
    std::fs::write(&path, file).unwrap();
    let mut command = satang(more);
    command.args(["serve", "--check", "--config"]).arg(path).env("SATANG_JSON_LOGS", "true");
    Program::start(command).wait()
}

#[test]
fn a_check_prints_what_would_hold_and_starts_nothing() {
    let directory = tempfile::tempdir().unwrap();
    let data = directory.path().join("data");
    let file = format!("data = '{}'\nlog = 'info'\n[limits]\nconnections = 7\n", data.display());
    let first = check(directory.path(), &file, &[]);
    assert_eq!(first.code(), Some(0), "{first:?}");
    let printed = first.printed.join("\n");
    for expected in [
        "limits.connections = 7 # ",
        "json_logs = true # SATANG_JSON_LOGS",
        "listen = \"127.0.0.1:8700\" # default",
        "limits.request_timeout = \"1m\" # default",
        "# admin_key is not set",
    ] {
        assert!(printed.contains(expected), "{expected} is not in\n{printed}");
    }
    assert!(!data.exists(), "a check starts nothing");

    let again = check(directory.path(), &printed, &["--json"]);
    let settings = outcome(&again)["settings"].clone();
    assert_eq!(settings["limits.connections"]["value"], "7", "what it prints is a file: {settings}");
    assert!(settings["limits.connections"]["from"].as_str().unwrap().contains("satang.toml:"), "{settings}");
    assert_eq!(settings["admin_key"]["value"], serde_json::Value::Null);
}

#[test]
fn what_is_wrong_with_a_file_is_2_with_its_place() {
    let directory = tempfile::tempdir().unwrap();
    let wrong = check(directory.path(), "lisen = ''\n[limits]\nconnections = 0", &["--json"]);
    assert_eq!(wrong.code(), Some(2), "{wrong:?}");
    let why = complaint(&wrong);
    assert!(why.contains("satang.toml:1:1: lisen") && why.contains("satang.toml:3:1: expected"), "{why}");
    let missing = run(["serve", "--config", "/no/such/file"]);
    assert_eq!(missing.code(), Some(2), "{missing:?}");
    assert!(missing.errors.contains("/no/such/file cannot be read"), "{missing:?}");
    for strange in [
        &["serve", "--demo", "false"] as &[&str],
        &["serve", "--demo=perhaps"],
        &["serve", "--admin-key=short"],
    ] {
        let ended = run(strange);
        assert_eq!(ended.code(), Some(2), "{strange:?}: {ended:?}");
    }
}

#[test]
fn a_secret_is_never_printed() {
    let directory = tempfile::tempdir().unwrap();
    let key = "the-key-of-an-operator";
    let file = directory.path().join("key");
    std::fs::write(&file, key).unwrap();
    let mut outputs = vec![check(directory.path(), &format!("admin_key_file = '{}'", file.display()), &[])];
    assert!(outputs[0].everything().contains("admin_key = \"***\""), "{outputs:?}");
    for arguments in [&["serve", "--help"] as &[&str], &["serve", "--check"], &["--json", "serve", "--check"]]
    {
        let mut command = satang(arguments);
        outputs.push(
            Program::start({
                command.env("SATANG_ADMIN_KEY", key);
                command
            })
            .wait(),
        );
    }
    outputs.push(run(["--log", "trace", "serve", "--check", "--admin-key", key]));
    for output in outputs {
        assert_eq!(output.code(), Some(0), "{output:?}");
        assert!(!output.everything().contains(key), "{output:?}");
    }
}

#[test]
fn help_names_every_setting_with_its_variable() {
    let help = run(["serve", "--help"]).printed.join("\n");
    let checked = outcome(&run(["--json", "serve", "--check"]));
    let settings = checked["settings"].as_object().unwrap();
    assert!(settings.len() > 15, "{settings:?}");
    for key in settings.keys() {
        let flag = format!("--{}", key.replace(['.', '_'], "-"));
        let variable = format!("[env: SATANG_{}]", key.replace('.', "_").to_uppercase());
        assert!(help.contains(&flag) && help.contains(&variable), "{flag} or {variable} is not in\n{help}");
    }
}

#[test]
fn production_has_no_demo_partner_and_no_store_with_one() {
    let directory = tempfile::tempdir().unwrap();
    let start = |data: &str| {
        let data = directory.path().join(data);
        let mut command = serve(&data, "127.0.0.1:0");
        command.args(["--production", "--metrics-listen", "127.0.0.1:0"]);
        GatewayProcess::launch(command, &data)
    };
    assert_eq!(GatewayProcess::start(&directory.path().join("demo")).stop().code(), Some(0));
    let refused = start("demo").map(|_| ()).unwrap_err();
    assert_eq!(refused.code(), Some(4), "{refused:?}");
    assert!(complaint(&refused).contains("demo partner"), "{refused:?}");

    let gateway = start("real").unwrap_or_else(|ended| panic!("{ended:?}"));
    let form = "grant_type=client_credentials&client_id=demo-partner&client_secret=demo-secret";
    let request = format!(
        "POST {} HTTP/1.1\r\nhost: x\r\nconnection: close\r\ncontent-length: {}\r\n\
         content-type: application/x-www-form-urlencoded\r\n\r\n{form}",
        ACCESS_TOKEN.path,
        form.len()
    );
    assert_eq!(send(gateway.address(), request.as_bytes()).status, 401);
    assert_eq!(get(gateway.address(), "/readyz").status, 200);
    assert_eq!(get(gateway.address(), "/metrics").status, 404);
    assert_eq!(get(gateway.operators.as_ref().unwrap(), "/metrics").status, 200);
    assert_eq!(gateway.stop().code(), Some(0));

    for excluded in ["--accept-unsigned", "--demo", "--callbacks-allow-private-addresses"] {
        let ended = run(["serve", "--production", excluded]);
        assert_eq!(ended.code(), Some(2), "{excluded}: {ended:?}");
        assert!(ended.errors.contains(&format!("{excluded}: ")), "{ended:?}");
    }
}
