//! What every generated client method does: check, write, send, read.

use crate::{
    Error, Kind, Sent, Transport,
    operation::{Body, Operation},
};
use bytes::Bytes;
use http::{HeaderMap, Request, Response, Uri, header::CONTENT_TYPE};
use satang_schema::{Check, decode};
use satang_validation::Violations;
use serde::{Serialize, de::DeserializeOwned};

/// Sends `request` of an operation and reads the answer: what every method of a generated client does, for an
/// [`Operation`] of your own.
///
/// # Errors
/// [`Error`], whose [`sent`](Error::sent) tells whether the request may have arrived.
pub async fn send<Q: Serialize + Check, A: DeserializeOwned + Check>(
    transport: &impl Transport,
    operation: &'static Operation,
    request: &Q,
) -> Result<A, Error> {
    let response = transport.call(operation, encode(operation, request)?).await?;
    if !response.status().is_success() {
        return Err(Error::from_response(&response));
    }
    decode(response.body()).map_err(|violations| Error::unreadable(response.status(), violations))
}

/// Sends `request`, to which the status is all the answer.
///
/// # Errors
/// As [`send`].
pub async fn notify<Q: Serialize + Check>(
    transport: &impl Transport,
    operation: &'static Operation,
    request: &Q,
) -> Result<(), Error> {
    let response = transport.call(operation, encode(operation, request)?).await?;
    if response.status().is_success() { Ok(()) } else { Err(Error::from_response(&response)) }
}

/// Sends `request` with these headers, and hands over the answer as it came, whatever its status: for answers whose bytes are
/// signed.
///
/// # Errors
/// [`Error`] when there is no answer, as [`send`].
pub async fn fetch<Q: Serialize + Check>(
    transport: &impl Transport,
    operation: &'static Operation,
    request: &Q,
    headers: HeaderMap,
) -> Result<Response<Bytes>, Error> {
    let mut request = encode(operation, request)?;
    request.headers_mut().extend(headers);
    transport.call(operation, request).await
}

/// The path of an operation with `request` as its query.
pub(crate) fn uri<Q: Serialize + Check>(operation: &Operation, request: &Q) -> Result<Uri, Error> {
    check(request)?;
    let members = members(request)?;
    let mark = if members.is_empty() { "" } else { "?" };
    let uri = format!("{}{mark}{members}", operation.path);
    uri.parse().map_err(|error| unwritable("the request makes no URL").with_source(error))
}

/// The request with its final bytes, to be sent as they are.
fn encode<Q: Serialize + Check>(operation: &Operation, request: &Q) -> Result<Request<Bytes>, Error> {
    let built = Request::builder().method(operation.method.clone());
    let built = match operation.body {
        Body::Query => built.uri(uri(operation, request)?).body(Bytes::new()),
        Body::Json => {
            check(request)?;
            let body = serde_json::to_vec(request);
            let body = body.map_err(|error| unwritable("the request is not JSON").with_source(error))?;
            built.uri(operation.path).header(CONTENT_TYPE, "application/json").body(body.into())
        }
        Body::Form => {
            check(request)?;
            let body = members(request)?.into_bytes();
            built
                .uri(operation.path)
                .header(CONTENT_TYPE, "application/x-www-form-urlencoded")
                .body(body.into())
        }
    };
    built.map_err(|error| unwritable("the request cannot be built").with_source(error))
}

fn check(request: &impl Check) -> Result<(), Error> {
    let mut found = Violations::new();
    request.check(&mut found);
    found.into_result().map_err(Error::invalid)
}

/// The members of a flat request, percent-encoded.
fn members(request: &impl Serialize) -> Result<String, Error> {
    serde_urlencoded::to_string(request)
        .map_err(|error| unwritable("the request is no form").with_source(error))
}

fn unwritable(message: &str) -> Error {
    Error::new(Kind::Invalid, Sent::No, message)
}
