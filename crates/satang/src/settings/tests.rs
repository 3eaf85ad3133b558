//! Settings: which of two holds, what is refused, and that the documents tell the truth.

use super::*;
use std::ffi::OsString;

/// Reads settings from flags, variables and the text of a file; problems name the file `satang.toml`.
fn read(
    flags: &[(&str, &str)],
    variables: &[(&str, &str)],
    file: Option<&str>,
) -> Result<(Settings, Layers), String> {
    let directory = tempfile::tempdir().unwrap();
    let path = directory.path().join("satang.toml");
    if let Some(text) = file {
        std::fs::write(&path, text).unwrap();
    }
    let flags: Vec<_> = flags.iter().map(|(key, text)| (String::from(*key), String::from(*text))).collect();
    let environment =
        |name: &str| variables.iter().find(|(known, _)| *known == name).map(|(_, text)| OsString::from(text));
    let mut problems = Problems::default();
    let layers = Layers::new(&flags, environment, file.map(|_| path.as_path()), &mut problems);
    let settings = Settings::read(&layers, &mut problems);
    let settings = settings.map(|settings| for_production(settings, &layers, &mut problems));
    match settings {
        Some(settings) if problems.is_empty() => Ok((settings, layers)),
        _ => Err(problems.to_string().replace(&format!("{}/", directory.path().display()), "")),
    }
}

#[test]
fn a_flag_beats_the_environment_beats_the_file_beats_the_default() {
    let flag = [("listen", "127.0.0.1:1")];
    let variable = [("SATANG_LISTEN", "127.0.0.1:2")];
    let file = Some("listen = '127.0.0.1:3'");
    for (flags, variables, file, port, place) in [
        (&flag[..], &variable[..], file, 1, "--listen"),
        (&[], &variable, file, 2, "SATANG_LISTEN"),
        (&[], &[("SATANG_LISTEN", "")], file, 3, "satang.toml:1:1"),
        (&[], &[], Some("demo = false"), 8700, "default"),
        (&[], &[], None, 8700, "default"),
    ] {
        let (settings, layers) = read(flags, variables, file).unwrap();
        assert_eq!(settings.listen.port(), port);
        assert!(layers.place("listen").ends_with(place), "{}", layers.place("listen"));
    }
}

#[test]
fn every_setting_can_be_given_in_every_way() {
    for setting in SETTINGS {
        let (text, in_file) = match setting.kind {
            Kind::Switch if setting.default == "true" => ("false", "false".to_owned()),
            Kind::Switch => ("true", "true".to_owned()),
            Kind::Number => ("4321", "4321".to_owned()),
            Kind::Secret => ("a-key-of-an-operator", "'a-key-of-an-operator'".to_owned()),
            Kind::Text => {
                let text = match setting.key {
                    key if key.ends_with("listen") => "127.0.0.1:4321",
                    "stamp_duty.path_prefix" => "/rd/stamp",
                    "public_url" => "https://bank.example/gateway",
                    key if key.starts_with("limits.") => "43s",
                    _ => "error",
                };
                (text, format!("'{text}'"))
            }
        };
        let shown = |read: Result<(Settings, Layers), String>| {
            let (settings, layers) = read.unwrap_or_else(|why| panic!("{}: {why}", setting.key));
            assert_ne!(layers.place(setting.key), "default");
            let all = settings.shown();
            all.into_iter().find(|(key, ..)| *key == setting.key).unwrap().2.unwrap()
        };
        let expected = if setting.kind == Kind::Secret { "***" } else { text };
        assert_eq!(shown(read(&[(setting.key, text)], &[], None)), expected);
        assert_eq!(shown(read(&[], &[(&variable(setting.key), text)], None)), expected);
        assert_eq!(shown(read(&[], &[], Some(&format!("{} = {in_file}", setting.key)))), expected);
    }
}

#[test]
fn what_is_wrong_is_named_with_its_place_and_never_repeated() {
    let secret = "hunter2-hunter2-hunter2";
    for (file, expected) in [
        ("\nlisten = 'hunter2'", "satang.toml:2:1: expected an address"),
        ("lisen = '127.0.0.1:1'", "satang.toml:1:1: lisen: there is no such setting"),
        ("[limits]\nconections = 1", "satang.toml:2:1: limits.conections: there is no such setting"),
        ("[limit]\nconnections = 1", "satang.toml:1:2: limit: there is no such setting"),
        ("limits = 7", "satang.toml:1:1: limits: expected a table"),
        ("limits.connections = 0", "satang.toml:1:8: expected a number from 1 to 100000"),
        ("limits.connections = '10'", "satang.toml:1:8: limits.connections: expected a decimal number"),
        ("limits.header_timeout = 30", "satang.toml:1:8: limits.header_timeout: expected text"),
        ("limits.header_timeout = '0s'", "satang.toml:1:8: expected a time"),
        ("limits.header_timeout = '-5s'", "satang.toml:1:8: expected a time"),
        ("limits.header_timeout = 'soon'", "satang.toml:1:8: expected a time"),
        ("demo = 'yes'", "satang.toml:1:1: demo: expected true or false"),
        ("admin_key = 'hunter2'", "satang.toml:1:1: expected 16 to 512"),
        ("admin_key_file = '/no/such/file'", "satang.toml:1:1: /no/such/file cannot be read"),
        ("admin_key = 'a\nadmin_key = 'b'", "satang.toml:1:"),
        ("admin_key = 'hunter2-hunter2-hunter2'\nadmin_key = 'x'", "satang.toml:2:1: duplicate key"),
        ("public_url = 'ftp://hunter2'", "satang.toml:1:1: expected http"),
        ("public_url = 'https://bank.example/'", "satang.toml:1:1: expected http"),
        ("public_url = 'https://user:hunter2@bank.example'", "satang.toml:1:1: expected http"),
        ("stamp_duty.path_prefix = ''", "satang.toml:1:12: expected a path"),
        ("stamp_duty.path_prefix = 'stamp'", "satang.toml:1:12: expected a path"),
        ("stamp_duty.path_prefix = '/stamp/'", "satang.toml:1:12: expected a path"),
        ("stamp_duty.path_prefix = '/a/../b'", "satang.toml:1:12: expected a path"),
        ("stamp_duty.path_prefix = '/rest/stamp'", "satang.toml:1:12: expected a path"),
        ("log = 'satang=loudly'", "satang.toml:1:1: expected a level"),
        ("data = ''", "satang.toml:1:1: expected a path"),
        ("production = true\naccept_unsigned = true", "satang.toml:2:1: accept_unsigned cannot be on"),
        ("production = true\ndemo = true", "satang.toml:2:1: demo cannot be on"),
        (
            "production = true\ncallbacks.allow_private_addresses = true",
            "satang.toml:2:11: callbacks.allow_private_addresses cannot be on",
        ),
    ] {
        let why = read(&[], &[], Some(file)).map(|_| ()).expect_err(file);
        assert!(why.contains(expected), "{file}: {why}");
        assert!(!why.contains("hunter2"), "{file}: {why}");
    }
    let flags = [("listen", secret), ("metrics.listen", secret), ("admin_key", "short")];
    let why = read(&flags, &[("SATANG_DEMO", secret)], None).map(|_| ()).unwrap_err();
    assert_eq!(why.lines().count(), 4, "all are named: {why}");
    assert!(!why.contains(secret), "{why}");
}

#[test]
fn production_switches_off_what_nobody_has_switched_on() {
    let (settings, _) = read(&[("production", "true")], &[], None).unwrap();
    assert!(!settings.demo && !settings.allow_private_addresses && !settings.accept_unsigned);
    let (settings, _) = read(&[], &[], None).unwrap();
    assert!(settings.demo && settings.allow_private_addresses);
}

#[test]
fn a_secret_may_be_in_a_file_and_is_never_shown() {
    let directory = tempfile::tempdir().unwrap();
    let path = directory.path().join("key");
    std::fs::write(&path, "the-key-of-an-operator\n").unwrap();
    let path = path.to_str().unwrap();
    let (settings, layers) = read(&[("admin_key_file", path)], &[], None).unwrap();
    assert_eq!(settings.admin_key.as_ref().unwrap().0, "the-key-of-an-operator");
    assert!(!format!("{settings:?} {layers:?} {:?}", settings.shown()).contains("the-key-of"));
    // The stronger place holds, however it gives it.
    let variable = [("SATANG_ADMIN_KEY", "another-key-of-an-operator")];
    let (settings, _) = read(&[("admin_key_file", path)], &variable, None).unwrap();
    assert_eq!(settings.admin_key.unwrap().0, "the-key-of-an-operator");
    let both = [("admin_key_file", path), ("admin_key", "another-key-of-an-operator")];
    assert!(read(&both, &[], None).map(|_| ()).unwrap_err().contains("given twice"));
}

/// `docs/configuration.md` holds this table, line for line.
#[test]
fn the_documented_table_is_the_one_of_the_code() {
    let mut table = String::from(
        "| in a file | flag | variable | default | meaning |\n| --- | --- | --- | --- | --- |\n",
    );
    for setting in SETTINGS {
        let default =
            if setting.default.is_empty() { String::new() } else { format!("`{}`", setting.default) };
        for key in setting.keys() {
            let is_file = key != setting.key;
            let meaning = if is_file {
                format!(" The file that holds `{}`.", setting.key)
            } else {
                setting.meaning.to_owned()
            };
            let default = if is_file { "" } else { &default };
            table +=
                &format!("| `{key}` | `--{}` | `{}` | {default} |{meaning} |\n", flag(&key), variable(&key));
        }
    }
    let document = include_str!("../../../../docs/configuration.md");
    assert!(document.contains(&table), "docs/configuration.md must hold this table:\n{table}");
}
