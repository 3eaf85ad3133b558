//! Verification between banks: a merchant asks its bank, the bank asks the hub, the hub asks the bank that
//! printed the slip. A second [`Service`] goes the same way: does a mobile number belong to a citizen?
//!
//! Three parts, each usable alone: [`ServiceBank`], [`Hub`], [`Issuer`]. None does I/O: requests travel over
//! a [`Transport`](satang_core::Transport), and time, randomness and waiting are arguments. What must outlive
//! the process (audit records, transactions, slips that were seen) is behind traits that the caller
//! implements.
//!
//! What is public about the hub is a description of the service, a list of codes and the names of members and
//! headers. Tokens, signatures, states and time limits here are proposed by Satang; not published by the hub.

mod answer;
mod audit;
mod breaker;
mod exchange;
mod health;
mod hub;
mod issuer;
mod kept;
mod member;
mod membership;
mod question;
mod replay;
mod route;
mod service;
mod service_bank;
mod signature;
mod token;
mod within;

pub use audit::{Audit, AuditFailure, AuditRecord, EndState};
pub use breaker::{Breaker, BreakerState};
pub use exchange::Asked;
pub use health::{IssuerFailure, IssuerHealth};
pub use hub::{Hub, HubSettings};
pub use issuer::{Issuer, IssuerSettings, NumberBook, SlipStore, StoreFailure};
pub use kept::{KeptParty, KeptTransaction};
pub use member::{ApiCredentials, Member, Proof};
pub use membership::MembershipFault;
pub use question::{Question, Unreadable};
pub use route::{Destination, Route, RouteTable};
pub use service::{Service, UnknownService};
pub use service_bank::{FirstSeen, NumberVerdict, SeenSlips, ServiceBank, ServiceBankSettings};
pub use signature::{AnswerSigner, AnswerVerifier};
pub use token::{HUB, TokenFault, TokenSigner, TokenVerifier};

/// What a part needs of its surroundings.
pub trait Surroundings: satang_core::Clock + satang_core::Entropy + satang_core::Timer {}

impl<T: satang_core::Clock + satang_core::Entropy + satang_core::Timer> Surroundings for T {}
