//! The service bank: verifies a slip for its merchant.

use super::{AnswerVerifier, HUB, Question, Surroundings, TokenSigner, answer, exchange, within::within};
use crate::{Mode, Remark, Slip};
use http::{HeaderMap, HeaderValue, header};
use satang_core::{Transport, slip_verification::Client};
use satang_schema::{
    DateTime, Secret,
    slip_verification::{
        BankCode, CheckResult, CitizenId, HubCode, HubCodeClass, MobileNumber, NumberOwnershipQuery,
        OrderReference, SlipChecks, SlipExpectation, SlipOutcome, SlipToVerify, SlipVerdict, TransactionData,
        TransactionQuery,
    },
};
use satang_validation::{Code, Pointer, Rule, Violations};
use std::{format, prelude::v1::*, time::Duration};

/// Slips that were verified, by merchant.
pub trait SeenSlips: Send + Sync {
    /// Notes that a slip was verified for a merchant and its order, unless it was verified before: one step, so that of
    /// two at once only one is the first. When this returns, it is durable.
    ///
    /// # Errors
    /// [`StoreFailure`](super::StoreFailure) when it cannot be told.
    fn note(
        &self,
        merchant: &str,
        slip: &TransactionQuery,
        order: Option<&OrderReference>,
        now: jiff::Timestamp,
    ) -> impl Future<Output = Result<FirstSeen, super::StoreFailure>> + Send;
}

/// Whether a slip is seen for the first time.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum FirstSeen {
    /// Now.
    Now,
    /// Before, at this moment, for the same order: the merchant asks again.
    Again(jiff::Timestamp),
    /// Before, at this moment, for another order, or for none.
    Before(jiff::Timestamp),
}

/// Whether a mobile number belongs to a citizen.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum NumberVerdict {
    /// The operator says yes.
    Owner,
    /// The operator says no: it does not have the number, or the number is somebody else's.
    NotOwner,
    /// Nobody could tell. The hub said this, if it could be asked and be believed.
    Unknown(Option<HubCode>),
}

/// Limits of a service bank. Proposed by Satang; not published by any bank.
#[derive(Clone, Debug)]
pub struct ServiceBankSettings {
    /// The member's key for the hub, `API-Key`, and its secret, `API-Secret`; none where its certificate alone proves
    /// who it is.
    pub api: Option<(Secret, Secret)>,
    /// How long the hub is waited for: 10 seconds.
    pub hub: Duration,
    /// After how many seconds to ask again when the bank of the slip does not answer just now: 30.
    pub pending: u32,
    /// After how many seconds to ask again when it cannot be asked: 900.
    pub unavailable: u32,
}

impl ServiceBankSettings {
    /// The usual limits, with this key and secret.
    #[must_use]
    pub fn new(api_key: Secret, api_secret: Secret) -> Self {
        Self { api: Some((api_key, api_secret)), ..Self::with_certificate() }
    }

    /// The usual limits, for a member whose transport shows its certificate to the hub.
    #[must_use]
    pub fn with_certificate() -> Self {
        Self { api: None, hub: Duration::from_secs(10), pending: 30, unavailable: 900 }
    }
}

/// A bank that verifies slips for its merchants.
pub struct ServiceBank<T, D, S> {
    hub: Client<T>,
    asks: TokenSigner,
    answers: AnswerVerifier,
    seen: D,
    surroundings: S,
    settings: ServiceBankSettings,
}

impl<T: Transport, D: SeenSlips, S: Surroundings> ServiceBank<T, D, S> {
    /// Asks the hub over `transport` under `asks`, and believes what is signed under `answers`.
    pub fn new(
        transport: T,
        (asks, answers): (TokenSigner, AnswerVerifier),
        (seen, surroundings): (D, S),
        settings: ServiceBankSettings,
    ) -> Self {
        Self { hub: Client::new(transport), asks, answers, seen, surroundings, settings }
    }

    /// Verifies a slip for a merchant. That a check fails, or that the bank of the slip cannot be asked, is
    /// an outcome.
    ///
    /// # Errors
    /// [`Violations`] of a payload that is none, with its reason and byte offset, and never with what it
    /// holds.
    pub async fn verify(&self, merchant: &str, slip: &SlipToVerify) -> Result<SlipVerdict, Violations> {
        let (question, crc_repaired) = question(slip)?;
        let (hub_code, found) = self.ask(&question).await;
        let mut verdict = SlipVerdict {
            outcome: SlipOutcome::Pending,
            checks: SlipChecks::SKIPPED,
            hub_code,
            slip: None,
            first_seen: None,
            retry_after_seconds: None,
            crc_repaired,
        };
        let Some(found) = found else {
            let class = verdict.hub_code.as_ref().map(HubCode::class);
            (verdict.outcome, verdict.retry_after_seconds) = match class {
                Some(HubCodeClass::NotFound) => (SlipOutcome::NotFound, None),
                Some(HubCodeClass::TryAgain) | None => (SlipOutcome::Pending, Some(self.settings.pending)),
                Some(_) => (SlipOutcome::Unavailable, Some(self.settings.unavailable)),
            };
            return Ok(verdict);
        };
        verdict.checks = compare(&found, slip.expect.as_ref());
        let checks = [&verdict.checks.amount, &verdict.checks.receiver, &verdict.checks.time];
        verdict.outcome = if checks.contains(&&CheckResult::Failed) {
            SlipOutcome::Mismatch
        } else {
            SlipOutcome::Verified
        };
        verdict.slip = Some(found);
        if verdict.outcome == SlipOutcome::Verified && slip.check_duplicate == Some(true) {
            self.guard(merchant, &question, slip.order.as_ref(), &mut verdict).await;
        }
        Ok(verdict)
    }

    /// Asks the operator of this code, through the hub, whether a mobile number belongs to a citizen.
    pub async fn verify_number_ownership(
        &self,
        provider: &BankCode,
        mobile_number: &MobileNumber,
        citizen_id: &CitizenId,
    ) -> NumberVerdict {
        let mut salt = [0; 16];
        self.surroundings.fill(&mut salt);
        let salt: String = salt.iter().map(|byte| format!("{byte:02x}")).collect();
        let Ok(salt) = salt.parse() else { return NumberVerdict::Unknown(None) };
        let (provider, mobile_number) = (provider.clone(), mobile_number.clone());
        let question = NumberOwnershipQuery { provider, mobile_number, citizen_id: citizen_id.clone(), salt };
        match self.ask(&question).await {
            (_, Some(answer)) if answer.is_owner => NumberVerdict::Owner,
            (_, Some(_)) => NumberVerdict::NotOwner,
            (code, None) => NumberVerdict::Unknown(code),
        }
    }

    /// Only what is verified is remembered, so that a slip that did not match can be shown again.
    async fn guard(
        &self,
        merchant: &str,
        question: &TransactionQuery,
        order: Option<&OrderReference>,
        verdict: &mut SlipVerdict,
    ) {
        match self.seen.note(merchant, question, order, self.surroundings.now()).await {
            Ok(FirstSeen::Now) => verdict.checks.duplicate = CheckResult::Passed,
            Ok(FirstSeen::Again(moment)) => {
                verdict.checks.duplicate = CheckResult::Passed;
                verdict.first_seen = Some(DateTime::in_bangkok(moment));
            }
            Ok(FirstSeen::Before(moment)) => {
                verdict.outcome = SlipOutcome::Duplicate;
                verdict.checks.duplicate = CheckResult::Failed;
                verdict.first_seen = Some(DateTime::in_bangkok(moment));
            }
            // Nobody knows whether it is the first: it must not be called verified.
            Err(_) => {
                verdict.outcome = SlipOutcome::Pending;
                verdict.slip = None;
                verdict.checks = SlipChecks::SKIPPED;
                verdict.retry_after_seconds = Some(self.settings.pending);
            }
        }
    }

    /// What the hub says: its code, and the answer when there is one. No code when it could not be asked, or not be
    /// believed.
    async fn ask<Q: Question>(&self, question: &Q) -> (Option<HubCode>, Option<Q::Answer>) {
        let Some(headers) = self.headers(question) else { return (None, None) };
        let call = question.ask(&self.hub, headers);
        let Some(Ok(response)) = within(&self.surroundings, self.settings.hub, call).await else {
            return (None, None);
        };
        let signature = exchange::text(response.headers(), &exchange::SIGNATURE);
        let body = response.body();
        let is_signed =
            body.len() <= answer::MOST && self.answers.is_right(signature, body, self.surroundings.now());
        let Some(opened) = answer::open(body).ok().filter(|_| is_signed) else { return (None, None) };
        let Some(data) = opened.data else { return (Some(opened.status.code), None) };
        match question.answered_by(&data) {
            Ok(found) => (Some(opened.status.code), Some(found)),
            Err(_) => (None, None),
        }
    }

    fn headers<Q: Question>(&self, question: &Q) -> Option<HeaderMap> {
        let id = self.surroundings.uuid();
        let token = self.asks.sign(HUB, question, id, self.surroundings.now()).ok()?;
        let mut headers = HeaderMap::new();
        headers.insert(exchange::API_VERSION, HeaderValue::from_static("1"));
        exchange::put(&mut headers, exchange::CERTIFICATE_VERSION, self.asks.version());
        exchange::put(&mut headers, exchange::DESTINATION, question.destination().as_str());
        if let Some((key, secret)) = &self.settings.api {
            exchange::put_secret(&mut headers, exchange::API_KEY, key.as_str());
            exchange::put_secret(&mut headers, exchange::API_SECRET, secret.as_str());
        }
        exchange::put(&mut headers, exchange::REQUEST_ID, &id.hyphenated().to_string());
        exchange::put_secret(&mut headers, header::AUTHORIZATION, &format!("Bearer {token}"));
        Some(headers)
    }
}

/// Which transaction a slip is about, and whether its checksum was repaired.
fn question(slip: &SlipToVerify) -> Result<(TransactionQuery, bool), Violations> {
    let broken = |place: Pointer, detail: String| {
        let mut found = Violations::new();
        found.add(place, Rule::malformed(detail));
        found
    };
    let Some(payload) = &slip.payload else {
        let pair = slip.sending_bank.clone().zip(slip.trans_ref.clone());
        let mut missing = Violations::new();
        missing.add(Pointer::root(), Rule::new(Code::Missing, "payload, or sendingBank and transRef"));
        let (sending_bank, trans_ref) = pair.ok_or(missing)?;
        return Ok((TransactionQuery { sending_bank, trans_ref }, false));
    };
    let place = || Pointer::root().member("payload");
    let mode = if slip.accept_repaired_crc == Some(true) { Mode::Repair } else { Mode::Strict };
    let reading = Slip::read_in(payload.as_str(), mode).map_err(|error| {
        broken(place(), format!("{} at byte {}", error.reason().as_str(), error.offset()))
    })?;
    let Slip::Bank(read) = reading.value else {
        return Err(broken(place(), "a slip that no bank printed cannot be verified here".to_owned()));
    };
    let pair = (read.sending_bank.as_str().parse(), read.trans_ref.as_str().parse());
    let (Ok(sending_bank), Ok(trans_ref)) = pair else {
        return Err(broken(place(), "wrong_format".to_owned()));
    };
    Ok((TransactionQuery { sending_bank, trans_ref }, reading.remarks.contains(Remark::CrcRepaired)))
}

/// Holds a transaction against what is expected of it.
fn compare(found: &TransactionData, expected: Option<&SlipExpectation>) -> SlipChecks {
    let passes = |passes: bool| if passes { CheckResult::Passed } else { CheckResult::Failed };
    let Some(expected) = expected else { return SlipChecks::SKIPPED };
    let receiver = expected.receiver.as_ref().map(|expected| {
        let account = found.receiver.as_ref().and_then(|receiver| receiver.account.as_ref()?.value.as_ref());
        let shown: String = account
            .map(|account| account.as_str().chars().filter(char::is_ascii_digit).collect())
            .unwrap_or_default();
        found.receiving_bank.as_ref() == Some(&expected.bank)
            && shown.ends_with(expected.account_suffix.as_str())
    });
    let time = expected.not_before.map(|from| found.moment().is_ok_and(|moment| from.timestamp() <= moment));
    SlipChecks {
        amount: expected.amount.map_or(CheckResult::Skipped, |amount| passes(amount == found.amount)),
        receiver: receiver.map_or(CheckResult::Skipped, passes),
        time: time.map_or(CheckResult::Skipped, passes),
        duplicate: CheckResult::Skipped,
    }
}
