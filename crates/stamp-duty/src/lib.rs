//! Stamp duty of the Revenue Department of Thailand: file instruments, know what to pay, fetch receipts.
//!
//! | | |
//! | --- | --- |
//! | [`duty`], [`filing_deadline`] | what an instrument costs, and until when it is filed: no service needed |
//! | [`Instrument`], [`Filing`], [`SignedFiling`] | form อ.ส.9, with its sums, signed |
//! | [`file`](StampDuty::file), [`wait`](StampDuty::wait) | file it, and learn what to pay |
//! | [`payment_status`](StampDuty::payment_status) | whether it has been paid |
//! | [`receipts`](StampDuty::receipts) | receipts and forms, as files |
//!
//! ```
//! # include!(concat!(env!("CARGO_MANIFEST_DIR"), "/src/example.rs"));
//! # fn main() -> Result<(), Box<dyn std::error::Error>> { pollster::block_on(async {
//! # let transport = department();
//! use satang_jose::PrivateKey;
//! use satang_stamp_duty::{Filer, Filing, FormSigner, Instrument, Outcome, Paper, Satang, StampDuty, Submitted};
//! use satang_stamp_duty::wire::{PaidStatus, RequestType, SenderRole};
//!
//! let filer = Filer {
//!     username: "demo-filer".parse()?, password: "demo-password".parse()?,
//!     sender: "XYZ00001".parse()?, role: SenderRole::DutyPayer,
//! };
//! let signer = FormSigner::new(PrivateKey::generate_rsa(2048)?)?;
//! let department = StampDuty::new(transport, filer, signer); // `satang_transport::Client`, or any other `Transport`
//!
//! let paper = Paper { number: "2569/01".parse()?, created: "2026-02-21".parse()?, payer: "0105541069237".parse()? };
//! let lease = Instrument::lease(paper, "Flat 12, Silom".parse()?, Satang::from_baht(240_000))?;
//! let filing = Filing::new("REQ-2569-000001".parse()?, "0105541069237".parse()?).with(lease);
//!
//! let signed = department.sign(&filing)?; // store it, then
//! let accepted = match department.file(&signed).await? {
//!     Submitted::Accepted(accepted) => accepted,
//!     Submitted::Received(reference) => match department.wait(&reference).await? {
//!         Outcome::Done(accepted) => accepted,
//!         Outcome::Pending { .. } => return Ok(println!("wait again for {reference}")),
//!     },
//!     Submitted::Duplicate(_) => return Ok(println!("it was filed before")),
//!     Submitted::Unknown(why) => return Ok(println!("it may have been filed: {why:?}")),
//! };
//! if let Some(payment) = &accepted.payment {
//!     println!("pay {:?} by {:?}", payment.total_amount, payment.ref1);
//! }
//! let status = department.payment_status(&accepted.api_ref_no, &[]).await?;
//! if matches!(status, Outcome::Done(paid) if paid.form_status == PaidStatus::Paid) {
//!     if let Outcome::Done(found) = department.receipts(&accepted.api_ref_no, RequestType::Receipt, &[]).await? {
//!         assert_eq!(found[0].files[0].bytes, b"%PDF-1.7\n");
//!     }
//! }
//! # Ok(()) }) }
//! ```
//!
//! # What can happen to a filing
//! | result | the filing | what to do |
//! | --- | --- | --- |
//! | [`Submitted::Accepted`] | is filed; nothing is paid by that | pay by the references, then ask [`payment_status`](StampDuty::payment_status) |
//! | [`Submitted::Received`] | is being verified, which is so above 50 instruments (public) | [`wait`](StampDuty::wait) |
//! | [`Submitted::Duplicate`] | was filed before, or one of its instruments was; nothing was filed now | do not pay twice; see below |
//! | [`Submitted::Unknown`] | may be filed | see below |
//! | `Err` | is not filed: it was refused, or never sent | mend what the [`Error`]'s [`code`](Error::code) and [`violations`](Error::violations) say; [`is_retryable`](Error::is_retryable) says whether the same may be sent again |
//!
//! # When the outcome is unknown
//! A filing is sent **once**: this crate never sends it again on its own. An answer that was lost cannot be asked for, because every
//! inquiry of the Department wants the reference that was in it; and that the Department answers the same filing twice
//! with the same references is **proposed by Satang; not published by the Department**. What is public is the code `E07108`,
//! duplicate. So, when you have to know:
//!
//! 1. Look for the filing on the Department's portal, if you can. That settles it.
//! 2. Or [`file`](StampDuty::file) the same [`SignedFiling`] again: the same bytes, under the same request identifier.
//!
//! | result of the second time | what it means |
//! | --- | --- |
//! | [`Submitted::Duplicate`] | the first one was filed: its references are on the portal. Unless the identifier, or an instrument, had been used before |
//! | [`Submitted::Accepted`] or [`Received`](Submitted::Received) | the first one was not filed, or is answered again (what the gateway here does), or, at worst, is filed twice |
//! | [`Submitted::Unknown`] | nothing new |
//!
//! At worst there are then two filings of the same instruments. No money has moved by that: duty is paid by the references of
//! one filing. Pay by those of the last answer only, and never by two. **Never** sign the same instruments under another
//! request identifier while the first is unknown: nothing could recognise that one.
//!
//! # How an answer is read
//! The code decides, not the HTTP status, which the Department does not document. An error code in an answer of success is
//! an `Err`, never a result.
//!
//! | class of the code | filing | inquiry |
//! | --- | --- | --- |
//! | done: `I…` but `I07001` | [`Submitted::Accepted`] | [`Outcome::Done`] |
//! | pending: `I07001`, `P…` | [`Submitted::Received`] | [`Outcome::Pending`] |
//! | log in: `E07104` | once more, with a new token | the same |
//! | duplicate: `E07108` | [`Submitted::Duplicate`] | `Err` |
//! | `E07112`, send again | `Err`, retryable | `Err`, retryable |
//! | another that is transient: `E07102`, `E07105`, `E07107` | [`Submitted::Unknown`] | `Err`, retryable |
//! | any other `E…` | `Err` | `Err` |
//! | none, with HTTP 4xx but 408 | `Err` | `Err` |
//! | none, with HTTP 408 or 5xx; no answer; one that cannot be read | [`Submitted::Unknown`] | `Err` |
//!
//! # What is whose
//! Only the page of CheckPaymentStatus is a source; the other operations are put together from what is public of them. Each
//! wire type in [`wire`] says for each member whether it is published, public, inferred or proposed. `encryptType` 1, a form
//! inside a JWE, is not supported: its algorithms are not published.
#![forbid(unsafe_code)]

mod deadline;
mod documents;
pub mod duty;
mod filing;
mod instrument;
mod outcome;
mod paths;
mod session;
mod sign;
#[cfg(test)]
mod tests;

pub use deadline::{DAYS, Holidays, filing_deadline};
pub use documents::{Document, Documents, File, Media};
pub use filing::{FORM_VERSION, Filing, SignedFiling};
pub use instrument::{Detail, Instrument, Paper};
pub use outcome::{Accepted, ApiRefNo, Outcome, RefNo, Submitted, Why};
pub use paths::Paths;
pub use satang_core::{Clock, Error, Kind, Sent, System, Timer, Transport, stamp_duty::Client};
/// The wire types.
pub use satang_schema::stamp_duty as wire;
pub use satang_schema::{AmountOrZero, Date, Password, Satang, TaxId, Text};
pub use session::{Filer, Nonce, Session};
pub use sign::{FormSigner, profile};

use http::StatusCode;
use satang_validation::{Code, Pointer, Rule, Violations};
use std::{sync::Arc, time::Duration};
use wire::{
    CheckFilingStatus, CheckPaymentStatus, EncryptType, FilingInstrument, FilingSender, FilingStatusForm,
    PaidForm, PaymentStatusForm, ReceiptForm, ReceiptInstrument, ReferenceList, ReqFormReceiptFile,
    RequestType, ResponsePaymentType, SubmitFiling,
};

/// Files instruments for one [`Filer`]. Share it: all callers then share one login.
#[derive(Debug)]
pub struct StampDuty<T> {
    session: Session<T>,
    signer: FormSigner,
    patience: Patience,
}

/// How long to ask what became of a filing: the pauses before each inquiry.
#[derive(Clone, Debug)]
pub struct Patience(Vec<Duration>);

impl Patience {
    /// Asks after each of these pauses.
    pub fn new(pauses: impl IntoIterator<Item = Duration>) -> Self {
        Self(pauses.into_iter().collect())
    }
}

impl Default for Patience {
    /// After 1, 2, 4, 8, 16 and 30 seconds, then every 30 seconds: about ten minutes in all. How long the Department verifies
    /// is not published.
    fn default() -> Self {
        let first = [1, 2, 4, 8, 16].into_iter().chain(std::iter::repeat_n(30, 19));
        Self::new(first.map(Duration::from_secs))
    }
}

impl<T: Transport + Timer> StampDuty<T> {
    /// Stamp duty over this transport, for `filer`, whose forms are signed by `signer`.
    ///
    /// Receipts come as base64 in one answer: give the transport room for them.
    pub fn new(transport: T, filer: Filer, signer: FormSigner) -> Self {
        let session = Session::new(transport, filer, Arc::new(System));
        Self { session, signer, patience: Patience::default() }
    }

    /// Calls the operations at these paths.
    #[must_use]
    pub fn with_paths(mut self, paths: Paths) -> Self {
        self.session.paths = paths;
        self
    }

    /// Writes the date and time of a login so.
    #[must_use]
    pub fn with_nonce(mut self, nonce: Nonce) -> Self {
        self.session.nonce = nonce;
        self
    }

    /// Takes the time of a login from this clock instead of the machine's.
    #[must_use]
    pub fn with_clock(mut self, clock: impl Clock + 'static) -> Self {
        self.session.clock = Arc::new(clock);
        self
    }

    /// Asks this long what became of a filing.
    #[must_use]
    pub fn with_patience(mut self, patience: Patience) -> Self {
        self.patience = patience;
        self
    }

    /// The operations one by one, over the same session.
    pub fn client(&self) -> Client<&Session<T>> {
        Client::new(&self.session)
    }

    /// Logs in, unless that was done: to learn early that user name and password are right.
    ///
    /// # Errors
    /// [`Error`] with the Department's [`code`](Error::code), such as `E07103`, or why there is none.
    pub async fn log_in(&self) -> Result<(), Error> {
        self.session.token(None).await.map(drop)
    }

    /// Signs a filing.
    ///
    /// # Errors
    /// As [`SignedFiling::new`].
    pub fn sign(&self, filing: &Filing) -> Result<SignedFiling, Error> {
        SignedFiling::new(filing, &self.signer)
    }

    /// Files, once. What to do after each result, the [front page](crate) says.
    ///
    /// # Errors
    /// [`Error`] when it is certain that nothing was filed.
    pub async fn file(&self, filing: &SignedFiling) -> Result<Submitted, Error> {
        let Filer { sender, role, .. } = &self.session.filer;
        let request = SubmitFiling {
            e_instrument: FilingInstrument {
                sender: FilingSender { id: sender.clone(), sender_role: *role },
                encrypt_type: Some(EncryptType::Plain),
                rd_form: filing.form().clone(),
            },
        };
        outcome::submitted(filing.request_id(), self.client().submit_filing(&request).await)
    }

    /// Asks what became of a filing that was [received](Submitted::Received), after each pause of the
    /// [patience](Self::with_patience), until it is told.
    ///
    /// To wait has no effect at the Department, so it may be repeated at will, also after a restart with the reference alone.
    ///
    /// # Errors
    /// [`Error`] at once when the Department refuses, be it the inquiry or, after verifying it, the filing: its
    /// [`code`](Error::code) says which; after the last pause when it was not answered.
    pub async fn wait(&self, api_ref_no: &ApiRefNo) -> Result<Outcome<Accepted>, Error> {
        let form = FilingStatusForm {
            api_ref_no: api_ref_no.clone(),
            response_payment_type: Some(ResponsePaymentType::All),
        };
        let request = CheckFilingStatus::new(self.session.filer.sender.clone(), self.signer.sign(&form)?);
        let mut last = Err(Error::new(Kind::Timeout, Sent::No, "there was no patience to ask"));
        for pause in &self.patience.0 {
            self.session.sleep(*pause).await;
            let answer = self.client().check_filing_status(&request).await;
            last = match answer.and_then(|answer| outcome::found(api_ref_no, answer)) {
                Ok(Outcome::Done(accepted)) => return Ok(Outcome::Done(accepted)),
                Err(error) if !error.is_retryable() => return Err(error),
                unsettled => unsettled,
            };
        }
        last
    }

    /// Asks whether the duty has been paid: of all of a filing, or of the instruments in `ref_nos`.
    ///
    /// That no reference means all is inferred.
    ///
    /// # Errors
    /// [`Error`] with the Department's [`code`](Error::code), or why there is no answer.
    pub async fn payment_status(
        &self,
        api_ref_no: &ApiRefNo,
        ref_nos: &[RefNo],
    ) -> Result<Outcome<PaidForm>, Error> {
        let form = PaymentStatusForm {
            api_ref_no: api_ref_no.clone(),
            inst_info: ReferenceList { ref_no: ref_nos.to_vec() },
            response_payment_type: None,
        };
        let request = CheckPaymentStatus::new(self.session.filer.sender.clone(), self.signer.sign(&form)?);
        let answer = self.client().check_payment_status(&request).await?.e_instrument;
        let message = answer.respons_message.or(answer.response_message);
        outcome::read(answer.response_code, message, answer.rd_form)
    }

    /// Fetches files of a filing, or of the instruments in `ref_nos`, and decodes them.
    ///
    /// A receipt is there once the duty is paid; before, the answer is `E07110` (public). The gateway here gives files of at
    /// most 100 instruments at once (proposed by Satang): name them by `ref_nos` when there are more.
    ///
    /// # Errors
    /// [`Error`] with the Department's [`code`](Error::code), or why there is no answer; of kind [`Kind::Unreadable`] when a
    /// file is no base64 or larger than 16 MiB, or all files together are larger than 64 MiB.
    pub async fn receipts(
        &self,
        api_ref_no: &ApiRefNo,
        request_type: RequestType,
        ref_nos: &[RefNo],
    ) -> Result<Outcome<Vec<Documents>>, Error> {
        let instrument =
            |ref_no: &RefNo| ReceiptInstrument { ref_no: ref_no.clone(), specified_tax_registration: None };
        let form = ReceiptForm {
            request_type,
            api_ref_no: Some(api_ref_no.clone()),
            inst_info: ref_nos.iter().map(instrument).collect(),
        };
        let request = ReqFormReceiptFile::new(self.session.filer.sender.clone(), self.signer.sign(&form)?);
        let answer = self.client().req_form_receipt_file(&request).await?.e_instrument;
        let message = answer.respons_message.or(answer.response_message);
        Ok(match outcome::read(answer.response_code, message, answer.rd_form)? {
            Outcome::Done(found) => Outcome::Done(documents::decode(found.inst_info, documents::LIMITS)?),
            Outcome::Pending { code, message } => Outcome::Pending { code, message },
        })
    }
}

/// An answer of success that is not as it should be at `place`.
fn unreadable(place: Pointer, expected: &'static str) -> Error {
    let mut found = Violations::new();
    found.add(place, Rule::new(Code::Malformed, expected));
    Error::unreadable(StatusCode::OK, found)
}
