//! `satang listen`: what it prints, answers and passes on.

use crate::{
    program::{Ended, Program, satang},
    wire::{Answer, ask},
};
use satang_core::{
    Clock as _, System,
    signature::{self, Key},
    webhook::Secret,
};
use satang_gateway::demo;
use serde_json::Value;
use std::{
    io::{Read as _, Write as _},
    net::TcpListener,
    thread::{self, JoinHandle},
};

const PATH: &str = "/direct-debit/registration";
const DELIVERY: &str = "11111111-2222-4333-8444-555555555555";
const BODY: &str = concat!(
    r#"{"journeyIdentifier":"68c971e1-6652-48f9-af3a-0f6c70bde952","paymentTokenStatus":"ACTV","#,
    r#""paymentToken":"06252dbc-0a4c-437f-b718-f2aa836b10b3","statusDateTime":"2020-08-15T09:30:00.000+07:00"}"#
);

/// A running `satang listen`.
pub(super) struct Listening {
    program: Program,
    pub(super) address: String,
}

impl Listening {
    pub(super) fn start(json: bool, arguments: &[&str]) -> Self {
        let fixed = ["listen", "--listen", "127.0.0.1:0"];
        let json = json.then_some("--json");
        let mut program = Program::start(satang(json.iter().chain(&fixed).chain(arguments)));
        let first = program.line().expect("it listens").to_owned();
        let told = serde_json::from_str::<Value>(&first).ok();
        let told = told.and_then(|told| told["listening"].as_str().map(str::to_owned)).unwrap_or(first);
        let address = told.split("http://").nth(1).and_then(|rest| rest.split(". ").next());
        Self { program, address: address.expect("it says where").to_owned() }
    }

    /// The next line that it prints.
    fn line(&mut self) -> String {
        self.program.line().expect("it goes on").to_owned()
    }

    pub(super) fn value(&mut self) -> Value {
        serde_json::from_str(&self.line()).expect("the line is JSON")
    }

    fn call(&self, headers: &str) -> Answer {
        ask(&self.address, "POST", PATH, headers, BODY)
    }

    pub(super) fn stop(self) -> Ended {
        self.program.ask_to_end();
        self.program.wait()
    }
}

/// The headers of a callback as the bank signs it.
fn signed(key: &str) -> String {
    let digest = signature::digest(BODY.as_bytes());
    let key = Key::new(key).unwrap().with_id("callback").unwrap();
    let signature = key.sign(&http::Method::POST, PATH, System.now(), &digest, DELIVERY);
    format!("x-client-transaction-id: {DELIVERY}\r\ndigest: {digest}\r\nsignature: {signature}\r\n")
}

/// The same with the headers of Standard Webhooks alone.
fn standard(key: &str) -> String {
    let now = System.now();
    let signature = Secret::from_setting(key).unwrap().sign(DELIVERY, now, BODY.as_bytes());
    format!(
        "webhook-id: {DELIVERY}\r\nwebhook-timestamp: {}\r\nwebhook-signature: {signature}\r\n",
        now.as_second()
    )
}

#[test]
fn callbacks_are_verified_and_printed() {
    let mut listening = Listening::start(true, &[]);
    for (headers, status, proof) in [
        (signed(demo::SIGNATURE_KEY), 200, "HTTP signature"),
        (standard(demo::SIGNATURE_KEY), 200, "Standard Webhooks"),
        (
            signed(demo::SIGNATURE_KEY) + &standard(demo::SIGNATURE_KEY),
            200,
            "HTTP signature and Standard Webhooks",
        ),
        (signed("another"), 401, "the signature is wrong"),
        (standard("another"), 401, "no signature is right"),
        (String::new(), 401, "there is no signature"),
    ] {
        assert_eq!(listening.call(&headers).status, status, "{proof}");
        let printed = listening.value();
        assert_eq!(printed["proof"], proof, "{printed}");
        assert_eq!((&printed["verified"], &printed["answered"]), (&(status == 200).into(), &status.into()));
        assert_eq!(printed["body"]["paymentTokenStatus"], "ACTV");
    }
    assert_eq!(listening.stop().code(), Some(0));
}

#[test]
fn people_read_what_happened_and_no_whole_token() {
    let key = "whsec_bXktb3duLWtleQ==";
    let mut listening = Listening::start(false, &["--signature-key", key]);
    assert_eq!(listening.call(&standard(key)).status, 200);
    let printed: Vec<String> = (0..3).map(|_| listening.line()).collect();
    assert_eq!(printed[1], "  68c971e1-6652-48f9-af3a-0f6c70bde952 is ACTV, token 06252dbc…");
    assert!(printed[2].contains("verified by Standard Webhooks"), "{printed:?}");
    let everything = listening.stop().everything();
    assert!(!everything.contains("06252dbc-") && !everything.contains(key), "{everything}");
}

#[test]
fn a_browser_that_comes_back_is_shown_what_it_brings() {
    let mut listening = Listening::start(true, &[]);
    let page = |query: &str| ask(&listening.address, "GET", &format!("/registered?{query}"), "", "");
    let granted = page("code=SplxlOBeZQQYbYS6WxSbIA&state=a%26b");
    assert_eq!(granted.status, 200);
    assert!(granted.body.contains("SplxlO…") && granted.body.contains("a&amp;b"), "{}", granted.body);
    assert!(!granted.body.contains("SplxlOBe"), "the whole code: {}", granted.body);
    let refused = page("error=access_denied&error_description=%3Cscript%3E&state=x");
    assert!(refused.body.contains("access_denied") && !refused.body.contains("<script>"), "{}", refused.body);

    let printed = listening.value();
    assert_eq!((&printed["registered"], &printed["code"]), (&true.into(), &"SplxlO…".into()));
    let printed = listening.value();
    assert_eq!((&printed["registered"], &printed["error"]), (&false.into(), &"access_denied".into()));
    assert_eq!(ask(&listening.address, "GET", "/", "", "").status, 404);
    assert_eq!(ask(&listening.address, "DELETE", PATH, "", "").status, 405);
}

#[test]
fn a_callback_is_passed_on_byte_for_byte_and_its_answer_back() {
    let (url, received) = program("HTTP/1.1 418 Teapot\r\ncontent-length: 5\r\nx-own: yes\r\n\r\nshort");
    let mut listening = Listening::start(true, &["--forward", &format!("{url}/own/path?q=1")]);
    let headers = signed(demo::SIGNATURE_KEY);
    let answer = listening.call(&headers);
    assert_eq!((answer.status, answer.body.as_str()), (418, "short"));
    assert_eq!(listening.value()["answered"], 418);
    let received = received.join().unwrap();
    assert!(
        received.starts_with("POST /own/path?q=1 HTTP/1.1\r\n") && received.ends_with(BODY),
        "{received}"
    );
    for header in headers.lines() {
        assert!(received.contains(header), "{header} is missing: {received}");
    }
}

#[test]
fn a_program_that_is_not_there_is_502() {
    let nobody = TcpListener::bind("127.0.0.1:0").unwrap();
    let url = format!("http://{}", nobody.local_addr().unwrap());
    drop(nobody);
    let mut listening = Listening::start(true, &["--forward", &url]);
    assert_eq!(listening.call(&signed(demo::SIGNATURE_KEY)).status, 502);
    let printed = listening.value();
    assert_eq!((&printed["verified"], &printed["answered"]), (&true.into(), &502.into()));
    assert_eq!(listening.stop().code(), Some(0));
}

/// A program that answers one request with this, and what it was sent.
fn program(answer: &'static str) -> (String, JoinHandle<String>) {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let url = format!("http://{}", listener.local_addr().unwrap());
    let receiving = thread::spawn(move || {
        let (mut stream, _) = listener.accept().unwrap();
        let mut received = Vec::new();
        let mut buffer = [0; 4096];
        while !received.ends_with(BODY.as_bytes()) {
            let read = stream.read(&mut buffer).unwrap();
            assert!(read > 0, "the request ended early");
            received.extend_from_slice(&buffer[..read]);
        }
        stream.write_all(answer.as_bytes()).unwrap();
        String::from_utf8(received).unwrap()
    });
    (url, receiving)
}
