//! The schedule, the requests, and what the receiver's answers do.

use super::*;
use satang_core::{
    signature::{self, Key},
    webhook::{self, Secret, Trusted},
};

const SCHEDULE: [i64; 5] = [0, 1, 6, 21, 81];

fn at(outcome: &str, minutes: &[i64]) -> Vec<(i64, String)> {
    minutes.iter().map(|minute| (*minute, outcome.to_owned())).collect()
}

#[tokio::test]
async fn a_receiver_that_refuses_is_tried_five_times_and_replay_begins_anew() {
    let courier = Told::new(|_, before| status(if before < 5 { 500 } else { 204 }));
    let world = World::new(courier.clone()).await;
    world.enqueue("partner", 0..1).await;
    let [id] = world.ids("PENDING").await.try_into().unwrap();

    // One moment before each attempt, it has not been made.
    for (made, minute) in SCHEDULE.iter().enumerate().skip(1) {
        world.until(minutes(*minute) - SignedDuration::from_millis(1)).await;
        assert_eq!(courier.carried.lock().unwrap().len(), made, "before minute {minute}");
    }
    assert_eq!(world.ids("DEAD").await, [] as [String; 0], "dead before the last attempt");
    world.until(minutes(10_000)).await;
    assert_eq!(world.attempts(&id).await, at("REFUSED", &SCHEDULE));
    assert_eq!(world.ids("DEAD").await, [id.as_str()]);

    assert!(world.replay(&id).await);
    assert!(!world.replay(&id).await, "what is pending cannot be replayed");
    world.gateway.catch_up().await.unwrap();
    assert_eq!(world.ids("DELIVERED").await, [id.as_str()]);
    assert!(world.replay(&id).await, "what was delivered can be");
    world.gateway.catch_up().await.unwrap();

    let carried = std::mem::take(&mut *courier.carried.lock().unwrap());
    assert_eq!(carried.len(), 7);
    for request in carried.iter() {
        assert_eq!(request.headers()["x-client-transaction-id"], id.as_str());
        assert_eq!(request.body(), carried[0].body());
    }
    let kinds =
        world.read(|tx| tx.query("SELECT kind FROM event ORDER BY position", &[], |row| row.text(0))).await;
    let expected = ["queued", "failed", "failed", "failed", "failed", "dead", "replayed", "delivered"];
    let expected = expected.iter().chain(&["replayed", "delivered"]).map(|kind| format!("callback.{kind}"));
    assert_eq!(kinds, expected.collect::<Vec<_>>());
}

#[tokio::test]
async fn what_each_answer_does() {
    type Answer = Result<Response<()>, Undelivered>;
    let asking = |status: u16, seconds: &str| -> Answer {
        Ok(Response::builder().status(status).header("retry-after", seconds).body(()).unwrap())
    };
    let delivered = |minute: i64| vec![(minute, "DELIVERED".to_owned())];
    let then = |outcome: &str, minute: i64| [at(outcome, &[0]), delivered(minute)].concat();
    let cases: Vec<(Answer, Vec<(i64, String)>)> = vec![
        (status(200), delivered(0)),
        (status(299), delivered(0)),
        (status(410), at("GONE", &[0])),
        (status(199), then("REFUSED", 1)),
        (status(302), then("REFUSED", 1)),
        (status(401), then("REFUSED", 1)),
        (status(404), then("REFUSED", 1)),
        (status(500), then("REFUSED", 1)),
        (Err(Undelivered::Address), then("ADDRESS", 1)),
        (Err(Undelivered::Connect), then("CONNECT", 1)),
        (Err(Undelivered::Timeout), then("TIMEOUT", 1)),
        (Err(Undelivered::Broken), then("BROKEN", 1)),
        // Never earlier than the schedule, nor later than in a day.
        (asking(503, "1"), then("REFUSED", 1)),
        (asking(503, "420"), then("REFUSED", 7)),
        (asking(429, "7200"), then("REFUSED", 120)),
        (asking(429, "99999999999999999999"), then("REFUSED", 1)),
        (asking(429, "999999999999"), then("REFUSED", 24 * 60)),
        (asking(429, "soon"), then("REFUSED", 1)),
        (asking(500, "420"), then("REFUSED", 1)),
    ];
    for (answer, expected) in cases {
        let name = format!("{answer:?}");
        let first = Mutex::new(Some(answer));
        let courier = Told::new(move |_, _| first.lock().unwrap().take().unwrap_or_else(|| status(200)));
        let world = World::new(courier).await;
        world.enqueue("partner", 0..1).await;
        let [id] = world.ids("PENDING").await.try_into().unwrap();
        world.until(minutes(3_000)).await;
        assert_eq!(world.attempts(&id).await, expected, "{name}");
        let end = if expected.last().unwrap().1 == "DELIVERED" { "DELIVERED" } else { "DEAD" };
        assert_eq!(world.ids(end).await, [id], "{name}");
    }
}

/// A receiver knows only the machine's clock, and the keys and the address that are agreed when it is called.
#[tokio::test]
async fn each_attempt_is_proved_with_what_is_agreed_then() {
    let courier = Told::new(|_, _| status(500));
    let world = World::new(courier.clone()).await;
    world.enqueue("partner", 0..1).await;
    world.gateway.catch_up().await.unwrap();
    world.agree("partner", "http://127.0.0.1:8701/", CallbackProfile::StandardWebhooks).await;
    world.until(minutes(1)).await;
    let change = |tx: &mut Tx<'_>| tx.execute("UPDATE partner SET signature_key = 'whsec_bmV3'", &[]);
    world.gateway.store.write::<_, StoreError, _>(change).await.unwrap();
    world.until(minutes(6)).await;

    let [id] = world.ids("PENDING").await.try_into().unwrap();
    let carried = courier.carried.lock().unwrap();
    let expected = [
        ("https://partner.example/hook?a=b", "/hook?a=b", KEY, false),
        ("http://127.0.0.1:8701/", "/", KEY, true),
    ];
    let changed = ("http://127.0.0.1:8701/", "/", "whsec_bmV3", true);
    for (request, (uri, target, key, standard)) in carried.iter().zip(expected.into_iter().chain([changed])) {
        let (headers, body) = (request.headers(), request.body());
        assert_eq!(request.uri(), uri);
        let own = Key::new(key).unwrap().with_id("callback").unwrap();
        let verified = signature::verify(&own, request.method(), target, headers, body, start()).unwrap();
        assert_eq!((verified.client_transaction_id, verified.created), (id.clone(), start()));
        assert_eq!(headers.contains_key(webhook::SIGNATURE), standard);
        if standard {
            let secret = Trusted::new().secret(Secret::from_setting(key).unwrap());
            let public = Trusted::new().public_key(world.gateway.webhook_public_key("partner"));
            for trusted in [secret, public] {
                assert_eq!(webhook::verify(&trusted, headers, body, start()).unwrap().id, id);
            }
        }
    }
    assert_eq!(carried.len(), 3);
}

#[tokio::test]
async fn each_partner_has_a_webhook_key_of_its_own_that_lasts() {
    let world = World::new(Told::new(|_, _| status(200))).await;
    let key = |gateway: &Gateway, partner: &str| gateway.webhook_public_key(partner).to_string();
    let before = [key(&world.gateway, "partner"), key(&world.gateway, "other")];
    assert_ne!(before[0], before[1]);
    world.gateway.close().await.unwrap();
    let again = open(world.directory.path(), Told::new(|_, _| status(200))).await;
    assert_eq!([key(&again, "partner"), key(&again, "other")], before);
}

#[tokio::test]
async fn an_address_that_is_none_fails_without_a_request() {
    let courier = Told::new(|_, _| status(200));
    let world = World::new(courier.clone()).await;
    world.enqueue("partner", 0..1).await;
    world.agree("partner", "not a URL", CallbackProfile::Signature).await;
    world.gateway.catch_up().await.unwrap();
    world.gateway.agree("partner", Agreement::default()).await.unwrap();
    world.until(minutes(1)).await;
    let [id] = world.ids("PENDING").await.try_into().unwrap();
    assert_eq!(world.attempts(&id).await, at("ADDRESS", &[0, 1]));
    assert_eq!(courier.carried.lock().unwrap().len(), 0);
}

/// A process that died in the middle of an attempt: nobody knows what the receiver has seen, so it is told again.
#[tokio::test]
async fn an_attempt_that_was_cut_off_is_made_again() {
    struct Cut;
    impl Courier for Cut {
        fn carry(&self, _: Request<Bytes>) -> Delivery<'_> {
            Box::pin(std::future::pending())
        }
    }
    let world = World::new(Arc::new(Cut)).await;
    world.enqueue("partner", 0..1).await;
    let gateway = Arc::clone(&world.gateway);
    let attempt = tokio::spawn(async move { gateway.catch_up().await });
    let leased = "SELECT count(*) FROM agenda WHERE leased_until IS NOT NULL";
    while world.read(move |tx| tx.query_one(leased, &[], |row| row.int(0))).await != Some(1) {
        tokio::task::yield_now().await;
    }
    attempt.abort();
    world.gateway.close().await.unwrap();

    let again = Told::new(|_, _| status(200));
    let gateway = open(world.directory.path(), again.clone()).await;
    assert_eq!(gateway.catch_up().await.unwrap(), 1);
    assert_eq!(again.carried.lock().unwrap().len(), 1);
}
