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
//!
//! Every way in which a registration can fail has its data as well. All [customers](CUSTOMERS) have the password
//! [`PASSWORD`], the card PIN [`CARD_PIN`] and the app PIN [`APP_PIN`]:
//!
//! | user name | national id | born | card | accounts | what happens |
//! | --- | --- | --- | --- | --- | --- |
//! | `somchai` | `1101000000017` | 1990-05-20 | `4999990000000015` | `7770011555`, `7770011556` | registers |
//! | `malee` | `3101000000021` | 1985-11-02 | `4999990000000023` | `7770011559`, `7770011560` | has no mobile number: with the card `BE18` |
//! | `prasert` | `5101000000036` | 1978-01-31 | `4999990000000031` | `7770011558`, blocked | `AC06` |
//! | `wipa` | `1101000000041` | 1999-09-09 | `4999990000000049` | `7770011557`, closed | `AC04` |

mod filer;
mod hub;

pub use filer::{
    DemoFiler, EXPIRED_CERTIFICATE, FILER, FILER_CERTIFICATE, FILER_KEY, FILER_PASSWORD, FILER_SENDER,
    FILERS, REVOKED_CERTIFICATE, UNREGISTERED_CERTIFICATE,
};

pub(crate) use hub::seed_merchants;
pub use hub::{
    DemoMember, DemoSlip, MEMBER_KEY, MEMBERS, MERCHANT, MERCHANT_KEY, SHOP_ACCOUNT, SHOP_BANK, SLIPS, STALL,
    STALL_KEY, STALL_QUOTA,
};

use crate::{
    customer::{self, NewCard, NewCustomer},
    direct_debit::{self, BranchRegistration, RegistrationEvent, Why},
    ledger::{self, Entry, LedgerError, NewAccount, Posting},
    partner::{self, Agreement, CallbackProfile, NewPartner},
    pepper::Pepper,
    store::{StoreError, Tx},
};
use jiff::Timestamp;
use satang_core::Refusal;
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

/// The password of all customers for web banking.
pub const PASSWORD: &str = "demo-password";
/// The PIN of all customers' cards.
pub const CARD_PIN: &str = "123456";
/// The PIN of all customers' apps.
pub const APP_PIN: &str = "654321";

/// Somebody who can register.
#[derive(Clone, Copy, Debug)]
pub struct Customer {
    /// The name in web banking and in the app.
    pub user_name: &'static str,
    /// In Latin letters.
    pub name: &'static str,
    /// In Thai.
    pub name_th: &'static str,
    /// 13 digits, the last of which is a right check digit.
    pub national_id: &'static str,
    /// `YYYY-MM-DD`.
    pub birth_date: &'static str,
    /// Where one-time passwords would go.
    pub mobile: Option<&'static str>,
    /// 16 digits.
    pub card_number: &'static str,
    /// The card debits the first.
    pub accounts: &'static [&'static str],
}

/// The customers; the first is the one whose registrations succeed.
pub const CUSTOMERS: [Customer; 4] = [
    Customer {
        user_name: "somchai",
        name: "Somchai Jaidee",
        name_th: "สมชาย ใจดี",
        national_id: "1101000000017",
        birth_date: "1990-05-20",
        mobile: Some("0812345678"),
        card_number: "4999990000000015",
        accounts: &["7770011555", "7770011556"],
    },
    // BE18 with the card
    Customer {
        user_name: "malee",
        name: "Malee Srisuk",
        name_th: "มาลี ศรีสุข",
        national_id: "3101000000021",
        birth_date: "1985-11-02",
        mobile: None,
        card_number: "4999990000000023",
        accounts: &["7770011559", "7770011560"],
    },
    // AC06
    Customer {
        user_name: "prasert",
        name: "Prasert Boonmee",
        name_th: "ประเสริฐ บุญมี",
        national_id: "5101000000036",
        birth_date: "1978-01-31",
        mobile: Some("0823456789"),
        card_number: "4999990000000031",
        accounts: &["7770011558"],
    },
    // AC04
    Customer {
        user_name: "wipa",
        name: "Wipa Thongdee",
        name_th: "วิภา ทองดี",
        national_id: "1101000000041",
        birth_date: "1999-09-09",
        mobile: Some("0834567890"),
        card_number: "4999990000000049",
        accounts: &["7770011557"],
    },
];

/// Whether the store can be used by everybody who knows the demo.
pub(crate) fn is_open(tx: &mut Tx<'_>) -> Result<bool, StoreError> {
    Ok(partner::find(tx, CLIENT_ID)?.is_some_and(|demo| demo.is_active())
        || filer::is_open(tx)?
        || hub::is_open(tx)?)
}

/// Puts the demo filers, the demo of the hub and the demo partner into a store that does not have them: all of it or, when somebody else's
/// account has one of its numbers, nothing. Its secret is public and must not open what is not its own.
pub(crate) fn seed(
    tx: &mut Tx<'_>,
    pepper: &Pepper,
    posting: Uuid,
    now: Timestamp,
) -> Result<(), LedgerError> {
    filer::seed(tx, pepper, now)?;
    hub::seed(tx, now)?;
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
    for customer in &CUSTOMERS {
        take_in(tx, pepper, customer, now)?;
    }
    for drawer in &DRAWERS {
        block(tx, drawer)?;
        register(tx, drawer, now).map_err(|_| StoreError::statement("a demo registration was refused"))?;
    }
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

fn take_in(tx: &mut Tx<'_>, pepper: &Pepper, customer: &Customer, now: Timestamp) -> Result<(), StoreError> {
    let card = customer.accounts.first();
    let card = card.map(|account| NewCard { number: customer.card_number, pin: CARD_PIN, account });
    let new = NewCustomer {
        id: &format!("demo-{}", customer.user_name),
        name: customer.name,
        name_th: customer.name_th,
        national_id: customer.national_id,
        birth_date: customer.birth_date,
        mobile: customer.mobile,
        user_name: customer.user_name,
        password: PASSWORD,
        card,
        app_pin: Some(APP_PIN),
        accounts: customer.accounts,
    };
    customer::insert(tx, pepper, &new, now)
}

fn block(tx: &mut Tx<'_>, drawer: &Drawer) -> Result<(), StoreError> {
    let sql = "UPDATE account SET status = $1 WHERE number = $2";
    tx.execute(sql, &[drawer.account_status.into(), drawer.account.into()])?;
    Ok(())
}

fn register(tx: &mut Tx<'_>, drawer: &Drawer, now: Timestamp) -> Result<(), Refusal> {
    let registration = BranchRegistration {
        partner: CLIENT_ID,
        token: drawer.token,
        drawer_account: drawer.account,
        creditor_account: CREDITOR_ACCOUNT,
        references: (None, None),
        maximum_amount: drawer.maximum,
    };
    let registered = direct_debit::branch(tx, &registration, now)?;
    if drawer.token_status == "SUSP" {
        let event = RegistrationEvent::Suspended;
        direct_debit::change(tx, &registered.id, event, Why::NOTHING, now)?;
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn customers_have_valid_numbers_and_stand_in_the_documentation() {
        let documented = include_str!("../../../docs/direct-debit.md");
        for customer in &CUSTOMERS {
            assert_eq!(satang_validation::citizen_number(customer.national_id), Ok(()));
            let first = customer.accounts[0];
            let row = format!(
                "| `{}` | `{}` | {} | `{}` | `{first}`",
                customer.user_name, customer.national_id, customer.birth_date, customer.card_number
            );
            assert!(documented.contains(&row), "{row}");
            assert!(include_str!("demo.rs").contains(&row), "{row}");
        }
    }
}
