//! The life cycle of a filing: one transition function, which refuses the rest. Proposed by Satang; not published by the
//! Department, whose codes it follows.
//!
//! ```text
//! RECEIVED -> FILED | CANCELLED;  FILED -> PAID | CANCELLED | EXPIRED
//! ```

use crate::store::StoreError;

/// Where a filing stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum FilingStatus {
    /// It is being verified.
    Received,
    /// It is to be paid.
    Filed,
    /// It has been paid.
    Paid,
    /// The Department has cancelled it.
    Cancelled,
    /// It was not paid in time.
    Expired,
}

/// What can happen to a filing.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum FilingEvent {
    /// It is right.
    Verified,
    /// The money has arrived.
    Paid,
    /// The Department takes it back.
    Cancelled,
    /// The time to pay is over.
    TimedOut,
}

impl FilingStatus {
    pub(crate) const ALL: [Self; 5] =
        [Self::Received, Self::Filed, Self::Paid, Self::Cancelled, Self::Expired];

    pub(crate) fn as_str(self) -> &'static str {
        match self {
            Self::Received => "RECEIVED",
            Self::Filed => "FILED",
            Self::Paid => "PAID",
            Self::Cancelled => "CANCELLED",
            Self::Expired => "EXPIRED",
        }
    }

    pub(crate) fn read(text: &str) -> Result<Self, StoreError> {
        let found = Self::ALL.into_iter().find(|status| status.as_str() == text);
        found.ok_or_else(|| StoreError::statement("a filing has an unknown status"))
    }

    /// The status after an event, if it allows it.
    pub(crate) fn after(self, event: FilingEvent) -> Option<Self> {
        match (self, event) {
            (Self::Received, FilingEvent::Verified) => Some(Self::Filed),
            (Self::Filed, FilingEvent::Paid) => Some(Self::Paid),
            (Self::Received | Self::Filed, FilingEvent::Cancelled) => Some(Self::Cancelled),
            (Self::Filed, FilingEvent::TimedOut) => Some(Self::Expired),
            _ => None,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nothing_happens_that_is_not_in_the_table() {
        use FilingEvent::{Cancelled, Paid, TimedOut, Verified};
        let table = [
            ("RECEIVED", [Some("FILED"), None, Some("CANCELLED"), None]),
            ("FILED", [None, Some("PAID"), Some("CANCELLED"), Some("EXPIRED")]),
            ("PAID", [None; 4]),
            ("CANCELLED", [None; 4]),
            ("EXPIRED", [None; 4]),
        ];
        assert_eq!(table.map(|(status, _)| status), FilingStatus::ALL.map(FilingStatus::as_str));
        for (status, after) in table {
            let status = FilingStatus::read(status).unwrap();
            let reached = [Verified, Paid, Cancelled, TimedOut].map(|event| status.after(event));
            assert_eq!(reached.map(|status| status.map(FilingStatus::as_str)), after, "{status:?}");
        }
        assert!(FilingStatus::read("LOST").is_err());
    }
}
