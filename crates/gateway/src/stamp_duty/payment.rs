//! Payments of stamp duty: the money moves and the filing is paid, or neither.

use super::{
    filing::Filing,
    state::{FilingEvent, FilingStatus},
};
use crate::{
    account::AccountStatus,
    ledger::{self, Entry, LedgerError, NewAccount, Posting},
    store::Tx,
};
use jiff::Timestamp;
use satang_core::Refusal;
use satang_schema::krungsri::SandboxError;
use uuid::Uuid;

/// Where duty goes.
const DEPARTMENT_ACCOUNT: &str = "0000000009";
const DEPARTMENT: &str = "Revenue Department";

/// A bill that somebody brings to a bank.
pub(crate) struct Bill<'a> {
    pub(crate) reference1: &'a str,
    pub(crate) reference2: &'a str,
    /// In satang.
    pub(crate) amount: i64,
    /// From which account.
    pub(crate) account: &'a str,
}

/// Pays for the filing of a bill, and returns its reference.
///
/// # Errors
/// [`Refusal`] when there is no such bill or account (404), or one of them does not allow it (409).
pub(crate) fn pay(tx: &mut Tx<'_>, bill: &Bill<'_>, id: Uuid, now: Timestamp) -> Result<String, Refusal> {
    let mut filing = find(tx, bill)?;
    let next = filing.status.after(FilingEvent::Paid).ok_or_else(|| {
        conflict(match filing.status {
            FilingStatus::Received => "the filing is still being verified",
            FilingStatus::Paid | FilingStatus::Filed => "the filing has been paid",
            FilingStatus::Cancelled => "the filing has been cancelled (E07111)",
            FilingStatus::Expired => "the filing is past the due date of its payment (E07109)",
        })
    })?;
    if bill.amount != filing.total {
        return Err(conflict("the amount is not what is to be paid"));
    }
    expect_open(tx, bill.account)?;
    open_departments(tx, now)?;
    let posting = Posting {
        id,
        kind: "stamp-duty",
        reference: &filing.api_ref_no,
        at_micros: now.as_microsecond(),
        entries: &[
            Entry { account: bill.account, amount: -filing.total },
            Entry { account: DEPARTMENT_ACCOUNT, amount: filing.total },
        ],
    };
    match ledger::post(tx, posting) {
        Ok(()) => {}
        Err(LedgerError::InsufficientFunds) => {
            return Err(conflict("the balance would fall below the account's minimum"));
        }
        Err(LedgerError::Overflow) => return Err(conflict("a balance would be too large")),
        Err(error) => return Err(failed(error)),
    }
    filing.become_(tx, next, Some(&id.to_string()), now)?;
    Ok(filing.api_ref_no)
}

fn find(tx: &mut Tx<'_>, bill: &Bill<'_>) -> Result<Filing, Refusal> {
    let columns = Filing::COLUMNS;
    let sql = format!("SELECT {columns} FROM filing WHERE reference1 = $1 AND reference2 = $2");
    let found = tx.query_one(&sql, &[bill.reference1.into(), bill.reference2.into()], Filing::from_row)?;
    found.ok_or_else(|| Refusal::not_found("no such bill"))
}

fn expect_open(tx: &mut Tx<'_>, account: &str) -> Result<(), Refusal> {
    let sql = "SELECT status FROM account WHERE number = $1 AND minimum_balance IS NOT NULL";
    let status = tx.query_one(sql, &[account.into()], |row| AccountStatus::read(&row.text(0)?))?;
    match status.ok_or_else(|| Refusal::not_found("no such account"))? {
        AccountStatus::Open => Ok(()),
        AccountStatus::Blocked => Err(conflict("the account is blocked")),
        AccountStatus::Closed => Err(conflict("the account is closed")),
    }
}

/// Opens the Department's account when it is needed first.
fn open_departments(tx: &mut Tx<'_>, now: Timestamp) -> Result<(), Refusal> {
    let account = NewAccount {
        number: DEPARTMENT_ACCOUNT,
        owner_name: DEPARTMENT,
        partner: None,
        minimum_balance: Some(0),
        at_micros: now.as_microsecond(),
    };
    match ledger::open_account(tx, account) {
        Ok(()) => Ok(()),
        Err(LedgerError::AccountExists) => {
            let sql = "SELECT 1 FROM account WHERE number = $1 AND owner_name = $2 AND partner IS NULL";
            let own = tx.query_one(sql, &[DEPARTMENT_ACCOUNT.into(), DEPARTMENT.into()], |_| Ok(()))?;
            own.ok_or_else(|| conflict("another account has the number of the Department's"))
        }
        Err(error) => Err(failed(error)),
    }
}

fn conflict(why: &str) -> Refusal {
    Refusal::of(&SandboxError::STATE).saying(why)
}

fn failed(error: LedgerError) -> Refusal {
    match error {
        LedgerError::Store(error) => error.into(),
        error => {
            tracing::error!(%error, "the ledger refused a payment that was checked");
            Refusal::internal()
        }
    }
}
