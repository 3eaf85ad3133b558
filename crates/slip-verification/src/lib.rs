//! Payment slips of Thai banks: read and build the mini-QR and PromptPay codes.
//!
//! ```
//! use satang_slip_verification::{Amount, Mobile, Mode, PaymentQr, Proxy, Slip};
//!
//! // The mini-QR on a slip says which bank to ask, and about which transaction.
//! let Slip::Bank(slip) = Slip::read("004100060000010103014022000111222233344ABCD125102TH910417DF")? else {
//!     panic!("a bank printed it");
//! };
//! assert_eq!(slip.sending_bank.as_str(), "014");
//! assert_eq!(slip.sending_bank.institution().map(|it| it.name), Some("Siam Commercial Bank"));
//! assert_eq!(slip.trans_ref.as_str(), "00111222233344ABCD12");
//!
//! // One digit is wrong: the checksum knows, and the error says where without repeating anything.
//! let error = Slip::read("004100060000010103014022000111222233344ABCD135102TH910417DF").unwrap_err();
//! assert_eq!(error.reason().as_str(), "crc_mismatch");
//! assert_eq!((error.offset(), error.path().to_string().as_str()), (55, "91"));
//!
//! // Some apps print the checksum without its leading zeros.
//! let repaired = Slip::read_in("0030000600000101030140209T000000865102TH9104539", Mode::Repair)?;
//! assert_eq!(repaired.remarks.to_string(), "crc_repaired");
//!
//! // A code that asks for 30.00 baht.
//! let wanted = PaymentQr::to_proxy(Proxy::Mobile(Mobile::new("081-222-3333")?))
//!     .with_amount(Amount::from_satang(3000)?);
//! let payload = wanted.to_payload()?;
//! assert_eq!(payload, "00020101021229370016A000000677010111011300668122233335303764540530.005802TH6304F9BA");
//! assert_eq!(PaymentQr::read(&payload)?, wanted);
//! # Ok::<(), satang_slip_verification::Error>(())
//! ```
//!
//! # What cannot happen
//! - No bytes make it panic, hang or recurse: sizes, tags and nesting have [limits].
//! - Reading allocates nothing: what is read borrows from the payload. The crate depends on nothing, not even on `std`.
//! - Money is never a float: an [`Amount`] is whole satang, read and written digit by digit.
//! - An [`Error`] holds no input, and `Debug` hides the middle of references, accounts, proxies and names.
//!
//! # What a good code does not say
//! A mini-QR that reads well was *printed* by somebody: a checksum is no signature. Only the bank that
//! issued it can say that the transaction exists, and that the payer was debited does not mean that the payee was
//! credited. A payment code that encodes well is not thereby payable: some apps refuse bank accounts
//! (tag 29, sub-tag 04) and billers without a suffix.
//!
//! # Features
//! `alloc` (on by default) gives payloads as `String`; without it they are written into a buffer of the caller. `image` finds slips in PNG
//! and JPEG pictures and draws mini-QRs; it brings `std` and other packages. `merchant` is a merchant's question to its bank, `interbank` the verification
//! of slips between banks: service bank, hub and issuer; they bring them, too.
//!
//! # Where the formats come from
//! The mini-QR is known from a bank's public guide and public libraries, the payment code from EMVCo's specification
//! for merchant-presented codes and a Bank of Thailand guideline. Both are public; what we infer or propose is marked.
#![no_std]
#![forbid(unsafe_code)]

#[cfg(feature = "alloc")]
extern crate alloc;
#[cfg(any(feature = "image", feature = "interbank", feature = "merchant"))]
extern crate std;

mod amount;
mod bank;
mod barcode;
mod checksum;
mod digits;
mod envelope;
mod error;
#[cfg(feature = "interbank")]
pub mod interbank;
pub mod limits;
#[cfg(feature = "merchant")]
pub mod merchant;
mod mode;
mod payment;
#[cfg(feature = "image")]
pub mod picture;
mod proxy;
mod slip;
mod text;
mod tlv;
mod writer;

pub use amount::Amount;
pub use bank::{BankCode, Institution, Standing};
pub use barcode::Barcode;
pub use checksum::crc16;
pub use digits::Digits;
pub use error::{Error, Reason, TagPath};
pub use mode::{Mode, Reading, Remark, Remarks};
pub use payment::{
    AdditionalData, BillPayment, CreditTransfer, CrossBorder, Initiation, Message, Order, Others, PaymentQr,
    Template, Vat,
};
pub use proxy::{BankAccount, BillerId, CustomerCode, EWallet, Mobile, NationalId, Proxy, Reference};
pub use slip::{BankSlip, Slip, TransRef, TrueMoneySlip};
pub use text::Text;
pub use tlv::{Tag, Tags};
