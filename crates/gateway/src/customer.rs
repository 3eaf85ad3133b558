//! Customers: people who have accounts, and how they prove who they are.

use crate::{
    pepper::Pepper,
    store::{Row, StoreError, Tx, Value},
};
use jiff::Timestamp;

/// A customer as the store knows it.
#[derive(Clone)]
pub(crate) struct Customer {
    pub(crate) id: String,
    pub(crate) name: String,
    pub(crate) name_th: String,
    pub(crate) national_id: String,
    birth_date: String,
    /// Where one-time passwords go.
    pub(crate) mobile: Option<String>,
    /// What the card debits.
    pub(crate) card_account: Option<String>,
    password_hash: Vec<u8>,
    card_pin_hash: Option<Vec<u8>>,
    app_pin_hash: Option<Vec<u8>>,
}

/// One of a customer's accounts.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct CustomerAccount {
    pub(crate) number: String,
    /// `OPEN`, `BLOCKED` or `CLOSED`.
    pub(crate) status: String,
}

impl CustomerAccount {
    pub(crate) fn is_open(&self) -> bool {
        self.status == "OPEN"
    }
}

/// A customer to be taken in. Secrets are as the customer knows them; only hashes of them are kept.
#[derive(Clone, Copy)]
pub(crate) struct NewCustomer<'a> {
    pub(crate) id: &'a str,
    pub(crate) name: &'a str,
    pub(crate) name_th: &'a str,
    /// 13 digits.
    pub(crate) national_id: &'a str,
    /// `YYYY-MM-DD`.
    pub(crate) birth_date: &'a str,
    pub(crate) mobile: Option<&'a str>,
    pub(crate) user_name: &'a str,
    pub(crate) password: &'a str,
    pub(crate) card: Option<NewCard<'a>>,
    pub(crate) app_pin: Option<&'a str>,
    /// Accounts that exist and are nobody's yet.
    pub(crate) accounts: &'a [&'a str],
}

/// A customer's card.
#[derive(Clone, Copy)]
pub(crate) struct NewCard<'a> {
    /// 16 digits.
    pub(crate) number: &'a str,
    pub(crate) pin: &'a str,
    /// What it debits.
    pub(crate) account: &'a str,
}

/// Takes in a customer.
pub(crate) fn insert(
    tx: &mut Tx<'_>,
    pepper: &Pepper,
    new: &NewCustomer<'_>,
    now: Timestamp,
) -> Result<(), StoreError> {
    let password_hash = pepper.hash(&[PASSWORD, new.id, new.password]);
    let card_pin_hash = new.card.map(|card| pepper.hash(&[CARD_PIN, new.id, card.pin]));
    let app_pin_hash = new.app_pin.map(|pin| pepper.hash(&[APP_PIN, new.id, pin]));
    tx.execute(
        "INSERT INTO customer (id, name, name_th, national_id, birth_date, mobile, user_name, password_hash,
             card_number, card_account, card_pin_hash, app_pin_hash, created_at)
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13)",
        &[
            new.id.into(),
            new.name.into(),
            new.name_th.into(),
            new.national_id.into(),
            new.birth_date.into(),
            new.mobile.into(),
            new.user_name.into(),
            (&password_hash).into(),
            new.card.map(|card| card.number).into(),
            new.card.map(|card| card.account).into(),
            card_pin_hash.as_ref().into(),
            app_pin_hash.as_ref().into(),
            now.as_microsecond().into(),
        ],
    )?;
    for account in new.accounts {
        let sql = "UPDATE account SET customer = $1, owner_name = $2 WHERE number = $3";
        tx.execute(sql, &[new.id.into(), new.name.into(), (*account).into()])?;
    }
    Ok(())
}

/// The customer of this user name and password. That the user name is wrong shows in nothing, not even in the time.
pub(crate) fn by_password(
    tx: &mut Tx<'_>,
    pepper: &Pepper,
    user_name: &str,
    password: &str,
) -> Result<Option<Customer>, StoreError> {
    let found = one(tx, "user_name = $1", &[user_name.into()])?;
    let (id, hash) = found.as_ref().map_or(("", None), |it| (&it.id, Some(it.password_hash.as_slice())));
    let is_right = pepper.matches(&[PASSWORD, id, password], hash);
    Ok(found.filter(|_| is_right))
}

/// The customer of this user name and app PIN.
pub(crate) fn by_app_pin(
    tx: &mut Tx<'_>,
    pepper: &Pepper,
    user_name: &str,
    pin: &str,
) -> Result<Option<Customer>, StoreError> {
    let found = one(tx, "user_name = $1", &[user_name.into()])?;
    let (id, hash) = found.as_ref().map_or(("", None), |it| (&it.id, it.app_pin_hash.as_deref()));
    let is_right = pepper.matches(&[APP_PIN, id, pin], hash);
    Ok(found.filter(|_| is_right))
}

/// What somebody has typed in who claims to have a card.
#[derive(Clone)]
pub(crate) struct CardClaim {
    pub(crate) national_id: String,
    /// `YYYY-MM-DD`.
    pub(crate) birth_date: String,
    pub(crate) card_number: String,
    pub(crate) pin: String,
}

/// What is wrong with such a claim, for the bank's own eyes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum WrongCard {
    /// There is no such card, or its PIN is another.
    CardOrPin,
    /// The card holder was born on another day.
    BirthDate,
    /// The card holder has another national id.
    NationalId,
}

/// The customer who has this card, if everything fits.
pub(crate) fn by_card(
    tx: &mut Tx<'_>,
    pepper: &Pepper,
    claim: &CardClaim,
) -> Result<Result<Customer, WrongCard>, StoreError> {
    let found = one(tx, "card_number = $1", &[(&claim.card_number).into()])?;
    let (id, hash) = found.as_ref().map_or(("", None), |it| (&it.id, it.card_pin_hash.as_deref()));
    let is_right = pepper.matches(&[CARD_PIN, id, &claim.pin], hash);
    Ok(match found.filter(|_| is_right) {
        None => Err(WrongCard::CardOrPin),
        Some(found) if found.birth_date != claim.birth_date => Err(WrongCard::BirthDate),
        Some(found) if found.national_id != claim.national_id => Err(WrongCard::NationalId),
        Some(found) => Ok(found),
    })
}

/// The customer of this identifier.
pub(crate) fn find(tx: &mut Tx<'_>, id: &str) -> Result<Option<Customer>, StoreError> {
    one(tx, "id = $1", &[id.into()])
}

/// The accounts of a customer.
pub(crate) fn accounts(tx: &mut Tx<'_>, customer: &str) -> Result<Vec<CustomerAccount>, StoreError> {
    let sql = "SELECT number, status FROM account WHERE customer = $1 ORDER BY number LIMIT 100";
    let read = |row: &Row<'_>| Ok(CustomerAccount { number: row.text(0)?, status: row.text(1)? });
    tx.query(sql, &[customer.into()], read)
}

/// What each kind of secret is hashed with, so that none passes for another.
const PASSWORD: &str = "customer password";
const CARD_PIN: &str = "card PIN";
const APP_PIN: &str = "app PIN";

fn one(tx: &mut Tx<'_>, condition: &str, parameters: &[Value<'_>]) -> Result<Option<Customer>, StoreError> {
    let sql = format!(
        "SELECT id, name, name_th, national_id, birth_date, mobile, card_account, password_hash, card_pin_hash,
             app_pin_hash FROM customer WHERE {condition}"
    );
    tx.query_one(&sql, parameters, |row| {
        Ok(Customer {
            id: row.text(0)?,
            name: row.text(1)?,
            name_th: row.text(2)?,
            national_id: row.text(3)?,
            birth_date: row.text(4)?,
            mobile: row.optional_text(5)?,
            card_account: row.optional_text(6)?,
            password_hash: row.blob(7)?,
            card_pin_hash: row.optional_blob(8)?,
            app_pin_hash: row.optional_blob(9)?,
        })
    })
}
