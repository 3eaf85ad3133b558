//! The lines between the parties: real HTTP requests, also when both ends are in this process.

use crate::callback::{Courier, Undelivered};
use bytes::Bytes;
use http::{Request, Response, uri::PathAndQuery};
use jiff::Timestamp;
use satang_core::{Clock, Entropy, Error, Kind, Operation, Sent, Timer, Transport};
use std::{sync::Arc, time::Duration};

/// A line to one address.
#[derive(Clone)]
pub(super) struct Line {
    courier: Arc<dyn Courier>,
    /// What comes before an operation's path, without a slash at the end.
    base: String,
}

impl Line {
    pub(super) fn new(courier: Arc<dyn Courier>, base: impl Into<String>) -> Self {
        Self { courier, base: base.into() }
    }
}

impl Transport for Line {
    async fn call(&self, _: &'static Operation, request: Request<Bytes>) -> Result<Response<Bytes>, Error> {
        let (mut head, body) = request.into_parts();
        let target = head.uri.path_and_query().map_or("/", PathAndQuery::as_str);
        let address = format!("{}{target}", self.base).parse();
        head.uri = address.map_err(|_| Error::new(Kind::Configuration, Sent::No, "the address is no URL"))?;
        self.courier.exchange(Request::from_parts(head, body)).await.map_err(|undelivered| {
            let (kind, sent) = match undelivered {
                Undelivered::Address => (Kind::Configuration, Sent::No),
                Undelivered::Connect => (Kind::Connect, Sent::No),
                Undelivered::Timeout => (Kind::Timeout, Sent::Maybe),
                Undelivered::Broken => (Kind::Interrupted, Sent::Maybe),
            };
            Error::new(kind, sent, "there is no answer")
        })
    }
}

/// What the parties have around them: the machine's clock, since those who sign outside have no other, and a breaker must
/// not wait for a clock that stands still.
#[derive(Clone)]
pub(super) struct Machine {
    pub(super) clock: Arc<dyn Clock>,
    pub(super) entropy: Arc<dyn Entropy>,
}

impl Clock for Machine {
    fn now(&self) -> Timestamp {
        self.clock.now()
    }
}

impl Entropy for Machine {
    fn fill(&self, bytes: &mut [u8]) {
        self.entropy.fill(bytes);
    }
}

impl Timer for Machine {
    async fn sleep(&self, duration: Duration) {
        tokio::time::sleep(duration).await;
    }
}
