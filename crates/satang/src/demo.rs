//! `satang demo`: the whole life of a registration, over real HTTP, between a gateway and a partner of its own.

mod browser;
mod operator;
mod partner;
mod payment;
mod registration;
mod schedule;

use crate::{
    courier::courier,
    output::{Exit, Output},
};
use operator::Operator;
use partner::Partner;
use satang_core::signature::Key;
use satang_direct_debit::{Charge, DirectDebit, Patience, PaymentToken};
use satang_gateway::{Gateway, Options, audit, demo};
use satang_schema::Amount;
use satang_transport::{Client, Credentials, Server};
use satang_validation::Rule;
use serde_json::json;
use std::{fmt::Display, sync::Arc, time::Duration};
use tokio::sync::oneshot;

#[derive(clap::Args)]
pub struct Arguments {
    /// What to play; everything unless told otherwise
    #[arg(value_enum)]
    product: Option<Product>,
}

#[derive(Clone, Copy, clap::ValueEnum)]
enum Product {
    /// Krungsri Direct Debit: register, charge, plan, travel, cancel
    DirectDebit,
}

/// How long one side may keep the other waiting: far more than it needs on one machine.
const PATIENCE: Duration = Duration::from_secs(10);

/// Who does something, and to whom.
#[derive(Clone, Copy)]
struct Between(&'static str, &'static str);

const CALLS: Between = Between("partner", "bank");
const CALLS_BACK: Between = Between("bank", "partner");
const BROWSES: Between = Between("customer", "bank");
const RETURNS: Between = Between("customer", "partner");
const OPERATES: Between = Between("operator", "bank");
const AUDITS: Between = Between("auditor", "bank");

pub async fn run(arguments: &Arguments, output: &Output) -> Result<Exit, Exit> {
    let Product::DirectDebit = arguments.product.unwrap_or(Product::DirectDebit);
    let failed = |what: &str, error: &dyn std::error::Error| Exit::failed(what, error);
    let directory = tempfile::tempdir().map_err(|e| failed("no temporary directory", &e))?;
    let server = Server::bind("127.0.0.1:0").await.map_err(|e| failed("cannot listen", &e))?;
    let base_url = format!("http://{}", server.local_addr().map_err(|e| failed("cannot listen", &e))?);
    let mut options = Options::new(directory.path());
    options.public_url.clone_from(&base_url);
    options.admin_key = Some(demo::ADMIN_KEY.to_owned());
    options.courier = courier(true)?;
    let gateway = Gateway::open(&options).await.map_err(|e| failed("cannot open the store", &e))?;
    let partner = Partner::open().await?;
    let (stop, stopped) = oneshot::channel::<()>();
    let serving = tokio::spawn(server.serve(gateway.site(), stopped));
    let (rest, rested) = oneshot::channel::<()>();
    let working = tokio::spawn(Arc::clone(&gateway).work(async {
        let _ = rested.await;
    }));
    output.note(format!(
        "The bank: a gateway on {base_url}. Its store, in {}, goes when the demo ends.\n\
        The partner: a shop on {}. Both speak HTTP; nothing leaves this machine.",
        directory.path().display(),
        partner.origin
    ));

    let operator = Operator::new(&base_url)?;
    let mut journey =
        Journey { output, gateway: Arc::clone(&gateway), base_url, operator, partner, failures: 0 };
    let outcome = journey.direct_debit().await;
    let Journey { partner, failures, .. } = journey;
    let _ = stop.send(());
    let _ = serving.await;
    let _ = rest.send(());
    let _ = working.await;
    partner.close().await;
    gateway.close().await.map_err(|e| failed("cannot close the store", &e))?;
    outcome?;
    output.say(
        &json!({ "demo": if failures == 0 { "passed" } else { "failed" }, "failures": failures }),
        match failures {
            0 => "\nAll as it should be.".to_owned(),
            1 => "\n1 step failed.".to_owned(),
            _ => format!("\n{failures} steps failed."),
        },
    );
    Ok(if failures == 0 { Exit::Success } else { Exit::No })
}

struct Journey<'a> {
    output: &'a Output,
    /// Only the auditor looks into it; everybody else calls.
    gateway: Arc<Gateway>,
    base_url: String,
    operator: Operator,
    partner: Partner,
    failures: usize,
}

impl Journey<'_> {
    async fn direct_debit(&mut self) -> Result<(), Exit> {
        let bank = self.bank(demo::SIGNATURE_KEY)?;
        self.chapter("A customer registers an account");
        self.agrees_where_to_call().await?;
        if let Some((journey, token)) = self.registers(&bank).await? {
            let began = self.operator.now().await?;
            self.chapter("The account is charged");
            self.charges(&bank, &token).await?;
            self.chapter("A schedule pays as time goes by");
            self.schedules(&bank, &token).await?;
            self.chapter("The registration ends");
            self.ends(&bank, journey, &token).await?;
            self.chapter("What is left");
            self.tells_the_history(&bank, began).await?;
        }
        self.passes_the_audit().await
    }

    fn bank(&self, signature_key: &str) -> Result<DirectDebit<Client>, Exit> {
        let key = Key::new(signature_key).map_err(|e| Exit::failed("no key", &e))?;
        let client = Client::builder(&self.base_url)
            .credentials(Credentials::new(demo::CLIENT_ID, demo::CLIENT_SECRET))
            .signature_key(key)
            .build();
        let bank = DirectDebit::new(client.map_err(|e| Exit::failed("no client", &e))?);
        // It asks once, so late that whatever ends a wait before has come by a callback.
        Ok(bank.with_arrivals(self.partner.arrivals.clone()).with_waiting(Patience::new([PATIENCE])))
    }

    fn chapter(&self, title: &str) {
        self.output.note(format!("\n{title}"));
    }

    /// Says what a step should do and did.
    fn step(&mut self, between: Between, name: &str, passed: bool, found: impl Display) {
        self.failures += usize::from(!passed);
        let mark = if passed { "ok    " } else { "FAILED" };
        let Between(from, to) = between;
        let value = json!({
            "step": name, "from": from, "to": to, "passed": passed, "found": found.to_string(),
        });
        self.output.say(&value, format!("{mark} {from:>8} > {to:<8} {name}\n{:27}{found}", ""));
    }

    async fn agrees_where_to_call(&mut self) -> Result<(), Exit> {
        let agreed = self.operator.agree(&self.partner).await?.agreement;
        let callback = agreed.callback_url.unwrap_or_default();
        let passed =
            callback == self.partner.callback_url() && agreed.redirect_uris == [self.partner.redirect_uri()];
        let found = format!("the bank calls {callback}");
        self.step(OPERATES, "the partner's addresses are agreed", passed, found);
        Ok(())
    }

    /// The books add up, and hold one payment for each line of the history.
    async fn passes_the_audit(&mut self) -> Result<(), Exit> {
        let audit =
            self.gateway.store().read(audit::run).await.map_err(|e| Exit::failed("cannot audit", &e))?;
        let found = format!(
            "{} payments, {} ledger transactions, {} findings",
            audit.payments,
            audit.transactions,
            audit.findings.len()
        );
        let told = u64::try_from(HISTORY.len()).unwrap_or_default();
        self.step(AUDITS, "the books add up", audit.is_clean() && audit.payments == told, found);
        Ok(())
    }
}

/// What becomes of each payment, in order: charged; without money; twice by the schedule; after the journey through time;
/// after the end.
const HISTORY: [&str; 6] = ["ACSC", "RJCT", "ACSC", "ACSC", "ACSC", "RJCT"];

fn charge(token: &PaymentToken, baht: &str) -> Result<Charge, Exit> {
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

#[expect(clippy::needless_pass_by_value, reason = "for `map_err`")]
fn demo_data(rule: Rule) -> Exit {
    Exit::failed("the demo data", &rule)
}
