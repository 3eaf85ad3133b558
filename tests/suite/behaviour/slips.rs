//! Slips: those that payments make, their pictures, and those that banks are given.

use super::{
    behaviour,
    world::{DEMO, Network, World, payment},
};
use bytes::Bytes;
use http::{Method, Request};
use satang_core::{Entropy, Error, System};
use satang_gateway::{demo::DRAWERS, store::StoreError};
use satang_schema::{
    contract::Example,
    direct_debit::{Occurrences, PaymentResult, ProcessingStatus, ScheduleSubmission},
    sandbox::{EventQuery, NewSlip, PaymentQuery, SlipDetails, SlipQuery},
    slip_verification::SlipParty,
};
use satang_slip_verification::{BankSlip, Mode, picture};

behaviour!(
    a_payment_makes_a_slip_whose_picture_says_the_same,
    a_payment_makes_one_slip_however_often_it_is_sent,
    a_rejected_payment_makes_no_slip,
    each_run_of_a_schedule_makes_a_slip,
    a_picture_is_found_under_its_own_address_only,
    a_bank_is_given_a_slip,
    a_reference_is_given_once_and_those_of_payments_to_payments_only,
    what_is_wrong_with_a_new_slip_is_named,
    the_first_and_the_last_moment_make_slips,
    slips_come_in_pages_that_miss_nothing,
);

/// The bank that the demo partner's customers have their accounts with.
const OWN_BANK: &str = "025";

async fn slips_of(world: &World<impl Network>, paid: &PaymentResult) -> Vec<SlipDetails> {
    let payment_reference_identification = paid.payment_reference_identification.clone();
    let query = SlipQuery { payment_reference_identification, ..SlipQuery::default() };
    world.control().list_slips(&query).await.unwrap().slips
}

/// What is at an address: the status and the media type, and the bytes.
async fn load(world: &World<impl Network>, method: Method, url: &str) -> ((u16, String), Bytes) {
    let path = url.strip_prefix("http://127.0.0.1:8700").unwrap_or(url);
    let request = Request::builder().method(method).uri(path).body(Bytes::new()).unwrap();
    let answer = world.send(request).await;
    let media_type = answer.headers()["content-type"].to_str().unwrap().to_owned();
    ((answer.status().as_u16(), media_type), answer.into_body())
}

/// What the code in a slip's picture says.
async fn read(world: &World<impl Network>, slip: &SlipDetails) -> Vec<String> {
    let (head, png) = load(world, Method::GET, &slip.picture_url).await;
    assert_eq!(head, (200, "image/png".to_owned()));
    let codes = picture::read(&png, &picture::Limits::default()).unwrap();
    codes.slips(Mode::Strict).map(|slip| slip.value.to_payload().unwrap()).collect()
}

/// Names and accounts of one side, as they are told.
fn told(party: &SlipParty) -> [Option<&str>; 3] {
    let account = party.account.as_ref().and_then(|account| account.value.as_ref());
    [
        party.display_name.as_ref().map(|name| name.as_str()),
        party.name.as_ref().map(|name| name.as_str()),
        account.map(|account| account.as_str()),
    ]
}

async fn a_payment_makes_a_slip_whose_picture_says_the_same(world: World<impl Network>) {
    let paid = world.client(DEMO).await.real_time_payment(&payment("5000.00")).await.unwrap();
    let [slip] = slips_of(&world, &paid).await.try_into().unwrap();
    assert_eq!(slip.sending_bank.as_str(), OWN_BANK);
    assert_eq!(slip.receiving_bank.as_ref().map(|bank| bank.as_str()), Some(OWN_BANK));
    assert_eq!((slip.trans_ref.as_str().len(), &slip.trans_ref.as_str()[..3]), (25, "KSA"));
    assert_eq!(slip.amount.to_string(), "5000.00");
    assert_eq!(slip.date_time.to_string(), "2026-03-01T09:00:00.000+07:00");
    assert_eq!(told(&slip.sender), [Some("สมชาย จ"), Some("Somchai J"), Some("xxx-x-x1155-x")]);
    assert_eq!(told(&slip.receiver), [None, Some("Demo Partner"), Some("xxx-x-x6282-x")]);
    assert_eq!([&slip.ref1, &slip.ref2, &slip.ref3], [&Some("REF1".into()), &Some("REF2".into()), &None]);

    let read_back = BankSlip::read(&slip.payload).unwrap();
    assert_eq!(read_back.sending_bank.as_str(), OWN_BANK);
    assert_eq!(read_back.trans_ref.as_str(), slip.trans_ref.as_str());
    assert_eq!(read(&world, &slip).await, [slip.payload.as_str()]);
    let once = load(&world, Method::GET, &slip.picture_url).await;
    assert!(once == load(&world, Method::GET, &slip.picture_url).await, "the same bytes each time");
    world.audit().await;
}

async fn a_payment_makes_one_slip_however_often_it_is_sent(world: World<impl Network>) {
    let client = world.client(DEMO).await;
    let request = payment("10.00");
    let (first, second) =
        (client.real_time_payment(&request).await, client.real_time_payment(&request).await);
    let paid = first.unwrap();
    assert_eq!(second.unwrap(), paid);
    let [slip] = slips_of(&world, &paid).await.try_into().unwrap();
    let other = client.real_time_payment(&payment("10.00")).await.unwrap();
    let [another] = slips_of(&world, &other).await.try_into().unwrap();
    assert_ne!(slip.trans_ref, another.trans_ref);
}

async fn a_rejected_payment_makes_no_slip(world: World<impl Network>) {
    let client = world.client(DEMO).await;
    let before = all(&world).await.len();
    for drawer in &DRAWERS[1..] {
        let mut request = payment("500.00");
        request.payer_information.payment_token = drawer.token.parse().unwrap();
        let answer = client.real_time_payment(&request).await.unwrap();
        assert_eq!(answer.processing_status, ProcessingStatus::Rejected);
        assert!(slips_of(&world, &answer).await.is_empty(), "{}", drawer.account);
    }
    assert_eq!(all(&world).await.len(), before);
    world.audit().await;
}

async fn each_run_of_a_schedule_makes_a_slip(world: World<impl Network>) {
    let mut plan = ScheduleSubmission::example();
    plan.transaction_identification.0 = System.uuid();
    plan.schedule_information.start_date = "2026-03-31".parse().unwrap();
    plan.schedule_information.number_of_occurrences = Occurrences::new(3).ok();
    world.client(DEMO).await.schedule_submission(&plan).await.unwrap();
    world.gateway.advance_to("2026-05-01T00:00:00+07:00".parse().unwrap()).await.unwrap();

    let control = world.control();
    let payments = control.list_payments(&PaymentQuery::default()).await.unwrap().payments;
    assert_eq!(payments.len(), 2);
    for (payment, day) in payments.iter().zip(["2026-03-31", "2026-04-30"]) {
        let query = SlipQuery {
            payment_reference_identification: payment.payment_reference_identification.parse().ok(),
            ..SlipQuery::default()
        };
        let [slip] = control.list_slips(&query).await.unwrap().slips.try_into().unwrap();
        assert_eq!(slip.date_time.to_string(), format!("{day}T06:00:00.000+07:00"));
        assert_eq!(slip.amount.to_string(), payment.payment_amount.to_string());
        assert_eq!(read(&world, &slip).await, [slip.payload.as_str()]);
    }
    world.audit().await;
}

async fn a_picture_is_found_under_its_own_address_only(world: World<impl Network>) {
    let client = world.client(DEMO).await;
    let mut urls = Vec::new();
    for _ in 0..2 {
        let paid = client.real_time_payment(&payment("1.00")).await.unwrap();
        urls.push(slips_of(&world, &paid).await.remove(0).picture_url);
    }
    let [own, other] = [&urls[0], &urls[1]];
    let nothing = ((404, "text/plain".to_owned()), Bytes::new());
    let (of_slip, code) = own.rsplit_once('/').unwrap();
    let (_, code_of_other) = other.rsplit_once('/').unwrap();
    assert_eq!(code.len(), "0123456789abcdef0123456789abcdef.png".len());
    let flipped = code.replacen(&code[..1], if code.starts_with('0') { "1" } else { "0" }, 1);
    for wrong in [
        format!("{of_slip}/{code_of_other}"),
        format!("{of_slip}/{flipped}"),
        format!("{of_slip}/{}", code.to_uppercase()),
        format!("{of_slip}/{}", &code[1..]),
        format!("{of_slip}/.png"),
        of_slip.to_owned(),
        format!("{own}/"),
        own.replace("/025/", "/014/"),
        own.replace("/KSA", "/ksa"),
        "/slip-pictures/025/x/00000000000000000000000000000000.png".to_owned(),
        "/slip-pictures/25/-/0.png".to_owned(),
        "/slip-pictures".to_owned(),
    ] {
        assert!(load(&world, Method::GET, &wrong).await == nothing, "{wrong}");
    }
    assert_eq!(load(&world, Method::GET, own).await.0.0, 200);
    assert_eq!(load(&world, Method::POST, own).await.0.0, 405);
}

/// A slip of another bank.
fn new_slip(bank: &str, reference: &str) -> NewSlip {
    NewSlip {
        sending_bank: bank.parse().unwrap(),
        trans_ref: reference.parse().unwrap(),
        ..NewSlip::example()
    }
}

async fn a_bank_is_given_a_slip(world: World<impl Network>) {
    let control = world.control();
    let added = control.add_slip(&new_slip("071", "Abc1")).await.unwrap();
    assert_eq!(told(&added.sender), [Some("ทดสอบ ก"), Some("TEST K"), Some("xxx-x-x2295-x")]);
    let proxy = added.receiver.proxy.as_ref().and_then(|proxy| proxy.value.as_ref());
    assert_eq!(proxy.map(|proxy| proxy.as_str()), Some("xxxxxx4567"));
    assert_eq!(added.date_time.to_string(), "2026-03-01T08:55:00.000+07:00");
    assert_eq!((&added.payment_reference_identification, added.amount.to_string()), (&None, "100.00".into()));
    assert_eq!(read(&world, &added).await, [added.payload.as_str()]);

    let by_bank = SlipQuery { sending_bank: "071".parse().ok(), ..SlipQuery::default() };
    assert_eq!(control.list_slips(&by_bank).await.unwrap().slips, std::slice::from_ref(&added));
    let by_reference = SlipQuery { trans_ref: "abc1".parse().ok(), ..SlipQuery::default() };
    assert_eq!(control.list_slips(&by_reference).await.unwrap().slips, [], "case matters");

    let least = NewSlip {
        date_time: None,
        receiving_bank: None,
        sender: None,
        receiver: None,
        ref1: None,
        ..new_slip("071", "b")
    };
    let least = control.add_slip(&least).await.unwrap();
    assert_eq!(least.date_time.to_string(), "2026-03-01T09:00:00.000+07:00", "now");
    assert_eq!(read(&world, &least).await, [least.payload.as_str()]);

    let query = EventQuery { kind: "slip.".parse().ok(), ..EventQuery::default() };
    let events = control.list_events(&query).await.unwrap().events;
    let subjects: Vec<_> = events.iter().map(|event| (event.kind.as_str(), event.subject.as_str())).collect();
    assert_eq!(subjects, [("slip.added", "071Abc1"), ("slip.added", "071b")]);
    assert!(!format!("{events:?}").contains("1112222954"), "an account number stands in the log");
    world.audit().await;
}

#[track_caller]
fn refused(outcome: Result<SlipDetails, Error>) -> (u16, Option<String>) {
    let error = outcome.unwrap_err();
    (error.status().unwrap().as_u16(), error.code().map(str::to_owned))
}

async fn a_reference_is_given_once_and_those_of_payments_to_payments_only(world: World<impl Network>) {
    let control = world.control();
    let first = control.add_slip(&new_slip("071", "a")).await.unwrap();
    let again = NewSlip { amount: "1.00".parse().unwrap(), ..new_slip("071", "a") };
    assert_eq!(refused(control.add_slip(&again).await), (409, Some("SBX-4091".into())));
    assert_eq!(read(&world, &first).await, [first.payload.as_str()]);
    let by_bank = SlipQuery { sending_bank: "071".parse().ok(), ..SlipQuery::default() };
    assert_eq!(control.list_slips(&by_bank).await.unwrap().slips, [first], "it stays as it is");
    for (bank, reference) in [("071", "A"), ("073", "a"), ("073", "KSA1"), (OWN_BANK, "ksa1")] {
        control.add_slip(&new_slip(bank, reference)).await.unwrap();
    }
    for reference in ["KSA", "KSA000000000000000000000z"] {
        assert_eq!(refused(control.add_slip(&new_slip(OWN_BANK, reference)).await).0, 409, "{reference}");
    }
}

async fn what_is_wrong_with_a_new_slip_is_named(world: World<impl Network>) {
    let body = r#"{"sendingBank": "7", "transRef": "a-b", "amount": 0, "dateTime": "now", "receivingBank": "0041",
        "sender": {"accountNumber": "12-3", "proxy": {"type": "MSISDN", "value": ""}}, "receiver": [], "ref1": "",
        "more": 1}"#;
    let request = Request::post("/sandbox/v1/slips/add")
        .header("authorization", format!("Bearer {}", super::world::ADMIN_KEY))
        .header("content-type", "application/json")
        .header("x-client-transaction-id", System.uuid().to_string())
        .body(Bytes::from_static(body.as_bytes()));
    let answer = world.send(request.unwrap()).await;
    let problem: serde_json::Value = serde_json::from_slice(answer.body()).unwrap();
    let mut found: Vec<_> =
        problem["errors"].as_array().unwrap().iter().map(|it| it["pointer"].as_str().unwrap()).collect();
    found.sort_unstable();
    let expected = [
        "/amount",
        "/dateTime",
        "/more",
        "/receiver",
        "/receivingBank",
        "/ref1",
        "/sender/accountNumber",
        "/sender/proxy/value",
        "/sendingBank",
        "/transRef",
    ];
    assert_eq!((answer.status().as_u16(), found.as_slice()), (400, &expected[..]), "{problem}");
    let count = world.count("SELECT count(*) FROM slip WHERE bank = $1", "007").await;
    assert_eq!(count, 0);
}

/// Every moment that the contract takes can be told and drawn.
async fn the_first_and_the_last_moment_make_slips(world: World<impl Network>) {
    for (reference, moment) in [("first", "0001-01-01T00:00:00Z"), ("last", "9999-12-30T21:59:59.999Z")] {
        let date_time = Some(moment.parse().unwrap());
        let added =
            world.control().add_slip(&NewSlip { date_time, ..new_slip("071", reference) }).await.unwrap();
        assert_eq!(added.date_time.timestamp(), moment.parse().unwrap());
        assert_eq!(read(&world, &added).await, [added.payload.as_str()]);
    }
}

async fn all(world: &World<impl Network>) -> Vec<SlipDetails> {
    let mut query = SlipQuery { limit: 2.try_into().ok(), ..SlipQuery::default() };
    let mut found = Vec::new();
    loop {
        let page = world.control().list_slips(&query).await.unwrap();
        found.extend(page.slips);
        query.cursor = page.next_cursor;
        if query.cursor.is_none() {
            return found;
        }
    }
}

/// The clock stands, so all have come at one time; two banks have given the same reference.
async fn slips_come_in_pages_that_miss_nothing(world: World<impl Network>) {
    let (control, client) = (world.control(), world.client(DEMO).await);
    let before = all(&world).await.len();
    for (bank, reference) in [("071", "x"), ("073", "x"), ("069", "x"), ("071", "w"), ("069", "Y")] {
        control.add_slip(&new_slip(bank, reference)).await.unwrap();
        client.real_time_payment(&payment("1.00")).await.unwrap();
    }
    let found = all(&world).await;
    assert_eq!(found.len(), before + 10);
    let key = |slip: &SlipDetails| format!("{}{}", slip.sending_bank.as_str(), slip.trans_ref.as_str());
    let mut keys: Vec<_> = found.iter().map(key).collect();
    keys.sort();
    keys.dedup();
    assert_eq!(keys.len(), before + 10, "nothing twice");
    let stored = world
        .gateway
        .store()
        .read(|tx| tx.query("SELECT bank || reference FROM slip ORDER BY 1", &[], |row| row.text(0)));
    assert_eq!(stored.await.unwrap_or_else(|error: StoreError| panic!("{error}")), keys);
}
