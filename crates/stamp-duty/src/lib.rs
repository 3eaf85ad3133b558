//! Stamp duty of the Revenue Department of Thailand: file instruments, know what to pay, fetch receipts.
#![forbid(unsafe_code)]

mod deadline;
pub mod duty;
mod filing;
mod instrument;
mod sign;

pub use deadline::{DAYS, Holidays, filing_deadline};
pub use filing::{FORM_VERSION, Filing, SignedFiling};
pub use instrument::{Detail, Instrument, Paper};
/// The wire types.
pub use satang_schema::stamp_duty as wire;
pub use satang_schema::{Date, Password, Satang, TaxId, Text};
pub use sign::{FormSigner, profile};
