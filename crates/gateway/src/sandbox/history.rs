//! What is kept of registrations, messages and callbacks.

use super::listing::{Listing, Order, count, moment, optional, stored};
use crate::store::{StoreError, Tx};
use satang_core::Refusal;
use satang_schema::{
    Amount, Satang,
    sandbox::{
        CallbackDetails, CallbackList, CallbackQuery, DeliveryAttempt, MessageDetails, MessageList,
        MessageQuery, RegistrationDetails, RegistrationList, RegistrationQuery,
    },
};

pub(super) fn registrations(tx: &mut Tx<'_>, query: &RegistrationQuery) -> Result<RegistrationList, Refusal> {
    let columns = "partner, journey, token, status, status_at, reason_code, drawer_account, creditor_account,
        maximum_amount, reference1, created_at";
    let mut listing = Listing::new("registration", columns, Order::By("id"));
    listing.equal("partner", query.partner.as_ref().map(|partner| partner.as_str()));
    listing.equal("token", query.payment_token.as_ref().map(|token| token.as_str()));
    listing.equal("drawer_account", query.drawer_account_number.as_ref().map(|number| number.as_str()));
    listing.equal("status", query.payment_token_status.as_ref().map(|status| status.as_str()));
    let (registrations, next_cursor) = listing.page(tx, query.cursor.as_ref(), query.limit, |row| {
        let maximum = row.optional_int(10)?.map(|satang| Amount::new(Satang(satang)));
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
            maximum_amount: maximum
                .transpose()
                .map_err(|_| StoreError::statement("a stored amount cannot be paid"))?,
            reference_number1: optional(row.optional_text(11)?)?,
            create_date_time: moment(row.int(12)?)?,
        })
    })?;
    Ok(RegistrationList { registrations, next_cursor })
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
    let columns = "partner, operation, subject, status, delivered_at";
    let mut listing = Listing::new("callback", columns, Order::ByTime("created_at", "id"));
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
    Ok(CallbackList { callbacks, next_cursor })
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
