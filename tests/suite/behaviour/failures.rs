//! Every way in which a registration fails: what the customer sees, and what the partner learns.

use super::{
    behaviour,
    visitor::{STATE, Visitor, authorize, details, parameter, prepare, reference, url},
    world::{DEMO, Network, World},
};
use jiff::SignedDuration;
use satang_gateway::demo::{APP_PIN, CARD_PIN, CUSTOMERS, Customer, PASSWORD};
use satang_schema::{
    contract::Example,
    direct_debit::{KmaDeeplinkRequest, PaymentTokenStatus, RegistrationContext, TypeOfIdentification},
};

behaviour!(
    who_refuses_returns_at_once,
    failures_in_web_banking,
    failures_with_a_card,
    failures_with_a_one_time_password,
    failures_in_the_app,
    an_account_that_is_blocked_meanwhile,
    what_cannot_be_right_counts_as_no_try,
    wrong_names_and_wrong_secrets_look_alike,
);

const SOMCHAI: &Customer = &CUSTOMERS[0];
const MALEE: &Customer = &CUSTOMERS[1];
const PRASERT: &Customer = &CUSTOMERS[2];
const WIPA: &Customer = &CUSTOMERS[3];

/// The partner means somebody.
fn meant(customer: &Customer) -> RegistrationContext {
    RegistrationContext {
        type_of_identification: Some(TypeOfIdentification::NationalId),
        identification_number: customer.national_id.parse().ok(),
        ..reference()
    }
}

async fn arrive(world: &World<impl Network>, context: RegistrationContext) -> (Visitor, String) {
    let journey = prepare(&world.client(DEMO).await, context).await;
    let mut visitor = Visitor::new(&world.gateway);
    visitor.open(&url(&authorize(&journey))).await;
    visitor.follow().await;
    (visitor, journey)
}

/// The registration has failed for this reason, the partner is called back once, and the customer can return.
async fn check(world: &World<impl Network>, visitor: &Visitor, journey: &str, code: &str, description: &str) {
    let ended = details(&world.client(DEMO).await, journey).await;
    assert_eq!(ended.payment_token_status, PaymentTokenStatus::Rejected, "{description}");
    assert_eq!(ended.status_reason_code.as_deref(), Some(code), "{description}");
    assert_eq!(ended.status_reason_description.as_deref(), Some(description));
    assert_eq!(ended.payment_token, None);
    assert_eq!(visitor.title(), "Not registered", "{description}");
    let back = visitor.link_back().unwrap();
    if back.starts_with("http") {
        assert_eq!(parameter(&back, "error").as_deref(), Some("access_denied"), "{description}");
        assert_eq!(parameter(&back, "error_description").as_deref(), Some(description));
        assert_eq!(parameter(&back, "state").as_deref(), Some(STATE), "{description}");
    } else {
        assert_eq!(parameter(&back, "status").as_deref(), Some("RJCT"), "{description}");
    }
    assert_eq!(world.count("SELECT count(*) FROM callback WHERE subject = $1", journey).await, 1);
    let events =
        "SELECT count(*) FROM event WHERE kind = 'registration.rejected' AND detail LIKE '%' || $1 || '%'";
    assert_eq!(world.count(events, journey).await, 1);
}

async fn who_refuses_returns_at_once(world: World<impl Network>) {
    let (mut visitor, journey) = arrive(&world, reference()).await;
    let back = visitor.press("refuse", &[]).await.unwrap();
    assert_eq!(parameter(&back, "error").as_deref(), Some("access_denied"));
    assert_eq!(parameter(&back, "state").as_deref(), Some(STATE));
    let ended = details(&world.client(DEMO).await, &journey).await;
    assert_eq!(ended.payment_token_status, PaymentTokenStatus::Rejected);
    assert_eq!(ended.status_reason_code.as_deref(), Some("CUST"));
}

async fn failures_in_web_banking(world: World<impl Network>) {
    for (who, password, times, context, code, description) in [
        (SOMCHAI, "wrong", 3, reference(), "MS03", "user name or password wrong too often"),
        (SOMCHAI, PASSWORD, 1, meant(MALEE), "BE01", "the identification number is not the account holder's"),
        (PRASERT, PASSWORD, 1, reference(), "AC06", "the account is blocked"),
        (WIPA, PASSWORD, 1, reference(), "AC04", "the account is closed"),
    ] {
        let (mut visitor, journey) = arrive(&world, context).await;
        visitor.press("login", &[]).await;
        for try_number in 1..=times {
            assert_eq!(visitor.title(), "Log in to web banking", "{description} {try_number}");
            visitor.press("password", &[("user_name", who.user_name), ("password", password)]).await;
        }
        check(&world, &visitor, &journey, code, description).await;
    }
    // Who is meant may register.
    let (mut visitor, _) = arrive(&world, meant(SOMCHAI)).await;
    visitor.press("login", &[]).await;
    visitor.press("password", &[("user_name", SOMCHAI.user_name), ("password", PASSWORD)]).await;
    assert_eq!(visitor.title(), "Choose an account");
}

/// What a customer types in who has a card.
fn card(who: &Customer) -> [(&'static str, &'static str); 4] {
    let Customer { national_id, birth_date, card_number, .. } = *who;
    [
        ("national_id", national_id),
        ("birth_date", birth_date),
        ("card_number", card_number),
        ("pin", CARD_PIN),
    ]
}

/// The same with another value.
fn with(
    mut fields: [(&'static str, &'static str); 4],
    name: &str,
    value: &'static str,
) -> [(&'static str, &'static str); 4] {
    fields.iter_mut().filter(|(known, _)| *known == name).for_each(|field| field.1 = value);
    fields
}

async fn failures_with_a_card(world: World<impl Network>) {
    let other_id = with(card(SOMCHAI), "national_id", MALEE.national_id);
    for (fields, times, context, code, description) in [
        (with(card(SOMCHAI), "pin", "000000"), 3, reference(), "MS03", "card number or PIN wrong too often"),
        (
            with(card(SOMCHAI), "card_number", "4999990000000099"),
            3,
            reference(),
            "MS03",
            "card number or PIN wrong too often",
        ),
        (
            with(card(SOMCHAI), "birth_date", "1990-05-21"),
            3,
            reference(),
            "BE01",
            "the birth date is not the card holder's",
        ),
        (other_id, 3, reference(), "BE01", "the national id is not the card holder's"),
        (card(SOMCHAI), 1, meant(MALEE), "BE01", "the identification number is not the account holder's"),
        (card(MALEE), 1, reference(), "BE18", "the customer has no mobile number on file"),
        (card(PRASERT), 1, reference(), "AC06", "the account is blocked"),
        (card(WIPA), 1, reference(), "AC04", "the account is closed"),
    ] {
        let (mut visitor, journey) = arrive(&world, context).await;
        visitor.press("card", &[]).await;
        for try_number in 1..=times {
            assert_eq!(visitor.title(), "Use your card", "{description} {try_number}");
            visitor.press("show_card", &fields).await;
            if try_number < times {
                // The customer is not told which of the four was wrong.
                assert!(visitor.page.contains("These details do not belong together."), "{description}");
                assert!(visitor.page.contains("left."), "{description}");
            }
        }
        check(&world, &visitor, &journey, code, description).await;
    }
}

async fn failures_with_a_one_time_password(world: World<impl Network>) {
    let before_otp = async || {
        let (mut visitor, journey) = arrive(&world, reference()).await;
        visitor.press("card", &[]).await;
        visitor.press("show_card", &card(SOMCHAI)).await;
        (visitor, journey)
    };
    let (mut visitor, journey) = before_otp().await;
    let right = visitor.otp().await;
    let wrong = if right == "000000" { "000001" } else { "000000" };
    for _ in 0..3 {
        visitor.press("otp", &[("otp", wrong)]).await;
    }
    check(&world, &visitor, &journey, "MS03", "one-time password wrong too often").await;

    let (mut visitor, journey) = before_otp().await;
    let first = visitor.otp().await;
    world.clock.advance(SignedDuration::from_secs(1));
    visitor.press("again", &[]).await;
    let second = visitor.otp().await;
    if first != second {
        visitor.press("otp", &[("otp", &first)]).await;
        assert!(visitor.page.contains("The one-time password is wrong."), "only the last one is good");
    }
    // A second click on the same button sends none.
    let again = visitor.form("again", &[]);
    for _ in 0..2 {
        visitor.post(&again, &[("sec-fetch-site", "same-origin")]).await;
    }
    visitor.follow().await;
    assert!(visitor.page.contains("This was the last one."));
    visitor.press("again", &[]).await;
    check(&world, &visitor, &journey, "MS03", "one-time password requested too often").await;

    let (mut visitor, journey) = before_otp().await;
    let otp = visitor.otp().await;
    world.clock.advance(SignedDuration::from_mins(3));
    for _ in 0..4 {
        visitor.press("otp", &[("otp", &otp)]).await;
        assert!(visitor.page.contains("too old"), "a time-out is no wrong try");
    }
    visitor.press("again", &[]).await;
    let otp = visitor.otp().await;
    visitor.press("otp", &[("otp", &otp)]).await;
    assert_eq!(visitor.title(), "Confirm");
    let pending = details(&world.client(DEMO).await, &journey).await.payment_token_status;
    assert_eq!(pending, PaymentTokenStatus::Pending);
}

async fn failures_in_the_app(world: World<impl Network>) {
    let client = world.client(DEMO).await;
    for (who, pin, times, is_meant, code, description) in [
        (SOMCHAI, "000000", 3, true, "MS03", "app PIN wrong too often"),
        (SOMCHAI, APP_PIN, 1, false, "BE01", "the identification number is not the account holder's"),
        (PRASERT, APP_PIN, 1, true, "AC06", "the account is blocked"),
        (WIPA, APP_PIN, 1, true, "AC04", "the account is closed"),
    ] {
        let meant = if is_meant { who } else { MALEE };
        let mut request = KmaDeeplinkRequest::example();
        request.identification_number = meant.national_id.parse().ok();
        let link = client.kma_deeplink(&request).await.unwrap();
        let mut visitor = Visitor::new(&world.gateway);
        visitor.open(link.deeplink_url.as_str()).await;
        visitor.follow().await;
        for try_number in 1..=times {
            assert_eq!(visitor.title(), "Unlock the app", "{description} {try_number}");
            visitor.press("app", &[("user_name", who.user_name), ("pin", pin)]).await;
        }
        check(&world, &visitor, &link.journey_identifier.to_string(), code, description).await;
    }
}

async fn an_account_that_is_blocked_meanwhile(world: World<impl Network>) {
    let (mut visitor, journey) = arrive(&world, reference()).await;
    visitor.press("login", &[]).await;
    visitor.press("password", &[("user_name", SOMCHAI.user_name), ("password", PASSWORD)]).await;
    visitor.press("account", &[("account", WIPA.accounts[0])]).await;
    assert_eq!(visitor.title(), "Choose an account", "somebody else's");
    visitor.press("account", &[("account", SOMCHAI.accounts[0])]).await;
    let block = "UPDATE account SET status = 'BLOCKED' WHERE number = $1";
    let account = SOMCHAI.accounts[0];
    let blocked = world.gateway.store().write(move |tx| tx.execute(block, &[account.into()]));
    blocked.await.unwrap_or_else(|error: satang_gateway::store::StoreError| panic!("{error}"));
    visitor.press("agree", &[]).await;
    check(&world, &visitor, &journey, "AC06", "the account is blocked").await;
}

async fn what_cannot_be_right_counts_as_no_try(world: World<impl Network>) {
    let (mut visitor, _) = arrive(&world, reference()).await;
    visitor.press("card", &[]).await;
    for _ in 0..4 {
        let malformed =
            [("national_id", "123"), ("birth_date", "1990-02-30"), ("card_number", "4"), ("pin", "12345")];
        visitor.press("show_card", &malformed).await;
        assert_eq!((visitor.status.as_u16(), visitor.title()), (422, "Use your card"));
        for (name, said) in [
            ("national_id", "Enter 13 digits."),
            ("birth_date", "Enter a date such as 1990-05-20."),
            ("card_number", "Enter 16 digits."),
            ("pin", "Enter 6 digits."),
        ] {
            let error = format!("<p class=\"error\" id=\"{name}-error\">{said}</p>");
            assert!(visitor.page.contains(&error), "{name}");
        }
    }
    // Neither a card's number nor a PIN is written back.
    let fields = with(card(SOMCHAI), "pin", "000000");
    visitor.press("show_card", &fields).await;
    assert!(visitor.page.contains(SOMCHAI.birth_date));
    assert!(!visitor.page.contains(SOMCHAI.card_number) && !visitor.page.contains("000000\""));
}

async fn wrong_names_and_wrong_secrets_look_alike(world: World<impl Network>) {
    let mut pages = Vec::new();
    for (user_name, password) in [(SOMCHAI.user_name, "wrong"), ("nobodys", PASSWORD)] {
        let (mut visitor, journey) = arrive(&world, reference()).await;
        visitor.press("login", &[]).await;
        let csrf = parameter(&format!("?{}", visitor.form("", &[])), "csrf").unwrap();
        visitor.press("password", &[("user_name", user_name), ("password", password)]).await;
        pages.push(visitor.page.replace(&csrf, "").replace(&journey, "").replace(user_name, ""));
    }
    assert_eq!(pages[0], pages[1]);
    assert!(pages[0].contains("You have 2 tries left."));
}
