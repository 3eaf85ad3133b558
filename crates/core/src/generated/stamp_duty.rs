//! Generated from the contract document by `cargo xtask generate`: do not edit.
//!
//! Revenue Department e-Stamp Duty
//!
//! File instruments for stamp duty with the Revenue Department of Thailand, ask whether the duty has
//! been paid, and fetch receipts. *Published* is what the page of CheckPaymentStatus says. *Public* is
//! what other pages of the Department and of those who work with it say; it is less certain. What
//! neither says is marked as inferred, or as proposed by Satang.
//!
//! ## Where to call
//! The pages show `https://sample.rd.go.th/stamp/`, which is a placeholder, and clients that work use
//! other paths, such as `/rd-stamp-os9-service/submitFiling`. Both the host and the prefix of the path
//! are therefore a matter of configuration.
//!
//! ## Signed forms
//! `rdForm` is a JSON Web Signature in compact form (RFC 7515) with `alg` RS256, `typ` JWT and, unless
//! the certificate is registered, one certificate in `x5c`. Its payload is the form whose schema stands
//! at `contentSchema`. Nothing but the three parts and two dots is in it: no blanks, no line breaks, as
//! the example of the page has. The profile is proposed by Satang.
//!
//! ## Answers
//! The business code in `responseCode` decides, not the HTTP status, which the Department does not
//! document. Proposed by Satang: 200 for what a right request can be answered; 400 when the request
//! breaks the contract, with each violation; 401 without a token that is good. `responsMessage` is
//! spelt so by the Department. Text for people differs from answer to answer: compare codes only.
//!
//! ## Numbers and dates
//! Money is a JSON number in baht with two decimals. Dates are of the Gregorian calendar, also beside
//! identifiers that hold a Buddhist year.

use crate::operation::{Body, Envelope, Operation, Repeat};
#[cfg(feature = "client")]
use crate::{Error, Transport, client};
#[cfg(feature = "server")]
use crate::{Host, Incoming, Page, Refusal, Router, Routes, server};
pub use satang_schema::stamp_duty::{
    CheckFilingStatus, CheckPaymentStatus, FilingAnswer, LoginAnswer, PaymentStatusAnswer, ReceiptAnswer,
    ReqFormReceiptFile, SubmitFiling, SubmitFilingAuth,
};
#[cfg(feature = "server")]
use std::sync::Arc;

/// Log in.
///
/// Answers with the token that all other calls carry in `X-auth-token`. `nonce` is the date and time of
/// the request, in Bangkok, as `YYYY-MM-DD hh:mm:ss`; the page also has the pattern with a `T` between,
/// and both are read. Public; that it may be five minutes off is proposed by Satang, as is the life of
/// a token, half an hour: the Department has not published either.
pub static SUBMIT_FILING_AUTH: Operation = Operation {
    id: "submit_filing_auth",
    method: http::Method::POST,
    path: "/stamp/SubmitFilingAuth",
    bearer: false,
    signed: false,
    repeat: Repeat::Safe,
    body: Body::Json,
    envelope: Envelope::RevenueDepartmentLogin,
};

/// File instruments.
///
/// `I07000` answers with references of the instruments and what to pay; `I07001` says that the filing
/// is received and being verified, which is so above 50 instruments, and is asked for with
/// CheckFilingStatus. At most 1,000 instruments make one filing. Public. The same form again, by its
/// `requestId`, has no second effect and gets the first answer; another form with the same `requestId`
/// is `E07108` (proposed by Satang).
pub static SUBMIT_FILING: Operation = Operation {
    id: "submit_filing",
    method: http::Method::POST,
    path: "/stamp/SubmitFiling",
    bearer: false,
    signed: false,
    repeat: Repeat::Effect,
    body: Body::Json,
    envelope: Envelope::RevenueDepartment,
};

/// Ask what became of a filing.
///
/// `P07000` says that it is still being verified; otherwise the answer is that of SubmitFiling. Public.
pub static CHECK_FILING_STATUS: Operation = Operation {
    id: "check_filing_status",
    method: http::Method::POST,
    path: "/stamp/CheckFilingStatus",
    bearer: false,
    signed: false,
    repeat: Repeat::Safe,
    body: Body::Json,
    envelope: Envelope::RevenueDepartment,
};

/// Ask whether the duty has been paid.
///
/// For a whole filing when `instInfo.refNo` is an empty list, otherwise for the instruments in it.
/// Published; the meaning of the empty list is inferred.
pub static CHECK_PAYMENT_STATUS: Operation = Operation {
    id: "check_payment_status",
    method: http::Method::POST,
    path: "/stamp/CheckPaymentStatus",
    bearer: false,
    signed: false,
    repeat: Repeat::Safe,
    body: Body::Json,
    envelope: Envelope::RevenueDepartment,
};

/// Fetch forms and receipts.
///
/// What comes back depends on `requestType`. Public; the names of the members that hold files are
/// proposed by Satang, as they could not be found.
pub static REQ_FORM_RECEIPT_FILE: Operation = Operation {
    id: "req_form_receipt_file",
    method: http::Method::POST,
    path: "/stamp/ReqFormReceiptFile",
    bearer: false,
    signed: false,
    repeat: Repeat::Safe,
    body: Body::Json,
    envelope: Envelope::RevenueDepartment,
};

/// Calls the provider.
#[cfg(feature = "client")]
#[derive(Clone, Debug)]
pub struct Client<T> {
    transport: T,
}

#[cfg(feature = "client")]
impl<T: Transport> Client<T> {
    /// A client whose requests are carried by `transport`.
    pub fn new(transport: T) -> Self {
        Self { transport }
    }

    /// What carries the requests.
    pub fn transport(&self) -> &T {
        &self.transport
    }

    /// Log in.
    ///
    /// Answers with the token that all other calls carry in `X-auth-token`. `nonce` is the date and time of
    /// the request, in Bangkok, as `YYYY-MM-DD hh:mm:ss`; the page also has the pattern with a `T` between,
    /// and both are read. Public; that it may be five minutes off is proposed by Satang, as is the life of
    /// a token, half an hour: the Department has not published either.
    ///
    /// # Errors
    /// [`Error`], whose [`sent`](Error::sent) tells whether the request may have arrived.
    pub async fn submit_filing_auth(&self, request: &SubmitFilingAuth) -> Result<LoginAnswer, Error> {
        client::send(&self.transport, &SUBMIT_FILING_AUTH, request).await
    }

    /// File instruments.
    ///
    /// `I07000` answers with references of the instruments and what to pay; `I07001` says that the filing
    /// is received and being verified, which is so above 50 instruments, and is asked for with
    /// CheckFilingStatus. At most 1,000 instruments make one filing. Public. The same form again, by its
    /// `requestId`, has no second effect and gets the first answer; another form with the same `requestId`
    /// is `E07108` (proposed by Satang).
    ///
    /// # Errors
    /// [`Error`], whose [`sent`](Error::sent) tells whether the request may have arrived.
    pub async fn submit_filing(&self, request: &SubmitFiling) -> Result<FilingAnswer, Error> {
        client::send(&self.transport, &SUBMIT_FILING, request).await
    }

    /// Ask what became of a filing.
    ///
    /// `P07000` says that it is still being verified; otherwise the answer is that of SubmitFiling. Public.
    ///
    /// # Errors
    /// [`Error`], whose [`sent`](Error::sent) tells whether the request may have arrived.
    pub async fn check_filing_status(&self, request: &CheckFilingStatus) -> Result<FilingAnswer, Error> {
        client::send(&self.transport, &CHECK_FILING_STATUS, request).await
    }

    /// Ask whether the duty has been paid.
    ///
    /// For a whole filing when `instInfo.refNo` is an empty list, otherwise for the instruments in it.
    /// Published; the meaning of the empty list is inferred.
    ///
    /// # Errors
    /// [`Error`], whose [`sent`](Error::sent) tells whether the request may have arrived.
    pub async fn check_payment_status(
        &self,
        request: &CheckPaymentStatus,
    ) -> Result<PaymentStatusAnswer, Error> {
        client::send(&self.transport, &CHECK_PAYMENT_STATUS, request).await
    }

    /// Fetch forms and receipts.
    ///
    /// What comes back depends on `requestType`. Public; the names of the members that hold files are
    /// proposed by Satang, as they could not be found.
    ///
    /// # Errors
    /// [`Error`], whose [`sent`](Error::sent) tells whether the request may have arrived.
    pub async fn req_form_receipt_file(&self, request: &ReqFormReceiptFile) -> Result<ReceiptAnswer, Error> {
        client::send(&self.transport, &REQ_FORM_RECEIPT_FILE, request).await
    }
}

/// Answers as the provider does. Each method answers 501 until it is written.
#[cfg(feature = "server")]
pub trait Handler: Host {
    /// Log in.
    ///
    /// Answers with the token that all other calls carry in `X-auth-token`. `nonce` is the date and time of
    /// the request, in Bangkok, as `YYYY-MM-DD hh:mm:ss`; the page also has the pattern with a `T` between,
    /// and both are read. Public; that it may be five minutes off is proposed by Satang, as is the life of
    /// a token, half an hour: the Department has not published either.
    ///
    /// # Errors
    /// [`Refusal`]; this one, until it is written, refuses everything.
    fn submit_filing_auth(
        &self,
        caller: Self::Caller,
        request: SubmitFilingAuth,
    ) -> impl Future<Output = Result<LoginAnswer, Refusal>> + Send {
        server::unwritten(&SUBMIT_FILING_AUTH, (caller, request))
    }

    /// File instruments.
    ///
    /// `I07000` answers with references of the instruments and what to pay; `I07001` says that the filing
    /// is received and being verified, which is so above 50 instruments, and is asked for with
    /// CheckFilingStatus. At most 1,000 instruments make one filing. Public. The same form again, by its
    /// `requestId`, has no second effect and gets the first answer; another form with the same `requestId`
    /// is `E07108` (proposed by Satang).
    ///
    /// # Errors
    /// [`Refusal`]; this one, until it is written, refuses everything.
    fn submit_filing(
        &self,
        caller: Self::Caller,
        request: SubmitFiling,
    ) -> impl Future<Output = Result<FilingAnswer, Refusal>> + Send {
        server::unwritten(&SUBMIT_FILING, (caller, request))
    }

    /// Ask what became of a filing.
    ///
    /// `P07000` says that it is still being verified; otherwise the answer is that of SubmitFiling. Public.
    ///
    /// # Errors
    /// [`Refusal`]; this one, until it is written, refuses everything.
    fn check_filing_status(
        &self,
        caller: Self::Caller,
        request: CheckFilingStatus,
    ) -> impl Future<Output = Result<FilingAnswer, Refusal>> + Send {
        server::unwritten(&CHECK_FILING_STATUS, (caller, request))
    }

    /// Ask whether the duty has been paid.
    ///
    /// For a whole filing when `instInfo.refNo` is an empty list, otherwise for the instruments in it.
    /// Published; the meaning of the empty list is inferred.
    ///
    /// # Errors
    /// [`Refusal`]; this one, until it is written, refuses everything.
    fn check_payment_status(
        &self,
        caller: Self::Caller,
        request: CheckPaymentStatus,
    ) -> impl Future<Output = Result<PaymentStatusAnswer, Refusal>> + Send {
        server::unwritten(&CHECK_PAYMENT_STATUS, (caller, request))
    }

    /// Fetch forms and receipts.
    ///
    /// What comes back depends on `requestType`. Public; the names of the members that hold files are
    /// proposed by Satang, as they could not be found.
    ///
    /// # Errors
    /// [`Refusal`]; this one, until it is written, refuses everything.
    fn req_form_receipt_file(
        &self,
        caller: Self::Caller,
        request: ReqFormReceiptFile,
    ) -> impl Future<Output = Result<ReceiptAnswer, Refusal>> + Send {
        server::unwritten(&REQ_FORM_RECEIPT_FILE, (caller, request))
    }
}

/// Serves the operations of `handler`.
#[cfg(feature = "server")]
pub fn router<H: Handler>(handler: Arc<H>) -> Router<Server<H>> {
    Router::new(Server(handler))
}

/// A handler with its table of operations.
#[cfg(feature = "server")]
#[derive(Debug)]
pub struct Server<H>(Arc<H>);

#[cfg(feature = "server")]
impl<H: Handler> Routes for Server<H> {
    type Host = H;

    const OPERATIONS: &'static [&'static Operation] = &[
        &SUBMIT_FILING_AUTH,
        &SUBMIT_FILING,
        &CHECK_FILING_STATUS,
        &CHECK_PAYMENT_STATUS,
        &REQ_FORM_RECEIPT_FILE,
    ];
    const ENVELOPE: Envelope = Envelope::RevenueDepartment;

    fn host(&self) -> &H {
        &self.0
    }

    async fn dispatch(&self, caller: H::Caller, request: Incoming) -> Result<Page, Refusal> {
        match request.operation.id {
            "submit_filing_auth" => server::json(self.0.submit_filing_auth(caller, request.read()?).await?),
            "submit_filing" => server::json(self.0.submit_filing(caller, request.read()?).await?),
            "check_filing_status" => server::json(self.0.check_filing_status(caller, request.read()?).await?),
            "check_payment_status" => {
                server::json(self.0.check_payment_status(caller, request.read()?).await?)
            }
            "req_form_receipt_file" => {
                server::json(self.0.req_form_receipt_file(caller, request.read()?).await?)
            }

            _ => Err(Refusal::unknown_path()),
        }
    }
}
