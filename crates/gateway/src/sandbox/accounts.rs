//! Accounts: listed, opened, changed; and money that enters or leaves the bank.

use super::{
    conflict, invalid,
    listing::{Listing, Order, moment, stored},
    taken,
};
use crate::{
    account::AccountStatus as Status,
    demo, event,
    event::Event,
    idempotency,
    ledger::{self, Entry, LedgerError, NewAccount, Posting},
    partner,
    store::Tx,
};
use jiff::Timestamp;
use satang_core::{
    Operation, Refusal,
    sandbox::{FUND_ACCOUNT, WITHDRAW_FROM_ACCOUNT},
};
use satang_schema::{
    AccountNumber, DateTime, Satang,
    sandbox::{
        AccountChange, AccountDetails, AccountList, AccountOpening, AccountQuery, AccountStatus, Cursor,
        MoneyMoved, MoneyMovement,
    },
};
use satang_validation::Rule;
use serde_json::json;
use uuid::Uuid;

pub(super) fn list(tx: &mut Tx<'_>, query: &AccountQuery) -> Result<AccountList, Refusal> {
    let (accounts, next_cursor) = page(tx, query)?;
    Ok(AccountList { accounts, next_cursor })
}

fn page(tx: &mut Tx<'_>, query: &AccountQuery) -> Result<(Vec<AccountDetails>, Option<Cursor>), Refusal> {
    let columns = "owner_name, partner, status, balance, minimum_balance, created_at";
    let mut listing = Listing::new("account", columns, Order::By("number"));
    listing.equal("number", query.account_number.as_ref().map(|number| number.as_str()));
    listing.equal("partner", query.partner.as_ref().map(|partner| partner.as_str()));
    listing.page(tx, query.cursor.as_ref(), query.limit, |row| {
        Ok(AccountDetails {
            account_number: stored(&row.text(1)?)?,
            owner_name: row.text(2)?,
            partner: row.optional_text(3)?,
            status: stored(&row.text(4)?)?,
            balance: Satang(row.int(5)?),
            minimum_balance: row.optional_int(6)?.map(Satang),
            create_date_time: moment(row.int(7)?)?,
        })
    })
}

/// One account.
fn show(tx: &mut Tx<'_>, number: &AccountNumber) -> Result<AccountDetails, Refusal> {
    let query = AccountQuery { account_number: Some(number.clone()), ..AccountQuery::default() };
    let (mut accounts, _) = page(tx, &query)?;
    accounts.pop().ok_or_else(|| Refusal::not_found("no such account"))
}

pub(super) fn open(
    tx: &mut Tx<'_>,
    request: &AccountOpening,
    now: Timestamp,
) -> Result<AccountDetails, Refusal> {
    let partner = request.partner.as_ref().map(|partner| partner.as_str());
    if let Some(partner) = partner
        && partner::find(tx, partner)?.is_none()
    {
        return Err(Refusal::not_found("no such partner"));
    }
    let account = NewAccount {
        number: request.account_number.as_str(),
        owner_name: request.owner_name.as_str(),
        partner,
        minimum_balance: Some(request.minimum_balance.unwrap_or_default().0),
        at_micros: now.as_microsecond(),
    };
    match ledger::open_account(tx, account) {
        Ok(()) => {}
        Err(LedgerError::AccountExists) => return Err(taken("there is an account with this number")),
        Err(error) => return Err(failed(error)),
    }
    record(tx, "account.opened", &request.account_number, partner, now, json!({}))?;
    show(tx, &request.account_number)
}

pub(super) fn change(
    tx: &mut Tx<'_>,
    request: &AccountChange,
    now: Timestamp,
) -> Result<AccountDetails, Refusal> {
    let number = &request.account_number;
    let before = show(tx, number)?;
    if before.minimum_balance.is_none() {
        return Err(conflict("the funding account cannot be changed"));
    }
    if let Some(status) = request.status {
        let status = match status {
            AccountStatus::Open => Status::Open,
            AccountStatus::Blocked => Status::Blocked,
            AccountStatus::Closed => Status::Closed,
        };
        let sql = "UPDATE account SET status = $1 WHERE number = $2";
        tx.execute(sql, &[status.as_str().into(), number.as_str().into()])?;
    }
    if let Some(minimum) = request.minimum_balance {
        let sql = "UPDATE account SET minimum_balance = $1 WHERE number = $2";
        tx.execute(sql, &[minimum.0.into(), number.as_str().into()])?;
    }
    let after = show(tx, number)?;
    if before != after {
        let detail = json!({
            "status": after.status,
            "minimumBalance": after.minimum_balance.map(|minimum| minimum.to_string()),
        });
        record(tx, "account.changed", number, after.partner.as_deref(), now, detail)?;
    }
    Ok(after)
}

pub(super) fn fund(
    tx: &mut Tx<'_>,
    request: &MoneyMovement,
    id: Uuid,
    now: Timestamp,
) -> Result<MoneyMoved, Refusal> {
    let movement = Movement { operation: &FUND_ACCOUNT, kind: "deposit", event: "account.funded", sign: 1 };
    movement.make(tx, request, id, now)
}

pub(super) fn withdraw(
    tx: &mut Tx<'_>,
    request: &MoneyMovement,
    id: Uuid,
    now: Timestamp,
) -> Result<MoneyMoved, Refusal> {
    let operation = &WITHDRAW_FROM_ACCOUNT;
    let movement = Movement { operation, kind: "withdrawal", event: "account.withdrawn", sign: -1 };
    movement.make(tx, request, id, now)
}

/// A way of money into or out of the bank.
struct Movement {
    operation: &'static Operation,
    kind: &'static str,
    event: &'static str,
    sign: i64,
}

impl Movement {
    fn make(
        &self,
        tx: &mut Tx<'_>,
        request: &MoneyMovement,
        id: Uuid,
        now: Timestamp,
    ) -> Result<MoneyMoved, Refusal> {
        let key = request.transaction_identification.to_string();
        idempotency::once_for_operator(tx, (self.operation, &key, now), request, |tx| {
            let account = show(tx, &request.account_number)?;
            if account.minimum_balance.is_none() {
                let rule = Rule::malformed("expected an account other than the funding account");
                return Err(invalid("accountNumber", rule));
            }
            if Status::read(account.status.as_str())? == Status::Closed {
                return Err(conflict("the account is closed"));
            }
            self.post(tx, request, (id, &key), now)?;
            let balance = Satang(ledger::balance(tx, request.account_number.as_str()).map_err(failed)?);
            let detail = json!({ "amount": request.amount.to_string() });
            record(tx, self.event, &request.account_number, account.partner.as_deref(), now, detail)?;
            Ok(MoneyMoved {
                transaction_identification: request.transaction_identification,
                account_number: request.account_number.clone(),
                amount: request.amount,
                balance,
                date_time: DateTime::in_bangkok(now),
            })
        })
    }

    fn post(
        &self,
        tx: &mut Tx<'_>,
        request: &MoneyMovement,
        (id, reference): (Uuid, &str),
        now: Timestamp,
    ) -> Result<(), Refusal> {
        let funding = funding_account(tx, now)?;
        let amount = self.sign * request.amount.satang().0;
        let entries = [
            Entry { account: &funding, amount: -amount },
            Entry { account: request.account_number.as_str(), amount },
        ];
        let at_micros = now.as_microsecond();
        match ledger::post(tx, Posting { id, kind: self.kind, reference, at_micros, entries: &entries }) {
            Err(LedgerError::InsufficientFunds) => {
                Err(conflict("the balance would fall below the account's minimum"))
            }
            Err(LedgerError::Overflow) => Err(conflict("a balance would be too large")),
            posted => posted.map_err(failed),
        }
    }
}

/// The other side of money that enters or leaves; opened when it is needed first.
fn funding_account(tx: &mut Tx<'_>, now: Timestamp) -> Result<String, Refusal> {
    let sql = "SELECT number FROM account WHERE minimum_balance IS NULL ORDER BY number LIMIT 1";
    if let Some(number) = tx.query_one(sql, &[], |row| row.text(0))? {
        return Ok(number);
    }
    let account = NewAccount {
        number: demo::FUNDING_ACCOUNT,
        owner_name: "Funding",
        partner: None,
        minimum_balance: None,
        at_micros: now.as_microsecond(),
    };
    match ledger::open_account(tx, account) {
        Ok(()) => Ok(demo::FUNDING_ACCOUNT.to_owned()),
        Err(LedgerError::AccountExists) => Err(conflict("another account has the funding account's number")),
        Err(error) => Err(failed(error)),
    }
}

fn record(
    tx: &mut Tx<'_>,
    kind: &'static str,
    account: &AccountNumber,
    partner: Option<&str>,
    at: Timestamp,
    detail: serde_json::Value,
) -> Result<(), Refusal> {
    let masked = account.masked();
    Ok(event::record(tx, &Event { kind, partner, subject: masked.as_str(), at, detail })?)
}

fn failed(error: LedgerError) -> Refusal {
    match error {
        LedgerError::Store(error) => error.into(),
        error => {
            tracing::error!(%error, "the ledger refused a movement that was checked");
            Refusal::internal()
        }
    }
}
