//! What every generated client method does: check, write, send, read.

use crate::{
    Error, Kind, Sent, Transport,
    operation::{Body, Operation},
};
use bytes::Bytes;
use http::{Request, Uri, header::CONTENT_TYPE};
use satang_schema::{Check, decode};
use satang_validation::Violations;
use serde::{Serialize, de::DeserializeOwned};

/// Sends `request` and reads the answer.
pub(crate) async fn send<Q: Serialize + Check, A: DeserializeOwned + Check>(
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
pub(crate) async fn notify<Q: Serialize + Check>(
    transport: &impl Transport,
    operation: &'static Operation,
    request: &Q,
) -> Result<(), Error> {
    let response = transport.call(operation, encode(operation, request)?).await?;
    if response.status().is_success() { Ok(()) } else { Err(Error::from_response(&response)) }
}

/// The path of an operation with `request` as its query.
pub(crate) fn uri<Q: Serialize + Check>(operation: &Operation, request: &Q) -> Result<Uri, Error> {
    check(request)?;
    let uri = format!("{}?{}", operation.path, members(request)?);
    uri.parse().map_err(|error| unwritable("the request makes no URL").with_source(error))
}

/// The request with its final bytes, to be sent as they are.
fn encode<Q: Serialize + Check>(operation: &Operation, request: &Q) -> Result<Request<Bytes>, Error> {
    check(request)?;
    let (kind, body) = match operation.body {
        Body::Json => (
            "application/json",
            serde_json::to_vec(request)
                .map_err(|error| unwritable("the request is not JSON").with_source(error))?,
        ),
        Body::Form => ("application/x-www-form-urlencoded", members(request)?.into_bytes()),
        Body::Query => return Err(unwritable("a browser's operation is not called")),
    };
    Request::builder()
        .method(operation.method.clone())
        .uri(operation.path)
        .header(CONTENT_TYPE, kind)
        .body(body.into())
        .map_err(|error| unwritable("the request cannot be built").with_source(error))
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
