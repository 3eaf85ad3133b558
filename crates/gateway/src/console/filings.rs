//! Filings with the Revenue Department: what they cost, whether they are paid, and a way to pay them.

use super::{
    Sheet,
    draw::{self, Live, Section},
    events, ledger,
    listing::{self, Source},
    words::{AMOUNT, IDENTIFIER, REFERENCE, STATUS, WHEN},
};
use crate::{
    demo,
    page::{Input, Language, Text, Visit},
    stamp_duty::{self, FilingStatus},
    store::{Row, StoreError, Tx},
};
use maud::{Markup, html};

const COLUMNS: &str = "filer, request_id, instruments, status, total_amount, total_duty, total_surcharge, reference1, \
    reference2, expire_date, status_at, ledger_transaction_id";

/// A filing as it is shown.
struct Shown {
    created_at: i64,
    api_ref_no: String,
    filer: String,
    request_id: String,
    instruments: i64,
    status: String,
    total: i64,
    duty: i64,
    surcharge: i64,
    reference1: String,
    reference2: String,
    expire_date: String,
    status_at: i64,
    posting: Option<String>,
}

impl Shown {
    fn from_row(row: &Row<'_>) -> Result<Self, StoreError> {
        Ok(Self {
            created_at: row.int(0)?,
            api_ref_no: row.text(1)?,
            filer: row.text(2)?,
            request_id: row.text(3)?,
            instruments: row.int(4)?,
            status: row.text(5)?,
            total: row.int(6)?,
            duty: row.int(7)?,
            surcharge: row.int(8)?,
            reference1: row.text(9)?,
            reference2: row.text(10)?,
            expire_date: row.text(11)?,
            status_at: row.int(12)?,
            posting: row.optional_text(13)?,
        })
    }

    fn is(&self, status: FilingStatus) -> bool {
        self.status == status.as_str()
    }
}

const FILER: Text = Text { en: "Filer", th: "ผู้นำส่ง" };
const INSTRUMENTS: Text = Text { en: "Instruments", th: "จำนวนตราสาร" };
const UNTIL: Text = Text { en: "To be paid until", th: "ชำระภายในวันที่" };

pub(super) fn list(tx: &mut Tx<'_>, visit: &Visit) -> Result<Sheet, StoreError> {
    let source = Source { table: "filing", id: "api_ref_no", at: "created_at", columns: COLUMNS };
    let only = visit.query("status").map(|status| ("status", status));
    let filings = listing::newest(tx, &source, only, visit.query("before"), Shown::from_row)?;
    let language = visit.language();
    let columns = [
        (WHEN, false),
        (AMOUNT, true),
        (STATUS, false),
        (FILER, false),
        (INSTRUMENTS, true),
        (UNTIL, false),
        (REFERENCE, false),
    ];
    let main = draw::listed(visit, &columns, &filings, |filing| {
        vec![
            draw::moment(filing.created_at),
            draw::money(filing.total),
            draw::status(&filing.status, None, language),
            html! { (filing.filer) },
            html! { (filing.instruments) },
            html! { (filing.expire_date) },
            draw::link(Section::StampDuty, &filing.api_ref_no),
        ]
    });
    Ok(Sheet { title: Section::StampDuty.title().to(language).to_owned(), main })
}

const FILING: Text = Text { en: "Filing", th: "การนำส่งตราสาร" };
const OWN_REFERENCE: Text =
    Text { en: "Filer's reference", th: "เลขอ้างอิงของผู้นำส่ง" };
const TO_PAY: Text = Text {
    en: "Duty and surcharge (baht)", th: "อากรและเงินเพิ่ม (บาท)"
};
const DUTY: Text = Text { en: "Duty (baht)", th: "อากร (บาท)" };
const SURCHARGE: Text = Text { en: "Surcharge (baht)", th: "เงินเพิ่ม (บาท)" };
const FIRST: Text = Text { en: "Reference 1", th: "อ้างอิง 1" };
const SECOND: Text = Text { en: "Reference 2", th: "อ้างอิง 2" };
const CHANGED: Text = Text { en: "Last change", th: "เปลี่ยนแปลงล่าสุด" };

pub(super) fn show(
    tx: &mut Tx<'_>,
    visit: &Visit,
    id: &str,
    live: &Live,
) -> Result<Option<Sheet>, StoreError> {
    let sql = format!("SELECT created_at, api_ref_no, {COLUMNS} FROM filing WHERE api_ref_no = $1");
    let Some(filing) = tx.query_one(&sql, &[id.into()], Shown::from_row)? else { return Ok(None) };
    let language = visit.language();
    let facts = vec![
        (AMOUNT, Some(draw::money(filing.total))),
        (STATUS, Some(draw::status(&filing.status, None, language))),
        (WHEN, Some(draw::moment(filing.created_at))),
        (CHANGED, Some(draw::moment(filing.status_at))),
        (FILER, draw::plain(Some(&filing.filer))),
        (OWN_REFERENCE, draw::plain(Some(&filing.request_id))),
        (IDENTIFIER, draw::plain(Some(&filing.api_ref_no))),
        (INSTRUMENTS, Some(html! { (filing.instruments) })),
        (DUTY, Some(draw::money(filing.duty))),
        (SURCHARGE, Some(draw::money(filing.surcharge))),
        (FIRST, draw::plain(Some(&filing.reference1))),
        (SECOND, draw::plain(Some(&filing.reference2))),
        (UNTIL, draw::plain(Some(&filing.expire_date))),
    ];
    let main = html! {
        (draw::facts(language, facts))
        @if filing.is(FilingStatus::Filed) { (actions(language, live)) }
        (instruments(tx, language, &filing, live)?)
        @if let Some(posting) = &filing.posting { (ledger::posting(tx, language, posting)?) }
        (events::story(tx, language, &[&filing.api_ref_no])?)
    };
    Ok(Some(Sheet { title: FILING.to(language).to_owned(), main }))
}

const FILED: Text = Text { en: "What was filed", th: "ตราสารที่นำส่ง" };
const INSTRUMENT: Text = Text { en: "Instrument", th: "ตราสาร" };
const MADE: Text = Text { en: "Made on", th: "วันที่ทำตราสาร" };
const PAPERS: Text = Text { en: "Papers", th: "เอกสาร" };
const FORM: Text = Text { en: "Form", th: "แบบ อ.ส.9" };
const RECEIPT: Text = Text { en: "Receipt", th: "ใบเสร็จ" };
const MORE: Text =
    Text { en: "The first 100 are shown.", th: "แสดง 100 รายการแรก" };

/// How many instruments are shown.
const MOST: i64 = 100;

/// What was filed, with the ways to its papers once it is paid.
fn instruments(
    tx: &mut Tx<'_>,
    language: Language,
    filing: &Shown,
    live: &Live,
) -> Result<Markup, StoreError> {
    let sql = "SELECT id, ref_no, creation_date, amount, duty + surcharge FROM instrument
        WHERE filing = $1 ORDER BY position LIMIT $2";
    let is_paid = filing.is(FilingStatus::Paid);
    let rows = tx.query(sql, &[(&filing.api_ref_no).into(), MOST.into()], |row| {
        let (ref_no, created) = (row.text(1)?, row.text(2)?);
        let [form, receipt] = stamp_duty::addresses(&live.pepper, &ref_no);
        Ok(vec![
            html! { (row.text(0)?) },
            html! { (ref_no) },
            html! { (created) },
            draw::money(row.int(3)?),
            draw::money(row.int(4)?),
            html! {
                @if is_paid {
                    a href=(form) { (FORM.to(language)) } " " a href=(receipt) { (RECEIPT.to(language)) }
                }
            },
        ])
    })?;
    let columns = [
        (INSTRUMENT, false),
        (REFERENCE, false),
        (MADE, false),
        (AMOUNT, true),
        (TO_PAY, true),
        (PAPERS, false),
    ];
    let columns = if is_paid { &columns[..] } else { &columns[..5] };
    Ok(html! {
        h2 { (FILED.to(language)) }
        (draw::table(language, columns, &rows))
        @if filing.instruments > MOST { p.quiet { (MORE.to(language)) } }
    })
}

const PAY: Text = Text { en: "Pay it", th: "ชำระอากร" };
const FROM: Text = Text { en: "From account", th: "จากบัญชี" };
const CANCEL: Text = Text { en: "Cancel it", th: "ยกเลิกแบบ" };

/// What can be done while it is to be paid.
fn actions(language: Language, live: &Live) -> Markup {
    let account = Input {
        value: demo::DRAWERS[0].account,
        input_mode: Some("numeric"),
        max_length: Some(10),
        ..Input::new("account", FROM)
    };
    html! {
        form.card method="post" {
            (live.csrf) (account.draw(language))
            button name="do" value="pay" { (PAY.to(language)) } " "
            button.second name="do" value="cancel" formnovalidate { (CANCEL.to(language)) }
        }
    }
}
