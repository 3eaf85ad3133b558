//! `satang demo direct-debit`: the whole life of a registration, between a bank and a partner.

mod browser;
mod partner;
mod payment;
mod registration;
mod schedule;

use super::{
    PATIENCE, demo_data,
    stage::{Between, Stage},
};
use crate::output::Exit;
use partner::Partner;
use satang_core::signature::Key;
use satang_direct_debit::{Charge, DirectDebit, Patience, PaymentToken};
use satang_gateway::demo;
use satang_schema::Amount;
use satang_transport::{Client, Credentials};

const CALLS: Between = Between("partner", "bank");
const CALLS_BACK: Between = Between("bank", "partner");
const BROWSES: Between = Between("customer", "bank");
const RETURNS: Between = Between("customer", "partner");
const OPERATES: Between = Between("operator", "bank");
const AUDITS: Between = Between("auditor", "bank");

pub(super) async fn play(stage: &mut Stage<'_>) -> Result<(), Exit> {
    let partner = Partner::open().await?;
    stage.note(format!(
        "The bank: a gateway on {}. Its store, in {}, goes when the demo ends.\n\
        The partner: a shop on {}. Both speak HTTP; nothing leaves this machine.",
        stage.base_url,
        stage.directory().display(),
        partner.origin
    ));
    let mut journey = Journey { stage, partner };
    let outcome = journey.direct_debit().await;
    journey.partner.close().await;
    outcome
}

struct Journey<'a, 'b> {
    stage: &'a mut Stage<'b>,
    partner: Partner,
}

impl Journey<'_, '_> {
    async fn direct_debit(&mut self) -> Result<(), Exit> {
        let bank = self.bank(demo::SIGNATURE_KEY)?;
        self.stage.chapter("A customer registers an account");
        self.agrees_where_to_call().await?;
        if let Some((journey, token)) = self.registers(&bank).await? {
            let began = self.stage.operator.now().await?;
            self.stage.chapter("The account is charged");
            self.charges(&bank, &token).await?;
            self.stage.chapter("A schedule pays as time goes by");
            self.schedules(&bank, &token).await?;
            self.stage.chapter("The registration ends");
            self.ends(&bank, journey, &token).await?;
            self.stage.chapter("What is left");
            self.tells_the_history(&bank, began).await?;
        }
        self.passes_the_audit().await
    }

    fn bank(&self, signature_key: &str) -> Result<DirectDebit<Client>, Exit> {
        let bank = bank(&self.stage.base_url, signature_key)?;
        // It asks once, so late that whatever ends a wait before has come by a callback.
        Ok(bank.with_arrivals(self.partner.arrivals.clone()).with_waiting(Patience::new([PATIENCE])))
    }

    async fn agrees_where_to_call(&mut self) -> Result<(), Exit> {
        let agreed = self
            .stage
            .operator
            .agree(&self.partner.redirect_uri(), &self.partner.callback_url())
            .await?
            .agreement;
        let callback = agreed.callback_url.unwrap_or_default();
        let passed =
            callback == self.partner.callback_url() && agreed.redirect_uris == [self.partner.redirect_uri()];
        let found = format!("the bank calls {callback}");
        self.stage.step(OPERATES, "the partner's addresses are agreed", passed, found);
        Ok(())
    }

    /// The books add up, and hold one payment for each line of the history.
    async fn passes_the_audit(&mut self) -> Result<(), Exit> {
        let audit = self.stage.audit().await?;
        let found = format!(
            "{} payments, {} ledger transactions, {} findings",
            audit.payments,
            audit.transactions,
            audit.findings.len()
        );
        let told = u64::try_from(HISTORY.len()).unwrap_or_default();
        self.stage.step(AUDITS, "the books add up", audit.is_clean() && audit.payments == told, found);
        Ok(())
    }
}

/// What becomes of each payment, in order: charged; without money; twice by the schedule; after the journey through time;
/// after the end.
const HISTORY: [&str; 6] = ["ACSC", "RJCT", "ACSC", "ACSC", "ACSC", "RJCT"];

/// The bank, to the demo partner with this signature key.
pub(super) fn bank(base_url: &str, signature_key: &str) -> Result<DirectDebit<Client>, Exit> {
    let key = Key::new(signature_key).map_err(|e| Exit::failed("no key", &e))?;
    let client = Client::builder(base_url)
        .credentials(Credentials::new(demo::CLIENT_ID, demo::CLIENT_SECRET))
        .signature_key(key)
        .build();
    Ok(DirectDebit::new(client.map_err(|e| Exit::failed("no client", &e))?))
}

pub(super) fn charge(token: &PaymentToken, baht: &str) -> Result<Charge, Exit> {
    let creditor = demo::CREDITOR_ACCOUNT.parse().map_err(demo_data)?;
    let reference = "DEMO".parse().map_err(demo_data)?;
    Ok(Charge::new(creditor, token.clone(), amount(baht)?, reference))
}

fn amount(baht: &str) -> Result<Amount, Exit> {
    baht.parse().map_err(demo_data)
}

/// Enough of a token to recognise it: whoever has it can charge the account.
fn masked(token: &PaymentToken) -> String {
    format!("{}…", token.as_str().chars().take(8).collect::<String>())
}
