//! The one seam of a client: whatever carries a request and brings the answer.

use crate::{Error, Operation};
use bytes::Bytes;
use http::{Request, Response};

/// Carries a request of an operation to its provider.
///
/// `satang-transport` does it over HTTP, [`Loopback`](crate::Loopback) by calling a handler of the same
/// process, and a test with whatever it wants to see happen.
///
/// The request has the operation's path (and query) as its URI, without scheme and authority, its
/// `Content-Type`, and its final bytes as body. Everything else (where the provider is, tokens, signatures,
/// identifiers) is the transport's to add. It must send the body byte for byte, because it may be signed.
pub trait Transport: Send + Sync {
    /// Sends `request` and returns the provider's answer, whatever its status.
    ///
    /// # Errors
    /// [`Error`] when there is no answer; its [`sent`](Error::sent) tells whether the request may have
    /// reached the provider all the same.
    fn call(
        &self,
        operation: &'static Operation,
        request: Request<Bytes>,
    ) -> impl Future<Output = Result<Response<Bytes>, Error>> + Send;
}

impl<T: Transport + ?Sized> Transport for std::sync::Arc<T> {
    fn call(
        &self,
        operation: &'static Operation,
        request: Request<Bytes>,
    ) -> impl Future<Output = Result<Response<Bytes>, Error>> + Send {
        (**self).call(operation, request)
    }
}

impl<T: Transport + ?Sized> Transport for &T {
    fn call(
        &self,
        operation: &'static Operation,
        request: Request<Bytes>,
    ) -> impl Future<Output = Result<Response<Bytes>, Error>> + Send {
        (**self).call(operation, request)
    }
}
