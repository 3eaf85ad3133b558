//! The parties of this gateway: the hub, the bank that asks for merchants, the banks that printed the slips, and the members that
//! the hub knows.

use super::{
    behaviour::{Behaviour, FICTIONAL},
    book, keys,
    member::{self, KeptMember, NewMember},
    operator::OPERATOR,
};
use crate::store::{StoreError, Tx};
use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD as BASE64_URL};
use jiff::Timestamp;
use satang_core::Entropy;
use satang_jose::SigningKey;
use satang_schema::{Secret, slip_verification::BankCode};
use satang_slip_verification::interbank::{HUB, Service};
use uuid::Uuid;

/// The bank that asks the hub for its merchants.
pub(crate) const SERVICE_BANK: &str = "004";
/// The bank behind a sponsor that has no such service: fictional.
pub(crate) const SPONSORED: &str = "998";

/// The banks that are played here at first.
const PLAYED: [(&str, &str); 5] = [
    ("002", "Bangkok Bank"),
    (SERVICE_BANK, "Kasikornbank"),
    ("014", "Siam Commercial Bank"),
    ("025", "Bank of Ayudhya"),
    (FICTIONAL, "Fictional Bank"),
];

/// All parties, as the store has them.
pub(crate) struct Parties {
    pub(super) hub: SigningKey,
    pub(super) service_bank: Asking,
    pub(super) issuers: Vec<Issuing>,
    /// Who is asked about mobile numbers.
    pub(super) operator: Issuing,
    pub(super) members: Vec<KeptMember>,
    /// Banks whose slips are asked about at another one, or nowhere.
    pub(super) routes: Vec<(BankCode, Option<BankCode>)>,
    /// The tokens that members have used last, which a restart must not make good again.
    pub(super) used: Vec<(BankCode, Uuid)>,
}

/// The bank that asks.
pub(super) struct Asking {
    pub(super) key: SigningKey,
    /// Its key and secret for the hub.
    pub(super) api: (Secret, Secret),
}

/// A bank that answers.
pub(super) struct Issuing {
    pub(super) bank: BankCode,
    pub(super) key: SigningKey,
    pub(super) behaviour: Behaviour,
}

impl Parties {
    /// The parties of a store, made in one that has none yet.
    pub(crate) fn load(tx: &mut Tx<'_>, entropy: &dyn Entropy, now: Timestamp) -> Result<Self, StoreError> {
        seed(tx, now)?;
        let hub = keys::of(tx, HUB, entropy, now)?;
        let key = keys::of(tx, SERVICE_BANK, entropy, now)?;
        let api = credentials(tx, &key, entropy, now)?;
        let rows =
            tx.query("SELECT bank, behaviour, parameter FROM issuer ORDER BY bank LIMIT 1000", &[], |row| {
                let behaviour = Behaviour::read(&row.text(1)?, row.optional_text(2)?.as_deref());
                Ok((bank(&row.text(0)?)?, behaviour.ok_or_else(unreadable)?))
            })?;
        let mut issuers = Vec::with_capacity(rows.len());
        for (bank, behaviour) in rows {
            let key = keys::of(tx, bank.as_str(), entropy, now)?;
            issuers.push(Issuing { bank, key, behaviour });
        }
        let routes =
            tx.query("SELECT bank, to_bank FROM hub_route ORDER BY bank LIMIT 1000", &[], |row| {
                Ok((bank(&row.text(0)?)?, row.optional_text(1)?.as_deref().map(bank).transpose()?))
            })?;
        let operator = Issuing {
            bank: bank(OPERATOR)?,
            key: keys::of(tx, OPERATOR, entropy, now)?,
            behaviour: Behaviour::Normal,
        };
        let service_bank = Asking { key, api };
        let (members, used) = (member::all(tx)?, book::used(tx)?);
        Ok(Self { hub, service_bank, issuers, operator, members, routes, used })
    }
}

/// The banks that are played, and the route that leads nowhere, in a store that does not have them.
fn seed(tx: &mut Tx<'_>, now: Timestamp) -> Result<(), StoreError> {
    let is_seeded = tx.query_one("SELECT 1 FROM issuer LIMIT 1", &[], |_| Ok(()))?.is_some();
    if is_seeded {
        return Ok(());
    }
    for (bank, name) in PLAYED {
        let sql = "INSERT INTO issuer (bank, name, behaviour, created_at) VALUES ($1, $2, 'NORMAL', $3)";
        tx.execute(sql, &[bank.into(), name.into(), now.as_microsecond().into()])?;
    }
    tx.execute("INSERT INTO hub_route (bank) VALUES ($1)", &[SPONSORED.into()])?;
    Ok(())
}

/// What the service bank proves itself with to the hub; it becomes a member when it first gets them.
fn credentials(
    tx: &mut Tx<'_>,
    key: &SigningKey,
    entropy: &dyn Entropy,
    now: Timestamp,
) -> Result<(Secret, Secret), StoreError> {
    let sql = "SELECT api_key, api_secret FROM service_bank WHERE bank = $1";
    let kept = tx.query_one(sql, &[SERVICE_BANK.into()], |row| Ok((row.text(0)?, row.text(1)?)))?;
    let (api_key, api_secret) = match kept {
        Some(kept) => kept,
        None => {
            let made = (random(entropy), random(entropy));
            let sql =
                "INSERT INTO service_bank (bank, api_key, api_secret, created_at) VALUES ($1, $2, $3, $4)";
            let now_micros = now.as_microsecond().into();
            tx.execute(sql, &[SERVICE_BANK.into(), (&made.0).into(), (&made.1).into(), now_micros])?;
            let jwks = keys::public(key).map_err(|_| unreadable())?.to_jwks();
            let new = NewMember {
                bank: SERVICE_BANK,
                name: "Kasikornbank",
                api_key: &made.0,
                api_secret: &made.1,
                jwks: &jwks,
                issuer_url: None,
                services: &Service::ALL,
            };
            member::join(tx, &new, now)?;
            made
        }
    };
    let secret = |text: String| text.parse().map_err(|_| unreadable());
    Ok((secret(api_key)?, secret(api_secret)?))
}

fn random(entropy: &dyn Entropy) -> String {
    let mut bytes = [0; 24];
    entropy.fill(&mut bytes);
    BASE64_URL.encode(bytes)
}

fn bank(text: &str) -> Result<BankCode, StoreError> {
    text.parse().map_err(|_| unreadable())
}

fn unreadable() -> StoreError {
    StoreError::statement("what is stored of a party cannot be read")
}
