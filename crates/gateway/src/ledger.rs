//! Double entry: the only way in which money moves.
//!
//! A posting has two or more lines whose amounts sum to zero. It is written once, never changed, and one cause (its
//! kind and reference) has one posting. The balance of an account is the sum of its lines, kept beside them so that a
//! payment need not add up a year; [`audit`](crate::audit) proves that both agree.
//!
//! Amounts are in satang: positive into the account, negative out of it. Whether an account may be used at all (open,
//! blocked, closed) is the products' question, since each answers it with a reason of its own.

use std::error::Error;
use std::fmt;

use uuid::Uuid;

use crate::store::{StoreError, Tx};

/// The largest amount and the largest balance, either way, in satang: a quadrillion baht. Sums over any history stay
/// exact in 64 bits.
pub const LARGEST: i64 = 100_000_000_000_000_000;

/// A movement of money.
#[derive(Clone, Copy, Debug)]
pub struct Posting<'a> {
    /// The id of the movement.
    pub id: Uuid,
    /// What sort of thing caused it, such as `payment`.
    pub kind: &'a str,
    /// Which one of that kind caused it. Together with `kind` it is unique.
    pub reference: &'a str,
    /// When, in microseconds since the epoch.
    pub at_micros: i64,
    /// The lines, in the order in which they are kept.
    pub entries: &'a [Entry<'a>],
}

/// A line of a posting.
#[derive(Clone, Copy)]
pub struct Entry<'a> {
    /// The number of the account.
    pub account: &'a str,
    /// In satang: positive into the account, negative out of it, never zero.
    pub amount: i64,
}

/// An account to be opened.
#[derive(Clone, Copy)]
pub struct NewAccount<'a> {
    /// Ten digits.
    pub number: &'a str,
    /// Whose it is.
    pub owner_name: &'a str,
    /// The client id of the partner who collects into it, if one does.
    pub partner: Option<&'a str>,
    /// What the balance never falls below, in satang. `None` only for the bank's own funding account.
    pub minimum_balance: Option<i64>,
    /// When, in microseconds since the epoch.
    pub at_micros: i64,
}

/// Posts a movement: writes its lines and changes the balances.
///
/// A refusal ([`LedgerError`] other than [`Store`](LedgerError::Store)) has written nothing, so the caller may go on in
/// the same transaction, for instance to record a refused payment.
///
/// # Errors
///
/// See [`LedgerError`].
pub fn post(tx: &mut Tx<'_>, posting: Posting<'_>) -> Result<(), LedgerError> {
    let changes = net_changes(posting.entries)?;
    // Every refusal comes before the first write.
    let balances = changes.iter().map(|change| new_balance(tx, change)).collect::<Result<Vec<_>, _>>()?;

    let id = posting.id.to_string();
    let inserted = tx.execute(
        "INSERT INTO ledger_transaction (id, kind, reference, created_at) VALUES ($1, $2, $3, $4)
         ON CONFLICT DO NOTHING",
        &[(&id).into(), posting.kind.into(), posting.reference.into(), posting.at_micros.into()],
    )?;
    if inserted == 0 {
        return Err(LedgerError::AlreadyPosted);
    }
    for (line, entry) in (1_i64..).zip(posting.entries) {
        tx.execute(
            "INSERT INTO entry (ledger_transaction_id, line, account_number, amount) VALUES ($1, $2, $3, $4)",
            &[(&id).into(), line.into(), entry.account.into(), entry.amount.into()],
        )?;
    }
    for (change, balance) in changes.iter().zip(balances) {
        tx.execute(
            "UPDATE account SET balance = $1 WHERE number = $2",
            &[balance.into(), change.account.into()],
        )?;
    }
    Ok(())
}

/// Opens an account with a balance of zero. Its first money comes by a posting, like any other.
///
/// # Errors
///
/// [`LedgerError::AccountExists`]; [`LedgerError::Store`] with the kind
/// [`Constraint`](crate::store::StoreErrorKind::Constraint) if the number is not ten digits or the partner is unknown.
pub fn open_account(tx: &mut Tx<'_>, account: NewAccount<'_>) -> Result<(), LedgerError> {
    let inserted = tx.execute(
        "INSERT INTO account (number, owner_name, partner, status, balance, minimum_balance, created_at)
         VALUES ($1, $2, $3, 'OPEN', 0, $4, $5) ON CONFLICT DO NOTHING",
        &[
            account.number.into(),
            account.owner_name.into(),
            account.partner.into(),
            account.minimum_balance.into(),
            account.at_micros.into(),
        ],
    )?;
    if inserted == 0 { Err(LedgerError::AccountExists) } else { Ok(()) }
}

/// The balance of an account, in satang.
///
/// # Errors
///
/// [`LedgerError::UnknownAccount`], or the storage failed.
pub fn balance(tx: &mut Tx<'_>, account: &str) -> Result<i64, LedgerError> {
    let sql = "SELECT balance FROM account WHERE number = $1";
    tx.query_one(sql, &[account.into()], |row| row.int(0))?.ok_or(LedgerError::UnknownAccount)
}

/// Why the ledger refused. None names an account or an amount.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub enum LedgerError {
    /// A posting has at least two lines.
    TooFewEntries,
    /// A line moves nothing.
    ZeroAmount,
    /// The lines do not sum to zero.
    Unbalanced,
    /// An amount or a balance would exceed [`LARGEST`].
    Overflow,
    /// A line names an account that does not exist.
    UnknownAccount,
    /// A balance would fall below the minimum of its account.
    InsufficientFunds,
    /// There is a posting with this id, or with this kind and reference.
    AlreadyPosted,
    /// There is an account with this number.
    AccountExists,
    /// The store failed.
    Store(StoreError),
}

impl From<StoreError> for LedgerError {
    fn from(error: StoreError) -> Self {
        Self::Store(error)
    }
}

impl fmt::Display for LedgerError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::TooFewEntries => "a posting has at least two lines",
            Self::ZeroAmount => "a line of a posting moves nothing",
            Self::Unbalanced => "the lines of a posting do not sum to zero",
            Self::Overflow => "an amount or a balance is too large",
            Self::UnknownAccount => "there is no such account",
            Self::InsufficientFunds => "a balance would fall below the minimum of its account",
            Self::AlreadyPosted => "this movement has been posted before",
            Self::AccountExists => "there is an account with this number",
            Self::Store(_) => "the store failed",
        })
    }
}

impl Error for LedgerError {
    fn source(&self) -> Option<&(dyn Error + 'static)> {
        match self {
            Self::Store(error) => Some(error),
            _ => None,
        }
    }
}

/// Account numbers stay out of logs.
impl fmt::Debug for Entry<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Entry").field("amount", &self.amount).finish_non_exhaustive()
    }
}

/// Account numbers and names stay out of logs.
impl fmt::Debug for NewAccount<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("NewAccount").field("minimum_balance", &self.minimum_balance).finish_non_exhaustive()
    }
}

/// What a posting does to one account, over all of its lines. In 128 bits, which no posting can overflow.
struct Change<'a> {
    account: &'a str,
    amount: i128,
}

fn net_changes<'a>(entries: &[Entry<'a>]) -> Result<Vec<Change<'a>>, LedgerError> {
    if entries.len() < 2 {
        return Err(LedgerError::TooFewEntries);
    }
    if entries.iter().any(|entry| entry.amount == 0) {
        return Err(LedgerError::ZeroAmount);
    }
    if entries.iter().any(|entry| entry.amount.unsigned_abs() > LARGEST.unsigned_abs()) {
        return Err(LedgerError::Overflow);
    }
    if entries.iter().map(|entry| i128::from(entry.amount)).sum::<i128>() != 0 {
        return Err(LedgerError::Unbalanced);
    }
    let mut changes: Vec<Change<'a>> = Vec::with_capacity(entries.len());
    for entry in entries {
        let amount = i128::from(entry.amount);
        match changes.iter_mut().find(|change| change.account == entry.account) {
            Some(change) => change.amount += amount,
            None => changes.push(Change { account: entry.account, amount }),
        }
    }
    Ok(changes)
}

fn new_balance(tx: &mut Tx<'_>, change: &Change<'_>) -> Result<i64, LedgerError> {
    let (balance, minimum) = tx
        .query_one(
            "SELECT balance, minimum_balance FROM account WHERE number = $1",
            &[change.account.into()],
            |row| Ok((row.int(0)?, row.optional_int(1)?)),
        )?
        .ok_or(LedgerError::UnknownAccount)?;
    let after = i64::try_from(i128::from(balance) + change.amount)
        .ok()
        .filter(|after| after.unsigned_abs() <= LARGEST.unsigned_abs())
        .ok_or(LedgerError::Overflow)?;
    // Money may always come in, even into an account that is below its minimum because the minimum was raised.
    if change.amount < 0 && minimum.is_some_and(|minimum| after < minimum) {
        return Err(LedgerError::InsufficientFunds);
    }
    Ok(after)
}

#[cfg(test)]
mod tests;
