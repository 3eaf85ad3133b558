//! What is known of an operation before any request exists.

use http::Method;

/// One operation of a product: a constant in the product's generated module.
#[derive(Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Operation {
    /// The name, equal to the `operationId` of the contract document.
    pub id: &'static str,
    /// The HTTP method.
    pub method: Method,
    /// The path, beginning with a slash; for a callback, a suggestion, since the path is the partner's to choose.
    pub path: &'static str,
    /// True when the call needs a bearer token.
    pub bearer: bool,
    /// True when the contract signs this call by default.
    pub signed: bool,
    /// What happens when the same request arrives twice.
    pub repeat: Repeat,
    /// How the request body is written.
    pub body: Body,
    /// The shape of its error answers.
    pub envelope: Envelope,
}

impl Operation {
    /// An operation of your own, for a provider's call that no product here has: with a bearer token, unsigned, a JSON
    /// body, an effect each time, and the Krungsri envelope.
    ///
    /// ```
    /// use http::Method;
    /// use satang_core::operation::{Operation, Repeat};
    ///
    /// static BALANCE: Operation = Operation::new("balance", Method::POST, "/rest/api/v1/balance/inquiry").repeating(Repeat::Safe);
    /// assert!(BALANCE.bearer && !BALANCE.signed);
    /// ```
    #[must_use]
    pub const fn new(id: &'static str, method: Method, path: &'static str) -> Self {
        let (repeat, body, envelope) = (Repeat::Effect, Body::Json, Envelope::Krungsri);
        Self { id, method, path, bearer: true, signed: false, repeat, body, envelope }
    }

    /// Signed by default.
    #[must_use]
    pub const fn signed(mut self) -> Self {
        self.signed = true;
        self
    }

    /// Without a bearer token.
    #[must_use]
    pub const fn without_token(mut self) -> Self {
        self.bearer = false;
        self
    }

    /// With a body written like this.
    #[must_use]
    pub const fn with_body(mut self, body: Body) -> Self {
        self.body = body;
        self
    }

    /// With error answers of this shape.
    #[must_use]
    pub const fn with_envelope(mut self, envelope: Envelope) -> Self {
        self.envelope = envelope;
        self
    }

    /// What happens when the same request arrives twice.
    #[must_use]
    pub const fn repeating(mut self, repeat: Repeat) -> Self {
        self.repeat = repeat;
        self
    }
}

/// What happens when the same request arrives twice.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Repeat {
    /// Nothing changes: an inquiry, which may be sent as often as one likes.
    Safe,
    /// The provider recognises the value of this member and answers as it did the first time.
    Keyed(&'static str),
    /// The effect happens again.
    Effect,
}

/// How a request is written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Body {
    /// `application/json`.
    Json,
    /// `application/x-www-form-urlencoded`.
    Form,
    /// No body: the members travel as the query of the URL.
    Query,
}

/// The shape of a provider's error answers.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Envelope {
    /// `{"error": {"code", "message", "messageTH", ...}}`, as the Krungsri gateway answers.
    Krungsri,
    /// `{"error", "error_description"}` of RFC 6749, 5.2.
    OAuth,
    /// Problem details (RFC 9457): `{"type", "title", "status", "detail", "instance", "code", "errors"}`.
    Problem,
    /// `{"eInstrument": {"responseCode", "responsMessage", "violations"}}`, as the Revenue Department answers.
    RevenueDepartment,
    /// `{"responseCode", "responseMessage", "violations"}`, as its login answers.
    RevenueDepartmentLogin,
    /// `{"status": {"code", "message"}}`, as the slip hub and its issuers answer.
    Hub,
}
