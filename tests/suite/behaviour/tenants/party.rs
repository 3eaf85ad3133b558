//! Two partners, what belongs to the first, and calls whose every byte a test decides.

use crate::behaviour::{
    visitor::{Visitor, authorize, details, parameter, prepare, reference, url},
    world::{DEMO, Identity, Network, OTHER, OTHER_ACCOUNT, OTHER_TOKEN, World, payment},
};
use bytes::Bytes;
use http::{HeaderMap, Request, Response, StatusCode};
use satang_core::{
    Clock, Entropy, Operation, Routes, System, direct_debit,
    operation::Body,
    signature::{self, Key},
};
use satang_gateway::{
    Agreement, Gateway,
    demo::{CREDITOR_ACCOUNT, CUSTOMERS, DRAWERS, PASSWORD, REDIRECT_URI},
};
use satang_schema::{
    contract::Example,
    direct_debit::{RealTimePayment, ScheduleSubmission},
    sandbox::{
        AccountQuery, CallbackQuery, ClockState, EventQuery, MessageQuery, Nothing, PartnerQuery,
        RegistrationQuery,
    },
};
use serde_json::Value;

/// A partner, and with what it calls.
#[derive(Clone)]
pub(super) struct Party {
    pub(super) who: Identity,
    pub(super) signature_key: &'static str,
    pub(super) access_token: String,
    /// A registration of its own, and the account into which that pays.
    pub(super) payment_token: &'static str,
    pub(super) account: &'static str,
    pub(super) redirect_uri: &'static str,
}

pub(super) async fn first(world: &World<impl Network>) -> Party {
    Party {
        who: DEMO,
        signature_key: DEMO.signature_key,
        access_token: world.access_token(DEMO).await,
        payment_token: DRAWERS[0].token,
        account: CREDITOR_ACCOUNT,
        redirect_uri: REDIRECT_URI,
    }
}

/// Another partner, who may do all that the first may.
pub(super) async fn second(world: &World<impl Network>) -> Party {
    world.add_other().await;
    let redirect_uri = "http://127.0.0.1:8702/registered";
    let agreement = Agreement {
        registration_account: Some(OTHER_ACCOUNT.into()),
        redirect_uris: vec![redirect_uri.into()],
        ..Agreement::default()
    };
    world.gateway.agree(OTHER.client_id, agreement).await.unwrap();
    Party {
        who: OTHER,
        signature_key: OTHER.signature_key,
        access_token: world.access_token(OTHER).await,
        payment_token: OTHER_TOKEN,
        account: OTHER_ACCOUNT,
        redirect_uri,
    }
}

impl Party {
    /// A call of an operation, complete with everything that it has to prove.
    pub(super) fn call(
        &self,
        world: &World<impl Network>,
        operation: &Operation,
        body: &Value,
    ) -> Request<Bytes> {
        let mut request = Request::builder().method(&operation.method).header("host", "127.0.0.1:8700");
        let form = || {
            let members = body.as_object().unwrap().iter();
            let mut form = form_urlencoded::Serializer::new(String::new());
            form.extend_pairs(members.map(|(name, value)| (name, value.as_str().unwrap()))).finish()
        };
        let (target, kind, sent) = match operation.body {
            Body::Json => (operation.path.to_owned(), "application/json", body.to_string()),
            Body::Form => (operation.path.to_owned(), "application/x-www-form-urlencoded", form()),
            Body::Query => (format!("{}?{}", operation.path, form()), "", String::new()),
            other => panic!("{other:?}"),
        };
        if !kind.is_empty() {
            request = request.header("content-type", kind);
        }
        let id = System.uuid().to_string();
        if operation.bearer {
            request = request.header("authorization", format!("Bearer {}", self.access_token));
            request = request.header("x-client-transaction-id", &id);
        }
        if operation.signed {
            let digest = signature::digest(sent.as_bytes());
            let key = Key::new(self.signature_key).unwrap();
            let signed = key.sign(&operation.method, operation.path, world.clock.now(), &digest, &id);
            request = request.header("digest", digest).header("signature", signed);
        }
        request.uri(target).body(sent.into()).unwrap()
    }

    pub(super) async fn answer(
        &self,
        world: &World<impl Network>,
        operation: &Operation,
        body: &Value,
    ) -> Answer {
        Answer::of(world.send(self.call(world, operation, body)).await)
    }
}

/// The operation of this name.
pub(super) fn operation(id: &str) -> &'static Operation {
    let all = <direct_debit::Server<Gateway> as Routes>::OPERATIONS;
    all.iter().find(|operation| operation.id == id).unwrap_or_else(|| panic!("{id} is not served"))
}

/// All of an answer that may tell one thing from another.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Answer {
    pub(super) status: StatusCode,
    pub(super) headers: HeaderMap,
    pub(super) body: String,
}

/// What is new in each answer.
const CHANGING_HEADERS: [&str; 4] =
    ["date", "set-cookie", "x-server-transaction-id", "x-client-transaction-id"];
const CHANGING_MEMBERS: [&str; 8] = [
    "clientTransactionID",
    "serverTransactionID",
    "clientTransactionId",
    "serverTransactionId",
    "instance",
    "paymentReferenceIdentification",
    "scheduleIdentification",
    "transactionIdentification",
];

impl Answer {
    pub(super) fn of(response: Response<Bytes>) -> Self {
        let (status, mut headers) = (response.status(), response.headers().clone());
        for name in CHANGING_HEADERS {
            headers.remove(name);
        }
        let body = String::from_utf8(response.into_body().to_vec()).unwrap();
        let body = match serde_json::from_str::<Value>(&body) {
            Ok(mut value) => {
                mask(&mut value);
                value.to_string()
            }
            Err(_) => body,
        };
        Self { status, headers, body }
    }

    /// The same, as if it had been asked with another value.
    pub(super) fn without(mut self, value: &str) -> Self {
        // A page links to itself, with its query.
        let in_query: String = form_urlencoded::byte_serialize(value.as_bytes()).collect();
        self.body = self.body.replace(value, "*").replace(&in_query, "*");
        self
    }

    fn json(&self) -> Value {
        serde_json::from_str(&self.body).unwrap_or_default()
    }

    /// Whether it grants nothing: it is an error, finds nothing, or tells of a payment that was not made.
    pub(super) fn is_empty_handed(&self) -> bool {
        let body = self.json();
        let finds_nothing = body
            .as_object()
            .is_some_and(|it| it.len() == 1 && it.values().all(|list| list == &Value::Array(vec![])));
        let leads_back = self.headers.get("location").map(|location| location.to_str().unwrap());
        self.status.is_client_error()
            || finds_nothing
            || body["processingStatus"] == "RJCT"
            || leads_back.is_some_and(|location| location.contains("error="))
    }
}

fn mask(value: &mut Value) {
    match value {
        Value::Object(members) => {
            for (name, value) in members {
                // That there is one stays.
                if CHANGING_MEMBERS.contains(&name.as_str()) { *value = "*".into() } else { mask(value) }
            }
        }
        Value::Array(items) => items.iter_mut().for_each(mask),
        _ => {}
    }
}

/// What belongs to the first partner.
pub(super) struct Estate {
    /// Of a registration that waits for its customer, and of one whose customer has agreed.
    pub(super) journeys: [String; 2],
    /// The code that the customer's browser brought back; nobody has presented it.
    pub(super) code: String,
    pub(super) token: String,
    pub(super) payment: RealTimePayment,
    pub(super) payment_reference: String,
    pub(super) schedule: String,
    pub(super) submission: ScheduleSubmission,
}

impl Estate {
    pub(super) async fn of_first(world: &World<impl Network>) -> Self {
        let client = world.client(DEMO).await;
        let waiting = prepare(&client, reference()).await;
        let agreed = prepare(&client, reference()).await;
        let code = agree(world, &agreed).await;
        let token = details(&client, &agreed).await.payment_token.unwrap().as_str().to_owned();
        let mut payment = payment("5000.00");
        payment.payer_information.payment_token = token.parse().unwrap();
        payment.transaction_information.reference_number1 = "ESTATE-REF-1".parse().unwrap();
        payment.transaction_information.reference_number2 = "ESTATE-REF-2".parse().ok();
        let paid = client.real_time_payment(&payment).await.unwrap();
        let mut submission = ScheduleSubmission::example();
        submission.transaction_identification.0 = System.uuid();
        submission.payer_information.payment_token = token.parse().unwrap();
        submission.schedule_information.start_date = "2026-03-31".parse().unwrap();
        let schedule = client.schedule_submission(&submission).await.unwrap().schedule_identification;
        Self {
            journeys: [waiting, agreed],
            code,
            token,
            payment,
            payment_reference: paid.payment_reference_identification.unwrap().as_str().to_owned(),
            schedule: schedule.to_string(),
            submission,
        }
    }
}

/// A customer agrees; answers the authorization code.
async fn agree(world: &World<impl Network>, journey: &str) -> String {
    let customer = &CUSTOMERS[0];
    let mut visitor = Visitor::new(&world.gateway);
    visitor.open(&url(&authorize(journey))).await;
    visitor.follow().await;
    visitor.press("login", &[]).await;
    visitor.press("password", &[("user_name", customer.user_name), ("password", PASSWORD)]).await;
    visitor.press("account", &[("account", customer.accounts[0])]).await;
    let away = visitor.press("agree", &[]).await.unwrap();
    parameter(&away, "code").unwrap()
}

/// Everything that the operator sees, apart from what the second partner did itself.
pub(super) async fn picture(world: &World<impl Network>) -> Vec<String> {
    let control = world.control();
    let of_first = || DEMO.client_id.parse().ok();
    let clock: ClockState = control.show_clock(&Nothing {}).await.unwrap();
    let events = EventQuery { limit: 1000.try_into().ok(), ..EventQuery::default() };
    let mut events = control.list_events(&events).await.unwrap().events;
    events.retain(|event| event.partner.as_deref() != Some(OTHER.client_id));
    let registrations = RegistrationQuery { partner: of_first(), ..RegistrationQuery::default() };
    let registrations = control.list_registrations(&registrations).await.unwrap();
    let callbacks = CallbackQuery { partner: of_first(), ..CallbackQuery::default() };
    let callbacks = control.list_callbacks(&callbacks).await.unwrap();
    let mut accounts = control.list_accounts(&AccountQuery::default()).await.unwrap().accounts;
    // The first customer pays the second partner too.
    accounts.retain(|account| account.partner.as_deref() != Some(OTHER.client_id));
    accounts.retain(|account| account.account_number.as_str() != DRAWERS[0].account);
    let partners = control.list_partners(&PartnerQuery::default()).await.unwrap();
    let messages = control.list_messages(&MessageQuery::default()).await.unwrap();
    let client = world.client(DEMO).await;
    let range = serde_json::json!({
        "startCreateDateTime": "2026-02-20T00:00:00+07:00", "endCreateDateTime": "2026-03-20T00:00:00+07:00",
    });
    let filter = || range.to_string();
    let tokens = client.token_inquiry(&serde_json::from_str(&filter()).unwrap()).await.unwrap();
    let payments = client.transaction_inquiry(&serde_json::from_str(&filter()).unwrap()).await.unwrap();
    let schedules = client.schedule_inquiry(&serde_json::from_str(&filter()).unwrap()).await.unwrap();
    vec![
        format!("{clock:?}"),
        format!("{events:?}"),
        format!("{registrations:?}"),
        format!("{callbacks:?}"),
        format!("{accounts:?}"),
        format!("{partners:?}"),
        format!("{messages:?}"),
        format!("{tokens:?}"),
        format!("{payments:?}"),
        format!("{schedules:?}"),
    ]
}
