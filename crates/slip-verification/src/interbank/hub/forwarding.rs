//! Asking the issuer, and what its answer is worth.

use super::{Authenticated, Ended, Hub, Received, Routed, failed, trail::Trail};
use crate::interbank::{
    Audit, EndState, Question, Surroundings,
    answer::{self, Found},
    exchange::{self, fault},
    within::within,
};
use bytes::Bytes;
use http::{HeaderMap, HeaderValue, Response, header};
use satang_core::{Kind, Sent, Transport};
use satang_schema::slip_verification::HubCode;
use std::{format, prelude::v1::*, time::Duration};

impl<T: Transport, A: Audit, S: Surroundings> Hub<T, A, S> {
    /// Asks the issuer, spares it when it has been failing, and tells the breaker how it went.
    pub(super) async fn forward<Q: Question>(
        &self,
        routed: &Routed<'_, T, Q>,
        headers: &HeaderMap,
        trail: &mut Trail<'_, A, S>,
    ) -> Result<Found, Ended> {
        let under_way = routed.issuer.pulse.admit(self.surroundings.now());
        let under_way = under_way.ok_or(unreachable("the issuer has not been answering"))?;
        let outcome = match self.ask(routed, headers, trail).await {
            Ok(response) => self.judge(routed, &response),
            Err(ended) => Err(ended),
        };
        match &outcome {
            Err((_, fault)) if fault.code == HubCode::IssuerUnreachable => {
                under_way.failed(self.surroundings.now(), fault.reason);
            }
            Err((EndState::HubFailed, _)) => {}
            _ => under_way.answered(self.surroundings.now()),
        }
        outcome
    }

    /// The issuer's answer. It is asked again once, when the question certainly never left, under a new token
    /// and in the same time.
    async fn ask<Q: Question>(
        &self,
        routed: &Routed<'_, T, Q>,
        headers: &HeaderMap,
        trail: &mut Trail<'_, A, S>,
    ) -> Result<Response<Bytes>, Ended> {
        let question = &routed.asked.received.question;
        let end = trail.record.at.saturating_add(self.budget(headers)).unwrap_or(trail.record.at);
        for is_last in [false, true] {
            let left = Duration::try_from(self.surroundings.now().duration_until(end)).unwrap_or_default();
            if left.is_zero() {
                return Err(unreachable("no time is left to ask the issuer"));
            }
            let headers = self.question_headers(routed, left)?;
            trail.record.forwarded += 1;
            let call = question.forward(&routed.issuer.client, headers);
            match within(&self.surroundings, left, call).await {
                Some(Ok(response)) => return Ok(response),
                Some(Err(error)) if !is_last && error.sent() == Sent::No && error.kind() == Kind::Connect => {
                }
                Some(Err(_)) => return Err(unreachable("the issuer could not be reached")),
                None => return Err(unreachable("the issuer did not answer in time")),
            }
        }
        Err(unreachable("the issuer could not be reached"))
    }

    /// How long after the question came the issuer must have answered.
    fn budget(&self, headers: &HeaderMap) -> Duration {
        let asked = exchange::text(headers, &exchange::DEADLINE).and_then(|text| text.parse().ok());
        let whole =
            asked.map_or(self.settings.whole, |most| self.settings.whole.min(Duration::from_millis(most)));
        whole.saturating_sub(self.settings.reserve).min(self.settings.issuer)
    }

    fn question_headers<Q: Question>(
        &self,
        routed: &Routed<'_, T, Q>,
        left: Duration,
    ) -> Result<HeaderMap, Ended> {
        let Authenticated { received: Received { question, .. }, member, id } = routed.asked;
        let now = self.surroundings.now();
        let token = self.asks.sign(routed.issuer.bank.as_str(), question, self.surroundings.uuid(), now);
        let token = token.map_err(|_| failed("the hub could not sign its question"))?;
        let mut headers = HeaderMap::new();
        headers.insert(exchange::API_VERSION, HeaderValue::from_static("1"));
        exchange::put(&mut headers, exchange::CERTIFICATE_VERSION, self.asks.version());
        exchange::put(&mut headers, exchange::ORIGIN, member.bank().as_str());
        exchange::put(&mut headers, exchange::REQUEST_ID, &id.hyphenated().to_string());
        exchange::put(&mut headers, exchange::DEADLINE, &left.as_millis().to_string());
        exchange::put_secret(&mut headers, header::AUTHORIZATION, &format!("Bearer {token}"));
        Ok(headers)
    }

    /// What an issuer's answer means.
    fn judge<Q: Question>(
        &self,
        routed: &Routed<'_, T, Q>,
        response: &Response<Bytes>,
    ) -> Result<Found, Ended> {
        let bad = |reason| (EndState::IssuerBadAnswer, fault(HubCode::IssuerUnreachable, reason));
        let opened = answer::open(response.body()).map_err(bad)?;
        let end = match (opened.status.code, opened.data) {
            (HubCode::Found, Some(data)) => {
                let question = &routed.asked.received.question;
                let masking = self.settings.enforce_masking;
                let now = self.surroundings.now();
                return answer::found(response, data, question, &routed.issuer.signatures, masking, now)
                    .map_err(bad);
            }
            (code @ HubCode::NotFoundOrExpired, _) if Q::MAY_BE_UNKNOWN => {
                (EndState::NotFound, fault(code, "the reference is not known, or older than it is kept"))
            }
            (code @ HubCode::IssuerInternal, _) => (EndState::IssuerError, fault(code, "the issuer failed")),
            (
                code @ (HubCode::IssuerMissingParameter
                | HubCode::IssuerMissingApiVersion
                | HubCode::IssuerMissingCertificateVersion
                | HubCode::HubTokenSignature
                | HubCode::HubTokenExpired
                | HubCode::HubCertificateVersion),
                _,
            ) => (EndState::IssuerRefused, fault(code, "the issuer refuses the hub's question")),
            _ => bad("the issuer answered with a code that it must not use"),
        };
        Err(end)
    }
}

const fn unreachable(reason: &'static str) -> Ended {
    (EndState::IssuerUnreachable, fault(HubCode::IssuerUnreachable, reason))
}
