//! The tables of a store, read past all code that wrote them.

use satang_gateway::store::{Store, StoreError, Tx};
use std::{collections::HashMap, path::Path};

/// Everything that says where money is.
#[derive(Clone, Debug)]
pub(crate) struct Books {
    pub(crate) payments: Vec<Payment>,
    /// The lines of each movement that a payment, or one of stamp duty, caused, by the reference of what was paid.
    pub(crate) movements: HashMap<String, Vec<Line>>,
    /// What the slips of each payment say that was paid, in satang, by the payment's reference.
    pub(crate) slips: HashMap<String, Vec<i64>>,
    /// The lines of all movements, whatever caused them.
    pub(crate) lines: Vec<Line>,
    /// The balance of each account, in satang.
    pub(crate) balances: HashMap<String, i64>,
}

#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Payment {
    pub(crate) id: String,
    pub(crate) reference: String,
    pub(crate) amount: i64,
    pub(crate) status: String,
    pub(crate) reason: Option<String>,
}

#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Line {
    pub(crate) account: String,
    /// In satang, negative out of the account.
    pub(crate) amount: i64,
}

impl Books {
    /// Reads a store whose gateway was stopped or killed, or still runs.
    pub(crate) async fn read(data: &Path) -> Self {
        let store = Store::open_read_only(data).expect("a store can be read");
        let books = store.read(read).await.expect("a store can be read");
        store.close().await.expect("a store can be closed");
        books
    }
}

fn read(tx: &mut Tx<'_>) -> Result<Books, StoreError> {
    let sql = "SELECT transaction_identification, reference, amount, status, reason_code FROM payment";
    let payments = tx.query(sql, &[], |row| {
        Ok(Payment {
            id: row.text(0)?,
            reference: row.text(1)?,
            amount: row.int(2)?,
            status: row.text(3)?,
            reason: row.optional_text(4)?,
        })
    })?;
    let sql = "SELECT l.kind, l.reference, e.account_number, e.amount
               FROM entry e LEFT JOIN ledger_transaction l ON l.id = e.ledger_transaction_id";
    let all = tx.query(sql, &[], |row| {
        Ok((
            row.optional_text(0)?,
            row.optional_text(1)?,
            Line { account: row.text(2)?, amount: row.int(3)? },
        ))
    })?;
    let mut movements: HashMap<String, Vec<Line>> = HashMap::new();
    let mut lines = Vec::new();
    for (kind, reference, line) in all {
        lines.push(line.clone());
        if let (Some("payment" | "stamp-duty"), Some(reference)) = (kind.as_deref(), reference) {
            movements.entry(reference).or_default().push(line);
        }
    }
    let sql = "SELECT payment, amount FROM slip WHERE payment IS NOT NULL";
    let mut slips: HashMap<String, Vec<i64>> = HashMap::new();
    for (payment, amount) in tx.query(sql, &[], |row| Ok((row.text(0)?, row.int(1)?)))? {
        slips.entry(payment).or_default().push(amount);
    }
    let sql = "SELECT number, balance FROM account";
    let balances = tx.query(sql, &[], |row| Ok((row.text(0)?, row.int(1)?)))?.into_iter().collect();
    Ok(Books { payments, movements, slips, lines, balances })
}
