//! A member that asks the hub, and writes down what it asked and what it was told: all that the judge believes.

use super::bank::Bank;
use crate::crash::Fuse;
use http::{HeaderMap, header::AUTHORIZATION};
use satang_core::{Clock as _, Entropy as _, System, slip_verification::Client as Contract};
use satang_schema::slip_verification::TransactionQuery;
use satang_slip_verification::interbank::{HUB, TokenSigner};
use satang_transport::Client;
use serde_json::Value;
use std::{
    sync::Arc,
    time::{Duration, Instant},
};

/// More than the hub takes.
const PATIENCE: Duration = Duration::from_secs(15);

/// One question.
#[derive(Clone, Debug)]
pub(super) struct Asked {
    pub(super) id: String,
    pub(super) member: String,
    /// Whose slip it is about.
    pub(super) bank: String,
    pub(super) at: Instant,
    pub(super) took: Duration,
    /// The code and the message, if there was an answer.
    pub(super) answer: Option<(String, String)>,
    /// Whether its token had been used, and answered, before.
    pub(super) is_repeated: bool,
}

impl Asked {
    pub(super) fn is_found(&self) -> bool {
        self.answer.as_ref().is_some_and(|(code, _)| code == "0000")
    }

    /// Whether the answer's message has these words.
    pub(super) fn says(&self, words: &str) -> bool {
        self.answer.as_ref().is_some_and(|(_, message)| message.contains(words))
    }
}

/// Asks about slips of all banks, in the name of one of them.
pub(super) struct Asker {
    member: String,
    credentials: (String, String),
    signer: TokenSigner,
    banks: Vec<String>,
    pub(super) log: Vec<Asked>,
    /// The last question that was answered, to be asked again.
    last: Option<(Question, String)>,
}

/// A question as it travels.
#[derive(Clone)]
struct Question {
    about: TransactionQuery,
    headers: HeaderMap,
}

impl Asker {
    /// The asker of this number: they take turns in the banks' names.
    pub(super) fn new(number: usize, banks: &[Bank]) -> Self {
        let bank = &banks[number % banks.len()];
        Self {
            member: bank.code.clone(),
            credentials: bank.credentials(),
            signer: TokenSigner::new(&bank.code, &bank.key).unwrap(),
            banks: banks.iter().map(|bank| bank.code.clone()).collect(),
            log: Vec::new(),
            last: None,
        }
    }

    /// Shows its last token again, then asks one thing after the other until the gateway is gone.
    pub(super) async fn live(mut self, hub: Hub, fuse: Arc<Fuse>) -> Self {
        if let Some((question, bank)) = self.last.take() {
            fuse.burn();
            let mut asked = self.send(&hub, question, &bank).await;
            asked.is_repeated = true;
            let is_answered = asked.answer.is_some();
            self.log.push(asked);
            if !is_answered {
                return self;
            }
        }
        for bank in self.banks.clone().iter().cycle() {
            let question = self.question(bank, None);
            fuse.burn();
            let asked = self.send(&hub, question.clone(), bank).await;
            fuse.burn();
            let is_answered = asked.answer.is_some();
            self.log.push(asked);
            if !is_answered {
                break;
            }
            self.last = Some((question, bank.clone()));
        }
        self
    }

    /// Asks once, and waits no longer than so for the bank.
    pub(super) async fn ask(&self, hub: &Hub, bank: &str, deadline: Option<Duration>) -> Asked {
        self.send(hub, self.question(bank, deadline), bank).await
    }

    async fn send(&self, hub: &Hub, question: Question, bank: &str) -> Asked {
        let id = question.headers["x-request-id"].to_str().unwrap().to_owned();
        let at = Instant::now();
        let answer = hub.verify_transaction(&question.about, question.headers).await.ok();
        let took = at.elapsed();
        let answer = answer.map(|answer| {
            let body: Value = serde_json::from_slice(answer.body()).expect("an answer is JSON");
            let text = |name: &str| body["status"][name].as_str().expect("an answer has a status").to_owned();
            (text("code"), text("message"))
        });
        let (member, bank) = (self.member.clone(), bank.to_owned());
        Asked { id, member, bank, at, took, answer, is_repeated: false }
    }

    /// A question about a slip that nobody else asks about, under a new token.
    fn question(&self, bank: &str, deadline: Option<Duration>) -> Question {
        let id = System.uuid();
        let reference = id.simple().to_string().split_off(12);
        let about =
            TransactionQuery { sending_bank: bank.parse().unwrap(), trans_ref: reference.parse().unwrap() };
        let token = self.signer.sign(HUB, &about, id, System.now()).unwrap();
        let mut headers = HeaderMap::new();
        for (name, value) in [
            ("x-api-version", "1"),
            ("x-crt-version", "1"),
            ("x-dest-bank", bank),
            ("x-request-id", &id.to_string()),
            ("api-key", &self.credentials.0),
            ("api-secret", &self.credentials.1),
        ] {
            headers.insert(name, value.parse().unwrap());
        }
        headers.insert(AUTHORIZATION, format!("Bearer {token}").parse().unwrap());
        if let Some(deadline) = deadline {
            headers.insert("x-deadline-ms", deadline.as_millis().to_string().parse().unwrap());
        }
        Question { about, headers }
    }
}

/// The hub's operations.
pub(super) type Hub = Contract<Client>;

/// One attempt for each question: what follows is the test's to decide.
pub(super) fn hub(base_url: &str) -> Hub {
    Contract::new(Client::builder(base_url).retries(0).timeout(PATIENCE).build().unwrap())
}
