//! The demo's operator: what is done to the sandbox, over its control API.

use super::{PATIENCE, demo_data};
use crate::output::Exit;
use jiff::Timestamp;
use satang_core::{
    Error,
    sandbox::{
        self, AccountQuery, CallbackQuery, ClockAdvance, ClockMoved, ClockSetting, Nothing, PartnerChange,
        PartnerDetails, SlipDetails, SlipQuery, StampDutyPaid, StampDutyPayment,
    },
};
use satang_gateway::demo;
use satang_schema::{DateTime, Satang, sandbox::NewAgreement};
use satang_transport::Client;
use std::time::{Duration, Instant};

/// How long to let a callback be before it is looked at again.
const LOOK: Duration = Duration::from_millis(5);

pub(super) struct Operator(sandbox::Client<Client>);

impl Operator {
    pub(super) fn new(gateway: &str) -> Result<Self, Exit> {
        let client = Client::builder(gateway).bearer_token(demo::ADMIN_KEY).build();
        Ok(Self(sandbox::Client::new(client.map_err(|e| Exit::failed("no client", &e))?)))
    }

    /// Agrees with the demo partner where it is called back and where its customers return to.
    pub(super) async fn agree(&self, redirect_uri: &str, callback_url: &str) -> Result<PartnerDetails, Exit> {
        let agreement = NewAgreement {
            registration_account: Some(demo::CREDITOR_ACCOUNT.parse().map_err(demo_data)?),
            redirect_uris: Some(vec![redirect_uri.parse().map_err(demo_data)?]),
            callback_url: Some(callback_url.parse().map_err(demo_data)?),
            callback_profile: None,
        };
        let change = PartnerChange {
            client_id: demo::CLIENT_ID.parse().map_err(demo_data)?,
            name: None,
            status: None,
            agreement: Some(agreement),
        };
        self.0.change_partner(&change).await.map_err(|e| Exit::failed("the partner cannot be changed", &e))
    }

    /// What time it is in the sandbox.
    pub(super) async fn now(&self) -> Result<Timestamp, Exit> {
        let state = self.0.show_clock(&Nothing {}).await;
        Ok(state.map_err(|e| Exit::failed("the clock cannot be read", &e))?.date_time.timestamp())
    }

    pub(super) async fn set_clock(&self, to: Timestamp) -> Result<ClockMoved, Exit> {
        let setting = ClockSetting { date_time: DateTime::in_bangkok(to) };
        self.0.set_clock(&setting).await.map_err(|e| Exit::failed("the clock cannot be set", &e))
    }

    pub(super) async fn let_pass(&self, duration: &str) -> Result<ClockMoved, Exit> {
        let advance = ClockAdvance { duration: duration.parse().map_err(demo_data)? };
        self.0.advance_clock(&advance).await.map_err(|e| Exit::failed("the clock cannot be moved", &e))
    }

    /// What an account holds.
    pub(super) async fn balance(&self, account: &str) -> Result<Satang, Exit> {
        let query = AccountQuery {
            account_number: Some(account.parse().map_err(demo_data)?),
            ..AccountQuery::default()
        };
        let listed = self.0.list_accounts(&query).await;
        let listed = listed.map_err(|e| Exit::failed("the accounts cannot be read", &e))?;
        Ok(listed.accounts.first().map_or(Satang(0), |account| account.balance))
    }

    /// The slips that a payment has made.
    pub(super) async fn slips(&self, payment: &str) -> Result<Vec<SlipDetails>, Exit> {
        let query = SlipQuery {
            payment_reference_identification: Some(payment.parse().map_err(demo_data)?),
            ..SlipQuery::default()
        };
        let listed = self.0.list_slips(&query).await;
        Ok(listed.map_err(|e| Exit::failed("the slips cannot be read", &e))?.slips)
    }

    /// Pays a bill of the Revenue Department. What the bank says is for the journey to judge.
    pub(super) async fn pay_stamp_duty(&self, payment: &StampDutyPayment) -> Result<StampDutyPaid, Error> {
        self.0.pay_stamp_duty(payment).await
    }

    /// How the partner answered each attempt to deliver a callback, once there are that many.
    pub(super) async fn answers(&self, callback: &str, attempts: usize) -> Result<Vec<Option<u64>>, Exit> {
        let query = CallbackQuery {
            partner: Some(demo::CLIENT_ID.parse().map_err(demo_data)?),
            ..CallbackQuery::default()
        };
        let begun = Instant::now();
        loop {
            let listed = self.0.list_callbacks(&query).await;
            let listed = listed.map_err(|e| Exit::failed("the callbacks cannot be read", &e))?;
            let found = listed.callbacks.into_iter().find(|one| one.callback_identification == callback);
            let answers: Vec<_> =
                found.into_iter().flat_map(|one| one.attempts).map(|attempt| attempt.http_status).collect();
            // An attempt is written down after it was answered.
            if answers.len() >= attempts || begun.elapsed() > PATIENCE {
                return Ok(answers);
            }
            tokio::time::sleep(LOOK).await;
        }
    }
}
