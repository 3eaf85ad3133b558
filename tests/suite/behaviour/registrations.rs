//! A to E: how registrations begin, how they are found, how they end.

use super::{
    behaviour,
    visitor::{Visitor, authorize, details, parameter, prepare, reference, url},
    world::{DEMO, Network, OTHER, OTHER_TOKEN, World, payment},
};
use jiff::SignedDuration;
use satang_core::Error;
use satang_gateway::{
    Agreement,
    demo::{self, CUSTOMERS, DRAWERS, PASSWORD},
};
use satang_schema::{
    contract::Example,
    direct_debit::{
        KmaDeeplinkRequest, PaymentTokenStatus, PrepareOAuthContext, ProcessingStatus, ReasonCode,
        RegistrationChannel, RegistrationResult, ScheduleFilter, ScheduleSubmission, TokenCancellation,
        TokenFilter,
    },
};

behaviour!(
    who_has_no_agreement_registers_nobody,
    criteria_combine,
    both_inquiries_say_the_same,
    what_would_be_too_much_is_refused,
    a_cancelled_token_is_charged_no_more,
    what_is_anothers_is_as_good_as_unknown,
    an_app_is_not_led_into_a_script,
    vector_17_from_end_to_end,
);

fn refused(error: &Error) -> (u16, Option<&str>) {
    (error.status().unwrap().as_u16(), error.code())
}

fn none() -> TokenFilter {
    TokenFilter::default()
}

fn cancellation(token: &str) -> TokenCancellation {
    TokenCancellation { payment_token: token.parse().unwrap(), cancellation_reason: None }
}

/// The bodies of a journey's callbacks, the oldest first.
async fn callbacks(world: &World<impl Network>, journey: &str) -> Vec<RegistrationResult> {
    let sql = "SELECT body FROM callback WHERE subject = '".to_owned() + journey + "' ORDER BY created_at";
    let bodies = world.gateway.store().read(move |tx| tx.query(&sql, &[], |row| row.text(0)));
    let bodies: Vec<String> =
        bodies.await.unwrap_or_else(|error: satang_gateway::store::StoreError| panic!("{error}"));
    bodies.iter().map(|body| serde_json::from_str(body).unwrap()).collect()
}

async fn who_has_no_agreement_registers_nobody(world: World<impl Network>) {
    world.gateway.agree(demo::CLIENT_ID, Agreement::default()).await.unwrap();
    let client = world.client(DEMO).await;
    let refusals = [
        client.prepare_oauth_context(&PrepareOAuthContext::example()).await.unwrap_err(),
        client.kma_deeplink(&KmaDeeplinkRequest::example()).await.unwrap_err(),
    ];
    for error in &refusals {
        assert_eq!(refused(error), (403, Some("SBX-4031")));
    }
    assert_eq!(world.count("SELECT count(*) FROM registration WHERE status = $1", "PDNG").await, 0);
}

async fn criteria_combine(world: World<impl Network>) {
    let client = world.client(DEMO).await;
    world.clock.advance(SignedDuration::from_secs(1));
    let journey = prepare(&client, reference()).await;
    let opened = "2026-03-01T09:00:01+07:00";
    let seeded = "2026-03-01T09:00:00+07:00";
    let range = |start: &str, end: &str| TokenFilter {
        start_create_date_time: start.parse().ok(),
        end_create_date_time: end.parse().ok(),
        ..none()
    };
    for (position, (filter, expected)) in [
        (TokenFilter { journey_identifier: journey.parse().ok(), ..none() }, 1),
        (TokenFilter { journey_identifier: journey.to_uppercase().parse().ok(), ..none() }, 1),
        (TokenFilter { payment_token_status: Some(PaymentTokenStatus::Pending), ..none() }, 1),
        (TokenFilter { payment_token_status: Some(PaymentTokenStatus::Active), ..none() }, 5),
        (TokenFilter { payment_token_status: Some(PaymentTokenStatus::Suspended), ..none() }, 1),
        (TokenFilter { payment_token_status: "ZZZZ".parse().ok(), ..none() }, 0),
        (TokenFilter { payment_token: DRAWERS[0].token.parse().ok(), ..none() }, 1),
        (TokenFilter { drawer_account_number: DRAWERS[0].account.parse().ok(), ..none() }, 1),
        (TokenFilter { drawer_account_number: "9999999999".parse().ok(), ..none() }, 0),
        (range(opened, opened), 1),
        (range(seeded, seeded), 6),
        (range(seeded, opened), 7),
        (TokenFilter { journey_identifier: journey.parse().ok(), ..range(seeded, seeded) }, 0),
    ]
    .into_iter()
    .enumerate()
    {
        let found = client.token_status_inquiry(&filter).await.unwrap().token_status_information;
        assert_eq!(found.len(), expected, "case {position}");
    }
    let too_long = range("2026-02-28T09:00:00+07:00", "2026-03-31T09:00:01+07:00");
    assert_eq!(refused(&client.token_inquiry(&too_long).await.unwrap_err()), (400, Some("SBX-4004")));
}

async fn both_inquiries_say_the_same(world: World<impl Network>) {
    let client = world.client(DEMO).await;
    let filter = TokenFilter { payment_token: DRAWERS[5].token.parse().ok(), ..none() };
    let short = client.token_status_inquiry(&filter).await.unwrap().token_status_information.remove(0);
    let full = client.token_inquiry(&filter).await.unwrap().token_information.remove(0);
    assert_eq!(short.journey_identifier, full.journey_identifier);
    assert_eq!(short.payment_token, full.payment_token);
    assert_eq!(short.payment_token_status, PaymentTokenStatus::Suspended);
    assert_eq!(short.payment_token_status, full.payment_token_status);
    assert_eq!(full.registration_channel, Some(RegistrationChannel::Branch));
    assert_eq!(full.drawer_account_number.unwrap().as_str(), "777****560");
    assert_eq!(full.create_date_time.to_string(), "2026-03-01T09:00:00.000+07:00");
}

async fn what_would_be_too_much_is_refused(world: World<impl Network>) {
    let client = world.client(DEMO).await;
    let pending = TokenFilter { payment_token_status: Some(PaymentTokenStatus::Pending), ..none() };
    for _ in 0..1_000 {
        prepare(&client, reference()).await;
    }
    assert_eq!(client.token_inquiry(&pending).await.unwrap().token_information.len(), 1_000);
    prepare(&client, reference()).await;
    for error in [
        client.token_inquiry(&pending).await.unwrap_err(),
        client.token_status_inquiry(&pending).await.unwrap_err(),
    ] {
        assert_eq!(refused(&error), (400, Some("SBX-4004")), "{error}");
    }
}

async fn a_cancelled_token_is_charged_no_more(world: World<impl Network>) {
    let client = world.client(DEMO).await;
    let mut plan = ScheduleSubmission::example();
    plan.payer_information.payment_token = DRAWERS[0].token.parse().unwrap();
    plan.schedule_information.start_date = "2026-03-31".parse().unwrap();
    let schedule = client.schedule_submission(&plan).await.unwrap().schedule_identification;

    world.clock.advance(SignedDuration::from_secs(60));
    let mut request = cancellation(DRAWERS[0].token);
    request.cancellation_reason = "contract ended".parse().ok();
    let cancelled = client.token_cancellation(&request).await.unwrap();
    assert_eq!(cancelled.payment_token_status, PaymentTokenStatus::Cancelled);
    assert_eq!(cancelled.status_date_time.to_string(), "2026-03-01T09:01:00.000+07:00");

    let filter = TokenFilter { payment_token: Some(request.payment_token.clone()), ..none() };
    let found = client.token_inquiry(&filter).await.unwrap().token_information.remove(0);
    assert_eq!(found.payment_token_status, PaymentTokenStatus::Cancelled);
    assert_eq!(found.status_reason_description.as_deref(), Some("contract ended"));
    let paid = client.real_time_payment(&payment("1.00")).await.unwrap();
    assert_eq!(paid.status_reason_code, Some(ReasonCode::NoMandate));
    let filter = ScheduleFilter { schedule_identification: Some(schedule), ..ScheduleFilter::default() };
    let schedule = client.schedule_inquiry(&filter).await.unwrap().schedule_information.remove(0);
    assert_eq!(schedule.processing_status, ProcessingStatus::Rejected);

    let journey = found.journey_identifier.unwrap().to_string();
    let told: Vec<_> = callbacks(&world, &journey).await;
    assert_eq!(told.len(), 1, "the demo's own registrations are older than its agreement");
    assert_eq!(
        (&told[0].payment_token_status, &told[0].payment_token),
        (&PaymentTokenStatus::Cancelled, &None)
    );

    // Not idempotent by key: it is not in a status that allows it.
    assert_eq!(refused(&client.token_cancellation(&request).await.unwrap_err()), (409, Some("SBX-4092")));
    assert_eq!(callbacks(&world, &journey).await.len(), 1);
    let suspended = client.token_cancellation(&cancellation(DRAWERS[5].token)).await.unwrap();
    assert_eq!(suspended.payment_token_status, PaymentTokenStatus::Cancelled);
}

async fn what_is_anothers_is_as_good_as_unknown(world: World<impl Network>) {
    world.add_other().await;
    let client = world.client(DEMO).await;
    let anothers = client.token_cancellation(&cancellation(OTHER_TOKEN)).await.unwrap_err();
    let nobodys = client.token_cancellation(&cancellation("nobody's")).await.unwrap_err();
    assert_eq!(refused(&anothers), (404, Some("SBX-4041")));
    assert_eq!(anothers.to_string(), nobodys.to_string());
    let theirs = world.client(OTHER).await;
    let journey = prepare(&client, reference()).await;
    for filter in [
        TokenFilter { payment_token: DRAWERS[0].token.parse().ok(), ..none() },
        TokenFilter { drawer_account_number: DRAWERS[1].account.parse().ok(), ..none() },
        TokenFilter { journey_identifier: journey.parse().ok(), ..none() },
    ] {
        assert_eq!(theirs.token_inquiry(&filter).await.unwrap().token_information, []);
        assert_eq!(client.token_inquiry(&filter).await.unwrap().token_information.len(), 1);
    }
    theirs.token_cancellation(&cancellation(OTHER_TOKEN)).await.unwrap();
}

async fn an_app_is_not_led_into_a_script(world: World<impl Network>) {
    let client = world.client(DEMO).await;
    for bad in ["javascript:alert(1)", "JavaScript:alert(1)", "data:text/html,x", "file:///etc", "vbscript:x"]
    {
        let mut request = KmaDeeplinkRequest::example();
        request.return_deeplink = bad.parse().unwrap();
        let error = client.kma_deeplink(&request).await.unwrap_err();
        assert_eq!(refused(&error), (400, Some("SBX-4003")), "{bad}");
        assert_eq!(error.violations()[0].pointer.as_str(), "/returnDeeplink");
    }
}

/// A, authorize, consent, callback, B, F, G, D, then F again.
async fn vector_17_from_end_to_end(world: World<impl Network>) {
    let client = world.client(DEMO).await;
    let journey = prepare(&client, reference()).await;
    let mut visitor = Visitor::new(&world.gateway);
    visitor.open(&url(&authorize(&journey))).await;
    visitor.follow().await;
    visitor.press("login", &[]).await;
    visitor.press("password", &[("user_name", CUSTOMERS[0].user_name), ("password", PASSWORD)]).await;
    visitor.press("account", &[("account", CUSTOMERS[0].accounts[0])]).await;
    let away = visitor.press("agree", &[]).await.unwrap();
    assert!(parameter(&away, "code").is_some());

    let told = callbacks(&world, &journey).await.remove(0);
    let filter = TokenFilter { journey_identifier: journey.parse().ok(), ..none() };
    let found = client.token_status_inquiry(&filter).await.unwrap().token_status_information.remove(0);
    assert_eq!(told.payment_token_status, PaymentTokenStatus::Active);
    assert_eq!((&told.payment_token, told.status_date_time), (&found.payment_token, found.status_date_time));
    assert_eq!(told.drawer_account_number.unwrap().as_str(), "777****555");
    assert_eq!(details(&client, &journey).await.payment_token, told.payment_token);

    let token = found.payment_token.unwrap();
    let mut charge = payment("5000.00");
    charge.payer_information.payment_token = token.clone();
    let paid = client.real_time_payment(&charge).await.unwrap();
    assert_eq!(paid.processing_status, ProcessingStatus::Settled);
    let inquiry = satang_schema::direct_debit::TransactionStatusInquiry {
        transaction_identification: charge.transaction_identification,
    };
    assert_eq!(client.transaction_status_inquiry(&inquiry).await.unwrap(), paid);
    world.clock.advance(SignedDuration::from_secs(1));
    client.token_cancellation(&cancellation(token.as_str())).await.unwrap();
    let statuses: Vec<_> =
        callbacks(&world, &journey).await.into_iter().map(|told| told.payment_token_status).collect();
    assert_eq!(statuses, [PaymentTokenStatus::Active, PaymentTokenStatus::Cancelled]);
    charge = payment("5000.00");
    charge.payer_information.payment_token = token;
    let refused = client.real_time_payment(&charge).await.unwrap();
    assert_eq!(refused.status_reason_code, Some(ReasonCode::NoMandate));
}
