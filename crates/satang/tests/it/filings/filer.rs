//! One of many who file and pay at once, and what it does when the gateway is gone: the same again.

use super::{
    NAMES,
    log::{Answer, Case, Losses, Payment},
};
use crate::{crash::Fuse, random::Random};
use satang_core::{
    Entropy as _, Error, System,
    sandbox::{self, StampDutyPayment},
};
use satang_gateway::demo::{self, DemoFiler};
use satang_jose::PrivateKey;
use satang_schema::{Amount, Satang, TransactionIdentification};
use satang_stamp_duty::{
    Accepted, ApiRefNo, Filing, FormSigner, Instrument, Outcome, Paper, Patience, StampDuty, Submitted, Why,
    wire::{PaidStatus, SenderRole},
};
use satang_transport::Client;
use serde_json::json;
use std::{sync::Arc, time::Duration};
use tokio::sync::Mutex;

/// Where one of the [`NAMES`] files, and its payer's bank. Each call is one attempt: what follows is the test's to decide.
#[derive(Clone)]
pub(super) struct Desk {
    department: Arc<StampDuty<Client>>,
    bank: Arc<sandbox::Client<Client>>,
    /// Held by who moves the clock: two at once are refused.
    clock: Arc<Mutex<()>>,
}

/// The desks of all names, each with one login.
pub(super) struct Desks(Vec<(&'static str, Desk)>);

impl Desks {
    pub(super) fn of(&self, filer: &DemoFiler) -> Desk {
        let found = self.0.iter().find(|(username, _)| *username == filer.username);
        found.expect("each name has a desk").1.clone()
    }
}

impl Desk {
    pub(super) fn all(base_url: &str) -> Desks {
        let client = || Client::builder(base_url).retries(0).timeout(Duration::from_secs(15));
        let operator = client().bearer_token(demo::ADMIN_KEY).build().unwrap();
        let (client, bank) = (client().build().unwrap(), Arc::new(sandbox::Client::new(operator)));
        let clock = Arc::new(Mutex::new(()));
        let signer = FormSigner::new(PrivateKey::from_pem(demo::FILER_KEY).unwrap()).unwrap();
        let desk = |filer: &DemoFiler| {
            let who = satang_stamp_duty::Filer {
                username: filer.username.parse().unwrap(),
                password: demo::FILER_PASSWORD.parse().unwrap(),
                sender: filer.sender.parse().unwrap(),
                role: SenderRole::DutyPayer,
            };
            let department = StampDuty::new(client.clone(), who, signer.clone());
            // Time passes only when somebody moves the clock, so to ask again is no use.
            let department = Arc::new(department.with_patience(Patience::new([Duration::ZERO])));
            Desk { department, bank: Arc::clone(&bank), clock: Arc::clone(&clock) }
        };
        Desks(NAMES.iter().map(|filer| (filer.username, desk(filer))).collect())
    }
}

/// The gateway has gone before it answered.
struct Gone;

/// Files until the gateway is gone. Only its last case can be without an answer.
pub(super) struct Filer {
    pub(super) name: &'static DemoFiler,
    number: usize,
    random: Random,
    pub(super) cases: Vec<Case>,
}

impl Filer {
    pub(super) fn new(name: &'static DemoFiler, number: usize, seed: u64) -> Self {
        Self { name, number, random: Random::new(seed), cases: Vec::new() }
    }

    pub(super) fn last(&mut self) -> Option<&mut Case> {
        self.cases.last_mut()
    }

    /// Does once more what the last life of the gateway left, then one case after the other until this one ends.
    pub(super) async fn live(mut self, desk: Desk, fuse: Arc<Fuse>) -> Self {
        if self.cases.is_empty() {
            self.begin(&desk);
        }
        while let Ok(()) = self.carry_out(&desk, &fuse).await {
            self.begin(&desk);
        }
        self
    }

    /// Ends the last case, then asks about all of them.
    pub(super) async fn end(mut self, desk: Desk) -> Vec<Case> {
        let is_answered = self.cases.is_empty() || self.carry_out(&desk, &Fuse::new(u64::MAX)).await.is_ok();
        assert!(is_answered, "nobody kills this gateway");
        for case in &self.cases {
            let reference = case.reference.as_ref().expect("in the end each form is answered");
            let asked =
                desk.department.payment_status(reference, &[]).await.expect("a known filing is found");
            let Outcome::Done(form) = asked else { panic!("still pending: {case:#?}") };
            assert_eq!(form.form_status == PaidStatus::Paid, case.paid().is_some(), "{case:#?}");
        }
        self.cases
    }

    /// The next form: mostly of a few instruments, at times of more than are filed at once.
    fn begin(&mut self, desk: &Desk) {
        let (filer, number, position) = (self.name, self.number, self.cases.len());
        let name = format!("filer-{number}-{position}");
        let count = match self.random.up_to(4) {
            1 => 50 + self.random.up_to(20),
            _ => self.random.up_to(3),
        };
        let payer = || filer.tax_id.parse().unwrap();
        let mut filing = Filing::new(name.parse().unwrap(), payer());
        for number in 1..=count {
            let limit = [Some(Satang::from_baht(1_000)), Some(Satang::from_baht(10_000)), None];
            let limit = limit[usize::try_from(self.random.up_to(3)).unwrap() - 1];
            let (number, created) =
                (format!("{name}/{number}").parse().unwrap(), "2026-02-21".parse().unwrap());
            let paper = Paper { number, created, payer: payer() };
            filing = filing.with(Instrument::guarantee(paper, limit).unwrap());
        }
        self.cases.push(Case {
            filer,
            signed: desk.department.sign(&filing).unwrap(),
            instruments: filing.instruments().len(),
            duty: filing.form().unwrap().summary.total_payment.satang().0,
            reference: None,
            accepted: None,
            payments: Vec::new(),
            losses: Losses::default(),
        });
    }

    /// Files the last form, waits until it is verified, and pays for it: also when all that was done before, since a
    /// repetition must get the same answers.
    async fn carry_out(&mut self, desk: &Desk, fuse: &Fuse) -> Result<(), Gone> {
        let number_of_payments = usize::try_from(self.random.up_to(4) - 1).unwrap().min(2);
        let case = self.cases.last_mut().expect("a case has begun");
        let accepted = file(case, desk, fuse).await?;
        if case.payments.is_empty() {
            case.payments.extend((0..number_of_payments).map(|_| payment(&accepted)));
        }
        let answers: Vec<_> = match &case.payments[..] {
            [] => Vec::new(),
            [one] => vec![pay(one, desk, fuse).await],
            [one, other] => {
                let (one, other) = tokio::join!(pay(one, desk, fuse), pay(other, desk, fuse));
                vec![one, other]
            }
            more => panic!("{} payments of one bill", more.len()),
        };
        let mut is_gone = false;
        for (payment, answer) in case.payments.iter_mut().zip(answers) {
            match answer {
                Ok(answer) => payment.answered(answer),
                Err(Gone) => is_gone = true,
            }
        }
        if is_gone {
            return Err(Gone);
        }
        let paid = case.payments.iter().filter(|payment| matches!(payment.answer, Some(Answer::Paid(_))));
        assert_eq!(paid.count(), case.payments.len().min(1), "of two payments one is made: {case:#?}");
        Ok(())
    }
}

/// Files a form, and returns what is to be paid for it.
async fn file(case: &mut Case, desk: &Desk, fuse: &Fuse) -> Result<Accepted, Gone> {
    fuse.burn();
    let submitted = desk.department.file(&case.signed).await;
    fuse.burn();
    let accepted = match submitted {
        Ok(Submitted::Accepted(accepted)) => {
            assert!(!case.is_large(), "not verified: {case:#?}");
            accepted
        }
        Ok(Submitted::Received(reference)) => {
            assert!(case.is_large(), "verified in vain: {case:#?}");
            case.filed(reference.clone());
            wait(&reference, desk, fuse).await?
        }
        Ok(Submitted::Unknown(Why::NoAnswer(error))) | Err(error) => return Err(gone(&error)),
        Ok(other) => panic!("{other:?} of {case:#?}"),
    };
    case.accepted(accepted.clone());
    Ok(accepted)
}

/// Lets time pass until a large form is verified.
async fn wait(reference: &ApiRefNo, desk: &Desk, fuse: &Fuse) -> Result<Accepted, Gone> {
    for _ in 0..2 {
        fuse.burn();
        let outcome = desk.department.wait(reference).await;
        fuse.burn();
        match outcome.map_err(|error| gone(&error))? {
            Outcome::Done(accepted) => return Ok(accepted),
            Outcome::Pending { .. } => {}
        }
        let advance = serde_json::from_value(json!({ "duration": "31s" })).unwrap();
        let _alone = desk.clock.lock().await;
        desk.bank.advance_clock(&advance).await.map_err(|error| gone(&error))?;
        fuse.burn();
    }
    panic!("{reference} is not verified after its time")
}

/// A payment of what was accepted, which has its own identification.
fn payment(accepted: &Accepted) -> Payment {
    let bill = accepted.payment.clone().expect("there is something to pay");
    let request = StampDutyPayment {
        transaction_identification: TransactionIdentification(System.uuid()),
        account_number: demo::DRAWERS[0].account.parse().unwrap(),
        amount: bill.total_amount.map(|amount| Amount::new(amount).unwrap()),
        reference1: bill.ref1.map(|text| text.as_str().parse().unwrap()),
        reference2: bill.ref2.map(|text| text.as_str().parse().unwrap()),
        qr_payment: None,
    };
    Payment { request, answer: None }
}

async fn pay(payment: &Payment, desk: &Desk, fuse: &Fuse) -> Result<Answer, Gone> {
    fuse.burn();
    let outcome = desk.bank.pay_stamp_duty(&payment.request).await;
    fuse.burn();
    match outcome {
        Ok(paid) => Ok(Answer::Paid(paid)),
        Err(error) if error.status() == Some(http::StatusCode::CONFLICT) => Ok(Answer::Refused),
        Err(error) => Err(gone(&error)),
    }
}

/// A gateway that ends may leave a call without an answer, but it never refuses what is in order.
fn gone(error: &Error) -> Gone {
    assert_eq!(error.status(), None, "the gateway refused: {error}");
    Gone
}
