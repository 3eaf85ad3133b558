//! What the services of the hub do not share: how a question is read, to whom it goes, and what answers it.

mod number;
mod transaction;

use super::{AuditRecord, Service};
use bytes::Bytes;
use http::{HeaderMap, Response};
use satang_core::{
    Error, Transport,
    slip_verification::{CallbackClient, Client},
};
use satang_schema::slip_verification::BankCode;
use satang_validation::Violations;
use serde_json::value::RawValue;
use std::{prelude::v1::*, string::ToString};

/// A question of one of the hub's services. Everything else is the same for all of them: members, tokens, routes,
/// states, signatures, limits. No other crate can write one.
pub trait Question: Sealed + Clone + Send + Sync + Sized {
    /// What it is answered with.
    type Answer: Send;

    /// The service.
    const SERVICE: Service;

    /// Whether an issuer may say that it knows of nothing (8404).
    const MAY_BE_UNKNOWN: bool;

    /// Reads it, of a GET from its query, of a POST from its body.
    ///
    /// # Errors
    /// [`Unreadable`], which repeats nothing that it says.
    fn read(content: &[u8]) -> Result<Self, Unreadable>;

    /// Whose records are asked about.
    fn destination(&self) -> &BankCode;

    /// The rest of it, as a token names it.
    fn subject(&self) -> String;

    /// Puts what may be kept of it into its record.
    fn note(&self, record: &mut AuditRecord);

    /// Asks the hub.
    fn ask<T: Transport>(
        &self,
        hub: &Client<T>,
        headers: HeaderMap,
    ) -> impl Future<Output = Result<Response<Bytes>, Error>> + Send;

    /// Asks an issuer.
    fn forward<T: Transport>(
        &self,
        issuer: &CallbackClient<T>,
        headers: HeaderMap,
    ) -> impl Future<Output = Result<Response<Bytes>, Error>> + Send;

    /// The answer in `data`, if it is one to this question.
    ///
    /// # Errors
    /// Why it is none, in fixed words.
    fn answered_by(&self, data: &RawValue) -> Result<Self::Answer, &'static str>;

    /// Whether an answer shows no more than it may.
    fn is_masked(answer: &Self::Answer) -> bool;
}

/// Implemented for the questions of this crate.
pub trait Sealed {}

/// Why a question cannot be read.
#[derive(Clone, Debug, PartialEq)]
pub struct Unreadable {
    pub(super) reason: &'static str,
    /// The same, more precisely.
    pub(super) detail: Option<String>,
}

impl From<&'static str> for Unreadable {
    fn from(reason: &'static str) -> Self {
        Self { reason, detail: None }
    }
}

/// How long the words about it may become, in characters.
const MOST_WORDS: usize = 1024;

impl From<Violations> for Unreadable {
    fn from(violations: Violations) -> Self {
        // The names of unknown members are in it: no more of them than fits, and nothing but text.
        let detail = violations.to_string().chars().filter(|c| !c.is_control()).take(MOST_WORDS).collect();
        Self { reason: "the body breaks the contract", detail: Some(detail) }
    }
}
