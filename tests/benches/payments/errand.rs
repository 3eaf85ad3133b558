//! What callers want, each of them again and again.

use bytes::Bytes;
use jiff::civil::Date;
use satang_core::{
    direct_debit::{REAL_TIME_PAYMENT, SCHEDULE_SUBMISSION},
    operation::Operation,
};
use satang_gateway::demo;
use uuid::Uuid;

/// One kind of request, and how its right answer is known.
#[derive(Clone)]
pub enum Errand {
    /// A payment that succeeds: of one baht, so that the customer's money lasts.
    Payment,
    /// A schedule of twelve months from this day on.
    Schedule { start: Date },
    /// A question whose answer does not change while it is asked.
    Question {
        operation: &'static Operation,
        /// The body.
        asked: Bytes,
        /// The answer, unless it is the first time.
        answer: Option<Bytes>,
    },
}

impl Errand {
    /// What is called.
    pub fn operation(&self) -> &'static Operation {
        match self {
            Self::Payment => &REAL_TIME_PAYMENT,
            Self::Schedule { .. } => &SCHEDULE_SUBMISSION,
            Self::Question { operation, .. } => operation,
        }
    }

    /// The body of a request with this identification, if it has one.
    pub fn body(&self, identification: Uuid) -> Bytes {
        let (creditor, token) = (demo::CREDITOR_ACCOUNT, demo::DRAWERS[0].token);
        match self {
            Self::Payment => Bytes::from(format!(
                r#"{{"transactionIdentification":"{identification}","creditorAccountNumber":"{creditor}","payerInformation":{{"paymentToken":"{token}"}},"transactionInformation":{{"transactionType":"REALTIME","referenceNumber1":"REF1","referenceNumber2":"REF2","paymentInstrument":"DDEB","paymentAmount":1.00,"annotation":"This is remark for this transaction"}}}}"#
            )),
            Self::Schedule { start } => Bytes::from(format!(
                r#"{{"transactionIdentification":"{identification}","creditorAccountNumber":"{creditor}","payerInformation":{{"paymentToken":"{token}"}},"transactionInformation":{{"transactionType":"SCHEDULE","referenceNumber1":"REF1","referenceNumber2":"REF2","paymentInstrument":"DDEB","paymentAmount":1.00,"annotation":"This is remark for this transaction"}},"scheduleInformation":{{"frequency":"MNTH","startDate":"{start}","numberOfOccurrences":12}}}}"#
            )),
            Self::Question { asked, .. } => asked.clone(),
        }
    }

    /// True when an answer says that the money has moved, that the schedule is taken, or again what it said before.
    pub fn is_done(&self, answer: &[u8]) -> bool {
        match self {
            Self::Payment => says(answer, b"\"ACSC\""),
            Self::Schedule { .. } => says(answer, b"\"SCHD\""),
            Self::Question { answer: expected, .. } => expected.as_ref().is_none_or(|same| same == answer),
        }
    }
}

fn says(answer: &[u8], status: &[u8; 6]) -> bool {
    answer.windows(6).any(|six| six == status)
}

/// The answer of a payment that succeeded: what a mock answers, and the handler that does nothing.
pub const PAID: &str = r#"{"transactionIdentification":"071f2a78-a77b-4e45-91ba-4bd96d5bcde9","paymentReferenceIdentification":"6f1f5a0e-2f6d-4a43-9a52-0f9b1f1c7a10","processingStatus":"ACSC","processingDateTime":"2020-08-15T00:00:00.000+07:00","paymentAmount":5000.00}"#;
