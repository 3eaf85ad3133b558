//! Krungsri Direct Debit: registration of an account, payments from it, schedules.
//!
//! The table of operations is at the end; the letters are the bank's.

mod payment;
mod registration;
mod schedule;

pub use crate::krungsri::{
    AccessToken, AccessTokenError, AccessTokenRequest, AuthorizeRequest, AuthorizeScope, CodeChallengeMethod,
    ErrorDetail, ErrorEnvelope, GrantType, OAuthContext, PrepareOAuthContext, RegistrationContext,
    ResponseType, TypeOfIdentification,
};
pub use payment::{
    Payer, PayerInformation, PaymentInstrument, PaymentResult, ProcessingStatus, RealTime, RealTimePayment,
    ReasonCode, TransactionDetails, TransactionFilter, TransactionInformation, TransactionList,
    TransactionStatusInquiry, TransactionSummary, TransactionType,
};
pub use registration::{
    KmaDeeplink, KmaDeeplinkRequest, PaymentTokenStatus, RegistrationChannel, RegistrationResult,
    TokenCancellation, TokenCancelled, TokenDetails, TokenFilter, TokenList, TokenStatus, TokenStatusList,
};
pub use schedule::{
    Execution, Frequency, Occurrences, Schedule, ScheduleAccepted, ScheduleCancellation, ScheduleCancelled,
    ScheduleDetails, ScheduleFilter, ScheduleInformation, ScheduleList, SchedulePlan, ScheduleSubmission,
    ScheduledTransaction, SubmittedFrequency,
};

use crate::DateTime;
use satang_validation::{Code, Pointer, Rule, Violations};

/// The start and the end of a range come together and in order.
fn check_range(start: Option<DateTime>, end: Option<DateTime>, found: &mut Violations) {
    let place = |name| Pointer::root().member(name);
    match (start, end) {
        (Some(start), Some(end)) if end.timestamp() < start.timestamp() => {
            found.add(
                place("endCreateDateTime"),
                Rule::new(Code::Inconsistent, "must not be before startCreateDateTime"),
            );
        }
        (Some(_), None) => {
            found.add(place("endCreateDateTime"), crate::krungsri::goes_with("startCreateDateTime"));
        }
        (None, Some(_)) => {
            found.add(place("startCreateDateTime"), crate::krungsri::goes_with("endCreateDateTime"));
        }
        _ => {}
    }
}

/// A search without any criterion would mean everything.
fn check_any_criterion(any: bool, found: &mut Violations) {
    if !any {
        found.add(Pointer::root(), Rule::new(Code::Missing, "at least one criterion is required"));
    }
}

/// The contract: everything that `openapi/direct-debit.json` is made from.
#[cfg(feature = "schema")]
#[must_use]
pub fn product() -> crate::contract::Product {
    use crate::contract::{Envelope, Type, links, operations};
    crate::contract::Product {
        name: "direct-debit",
        title: "Krungsri Direct Debit, as understood by Satang",
        description: DESCRIPTION,
        tags: &[
            ("authorization", "Access tokens, and the customer's way to the bank."),
            ("registration", "Tokens that stand for a customer's account."),
            ("payment", "Payments at once."),
            ("schedule", "Payments on days to come."),
        ],
        operations: operations! {
            /// Get an access token
            ///
            /// Exchanges the partner's id and secret for a bearer token (RFC 6749, 4.4). The pair travels in the
            /// form or as HTTP Basic authentication, both published; that both must be the same when it travels both
            /// ways is proposed by Satang.
            ///
            /// With `authorization_code` it exchanges the code that a customer's browser has brought back (RFC 6749,
            /// 4.1.3). What the bank does with the code is not published; no call needs a token that was issued for one. A
            /// code is good once, for a minute; whoever presents it again takes back the tokens that were issued for it.
            /// Proposed by Satang; not published by the bank.
            access_token: POST "/auth/oauth/v2/token" AccessTokenRequest => AccessToken,
                tag "authorization", security [Client], repeat [Safe], errors [];

            /// Prepare a registration
            ///
            /// Stores what the bank shall know of a registration before the customer arrives, and answers with
            /// the identifier of that context. Published; that it is good for one use within ten minutes is proposed by
            /// Satang.
            prepare_oauth_context "A": POST "/rest/api/v1/authorization/prepareOAuthContext"
                PrepareOAuthContext => OAuthContext,
                tag "authorization", security [Bearer], repeat [Effect], errors [403];

            /// Take the customer to the bank
            ///
            /// Not an API call: the customer's browser opens this URL. The bank lets the customer agree, and sends
            /// the browser back to `redirect_uri` with `code` and `state`, or with `error`. Whether the
            /// registration succeeded is told by the callback or by the token status inquiry, not by the redirect. The
            /// URL is published; what comes back is inferred, and the page is proposed by Satang.
            authorize: GET "/auth/oauth/v2/authorize" AuthorizeRequest => page,
                tag "authorization", security [], repeat [Safe], errors [];

            /// Ask for the status of registrations
            ///
            /// Criteria combine; at least one is required, and both ends of a range are included. A range covers
            /// at most 31 days, and a search that finds more than 1,000 registrations is refused rather than cut.
            /// Nothing found is an empty list. The path is published, these rules are proposed by Satang.
            token_status_inquiry "B": POST "/rest/api/v1/corporateServices/directDebit/tokenStatus/inquiry"
                TokenFilter => TokenStatusList,
                tag "registration", security [Bearer], repeat [Safe], errors [];

            /// Ask for registrations
            ///
            /// As the status inquiry, with all that is known of each registration. The path is published, the rules are
            /// proposed by Satang.
            token_inquiry "C": POST "/rest/api/v1/corporateServices/directDebit/token/inquiry"
                TokenFilter => TokenList,
                tag "registration", security [Bearer], repeat [Safe], errors [];

            /// Cancel a registration
            ///
            /// The token can no longer be charged, and its schedules stop. The path is published; this, and that the
            /// call is signed, is proposed by Satang or inferred.
            token_cancellation "D": POST "/rest/api/v1/corporateServices/directDebit/token/cancellation"
                TokenCancellation => TokenCancelled,
                tag "registration", security [Bearer, Signed], repeat [Effect], errors [404, 409];

            /// Register through the mobile app
            ///
            /// Answers with a link that opens the bank's app, where the customer agrees; the app then returns the
            /// customer to `returnDeeplink`. The path and the journey are published, the members are proposed by Satang.
            kma_deeplink "E": POST "/rest/api/v1/corporateServices/directDebit/getKMADeeplink"
                KmaDeeplinkRequest => KmaDeeplink,
                tag "registration", security [Bearer], repeat [Effect], errors [403];

            /// Charge a registered account at once
            ///
            /// The payment is final when `processingStatus` is `ACSC` (the money has moved) or `RJCT` (it has
            /// not, for the reason in `statusReasonCode`); both come with status 200. The same request again has
            /// no second effect and gets the first answer; another request with the same
            /// `transactionIdentification` is refused. After a lost answer ask the transaction status inquiry. The path
            /// and the request are published; that it is signed is inferred; the answer, its statuses and what
            /// happens on repetition are proposed by Satang.
            real_time_payment "F": POST "/rest/api/v1/corporateServices/directDebit/realTime/transaction/payment"
                RealTimePayment => PaymentResult,
                tag "payment", security [Bearer, Signed], repeat [Keyed "transactionIdentification"], errors [409];

            /// Ask what became of a payment
            ///
            /// Answers as the payment did. Within two minutes of a payment, 404 means that it is not known yet,
            /// not that it failed. The path is published, the request is inferred, the rest is proposed by Satang.
            transaction_status_inquiry "G":
                POST "/rest/api/v1/corporateServices/directDebit/transactionStatus/inquiry"
                TransactionStatusInquiry => PaymentResult,
                tag "payment", security [Bearer], repeat [Safe], errors [404];

            /// Search payments
            ///
            /// Criteria combine; at least one is required, and both ends of a range are included. A range covers
            /// at most 31 days, and a search that finds more than 1,000 payments is refused rather than cut
            /// (both proposed by Satang). Nothing found is an empty list. The path is published, the rest is proposed by
            /// Satang.
            transaction_inquiry "H":
                POST "/rest/api/v1/corporateServices/directDebit/transactionDetails/inquiry"
                TransactionFilter => TransactionList,
                tag "payment", security [Bearer], repeat [Safe], errors [];

            /// Plan payments
            ///
            /// Each due date makes one payment, at six in the morning in Bangkok, which the transaction inquiries find.
            /// Due dates are counted from the first; one that a month does not have falls back to the month's last day.
            /// A payment that is rejected does not end the schedule, unless the registration is no longer active. The
            /// first due date is after today, the last within 30 years, and there are at most 999. Refused with 404
            /// when no registration has the token, or when it pays into another account, and with 409 when it is not
            /// active. The same request again has no second effect and gets the first answer. The path is published,
            /// the rest is proposed by Satang.
            schedule_submission "I": POST "/rest/api/v1/corporateServices/directDebit/schedule/submission"
                ScheduleSubmission => ScheduleAccepted,
                tag "schedule", security [Bearer, Signed], repeat [Keyed "transactionIdentification"], errors [404, 409];

            /// Search schedules
            ///
            /// Criteria combine; at least one is required, and both ends of a range are included. A range covers at
            /// most 31 days, and a search that finds more than 1,000 schedules, or 2,000 executions of them, is
            /// refused rather than cut. Nothing found is an empty list. The path is published, the rest is proposed by
            /// Satang.
            schedule_inquiry "J": POST "/rest/api/v1/corporateServices/directDebit/schedule/inquiry"
                ScheduleFilter => ScheduleList,
                tag "schedule", security [Bearer], repeat [Safe], errors [];

            /// Stop a schedule
            ///
            /// Refused when the schedule is finished, and from the moment at which a due date begins until its payment
            /// is made: what has fallen due before the call is paid. The path is published, the rest is proposed by
            /// Satang.
            schedule_cancellation "K": POST "/rest/api/v1/corporateServices/directDebit/schedule/cancellation"
                ScheduleCancellation => ScheduleCancelled,
                tag "schedule", security [Bearer, Signed], repeat [Effect], errors [404, 409];
        },
        envelope: Envelope::Krungsri,
        enclosed: Vec::new(),
        errors: vec![
            Type::of::<ErrorEnvelope>("ErrorEnvelope"),
            Type::of::<AccessTokenError>("AccessTokenError"),
        ],
        called_back_after: &[
            ("prepare_oauth_context", "registration_callback"),
            ("kma_deeplink", "registration_callback"),
        ],
        links: links! {
            "/oauth_context_id" of prepare_oauth_context => "/oauth_context_id" of authorize;
            "/oauth_context_id" of prepare_oauth_context => "/journeyIdentifier" of token_status_inquiry;
            "/journeyIdentifier" of kma_deeplink => "/journeyIdentifier" of token_status_inquiry;
            "/tokenStatusInformation/0/paymentToken" of token_status_inquiry => "/paymentToken" of token_inquiry;
            "/tokenInformation/0/paymentToken" of token_inquiry => "/paymentToken" of token_cancellation;
            "/tokenInformation/0/paymentToken" of token_inquiry
                => "/payerInformation/paymentToken" of real_time_payment;
            "/tokenInformation/0/paymentToken" of token_inquiry
                => "/payerInformation/paymentToken" of schedule_submission;
            "/transactionIdentification" of real_time_payment
                => "/transactionIdentification" of transaction_status_inquiry;
            "/paymentReferenceIdentification" of real_time_payment
                => "/paymentReferenceIdentification" of transaction_inquiry;
            "/scheduleIdentification" of schedule_submission => "/scheduleIdentification" of schedule_inquiry;
            "/scheduleIdentification" of schedule_submission => "/scheduleIdentification" of schedule_cancellation;
        },
        callbacks: operations! {
            /// The bank tells how a registration ended
            ///
            /// Sent to the endpoint that the partner has agreed with the bank, until it answers with a status of
            /// 2xx; no body is needed. The members and the signature are proposed by Satang; not published by
            /// the bank.
            registration_callback: POST "/direct-debit/registration" RegistrationResult => (),
                tag "registration", security [Signed], repeat [Keyed "journeyIdentifier"], errors [404];
        },
    }
}

#[cfg(feature = "schema")]
const DESCRIPTION: &str = "\
Registration of a customer's account over the bank's web pages or app, payments from it, and schedules. Paths and two \
sample requests are published by the bank. Most of the rest is not, and says so where it stands: **Published**, \
**Inferred** from what is published, or **Proposed by Satang; not published by the bank**. This document is not the \
bank's.

## Calls
Every call but the token endpoint and the authorize page carries `Authorization: Bearer` and a new \
`X-Client-Transaction-ID`. Calls that move money or change a right are signed: `Digest` and `Signature` cover the body \
as sent, so a client must send the very bytes that it digested.

## Errors
Errors come in one envelope with a text code; a code that begins with `SBX-` is the sandbox's (proposed by Satang). A \
request that breaks the contract is answered with every violation, each with the JSON pointer of its place. After a \
5xx, or no answer, the outcome of a payment is unknown: ask the transaction status inquiry, do not send it again \
blindly.";
