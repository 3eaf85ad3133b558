//! What a filer writes down about what it filed: all that the verdict believes.

use satang_core::sandbox::{StampDutyPaid, StampDutyPayment};
use satang_gateway::demo::DemoFiler;
use satang_stamp_duty::{Accepted, ApiRefNo, SignedFiling};
use std::fmt;

/// One filing, and what came of it.
#[derive(Clone, Debug)]
pub(super) struct Case {
    pub(super) filer: &'static DemoFiler,
    pub(super) signed: SignedFiling,
    pub(super) instruments: usize,
    /// In satang.
    pub(super) duty: i64,
    /// The reference in every answer to the form.
    pub(super) reference: Option<ApiRefNo>,
    /// What to pay, in every answer that says so.
    pub(super) accepted: Option<Accepted>,
    /// Those that were sent; of two, only one may be made.
    pub(super) payments: Vec<Payment>,
    pub(super) losses: Losses,
}

#[derive(Clone, Debug)]
pub(super) struct Payment {
    pub(super) request: StampDutyPayment,
    /// Every answer to it.
    pub(super) answer: Option<Answer>,
}

#[derive(Clone, Debug, PartialEq)]
pub(super) enum Answer {
    Paid(StampDutyPaid),
    /// The bill had been paid.
    Refused,
}

/// How often an answer was lost with the gateway, and what the gateway had done by then.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Losses {
    pub(super) filed: usize,
    pub(super) not_filed: usize,
    pub(super) paid: usize,
    pub(super) not_paid: usize,
}

impl Case {
    pub(super) fn is_large(&self) -> bool {
        self.instruments > 50
    }

    /// The answer of the payment that was made.
    pub(super) fn paid(&self) -> Option<&StampDutyPaid> {
        self.payments.iter().find_map(|payment| match &payment.answer {
            Some(Answer::Paid(paid)) => Some(paid),
            _ => None,
        })
    }

    /// The Department answered the form, as it always has.
    pub(super) fn filed(&mut self, reference: ApiRefNo) {
        same(&mut self.reference, reference);
    }

    /// It said what to pay, as it always has.
    pub(super) fn accepted(&mut self, accepted: Accepted) {
        self.filed(accepted.api_ref_no.clone());
        same(&mut self.accepted, accepted);
    }

    /// The gateway was killed, and the filing stands so in what it left.
    pub(super) fn survived(&mut self, status: Option<String>) {
        assert!(self.reference.is_none() || status.is_some(), "acknowledged, and not there: {self:#?}");
        let is_paid = status.as_deref() == Some("PAID");
        assert!(self.paid().is_none() || is_paid, "acknowledged as paid, and {status:?}: {self:#?}");
        if self.reference.is_none() {
            *(if status.is_some() { &mut self.losses.filed } else { &mut self.losses.not_filed }) += 1;
        }
        if !self.payments.is_empty() && self.payments.iter().all(|payment| payment.answer.is_none()) {
            *(if is_paid { &mut self.losses.paid } else { &mut self.losses.not_paid }) += 1;
        }
    }
}

impl Payment {
    pub(super) fn answered(&mut self, answer: Answer) {
        same(&mut self.answer, answer);
    }
}

/// Once something was said, it is said again.
fn same<T: fmt::Debug + PartialEq>(before: &mut Option<T>, now: T) {
    match before {
        Some(before) => assert_eq!(*before, now, "another answer than before"),
        None => *before = Some(now),
    }
}

/// How many filings there were of each sort.
#[derive(Debug, Default)]
pub(super) struct Tally {
    small: usize,
    large: usize,
    paid: usize,
    /// Bills that were brought twice at once.
    twice: usize,
    losses: Losses,
}

impl Tally {
    pub(super) fn of(cases: &[Case]) -> Self {
        let mut tally = Self::default();
        for case in cases {
            *(if case.is_large() { &mut tally.large } else { &mut tally.small }) += 1;
            tally.paid += usize::from(case.paid().is_some());
            tally.twice += usize::from(case.payments.len() > 1);
            let Losses { filed, not_filed, paid, not_paid } = case.losses;
            tally.losses.filed += filed;
            tally.losses.not_filed += not_filed;
            tally.losses.paid += paid;
            tally.losses.not_paid += not_paid;
        }
        tally
    }

    pub(super) fn has_tested_something(&self) -> bool {
        let Self { small, large, paid, twice, .. } = self;
        ![small, large, paid, twice].contains(&&0) && *paid < small + large
    }

    pub(super) fn has_tested_both_sides(&self) -> bool {
        let Losses { filed, not_filed, paid, not_paid } = self.losses;
        ![filed, not_filed, paid, not_paid].contains(&0)
    }
}

impl fmt::Display for Tally {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { small, large, paid, twice, losses } = self;
        let Losses { filed, not_filed, paid: found_paid, not_paid } = losses;
        write!(f, "{small} small and {large} large filings, {paid} paid, {twice} of them by two at once; ")?;
        write!(f, "lost answers: {filed} had been filed and {not_filed} not, ")?;
        write!(f, "{found_paid} had been paid and {not_paid} not")
    }
}
