//! What a receiver answers, and how often its handler is called.

use super::*;
use jiff::Timestamp;
use satang_core::webhook::Secret;
use std::sync::Mutex;

const KEY: &str = "partner-signature-key";
const PATH: &str = "/direct-debit/registration";
const DELIVERY: &str = "11111111-2222-4333-8444-555555555555";
const BODY: &str = concat!(
    r#"{"journeyIdentifier":"68c971e1-6652-48f9-af3a-0f6c70bde952","paymentTokenStatus":"ACTV","#,
    r#""paymentToken":"06252dbc-0a4c-437f-b718-f2aa836b10b3","statusDateTime":"2020-08-15T09:30:00.000+07:00"}"#
);

struct Standing;

impl Clock for Standing {
    fn now(&self) -> Timestamp {
        Timestamp::from_second(1_597_424_400).unwrap()
    }
}

/// A handler that counts what it takes, and answers as it is told.
#[derive(Clone, Default)]
struct Store {
    taken: Arc<Mutex<Vec<Notice>>>,
    answers: Arc<Mutex<Vec<Result<(), Unhandled>>>>,
}

impl Handle for Store {
    async fn handle(&self, notice: Notice) -> Result<(), Unhandled> {
        let answer = self.answers.lock().unwrap().pop().unwrap_or(Ok(()));
        if answer.is_ok() {
            self.taken.lock().unwrap().push(notice);
        }
        answer
    }
}

impl Store {
    fn count(&self) -> usize {
        self.taken.lock().unwrap().len()
    }
}

fn receiver(store: &Store) -> Receiver<Store, Recent> {
    let receiver = Receiver::new(store.clone()).remembering(Recent::default()).with_clock(Arc::new(Standing));
    receiver.signature_key(KEY).unwrap()
}

/// A callback as the bank signs it.
fn signed(body: &str, delivery: &str, key: &str) -> Request<String> {
    let digest = signature::digest(body.as_bytes());
    let key = Key::new(key).unwrap().with_id(KEY_ID).unwrap();
    let request = Request::post(PATH)
        .header("x-client-transaction-id", delivery)
        .header("signature", key.sign(&Method::POST, PATH, Standing.now(), &digest, delivery))
        .header("digest", digest);
    request.body(body.to_owned()).unwrap()
}

/// The same, as Standard Webhooks has it.
fn standard(body: &str, delivery: &str) -> Request<String> {
    let signed = Secret::from_setting(KEY).unwrap().sign(delivery, Standing.now(), body.as_bytes());
    let request = Request::post(PATH).header("webhook-id", delivery).header("webhook-signature", signed);
    request.header("webhook-timestamp", Standing.now().as_second()).body(body.to_owned()).unwrap()
}

fn ask<M: Memory>(receiver: &Receiver<Store, M>, request: Request<String>) -> u16 {
    pollster::block_on(receiver.answer(request)).status().as_u16()
}

#[test]
fn vector_16_the_same_event_twice_has_one_effect_and_a_changed_byte_is_refused() {
    let store = Store::default();
    let receiver = receiver(&store);
    assert_eq!(ask(&receiver, signed(BODY, DELIVERY, KEY)), 200);
    assert_eq!(ask(&receiver, signed(BODY, DELIVERY, KEY)), 200);
    assert_eq!(store.count(), 1);
    for position in [0, BODY.len() / 2, BODY.len() - 1] {
        let mut request = signed(BODY, DELIVERY, KEY);
        let mut bytes = std::mem::take(request.body_mut()).into_bytes();
        bytes[position] ^= 1;
        *request.body_mut() = String::from_utf8(bytes).unwrap();
        assert_eq!(ask(&receiver, request), 401, "byte {position}");
    }
    assert_eq!(store.count(), 1);
    let taken = store.taken.lock().unwrap();
    assert_eq!(
        (taken[0].delivery.as_str(), taken[0].result.payment_token_status.as_str()),
        (DELIVERY, "ACTV")
    );
}

#[test]
fn what_tells_the_same_is_the_same() {
    let other = "99999999-2222-4333-8444-555555555555";
    let suspended = BODY.replace("ACTV", "SUSP");
    let later = BODY.replace("09:30:00", "09:45:00");
    for (body, delivery, effects) in [
        (BODY, other, 1),          // another delivery of the same event
        (&suspended, DELIVERY, 1), // the same delivery: its body cannot have changed
        (&suspended, other, 2),    // another status
        (&later, other, 2),        // active again
    ] {
        let store = Store::default();
        let receiver = receiver(&store);
        assert_eq!(ask(&receiver, signed(BODY, DELIVERY, KEY)), 200);
        assert_eq!(ask(&receiver, signed(body, delivery, KEY)), 200);
        assert_eq!(store.count(), effects, "{body} {delivery}");
    }
}

#[test]
fn what_was_not_stored_may_come_again() {
    let store = Store::default();
    let receiver = receiver(&store);
    *store.answers.lock().unwrap() = vec![Ok(()), Err(Unhandled::Failed), Err(Unhandled::Unknown)];
    let answers: Vec<u16> = (0..4).map(|_| ask(&receiver, signed(BODY, DELIVERY, KEY))).collect();
    assert_eq!(answers, [404, 500, 200, 200]);
    assert_eq!(store.count(), 1);
}

#[test]
fn who_is_believed() {
    type Setting = fn(Receiver<Store, Recent>) -> Receiver<Store, Recent>;
    let webhooks: Setting = |it| it.webhooks(Trusted::new().secret(Secret::from_setting(KEY).unwrap()));
    let cases: [(&str, Setting, Request<String>, u16); 10] = [
        ("a signature", |it| it, signed(BODY, DELIVERY, KEY), 200),
        ("another key", |it| it, signed(BODY, DELIVERY, "another"), 401),
        (
            "another key that is trusted too",
            |it| it.signature_key("another").unwrap(),
            signed(BODY, DELIVERY, "another"),
            200,
        ),
        (
            "the old key beside a new one",
            |it| it.signature_key("another").unwrap(),
            signed(BODY, DELIVERY, KEY),
            200,
        ),
        ("no signature", |it| it, Request::post(PATH).body(BODY.into()).unwrap(), 401),
        ("an empty body", |it| it, Request::post(PATH).body(String::new()).unwrap(), 401),
        ("webhooks that nobody trusts", |it| it, standard(BODY, DELIVERY), 401),
        ("webhooks", webhooks, standard(BODY, DELIVERY), 200),
        ("at another path", |it| it.at("/other"), signed(BODY, DELIVERY, KEY), 401),
        ("at the path of the bank", |it| it.at(PATH), moved(signed(BODY, DELIVERY, KEY)), 200),
    ];
    for (name, setting, request, status) in cases {
        let store = Store::default();
        assert_eq!(ask(&setting(receiver(&store)), request), status, "{name}");
        assert_eq!(store.count(), usize::from(status == 200), "{name}");
    }
    // The signature of a partner's own call, whose key has another name, is no callback.
    let mut own = signed(BODY, DELIVERY, KEY);
    let signature = own.headers()["signature"].to_str().unwrap().replace(KEY_ID, "client-secret");
    own.headers_mut().insert("signature", signature.parse().unwrap());
    assert_eq!(ask(&receiver(&Store::default()), own), 401);
}

/// As a proxy would that takes a prefix away.
fn moved(mut request: Request<String>) -> Request<String> {
    *request.uri_mut() = "/registration".parse().unwrap();
    request
}

#[test]
fn what_is_no_callback_is_told_apart() {
    let store = Store::default();
    let receiver = receiver(&store);
    let mut get = signed(BODY, DELIVERY, KEY);
    *get.method_mut() = Method::GET;
    let answer = pollster::block_on(receiver.answer(get));
    assert_eq!(
        (answer.status().as_u16(), &answer.headers()["allow"]),
        (405, &HeaderValue::from_static("POST"))
    );
    for (body, status) in [
        ("{}".to_owned(), 400),
        ("not JSON".to_owned(), 400),
        (format!("{BODY}{}", " ".repeat(BODY_LIMIT)), 413),
        (BODY.replace(r#""paymentTokenStatus":"#, r#""unknownMember":1,"paymentTokenStatus":"#), 200),
    ] {
        assert_eq!(ask(&receiver, signed(&body, DELIVERY, KEY)), status, "{}", &body[..20.min(body.len())]);
    }
}

#[test]
fn a_memory_is_bounded_and_gives_back_what_was_dropped() {
    let memory = Recent::new(2);
    let notice = |delivery: &str, time: &str| {
        let body = BODY.replace("09:30:00", time);
        Notice { delivery: delivery.to_owned(), result: decode(body.as_bytes()).unwrap() }
    };
    let [first, second, third] = [notice("1", "01:00:00"), notice("2", "02:00:00"), notice("3", "03:00:00")];
    let claim = |notice: &Notice| pollster::block_on(memory.claim(notice)).unwrap();
    let Claim::New(hold) = claim(&first) else { panic!("new") };
    assert!(matches!(claim(&first), Claim::UnderWay));
    drop(hold);
    for notice in [&first, &second, &third] {
        let Claim::New(hold) = claim(notice) else { panic!("given back, or never seen") };
        pollster::block_on(memory.keep(hold)).unwrap();
        assert!(matches!(claim(notice), Claim::Known));
    }
    assert!(matches!(claim(&first), Claim::New(_)), "the oldest is forgotten");
    assert!(matches!(claim(&second), Claim::Known));
}
