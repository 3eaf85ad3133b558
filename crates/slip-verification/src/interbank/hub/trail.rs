//! The record of a verification while it is under way.

use crate::interbank::{Audit, AuditFailure, AuditRecord, EndState, Service, Surroundings};
use satang_schema::slip_verification::HubCode;

/// Ends in a record, whatever happens: when it is dropped unfinished, whoever asked has gone.
pub(super) struct Trail<'a, A: Audit, S: Surroundings> {
    audit: &'a A,
    surroundings: &'a S,
    pub(super) record: AuditRecord,
    is_kept: bool,
}

impl<'a, A: Audit, S: Surroundings> Trail<'a, A, S> {
    pub(super) fn begin(audit: &'a A, surroundings: &'a S, service: Service) -> Self {
        let record = AuditRecord {
            id: surroundings.uuid(),
            service,
            at: surroundings.now(),
            end: EndState::ClientGone,
            code: None,
            reason: GONE,
            request_id: None,
            member: None,
            destination: None,
            trans_ref: None,
            forwarded: 0,
            took_milliseconds: 0,
        };
        Self { audit, surroundings, record, is_kept: false }
    }

    /// Keeps the record of this end.
    pub(super) async fn finish(
        &mut self,
        end: EndState,
        code: &HubCode,
        reason: &'static str,
    ) -> Result<(), AuditFailure> {
        self.stop();
        (self.record.end, self.record.code, self.record.reason) = (end, Some(code.clone()), reason);
        let kept = self.audit.record(&self.record).await;
        self.is_kept = true;
        kept
    }

    fn stop(&mut self) {
        let took = self.record.at.duration_until(self.surroundings.now()).as_millis();
        self.record.took_milliseconds = i64::try_from(took).unwrap_or(i64::MAX);
    }
}

const GONE: &str = "whoever asked has gone";

impl<A: Audit, S: Surroundings> Drop for Trail<'_, A, S> {
    fn drop(&mut self) {
        if !self.is_kept {
            self.stop();
            (self.record.end, self.record.code, self.record.reason) = (EndState::ClientGone, None, GONE);
            self.audit.abandoned(self.record.clone());
        }
    }
}
