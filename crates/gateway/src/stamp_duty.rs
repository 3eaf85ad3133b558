//! Stamp duty: the gateway as the Revenue Department.
//!
//! Filers log in with a name and a password, and send forms that are signed with a certificate of theirs. What a form asks
//! for is done by one function over a transaction, as with the bank.

mod access;
mod address;
mod answer;
mod bill;
mod filer;
mod filing;
mod form;
mod inquiry;
mod nonce;
mod number;
mod path;
mod payment;
mod qr;
mod receipt;
mod refusal;
mod state;
mod verification;

pub(crate) use address::{FIRST_SEGMENT as PAPERS, answer as paper};
pub(crate) use filer::{NewCertificate, NewFiler, insert as admit, is_there};
pub(crate) use filing::{cancel, expire as filing_expired, verify as filing_verified};
pub(crate) use path::Paths;
pub(crate) use payment::{Bill, pay};
pub(crate) use qr::read as read_qr;
pub(crate) use receipt::addresses;
pub(crate) use state::FilingStatus;
pub(crate) use verification::check_certificate;

use crate::{Gateway, store::Tx};
use access::Caller;
use jiff::Timestamp;
use satang_core::{
    Clock, Entropy, Refusal, Router,
    stamp_duty::{self as contract, Handler},
};
use satang_schema::stamp_duty::{
    CheckFilingStatus, CheckPaymentStatus, FilingAnswer, LoginAnswer, PaymentStatusAnswer, ReceiptAnswer,
    ReqFormReceiptFile, SignedForm, SubmitFiling, SubmitFilingAuth,
};
use std::{fmt, sync::Arc};
use verification::Verifiers;

/// Answers filers.
pub(crate) struct Department {
    gateway: Arc<Gateway>,
    verifiers: Verifiers,
}

impl Department {
    /// The largest body: a form, and what goes around it. Logins are held to less.
    const BODY_LIMIT: usize = SignedForm::<()>::MOST + 64 * 1024;

    pub(crate) fn router(gateway: &Arc<Gateway>) -> Router<contract::Server<Self>> {
        let department = Self { gateway: Arc::clone(gateway), verifiers: Verifiers::default() };
        contract::router(Arc::new(department)).with_body_limit(Self::BODY_LIMIT)
    }

    /// Answers a question from a snapshot.
    async fn ask<A, F>(&self, question: F) -> Result<A, Refusal>
    where
        A: Send + 'static,
        F: FnOnce(&mut Tx<'_>) -> Result<A, Refusal> + Send + 'static,
    {
        self.gateway.store.read(question).await
    }
}

impl fmt::Debug for Department {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Department").finish_non_exhaustive()
    }
}

impl Clock for Department {
    fn now(&self) -> Timestamp {
        self.gateway.now()
    }
}

impl Entropy for Department {
    fn fill(&self, bytes: &mut [u8]) {
        self.gateway.fill(bytes);
    }
}

impl Handler for Department {
    async fn submit_filing_auth(&self, _: Caller, request: SubmitFilingAuth) -> Result<LoginAnswer, Refusal> {
        self.log_in(request).await
    }

    async fn submit_filing(&self, caller: Caller, request: SubmitFiling) -> Result<FilingAnswer, Refusal> {
        let instrument = request.e_instrument;
        let filer = caller.filer(instrument.sender.id.as_str())?;
        form::expect_plain(instrument.encrypt_type)?;
        let form = self.open(&filer, &instrument.rd_form)?;
        form::check(&form)?;
        let (now, obeys_magic) = (self.now(), !self.gateway.production);
        let filing = filing::Submission { filer, role: instrument.sender.sender_role, form, obeys_magic };
        let filed = self.gateway.store.write(move |tx| filing::submit(tx, &filing, now)).await;
        // A large one is verified soon.
        self.gateway.wake();
        filed
    }

    async fn check_filing_status(
        &self,
        caller: Caller,
        request: CheckFilingStatus,
    ) -> Result<FilingAnswer, Refusal> {
        let instrument = request.e_instrument;
        let filer = caller.filer(instrument.sender.id.as_str())?;
        let form = self.open_filing_status(&filer, &instrument.rd_form)?;
        self.ask(move |tx| inquiry::filing_status(tx, &filer, &form)).await
    }

    async fn check_payment_status(
        &self,
        caller: Caller,
        request: CheckPaymentStatus,
    ) -> Result<PaymentStatusAnswer, Refusal> {
        let instrument = request.e_instrument;
        let filer = caller.filer(instrument.sender.id.as_str())?;
        let form = self.open(&filer, &instrument.rd_form)?;
        self.ask(move |tx| inquiry::payment_status(tx, &filer, &form)).await
    }

    async fn req_form_receipt_file(
        &self,
        caller: Caller,
        request: ReqFormReceiptFile,
    ) -> Result<ReceiptAnswer, Refusal> {
        let instrument = request.e_instrument;
        let filer = caller.filer(instrument.sender.id.as_str())?;
        let form = self.open(&filer, &instrument.rd_form)?;
        let (pepper, public_url) = (self.gateway.pepper.clone(), self.gateway.public_url.clone());
        self.ask(move |tx| receipt::files(tx, (&pepper, &public_url), &filer, &form)).await
    }
}
