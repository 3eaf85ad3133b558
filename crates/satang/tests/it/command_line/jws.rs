//! `satang jws` and `satang keys`: tokens and keys as scripts handle them.

use super::{complaint, lines, outcome};
use crate::program::{Ended, run, satang};
use serde_json::{Value, json};
use std::{fs, io::Write as _, os::unix::fs::PermissionsExt as _, path::Path, process::Stdio, thread};

/// The example of a page of the Revenue Department (API4 CheckPaymentStatus), as it is printed there.
const PRINTED: &str = include_str!("../../../../jose/tests/it/stamp_duty_example.txt");

/// A command with files in a folder of its own.
pub(super) struct Desk(tempfile::TempDir);

impl Desk {
    pub(super) fn new() -> Self {
        Self(tempfile::tempdir().unwrap())
    }

    pub(super) fn path(&self, name: &str) -> String {
        self.0.path().join(name).to_str().unwrap().to_owned()
    }

    pub(super) fn write(&self, name: &str, content: impl AsRef<[u8]>) -> String {
        fs::write(self.path(name), content).unwrap();
        self.path(name)
    }

    pub(super) fn key(&self, name: &str, alg: &str) -> String {
        let made = run(["keys", "new", "--alg", alg, "--format", "jwk", "--out", &self.path(name)]);
        assert_eq!(made.code(), Some(0), "{made:?}");
        self.path(name)
    }

    pub(super) fn token(&self, payload: &str, arguments: &[&str]) -> String {
        let file = self.write("payload", payload);
        let signed = run(["jws", "sign", &file].iter().chain(arguments));
        assert_eq!(signed.code(), Some(0), "{signed:?}");
        signed.printed.concat()
    }
}

/// Runs `satang` with this standard input.
fn fed(input: Vec<u8>, arguments: &[&str]) -> Ended {
    let mut command = satang(arguments);
    command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped());
    let mut child = command.spawn().unwrap();
    let mut stdin = child.stdin.take().unwrap();
    let feeding = thread::spawn(move || stdin.write_all(&input));
    let output = child.wait_with_output().unwrap();
    feeding.join().unwrap().unwrap();
    let printed = String::from_utf8(output.stdout).unwrap().lines().map(str::to_owned).collect();
    let errors = String::from_utf8_lossy(&output.stderr).into_owned();
    Ended { status: output.status, printed, errors }
}

#[test]
fn what_is_signed_is_verified_by_key_and_by_set_for_every_algorithm() {
    let desk = Desk::new();
    for alg in ["RS256", "PS256", "ES256", "EdDSA"] {
        let key = desk.key(&format!("{alg}.jwk"), alg);
        let token = desk.token("สตางค์", &["--key", &key]);
        let set = run(["keys", "jwks", &key]);
        let set = desk.write("set", set.printed.concat());
        assert!(!fs::read_to_string(&set).unwrap().contains("\"d\""), "{alg}: only what is public");
        for which in [["--key", &key], ["--jwks", &set]] {
            let right = run(["--json", "jws", "verify", &token].iter().chain(&which));
            assert_eq!(right.code(), Some(0), "{right:?}");
            let found = outcome(&right);
            assert_eq!((&found["valid"], &found["reason"]), (&json!(true), &Value::Null));
            assert_eq!((&found["alg"], &found["payload"]), (&json!(alg), &json!("สตางค์")));
            assert_eq!(found["kid"], found["thumbprint"], "the name that `keys new` gives");
        }
        let other = desk.key(&format!("{alg}.other"), alg);
        let kid = outcome(&run(["--json", "jws", "verify", &token, "--key", &key]))["kid"].clone();
        let wrong = run(["--json", "jws", "verify", &token, "--key", &other, "--kid", kid.as_str().unwrap()]);
        assert_eq!((wrong.code(), &outcome(&wrong)["reason"]), (Some(1), &json!("signature")));
        // Some thumbprints begin so.
        let named = desk.token("a", &["--key", &key, "--kid", "-m"]);
        let right = run(["--json", "jws", "verify", &named, "--key", &key, "--kid", "-m"]);
        assert_eq!((right.code(), &outcome(&right)["kid"]), (Some(0), &json!("-m")));
    }
}

#[test]
fn lines_are_answered_one_by_one_and_a_bad_one_stops_nothing() {
    let desk = Desk::new();
    let key = desk.key("key", "EdDSA");
    let token = desk.token("a", &["--key", &key]);
    let mut input = Vec::new();
    let spaced = format!(" {token}");
    for line in
        [token.as_bytes(), b"", b"a.b.c", b"\xff\xfe", spaced.as_bytes(), &vec![b'a'; 2 << 20], b"A.B"]
    {
        input.extend(line);
        input.push(b'\n');
    }
    input.extend(format!("{token}\r\n{token}").as_bytes());
    let expected = [
        "null",
        "\"malformed\"",
        "\"impossible_length\"",
        "\"malformed\"",
        "\"malformed\"",
        "\"too_large\"",
        "\"malformed\"",
        "null",
        "null",
    ];
    // Without --json too: whoever pipes is a program.
    let verified = fed(input.clone(), &["jws", "verify", "-", "--key", &key]);
    assert_eq!(verified.code(), Some(1));
    let inspected = fed(input, &["jws", "inspect", "-"]);
    assert_eq!(inspected.code(), Some(1));
    let found: Vec<String> = lines(&verified).iter().map(|line| line["reason"].to_string()).collect();
    assert_eq!(found, expected);
    for (position, (line, shown)) in lines(&verified).iter().zip(lines(&inspected)).enumerate() {
        assert_eq!((&line["line"], &shown["line"]), (&json!(position + 1), &json!(position + 1)));
        assert_eq!(line["valid"], line["reason"].is_null(), "{line}");
        // Nobody has looked, so nothing is valid.
        assert_eq!((&shown["valid"], &shown["verified"]), (&json!(false), &json!(false)), "{shown}");
        assert_eq!(shown["reason"] == "not_verified", line["reason"].is_null(), "{shown}");
    }
    assert_eq!(lines(&inspected).len(), expected.len());
    let cleaned = fed(spaced.into_bytes(), &["jws", "verify", "-", "--clean", "--key", &key]);
    assert_eq!(cleaned.code(), Some(0), "{cleaned:?}");
    assert_eq!(fed(Vec::new(), &["jws", "verify", "-", "--key", &key]).code(), Some(0), "nothing is fine");
}

#[test]
fn the_example_of_the_stamp_duty_page_is_shown_and_never_verified() {
    let desk = Desk::new();
    let key = desk.key("key", "RS256");
    let file = desk.write("printed", PRINTED);
    for (clean, reason, detail) in [
        (&[][..], "malformed", "white space within a token"),
        (&["--clean"], "impossible_length", "the signature has a length that base64url cannot have"),
    ] {
        let verify = ["--json", "jws", "verify", "--profile", "stamp-duty", "--key", &key, "--file", &file];
        let refused = run(verify.iter().chain(clean));
        let found = outcome(&refused);
        assert_eq!((refused.code(), &found["valid"]), (Some(1), &json!(false)));
        assert_eq!((&found["reason"], &found["detail"]), (&json!(reason), &json!(detail)));
    }
    let shown = run(["--json", "jws", "inspect", "--clean", "--file", &file]);
    let found = outcome(&shown);
    assert_eq!((shown.code(), &found["reason"]), (Some(1), &json!("impossible_length")));
    assert_eq!(found["header"]["text"], r#"{"typ":"JWT","alg":"RS256"}"#);
    assert_eq!(found["payload"]["text"], r#"{"apiRefNo":"20190916000000007181","responsePaymentType":"4"}"#);
    assert_eq!(found["signature"], json!({ "characters": 341, "bytes": null }));
    let text = run(["jws", "inspect", "--clean", "--file", &file]).everything();
    assert!(text.starts_with("NOTHING WAS VERIFIED"), "{text}");
    assert!(text.contains("No key can verify this token"), "{text}");
}

#[test]
fn a_form_is_trusted_by_its_certificate() {
    let desk = Desk::new();
    let [root, root_cert, own_cert] = ["root", "root.pem", "own.pem"].map(|name| desk.path(name));
    let own = desk.key("own", "RS256");
    desk.key("root", "ES256");
    let days = ["--days", "100", "--from", "2026-01-01T00:00:00Z"];
    let made = [
        vec!["--key", &root, "--subject", "Test Root", "--ca", "--out", &root_cert],
        vec![
            "--key",
            &own,
            "--subject",
            "0105500000001",
            "--out",
            &own_cert,
            "--issuer-key",
            &root,
            "--issuer-certificate",
            &root_cert,
        ],
    ];
    for arguments in made {
        let made = run(["--json", "keys", "cert"].iter().chain(&arguments).chain(&days));
        assert_eq!(made.code(), Some(0), "{made:?}");
        assert_eq!(outcome(&made)["until"], "2026-04-11T00:00:00Z");
    }
    let form = ["--profile", "stamp-duty"];
    let token = desk.token("{}", &["--key", &own, "--certificate", &own_cert, form[0], form[1]]);
    for (trusted, at, expected) in [
        (&root_cert, "2026-02-01T00:00:00Z", Value::Null),
        (&own_cert, "2026-02-01T00:00:00Z", Value::Null),
        (&root_cert, "2025-12-31T23:59:59Z", json!("certificate")),
        (&root_cert, "2026-04-11T00:00:00Z", json!("certificate")),
    ] {
        let ended =
            run(["--json", "jws", "verify", &token, "--trusted", trusted, "--at", at].iter().chain(&form));
        assert_eq!(outcome(&ended)["reason"], expected, "{at}: {ended:?}");
    }
    let other = desk.path("other.pem");
    run(["keys", "cert", "--key", &root, "--subject", "Test Root", "--ca", "--out", &other]);
    let bare = desk.token("{}", &["--key", &own, form[0], form[1]]);
    for (token, reason) in [(&bare, "header"), (&desk.token("{}", &["--key", &own]), "header")] {
        let ended = run(["--json", "jws", "verify", token, "--trusted", &root_cert].iter().chain(&form));
        assert_eq!((ended.code(), &outcome(&ended)["reason"]), (Some(1), &json!(reason)));
    }
    // Known by its key instead, without a certificate.
    let known = run(["--json", "jws", "verify", &bare, "--key", &own].iter().chain(&form));
    assert_eq!(known.code(), Some(0), "{known:?}");
}

#[test]
fn claims_and_detached_payloads_are_held_against_the_profile() {
    let desk = Desk::new();
    let key = desk.key("key", "ES256");
    let rules =
        ["--key", &key, "--typ", "JWT", "--audience", "itmx", "--issuer", "014", "--max-lifetime", "60"];
    let token = desk.token(r#"{"iss":"014","aud":"itmx","iat":1788000000,"exp":1788000060}"#, &rules);
    for (at, reason) in [
        ("2026-08-29T10:40:00Z", Value::Null),
        ("2026-08-29T10:41:29Z", Value::Null),
        ("2026-08-29T10:41:30Z", json!("expired")),
        ("2026-08-29T10:39:29Z", json!("not_yet_valid")),
    ] {
        let ended = run(["--json", "jws", "verify", &token, "--at", at].iter().chain(&rules));
        assert_eq!(outcome(&ended)["reason"], reason, "{at}: {ended:?}");
    }
    for content in ["detached", "unencoded"] {
        let way = ["--key", key.as_str(), "--content", content];
        let token = desk.token("a body", &way);
        assert!(token.contains(".."), "{token}");
        for (payload, code) in [("a body", 0), ("another", 1)] {
            let payload = desk.write("other", payload);
            let ended = run(["jws", "verify", &token, "--payload", &payload].iter().chain(&way));
            assert_eq!(ended.code(), Some(code), "{content}: {ended:?}");
        }
    }
}

#[test]
fn keys_are_private_and_never_overwritten() {
    let desk = Desk::new();
    for (format, alg) in [("pem", "EdDSA"), ("jwk", "ES256"), ("pem", "RS256")] {
        let file = desk.path(&format!("{format}-{alg}"));
        let new = ["--json", "keys", "new", "--alg", alg, "--format", format, "--out", &file];
        let made = run(new);
        assert_eq!(made.code(), Some(0), "{made:?}");
        let content = fs::read_to_string(&file).unwrap();
        assert_eq!(fs::metadata(&file).unwrap().permissions().mode() & 0o777, 0o600);
        assert!(!made.everything().contains(&content[content.len() / 2..content.len() / 2 + 20]));
        let again = run(new);
        assert_eq!(again.code(), Some(4));
        assert!(complaint(&again).contains("not overwritten"), "{again:?}");
        assert_eq!(fs::read_to_string(&file).unwrap(), content);
        // The kid is the thumbprint of RFC 7638, whatever the form of the file.
        let set: Value = serde_json::from_str(&run(["keys", "jwks", &file]).printed.concat()).unwrap();
        assert_eq!(set["keys"][0]["kid"], outcome(&made)["kid"]);
        assert_eq!(set["keys"][0]["alg"], alg);
        let certificate = run(["keys", "cert", "--key", &file, "--subject", "a", "--out", &file]);
        assert_eq!(certificate.code(), Some(4), "{certificate:?}");
    }
}

#[test]
fn what_is_no_key_is_told_without_repeating_it() {
    let desk = Desk::new();
    let token = "eyJhbGciOiJFUzI1NiJ9.e30.AA";
    for (content, said) in [
        ("", "not DER"),
        ("secret-secret", "not"),
        (r#"{"kty":"oct","k":"c2VjcmV0LXNlY3JldA"}"#, "symmetric"),
        ("-----BEGIN PRIVATE KEY-----\nsecret-secret\n-----END PRIVATE KEY-----\n", "not a private key"),
        (&"a".repeat(70_000), "64 KiB"),
    ] {
        let file = desk.write("bad", content);
        let ended = run(["--json", "jws", "verify", token, "--key", &file]);
        assert_eq!(ended.code(), Some(4), "{ended:?}");
        assert!(complaint(&ended).contains(said), "{ended:?}");
        assert!(!ended.everything().contains("secret-secret"), "{ended:?}");
    }
    let missing = run(["--json", "jws", "verify", token, "--key", &desk.path("none")]);
    assert_eq!(missing.code(), Some(4));
    assert!(!Path::new(&desk.path("none")).exists());
}
