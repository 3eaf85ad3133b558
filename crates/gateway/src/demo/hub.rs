//! The demo of slip verification: merchants who ask, members that a developer can play, and slips to ask about.
//!
//! | merchant | key | what happens |
//! | --- | --- | --- |
//! | `demo-merchant` | `demo-merchant-key` | asks as often as it likes |
//! | `demo-stall` | `demo-stall-key` | asks three times a day, then 429 |
//!
//! Both members sign with [`MEMBER_KEY`] under RS256; the `kid` is the code and `-1`:
//!
//! | member | API key | API secret | what happens |
//! | --- | --- | --- | --- |
//! | `901` | `demo-member-key` | `demo-member-secret` | asks |
//! | `902` | `demo-idle-key` | `demo-idle-secret` | has not subscribed: 6403 |
//!
//! Slips, dated when the store is first opened, each paid to [`SHOP_ACCOUNT`] at 004:
//!
//! | bank | reference | paid | amount | what happens |
//! | --- | --- | --- | --- | --- |
//! | `014` | `00111222233344ABCD12` | an hour ago | 100.00 | found |
//! | `002` | `2026030109000000000000001` | an hour ago | 45.50 | found |
//! | `004` | `016060090000DEM00001` | an hour ago | 10.04 | found |
//! | `025` | `BAY0000000000000000DEMO01` | an hour ago | 1250.00 | found |
//! | `002` | `2026022209000000000000007` | seven days ago | 7.00 | found until midnight |
//! | `002` | `2026022109000000000000008` | eight days ago | 8.00 | too old: 8404 |

use crate::{
    interbank::{
        SERVICE_BANK,
        member::{self, NewMember},
        merchant::{self, NewMerchant},
    },
    slip,
    store::{StoreError, Tx},
};
use jiff::{SignedDuration, Timestamp};
use satang_jose::{KeySet, PrivateKey, SignatureAlgorithm::Rs256, SigningKey};
use satang_slip_verification::interbank::{KeptParty, KeptTransaction, Service};

/// The key of the merchant whose questions are answered.
pub const MERCHANT_KEY: &str = "demo-merchant-key";
/// That merchant.
pub const MERCHANT: &str = "demo-merchant";
/// The key of a merchant who may ask three times a day.
pub const STALL_KEY: &str = "demo-stall-key";
/// That merchant.
pub const STALL: &str = "demo-stall";
/// How often it may ask.
pub const STALL_QUOTA: i64 = 3;
/// The private key of both demo members: PEM (PKCS#8), RSA of 2048 bits. Everybody has it, so it proves nothing.
pub const MEMBER_KEY: &str = include_str!("member-key.pem");
/// Where all demo slips were paid to, at [004](SHOP_BANK).
pub const SHOP_ACCOUNT: &str = "1234514110";
/// The bank of the account.
pub const SHOP_BANK: &str = SERVICE_BANK;

/// A bank that a developer can play.
#[derive(Clone, Copy, Debug)]
pub struct DemoMember {
    /// The code.
    pub bank: &'static str,
    /// For people.
    pub name: &'static str,
    /// What it sends as `API-Key`.
    pub api_key: &'static str,
    /// What it sends as `API-Secret`.
    pub api_secret: &'static str,
    /// Whether it has subscribed.
    pub is_subscribed: bool,
}

/// The demo members; the first is the one whose questions are answered.
pub const MEMBERS: [DemoMember; 2] = [
    DemoMember {
        bank: "901",
        name: "Demo Member",
        api_key: "demo-member-key",
        api_secret: "demo-member-secret",
        is_subscribed: true,
    },
    // 6403
    DemoMember {
        bank: "902",
        name: "Demo Member without a Subscription",
        api_key: "demo-idle-key",
        api_secret: "demo-idle-secret",
        is_subscribed: false,
    },
];

/// A slip to ask about.
#[derive(Clone, Copy, Debug)]
pub struct DemoSlip {
    /// The bank that printed it.
    pub bank: &'static str,
    /// Its reference.
    pub reference: &'static str,
    /// How many days before the store was first opened it was paid; 0 for an hour.
    pub days_ago: i32,
    /// How much, in baht.
    pub amount: &'static str,
}

const fn slip(bank: &'static str, reference: &'static str, amount: &'static str) -> DemoSlip {
    DemoSlip { bank, reference, days_ago: 0, amount }
}

/// The demo slips; the first is the one of the examples.
pub const SLIPS: [DemoSlip; 6] = [
    slip("014", "00111222233344ABCD12", "100.00"),
    slip("002", "2026030109000000000000001", "45.50"),
    slip("004", "016060090000DEM00001", "10.04"),
    slip("025", "BAY0000000000000000DEMO01", "1250.00"),
    DemoSlip { days_ago: 7, ..slip("002", "2026022209000000000000007", "7.00") },
    DemoSlip { days_ago: 8, ..slip("002", "2026022109000000000000008", "8.00") },
];

/// Puts the demo members and slips into a store that does not have them.
pub(super) fn seed(tx: &mut Tx<'_>, now: Timestamp) -> Result<(), StoreError> {
    let sql = "SELECT 1 FROM hub_member WHERE bank = $1";
    for member in &MEMBERS {
        if tx.query_one(sql, &[member.bank.into()], |_| Ok(()))?.is_none() {
            join(tx, member, now)?;
        }
    }
    for slip in &SLIPS {
        slip::insert(tx, &kept(slip, now).ok_or_else(unusable)?, None, now)?;
    }
    Ok(())
}

/// Puts the demo merchants into a store that does not have them, once there is a bank that asks for them.
pub(crate) fn seed_merchants(tx: &mut Tx<'_>, now: Timestamp) -> Result<(), StoreError> {
    for (id, name, key, daily_quota) in
        [(MERCHANT, "Demo Shop", MERCHANT_KEY, None), (STALL, "Demo Stall", STALL_KEY, Some(STALL_QUOTA))]
    {
        if !merchant::is_there(tx, id)? {
            merchant::insert(tx, SERVICE_BANK, &NewMerchant { id, name, key, daily_quota }, now)?;
        }
    }
    Ok(())
}

/// Whether somebody could ask in the name of a demo merchant or member, whose secrets everybody knows.
pub(super) fn is_open(tx: &mut Tx<'_>) -> Result<bool, StoreError> {
    let sql = "SELECT 1 FROM merchant WHERE id = $1 AND status = 'ACTIVE'";
    for merchant in [MERCHANT, STALL] {
        if tx.query_one(sql, &[merchant.into()], |_| Ok(()))?.is_some() {
            return Ok(true);
        }
    }
    for member in &MEMBERS {
        if member::is_there(tx, member.bank)? {
            return Ok(true);
        }
    }
    Ok(false)
}

fn join(tx: &mut Tx<'_>, demo: &DemoMember, now: Timestamp) -> Result<(), StoreError> {
    let key = PrivateKey::from_pem(MEMBER_KEY).and_then(|key| SigningKey::new(key, Rs256));
    let key = key.and_then(|key| key.with_key_id(&format!("{}-1", demo.bank)));
    let keys = key.and_then(|key| KeySet::new([key.verifying_key().clone()]));
    let new = NewMember {
        bank: demo.bank,
        name: demo.name,
        api_key: demo.api_key,
        api_secret: demo.api_secret,
        jwks: &keys.map_err(|_| unusable())?.to_jwks(),
        issuer_url: None,
        services: if demo.is_subscribed { &Service::ALL } else { &[] },
    };
    member::join(tx, &new, now)
}

fn kept(slip: &DemoSlip, now: Timestamp) -> Option<KeptTransaction> {
    let ago = match slip.days_ago {
        0 => SignedDuration::from_hours(1),
        days => SignedDuration::from_hours(24 * i64::from(days)),
    };
    let party = |thai: &str, name: &str, account: &str| KeptParty {
        display_name: thai.parse().ok(),
        name: name.parse().ok(),
        account: Some(account.to_owned()),
        proxy: None,
    };
    Some(KeptTransaction {
        sending_bank: slip.bank.parse().ok()?,
        trans_ref: slip.reference.parse().ok()?,
        receiving_bank: SHOP_BANK.parse().ok(),
        at: now.checked_sub(ago).ok()?,
        amount: slip.amount.parse().ok()?,
        sender: party("นาย สมชาย จ", "MR. SOMCHAI J", "7770022950"),
        receiver: party("ร้านตัวอย่าง", "DEMO SHOP", SHOP_ACCOUNT),
        references: [None, None, None],
    })
}

fn unusable() -> StoreError {
    StoreError::statement("the demo of the hub cannot be used")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_demo_stands_in_the_documentation() {
        let mut rows: Vec<String> =
            vec![format!("| `{MERCHANT}` | `{MERCHANT_KEY}` |"), format!("| `{STALL}` | `{STALL_KEY}` |")];
        rows.extend(MEMBERS.iter().map(|member| {
            let DemoMember { bank, api_key, api_secret, .. } = member;
            format!("| `{bank}` | `{api_key}` | `{api_secret}` |")
        }));
        rows.extend(SLIPS.iter().map(|slip| format!("| `{}` | `{}` |", slip.bank, slip.reference)));
        for document in [include_str!("hub.rs"), include_str!("../../../../docs/slip-hub.md")] {
            for row in &rows {
                assert!(document.contains(row), "{row}");
            }
        }
    }
}
