//! A Department that plays a script, and what the facade makes of it.

mod department;
mod filed;
mod journey;
mod login;
mod receipts;
mod signed;
mod tolerance;

use crate::{
    Clock, Filer, Filing, FormSigner, Instrument, Paper, Patience, SignedFiling, StampDuty, wire::SenderRole,
};
use bytes::Bytes;
use http::{Request, Response};
use satang_core::{Error, Kind, Operation, Sent, Timer, Transport};
use satang_jose::PrivateKey;
use satang_schema::Satang;
use std::{
    collections::VecDeque,
    sync::{Arc, LazyLock, Mutex},
    task::Poll,
    time::Duration,
};

/// What the Department does with one call.
#[derive(Clone)]
enum Act {
    /// Answers with this status and body.
    Answer(u16, String),
    /// Does not answer.
    Fail(Kind, Sent),
}

fn answer(body: &str) -> Act {
    Act::Answer(200, body.to_owned())
}

/// An answer with this code and form.
fn coded(code: &str, form: &str) -> Act {
    answer(&format!(
        r#"{{"eInstrument": {{"responseCode": "{code}", "responsMessage": "ข้อความ", "rdForm": {form}}}}}"#
    ))
}

/// An answer with this code alone.
fn refused(status: u16, code: &str) -> Act {
    let body = format!(r#"{{"eInstrument": {{"responseCode": "{code}", "responsMessage": "ข้อความ"}}}}"#);
    Act::Answer(status, body)
}

fn token(number: u32) -> Act {
    answer(&format!(r#"{{"responseCode": "I07000", "responseMessage": "ok", "tokenId": "token-{number}"}}"#))
}

fn lost() -> Act {
    Act::Fail(Kind::Interrupted, Sent::Maybe)
}

/// A call as it was sent: the path, the token, the body.
#[derive(Clone, Debug, PartialEq)]
struct Call {
    path: String,
    token: Option<String>,
    body: String,
}

#[derive(Clone, Default)]
struct Script {
    acts: Arc<Mutex<VecDeque<Act>>>,
    calls: Arc<Mutex<Vec<Call>>>,
    waited: Arc<Mutex<Duration>>,
}

impl Script {
    fn new(acts: impl IntoIterator<Item = Act>) -> Self {
        Self { acts: Arc::new(Mutex::new(acts.into_iter().collect())), ..Self::default() }
    }

    /// The paths that were called, each with its token.
    fn calls(&self) -> Vec<String> {
        let calls = self.calls.lock().unwrap();
        let line = |call: &Call| match &call.token {
            Some(token) => format!("{} {token}", call.path),
            None => call.path.clone(),
        };
        calls.iter().map(line).collect()
    }

    #[track_caller]
    fn is_played(&self) {
        assert!(self.acts.lock().unwrap().is_empty(), "the whole script was played: {:?}", self.calls());
    }
}

impl Transport for Script {
    async fn call(&self, _: &'static Operation, request: Request<Bytes>) -> Result<Response<Bytes>, Error> {
        let header = request.headers().get("x-auth-token");
        self.calls.lock().unwrap().push(Call {
            path: request.uri().to_string(),
            token: header.map(|token| token.to_str().unwrap().to_owned()),
            body: String::from_utf8(request.body().to_vec()).unwrap(),
        });
        // Others get a turn while an answer is on its way.
        turn().await;
        match self.acts.lock().unwrap().pop_front().expect("the script goes on") {
            Act::Answer(status, body) => {
                Ok(Response::builder().status(status).body(Bytes::from(body)).unwrap())
            }
            Act::Fail(kind, sent) => Err(Error::new(kind, sent, "scripted")),
        }
    }
}

impl Timer for Script {
    async fn sleep(&self, duration: Duration) {
        *self.waited.lock().unwrap() += duration;
    }
}

/// Lets everybody else run once.
async fn turn() {
    let mut was_here = false;
    std::future::poll_fn(|context| {
        if was_here {
            return Poll::Ready(());
        }
        was_here = true;
        context.waker().wake_by_ref();
        Poll::Pending
    })
    .await;
}

/// A quarter to four in the afternoon of 2018-12-10, in Bangkok.
#[derive(Clone, Copy)]
struct Afternoon;

impl Clock for Afternoon {
    fn now(&self) -> jiff::Timestamp {
        "2018-12-10T08:45:00Z".parse().unwrap()
    }
}

/// A key of nobody, made for these tests: to make one takes long.
static KEY: LazyLock<PrivateKey> =
    LazyLock::new(|| PrivateKey::from_pem(include_str!("tests/key.pem")).unwrap());

fn signer() -> FormSigner {
    FormSigner::new(KEY.clone()).unwrap()
}

fn filer() -> Filer {
    Filer {
        username: "demo-filer".parse().unwrap(),
        password: "demo-password".parse().unwrap(),
        sender: "XYZ00001".parse().unwrap(),
        role: SenderRole::DutyPayer,
    }
}

/// Three inquiries.
fn facade<T: Transport + Timer>(transport: T) -> StampDuty<T> {
    let patience = Patience::new([1, 2, 4].map(Duration::from_secs));
    StampDuty::new(transport, filer(), signer()).with_clock(Afternoon).with_patience(patience)
}

const REFERENCE: &str = "20190916000000007181";

fn paper(number: usize) -> Paper {
    Paper {
        number: format!("2569/{number:02}").parse().unwrap(),
        created: "2026-02-21".parse().unwrap(),
        payer: "0105541069237".parse().unwrap(),
    }
}

/// A filing of so many loans.
fn filing(count: usize) -> Filing {
    let filing = Filing::new("REQ-1".parse().unwrap(), "0105541069237".parse().unwrap());
    let loan = |number| Instrument::loan(paper(number), Satang::from_baht(240_000)).unwrap();
    (1..=count).map(loan).fold(filing, Filing::with)
}

fn signed(count: usize) -> SignedFiling {
    SignedFiling::new(&filing(count), &signer()).unwrap()
}
