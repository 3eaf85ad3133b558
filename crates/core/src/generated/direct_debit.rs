//! Generated from the contract document by `cargo xtask generate`: do not edit.
//!
//! Krungsri Direct Debit
//!
//! Registration of a customer's account over the bank's web pages or app, payments from it, and
//! schedules. Paths and two sample requests are published by the bank. Most of the rest is not, and
//! says so where it stands: **Published**, **Inferred** from what is published, or **Proposed by
//! Satang; not published by the bank**. This document is not the bank's.
//!
//! ## Calls
//! Every call but the token endpoint and the authorize page carries `Authorization: Bearer` and a new
//! `X-Client-Transaction-ID`. Calls that move money or change a right are signed: `Digest` and
//! `Signature` cover the body as sent, so a client must send the very bytes that it digested.
//!
//! ## Errors
//! Errors come in one envelope with a text code; a code that begins with `SBX-` is the sandbox's
//! (proposed by Satang). A request that breaks the contract is answered with every violation, each with
//! the JSON pointer of its place. After a 5xx, or no answer, the outcome of a payment is unknown: ask
//! the transaction status inquiry, do not send it again blindly.

use crate::operation::{Body, Envelope, Operation, Repeat};
#[cfg(feature = "client")]
use crate::{Error, Transport, client};
#[cfg(feature = "server")]
use crate::{Host, Incoming, Page, Refusal, Router, Routes, server};
pub use satang_schema::direct_debit::{
    AccessToken, AccessTokenRequest, AuthorizeRequest, KmaDeeplink, KmaDeeplinkRequest, OAuthContext,
    PaymentResult, PrepareOAuthContext, RealTimePayment, RegistrationResult, ScheduleAccepted,
    ScheduleCancellation, ScheduleCancelled, ScheduleFilter, ScheduleList, ScheduleSubmission,
    TokenCancellation, TokenCancelled, TokenFilter, TokenList, TokenStatusList, TransactionFilter,
    TransactionList, TransactionStatusInquiry,
};
#[cfg(feature = "server")]
use std::sync::Arc;

/// Get an access token.
///
/// Exchanges the partner's id and secret for a bearer token (RFC 6749, 4.4). The pair travels in the
/// form or as HTTP Basic authentication, both published; that both must be the same when it travels
/// both ways is proposed by Satang.
///
/// With `authorization_code` it exchanges the code that a customer's browser has brought back (RFC
/// 6749, 4.1.3). What the bank does with the code is not published; no call needs a token that was
/// issued for one. A code is good once, for a minute; whoever presents it again takes back the tokens
/// that were issued for it. Proposed by Satang; not published by the bank.
pub static ACCESS_TOKEN: Operation = Operation {
    id: "access_token",
    method: http::Method::POST,
    path: "/auth/oauth/v2/token",
    bearer: false,
    signed: false,
    repeat: Repeat::Safe,
    body: Body::Form,
    envelope: Envelope::OAuth,
};

/// Prepare a registration.
///
/// Stores what the bank shall know of a registration before the customer arrives, and answers with the
/// identifier of that context. Published; that it is good for one use within ten minutes is proposed by
/// Satang.
pub static PREPARE_OAUTH_CONTEXT: Operation = Operation {
    id: "prepare_oauth_context",
    method: http::Method::POST,
    path: "/rest/api/v1/authorization/prepareOAuthContext",
    bearer: true,
    signed: false,
    repeat: Repeat::Effect,
    body: Body::Json,
    envelope: Envelope::Krungsri,
};

/// Take the customer to the bank.
///
/// Not an API call: the customer's browser opens this URL. The bank lets the customer agree, and sends
/// the browser back to `redirect_uri` with `code` and `state`, or with `error`. Whether the
/// registration succeeded is told by the callback or by the token status inquiry, not by the redirect.
/// The URL is published; what comes back is inferred, and the page is proposed by Satang.
pub static AUTHORIZE: Operation = Operation {
    id: "authorize",
    method: http::Method::GET,
    path: "/auth/oauth/v2/authorize",
    bearer: false,
    signed: false,
    repeat: Repeat::Safe,
    body: Body::Query,
    envelope: Envelope::Krungsri,
};

/// Ask for the status of registrations.
///
/// Criteria combine; at least one is required, and both ends of a range are included. A range covers at
/// most 31 days, and a search that finds more than 1,000 registrations is refused rather than cut.
/// Nothing found is an empty list. The path is published, these rules are proposed by Satang.
pub static TOKEN_STATUS_INQUIRY: Operation = Operation {
    id: "token_status_inquiry",
    method: http::Method::POST,
    path: "/rest/api/v1/corporateServices/directDebit/tokenStatus/inquiry",
    bearer: true,
    signed: false,
    repeat: Repeat::Safe,
    body: Body::Json,
    envelope: Envelope::Krungsri,
};

/// Ask for registrations.
///
/// As the status inquiry, with all that is known of each registration. The path is published, the rules
/// are proposed by Satang.
pub static TOKEN_INQUIRY: Operation = Operation {
    id: "token_inquiry",
    method: http::Method::POST,
    path: "/rest/api/v1/corporateServices/directDebit/token/inquiry",
    bearer: true,
    signed: false,
    repeat: Repeat::Safe,
    body: Body::Json,
    envelope: Envelope::Krungsri,
};

/// Cancel a registration.
///
/// The token can no longer be charged, and its schedules stop. The path is published; this, and that
/// the call is signed, is proposed by Satang or inferred.
pub static TOKEN_CANCELLATION: Operation = Operation {
    id: "token_cancellation",
    method: http::Method::POST,
    path: "/rest/api/v1/corporateServices/directDebit/token/cancellation",
    bearer: true,
    signed: true,
    repeat: Repeat::Effect,
    body: Body::Json,
    envelope: Envelope::Krungsri,
};

/// Register through the mobile app.
///
/// Answers with a link that opens the bank's app, where the customer agrees; the app then returns the
/// customer to `returnDeeplink`. The path and the journey are published, the members are proposed by
/// Satang.
pub static KMA_DEEPLINK: Operation = Operation {
    id: "kma_deeplink",
    method: http::Method::POST,
    path: "/rest/api/v1/corporateServices/directDebit/getKMADeeplink",
    bearer: true,
    signed: false,
    repeat: Repeat::Effect,
    body: Body::Json,
    envelope: Envelope::Krungsri,
};

/// Charge a registered account at once.
///
/// The payment is final when `processingStatus` is `ACSC` (the money has moved) or `RJCT` (it has not,
/// for the reason in `statusReasonCode`); both come with status 200. The same request again has no
/// second effect and gets the first answer; another request with the same `transactionIdentification`
/// is refused. After a lost answer ask the transaction status inquiry. The path and the request are
/// published; that it is signed is inferred; the answer, its statuses and what happens on repetition
/// are proposed by Satang.
pub static REAL_TIME_PAYMENT: Operation = Operation {
    id: "real_time_payment",
    method: http::Method::POST,
    path: "/rest/api/v1/corporateServices/directDebit/realTime/transaction/payment",
    bearer: true,
    signed: true,
    repeat: Repeat::Keyed("transactionIdentification"),
    body: Body::Json,
    envelope: Envelope::Krungsri,
};

/// Ask what became of a payment.
///
/// Answers as the payment did. Within two minutes of a payment, 404 means that it is not known yet, not
/// that it failed. The path is published, the request is inferred, the rest is proposed by Satang.
pub static TRANSACTION_STATUS_INQUIRY: Operation = Operation {
    id: "transaction_status_inquiry",
    method: http::Method::POST,
    path: "/rest/api/v1/corporateServices/directDebit/transactionStatus/inquiry",
    bearer: true,
    signed: false,
    repeat: Repeat::Safe,
    body: Body::Json,
    envelope: Envelope::Krungsri,
};

/// Search payments.
///
/// Criteria combine; at least one is required, and both ends of a range are included. A range covers at
/// most 31 days, and a search that finds more than 1,000 payments is refused rather than cut (both
/// proposed by Satang). Nothing found is an empty list. The path is published, the rest is proposed by
/// Satang.
pub static TRANSACTION_INQUIRY: Operation = Operation {
    id: "transaction_inquiry",
    method: http::Method::POST,
    path: "/rest/api/v1/corporateServices/directDebit/transactionDetails/inquiry",
    bearer: true,
    signed: false,
    repeat: Repeat::Safe,
    body: Body::Json,
    envelope: Envelope::Krungsri,
};

/// Plan payments.
///
/// Each due date makes one payment, at six in the morning in Bangkok, which the transaction inquiries
/// find. Due dates are counted from the first; one that a month does not have falls back to the month's
/// last day. A payment that is rejected does not end the schedule, unless the registration is no longer
/// active. The first due date is after today, the last within 30 years, and there are at most 999.
/// Refused with 404 when no registration has the token, or when it pays into another account, and with
/// 409 when it is not active. The same request again has no second effect and gets the first answer.
/// The path is published, the rest is proposed by Satang.
pub static SCHEDULE_SUBMISSION: Operation = Operation {
    id: "schedule_submission",
    method: http::Method::POST,
    path: "/rest/api/v1/corporateServices/directDebit/schedule/submission",
    bearer: true,
    signed: true,
    repeat: Repeat::Keyed("transactionIdentification"),
    body: Body::Json,
    envelope: Envelope::Krungsri,
};

/// Search schedules.
///
/// Criteria combine; at least one is required, and both ends of a range are included. A range covers at
/// most 31 days, and a search that finds more than 1,000 schedules, or 2,000 executions of them, is
/// refused rather than cut. Nothing found is an empty list. The path is published, the rest is proposed
/// by Satang.
pub static SCHEDULE_INQUIRY: Operation = Operation {
    id: "schedule_inquiry",
    method: http::Method::POST,
    path: "/rest/api/v1/corporateServices/directDebit/schedule/inquiry",
    bearer: true,
    signed: false,
    repeat: Repeat::Safe,
    body: Body::Json,
    envelope: Envelope::Krungsri,
};

/// Stop a schedule.
///
/// Refused when the schedule is finished, and from the moment at which a due date begins until its
/// payment is made: what has fallen due before the call is paid. The path is published, the rest is
/// proposed by Satang.
pub static SCHEDULE_CANCELLATION: Operation = Operation {
    id: "schedule_cancellation",
    method: http::Method::POST,
    path: "/rest/api/v1/corporateServices/directDebit/schedule/cancellation",
    bearer: true,
    signed: true,
    repeat: Repeat::Effect,
    body: Body::Json,
    envelope: Envelope::Krungsri,
};

/// The bank tells how a registration ended.
///
/// Sent to the endpoint that the partner has agreed with the bank, until it answers with a status of
/// 2xx; no body is needed. The members and the signature are proposed by Satang; not published by the
/// bank.
pub static REGISTRATION_CALLBACK: Operation = Operation {
    id: "registration_callback",
    method: http::Method::POST,
    path: "/direct-debit/registration",
    bearer: false,
    signed: true,
    repeat: Repeat::Keyed("journeyIdentifier"),
    body: Body::Json,
    envelope: Envelope::Krungsri,
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

    /// Get an access token.
    ///
    /// Exchanges the partner's id and secret for a bearer token (RFC 6749, 4.4). The pair travels in the
    /// form or as HTTP Basic authentication, both published; that both must be the same when it travels
    /// both ways is proposed by Satang.
    ///
    /// With `authorization_code` it exchanges the code that a customer's browser has brought back (RFC
    /// 6749, 4.1.3). What the bank does with the code is not published; no call needs a token that was
    /// issued for one. A code is good once, for a minute; whoever presents it again takes back the tokens
    /// that were issued for it. Proposed by Satang; not published by the bank.
    ///
    /// # Errors
    /// [`Error`], whose [`sent`](Error::sent) tells whether the request may have arrived.
    pub async fn access_token(&self, request: &AccessTokenRequest) -> Result<AccessToken, Error> {
        client::send(&self.transport, &ACCESS_TOKEN, request).await
    }

    /// Prepare a registration.
    ///
    /// Stores what the bank shall know of a registration before the customer arrives, and answers with the
    /// identifier of that context. Published; that it is good for one use within ten minutes is proposed by
    /// Satang.
    ///
    /// # Errors
    /// [`Error`], whose [`sent`](Error::sent) tells whether the request may have arrived.
    pub async fn prepare_oauth_context(&self, request: &PrepareOAuthContext) -> Result<OAuthContext, Error> {
        client::send(&self.transport, &PREPARE_OAUTH_CONTEXT, request).await
    }

    /// Ask for the status of registrations.
    ///
    /// Criteria combine; at least one is required, and both ends of a range are included. A range covers at
    /// most 31 days, and a search that finds more than 1,000 registrations is refused rather than cut.
    /// Nothing found is an empty list. The path is published, these rules are proposed by Satang.
    ///
    /// # Errors
    /// [`Error`], whose [`sent`](Error::sent) tells whether the request may have arrived.
    pub async fn token_status_inquiry(&self, request: &TokenFilter) -> Result<TokenStatusList, Error> {
        client::send(&self.transport, &TOKEN_STATUS_INQUIRY, request).await
    }

    /// Ask for registrations.
    ///
    /// As the status inquiry, with all that is known of each registration. The path is published, the rules
    /// are proposed by Satang.
    ///
    /// # Errors
    /// [`Error`], whose [`sent`](Error::sent) tells whether the request may have arrived.
    pub async fn token_inquiry(&self, request: &TokenFilter) -> Result<TokenList, Error> {
        client::send(&self.transport, &TOKEN_INQUIRY, request).await
    }

    /// Cancel a registration.
    ///
    /// The token can no longer be charged, and its schedules stop. The path is published; this, and that
    /// the call is signed, is proposed by Satang or inferred.
    ///
    /// # Errors
    /// [`Error`], whose [`sent`](Error::sent) tells whether the request may have arrived.
    pub async fn token_cancellation(&self, request: &TokenCancellation) -> Result<TokenCancelled, Error> {
        client::send(&self.transport, &TOKEN_CANCELLATION, request).await
    }

    /// Register through the mobile app.
    ///
    /// Answers with a link that opens the bank's app, where the customer agrees; the app then returns the
    /// customer to `returnDeeplink`. The path and the journey are published, the members are proposed by
    /// Satang.
    ///
    /// # Errors
    /// [`Error`], whose [`sent`](Error::sent) tells whether the request may have arrived.
    pub async fn kma_deeplink(&self, request: &KmaDeeplinkRequest) -> Result<KmaDeeplink, Error> {
        client::send(&self.transport, &KMA_DEEPLINK, request).await
    }

    /// Charge a registered account at once.
    ///
    /// The payment is final when `processingStatus` is `ACSC` (the money has moved) or `RJCT` (it has not,
    /// for the reason in `statusReasonCode`); both come with status 200. The same request again has no
    /// second effect and gets the first answer; another request with the same `transactionIdentification`
    /// is refused. After a lost answer ask the transaction status inquiry. The path and the request are
    /// published; that it is signed is inferred; the answer, its statuses and what happens on repetition
    /// are proposed by Satang.
    ///
    /// # Errors
    /// [`Error`], whose [`sent`](Error::sent) tells whether the request may have arrived.
    pub async fn real_time_payment(&self, request: &RealTimePayment) -> Result<PaymentResult, Error> {
        client::send(&self.transport, &REAL_TIME_PAYMENT, request).await
    }

    /// Ask what became of a payment.
    ///
    /// Answers as the payment did. Within two minutes of a payment, 404 means that it is not known yet, not
    /// that it failed. The path is published, the request is inferred, the rest is proposed by Satang.
    ///
    /// # Errors
    /// [`Error`], whose [`sent`](Error::sent) tells whether the request may have arrived.
    pub async fn transaction_status_inquiry(
        &self,
        request: &TransactionStatusInquiry,
    ) -> Result<PaymentResult, Error> {
        client::send(&self.transport, &TRANSACTION_STATUS_INQUIRY, request).await
    }

    /// Search payments.
    ///
    /// Criteria combine; at least one is required, and both ends of a range are included. A range covers at
    /// most 31 days, and a search that finds more than 1,000 payments is refused rather than cut (both
    /// proposed by Satang). Nothing found is an empty list. The path is published, the rest is proposed by
    /// Satang.
    ///
    /// # Errors
    /// [`Error`], whose [`sent`](Error::sent) tells whether the request may have arrived.
    pub async fn transaction_inquiry(&self, request: &TransactionFilter) -> Result<TransactionList, Error> {
        client::send(&self.transport, &TRANSACTION_INQUIRY, request).await
    }

    /// Plan payments.
    ///
    /// Each due date makes one payment, at six in the morning in Bangkok, which the transaction inquiries
    /// find. Due dates are counted from the first; one that a month does not have falls back to the month's
    /// last day. A payment that is rejected does not end the schedule, unless the registration is no longer
    /// active. The first due date is after today, the last within 30 years, and there are at most 999.
    /// Refused with 404 when no registration has the token, or when it pays into another account, and with
    /// 409 when it is not active. The same request again has no second effect and gets the first answer.
    /// The path is published, the rest is proposed by Satang.
    ///
    /// # Errors
    /// [`Error`], whose [`sent`](Error::sent) tells whether the request may have arrived.
    pub async fn schedule_submission(&self, request: &ScheduleSubmission) -> Result<ScheduleAccepted, Error> {
        client::send(&self.transport, &SCHEDULE_SUBMISSION, request).await
    }

    /// Search schedules.
    ///
    /// Criteria combine; at least one is required, and both ends of a range are included. A range covers at
    /// most 31 days, and a search that finds more than 1,000 schedules, or 2,000 executions of them, is
    /// refused rather than cut. Nothing found is an empty list. The path is published, the rest is proposed
    /// by Satang.
    ///
    /// # Errors
    /// [`Error`], whose [`sent`](Error::sent) tells whether the request may have arrived.
    pub async fn schedule_inquiry(&self, request: &ScheduleFilter) -> Result<ScheduleList, Error> {
        client::send(&self.transport, &SCHEDULE_INQUIRY, request).await
    }

    /// Stop a schedule.
    ///
    /// Refused when the schedule is finished, and from the moment at which a due date begins until its
    /// payment is made: what has fallen due before the call is paid. The path is published, the rest is
    /// proposed by Satang.
    ///
    /// # Errors
    /// [`Error`], whose [`sent`](Error::sent) tells whether the request may have arrived.
    pub async fn schedule_cancellation(
        &self,
        request: &ScheduleCancellation,
    ) -> Result<ScheduleCancelled, Error> {
        client::send(&self.transport, &SCHEDULE_CANCELLATION, request).await
    }
}

/// Take the customer to the bank.
///
/// Not an API call: the customer's browser opens this URL. The bank lets the customer agree, and sends
/// the browser back to `redirect_uri` with `code` and `state`, or with `error`. Whether the
/// registration succeeded is told by the callback or by the token status inquiry, not by the redirect.
/// The URL is published; what comes back is inferred, and the page is proposed by Satang.
///
/// Returns the path and query, to be put behind the provider's address.
///
/// # Errors
/// [`Error`] when the request breaks the contract.
#[cfg(feature = "client")]
pub fn authorize_uri(request: &AuthorizeRequest) -> Result<http::Uri, Error> {
    client::uri(&AUTHORIZE, request)
}

/// Answers as the provider does. Each method answers 501 until it is written.
#[cfg(feature = "server")]
pub trait Handler: Host {
    /// Get an access token.
    ///
    /// Exchanges the partner's id and secret for a bearer token (RFC 6749, 4.4). The pair travels in the
    /// form or as HTTP Basic authentication, both published; that both must be the same when it travels
    /// both ways is proposed by Satang.
    ///
    /// With `authorization_code` it exchanges the code that a customer's browser has brought back (RFC
    /// 6749, 4.1.3). What the bank does with the code is not published; no call needs a token that was
    /// issued for one. A code is good once, for a minute; whoever presents it again takes back the tokens
    /// that were issued for it. Proposed by Satang; not published by the bank.
    ///
    /// # Errors
    /// [`Refusal`]; this one, until it is written, refuses everything.
    fn access_token(
        &self,
        caller: Self::Caller,
        request: AccessTokenRequest,
    ) -> impl Future<Output = Result<AccessToken, Refusal>> + Send {
        server::unwritten(&ACCESS_TOKEN, (caller, request))
    }

    /// Prepare a registration.
    ///
    /// Stores what the bank shall know of a registration before the customer arrives, and answers with the
    /// identifier of that context. Published; that it is good for one use within ten minutes is proposed by
    /// Satang.
    ///
    /// # Errors
    /// [`Refusal`]; this one, until it is written, refuses everything.
    fn prepare_oauth_context(
        &self,
        caller: Self::Caller,
        request: PrepareOAuthContext,
    ) -> impl Future<Output = Result<OAuthContext, Refusal>> + Send {
        server::unwritten(&PREPARE_OAUTH_CONTEXT, (caller, request))
    }

    /// Take the customer to the bank.
    ///
    /// Not an API call: the customer's browser opens this URL. The bank lets the customer agree, and sends
    /// the browser back to `redirect_uri` with `code` and `state`, or with `error`. Whether the
    /// registration succeeded is told by the callback or by the token status inquiry, not by the redirect.
    /// The URL is published; what comes back is inferred, and the page is proposed by Satang.
    ///
    /// # Errors
    /// [`Refusal`]; this one, until it is written, refuses everything.
    fn authorize(
        &self,
        caller: Self::Caller,
        request: AuthorizeRequest,
    ) -> impl Future<Output = Result<Page, Refusal>> + Send {
        server::unwritten(&AUTHORIZE, (caller, request))
    }

    /// Ask for the status of registrations.
    ///
    /// Criteria combine; at least one is required, and both ends of a range are included. A range covers at
    /// most 31 days, and a search that finds more than 1,000 registrations is refused rather than cut.
    /// Nothing found is an empty list. The path is published, these rules are proposed by Satang.
    ///
    /// # Errors
    /// [`Refusal`]; this one, until it is written, refuses everything.
    fn token_status_inquiry(
        &self,
        caller: Self::Caller,
        request: TokenFilter,
    ) -> impl Future<Output = Result<TokenStatusList, Refusal>> + Send {
        server::unwritten(&TOKEN_STATUS_INQUIRY, (caller, request))
    }

    /// Ask for registrations.
    ///
    /// As the status inquiry, with all that is known of each registration. The path is published, the rules
    /// are proposed by Satang.
    ///
    /// # Errors
    /// [`Refusal`]; this one, until it is written, refuses everything.
    fn token_inquiry(
        &self,
        caller: Self::Caller,
        request: TokenFilter,
    ) -> impl Future<Output = Result<TokenList, Refusal>> + Send {
        server::unwritten(&TOKEN_INQUIRY, (caller, request))
    }

    /// Cancel a registration.
    ///
    /// The token can no longer be charged, and its schedules stop. The path is published; this, and that
    /// the call is signed, is proposed by Satang or inferred.
    ///
    /// # Errors
    /// [`Refusal`]; this one, until it is written, refuses everything.
    fn token_cancellation(
        &self,
        caller: Self::Caller,
        request: TokenCancellation,
    ) -> impl Future<Output = Result<TokenCancelled, Refusal>> + Send {
        server::unwritten(&TOKEN_CANCELLATION, (caller, request))
    }

    /// Register through the mobile app.
    ///
    /// Answers with a link that opens the bank's app, where the customer agrees; the app then returns the
    /// customer to `returnDeeplink`. The path and the journey are published, the members are proposed by
    /// Satang.
    ///
    /// # Errors
    /// [`Refusal`]; this one, until it is written, refuses everything.
    fn kma_deeplink(
        &self,
        caller: Self::Caller,
        request: KmaDeeplinkRequest,
    ) -> impl Future<Output = Result<KmaDeeplink, Refusal>> + Send {
        server::unwritten(&KMA_DEEPLINK, (caller, request))
    }

    /// Charge a registered account at once.
    ///
    /// The payment is final when `processingStatus` is `ACSC` (the money has moved) or `RJCT` (it has not,
    /// for the reason in `statusReasonCode`); both come with status 200. The same request again has no
    /// second effect and gets the first answer; another request with the same `transactionIdentification`
    /// is refused. After a lost answer ask the transaction status inquiry. The path and the request are
    /// published; that it is signed is inferred; the answer, its statuses and what happens on repetition
    /// are proposed by Satang.
    ///
    /// # Errors
    /// [`Refusal`]; this one, until it is written, refuses everything.
    fn real_time_payment(
        &self,
        caller: Self::Caller,
        request: RealTimePayment,
    ) -> impl Future<Output = Result<PaymentResult, Refusal>> + Send {
        server::unwritten(&REAL_TIME_PAYMENT, (caller, request))
    }

    /// Ask what became of a payment.
    ///
    /// Answers as the payment did. Within two minutes of a payment, 404 means that it is not known yet, not
    /// that it failed. The path is published, the request is inferred, the rest is proposed by Satang.
    ///
    /// # Errors
    /// [`Refusal`]; this one, until it is written, refuses everything.
    fn transaction_status_inquiry(
        &self,
        caller: Self::Caller,
        request: TransactionStatusInquiry,
    ) -> impl Future<Output = Result<PaymentResult, Refusal>> + Send {
        server::unwritten(&TRANSACTION_STATUS_INQUIRY, (caller, request))
    }

    /// Search payments.
    ///
    /// Criteria combine; at least one is required, and both ends of a range are included. A range covers at
    /// most 31 days, and a search that finds more than 1,000 payments is refused rather than cut (both
    /// proposed by Satang). Nothing found is an empty list. The path is published, the rest is proposed by
    /// Satang.
    ///
    /// # Errors
    /// [`Refusal`]; this one, until it is written, refuses everything.
    fn transaction_inquiry(
        &self,
        caller: Self::Caller,
        request: TransactionFilter,
    ) -> impl Future<Output = Result<TransactionList, Refusal>> + Send {
        server::unwritten(&TRANSACTION_INQUIRY, (caller, request))
    }

    /// Plan payments.
    ///
    /// Each due date makes one payment, at six in the morning in Bangkok, which the transaction inquiries
    /// find. Due dates are counted from the first; one that a month does not have falls back to the month's
    /// last day. A payment that is rejected does not end the schedule, unless the registration is no longer
    /// active. The first due date is after today, the last within 30 years, and there are at most 999.
    /// Refused with 404 when no registration has the token, or when it pays into another account, and with
    /// 409 when it is not active. The same request again has no second effect and gets the first answer.
    /// The path is published, the rest is proposed by Satang.
    ///
    /// # Errors
    /// [`Refusal`]; this one, until it is written, refuses everything.
    fn schedule_submission(
        &self,
        caller: Self::Caller,
        request: ScheduleSubmission,
    ) -> impl Future<Output = Result<ScheduleAccepted, Refusal>> + Send {
        server::unwritten(&SCHEDULE_SUBMISSION, (caller, request))
    }

    /// Search schedules.
    ///
    /// Criteria combine; at least one is required, and both ends of a range are included. A range covers at
    /// most 31 days, and a search that finds more than 1,000 schedules, or 2,000 executions of them, is
    /// refused rather than cut. Nothing found is an empty list. The path is published, the rest is proposed
    /// by Satang.
    ///
    /// # Errors
    /// [`Refusal`]; this one, until it is written, refuses everything.
    fn schedule_inquiry(
        &self,
        caller: Self::Caller,
        request: ScheduleFilter,
    ) -> impl Future<Output = Result<ScheduleList, Refusal>> + Send {
        server::unwritten(&SCHEDULE_INQUIRY, (caller, request))
    }

    /// Stop a schedule.
    ///
    /// Refused when the schedule is finished, and from the moment at which a due date begins until its
    /// payment is made: what has fallen due before the call is paid. The path is published, the rest is
    /// proposed by Satang.
    ///
    /// # Errors
    /// [`Refusal`]; this one, until it is written, refuses everything.
    fn schedule_cancellation(
        &self,
        caller: Self::Caller,
        request: ScheduleCancellation,
    ) -> impl Future<Output = Result<ScheduleCancelled, Refusal>> + Send {
        server::unwritten(&SCHEDULE_CANCELLATION, (caller, request))
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
        &ACCESS_TOKEN,
        &PREPARE_OAUTH_CONTEXT,
        &AUTHORIZE,
        &TOKEN_STATUS_INQUIRY,
        &TOKEN_INQUIRY,
        &TOKEN_CANCELLATION,
        &KMA_DEEPLINK,
        &REAL_TIME_PAYMENT,
        &TRANSACTION_STATUS_INQUIRY,
        &TRANSACTION_INQUIRY,
        &SCHEDULE_SUBMISSION,
        &SCHEDULE_INQUIRY,
        &SCHEDULE_CANCELLATION,
    ];
    const ENVELOPE: Envelope = Envelope::Krungsri;

    fn host(&self) -> &H {
        &self.0
    }

    async fn dispatch(&self, caller: H::Caller, request: Incoming) -> Result<Page, Refusal> {
        match request.operation.id {
            "access_token" => server::json(self.0.access_token(caller, request.read()?).await?),
            "prepare_oauth_context" => {
                server::json(self.0.prepare_oauth_context(caller, request.read()?).await?)
            }
            "authorize" => server::page(self.0.authorize(caller, request.read()?).await?),
            "token_status_inquiry" => {
                server::json(self.0.token_status_inquiry(caller, request.read()?).await?)
            }
            "token_inquiry" => server::json(self.0.token_inquiry(caller, request.read()?).await?),
            "token_cancellation" => server::json(self.0.token_cancellation(caller, request.read()?).await?),
            "kma_deeplink" => server::json(self.0.kma_deeplink(caller, request.read()?).await?),
            "real_time_payment" => server::json(self.0.real_time_payment(caller, request.read()?).await?),
            "transaction_status_inquiry" => {
                server::json(self.0.transaction_status_inquiry(caller, request.read()?).await?)
            }
            "transaction_inquiry" => server::json(self.0.transaction_inquiry(caller, request.read()?).await?),
            "schedule_submission" => server::json(self.0.schedule_submission(caller, request.read()?).await?),
            "schedule_inquiry" => server::json(self.0.schedule_inquiry(caller, request.read()?).await?),
            "schedule_cancellation" => {
                server::json(self.0.schedule_cancellation(caller, request.read()?).await?)
            }

            _ => Err(Refusal::unknown_path()),
        }
    }
}

/// Calls a partner back.
#[cfg(feature = "client")]
#[derive(Clone, Debug)]
pub struct CallbackClient<T> {
    transport: T,
}

#[cfg(feature = "client")]
impl<T: Transport> CallbackClient<T> {
    /// A client whose requests are carried by `transport`.
    pub fn new(transport: T) -> Self {
        Self { transport }
    }

    /// What carries the requests.
    pub fn transport(&self) -> &T {
        &self.transport
    }

    /// The bank tells how a registration ended.
    ///
    /// Sent to the endpoint that the partner has agreed with the bank, until it answers with a status of
    /// 2xx; no body is needed. The members and the signature are proposed by Satang; not published by the
    /// bank.
    ///
    /// # Errors
    /// [`Error`], whose [`sent`](Error::sent) tells whether the request may have arrived.
    pub async fn registration_callback(&self, request: &RegistrationResult) -> Result<(), Error> {
        client::notify(&self.transport, &REGISTRATION_CALLBACK, request).await
    }
}

/// Receives the provider's callbacks. Each method answers 501 until it is written.
#[cfg(feature = "server")]
pub trait CallbackHandler: Host {
    /// The bank tells how a registration ended.
    ///
    /// Sent to the endpoint that the partner has agreed with the bank, until it answers with a status of
    /// 2xx; no body is needed. The members and the signature are proposed by Satang; not published by the
    /// bank.
    ///
    /// # Errors
    /// [`Refusal`]; this one, until it is written, refuses everything.
    fn registration_callback(
        &self,
        caller: Self::Caller,
        request: RegistrationResult,
    ) -> impl Future<Output = Result<(), Refusal>> + Send {
        server::unwritten(&REGISTRATION_CALLBACK, (caller, request))
    }
}

/// Serves the operations of `handler`.
#[cfg(feature = "server")]
pub fn callback_router<H: CallbackHandler>(handler: Arc<H>) -> Router<CallbackServer<H>> {
    Router::new(CallbackServer(handler))
}

/// A handler with its table of operations.
#[cfg(feature = "server")]
#[derive(Debug)]
pub struct CallbackServer<H>(Arc<H>);

#[cfg(feature = "server")]
impl<H: CallbackHandler> Routes for CallbackServer<H> {
    type Host = H;

    const OPERATIONS: &'static [&'static Operation] = &[&REGISTRATION_CALLBACK];
    const ENVELOPE: Envelope = Envelope::Krungsri;

    fn host(&self) -> &H {
        &self.0
    }

    async fn dispatch(&self, caller: H::Caller, request: Incoming) -> Result<Page, Refusal> {
        match request.operation.id {
            "registration_callback" => {
                server::empty(self.0.registration_callback(caller, request.read()?).await?)
            }

            _ => Err(Refusal::unknown_path()),
        }
    }
}
