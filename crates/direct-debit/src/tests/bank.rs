//! A bank with a memory, to which calls may get lost on their way, on the way back, come late, or come twice.

use bytes::Bytes;
use http::{Request, Response, StatusCode};
use satang_core::{Entropy, Error, Kind, Operation, Sent, Timer, Transport};
use satang_schema::{Date, DateTime};
use serde_json::{Value, json};
use std::{
    collections::{BTreeMap, VecDeque},
    sync::{Arc, Mutex, MutexGuard},
    time::Duration,
};

pub(super) const TOKEN: &str = "06252dbc-0a4c-437f-b718-f2aa836b10b3";
pub(super) const JOURNEY: &str = "68c971e1-6652-48f9-af3a-0f6c70bde952";
pub(super) const SCHEDULE: &str = "0b8f6f0e-3a5c-4a0f-8f5e-3a1d7c2b9e44";
pub(super) const PLAN: &str = "5c1d2f62-1f0e-4f0e-9a68-5a5ed1a3a9d2";

/// What becomes of one call between here and the bank.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(super) enum Fate {
    /// All goes well.
    Answered,
    /// Never arrives, and nobody knows.
    LostBefore,
    /// Arrives; the answer does not.
    LostAfter,
    /// Arrives when the next call is made; nobody knows.
    Late,
    /// Arrives twice; the second answer comes back.
    Twice,
    /// The bank's gateway fails before anything is done.
    FailsBefore,
    /// The bank's gateway fails after it was done.
    FailsAfter,
    /// Cannot be sent.
    NotSent,
}

impl Fate {
    pub(super) const ALL: [Self; 8] = [
        Self::Answered,
        Self::LostBefore,
        Self::LostAfter,
        Self::Late,
        Self::Twice,
        Self::FailsBefore,
        Self::FailsAfter,
        Self::NotSent,
    ];
}

#[derive(Clone, Default)]
pub(super) struct Bank(Arc<Mutex<Memory>>);

#[derive(Default)]
pub(super) struct Memory {
    pub(super) fates: VecDeque<Fate>,
    /// Which operations were called, and with what.
    pub(super) calls: Vec<(&'static str, Value)>,
    /// The registration's status, by which it is found.
    pub(super) token: Option<&'static str>,
    /// Each schedule by the caller's identification.
    pub(super) schedules: BTreeMap<String, Value>,
    /// How often something took effect.
    pub(super) effects: usize,
    /// What refuses everything that has an effect: a status and a code.
    pub(super) refuses: Option<(u16, &'static str)>,
    pub(super) waited: Duration,
    late: Option<(&'static str, Value)>,
}

impl Bank {
    pub(super) fn memory(&self) -> MutexGuard<'_, Memory> {
        self.0.lock().unwrap()
    }

    pub(super) fn with_fates(fates: &[Fate]) -> Self {
        let bank = Self::default();
        bank.memory().fates = fates.iter().copied().collect();
        bank
    }

    /// How often an operation was called.
    pub(super) fn count(&self, operation: &str) -> usize {
        self.memory().calls.iter().filter(|(id, _)| *id == operation).count()
    }

    /// Whatever is still on its way arrives.
    pub(super) fn settle(&self) {
        self.memory().arrive();
    }
}

impl Transport for Bank {
    async fn call(
        &self,
        operation: &'static Operation,
        request: Request<Bytes>,
    ) -> Result<Response<Bytes>, Error> {
        let body: Value = serde_json::from_slice(request.body()).unwrap();
        let mut memory = self.memory();
        memory.arrive();
        memory.calls.push((operation.id, body.clone()));
        let lost = || Error::new(Kind::Interrupted, Sent::Maybe, "lost");
        let fate = memory.fates.pop_front().unwrap_or(Fate::Answered);
        let failed = (500, refusal("SBX-5001"));
        let (status, answer) = match fate {
            Fate::Answered => memory.act(operation.id, &body),
            Fate::Twice => {
                memory.act(operation.id, &body);
                memory.act(operation.id, &body)
            }
            Fate::FailsBefore => failed,
            Fate::FailsAfter => {
                memory.act(operation.id, &body);
                failed
            }
            Fate::LostBefore => return Err(lost()),
            Fate::LostAfter => {
                memory.act(operation.id, &body);
                return Err(lost());
            }
            Fate::Late => {
                memory.late = Some((operation.id, body));
                return Err(lost());
            }
            Fate::NotSent => return Err(Error::new(Kind::Connect, Sent::No, "no connection")),
        };
        let mut response = Response::new(Bytes::from(answer.to_string()));
        *response.status_mut() = StatusCode::from_u16(status).unwrap();
        Ok(response)
    }
}

impl Timer for Bank {
    async fn sleep(&self, duration: Duration) {
        self.memory().waited += duration;
    }
}

/// Bytes that count, so that every secret is another and every test the same.
#[derive(Default)]
pub(super) struct Counting(Mutex<u8>);

impl Entropy for Counting {
    fn fill(&self, bytes: &mut [u8]) {
        let mut next = self.0.lock().unwrap();
        for byte in bytes {
            *byte = *next;
            *next = next.wrapping_add(1);
        }
    }
}

impl Memory {
    fn arrive(&mut self) {
        if let Some((operation, body)) = self.late.take() {
            self.act(operation, &body);
        }
    }

    fn act(&mut self, operation: &str, body: &Value) -> (u16, Value) {
        match operation {
            "prepare_oauth_context" => (200, json!({ "oauth_context_id": JOURNEY })),
            "token_status_inquiry" => (200, json!({ "tokenStatusInformation": self.registrations() })),
            "token_inquiry" => (200, json!({ "tokenInformation": self.registrations() })),
            "schedule_inquiry" => (200, json!({ "scheduleInformation": self.found(body) })),
            _ if self.refuses.is_some() => {
                let (status, code) = self.refuses.unwrap();
                (status, refusal(code))
            }
            "token_cancellation" => self.cancel_token(),
            "schedule_submission" => self.plan(body),
            "schedule_cancellation" => self.stop(),
            other => panic!("nobody calls {other}"),
        }
    }

    fn registrations(&self) -> Vec<Value> {
        let told = |status: &&str| {
            let token = (!matches!(*status, "PDNG" | "RJCT")).then_some(TOKEN);
            let at = "2020-08-15T09:30:00.000+07:00";
            let mut found = json!({ "journeyIdentifier": JOURNEY, "paymentTokenStatus": status, "statusDateTime": at,
                "statusReasonCode": "NOAS", "createDateTime": at, "lastUpdateDateTime": at });
            if let Some(token) = token {
                found["paymentToken"] = token.into();
            }
            found
        };
        self.token.iter().map(told).collect()
    }

    fn cancel_token(&mut self) -> (u16, Value) {
        match self.token {
            Some("ACTV" | "SUSP") => {
                self.token = Some("CANC");
                self.effects += 1;
                let at = "2020-08-15T10:00:00.000+07:00";
                (200, json!({ "paymentToken": TOKEN, "paymentTokenStatus": "CANC", "statusDateTime": at }))
            }
            Some(_) => (409, refusal("SBX-4092")),
            None => (404, refusal("SBX-4041")),
        }
    }

    fn plan(&mut self, body: &Value) -> (u16, Value) {
        let id = body["transactionIdentification"].as_str().unwrap().to_owned();
        if self.schedules.contains_key(&id) {
            // Not the idempotency that is proposed: the facade must be right without it.
            return (409, refusal("SBX-4091"));
        }
        self.effects += 1;
        let mut schedule = body.clone();
        schedule["scheduleIdentification"] = SCHEDULE.into();
        schedule["processingStatus"] = "SCHD".into();
        schedule["nextExecutionDate"] = body["scheduleInformation"]["startDate"].clone();
        schedule["executions"] = json!([]);
        schedule["createDateTime"] = "2020-08-15T00:00:00.000+07:00".into();
        let answer = json!({ "scheduleIdentification": SCHEDULE, "transactionIdentification": id,
            "processingStatus": "SCHD", "nextExecutionDate": schedule["nextExecutionDate"] });
        self.schedules.insert(id, schedule);
        (200, answer)
    }

    fn found(&self, filter: &Value) -> Vec<&Value> {
        let is_met = |schedule: &&Value| {
            ["transactionIdentification", "scheduleIdentification"]
                .iter()
                .all(|name| filter.get(name).is_none_or(|wanted| *wanted == schedule[name]))
        };
        self.schedules.values().filter(is_met).collect()
    }

    fn stop(&mut self) -> (u16, Value) {
        let Some(schedule) = self.schedules.values_mut().next() else { return (404, refusal("SBX-4041")) };
        if schedule["processingStatus"] != "SCHD" {
            return (409, refusal("SBX-4092"));
        }
        schedule["processingStatus"] = "CANC".into();
        self.effects += 1;
        let at = "2020-08-15T10:00:00.000+07:00";
        let answer =
            json!({ "scheduleIdentification": SCHEDULE, "processingStatus": "CANC", "statusDateTime": at });
        (200, answer)
    }
}

pub(super) fn refusal(code: &str) -> Value {
    json!({ "error": { "code": code, "message": "no" } })
}

/// All sequences of this many fates.
pub(super) fn all_fates(length: usize) -> Vec<Vec<Fate>> {
    (0..length).fold(vec![vec![]], |sequences, _| {
        let longer = |sequence: &Vec<Fate>| {
            let sequence = sequence.clone();
            Fate::ALL.into_iter().map(move |fate| [sequence.clone(), vec![fate]].concat())
        };
        sequences.iter().flat_map(longer).collect()
    })
}

pub(super) fn date(text: &str) -> Date {
    text.parse().unwrap()
}

pub(super) fn date_time(text: &str) -> DateTime {
    text.parse().unwrap()
}
