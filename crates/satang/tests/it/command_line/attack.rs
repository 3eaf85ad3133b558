//! `satang jws attack`, against servers that look closely and servers that do not.

use super::{complaint, jws::Desk, outcome};
use crate::program::{Ended, run};
use satang_jose::{KeySet, NumericDate, Presence, Profile, SignatureAlgorithm::Es256, Verifier, unverified};
use serde_json::{Value, json};
use std::{
    collections::HashSet,
    io::{BufRead as _, BufReader, Read as _, Write as _},
    net::{TcpListener, TcpStream},
    sync::{Arc, Mutex},
    thread,
};

/// A request as a server sees it.
struct Asked {
    head: String,
    body: Vec<u8>,
}

/// What a server answers.
type Handler = dyn Fn(&Asked) -> (u16, &'static str) + Send + Sync;

/// A server on this machine; it lives as long as the test.
fn serve(handler: impl Fn(&Asked) -> (u16, &'static str) + Send + Sync + 'static) -> String {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let url = format!("http://{}/verify", listener.local_addr().unwrap());
    let handler: Arc<Handler> = Arc::new(handler);
    thread::spawn(move || {
        for stream in listener.incoming().map_while(Result::ok) {
            let handler = Arc::clone(&handler);
            thread::spawn(move || answer(stream, &*handler));
        }
    });
    url
}

fn answer(stream: TcpStream, handler: &Handler) {
    let mut reader = BufReader::new(&stream);
    let (mut head, mut length) = (String::new(), 0);
    loop {
        let mut line = Vec::new();
        reader.read_until(b'\n', &mut line).unwrap();
        if line.len() <= 2 {
            break;
        }
        let line = String::from_utf8_lossy(&line).into_owned();
        if let Some(value) = line.to_lowercase().strip_prefix("content-length:") {
            length = value.trim().parse().unwrap();
        }
        head.push_str(&line);
    }
    let mut body = vec![0; length];
    reader.read_exact(&mut body).unwrap();
    let (status, text) = handler(&Asked { head, body });
    let _ = write!(
        &stream,
        "HTTP/1.1 {status} Told\r\ncontent-length: {}\r\nconnection: close\r\n\r\n{text}",
        text.len()
    );
}

fn verifier(key: &str) -> Verifier {
    let set = run(["keys", "jwks", key]).printed.concat();
    let keys = KeySet::from_jwks(set.as_bytes(), &[Es256]).unwrap().keys;
    Verifier::new(&Profile::new([Es256]).key_id(Presence::Optional), keys).unwrap()
}

fn now() -> NumericDate {
    NumericDate::new(1_788_000_000).unwrap()
}

fn attack(url: &str, arguments: &[&str]) -> Ended {
    run(["--json", "jws", "attack", url].iter().chain(arguments))
}

#[test]
fn a_strict_endpoint_accepts_no_hostile_token() {
    let desk = Desk::new();
    let key = desk.key("key", "ES256");
    let strict = verifier(&key);
    let url = serve(move |asked| match strict.verify(&asked.body, now()) {
        Ok(_) => (204, ""),
        Err(_) => (401, ""),
    });
    let ended = attack(&url, &["--key", &key]);
    let found = outcome(&ended);
    assert_eq!((ended.code(), &found["verdict"]), (Some(0), &json!("clean")), "{ended:?}");
    assert_eq!((&found["accepted"], &found["undecided"]), (&json!([]), &json!([])));
    assert!(found["sent"].as_u64().unwrap() >= 500, "{found}");
    assert_eq!(found["sent"], found["refused"], "each was answered");

    let token = desk.token("{\"a\":1}", &["--key", &key]);
    let set = desk.write("public", run(["keys", "jwks", &key]).printed.concat());
    let public: Value = serde_json::from_str(&std::fs::read_to_string(set).unwrap()).unwrap();
    let public = desk.write("public", public["keys"][0].to_string());
    let ended = attack(&url, &["--token", &token, "--public-key", &public, "--concurrency", "16"]);
    let found = outcome(&ended);
    assert_eq!((ended.code(), &found["verdict"]), (Some(0), &json!("clean")), "{ended:?}");
    assert!(found["sent"].as_u64().unwrap() >= 500, "{found}");
}

/// A server that believes `alg: none`, and one that takes the key from the token.
#[test]
fn a_weak_endpoint_is_told_what_it_accepts() {
    let desk = Desk::new();
    let key = desk.key("key", "ES256");
    let strict = verifier(&key);
    let url = serve(move |asked| {
        let token = unverified::decode(&asked.body);
        let header = token.ok().and_then(|token| token.header.bytes.ok()).unwrap_or_default();
        let header: Value = serde_json::from_slice(&header).unwrap_or_default();
        let is_none = header["alg"].as_str().is_some_and(|alg| alg.eq_ignore_ascii_case("none"));
        if is_none || strict.verify(&asked.body, now()).is_ok() { (200, "") } else { (401, "") }
    });
    let ended = attack(&url, &["--key", &key]);
    let found = outcome(&ended);
    assert_eq!((ended.code(), &found["verdict"]), (Some(1), &json!("accepted")), "{ended:?}");
    let names: HashSet<&str> =
        found["accepted"].as_array().unwrap().iter().map(|one| one["name"].as_str().unwrap()).collect();
    assert!(names.contains("alg \"none\" with no signature"), "{names:?}");
    assert!(names.contains("alg \"NONE\" with one byte"), "{names:?}");
    assert!(names.iter().all(|name| name.to_lowercase().contains("one")), "nothing else: {names:?}");
    // For people it stands there too, by name.
    let text = run(["jws", "attack", &url, "--key", &key]).everything();
    assert!(text.contains("HOSTILE TOKENS WERE ACCEPTED"), "{text}");
    assert!(text.contains("ACCEPTED: alg \\\"none\\\" with no signature (200)"), "{text}");
}

#[test]
fn where_a_good_token_is_refused_nothing_is_proved() {
    let desk = Desk::new();
    let key = desk.key("key", "ES256");
    let always = |status: u16| serve(move |_| (status, ""));
    for status in [401, 500, 429] {
        let ended = attack(&always(status), &["--key", &key]);
        assert_eq!(ended.code(), Some(4), "{ended:?}");
        assert!(complaint(&ended).contains("this proves nothing"), "{ended:?}");
    }
    // It stops accepting in the middle, so that the last refusals say nothing.
    let (count, strict) = (Mutex::new(0), verifier(&key));
    let dying = serve(move |asked| {
        let mut count = count.lock().unwrap();
        *count += 1;
        if *count < 300 && strict.verify(&asked.body, now()).is_ok() { (200, "") } else { (401, "") }
    });
    let ended = attack(&dying, &["--key", &key]);
    assert_eq!(ended.code(), Some(4), "{ended:?}");
    assert!(complaint(&ended).contains("any more"), "{ended:?}");
    // Some are not judged.
    let (count, strict) = (Mutex::new(0), verifier(&key));
    let busy = serve(move |asked| {
        let mut count = count.lock().unwrap();
        *count += 1;
        match strict.verify(&asked.body, now()) {
            Ok(_) => (200, ""),
            Err(_) if *count % 10 == 0 => (429, ""),
            Err(_) => (401, ""),
        }
    });
    let ended = attack(&busy, &["--key", &key]);
    assert_eq!((ended.code(), &outcome(&ended)["verdict"]), (Some(4), &json!("undecided")));
}

#[test]
fn a_token_travels_where_the_endpoint_wants_it() {
    let desk = Desk::new();
    let key = desk.key("key", "ES256");
    let strict = verifier(&key);
    // In a JSON body, and the status says nothing: the code does.
    let url = serve(move |asked| {
        let body: Value = serde_json::from_slice(&asked.body).unwrap_or_default();
        let token = body["eInstrument"]["rdForm"].as_str().unwrap_or_default();
        let knows_sender =
            body["eInstrument"]["sender"]["id"] == "XYZ00001" && asked.head.contains("x-auth-token: t\r\n");
        match strict.verify(token, now()) {
            Ok(_) if knows_sender => (200, r#"{"responseCode":"I07000"}"#),
            _ => (200, r#"{"responseCode":"E07117"}"#),
        }
    });
    let body = desk.write("body", r#"{"eInstrument":{"sender":{"id":"XYZ00001"},"rdForm":""}}"#);
    let way =
        ["--key", &key, "--as", "json:/eInstrument/rdForm", "--body", &body, "--header", "X-Auth-Token: t"];
    for told in [["--accepted-if", "I07000"], ["--refused-if", "E07117"]] {
        let ended = attack(&url, &[&way[..], &told].concat());
        assert_eq!((ended.code(), &outcome(&ended)["verdict"]), (Some(0), &json!("clean")), "{ended:?}");
    }
    let ended = attack(&url, &way);
    assert_eq!(
        (ended.code(), &outcome(&ended)["verdict"]),
        (Some(1), &json!("accepted")),
        "200 alone is a yes"
    );

    // In a header, and once only.
    let (seen, strict) = (Mutex::new(HashSet::new()), verifier(&key));
    let bearer = serve(move |asked| {
        let line = asked.head.lines().find_map(|line| line.strip_prefix("authorization: Bearer "));
        let token = line.unwrap_or_default();
        let is_new = seen.lock().unwrap().insert(token.to_owned());
        if is_new && strict.verify(token, now()).is_ok() { (200, "") } else { (401, "") }
    });
    let way = ["--key", &key, "--as", "header:Authorization: Bearer {}", "--single-use"];
    let ended = attack(&bearer, &way);
    let found = outcome(&ended);
    assert_eq!((ended.code(), &found["verdict"]), (Some(0), &json!("clean")), "{ended:?}");
    assert!(found["couldNotTravel"].as_u64().unwrap() > 0, "HTTP has no NUL in a header");
}

#[test]
fn a_token_that_may_be_used_again_is_told() {
    let desk = Desk::new();
    let key = desk.key("key", "ES256");
    let strict = verifier(&key);
    let url =
        serve(move |asked| if strict.verify(&asked.body, now()).is_ok() { (200, "") } else { (401, "") });
    let ended = attack(&url, &["--key", &key, "--single-use"]);
    assert_eq!(ended.code(), Some(1), "{ended:?}");
    assert_eq!(outcome(&ended)["accepted"], json!([{ "name": "the good token once more", "status": 200 }]));
}

#[test]
fn endpoints_of_others_are_left_alone() {
    let desk = Desk::new();
    let key = desk.key("key", "ES256");
    for url in [
        "https://bank.example/verify",
        "http://10.0.0.1/",
        "http://127.0.0.1.example/",
        "http://127.0.0.1@bank.example/",
    ] {
        let ended = attack(url, &["--key", &key]);
        assert_eq!(ended.code(), Some(2), "{url}: {ended:?}");
        assert!(complaint(&ended).contains("--i-own-this-endpoint"), "{url}: {ended:?}");
    }
}
