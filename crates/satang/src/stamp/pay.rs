//! `satang stamp pay`: a payer's bank, played by the control API of a gateway.

use super::refused;
use crate::{
    loopback::GATEWAY,
    output::{Exit, Output, line},
};
use satang_core::{
    Entropy as _, System,
    sandbox::{self, FilingQuery, StampDutyPayment},
};
use satang_gateway::demo;
use satang_schema::{AccountNumber, Amount, Text, TransactionIdentification};
use satang_transport::Client;
use serde_json::json;

#[derive(clap::Args)]
pub(super) struct Arguments {
    /// Where the gateway answers
    #[arg(long, env = "SATANG_URL", default_value = GATEWAY)]
    url: String,
    /// The operator's key; better given by the environment, which other users do not see
    #[arg(long, env = "SATANG_ADMIN_KEY", default_value = demo::ADMIN_KEY, hide_env_values = true)]
    admin_key: String,
    /// The reference of the filing
    api_ref_no: Text<1, 20>,
    /// The account that pays
    #[arg(long, default_value = demo::DRAWERS[0].account)]
    account: AccountNumber,
    /// Your identification of this payment, a new UUID: under it, it is made once however often it is asked for
    #[arg(long)]
    transaction_identification: Option<TransactionIdentification>,
}

pub(super) async fn run(arguments: &Arguments, output: &Output) -> Result<Exit, Exit> {
    let client = Client::builder(&arguments.url).bearer_token(&arguments.admin_key).build();
    let control = sandbox::Client::new(client.map_err(|error| Exit::Usage(error.to_string()))?);
    let query = FilingQuery { api_ref_no: Some(arguments.api_ref_no.clone()), ..FilingQuery::default() };
    let nothing = |error| refused("nothing was paid", &error);
    let listed = control.list_filings(&query).await.map_err(nothing)?;
    let filing = listed.filings.into_iter().next().ok_or_else(|| {
        Exit::failed("nothing was paid", &satang_validation::Rule::malformed("there is no such filing"))
    })?;
    let unusable = |rule| Exit::failed("nothing was paid: the gateway told no references", &rule);
    let id = arguments.transaction_identification.unwrap_or(TransactionIdentification(System.uuid()));
    let payment = StampDutyPayment {
        transaction_identification: id,
        account_number: arguments.account.clone(),
        amount: Some(Amount::new(filing.total_amount).map_err(unusable)?),
        reference1: Some(filing.reference1.parse().map_err(unusable)?),
        reference2: Some(filing.reference2.parse().map_err(unusable)?),
        qr_payment: None,
    };
    output.say(
        &json!({ "transactionIdentification": id }),
        format!("Paying {} baht, transactionIdentification {id} ...", filing.total_amount),
    );
    let paid = control.pay_stamp_duty(&payment).await.map_err(|error| unpaid(id, &error, output))?;
    let value = json!({
        "outcome": "paid", "apiRefNo": paid.api_ref_no, "amount": paid.amount.to_string(),
        "transactionIdentification": id,
    });
    output.say(&value, format!("Paid: {} baht for {}", paid.amount, line(&paid.api_ref_no)));
    Ok(Exit::Success)
}

/// Why it is not paid, or not known to be.
fn unpaid(id: TransactionIdentification, error: &satang_core::Error, output: &Output) -> Exit {
    use satang_core::Sent;
    let is_refused = error.status().is_some_and(|status| status.is_client_error());
    if error.sent() == Sent::No || is_refused {
        return refused("nothing was paid", error).with("transactionIdentification", id.to_string());
    }
    let why = error.to_string();
    let value = json!({ "outcome": "unknown", "transactionIdentification": id, "why": why });
    let again = format!("satang stamp pay --transaction-identification {id} ...");
    output.say(&value, format!("Unknown: {}\nThe same again is paid once:\n  {again}", line(&why)));
    Exit::Unknown
}
