//! Scratch docs.
#![forbid(unsafe_code)]

#[cfg(feature = "client")]
mod client;

#[cfg(feature = "client")]
pub use client::{Builder, Client, Credentials, SecretStyle, Signing};
#[cfg(feature = "server")]
mod server;
#[cfg(feature = "server")]
pub use server::{Drained, Limits, Server};
