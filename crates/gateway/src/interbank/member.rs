//! Members of the hub, as the store has them.

use crate::{
    partner::hash,
    store::{Row, StoreError, Tx},
};
use jiff::Timestamp;
use satang_jose::{
    Imported, KeySet,
    SignatureAlgorithm::{Es256, Ps256, Rs256},
};
use satang_schema::slip_verification::BankCode;
use satang_slip_verification::interbank::{AnswerVerifier, ApiCredentials, Member, Proof, Service};

/// A member that has not left.
#[derive(Clone)]
pub(crate) struct KeptMember {
    pub(crate) bank: BankCode,
    credentials: ApiCredentials,
    jwks: String,
    /// Where it is asked about its own slips, if it is.
    pub(crate) issuer_url: Option<String>,
    services: Vec<Service>,
}

/// A member to be taken.
pub(crate) struct NewMember<'a> {
    pub(crate) bank: &'a str,
    pub(crate) name: &'a str,
    pub(crate) api_key: &'a str,
    pub(crate) api_secret: &'a str,
    /// Its public keys, as a JSON Web Key Set.
    pub(crate) jwks: &'a str,
    pub(crate) issuer_url: Option<&'a str>,
    pub(crate) services: &'a [Service],
}

impl KeptMember {
    /// The member as the hub knows it.
    pub(super) fn seated(&self) -> Result<Member, satang_jose::Error> {
        let proof = Proof::Api(self.credentials.clone());
        let member = Member::new(self.bank.clone(), proof, keys(&self.jwks)?)?;
        Ok(self.services.iter().fold(member, |member, service| member.subscribed_to(*service)))
    }

    /// What verifies the answers of the member as an issuer.
    pub(super) fn signatures(&self) -> Result<AnswerVerifier, satang_jose::Error> {
        AnswerVerifier::new(keys(&self.jwks)?)
    }
}

/// Whether a bank of this code could be a member with these keys.
///
/// # Errors
/// Why not.
pub(crate) fn check_keys(bank: &BankCode, jwks: &str) -> Result<(), satang_jose::Error> {
    let proof = Proof::Api(ApiCredentials::from_digests([0; 32], [0; 32]));
    Member::new(bank.clone(), proof, keys(jwks)?).map(drop)
}

/// The names of the keys.
pub(crate) fn key_identifications(jwks: &str) -> Vec<String> {
    let keys = keys(jwks).ok();
    let names = keys.iter().flat_map(KeySet::iter).filter_map(|key| key.key_id());
    names.map(str::to_owned).collect()
}

fn keys(jwks: &str) -> Result<KeySet, satang_jose::Error> {
    let Imported { keys, .. } = KeySet::from_jwks(jwks.as_bytes(), &[Rs256, Ps256, Es256])?;
    Ok(keys)
}

/// Takes a member, also one that has left.
pub(crate) fn join(tx: &mut Tx<'_>, new: &NewMember<'_>, now: Timestamp) -> Result<(), StoreError> {
    let [key, secret] = [new.api_key, new.api_secret].map(|text| hash(text.as_bytes()));
    tx.execute(
        "INSERT INTO hub_member (bank, name, key_hash, secret_hash, jwks, issuer_url, joined_at)
         VALUES ($1, $2, $3, $4, $5, $6, $7)
         ON CONFLICT (bank) DO UPDATE SET name = excluded.name, key_hash = excluded.key_hash,
             secret_hash = excluded.secret_hash, jwks = excluded.jwks, issuer_url = excluded.issuer_url,
             joined_at = excluded.joined_at, left_at = NULL",
        &[
            new.bank.into(),
            new.name.into(),
            (&key).into(),
            (&secret).into(),
            new.jwks.into(),
            new.issuer_url.into(),
            now.as_microsecond().into(),
        ],
    )?;
    for service in new.services {
        subscribe(tx, new.bank, *service, now)?;
    }
    Ok(())
}

/// Lets a member go, from all services.
pub(crate) fn leave(tx: &mut Tx<'_>, bank: &str, now: Timestamp) -> Result<(), StoreError> {
    tx.execute("DELETE FROM hub_subscription WHERE member = $1", &[bank.into()])?;
    let sql = "UPDATE hub_member SET left_at = $1 WHERE bank = $2";
    tx.execute(sql, &[now.as_microsecond().into(), bank.into()])?;
    Ok(())
}

pub(crate) fn subscribe(
    tx: &mut Tx<'_>,
    bank: &str,
    service: Service,
    now: Timestamp,
) -> Result<(), StoreError> {
    let sql = "INSERT INTO hub_subscription (member, service, subscribed_at) VALUES ($1, $2, $3)
         ON CONFLICT DO NOTHING";
    tx.execute(sql, &[bank.into(), service.as_str().into(), now.as_microsecond().into()])?;
    Ok(())
}

pub(crate) fn unsubscribe(tx: &mut Tx<'_>, bank: &str, service: Service) -> Result<(), StoreError> {
    let sql = "DELETE FROM hub_subscription WHERE member = $1 AND service = $2";
    tx.execute(sql, &[bank.into(), service.as_str().into()])?;
    Ok(())
}

/// Whether this bank is a member now.
pub(crate) fn is_there(tx: &mut Tx<'_>, bank: &str) -> Result<bool, StoreError> {
    let sql = "SELECT 1 FROM hub_member WHERE bank = $1 AND left_at IS NULL";
    Ok(tx.query_one(sql, &[bank.into()], |_| Ok(()))?.is_some())
}

/// All members that have not left.
pub(super) fn all(tx: &mut Tx<'_>) -> Result<Vec<KeptMember>, StoreError> {
    let sql = format!("SELECT {COLUMNS} FROM hub_member WHERE left_at IS NULL ORDER BY bank LIMIT 1000");
    let mut members = tx.query(&sql, &[], read)?;
    for member in &mut members {
        member.services = services(tx, member.bank.as_str())?;
    }
    Ok(members)
}

/// The member of this code, unless it has left.
pub(crate) fn find(tx: &mut Tx<'_>, bank: &str) -> Result<Option<KeptMember>, StoreError> {
    let sql = format!("SELECT {COLUMNS} FROM hub_member WHERE bank = $1 AND left_at IS NULL");
    let Some(mut member) = tx.query_one(&sql, &[bank.into()], read)? else { return Ok(None) };
    member.services = services(tx, bank)?;
    Ok(Some(member))
}

/// The services to which a bank has subscribed. One that this program does not know is none.
pub(crate) fn services(tx: &mut Tx<'_>, bank: &str) -> Result<Vec<Service>, StoreError> {
    let sql = "SELECT service FROM hub_subscription WHERE member = $1 ORDER BY service LIMIT 100";
    let names = tx.query(sql, &[bank.into()], |row| row.text(0))?;
    Ok(names.iter().filter_map(|name| name.parse().ok()).collect())
}

const COLUMNS: &str = "bank, key_hash, secret_hash, jwks, issuer_url";

fn read(row: &Row<'_>) -> Result<KeptMember, StoreError> {
    let digest = |column| {
        let bytes = row.blob(column)?.try_into();
        bytes.map_err(|_| StoreError::statement("a digest has another length"))
    };
    let bank = row.text(0)?.parse();
    Ok(KeptMember {
        bank: bank.map_err(|_| StoreError::statement("a member has no bank's code"))?,
        credentials: ApiCredentials::from_digests(digest(1)?, digest(2)?),
        jwks: row.text(3)?,
        issuer_url: row.optional_text(4)?,
        services: Vec::new(),
    })
}
