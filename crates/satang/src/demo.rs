//! `satang demo`: every journey, over real HTTP, against a gateway of its own.

mod browser;
mod registration;
mod schedule;

use crate::output::{Exit, Output};
use satang_core::{Error, signature::Key};
use satang_direct_debit::{
    Charge, Charged, DirectDebit,
    wire::{PaymentResult, TransactionStatusInquiry},
};
use satang_gateway::{Gateway, Options, audit, demo, ledger, store::StoreError};
use satang_schema::{Amount, Satang};
use satang_transport::{Client, Credentials, Server};
use satang_validation::Rule;
use serde_json::json;
use std::{fmt::Display, sync::Arc};

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

pub async fn run(arguments: &Arguments, output: &Output) -> Result<Exit, Exit> {
    let Product::DirectDebit = arguments.product.unwrap_or(Product::DirectDebit);
    let failed = |what: &str, error: &dyn std::error::Error| Exit::failed(what, error);
    let directory = tempfile::tempdir().map_err(|e| failed("no temporary directory", &e))?;
    let server = Server::bind("127.0.0.1:0").await.map_err(|e| failed("cannot listen", &e))?;
    let base_url = format!("http://{}", server.local_addr().map_err(|e| failed("cannot listen", &e))?);
    let mut options = Options::new(directory.path());
    options.public_url.clone_from(&base_url);
    let gateway = Gateway::open(&options).await.map_err(|e| failed("cannot open the store", &e))?;
    let (stop, stopped) = tokio::sync::oneshot::channel::<()>();
    let serving = tokio::spawn(server.serve(gateway.site(), stopped));
    let (rest, rested) = tokio::sync::oneshot::channel::<()>();
    let working = tokio::spawn(Arc::clone(&gateway).work(async {
        let _ = rested.await;
    }));
    output.note(format!(
        "A gateway of its own listens on {base_url}; its store is in {}.",
        directory.path().display()
    ));

    let mut journey = Journey { output, gateway: Arc::clone(&gateway), base_url, failures: 0 };
    let outcome = journey.direct_debit().await;
    let failures = journey.failures;
    let _ = stop.send(());
    let _ = serving.await;
    let _ = rest.send(());
    let _ = working.await;
    gateway.close().await.map_err(|e| failed("cannot close the store", &e))?;
    outcome?;
    output.say(
        &json!({ "demo": if failures == 0 { "passed" } else { "failed" }, "failures": failures }),
        if failures == 0 { "All as it should be.".to_owned() } else { format!("{failures} steps failed.") },
    );
    Ok(if failures == 0 { Exit::Success } else { Exit::No })
}

struct Journey<'a> {
    output: &'a Output,
    gateway: Arc<Gateway>,
    base_url: String,
    failures: usize,
}

impl Journey<'_> {
    /// Says what a step should do and did.
    fn step(&mut self, name: &str, passed: bool, found: impl Display) {
        self.failures += usize::from(!passed);
        let mark = if passed { "ok    " } else { "FAILED" };
        let value = json!({ "step": name, "passed": passed, "found": found.to_string() });
        self.output.say(&value, format!("{mark} {name}\n       {found}"));
    }

    fn bank(&self, signature_key: &str) -> Result<DirectDebit<Client>, Exit> {
        let key = Key::new(signature_key).map_err(|e| Exit::failed("no key", &e))?;
        let client = Client::builder(&self.base_url)
            .credentials(Credentials::new(demo::CLIENT_ID, demo::CLIENT_SECRET))
            .signature_key(key)
            .build();
        Ok(DirectDebit::new(client.map_err(|e| Exit::failed("no client", &e))?))
    }

    async fn direct_debit(&mut self) -> Result<(), Exit> {
        self.output.note("\nDirect Debit");
        let bank = self.bank(demo::SIGNATURE_KEY)?;
        let [payer, poor, ..] = demo::DRAWERS;
        let charge = charge(payer.token, "5000.00")?;

        let first = self.settles(&bank, &charge, payer.account).await?;
        self.repeats(&bank, &charge, first.as_ref()).await;
        self.refuses_another_body(&bank, &charge).await?;
        self.rejects(&bank, poor.token).await?;
        self.refuses_a_wrong_signature(payer.token).await?;
        self.answers_the_inquiry(&bank, &charge, first.as_ref()).await;
        let mut payments = 2;
        if let Some(token) = self.registers(&bank).await? {
            payments += self.schedule(&bank, &token).await?;
            self.ends(&bank, &token).await?;
            payments += 1;
        }
        self.passes_the_audit(payments).await
    }

    async fn settles(
        &mut self,
        bank: &DirectDebit<Client>,
        charge: &Charge,
        payer: &'static str,
    ) -> Result<Option<PaymentResult>, Exit> {
        let before = self.balances(payer).await?;
        let outcome = bank.charge(charge).await;
        let after = self.balances(payer).await?;
        let amount = charge.request().transaction_information.payment_amount.satang().0;
        let moved = before.0 - after.0 == amount && after.1 - before.1 == amount;
        let name = "a signed payment of 5000.00 moves the money";
        let Ok(Charged::Settled(payment)) = outcome else {
            self.step(name, false, format!("{outcome:?}"));
            return Ok(None);
        };
        let money = |(payer, creditor): (i64, i64)| format!("{} and {}", Satang(payer), Satang(creditor));
        self.step(
            name,
            moved,
            format!(
                "{}; payer and creditor had {}, have {}",
                payment.processing_status,
                money(before),
                money(after)
            ),
        );
        Ok(Some(payment))
    }

    async fn repeats(&mut self, bank: &DirectDebit<Client>, charge: &Charge, first: Option<&PaymentResult>) {
        let again = bank.client().real_time_payment(charge.request()).await;
        let effects = self.effects().await;
        let same = again.as_ref().ok() == first && first.is_some();
        let counted = effects.as_ref().map_or_else(Clone::clone, i64::to_string);
        let found = format!("the same answer: {same}; payments in the ledger: {counted}");
        self.step("the same request again has no second effect", same && effects == Ok(1), found);
    }

    async fn refuses_another_body(
        &mut self,
        bank: &DirectDebit<Client>,
        charge: &Charge,
    ) -> Result<(), Exit> {
        let mut other = charge.request().clone();
        other.transaction_information.payment_amount = amount("1.00")?;
        let refused = bank.client().real_time_payment(&other).await;
        self.refused("another body under the same identification is refused", refused, 409, "SBX-4091");
        Ok(())
    }

    async fn rejects(&mut self, bank: &DirectDebit<Client>, poor: &'static str) -> Result<(), Exit> {
        let outcome = bank.charge(&charge(poor, "1.00")?).await;
        let name = "a payer without money is RJCT AM04";
        match outcome {
            Ok(Charged::Rejected(rejected)) => {
                let found = format!("{} {}", rejected.reason, rejected.description.unwrap_or_default());
                self.step(name, rejected.reason.as_str() == "AM04", found);
            }
            other => self.step(name, false, format!("{other:?}")),
        }
        Ok(())
    }

    async fn refuses_a_wrong_signature(&mut self, payer: &'static str) -> Result<(), Exit> {
        let stranger = self.bank("not-the-key")?;
        let refused = stranger.client().real_time_payment(charge(payer, "1.00")?.request()).await;
        self.refused("a wrong signature is refused", refused, 401, "SBX-4012");
        Ok(())
    }

    async fn answers_the_inquiry(
        &mut self,
        bank: &DirectDebit<Client>,
        charge: &Charge,
        first: Option<&PaymentResult>,
    ) {
        let inquiry =
            TransactionStatusInquiry { transaction_identification: charge.transaction_identification() };
        let found = bank.client().transaction_status_inquiry(&inquiry).await;
        let same = found.as_ref().ok() == first && first.is_some();
        self.step("an inquiry tells what became of it", same, format!("the same answer: {same}"));
    }

    async fn passes_the_audit(&mut self, payments: u64) -> Result<(), Exit> {
        let audit =
            self.gateway.store().read(audit::run).await.map_err(|e| Exit::failed("cannot audit", &e))?;
        let found = format!(
            "{} payments, {} ledger transactions, {} findings",
            audit.payments,
            audit.transactions,
            audit.findings.len()
        );
        self.step("the audit of the store passes", audit.is_clean() && audit.payments == payments, found);
        Ok(())
    }

    /// A step that passes when a call is refused with this status and code.
    fn refused(&mut self, name: &str, found: Result<PaymentResult, Error>, status: u16, code: &str) {
        let (passed, found) = match found {
            Ok(_) => (false, "it was accepted".to_owned()),
            Err(error) => {
                let status_fits = error.status().is_some_and(|found| found.as_u16() == status);
                (status_fits && error.code() == Some(code), error.to_string())
            }
        };
        self.step(name, passed, found);
    }

    /// The balances of a payer and of the demo partner's account, in satang.
    async fn balances(&self, payer: &'static str) -> Result<(i64, i64), Exit> {
        let balances = self.gateway.store().read(move |tx| {
            let pair = (ledger::balance(tx, payer), ledger::balance(tx, demo::CREDITOR_ACCOUNT));
            Ok::<_, StoreError>((pair.0.unwrap_or_default(), pair.1.unwrap_or_default()))
        });
        balances.await.map_err(|e| Exit::failed("cannot read the balances", &e))
    }

    /// How many payments are in the ledger.
    async fn effects(&self) -> Result<i64, String> {
        let sql = "SELECT count(*) FROM ledger_transaction WHERE kind = 'payment'";
        let count = self.gateway.store().read(move |tx| tx.query_one(sql, &[], |row| row.int(0)));
        count.await.map(Option::unwrap_or_default).map_err(|error: StoreError| error.to_string())
    }
}

fn charge(token: &str, baht: &str) -> Result<Charge, Exit> {
    let creditor = demo::CREDITOR_ACCOUNT.parse().map_err(demo_data)?;
    let (token, reference) = (token.parse().map_err(demo_data)?, "DEMO".parse().map_err(demo_data)?);
    Ok(Charge::new(creditor, token, amount(baht)?, reference))
}

fn amount(baht: &str) -> Result<Amount, Exit> {
    baht.parse().map_err(demo_data)
}

#[expect(clippy::needless_pass_by_value, reason = "for `map_err`")]
fn demo_data(rule: Rule) -> Exit {
    Exit::failed("the demo data", &rule)
}
