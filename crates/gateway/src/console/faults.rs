//! Faults: what goes wrong on request, added and removed.

use super::{
    Sheet,
    draw::{self, Live, Section},
    words::{KIND, OPERATION, PARTNER, WHEN},
};
use crate::{
    fault::Fault,
    page::{Input, Text, Visit},
    store::{StoreError, Tx},
};
use maud::html;
use satang_core::{Routes, direct_debit};

const PARAMETER: Text = Text { en: "Parameter", th: "ค่า" };
const REMAINING: Text = Text { en: "Times left", th: "ครั้งที่เหลือ" };
const ALWAYS: Text = Text { en: "always", th: "ตลอด" };
const EVERY: Text = Text { en: "every", th: "ทุกรายการ" };
const REMOVE: Text = Text { en: "Remove", th: "ลบ" };
const ADD: Text = Text { en: "Add a fault", th: "เพิ่มข้อผิดพลาด" };
const DELAY: Text = Text {
    en: "DELAY: wait so many milliseconds", th: "DELAY: หน่วงเวลา (มิลลิวินาที)"
};
const ERROR: Text =
    Text { en: "ERROR: answer with this status", th: "ERROR: ตอบด้วยสถานะนี้" };
const DROP: Text = Text {
    en: "DROP_ANSWER: do it, and drop the answer",
    th: "DROP_ANSWER: ทำรายการแต่ไม่ส่งคำตอบ",
};
const SLOW: Text = Text {
    en: "SLOW_BODY: so many bytes per second", th: "SLOW_BODY: ส่งช้า (ไบต์ต่อวินาที)"
};
const PARAMETER_HINT: Text = Text {
    en: "Milliseconds, status, or bytes per second; empty for DROP_ANSWER.",
    th: "มิลลิวินาที สถานะ หรือไบต์ต่อวินาที เว้นว่างสำหรับ DROP_ANSWER",
};
const TIMES: Text = Text { en: "How many calls", th: "จำนวนครั้ง" };
const TIMES_HINT: Text = Text {
    en: "Empty for all that come.", th: "เว้นว่างหากต้องการให้เกิดทุกครั้ง"
};
const PARTNER_HINT: Text = Text {
    en: "Empty for everybody's calls.", th: "เว้นว่างสำหรับทุกคู่ค้า"
};

/// How many faults are shown.
const MOST: u32 = 100;

pub(super) fn list(tx: &mut Tx<'_>, visit: &Visit, live: &Live) -> Result<Sheet, StoreError> {
    let language = visit.language();
    let sql = format!("SELECT {} FROM fault ORDER BY created_at, id LIMIT {MOST}", Fault::COLUMNS);
    let rows = tx.query(&sql, &[], |row| {
        let fault = Fault::from_row(row, 0)?;
        Ok(vec![
            html! { (fault.kind.as_str()) },
            html! { @if let Some(parameter) = fault.parameter { (parameter) } },
            html! { (fault.operation.as_deref().unwrap_or(EVERY.to(language))) },
            html! { (fault.partner.as_deref().unwrap_or(EVERY.to(language))) },
            html! { @if let Some(left) = fault.remaining { (left) } @else { (ALWAYS.to(language)) } },
            draw::moment(fault.created_at),
            html! { form method="post" {
                (live.csrf)
                input type="hidden" name="id" value=(fault.id);
                button.small.danger name="do" value="remove" { (REMOVE.to(language)) }
            } },
        ])
    })?;
    let columns = [
        (KIND, false),
        (PARAMETER, true),
        (OPERATION, false),
        (PARTNER, false),
        (REMAINING, true),
        (WHEN, false),
        (Text { en: "", th: "" }, false),
    ];
    let operations = <direct_debit::Server<crate::Gateway> as Routes>::OPERATIONS;
    let kinds = [("DELAY", DELAY), ("ERROR", ERROR), ("DROP_ANSWER", DROP), ("SLOW_BODY", SLOW)];
    let number = |name, label, hint| Input {
        input_mode: Some("numeric"),
        is_optional: true,
        max_length: Some(8),
        hint: Some(hint),
        ..Input::new(name, label)
    };
    let partner = Input {
        is_optional: true,
        max_length: Some(128),
        hint: Some(PARTNER_HINT),
        ..Input::new("partner", PARTNER)
    };
    let main = html! {
        (draw::table(language, &columns, &rows))
        form.card method="post" {
            h2 { (ADD.to(language)) }
            (live.csrf)
            div.field {
                label for="kind" { (KIND.to(language)) }
                select id="kind" name="kind" { @for (kind, words) in kinds {
                    option value=(kind) { (words.to(language)) }
                } }
            }
            (number("parameter", PARAMETER, PARAMETER_HINT).draw(language))
            div.field {
                label for="operation" { (OPERATION.to(language)) }
                select id="operation" name="operation" {
                    option value="" { (EVERY.to(language)) }
                    @for operation in operations { option value=(operation.id) { (operation.id) } }
                }
            }
            (partner.draw(language))
            (number("times", TIMES, TIMES_HINT).draw(language))
            button name="do" value="add" { (ADD.to(language)) }
        }
    };
    Ok(Sheet { title: Section::Faults.title().to(language).to_owned(), main })
}
