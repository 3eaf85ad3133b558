//! Generated from the contract document by `cargo xtask generate`: do not edit.
//!
//! Slip Verification between Banks
//!
//! Ask whether the transaction on a slip exists, whichever bank printed it. ITMX, which runs the hub
//! between Thai banks, describes the service in public and specifies it to members only. *Public* is
//! what public code and pages of banks say; what follows from it is marked as inferred. Everything else
//! is proposed by Satang, and nothing here is ITMX's specification.
//!
//! ## Who asks whom
//! A merchant asks its own bank (the service bank). That bank asks the hub. The hub finds the bank that
//! printed the slip (the issuer) by the three digits on it and asks it with a token of its own. Found
//! means that the payer was debited. It does not mean that the payee was credited.
//!
//! ## Codes
//! Hub and issuers answer with a code in `status.code`. `6` in front is the hub, `8` the issuer.
//! Compare the code, not the HTTP status: not found and not reachable come with status 200. The numbers
//! are those of a public trace of 2019, kept to be compatible. `6425`, a token that was used before, is
//! proposed by Satang.
//!
//! ## Tokens
//! A token is a compact JWS with RS256, PS256 or ES256, `typ` JWT and a `kid` made of bank and
//! certificate version, such as `014-3`. It lives 60 seconds at most and is good once. Its claims:
//! `iss` the member, `aud` who is asked (`itmx` is the hub), `jti` the identifier in `X-Request-Id`,
//! `iat`, `exp`, and the question itself: `sb` the sending bank, `tr` the reference. Of a question
//! about a mobile number, `sb` is the operator, and in place of `tr` there is `qd`, the digest of the
//! question.
//!
//! ## Mobile numbers
//! The digest of a question is the SHA-256, in lower-case hexadecimal, of `provider`, `mobileNumber`,
//! `citizenId` and `salt`, with a line feed between each two. The salt is 16 random bytes that are used
//! once: numbers can be tried one by one, so without it the digest, which stands in a token and in the
//! answer, would give them away. The operator repeats the digest in the `data` that it signs, so that
//! its yes cannot be taken for the answer to another question.
//!
//! ## Signatures
//! Answers are signed as they are, byte by byte, and so is `data` by the issuer; the hub passes both on
//! untouched. Refusals that a server writes before it has read a question (404, 405, 413, 429, 501,
//! 504) are not signed.

use crate::operation::{Body, Envelope, Operation, Repeat};
#[cfg(feature = "client")]
use crate::{Error, Transport, client};
#[cfg(feature = "server")]
use crate::{Host, Incoming, Page, Refusal, Router, Routes, server};
pub use satang_schema::slip_verification::{
    HubKeys, Nothing, NumberOwnershipAnswer, NumberOwnershipQuery, SlipToVerify, SlipVerdict,
    TransactionAnswer, TransactionQuery,
};
#[cfg(feature = "server")]
use std::sync::Arc;

/// Verify a slip.
///
/// The service bank reads the mini-QR, asks the bank of the slip through the hub, and holds the answer
/// against what the merchant expects. A check that fails is an outcome with status 200. A slip that is
/// verified with `checkDuplicate` is remembered for the merchant; of two equal requests at once, one is
/// `verified` and the other `duplicate`, unless both name the same `order`. Proposed by Satang; not
/// published by any bank.
pub static VERIFY_SLIP: Operation = Operation {
    id: "verify_slip",
    method: http::Method::POST,
    path: "/v1/slips/verify",
    bearer: true,
    signed: false,
    repeat: Repeat::Effect,
    body: Body::Json,
    envelope: Envelope::Problem,
};

/// Ask the hub about a transaction.
///
/// A member's bank asks, with a token for this one question. `X-Signature` of the answer is a detached
/// JWS (RFC 7515 appendix F, RFC 7797) of the hub over the body as it is; `X-Issuer-Signature` is that
/// of the issuer over the value of `data` as it is. The path is a public trace without its prefix; all
/// else is proposed by Satang, not published by the hub. A token is good once, so the same request is
/// refused when it comes again.
pub static VERIFY_TRANSACTION: Operation = Operation {
    id: "verify_transaction",
    method: http::Method::GET,
    path: "/v1/promptpay/transactions",
    bearer: false,
    signed: false,
    repeat: Repeat::Effect,
    body: Body::Query,
    envelope: Envelope::Hub,
};

/// Ask the hub whose a mobile number is.
///
/// A service of its own, with a subscription of its own: does this mobile number belong to this
/// citizen? The operator that keeps the number answers yes or no, and nothing else: a number that it
/// does not have and a number of somebody else are both no. The member names the operator, since a
/// number keeps its digits when it moves to another one, and asking every operator would tell all of
/// them. The question travels in the body, for a URL is written into logs. Tokens, headers and
/// signatures are those of transactions. That the service exists is published by ITMX; all of this is
/// proposed by Satang, not published by the hub.
pub static VERIFY_NUMBER_OWNERSHIP: Operation = Operation {
    id: "verify_number_ownership",
    method: http::Method::POST,
    path: "/v1/promptpay/number-ownership",
    bearer: false,
    signed: false,
    repeat: Repeat::Effect,
    body: Body::Json,
    envelope: Envelope::Hub,
};

/// Fetch the hub's public keys.
///
/// A JSON Web Key Set (RFC 7517) with every key under which the hub signs: `X-Signature` of its
/// answers, and its tokens to issuers. For everybody. Whoever trusts it trusts the TLS connection that
/// it comes over: compare the keys once with those that were exchanged when the membership began.
/// Proposed by Satang; not published by the hub.
pub static LIST_HUB_KEYS: Operation = Operation {
    id: "list_hub_keys",
    method: http::Method::GET,
    path: "/v1/promptpay/keys",
    bearer: false,
    signed: false,
    repeat: Repeat::Safe,
    body: Body::Query,
    envelope: Envelope::Hub,
};

/// Ask the issuer about a transaction.
///
/// As the hub is asked, with the roles shifted: the hub's token is meant for the issuer. A transaction
/// of another bank, an unknown one and one that is too old are answered alike. `X-Issuer-Signature` is
/// a detached JWS (RFC 7797) of the issuer over the value of `data` as it is. Proposed by Satang; not
/// published by the hub.
pub static LOOK_UP_TRANSACTION: Operation = Operation {
    id: "look_up_transaction",
    method: http::Method::GET,
    path: "/v1/issuer/promptpay/transactions",
    bearer: false,
    signed: false,
    repeat: Repeat::Effect,
    body: Body::Query,
    envelope: Envelope::Hub,
};

/// Ask the operator whose a mobile number is.
///
/// As the hub is asked, with the roles shifted. The operator answers `0000` with yes or no. It never
/// answers `8404`: that would tell which numbers it has. Proposed by Satang; not published by the hub.
pub static CONFIRM_NUMBER_OWNERSHIP: Operation = Operation {
    id: "confirm_number_ownership",
    method: http::Method::POST,
    path: "/v1/issuer/promptpay/number-ownership",
    bearer: false,
    signed: false,
    repeat: Repeat::Effect,
    body: Body::Json,
    envelope: Envelope::Hub,
};

/// Calls the provider.
#[cfg(feature = "client")]
#[derive(Clone, Debug)]
pub struct Client<T> {
    transport: T,
}

#[cfg(feature = "client")]
impl<T: Transport> Client<T> {
    /// A client whose requests are carried by `transport`.
    pub fn new(transport: T) -> Self {
        Self { transport }
    }

    /// What carries the requests.
    pub fn transport(&self) -> &T {
        &self.transport
    }

    /// Verify a slip.
    ///
    /// The service bank reads the mini-QR, asks the bank of the slip through the hub, and holds the answer
    /// against what the merchant expects. A check that fails is an outcome with status 200. A slip that is
    /// verified with `checkDuplicate` is remembered for the merchant; of two equal requests at once, one is
    /// `verified` and the other `duplicate`, unless both name the same `order`. Proposed by Satang; not
    /// published by any bank.
    ///
    /// # Errors
    /// [`Error`], whose [`sent`](Error::sent) tells whether the request may have arrived.
    pub async fn verify_slip(&self, request: &SlipToVerify) -> Result<SlipVerdict, Error> {
        client::send(&self.transport, &VERIFY_SLIP, request).await
    }

    /// Ask the hub about a transaction.
    ///
    /// A member's bank asks, with a token for this one question. `X-Signature` of the answer is a detached
    /// JWS (RFC 7515 appendix F, RFC 7797) of the hub over the body as it is; `X-Issuer-Signature` is that
    /// of the issuer over the value of `data` as it is. The path is a public trace without its prefix; all
    /// else is proposed by Satang, not published by the hub. A token is good once, so the same request is
    /// refused when it comes again.
    ///
    /// The answer is signed byte by byte, so it is handed over as it came, whatever its status; once its signature is
    /// verified, [`TransactionAnswer`] is read from its body. `headers` go along with the request.
    ///
    /// # Errors
    /// [`Error`] when there is no answer; its [`sent`](Error::sent) tells whether the request may have arrived.
    pub async fn verify_transaction(
        &self,
        request: &TransactionQuery,
        headers: http::HeaderMap,
    ) -> Result<http::Response<bytes::Bytes>, Error> {
        client::fetch(&self.transport, &VERIFY_TRANSACTION, request, headers).await
    }

    /// Ask the hub whose a mobile number is.
    ///
    /// A service of its own, with a subscription of its own: does this mobile number belong to this
    /// citizen? The operator that keeps the number answers yes or no, and nothing else: a number that it
    /// does not have and a number of somebody else are both no. The member names the operator, since a
    /// number keeps its digits when it moves to another one, and asking every operator would tell all of
    /// them. The question travels in the body, for a URL is written into logs. Tokens, headers and
    /// signatures are those of transactions. That the service exists is published by ITMX; all of this is
    /// proposed by Satang, not published by the hub.
    ///
    /// The answer is signed byte by byte, so it is handed over as it came, whatever its status; once its signature is
    /// verified, [`NumberOwnershipAnswer`] is read from its body. `headers` go along with the request.
    ///
    /// # Errors
    /// [`Error`] when there is no answer; its [`sent`](Error::sent) tells whether the request may have arrived.
    pub async fn verify_number_ownership(
        &self,
        request: &NumberOwnershipQuery,
        headers: http::HeaderMap,
    ) -> Result<http::Response<bytes::Bytes>, Error> {
        client::fetch(&self.transport, &VERIFY_NUMBER_OWNERSHIP, request, headers).await
    }

    /// Fetch the hub's public keys.
    ///
    /// A JSON Web Key Set (RFC 7517) with every key under which the hub signs: `X-Signature` of its
    /// answers, and its tokens to issuers. For everybody. Whoever trusts it trusts the TLS connection that
    /// it comes over: compare the keys once with those that were exchanged when the membership began.
    /// Proposed by Satang; not published by the hub.
    ///
    /// # Errors
    /// [`Error`], whose [`sent`](Error::sent) tells whether the request may have arrived.
    pub async fn list_hub_keys(&self, request: &Nothing) -> Result<HubKeys, Error> {
        client::send(&self.transport, &LIST_HUB_KEYS, request).await
    }
}

/// Answers as the provider does. Each method answers 501 until it is written.
#[cfg(feature = "server")]
pub trait Handler: Host {
    /// Verify a slip.
    ///
    /// The service bank reads the mini-QR, asks the bank of the slip through the hub, and holds the answer
    /// against what the merchant expects. A check that fails is an outcome with status 200. A slip that is
    /// verified with `checkDuplicate` is remembered for the merchant; of two equal requests at once, one is
    /// `verified` and the other `duplicate`, unless both name the same `order`. Proposed by Satang; not
    /// published by any bank.
    ///
    /// # Errors
    /// [`Refusal`]; this one, until it is written, refuses everything.
    fn verify_slip(
        &self,
        caller: Self::Caller,
        request: SlipToVerify,
    ) -> impl Future<Output = Result<SlipVerdict, Refusal>> + Send {
        server::unwritten(&VERIFY_SLIP, (caller, request))
    }

    /// Ask the hub about a transaction.
    ///
    /// A member's bank asks, with a token for this one question. `X-Signature` of the answer is a detached
    /// JWS (RFC 7515 appendix F, RFC 7797) of the hub over the body as it is; `X-Issuer-Signature` is that
    /// of the issuer over the value of `data` as it is. The path is a public trace without its prefix; all
    /// else is proposed by Satang, not published by the hub. A token is good once, so the same request is
    /// refused when it comes again.
    ///
    /// The answer is signed byte by byte, so it is the handler that reads the request, with its headers, and writes the answer.
    ///
    /// # Errors
    /// [`Refusal`]; this one, until it is written, refuses everything.
    fn verify_transaction(
        &self,
        caller: Self::Caller,
        request: Incoming,
    ) -> impl Future<Output = Result<Page, Refusal>> + Send {
        server::unwritten(&VERIFY_TRANSACTION, (caller, request))
    }

    /// Ask the hub whose a mobile number is.
    ///
    /// A service of its own, with a subscription of its own: does this mobile number belong to this
    /// citizen? The operator that keeps the number answers yes or no, and nothing else: a number that it
    /// does not have and a number of somebody else are both no. The member names the operator, since a
    /// number keeps its digits when it moves to another one, and asking every operator would tell all of
    /// them. The question travels in the body, for a URL is written into logs. Tokens, headers and
    /// signatures are those of transactions. That the service exists is published by ITMX; all of this is
    /// proposed by Satang, not published by the hub.
    ///
    /// The answer is signed byte by byte, so it is the handler that reads the request, with its headers, and writes the answer.
    ///
    /// # Errors
    /// [`Refusal`]; this one, until it is written, refuses everything.
    fn verify_number_ownership(
        &self,
        caller: Self::Caller,
        request: Incoming,
    ) -> impl Future<Output = Result<Page, Refusal>> + Send {
        server::unwritten(&VERIFY_NUMBER_OWNERSHIP, (caller, request))
    }

    /// Fetch the hub's public keys.
    ///
    /// A JSON Web Key Set (RFC 7517) with every key under which the hub signs: `X-Signature` of its
    /// answers, and its tokens to issuers. For everybody. Whoever trusts it trusts the TLS connection that
    /// it comes over: compare the keys once with those that were exchanged when the membership began.
    /// Proposed by Satang; not published by the hub.
    ///
    /// # Errors
    /// [`Refusal`]; this one, until it is written, refuses everything.
    fn list_hub_keys(
        &self,
        caller: Self::Caller,
        request: Nothing,
    ) -> impl Future<Output = Result<HubKeys, Refusal>> + Send {
        server::unwritten(&LIST_HUB_KEYS, (caller, request))
    }
}

/// Serves the operations of `handler`.
#[cfg(feature = "server")]
pub fn router<H: Handler>(handler: Arc<H>) -> Router<Server<H>> {
    Router::new(Server(handler))
}

/// A handler with its table of operations.
#[cfg(feature = "server")]
#[derive(Debug)]
pub struct Server<H>(Arc<H>);

#[cfg(feature = "server")]
impl<H: Handler> Routes for Server<H> {
    type Host = H;

    const OPERATIONS: &'static [&'static Operation] =
        &[&VERIFY_SLIP, &VERIFY_TRANSACTION, &VERIFY_NUMBER_OWNERSHIP, &LIST_HUB_KEYS];
    const ENVELOPE: Envelope = Envelope::Hub;

    fn host(&self) -> &H {
        &self.0
    }

    async fn dispatch(&self, caller: H::Caller, request: Incoming) -> Result<Page, Refusal> {
        match request.operation.id {
            "verify_slip" => server::json(self.0.verify_slip(caller, request.read()?).await?),
            "verify_transaction" => server::page(self.0.verify_transaction(caller, request).await?),
            "verify_number_ownership" => server::page(self.0.verify_number_ownership(caller, request).await?),
            "list_hub_keys" => server::json(self.0.list_hub_keys(caller, request.read()?).await?),

            _ => Err(Refusal::unknown_path()),
        }
    }
}

/// Calls a partner back.
#[cfg(feature = "client")]
#[derive(Clone, Debug)]
pub struct CallbackClient<T> {
    transport: T,
}

#[cfg(feature = "client")]
impl<T: Transport> CallbackClient<T> {
    /// A client whose requests are carried by `transport`.
    pub fn new(transport: T) -> Self {
        Self { transport }
    }

    /// What carries the requests.
    pub fn transport(&self) -> &T {
        &self.transport
    }

    /// Ask the issuer about a transaction.
    ///
    /// As the hub is asked, with the roles shifted: the hub's token is meant for the issuer. A transaction
    /// of another bank, an unknown one and one that is too old are answered alike. `X-Issuer-Signature` is
    /// a detached JWS (RFC 7797) of the issuer over the value of `data` as it is. Proposed by Satang; not
    /// published by the hub.
    ///
    /// The answer is signed byte by byte, so it is handed over as it came, whatever its status; once its signature is
    /// verified, [`TransactionAnswer`] is read from its body. `headers` go along with the request.
    ///
    /// # Errors
    /// [`Error`] when there is no answer; its [`sent`](Error::sent) tells whether the request may have arrived.
    pub async fn look_up_transaction(
        &self,
        request: &TransactionQuery,
        headers: http::HeaderMap,
    ) -> Result<http::Response<bytes::Bytes>, Error> {
        client::fetch(&self.transport, &LOOK_UP_TRANSACTION, request, headers).await
    }

    /// Ask the operator whose a mobile number is.
    ///
    /// As the hub is asked, with the roles shifted. The operator answers `0000` with yes or no. It never
    /// answers `8404`: that would tell which numbers it has. Proposed by Satang; not published by the hub.
    ///
    /// The answer is signed byte by byte, so it is handed over as it came, whatever its status; once its signature is
    /// verified, [`NumberOwnershipAnswer`] is read from its body. `headers` go along with the request.
    ///
    /// # Errors
    /// [`Error`] when there is no answer; its [`sent`](Error::sent) tells whether the request may have arrived.
    pub async fn confirm_number_ownership(
        &self,
        request: &NumberOwnershipQuery,
        headers: http::HeaderMap,
    ) -> Result<http::Response<bytes::Bytes>, Error> {
        client::fetch(&self.transport, &CONFIRM_NUMBER_OWNERSHIP, request, headers).await
    }
}

/// Receives the provider's callbacks. Each method answers 501 until it is written.
#[cfg(feature = "server")]
pub trait CallbackHandler: Host {
    /// Ask the issuer about a transaction.
    ///
    /// As the hub is asked, with the roles shifted: the hub's token is meant for the issuer. A transaction
    /// of another bank, an unknown one and one that is too old are answered alike. `X-Issuer-Signature` is
    /// a detached JWS (RFC 7797) of the issuer over the value of `data` as it is. Proposed by Satang; not
    /// published by the hub.
    ///
    /// The answer is signed byte by byte, so it is the handler that reads the request, with its headers, and writes the answer.
    ///
    /// # Errors
    /// [`Refusal`]; this one, until it is written, refuses everything.
    fn look_up_transaction(
        &self,
        caller: Self::Caller,
        request: Incoming,
    ) -> impl Future<Output = Result<Page, Refusal>> + Send {
        server::unwritten(&LOOK_UP_TRANSACTION, (caller, request))
    }

    /// Ask the operator whose a mobile number is.
    ///
    /// As the hub is asked, with the roles shifted. The operator answers `0000` with yes or no. It never
    /// answers `8404`: that would tell which numbers it has. Proposed by Satang; not published by the hub.
    ///
    /// The answer is signed byte by byte, so it is the handler that reads the request, with its headers, and writes the answer.
    ///
    /// # Errors
    /// [`Refusal`]; this one, until it is written, refuses everything.
    fn confirm_number_ownership(
        &self,
        caller: Self::Caller,
        request: Incoming,
    ) -> impl Future<Output = Result<Page, Refusal>> + Send {
        server::unwritten(&CONFIRM_NUMBER_OWNERSHIP, (caller, request))
    }
}

/// Serves the operations of `handler`.
#[cfg(feature = "server")]
pub fn callback_router<H: CallbackHandler>(handler: Arc<H>) -> Router<CallbackServer<H>> {
    Router::new(CallbackServer(handler))
}

/// A handler with its table of operations.
#[cfg(feature = "server")]
#[derive(Debug)]
pub struct CallbackServer<H>(Arc<H>);

#[cfg(feature = "server")]
impl<H: CallbackHandler> Routes for CallbackServer<H> {
    type Host = H;

    const OPERATIONS: &'static [&'static Operation] = &[&LOOK_UP_TRANSACTION, &CONFIRM_NUMBER_OWNERSHIP];
    const ENVELOPE: Envelope = Envelope::Hub;

    fn host(&self) -> &H {
        &self.0
    }

    async fn dispatch(&self, caller: H::Caller, request: Incoming) -> Result<Page, Refusal> {
        match request.operation.id {
            "look_up_transaction" => server::page(self.0.look_up_transaction(caller, request).await?),
            "confirm_number_ownership" => {
                server::page(self.0.confirm_number_ownership(caller, request).await?)
            }

            _ => Err(Refusal::unknown_path()),
        }
    }
}
