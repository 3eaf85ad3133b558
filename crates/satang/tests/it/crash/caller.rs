//! One of many who pay at once, and what it does about a call that was not answered.

use super::log::{Call, Event};
use crate::{
    bank::{Bank, charge, inquiry},
    random::Random,
};
use satang_core::Error;
use satang_gateway::demo;
use satang_schema::Satang;
use std::{
    fmt::Write as _,
    sync::{
        Arc,
        atomic::{AtomicU64, Ordering::SeqCst},
    },
};
use tokio::sync::Notify;

/// Pays until the gateway is gone. Only its last call can be without an answer.
pub(crate) struct Caller {
    name: usize,
    random: Random,
    pub(crate) log: Vec<Call>,
}

impl Caller {
    pub(crate) fn new(name: usize, seed: u64) -> Self {
        Self { name, random: Random::new(seed), log: Vec::new() }
    }

    /// Takes up what the last life of the gateway left open, then pays one thing after the other until this one ends.
    pub(crate) async fn live(mut self, bank: Bank, life: u64, fuse: Arc<Fuse>) -> Self {
        let mut answered = self.take_up(&bank, &fuse).await;
        while answered {
            let charge = self.next_charge(life);
            self.log.push(Call::new(charge));
            answered = self.pay(&bank, &fuse).await;
        }
        self
    }

    /// Takes up what is open, then asks about every call: the answer is what it has always been.
    pub(crate) async fn resolve(mut self, bank: Bank) -> Self {
        assert!(self.take_up(&bank, &Fuse::new(u64::MAX)).await, "nobody kills this gateway");
        for call in &self.log {
            let question = inquiry(call.charge.transaction_identification());
            let found = bank.transaction_status_inquiry(&question).await.expect("a known payment is found");
            assert!(call.answers().all(|answer| *answer == found), "{call:?} is now {found:?}");
        }
        self
    }

    /// Asks what became of the last call, and makes it again: the same charge under the same identification. Also when
    /// it was answered, since a repetition after a crash must get that answer.
    async fn take_up(&mut self, bank: &Bank, fuse: &Fuse) -> bool {
        let Some(call) = self.log.last_mut() else { return true };
        if !call.is_acknowledged() {
            let question = inquiry(call.charge.transaction_identification());
            match bank.transaction_status_inquiry(&question).await {
                Ok(found) => call.events.push(Event::Known(found)),
                Err(error) if error.status() == Some(http::StatusCode::NOT_FOUND) => {
                    call.events.push(Event::NotKnown);
                }
                Err(error) => {
                    assert_unanswered(&error);
                    return false;
                }
            }
        }
        self.pay(bank, fuse).await
    }

    /// Sends the last call, and tells whether there was an answer.
    async fn pay(&mut self, bank: &Bank, fuse: &Fuse) -> bool {
        let call = self.log.last_mut().expect("there is a call to send");
        call.events.push(Event::Sent);
        fuse.burn();
        let outcome = bank.real_time_payment(call.charge.request()).await;
        let answered = outcome.is_ok();
        call.events.push(match outcome {
            Ok(answer) => Event::Acknowledged(answer),
            Err(error) => {
                assert_unanswered(&error);
                Event::Unknown
            }
        });
        fuse.burn();
        answered
    }

    /// Mostly a payment that settles, at times one that is rejected, so that both must be remembered.
    fn next_charge(&mut self, life: u64) -> satang_direct_debit::Charge {
        let [payer, poor, _, _, limited, _] = &demo::DRAWERS;
        let payer = match self.random.up_to(10) {
            1 => poor,
            2 => limited,
            _ => payer,
        };
        let amount = Satang(i64::try_from(self.random.up_to(20_000)).unwrap());
        let mut second = String::new();
        let _ = write!(second, "caller-{}-{}", self.name, self.log.len());
        charge(payer, amount, &reference_of(life)).with_second_reference(second.parse().unwrap())
    }
}

/// What the calls of one life have in common.
pub(crate) fn reference_of(life: u64) -> String {
    format!("life-{life}")
}

/// A gateway that ends may leave a call without an answer, but it never refuses a payment that is in order.
fn assert_unanswered(error: &Error) {
    assert_eq!(error.status(), None, "the gateway refused: {error}");
}

/// Burns down with what the callers do, and then tells that it is time to kill.
pub(crate) struct Fuse {
    left: AtomicU64,
    burnt: Notify,
}

impl Fuse {
    pub(crate) fn new(length: u64) -> Self {
        Self { left: AtomicU64::new(length), burnt: Notify::new() }
    }

    pub(crate) fn burn(&self) {
        if self.left.fetch_sub(1, SeqCst) == 1 {
            self.burnt.notify_one();
        }
    }

    pub(crate) async fn burnt(&self) {
        self.burnt.notified().await;
    }
}
