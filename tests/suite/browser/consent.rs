//! The pages on which a customer agrees, as a customer sees them: on a phone in Thai, on a desktop in English.

use super::{Browser, Served, Window};
use bytes::Bytes;
use http::Request;
use http_body_util::Full;
use jiff::SignedDuration;
use satang_gateway::{
    Agreement, CallbackProfile,
    demo::{self, APP_PIN, CARD_PIN, CREDITOR_ACCOUNT, CUSTOMERS, Customer, PASSWORD},
    store::StoreError,
};
use serde_json::{Value as Json, json};

const SOMCHAI: &Customer = &CUSTOMERS[0];

/// How a test looks at the pages: a phone in Thai without a script, and a desktop in English.
const WINDOWS: [(&str, Window); 2] =
    [("phone-th", Window::PHONE.without_script()), ("desktop-en", Window::DESKTOP)];

/// What the pages say, in the language of the window.
fn said(window: Window, en: &'static str, th: &'static str) -> &'static str {
    if window.language == "th" { th } else { en }
}

/// A bank, and a partner elsewhere, so that the browser has another origin to return to.
struct Bank {
    served: Served,
    /// Has no such page, but answers.
    partner: Served,
    token: String,
}

impl Bank {
    async fn open() -> Self {
        let (served, partner) = (Served::start().await, Served::start().await);
        let agreement = Agreement {
            registration_account: Some(CREDITOR_ACCOUNT.into()),
            redirect_uris: vec![partner.at("/partner/back?shop=1")],
            callback_url: Some(demo::CALLBACK_URL.into()),
            callback_profile: CallbackProfile::Signature,
        };
        served.gateway.agree(demo::CLIENT_ID, agreement).await.unwrap();
        let mut bank = Self { served, partner, token: String::new() };
        let form = format!(
            "grant_type=client_credentials&client_id={}&client_secret={}",
            demo::CLIENT_ID,
            demo::CLIENT_SECRET
        );
        let answer = bank.ask("/auth/oauth/v2/token", "application/x-www-form-urlencoded", form).await;
        answer["access_token"].as_str().unwrap().clone_into(&mut bank.token);
        bank
    }

    async fn ask(&self, path: &str, kind: &str, body: String) -> Json {
        let mut request = Request::post(path)
            .header("content-type", kind)
            .header("x-client-transaction-id", "11111111-2222-4333-8444-555555555555");
        if !self.token.is_empty() {
            request = request.header("authorization", format!("Bearer {}", self.token));
        }
        let request = request.body(Full::new(Bytes::from(body)));
        let answer = self.served.gateway.site().answer(request.unwrap()).await;
        serde_json::from_slice(answer.body()).unwrap()
    }

    /// The authorize URL of a new context.
    async fn authorize(&self) -> String {
        let context = json!({ "direct-debit-registration": { "ref1": "REG0001", "ref2": "ลูกค้า 42" } });
        let path = "/rest/api/v1/authorization/prepareOAuthContext";
        let answer = self.ask(path, "application/json", context.to_string()).await;
        let query = form_urlencoded::Serializer::new(String::new())
            .extend_pairs([
                ("response_type", "code"),
                ("client_id", demo::CLIENT_ID),
                ("redirect_uri", &self.partner.at("/partner/back?shop=1")),
                ("scope", "direct-debit-registration"),
                ("oauth_context_id", answer["oauth_context_id"].as_str().unwrap()),
                ("state", "xyz"),
            ])
            .finish();
        self.served.at(&format!("/auth/oauth/v2/authorize?{query}"))
    }

    async fn deeplink(&self) -> String {
        let request = json!({ "referenceNumber1": "REG0001", "returnDeeplink": "partner://registered" });
        let path = "/rest/api/v1/corporateServices/directDebit/getKMADeeplink";
        let answer = self.ask(path, "application/json", request.to_string()).await;
        answer["deeplinkUrl"].as_str().unwrap().to_owned()
    }

    async fn otp(&self) -> String {
        let sql = "SELECT content FROM message ORDER BY created_at DESC, id DESC LIMIT 1";
        let content = self.served.gateway.store().read(move |tx| tx.query_one(sql, &[], |row| row.text(0)));
        let content = content.await.unwrap_or_else(|error: StoreError| panic!("{error}")).unwrap();
        content.split(' ').find(|word| word.len() == 6 && word.parse::<u32>().is_ok()).unwrap().to_owned()
    }
}

async fn press(browser: &Browser, action: &str) {
    browser.turn_over(&format!("button[value={action}]")).await;
}

/// The page fits, is well formed for those who do not see it, and leaves a picture.
async fn look(browser: &Browser, name: &str, window: &str) {
    browser.assert_fits(name).await;
    let unlabelled = "return [...document.querySelectorAll('input:not([type=hidden])')]
        .filter(input => !input.labels.length).length";
    assert_eq!(browser.ask(unlabelled).await, 0, "{name}: an input without a label");
    let small = "return [...document.querySelectorAll('button, a.button, input:not([type=hidden])')]
        .map(it => (it.closest('label.choice') ?? it).getBoundingClientRect().height).filter(it => it < 44).length";
    assert_eq!(browser.ask(small).await, 0, "{name}: too small for a thumb");
    browser.picture(&format!("consent-{name}-{window}")).await;
}

async fn fill_card(browser: &Browser, pin: &str) {
    browser.fill("national_id", SOMCHAI.national_id).await;
    // A date is typed as the window's language writes it, so it is set instead.
    let date = format!("document.querySelector('[name=birth_date]').value = '{}'", SOMCHAI.birth_date);
    browser.ask(&date).await;
    browser.fill("card_number", SOMCHAI.card_number).await;
    browser.fill("pin", pin).await;
}

#[tokio::test]
async fn a_customer_registers_with_web_banking() {
    for (name, window) in WINDOWS {
        let Some(browser) = Browser::open(window).await else { return };
        let bank = Bank::open().await;
        browser.go(&bank.authorize().await).await;
        assert_eq!(browser.text("h1").await, said(window, "Register for direct debit", "สมัครหักบัญชีอัตโนมัติ"));
        look(&browser, "channel", name).await;
        press(&browser, "login").await;
        browser.fill("user_name", SOMCHAI.user_name).await;
        browser.fill("password", "wrong").await;
        press(&browser, "password").await;
        let wrong = said(window, "The user name or the password is wrong.", "ชื่อผู้ใช้หรือรหัสผ่านไม่ถูกต้อง");
        assert_eq!(browser.text("#password-error").await, wrong);
        look(&browser, "login-wrong", name).await;
        browser.fill("password", PASSWORD).await;
        press(&browser, "password").await;
        look(&browser, "account", name).await;
        browser.click("label.choice:nth-of-type(2)").await;
        press(&browser, "account").await;
        assert_eq!(browser.text("h1").await, said(window, "Confirm", "ยืนยันการสมัคร"));
        look(&browser, "confirm", name).await;
        press(&browser, "back").await;
        press(&browser, "account").await;
        press(&browser, "agree").await;
        let back = browser.path().await;
        assert!(back.starts_with("/partner/back?shop=1&code=") && back.ends_with("&state=xyz"), "{back}");
        browser.close().await;
    }
}

#[tokio::test]
async fn a_customer_registers_with_a_card() {
    for (name, window) in WINDOWS {
        let Some(browser) = Browser::open(window).await else { return };
        let bank = Bank::open().await;
        browser.go(&bank.authorize().await).await;
        press(&browser, "card").await;
        look(&browser, "card", name).await;
        fill_card(&browser, CARD_PIN).await;
        press(&browser, "show_card").await;
        assert_eq!(browser.text("h1").await, said(window, "Enter the one-time password", "กรอกรหัส OTP"));
        look(&browser, "otp", name).await;
        browser.fill("otp", &bank.otp().await).await;
        press(&browser, "otp").await;
        press(&browser, "agree").await;
        let back = browser.path().await;
        assert!(back.starts_with("/partner/back?shop=1&code="), "{back}");
        browser.close().await;
    }
}

#[tokio::test]
async fn a_customer_registers_in_the_app() {
    for (name, window) in WINDOWS {
        let Some(browser) = Browser::open(window).await else { return };
        let bank = Bank::open().await;
        browser.go(&bank.deeplink().await).await;
        look(&browser, "app", name).await;
        browser.fill("user_name", SOMCHAI.user_name).await;
        browser.fill("pin", APP_PIN).await;
        press(&browser, "app").await;
        press(&browser, "account").await;
        press(&browser, "agree").await;
        assert_eq!(browser.text("h1").await, said(window, "Registered", "สมัครสำเร็จ"));
        let link = browser.find("a.button").await.attr("href").await.unwrap().unwrap();
        assert!(
            link.starts_with("partner://registered?journeyIdentifier=") && link.ends_with("&status=ACTV")
        );
        look(&browser, "app-done", name).await;
        browser.close().await;
    }
}

#[tokio::test]
async fn a_customer_refuses() {
    for (_, window) in WINDOWS {
        let Some(browser) = Browser::open(window).await else { return };
        let bank = Bank::open().await;
        browser.go(&bank.authorize().await).await;
        press(&browser, "login").await;
        // Without having filled in anything.
        press(&browser, "refuse").await;
        let back = browser.path().await;
        assert!(back.starts_with("/partner/back?shop=1&error=access_denied&"), "{back}");
        browser.close().await;
    }
}

#[tokio::test]
async fn a_customer_is_wrong_too_often() {
    for (name, window) in WINDOWS {
        let Some(browser) = Browser::open(window).await else { return };
        let bank = Bank::open().await;
        let ended = said(window, "Not registered", "สมัครไม่สำเร็จ");
        let back = said(window, "Return to Demo Partner", "กลับไปที่ Demo Partner");

        browser.go(&bank.authorize().await).await;
        press(&browser, "login").await;
        for _ in 0..3 {
            browser.fill("user_name", SOMCHAI.user_name).await;
            browser.fill("password", "wrong").await;
            press(&browser, "password").await;
        }
        assert_eq!(browser.text("h1").await, ended);
        look(&browser, "ended", name).await;
        browser.follow(back).await;
        assert!(browser.path().await.starts_with("/partner/back?shop=1&error=access_denied&"));

        browser.go(&bank.authorize().await).await;
        press(&browser, "card").await;
        for _ in 0..3 {
            fill_card(&browser, "000000").await;
            press(&browser, "show_card").await;
        }
        assert_eq!(browser.text("h1").await, ended);

        browser.go(&bank.deeplink().await).await;
        for _ in 0..2 {
            browser.fill("user_name", SOMCHAI.user_name).await;
            browser.fill("pin", "000000").await;
            press(&browser, "app").await;
        }
        look(&browser, "app-wrong", name).await;
        browser.fill("pin", "000000").await;
        press(&browser, "app").await;
        assert_eq!(browser.text("h1").await, ended);
        browser.close().await;
    }
}

#[tokio::test]
async fn a_customer_is_too_late() {
    for (name, window) in WINDOWS {
        let Some(browser) = Browser::open(window).await else { return };
        let bank = Bank::open().await;
        browser.go(&bank.authorize().await).await;
        press(&browser, "login").await;
        let gateway = &bank.served.gateway;
        let later = satang_core::Clock::now(&**gateway) + SignedDuration::from_mins(10);
        gateway.advance_to(later).await.unwrap();
        browser.fill("user_name", SOMCHAI.user_name).await;
        browser.fill("password", PASSWORD).await;
        press(&browser, "password").await;
        assert_eq!(browser.text("h1").await, said(window, "The time is up", "หมดเวลา"));
        look(&browser, "late", name).await;
        browser.close().await;
    }
}

#[tokio::test]
async fn a_link_is_wrong() {
    for (name, window) in WINDOWS {
        let Some(browser) = Browser::open(window).await else { return };
        let bank = Bank::open().await;
        browser.go(&bank.served.at("/auth/oauth/v2/authorize?client_id=nobody&redirect_uri=a:b")).await;
        assert_eq!(browser.text("h1").await, said(window, "This link cannot be used", "ลิงก์นี้ใช้ไม่ได้"));
        look(&browser, "wrong-link", name).await;
        // The journey stays in the language that the customer chooses on the way.
        browser.go(&bank.authorize().await).await;
        browser.follow(said(window, "ไทย", "English")).await;
        press(&browser, "login").await;
        let other = if window.language == "th" {
            "Log in to web banking"
        } else {
            "เข้าสู่ระบบธนาคารออนไลน์"
        };
        assert_eq!(browser.text("h1").await, other);
        browser.close().await;
    }
}
