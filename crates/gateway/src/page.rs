//! Web pages: one shell for all of them, in Thai and English, for phones first, without a script that is needed.
//!
//! A part of the site reads a request as a [`Visit`], and answers with a [`Page`], a [`redirect`] or a [`failure`]:
//!
//! ```text
//! const TITLE: Text = Text { en: "Sign in", th: "เข้าสู่ระบบ" };
//!
//! let visit = match Visit::read(request, &gateway.public_url).await {
//!     Ok(visit) => visit,
//!     Err(refused) => return refused,
//! };
//! let csrf = Csrf::of(session);
//! let main = html! {
//!     form method="post" {
//!         (csrf.field())
//!         (Input { error, ..Input::new("user", USER) }.draw(visit.language()))
//!         button { (TITLE.to(visit.language())) }
//!     }
//! };
//! Page::new(&visit, TITLE.to(visit.language()), main).may_lead_to(&return_uri).answer()
//! ```
//!
//! Every answer forbids to be framed, cached, or to load anything from elsewhere.

mod cookie;
mod form;
mod language;
mod style;
mod visit;

pub(crate) use cookie::{Cookie, SameSite};
pub(crate) use form::{Csrf, Form, Input};
pub(crate) use language::{Language, Text};
pub(crate) use style::answer as style;
pub(crate) use visit::Visit;

use base64::{Engine, engine::general_purpose::STANDARD as BASE64};
use bytes::Bytes;
use http::{HeaderMap, HeaderName, HeaderValue, Method, Response, StatusCode, Uri, header};
use maud::{DOCTYPE, Markup, PreEscaped, html};
use sha2::{Digest as _, Sha256};
use std::{sync::LazyLock, time::Duration};

/// Remembers the language that a visitor has chosen.
const LANGUAGE_COOKIE: &str = "lang";
const LANGUAGE_LASTS: Duration = Duration::from_secs(365 * 24 * 3600);

/// What stands above a page that is as wide as the window.
pub(crate) struct Navigation {
    /// The ways to other pages: a line of their own.
    pub(crate) links: Markup,
    /// What can be done from each page.
    pub(crate) tools: Markup,
}

/// A page.
pub(crate) struct Page<'v> {
    visit: &'v Visit,
    title: String,
    main: Markup,
    navigation: Option<Navigation>,
    status: StatusCode,
    is_renewed: bool,
    /// Where its forms may lead, beside back to us.
    form_actions: Vec<String>,
}

impl<'v> Page<'v> {
    /// A page with this title and content, as narrow as a phone.
    pub(crate) fn new(visit: &'v Visit, title: impl Into<String>, main: Markup) -> Self {
        let title = title.into();
        Self {
            visit,
            title,
            main,
            navigation: None,
            status: StatusCode::OK,
            is_renewed: false,
            form_actions: Vec::new(),
        }
    }

    /// As wide as the window, with links above it.
    pub(crate) fn with_navigation(mut self, navigation: Navigation) -> Self {
        self.navigation = Some(navigation);
        self
    }

    pub(crate) fn with_status(mut self, status: StatusCode) -> Self {
        self.status = status;
        self
    }

    /// Keeps what the page shows up to date, if that is wanted: by a script while it is looked at, by loading it again
    /// where there is none.
    pub(crate) fn renewing(mut self, is_renewed: bool) -> Self {
        self.is_renewed = is_renewed;
        self
    }

    /// Lets the forms of the page end, by redirect, at another address: browsers refuse that unless it was told.
    pub(crate) fn may_lead_to(mut self, address: &str) -> Self {
        self.form_actions.extend(source(address));
        self
    }

    /// The answer with the page in it.
    pub(crate) fn answer(self) -> Response<Bytes> {
        let policy = self.policy();
        let visit = self.visit;
        let mut response = Response::new(Bytes::from(self.draw().into_string()));
        *response.status_mut() = self.status;
        let headers = response.headers_mut();
        headers.insert(header::CONTENT_TYPE, HeaderValue::from_static("text/html; charset=utf-8"));
        secure(headers);
        if let Ok(policy) = HeaderValue::from_str(&policy) {
            headers.insert(header::CONTENT_SECURITY_POLICY, policy);
        }
        if visit.has_chosen_language() {
            let value = visit.language().code();
            let lasts = Some(LANGUAGE_LASTS);
            Cookie { name: LANGUAGE_COOKIE, value, path: "/", same_site: SameSite::Lax, lasts }
                .set_on(&mut response, visit);
        }
        response
    }

    fn policy(&self) -> String {
        let mut policy = NOTHING_FROM_ELSEWHERE.to_owned();
        policy.push_str("; style-src 'self'; img-src 'self' data:; form-action 'self'");
        for action in &self.form_actions {
            policy.push(' ');
            policy.push_str(action);
        }
        if self.is_renewed {
            policy.push_str("; connect-src 'self'; script-src ");
            policy.push_str(&RENEWAL_HASH);
        }
        policy
    }

    fn draw(&self) -> Markup {
        let language = self.visit.language();
        html! {
            (DOCTYPE)
            html lang=(language.code()) {
                head {
                    meta charset="utf-8";
                    meta name="viewport" content="width=device-width, initial-scale=1";
                    meta name="color-scheme" content="light dark";
                    title { (self.title) " · Satang" }
                    link rel="icon" href=(ICON);
                    link rel="stylesheet" href=(style::path());
                    @if self.is_renewed {
                        noscript { meta http-equiv="refresh" content="5"; }
                        script { (PreEscaped(RENEWAL)) }
                    }
                }
                body.narrow[self.navigation.is_none()] {
                    header.top {
                        span.brand { (PreEscaped(MARK)) "Satang" }
                        span.sandbox { (SANDBOX.to(language)) }
                        @if let Some(navigation) = &self.navigation { div.tools { (navigation.tools) } }
                        (self.languages())
                        @if let Some(navigation) = &self.navigation { nav { (navigation.links) } }
                    }
                    main { (self.main) }
                    footer { (NO_BANK.to(language)) }
                }
            }
        }
    }

    fn languages(&self) -> Markup {
        html! {
            span.languages {
                @for language in Language::ALL {
                    @let code = language.code();
                    @if language == self.visit.language() {
                        span aria-current="true" lang=(code) { (language.name()) }
                    } @else {
                        a href=(self.visit.address_with(&[("lang", Some(code))])) lang=(code) hreflang=(code) {
                            (language.name())
                        }
                    }
                }
            }
        }
    }
}

const SANDBOX: Text = Text { en: "Sandbox", th: "ระบบทดสอบ" };
const NO_BANK: Text = Text {
    en: "A sandbox: no real bank, no real money.",
    th: "ระบบทดสอบ ไม่ใช่ธนาคารจริง ไม่มีเงินจริง",
};

/// A coin.
const MARK: &str = r#"<svg viewBox="0 0 16 16" aria-hidden="true"><circle cx="8" cy="8" r="7"/><circle cx="8" cy="8" r="3.2" class="hole"/></svg>"#;
const ICON: &str = "data:image/svg+xml,%3Csvg xmlns='http://www.w3.org/2000/svg' viewBox='0 0 16 16'%3E%3Ccircle \
    cx='8' cy='8' r='7' fill='%230f766e'/%3E%3C/svg%3E";

/// Replaces what the page shows by what it would show now, every two seconds while somebody looks.
const RENEWAL: &str = "setInterval(async()=>{if(document.hidden)return;try{const answer=await fetch(location.href);\
    if(!answer.ok)return;const page=new DOMParser().parseFromString(await answer.text(),'text/html');\
    document.querySelector('main').replaceWith(page.querySelector('main'))}catch{}},2000)";

/// What allows that script, and no other.
static RENEWAL_HASH: LazyLock<String> =
    LazyLock::new(|| format!("'sha256-{}'", BASE64.encode(Sha256::digest(RENEWAL))));

/// The policy that all pages begin with.
pub(crate) const NOTHING_FROM_ELSEWHERE: &str = "default-src 'none'; base-uri 'none'; frame-ancestors 'none'";

/// What every answer to a browser says.
pub(crate) fn secure(headers: &mut HeaderMap) {
    let said: [(HeaderName, &'static str); 5] = [
        (header::CACHE_CONTROL, "no-store"),
        // Not `no-referrer`: browsers would then post forms without saying where they are from.
        (header::REFERRER_POLICY, "same-origin"),
        (header::X_CONTENT_TYPE_OPTIONS, "nosniff"),
        (header::X_FRAME_OPTIONS, "DENY"),
        (HeaderName::from_static("cross-origin-opener-policy"), "same-origin"),
    ];
    for (name, value) in said {
        headers.insert(name, HeaderValue::from_static(value));
    }
}

/// A file for whoever has its address, or the status of an address that has none.
pub(crate) fn file(status: StatusCode, media_type: &'static str, body: Vec<u8>) -> Response<Bytes> {
    let mut file = Response::new(Bytes::from(body));
    *file.status_mut() = status;
    secure(file.headers_mut());
    file.headers_mut().insert(header::CONTENT_TYPE, HeaderValue::from_static(media_type));
    file
}

/// The refusal of a method by which no file can be had.
pub(crate) fn refuse_other_than_get(method: &Method) -> Option<Response<Bytes>> {
    if *method == Method::GET || *method == Method::HEAD {
        return None;
    }
    let mut refused = file(StatusCode::METHOD_NOT_ALLOWED, "text/plain", Vec::new());
    refused.headers_mut().insert(header::ALLOW, HeaderValue::from_static("GET, HEAD"));
    Some(refused)
}

/// Leads the visitor on, by GET. An address that no header can hold leads to a page that says so.
pub(crate) fn redirect(visit: &Visit, address: &str) -> Response<Bytes> {
    let Ok(location) = HeaderValue::from_str(address) else {
        return failure(visit, StatusCode::INTERNAL_SERVER_ERROR);
    };
    let mut response = Response::new(Bytes::new());
    *response.status_mut() = StatusCode::SEE_OTHER;
    secure(response.headers_mut());
    response.headers_mut().insert(header::LOCATION, location);
    response
}

/// The page of a request that cannot be answered as asked.
pub(crate) fn failure(visit: &Visit, status: StatusCode) -> Response<Bytes> {
    let (title, text) = said_of(status);
    let language = visit.language();
    let main = html! {
        h1 { (title.to(language)) }
        p { (text.to(language)) }
        p.quiet { (status.as_u16()) }
    };
    Page::new(visit, title.to(language), main).with_status(status).answer()
}

const fn said(en: (&'static str, &'static str), th: (&'static str, &'static str)) -> (Text, Text) {
    (Text { en: en.0, th: th.0 }, Text { en: en.1, th: th.1 })
}

fn said_of(status: StatusCode) -> (Text, Text) {
    match status {
        StatusCode::NOT_FOUND => said(
            ("There is no such page", "It may have existed, or the link is wrong."),
            ("ไม่พบหน้านี้", "หน้านี้อาจเคยมีอยู่ หรือลิงก์ไม่ถูกต้อง"),
        ),
        StatusCode::FORBIDDEN => said(
            (
                "This is not allowed",
                "The form does not come from a page of this server, or the page is too old. Go back and load it again.",
            ),
            ("ไม่อนุญาต", "แบบฟอร์มไม่ได้มาจากหน้าของเซิร์ฟเวอร์นี้ หรือหน้าเก่าเกินไป กรุณาย้อนกลับแล้วโหลดใหม่"),
        ),
        StatusCode::MISDIRECTED_REQUEST => said(
            (
                "This server has another name",
                "Pages are served under the server's public address only, or under its IP address.",
            ),
            ("เซิร์ฟเวอร์นี้ใช้ชื่ออื่น", "เปิดหน้าได้ผ่านที่อยู่สาธารณะของเซิร์ฟเวอร์ หรือหมายเลข IP เท่านั้น"),
        ),
        StatusCode::TOO_MANY_REQUESTS => said(
            ("Too many at once", "Nothing was done. Try again in a moment."),
            ("มีคำขอมากเกินไป", "ยังไม่มีการดำเนินการใด กรุณาลองใหม่อีกครั้ง"),
        ),
        status if status.is_server_error() => said(
            (
                "Something went wrong here",
                "What became of the request is not known. The server's log says why.",
            ),
            ("เกิดข้อผิดพลาดในระบบ", "ไม่ทราบผลของคำขอ ดูสาเหตุได้ในบันทึกของเซิร์ฟเวอร์"),
        ),
        _ => said(
            (
                "This request cannot be answered",
                "It is not what a form of this server sends. Nothing was done.",
            ),
            ("ไม่สามารถดำเนินการตามคำขอนี้", "คำขอไม่ตรงกับแบบฟอร์มของเซิร์ฟเวอร์นี้ ยังไม่มีการดำเนินการใด"),
        ),
    }
}

/// What a policy calls the place of an address: its origin, or the scheme of an app.
fn source(address: &str) -> Option<String> {
    let (scheme, rest) = address.split_once(':')?;
    if scheme.is_empty() || !scheme.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"+-.".contains(&byte))
    {
        return None;
    }
    if !["http", "https"].contains(&scheme) {
        return Some(format!("{scheme}:"));
    }
    let uri: Uri = format!("{scheme}:{rest}").parse().ok()?;
    let host = uri.host()?;
    let plain = host.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"-.:[]".contains(&byte));
    let port = uri.port().map(|port| format!(":{port}")).unwrap_or_default();
    plain.then(|| format!("{scheme}://{host}{port}"))
}

#[cfg(test)]
mod tests;
