//! The slip book: the transactions that banks of the sandbox have made, as they tell them when a slip is verified.
//!
//! A slip stands under the two parts of its mini-QR, the bank and its reference. Whoever looks it up gets whole accounts and
//! proxies; they are masked before they leave the bank ([`KeptTransaction::masked`]).

mod address;
mod canvas;
mod picture;

pub(crate) use address::{FIRST_SEGMENT as PICTURES, answer as picture, path as picture_path};

use crate::store::{Row, StoreError, Tx, Value};
use jiff::Timestamp;
use satang_schema::{
    Satang,
    slip_verification::{BankCode, DisplayedName, SlipAmount, TransRef},
};
use satang_slip_verification::{
    BankSlip, Error, Institution,
    interbank::{KeptParty, KeptTransaction},
};
use std::str::FromStr;

/// A slip as it stands in the book.
pub(crate) struct Entry {
    pub(crate) slip: KeptTransaction,
    /// The payment that made it, if one did.
    pub(crate) payment: Option<String>,
}

/// The columns, in the order of [`Entry::from_row`].
pub(crate) const COLUMNS: &str = "bank, reference, paid_at, amount, receiving_bank, \
    sender_name_th, sender_name, sender_account, sender_proxy_type, sender_proxy, \
    receiver_name_th, receiver_name, receiver_account, receiver_proxy_type, receiver_proxy, \
    reference1, reference2, reference3, payment";

/// This bank: Krungsri, in the Bank of Thailand's list. Public.
pub(crate) const OWN_BANK: &str = "025";
/// What the references of its payments' slips begin with.
pub(crate) const OWN_PREFIX: &str = "KSA";

/// Whether a reference is one that this bank gives to payments.
pub(crate) fn is_of_payments(bank: &BankCode, reference: &TransRef) -> bool {
    bank.as_str() == OWN_BANK && reference.as_str().starts_with(OWN_PREFIX)
}

/// Enters a transaction, and tells whether it is new: one that stands under the same bank and reference stays as it is. `payment`
/// is the reference of the payment that made it, if one did.
pub(crate) fn insert(
    tx: &mut Tx<'_>,
    slip: &KeptTransaction,
    payment: Option<&str>,
    now: Timestamp,
) -> Result<bool, StoreError> {
    let sql = format!(
        "INSERT INTO slip ({COLUMNS}, created_at)
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, $18, $19, $20)
         ON CONFLICT (bank, reference) DO NOTHING"
    );
    let mut row = vec![
        slip.sending_bank.as_str().into(),
        slip.trans_ref.as_str().into(),
        slip.at.as_microsecond().into(),
        slip.amount.satang().0.into(),
        slip.receiving_bank.as_ref().map(BankCode::as_str).into(),
    ];
    row.extend(values(&slip.sender));
    row.extend(values(&slip.receiver));
    row.extend(slip.references.iter().map(|reference| Value::from(reference.as_ref())));
    row.extend([Value::from(payment), now.as_microsecond().into()]);
    Ok(tx.execute(&sql, &row)? == 1)
}

/// The transaction under this bank and reference.
pub(crate) fn find(
    tx: &mut Tx<'_>,
    bank: &BankCode,
    reference: &TransRef,
) -> Result<Option<KeptTransaction>, StoreError> {
    Ok(entry(tx, bank, reference)?.map(|entry| entry.slip))
}

/// As [`find`], with what else the book knows.
pub(crate) fn entry(
    tx: &mut Tx<'_>,
    bank: &BankCode,
    reference: &TransRef,
) -> Result<Option<Entry>, StoreError> {
    let sql = format!("SELECT {COLUMNS} FROM slip WHERE bank = $1 AND reference = $2");
    tx.query_one(&sql, &[bank.as_str().into(), reference.as_str().into()], |row| Entry::from_row(row, 0))
}

/// What the mini-QR of a slip says.
///
/// # Errors
/// None that is known: a bank and a reference are right once they exist.
pub(crate) fn payload(slip: &KeptTransaction) -> Result<String, Error> {
    let bank = slip.sending_bank.as_str().parse()?;
    let reference = satang_slip_verification::TransRef::new(slip.trans_ref.as_str())?;
    BankSlip::new(bank, reference).to_payload()
}

/// What is known of a bank.
pub(crate) fn institution(bank: &BankCode) -> Option<&'static Institution> {
    bank.as_str().parse::<satang_slip_verification::BankCode>().ok()?.institution()
}

fn values(party: &KeptParty) -> [Value<'_>; 5] {
    let (kind, proxy) = party.proxy.as_ref().map(|(kind, proxy)| (kind.as_str(), proxy)).unzip();
    [
        party.display_name.as_ref().map(DisplayedName::as_str).into(),
        party.name.as_ref().map(DisplayedName::as_str).into(),
        party.account.as_ref().into(),
        kind.into(),
        proxy.into(),
    ]
}

impl Entry {
    /// Reads the [columns](COLUMNS) that begin with this one.
    pub(crate) fn from_row(row: &Row<'_>, first: usize) -> Result<Self, StoreError> {
        let text = |column: usize| row.optional_text(first + column);
        let slip = KeptTransaction {
            sending_bank: stored(&row.text(first)?)?,
            trans_ref: stored(&row.text(first + 1)?)?,
            at: Timestamp::from_microsecond(row.int(first + 2)?).map_err(|_| unreadable())?,
            amount: SlipAmount::new(Satang(row.int(first + 3)?)).map_err(|_| unreadable())?,
            receiving_bank: optional(row, first + 4)?,
            sender: party(row, first + 5)?,
            receiver: party(row, first + 10)?,
            references: [text(15)?, text(16)?, text(17)?],
        };
        Ok(Self { slip, payment: text(18)? })
    }
}

fn party(row: &Row<'_>, first: usize) -> Result<KeptParty, StoreError> {
    Ok(KeptParty {
        display_name: optional(row, first)?,
        name: optional(row, first + 1)?,
        account: row.optional_text(first + 2)?,
        proxy: optional(row, first + 3)?.zip(row.optional_text(first + 4)?),
    })
}

fn optional<T: FromStr>(row: &Row<'_>, column: usize) -> Result<Option<T>, StoreError> {
    row.optional_text(column)?.as_deref().map(stored).transpose()
}

fn stored<T: FromStr>(text: &str) -> Result<T, StoreError> {
    text.parse().map_err(|_| unreadable())
}

fn unreadable() -> StoreError {
    StoreError::statement("a stored slip cannot be read")
}

#[cfg(test)]
mod testing;
#[cfg(test)]
mod tests;
