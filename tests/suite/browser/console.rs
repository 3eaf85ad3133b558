//! The console: who may open it, what it shows, and what can be done with it.

use super::{Browser, Served, Window, served::ADMIN_KEY};
use satang_gateway::demo;

/// Logs in, without which nothing else is to be seen.
pub(super) async fn log_in(browser: &Browser, served: &Served) {
    browser.go(&served.at("/")).await;
    browser.fill("key", ADMIN_KEY).await;
    browser.turn_over("main button").await;
    assert_eq!(browser.path().await, "/console");
}

#[tokio::test]
async fn only_who_has_the_key_gets_in() {
    let Some(browser) = Browser::open(Window::PHONE.without_script()).await else { return };
    let served = Served::with_console().await;

    browser.go(&served.at("/console/ledger")).await;
    assert_eq!(browser.count("table").await, 0);
    browser.picture("login-phone-th").await;
    browser.fill("key", "a-wrong-key").await;
    browser.turn_over("main button").await;
    assert_eq!(browser.text("#key-error").await, "กุญแจไม่ถูกต้อง");
    browser.picture("login-wrong-phone-th").await;

    browser.go(&served.at("/console/ledger")).await;
    browser.fill("key", ADMIN_KEY).await;
    browser.turn_over("main button").await;
    assert_eq!(browser.path().await, "/console/ledger", "on to where the visitor wanted to go");
    browser.turn_over(".out button").await;
    browser.go(&served.at("/console")).await;
    assert_eq!(browser.count("#key").await, 1, "logged out");
    browser.close().await;
}

#[tokio::test]
async fn without_a_key_there_is_no_console() {
    let Some(browser) = Browser::open(Window::DESKTOP.without_script()).await else { return };
    let served = Served::start().await;
    for path in ["/", "/console", "/console/login"] {
        browser.go(&served.at(path)).await;
        assert_eq!(browser.text("h1").await, "There is no such page", "{path}");
    }
    browser.close().await;
}

#[tokio::test]
async fn every_page_is_drawn_and_fits_a_phone_and_a_desk() {
    let looks = [
        ("phone-th", Window::PHONE.without_script()),
        ("phone-en-dark", Window::PHONE.dark().speaking("en")),
        ("desktop-en", Window::DESKTOP),
        ("desktop-th-dark", Window::DESKTOP.dark().speaking("th")),
    ];
    let served = Served::with_console().await;
    let paid = served.history().await;
    let account = format!("/console/ledger/{}", demo::CREDITOR_ACCOUNT);
    for (look, window) in looks {
        let Some(browser) = Browser::open(window).await else { return };
        log_in(&browser, &served).await;
        for (name, path) in [
            ("overview", "/console"),
            ("payments", "/console/payments"),
            ("payment", &format!("/console/payments/{}", paid.payment)),
            ("registrations", "/console/registrations"),
            ("registration", &format!("/console/registrations/{}", demo::DRAWERS[0].token)),
            ("schedules", "/console/schedules"),
            ("schedule", &format!("/console/schedules/{}", paid.schedule)),
            ("slips", "/console/slips"),
            ("slip", &format!("/console/slips/{}", paid.slip)),
            ("hub", "/console/hub"),
            ("callbacks", "/console/callbacks"),
            ("callback", &format!("/console/callbacks/{}", paid.callback)),
            ("ledger", "/console/ledger"),
            ("account", &account),
            ("messages", "/console/messages"),
            ("events", "/console/events"),
            ("partners", "/console/partners"),
            ("partner", "/console/partners/demo-partner"),
            ("clock", "/console/clock"),
            ("faults", "/console/faults"),
            ("search", &format!("/console/search?q={}", paid.payment)),
        ] {
            browser.go(&served.at(path)).await;
            assert_eq!(
                browser.count("nav [aria-current=page]").await,
                usize::from(name != "search"),
                "{path}"
            );
            let rows = browser.count("main tbody tr, main dl, main li, main form").await;
            assert!(rows > 0, "{path} shows nothing");
            browser.assert_fits(path).await;
            if !window.is_phone {
                let tops =
                    "return new Set([...document.querySelectorAll('nav a')].map(it => it.offsetTop)).size";
                assert_eq!(browser.ask(tops).await, 1, "the links are on one line: {path}");
            }
            browser.picture(&format!("console-{name}-{look}")).await;
            let number = browser.text("body").await.contains(demo::CREDITOR_ACCOUNT);
            assert_eq!(
                number,
                name == "account",
                "the number is shown in full where it was opened only: {path}"
            );
        }
        browser.close().await;
    }
}

#[tokio::test]
async fn the_operator_moves_the_clock_and_makes_calls_fail_without_a_script() {
    let Some(browser) = Browser::open(Window::DESKTOP.without_script()).await else { return };
    let served = Served::with_console().await;
    log_in(&browser, &served).await;

    browser.follow("Clock").await;
    browser.turn_over("button[value=freeze]").await;
    assert!(browser.text(".now").await.contains("stands still"));
    browser.fill("duration", "P1D").await;
    browser.turn_over("button[value=advance]").await;
    assert!(browser.text(".now").await.contains("2026-03-02 09:00"), "{}", browser.text(".now").await);
    browser.fill("duration", "a day").await;
    browser.turn_over("button[value=advance]").await;
    assert_eq!(browser.text("h1").await, "This was not done");
    assert!(browser.text(".error").await.contains("/duration"));

    browser.follow("Faults").await;
    browser.fill("parameter", "250").await;
    browser.fill("times", "3").await;
    browser.turn_over("button[value=add]").await;
    let fault: Vec<_> =
        browser.text("tbody tr").await.split_whitespace().take(2).map(str::to_owned).collect();
    assert_eq!(fault, ["DELAY", "250"]);
    browser.follow("Overview").await;
    assert!(browser.text(".attention").await.contains("DELAY"));
    browser.follow("Faults").await;
    browser.turn_over("button[value=remove]").await;
    assert_eq!(browser.count("tbody tr").await, 0);
    browser.close().await;
}

#[tokio::test]
async fn the_slip_of_a_payment_is_shown_with_its_picture_without_a_script() {
    let Some(browser) = Browser::open(Window::DESKTOP.without_script()).await else { return };
    let served = Served::with_console().await;
    let history = served.history().await;
    log_in(&browser, &served).await;

    browser.follow("Payments").await;
    assert_eq!(browser.count("tbody a[href^='/console/slips/']").await, 1, "the rejected payment has none");
    browser.turn_over("tbody a[href^='/console/slips/']").await;
    assert_eq!(browser.path().await, format!("/console/slips/{}", history.slip));
    let drawn = "const it = document.querySelector('.slip img'); return [it.complete, it.naturalWidth]";
    assert_eq!(browser.ask(drawn).await, serde_json::json!([true, 720]), "the picture is loaded");
    let facts = browser.text("dl").await;
    for shown in ["5,000.00", "025 BAY", "Somchai J xxx-x-x1155-x", "Demo Partner xxx-x-x6282-x", "REF1"] {
        assert!(facts.contains(shown), "{shown}: {facts}");
    }
    // Its code finds it again.
    let code = facts.split_whitespace().last().unwrap().to_owned();
    assert!(code.starts_with("0046000600000101030250225KSA"), "{code}");
    browser.go(&served.at(&format!("/console/search?q={code}"))).await;
    browser.turn_over(".found a").await;
    assert_eq!(browser.path().await, format!("/console/slips/{}", history.slip));
    browser.follow("Slips").await;
    let this = format!("tbody a[href='/console/slips/{}']", history.slip);
    assert_eq!(browser.count(&this).await, 1);
    assert_eq!(browser.count("tbody tr").await, 1 + demo::SLIPS.len());
    browser.close().await;
}

#[tokio::test]
async fn the_hub_shows_its_questions_and_lets_a_bank_behave_without_a_script() {
    let Some(browser) = Browser::open(Window::DESKTOP.without_script()).await else { return };
    let served = Served::with_console().await;
    served.history().await;
    log_in(&browser, &served).await;

    browser.follow("Slip hub").await;
    let shown = browser.text("main").await;
    for expected in
        ["014", "Asked CLOSED", "NORMAL", "nowhere", "Found FOUND", "Bad answer ISSUER_BAD_ANSWER 8503"]
    {
        assert!(shown.contains(expected), "{expected}: {shown}");
    }
    browser.choose("bank", "014").await;
    browser.choose("behaviour", "SLOW").await;
    browser.fill("parameter", "250").await;
    browser.turn_over("button[value=behave]").await;
    assert!(browser.text("main").await.contains("SLOW 250 ms"), "{}", browser.text("main").await);
    browser.choose("behaviour", "CODE").await;
    browser.fill("parameter", "85").await;
    browser.turn_over("button[value=behave]").await;
    assert_eq!(browser.text("h1").await, "This was not done");
    assert!(browser.text(".error").await.contains("/code"));
    browser.close().await;
}

#[tokio::test]
async fn a_dead_callback_needs_attention_and_is_sent_again() {
    let Some(browser) = Browser::open(Window::DESKTOP.without_script()).await else { return };
    let served = Served::with_console().await;
    let history = served.history().await;
    log_in(&browser, &served).await;

    browser.turn_over(".attention a").await;
    assert_eq!(browser.path().await, format!("/console/callbacks/{}", history.callback));
    browser.turn_over("button[value=replay]").await;
    assert!(browser.text("dl").await.contains("PENDING"), "{}", browser.text("dl").await);
    assert!(browser.text(".story").await.contains("callback.replayed"));
    assert_eq!(browser.count("button[value=replay]").await, 0, "it is about to be sent");
    browser.close().await;
}

#[tokio::test]
async fn a_form_that_another_page_made_up_does_nothing() {
    let Some(browser) = Browser::open(Window::DESKTOP).await else { return };
    let served = Served::with_console().await;
    log_in(&browser, &served).await;
    browser.go(&served.at("/console/clock")).await;
    let forged = "document.querySelectorAll('[name=csrf]').forEach(field => field.value = 'forged')";
    browser.ask(forged).await;
    browser.turn_over("button[value=freeze]").await;
    assert_eq!(browser.text("h1").await, "This is not allowed");
    browser.go(&served.at("/console/clock")).await;
    assert!(browser.text(".now").await.contains("runs"), "the clock goes on");
    browser.close().await;
}

#[tokio::test]
async fn a_live_page_shows_what_happens_while_it_is_open() {
    let Some(browser) = Browser::open(Window::DESKTOP).await else { return };
    let served = Served::with_console().await;
    log_in(&browser, &served).await;
    browser.go(&served.at("/console/payments?live=1")).await;
    assert_eq!(browser.count("main tbody tr").await, 0);
    served.history().await;
    browser.wait_for("main tbody tr", std::time::Duration::from_secs(20)).await;
    browser.close().await;
}
