//! Sparing an issuer that cannot be reached.

use jiff::{SignedDuration, Timestamp};
use std::collections::VecDeque;

/// How many failures in a row, within how long, open it.
const FAILURES: usize = 5;
const WITHIN: SignedDuration = SignedDuration::from_secs(10);
/// How long it stays open before one question is let through.
const OPEN: SignedDuration = SignedDuration::from_secs(5);
/// After this long a question that was let through is taken for lost.
const PROBE: SignedDuration = SignedDuration::from_secs(10);

/// Opens after five failures in a row within ten seconds; after five seconds one question is let through, and
/// its fate decides. Proposed by Satang; not published by the hub.
///
/// ```
/// use jiff::{SignedDuration, Timestamp};
/// use satang_slip_verification::interbank::{Breaker, BreakerState};
///
/// let mut breaker = Breaker::default();
/// let start = Timestamp::UNIX_EPOCH;
/// for _ in 0..5 {
///     assert!(breaker.admits(start));
///     breaker.failed(start);
/// }
/// let later = start + SignedDuration::from_secs(5);
/// assert_eq!(breaker.state(start), BreakerState::Open { until: later });
/// assert!(!breaker.admits(start));
///
/// assert_eq!(breaker.state(later), BreakerState::HalfOpen);
/// assert!(breaker.admits(later) && !breaker.admits(later));
/// breaker.succeeded();
/// assert_eq!(breaker.state(later), BreakerState::Closed);
/// assert!(breaker.admits(later));
/// ```
#[derive(Clone, Debug, Default)]
pub struct Breaker {
    /// The last failures in a row.
    failures: VecDeque<Timestamp>,
    /// Since when it is open.
    opened: Option<Timestamp>,
    /// Since when a question is under way that decides.
    probing: Option<Timestamp>,
}

/// What a breaker does with the next question.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum BreakerState {
    /// Lets it through.
    Closed,
    /// Refuses it until this moment.
    Open {
        /// The first moment at which a question may be let through.
        until: Timestamp,
    },
    /// Lets one through, or waits for the fate of the one that it has let through.
    HalfOpen,
}

impl Breaker {
    /// What it does at this moment.
    #[must_use]
    pub fn state(&self, now: Timestamp) -> BreakerState {
        let Some(opened) = self.opened else { return BreakerState::Closed };
        let until = opened.saturating_add(OPEN).unwrap_or(opened);
        if now < until { BreakerState::Open { until } } else { BreakerState::HalfOpen }
    }

    /// Whether a question may be asked. Whoever is let through tells how it went.
    pub fn admits(&mut self, now: Timestamp) -> bool {
        let Some(opened) = self.opened else { return true };
        let is_probing = self.probing.is_some_and(|since| now.duration_since(since) < PROBE);
        if now.duration_since(opened) < OPEN || is_probing {
            return false;
        }
        self.probing = Some(now);
        true
    }

    /// The issuer answered.
    pub fn succeeded(&mut self) {
        *self = Self::default();
    }

    /// The issuer did not answer, or not in a way that can be used.
    pub fn failed(&mut self, now: Timestamp) {
        if self.opened.is_some() {
            // Those who were let through before it opened do not keep it open for longer.
            if self.probing.take().is_some() {
                self.opened = Some(now);
            }
            return;
        }
        self.failures.push_back(now);
        if self.failures.len() > FAILURES {
            self.failures.pop_front();
        }
        let oldest = self.failures.front().copied().unwrap_or(now);
        if self.failures.len() == FAILURES && now.duration_since(oldest) <= WITHIN {
            self.opened = Some(now);
            self.failures.clear();
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(seconds: i64) -> Timestamp {
        Timestamp::from_second(seconds).unwrap()
    }

    #[test]
    fn slow_failures_and_those_between_answers_do_not_open_it() {
        let mut slow = Breaker::default();
        for step in 0..20 {
            slow.failed(at(step * 3));
            assert!(slow.admits(at(step * 3)), "{step}");
        }
        let mut mixed = Breaker::default();
        for _ in 0..4 {
            mixed.failed(at(0));
        }
        mixed.succeeded();
        mixed.failed(at(0));
        assert!(mixed.admits(at(0)));
    }

    #[test]
    fn one_question_decides_and_a_lost_one_does_not_close_it_for_ever() {
        let mut breaker = Breaker::default();
        for _ in 0..5 {
            breaker.failed(at(0));
        }
        assert!(!breaker.admits(at(4)));
        assert!(breaker.admits(at(5)));
        assert!(!breaker.admits(at(6)), "one at a time");
        breaker.failed(at(6));
        assert!(!breaker.admits(at(10)), "open for five seconds again");
        assert!(breaker.admits(at(11)));
        assert!(!breaker.admits(at(20)));
        assert!(breaker.admits(at(21)), "the one of before is lost");
        breaker.succeeded();
        assert!(breaker.admits(at(21)) && breaker.admits(at(21)));
    }
}
