//! Answers that are dropped, or come a few bytes at a time.

use bytes::Bytes;
use http_body::{Body, Frame, SizeHint};
use std::{
    convert::Infallible,
    error::Error,
    fmt,
    pin::Pin,
    task::{Context, Poll},
    time::Duration,
};
use tokio::time::{Sleep, sleep};

/// A fault took the answer away: whoever serves the connection closes it without a word.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Dropped;

impl fmt::Display for Dropped {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a fault dropped the answer")
    }
}

impl Error for Dropped {}

/// The body of an answer: whole, unless a fault slows it down.
#[derive(Debug)]
pub struct PacedBody {
    rest: Bytes,
    pace: Option<Pace>,
}

#[derive(Debug)]
struct Pace {
    chunk: usize,
    pause: Duration,
    waiting: Pin<Box<Sleep>>,
}

impl PacedBody {
    pub(super) fn whole(body: Bytes) -> Self {
        Self { rest: body, pace: None }
    }

    /// Ten pieces a second, or one byte at a time where that is too many.
    pub(super) fn slow(body: Bytes, bytes_per_second: u64) -> Self {
        let rate = bytes_per_second.max(1);
        let (chunk, pause) = if rate >= 10 {
            (usize::try_from(rate / 10).unwrap_or(usize::MAX), Duration::from_millis(100))
        } else {
            (1, Duration::from_secs(1) / u32::try_from(rate).unwrap_or(1))
        };
        Self { rest: body, pace: Some(Pace { chunk, pause, waiting: Box::pin(sleep(pause)) }) }
    }
}

impl Body for PacedBody {
    type Data = Bytes;
    type Error = Infallible;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, Infallible>>> {
        if self.rest.is_empty() {
            return Poll::Ready(None);
        }
        let left = self.rest.len();
        let Some(pace) = &mut self.pace else {
            return Poll::Ready(Some(Ok(Frame::data(std::mem::take(&mut self.rest)))));
        };
        std::task::ready!(pace.waiting.as_mut().poll(cx));
        pace.waiting = Box::pin(sleep(pace.pause));
        let piece = pace.chunk.min(left);
        Poll::Ready(Some(Ok(Frame::data(self.rest.split_to(piece)))))
    }

    fn is_end_stream(&self) -> bool {
        self.rest.is_empty()
    }

    fn size_hint(&self) -> SizeHint {
        SizeHint::with_exact(self.rest.len().try_into().unwrap_or(u64::MAX))
    }
}
