//! `satang audit`: reads a store, and nothing else.

use crate::output::{Exit, Output};
use satang_gateway::{audit, store::Store};
use serde_json::json;
use std::path::PathBuf;

#[derive(clap::Args)]
pub struct Arguments {
    /// The directory of the store
    #[arg(long, env = "SATANG_DATA", default_value = "satang-data")]
    data: PathBuf,
}

pub async fn run(arguments: &Arguments, output: &Output) -> Result<Exit, Exit> {
    let store =
        Store::open_read_only(&arguments.data).map_err(|e| Exit::failed("cannot open the store", &e))?;
    let audit = store.read(audit::run).await.map_err(|e| Exit::failed("cannot read the store", &e))?;
    report(&audit, output);
    Ok(if audit.is_clean() { Exit::Success } else { Exit::No })
}

/// Says what an audit found.
pub fn report(audit: &audit::Audit, output: &Output) {
    let findings: Vec<_> = audit
        .findings
        .iter()
        .map(|finding| json!({ "code": finding.code, "subject": finding.subject, "detail": finding.detail }))
        .collect();
    let counted = format!(
        "{} accounts, {} payments, {} ledger transactions with {} entries",
        audit.accounts, audit.payments, audit.transactions, audit.entries
    );
    let mut text = format!("Audit of {counted}: ");
    if audit.is_clean() {
        text.push_str(
            "every transaction sums to zero, every payment has exactly one effect, every balance follows.",
        );
    } else {
        text.push_str(&format!("{} findings", audit.findings.len() as u64 + audit.unlisted));
        for finding in &audit.findings {
            text.push_str(&format!("\n  {} {}: {}", finding.code, finding.subject, finding.detail));
        }
        if audit.unlisted > 0 {
            text.push_str(&format!("\n  and {} more, which are not listed", audit.unlisted));
        }
    }
    let value = json!({ "consistent": audit.is_clean(), "accounts": audit.accounts, "payments": audit.payments,
        "transactions": audit.transactions, "entries": audit.entries, "findings": findings, "unlisted": audit.unlisted });
    output.say(&value, text);
}
