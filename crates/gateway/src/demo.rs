//! The demo partner: what a first call finds on a new machine.
//!
//! | what | value |
//! | --- | --- |
//! | client id, client secret | [`CLIENT_ID`], [`CLIENT_SECRET`] |
//! | signature key (`keyId="client-secret"`), API key | [`SIGNATURE_KEY`], [`API_KEY`] |
//! | key of the [control API](crate::Control), on a loopback address only | [`ADMIN_KEY`] |
//! | creditor account | [`CREDITOR_ACCOUNT`], open, empty |
//! | drawer accounts and their tokens | [`DRAWERS`] |
//!
//! Every way in which a payment can be rejected has its data: a [drawer](DRAWERS) without money (`AM04`), with a closed
//! (`AC04`) or a blocked account (`AC06`), with a low limit (`AM14`), with a suspended token (`MD01`); any other account
//! as creditor is `AC03`.

use crate::{
    ledger::{self, Entry, LedgerError, NewAccount, Posting},
    partner::{self, Agreement, CallbackProfile, NewPartner},
    store::{StoreError, Tx},
};
use jiff::Timestamp;
use satang_schema::Satang;
use uuid::Uuid;

/// The client id.
pub const CLIENT_ID: &str = "demo-partner";
/// The client secret.
pub const CLIENT_SECRET: &str = "demo-secret";
/// The key of HTTP signatures.
pub const SIGNATURE_KEY: &str = "demo-signature-key";
/// The API key.
pub const API_KEY: &str = "demo-api-key";
/// The key of the control API: only where nobody but this machine can reach it.
pub const ADMIN_KEY: &str = "demo-admin-key";
/// Where the demo partner collects.
pub const CREDITOR_ACCOUNT: &str = "0457262823";
/// Where customers' browsers are sent back to.
pub const REDIRECT_URI: &str = "http://127.0.0.1:8701/registered";
/// Where the demo partner is called back: where `satang listen` listens.
pub const CALLBACK_URL: &str = "http://127.0.0.1:8701/direct-debit/registration";
/// Where the money of all others comes from: the only account that may be overdrawn without bound.
pub const FUNDING_ACCOUNT: &str = "0000000001";

/// A customer of the demo partner.
#[derive(Clone, Copy, Debug)]
pub struct Drawer {
    /// The customer's account.
    pub account: &'static str,
    /// The token of the customer's registration.
    pub token: &'static str,
    /// What the account holds at first, in satang.
    pub balance: i64,
    /// `OPEN`, `BLOCKED` or `CLOSED`.
    pub account_status: &'static str,
    /// `ACTV`, or a status in which the token cannot be charged.
    pub token_status: &'static str,
    /// The most that one payment may take, in satang, unless the gateway's own limit holds.
    pub maximum: Option<i64>,
}

const fn drawer(account: &'static str, token: &'static str) -> Drawer {
    let balance = Satang::from_baht(1_000_000).0;
    Drawer { account, token, balance, account_status: "OPEN", token_status: "ACTV", maximum: None }
}

/// The customers; the first is the one whose payments succeed.
pub const DRAWERS: [Drawer; 6] = [
    Drawer {
        balance: Satang::from_baht(100_000_000).0,
        ..drawer("7770011555", "06252dbc-0a4c-437f-b718-f2aa836b10b3")
    },
    // AM04
    Drawer { balance: 0, ..drawer("7770011556", "a0000000-0000-4000-8000-00000000a404") },
    // AC04
    Drawer { account_status: "CLOSED", ..drawer("7770011557", "a0000000-0000-4000-8000-00000000ac04") },
    // AC06
    Drawer { account_status: "BLOCKED", ..drawer("7770011558", "a0000000-0000-4000-8000-00000000ac06") },
    // AM14
    Drawer {
        maximum: Some(Satang::from_baht(100).0),
        ..drawer("7770011559", "a0000000-0000-4000-8000-00000000a414")
    },
    // MD01
    Drawer { token_status: "SUSP", ..drawer("7770011560", "a0000000-0000-4000-8000-00000000d001") },
];

/// Puts the demo partner into a store that does not have it: all of it or, when somebody else's account has one of its
/// numbers, nothing. Its secret is public and must not open what is not its own.
pub(crate) fn seed(tx: &mut Tx<'_>, now: Timestamp, posting: Uuid) -> Result<(), LedgerError> {
    if partner::find(tx, CLIENT_ID)?.is_some() {
        return Ok(());
    }
    let new = NewPartner {
        client_id: CLIENT_ID.into(),
        name: "Demo Partner".into(),
        secret: CLIENT_SECRET.into(),
        signature_key: SIGNATURE_KEY.into(),
        api_key: API_KEY.into(),
    };
    partner::insert(tx, &new, now)?;
    accounts(tx, now, posting)?;
    DRAWERS.iter().try_for_each(|drawer| register(tx, drawer, now))?;
    let agreement = Agreement {
        registration_account: Some(CREDITOR_ACCOUNT.into()),
        redirect_uris: vec![REDIRECT_URI.into()],
        callback_url: Some(CALLBACK_URL.into()),
        callback_profile: CallbackProfile::Signature,
    };
    partner::agree(tx, CLIENT_ID, &agreement)?;
    Ok(())
}

fn accounts(tx: &mut Tx<'_>, now: Timestamp, posting: Uuid) -> Result<(), LedgerError> {
    let at_micros = now.as_microsecond();
    let open = NewAccount { number: "", owner_name: "", partner: None, minimum_balance: Some(0), at_micros };
    let funding =
        NewAccount { number: FUNDING_ACCOUNT, owner_name: "Funding", minimum_balance: None, ..open };
    ledger::open_account(tx, funding)?;
    let creditor =
        NewAccount { number: CREDITOR_ACCOUNT, owner_name: "Demo Partner", partner: Some(CLIENT_ID), ..open };
    ledger::open_account(tx, creditor)?;
    for drawer in &DRAWERS {
        ledger::open_account(tx, NewAccount { number: drawer.account, owner_name: "Demo Customer", ..open })?;
    }
    let funded = DRAWERS.iter().filter(|drawer| drawer.balance > 0);
    let given: i64 = funded.clone().map(|drawer| drawer.balance).sum();
    let mut entries = vec![Entry { account: FUNDING_ACCOUNT, amount: -given }];
    entries.extend(funded.map(|drawer| Entry { account: drawer.account, amount: drawer.balance }));
    ledger::post(
        tx,
        Posting { id: posting, kind: "funding", reference: "demo", at_micros, entries: &entries },
    )
}

fn register(tx: &mut Tx<'_>, drawer: &Drawer, now: Timestamp) -> Result<(), StoreError> {
    let now = now.as_microsecond();
    tx.execute(
        "UPDATE account SET status = $1 WHERE number = $2",
        &[drawer.account_status.into(), drawer.account.into()],
    )?;
    tx.execute(
        "INSERT INTO registration (id, token, partner, channel, drawer_account, creditor_account, status, status_at,
             maximum_amount, created_at, updated_at)
         VALUES ($1, $2, $3, 'BRANCH', $4, $5, $6, $7, $8, $9, $10)",
        &[
            drawer.token.into(),
            drawer.token.into(),
            CLIENT_ID.into(),
            drawer.account.into(),
            CREDITOR_ACCOUNT.into(),
            drawer.token_status.into(),
            now.into(),
            drawer.maximum.into(),
            now.into(),
            now.into(),
        ],
    )?;
    Ok(())
}
