//! I, J and K: schedules, what their due dates do, and what stops them.

use super::{
    behaviour,
    world::{DEMO, Network, OTHER, OTHER_ACCOUNT, OTHER_TOKEN, World, payment},
};
use jiff::Timestamp;
use satang_core::{Entropy, Error, System};
use satang_gateway::{audit, demo::DRAWERS};
use satang_schema::{
    ScheduleIdentification, TransactionIdentification,
    contract::Example,
    direct_debit::{
        Occurrences, ProcessingStatus, ScheduleCancellation, ScheduleDetails, ScheduleFilter,
        ScheduleSubmission, TransactionFilter, TransactionStatusInquiry, TransactionType,
    },
};

behaviour!(
    a_schedule_pays_on_each_due_date,
    the_inquiries_know_what_a_schedule_paid,
    a_submission_stands_for_one_schedule,
    what_cannot_be_scheduled_is_refused,
    criteria_combine,
    a_cancelled_schedule_pays_no_more,
    a_cancellation_races_with_the_run,
    anothers_schedule_is_as_good_as_unknown,
);

/// Monthly from 31 March 2026 on, three times; today is 1 March.
fn submission() -> ScheduleSubmission {
    let mut request = ScheduleSubmission::example();
    request.transaction_identification.0 = System.uuid();
    request.schedule_information.start_date = "2026-03-31".parse().unwrap();
    request.schedule_information.number_of_occurrences = Occurrences::new(3).ok();
    request
}

fn cancellation(schedule_identification: ScheduleIdentification) -> ScheduleCancellation {
    ScheduleCancellation { schedule_identification, cancellation_reason: None }
}

fn by_id(id: ScheduleIdentification) -> ScheduleFilter {
    ScheduleFilter { schedule_identification: Some(id), ..ScheduleFilter::default() }
}

fn at(text: &str) -> Timestamp {
    text.parse().unwrap()
}

/// What each due date did, in a word.
fn executions(schedule: &ScheduleDetails) -> Vec<String> {
    let word = |status: &ProcessingStatus| status.as_str().to_owned();
    schedule
        .executions
        .iter()
        .map(|it| format!("{} {}", it.execution_date, word(&it.processing_status)))
        .collect()
}

fn refused(error: &Error) -> (u16, &str) {
    (error.status().unwrap().as_u16(), error.code().unwrap())
}

async fn assert_sound<N: Network>(world: &World<N>) {
    let audit = world.gateway.store().read(audit::run).await.unwrap();
    assert!(audit.is_clean(), "{:#?}", audit.findings);
}

async fn a_schedule_pays_on_each_due_date(world: World<impl Network>) {
    let client = world.client(DEMO).await;
    let request = submission();
    let accepted = client.schedule_submission(&request).await.unwrap();
    assert_eq!(accepted.transaction_identification, request.transaction_identification);
    assert_eq!(accepted.processing_status, ProcessingStatus::Scheduled);
    assert_eq!(accepted.next_execution_date.to_string(), "2026-03-31");

    let steps: [(&str, &str, Option<&str>, &[&str]); 5] = [
        ("2026-03-31T05:59:59.999+07:00", "SCHD", Some("2026-03-31"), &[]),
        ("2026-03-31T06:00:00+07:00", "SCHD", Some("2026-04-30"), &["2026-03-31 ACSC"]),
        ("2026-05-01T00:00:00+07:00", "SCHD", Some("2026-05-31"), &["2026-03-31 ACSC", "2026-04-30 ACSC"]),
        (
            "2026-06-01T00:00:00+07:00",
            "ACSC",
            None,
            &["2026-03-31 ACSC", "2026-04-30 ACSC", "2026-05-31 ACSC"],
        ),
        (
            "2027-06-01T00:00:00+07:00",
            "ACSC",
            None,
            &["2026-03-31 ACSC", "2026-04-30 ACSC", "2026-05-31 ACSC"],
        ),
    ];
    for (now, status, next, done) in steps {
        world.gateway.advance_to(at(now)).await.unwrap();
        // The access token has run out on the way.
        let client = world.client(DEMO).await;
        let found = client.schedule_inquiry(&by_id(accepted.schedule_identification)).await.unwrap();
        let [schedule] = found.schedule_information.as_slice() else { panic!("{found:?}") };
        assert_eq!(schedule.processing_status.as_str(), status, "{now}");
        assert_eq!(schedule.next_execution_date.map(|date| date.to_string()).as_deref(), next, "{now}");
        assert_eq!(executions(schedule), done, "{now}");
        assert_eq!(world.effects().await, done.len() as i64);
    }
    assert_sound(&world).await;
}

async fn the_inquiries_know_what_a_schedule_paid(world: World<impl Network>) {
    let client = world.client(DEMO).await;
    let mut request = submission();
    request.transaction_information.reference_number2 = "SECOND".parse().ok();
    request.transaction_information.annotation = "rent".parse().ok();
    let id = client.schedule_submission(&request).await.unwrap().schedule_identification;
    world.gateway.advance_to(at("2026-04-01T00:00:00+07:00")).await.unwrap();

    let client = world.client(DEMO).await;
    let schedule = client.schedule_inquiry(&by_id(id)).await.unwrap().schedule_information.remove(0);
    assert_eq!(schedule.transaction_identification, request.transaction_identification);
    assert_eq!(schedule.creditor_account_number.as_str(), request.creditor_account_number.as_str());
    assert_eq!(schedule.payer_information.payment_token, request.payer_information.payment_token);
    assert_eq!(schedule.transaction_information.reference_number2.as_deref(), Some("SECOND"));
    assert_eq!(schedule.schedule_information.frequency.as_str(), "MNTH");
    assert_eq!(schedule.schedule_information.number_of_occurrences, Some(3));
    assert_eq!(schedule.create_date_time.to_string(), "2026-03-01T09:00:00.000+07:00");

    let reference = schedule.executions[0].payment_reference_identification.clone();
    let filter =
        TransactionFilter { payment_reference_identification: reference, ..TransactionFilter::default() };
    let paid = client.transaction_inquiry(&filter).await.unwrap().transaction_information.remove(0);
    assert_eq!(paid.transaction_information.transaction_type, TransactionType::Schedule);
    assert_eq!(paid.transaction_information.annotation.as_deref(), Some("rent"));
    assert_eq!(paid.processing_date_time.to_string(), "2026-03-31T06:00:00.000+07:00");
    assert_eq!(paid.payment_amount.to_string(), "590.00");
    let transaction_identification = paid.transaction_identification;
    let status = TransactionStatusInquiry { transaction_identification };
    let status = client.transaction_status_inquiry(&status).await.unwrap();
    assert_eq!(status.processing_status, ProcessingStatus::Settled);

    // It is the schedule's, and F must not make it a second time.
    let mut twice = payment("590.00");
    twice.transaction_identification = transaction_identification;
    let error = client.real_time_payment(&twice).await.unwrap_err();
    assert_eq!(refused(&error), (409, "SBX-4091"));
    assert_eq!(world.effects().await, 1);
    assert_sound(&world).await;
}

async fn a_submission_stands_for_one_schedule(world: World<impl Network>) {
    let client = world.client(DEMO).await;
    let request = submission();
    let first = client.schedule_submission(&request).await.unwrap();
    assert_eq!(client.schedule_submission(&request).await.unwrap(), first);
    let changes: [fn(&mut ScheduleSubmission); 4] = [
        |request| request.transaction_information.payment_amount = "590.01".parse().unwrap(),
        |request| request.schedule_information.start_date = "2026-03-30".parse().unwrap(),
        |request| request.schedule_information.number_of_occurrences = Occurrences::new(4).ok(),
        |request| request.payer_information.payment_token = DRAWERS[1].token.parse().unwrap(),
    ];
    for change in changes {
        let mut other = request.clone();
        change(&mut other);
        assert_eq!(refused(&client.schedule_submission(&other).await.unwrap_err()), (409, "SBX-4091"));
    }
    // Also when its first due date is long past.
    world.gateway.advance_to(at("2026-12-01T00:00:00+07:00")).await.unwrap();
    let client = world.client(DEMO).await;
    assert_eq!(client.schedule_submission(&request).await.unwrap(), first);
    assert_eq!(world.effects().await, 3);
    // An identification of a schedule may also be a payment's: they are two operations.
    let mut payment = payment("1.00");
    payment.transaction_identification = request.transaction_identification;
    client.real_time_payment(&payment).await.unwrap();
    assert_sound(&world).await;
}

async fn what_cannot_be_scheduled_is_refused(world: World<impl Network>) {
    let client = world.client(DEMO).await;
    type Case = (fn(&mut ScheduleSubmission), u16, &'static str, &'static str);
    let cases: [Case; 5] = [
        (
            |request| request.payer_information.payment_token = "no such token".parse().unwrap(),
            404,
            "SBX-4041",
            "no registration has this payment token",
        ),
        (
            |request| request.payer_information.payment_token = DRAWERS[5].token.parse().unwrap(),
            409,
            "SBX-4092",
            "the registration of this payment token is SUSP, not ACTV",
        ),
        (
            |request| request.creditor_account_number = DRAWERS[0].account.parse().unwrap(),
            404,
            "SBX-4041",
            "the registration does not pay into this creditor account",
        ),
        (
            |request| request.schedule_information.start_date = "2026-03-01".parse().unwrap(),
            400,
            "SBX-4003",
            "/scheduleInformation/startDate: must be after today in Bangkok (malformed)",
        ),
        (
            |request| request.schedule_information.start_date = "2056-03-02".parse().unwrap(),
            400,
            "SBX-4003",
            "/scheduleInformation/startDate: must not lead further than 30 years ahead (malformed)",
        ),
    ];
    for (change, status, code, message) in cases {
        let mut request = submission();
        change(&mut request);
        let error = client.schedule_submission(&request).await.unwrap_err();
        assert_eq!(refused(&error), (status, code), "{message}");
        assert!(error.to_string().contains(message), "{error}");
        // Nothing is remembered of it.
        let filter = ScheduleFilter {
            transaction_identification: Some(request.transaction_identification),
            ..ScheduleFilter::default()
        };
        assert_eq!(client.schedule_inquiry(&filter).await.unwrap().schedule_information, []);
        let mut mended = submission();
        mended.transaction_identification = request.transaction_identification;
        client.schedule_submission(&mended).await.unwrap();
    }
    assert_sound(&world).await;
}

async fn criteria_combine(world: World<impl Network>) {
    let client = world.client(DEMO).await;
    let (first, mut second) = (submission(), submission());
    second.payer_information.payment_token = DRAWERS[1].token.parse().unwrap();
    let first_id = client.schedule_submission(&first).await.unwrap().schedule_identification;
    world.clock.advance(jiff::SignedDuration::from_secs(60));
    client.schedule_submission(&second).await.unwrap();

    let none = ScheduleFilter::default;
    let range = |start: &str, end: &str| ScheduleFilter {
        start_create_date_time: start.parse().ok(),
        end_create_date_time: end.parse().ok(),
        ..none()
    };
    let both = [&first, &second].map(|request| request.transaction_identification);
    let cases: [(ScheduleFilter, &[TransactionIdentification]); 7] = [
        (by_id(first_id), &both[..1]),
        (ScheduleFilter { transaction_identification: Some(both[1]), ..none() }, &both[1..]),
        (ScheduleFilter { transaction_identification: Some(both[1]), ..by_id(first_id) }, &[]),
        (ScheduleFilter { payment_token: DRAWERS[1].token.parse().ok(), ..none() }, &both[1..]),
        (ScheduleFilter { payment_token: DRAWERS[2].token.parse().ok(), ..none() }, &[]),
        (range("2026-03-01T09:00:00+07:00", "2026-03-01T09:01:00+07:00"), &both),
        (range("2026-03-01T09:00:00.001+07:00", "2026-03-01T09:01:00+07:00"), &both[1..]),
    ];
    for (filter, expected) in cases {
        let found = client.schedule_inquiry(&filter).await.unwrap().schedule_information;
        let found: Vec<_> = found.iter().map(|it| it.transaction_identification).collect();
        assert_eq!(found, expected, "{filter:?}");
    }
    let too_long = range("2026-03-01T00:00:00+07:00", "2026-04-01T00:00:01+07:00");
    assert_eq!(refused(&client.schedule_inquiry(&too_long).await.unwrap_err()), (400, "SBX-4004"));
}

async fn a_cancelled_schedule_pays_no_more(world: World<impl Network>) {
    let client = world.client(DEMO).await;
    let id = client.schedule_submission(&submission()).await.unwrap().schedule_identification;
    world.gateway.advance_to(at("2026-04-15T00:00:00+07:00")).await.unwrap();
    let client = world.client(DEMO).await;
    let cancelled = client.schedule_cancellation(&cancellation(id)).await.unwrap();
    assert_eq!(cancelled.schedule_identification, id);
    assert_eq!(cancelled.processing_status, ProcessingStatus::Cancelled);
    assert_eq!(cancelled.status_date_time.to_string(), "2026-04-15T00:00:00.000+07:00");
    assert_eq!(
        refused(&client.schedule_cancellation(&cancellation(id)).await.unwrap_err()),
        (409, "SBX-4092")
    );
    world.gateway.advance_to(at("2026-12-01T00:00:00+07:00")).await.unwrap();
    let client = world.client(DEMO).await;
    let schedule = client.schedule_inquiry(&by_id(id)).await.unwrap().schedule_information.remove(0);
    assert_eq!(schedule.processing_status, ProcessingStatus::Cancelled);
    assert_eq!(executions(&schedule), ["2026-03-31 ACSC"]);
    assert_eq!(world.effects().await, 1);

    let finished = submission_from("2026-12-02");
    let id = client.schedule_submission(&finished).await.unwrap().schedule_identification;
    world.gateway.advance_to(at("2027-12-01T00:00:00+07:00")).await.unwrap();
    let client = world.client(DEMO).await;
    assert_eq!(
        refused(&client.schedule_cancellation(&cancellation(id)).await.unwrap_err()),
        (409, "SBX-4092")
    );
    let unknown = cancellation(ScheduleIdentification(System.uuid()));
    assert_eq!(refused(&client.schedule_cancellation(&unknown).await.unwrap_err()), (404, "SBX-4041"));
    assert_sound(&world).await;
}

fn submission_from(start: &str) -> ScheduleSubmission {
    let mut request = submission();
    request.schedule_information.start_date = start.parse().unwrap();
    request
}

/// Twenty schedules are due at one moment, and each is cancelled while the clock is moved past it: either the payment
/// is made and the cancellation refused or later, or there is none.
async fn a_cancellation_races_with_the_run(world: World<impl Network>) {
    let client = world.client(DEMO).await;
    let mut ids = Vec::new();
    for _ in 0..20 {
        ids.push(client.schedule_submission(&submission()).await.unwrap().schedule_identification);
    }
    // Due, and nobody has come to it yet: too late.
    world.clock.advance(at("2026-03-31T06:00:00+07:00").duration_since(at("2026-03-01T09:00:00+07:00")));
    let client = world.client(DEMO).await;
    assert_eq!(
        refused(&client.schedule_cancellation(&cancellation(ids[0])).await.unwrap_err()),
        (409, "SBX-4092")
    );

    let cancel_all = async {
        let mut outcomes = Vec::new();
        for id in &ids {
            outcomes.push(client.schedule_cancellation(&cancellation(*id)).await);
        }
        outcomes
    };
    let (done, outcomes) = tokio::join!(world.gateway.catch_up(), cancel_all);
    assert_eq!(done.unwrap(), 20);
    for (id, outcome) in ids.iter().zip(outcomes) {
        let schedule = client.schedule_inquiry(&by_id(*id)).await.unwrap().schedule_information.remove(0);
        assert_eq!(executions(&schedule), ["2026-03-31 ACSC"]);
        let status = match outcome {
            Ok(cancelled) => cancelled.processing_status,
            Err(error) => {
                assert_eq!(refused(&error), (409, "SBX-4092"));
                ProcessingStatus::Scheduled
            }
        };
        assert_eq!(schedule.processing_status, status);
    }
    assert_eq!(world.effects().await, 20);
    assert_sound(&world).await;
}

async fn anothers_schedule_is_as_good_as_unknown(world: World<impl Network>) {
    world.add_other().await;
    let (mine, theirs) = (world.client(DEMO).await, world.client(OTHER).await);
    let request = submission();
    let id = mine.schedule_submission(&request).await.unwrap().schedule_identification;

    let filters = [
        by_id(id),
        ScheduleFilter {
            transaction_identification: Some(request.transaction_identification),
            ..ScheduleFilter::default()
        },
        ScheduleFilter { payment_token: DRAWERS[0].token.parse().ok(), ..ScheduleFilter::default() },
    ];
    for filter in filters {
        assert_eq!(theirs.schedule_inquiry(&filter).await.unwrap().schedule_information, []);
        assert_eq!(mine.schedule_inquiry(&filter).await.unwrap().schedule_information.len(), 1);
    }
    let anothers = theirs.schedule_cancellation(&cancellation(id)).await.unwrap_err();
    let nobodys = cancellation(ScheduleIdentification(System.uuid()));
    let nobodys = theirs.schedule_cancellation(&nobodys).await.unwrap_err();
    assert_eq!(anothers.to_string(), nobodys.to_string());

    // Another's token, and an account of theirs with it.
    let mut answers = Vec::new();
    for token in [DRAWERS[0].token, "nobody's"] {
        let mut request = submission();
        request.payer_information.payment_token = token.parse().unwrap();
        answers.push(theirs.schedule_submission(&request).await.unwrap_err().to_string());
    }
    assert_eq!(answers[0], answers[1]);

    // The same identification is another schedule's with another partner.
    let mut same = submission();
    same.transaction_identification = request.transaction_identification;
    same.payer_information.payment_token = OTHER_TOKEN.parse().unwrap();
    same.creditor_account_number = OTHER_ACCOUNT.parse().unwrap();
    let other = theirs.schedule_submission(&same).await.unwrap().schedule_identification;
    assert_ne!(other, id);
    theirs.schedule_cancellation(&cancellation(other)).await.unwrap();
    world.gateway.advance_to(at("2026-04-01T00:00:00+07:00")).await.unwrap();
    assert_eq!(world.effects().await, 1);
    assert_sound(&world).await;
}
