//! `satang stamp status`: whether duty has been paid, or what became of a large filing.

use super::{connection::Connection, file::wait, refused};
use crate::output::{Exit, Output, line};
use satang_schema::Text;
use satang_stamp_duty::{Outcome, wire::PaidStatus};
use serde_json::{Value, json};

#[derive(clap::Args)]
pub(super) struct Arguments {
    #[command(flatten)]
    connection: Connection,
    /// The reference of the filing
    api_ref_no: Text<1, 20>,
    /// The reference of an instrument; as often as needed; without it, all of them
    #[arg(long)]
    ref_no: Vec<Text<1, 20>>,
    /// Wait until the filing is verified, and say what to pay, instead of asking whether it is paid
    #[arg(long, conflicts_with = "ref_no")]
    filing: bool,
}

pub(super) async fn run(arguments: &Arguments, output: &Output) -> Result<Exit, Exit> {
    let department = arguments.connection.open()?;
    if arguments.filing {
        return wait(&department, &arguments.api_ref_no, output).await;
    }
    let status = department.payment_status(&arguments.api_ref_no, &arguments.ref_no).await;
    let paid = match status.map_err(|error| refused("it is not known whether it is paid", &error))? {
        Outcome::Done(paid) => paid,
        Outcome::Pending { code, .. } => {
            let value = json!({ "outcome": "pending", "code": code });
            output.say(&value, "Still being verified");
            return Ok(Exit::Unknown);
        }
    };
    let instruments: Vec<Value> = paid
        .inst_info
        .iter()
        .map(|one| json!({ "refNo": one.ref_no, "status": words(&one.inst_status) }))
        .collect();
    let value = json!({ "outcome": words(&paid.form_status), "instruments": instruments });
    let mut text = words(&paid.form_status);
    for one in &paid.inst_info {
        text.push_str(&format!("\n  {} {}", line(one.ref_no.as_str()), words(&one.inst_status)));
    }
    output.say(&value, text);
    Ok(match paid.form_status {
        PaidStatus::Paid => Exit::Success,
        PaidStatus::NotPaid => Exit::No,
        _ => Exit::Unknown,
    })
}

fn words(status: &PaidStatus) -> String {
    match status {
        PaidStatus::Paid => "paid".to_owned(),
        PaidStatus::NotPaid => "not paid".to_owned(),
        other => line(other.as_str()),
    }
}
