//! The client against providers that misbehave, and the server against clients that do.

mod calls;
mod log;
mod provider;
mod retries;
mod server;
mod signing;
mod tls;
mod tokens;
