//! Logging in with the admin key, and how long that lasts.

use super::{Console, HOME};
use crate::{
    page::{self, Cookie, Input, Page, SameSite, Text, Visit},
    partner::hash,
};
use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD as BASE64_URL};
use bytes::Bytes;
use http::{HeaderValue, Response, StatusCode, header};
use jiff::{SignedDuration, Timestamp};
use maud::html;
use satang_core::Entropy;
use std::{
    collections::HashMap,
    sync::{Mutex, MutexGuard, PoisonError},
    time::Duration,
};

const COOKIE: &str = "satang_console";
/// How long a session lasts, by the machine's clock: moving the sandbox's must not log anybody out.
const LASTS: SignedDuration = SignedDuration::from_hours(12);
/// How many sessions there are at most; the oldest gives way.
const MOST_SESSIONS: usize = 64;
/// How many wrong keys cost nothing.
const FREE_TRIES: u32 = 3;
/// The longest wait after a wrong key, in seconds.
const LONGEST_WAIT: i64 = 60;

/// Who is logged in, and how often somebody tried in vain.
#[derive(Default)]
pub(super) struct Desk(Mutex<State>);

#[derive(Default)]
struct State {
    /// When each session ends, by the hash of its secret.
    sessions: HashMap<[u8; 32], Timestamp>,
    wrong_tries: u32,
    /// Until when no key is looked at.
    closed_until: Option<Timestamp>,
}

/// What came of a try to log in.
#[derive(Debug, PartialEq, Eq)]
enum Tried {
    Right,
    Wrong,
    /// No key is looked at for so many seconds.
    Closed(i64),
}

impl Desk {
    fn state(&self) -> MutexGuard<'_, State> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Looks at a key, unless there were too many wrong ones: each doubles the time until the next is looked at. That is
    /// for all who try, since whoever guesses can do so from many addresses.
    fn try_key(&self, now: Timestamp, is_right: impl FnOnce() -> bool) -> Tried {
        let mut state = self.state();
        if let Some(until) = state.closed_until.filter(|until| *until > now) {
            return Tried::Closed(until.duration_since(now).as_secs() + 1);
        }
        if is_right() {
            (state.wrong_tries, state.closed_until) = (0, None);
            return Tried::Right;
        }
        state.wrong_tries = state.wrong_tries.saturating_add(1);
        if let Some(beyond) = state.wrong_tries.checked_sub(FREE_TRIES) {
            let wait = 1_i64.checked_shl(beyond).unwrap_or(LONGEST_WAIT).clamp(1, LONGEST_WAIT);
            state.closed_until = now.checked_add(SignedDuration::from_secs(wait)).ok();
        }
        Tried::Wrong
    }

    fn open_session(&self, secret: &str, now: Timestamp) {
        let mut state = self.state();
        state.sessions.retain(|_, ends| *ends > now);
        let oldest = state.sessions.iter().min_by_key(|(_, ends)| **ends).map(|(id, _)| *id);
        if let Some(oldest) = oldest.filter(|_| state.sessions.len() >= MOST_SESSIONS) {
            state.sessions.remove(&oldest);
        }
        let ends = now.checked_add(LASTS).unwrap_or(Timestamp::MAX);
        state.sessions.insert(hash(secret.as_bytes()), ends);
    }

    fn has_session(&self, secret: &str, now: Timestamp) -> bool {
        self.state().sessions.get(&hash(secret.as_bytes())).is_some_and(|ends| *ends > now)
    }

    fn close_session(&self, secret: &str) {
        self.state().sessions.remove(&hash(secret.as_bytes()));
    }
}

impl Console {
    /// The secret of the visitor's session, if there is one.
    pub(super) fn session(&self, visit: &Visit) -> Option<String> {
        let secret = visit.cookie(COOKIE)?;
        self.desk.has_session(secret, self.gateway.clock.machine_now()).then(|| secret.to_owned())
    }

    pub(super) fn log_in(&self, visit: &Visit) -> Response<Bytes> {
        let Some(given) = visit.form() else { return form(visit, StatusCode::OK, None) };
        let now = self.gateway.clock.machine_now();
        match self.desk.try_key(now, || self.control.has_key(given.field("key"))) {
            Tried::Right => {}
            Tried::Wrong => {
                tracing::warn!("somebody tried to open the console with a wrong key");
                return form(visit, StatusCode::FORBIDDEN, Some(WRONG));
            }
            Tried::Closed(seconds) => {
                let mut refused = form(visit, StatusCode::TOO_MANY_REQUESTS, Some(CLOSED));
                refused.headers_mut().insert(header::RETRY_AFTER, HeaderValue::from(seconds));
                return refused;
            }
        }
        let mut secret = [0; 32];
        self.gateway.fill(&mut secret);
        let secret = BASE64_URL.encode(secret);
        self.desk.open_session(&secret, now);
        // Never to another site: only what is below the console.
        let to = Some(given.field("to")).filter(|to| to.starts_with(HOME)).unwrap_or(HOME);
        let mut response = page::redirect(visit, to);
        let lasts = Duration::try_from(LASTS).ok();
        let cookie = Cookie { name: COOKIE, value: &secret, path: HOME, same_site: SameSite::Strict, lasts };
        cookie.set_on(&mut response, visit);
        response
    }

    pub(super) fn log_out(&self, visit: &Visit) -> Response<Bytes> {
        if let Some(secret) = visit.cookie(COOKIE) {
            self.desk.close_session(secret);
        }
        let mut response = page::redirect(visit, HOME);
        let lasts = Some(Duration::ZERO);
        Cookie { name: COOKIE, value: "", path: HOME, same_site: SameSite::Strict, lasts }
            .set_on(&mut response, visit);
        response
    }
}

const TITLE: Text = Text { en: "Console", th: "คอนโซล" };
const KEY: Text = Text { en: "Admin key", th: "กุญแจผู้ดูแล" };
const KEY_HINT: Text = Text {
    en: "The one that the server was started with.",
    th: "กุญแจที่กำหนดไว้เมื่อเริ่มเซิร์ฟเวอร์",
};
const LOG_IN: Text = Text { en: "Log in", th: "เข้าสู่ระบบ" };
const WRONG: Text =
    Text { en: "This is not the admin key.", th: "กุญแจไม่ถูกต้อง" };
const CLOSED: Text = Text {
    en: "There were too many wrong keys, so this one was not looked at. Wait a minute.",
    th: "มีการใส่กุญแจผิดหลายครั้ง กุญแจนี้จึงยังไม่ถูกตรวจ กรุณารอหนึ่งนาที",
};

/// The page on which to log in.
pub(super) fn form(visit: &Visit, status: StatusCode, error: Option<Text>) -> Response<Bytes> {
    let language = visit.language();
    let key = Input {
        kind: "password",
        autocomplete: "current-password",
        hint: Some(KEY_HINT),
        error,
        ..Input::new("key", KEY)
    };
    let main = html! {
        h1 { (TITLE.to(language)) }
        form method="post" action={ (HOME) "/login" } {
            // Where the visitor wanted to go; not after a try, whose own address that would be.
            @if visit.form().is_none() { input type="hidden" name="to" value=(visit.address_with(&[])); }
            (key.draw(language))
            button { (LOG_IN.to(language)) }
        }
        p { a href="/docs/" { "OpenAPI" } }
    };
    Page::new(visit, TITLE.to(language), main).with_status(status).answer()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_wrong_key_makes_the_next_wait_longer_and_a_right_one_forgets() {
        let desk = Desk::default();
        let at = |second| Timestamp::from_second(second).unwrap();
        for _ in 0..FREE_TRIES {
            assert_eq!(desk.try_key(at(0), || false), Tried::Wrong);
        }
        assert_eq!(desk.try_key(at(0), || panic!("not looked at")), Tried::Closed(2));
        assert_eq!(desk.try_key(at(1), || false), Tried::Wrong);
        assert_eq!(desk.try_key(at(2), || panic!("not looked at")), Tried::Closed(2));
        let mut now = 3;
        for _ in 0..80 {
            assert_eq!(desk.try_key(at(now), || false), Tried::Wrong);
            now += LONGEST_WAIT;
        }
        assert_eq!(desk.try_key(at(now), || true), Tried::Right);
        assert_eq!(desk.try_key(at(now), || false), Tried::Wrong);
        assert_eq!(desk.try_key(at(now), || true), Tried::Right, "tries are free again");
    }

    #[test]
    fn a_session_ends_and_the_oldest_gives_way() {
        let desk = Desk::default();
        let at = |second| Timestamp::from_second(second).unwrap();
        for number in 0..=i64::try_from(MOST_SESSIONS).unwrap() {
            desk.open_session(&format!("s{number}"), at(number));
        }
        assert!(!desk.has_session("s0", at(100)) && desk.has_session("s1", at(100)));
        assert!(!desk.has_session("s1", at(1).checked_add(LASTS).unwrap()));
        desk.close_session("s2");
        assert!(!desk.has_session("s2", at(100)) && !desk.has_session("", at(100)));
    }
}
