//! A gateway that browsers can reach, with a clock that stands.

use bytes::Bytes;
use http::Request;
use http_body_util::Full;
use jiff::Timestamp;
use satang_core::{Clock, Entropy as _, System};
use satang_gateway::{
    Gateway, Options, demo,
    store::{StoreError, Tx},
};
use satang_schema::{contract::Example, direct_debit::RealTimePayment};
use satang_transport::Server;
use std::sync::Arc;
use tempfile::TempDir;

/// What opens the console.
pub(super) const ADMIN_KEY: &str = "the-key-of-an-operator";

/// A gateway behind an address.
pub(super) struct Served {
    pub(super) gateway: Arc<Gateway>,
    /// Without a slash at the end.
    pub(super) url: String,
    _directory: TempDir,
}

impl Served {
    pub(super) async fn start() -> Self {
        Self::with(|_| {}).await
    }

    /// With a console, and for calls without a signature.
    pub(super) async fn with_console() -> Self {
        Self::with(|options| {
            options.admin_key = Some(ADMIN_KEY.into());
            options.demand_signatures = false;
        })
        .await
    }

    /// With other options, and a clock that runs if they say so.
    pub(super) async fn with(set: impl FnOnce(&mut Options)) -> Self {
        let server = Server::bind("127.0.0.1:0").await.unwrap();
        let url = format!("http://{}", server.local_addr().unwrap());
        let directory = tempfile::tempdir().unwrap();
        let mut options = Options::new(directory.path());
        options.public_url.clone_from(&url);
        options.clock = Arc::new(Standing);
        set(&mut options);
        let gateway = Gateway::open(&options).await.unwrap();
        tokio::spawn(server.serve(gateway.site(), std::future::pending::<()>()));
        Self { gateway, url, _directory: directory }
    }

    pub(super) fn at(&self, path: &str) -> String {
        format!("{}{path}", self.url)
    }
}

/// What [`Served::history`] has left behind.
pub(super) struct History {
    pub(super) payment: String,
    /// The bank and the reference of the payment's slip.
    pub(super) slip: String,
    pub(super) schedule: String,
    pub(super) callback: String,
}

impl Served {
    /// Lets something happen: a payment that moves money, one that is rejected, a schedule that has paid once, a
    /// callback that nobody took, a message.
    pub(super) async fn history(&self) -> History {
        let token = format!(
            "grant_type=client_credentials&client_id={}&client_secret={}",
            demo::CLIENT_ID,
            demo::CLIENT_SECRET
        );
        let token = self.call("/auth/oauth/v2/token", "application/x-www-form-urlencoded", "", token).await;
        let token = token["access_token"].as_str().unwrap().to_owned();
        let mut payment = RealTimePayment::example();
        let path = "/rest/api/v1/corporateServices/directDebit/realTime/transaction/payment";
        let body = serde_json::to_string(&payment).unwrap();
        let paid = self.call(path, "application/json", &token, body).await;
        payment.transaction_identification.0 = System.uuid();
        payment.payer_information.payment_token = demo::DRAWERS[1].token.parse().unwrap();
        self.call(path, "application/json", &token, serde_json::to_string(&payment).unwrap()).await;
        let id = |name: &str| paid[name].as_str().unwrap_or_else(|| panic!("{paid}")).to_owned();
        let payment = id("paymentReferenceIdentification");
        let rows = format!(
            "INSERT INTO schedule (id, partner, transaction_identification, token, creditor_account, amount,
                 reference_number1, frequency, start_date, status, status_at, occurrence, next_date, created_at)
             VALUES ('{SCHEDULE}', 'demo-partner', 'their-plan', '{}', '{}', 150000, 'PLAN-1', 'MNTH', '2026-02-28',
                 'SCHD', {NOW}, 1, '2026-03-28', {NOW});
             INSERT INTO execution (schedule, occurrence, execution_date, payment, status, executed_at)
             VALUES ('{SCHEDULE}', 1, '2026-02-28', '{payment}', 'ACSC', {NOW});
             INSERT INTO callback (id, partner, operation, subject, body, status, attempts, created_at)
             VALUES ('{CALLBACK}', 'demo-partner', 'registration_callback', '{payment}', '{{\"a\":1}}', 'DEAD', 2, {NOW});
             INSERT INTO callback_attempt (callback, number, round, at, http_status, outcome, took_micros)
             VALUES ('{CALLBACK}', 1, 0, {NOW}, 503, 'REFUSED', 12000);
             INSERT INTO callback_attempt (callback, number, round, at, http_status, outcome, took_micros)
             VALUES ('{CALLBACK}', 2, 0, {NOW}, NULL, 'TIMEOUT', 10000000);
             INSERT INTO event (position, at, kind, partner, subject, detail)
             SELECT coalesce(max(position), 0) + 1, {NOW}, 'callback.dead', 'demo-partner', '{CALLBACK}',
                 '{{\"attempts\":2}}' FROM event;
             INSERT INTO verification (id, service, at, end_state, code, reason, request_id, member, destination,
                 trans_ref, forwarded, took_millis)
             VALUES ('v-1', 'transaction-verification', {NOW}, 'FOUND', '0000', 'Success', NULL, '004', '014',
                 '00111222233344ABCD12', 1, 12),
                 ('v-2', 'transaction-verification', {NOW}, 'ISSUER_BAD_ANSWER', '8503',
                 'the issuer has not signed its answer', NULL, '004', '999', 'BADSIG1', 1, 9);
             INSERT INTO message (id, recipient, content, created_at)
             VALUES ('m-1', '0812345678', 'รหัส OTP ของท่านคือ 123456 (Ref: ABCD) ใช้ได้ 5 นาที', {NOW})",
            demo::DRAWERS[0].token,
            demo::CREDITOR_ACCOUNT
        );
        let work = move |tx: &mut Tx<'_>| rows.split(';').try_for_each(|row| tx.execute(row, &[]).map(drop));
        self.gateway.store().write::<_, StoreError, _>(work).await.unwrap();
        let slip = format!("SELECT bank || reference FROM slip WHERE payment = '{payment}'");
        let slip = self.gateway.store().read(move |tx| tx.query_one(&slip, &[], |row| row.text(0)));
        let slip = slip.await.unwrap_or_else(|error: StoreError| panic!("{error}")).unwrap();
        History { payment, slip, schedule: SCHEDULE.into(), callback: CALLBACK.into() }
    }

    async fn call(&self, path: &str, kind: &str, token: &str, body: String) -> serde_json::Value {
        let mut request = Request::post(path).header("content-type", kind);
        if !token.is_empty() {
            request = request.header("authorization", format!("Bearer {token}"));
        }
        let request = request
            .header("x-client-transaction-id", "11111111-2222-4333-8444-555555555555")
            .header("digest", satang_core::signature::digest(body.as_bytes()))
            .body(Full::new(Bytes::from(body)));
        let answer = self.gateway.site().answer(request.unwrap()).await;
        serde_json::from_slice(answer.body()).unwrap()
    }
}

const SCHEDULE: &str = "5ced0000-0000-4000-8000-000000000001";
const CALLBACK: &str = "ca11bacc-0000-4000-8000-000000000001";
/// The clock's time, in microseconds.
const NOW: i64 = 1_772_330_400_000_000;

/// Nine in the morning of 1 March 2026 in Bangkok.
struct Standing;

impl Clock for Standing {
    fn now(&self) -> Timestamp {
        "2026-03-01T09:00:00+07:00".parse().unwrap()
    }
}
