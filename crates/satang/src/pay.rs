//! `satang pay`: one payment against any base URL.

use crate::output::{Exit, Output};
use satang_core::{Error, signature::Key};
use satang_direct_debit::{Charge, Charged, DirectDebit};
use satang_gateway::demo;
use satang_schema::{AccountNumber, Amount, PaymentToken, Text, TransactionIdentification};
use satang_transport::{Client, Credentials};
use serde_json::json;

/// Where the bank is, and who we are to it.
#[derive(clap::Args)]
pub struct Connection {
    /// Where the bank, or a gateway, answers
    #[arg(long, env = "SATANG_BASE_URL", default_value = "http://127.0.0.1:8700")]
    pub base_url: String,
    /// The partner's client id
    #[arg(long, env = "SATANG_CLIENT_ID", default_value = demo::CLIENT_ID)]
    pub client_id: String,
    /// The partner's client secret; better given by the environment, which other users do not see
    #[arg(long, env = "SATANG_CLIENT_SECRET", hide_env_values = true, default_value = demo::CLIENT_SECRET)]
    pub client_secret: String,
    /// The key of the partner's signatures
    #[arg(long, env = "SATANG_SIGNATURE_KEY", hide_env_values = true, default_value = demo::SIGNATURE_KEY)]
    pub signature_key: String,
}

impl Connection {
    /// A client for this connection.
    pub fn client(&self) -> Result<Client, Exit> {
        let key = Key::new(&self.signature_key).map_err(|e| Exit::Usage(format!("--signature-key: {e}")))?;
        Client::builder(&self.base_url)
            .credentials(Credentials::new(&self.client_id, &self.client_secret))
            .signature_key(key)
            .build()
            .map_err(|error| Exit::Usage(error.to_string()))
    }
}

#[derive(clap::Args)]
pub struct Arguments {
    #[command(flatten)]
    connection: Connection,
    /// Baht, with at most two decimals
    #[arg(long)]
    amount: Amount,
    /// The account that receives the money
    #[arg(long, env = "SATANG_CREDITOR_ACCOUNT", default_value = demo::CREDITOR_ACCOUNT)]
    creditor_account: AccountNumber,
    /// The token of the payer's registration
    #[arg(long, env = "SATANG_PAYMENT_TOKEN", hide_env_values = true, default_value = demo::DRAWERS[0].token)]
    payment_token: PaymentToken,
    /// Your reference, 1 to 20 characters
    #[arg(long, default_value = "satang-pay")]
    reference: Text<1, 20>,
    /// A second reference
    #[arg(long)]
    second_reference: Option<Text<1, 20>>,
    /// A remark
    #[arg(long)]
    annotation: Option<Text<0, 140>>,
    /// Your identification of this payment, a UUID: give the same again to repeat a payment without a second effect
    #[arg(long)]
    transaction_identification: Option<TransactionIdentification>,
}

impl Arguments {
    fn charge(self) -> Charge {
        let mut charge = Charge::new(self.creditor_account, self.payment_token, self.amount, self.reference);
        if let Some(identification) = self.transaction_identification {
            charge = charge.identified_by(identification);
        }
        if let Some(reference) = self.second_reference {
            charge = charge.with_second_reference(reference);
        }
        if let Some(annotation) = self.annotation {
            charge = charge.with_annotation(annotation);
        }
        charge
    }
}

pub async fn run(arguments: Arguments, output: &Output) -> Result<Exit, Exit> {
    let bank = DirectDebit::new(arguments.connection.client()?);
    let charge = arguments.charge();
    let id = charge.transaction_identification();
    output.note(format!("Paying, transactionIdentification {id} ..."));
    match bank.charge(&charge).await.map_err(|error| refused(&error))? {
        Charged::Settled(payment) => {
            let text = format!(
                "Settled: {} baht, reference {}",
                payment.payment_amount,
                payment.payment_reference_identification.as_str()
            );
            output.say(&json!({ "outcome": "settled", "transactionIdentification": id, "reference": payment.payment_reference_identification }), text);
            Ok(Exit::Success)
        }
        Charged::Rejected(rejected) => {
            let description = rejected.description.unwrap_or_default();
            let value = json!({ "outcome": "rejected", "transactionIdentification": id,
                "reason": rejected.reason, "description": description });
            output.say(&value, format!("Rejected: {} {description}", rejected.reason));
            Ok(Exit::No)
        }
        Charged::Unknown(unknown) => {
            let value = json!({ "outcome": "unknown", "transactionIdentification": id });
            let text = format!(
                "Unknown: {:?}\nAsk again with the same --transaction-identification {id}; a new payment might be a second one.",
                unknown.why
            );
            output.say(&value, text);
            Ok(Exit::Unknown)
        }
    }
}

/// The payment was never accepted.
fn refused(error: &Error) -> Exit {
    Exit::failed("nothing was paid", error)
}
