//! What an answer of an issuer, or of the hub, is worth.

use super::{AnswerVerifier, exchange, question::Question};
use bytes::Bytes;
use http::Response;
use jiff::Timestamp;
use satang_schema::{
    Check, decode,
    slip_verification::{HubCode, HubStatus},
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

/// What was found, in the issuer's own bytes.
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

/// What the issuer found, if it is signed, answers the question, and is masked.
pub(super) fn found<Q: Question>(
    response: &Response<Bytes>,
    data: Box<RawValue>,
    question: &Q,
    issuer: &AnswerVerifier,
    enforce_masking: bool,
    now: Timestamp,
) -> Result<Found, &'static str> {
    let signature = exchange::text(response.headers(), &exchange::ISSUER_SIGNATURE);
    if !issuer.is_right(signature, data.get().as_bytes(), now) {
        return Err("the issuer's signature is wrong");
    }
    let answer = question.answered_by(&data)?;
    if enforce_masking && !Q::is_masked(&answer) {
        return Err("an account or a proxy is not masked");
    }
    Ok(Found { data, signature: signature.unwrap_or_default().to_owned() })
}
