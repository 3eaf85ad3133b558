//! What is kept of registrations, payments, schedules, messages and callbacks.

use super::listing::{Listing, Order, count, moment, optional, stored};
use crate::store::{StoreError, Tx};
use satang_core::Refusal;
use satang_schema::{
    Amount, Satang,
    sandbox::{
        CallbackDetails, CallbackList, CallbackQuery, Cursor, DeliveryAttempt, MessageDetails, MessageList,
        MessageQuery, PaymentDetails, PaymentList, PaymentQuery, PlanDetails, PlanList, PlanQuery,
        RegistrationDetails, RegistrationList, RegistrationQuery,
    },
};

pub(super) fn registrations(tx: &mut Tx<'_>, query: &RegistrationQuery) -> Result<RegistrationList, Refusal> {
    let (registrations, next_cursor) = registration_page(tx, query, None)?;
    Ok(RegistrationList { registrations, next_cursor })
}

/// One registration.
pub(super) fn registration(tx: &mut Tx<'_>, id: &str) -> Result<RegistrationDetails, Refusal> {
    let (mut found, _) = registration_page(tx, &RegistrationQuery::default(), Some(id))?;
    found.pop().ok_or_else(|| Refusal::not_found("no such registration"))
}

fn registration_page(
    tx: &mut Tx<'_>,
    query: &RegistrationQuery,
    id: Option<&str>,
) -> Result<(Vec<RegistrationDetails>, Option<Cursor>), Refusal> {
    let columns = "partner, journey, token, status, status_at, reason_code, drawer_account, creditor_account,
        maximum_amount, reference1, created_at";
    let mut listing = Listing::new("registration", columns, Order::By("id"));
    listing.equal("id", id);
    listing.equal("partner", query.partner.as_ref().map(|partner| partner.as_str()));
    listing.equal("token", query.payment_token.as_ref().map(|token| token.as_str()));
    listing.equal("drawer_account", query.drawer_account_number.as_ref().map(|number| number.as_str()));
    listing.equal("status", query.payment_token_status.as_ref().map(|status| status.as_str()));
    listing.page(tx, query.cursor.as_ref(), query.limit, |row| {
        Ok(RegistrationDetails {
            registration_identification: row.text(1)?,
            partner: row.text(2)?,
            journey_identifier: optional(row.optional_text(3)?)?,
            payment_token: optional(row.optional_text(4)?)?,
            payment_token_status: stored(&row.text(5)?)?,
            status_date_time: moment(row.int(6)?)?,
            status_reason_code: row.optional_text(7)?,
            drawer_account_number: optional(row.optional_text(8)?)?,
            creditor_account_number: optional(row.optional_text(9)?)?,
            maximum_amount: row.optional_int(10)?.map(amount).transpose()?,
            reference_number1: optional(row.optional_text(11)?)?,
            create_date_time: moment(row.int(12)?)?,
        })
    })
}

pub(super) fn payments(tx: &mut Tx<'_>, query: &PaymentQuery) -> Result<PaymentList, Refusal> {
    let columns =
        "partner, transaction_identification, creditor_account, amount, status, reason_code, schedule";
    let mut listing = Listing::new("payment", columns, Order::ByTime("created_at", "reference"));
    listing.equal("partner", query.partner.as_ref().map(|partner| partner.as_str()));
    listing.equal("status", query.processing_status.as_ref().map(|status| status.as_str()));
    listing.equal("schedule", query.schedule_identification.as_ref().map(|schedule| schedule.as_str()));
    let (payments, next_cursor) = listing.page(tx, query.cursor.as_ref(), query.limit, |row| {
        Ok(PaymentDetails {
            create_date_time: moment(row.int(0)?)?,
            payment_reference_identification: row.text(1)?,
            partner: row.text(2)?,
            transaction_identification: row.text(3)?,
            creditor_account_number: stored(&row.text(4)?)?,
            payment_amount: amount(row.int(5)?)?,
            processing_status: stored(&row.text(6)?)?,
            status_reason_code: row.optional_text(7)?,
            schedule_identification: row.optional_text(8)?,
        })
    })?;
    Ok(PaymentList { payments, next_cursor })
}

pub(super) fn schedules(tx: &mut Tx<'_>, query: &PlanQuery) -> Result<PlanList, Refusal> {
    let columns = "partner, amount, frequency, status, occurrence, next_date";
    let mut listing = Listing::new("schedule", columns, Order::ByTime("created_at", "id"));
    listing.equal("partner", query.partner.as_ref().map(|partner| partner.as_str()));
    listing.equal("status", query.status.as_ref().map(|status| status.as_str()));
    let (schedules, next_cursor) = listing.page(tx, query.cursor.as_ref(), query.limit, |row| {
        Ok(PlanDetails {
            create_date_time: moment(row.int(0)?)?,
            schedule_identification: row.text(1)?,
            partner: row.text(2)?,
            payment_amount: amount(row.int(3)?)?,
            frequency: stored(&row.text(4)?)?,
            status: stored(&row.text(5)?)?,
            occurrences_done: count(row.int(6)?)?,
            next_execution_date: row.optional_text(7)?,
        })
    })?;
    Ok(PlanList { schedules, next_cursor })
}

fn amount(satang: i64) -> Result<Amount, StoreError> {
    Amount::new(Satang(satang)).map_err(|_| StoreError::statement("a stored amount cannot be paid"))
}

pub(super) fn messages(tx: &mut Tx<'_>, query: &MessageQuery) -> Result<MessageList, Refusal> {
    let mut listing = Listing::new("message", "recipient, content", Order::ByTime("created_at", "id"));
    listing.equal("recipient", query.recipient.as_ref().map(|recipient| recipient.as_str()));
    let (messages, next_cursor) = listing.page(tx, query.cursor.as_ref(), query.limit, |row| {
        Ok(MessageDetails {
            create_date_time: moment(row.int(0)?)?,
            message_identification: row.text(1)?,
            recipient: row.text(2)?,
            content: row.text(3)?,
        })
    })?;
    Ok(MessageList { messages, next_cursor })
}

pub(super) fn callbacks(tx: &mut Tx<'_>, query: &CallbackQuery) -> Result<CallbackList, Refusal> {
    let (callbacks, next_cursor) = callback_page(tx, query, None)?;
    Ok(CallbackList { callbacks, next_cursor })
}

/// One callback.
pub(super) fn callback(tx: &mut Tx<'_>, id: &str) -> Result<CallbackDetails, Refusal> {
    let (mut found, _) = callback_page(tx, &CallbackQuery::default(), Some(id))?;
    found.pop().ok_or_else(|| Refusal::not_found("no such callback"))
}

fn callback_page(
    tx: &mut Tx<'_>,
    query: &CallbackQuery,
    id: Option<&str>,
) -> Result<(Vec<CallbackDetails>, Option<Cursor>), Refusal> {
    let columns = "partner, operation, subject, status, delivered_at";
    let mut listing = Listing::new("callback", columns, Order::ByTime("created_at", "id"));
    listing.equal("id", id);
    listing.equal("partner", query.partner.as_ref().map(|partner| partner.as_str()));
    listing.equal("subject", query.subject.as_ref().map(|subject| subject.as_str()));
    listing.equal("status", query.status.as_ref().map(|status| status.as_str()));
    let (mut callbacks, next_cursor) = listing.page(tx, query.cursor.as_ref(), query.limit, |row| {
        Ok(CallbackDetails {
            create_date_time: moment(row.int(0)?)?,
            callback_identification: row.text(1)?,
            partner: row.text(2)?,
            operation: row.text(3)?,
            subject: row.text(4)?,
            status: stored(&row.text(5)?)?,
            delivery_date_time: row.optional_int(6)?.map(moment).transpose()?,
            attempts: Vec::new(),
        })
    })?;
    for callback in &mut callbacks {
        callback.attempts = attempts(tx, &callback.callback_identification)?;
    }
    Ok((callbacks, next_cursor))
}

fn attempts(tx: &mut Tx<'_>, callback: &str) -> Result<Vec<DeliveryAttempt>, StoreError> {
    let sql = "SELECT number, at, http_status, outcome, took_micros FROM callback_attempt
         WHERE callback = $1 ORDER BY number LIMIT 1000";
    tx.query(sql, &[callback.into()], |row| {
        Ok(DeliveryAttempt {
            number: count(row.int(0)?)?,
            date_time: moment(row.int(1)?)?,
            http_status: row.optional_int(2)?.map(count).transpose()?,
            outcome: row.text(3)?,
            took_milliseconds: count(row.int(4)?)? / 1_000,
        })
    })
}
