//! One module per product, each generated from the product's OpenAPI document.

#[cfg(feature = "direct-debit")]
pub mod direct_debit;
#[cfg(feature = "sandbox")]
pub mod sandbox;
#[cfg(feature = "slip-verification")]
pub mod slip_verification;
#[cfg(feature = "stamp-duty")]
pub mod stamp_duty;
