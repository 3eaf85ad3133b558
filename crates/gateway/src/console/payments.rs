//! Payments: when, how much, what came of them.

use super::{
    Sheet, callbacks,
    draw::{self, Section},
    events, ledger,
    listing::{self, Source},
    words::{AMOUNT, CREDITOR, IDENTIFIER, PARTNER, PAYMENT, REFERENCE, SCHEDULE, SLIP, STATUS, TOKEN, WHEN},
};
use crate::{
    page::{Text, Visit},
    store::{Row, StoreError, Tx},
};
use maud::html;

const COLUMNS: &str =
    "partner, transaction_identification, token, creditor_account, amount, reference_number1,
    reference_number2, annotation, status, reason_code, schedule, processed_at, ledger_transaction_id,
    (SELECT slip.bank || slip.reference FROM slip WHERE slip.payment = payment.reference)";

/// A payment as it is shown.
pub(super) struct Shown {
    created_at: i64,
    reference: String,
    partner: String,
    transaction_identification: String,
    token: String,
    creditor_account: String,
    amount: i64,
    reference_number1: String,
    reference_number2: Option<String>,
    annotation: Option<String>,
    status: String,
    reason_code: Option<String>,
    schedule: Option<String>,
    processed_at: i64,
    posting: Option<String>,
    slip: Option<String>,
}

impl Shown {
    fn from_row(row: &Row<'_>) -> Result<Self, StoreError> {
        Ok(Self {
            created_at: row.int(0)?,
            reference: row.text(1)?,
            partner: row.text(2)?,
            transaction_identification: row.text(3)?,
            token: row.text(4)?,
            creditor_account: row.text(5)?,
            amount: row.int(6)?,
            reference_number1: row.text(7)?,
            reference_number2: row.optional_text(8)?,
            annotation: row.optional_text(9)?,
            status: row.text(10)?,
            reason_code: row.optional_text(11)?,
            schedule: row.optional_text(12)?,
            processed_at: row.int(13)?,
            posting: row.optional_text(14)?,
            slip: row.optional_text(15)?,
        })
    }
}

pub(super) fn list(tx: &mut Tx<'_>, visit: &Visit) -> Result<Sheet, StoreError> {
    let source = Source { table: "payment", id: "reference", at: "created_at", columns: COLUMNS };
    let (partner, before) = (visit.query("partner"), visit.query("before"));
    let payments = listing::newest_of_partners(tx, &source, partner, before, Shown::from_row)?;
    let language = visit.language();
    let columns = [
        (WHEN, false),
        (AMOUNT, true),
        (STATUS, false),
        (PARTNER, false),
        (CREDITOR, false),
        (REFERENCE, false),
        (SLIP, false),
        (PAYMENT, false),
    ];
    let main = draw::listed(visit, &columns, &payments, |payment| {
        vec![
            draw::moment(payment.created_at),
            draw::money(payment.amount),
            draw::status(&payment.status, payment.reason_code.as_deref(), language),
            html! { (payment.partner) },
            draw::account(&payment.creditor_account),
            html! { (payment.reference_number1) },
            html! { @if let Some(slip) = &payment.slip { (draw::link(Section::Slips, slip)) } },
            draw::link(Section::Payments, &payment.reference),
        ]
    });
    Ok(Sheet { title: Section::Payments.title().to(language).to_owned(), main })
}

const TRANSACTION: Text = Text {
    en: "Partner's identification", th: "หมายเลขรายการของคู่ค้า"
};
const SECOND: Text = Text { en: "Second reference", th: "อ้างอิง 2" };
const ANNOTATION: Text = Text { en: "Annotation", th: "หมายเหตุ" };
const PROCESSED: Text = Text { en: "Processed", th: "ดำเนินการเมื่อ" };

pub(super) fn show(tx: &mut Tx<'_>, visit: &Visit, id: &str) -> Result<Option<Sheet>, StoreError> {
    let sql = format!("SELECT created_at, reference, {COLUMNS} FROM payment WHERE reference = $1");
    let Some(payment) = tx.query_one(&sql, &[id.into()], Shown::from_row)? else { return Ok(None) };
    let language = visit.language();
    let registration = "SELECT id FROM registration WHERE token = $1 AND partner = $2";
    let known = [(&payment.token).into(), (&payment.partner).into()];
    let registration = tx.query_one(registration, &known, |row| row.text(0))?;
    let token = html! {
        @if let Some(registration) = &registration {
            a.id href=(Section::Registrations.path_of(registration)) { (payment.token) }
        } @else { (payment.token) }
    };
    let facts = vec![
        (AMOUNT, Some(draw::money(payment.amount))),
        (STATUS, Some(draw::status(&payment.status, payment.reason_code.as_deref(), language))),
        (WHEN, Some(draw::moment(payment.created_at))),
        (PROCESSED, Some(draw::moment(payment.processed_at))),
        (PARTNER, Some(draw::link(Section::Partners, &payment.partner))),
        (TRANSACTION, draw::plain(Some(&payment.transaction_identification))),
        (IDENTIFIER, draw::plain(Some(&payment.reference))),
        (TOKEN, Some(token)),
        (CREDITOR, Some(draw::account(&payment.creditor_account))),
        (REFERENCE, draw::plain(Some(&payment.reference_number1))),
        (SECOND, draw::plain(payment.reference_number2.as_deref())),
        (ANNOTATION, draw::plain(payment.annotation.as_deref())),
        (SCHEDULE, payment.schedule.as_deref().map(|id| draw::link(Section::Schedules, id))),
        (SLIP, payment.slip.as_deref().map(|id| draw::link(Section::Slips, id))),
    ];
    let mut subjects = vec![payment.reference.as_str(), &payment.transaction_identification];
    // A schedule's payment has one identifier for both.
    subjects.dedup();
    let main = html! {
        (draw::facts(language, facts))
        @if let Some(posting) = &payment.posting { (ledger::posting(tx, language, posting)?) }
        (callbacks::about(tx, language, &payment.partner, &subjects)?)
        (events::story(tx, language, &subjects)?)
    };
    Ok(Some(Sheet { title: PAYMENT.to(language).to_owned(), main }))
}
