//! HTTP for the satang protocol crates: a client that knows what it may send again, and a server that keeps
//! its limits.
//!
//! ```
//! # use satang_core::{Clock, Entropy, Host, Incoming, Refusal, System, direct_debit::*};
//! # /// A bank that knows its partner and no payment.
//! # struct Bank;
//! # impl Host for Bank {
//! #     type Caller = ();
//! #     async fn admit(&self, _: &Incoming) -> Result<(), Refusal> { Ok(()) }
//! # }
//! # impl Clock for Bank { fn now(&self) -> jiff::Timestamp { System.now() } }
//! # impl Entropy for Bank { fn fill(&self, bytes: &mut [u8]) { System.fill(bytes) } }
//! # impl Handler for Bank {
//! #     async fn access_token(&self, _: (), _: AccessTokenRequest) -> Result<AccessToken, Refusal> {
//! #         Ok(AccessToken {
//! #             access_token: "t".parse().map_err(|_| Refusal::internal())?,
//! #             token_type: "Bearer".into(), expires_in: 60, scope: None,
//! #         })
//! #     }
//! #     async fn transaction_status_inquiry(&self, _: (), _: TransactionStatusInquiry) -> Result<PaymentResult, Refusal> {
//! #         Err(Refusal::not_found("no such payment"))
//! #     }
//! # }
//! use satang_core::{direct_debit, signature::Key};
//! use satang_transport::{Client, Credentials, Server};
//! # #[tokio::main(flavor = "current_thread")]
//! # async fn main() -> Result<(), Box<dyn std::error::Error>> {
//!
//! // A bank, on this machine: any handler behind its router.
//! let server = Server::bind("127.0.0.1:0").await?;
//! let address = server.local_addr()?;
//! tokio::spawn(server.serve(direct_debit::router(Bank.into()), std::future::pending::<()>()));
//!
//! // A partner of it.
//! let http = Client::builder(format!("http://{address}"))
//!     .credentials(Credentials::new("my-application", "my-secret"))
//!     .signature_key(Key::new("my-signature-key")?)
//!     .build()?;
//! let bank = direct_debit::Client::new(http);
//!
//! let transaction_identification = "071f2a78-a77b-4e45-91ba-4bd96d5bcde9".parse()?;
//! let inquiry = TransactionStatusInquiry { transaction_identification };
//! let error = bank.transaction_status_inquiry(&inquiry).await.unwrap_err();
//! assert_eq!(error.code(), Some("SBX-4041"));
//! # Ok(())
//! # }
//! ```
//!
//! # The client
//! [`Client`] is the [`Transport`](satang_core::Transport) of the generated clients. For each attempt it adds a
//! new `X-Client-Transaction-ID`, the date and time, the access token, and (where the contract wants it) `Digest`
//! and `Signature`; the body goes out byte for byte as it came in. It never follows redirects.
//!
//! What happens after a failure depends on the operation:
//!
//! | what is known | inquiry | payment, and whatever else has an effect |
//! | --- | --- | --- |
//! | nothing was sent ([`Sent::No`](satang_core::Sent)) | sent again | sent again |
//! | the request may have arrived (`Sent::Maybe`) | sent again | error: ask with an inquiry |
//! | answered 429, 502, 503 or 504 | sent again, `Retry-After` honoured | answer returned |
//! | answered 401 | sent once more with a new token | the same: nothing was executed |
//! | any other answer | answer returned | answer returned |
//!
//! | setting | default |
//! | --- | --- |
//! | [`timeout`](Builder::timeout), the whole call | 30 s |
//! | [`connect_timeout`](Builder::connect_timeout) | 5 s |
//! | [`retries`](Builder::retries) | 2, after pauses of 50 to 100 ms and 100 to 200 ms |
//! | [`response_limit`](Builder::response_limit) | 1 MiB |
//! | [`signing`](Builder::signing) | what the contract signs |
//! | [`date_time_header`](Builder::date_time_header) | on |
//! | [secret style](SecretStyle) | in the form |
//! | TLS | 1.2 or newer, the system's authorities, HTTP/2 if the provider offers it |
//! | idle connections | up to 64, for 20 s |
//! | access token | shared, and fetched anew at 90 % of its life or 30 s before its end |
//!
//! # The courier
//! [`Courier`] posts to addresses that strangers chose, such as those of callbacks: it calls public addresses only, as
//! they are resolved at the moment of connecting, unless it is told that private ones are fine.
//!
//! # The server
//! [`Server`] serves any `tower` service: a product's router, or an axum router in which it is mounted.
//!
//! | [limit](Limits) | default |
//! | --- | --- |
//! | `header_timeout` | 30 s |
//! | `idle_timeout` | 60 s |
//! | `request_timeout` | 60 s, then 504 |
//! | `drain_timeout` | 10 s |
//! | `max_connections` | 1000 |
//! | `max_header_bytes` | 16 KiB, then 431 |
//! | `max_concurrent_streams` | 100 |
//!
//! # Log
//! Each call is a `tracing` span `call` with the operation, the contract's path, the number of attempts, the
//! status, both sides' transaction identifiers and the time it took. Bodies, tokens, keys and query values are
//! never logged.
//!
//! # Features
//! `client`, `server`, and `tls` (OpenSSL; without it, give the client a [`connector`](Builder::connector)). All
//! three are on by default.
#![forbid(unsafe_code)]

#[cfg(feature = "client")]
mod client;
#[cfg(feature = "client")]
mod courier;
#[cfg(feature = "server")]
mod server;

#[cfg(feature = "client")]
pub use client::{Builder, Client, Credentials, SecretStyle, Signing};
#[cfg(feature = "client")]
pub use courier::{Courier, CourierBuilder};
#[cfg(feature = "client")]
pub use satang_core::signature::Key;
#[cfg(feature = "server")]
pub use server::{Drained, Limits, Server};
