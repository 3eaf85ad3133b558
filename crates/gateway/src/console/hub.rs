//! The hub as it is now: the banks that it asks and how they do, where slips are led, and what became of each question.

use super::{
    Sheet,
    draw::{self, Live, Section},
    listing::{self, Source},
    words::{NAME, REFERENCE, WHEN},
};
use crate::{
    page::{Input, Language, Text, Visit},
    slip,
    store::{Row, StoreError, Tx},
};
use maud::{Markup, html};
use satang_schema::{
    sandbox::{BreakerStateShown, IssuerBehaviour, IssuerDetails},
    slip_verification::HubCode,
};

const BANKS: Text =
    Text { en: "Banks that are asked", th: "ธนาคารที่ถูกสอบถาม" };
const ROUTES: Text = Text { en: "Other routes", th: "เส้นทางอื่น" };
const QUESTIONS: Text = Text { en: "Questions", th: "คำถาม" };

const BANK: Text = Text { en: "Bank", th: "ธนาคาร" };
const BREAKER: Text = Text { en: "Breaker", th: "เบรกเกอร์" };
const BEHAVES: Text = Text { en: "Behaves", th: "พฤติกรรม" };
const ANSWERED: Text = Text { en: "Answered (60 s)", th: "ตอบแล้ว (60 วินาที)" };
const FAILED: Text = Text { en: "Failed (60 s)", th: "ไม่สำเร็จ (60 วินาที)" };
const UNDER_WAY: Text = Text { en: "Under way", th: "กำลังถาม" };
const LAST_FAILURE: Text =
    Text { en: "Last failure", th: "ความล้มเหลวล่าสุด" };
const LED_TO: Text = Text { en: "Led to", th: "ส่งไปที่" };
const NOWHERE: Text = Text {
    en: "nowhere: its sponsor has no such service (8501)",
    th: "ไม่มี: ธนาคารตัวแทนไม่ให้บริการ (8501)",
};
const END: Text = Text { en: "Came to", th: "ผลลัพธ์" };
const ASKED_BY: Text = Text { en: "Asked by", th: "ผู้ถาม" };
const WHY: Text = Text { en: "Why", th: "เหตุผล" };
const TOOK: Text = Text { en: "Took (ms)", th: "ใช้เวลา (มิลลิวินาที)" };

/// How many routes beside the direct ones are shown.
const MOST_ROUTES: u32 = 100;

pub(super) fn show(tx: &mut Tx<'_>, visit: &Visit, live: &Live) -> Result<Sheet, StoreError> {
    let language = visit.language();
    let questions = questions(tx, visit)?;
    let is_first = visit.query("before").is_none();
    let main = html! {
        @if is_first {
            h2 { (BANKS.to(language)) }
            (banks(language, &live.issuers))
        }
        h2 { (QUESTIONS.to(language)) }
        (questions)
        @if is_first {
            h2 { (ROUTES.to(language)) }
            (routes(tx, language)?)
            (behaviour(language, live))
        }
    };
    Ok(Sheet { title: Section::Hub.title().to(language).to_owned(), main })
}

fn banks(language: Language, issuers: &[IssuerDetails]) -> Markup {
    let columns = [
        (BANK, false),
        (NAME, false),
        (BREAKER, false),
        (BEHAVES, false),
        (ANSWERED, true),
        (FAILED, true),
        (UNDER_WAY, true),
        (LAST_FAILURE, false),
    ];
    let rows: Vec<_> = issuers
        .iter()
        .map(|issuer| {
            vec![
                html! { (issuer.bank.as_str()) },
                html! { (issuer.name) },
                breaker(&issuer.breaker, language),
                html! {
                    @if let Some(behaviour) = &issuer.behaviour { (behaviour.as_str()) }
                    @if let Some(delay) = issuer.delay_milliseconds { " " (delay) " ms" }
                    @if let Some(code) = &issuer.code { " " (code) }
                    @if let Some(url) = &issuer.issuer_url { span.id { (url) } }
                },
                html! { (issuer.answered) },
                html! { (issuer.failed) },
                html! { (issuer.in_flight) },
                html! { @if let Some(failure) = &issuer.last_failure { span.quiet { (failure) } } },
            ]
        })
        .collect();
    draw::table(language, &columns, &rows)
}

/// Closed is good here: the bank is asked.
fn breaker(state: &BreakerStateShown, language: Language) -> Markup {
    let (class, word) = match state {
        BreakerStateShown::Closed => ("good", Text { en: "Asked", th: "ถามตามปกติ" }),
        BreakerStateShown::HalfOpen => ("wait", Text { en: "Being tried", th: "กำลังลองถาม" }),
        BreakerStateShown::Open => ("bad", Text { en: "Spared", th: "พักการถาม" }),
        _ => ("off", Text { en: "?", th: "?" }),
    };
    html! { span.state.(class) { (word.to(language)) } " " span.quiet { (state.as_str()) } }
}

const CHANGE: Text =
    Text { en: "Let a bank behave", th: "กำหนดพฤติกรรมธนาคาร" };
const PARAMETER: Text = Text { en: "Parameter", th: "ค่า" };
const PARAMETER_HINT: Text = Text {
    en: "Milliseconds for SLOW, four digits for CODE; empty otherwise.",
    th: "มิลลิวินาทีสำหรับ SLOW เลขสี่หลักสำหรับ CODE นอกนั้นเว้นว่าง",
};

const BEHAVIOURS: [IssuerBehaviour; 7] = [
    IssuerBehaviour::Normal,
    IssuerBehaviour::Slow,
    IssuerBehaviour::Down,
    IssuerBehaviour::BadSignature,
    IssuerBehaviour::Garbage,
    IssuerBehaviour::WrongReference,
    IssuerBehaviour::Code,
];

/// Only banks of the sandbox itself can be told.
fn behaviour(language: Language, live: &Live) -> Markup {
    let parameter = Input {
        input_mode: Some("numeric"),
        is_optional: true,
        max_length: Some(5),
        hint: Some(PARAMETER_HINT),
        ..Input::new("parameter", PARAMETER)
    };
    html! {
        form.card method="post" {
            h3 { (CHANGE.to(language)) }
            (live.csrf)
            div.field {
                label for="bank" { (BANK.to(language)) }
                select id="bank" name="bank" {
                    @for issuer in live.issuers.iter().filter(|issuer| issuer.behaviour.is_some()) {
                        option value=(issuer.bank.as_str()) { (issuer.bank.as_str()) " " (issuer.name) }
                    }
                }
            }
            div.field {
                label for="behaviour" { (BEHAVES.to(language)) }
                select id="behaviour" name="behaviour" {
                    @for behaviour in BEHAVIOURS {
                        option value=(behaviour.as_str()) { (behaviour.as_str()) }
                    }
                }
            }
            (parameter.draw(language))
            button name="do" value="behave" { (CHANGE.to(language)) }
        }
    }
}

fn routes(tx: &mut Tx<'_>, language: Language) -> Result<Markup, StoreError> {
    let sql = format!("SELECT bank, to_bank FROM hub_route ORDER BY bank LIMIT {MOST_ROUTES}");
    let rows = tx.query(&sql, &[], |row| {
        let to = row.optional_text(1)?;
        Ok(vec![html! { (row.text(0)?) }, html! { (to.as_deref().unwrap_or(NOWHERE.to(language))) }])
    })?;
    Ok(draw::table(language, &[(BANK, false), (LED_TO, false)], &rows))
}

/// A question and what became of it.
struct Question {
    at: i64,
    service: String,
    end: String,
    code: Option<String>,
    reason: String,
    member: Option<String>,
    bank: Option<String>,
    reference: Option<String>,
    took: i64,
    has_slip: bool,
}

impl Question {
    fn from_row(row: &Row<'_>) -> Result<Self, StoreError> {
        Ok(Self {
            at: row.int(0)?,
            service: row.text(2)?,
            end: row.text(3)?,
            code: row.optional_text(4)?,
            reason: row.text(5)?,
            member: row.optional_text(6)?,
            bank: row.optional_text(7)?,
            reference: row.optional_text(8)?,
            took: row.int(9)?,
            has_slip: row.int(10)? == 1,
        })
    }

    /// The code, unless it is that of success.
    fn fault(&self) -> Option<&str> {
        self.code.as_deref().filter(|code| *code != HubCode::Found.as_str())
    }

    /// What was asked about, as the way to the slip where the sandbox has it.
    fn subject(&self) -> Markup {
        let (Some(bank), Some(reference)) = (&self.bank, &self.reference) else {
            return html! { span.quiet { (self.service) } };
        };
        if self.has_slip {
            return draw::link(Section::Slips, &format!("{bank}{reference}"));
        }
        html! { span.id title=(reference) { (draw::short(reference)) } }
    }
}

fn questions(tx: &mut Tx<'_>, visit: &Visit) -> Result<Markup, StoreError> {
    let source = Source {
        table: "verification",
        id: "id",
        at: "at",
        columns: "service, end_state, code, reason, member, destination, trans_ref, took_millis,
            CASE WHEN EXISTS (SELECT 1 FROM slip WHERE slip.bank = verification.destination
                AND slip.reference = verification.trans_ref) THEN 1 ELSE 0 END",
    };
    let questions = listing::newest(tx, &source, None, visit.query("before"), Question::from_row)?;
    let language = visit.language();
    let columns = [
        (WHEN, false),
        (END, false),
        (ASKED_BY, false),
        (BANK, false),
        (REFERENCE, false),
        (WHY, false),
        (TOOK, true),
    ];
    Ok(draw::listed(visit, &columns, &questions, |question| {
        vec![
            draw::moment(question.at),
            draw::status(&question.end, question.fault(), language),
            html! { (question.member.as_deref().unwrap_or("–")) },
            bank(question.bank.as_deref()),
            question.subject(),
            html! { span.quiet { (question.reason) } },
            html! { (question.took) },
        ]
    }))
}

fn bank(code: Option<&str>) -> Markup {
    let known = code.and_then(|code| slip::institution(&code.parse().ok()?));
    html! {
        (code.unwrap_or("–"))
        @if let Some(known) = known { " " span.quiet { (known.short) } }
    }
}
