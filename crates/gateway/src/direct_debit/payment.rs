//! F: a payment at once.

use crate::{
    idempotency,
    ledger::{self, Entry, LedgerError, Posting},
    partner::Partner,
    store::{Row, StoreError, Tx},
};
use jiff::Timestamp;
use satang_core::{Refusal, direct_debit::REAL_TIME_PAYMENT};
use satang_schema::{
    Amount, DateTime, Satang,
    direct_debit::{PaymentResult, ProcessingStatus, RealTimePayment, ReasonCode},
};
use uuid::Uuid;

/// The most that one payment takes when its token sets no limit of its own.
const DEFAULT_MAXIMUM: Satang = Satang::from_baht(700_000);

/// Pays, or gives the first answer again. A refusal for a business reason is an answer too, and recorded like one.
pub(super) fn pay(
    tx: &mut Tx<'_>,
    partner: &Partner,
    request: &RealTimePayment,
    reference: Uuid,
    now: Timestamp,
) -> Result<PaymentResult, Refusal> {
    let key = request.transaction_identification.to_string();
    idempotency::once(tx, partner, (&REAL_TIME_PAYMENT, &key, now), request, |tx| {
        let rejected = settle(tx, partner, request, reference, now)?;
        let payment = Payment::new(request, reference, now, rejected);
        payment.insert(tx, partner)?;
        payment.result()
    })
}

/// Moves the money, or says why not.
fn settle(
    tx: &mut Tx<'_>,
    partner: &Partner,
    request: &RealTimePayment,
    reference: Uuid,
    now: Timestamp,
) -> Result<Option<ReasonCode>, Refusal> {
    let Some(mandate) = mandate(tx, partner, request)? else { return Ok(Some(ReasonCode::NoMandate)) };
    let creditor = request.creditor_account_number.as_str();
    // The payer has agreed to pay into one account, not into whatever account the partner has.
    let creditor_status =
        own_account(tx, partner, creditor)?.filter(|_| creditor == mandate.creditor_account);
    let Some(creditor_status) = creditor_status else {
        return Ok(Some(ReasonCode::WrongCreditorAccount));
    };
    for status in [&mandate.drawer_status, &creditor_status] {
        match status.as_str() {
            "OPEN" => {}
            "CLOSED" => return Ok(Some(ReasonCode::ClosedAccount)),
            _ => return Ok(Some(ReasonCode::BlockedAccount)),
        }
    }
    let amount = request.transaction_information.payment_amount.satang();
    if amount > mandate.maximum {
        return Ok(Some(ReasonCode::AboveLimit));
    }
    let posting = Posting {
        id: reference,
        kind: "payment",
        reference: &reference.to_string(),
        at_micros: now.as_microsecond(),
        entries: &[
            Entry { account: &mandate.drawer_account, amount: -amount.0 },
            Entry { account: creditor, amount: amount.0 },
        ],
    };
    match ledger::post(tx, posting) {
        Ok(()) => Ok(None),
        Err(LedgerError::InsufficientFunds) => Ok(Some(ReasonCode::InsufficientFunds)),
        Err(LedgerError::Store(error)) => Err(error.into()),
        Err(error) => {
            tracing::error!(%error, "the ledger refused a payment that was checked");
            Err(Refusal::internal())
        }
    }
}

/// What a token allows.
struct Mandate {
    drawer_account: String,
    drawer_status: String,
    creditor_account: String,
    maximum: Satang,
}

/// The active mandate of this partner behind a token. Another partner's token is as good as none.
fn mandate(
    tx: &mut Tx<'_>,
    partner: &Partner,
    request: &RealTimePayment,
) -> Result<Option<Mandate>, StoreError> {
    tx.query_one(
        "SELECT account.number, account.status, registration.creditor_account, registration.maximum_amount
         FROM registration JOIN account ON account.number = registration.drawer_account
         WHERE registration.token = $1 AND registration.partner = $2 AND registration.status = 'ACTV'",
        &[request.payer_information.payment_token.as_str().into(), (&partner.client_id).into()],
        |row| {
            Ok(Mandate {
                drawer_account: row.text(0)?,
                drawer_status: row.text(1)?,
                creditor_account: row.text(2)?,
                maximum: row.optional_int(3)?.map_or(DEFAULT_MAXIMUM, Satang),
            })
        },
    )
}

/// The status of an account into which this partner collects.
fn own_account(tx: &mut Tx<'_>, partner: &Partner, number: &str) -> Result<Option<String>, StoreError> {
    let sql = "SELECT status FROM account WHERE number = $1 AND partner = $2";
    tx.query_one(sql, &[number.into(), (&partner.client_id).into()], |row| row.text(0))
}

/// A payment as it is stored.
pub(super) struct Payment {
    pub(super) reference: String,
    pub(super) transaction_identification: String,
    pub(super) token: String,
    pub(super) creditor_account: String,
    pub(super) amount: i64,
    pub(super) reference_number1: String,
    pub(super) reference_number2: Option<String>,
    pub(super) annotation: Option<String>,
    pub(super) status: String,
    pub(super) reason_code: Option<String>,
    pub(super) created_at: i64,
    pub(super) processed_at: i64,
}

impl Payment {
    /// The columns, in the order of [`from_row`](Payment::from_row).
    pub(super) const COLUMNS: &str = "reference, transaction_identification, token, creditor_account, amount, \
        reference_number1, reference_number2, annotation, status, reason_code, created_at, processed_at";

    pub(super) fn from_row(row: &Row<'_>) -> Result<Self, StoreError> {
        Ok(Self {
            reference: row.text(0)?,
            transaction_identification: row.text(1)?,
            token: row.text(2)?,
            creditor_account: row.text(3)?,
            amount: row.int(4)?,
            reference_number1: row.text(5)?,
            reference_number2: row.optional_text(6)?,
            annotation: row.optional_text(7)?,
            status: row.text(8)?,
            reason_code: row.optional_text(9)?,
            created_at: row.int(10)?,
            processed_at: row.int(11)?,
        })
    }

    fn new(request: &RealTimePayment, reference: Uuid, now: Timestamp, rejected: Option<ReasonCode>) -> Self {
        let information = &request.transaction_information;
        let status = if rejected.is_none() { ProcessingStatus::Settled } else { ProcessingStatus::Rejected };
        Self {
            reference: reference.to_string(),
            transaction_identification: request.transaction_identification.to_string(),
            token: request.payer_information.payment_token.as_str().to_owned(),
            creditor_account: request.creditor_account_number.as_str().to_owned(),
            amount: information.payment_amount.satang().0,
            reference_number1: information.reference_number1.as_str().to_owned(),
            reference_number2: information.reference_number2.as_ref().map(|text| text.as_str().to_owned()),
            annotation: information.annotation.as_ref().map(|text| text.as_str().to_owned()),
            status: status.as_str().to_owned(),
            reason_code: rejected.map(|reason| reason.as_str().to_owned()),
            created_at: now.as_microsecond(),
            processed_at: now.as_microsecond(),
        }
    }

    fn insert(&self, tx: &mut Tx<'_>, partner: &Partner) -> Result<(), StoreError> {
        let sql = format!(
            "INSERT INTO payment ({}, partner, ledger_transaction_id)
             VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14)",
            Self::COLUMNS
        );
        tx.execute(
            &sql,
            &[
                (&self.reference).into(),
                (&self.transaction_identification).into(),
                (&self.token).into(),
                (&self.creditor_account).into(),
                self.amount.into(),
                (&self.reference_number1).into(),
                self.reference_number2.as_ref().into(),
                self.annotation.as_ref().into(),
                (&self.status).into(),
                self.reason_code.as_ref().into(),
                self.created_at.into(),
                self.processed_at.into(),
                (&partner.client_id).into(),
                // The ledger knows a settled payment by the same identifier.
                self.reason_code.is_none().then_some(&self.reference).into(),
            ],
        )?;
        Ok(())
    }

    /// The answer of F and G.
    pub(super) fn result(&self) -> Result<PaymentResult, Refusal> {
        let reason: Option<ReasonCode> = self.reason_code.as_deref().map(stored).transpose()?;
        Ok(PaymentResult {
            transaction_identification: stored(&self.transaction_identification)?,
            payment_reference_identification: Some(stored(&self.reference)?),
            processing_status: stored(&self.status)?,
            processing_date_time: Some(moment(self.processed_at)?),
            payment_amount: Some(Amount::new(Satang(self.amount)).map_err(|_| unreadable())?),
            status_reason_description: reason.as_ref().and_then(description).map(str::to_owned),
            status_reason_code: reason,
        })
    }
}

/// A reason in words.
pub(super) fn description(reason: &ReasonCode) -> Option<&'static str> {
    Some(match reason {
        ReasonCode::InsufficientFunds => "insufficient funds",
        ReasonCode::WrongCreditorAccount => "the creditor account is not one of the partner's",
        ReasonCode::ClosedAccount => "the account is closed",
        ReasonCode::BlockedAccount => "the account is blocked",
        ReasonCode::AboveLimit => "the amount is above the agreed limit",
        ReasonCode::NoMandate => "no active registration has this payment token",
        _ => return None,
    })
}

/// The partner's payment of this identifier.
pub(super) fn find(
    tx: &mut Tx<'_>,
    partner: &Partner,
    transaction_identification: &str,
) -> Result<Option<Payment>, StoreError> {
    let columns = Payment::COLUMNS;
    tx.query_one(
        &format!("SELECT {columns} FROM payment WHERE partner = $1 AND transaction_identification = $2"),
        &[(&partner.client_id).into(), transaction_identification.into()],
        Payment::from_row,
    )
}

/// Reads back what was valid when it was stored.
pub(super) fn stored<T: std::str::FromStr>(text: &str) -> Result<T, Refusal> {
    text.parse().map_err(|_| unreadable())
}

pub(super) fn moment(micros: i64) -> Result<DateTime, Refusal> {
    Timestamp::from_microsecond(micros).map(DateTime::in_bangkok).map_err(|_| unreadable())
}

fn unreadable() -> Refusal {
    tracing::error!("the store holds something that cannot be read");
    Refusal::internal()
}
