//! `satang pay`: one payment against any base URL, or what became of one.

mod connection;

use crate::output::{Exit, Output, line};
use connection::Connection;
use satang_core::Error;
use satang_direct_debit::{Charge, Charged, DirectDebit, Rejected, Unknown, wire::PaymentResult};
use satang_gateway::demo;
use satang_schema::{AccountNumber, Amount, PaymentToken, Text, TransactionIdentification};
use serde_json::json;

#[derive(clap::Args)]
pub struct Arguments {
    #[command(flatten)]
    connection: Connection,
    /// Baht, with at most two decimals
    #[arg(long, required_unless_present = "resolve")]
    amount: Option<Amount>,
    /// The account that receives the money
    #[arg(long, env = "SATANG_CREDITOR_ACCOUNT")]
    creditor_account: Option<AccountNumber>,
    /// The token of the payer's registration
    #[arg(long, env = "SATANG_PAYMENT_TOKEN", hide_env_values = true)]
    payment_token: Option<PaymentToken>,
    /// Your reference, 1 to 20 characters
    #[arg(long, default_value = "satang-pay")]
    reference: Text<1, 20>,
    /// A second reference
    #[arg(long)]
    second_reference: Option<Text<1, 20>>,
    /// A remark
    #[arg(long)]
    annotation: Option<Text<0, 140>>,
    /// Your identification of this payment, a new UUID. The gateway here pays it once however often it comes; that a bank
    /// does so too is proposed, not published: ask with --resolve instead of paying again
    #[arg(long)]
    transaction_identification: Option<TransactionIdentification>,
    /// Pays nothing, and asks what became of the payment with this identification
    #[arg(
        long,
        value_name = "ID",
        conflicts_with_all = ["amount", "reference", "second_reference", "annotation", "transaction_identification"]
    )]
    resolve: Option<TransactionIdentification>,
}

pub async fn run(arguments: &Arguments, output: &Output) -> Result<Exit, Exit> {
    match (arguments.resolve, arguments.amount) {
        (Some(id), _) => resolve(id, arguments, output).await,
        (None, Some(amount)) => pay(amount, arguments, output).await,
        (None, None) => Err(Exit::Usage("--amount is required".to_owned())),
    }
}

/// Asks what became of a payment.
async fn resolve(
    id: TransactionIdentification,
    arguments: &Arguments,
    output: &Output,
) -> Result<Exit, Exit> {
    let bank = DirectDebit::new(arguments.connection.asking_client()?);
    output.note(format!("Asking what became of {id} ..."));
    Ok(report(bank.resolve(id).await, arguments, output))
}

/// Makes a payment.
async fn pay(amount: Amount, arguments: &Arguments, output: &Output) -> Result<Exit, Exit> {
    let bank = DirectDebit::new(arguments.connection.paying_client()?);
    let charge = arguments.charge(amount)?;
    let id = charge.transaction_identification();
    // Before anything is sent: whoever is killed from here on can still be told what became of it.
    output.say(
        &json!({ "transactionIdentification": id }),
        format!("Paying, transactionIdentification {id} ..."),
    );
    let charged = bank.charge(&charge).await.map_err(|error| refused(id, &error))?;
    Ok(report(charged, arguments, output))
}

impl Arguments {
    fn charge(&self, amount: Amount) -> Result<Charge, Exit> {
        let creditor = self.connection.or_demo(
            self.creditor_account.clone(),
            "--creditor-account (SATANG_CREDITOR_ACCOUNT)",
            demo::CREDITOR_ACCOUNT,
        )?;
        let payer = self.connection.or_demo(
            self.payment_token.clone(),
            "--payment-token (SATANG_PAYMENT_TOKEN)",
            demo::DRAWERS[0].token,
        )?;
        let mut charge = Charge::new(creditor, payer, amount, self.reference.clone());
        if let Some(identification) = self.transaction_identification {
            charge = charge.identified_by(identification);
        }
        if let Some(reference) = &self.second_reference {
            charge = charge.with_second_reference(reference.clone());
        }
        if let Some(annotation) = &self.annotation {
            charge = charge.with_annotation(annotation.clone());
        }
        Ok(charge)
    }
}

/// Says what became of a payment.
fn report(charged: Charged, arguments: &Arguments, output: &Output) -> Exit {
    match charged {
        Charged::Settled(payment) => settled(&payment, output),
        Charged::Rejected(rejected) => rejected_because(&rejected, output),
        Charged::Unknown(found) => unknown(&found, &arguments.connection, output),
    }
}

fn settled(payment: &PaymentResult, output: &Output) -> Exit {
    let reference = payment.payment_reference_identification.as_ref().map(|reference| reference.as_str());
    // As text, because a JSON value would turn it into a float.
    let amount = payment.payment_amount.map(|amount| amount.to_string());
    let value = json!({ "outcome": "settled", "transactionIdentification": payment.transaction_identification,
        "amount": amount, "reference": reference });
    let text = format!(
        "Settled: {} baht, reference {}",
        amount.as_deref().unwrap_or("untold"),
        line(reference.unwrap_or("untold"))
    );
    output.say(&value, text);
    Exit::Success
}

fn rejected_because(rejected: &Rejected, output: &Output) -> Exit {
    let description = rejected.description.as_deref().unwrap_or_default();
    let value = json!({ "outcome": "rejected", "transactionIdentification": rejected.transaction_identification,
        "reason": rejected.reason, "description": description });
    output.say(&value, line(&format!("Rejected: {} {description}", rejected.reason)));
    Exit::No
}

fn unknown(unknown: &Unknown, connection: &Connection, output: &Output) -> Exit {
    let id = unknown.transaction_identification;
    let ask = format!("satang pay --resolve {id}{}", connection.base_url_argument());
    let why = unknown.why.to_string();
    let value = json!({ "outcome": "unknown", "transactionIdentification": id, "why": why, "resolve": ask });
    let text = format!(
        "Unknown: {}\nAsk again, with the same credentials; a new payment might be a second one:\n  {ask}",
        line(&why)
    );
    output.say(&value, text);
    Exit::Unknown
}

/// The payment was never accepted.
fn refused(id: TransactionIdentification, error: &Error) -> Exit {
    Exit::call("nothing was paid", error).with("transactionIdentification", id.to_string())
}
