//! Stamp duty of the Revenue Department of Thailand: file instruments, know what to pay, fetch receipts.
#![forbid(unsafe_code)]

mod deadline;
pub mod duty;

pub use deadline::{DAYS, Holidays, filing_deadline};
