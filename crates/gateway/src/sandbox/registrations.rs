//! Registrations, changed by the bank: made at a branch, suspended, resumed, cancelled.

use super::{conflict, history};
use crate::{
    direct_debit::{self, BranchRegistration as Branch, RegistrationEvent, Why},
    partner,
    store::Tx,
};
use jiff::Timestamp;
use satang_core::Refusal;
use satang_schema::sandbox::{BranchRegistration, RegistrationChange, RegistrationDetails};
use uuid::Uuid;

pub(super) fn register(
    tx: &mut Tx<'_>,
    request: &BranchRegistration,
    token: Uuid,
    now: Timestamp,
) -> Result<RegistrationDetails, Refusal> {
    let partner = request.partner.as_str();
    if partner::find(tx, partner)?.is_none() {
        return Err(Refusal::not_found("no such partner"));
    }
    let drawer = request.drawer_account_number.as_str();
    let sql = "SELECT number FROM account WHERE number = $1 AND minimum_balance IS NOT NULL";
    if tx.query_one(sql, &[drawer.into()], |row| row.text(0))?.is_none() {
        return Err(Refusal::not_found("no such drawer account"));
    }
    let given = request.creditor_account_number.as_ref().map(|number| number.as_str().to_owned());
    let creditor = match given {
        Some(number) => number,
        None => agreed_account(tx, partner)?,
    };
    let sql = "SELECT number FROM account WHERE number = $1 AND partner = $2";
    if tx.query_one(sql, &[(&creditor).into(), partner.into()], |row| row.text(0))?.is_none() {
        return Err(conflict("the creditor account is none of this partner's"));
    }
    let token = token.to_string();
    let first = request.reference_number1.as_ref().map(|reference| reference.as_str());
    let second = request.reference_number2.as_ref().map(|reference| reference.as_str());
    let branch = Branch {
        partner,
        token: &token,
        drawer_account: drawer,
        creditor_account: &creditor,
        references: (first, second),
        maximum_amount: request.maximum_amount.map(|amount| amount.satang().0),
    };
    let registration = direct_debit::branch(tx, &branch, now)?;
    history::registration(tx, &registration.id)
}

fn agreed_account(tx: &mut Tx<'_>, partner: &str) -> Result<String, Refusal> {
    let sql = "SELECT registration_account FROM partner WHERE client_id = $1";
    let agreed = tx.query_one(sql, &[partner.into()], |row| row.optional_text(0))?;
    agreed.flatten().ok_or_else(|| conflict("the partner has agreed on no account to register into"))
}

pub(super) fn change(
    tx: &mut Tx<'_>,
    request: &RegistrationChange,
    event: RegistrationEvent,
    now: Timestamp,
) -> Result<RegistrationDetails, Refusal> {
    let why = Why { code: None, description: request.reason.as_ref().map(|reason| reason.as_str()) };
    let id = request.registration_identification.as_str();
    direct_debit::change(tx, id, event, why, now)?;
    history::registration(tx, id)
}
