//! The auditor: proves from the rows alone that no money was lost, made or moved twice.
//!
//! It trusts no code that wrote the rows. Run it over a snapshot, beside a server or over what a killed one left:
//!
//! ```
//! use satang_gateway::audit;
//! use satang_gateway::store::{Store, StoreError, StoreOptions};
//! # #[tokio::main(flavor = "current_thread")]
//! # async fn main() -> Result<(), StoreError> {
//! # let scratch = tempfile::tempdir().unwrap();
//! # let directory = scratch.path();
//! # Store::open(&StoreOptions::new(directory))?.close().await?;
//! let store = Store::open_read_only(directory)?;
//! let audit = store.read(audit::run).await?;
//! assert!(audit.is_clean(), "{:?}", audit.findings);
//! # store.close().await
//! # }
//! ```

use std::fmt;

use crate::store::{StoreError, StoreErrorKind, Tx};

mod checks;
mod filings;
mod schedules;
mod slips;
mod verifications;

use checks::{CHECKS, Check};
use filings::FILING_CHECKS;
use schedules::SCHEDULE_CHECKS;
use slips::SLIP_CHECKS;
use verifications::VERIFICATION_CHECKS;

/// How many findings of each sort are listed. The rest is counted.
const LISTED: i64 = 100;

/// What the auditor saw.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct Audit {
    /// How many movements the ledger has.
    pub transactions: u64,
    /// How many lines they have.
    pub entries: u64,
    /// How many accounts there are.
    pub accounts: u64,
    /// How many payments there are.
    pub payments: u64,
    /// What is wrong, at most 100 of each sort.
    pub findings: Vec<Finding>,
    /// How many findings more there are than those listed.
    pub unlisted: u64,
}

/// One thing that is wrong.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Finding {
    /// Which rule is broken, as a stable code such as `movement-unbalanced`.
    pub code: &'static str,
    /// Which row breaks it: an id, or the last four digits of an account number.
    pub subject: String,
    /// How.
    pub detail: String,
}

impl Audit {
    /// Whether nothing is wrong.
    #[must_use]
    pub fn is_clean(&self) -> bool {
        self.findings.is_empty()
    }
}

impl fmt::Display for Finding {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} {}: {}", self.code, self.subject, self.detail)
    }
}

/// Audits a whole store. A million payments take about a minute, half of it the check of the file itself.
///
/// # Errors
///
/// The store cannot be read. Damage to it is no error but a finding, `storage-damaged`.
pub fn run(tx: &mut Tx<'_>) -> Result<Audit, StoreError> {
    let mut audit = Audit::default();
    match collect(tx, &mut audit) {
        // What was found must not be lost because the damage keeps the rest from being read.
        Err(error) if error.kind() == StoreErrorKind::Corrupt || !audit.is_clean() => {
            audit.findings.push(damaged("the audit could not be finished".to_owned()));
            Ok(audit)
        }
        outcome => outcome.map(|()| audit),
    }
}

fn collect(tx: &mut Tx<'_>, audit: &mut Audit) -> Result<(), StoreError> {
    audit.findings = tx.check_storage(100)?.into_iter().map(damaged).collect();
    audit.transactions = count(tx, "SELECT count(*) FROM ledger_transaction")?;
    audit.entries = count(tx, "SELECT count(*) FROM entry")?;
    audit.accounts = count(tx, "SELECT count(*) FROM account")?;
    audit.payments = count(tx, "SELECT count(*) FROM payment")?;
    let others = [SCHEDULE_CHECKS, FILING_CHECKS, SLIP_CHECKS, VERIFICATION_CHECKS].into_iter().flatten();
    CHECKS.iter().chain(others).try_for_each(|check| apply(tx, check, audit))
}

fn apply(tx: &mut Tx<'_>, check: &Check, audit: &mut Audit) -> Result<(), StoreError> {
    let sql = format!(
        "SELECT subject, detail, count(*) OVER () FROM ({}) AS found ORDER BY subject LIMIT {LISTED}",
        check.finds
    );
    let found = tx.query(&sql, &[], |row| {
        let finding = Finding { code: check.code, subject: row.text(0)?, detail: row.text(1)? };
        Ok((finding, row.int(2)?))
    })?;
    if let Some((_, all)) = found.first() {
        audit.unlisted += u64::try_from(all - LISTED).unwrap_or_default();
    }
    audit.findings.extend(found.into_iter().map(|(finding, _)| finding));
    Ok(())
}

fn count(tx: &mut Tx<'_>, sql: &str) -> Result<u64, StoreError> {
    let rows = tx.query_one(sql, &[], |row| row.int(0))?;
    Ok(rows.and_then(|rows| u64::try_from(rows).ok()).unwrap_or_default())
}

fn damaged(detail: String) -> Finding {
    Finding { code: "storage-damaged", subject: "store".to_owned(), detail }
}

#[cfg(test)]
mod tests;
