//! Rules of Thai payments on plain values, and violations named by JSON pointer.
//!
//! ```
//! use satang_validation::{Pointer, Violations, account_number, citizen_number};
//!
//! assert!(account_number("7770011555").is_ok());
//! assert!(citizen_number("1234567890121").is_ok());
//!
//! let mut found = Violations::new();
//! if let Err(rule) = account_number("777-001") {
//!     found.add(Pointer::root().member("drawerAccountNumber"), rule);
//! }
//! assert_eq!(
//!     found.to_string(),
//!     "/drawerAccountNumber: expected exactly 10 digits (malformed)"
//! );
//! ```
//!
//! Nothing here allocates on success, does I/O, or repeats a refused value: a [`Violation`] says where and
//! which rule, never what was there, because that may be somebody's account number.
#![forbid(unsafe_code)]

mod number;
mod pointer;
mod text;
mod violation;

pub use number::{account_number, citizen_number, mask_middle};
pub use pointer::Pointer;
pub use text::{plain_text, uri};
pub use violation::{Code, Rule, Violation, Violations};
