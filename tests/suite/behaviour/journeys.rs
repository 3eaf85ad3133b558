//! A customer's way through the pages, by plain HTTP, to a registration; and what keeps it safe.

use super::{
    behaviour,
    visitor::{STATE, Visitor, authorize, details, parameter, parameters, prepare, reference, url},
    world::{DEMO, Network, OTHER, World, payment},
};
use bytes::Bytes;
use http::{Request, StatusCode};
use http_body_util::Full;
use jiff::SignedDuration;
use satang_gateway::demo::{self, CARD_PIN, CUSTOMERS, PASSWORD};
use satang_schema::{
    contract::Example,
    direct_debit::{
        AuthorizeRequest, KmaDeeplinkRequest, PaymentTokenStatus, ProcessingStatus, RegistrationChannel,
    },
};

behaviour!(
    a_customer_registers_with_web_banking,
    a_customer_registers_with_a_card,
    a_customer_registers_in_the_app,
    who_is_not_known_is_not_redirected,
    what_else_is_wrong_goes_back_to_the_partner,
    a_context_is_good_for_one_browser,
    a_form_from_elsewhere_is_refused,
    a_second_click_changes_nothing,
    a_page_says_where_its_form_may_end,
    a_journey_ends_in_time,
);

const SOMCHAI: &demo::Customer = &CUSTOMERS[0];

/// A browser that stands before the choice of a channel, and the journey.
async fn arrive(world: &World<impl Network>) -> (Visitor, String) {
    let journey = prepare(&world.client(DEMO).await, reference()).await;
    let mut visitor = Visitor::new(&world.gateway);
    visitor.open(&url(&authorize(&journey))).await;
    assert_eq!(visitor.follow().await, None);
    assert_eq!(visitor.title(), "Register for direct debit");
    (visitor, journey)
}

/// As far as the confirmation, with web banking.
async fn confirm(visitor: &mut Visitor) {
    visitor.press("login", &[]).await;
    visitor.press("password", &[("user_name", SOMCHAI.user_name), ("password", PASSWORD)]).await;
    visitor.press("account", &[("account", SOMCHAI.accounts[0])]).await;
    assert_eq!(visitor.title(), "Confirm");
}

async fn a_customer_registers_with_web_banking(world: World<impl Network>) {
    let client = world.client(DEMO).await;
    let (mut visitor, journey) = arrive(&world).await;
    let pending = details(&client, &journey).await;
    assert_eq!((pending.payment_token_status, pending.payment_token), (PaymentTokenStatus::Pending, None));
    assert!(visitor.page.contains("Demo Partner asks") && visitor.page.contains("REG0001"));

    visitor.press("login", &[]).await;
    visitor.press("password", &[("user_name", SOMCHAI.user_name), ("password", PASSWORD)]).await;
    assert_eq!(visitor.title(), "Choose an account");
    visitor.press("account", &[("account", SOMCHAI.accounts[1])]).await;
    visitor.press("back", &[]).await;
    visitor.press("account", &[("account", SOMCHAI.accounts[0])]).await;
    assert!(visitor.page.contains("Somchai Jaidee") && visitor.page.contains("777****555"));
    assert!(!visitor.page.contains(SOMCHAI.accounts[0]), "the number is masked");

    let away = visitor.press("agree", &[]).await.unwrap();
    assert!(away.starts_with(demo::REDIRECT_URI), "{away}");
    let names: Vec<_> = parameters(&away).into_iter().map(|(name, _)| name).collect();
    assert_eq!(names, ["code", "state"]);
    assert_eq!(parameter(&away, "state").unwrap(), STATE);
    assert_eq!(parameter(&away, "code").unwrap().len(), 43);

    let registered = details(&client, &journey).await;
    assert_eq!(registered.payment_token_status, PaymentTokenStatus::Active);
    assert_eq!(registered.registration_channel, Some(RegistrationChannel::Kol));
    assert_eq!(registered.drawer_account_number.unwrap().as_str(), "777****555");
    assert_eq!(registered.creditor_account_number.unwrap().as_str(), demo::CREDITOR_ACCOUNT);
    assert_eq!(registered.reference_number1.as_deref(), Some("REG0001"));
    let mut charge = payment("5000.00");
    charge.payer_information.payment_token = registered.payment_token.unwrap();
    let paid = client.real_time_payment(&charge).await.unwrap();
    assert_eq!(paid.processing_status, ProcessingStatus::Settled);
}

async fn a_customer_registers_with_a_card(world: World<impl Network>) {
    let (mut visitor, journey) = arrive(&world).await;
    visitor.press("login", &[]).await;
    visitor.press("back", &[]).await;
    visitor.press("card", &[]).await;
    visitor
        .press(
            "show_card",
            &[
                ("national_id", "1-1010-00000-01-7"),
                ("birth_date", SOMCHAI.birth_date),
                ("card_number", "4999 9900 0000 0015"),
                ("pin", CARD_PIN),
            ],
        )
        .await;
    assert_eq!(visitor.title(), "Enter the one-time password");
    assert!(visitor.page.contains("081****678"), "where it went to, masked");
    let otp = visitor.otp().await;
    visitor.press("otp", &[("otp", &otp)]).await;
    assert_eq!(visitor.title(), "Confirm");
    assert!(!visitor.page.contains("another account"), "a card has one account");
    let away = visitor.press("agree", &[]).await.unwrap();
    assert!(parameter(&away, "code").is_some());
    let registered = details(&world.client(DEMO).await, &journey).await;
    assert_eq!(registered.payment_token_status, PaymentTokenStatus::Active);
    assert_eq!(registered.registration_channel, Some(RegistrationChannel::Atm));
}

async fn a_customer_registers_in_the_app(world: World<impl Network>) {
    let client = world.client(DEMO).await;
    for (back, expected) in [
        ("https://partner.example/app?x=1#top", "https://partner.example/app?x=1&"),
        ("partner://registered", "partner://registered?"),
    ] {
        let mut request = KmaDeeplinkRequest::example();
        request.type_of_identification = None;
        request.identification_number = None;
        request.return_deeplink = back.parse().unwrap();
        let link = client.kma_deeplink(&request).await.unwrap();
        assert_eq!(link.expiry_date_time.to_string(), "2026-03-01T09:10:00.000+07:00");
        let mut visitor = Visitor::new(&world.gateway);
        visitor.open(link.deeplink_url.as_str()).await;
        visitor.follow().await;
        assert_eq!(visitor.title(), "Unlock the app");
        visitor.press("app", &[("user_name", SOMCHAI.user_name), ("pin", demo::APP_PIN)]).await;
        visitor.press("account", &[("account", SOMCHAI.accounts[0])]).await;
        let away = visitor.press("agree", &[]).await;
        // An app's own scheme is a link, which a browser without that app can leave alone.
        let away = away.or_else(|| visitor.link_back()).unwrap();
        let told = format!("{expected}journeyIdentifier={}&status=ACTV", link.journey_identifier);
        assert!(away.starts_with(&told), "{away}");
        assert_eq!(away.ends_with("#top"), back.ends_with("#top"));
        let registered = details(&client, &link.journey_identifier.to_string()).await;
        assert_eq!(registered.payment_token_status, PaymentTokenStatus::Active);
        assert_eq!(registered.registration_channel, Some(RegistrationChannel::Kma));

        let mut other = Visitor::new(&world.gateway);
        other.open(link.deeplink_url.as_str()).await;
        assert_eq!(other.status, StatusCode::FORBIDDEN);
    }
}

/// Changes one thing of the authorize URL.
type Change = fn(&mut AuthorizeRequest);

async fn who_is_not_known_is_not_redirected(world: World<impl Network>) {
    world.add_other().await;
    let journey = prepare(&world.client(DEMO).await, reference()).await;
    let changes: [Change; 5] = [
        |request| request.client_id = "nobody".parse().unwrap(),
        // Known, but the address is not its own.
        |request| request.client_id = OTHER.client_id.parse().unwrap(),
        |request| request.redirect_uri = "https://evil.example/".parse().unwrap(),
        |request| request.redirect_uri = format!("{}/", demo::REDIRECT_URI).parse().unwrap(),
        |request| request.redirect_uri = format!("{}?x=1", demo::REDIRECT_URI).parse().unwrap(),
    ];
    for change in changes {
        let mut request = authorize(&journey);
        change(&mut request);
        let mut visitor = Visitor::new(&world.gateway);
        visitor.open(&url(&request)).await;
        assert_eq!((visitor.status, visitor.location()), (StatusCode::BAD_REQUEST, None));
        assert_eq!(visitor.title(), "This link cannot be used");
    }
    let mut visitor = Visitor::new(&world.gateway);
    for query in
        ["", "client_id=demo-partner", "client_id=demo-partner&client_id=demo-partner&redirect_uri=x"]
    {
        visitor.open(&format!("/auth/oauth/v2/authorize?{query}")).await;
        assert_eq!((visitor.status, visitor.location()), (StatusCode::BAD_REQUEST, None), "{query}");
    }
}

async fn what_else_is_wrong_goes_back_to_the_partner(world: World<impl Network>) {
    world.add_other().await;
    let journey = prepare(&world.client(DEMO).await, reference()).await;
    let right = url(&authorize(&journey));
    let unknown = right.replace(&journey, "68c971e1-6652-48f9-af3a-0f6c70bde952");
    for (address, error) in [
        (right.replace("response_type=code", "response_type=token"), "unsupported_response_type"),
        (right.replace("scope=direct-debit-registration", "scope=openid"), "invalid_scope"),
        (right.replace("&scope=direct-debit-registration", ""), "invalid_request"),
        (format!("{right}&scope=direct-debit-registration"), "invalid_request"),
        (format!("{right}&code_challenge={}", "a".repeat(43)), "invalid_request"),
        (format!("{right}&code_challenge={}&code_challenge_method=plain", "a".repeat(43)), "invalid_request"),
        (unknown, "invalid_request"),
    ] {
        let mut visitor = Visitor::new(&world.gateway);
        visitor.open(&address).await;
        assert_eq!(visitor.status, StatusCode::FOUND, "{address}");
        let back = visitor.location().unwrap();
        assert!(back.starts_with(demo::REDIRECT_URI), "{back}");
        assert_eq!(parameter(&back, "error").as_deref(), Some(error), "{address}");
        assert_eq!(parameter(&back, "state").as_deref(), Some(STATE), "{address}");
        assert!(parameter(&back, "error_description").is_some_and(|why| !why.is_empty()));
    }
    // "MUST ignore unrecognized request parameters"
    let mut visitor = Visitor::new(&world.gateway);
    visitor.open(&format!("{right}&ui_locales=th&lang=th")).await;
    assert_eq!(visitor.status, StatusCode::SEE_OTHER);
    // Who mounts the bank's API alone gets the same.
    let request = Request::get(&right).header("host", "127.0.0.1:8700").body(Full::<Bytes>::default());
    let answer = world.gateway.router().answer(request.unwrap()).await;
    assert_eq!(answer.headers()["location"].to_str().unwrap(), format!("/consent/{journey}"));
}

async fn a_context_is_good_for_one_browser(world: World<impl Network>) {
    let client = world.client(DEMO).await;
    let journey = prepare(&client, reference()).await;
    let address = url(&authorize(&journey));
    let mut first = Visitor::new(&world.gateway);
    first.open(&address).await;
    let cookie = first.headers["set-cookie"].to_str().unwrap().to_owned();
    for attribute in ["HttpOnly", "SameSite=Lax", &format!("Path=/consent/{journey};")] {
        assert!(cookie.contains(attribute), "{cookie}");
    }
    first.follow().await;
    // A reload goes on, of the page and of the link.
    first.press("login", &[]).await;
    first.open(&address).await;
    assert!(first.headers.get("set-cookie").is_none());
    first.follow().await;
    assert_eq!(first.title(), "Log in to web banking");

    let mut second = Visitor::new(&world.gateway);
    second.open(&address).await;
    second.follow().await;
    assert_eq!((second.status, second.title()), (StatusCode::FORBIDDEN, "This link is not for this browser"));
    second.post(&first.form("refuse", &[]), &[("sec-fetch-site", "same-origin")]).await;
    assert_eq!(second.status, StatusCode::FORBIDDEN);
    for secret in ["", "0", &"A".repeat(43)] {
        let mut pretender = Visitor::new(&world.gateway);
        pretender.pretend(secret, &journey);
        pretender.open(&format!("/consent/{journey}")).await;
        assert_eq!(pretender.status, StatusCode::FORBIDDEN, "{secret}");
    }
    let still = details(&client, &journey).await.payment_token_status;
    assert_eq!(still, PaymentTokenStatus::Pending);

    // The same context with another state is another request.
    let mut other = authorize(&journey);
    other.state = "other".parse().ok();
    second.open(&url(&other)).await;
    assert_eq!(parameter(&second.location().unwrap(), "error").as_deref(), Some("invalid_request"));
}

async fn a_form_from_elsewhere_is_refused(world: World<impl Network>) {
    let (mut visitor, journey) = arrive(&world).await;
    let right = visitor.form("refuse", &[]);
    let csrf = parameter(&format!("?{right}"), "csrf").unwrap();
    let here = ("sec-fetch-site", "same-origin");
    for (form, headers) in [
        (right.clone(), &[][..]),
        (right.clone(), &[("sec-fetch-site", "cross-site")]),
        (right.clone(), &[("origin", "https://evil.example")]),
        (right.replace(&csrf, ""), &[here]),
        (right.replace(&csrf, &"A".repeat(csrf.len())), &[here]),
        (right.replace("csrf=", "x="), &[here]),
    ] {
        visitor.post(&form, headers).await;
        assert_eq!(visitor.status, StatusCode::FORBIDDEN, "{form} {headers:?}");
    }
    let still = details(&world.client(DEMO).await, &journey).await.payment_token_status;
    assert_eq!(still, PaymentTokenStatus::Pending);
    visitor.post(&right, &[here]).await;
    assert_eq!(visitor.status, StatusCode::SEE_OTHER, "the form was right");
}

async fn a_second_click_changes_nothing(world: World<impl Network>) {
    let (mut visitor, journey) = arrive(&world).await;
    confirm(&mut visitor).await;
    let form = visitor.form("agree", &[]);
    let here = [("sec-fetch-site", "same-origin")];
    let mut seen = Vec::new();
    for _ in 0..2 {
        visitor.post(&form, &here).await;
        let page = visitor.location().unwrap();
        visitor.open(&page).await;
        seen.push(visitor.location().unwrap());
        visitor.open(&page).await;
    }
    assert!(parameter(&seen[0], "code").is_some());
    assert_eq!(seen[0], seen[1], "the same code again");
    let told = world.count("SELECT count(*) FROM callback WHERE subject = $1", &journey).await;
    assert_eq!(told, 1);

    // After a minute the code is too old to be brought back.
    world.clock.advance(SignedDuration::from_secs(60));
    visitor.open(&format!("/consent/{journey}")).await;
    assert_eq!((visitor.title(), visitor.link_back()), ("Registered", None));
}

async fn a_page_says_where_its_form_may_end(world: World<impl Network>) {
    let (visitor, _) = arrive(&world).await;
    let policy = visitor.headers["content-security-policy"].to_str().unwrap();
    assert!(policy.contains("form-action 'self' http://127.0.0.1:8701"), "{policy}");
    for (header, said) in
        [("cache-control", "no-store"), ("x-frame-options", "DENY"), ("referrer-policy", "same-origin")]
    {
        assert_eq!(visitor.headers[header], said);
    }
    for said in ["default-src 'none'", "frame-ancestors 'none'", "style-src 'self'"] {
        assert!(policy.contains(said), "{policy}");
    }
}

/// By the agenda, or by the page, whichever comes first.
async fn a_journey_ends_in_time(world: World<impl Network>) {
    let client = world.client(DEMO).await;
    for by_agenda in [true, false] {
        let (mut visitor, journey) = arrive(&world).await;
        confirm(&mut visitor).await;
        world.clock.advance(SignedDuration::from_secs(599));
        world.gateway.catch_up().await.unwrap();
        assert_eq!(details(&client, &journey).await.payment_token_status, PaymentTokenStatus::Pending);
        world.clock.advance(SignedDuration::from_secs(1));
        if by_agenda {
            world.gateway.catch_up().await.unwrap();
            assert_eq!(details(&client, &journey).await.payment_token_status, PaymentTokenStatus::Expired);
        }
        assert_eq!(visitor.press("agree", &[]).await, None);
        assert_eq!(visitor.title(), "The time is up");
        let back = visitor.link_back().unwrap();
        assert_eq!(parameter(&back, "error").as_deref(), Some("access_denied"));
        assert_eq!(parameter(&back, "state").as_deref(), Some(STATE));
        let ended = details(&client, &journey).await;
        assert_eq!(ended.payment_token_status, PaymentTokenStatus::Expired);
        assert_eq!(ended.status_reason_code.as_deref(), Some("NOAS"));
        assert_eq!(world.count("SELECT count(*) FROM callback WHERE subject = $1", &journey).await, 1);
        // Nor can it begin.
        let mut late = Visitor::new(&world.gateway);
        late.open(&url(&authorize(&journey))).await;
        assert_eq!(parameter(&late.location().unwrap(), "error").as_deref(), Some("invalid_request"));
    }
}
