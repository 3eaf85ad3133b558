//! Filers: who may file, and what they sign with.

use crate::{
    pepper::Pepper,
    store::{Row, StoreError, Tx},
};
use jiff::Timestamp;
use std::fmt;

/// A filer as the store knows it.
pub(crate) struct Filer {
    pub(super) username: String,
    /// The sender code.
    pub(super) sender: String,
    pub(super) is_active: bool,
    service: (Option<i64>, Option<i64>),
    pub(super) certificates: Vec<Registered>,
}

/// A certificate that a filer signs with.
pub(super) struct Registered {
    pub(super) der: Vec<u8>,
    pub(super) is_revoked: bool,
}

impl Filer {
    /// Whether the filer is served at this time.
    pub(super) fn is_served_at(&self, now: Timestamp) -> bool {
        let now = now.as_microsecond();
        let (from, until) = self.service;
        from.is_none_or(|from| from <= now) && until.is_none_or(|until| now < until)
    }
}

impl fmt::Debug for Filer {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Filer").field("username", &self.username).finish_non_exhaustive()
    }
}

/// A filer to be admitted.
pub(crate) struct NewFiler<'a> {
    /// Up to 20 characters.
    pub(crate) username: &'a str,
    pub(crate) password: &'a str,
    /// For people.
    pub(crate) name: &'a str,
    /// The sender code, up to 20 characters.
    pub(crate) sender: &'a str,
    /// 13 digits.
    pub(crate) tax_id: &'a str,
    pub(crate) is_active: bool,
    /// When service to it ends, if it does.
    pub(crate) service_until: Option<Timestamp>,
    pub(crate) certificates: &'a [NewCertificate],
}

/// A certificate to be registered.
pub(crate) struct NewCertificate {
    pub(crate) der: Vec<u8>,
    pub(crate) is_revoked: bool,
}

pub(crate) fn insert(
    tx: &mut Tx<'_>,
    pepper: &Pepper,
    new: &NewFiler<'_>,
    now: Timestamp,
) -> Result<(), StoreError> {
    let password_hash = pepper.hash(&words(new.username, new.password));
    let status = if new.is_active { "ACTIVE" } else { "SUSPENDED" };
    tx.execute(
        "INSERT INTO filer (username, name, sender, tax_id, password_hash, status, service_until, created_at)
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8)",
        &[
            new.username.into(),
            new.name.into(),
            new.sender.into(),
            new.tax_id.into(),
            (&password_hash).into(),
            status.into(),
            new.service_until.map(Timestamp::as_microsecond).into(),
            now.as_microsecond().into(),
        ],
    )?;
    for (position, certificate) in (1_i64..).zip(new.certificates) {
        let status = if certificate.is_revoked { "REVOKED" } else { "ACTIVE" };
        tx.execute(
            "INSERT INTO filer_certificate (filer, position, der, status, created_at) VALUES ($1, $2, $3, $4, $5)",
            &[
                new.username.into(),
                position.into(),
                certificate.der.as_slice().into(),
                status.into(),
                now.as_microsecond().into(),
            ],
        )?;
    }
    Ok(())
}

pub(super) fn find(tx: &mut Tx<'_>, username: &str) -> Result<Option<Filer>, StoreError> {
    let sql = "SELECT username, sender, status, service_from, service_until FROM filer WHERE username = $1";
    let Some(mut filer) = tx.query_one(sql, &[username.into()], from_row)? else { return Ok(None) };
    filer.certificates = tx.query(
        "SELECT der, status FROM filer_certificate WHERE filer = $1 ORDER BY position LIMIT 16",
        &[username.into()],
        |row| Ok(Registered { der: row.blob(0)?, is_revoked: row.text(1)? != "ACTIVE" }),
    )?;
    Ok(Some(filer))
}

fn from_row(row: &Row<'_>) -> Result<Filer, StoreError> {
    Ok(Filer {
        username: row.text(0)?,
        sender: row.text(1)?,
        is_active: row.text(2)? == "ACTIVE",
        service: (row.optional_int(3)?, row.optional_int(4)?),
        certificates: Vec::new(),
    })
}

/// Whether there is a filer of this name.
pub(crate) fn is_there(tx: &mut Tx<'_>, username: &str) -> Result<bool, StoreError> {
    let sql = "SELECT 1 FROM filer WHERE username = $1";
    Ok(tx.query_one(sql, &[username.into()], |_| Ok(()))?.is_some())
}

/// What a password's hash is of.
pub(super) fn words<'a>(username: &'a str, password: &'a str) -> [&'a str; 3] {
    ["filer", username, password]
}
