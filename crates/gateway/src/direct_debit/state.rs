//! The life cycles: one transition function each, which refuses the rest. Proposed by Satang; not published by the
//! bank, whose flow they follow.
//!
//! ```text
//! registration:  PDNG -> ACTV | RJCT | EXPD;  ACTV <-> SUSP;  ACTV | SUSP -> CANC;  ACTV -> EXPD
//! payment:       RCVD -> ACSP | RJCT;  ACSP -> ACSC | RJCT | PDNG;  PDNG -> ACSC | RJCT
//! schedule:      SCHD -> SCHD | ACSC | CANC | RJCT
//! ```

use satang_core::Refusal;
use satang_schema::{
    direct_debit::{PaymentTokenStatus as Token, ProcessingStatus as Processing},
    krungsri::SandboxError,
};

/// What can happen to a registration.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum RegistrationEvent {
    /// The customer agreed.
    Approved,
    /// The customer refused, or failed to prove who it is.
    Refused,
    /// The journey was not finished in time, or the mandate has ended.
    TimedOut,
    /// The bank or the customer suspended it.
    Suspended,
    /// The suspension was lifted.
    Resumed,
    /// The partner or the bank cancelled it.
    Cancelled,
}

/// The status of a registration after an event.
///
/// # Errors
/// [`Refusal`] (409, `SBX-4092`) when the status does not allow it.
pub(crate) fn registration(status: &Token, event: RegistrationEvent) -> Result<Token, Refusal> {
    use RegistrationEvent::{Approved, Cancelled, Refused, Resumed, Suspended, TimedOut};
    match (status, event) {
        (Token::Pending, Approved) | (Token::Suspended, Resumed) => Ok(Token::Active),
        (Token::Pending, Refused) => Ok(Token::Rejected),
        (Token::Pending | Token::Active, TimedOut) => Ok(Token::Expired),
        (Token::Active, Suspended) => Ok(Token::Suspended),
        (Token::Active | Token::Suspended, Cancelled) => Ok(Token::Cancelled),
        _ => Err(not_allowed(format!("a registration that is {status} does not allow it"))),
    }
}

/// What can happen to a payment.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum PaymentEvent {
    /// It was checked and is in process.
    Accepted,
    /// It waits for something outside.
    #[cfg_attr(not(test), expect(dead_code, reason = "nothing delays a payment so far"))]
    Delayed,
    /// The money has moved.
    Settled,
    /// It will not be made.
    Rejected,
}

/// The status of a payment after an event.
///
/// # Errors
/// [`Refusal`] (409, `SBX-4092`) when the status does not allow it.
pub(crate) fn payment(status: &Processing, event: PaymentEvent) -> Result<Processing, Refusal> {
    use PaymentEvent::{Accepted, Delayed, Rejected, Settled};
    match (status, event) {
        (Processing::Received, Accepted) => Ok(Processing::InProcess),
        (Processing::InProcess, Delayed) => Ok(Processing::Pending),
        (Processing::InProcess | Processing::Pending, Settled) => Ok(Processing::Settled),
        (Processing::Received | Processing::InProcess | Processing::Pending, Rejected) => {
            Ok(Processing::Rejected)
        }
        _ => Err(not_allowed(format!("a payment that is {status} does not allow it"))),
    }
}

/// What can happen to a schedule.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum ScheduleEvent {
    /// A due date is done, and there is another.
    Executed,
    /// The last due date is done.
    Finished,
    /// The partner stopped it.
    Cancelled,
    /// Its registration is no longer active.
    Revoked,
}

/// The status of a schedule after an event.
///
/// # Errors
/// [`Refusal`] (409, `SBX-4092`) when the status does not allow it.
pub(crate) fn schedule(status: &Processing, event: ScheduleEvent) -> Result<Processing, Refusal> {
    match (status, event) {
        (Processing::Scheduled, ScheduleEvent::Executed) => Ok(Processing::Scheduled),
        (Processing::Scheduled, ScheduleEvent::Finished) => Ok(Processing::Settled),
        (Processing::Scheduled, ScheduleEvent::Cancelled) => Ok(Processing::Cancelled),
        (Processing::Scheduled, ScheduleEvent::Revoked) => Ok(Processing::Rejected),
        _ => Err(not_allowed(format!("a schedule that is {status} does not allow it"))),
    }
}

fn not_allowed(why: String) -> Refusal {
    Refusal::of(&SandboxError::STATE).saying(why)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn after<S, E: Copy>(status: &S, events: &[E], next: fn(&S, E) -> Result<S, Refusal>) -> Vec<String>
    where
        S: std::fmt::Display,
    {
        let show = |event: &E| match next(status, *event) {
            Ok(status) => status.to_string(),
            Err(refusal) => {
                assert_eq!((refusal.status().as_u16(), refusal.code()), (409, "SBX-4092"));
                "-".into()
            }
        };
        events.iter().map(show).collect()
    }

    #[test]
    fn registrations() {
        use RegistrationEvent::{Approved, Cancelled, Refused, Resumed, Suspended, TimedOut};
        let events = [Approved, Refused, TimedOut, Suspended, Resumed, Cancelled];
        for (status, expected) in [
            ("PDNG", ["ACTV", "RJCT", "EXPD", "-", "-", "-"]),
            ("ACTV", ["-", "-", "EXPD", "SUSP", "-", "CANC"]),
            ("SUSP", ["-", "-", "-", "-", "ACTV", "CANC"]),
            ("CANC", ["-"; 6]),
            ("RJCT", ["-"; 6]),
            ("EXPD", ["-"; 6]),
            ("ZZZZ", ["-"; 6]),
        ] {
            assert_eq!(after(&status.parse().unwrap(), &events, registration), expected, "{status}");
        }
    }

    #[test]
    fn payments() {
        use PaymentEvent::{Accepted, Delayed, Rejected, Settled};
        for (status, expected) in [
            ("RCVD", ["ACSP", "-", "-", "RJCT"]),
            ("ACSP", ["-", "PDNG", "ACSC", "RJCT"]),
            ("PDNG", ["-", "-", "ACSC", "RJCT"]),
            ("ACSC", ["-"; 4]),
            ("RJCT", ["-"; 4]),
            ("CANC", ["-"; 4]),
            ("SCHD", ["-"; 4]),
        ] {
            let events = [Accepted, Delayed, Settled, Rejected];
            assert_eq!(after(&status.parse().unwrap(), &events, payment), expected, "{status}");
        }
    }

    #[test]
    fn schedules() {
        use ScheduleEvent::{Cancelled, Executed, Finished, Revoked};
        for (status, expected) in [
            ("SCHD", ["SCHD", "ACSC", "CANC", "RJCT"]),
            ("RCVD", ["-"; 4]),
            ("ACSP", ["-"; 4]),
            ("PDNG", ["-"; 4]),
            ("ACSC", ["-"; 4]),
            ("RJCT", ["-"; 4]),
            ("CANC", ["-"; 4]),
        ] {
            let events = [Executed, Finished, Cancelled, Revoked];
            assert_eq!(after(&status.parse().unwrap(), &events, schedule), expected, "{status}");
        }
    }
}
