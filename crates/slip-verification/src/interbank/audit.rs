//! What became of each question: one record, written before the answer leaves.

use super::Service;
use jiff::Timestamp;
use satang_schema::slip_verification::{BankCode, HubCode, TransRef};
use std::{fmt, prelude::v1::*};
use uuid::Uuid;

/// How a verification ended. Each ends in exactly one of these.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum EndState {
    /// Parameters or headers are missing or malformed.
    BadRequest,
    /// Key, secret or token are wrong.
    Unauthorized,
    /// The token was used before.
    Replayed,
    /// The member has not subscribed.
    NotSubscribed,
    /// No route leads to an issuer that can be asked.
    NoRoute,
    /// The sponsoring bank's provider has no such service.
    SponsorUnsupported,
    /// The issuer knows the transaction; or it has said whether the number is the citizen's, which is not kept.
    Found,
    /// The issuer does not, or not any more.
    NotFound,
    /// The issuer refuses the hub's question.
    IssuerRefused,
    /// The issuer failed.
    IssuerError,
    /// No connection, no answer in time, or spared.
    IssuerUnreachable,
    /// The answer cannot be read, is not signed, is about something else, or shows what must not be seen.
    IssuerBadAnswer,
    /// The hub failed.
    HubFailed,
    /// Whoever asked hung up before the answer.
    ClientGone,
}

/// One verification. Holds no name, no account and no amount, no mobile number and no citizen's number, no digest of
/// these and no yes or no; `Debug` hides the middle of the reference.
#[derive(Clone, Debug, PartialEq)]
#[non_exhaustive]
pub struct AuditRecord {
    /// Its own identifier. When whoever asked goes while the record is being written, a second one comes
    /// under the same identifier, and counts.
    pub id: Uuid,
    /// What was asked for.
    pub service: Service,
    /// When the question came.
    pub at: Timestamp,
    /// How it ended.
    pub end: EndState,
    /// The code of the answer; none went out to somebody who hung up.
    pub code: Option<HubCode>,
    /// Why, in fixed words of this crate.
    pub reason: &'static str,
    /// The tracing identifier, if the question has one.
    pub request_id: Option<Uuid>,
    /// The member, once it is authenticated.
    pub member: Option<BankCode>,
    /// About whose records the question is, if it could be read: the bank on the slip, or the operator.
    pub destination: Option<BankCode>,
    /// The reference on the slip, if it could be read; none of a mobile number.
    pub trans_ref: Option<TransRef>,
    /// How often the question was handed to the issuer.
    pub forwarded: u8,
    /// How long it took until the end, in milliseconds.
    pub took_milliseconds: i64,
}

/// Keeps audit records.
pub trait Audit: Send + Sync {
    /// Keeps a record; when this returns, it is durable. What cannot be recorded is not answered.
    ///
    /// # Errors
    /// [`AuditFailure`] when it may not be durable.
    fn record(&self, record: &AuditRecord) -> impl Future<Output = Result<(), AuditFailure>> + Send;

    /// Keeps the record of a question whose asker has gone, without waiting.
    fn abandoned(&self, record: AuditRecord);
}

impl<A: Audit> Audit for std::sync::Arc<A> {
    fn record(&self, record: &AuditRecord) -> impl Future<Output = Result<(), AuditFailure>> + Send {
        (**self).record(record)
    }

    fn abandoned(&self, record: AuditRecord) {
        (**self).abandoned(record);
    }
}

/// A record could not be kept.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct AuditFailure;

impl fmt::Display for AuditFailure {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("the audit record could not be kept")
    }
}

impl std::error::Error for AuditFailure {}
