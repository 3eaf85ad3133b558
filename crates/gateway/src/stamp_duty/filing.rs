//! Filings: filed once, whatever is sent twice; verified when they are large; expired when nobody pays.

use super::{
    answer,
    bill::{self, Bill},
    filer::Filer,
    form::refuse_form,
    number,
    refusal::refuse,
    state::{FilingEvent, FilingStatus},
};
use crate::{
    agenda::{self, Task},
    event::{self, Event},
    partner::hash,
    store::{Row, StoreError, Tx},
};
use jiff::{SignedDuration, Timestamp};
use satang_core::Refusal;
use satang_schema::{
    Satang,
    krungsri::SandboxError,
    stamp_duty::{CodeClass, FilingAnswer, FilingForm, InstInfo, ResponseCode, SenderRole},
};
use satang_validation::{Code, Pointer, Rule, Violations};
use serde_json::{Value as Json, json};
use std::sync::Arc;

/// More instruments than this are verified later. Public, roughly.
const AT_ONCE: usize = 50;
/// How long that takes. Proposed by Satang; not published by the Department.
const VERIFICATION: SignedDuration = SignedDuration::from_secs(30);

/// What a filer files.
pub(super) struct Submission {
    pub(super) filer: Arc<Filer>,
    pub(super) role: SenderRole,
    pub(super) form: FilingForm,
    /// Whether a `requestId` that begins with a code asks for it.
    pub(super) obeys_magic: bool,
}

/// Files, or gives the first answer again.
///
/// # Errors
/// `E07108` when another form was filed under this `requestId`, or one of the instruments is in another filing that stands.
pub(super) fn submit(
    tx: &mut Tx<'_>,
    submission: &Submission,
    now: Timestamp,
) -> Result<FilingAnswer, Refusal> {
    let Submission { filer, role, form, .. } = submission;
    let request_id = form.document_detail.request_id.as_str();
    if let Some(code) = asked_for(request_id).filter(|_| submission.obeys_magic) {
        return Err(refuse(&code));
    }
    // Of what was understood, not of the bytes: whoever signs the same form again makes another token of it.
    let fingerprint = hash(&serde_json::to_vec(&(role, form)).map_err(|_| Refusal::internal())?);
    let filing = match of_request(tx, filer, request_id)? {
        Some((first, same)) if same == fingerprint => first,
        Some(_) => return Err(refuse(&ResponseCode::Duplicate)),
        None => file(tx, submission, &fingerprint, now)?,
    };
    answer::first(tx, &filing)
}

/// The code that a `requestId` such as `E07102-1` asks for: one that only passes, and so has no other cause here.
fn asked_for(request_id: &str) -> Option<ResponseCode> {
    let code: ResponseCode = request_id.split_once('-')?.0.parse().ok()?;
    (code.class() == CodeClass::Transient).then_some(code)
}

fn file(
    tx: &mut Tx<'_>,
    submission: &Submission,
    fingerprint: &[u8; 32],
    now: Timestamp,
) -> Result<Filing, Refusal> {
    let form = &submission.form;
    let bill = Bill::of(form, now)?;
    let (expire_date, end) = bill::due(now);
    let is_small = form.inst_info.len() <= AT_ONCE;
    let api_ref_no = number::filing(tx, now)?;
    let mut filing = Filing {
        filer: submission.filer.username.clone(),
        request_id: form.document_detail.request_id.to_string(),
        response_payment_type: form.summary.response_payment_type.as_str().to_owned(),
        instruments: i64::try_from(form.inst_info.len()).unwrap_or(i64::MAX),
        status: if is_small { FilingStatus::Filed } else { FilingStatus::Received },
        duty: bill.duty,
        surcharge: bill.surcharge,
        fine: bill.fine,
        total: bill.total,
        reference1: api_ref_no.clone(),
        reference2: format!("{:010}", bill.total),
        expire_date: expire_date.to_string(),
        api_ref_no,
    };
    filing.insert(tx, submission, fingerprint, now)?;
    insert_instruments(tx, &filing, form, &bill)?;
    agenda::plan(tx, Task::FilingExpiry, &filing.api_ref_no, end)?;
    if is_small {
        filing.record(tx, "filing.filed", now)?;
        filing.settle_if_free(tx, now)?;
    } else {
        let verified = now.checked_add(VERIFICATION).unwrap_or(Timestamp::MAX);
        agenda::plan(tx, Task::FilingVerification, &filing.api_ref_no, verified)?;
        filing.record(tx, "filing.received", now)?;
    }
    Ok(filing)
}

/// Writes the instruments, none of which may be in another filing that stands. Proposed by Satang: what makes an
/// instrument is who files it, its kind, its number, that of its contract, and how often it is filed.
fn insert_instruments(
    tx: &mut Tx<'_>,
    filing: &Filing,
    form: &FilingForm,
    bill: &Bill,
) -> Result<(), Refusal> {
    let numbers = number::instruments(tx, form.inst_info.len())?;
    let mut found = Violations::new();
    for (position, ((instrument, ref_no), surcharge)) in
        form.inst_info.iter().zip(&numbers).zip(&bill.surcharges).enumerate()
    {
        let is_new = insert_instrument(
            tx,
            (filing, form.document_detail.type_code.as_str()),
            (position, ref_no, *surcharge),
            instrument,
        )?;
        if !is_new {
            let place = Pointer::root().member("instInfo").index(position).member("id");
            found.add(place, Rule::new(Code::Duplicate, "expected an instrument that is not filed already"));
        }
    }
    if found.is_empty() { Ok(()) } else { Err(refuse_form(&ResponseCode::Duplicate, found)) }
}

fn insert_instrument(
    tx: &mut Tx<'_>,
    (filing, kind): (&Filing, &str),
    (position, ref_no, surcharge): (usize, &str, i64),
    instrument: &InstInfo,
) -> Result<bool, StoreError> {
    let id = instrument.id.as_str();
    let contract_no = instrument.contract_no.as_ref().map_or("", |text| text.as_str());
    let times = instrument.filing_no.map_or(1, |number| number.value());
    // As JSON, so that no two lists run together.
    let live_key = hash(json!([filing.filer, kind, id, contract_no, times]).to_string().as_bytes());
    let inserted = tx.execute(
        "INSERT INTO instrument (ref_no, filing, position, id, contract_no, creation_date, tax_payer, amount, duty,
             surcharge, live_key)
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11) ON CONFLICT (live_key) DO NOTHING",
        &[
            ref_no.into(),
            (&filing.api_ref_no).into(),
            i64::try_from(position).unwrap_or(i64::MAX).into(),
            id.into(),
            contract_no.into(),
            (&instrument.creation_date.to_string()).into(),
            instrument.tax_payer.specified_tax_registration.id.as_str().into(),
            instrument.inst_amount.satang().0.into(),
            instrument.payment.total_amount.satang().0.into(),
            surcharge.into(),
            (&live_key).into(),
        ],
    )?;
    Ok(inserted == 1)
}

/// Finishes the verification of a large filing.
pub(crate) fn verify(tx: &mut Tx<'_>, api_ref_no: &str, now: Timestamp) -> Result<(), Refusal> {
    agenda::strike(tx, Task::FilingVerification, api_ref_no)?;
    change(tx, api_ref_no, FilingEvent::Verified, now)
}

/// Ends the time to pay.
pub(crate) fn expire(tx: &mut Tx<'_>, api_ref_no: &str, now: Timestamp) -> Result<(), Refusal> {
    agenda::strike(tx, Task::FilingExpiry, api_ref_no)?;
    change(tx, api_ref_no, FilingEvent::TimedOut, now)
}

/// Cancels a filing for the Department.
pub(crate) fn cancel(tx: &mut Tx<'_>, api_ref_no: &str, now: Timestamp) -> Result<(), Refusal> {
    let mut filing = find(tx, api_ref_no)?.ok_or_else(|| Refusal::not_found("no such filing"))?;
    let next = filing.status.after(FilingEvent::Cancelled);
    let next = next.ok_or_else(|| {
        Refusal::of(&SandboxError::STATE)
            .saying("a filing that is paid, cancelled or expired stays what it is")
    })?;
    Ok(filing.become_(tx, next, None, now)?)
}

/// Lets due work happen to a filing, unless something else has happened to it.
fn change(tx: &mut Tx<'_>, api_ref_no: &str, event: FilingEvent, now: Timestamp) -> Result<(), Refusal> {
    if let Some(mut filing) = find(tx, api_ref_no)?
        && let Some(next) = filing.status.after(event)
    {
        filing.become_(tx, next, None, now)?;
        if next == FilingStatus::Filed {
            filing.settle_if_free(tx, now)?;
        }
    }
    Ok(())
}

/// A filing as it is stored.
pub(super) struct Filing {
    pub(super) api_ref_no: String,
    pub(super) filer: String,
    pub(super) request_id: String,
    pub(super) response_payment_type: String,
    pub(super) instruments: i64,
    pub(super) status: FilingStatus,
    pub(super) duty: i64,
    pub(super) surcharge: i64,
    pub(super) fine: i64,
    pub(super) total: i64,
    pub(super) reference1: String,
    pub(super) reference2: String,
    pub(super) expire_date: String,
}

impl Filing {
    /// The columns, in the order of [`from_row`](Filing::from_row).
    pub(super) const COLUMNS: &str = "api_ref_no, filer, request_id, response_payment_type, instruments, status, \
        total_duty, total_surcharge, total_fine, total_amount, reference1, reference2, expire_date";

    pub(super) fn from_row(row: &Row<'_>) -> Result<Self, StoreError> {
        Ok(Self {
            api_ref_no: row.text(0)?,
            filer: row.text(1)?,
            request_id: row.text(2)?,
            response_payment_type: row.text(3)?,
            instruments: row.int(4)?,
            status: FilingStatus::read(&row.text(5)?)?,
            duty: row.int(6)?,
            surcharge: row.int(7)?,
            fine: row.int(8)?,
            total: row.int(9)?,
            reference1: row.text(10)?,
            reference2: row.text(11)?,
            expire_date: row.text(12)?,
        })
    }

    /// Whether it is verified only later.
    pub(super) fn is_large(&self) -> bool {
        usize::try_from(self.instruments).unwrap_or(usize::MAX) > AT_ONCE
    }

    fn insert(
        &self,
        tx: &mut Tx<'_>,
        submission: &Submission,
        fingerprint: &[u8; 32],
        now: Timestamp,
    ) -> Result<(), StoreError> {
        let form = &submission.form;
        let sql = format!(
            "INSERT INTO filing ({}, fingerprint, sender_role, type_code, payer_tax_id, status_at, created_at)
             VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, $18, $19)",
            Self::COLUMNS
        );
        tx.execute(
            &sql,
            &[
                (&self.api_ref_no).into(),
                (&self.filer).into(),
                (&self.request_id).into(),
                (&self.response_payment_type).into(),
                self.instruments.into(),
                self.status.as_str().into(),
                self.duty.into(),
                self.surcharge.into(),
                self.fine.into(),
                self.total.into(),
                (&self.reference1).into(),
                (&self.reference2).into(),
                (&self.expire_date).into(),
                fingerprint.into(),
                submission.role.as_str().into(),
                form.document_detail.type_code.as_str().into(),
                form.summary.payer.specified_tax_registration.id.as_str().into(),
                now.as_microsecond().into(),
                now.as_microsecond().into(),
            ],
        )?;
        Ok(())
    }

    /// A filing that costs nothing has nothing to wait for.
    fn settle_if_free(&mut self, tx: &mut Tx<'_>, now: Timestamp) -> Result<(), StoreError> {
        if self.total > 0 { Ok(()) } else { self.become_(tx, FilingStatus::Paid, None, now) }
    }

    /// Takes the filing to its next status, and records that. Its instruments may be filed again when it no longer stands.
    pub(super) fn become_(
        &mut self,
        tx: &mut Tx<'_>,
        next: FilingStatus,
        movement: Option<&str>,
        now: Timestamp,
    ) -> Result<(), StoreError> {
        self.status = next;
        tx.execute(
            "UPDATE filing SET status = $1, status_at = $2, ledger_transaction_id = $3 WHERE api_ref_no = $4",
            &[next.as_str().into(), now.as_microsecond().into(), movement.into(), (&self.api_ref_no).into()],
        )?;
        if matches!(next, FilingStatus::Paid | FilingStatus::Cancelled) {
            agenda::strike(tx, Task::FilingExpiry, &self.api_ref_no)?;
            agenda::strike(tx, Task::FilingVerification, &self.api_ref_no)?;
        }
        if matches!(next, FilingStatus::Cancelled | FilingStatus::Expired) {
            let sql = "UPDATE instrument SET live_key = NULL WHERE filing = $1";
            tx.execute(sql, &[(&self.api_ref_no).into()])?;
        }
        let kind = match next {
            FilingStatus::Received => "filing.received",
            FilingStatus::Filed => "filing.filed",
            FilingStatus::Paid => "filing.paid",
            FilingStatus::Cancelled => "filing.cancelled",
            FilingStatus::Expired => "filing.expired",
        };
        self.record(tx, kind, now)
    }

    fn record(&self, tx: &mut Tx<'_>, kind: &'static str, at: Timestamp) -> Result<(), StoreError> {
        let detail: Json = json!({
            "requestId": self.request_id,
            "instruments": self.instruments,
            // As text: an amount's digits do not survive in a number of JSON.
            "totalAmount": Satang(self.total).to_string(),
        });
        let partner = Some(self.filer.as_str());
        event::record(tx, &Event { kind, partner, subject: &self.api_ref_no, at, detail })
    }
}

pub(super) fn find(tx: &mut Tx<'_>, api_ref_no: &str) -> Result<Option<Filing>, StoreError> {
    let sql = format!("SELECT {} FROM filing WHERE api_ref_no = $1", Filing::COLUMNS);
    tx.query_one(&sql, &[api_ref_no.into()], Filing::from_row)
}

/// The filer's filing of this reference. Another filer's is as good as none.
pub(super) fn own(tx: &mut Tx<'_>, filer: &Filer, api_ref_no: &str) -> Result<Option<Filing>, StoreError> {
    Ok(find(tx, api_ref_no)?.filter(|filing| filing.filer == filer.username))
}

/// What was filed under this `requestId`, and its fingerprint.
fn of_request(
    tx: &mut Tx<'_>,
    filer: &Filer,
    request_id: &str,
) -> Result<Option<(Filing, Vec<u8>)>, StoreError> {
    let sql =
        format!("SELECT {}, fingerprint FROM filing WHERE filer = $1 AND request_id = $2", Filing::COLUMNS);
    tx.query_one(&sql, &[(&filer.username).into(), request_id.into()], |row| {
        Ok((Filing::from_row(row)?, row.blob(13)?))
    })
}
