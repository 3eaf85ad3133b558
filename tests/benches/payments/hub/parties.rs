//! Who takes part: the hub, a bank that answers it, and banks that ask it. All sign under one algorithm.

use satang_gateway::{
    Gateway, Options,
    store::{StoreError, Tx},
};
use satang_jose::{
    KeySet, PrivateKey,
    SignatureAlgorithm::{self, Es256, Rs256},
    SigningKey,
};
use satang_schema::slip_verification::BankCode;
use satang_slip_verification::interbank::{ApiCredentials, HUB, Member, Proof, Service};
use serde_json::{Value as Json, json};
use sha2::{Digest, Sha256};
use std::{collections::BTreeMap, error::Error, fs, net::SocketAddr, path::Path};

/// The bank that answers.
pub const ISSUER: &str = "201";
/// The banks that ask: many, since the hub remembers only so many tokens of each.
pub const MEMBERS: [&str; 8] = ["101", "102", "103", "104", "105", "106", "107", "108"];

/// The keys of all parties, by code.
pub struct Parties {
    pub algorithm: SignatureAlgorithm,
    keys: BTreeMap<String, PrivateKey>,
}

impl Parties {
    /// Makes new keys.
    pub fn new(algorithm: SignatureAlgorithm) -> Result<Self, Box<dyn Error>> {
        let make = || match algorithm {
            Rs256 => PrivateKey::generate_rsa(2048),
            _ => PrivateKey::generate_p256(),
        };
        let all = MEMBERS.into_iter().chain([HUB, ISSUER]);
        let keys = all.map(|party| Ok((party.to_owned(), make()?)));
        Ok(Self { algorithm, keys: keys.collect::<Result<_, satang_jose::Error>>()? })
    }

    /// Writes the keys where servers of this benchmark find them.
    pub fn write(&self, file: &Path) -> Result<(), Box<dyn Error>> {
        let keys: BTreeMap<_, _> =
            self.keys.iter().map(|(party, key)| (party, key.to_pem().to_string())).collect();
        Ok(fs::write(file, json!({ "algorithm": self.algorithm.name(), "keys": keys }).to_string())?)
    }

    /// Reads what was written.
    pub fn read(file: &Path) -> Result<Self, Box<dyn Error>> {
        let read: Json = serde_json::from_slice(&fs::read(file)?)?;
        let algorithm = if read["algorithm"] == "RS256" { Rs256 } else { Es256 };
        let keys = read["keys"].as_object().ok_or("there are no keys")?.iter().map(|(party, pem)| {
            Ok::<_, Box<dyn Error>>((
                party.clone(),
                PrivateKey::from_pem(pem.as_str().ok_or("a key is a text")?)?,
            ))
        });
        Ok(Self { algorithm, keys: keys.collect::<Result<_, _>>()? })
    }

    /// What a party signs with.
    pub fn key(&self, party: &str) -> Result<SigningKey, Box<dyn Error>> {
        let key = self.keys.get(party).ok_or("there is no such party")?.clone();
        Ok(SigningKey::new(key, self.algorithm)?.with_key_id(&format!("{party}-1"))?)
    }

    /// What verifies its signatures.
    pub fn public(&self, party: &str) -> Result<KeySet, Box<dyn Error>> {
        Ok(KeySet::new([self.key(party)?.verifying_key().clone()])?)
    }

    /// A bank that asks, as the hub knows it.
    pub fn member(&self, bank: &str) -> Result<Member, Box<dyn Error>> {
        let code: BankCode = bank.parse().map_err(|_| "a bank has three digits")?;
        let proof = Proof::Api(ApiCredentials::new(&api_key(bank), &api_secret(bank)));
        Ok(Member::new(code, proof, self.public(bank)?)?.subscribed_to(Service::TransactionVerification))
    }

    /// Makes a store in which these parties are the members, the hub has its key, and the issuer is asked at its address.
    pub async fn move_in(&self, data: &Path, issuer: SocketAddr) -> Result<(), Box<dyn Error>> {
        let hub = self.keys.get(HUB).ok_or("there is no hub")?.to_der();
        let mut members = Vec::new();
        for bank in MEMBERS.into_iter().chain([ISSUER]) {
            members.push((bank, self.public(bank)?.to_jwks()));
        }
        let (algorithm, url) = (self.algorithm.name(), format!("http://{issuer}"));
        let gateway = Gateway::open(&Options::new(data)).await?;
        let work = move |tx: &mut Tx<'_>| {
            let sql = "UPDATE party_key SET algorithm = $1, private_key = $2 WHERE party = $3";
            tx.execute(sql, &[algorithm.into(), hub.as_slice().into(), HUB.into()])?;
            members.iter().try_for_each(|(bank, jwks)| {
                join(tx, bank, jwks, Some(url.as_str()).filter(|_| *bank == ISSUER))
            })
        };
        gateway.store().write::<_, StoreError, _>(work).await?;
        Ok(gateway.close().await?)
    }
}

/// What a bank sends as `API-Key`.
pub fn api_key(bank: &str) -> String {
    format!("key-of-{bank}")
}

/// What it sends as `API-Secret`.
pub fn api_secret(bank: &str) -> String {
    format!("secret-of-{bank}")
}

fn join(tx: &mut Tx<'_>, bank: &str, jwks: &str, url: Option<&str>) -> Result<(), StoreError> {
    let [key, secret]: [[u8; 32]; 2] =
        [api_key(bank), api_secret(bank)].map(|text| Sha256::digest(text.as_bytes()).into());
    let sql = "INSERT INTO hub_member (bank, name, key_hash, secret_hash, jwks, issuer_url, joined_at)
        VALUES ($1, $1, $2, $3, $4, $5, 0)";
    tx.execute(sql, &[bank.into(), (&key).into(), (&secret).into(), jwks.into(), url.into()])?;
    let sql = "INSERT INTO hub_subscription (member, service, subscribed_at) VALUES ($1, $2, 0)";
    tx.execute(sql, &[bank.into(), Service::TransactionVerification.as_str().into()])?;
    Ok(())
}
