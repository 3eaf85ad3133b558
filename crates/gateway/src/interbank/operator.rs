//! The operator of mobile numbers that this gateway plays: it has the numbers of the customers of the sandbox.

use super::line::Machine;
use crate::store::{Store, StoreError, Tx};
use satang_core::{Incoming, Page};
use satang_jose::{Error, SigningKey};
use satang_schema::slip_verification::{BankCode, CitizenId, MobileNumber};
use satang_slip_verification::interbank::{
    AnswerSigner, Asked, Issuer, NumberBook, StoreFailure, TokenVerifier,
};

/// The code of the operator: fictional, and no bank's.
pub(crate) const OPERATOR: &str = "701";

/// An operator that answers the hub.
pub(super) struct Operator(Issuer<Numbers, Machine>);

impl Operator {
    /// # Errors
    /// When the key cannot be used.
    pub(super) fn new(
        bank: &BankCode,
        key: &SigningKey,
        questions: TokenVerifier,
        (store, machine): (Store, Machine),
    ) -> Result<Self, Error> {
        let answers = AnswerSigner::new(key)?;
        Ok(Self(Issuer::new(bank.clone(), (questions, answers), (Numbers(store), machine))))
    }

    pub(super) async fn answer(&self, request: &Incoming) -> Page {
        self.0.confirm_number_ownership(Asked::new(&request.parts.headers, &request.body)).await
    }
}

/// The numbers of all customers.
struct Numbers(Store);

impl NumberBook for Numbers {
    async fn is_owner(&self, number: &MobileNumber, citizen: &CitizenId) -> Result<bool, StoreFailure> {
        let (number, citizen) = (number.clone(), citizen.clone());
        let sql = "SELECT 1 FROM customer WHERE mobile = $1 AND national_id = $2 LIMIT 1";
        let work = move |tx: &mut Tx<'_>| {
            tx.query_one(sql, &[number.as_str().into(), citizen.as_str().into()], |_| Ok(()))
        };
        let found = self.0.read::<_, StoreError, _>(work).await;
        found.map(|found| found.is_some()).map_err(|error| {
            tracing::error!(error = &error as &dyn std::error::Error, "a number could not be looked for");
            StoreFailure
        })
    }
}
