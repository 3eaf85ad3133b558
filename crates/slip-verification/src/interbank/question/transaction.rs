//! Whether the transaction on a slip exists.

use super::{Question, Sealed, Unreadable};
use crate::interbank::{AuditRecord, Service, kept};
use bytes::Bytes;
use http::{HeaderMap, Response};
use satang_core::{
    Error, Transport,
    slip_verification::{CallbackClient, Client},
};
use satang_schema::{
    decode,
    slip_verification::{BankCode, TransactionData, TransactionQuery},
};
use serde_json::value::RawValue;
use std::{borrow::Cow, prelude::v1::*};

impl Sealed for TransactionQuery {}

impl Question for TransactionQuery {
    type Answer = TransactionData;

    const SERVICE: Service = Service::TransactionVerification;
    const MAY_BE_UNKNOWN: bool = true;

    /// `transref`, as a public trace spells it, is read like `transRef`.
    fn read(query: &[u8]) -> Result<Self, Unreadable> {
        let (mut bank, mut reference): (Option<Cow<'_, str>>, Option<Cow<'_, str>>) = (None, None);
        for (name, value) in form_urlencoded::parse(query) {
            let place = match &*name {
                "sendingBank" => &mut bank,
                "transRef" | "transref" => &mut reference,
                _ => return Err("the query has a parameter that is not known".into()),
            };
            if place.as_ref().is_some_and(|before| *before != value) {
                return Err("a parameter is there twice with different values".into());
            }
            *place = Some(value);
        }
        let bank = bank.ok_or("sendingBank is missing")?;
        let reference = reference.ok_or("transRef is missing")?;
        Ok(Self {
            sending_bank: bank.parse().map_err(|_| "sendingBank is not three digits")?,
            trans_ref: reference.parse().map_err(|_| "transRef is not 1 to 25 letters and digits")?,
        })
    }

    fn destination(&self) -> &BankCode {
        &self.sending_bank
    }

    fn subject(&self) -> String {
        self.trans_ref.as_str().to_owned()
    }

    fn note(&self, record: &mut AuditRecord) {
        record.trans_ref = Some(self.trans_ref.clone());
    }

    async fn ask<T: Transport>(&self, hub: &Client<T>, headers: HeaderMap) -> Result<Response<Bytes>, Error> {
        hub.verify_transaction(self, headers).await
    }

    async fn forward<T: Transport>(
        &self,
        issuer: &CallbackClient<T>,
        headers: HeaderMap,
    ) -> Result<Response<Bytes>, Error> {
        issuer.look_up_transaction(self, headers).await
    }

    fn answered_by(&self, data: &RawValue) -> Result<TransactionData, &'static str> {
        let transaction: TransactionData =
            decode(data.get().as_bytes()).map_err(|_| "the transaction cannot be read")?;
        if transaction.sending_bank != self.sending_bank || transaction.trans_ref != self.trans_ref {
            return Err("the answer is about another transaction");
        }
        Ok(transaction)
    }

    fn is_masked(transaction: &TransactionData) -> bool {
        kept::is_masked(transaction)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn both_spellings_of_the_reference_are_read_and_must_agree() {
        for (query, expected) in [
            ("sendingBank=014&transRef=aB1", Ok("aB1")),
            ("transref=aB1&sendingBank=014", Ok("aB1")),
            ("sendingBank=014&transRef=a&transref=a", Ok("a")),
            (
                "sendingBank=014&transRef=a&transref=A",
                Err("a parameter is there twice with different values"),
            ),
            (
                "sendingBank=014&sendingBank=004&transRef=a",
                Err("a parameter is there twice with different values"),
            ),
            ("transRef=a", Err("sendingBank is missing")),
            ("sendingBank=014", Err("transRef is missing")),
            ("sendingBank=14&transRef=a", Err("sendingBank is not three digits")),
            ("sendingBank=014&transRef=a-b", Err("transRef is not 1 to 25 letters and digits")),
            ("sendingBank=014&transRef=a&more=1", Err("the query has a parameter that is not known")),
            ("", Err("sendingBank is missing")),
        ] {
            let read = TransactionQuery::read(query.as_bytes());
            let read = read.as_ref().map(|it| it.trans_ref.as_str()).map_err(|error| error.reason);
            assert_eq!(read, expected, "{query}");
        }
    }
}
