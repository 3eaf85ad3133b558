//! What the operator does: through the functions of the control API, so that both do the same.

use super::{Console, HOME, draw::Section};
use crate::callback;
use crate::page::{self, Csrf, Form, Page, Text, Visit};
use bytes::Bytes;
use http::{Response, StatusCode};
use maud::html;
use satang_core::{Clock, Entropy, Refusal, operation::Envelope, sandbox::Handler};
use satang_schema::{
    Check, decode,
    krungsri::SandboxError,
    sandbox::{
        ClockAdvance, ClockSetting, FaultRemoval, FilingChange, FilingQuery, NewFault, Nothing,
        StampDutyPayment,
    },
};
use serde::de::DeserializeOwned;
use serde_json::{Map, Value as Json, json};

impl Console {
    /// Does what a form asks for, and shows the page that it came from, or why not.
    pub(super) async fn act(&self, visit: &Visit, below: &str, csrf: &Csrf) -> Response<Bytes> {
        let Some(form) = visit.form() else { return page::redirect(visit, HOME) };
        let done = match (below, form.field("do")) {
            ("clock", "freeze") => self.control.freeze_clock((), Nothing {}).await.map(drop),
            ("clock", "resume") => self.control.resume_clock((), Nothing {}).await.map(drop),
            ("clock", "advance") => self.advance(form).await,
            ("clock", "set") => self.set(form).await,
            ("faults", "add") => self.add_fault(form).await,
            ("faults", "remove") => self.remove_fault(form).await,
            ("hub", "behave") => self.let_a_bank_behave(form).await,
            (place, "pay") => self.pay_stamp_duty(place, form).await,
            (place, "cancel") => self.cancel_filing(place).await,
            (place, "replay") => self.replay(place).await,
            _ => return page::failure(visit, StatusCode::NOT_FOUND),
        };
        match done {
            Ok(()) => page::redirect(visit, visit.path()),
            Err(refusal) => refused(visit, below, &refusal, csrf),
        }
    }

    async fn advance(&self, form: &Form) -> Result<(), Refusal> {
        let request: ClockAdvance = read(json!({ "duration": form.field("duration") }))?;
        self.control.advance_clock((), request).await.map(drop)
    }

    async fn set(&self, form: &Form) -> Result<(), Refusal> {
        let request: ClockSetting = read(json!({ "dateTime": form.field("dateTime") }))?;
        self.control.set_clock((), request).await.map(drop)
    }

    async fn replay(&self, place: &str) -> Result<(), Refusal> {
        let id = place.strip_prefix("callbacks/").unwrap_or_default().to_owned();
        let now = self.gateway.now();
        let replayed = self.gateway.store.write(move |tx| callback::replay(tx, &id, now)).await?;
        if !replayed {
            return Err(Refusal::of(&SandboxError::STATE)
                .saying("only a callback that was delivered, or is dead, can be sent again"));
        }
        self.gateway.wake();
        Ok(())
    }

    /// A form that is sent twice pays once, since a filing does.
    async fn pay_stamp_duty(&self, place: &str, form: &Form) -> Result<(), Refusal> {
        let api_ref_no = place.strip_prefix("stamp-duty/").unwrap_or_default();
        let query: FilingQuery = read(json!({ "apiRefNo": api_ref_no }))?;
        let filing = self.control.list_filings((), query).await?.filings.pop();
        let filing = filing.ok_or_else(|| Refusal::not_found("no such filing"))?;
        let request: StampDutyPayment = read(json!({
            "transactionIdentification": self.gateway.uuid().to_string(),
            "accountNumber": form.field("account"),
            "amount": filing.total_amount,
            "reference1": filing.reference1,
            "reference2": filing.reference2,
        }))?;
        self.control.pay_stamp_duty((), request).await.map(drop)
    }

    async fn cancel_filing(&self, place: &str) -> Result<(), Refusal> {
        let api_ref_no = place.strip_prefix("stamp-duty/").unwrap_or_default();
        let request: FilingChange = read(json!({ "apiRefNo": api_ref_no }))?;
        self.control.cancel_filing((), request).await.map(drop)
    }

    async fn let_a_bank_behave(&self, form: &Form) -> Result<(), Refusal> {
        let (behaviour, parameter) = (form.field("behaviour"), form.field("parameter"));
        let mut request = json!({ "bank": form.field("bank"), "behaviour": behaviour });
        match behaviour {
            "SLOW" => request["delayMilliseconds"] = number(parameter),
            "CODE" => request["code"] = parameter.into(),
            _ => {}
        }
        self.control.change_issuer((), read(request)?).await.map(drop)
    }

    async fn add_fault(&self, form: &Form) -> Result<(), Refusal> {
        let kind = form.field("kind");
        let mut request = Map::from_iter([("kind".to_owned(), Json::from(kind))]);
        let parameter = match kind {
            "DELAY" => "delayMilliseconds",
            "ERROR" => "status",
            _ => "bytesPerSecond",
        };
        for (field, member) in [("parameter", parameter), ("times", "times")] {
            let text = form.field(field);
            if !text.is_empty() {
                request.insert(member.to_owned(), number(text));
            }
        }
        for member in ["partner", "operation"] {
            let text = form.field(member);
            if !text.is_empty() {
                request.insert(member.to_owned(), text.into());
            }
        }
        self.control.add_fault((), read::<NewFault>(Json::Object(request))?).await.map(drop)
    }

    async fn remove_fault(&self, form: &Form) -> Result<(), Refusal> {
        let request: FaultRemoval = read(json!({ "faultIdentification": form.field("id") }))?;
        self.control.remove_fault((), request).await.map(drop)
    }
}

/// A number; what is none is refused as such by its member.
fn number(text: &str) -> Json {
    text.parse::<u64>().map_or_else(|_| Json::from(text), Json::from)
}

/// What the control API would read.
fn read<T: DeserializeOwned + Check>(request: Json) -> Result<T, Refusal> {
    decode(request.to_string().as_bytes())
        .map_err(|violations| Refusal::invalid(Envelope::Problem, violations))
}

const REFUSED: Text = Text { en: "This was not done", th: "ไม่ได้ดำเนินการ" };
const BACK: Text = Text { en: "Back", th: "ย้อนกลับ" };

fn refused(visit: &Visit, below: &str, refusal: &Refusal, csrf: &Csrf) -> Response<Bytes> {
    let language = visit.language();
    let main = html! {
        h1 { (REFUSED.to(language)) }
        p.error { (refusal.message()) }
        p.quiet { (refusal.code()) }
        p { a href=(visit.path()) { (BACK.to(language)) } }
    };
    let name = below.split('/').next().unwrap_or_default();
    let here = Section::ALL.into_iter().find(|section| section.name() == name);
    Page::new(visit, REFUSED.to(language), main)
        .with_navigation(super::draw::navigation(visit, here.unwrap_or(Section::Overview), csrf))
        .with_status(refusal.status())
        .answer()
}
