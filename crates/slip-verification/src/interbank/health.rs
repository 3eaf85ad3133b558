//! How each issuer has been doing, as the hub saw it: for the breaker, and for whoever watches over the hub.

use super::{Breaker, BreakerState, Service};
use jiff::Timestamp;
use satang_schema::slip_verification::BankCode;
use std::{
    collections::VecDeque,
    prelude::v1::*,
    sync::{Mutex, MutexGuard, PoisonError},
};

/// How many seconds are counted.
const WINDOW: i64 = 60;

/// How an issuer is doing.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct IssuerHealth {
    /// What it is asked about.
    pub service: Service,
    /// The issuer.
    pub bank: BankCode,
    /// Whether it is asked.
    pub breaker: BreakerState,
    /// How many questions it answered in the last 60 seconds, also those that it refused or did not find.
    pub answered: u64,
    /// How many came to nothing in the last 60 seconds (8503). Those that the breaker refused are not among them.
    pub failed: u64,
    /// How many are under way now.
    pub in_flight: u32,
    /// The last one that came to nothing, however long ago; kept until the issuer is removed.
    pub last_failure: Option<IssuerFailure>,
}

/// A question to an issuer that came to nothing.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct IssuerFailure {
    /// When.
    pub at: Timestamp,
    /// Why, in fixed words of this crate.
    pub reason: &'static str,
}

/// What is known of an issuer.
#[derive(Debug, Default)]
pub(super) struct Pulse(Mutex<Beats>);

#[derive(Debug, Default)]
struct Beats {
    breaker: Breaker,
    window: Window,
    in_flight: u32,
    last_failure: Option<IssuerFailure>,
}

/// A question that an issuer is being asked. However it ends, also dropped, it is no longer under way then.
#[derive(Debug)]
pub(super) struct UnderWay<'a>(&'a Pulse);

impl Pulse {
    /// Lets a question through, unless the issuer is being spared.
    pub(super) fn admit(&self, now: Timestamp) -> Option<UnderWay<'_>> {
        let mut beats = self.beats();
        if !beats.breaker.admits(now) {
            return None;
        }
        beats.in_flight = beats.in_flight.saturating_add(1);
        Some(UnderWay(self))
    }

    pub(super) fn health(&self, service: Service, bank: BankCode, now: Timestamp) -> IssuerHealth {
        let beats = self.beats();
        let (answered, failed) = beats.window.count(now.as_second());
        let (in_flight, last_failure) = (beats.in_flight, beats.last_failure);
        let breaker = beats.breaker.state(now);
        IssuerHealth { service, bank, breaker, answered, failed, in_flight, last_failure }
    }

    fn beats(&self) -> MutexGuard<'_, Beats> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl UnderWay<'_> {
    /// The issuer answered.
    pub(super) fn answered(&self, now: Timestamp) {
        let mut beats = self.0.beats();
        beats.breaker.succeeded();
        beats.window.add(now.as_second(), 1, 0);
    }

    /// The issuer did not answer, or not in a way that can be used.
    pub(super) fn failed(&self, now: Timestamp, reason: &'static str) {
        let mut beats = self.0.beats();
        beats.breaker.failed(now);
        beats.window.add(now.as_second(), 0, 1);
        beats.last_failure = Some(IssuerFailure { at: now, reason });
    }
}

impl Drop for UnderWay<'_> {
    fn drop(&mut self) {
        let mut beats = self.0.beats();
        beats.in_flight = beats.in_flight.saturating_sub(1);
    }
}

/// Counts of the last seconds, the latest at the end. A second without a question takes no place.
#[derive(Debug, Default)]
struct Window(VecDeque<Second>);

#[derive(Clone, Copy, Debug, Default)]
struct Second {
    second: i64,
    answered: u64,
    failed: u64,
}

impl Window {
    fn add(&mut self, second: i64, answered: u64, failed: u64) {
        match self.0.back_mut() {
            Some(last) if last.second >= second => {
                last.answered += answered;
                last.failed += failed;
            }
            _ => self.0.push_back(Second { second, answered, failed }),
        }
        while self.0.front().is_some_and(|first| first.second <= second - WINDOW) {
            self.0.pop_front();
        }
    }

    fn count(&self, now: i64) -> (u64, u64) {
        let counted = self.0.iter().filter(|one| one.second > now - WINDOW);
        counted.fold((0, 0), |(answered, failed), one| (answered + one.answered, failed + one.failed))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sixty_seconds_are_counted_and_no_more_are_kept() {
        let mut window = Window::default();
        for second in 0..200 {
            window.add(second, 1, 2);
            window.add(second, 1, 0);
        }
        assert_eq!(window.0.len(), 60);
        for (now, expected) in [(199, (120, 120)), (200, (118, 118)), (258, (2, 2)), (259, (0, 0))] {
            assert_eq!(window.count(now), expected, "at {now}");
        }
        window.add(100, 1, 0); // the clock was set back
        assert_eq!(window.count(199), (121, 120));
    }
}
