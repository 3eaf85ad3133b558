//! The control API: the clock, partners, accounts, the event log, and who may use it.

use super::{
    behaviour,
    world::{DEMO, Network, OTHER, World, payment},
};
use jiff::SignedDuration;
use satang_core::Error;
use satang_gateway::demo::{CLIENT_ID, CREDITOR_ACCOUNT, DRAWERS, FUNDING_ACCOUNT};
use satang_schema::{
    Satang,
    contract::Example,
    direct_debit::{ProcessingStatus, ScheduleSubmission},
    sandbox::{
        AccountChange, AccountOpening, AccountQuery, AccountStatus, BranchRegistration, CallbackQuery,
        CallbackReplay, ClockAdvance, ClockSetting, Cursor, EventDetails, EventQuery, MoneyMovement, Nothing,
        PartnerAdmission, PartnerChange, PartnerQuery, PartnerStatus, PaymentQuery, PlanQuery,
        RegistrationChange, RegistrationDetails, RegistrationQuery,
    },
};

behaviour!(
    only_the_admin_key_opens_the_control_api,
    a_frozen_clock_stands_and_a_resumed_one_goes_on,
    the_clock_moves_by_durations_and_to_times,
    an_access_token_expires_by_the_sandboxs_clock,
    partners_are_admitted_changed_and_listed_without_their_secrets,
    a_suspended_partner_is_refused_at_once,
    a_new_account_collects_what_is_paid_into_it,
    money_enters_and_leaves_once_for_each_identification,
    an_account_that_is_blocked_or_closed_rejects_payments,
    lists_come_in_pages_that_miss_nothing,
    registrations_are_listed_by_criteria,
    a_branch_registers_and_the_back_office_suspends_resumes_and_cancels,
    a_callback_is_replayed_once_it_is_no_longer_pending,
    payments_and_schedules_of_all_partners_are_listed,
    the_event_log_is_read_without_gaps_or_repetition,
);

#[track_caller]
fn refused<A: std::fmt::Debug>(outcome: Result<A, Error>, status: u16, code: &str) {
    let error = outcome.unwrap_err();
    assert_eq!((error.status().unwrap().as_u16(), error.code()), (status, Some(code)), "{error}");
    assert!(error.request_id().is_some_and(|id| id.starts_with("urn:uuid:")), "{error:?}");
}

#[track_caller]
fn refused_member<A: std::fmt::Debug>(outcome: Result<A, Error>, pointer: &str) {
    let error = outcome.unwrap_err();
    let found: Vec<_> = error.violations().iter().map(|violation| violation.pointer.as_str()).collect();
    assert_eq!((error.status().unwrap().as_u16(), found), (400, vec![pointer]), "{error}");
}

async fn only_the_admin_key_opens_the_control_api(world: World<impl Network>) {
    let partner = world.client(DEMO).await;
    partner.real_time_payment(&payment("1.00")).await.unwrap();
    // Neither a wrong key nor anything that a partner has.
    for key in ["wrong", "", "demo-secret", "admin-key-of-the-test", "admin-key-of-the-tests2"] {
        refused(world.control_with(key).show_clock(&Nothing {}).await, 401, "SBX-4013");
        let freeze = world.control_with(key).freeze_clock(&Nothing {}).await;
        refused(freeze, 401, "SBX-4013");
    }
    assert!(!world.control().show_clock(&Nothing {}).await.unwrap().frozen, "nothing happened");
}

async fn a_frozen_clock_stands_and_a_resumed_one_goes_on(world: World<impl Network>) {
    let control = world.control();
    let start = control.show_clock(&Nothing {}).await.unwrap();
    assert_eq!(start.date_time.to_string(), "2026-03-01T09:00:00.000+07:00");
    assert_eq!((start.frozen, start.ahead_seconds, &start.advancing), (false, 0, &None));

    let frozen = control.freeze_clock(&Nothing {}).await.unwrap();
    world.clock.advance(SignedDuration::from_hours(1));
    let later = control.show_clock(&Nothing {}).await.unwrap();
    assert_eq!((later.date_time, later.frozen, later.ahead_seconds), (frozen.date_time, true, -3_600));
    assert_eq!(control.freeze_clock(&Nothing {}).await.unwrap(), later, "frozen already");

    control.resume_clock(&Nothing {}).await.unwrap();
    world.clock.advance(SignedDuration::from_mins(5));
    let resumed = control.resume_clock(&Nothing {}).await.unwrap();
    assert_eq!(resumed.date_time.to_string(), "2026-03-01T09:05:00.000+07:00");
    assert_eq!((resumed.frozen, resumed.ahead_seconds), (false, -3_600));
}

async fn the_clock_moves_by_durations_and_to_times(world: World<impl Network>) {
    let control = world.control();
    for (duration, expected) in [
        ("30d", "2026-03-31T09:00:00.000+07:00"),
        ("P1M", "2026-04-30T09:00:00.000+07:00"),
        ("PT1H30M", "2026-04-30T10:30:00.000+07:00"),
        ("0s", "2026-04-30T10:30:00.000+07:00"),
    ] {
        let moved =
            control.advance_clock(&ClockAdvance { duration: duration.parse().unwrap() }).await.unwrap();
        assert_eq!(moved.date_time.to_string(), expected, "{duration}");
        assert_eq!(control.show_clock(&Nothing {}).await.unwrap().date_time, moved.date_time);
    }
    for (to, expected) in [
        ("2027-01-01T00:00:00Z", "2027-01-01T07:00:00.000+07:00"),
        ("2026-03-01T09:00:00+07:00", "2026-03-01T09:00:00.000+07:00"),
    ] {
        let moved = control.set_clock(&ClockSetting { date_time: to.parse().unwrap() }).await.unwrap();
        assert_eq!(moved.date_time.to_string(), expected);
    }
    let far = |duration: &str| ClockAdvance { duration: duration.parse().unwrap() };
    assert!(control.advance_clock(&far("10y")).await.is_ok());
    for duration in ["P10YT1S", "121mo", "999999y"] {
        refused_member(control.advance_clock(&far(duration)).await, "/duration");
    }
    for to in ["2046-03-01T09:00:01+07:00", "2026-03-01T08:59:59+07:00", "9999-12-30T00:00:00Z"] {
        let setting = ClockSetting { date_time: to.parse().unwrap() };
        refused_member(control.set_clock(&setting).await, "/dateTime");
    }
}

async fn an_access_token_expires_by_the_sandboxs_clock(world: World<impl Network>) {
    let token = world.access_token(DEMO).await;
    assert_eq!(world.asks_with(&token).await, 404, "a live token asks for a payment that there is not");
    let control = world.control();
    control.advance_clock(&ClockAdvance { duration: "29m".parse().unwrap() }).await.unwrap();
    assert_eq!(world.asks_with(&token).await, 404);
    control.advance_clock(&ClockAdvance { duration: "1m".parse().unwrap() }).await.unwrap();
    assert_eq!(world.asks_with(&token).await, 401);
    // A signature is dated by the machine's clock, wherever the sandbox's has been moved.
    let partner = world.client(DEMO).await;
    partner.real_time_payment(&payment("1.00")).await.unwrap();
}

async fn partners_are_admitted_changed_and_listed_without_their_secrets(world: World<impl Network>) {
    let control = world.control();
    let shop = PartnerAdmission::example();
    let admitted = control.admit_partner(&shop).await.unwrap();
    assert_eq!((admitted.client_id.as_str(), admitted.status.as_str()), ("shop", "ACTIVE"));
    assert_eq!(admitted.agreement.redirect_uris, ["https://shop.example/registered"]);
    refused(control.admit_partner(&shop).await, 409, "SBX-4091");

    // An account that is not the partner's is none.
    let change = PartnerChange::example();
    refused(control.change_partner(&change).await, 409, "SBX-4092");
    control.open_account(&AccountOpening::example()).await.unwrap();
    let changed = control.change_partner(&change).await.unwrap();
    assert_eq!(changed.name, "Shop Public Co., Ltd.");
    assert_eq!(changed.agreement.registration_account.unwrap().as_str(), "1112223334");
    let unknown = PartnerChange { client_id: "nobody".parse().unwrap(), ..change };
    refused(control.change_partner(&unknown).await, 404, "SBX-4041");

    let listed = control.list_partners(&PartnerQuery::default()).await.unwrap();
    let ids: Vec<_> = listed.partners.iter().map(|partner| partner.client_id.as_str()).collect();
    assert_eq!(ids, [CLIENT_ID, "shop"]);
    let text = serde_json::to_string(&listed).unwrap();
    for secret in ["shop-secret", "shop-signature-key", "shop-api-key", "demo-secret", "demo-signature-key"] {
        assert!(!text.contains(secret), "{secret}");
    }
}

async fn a_suspended_partner_is_refused_at_once(world: World<impl Network>) {
    let (control, token) = (world.control(), world.access_token(DEMO).await);
    world.add_other().await;
    let other = world.access_token(OTHER).await;
    let change = |status| PartnerChange {
        client_id: CLIENT_ID.parse().unwrap(),
        name: None,
        status: Some(status),
        agreement: None,
    };
    // Used, so that it is remembered.
    assert_eq!(world.asks_with(&token).await, 404);
    control.change_partner(&change(PartnerStatus::Suspended)).await.unwrap();
    assert_eq!(world.asks_with(&token).await, 401);
    assert_eq!(world.asks_with(&other).await, 404, "nobody else is");
    control.change_partner(&change(PartnerStatus::Active)).await.unwrap();
    assert_eq!(world.asks_with(&token).await, 404);
}

async fn a_new_account_collects_what_is_paid_into_it(world: World<impl Network>) {
    let control = world.control();
    control.admit_partner(&PartnerAdmission::example()).await.unwrap();
    let opening = AccountOpening::example();
    let opened = control.open_account(&opening).await.unwrap();
    assert_eq!(
        (opened.status.as_str(), opened.balance, opened.partner.as_deref()),
        ("OPEN", Satang(0), Some("shop"))
    );
    refused(control.open_account(&opening).await, 409, "SBX-4091");
    let number = "1112223335".parse().unwrap();
    let nobodys = AccountOpening { account_number: number, partner: "nobody".parse().ok(), ..opening };
    refused(control.open_account(&nobodys).await, 404, "SBX-4041");
}

async fn money_enters_and_leaves_once_for_each_identification(world: World<impl Network>) {
    let (control, partner) = (world.control(), world.client(DEMO).await);
    let poor = &DRAWERS[1];
    let movement =
        MoneyMovement { account_number: poor.account.parse().unwrap(), ..MoneyMovement::example() };
    let funding = world.balance(FUNDING_ACCOUNT).await;

    let first = control.fund_account(&movement).await.unwrap();
    assert_eq!(first.balance, Satang::from_baht(5_000));
    let mut charge = payment("4000.00");
    charge.payer_information.payment_token = poor.token.parse().unwrap();
    partner.real_time_payment(&charge).await.unwrap();
    // The first answer again, although the balance is another by now.
    assert_eq!(control.fund_account(&movement).await.unwrap(), first);
    assert_eq!(world.balance(poor.account).await, Satang::from_baht(1_000));
    let other = MoneyMovement { amount: "1.00".parse().unwrap(), ..movement.clone() };
    refused(control.fund_account(&other).await, 409, "SBX-4091");

    refused(control.withdraw_from_account(&movement).await, 409, "SBX-4092");
    let all = MoneyMovement { amount: "1000.00".parse().unwrap(), ..movement.clone() };
    assert_eq!(control.withdraw_from_account(&all).await.unwrap().balance, Satang(0));
    assert_eq!(control.withdraw_from_account(&all).await.unwrap().balance, Satang(0));
    assert_eq!(world.balance(FUNDING_ACCOUNT).await, Satang(funding.0 - 400_000));

    let unknown = MoneyMovement {
        transaction_identification: payment("1.00").transaction_identification,
        account_number: "9999999999".parse().unwrap(),
        ..MoneyMovement::example()
    };
    refused(control.fund_account(&unknown).await, 404, "SBX-4041");
    let itself = MoneyMovement { account_number: FUNDING_ACCOUNT.parse().unwrap(), ..unknown };
    refused_member(control.fund_account(&itself).await, "/accountNumber");
    world.audit().await;
}

async fn an_account_that_is_blocked_or_closed_rejects_payments(world: World<impl Network>) {
    let (control, partner) = (world.control(), world.client(DEMO).await);
    let change = |number: &str| AccountChange {
        account_number: number.parse().unwrap(),
        status: None,
        minimum_balance: None,
    };
    for (status, reason) in [
        (AccountStatus::Blocked, Some("AC06")),
        (AccountStatus::Closed, Some("AC04")),
        (AccountStatus::Open, None),
    ] {
        let changed = AccountChange { status: Some(status), ..change(CREDITOR_ACCOUNT) };
        assert_eq!(control.change_account(&changed).await.unwrap().status.as_str(), status.as_str());
        let paid = partner.real_time_payment(&payment("1.00")).await.unwrap();
        assert_eq!(paid.status_reason_code.as_ref().map(|code| code.as_str()), reason);
    }
    let balance = world.balance(DRAWERS[0].account).await;
    let minimum = AccountChange { minimum_balance: Some(balance), ..change(DRAWERS[0].account) };
    control.change_account(&minimum).await.unwrap();
    let paid = partner.real_time_payment(&payment("0.01")).await.unwrap();
    assert_eq!(paid.status_reason_code.unwrap().as_str(), "AM04");

    refused(control.change_account(&change(FUNDING_ACCOUNT)).await, 409, "SBX-4092");
    refused(control.change_account(&change("9999999999")).await, 404, "SBX-4041");
    let closed = AccountChange { status: Some(AccountStatus::Closed), ..change(CREDITOR_ACCOUNT) };
    control.change_account(&closed).await.unwrap();
    let movement =
        MoneyMovement { account_number: CREDITOR_ACCOUNT.parse().unwrap(), ..MoneyMovement::example() };
    refused(control.fund_account(&movement).await, 409, "SBX-4092");
}

async fn lists_come_in_pages_that_miss_nothing(world: World<impl Network>) {
    let control = world.control();
    let all = control.list_accounts(&AccountQuery::default()).await.unwrap();
    assert_eq!((all.accounts.len(), &all.next_cursor), (8, &None));
    let mut query = AccountQuery { limit: 3.try_into().ok(), ..AccountQuery::default() };
    let mut found = Vec::new();
    for expected in [3, 3, 2] {
        let page = control.list_accounts(&query).await.unwrap();
        assert_eq!(page.accounts.len(), expected);
        // What comes in between, before the cursor, moves nothing.
        let number = format!("00000000{}", 10 + expected + found.len());
        let opening = AccountOpening {
            account_number: number.parse().unwrap(),
            owner_name: "New".parse().unwrap(),
            partner: None,
            minimum_balance: None,
        };
        control.open_account(&opening).await.unwrap();
        found.extend(page.accounts);
        query.cursor = page.next_cursor;
    }
    assert_eq!((found, query.cursor), (all.accounts, None));

    let mine = AccountQuery { partner: CLIENT_ID.parse().ok(), ..AccountQuery::default() };
    let mine = control.list_accounts(&mine).await.unwrap().accounts;
    assert_eq!(
        mine.iter().map(|account| account.account_number.as_str()).collect::<Vec<_>>(),
        [CREDITOR_ACCOUNT]
    );
    for cursor in ["x", "!!!!", "MTExMjIyMzMzNA"] {
        let cursor: Option<Cursor> = cursor.parse().ok();
        refused_member(
            control.list_accounts(&AccountQuery { cursor, ..AccountQuery::default() }).await,
            "/cursor",
        );
    }
}

async fn registrations_are_listed_by_criteria(world: World<impl Network>) {
    let control = world.control();
    let count = async |query: RegistrationQuery| {
        control.list_registrations(&query).await.unwrap().registrations.len()
    };
    let none = RegistrationQuery::default;
    assert_eq!(count(none()).await, DRAWERS.len());
    let suspended = satang_schema::direct_debit::PaymentTokenStatus::Suspended;
    assert_eq!(count(RegistrationQuery { payment_token_status: Some(suspended), ..none() }).await, 1);
    let token = DRAWERS[0].token.parse().ok();
    assert_eq!(count(RegistrationQuery { payment_token: token, ..none() }).await, 1);
    assert_eq!(count(RegistrationQuery { partner: "nobody".parse().ok(), ..none() }).await, 0);
}

async fn a_branch_registers_and_the_back_office_suspends_resumes_and_cancels(world: World<impl Network>) {
    let (control, partner) = (world.control(), world.client(DEMO).await);
    let branch = BranchRegistration { creditor_account_number: None, ..BranchRegistration::example() };
    let made = control.register_at_branch(&branch).await.unwrap();
    assert_eq!(made.creditor_account_number.as_ref().unwrap().as_str(), CREDITOR_ACCOUNT, "as agreed");
    assert_eq!(made.maximum_amount.unwrap().to_string(), "5000.00");
    let change = RegistrationChange {
        registration_identification: made.registration_identification.parse().unwrap(),
        reason: None,
    };
    let token = made.payment_token.unwrap();
    let charge = async || {
        let mut charge = payment("1.00");
        charge.payer_information.payment_token = token.clone();
        let paid = partner.real_time_payment(&charge).await.unwrap();
        paid.status_reason_code.map(|code| code.as_str().to_owned())
    };
    assert_eq!(charge().await, None);
    refused(control.resume_registration(&change).await, 409, "SBX-4092");
    let status =
        |outcome: Result<RegistrationDetails, Error>| outcome.unwrap().payment_token_status.to_string();
    assert_eq!(status(control.suspend_registration(&change).await), "SUSP");
    assert_eq!(charge().await.as_deref(), Some("MD01"));
    assert_eq!(status(control.resume_registration(&change).await), "ACTV");
    assert_eq!(charge().await, None);
    assert_eq!(status(control.cancel_registration(&change).await), "CANC");
    assert_eq!(charge().await.as_deref(), Some("MD01"));
    refused(control.cancel_registration(&change).await, 409, "SBX-4092");
    let unknown = RegistrationChange { registration_identification: "x".parse().unwrap(), ..change };
    refused(control.cancel_registration(&unknown).await, 404, "SBX-4041");
    for (strange, status, code) in [
        (BranchRegistration { partner: "nobody".parse().unwrap(), ..branch.clone() }, 404, "SBX-4041"),
        (
            BranchRegistration { drawer_account_number: "9999999999".parse().unwrap(), ..branch.clone() },
            404,
            "SBX-4041",
        ),
        (
            BranchRegistration { drawer_account_number: FUNDING_ACCOUNT.parse().unwrap(), ..branch.clone() },
            404,
            "SBX-4041",
        ),
        (
            BranchRegistration { creditor_account_number: DRAWERS[1].account.parse().ok(), ..branch },
            409,
            "SBX-4092",
        ),
    ] {
        refused(control.register_at_branch(&strange).await, status, code);
    }
}

async fn a_callback_is_replayed_once_it_is_no_longer_pending(world: World<impl Network>) {
    let control = world.control();
    control.register_at_branch(&BranchRegistration::example()).await.unwrap();
    let query = CallbackQuery { partner: CLIENT_ID.parse().ok(), ..CallbackQuery::default() };
    let listed = async || control.list_callbacks(&query).await.unwrap().callbacks.pop().unwrap();
    let queued = listed().await;
    assert_eq!((queued.status.as_str(), queued.operation.as_str()), ("PENDING", "registration_callback"));
    let replay = CallbackReplay { callback_identification: queued.callback_identification.parse().unwrap() };
    refused(control.replay_callback(&replay).await, 409, "SBX-4092");
    // Nothing here delivers callbacks, so in the end it is dead.
    control.advance_clock(&ClockAdvance { duration: "1mo".parse().unwrap() }).await.unwrap();
    let dead = listed().await;
    assert_eq!(dead.status.as_str(), "DEAD");
    assert!(dead.attempts.len() > 1 && dead.attempts[0].number == 1, "{dead:?}");
    assert_eq!(control.replay_callback(&replay).await.unwrap().status.as_str(), "PENDING");
    let unknown = CallbackReplay { callback_identification: "x".parse().unwrap() };
    refused(control.replay_callback(&unknown).await, 404, "SBX-4041");
}

async fn payments_and_schedules_of_all_partners_are_listed(world: World<impl Network>) {
    world.add_other().await;
    let (control, mine, theirs) = (world.control(), world.client(DEMO).await, world.client(OTHER).await);
    mine.real_time_payment(&payment("1.00")).await.unwrap();
    theirs.real_time_payment(&payment("2.00")).await.unwrap();
    let amounts = async |query: PaymentQuery| {
        let found = control.list_payments(&query).await.unwrap().payments;
        let mut found: Vec<_> = found.iter().map(|payment| payment.payment_amount.to_string()).collect();
        // Of one moment, so in no order of their own.
        found.sort();
        found
    };
    assert_eq!(amounts(PaymentQuery::default()).await, ["1.00", "2.00"]);
    let rejected =
        PaymentQuery { processing_status: Some(ProcessingStatus::Rejected), ..PaymentQuery::default() };
    assert_eq!(amounts(rejected).await, ["2.00"], "the token is another's");

    let mut plan = ScheduleSubmission::example();
    plan.schedule_information.start_date = "2026-03-02".parse().unwrap();
    mine.schedule_submission(&plan).await.unwrap();
    control.advance_clock(&ClockAdvance { duration: "2d".parse().unwrap() }).await.unwrap();
    let plans = control.list_schedules(&PlanQuery::default()).await.unwrap().schedules;
    assert_eq!((plans.len(), plans[0].occurrences_done, plans[0].partner.as_str()), (1, 1, CLIENT_ID));
    let of_plan = PaymentQuery {
        schedule_identification: plans[0].schedule_identification.parse().ok(),
        ..PaymentQuery::default()
    };
    assert_eq!(amounts(of_plan).await.len(), 1);
}

async fn the_event_log_is_read_without_gaps_or_repetition(world: World<impl Network>) {
    let (control, partner) = (world.control(), world.client(DEMO).await);
    let mut seen: Vec<EventDetails> = Vec::new();
    let mut query =
        EventQuery { limit: 2.try_into().ok(), kind: "payment.".parse().ok(), ..EventQuery::default() };
    for round in 0..4 {
        for amount in ["1.00", "800000.00"] {
            partner.real_time_payment(&payment(amount)).await.unwrap();
        }
        control.freeze_clock(&Nothing {}).await.unwrap();
        control.resume_clock(&Nothing {}).await.unwrap();
        // Behind what happens in one round, ahead in the next.
        for _ in 0..round {
            let page = control.list_events(&query).await.unwrap();
            query.after = page.next_after.try_into().ok();
            seen.extend(page.events);
        }
    }
    let kinds: Vec<_> = seen.iter().map(|event| event.kind.as_str()).collect();
    assert_eq!(kinds, ["payment.settled", "payment.rejected"].repeat(4));
    assert!(seen.is_sorted_by(|one, next| one.position < next.position));
    assert!(seen.iter().all(|event| event.partner.as_deref() == Some(CLIENT_ID)));
    assert!(seen[1].detail.as_json().contains("AM14"), "{}", seen[1].detail.as_json());

    let one = EventQuery { subject: seen[2].subject.parse().ok(), ..EventQuery::default() };
    assert_eq!(control.list_events(&one).await.unwrap().events, [seen[2].clone()]);
    // A prefix is no pattern.
    for (kind, expected) in [("clock.", 8), ("clock", 8), ("%", 0), ("_lock", 0), ("payment.settled", 4)] {
        let query = EventQuery { kind: kind.parse().ok(), ..EventQuery::default() };
        assert_eq!(control.list_events(&query).await.unwrap().events.len(), expected, "{kind}");
    }
    let nobody = EventQuery { partner: "nobody".parse().ok(), ..EventQuery::default() };
    let nothing = control.list_events(&nobody).await.unwrap();
    assert!(nothing.events.is_empty() && nothing.next_after >= seen.last().unwrap().position);
}
