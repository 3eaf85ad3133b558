//! What goes between the demo's filer and the Department: the logins, and the tokens that are refused.

use bytes::Bytes;
use http::{Request, Response};
use satang_core::{Error, Operation, Timer, Transport, stamp_duty::SUBMIT_FILING_AUTH};
use satang_stamp_duty::wire::ResponseCode;
use std::{
    sync::atomic::{AtomicUsize, Ordering},
    time::Duration,
};

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
