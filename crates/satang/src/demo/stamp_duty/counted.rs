//! What the demo's filer wears and counts: a watch that is set when the sandbox's clock is moved; logins, and refused
//! tokens.

use bytes::Bytes;
use http::{Request, Response};
use jiff::{SignedDuration, Timestamp};
use satang_core::{Clock, Error, Operation, Timer, Transport, stamp_duty::SUBMIT_FILING_AUTH};
use satang_stamp_duty::wire::ResponseCode;
use std::{
    sync::{
        Arc,
        atomic::{AtomicI64, AtomicUsize, Ordering},
    },
    time::Duration,
};

/// The machine's clock, set forward.
#[derive(Clone, Default)]
pub(super) struct Watch(Arc<AtomicI64>);

impl Watch {
    pub(super) fn set(&self, now: Timestamp) {
        let ahead = now.as_microsecond() - Timestamp::now().as_microsecond();
        self.0.store(ahead, Ordering::SeqCst);
    }

    pub(super) fn reads(&self) -> Timestamp {
        let ahead = SignedDuration::from_micros(self.0.load(Ordering::SeqCst));
        Timestamp::now().checked_add(ahead).unwrap_or(Timestamp::MAX)
    }
}

impl Clock for Watch {
    fn now(&self) -> Timestamp {
        self.reads()
    }
}

/// Counts the logins that another transport carries, and the tokens that are refused.
pub(super) struct Counted<T> {
    transport: T,
    logins: AtomicUsize,
    refusals: AtomicUsize,
}

impl<T> Counted<T> {
    pub(super) fn new(transport: T) -> Self {
        Self { transport, logins: AtomicUsize::new(0), refusals: AtomicUsize::new(0) }
    }

    pub(super) fn logins(&self) -> usize {
        self.logins.load(Ordering::SeqCst)
    }

    pub(super) fn refusals(&self) -> usize {
        self.refusals.load(Ordering::SeqCst)
    }
}

impl<T: Transport> Transport for Counted<T> {
    async fn call(
        &self,
        operation: &'static Operation,
        request: Request<Bytes>,
    ) -> Result<Response<Bytes>, Error> {
        if operation == &SUBMIT_FILING_AUTH {
            self.logins.fetch_add(1, Ordering::SeqCst);
        }
        let response = self.transport.call(operation, request).await?;
        if Error::from_response(&response).code() == Some(ResponseCode::TokenExpired.as_str()) {
            self.refusals.fetch_add(1, Ordering::SeqCst);
        }
        Ok(response)
    }
}

impl<T: Timer> Timer for Counted<T> {
    async fn sleep(&self, duration: Duration) {
        self.transport.sleep(duration).await;
    }
}
