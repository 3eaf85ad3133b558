//! G and H: what became of payments.

use super::{
    payment::{Payment, find, moment, stored},
    search::{self, Search},
};
use crate::{
    Gateway,
    partner::Partner,
    replay::{self, Attempt},
    store::Tx,
};
use satang_core::Refusal;
use satang_schema::{
    Amount, Satang,
    direct_debit::{
        Payer, PaymentInstrument, PaymentResult, TransactionDetails, TransactionFilter, TransactionList,
        TransactionStatusInquiry, TransactionSummary,
    },
};
use std::sync::Arc;

impl Gateway {
    /// Answers a question: from a snapshot, or, when it is signed and so must not be repeated, in order with everything
    /// else.
    pub(super) async fn ask<A, F>(
        &self,
        partner: Arc<Partner>,
        attempt: Option<Attempt>,
        question: F,
    ) -> Result<A, Refusal>
    where
        A: Send + 'static,
        F: FnOnce(&mut Tx<'_>, &Partner) -> Result<A, Refusal> + Send + 'static,
    {
        let Some(attempt) = attempt else {
            return self.store.read(move |tx| question(tx, &partner)).await;
        };
        let work = move |tx: &mut Tx<'_>| {
            replay::claim(tx, &partner, Some(&attempt))?;
            question(tx, &partner)
        };
        self.store.write(work).await
    }
}

/// G: what became of one payment.
pub(super) fn status(
    tx: &mut Tx<'_>,
    partner: &Partner,
    request: &TransactionStatusInquiry,
) -> Result<PaymentResult, Refusal> {
    find(tx, partner, &request.transaction_identification.to_string())?
        .ok_or_else(|| Refusal::not_found("no such payment"))?
        .result()
}

/// H: the partner's payments that meet every criterion, oldest first.
pub(super) fn search(
    tx: &mut Tx<'_>,
    partner: &Partner,
    filter: &TransactionFilter,
) -> Result<TransactionList, Refusal> {
    let (start, end) = (filter.start_create_date_time, filter.end_create_date_time);
    search::check_range(start, end)?;
    let mut search = Search::of(partner);
    let id = filter.transaction_identification.map(|id| id.to_string());
    search.equal("transaction_identification", id.as_deref());
    search.equal("reference", filter.payment_reference_identification.as_ref().map(|text| text.as_str()));
    search.equal("token", filter.payment_token.as_ref().map(|text| text.as_str()));
    search.equal("creditor_account", filter.creditor_account_number.as_ref().map(|text| text.as_str()));
    search.equal("status", filter.processing_status.as_ref().map(|status| status.as_str()));
    search.equal("reference_number1", filter.reference_number1.as_ref().map(|text| text.as_str()));
    search.equal("reference_number2", filter.reference_number2.as_ref().map(|text| text.as_str()));
    search.within("created_at", start, end);
    let select = format!("SELECT {} FROM payment", Payment::COLUMNS);
    let found = search.run(tx, &select, "created_at, reference", Payment::from_row)?;
    let transaction_information = found.iter().map(details).collect::<Result<_, _>>()?;
    Ok(TransactionList { transaction_information })
}

fn details(payment: &Payment) -> Result<TransactionDetails, Refusal> {
    let result = payment.result()?;
    let payment_amount = Amount::new(Satang(payment.amount)).map_err(|_| Refusal::internal())?;
    Ok(TransactionDetails {
        transaction_identification: result.transaction_identification,
        creditor_account_number: stored(&payment.creditor_account)?,
        payer_information: Payer { payment_token: stored(&payment.token)? },
        transaction_information: TransactionSummary {
            transaction_type: payment.kind(),
            reference_number1: payment.reference_number1.clone(),
            reference_number2: payment.reference_number2.clone(),
            payment_instrument: PaymentInstrument::DirectDebit.as_str().to_owned(),
            payment_amount,
            annotation: payment.annotation.clone(),
        },
        payment_reference_identification: stored(&payment.reference)?,
        processing_status: result.processing_status,
        processing_date_time: moment(payment.processed_at)?,
        payment_amount,
        status_reason_code: result.status_reason_code,
        status_reason_description: result.status_reason_description,
        create_date_time: moment(payment.created_at)?,
    })
}
