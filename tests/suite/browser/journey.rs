//! The whole way, as the people on it see it: a customer on the bank's pages, then an operator in the console.

use super::{Browser, Served, Window, served::ADMIN_KEY};
use axum::{Router, response::Html, routing::get};
use jiff::{ToSpan, tz};
use satang_core::{Clock as _, System, signature::Key};
use satang_direct_debit::{
    Arrivals, Charge, Charged, Date, DirectDebit, Every, Journey, OAuthClient, Patience, PaymentToken, Plan,
    Registered, Registration, Returned, Scheduled, Timetable,
    receiver::{Notice, Receiver, Recent},
    wire::Occurrences,
};
use satang_gateway::{
    Agreement, CallbackProfile, Courier, Delivery, Undelivered,
    demo::{self, CREDITOR_ACCOUNT, CUSTOMERS, PASSWORD},
};
use satang_transport::{Client, Courier as ByHttp, Credentials, Server};
use std::{future::pending, sync::Arc, time::Duration};

/// The bank, and a partner with a shop of its own.
struct World {
    served: Served,
    bank: DirectDebit<Client>,
    client: OAuthClient,
}

impl World {
    async fn open() -> Self {
        let served = Served::with(|options| {
            options.admin_key = Some(ADMIN_KEY.into());
            options.courier = Arc::new(Post(ByHttp::builder().private_addresses(true).build().unwrap()));
            options.clock = Arc::new(System);
        })
        .await;
        tokio::spawn(Arc::clone(&served.gateway).work(pending()));
        let arrivals = Arrivals::default();
        let shop = shop(arrivals.clone()).await;
        let agreement = Agreement {
            registration_account: Some(CREDITOR_ACCOUNT.into()),
            redirect_uris: vec![format!("{shop}/registered")],
            callback_url: Some(format!("{shop}/direct-debit/registration")),
            callback_profile: CallbackProfile::StandardWebhooks,
        };
        served.gateway.agree(demo::CLIENT_ID, agreement).await.unwrap();
        let transport = Client::builder(&served.url)
            .credentials(Credentials::new(demo::CLIENT_ID, demo::CLIENT_SECRET))
            .signature_key(Key::new(demo::SIGNATURE_KEY).unwrap());
        // Nobody asks within a minute, so only the callback can end a wait.
        let bank = DirectDebit::new(transport.build().unwrap())
            .with_arrivals(arrivals)
            .with_waiting(Patience::new([Duration::from_secs(60)]));
        let client = OAuthClient {
            bank: served.url.parse().unwrap(),
            client_id: demo::CLIENT_ID.parse().unwrap(),
            redirect_uri: format!("{shop}/registered").parse().unwrap(),
        };
        Self { served, bank, client }
    }

    async fn charge(&self, token: &PaymentToken) {
        let (creditor, reference) = (CREDITOR_ACCOUNT.parse().unwrap(), "INVOICE-7".parse().unwrap());
        let charge = Charge::new(creditor, token.clone(), "5000.00".parse().unwrap(), reference);
        let outcome = self.bank.charge(&charge).await;
        assert!(matches!(outcome, Ok(Charged::Settled(_))), "{outcome:?}");
    }

    /// A month's plan from tomorrow on, by the sandbox's calendar.
    async fn plan(&self, token: &PaymentToken) {
        let today = tz::offset(7).to_datetime(self.served.gateway.now()).date();
        let timetable = Timetable::times(Every::Month, Date(today + 1.day()), Occurrences::new(12).unwrap());
        let (creditor, reference) = (CREDITOR_ACCOUNT.parse().unwrap(), "PLAN-7".parse().unwrap());
        let plan = Plan::new(creditor, token.clone(), "590.00".parse().unwrap(), reference, timetable);
        let outcome = self.bank.schedule(&plan).await;
        assert!(matches!(outcome, Ok(Scheduled::Planned(_))), "{outcome:?}");
    }
}

/// A shop in axum: a receiver of callbacks, and a page to come back to.
async fn shop(arrivals: Arrivals) -> String {
    let server = Server::bind("127.0.0.1:0").await.unwrap();
    let url = format!("http://{}", server.local_addr().unwrap());
    let store = move |notice: Notice| {
        arrivals.hand_over(&notice.result);
        std::future::ready(Ok(()))
    };
    let receiver = Receiver::new(store).remembering(Recent::default());
    let receiver = receiver.signature_key(demo::SIGNATURE_KEY).unwrap();
    let app = Router::new()
        .route("/registered", get(async || Html("<!doctype html><title>Shop</title><h1>Thank you</h1>")))
        .route_service("/direct-debit/registration", receiver);
    tokio::spawn(async move { server.serve(app, pending::<()>()).await });
    url
}

struct Post(ByHttp);

impl Courier for Post {
    fn carry(&self, request: http::Request<bytes::Bytes>) -> Delivery<'_> {
        Box::pin(async { self.0.send(request).await.map_err(|_| Undelivered::Broken) })
    }
}

/// The customer's part: from the address that the facade made to the shop's page.
async fn agree(browser: &Browser, journey: &Journey) {
    browser.go(journey.url()).await;
    browser.picture("journey-1-channel").await;
    browser.turn_over("button[value=login]").await;
    browser.fill("user_name", CUSTOMERS[0].user_name).await;
    browser.fill("password", PASSWORD).await;
    browser.picture("journey-2-login").await;
    browser.turn_over("button[value=password]").await;
    browser.picture("journey-3-account").await;
    browser.turn_over("button[value=account]").await;
    browser.picture("journey-4-confirm").await;
    browser.turn_over("button[value=agree]").await;
    assert_eq!(browser.text("h1").await, "Thank you", "the browser is at the shop");
    let returned = journey.finish(&browser.path().await);
    assert!(matches!(returned, Ok(Returned::Code(_))), "{returned:?}");
}

/// Follows the newest row of a list of the console, and asserts that its page says these things.
async fn assert_newest(browser: &Browser, section: &str, said: &[&str]) {
    browser.follow(section).await;
    browser.picture(&format!("journey-console-{section}")).await;
    browser.click("main tbody tr:first-child td:last-child a").await;
    let shown = browser.text("main").await;
    for said in said {
        assert!(shown.contains(said), "{section}: {said:?} is missing:\n{shown}");
    }
    browser.assert_fits(section).await;
    browser.picture(&format!("journey-console-{section}-one")).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_customer_registers_is_charged_and_the_operator_sees_it_all() {
    let Some(browser) = Browser::open(Window::DESKTOP).await else { return };
    let world = World::open().await;
    let World { served, bank, client } = &world;

    let journey = bank.register(&Registration::new("CUSTOMER-7".parse().unwrap()), client).await.unwrap();
    let (outcome, ()) = tokio::join!(bank.wait(&journey), agree(&browser, &journey));
    let Ok(Registered::Active(token)) = outcome else { panic!("{outcome:?}") };
    world.charge(&token).await;
    world.plan(&token).await;

    browser.go(&served.at("/")).await;
    browser.fill("key", ADMIN_KEY).await;
    browser.turn_over("main button").await;
    browser.picture("journey-console-overview").await;
    assert_newest(
        &browser,
        "Payments",
        &["5,000.00", "ACSC", "INVOICE-7", token.as_str(), "payment.settled"],
    )
    .await;
    assert_newest(&browser, "Schedules", &["590.00", "SCHD", "PLAN-7", "schedule.submitted"]).await;

    browser.follow("Clock").await;
    browser.fill("duration", "P2D").await;
    browser.turn_over("button[value=advance]").await;
    browser.picture("journey-console-clock").await;
    assert_newest(&browser, "Schedules", &["ACSC", "schedule.executed"]).await;
    assert_newest(&browser, "Payments", &["590.00", "ACSC", "PLAN-7"]).await;
    assert_eq!(browser.count(".story li").await, 1, "a schedule's payment is settled, and told, once");

    let registered = ["ACTV", "CUSTOMER-7", "registration.activated"];
    assert_newest(&browser, "Registrations", &registered).await;
    let delivered = ["DELIVERED", "registration_callback", "200", "callback.delivered"];
    assert_newest(&browser, "Callbacks", &delivered).await;
    browser.go(&served.at(&format!("/console/ledger/{CREDITOR_ACCOUNT}"))).await;
    assert!(browser.text("main").await.contains("5,590.00"), "both payments are in the partner's account");
    browser.picture("journey-console-ledger").await;
    browser.follow("Events").await;
    assert!(browser.text("main").await.contains("callback.delivered"));
    browser.picture("journey-console-events").await;
    browser.close().await;
}
