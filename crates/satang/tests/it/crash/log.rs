//! What a caller writes down about its own calls: all that the auditor believes.

use satang_direct_debit::{Charge, wire::PaymentResult};

/// One payment, and everything that happened to it, in order.
#[derive(Clone, Debug)]
pub(crate) struct Call {
    pub(crate) charge: Charge,
    pub(crate) events: Vec<Event>,
}

#[derive(Clone, Debug)]
pub(crate) enum Event {
    /// The payment was sent, for the first time or again.
    Sent,
    /// It was answered.
    Acknowledged(PaymentResult),
    /// No answer came: it may or may not have been made.
    Unknown,
    /// Asked after a restart, the gateway knew of the payment that it had not answered.
    Known(PaymentResult),
    /// Asked after a restart, it did not.
    NotKnown,
}

impl Call {
    pub(crate) fn new(charge: Charge) -> Self {
        Self { charge, events: Vec::new() }
    }

    pub(crate) fn id(&self) -> String {
        self.charge.transaction_identification().to_string()
    }

    /// What the gateway ever said of this payment.
    pub(crate) fn answers(&self) -> impl Iterator<Item = &PaymentResult> {
        self.events.iter().filter_map(|event| match event {
            Event::Acknowledged(answer) | Event::Known(answer) => Some(answer),
            _ => None,
        })
    }

    /// Whether the gateway ever answered the payment itself.
    pub(crate) fn is_acknowledged(&self) -> bool {
        self.events.iter().any(|event| matches!(event, Event::Acknowledged(_)))
    }

    fn any(&self, which: impl Fn(&Event) -> bool) -> bool {
        self.events.iter().any(which)
    }
}

/// How many calls there were of each sort.
#[derive(Debug, Default)]
pub(crate) struct Tally {
    pub(crate) acknowledged: usize,
    /// Those that were ever left without an answer.
    pub(crate) unanswered: usize,
    /// Those of them that had been paid when the gateway was asked.
    pub(crate) paid_unanswered: usize,
    /// Those of them that had not.
    pub(crate) unpaid_unanswered: usize,
}

impl Tally {
    pub(crate) fn of<'a>(calls: impl Iterator<Item = &'a Call>) -> Self {
        let mut tally = Self::default();
        for call in calls {
            tally.acknowledged += usize::from(call.is_acknowledged());
            tally.unanswered += usize::from(call.any(|event| matches!(event, Event::Unknown)));
            tally.paid_unanswered += usize::from(call.any(|event| matches!(event, Event::Known(_))));
            tally.unpaid_unanswered += usize::from(call.any(|event| matches!(event, Event::NotKnown)));
        }
        tally
    }
}
