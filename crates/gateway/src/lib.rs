//! A server that runs Thai payment and tax systems on one machine, with real money movement.
//!
//! Async at the edges, synchronous inside: a handler parses, then runs one function over a database transaction
//! ([`store::Tx`]), the clock's now and the request, and answers with what that committed. Money moves only through
//! the [`ledger`], which an [`audit`] can prove from outside.
//!
//! ```
//! use satang_core::{Loopback, System, direct_debit::Client};
//! use satang_gateway::{Gateway, Options};
//! use satang_schema::direct_debit::{AccessTokenRequest, GrantType};
//! use std::sync::Arc;
//! # #[tokio::main(flavor = "current_thread")]
//! # async fn main() -> Result<(), Box<dyn std::error::Error>> {
//! # let scratch = tempfile::tempdir()?;
//! # let directory = scratch.path();
//! let gateway = Gateway::open(&Options::new(directory)).await?;
//!
//! // A router is a `tower::Service`: mount it in a server, or call it in the same process.
//! let client = Client::new(Loopback::new(gateway.router()));
//! let token = client
//!     .access_token(&AccessTokenRequest {
//!         grant_type: GrantType::ClientCredentials,
//!         client_id: Some("demo-partner".parse()?),
//!         client_secret: Some("demo-secret".parse()?),
//!         ..AccessTokenRequest::default()
//!     })
//!     .await?;
//! assert_eq!(token.expires_in, 1800);
//! gateway.close().await?;
//! # Ok(())
//! # }
//! ```
#![forbid(unsafe_code)]

pub mod audit;
pub mod demo;
pub mod ledger;
pub mod store;

mod access;
mod account;
mod agenda;
mod callback;
mod clock;
mod consent;
mod console;
mod customer;
mod direct_debit;
mod documents;
mod event;
mod fault;
mod gateway;
mod idempotency;
mod journey;
mod metrics;
mod name;
mod page;
mod paper;
mod partner;
mod pepper;
mod probe;
mod replay;
mod sandbox;
mod site;
mod slip;
mod stamp_duty;
mod trace;
mod worker;

pub use access::Caller;
pub use callback::{Courier, Delivery, Undelivered};
pub use fault::{Dropped, PacedBody};
pub use gateway::{Gateway, Options};
pub use partner::{Agreement, CallbackProfile, NewPartner};
pub use sandbox::Control;
pub use site::Site;
pub use worker::Advance;
