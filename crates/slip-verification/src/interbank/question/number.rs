//! Whether a mobile number belongs to a citizen.

use super::{Question, Sealed, Unreadable};
use crate::interbank::{AuditRecord, Service, answer};
use bytes::Bytes;
use http::{HeaderMap, Response};
use satang_core::{
    Error, Transport,
    slip_verification::{CallbackClient, Client},
};
use satang_schema::{
    decode,
    slip_verification::{BankCode, NumberOwnership, NumberOwnershipQuery},
};
use serde_json::value::RawValue;
use sha2::{Digest as _, Sha256};
use std::{format, prelude::v1::*};

impl Sealed for NumberOwnershipQuery {}

impl Question for NumberOwnershipQuery {
    type Answer = NumberOwnership;

    const SERVICE: Service = Service::NumberOwnership;
    /// It would tell which numbers an operator has.
    const MAY_BE_UNKNOWN: bool = false;

    fn read(body: &[u8]) -> Result<Self, Unreadable> {
        if body.len() > answer::MOST {
            return Err("the body is too large".into());
        }
        Ok(decode(body)?)
    }

    fn destination(&self) -> &BankCode {
        &self.provider
    }

    /// The digest of all of it. The salt keeps the numbers from being tried one by one.
    fn subject(&self) -> String {
        let parts = [
            self.provider.as_str(),
            self.mobile_number.as_str(),
            self.citizen_id.as_str(),
            self.salt.as_str(),
        ];
        // None of them has a line feed, so no other question has the same text.
        Sha256::digest(parts.join("\n")).iter().map(|byte| format!("{byte:02x}")).collect()
    }

    /// Nothing: neither the numbers nor a digest of them are kept.
    fn note(&self, _: &mut AuditRecord) {}

    async fn ask<T: Transport>(&self, hub: &Client<T>, headers: HeaderMap) -> Result<Response<Bytes>, Error> {
        hub.verify_number_ownership(self, headers).await
    }

    async fn forward<T: Transport>(
        &self,
        issuer: &CallbackClient<T>,
        headers: HeaderMap,
    ) -> Result<Response<Bytes>, Error> {
        issuer.confirm_number_ownership(self, headers).await
    }

    fn answered_by(&self, data: &RawValue) -> Result<NumberOwnership, &'static str> {
        let answer: NumberOwnership =
            decode(data.get().as_bytes()).map_err(|_| "the answer cannot be read")?;
        if answer.provider != self.provider || answer.question.as_str() != self.subject() {
            return Err("the answer is about another question");
        }
        Ok(answer)
    }

    /// There is nothing in it to mask.
    fn is_masked(_: &NumberOwnership) -> bool {
        true
    }
}
