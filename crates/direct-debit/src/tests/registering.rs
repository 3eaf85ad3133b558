//! The customer's way to the bank and back, and the end of it.

use super::bank::{Bank, Counting, Fate, JOURNEY, TOKEN, date_time};
use crate::{
    Arrivals, DirectDebit, Entropy, Journey, JourneyIdentifier, OAuthClient, Patience, Registered,
    Registration, Returned, Stored, wire,
};
use pollster::block_on;
use std::{
    collections::BTreeMap,
    pin::pin,
    task::{Context, Poll, Waker},
    time::Duration,
};
use wire::{PaymentTokenStatus, RegistrationResult, TypeOfIdentification};

fn client(bank: &str, redirect_uri: &str) -> OAuthClient {
    OAuthClient {
        bank: bank.parse().unwrap(),
        client_id: "demo-partner".parse().unwrap(),
        redirect_uri: redirect_uri.parse().unwrap(),
    }
}

fn registration() -> Registration {
    Registration::new("REG0001".parse().unwrap())
}

fn journey_to(redirect_uri: &str) -> Journey {
    let bank = DirectDebit::new(Bank::default()).with_entropy(Counting::default());
    block_on(bank.register(&registration(), &client("https://bank.example", redirect_uri))).unwrap()
}

fn journey() -> Journey {
    journey_to("https://shop.example/registered")
}

/// The bytes 0 to 31, and 32 to 63.
const STATE: &str = "AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8";
const VERIFIER: &str = "ICEiIyQlJicoKSorLC0uLzAxMjM0NTY3ODk6Ozw9Pj8";

#[test]
fn the_authorize_url_is_exact() {
    // Thai text in a URI is percent-encoded UTF-8, and so is the URI in the query.
    let redirect = "https://shop.example/%E0%B8%81%E0%B8%A5%E0%B8%B1%E0%B8%9A?shop=7&x=a%20b&back=%2Fa%3Fb";
    assert_eq!(
        journey_to(redirect).url(),
        "https://bank.example/auth/oauth/v2/authorize?response_type=code&client_id=demo-partner\
         &redirect_uri=https%3A%2F%2Fshop.example%2F%25E0%25B8%2581%25E0%25B8%25A5%25E0%25B8%25B1%25E0%25B8%259A\
         %3Fshop%3D7%26x%3Da%2520b%26back%3D%252Fa%253Fb\
         &scope=direct-debit-registration&oauth_context_id=68c971e1-6652-48f9-af3a-0f6c70bde952\
         &state=AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8\
         &code_challenge=zwkx4Wi0nph1A8rxivb-JTtrPYKoEAjD6OHuZ8fI3FU&code_challenge_method=S256"
    );
    let query = journey_to(redirect).url().split_once('?').unwrap().1.to_owned();
    let parameters: BTreeMap<_, _> = form_urlencoded::parse(query.as_bytes()).collect();
    assert_eq!(parameters["redirect_uri"], redirect, "what the bank reads is what was registered");
    assert_eq!(journey().code_verifier().unwrap().as_str(), VERIFIER);
}

/// RFC 7636, appendix B.
#[test]
fn the_challenge_is_that_of_the_specification() {
    struct Vector(std::sync::atomic::AtomicBool);
    impl Entropy for Vector {
        fn fill(&self, bytes: &mut [u8]) {
            // The first bytes are the state's.
            if self.0.swap(true, std::sync::atomic::Ordering::Relaxed) {
                bytes.copy_from_slice(&[
                    116, 24, 223, 180, 151, 153, 224, 37, 79, 250, 96, 125, 216, 173, 187, 186, 22, 212, 37,
                    77, 105, 214, 191, 240, 91, 88, 5, 88, 83, 132, 141, 121,
                ]);
            }
        }
    }
    let bank = DirectDebit::new(Bank::default()).with_entropy(Vector(false.into()));
    let client = client("https://bank.example/prefix/", "https://shop.example/registered");
    let journey = block_on(bank.register(&registration(), &client)).unwrap();
    assert_eq!(journey.code_verifier().unwrap().as_str(), "dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk");
    assert!(journey.url().contains("&code_challenge=E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM&"));
    assert!(journey.url().starts_with("https://bank.example/prefix/auth/oauth/v2/authorize?"));
}

#[test]
fn the_context_is_what_the_registration_says() {
    let bank = Bank::default();
    let full = registration()
        .with_second_reference("1234567890121".parse().unwrap())
        .with_identity(TypeOfIdentification::Passport, "AA1234567".parse().unwrap());
    let client = client("https://bank.example", "https://shop.example/registered");
    block_on(DirectDebit::new(bank.clone()).register(&full, &client)).unwrap();
    let (operation, body) = bank.memory().calls[0].clone();
    assert_eq!(operation, "prepare_oauth_context");
    assert_eq!(
        body,
        serde_json::json!({ "direct-debit-registration": { "ref1": "REG0001", "ref2": "1234567890121",
            "typeOfIdentification": "PASSPORT", "identificationNumber": "AA1234567" } })
    );
}

#[test]
fn addresses_that_could_not_work_are_refused_before_anything_is_sent() {
    for (bank_url, redirect_uri, pointer) in [
        ("https://bank.example/?a=b", "https://shop.example/back", "/bank"),
        ("https://bank.example/#a", "https://shop.example/back", "/bank"),
        ("https://bank.example", "https://shop.example/back#done", "/redirect_uri"),
        ("https://bank.example", "https://shop.example/back?state=1", "/redirect_uri"),
        ("https://bank.example", "https://shop.example/back?a=b&%63ode=1", "/redirect_uri"),
        ("https://bank.example", "https://shop.example/back?error", "/redirect_uri"),
    ] {
        let bank = Bank::default();
        let outcome = DirectDebit::new(bank.clone());
        let error = block_on(outcome.register(&registration(), &client(bank_url, redirect_uri))).unwrap_err();
        let pointers: Vec<_> =
            error.violations().iter().map(|violation| violation.pointer.as_str()).collect();
        assert_eq!(pointers, [pointer], "{bank_url} {redirect_uri}");
        assert!(bank.memory().calls.is_empty());
    }
}

#[test]
fn only_the_own_browser_is_believed() {
    let state = format!("state={STATE}");
    let wrong = format!("state={}", STATE.replace('A', "B"));
    for (query, expected) in [
        (format!("code=abc&{state}"), "code abc"),
        (format!("shop=7&{state}&x=1&code=a%2Fb%20c&y"), "code a/b c"),
        (
            format!("error=access_denied&error_description=no%0Athanks&{state}"),
            "error access_denied no thanks",
        ),
        (format!("error=server_error&{state}"), "error server_error "),
        (format!("code=abc&{state}#code=other&state=x"), "code abc"),
        ("code=abc".into(), "/state missing"),
        ("code=abc&state=".into(), "/state missing"),
        (format!("code=abc&{wrong}"), "/state inconsistent"),
        (format!("code=abc&{}", &state[..state.len() - 1]), "/state inconsistent"),
        (format!("code=abc&{state}x"), "/state inconsistent"),
        (format!("code=abc&{state}&{state}"), "/state duplicate"),
        (format!("code=abc&{wrong}&{state}"), "/state duplicate /state inconsistent"),
        (format!("code=abc&code=abd&{state}"), "/code duplicate"),
        (format!("error=a&error=b&{state}"), "/error duplicate"),
        (format!("error=a&error_description=1&error_description=2&{state}"), "/error_description duplicate"),
        (format!("code=abc&error=access_denied&{state}"), " inconsistent"),
        (state.clone(), " inconsistent"),
        (format!("code=&{state}"), " inconsistent"),
        (format!("code=a%0Ab&{state}"), "/code malformed"),
        (String::new(), " inconsistent /state missing"),
        (format!("code=abc&{state}&x={}", "y".repeat(9_000)), " limit"),
        (format!("#code=abc&{state}"), " inconsistent /state missing"),
    ] {
        for uri in [format!("https://shop.example/registered?{query}"), format!("/registered?{query}")] {
            let told = match journey().finish(&uri) {
                Ok(Returned::Code(code)) => format!("code {}", code.as_str()),
                Ok(Returned::Error { error, description }) => {
                    format!("error {error} {}", description.unwrap_or_default())
                }
                Err(error) => {
                    assert!(!error.to_string().contains("abc"), "{error}");
                    let told = |violation: &satang_validation::Violation| {
                        format!("{} {}", violation.pointer, violation.code.as_str())
                    };
                    error.violations().iter().map(told).collect::<Vec<_>>().join(" ")
                }
            };
            assert_eq!(told, expected, "{uri}");
        }
    }
}

#[test]
fn a_journey_is_kept_whole_and_shown_without_its_secrets() {
    let kept = serde_json::to_string(&journey().stored()).unwrap();
    let restored = Journey::restore(serde_json::from_str::<Stored>(&kept).unwrap());
    assert_eq!(restored.url(), journey().url());
    assert_eq!(restored.identifier().to_string(), JOURNEY);
    assert_eq!(restored.code_verifier(), journey().code_verifier());
    assert!(restored.finish(&format!("/?code=abc&state={STATE}")).is_ok());
    for shown in [format!("{restored:?}"), format!("{:?}", restored.stored())] {
        assert!(!shown.contains(STATE) && !shown.contains(VERIFIER) && shown.contains(JOURNEY), "{shown}");
    }
    let returned = restored.finish(&format!("/?code=the-code&state={STATE}")).unwrap();
    assert!(!format!("{returned:?}").contains("the-code"));
}

#[test]
fn a_lost_beginning_is_an_error_that_harms_nobody() {
    let bank = Bank::with_fates(&[Fate::LostAfter]);
    let client = client("https://bank.example", "https://shop.example/registered");
    let facade = DirectDebit::new(bank.clone());
    assert!(block_on(facade.register(&registration(), &client)).unwrap_err().is_retryable());
    assert!(block_on(facade.register(&registration(), &client)).is_ok());
}

fn identifier() -> JourneyIdentifier {
    JOURNEY.parse().unwrap()
}

fn three(bank: &Bank) -> DirectDebit<Bank> {
    DirectDebit::new(bank.clone()).with_waiting(Patience::new([Duration::ZERO; 3]))
}

#[test]
fn waiting_tells_where_the_registration_stands() {
    let rejected = Registered::Rejected { reason: Some("NOAS".into()), description: None };
    for (status, expected, inquiries) in [
        (Some("ACTV"), Registered::Active(TOKEN.parse().unwrap()), 1),
        (Some("RJCT"), rejected, 1),
        (Some("EXPD"), Registered::Expired, 1),
        (Some("CANC"), Registered::Withdrawn(PaymentTokenStatus::Cancelled), 1),
        (Some("SUSP"), Registered::Withdrawn(PaymentTokenStatus::Suspended), 1),
        (Some("PDNG"), Registered::StillPending, 3),
        (Some("ZZZZ"), Registered::StillPending, 3),
        (None, Registered::StillPending, 3),
    ] {
        let bank = Bank::default();
        bank.memory().token = status;
        assert_eq!(block_on(three(&bank).wait(identifier())).unwrap(), expected);
        assert_eq!(bank.count("token_status_inquiry"), inquiries, "{status:?}");
    }
}

#[test]
fn waiting_outlasts_lost_answers_but_not_refusals() {
    use Fate::{Answered, FailsBefore, LostAfter, LostBefore, NotSent};
    for (fates, expected) in [
        ([LostBefore, LostAfter, Answered], true),
        ([NotSent, FailsBefore, Answered], true),
        ([LostBefore, LostBefore, LostBefore], false),
    ] {
        let bank = Bank::with_fates(&fates);
        bank.memory().token = Some("ACTV");
        let outcome = block_on(three(&bank).wait(identifier()));
        assert_eq!(outcome.is_ok(), expected, "{outcome:?}");
        assert_eq!(bank.count("token_status_inquiry"), 3);
    }
}

/// A callback for the journey.
fn callback(status: PaymentTokenStatus, journey: &str) -> RegistrationResult {
    RegistrationResult {
        journey_identifier: journey.parse().unwrap(),
        payment_token: (status == PaymentTokenStatus::Active).then(|| TOKEN.parse().unwrap()),
        payment_token_status: status,
        reference_number1: None,
        reference_number2: None,
        drawer_account_number: None,
        registration_channel: None,
        status_date_time: date_time("2020-08-15T09:30:00.000+07:00"),
        status_reason_code: None,
        status_reason_description: None,
    }
}

/// A bank where time stands still: only a callback ends the waiting.
#[derive(Clone)]
struct Still(Bank);

impl satang_core::Transport for Still {
    async fn call(
        &self,
        operation: &'static satang_core::Operation,
        request: http::Request<bytes::Bytes>,
    ) -> Result<http::Response<bytes::Bytes>, satang_core::Error> {
        self.0.call(operation, request).await
    }
}

impl satang_core::Timer for Still {
    async fn sleep(&self, pause: Duration) {
        if pause > Duration::ZERO {
            std::future::pending().await
        }
    }
}

#[test]
fn a_callback_ends_the_waiting_of_its_journey_alone() {
    let bank = Bank::default();
    bank.memory().token = Some("PDNG");
    let arrivals = Arrivals::default();
    let facade = DirectDebit::new(Still(bank.clone()))
        .with_waiting(Patience::new([Duration::ZERO, Duration::from_secs(5), Duration::from_secs(5)]))
        .with_arrivals(arrivals.clone());
    {
        let mut context = Context::from_waker(Waker::noop());
        let (mut first, mut second) = (pin!(facade.wait(identifier())), pin!(facade.wait(identifier())));
        assert!(first.as_mut().poll(&mut context).is_pending());
        assert!(second.as_mut().poll(&mut context).is_pending());
        arrivals.hand_over(&callback(PaymentTokenStatus::Active, "00000000-0000-4000-8000-000000000000"));
        arrivals.hand_over(&callback(PaymentTokenStatus::Pending, JOURNEY));
        assert!(first.as_mut().poll(&mut context).is_pending(), "it is no end");
        arrivals.hand_over(&callback(PaymentTokenStatus::Active, JOURNEY));
        let Poll::Ready(Ok(Registered::Active(token))) = first.as_mut().poll(&mut context) else {
            panic!("a callback is an end");
        };
        assert_eq!(token.as_str(), TOKEN);
        assert!(
            second.as_mut().poll(&mut context).is_pending(),
            "the second has not seen the first callback yet"
        );
        arrivals.hand_over(&callback(PaymentTokenStatus::Rejected, JOURNEY));
        assert!(matches!(
            second.as_mut().poll(&mut context),
            Poll::Ready(Ok(Registered::Active(_) | Registered::Rejected { .. }))
        ));
    }
    {
        let mut left = pin!(facade.wait(identifier()));
        assert!(left.as_mut().poll(&mut Context::from_waker(Waker::noop())).is_pending());
        assert_eq!(format!("{arrivals:?}"), "Arrivals { journeys: 1 }");
    }
    assert_eq!(format!("{arrivals:?}"), "Arrivals { journeys: 0 }", "nothing is kept for those who left");
    assert_eq!(bank.count("token_status_inquiry"), 3);
}

#[test]
fn every_call_can_move_between_threads() {
    fn check<F: Future + Send>(_: F) {}
    let bank = DirectDebit::new(Bank::default());
    let journey = journey();
    let (token, at) = (TOKEN.parse().unwrap(), date_time("2020-08-15T00:00:00+07:00"));
    check(bank.register(&registration(), &client("https://bank.example", "https://shop.example/")));
    check(bank.wait(&journey));
    check(bank.registration(&journey));
    check(bank.cancel(&token, None));
    check(bank.resolve_schedule(super::bank::PLAN.parse().unwrap()));
    check(bank.history(at, at).next());
}
