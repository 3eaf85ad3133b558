//! Who takes part: the hub, a bank that answers it, and banks that ask it. All sign under one algorithm.

use satang_core::sandbox;
use satang_gateway::{
    Gateway, Options, demo,
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

    /// Makes a store in which the hub has its key.
    pub async fn move_in(&self, data: &Path) -> Result<(), Box<dyn Error>> {
        let hub = self.keys.get(HUB).ok_or("there is no hub")?.to_der();
        let algorithm = self.algorithm.name();
        let gateway = Gateway::open(&Options::new(data)).await?;
        let work = move |tx: &mut Tx<'_>| {
            let sql = "UPDATE party_key SET algorithm = $1, private_key = $2 WHERE party = $3";
            tx.execute(sql, &[algorithm.into(), hub.as_slice().into(), HUB.into()])
        };
        if gateway.store().write::<_, StoreError, _>(work).await? != 1 {
            return Err("the hub has no key to be replaced".into());
        }
        Ok(gateway.close().await?)
    }

    /// Makes these parties members of the hub at a gateway, which asks the issuer at its address.
    pub async fn join(&self, gateway: SocketAddr, issuer: SocketAddr) -> Result<(), Box<dyn Error>> {
        let transport = satang_transport::Client::builder(format!("http://{gateway}"));
        let operator = sandbox::Client::new(transport.bearer_token(demo::ADMIN_KEY).build()?);
        for bank in MEMBERS.into_iter().chain([ISSUER]) {
            let jwks: Json = serde_json::from_str(&self.public(bank)?.to_jwks())?;
            let mut admission = json!({
                "bank": bank, "name": "Bank", "apiKey": api_key(bank), "apiSecret": api_secret(bank),
                "keys": jwks["keys"], "services": [Service::TransactionVerification.as_str()],
            });
            if bank == ISSUER {
                admission["issuerUrl"] = format!("http://{issuer}").into();
            }
            operator.admit_hub_member(&serde_json::from_value(admission)?).await?;
        }
        Ok(())
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
