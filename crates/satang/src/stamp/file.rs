//! `satang stamp file`: instruments, from a file or from flags.

use super::{
    connection::{Connection, read},
    describe::{Described, Description},
    refused,
};
use crate::output::{Exit, Output, line};
use satang_core::{Entropy as _, System};
use satang_gateway::demo;
use satang_schema::{TaxId, Text, decode};
use satang_stamp_duty::{Accepted, Filing, Outcome, StampDuty, Submitted, Why};
use satang_transport::Client;
use serde_json::{Value, json};
use std::path::PathBuf;

#[derive(clap::Args)]
#[command(after_help = FILE)]
pub(super) struct Arguments {
    #[command(flatten)]
    connection: Connection,
    /// A file that describes the instruments
    #[arg(long, value_name = "FILE")]
    from_file: Option<PathBuf>,
    /// Your own name for this filing, a new one unless given. Under it a second filing by accident is recognised
    #[arg(long)]
    request_id: Option<Text<1, 50>>,
    /// Do not wait while a large filing is verified
    #[arg(long)]
    no_wait: bool,
    /// Or one instrument: its nature, and what follows
    #[command(subcommand)]
    one: Option<One>,
}

#[derive(clap::Subcommand)]
enum One {
    /// One instrument
    Of(Box<Described>),
}

const FILE: &str = r#"A file describes instruments of one nature, 1 to 1,000; amounts are baht:

  {"payer": "1234567890121", "instruments": [
    {"nature": "lease", "number": "2569/01", "created": "2026-02-21", "amount": 240000.00, "detail": "Flat 12"}]}

Its members are named after the flags of `satang stamp file of`."#;

pub(super) async fn run(arguments: &Arguments, output: &Output) -> Result<Exit, Exit> {
    let filing = arguments.filing()?;
    let department = arguments.connection.open()?;
    let signed = department.sign(&filing).map_err(|error| Exit::Usage(error.to_string()))?;
    let request_id = signed.request_id().as_str().to_owned();
    // Before anything is sent: whoever is killed from here on can still ask what became of it.
    output.say(&json!({ "requestId": request_id }), format!("Filing, requestId {} ...", line(&request_id)));
    match department.file(&signed).await {
        Ok(Submitted::Accepted(accepted)) => Ok(say_accepted(&accepted, output)),
        Ok(Submitted::Received(reference)) if arguments.no_wait => {
            let value = json!({ "outcome": "received", "apiRefNo": reference });
            output.say(&value, format!("Received, being verified: {}", line(reference.as_str())));
            Ok(Exit::Unknown)
        }
        Ok(Submitted::Received(reference)) => {
            output.note(format!("Received, {}: being verified ...", line(reference.as_str())));
            wait(&department, &reference, output).await
        }
        Ok(Submitted::Duplicate(error)) => {
            let violations: Vec<_> = error.violations().iter().map(ToString::to_string).collect();
            let value = json!({ "outcome": "duplicate", "requestId": request_id, "violations": violations });
            let mut text = "Filed before: nothing was filed now".to_owned();
            for violation in &violations {
                text.push_str(&format!("\n  {}", line(violation)));
            }
            output.say(&value, text);
            Ok(Exit::No)
        }
        Ok(Submitted::Unknown(why)) => Ok(unknown(&request_id, &why, output)),
        Err(error) => Err(refused("nothing was filed", &error).with("requestId", request_id)),
    }
}

impl Arguments {
    fn filing(&self) -> Result<Filing, Exit> {
        let description = match (&self.from_file, &self.one) {
            (Some(file), None) => {
                let text = read("--from-file", file)?;
                decode::<Description>(text.as_bytes())
                    .map_err(|violations| Exit::Usage(format!("{}: {violations}", file.display())))?
            }
            (None, Some(One::Of(one))) => self.one(one)?,
            _ => return Err(Exit::Usage("give either --from-file or one instrument".to_owned())),
        };
        let request_id = match self.request_id.clone().or_else(|| description.request_id.clone()) {
            Some(given) => given,
            None => System.uuid().to_string().parse().map_err(|rule| Exit::failed("no request id", &rule))?,
        };
        description.filing(request_id).map_err(|violations| Exit::Usage(violations.to_string()))
    }

    fn one(&self, one: &Described) -> Result<Description, Exit> {
        let payer: TaxId = self.connection.or_demo(one.payer.clone(), "--payer", demo::FILERS[0].tax_id)?;
        if let Err((flag, rule)) = one.instrument(&payer) {
            return Err(Exit::Usage(format!("--{flag}: {rule}")));
        }
        Ok(Description { request_id: None, payer, instruments: vec![one.clone()] })
    }
}

/// Waits for the end of the verification, and says it.
pub(super) async fn wait(
    department: &StampDuty<Client>,
    reference: &Text<1, 20>,
    output: &Output,
) -> Result<Exit, Exit> {
    match department.wait(reference).await {
        Ok(Outcome::Done(accepted)) => Ok(say_accepted(&accepted, output)),
        Ok(Outcome::Pending { .. }) => {
            let value = json!({ "outcome": "received", "apiRefNo": reference });
            let again = format!("satang stamp status --filing {}", line(reference.as_str()));
            output.say(&value, format!("Still being verified. Ask again:\n  {again}"));
            Ok(Exit::Unknown)
        }
        Err(error) => Err(refused("it is not known what became of it", &error)
            .with("apiRefNo", reference.as_str().to_owned())),
    }
}

/// Says what is filed, and what to pay.
fn say_accepted(accepted: &Accepted, output: &Output) -> Exit {
    let instruments: Vec<Value> = accepted
        .instruments
        .iter()
        .map(|instrument| json!({ "number": instrument.id, "refNo": instrument.ref_no }))
        .collect();
    let payment = accepted.payment.as_ref();
    // As text, because a JSON value would turn it into a float.
    let amount = payment.and_then(|payment| payment.total_amount).map(|amount| amount.to_string());
    let text = |text: Option<&Text<0, 64>>| text.map(|text| text.as_str().to_owned());
    let (ref1, ref2) = (
        text(payment.and_then(|payment| payment.ref1.as_ref())),
        text(payment.and_then(|payment| payment.ref2.as_ref())),
    );
    let until = text(payment.and_then(|payment| payment.expire_date.as_ref()));
    let told = |text: &Option<String>| line(text.as_deref().unwrap_or("untold"));
    let value = json!({
        "outcome": "accepted", "apiRefNo": accepted.api_ref_no, "instruments": instruments,
        "amount": amount, "ref1": ref1, "ref2": ref2, "expireDate": until,
    });
    let words = format!(
        "Filed: {}, {} instruments\nTo pay: {} baht until {}, reference 1 {}, reference 2 {}",
        line(accepted.api_ref_no.as_str()),
        instruments.len(),
        told(&amount),
        told(&until),
        told(&ref1),
        told(&ref2)
    );
    output.say(&value, words);
    Exit::Success
}

fn unknown(request_id: &str, why: &Why, output: &Output) -> Exit {
    let why = match why {
        Why::NoAnswer(error) => error.to_string(),
        Why::Incomplete(_) => "the answer does not say which filing it is".to_owned(),
    };
    let value = json!({ "outcome": "unknown", "requestId": request_id, "why": why });
    let text = format!(
        "Unknown: {}\nIt may have been filed. Look for it on the Department's portal, or file exactly the same again:\n  \
         satang stamp file --request-id {} ...\nNever file the same instruments under another requestId.",
        line(&why),
        line(request_id)
    );
    output.say(&value, text);
    Exit::Unknown
}
