//! Payments: F, and what F and a schedule's due date have in common.

use super::{
    slip::{self, Holder, Paid},
    state::{self, PaymentEvent},
};
use crate::{
    account::AccountStatus,
    event::{self, Event},
    idempotency,
    ledger::{self, Entry, LedgerError, Posting},
    partner::Partner,
    store::{Row, StoreError, Tx},
};
use jiff::Timestamp;
use satang_core::{Refusal, direct_debit::REAL_TIME_PAYMENT};
use satang_schema::{
    Amount, DateTime, Satang,
    direct_debit::{PaymentResult, ProcessingStatus, RealTimePayment, ReasonCode, TransactionType},
    krungsri::SandboxError,
};
use serde_json::json;
use uuid::Uuid;

/// The most that one payment takes when its token sets no limit of its own.
const DEFAULT_MAXIMUM: Satang = Satang::from_baht(700_000);

/// F: pays, or gives the first answer again. A refusal for a business reason is an answer too, and recorded like one.
pub(super) fn pay(
    tx: &mut Tx<'_>,
    partner: &Partner,
    request: &RealTimePayment,
    reference: Uuid,
    now: Timestamp,
) -> Result<PaymentResult, Refusal> {
    let key = request.transaction_identification.to_string();
    idempotency::once(tx, partner, (&REAL_TIME_PAYMENT, &key, now), request, |tx| {
        let information = &request.transaction_information;
        let order = Order {
            partner: &partner.client_id,
            schedule: None,
            transaction_identification: &key,
            token: request.payer_information.payment_token.as_str(),
            creditor_account: request.creditor_account_number.as_str(),
            amount: information.payment_amount.satang(),
            reference_number1: information.reference_number1.as_str(),
            reference_number2: information.reference_number2.as_ref().map(|text| text.as_str()),
            annotation: information.annotation.as_ref().map(|text| text.as_str()),
        };
        make(tx, &order, reference, now)?.result()
    })
}

/// What is to be paid, whoever says so: a partner now, or a schedule on its due date.
#[derive(Clone, Copy)]
pub(super) struct Order<'a> {
    pub(super) partner: &'a str,
    pub(super) schedule: Option<&'a str>,
    pub(super) transaction_identification: &'a str,
    pub(super) token: &'a str,
    pub(super) creditor_account: &'a str,
    pub(super) amount: Satang,
    pub(super) reference_number1: &'a str,
    pub(super) reference_number2: Option<&'a str>,
    pub(super) annotation: Option<&'a str>,
}

/// Makes a payment: moves the money or says why not, and records it either way.
///
/// # Errors
/// [`Refusal`] (409, `SBX-4091`) when the partner has a payment of this identification; then the transaction must not be
/// committed.
pub(super) fn make(
    tx: &mut Tx<'_>,
    order: &Order<'_>,
    reference: Uuid,
    now: Timestamp,
) -> Result<Payment, Refusal> {
    let settlement = settle(tx, order, reference, now)?;
    let (outcome, moved, rejected) = match settlement {
        Settlement::Moved { drawer, creditor } => (PaymentEvent::Settled, Some((drawer, creditor)), None),
        Settlement::Rejected(reason) => (PaymentEvent::Rejected, None, Some(reason)),
    };
    let status = state::payment(&ProcessingStatus::Received, PaymentEvent::Accepted)?;
    let status = state::payment(&status, outcome)?;
    let payment = Payment::new(order, reference, now, (status, rejected));
    payment.insert(tx, order.partner)?;
    if let Some((drawer, creditor)) = moved {
        let references = [Some(order.reference_number1), order.reference_number2];
        slip::make(tx, Paid { reference, at: now, amount: order.amount, drawer, creditor, references })?;
    }
    payment.record(tx, order, now)?;
    Ok(payment)
}

/// What became of a payment's money.
enum Settlement {
    /// It went from one account to the other.
    Moved { drawer: Holder, creditor: Holder },
    /// It stayed where it was.
    Rejected(ReasonCode),
}

/// Moves the money, or says why not.
fn settle(
    tx: &mut Tx<'_>,
    order: &Order<'_>,
    reference: Uuid,
    now: Timestamp,
) -> Result<Settlement, Refusal> {
    use Settlement::Rejected;
    let Some(mandate) = mandate(tx, order)? else { return Ok(Rejected(ReasonCode::NoMandate)) };
    // The payer has agreed to pay into one account, not into whatever account the partner has.
    let creditor = own_account(tx, order)?.filter(|_| order.creditor_account == mandate.creditor_account);
    let Some((creditor_status, creditor)) = creditor else {
        return Ok(Rejected(ReasonCode::WrongCreditorAccount));
    };
    for status in [mandate.drawer_status, creditor_status] {
        match status {
            AccountStatus::Open => {}
            AccountStatus::Closed => return Ok(Rejected(ReasonCode::ClosedAccount)),
            AccountStatus::Blocked => return Ok(Rejected(ReasonCode::BlockedAccount)),
        }
    }
    if order.amount > mandate.maximum {
        return Ok(Rejected(ReasonCode::AboveLimit));
    }
    let posting = Posting {
        id: reference,
        kind: "payment",
        reference: &reference.to_string(),
        at_micros: now.as_microsecond(),
        entries: &[
            Entry { account: &mandate.drawer.account, amount: -order.amount.0 },
            Entry { account: &creditor.account, amount: order.amount.0 },
        ],
    };
    match ledger::post(tx, posting) {
        Ok(()) => Ok(Settlement::Moved { drawer: mandate.drawer, creditor }),
        Err(LedgerError::InsufficientFunds) => Ok(Rejected(ReasonCode::InsufficientFunds)),
        Err(LedgerError::Store(error)) => Err(error.into()),
        Err(error) => {
            tracing::error!(%error, "the ledger refused a payment that was checked");
            Err(Refusal::internal())
        }
    }
}

/// What a token allows.
struct Mandate {
    drawer: Holder,
    drawer_status: AccountStatus,
    creditor_account: String,
    maximum: Satang,
}

/// The active mandate of this partner behind a token. Another partner's token is as good as none.
fn mandate(tx: &mut Tx<'_>, order: &Order<'_>) -> Result<Option<Mandate>, StoreError> {
    let sql = format!(
        "SELECT account.status, registration.creditor_account, registration.maximum_amount, {}
         FROM registration JOIN account ON account.number = registration.drawer_account
             LEFT JOIN customer ON customer.id = account.customer
         WHERE registration.token = $1 AND registration.partner = $2 AND registration.status = 'ACTV'",
        Holder::COLUMNS
    );
    tx.query_one(&sql, &[order.token.into(), order.partner.into()], |row| {
        Ok(Mandate {
            drawer_status: AccountStatus::read(&row.text(0)?)?,
            creditor_account: row.text(1)?,
            maximum: row.optional_int(2)?.map_or(DEFAULT_MAXIMUM, Satang),
            drawer: Holder::from_row(row, 3)?,
        })
    })
}

/// An account into which this partner collects.
fn own_account(tx: &mut Tx<'_>, order: &Order<'_>) -> Result<Option<(AccountStatus, Holder)>, StoreError> {
    let sql = format!(
        "SELECT account.status, {} FROM account LEFT JOIN customer ON customer.id = account.customer
         WHERE account.number = $1 AND account.partner = $2",
        Holder::COLUMNS
    );
    let parameters = [order.creditor_account.into(), order.partner.into()];
    tx.query_one(&sql, &parameters, |row| {
        Ok((AccountStatus::read(&row.text(0)?)?, Holder::from_row(row, 1)?))
    })
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
    pub(super) schedule: Option<String>,
}

impl Payment {
    /// The columns, in the order of [`from_row`](Payment::from_row).
    pub(super) const COLUMNS: &str = "reference, transaction_identification, token, creditor_account, amount, \
        reference_number1, reference_number2, annotation, status, reason_code, created_at, processed_at, schedule";

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
            schedule: row.optional_text(12)?,
        })
    }

    fn new(
        order: &Order<'_>,
        reference: Uuid,
        now: Timestamp,
        (status, rejected): (ProcessingStatus, Option<ReasonCode>),
    ) -> Self {
        Self {
            reference: reference.to_string(),
            transaction_identification: order.transaction_identification.to_owned(),
            token: order.token.to_owned(),
            creditor_account: order.creditor_account.to_owned(),
            amount: order.amount.0,
            reference_number1: order.reference_number1.to_owned(),
            reference_number2: order.reference_number2.map(str::to_owned),
            annotation: order.annotation.map(str::to_owned),
            status: status.as_str().to_owned(),
            reason_code: rejected.map(|reason| reason.as_str().to_owned()),
            created_at: now.as_microsecond(),
            processed_at: now.as_microsecond(),
            schedule: order.schedule.map(str::to_owned),
        }
    }

    fn insert(&self, tx: &mut Tx<'_>, partner: &str) -> Result<(), Refusal> {
        let sql = format!(
            "INSERT INTO payment ({}, partner, ledger_transaction_id)
             VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15) ON CONFLICT DO NOTHING",
            Self::COLUMNS
        );
        let inserted = tx.execute(
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
                self.schedule.as_ref().into(),
                partner.into(),
                // The ledger knows a settled payment by the same identifier.
                self.reason_code.is_none().then_some(&self.reference).into(),
            ],
        )?;
        // No answer is stored under this identification, and yet there is a payment: a schedule has made it.
        if inserted == 1 { Ok(()) } else { Err(Refusal::of(&SandboxError::TAKEN)) }
    }

    fn record(&self, tx: &mut Tx<'_>, order: &Order<'_>, now: Timestamp) -> Result<(), StoreError> {
        let detail = json!({
            "transactionIdentification": self.transaction_identification,
            "scheduleIdentification": self.schedule,
            // As text: an amount's digits do not survive in a number of JSON.
            "paymentAmount": order.amount.to_string(),
            "statusReasonCode": self.reason_code,
        });
        let kind = if self.reason_code.is_none() { "payment.settled" } else { "payment.rejected" };
        let partner = Some(order.partner);
        event::record(tx, &Event { kind, partner, subject: &self.reference, at: now, detail })
    }

    /// Whether F made it, or a schedule.
    pub(super) fn kind(&self) -> TransactionType {
        if self.schedule.is_some() { TransactionType::Schedule } else { TransactionType::RealTime }
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

/// Whether the partner has a payment of this identification.
pub(super) fn is_taken(tx: &mut Tx<'_>, partner: &str, identification: &str) -> Result<bool, StoreError> {
    let sql = "SELECT 1 FROM payment WHERE partner = $1 AND transaction_identification = $2";
    Ok(tx.query_one(sql, &[partner.into(), identification.into()], |_| Ok(()))?.is_some())
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
