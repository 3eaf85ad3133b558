//! G and H: what became of payments.

use super::payment::{Payment, find, moment, stored};
use crate::{
    Gateway,
    partner::Partner,
    replay::{self, Attempt},
    store::{Tx, Value},
};
use satang_core::{Refusal, operation::Envelope};
use satang_schema::{
    Amount, Satang,
    direct_debit::{
        Payer, PaymentInstrument, PaymentResult, TransactionDetails, TransactionFilter, TransactionList,
        TransactionStatusInquiry, TransactionSummary, TransactionType,
    },
};
use satang_validation::{Code, Pointer, Rule, Violations};
use std::sync::Arc;

/// How many payments one search may find.
const MOST: usize = 1_000;
/// How long a range may be.
const LONGEST_RANGE_DAYS: i64 = 31;

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
    check_range(filter)?;
    let mut search = Search::of(partner);
    let id = filter.transaction_identification.map(|id| id.to_string());
    search.equal("transaction_identification", id.as_deref());
    search.equal("reference", filter.payment_reference_identification.as_ref().map(|text| text.as_str()));
    search.equal("token", filter.payment_token.as_ref().map(|text| text.as_str()));
    search.equal("creditor_account", filter.creditor_account_number.as_ref().map(|text| text.as_str()));
    search.equal("status", filter.processing_status.as_ref().map(|status| status.as_str()));
    search.equal("reference_number1", filter.reference_number1.as_ref().map(|text| text.as_str()));
    search.equal("reference_number2", filter.reference_number2.as_ref().map(|text| text.as_str()));
    search.compare("created_at >=", filter.start_create_date_time.map(|at| at.timestamp().as_microsecond()));
    search.compare("created_at <=", filter.end_create_date_time.map(|at| at.timestamp().as_microsecond()));

    let (columns, conditions, limit) = (Payment::COLUMNS, search.conditions, MOST + 1);
    let sql = format!(
        "SELECT {columns} FROM payment WHERE {conditions} ORDER BY created_at, reference LIMIT {limit}"
    );
    let found = tx.query(&sql, &search.parameters, Payment::from_row)?;
    if found.len() > MOST {
        // A list that is silently cut would hide payments.
        return Err(inconsistent(Pointer::root(), format!("finds more than {MOST} payments; narrow it")));
    }
    let transaction_information = found.iter().map(details).collect::<Result<_, _>>()?;
    Ok(TransactionList { transaction_information })
}

fn check_range(filter: &TransactionFilter) -> Result<(), Refusal> {
    let (Some(start), Some(end)) = (filter.start_create_date_time, filter.end_create_date_time) else {
        return Ok(());
    };
    let length = end.timestamp().as_second() - start.timestamp().as_second();
    if length > LONGEST_RANGE_DAYS * 24 * 60 * 60 {
        let detail = format!("must be within {LONGEST_RANGE_DAYS} days of startCreateDateTime");
        return Err(inconsistent(Pointer::root().member("endCreateDateTime"), detail));
    }
    Ok(())
}

fn inconsistent(pointer: Pointer, detail: String) -> Refusal {
    let mut violations = Violations::new();
    violations.add(pointer, Rule::new(Code::Inconsistent, detail));
    Refusal::invalid(Envelope::Krungsri, violations)
}

fn details(payment: &Payment) -> Result<TransactionDetails, Refusal> {
    let result = payment.result()?;
    let payment_amount = Amount::new(Satang(payment.amount)).map_err(|_| Refusal::internal())?;
    Ok(TransactionDetails {
        transaction_identification: result.transaction_identification,
        creditor_account_number: stored(&payment.creditor_account)?,
        payer_information: Payer { payment_token: stored(&payment.token)? },
        transaction_information: TransactionSummary {
            transaction_type: TransactionType::RealTime,
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

/// The conditions that were given, so that an index serves those, whichever they are.
struct Search<'a> {
    conditions: String,
    parameters: Vec<Value<'a>>,
}

impl<'a> Search<'a> {
    fn of(partner: &'a Partner) -> Self {
        Self { conditions: "partner = $1".into(), parameters: vec![(&partner.client_id).into()] }
    }

    fn equal(&mut self, column: &str, value: Option<&'a str>) {
        self.compare(&format!("{column} ="), value);
    }

    fn compare(&mut self, comparison: &str, value: Option<impl Into<Value<'a>>>) {
        if let Some(value) = value {
            self.parameters.push(value.into());
            self.conditions.push_str(&format!(" AND {comparison} ${}", self.parameters.len()));
        }
    }
}
