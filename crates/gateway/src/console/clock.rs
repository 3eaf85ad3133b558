//! The clock: shown, stopped, moved.

use super::{
    Sheet,
    draw::{self, Live, Section},
};
use crate::page::{Input, Language, Text, Visit};
use maud::{Markup, html};
use satang_schema::sandbox::ClockState;

const FROZEN: Text = Text { en: "stands still", th: "หยุดอยู่" };
const RUNS: Text = Text { en: "runs", th: "เดินอยู่" };
const MOVING: Text = Text { en: "is being moved to", th: "กำลังเลื่อนไปที่" };
const AHEAD: Text = Text { en: "Ahead of the machine", th: "ล่วงหน้าเครื่อง" };
const FREEZE: Text = Text { en: "Stop the clock", th: "หยุดนาฬิกา" };
const RESUME: Text = Text { en: "Let it run", th: "ให้นาฬิกาเดิน" };
const ADVANCE: Text =
    Text { en: "Let time pass", th: "เลื่อนเวลาไปข้างหน้า" };
const DURATION: Text = Text { en: "How long", th: "ระยะเวลา" };
const DURATION_HINT: Text = Text {
    en: "Such as PT90M, P1D or P1M. Everything that falls due on the way is done, each at its own time.",
    th: "เช่น PT90M, P1D หรือ P1M ทุกงานที่ถึงกำหนดระหว่างทางจะทำตามเวลาของมัน",
};
const SET: Text = Text { en: "Set the time", th: "ตั้งเวลา" };
const TIME: Text = Text { en: "Date and time", th: "วันและเวลา" };
const TIME_HINT: Text = Text {
    en: "Such as 2026-03-31T09:00:00+07:00. Backwards only the clock moves: what was done stays done.",
    th: "เช่น 2026-03-31T09:00:00+07:00 หากย้อนเวลา จะย้อนเฉพาะนาฬิกา สิ่งที่ทำไปแล้วคงอยู่",
};

/// The clock in a line.
pub(super) fn line(clock: &ClockState, language: Language) -> Markup {
    html! {
        a href=(Section::Clock.path()) { (Section::Clock.title().to(language)) } " "
        strong { (draw::moment(clock.date_time.timestamp().as_microsecond())) } " "
        @if let Some(progress) = &clock.advancing {
            span.state.wait { (MOVING.to(language)) } " " (progress.target)
        } @else if clock.frozen {
            span.state.wait { (FROZEN.to(language)) }
        } @else {
            span.state.good { (RUNS.to(language)) }
        }
    }
}

pub(super) fn show(visit: &Visit, live: &Live) -> Sheet {
    let language = visit.language();
    let duration = Input {
        value: "P1D",
        max_length: Some(64),
        hint: Some(DURATION_HINT),
        ..Input::new("duration", DURATION)
    };
    let now = live.clock.date_time.to_string();
    let time =
        Input { value: &now, max_length: Some(64), hint: Some(TIME_HINT), ..Input::new("dateTime", TIME) };
    let ahead = Some(html! { (live.clock.ahead_seconds) " s" });
    let (action, label) = if live.clock.frozen { ("resume", RESUME) } else { ("freeze", FREEZE) };
    let main = html! {
        p.now { (line(&live.clock, language)) }
        (draw::facts(language, vec![(AHEAD, ahead)]))
        form.card method="post" {
            (live.csrf)
            button.second name="do" value=(action) { (label.to(language)) }
        }
        form.card method="post" {
            h2 { (ADVANCE.to(language)) }
            (live.csrf) (duration.draw(language))
            button name="do" value="advance" { (ADVANCE.to(language)) }
        }
        form.card method="post" {
            h2 { (SET.to(language)) }
            (live.csrf) (time.draw(language))
            button.second name="do" value="set" { (SET.to(language)) }
        }
    };
    Sheet { title: Section::Clock.title().to(language).to_owned(), main }
}
