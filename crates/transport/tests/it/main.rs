//! The client against providers that misbehave, and the server against clients that do.

#![allow(clippy::unwrap_used, clippy::panic, clippy::indexing_slicing)] // tests say so by failing

mod calls;
mod log;
mod provider;
mod retries;
mod server;
mod signing;
#[cfg(feature = "tls")]
mod tls;
mod tokens;
