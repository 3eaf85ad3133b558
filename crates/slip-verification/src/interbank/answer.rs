//! What an answer of an issuer, or of the hub, is worth.

use super::{AnswerVerifier, exchange, kept::is_masked};
use bytes::Bytes;
use http::Response;
use jiff::Timestamp;
use satang_schema::{
    Check, decode,
    slip_verification::{HubCode, HubStatus, TransactionData, TransactionQuery},
};
use serde::Deserialize;
use serde_json::value::RawValue;
use std::prelude::v1::*;

/// The largest answer that is looked at, in bytes.
pub(super) const MOST: usize = 16 * 1024;

/// The status, and `data` byte for byte.
#[derive(Debug, Deserialize)]
pub(super) struct Opened {
    pub(super) status: HubStatus,
    #[serde(default)]
    pub(super) data: Option<Box<RawValue>>,
}

impl Check for Opened {}

/// A transaction that was found, with the issuer's own bytes.
#[derive(Debug)]
pub(super) struct Found {
    pub(super) data: Box<RawValue>,
    pub(super) signature: String,
}

/// Opens an answer.
pub(super) fn open(body: &Bytes) -> Result<Opened, &'static str> {
    if body.len() > MOST {
        return Err("the answer is too large");
    }
    let opened: Opened = decode(body).map_err(|_| "the answer cannot be read")?;
    match (&opened.status.code, &opened.data) {
        (HubCode::Found, None) => Err("the answer has no data"),
        (HubCode::Found, Some(_)) | (_, None) => Ok(opened),
        (_, Some(_)) => Err("the answer has data that it must not have"),
    }
}

/// What the issuer found, if it is signed, about the right transaction, and masked.
pub(super) fn found(
    response: &Response<Bytes>,
    data: Box<RawValue>,
    question: &TransactionQuery,
    issuer: &AnswerVerifier,
    enforce_masking: bool,
    now: Timestamp,
) -> Result<Found, &'static str> {
    let signature = exchange::text(response.headers(), &exchange::ISSUER_SIGNATURE);
    if !issuer.is_right(signature, data.get().as_bytes(), now) {
        return Err("the issuer's signature is wrong");
    }
    let transaction = transaction(&data, question)?;
    if enforce_masking && !is_masked(&transaction) {
        return Err("an account or a proxy is not masked");
    }
    Ok(Found { data, signature: signature.unwrap_or_default().to_owned() })
}

/// The transaction, if it is the one that was asked for.
pub(super) fn transaction(
    data: &RawValue,
    question: &TransactionQuery,
) -> Result<TransactionData, &'static str> {
    let transaction: TransactionData =
        decode(data.get().as_bytes()).map_err(|_| "the transaction cannot be read")?;
    if transaction.sending_bank != question.sending_bank || transaction.trans_ref != question.trans_ref {
        return Err("the answer is about another transaction");
    }
    Ok(transaction)
}
