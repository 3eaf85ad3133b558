//! What every request carries besides its body.

use super::token::Token;
use bytes::Bytes;
use http::{
    HeaderMap, HeaderName, HeaderValue, Request,
    header::{ACCEPT, AUTHORIZATION, USER_AGENT},
};
use jiff::{
    fmt::temporal::DateTimePrinter,
    tz::{self, Offset},
};
use satang_core::{
    Clock, Entropy, Error, Kind, Operation, Sent,
    signature::{self, Key},
};
use std::sync::Arc;

/// Which calls are signed.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Signing {
    /// None.
    Never,
    /// Those that the contract signs: what moves money or changes a right.
    #[default]
    Default,
    /// All of the product's calls. The request for an access token is never signed.
    Always,
}

const CLIENT_TRANSACTION_ID: HeaderName = HeaderName::from_static(signature::CLIENT_TRANSACTION_ID);
const DATE_TIME: HeaderName = HeaderName::from_static("x-client-transaction-datetime");
const API_KEY: HeaderName = HeaderName::from_static("api-key");
const DIGEST: HeaderName = HeaderName::from_static(signature::DIGEST);
const SIGNATURE: HeaderName = HeaderName::from_static(signature::SIGNATURE);
const BANGKOK: Offset = tz::offset(7);
const MILLISECONDS: DateTimePrinter = DateTimePrinter::new().precision(Some(3));

pub(super) struct Headers {
    pub(super) key: Option<Key>,
    pub(super) signing: Signing,
    pub(super) api_key: Option<HeaderValue>,
    pub(super) date_time: bool,
    pub(super) clock: Arc<dyn Clock>,
    pub(super) entropy: Arc<dyn Entropy>,
}

impl Headers {
    /// Puts the headers of one attempt, and returns its new identifier. `request` has its final URL and body.
    pub(super) fn put(
        &self,
        operation: &Operation,
        token: Option<&Token>,
        request: &mut Request<Bytes>,
    ) -> Result<String, Error> {
        if let Some(token) = token {
            request.headers_mut().insert(AUTHORIZATION, token.authorization());
        }
        let id = self.put_common(request.headers_mut())?;
        let due = match self.signing {
            Signing::Never => false,
            Signing::Default => operation.signed,
            Signing::Always => true,
        };
        if !due {
            return Ok(id);
        }
        let key = self.key.as_ref().ok_or_else(|| {
            let message = format!("{} must be signed: give the client a signature key", operation.id);
            Error::new(Kind::Configuration, Sent::No, message)
        })?;
        let target = request.uri().path_and_query().map_or("/", |target| target.as_str());
        let digest = signature::digest(request.body());
        let signature = key.sign(request.method(), target, self.clock.now(), &digest, &id);
        request.headers_mut().insert(DIGEST, value(digest)?);
        request.headers_mut().insert(SIGNATURE, value(signature)?);
        Ok(id)
    }

    /// Puts what even a request for an access token carries, and returns the new identifier of the attempt.
    pub(super) fn put_common(&self, headers: &mut HeaderMap) -> Result<String, Error> {
        let id = self.entropy.uuid().to_string();
        headers.insert(CLIENT_TRANSACTION_ID, value(id.clone())?);
        if self.date_time {
            let now = MILLISECONDS.timestamp_with_offset_to_string(&self.clock.now(), BANGKOK);
            headers.insert(DATE_TIME, value(now)?);
        }
        if let Some(key) = &self.api_key {
            headers.insert(API_KEY, key.clone());
        }
        headers.entry(ACCEPT).or_insert(HeaderValue::from_static("application/json"));
        headers
            .entry(USER_AGENT)
            .or_insert(HeaderValue::from_static(concat!("satang/", env!("CARGO_PKG_VERSION"))));
        Ok(id)
    }
}

fn value(text: String) -> Result<HeaderValue, Error> {
    HeaderValue::try_from(text).map_err(|error| {
        Error::new(Kind::Configuration, Sent::No, "a header cannot be written").with_source(error)
    })
}
