//! Clients, handler traits and routers for Thai payment and tax systems, generated from their OpenAPI
//! documents, and the small runtime that they share.
//!
//! ```
//! use satang_core::{
//!     Clock, Entropy, Host, Incoming, Loopback, Refusal, System,
//!     direct_debit::{Client, Handler, router},
//! };
//! use satang_schema::direct_debit::{TransactionStatusInquiry, PaymentResult};
//! use std::sync::Arc;
//!
//! /// A bank that knows no payment.
//! struct Bank;
//!
//! impl Host for Bank {
//!     type Caller = ();
//!     async fn admit(&self, _: &Incoming) -> Result<(), Refusal> {
//!         Ok(())
//!     }
//! }
//! impl Clock for Bank {
//!     fn now(&self) -> jiff::Timestamp { System.now() }
//! }
//! impl Entropy for Bank {
//!     fn fill(&self, bytes: &mut [u8]) { System.fill(bytes) }
//! }
//! impl Handler for Bank {
//!     async fn transaction_status_inquiry(
//!         &self,
//!         _: (),
//!         _: TransactionStatusInquiry,
//!     ) -> Result<PaymentResult, Refusal> {
//!         Err(Refusal::not_found("no such payment"))
//!     }
//! }
//!
//! // The same client works over HTTP with `satang-transport`.
//! let client = Client::new(Loopback::new(router(Arc::new(Bank))));
//! let inquiry = TransactionStatusInquiry {
//!     transaction_identification: "071f2a78-a77b-4e45-91ba-4bd96d5bcde9".parse()?,
//! };
//! let error = pollster::block_on(client.transaction_status_inquiry(&inquiry)).unwrap_err();
//! assert_eq!(error.code(), Some("SBX-4041"));
//! # Ok::<(), satang_validation::Rule>(())
//! ```
//!
//! # Seams
//! A client needs a [`Transport`], a router gives a `tower::Service`. Time, randomness and waiting are
//! arguments ([`Clock`], [`Entropy`], [`Timer`]). This crate does no I/O.
//!
//! # Features
//! `client`, `server`, one per product, and `ed25519` for the asymmetric signatures of [`webhook`].
#![forbid(unsafe_code)]

mod environment;
mod error;
mod generated;
pub mod operation;
pub mod signature;
pub mod webhook;

#[cfg(feature = "server")]
mod attempt;
#[cfg(feature = "client")]
mod client;
#[cfg(feature = "server")]
mod envelope;
#[cfg(all(feature = "client", feature = "server"))]
mod loopback;
#[cfg(feature = "server")]
mod server;
#[cfg(feature = "client")]
mod transport;

pub use environment::{Clock, Entropy, System, Timer};
pub use error::{Error, Kind, Sent, retry_after};
#[cfg(feature = "direct-debit")]
pub use generated::direct_debit;
#[cfg(feature = "sandbox")]
pub use generated::sandbox;
#[cfg(feature = "slip-verification")]
pub use generated::slip_verification;
#[cfg(feature = "stamp-duty")]
pub use generated::stamp_duty;
pub use operation::Operation;

#[cfg(feature = "server")]
pub use attempt::{PeerAddress, ServerTransactionId};
#[cfg(feature = "client")]
pub use client::{fetch, notify, send};
#[cfg(all(feature = "client", feature = "server"))]
pub use loopback::Loopback;
#[cfg(feature = "server")]
pub use server::{Answered, Host, Incoming, Page, Refusal, Router, Routes};
#[cfg(feature = "client")]
pub use transport::Transport;
