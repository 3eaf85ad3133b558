//! The seam to the network: whatever carries a request to a partner or a bank and brings the answer.

use bytes::Bytes;
use http::{Request, Response};
use std::pin::Pin;

/// Carries callbacks, and questions between banks.
///
/// The gateway does no HTTP of its own: `satang serve` gives it the courier of `satang-transport`, and a test one in
/// memory that fails as the test wants.
pub trait Courier: Send + Sync {
    /// Sends a request to its absolute URI, byte for byte, and returns the head of the answer, whatever its status.
    /// Redirects are not followed.
    ///
    /// Which addresses may be called is the courier's to decide, since only it knows to which address a name leads.
    /// The gateway drops the future after ten seconds.
    fn carry(&self, request: Request<Bytes>) -> Delivery<'_>;

    /// Sends a request to its absolute URI, byte for byte, and returns the whole answer, whatever its status, within a
    /// bound of some kilobytes. Otherwise as [`carry`](Courier::carry), except that whoever asks limits the time. Unless it
    /// is written, nobody is reached.
    fn exchange(&self, request: Request<Bytes>) -> Exchange<'_> {
        drop(request);
        Box::pin(async { Err(Undelivered::Connect) })
    }
}

/// What [`Courier::carry`] returns.
pub type Delivery<'a> = Pin<Box<dyn Future<Output = Result<Response<()>, Undelivered>> + Send + 'a>>;

/// What [`Courier::exchange`] returns.
pub type Exchange<'a> = Pin<Box<dyn Future<Output = Result<Response<Bytes>, Undelivered>> + Send + 'a>>;

/// Why there is no answer.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Undelivered {
    /// The address is none, or may not be called.
    Address,
    /// No connection could be made.
    Connect,
    /// No answer in time.
    Timeout,
    /// The connection broke before the answer.
    Broken,
}

impl Undelivered {
    pub(super) fn as_str(self) -> &'static str {
        match self {
            Self::Address => "ADDRESS",
            Self::Connect => "CONNECT",
            Self::Timeout => "TIMEOUT",
            Self::Broken => "BROKEN",
        }
    }
}

/// The courier of a gateway that was given none.
pub(crate) struct Stranded;

impl Courier for Stranded {
    fn carry(&self, _: Request<Bytes>) -> Delivery<'_> {
        Box::pin(async { Err(Undelivered::Connect) })
    }
}
