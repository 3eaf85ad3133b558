//! How the console draws what all its pages have: navigation, tables, times, money, states.

use super::{HOME, listing::Listed};
use crate::{
    page::{Csrf, Language, Navigation, Text, Visit},
    pepper::Pepper,
};
use jiff::Timestamp;
use maud::{Markup, html};
use satang_schema::{
    DateTime,
    sandbox::{ClockState, IssuerDetails},
};

/// What is not in the store.
pub(super) struct Live {
    pub(super) clock: ClockState,
    /// The hidden input of each form.
    pub(super) csrf: Markup,
    /// What the addresses of pictures and papers are made with.
    pub(super) pepper: Pepper,
    /// The banks that the hub asks, and how they have been doing; on the page of the hub only.
    pub(super) issuers: Vec<IssuerDetails>,
}

/// A part of the console.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Section {
    Overview,
    Payments,
    Registrations,
    Schedules,
    Slips,
    Hub,
    StampDuty,
    Callbacks,
    Ledger,
    Messages,
    Events,
    Partners,
    Clock,
    Faults,
    /// Reached by its form only.
    Search,
}

impl Section {
    pub(super) const ALL: [Self; 14] = [
        Self::Overview,
        Self::Payments,
        Self::Registrations,
        Self::Schedules,
        Self::Slips,
        Self::Hub,
        Self::StampDuty,
        Self::Callbacks,
        Self::Ledger,
        Self::Messages,
        Self::Events,
        Self::Partners,
        Self::Clock,
        Self::Faults,
    ];

    /// As in its address.
    pub(super) const fn name(self) -> &'static str {
        match self {
            Self::Overview => "",
            Self::Payments => "payments",
            Self::Registrations => "registrations",
            Self::Schedules => "schedules",
            Self::Slips => "slips",
            Self::Hub => "hub",
            Self::StampDuty => "stamp-duty",
            Self::Callbacks => "callbacks",
            Self::Ledger => "ledger",
            Self::Messages => "messages",
            Self::Events => "events",
            Self::Partners => "partners",
            Self::Clock => "clock",
            Self::Faults => "faults",
            Self::Search => "search",
        }
    }

    pub(super) const fn title(self) -> Text {
        match self {
            Self::Overview => Text { en: "Overview", th: "ภาพรวม" },
            Self::Payments => Text { en: "Payments", th: "การชำระเงิน" },
            Self::Registrations => Text { en: "Registrations", th: "การลงทะเบียน" },
            Self::Schedules => {
                Text { en: "Schedules", th: "กำหนดการหักบัญชี" }
            }
            Self::Slips => Text { en: "Slips", th: "สลิป" },
            Self::Hub => Text { en: "Slip hub", th: "ศูนย์ตรวจสลิป" },
            Self::StampDuty => Text { en: "Stamp duty", th: "อากรแสตมป์" },
            Self::Callbacks => Text { en: "Callbacks", th: "การแจ้งกลับ" },
            Self::Ledger => Text { en: "Ledger", th: "บัญชีแยกประเภท" },
            Self::Messages => Text { en: "Messages", th: "ข้อความ" },
            Self::Events => Text { en: "Events", th: "เหตุการณ์" },
            Self::Partners => Text { en: "Partners", th: "คู่ค้า" },
            Self::Clock => Text { en: "Clock", th: "นาฬิกา" },
            Self::Faults => Text { en: "Faults", th: "ข้อผิดพลาดจำลอง" },
            Self::Search => Text { en: "Search", th: "ค้นหา" },
        }
    }

    pub(super) fn path(self) -> String {
        format!("{HOME}/{}", self.name()).trim_end_matches('/').to_owned()
    }

    pub(super) fn path_of(self, id: &str) -> String {
        // Identifiers that strangers chose stand here too.
        let id: String = form_urlencoded::byte_serialize(id.as_bytes()).collect();
        format!("{}/{id}", self.path())
    }
}

const LIVE: Text = Text { en: "Live", th: "อัปเดตสด" };
const STOP: Text = Text { en: "Stop live", th: "หยุดอัปเดต" };
const LOG_OUT: Text = Text { en: "Log out", th: "ออกจากระบบ" };
const FIND: Text = Text { en: "Identifier", th: "หมายเลขอ้างอิง" };

pub(super) fn navigation(visit: &Visit, here: Section, csrf: &Csrf) -> Navigation {
    let language = visit.language();
    let links = html! {
        @for section in Section::ALL {
            a href=(section.path()) aria-current=[(section == here).then_some("page")] {
                (section.title().to(language))
            }
        }
        a href="/docs/" { "API" }
    };
    let tools = html! {
        form action=(Section::Search.path()) role="search" {
            input name="q" type="search" aria-label=(FIND.to(language)) placeholder=(FIND.to(language))
                value=[visit.query("q")] maxlength="128" required;
            button.second { (Section::Search.title().to(language)) }
        }
        @if visit.query("live").is_some() {
            a.live href=(visit.address_with(&[("live", None)])) { (STOP.to(language)) }
        } @else {
            a.live href=(visit.address_with(&[("live", Some("1"))])) { (LIVE.to(language)) }
        }
        form.out method="post" action={ (HOME) "/logout" } {
            (csrf.field())
            button.plain { (LOG_OUT.to(language)) }
        }
    };
    Navigation { links, tools }
}

/// A column: its heading, and whether it holds numbers.
pub(super) type Column = (Text, bool);

const NOTHING: Text = Text { en: "Nothing yet.", th: "ยังไม่มีข้อมูล" };

/// A table; on a phone each row is a block whose lines begin with the headings.
pub(super) fn table(language: Language, columns: &[Column], rows: &[Vec<Markup>]) -> Markup {
    if rows.is_empty() {
        return html! { p.quiet { (NOTHING.to(language)) } };
    }
    html! {
        table {
            thead { tr { @for (heading, is_number) in columns {
                th.number[*is_number] scope="col" { (heading.to(language)) }
            } } }
            tbody { @for row in rows { tr {
                @for ((heading, is_number), cell) in columns.iter().zip(row) {
                    td.number[*is_number] data-label=(heading.to(language)) { div { (cell) } }
                }
            } } }
        }
    }
}

const OLDER: Text = Text { en: "Older", th: "เก่ากว่า" };
const NEWEST: Text = Text { en: "Newest", th: "ล่าสุด" };

/// A page of a list, with the ways to the others.
pub(super) fn listed<T>(
    visit: &Visit,
    columns: &[Column],
    listed: &Listed<T>,
    row: impl Fn(&T) -> Vec<Markup>,
) -> Markup {
    let rows: Vec<_> = listed.items.iter().map(row).collect();
    html! { (table(visit.language(), columns, &rows)) (pages(visit, listed.older.as_deref())) }
}

/// The ways to the other pages of a list.
pub(super) fn pages(visit: &Visit, older: Option<&str>) -> Markup {
    let language = visit.language();
    html! {
        p.pages {
            @if visit.query("before").is_some() {
                a href=(visit.address_with(&[("before", None)])) { (NEWEST.to(language)) }
            }
            @if let Some(older) = older {
                a href=(visit.address_with(&[("before", Some(older)), ("live", None)])) { (OLDER.to(language)) }
            }
        }
    }
}

/// A time, as in Bangkok.
pub(super) fn moment(micros: i64) -> Markup {
    let Ok(time) = Timestamp::from_microsecond(micros) else { return html! { "?" } };
    let full = DateTime::in_bangkok(time).to_string();
    let shown: String = full.chars().take(19).map(|c| if c == 'T' { ' ' } else { c }).collect();
    html! { time datetime=(full) { (shown) } }
}

/// Baht, with the thousands apart.
pub(super) fn money(satang: i64) -> Markup {
    let digits = (satang.unsigned_abs() / 100).to_string();
    let mut baht = String::new();
    for (position, digit) in digits.chars().enumerate() {
        if position > 0 && (digits.len() - position).is_multiple_of(3) {
            baht.push(',');
        }
        baht.push(digit);
    }
    let sign = if satang < 0 { "−" } else { "" };
    html! { span.money { (sign) (baht) "." (format!("{:02}", satang.unsigned_abs() % 100)) } }
}

/// An account number, of which only the end is shown, as the way to the account.
pub(super) fn account(number: &str) -> Markup {
    let from = number.len().saturating_sub(4);
    html! { a.id href=(Section::Ledger.path_of(number)) { "••" (number.get(from..).unwrap_or_default()) } }
}

/// An identifier, shortened to its end, as the way to the thing.
pub(super) fn link(section: Section, id: &str) -> Markup {
    html! { a.id href=(section.path_of(id)) title=(id) { (short(id)) } }
}

/// The end of a long identifier: those that begin with the time begin alike.
pub(super) fn short(id: &str) -> String {
    let length = id.chars().count();
    if length <= 20 {
        id.to_owned()
    } else {
        format!("…{}", id.chars().skip(length - 12).collect::<String>())
    }
}

/// A status in words, with its code and, if there is one, the reason.
pub(super) fn status(code: &str, reason: Option<&str>, language: Language) -> Markup {
    let (class, word) = state(code);
    html! {
        span.state.(class) { (word.map_or(code, |word| word.to(language))) }
        @if word.is_some() { " " span.quiet { (code) } }
        @if let Some(reason) = reason { " " span.reason { (reason) } }
    }
}

fn state(code: &str) -> (&'static str, Option<Text>) {
    let said = |class, en, th| (class, Some(Text { en, th }));
    match code {
        "ACTV" | "ACTIVE" => said("good", "Active", "ใช้งานได้"),
        "PAID" => said("good", "Paid", "ชำระแล้ว"),
        "ACSC" => said("good", "Settled", "สำเร็จ"),
        "FOUND" => said("good", "Found", "พบรายการ"),
        "DELIVERED" => said("good", "Delivered", "ส่งแล้ว"),
        "OPEN" => said("good", "Open", "เปิด"),
        "PDNG" | "PENDING" => said("wait", "Pending", "รอดำเนินการ"),
        "RECEIVED" => said("wait", "Being verified", "กำลังตรวจสอบ"),
        "FILED" => said("wait", "To be paid", "รอชำระ"),
        "SCHD" => said("wait", "Scheduled", "ตั้งเวลาไว้"),
        "ACSP" | "RCVD" => said("wait", "In process", "กำลังดำเนินการ"),
        "SUSP" | "SUSPENDED" => said("wait", "Suspended", "ระงับ"),
        "NOT_FOUND" => said("off", "Not found", "ไม่พบรายการ"),
        "ISSUER_UNREACHABLE" => said("bad", "No answer", "ไม่ได้คำตอบ"),
        "ISSUER_BAD_ANSWER" => said("bad", "Bad answer", "คำตอบไม่ถูกต้อง"),
        "UNAUTHORIZED" | "REPLAYED" | "NOT_SUBSCRIBED" => said("bad", "Denied", "ไม่อนุญาต"),
        "RJCT" => said("bad", "Rejected", "ปฏิเสธ"),
        "DEAD" => said("bad", "Dead", "ส่งไม่สำเร็จ"),
        "BLOCKED" => said("bad", "Blocked", "อายัด"),
        "CANC" | "CANCELLED" => said("off", "Cancelled", "ยกเลิก"),
        "EXPD" | "EXPIRED" => said("off", "Expired", "หมดอายุ"),
        "CLOSED" => said("off", "Closed", "ปิด"),
        _ => ("off", None),
    }
}

/// What is known of a thing, line by line; lines without a value are left out.
pub(super) fn facts(language: Language, lines: Vec<(Text, Option<Markup>)>) -> Markup {
    html! {
        dl { @for (name, value) in lines { @if let Some(value) = value {
            dt { (name.to(language)) } dd { (value) }
        } } }
    }
}

/// Text as it is, if there is any.
pub(super) fn plain(text: Option<&str>) -> Option<Markup> {
    text.map(|text| html! { (text) })
}
