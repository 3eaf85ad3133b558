//! Wire types of Thai payment and tax systems, and the tables of their operations: the one source of which
//! every contract document, client and router is made.
//!
//! ```
//! use satang_schema::{decode, direct_debit::{PaymentResult, ProcessingStatus}};
//!
//! let answer = decode::<PaymentResult>(
//!     br#"{
//!         "transactionIdentification": "071f2a78-a77b-4e45-91ba-4bd96d5bcde9",
//!         "paymentReferenceIdentification": "6f1f5a0e-2f6d-4a43-9a52-0f9b1f1c7a10",
//!         "processingStatus": "ACSC",
//!         "processingDateTime": "2020-08-15T00:00:00.000+07:00",
//!         "paymentAmount": 5000.00
//!     }"#,
//! )?;
//! assert_eq!(answer.processing_status, ProcessingStatus::Settled);
//! assert_eq!(answer.payment_amount.map(|amount| amount.to_string()).as_deref(), Some("5000.00"));
//! # Ok::<(), satang_validation::Violations>(())
//! ```
//!
//! # Where a fact comes from
//! Each field says so: **Published** by the provider, **Inferred** from what is published, or **Proposed by
//! Satang; not published by the bank**. The same words stand in the contract documents.
//!
//! # Rules
//! - A scalar is right once it exists ([`AccountNumber`], [`Amount`], [`Text`]); [`Check`] holds the rules
//!   between members.
//! - Requests are strict: an unknown, repeated or `null` member is a violation. Answers are lenient: unknown
//!   members are ignored, and codes that a bank may extend keep what they do not know.
//! - Account numbers, tokens and secrets are masked by `Debug`.
//!
//! # Features
//! One per product (`direct-debit`, `sandbox`, `slip-verification`, `stamp-duty`), and `schema` for JSON Schemas, canonical examples and the tables.
#![forbid(unsafe_code)]

mod amount;
mod date_time;
mod decode;
#[cfg(feature = "sandbox")]
mod duration;
#[cfg(any(feature = "sandbox", feature = "slip-verification"))]
mod nothing;
mod scalar;
#[cfg(any(feature = "sandbox", feature = "stamp-duty"))]
mod whole_number;

#[cfg(feature = "schema")]
pub mod contract;
#[cfg(feature = "direct-debit")]
pub mod direct_debit;
pub mod krungsri;
mod problem;
pub mod revenue_department;
#[cfg(feature = "sandbox")]
pub mod sandbox;
#[cfg(feature = "slip-verification")]
pub mod slip_verification;
#[cfg(feature = "stamp-duty")]
pub mod stamp_duty;

pub use amount::{Amount, AmountOrZero, Satang};
pub use date_time::{Date, DateTime};
pub use decode::{Check, decode, decode_members};
#[cfg(feature = "sandbox")]
pub use duration::Duration;
#[cfg(any(feature = "sandbox", feature = "slip-verification"))]
pub use nothing::Nothing;
pub use problem::Problem;
pub use scalar::{
    AccountNumber, AccountText, AuthToken, IdentificationNumber, JourneyIdentifier, OAuthContextId, Password,
    PaymentReference, PaymentToken, PersonalReference, ScheduleIdentification, Secret, TaxId, Text,
    TransactionId, TransactionIdentification, Uri,
};
#[cfg(any(feature = "sandbox", feature = "stamp-duty"))]
pub use whole_number::WholeNumber;
